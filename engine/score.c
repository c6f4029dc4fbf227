/* From a text to its decision and its reasons: the one way through all stages. */
#include "engine.h"

#include <math.h>
#include <string.h>

enum { KEPT_SCRATCH = 1 << 20 };
static const double TINY = 1e-300; /* changes no size, and keeps an empty block at 0 */

/* Whether a collector's escape may stand in a text, which Python undoes: "\u2026", "&lt;",
 * "<U+1F602>", "<Victory Hand>", "b'…'"; not "&amp;" alone. */
static bool maybe_escaped(const char *text, size_t size) {
  if (size > 3 && text[0] == 'b' && (text[1] == '\'' || text[1] == '"')) return true;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\\') return true;
    if (text[i] == '<' && i + 1 < size && (is_upper(text[i + 1]) || (text[i + 1] >= 'c' && text[i + 1] <= 'f'))) return true;
    if (text[i] != '&') continue;
    size_t from = i + 1;
    if (size - from >= 4 && !memcmp(text + from, "amp;", 4)) from += 4;
    size_t end = from;
    while (end < size && end - from < 9 && is_letter(text[end])) end++;
    if (end < size && text[end] == ';' && end - from >= 2 && !(end - from == 4 && from == i + 1 && !memcmp(text + from, "quot", 4)))
      return true;
    if (from < size && text[from] == '#') return true;
  }
  return false;
}

/* What the sums of a block are multiplied by: 1 / sqrt(size), 1 for signals. */
static double scale_of(const Sums *sums, int block) {
  return block == BLOCK_signal ? 1.0 : 1.0 / sqrt(sums->sums[block][SIZE] + TINY);
}

static int by_place(const Reason *a, const Reason *b) {
  if (a->start != b->start) return a->start < b->start ? -1 : 1;
  return a->end == b->end ? 0 : a->end > b->end ? -1 : 1;
}

/* Sort reasons by begin, the longer first; those of one span stay in order. */
static Reason *sort_reasons(Arena *arena, Reason *items, uint32_t size) {
  Reason *other = arena_take(arena, (size + 1u) * sizeof *other);
  for (uint32_t width = 1; width < size; width *= 2) {
    for (uint32_t low = 0; low < size; low += 2 * width) {
      uint32_t middle = low + width < size ? low + width : size, high = middle + width < size ? middle + width : size;
      for (uint32_t a = low, b = middle, k = low; k < high; k++)
        other[k] = b >= high || (a < middle && by_place(&items[b], &items[a]) >= 0) ? items[a++] : items[b++];
    }
    Reason *swap = items;
    items = other;
    other = swap;
  }
  return items;
}

/* Give one reason for each unit; "sby" stands for two words but is one piece of text. */
static void give_reasons(Reader *reader, const Reading *r, const Unit *units, uint32_t size, const Sums *sums, Result *out) {
  Reason *reasons = arena_take(&reader->scratch, (size + 1u) * sizeof *reasons);
  uint32_t n = 0;
  for (uint32_t u = 0; u < size; u++) {
    double weight = sums->owned[u];
    uint32_t start = r->tokens[units[u].first].start, end = r->tokens[units[u].last - 1].end;
    Reason *last = n ? &reasons[n - 1] : NULL;
    if (!units[u].mention && last && !last->mention && last->start == start && last->end == end) {
      last->weight += weight;
      continue;
    }
    reasons[n++] = (Reason){start, end, weight, units[u].mention};
  }
  out->reasons = sort_reasons(&reader->scratch, reasons, n);
  out->reasons_size = n;
}

static Outcome judge_text(Reader *reader, const View *view, const char *text, size_t bytes, bool reasons, Result *out) {
  Token *tokens;
  uint32_t size;
  if (bytes > NONE / 8 || maybe_escaped(text, bytes)) return HANDED_BACK;
  Outcome outcome = read_tokens(reader, text, bytes, &tokens, &size);
  if (outcome != DONE) return outcome;
  Reading reading = {0};
  read_lexicon(reader, view, tokens, size, &reading);
  Unit *units;
  uint32_t count = make_units(reader, &reading, &units);
  Sums sums = {0};
  add_occurrences(reader, &reading, units, count, &sums);
  for (int block = 0; block < BLOCK_COUNT; block++) sums.scale[block] = scale_of(&sums, block);
  for (int head = 0; head < HEADS; head++) {
    double sum = sums.sums[0][head] * sums.scale[0];
    for (int block = 1; block < BLOCK_COUNT; block++) sum += sums.sums[block][head] * sums.scale[block];
    out->decisions[head] = sum + reader->index->head.intercepts[head];
  }
  out->heard = count > 0;
  out->reasons_size = 0;
  if (!reasons) return DONE;
  sums.owned = arena_take(&reader->scratch, (count + 1u) * sizeof *sums.owned);
  for (uint32_t i = 0; i <= count; i++) sums.owned[i] = 0.0;
  add_occurrences(reader, &reading, units, count, &sums);
  give_reasons(reader, &reading, units, count, &sums, out);
  return DONE;
}

/* Read and weigh a text. Reasons lie in the reader's scratch memory up to the next text. */
Outcome reader_judge(Reader *reader, const View *view, const char *text, size_t bytes, bool reasons, Result *out) {
  arena_reset(&reader->scratch, KEPT_SCRATCH);
  if (setjmp(reader->failed)) { /* out of memory: nothing half-made is kept */
    arena_reset(&reader->scratch, 0);
    reader_forget(reader);
    return NO_MEMORY;
  }
  return judge_text(reader, view, text, bytes, reasons, out);
}
