/* A chunk to its tokens, each with its span on the raw chunk.
 *
 * At each place the first kind that matches takes what it can: link, stand-in of a collector,
 * entity, handle, hashtag, keycap, money, number, word, emoji, mark. Each loop is bounded or moves
 * on, so no chunk takes more than linear time.
 */
#include "engine.h"

#include <string.h>

enum { LONGEST_HOST = 63, GLUED = 14, GLUED_PIECES = 3, GLUED_PIECE = 3, MAX_PARTS = MAX_TAG + 1 };

typedef struct { uint32_t begin, end; } Part;

static bool word_char(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

static bool space_at(const Scan *s, uint32_t i) { return is_space(s->folded->points[i]); }

/* Whether the folded chunk goes on with a text in small letters, whatever its case. */
static bool goes_on(const Scan *s, uint32_t at, const char *with) {
  size_t size = strlen(with);
  return s->folded->size - at >= size && !memcmp(s->folded->lower + at, with, size);
}

/* Whether a word is a part of names as it is written: in chat spelling "Ni" would be "ini". */
static bool is_name_part(const Scan *s, uint32_t begin, uint32_t end) {
  char word[MAX_WORD];
  if (end - begin > MAX_WORD) return false;
  for (uint32_t i = begin; i < end; i++) {
    uint32_t c = s->folded->raw[i];
    if (c >= 0x80) return false;
    word[i - begin] = is_upper((char)c) ? (char)(c + 32) : (char)c;
  }
  const Index *ix = s->reader->index;
  return member_of(ix, index_symbol(ix, word, end - begin)) & MEMBER(NAME_PART);
}

/* 0 lower case, 1 first letter capital, 2 all capitals. */
static uint8_t caps_of(const char *text, uint32_t size) {
  bool small = false, capital = false;
  for (uint32_t i = 0; i < size; i++) {
    small = small || is_lower(text[i]);
    capital = capital || is_upper(text[i]);
  }
  if (!capital) return 0;
  return size > 1 && !small ? 2 : is_upper(*text);
}

static Token *add(Scan *s, uint32_t begin, uint32_t end, int kind, const char *norm, uint32_t size, bool in_tag) {
  const Folded *f = s->folded;
  s->out = arena_grow(&s->reader->scratch, s->out, s->size, &s->room, sizeof *s->out);
  Token *t = &s->out[s->size++];
  memset(t, 0, sizeof *t);
  uint8_t caps = kind == TOKEN_word ? caps_of(f->text + begin, end - begin) : 0;
  if (f->at) { /* invisible characters after the last letter belong to the word */
    uint32_t last = f->at[end - 1], next = end < f->size ? f->at[end] : f->raw_size;
    begin = f->at[begin];
    end = last + 1 > next ? last + 1 : next;
  }
  t->start = begin;
  t->end = end;
  t->kind = (uint8_t)kind;
  t->caps = caps;
  t->in_tag = in_tag;
  t->norm_size = size;
  t->norm = norm;
  t->key = NONE;
  if (kind == TOKEN_word && is_name_part(s, begin, end)) t->caps |= IS_NAME_PART;
  return t;
}

static void add_special(Scan *s, uint32_t begin, uint32_t end, int kind, int special) {
  const Index *ix = s->reader->index;
  uint32_t at = ix->string_at[ix->special[special]], next = ix->string_at[ix->special[special] + 1];
  add(s, begin, end, kind, ix->strings + at, next - at, false);
}

/* Add the word or words that letters stand for. */
static void add_spelt(Scan *s, uint32_t begin, uint32_t end, const char *word, uint32_t size, bool in_tag) {
  Spelt spelt;
  spell(s->reader->index, word, size, &spelt);
  for (uint32_t i = 0; i < spelt.size; i++) {
    String piece = spelt.piece[i];
    char *norm = arena_take(&s->reader->scratch, piece.size + 1);
    memcpy(norm, piece.at, piece.size);
    add(s, begin, end, TOKEN_word, norm, piece.size, in_tag);
  }
}

/* Numbers that can be read on a ballot or a calendar stay; other ones are just numbers. The token
 * is looked up as it is written. */
static void add_number(Scan *s, uint32_t begin, uint32_t end, const char *text, uint32_t size, bool in_tag) {
  const Index *ix = s->reader->index;
  bool stays = only_digits(text, size) &&
               (size <= 2 || (size == 4 && (!memcmp(text, "19", 2) || !memcmp(text, "20", 2))));
  uint32_t at = ix->string_at[ix->special[SPECIAL_NUM]];
  const char *norm = stays ? text : ix->strings + at;
  uint32_t norm_size = stays ? size : ix->string_at[ix->special[SPECIAL_NUM] + 1] - at;
  Token *t = add(s, begin, end, TOKEN_number, norm, norm_size, in_tag);
  const uint32_t *raw = s->folded->raw + t->start;
  uint32_t digits = 0, value = 0, raw_size = t->end - t->start;
  while (digits < raw_size && raw[digits] >= '0' && raw[digits] <= '9') {
    if (digits < 9) value = value * 10 + raw[digits] - '0';
    digits++;
  }
  if (digits == raw_size) { /* "0123": its digits, however many */
    char *key = arena_take(&s->reader->scratch, raw_size);
    for (uint32_t i = 0; i < raw_size; i++) key[i] = (char)raw[i];
    t->key = index_symbol(ix, key, raw_size);
    if (raw_size == 2 && key[0] == '0') t->bits |= ZEROED;
  } else {
    t->key = index_symbol(ix, norm, norm_size);
    if (!stays) return;
    for (value = digits = 0; digits < norm_size; digits++) value = value * 10 + (uint32_t)(norm[digits] - '0');
    if (norm_size == 2 && norm[0] == '0') t->bits |= ZEROED;
  }
  if (digits == 4) t->bits |= YEAR;
  if (digits > 2) return;
  t->value = value;
  if (value > 0 && value <= 30) t->bits |= FLAG(VALUE);
}

/* Cut text where its case, or letters and digits, change: "PrabowoGibran", "TPS02". */
static uint32_t case_parts(const char *text, uint32_t begin, uint32_t end, Part *parts, uint32_t room) {
  uint32_t n = 0;
  for (uint32_t i = begin; i < end && n < room;) {
    uint32_t j = i;
    if (is_digit(text[i])) {
      while (j < end && is_digit(text[j])) j++;
    } else if (is_upper(text[i])) {
      while (j < end && is_upper(text[j])) j++;
      if (j < end && is_lower(text[j]) && --j == i) /* "Ayo": one capital before small letters */
        for (j = i + 1; j < end && is_lower(text[j]);) j++;
    } else if (is_lower(text[i])) {
      while (j < end && is_lower(text[j])) j++;
    } else {
      i++;
      continue;
    }
    parts[n++] = (Part){i, j};
    i = j;
  }
  return n;
}

/* Cut a hashtag or handle into its words: "#AyoKeTPS". */
static uint32_t tag_parts(const Scan *s, const char *text, const char *lower, uint32_t begin,
                          uint32_t end, Part *parts) {
  const Index *ix = s->reader->index;
  Part cut[MAX_PARTS];
  uint32_t sizes[MAX_TAG + 1], n = 0, count = case_parts(text, begin, end, cut, MAX_PARTS);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = cut[i].begin, size = cut[i].end - at, pieces = 1;
    if (member_of(ix, index_symbol(ix, lower + at, size)) & MEMBER(KNOWN)) sizes[0] = size;
    else pieces = split_glued(ix, lower + at, size, sizes);
    for (uint32_t k = 0; k < pieces; at += sizes[k++]) parts[n++] = (Part){at, at + sizes[k]};
  }
  return n;
}

static void add_hashtag(Scan *s, uint32_t begin, uint32_t end) {
  const Folded *f = s->folded;
  uint32_t size = end - begin;
  Part parts[MAX_PARTS];
  uint32_t n = size <= MAX_TAG + 1 ? tag_parts(s, f->text, f->lower, begin + 1, end, parts) : 0;
  add(s, begin, end, TOKEN_hashtag, f->lower + begin, size > MAX_WORD + 1 ? MAX_WORD + 1 : size, false);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t a = parts[i].begin, b = parts[i].end;
    if (only_digits(f->lower + a, b - a)) add_number(s, a, b, f->lower + a, b - a, true);
    else add_spelt(s, a, b, f->lower + a, b - a, true);
  }
}

static void add_handle(Scan *s, uint32_t begin, uint32_t end) {
  const Index *ix = s->reader->index;
  const char *lower = s->folded->lower;
  Part parts[MAX_PARTS];
  uint32_t stop = end - begin - 1 > MAX_TAG ? begin + 1 + MAX_TAG : end;
  uint32_t n = tag_parts(s, lower, lower, begin + 1, stop, parts), count = 0;
  uint32_t *symbols = arena_take(&s->reader->scratch, (n + 1) * MAX_PIECES * sizeof *symbols);
  char alone[MAX_WORD + 64] = "@";
  uint32_t alone_size = 1;
  for (uint32_t i = 0; i < n; i++) {
    Spelt spelt;
    spell(ix, lower + parts[i].begin, parts[i].end - parts[i].begin, &spelt);
    for (uint32_t k = 0; k < spelt.size; k++) {
      String piece = spelt.piece[k];
      if (!count && piece.size <= MAX_WORD) {
        memcpy(alone + 1, piece.at, piece.size);
        alone_size = 1 + piece.size;
      }
      symbols[count++] = index_symbol(ix, piece.at, piece.size);
    }
  }
  add_special(s, begin, end, TOKEN_handle, SPECIAL_USER);
  Token *t = &s->out[s->size - 1];
  t->parts = symbols;
  t->parts_size = count;
  if (count <= 1) t->key = index_symbol(ix, alone, alone_size);
}

/* Return where a word and a number are glued together, or 0: "nomor2", "2periode", not "orang2". */
static uint32_t glued_number(const Index *ix, const char *word, uint32_t size) {
  uint32_t letters = 0, digits = 0, middle;
  while (letters < size && is_letter(word[letters])) letters++;
  while (letters + digits < size && is_digit(word[letters + digits])) digits++;
  const char *known = word;
  if (letters >= 2 && digits >= 1 && digits <= 4 && letters + digits == size) {
    middle = letters;
    if (digits == 1 && word[letters] == '2' &&
        !(member_of(ix, index_symbol(ix, word, letters)) & MEMBER(GLUED)))
      return 0;
  } else {
    for (digits = 0; digits < size && is_digit(word[digits]);) digits++;
    for (letters = 0; digits + letters < size && is_letter(word[digits + letters]);) letters++;
    if (digits < 1 || digits > 4 || letters < 3 || digits + letters != size) return 0;
    middle = digits;
    known = word + digits;
  }
  return knows(ix, known, letters) ? middle : 0;
}

static void add_glued(Scan *s, uint32_t begin, uint32_t end) {
  const char *word = s->folded->lower + begin;
  if (only_digits(word, end - begin)) add_number(s, begin, end, word, end - begin, false);
  else add_spelt(s, begin, end, word, end - begin, false);
}

/* Add what a run of letters, digits and apostrophes holds. */
static void add_word(Scan *s, uint32_t begin, uint32_t end) {
  const Index *ix = s->reader->index;
  const char *text = s->folded->text, *word = s->folded->lower + begin;
  uint32_t size = end - begin;
  bool known = knows(ix, word, size), inner = false;
  for (uint32_t i = begin; i + 1 < end && !known && !inner; i++) inner = is_lower(text[i]) && is_upper(text[i + 1]);
  if (inner) { /* "PrabowoGibran": cut only where every piece is a word */
    Part *cut = arena_take(&s->reader->scratch, size * sizeof *cut);
    uint32_t n = case_parts(text, begin, end, cut, size), good = 0;
    while (good < n && cut[good].end - cut[good].begin > 2 &&
           knows(ix, s->folded->lower + cut[good].begin, cut[good].end - cut[good].begin))
      good++;
    for (uint32_t i = 0; good == n && i < n; i++)
      add_spelt(s, cut[i].begin, cut[i].end, s->folded->lower + cut[i].begin, cut[i].end - cut[i].begin, false);
    if (good == n) return;
  }
  bool letters = only_letters(word, size);
  uint8_t caps = letters ? caps_of(text + begin, size) : 1;
  bool even = caps != 1 && (caps == 2 || !memcmp(text + begin, word, size)); /* all small, or all capitals */
  if (even && !known && size >= GLUED && size <= MAX_TAG) { /* "ayocoblosnomordua" */
    uint32_t sizes[MAX_TAG + 1], pieces = split_glued(ix, word, size, sizes), short_ones = 0;
    for (uint32_t i = 0; i < pieces; i++) short_ones += sizes[i] < GLUED_PIECE;
    if (pieces >= GLUED_PIECES && !short_ones) {
      for (uint32_t i = 0; i < pieces; begin += sizes[i], word += sizes[i], i++)
        add_spelt(s, begin, begin + sizes[i], word, sizes[i], false);
      return;
    }
  }
  uint32_t middle;
  if (known || letters) add_spelt(s, begin, end, word, size, false);
  else if (only_digits(word, size)) add_number(s, begin, end, word, size, false);
  else if ((middle = glued_number(ix, word, size))) {
    add_glued(s, begin, begin + middle);
    add_glued(s, begin + middle, end);
  } else add_spelt(s, begin, end, word, size, false);
}

/* Read "g.a.n.j.a.r" as one word; return where the rest begins. */
static uint32_t add_split_letters(Scan *s) {
  const Index *ix = s->reader->index;
  const Folded *f = s->folded;
  uint32_t end = 1, letters = 1;
  if (!f->size || !is_letter(f->text[0])) return 0;
  for (;;) {
    uint32_t gap = 0;
    while (gap < 3 && end + gap < f->size &&
           (space_at(s, end + gap) || f->points[end + gap] == 0xb7 ||
            (f->text[end + gap] && strchr(".-_*/+,~", f->text[end + gap]))))
      gap++;
    if (!gap || end + gap >= f->size || !is_letter(f->text[end + gap])) break;
    end += gap + 1;
    letters++;
  }
  if (letters < 3 || (end < f->size && (is_letter(f->text[end]) || is_digit(f->text[end])))) return 0;
  char *joined = arena_take(&s->reader->scratch, letters);
  uint32_t sizes[MAX_TAG + 1], n = 0;
  for (uint32_t i = 0; i < end; i++)
    if (is_letter(f->text[i])) joined[n++] = f->lower[i];
  if (n <= 3) {
    Spelt spelt;
    spell(ix, joined, n, &spelt);
    if (spelt.size != 1 || !(member_of(ix, index_symbol(ix, spelt.piece[0].at, spelt.piece[0].size)) & MEMBER(KNOWN)))
      return 0;
  }
  uint32_t count = split_glued(ix, joined, n, sizes);
  for (uint32_t i = 0; i < count; joined += sizes[i++]) add_spelt(s, 0, end, joined, sizes[i], false);
  return end;
}

static uint32_t to_space(const Scan *s, uint32_t at) {
  while (at < s->folded->size && !space_at(s, at)) at++;
  return at;
}

/* Return where a link that begins here ends, or 0: "www.kpu.go.id", "bit.ly/x". */
static uint32_t link_end(const Scan *s, uint32_t at) {
  static const char *const BEGINS[] = {"http://", "https://", "www."};
  static const char *const DOMAINS[] = {"com", "co", "id", "org", "net", "me", "ly", "go", "be"};
  const Folded *f = s->folded;
  for (size_t i = 0; i < 3; i++)
    if (goes_on(s, at, BEGINS[i])) return to_space(s, at + (uint32_t)strlen(BEGINS[i]));
  uint32_t host = at;
  while (host < f->size && host - at < LONGEST_HOST &&
         (is_letter(f->text[host]) || is_digit(f->text[host]) || f->text[host] == '-'))
    host++;
  if (host == at || host >= f->size || f->text[host] != '.') return 0;
  for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++) {
    if (!goes_on(s, host + 1, DOMAINS[i])) continue;
    uint32_t after = host + 1 + (uint32_t)strlen(DOMAINS[i]);
    for (uint32_t more = 3; more >= 2; more--) { /* ".co.id/" */
      if (after + more + 1 >= f->size || f->text[after] != '.' || f->text[after + more + 1] != '/') continue;
      if (only_letters(f->text + after + 1, more)) return to_space(s, after + more + 2);
    }
    if (after < f->size && f->text[after] == '/') return to_space(s, after + 1);
  }
  return 0;
}

/* Return where digits with single signs between groups of them end: "1.250.000", "12/2024". */
static uint32_t groups_end(const Scan *s, uint32_t at, const char *signs, int most) {
  const Folded *f = s->folded;
  while (at < f->size && is_digit(f->text[at])) at++;
  while (most-- && at + 1 < f->size && f->text[at] && strchr(signs, f->text[at]) && is_digit(f->text[at + 1]))
    for (at++; at < f->size && is_digit(f->text[at]);) at++;
  return at;
}

/* Add what a collector of texts put in place of something, or an entity; return its end, or 0. */
static uint32_t add_stand_in(Scan *s, uint32_t at) {
  static const struct { const char *text; int kind, special; } STAND_INS[] = {
      {"<url>", TOKEN_url, SPECIAL_URL}, {"<num>", TOKEN_number, SPECIAL_NUM},
      {"[username]", TOKEN_handle, SPECIAL_USER}, {"[url]", TOKEN_url, SPECIAL_URL},
      {"[sensitive-no]", TOKEN_number, SPECIAL_NUM}, {"&amp;", TOKEN_word, SPECIAL_DAN},
      {"&quot;", TOKEN_mark, SPECIAL_QUOTE}, {"&gt;", -1, 0}, {"&lt;", -1, 0}, {"&nbsp;", -1, 0}};
  for (size_t i = 0; i < sizeof STAND_INS / sizeof *STAND_INS; i++) {
    if (!goes_on(s, at, STAND_INS[i].text)) continue;
    uint32_t end = at + (uint32_t)strlen(STAND_INS[i].text);
    bool exact = !memcmp(s->folded->text + at, STAND_INS[i].text, end - at);
    if (STAND_INS[i].kind >= 0 && (*STAND_INS[i].text != '&' || exact)) {
      add_special(s, at, end, STAND_INS[i].kind, STAND_INS[i].special);
      Token *t = &s->out[s->size - 1];
      if (t->kind == TOKEN_number) t->key = s->reader->index->special[SPECIAL_NUM];
      if (t->kind == TOKEN_handle) t->key = index_symbol(s->reader->index, "@", 1);
    }
    return end;
  }
  return 0;
}

static uint32_t joiners_end(const Folded *f, uint32_t at) {
  for (int i = 0; i < 4 && at < f->size && is_joiner(f->points[at]); i++) at++;
  return at;
}

/* Add an emoji without skin tone and variation; a row of one emoji is one word. */
static uint32_t add_emoji(Scan *s, uint32_t at) {
  const Folded *f = s->folded;
  const uint32_t *p = f->points;
  bool flag = p[at] >= 0x1f1e6 && p[at] <= 0x1f1ff && at + 1 < f->size && p[at + 1] >= 0x1f1e6 && p[at + 1] <= 0x1f1ff;
  if (!flag && !is_emoji(p[at])) return 0;
  uint32_t end = joiners_end(f, at + (flag ? 2 : 1));
  for (int i = 0; i < 6 && end < f->size && p[end - 1] == 0x200d && is_emoji(p[end]); i++)
    end = joiners_end(f, end + 1);
  uint32_t kept[64], n = 0, first = 0; /* 2 + 4 + 6 * 5 at most */
  for (uint32_t i = at; i < end; i++)
    if (p[i] != 0xfe0f && !(p[i] >= 0x1f3fb && p[i] <= 0x1f3ff)) kept[n++] = p[i];
  while (first < n && kept[first] == 0x200d) first++;
  while (n > first && kept[n - 1] == 0x200d) n--;
  char *norm = arena_take(&s->reader->scratch, 4 * (n - first) + 1);
  uint32_t size = 0;
  for (uint32_t i = first; i < n; i++) size += (uint32_t)put_point(norm + size, kept[i]);
  Token *before = s->size > s->first ? &s->out[s->size - 1] : NULL;
  if (before && before->kind == TOKEN_emoji && before->norm_size == size && !memcmp(before->norm, norm, size)) {
    uint32_t start = before->start;
    s->size--;
    add(s, at, end, TOKEN_emoji, norm, size, false)->start = start;
  } else add(s, at, end, TOKEN_emoji, norm, size, false);
  return end;
}

/* Add a row of marks; return its end, or 0 for no mark a reader hears. */
static uint32_t add_mark(Scan *s, uint32_t at) {
  const Folded *f = s->folded;
  uint32_t end = at + 1;
  int special;
  switch (f->text[at]) {
  case '!': case '?':
    special = SPECIAL_EXCLAIM;
    for (end = at; end < f->size && (f->text[end] == '!' || f->text[end] == '?'); end++)
      if (f->text[end] == '?') special = SPECIAL_QUESTION;
    break;
  case '.':
    while (end < f->size && f->text[end] == '.') end++;
    if (end - at < 2) return 0;
    special = SPECIAL_DOTS;
    break;
  case '"': special = SPECIAL_QUOTE; break;
  case ':': special = SPECIAL_COLON; break;
  case '|': special = SPECIAL_BAR; break;
  case '/': special = SPECIAL_SLASH; break;
  default: return 0;
  }
  add_special(s, at, end, TOKEN_mark, special);
  return end;
}

/* Add a keycap ("2️⃣"), a sum of money, or a number that no letter follows; return its end, or 0. */
static uint32_t add_figure(Scan *s, uint32_t at) {
  const Folded *f = s->folded;
  if (is_digit(f->text[at])) {
    uint32_t cap = at + 1 < f->size && f->points[at + 1] == 0xfe0f ? at + 2 : at + 1;
    if (cap < f->size && f->points[cap] == 0x20e3) {
      add_number(s, at, cap + 1, f->text + at, 1, false);
      return cap + 1;
    }
  }
  if (goes_on(s, at, "rp")) {
    uint32_t digits = at + 2 < f->size && f->text[at + 2] == '.' ? at + 3 : at + 2;
    if (digits < f->size && is_digit(f->text[digits])) {
      uint32_t end = groups_end(s, digits, ".,", 5);
      add_number(s, at, end, "rp", 2, false);
      return end;
    }
  }
  if (!is_digit(f->text[at])) return 0;
  uint32_t end = groups_end(s, at, ".,:/", 4);
  if (end < f->size && word_char(f->text[end])) return 0;
  add_number(s, at, end, f->text + at, end - at, false);
  return end;
}

static uint32_t add_words(Scan *s, uint32_t at) {
  const Folded *f = s->folded;
  uint32_t end = at;
  while (end < f->size && word_char(f->text[end])) end++;
  for (int i = 0; i < 3 && end + 1 < f->size && f->text[end] == '\'' && word_char(f->text[end + 1]); i++)
    for (end++; end < f->size && word_char(f->text[end]);) end++;
  while (at < end) {
    uint32_t stop = at;
    while (stop < end && f->text[stop] != '_') stop++;
    if (stop > at) add_word(s, at, stop);
    at = stop + 1;
  }
  return end;
}

/* Add all tokens of a chunk. */
void scan_chunk(Scan *s) {
  const Folded *f = s->folded;
  for (uint32_t at = add_split_letters(s); at < f->size;) {
    char c = f->text[at];
    uint32_t end = 0;
    if ((is_letter(c) || is_digit(c) || c == '-') && (end = link_end(s, at))) add_special(s, at, end, TOKEN_url, SPECIAL_URL);
    else if (c == '<' || c == '[' || c == '&') end = add_stand_in(s, at);
    else if ((c == '@' || c == '#') && at + 1 < f->size && word_char(f->text[at + 1])) {
      for (end = at + 1; end < f->size && word_char(f->text[end]);) end++;
      if (c == '@') add_handle(s, at, end);
      else add_hashtag(s, at, end);
    }
    if (!end) end = add_figure(s, at);
    if (!end && word_char(c)) end = add_words(s, at);
    if (!end && f->points[at] >= 0x80) end = add_emoji(s, at);
    if (!end) end = add_mark(s, at);
    at = end ? end : at + 1;
  }
}
