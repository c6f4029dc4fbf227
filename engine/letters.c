/* Characters as a reader sees them: look-alikes, invisible ones, emoji.
 *
 * What a character folds to is a row of the index; one that folds to no ASCII, and a chunk that
 * looks like a broken encoding ("â€™"), are handed back to Python.
 */
#include "engine.h"

#include <string.h>

enum { LONGEST_REPAIR = 2000 };

bool is_space(uint32_t c) { /* as str.isspace */
  if (c < 0x80) return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20);
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static const uint32_t EMOJI[][2] = {
    {0x203c, 0x203c}, {0x2049, 0x2049}, {0x2194, 0x21aa}, {0x2300, 0x23ff}, {0x25a0, 0x25ff},
    {0x2600, 0x27bf}, {0x2b00, 0x2bff}, {0x3030, 0x3030}, {0x303d, 0x303d},
    {0x1f000, 0x1f0ff}, {0x1f170, 0x1f1ff}, {0x1f200, 0x1faff},
};

bool is_emoji(uint32_t c) {
  for (size_t i = 0; i < sizeof EMOJI / sizeof *EMOJI && c >= EMOJI[i][0]; i++)
    if (c <= EMOJI[i][1]) return true;
  return false;
}

/* What may follow an emoji and belong to it: joiner, variation, keycap, skin tones. */
bool is_joiner(uint32_t c) {
  return c == 0x200d || c == 0xfe0f || c == 0x20e3 || (c >= 0x1f3fb && c <= 0x1f3ff);
}

/* Return the next character of UTF-8; U+FFFD for a byte that begins none. */
uint32_t next_point(const char **at, const char *end) {
  const unsigned char *p = (const unsigned char *)*at;
  size_t left = (size_t)(end - *at);
  int more = p[0] < 0x80 ? 0 : p[0] >= 0xf0 && p[0] < 0xf8 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc2 ? 1 : -1;
  if (more == 0) {
    *at += 1;
    return p[0];
  }
  if (more < 0 || p[0] >= 0xf8 || left <= (size_t)more) {
    *at += 1;
    return 0xfffd;
  }
  uint32_t point = p[0] & (0x3fu >> more);
  for (int i = 1; i <= more; i++) {
    if ((p[i] & 0xc0) != 0x80) {
      *at += 1;
      return 0xfffd;
    }
    point = point << 6 | (p[i] & 0x3fu);
  }
  *at += more + 1;
  return point;
}

/* Write a character as UTF-8; return how many bytes. */
size_t put_point(char *out, uint32_t c) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  if (c < 0x800) {
    out[0] = (char)(0xc0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | c >> 18);
  out[1] = (char)(0x80 | (c >> 12 & 0x3f));
  out[2] = (char)(0x80 | (c >> 6 & 0x3f));
  out[3] = (char)(0x80 | (c & 0x3f));
  return 4;
}

/* Return what a character folds to, NULL where the index does not say. */
const FoldRow *fold_row(const Index *ix, uint32_t point) {
  uint32_t low = 0, high = ix->folds_size;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (ix->folds[middle].point < point) low = middle + 1;
    else high = middle;
  }
  return low < ix->folds_size && ix->folds[low].point == point ? &ix->folds[low] : NULL;
}

/* "Jâ€™adore": a letter that begins a broken sequence, and one that goes on with it. */
static bool broken(uint32_t a, uint32_t b) {
  if (a != 0xc2 && a != 0xc3 && a != 0xe2 && a != 0xf0) return false;
  return (b >= 0x80 && b <= 0xbf) || (b >= 0x152 && b <= 0x178) || b == 0x2c6 || b == 0x2dc ||
         (b >= 0x2013 && b <= 0x2122);
}

static char small(char c) { return is_upper(c) ? (char)(c + 32) : c; }

/* Fold a chunk: "pе́milu" with a Cyrillic letter and an accent is "pemilu". False: hand it back. */
bool fold_chunk(Reader *reader, const char *at, size_t bytes, Folded *out) {
  const char *end = at + bytes;
  uint32_t *raw = arena_take(&reader->scratch, bytes * sizeof *raw), n = 0, wide = 0;
  while (at < end) {
    raw[n] = next_point(&at, end);
    wide |= raw[n++];
  }
  size_t room = n;
  if (wide >= 0x80) { /* some characters fold to several */
    room = 0;
    for (uint32_t i = 0; i < n; i++) {
      if (i + 1 < n && n < LONGEST_REPAIR && broken(raw[i], raw[i + 1])) return false;
      const FoldRow *row = raw[i] < 0x7f || is_joiner(raw[i]) ? NULL : fold_row(reader->index, raw[i]);
      if (row ? row->flags & FOLD_REFUSED : raw[i] >= 0x7f && !is_joiner(raw[i]) && !is_emoji(raw[i]))
        return false;
      room += row && row->size ? row->size : 1;
    }
  }
  char *text = arena_take(&reader->scratch, room + 1), *lower = arena_take(&reader->scratch, room + 1);
  *out = (Folded){raw, raw, NULL, text, lower, n, n};
  if (wide < 0x80) {
    for (uint32_t i = 0; i < n; i++) {
      text[i] = (char)raw[i];
      lower[i] = small(text[i]);
    }
    return true;
  }
  uint32_t *points = arena_take(&reader->scratch, room * sizeof *points);
  uint32_t *places = arena_take(&reader->scratch, room * sizeof *places);
  uint32_t size = 0;
  bool after_emoji = false;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t c = raw[i];
    if (c < 0x7f) {
      after_emoji = c && strchr("0123456789#*", (int)c); /* what a keycap can be built on */
      if (c < ' ') continue;
    } else if (is_joiner(c)) {
      if (!after_emoji) continue; /* alone they are invisible disguises */
    } else {
      const FoldRow *row = fold_row(reader->index, c);
      if (row && !(row->flags & FOLD_ITSELF)) {
        if (row->size) after_emoji = false;
        for (uint32_t k = 0; k < row->size; k++) {
          points[size] = (unsigned char)row->plain[k];
          places[size++] = i;
        }
        continue;
      }
      after_emoji = is_emoji(c);
    }
    points[size] = c;
    places[size++] = i;
  }
  for (uint32_t i = 0; i < size; i++) {
    text[i] = points[i] < 0x80 ? (char)points[i] : (char)0x80;
    lower[i] = small(text[i]);
  }
  out->points = points;
  out->at = places;
  out->size = size;
  return true;
}
