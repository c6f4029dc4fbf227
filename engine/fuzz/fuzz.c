/* Hostile texts and damaged indexes, for libFuzzer (clang) or alone (any compiler).
 *
 * NETRALITAS_INDEX names an index file, NETRALITAS_ROOTS a list of root words; tools/fuzz.py makes
 * both, compiles this with sanitizers, and runs it. The first byte of an input says what follows: a
 * text, or places of the index and what is written there.
 */
#include "../engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *read_file(const char *variable, size_t *size) {
  const char *path = getenv(variable);
  FILE *file = path ? fopen(path, "rb") : NULL;
  if (!file || fseek(file, 0, SEEK_END)) {
    fprintf(stderr, "%s names no file that can be read\n", variable);
    exit(2);
  }
  *size = (size_t)ftell(file);
  rewind(file);
  char *data = malloc(*size + 1);
  if (!data || fread(data, 1, *size, file) != *size) exit(2);
  fclose(file);
  return data;
}

static char *data, *roots;
static size_t data_size, roots_size;
static Index index_;
static View view;
static Reader reader;

static void begin(void) {
  if (data) return;
  data = read_file("NETRALITAS_INDEX", &data_size);
  roots = read_file("NETRALITAS_ROOTS", &roots_size);
  const char *wrong = index_open(&index_, data, data_size, roots, roots_size, 1);
  if (wrong || view_open(&view, &index_, 0) || !reader_open(&reader, &index_, 1 << 18)) {
    fprintf(stderr, "the index is refused: %s\n", wrong ? wrong : "memory");
    exit(2);
  }
}

static void judge_both(Reader *with, const View *on, const char *text, size_t size) {
  Result plain, whole;
  if (reader_judge(with, on, text, size, false, &plain) != DONE) return;
  if (reader_judge(with, on, text, size, true, &whole) != DONE) abort();
  double sum = on->index->head.intercepts[0];
  for (uint32_t i = 0; i < whole.reasons_size; i++) {
    if (whole.reasons[i].start >= whole.reasons[i].end || whole.reasons[i].end > size) abort();
    sum += whole.reasons[i].weight;
  }
  double apart = sum - plain.decisions[0], far = 1e-6 * (1 + (double)whole.reasons_size);
  if (apart > far || apart < -far) abort(); /* reasons add up to the decision */
}

static void judge_damaged(const uint8_t *input, size_t size) {
  char *copy = malloc(data_size);
  if (!copy) return;
  memcpy(copy, data, data_size);
  for (; size >= 8; input += 8, size -= 8) {
    uint32_t at, value;
    memcpy(&at, input, 4);
    memcpy(&value, input + 4, 4);
    /* Half of the places are in the head, where they do most harm. */
    at = at & 1 ? at % 512 : (uint32_t)(at % (data_size - 4));
    memcpy(copy + (at & ~3u), &value, value & 8 ? 4 : 1);
  }
  Index damaged;
  View day;
  Reader some;
  if (!index_open(&damaged, copy, data_size, roots, roots_size, 7)) {
    static const char TEXT[] = "Ayo coblos nomor 2, pilih Prabowo-Gibran! #AMIN @dpp_psi p r a b o w o 02 bupati";
    if (!view_open(&day, &damaged, 20240214)) {
      if (reader_open(&some, &damaged, 1 << 16)) {
        Result result;
        reader_judge(&some, &day, TEXT, sizeof TEXT - 1, true, &result);
        reader_close(&some);
      }
      view_close(&day);
    }
    index_close(&damaged);
  }
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
  begin();
  if (!size) return 0;
  if (*input == 0xff) judge_damaged(input + 1, size - 1);
  else judge_both(&reader, &view, (const char *)input, size);
  return 0;
}

#ifdef ALONE
static uint64_t state = 88172645463325252u;
static uint32_t chance(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 33) % below;
}

/* fuzz SECONDS FILE: texts put together from lines of a file, bent, for some seconds. */
int main(int count, char **arguments) {
  static const char *const SIGNS[] = {"\xd0\xb0", "\xe2\x80\x8b", "\xf0\x9f\x8f\xbd", "\xe2\x80\x8d", "\xef\xb8\x8f", "\xe2\x83\xa3", "#", "@", "_", "'", "-", " ", "\n", "&", ";", "<", ".", "/", ":", "0", "2", "http://", ".com/", "\xff", "\xed\xa0\x80", "\xc2", "A", "z"};
  size_t size = 0, at = 0, lines = 0;
  double seconds = count > 1 ? atof(arguments[1]) : 10;
  setenv("FUZZ_LINES", count > 2 ? arguments[2] : "", 1);
  char *text = read_file("FUZZ_LINES", &size);
  size_t *begins = malloc((size + 2) * sizeof *begins);
  for (begins[lines++] = 0; at < size; at++)
    if (text[at] == '\n') begins[lines++] = at + 1;
  state ^= (uint64_t)time(NULL) << 20;
  time_t stop = time(NULL) + (time_t)seconds;
  unsigned long runs = 0;
  static uint8_t input[1 << 16];
  for (; time(NULL) < stop; runs++) {
    size_t n = 0;
    if (chance(40) == 0) {
      input[n++] = 0xff;
      for (uint32_t k = 8 * (1 + chance(6)); k--;) input[n++] = (uint8_t)chance(256);
    }
    for (uint32_t pieces = n ? 0 : 1 + chance(chance(50) ? 4 : 60); pieces--;) {
      size_t line = chance((uint32_t)lines), from = begins[line], to = line + 1 < lines ? begins[line + 1] : size;
      if (to > from) from += chance((uint32_t)(to - from));
      for (; from < to && n + 64 < sizeof input; from++) {
        uint32_t turn = chance(30);
        if (turn == 0) {
          const char *sign = SIGNS[chance(sizeof SIGNS / sizeof *SIGNS)];
          for (uint32_t many = 1 + chance(chance(20) ? 2 : 20); many--;)
            for (const char *c = sign; *c && n + 64 < sizeof input; c++) input[n++] = (uint8_t)*c;
        } else if (turn == 1) input[n++] = (uint8_t)(text[from] ^ 0x20);
        if (turn != 2) input[n++] = (uint8_t)text[from];
      }
    }
    uint8_t *exact = malloc(n + !n); /* so that reading past its end is seen */
    memcpy(exact, input, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
  }
  printf("%lu inputs in %.0f s, no finding\n", runs, seconds);
  reader_close(&reader);
  view_close(&view);
  index_close(&index_);
  free(data);
  free(roots);
  free(text);
  free(begins);
  return 0;
}
#endif
