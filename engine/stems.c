/* Indonesian stems, one lower-case word at a time.
 *
 * Written from the published method: Nazief & Adriani (1996); Asian, Williams & Tahaghoghi (2005)
 * and Asian (2007), confix stripping; Arifin et al. (2009), enhanced confix stripping; Tahitoe &
 * Purwitasari (2010). Rule numbers are those of the papers. Its answers are checked word by word
 * against PySastrawi, whose readings of the rules it shares where papers differ.
 */
#include "engine.h"

#include <string.h>

typedef struct { char at[MAX_STEM + 8]; uint32_t size; } Word;

/* A rule: a prefix is taken off where what follows has a shape, and letters are put in its place.
 * Shapes: V a vowel, C a consonant, A any letter, Q a consonant but r, K none of r w y l m n,
 * X no e nor n, small letters themselves, !er not followed by "er", $ the end. A set in brackets. */
typedef struct { int rule; const char *prefix, *shape, *instead; } Rule;
static const Rule RULES[] = {
    {1, "ber", "V", ""}, {1, "ber", "V", "r"},          /* berayun, berantai */
    {2, "ber", "CA!er", ""}, {3, "ber", "QAerV", ""},   /* bercerita, berdaerah */
    {4, "bel", "ajar$", ""}, {5, "be", "QerC", ""},     /* belajar, bekerja */
    {6, "ter", "V", ""}, {6, "ter", "V", "r"},          /* terasing, terasa */
    {7, "ter", "QerV", ""}, {8, "ter", "Q!er", ""},     /* tersebut */
    {9, "te", "QerC", ""}, {10, "me", "[lrwy]V", ""},   /* tepercaya, melawan */
    {11, "mem", "[bfv]", ""}, {12, "mem", "pe", ""},    /* membela, mempengaruhi */
    {13, "mem", "V", "m"}, {13, "mem", "V", "p"},       /* meminum, memilih */
    {14, "men", "[cdjstz]", ""}, {15, "men", "V", "n"}, {15, "men", "V", "t"}, /* mencoblos */
    {16, "meng", "[ghqk]", ""},                         /* mengganti */
    {17, "meng", "V", ""}, {17, "meng", "V", "k"}, {17, "menge", "", ""}, {17, "meng", "V", "ng"},
    {18, "meny", "V", "ny"}, {18, "meny", "V", "s"},    /* menyala, menyapu */
    {19, "mem", "pX", ""}, {20, "pe", "[wy]V", ""},     /* memproteksi, pewarta */
    {21, "per", "V", ""}, {21, "pe", "rV", ""}, {23, "per", "CA!er", ""}, {24, "per", "QAerV", ""},
    {25, "pem", "[bfv]", ""}, {26, "pem", "V", "m"}, {26, "pem", "V", "p"}, /* pemimpin, pemilih */
    {27, "pen", "[cdjstz]", ""}, {28, "pen", "V", "n"}, {28, "pen", "V", "t"},
    {29, "peng", "C", ""}, {30, "peng", "V", ""}, {30, "peng", "V", "k"}, {30, "penge", "", ""},
    {31, "peny", "V", "ny"}, {31, "peny", "V", "s"},
    {32, "pel", "ajar$", ""}, {33, "pe", "lV", ""},     /* pelajar; pelajar itself is 32's exception */
    {34, "pe", "C!er", ""}, {35, "ter", "KerC", ""}, {36, "pe", "KerC", ""},
    {37, "", "CerV", "-"}, {38, "", "CelV", "-"}, {39, "", "CemV", "-"}, {40, "", "CinV", "-"},
    {41, "ku", "", ""}, {42, "kau", "", ""},
};
enum { RULE_COUNT = sizeof RULES / sizeof *RULES };

static bool vowel(char c) { return c == 'a' || c == 'i' || c == 'u' || c == 'e' || c == 'o'; }
static bool letter(char c) { return c >= 'a' && c <= 'z'; }
static bool consonant(char c) { return letter(c) && !vowel(c); }

static bool has_shape(const char *at, const char *end, const char *shape) {
  for (; *shape; shape++) {
    char c = at < end ? *at : '\0';
    bool fits;
    switch (*shape) {
    case 'V': fits = vowel(c); break;
    case 'C': fits = consonant(c); break;
    case 'A': fits = letter(c); break;
    case 'Q': fits = consonant(c) && c != 'r'; break;
    case 'K': fits = consonant(c) && !strchr("rwylmn", c); break;
    case 'X': fits = letter(c) && c != 'e' && c != 'n'; break;
    case '$': return at == end;
    case '!': return !(end - at >= 2 && at[0] == shape[1] && at[1] == shape[2]);
    case '[':
      fits = false;
      for (shape++; *shape != ']'; shape++) fits = fits || *shape == c;
      break;
    default: fits = c == *shape;
    }
    if (!fits) return false;
    at++;
  }
  return true;
}

/* Apply a rule; false where it does not match. */
static bool apply(const Rule *rule, const Word *word, Word *out) {
  size_t prefix = strlen(rule->prefix);
  const char *end = word->at + word->size;
  if (word->size < prefix || memcmp(word->at, rule->prefix, prefix) != 0) return false;
  if (!has_shape(word->at + prefix, end, rule->shape)) return false;
  if (*rule->instead == '-') { /* an infix: "gerigi" to "gigi" */
    out->at[0] = word->at[0];
    memcpy(out->at + 1, word->at + 3, word->size - 3);
    out->size = word->size - 2;
    return true;
  }
  size_t more = strlen(rule->instead);
  memcpy(out->at, rule->instead, more);
  memcpy(out->at + more, word->at + prefix, word->size - prefix);
  out->size = (uint32_t)(word->size - prefix + more);
  return true;
}

static bool is_root(const Index *index, const Word *word) {
  return index_is_root(index, word->at, word->size);
}

/* Take one prefix off; true once a root word is left. */
static bool take_prefix(const Index *index, Word *word) {
  if (word->size >= 2 && (!memcmp(word->at, "di", 2) || !memcmp(word->at, "ke", 2) || !memcmp(word->at, "se", 2))) {
    word->size -= 2;
    memmove(word->at, word->at + 2, word->size);
    return is_root(index, word);
  }
  if (is_root(index, word)) return true;
  for (int i = 0; i < RULE_COUNT;) {
    Word result = {{0}, 0}, attempt = {{0}, 0};
    bool found = false;
    int rule = RULES[i].rule;
    if (*RULES[i].prefix && *RULES[i].prefix != *word->at) { /* most rules, at a glance */
      i++;
      continue;
    }
    for (bool root = false; i < RULE_COUNT && RULES[i].rule == rule; i++) {
      if (root) continue; /* the first reading that is a root word stands, else the last */
      found = apply(&RULES[i], word, &attempt);
      if (found) result = attempt;
      root = found && is_root(index, &result);
    }
    if (found) {
      *word = result;
      return is_root(index, word);
    }
  }
  return false;
}

static bool take_prefixes(const Index *index, Word *word) {
  for (int i = 0; i < 3; i++)
    if (take_prefix(index, word)) return true;
  return false;
}

static const char *const SUFFIXES[3][7] = {
    {"lah", "kah", "tah", "pun"},                    /* particles */
    {"nya", "ku", "mu"},                             /* possessive pronouns */
    {"isasi", "isme", "kan", "is", "an", "i"}};      /* derivations, the longest first */

static bool ends(const Word *word, const char *suffix) {
  size_t size = strlen(suffix);
  return word->size >= size && memcmp(word->at + word->size - size, suffix, size) == 0;
}

typedef struct { Word before; const char *taken; } Removal;

/* Take a particle, a pronoun and a derivation off; true once a root word is left. */
static bool take_suffixes(const Index *index, Word *word, Removal *removals, int *count) {
  *count = 0;
  for (int kind = 0; kind < 3; kind++) {
    for (int i = 0; SUFFIXES[kind][i]; i++) {
      if (!ends(word, SUFFIXES[kind][i])) continue;
      removals[(*count)++] = (Removal){*word, SUFFIXES[kind][i]};
      word->size -= (uint32_t)strlen(SUFFIXES[kind][i]);
      break;
    }
    if (is_root(index, word)) return true;
  }
  return false;
}

/* Whether prefixes go first: "belajarlah", "memilihi" (Asian 2007, p. 78). */
static bool prefixes_first(const Word *w) {
  static const char *const PAIRS[][2] = {{"be", "lah"}, {"be", "an"}, {"me", "i"}, {"di", "i"}, {"pe", "i"}, {"ter", "i"}};
  for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
    size_t size = strlen(PAIRS[i][0]);
    if (w->size >= size + strlen(PAIRS[i][1]) && !memcmp(w->at, PAIRS[i][0], size) && ends(w, PAIRS[i][1]))
      return true;
  }
  return false;
}

static bool find_root(const Index *index, Word *word) {
  Word whole = *word;
  Removal removals[3];
  int count = 0;
  if (prefixes_first(word)) {
    if (take_prefixes(index, word) || take_suffixes(index, word, removals, &count)) return true;
    *word = whole;
  }
  if (take_suffixes(index, word, removals, &count) || take_prefixes(index, word)) return true;
  /* Suffixes are put back one after the other: "kan" may have taken the k of a root. */
  while (count--) {
    *word = removals[count].before;
    if (!strcmp(removals[count].taken, "kan")) {
      word->size -= 2;
      if (take_prefixes(index, word)) return true;
      *word = removals[count].before;
    }
    if (take_prefixes(index, word)) return true;
  }
  return false;
}

/* Write the stem of a word to `out` (MAX_WORD bytes or more); return its size.
 * "mendukung" gives "dukung"; "pemilu" is protected and stays. */
uint32_t stem_of(const Index *index, const char *word, uint32_t size, char *out) {
  uint32_t symbol = index_symbol(index, word, size);
  memcpy(out, word, size);
  if (member_of(index, symbol) & MEMBER(PROTECTED)) {
    uint32_t stem = index->words[symbol].stem, begin = index->string_at[stem];
    uint32_t length = index->string_at[stem + 1] - begin;
    if (length > MAX_WORD) return size;
    memcpy(out, index->strings + begin, length);
    return length;
  }
  if (size <= 3 || size > MAX_STEM) return size;
  for (uint32_t i = 0; i < size; i++)
    if (!letter(word[i])) return size;
  Word found = {{0}, size};
  memcpy(found.at, word, size);
  if (is_root(index, &found) || !find_root(index, &found) || !found.size) return size;
  memcpy(out, found.at, found.size);
  return found.size;
}
