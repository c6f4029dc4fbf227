/* One word as it is meant: chat spelling, elongation, digits for letters, words glued together;
 * and as the lexicon's tables know it. Words are small letters, digits and apostrophes.
 */
#include "engine.h"

#include <math.h>
#include <string.h>

enum { LONGEST_PART = 18, TYPO_WORD = 6 };

bool only_letters(const char *word, uint32_t size) {
  for (uint32_t i = 0; i < size; i++)
    if (!is_letter(word[i])) return false;
  return size > 0;
}

bool only_digits(const char *word, uint32_t size) {
  for (uint32_t i = 0; i < size; i++)
    if (!is_digit(word[i])) return false;
  return size > 0;
}

static bool listed(const Index *ix, const char *word, uint32_t size, uint32_t members) {
  return member_of(ix, index_symbol(ix, word, size)) & members;
}

/* Whether a word is a known one, or a listed spelling of one. */
bool knows(const Index *ix, const char *word, uint32_t size) {
  return listed(ix, word, size, MEMBER(KNOWN) | MEMBER(SLANG));
}

/* Write a word with its runs of three letters and more cut to `left`: "menaaang" to "menang". */
static uint32_t cut_runs(const char *word, uint32_t size, uint32_t left, char *out) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < size;) {
    uint32_t run = 1;
    while (i + run < size && word[i + run] == word[i]) run++;
    uint32_t keep = run >= 3 && is_letter(word[i]) ? left : run;
    memset(out + n, word[i], keep);
    n += keep;
    i += run;
  }
  return n;
}

/* Mend what is no listed word once; return its new size, the same word where nothing is to mend. */
static uint32_t mend(const Index *ix, char *word, uint32_t size) {
  char single[MAX_WORD + 8], twice[MAX_WORD + 8];
  uint32_t one = cut_runs(word, size, 1, single);
  if (one != size) { /* "mantaaap": one letter, or two where a word has */
    uint32_t two = cut_runs(word, size, 2, twice);
    bool doubled = knows(ix, twice, two) && !knows(ix, single, one);
    memcpy(word, doubled ? twice : single, doubled ? two : one);
    return doubled ? two : one;
  }
  if (size <= 3) return size;
  if (word[size - 1] == word[size - 2] && knows(ix, word, size - 1)) return size - 1; /* "kakk" */
  if (word[size - 1] == '2' && only_letters(word, size - 1)) return size - 1;         /* "orang2" */
  if (!only_letters(word, size) && !only_digits(word, size)) {                        /* "c0blos" */
    for (uint32_t i = 0; i < size; i++) single[i] = (char)ix->digits[(unsigned char)word[i] & 127];
    if (knows(ix, single, size)) memcpy(word, single, size);
  }
  return size;
}

/* Give the normal form of one word, in one or several pieces: "yg" is "yang", "abis2an" two. */
void spell(const Index *ix, const char *word, uint32_t size, Spelt *out) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < size && n < MAX_WORD; i++)
    if (word[i] != '\'') out->own[n++] = word[i];
  out->size = 1;
  for (int round = 0; round < 4; round++) {
    uint32_t symbol = index_symbol(ix, out->own, n), members = member_of(ix, symbol);
    if (members & MEMBER(SLANG)) {
      const WordRow *row = &ix->words[symbol];
      for (uint32_t k = 0; k < row->slang_size; k++) {
        uint32_t piece = ix->pool[row->slang_at + k], begin = ix->string_at[piece];
        out->piece[k] = (String){ix->strings + begin, ix->string_at[piece + 1] - begin};
      }
      out->size = row->slang_size;
      if (row->slang_size != 1 || out->piece[0].size > MAX_WORD) return;
      if (out->piece[0].size == n && !memcmp(out->own, out->piece[0].at, n)) return;
      n = out->piece[0].size;
      memcpy(out->own, out->piece[0].at, n);
      continue;
    }
    if (members & MEMBER(KNOWN)) break;
    char before[MAX_WORD + 8];
    uint32_t size_before = n;
    memcpy(before, out->own, n);
    n = mend(ix, out->own, n);
    if (n == size_before && !memcmp(before, out->own, n)) break;
  }
  out->piece[0] = (String){out->own, n};
}

/* Cut a run of letters into known words, "jangangolput" into two; give their sizes, return how
 * many. The likeliest cut under word frequencies, by dynamic programming over prefixes. */
uint32_t split_glued(const Index *ix, const char *text, uint32_t size, uint32_t *sizes) {
  double best[MAX_TAG + 1];
  uint32_t from[MAX_TAG + 1];
  sizes[0] = size;
  if (size < 6 || size > MAX_TAG) return 1;
  for (uint32_t i = 1; i <= size; i++) best[i] = INFINITY;
  best[0] = 0.0;
  for (uint32_t end = 2; end <= size; end++) {
    for (uint32_t start = end > LONGEST_PART ? end - LONGEST_PART : 0; start + 1 < end; start++) {
      if (isinf(best[start])) continue;
      uint32_t symbol = index_symbol(ix, text + start, end - start);
      if (!(member_of(ix, symbol) & MEMBER(KNOWN))) continue;
      uint32_t count = ix->words[symbol].count;
      if (end - start == 2 && count < 5) continue;
      double cost = best[start] + (ix->head.glue - log((double)count + 1.0) + 2.0); /* few, long words */
      if (cost < best[end]) {
        best[end] = cost;
        from[end] = start;
      }
    }
  }
  if (isinf(best[size])) return 1;
  uint32_t count = 0;
  for (uint32_t end = size; end; end = from[end]) count++;
  uint32_t k = count;
  for (uint32_t end = size; end; end = from[end]) sizes[--k] = end - from[end];
  return count;
}

/* Whether two different words are one slip apart: replace, insert, delete, or swap. */
static bool one_apart(const char *a, uint32_t an, const char *b, uint32_t bn) {
  while (an && bn && *a == *b) a++, b++, an--, bn--;
  if (an == bn) {
    if (!an || !memcmp(a + 1, b + 1, an - 1)) return true;
    return an >= 2 && a[0] == b[1] && a[1] == b[0] && !memcmp(a + 2, b + 2, an - 2);
  }
  if (an == bn + 1) return !memcmp(a + 1, b, bn);
  return bn == an + 1 && !memcmp(a, b + 1, an);
}

/* Return the symbol of a word as the tables know it: "prabowonya", "pr4bowo", "prabwoo". */
uint32_t word_key(const Index *ix, const char *word, uint32_t size) {
  uint32_t symbol = index_symbol(ix, word, size), members = member_of(ix, symbol);
  if (members & MEMBER(KEYED)) return symbol;
  if (size > 5 && !(members & MEMBER(SLANG))) {
    for (uint32_t i = 0; i < ix->suffixes_size; i++) {
      uint32_t begin = ix->string_at[ix->suffixes[i]];
      uint32_t length = ix->string_at[ix->suffixes[i] + 1] - begin;
      if (length >= size || memcmp(word + size - length, ix->strings + begin, length)) continue;
      uint32_t name = index_symbol(ix, word, size - length);
      if (member_of(ix, name) & MEMBER(DISTINCT)) return name;
    }
  }
  bool letters = only_letters(word, size);
  if (!letters && size > 3 && size <= MAX_WORD) {
    char plain[MAX_WORD];
    for (int reading = 0; reading < 2; reading++) {
      for (uint32_t i = 0; i < size; i++)
        plain[i] = (char)ix->digits[reading * 128 + ((unsigned char)word[i] & 127)];
      uint32_t name = index_symbol(ix, plain, size);
      if (member_of(ix, name) & MEMBER(DISTINCT)) return name;
    }
  }
  if (size >= TYPO_WORD && letters && !(members & MEMBER(KNOWN)) && is_lower(*word)) {
    for (uint32_t i = ix->typo_first[*word - 'a']; i < ix->typo_first[*word - 'a' + 1]; i++) {
      uint32_t begin = ix->string_at[ix->typos[i]], length = ix->string_at[ix->typos[i] + 1] - begin;
      if (length + 1 < size || length > size + 1) continue;
      if (one_apart(ix->strings + begin, length, word, size)) return ix->typos[i];
    }
  }
  return symbol;
}
