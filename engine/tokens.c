/* Tokens with all that is known of each whatever stands around it; remembered chunks.
 *
 * A text is read one chunk at a time (letters without white space, or letters spelled one by one).
 * Chunks that were read are remembered until their memory is full; then the memory starts afresh,
 * between two texts.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_REMEMBERED = 128, PROBES = 16, CHUNKS = 1 << 16, LARGEST_BALLOT = 20 };

struct Chunk { uint64_t hash; uint32_t bytes, points, size; Token *tokens; char text[]; };

bool reader_open(Reader *reader, const Index *index, size_t remembered) {
  memset(reader, 0, sizeof *reader);
  reader->index = index;
  reader->scratch.failed = reader->remembered.failed = &reader->failed;
  reader->remembered.most = remembered;
  reader->chunks_mask = CHUNKS - 1;
  reader->chunks = calloc(CHUNKS, sizeof *reader->chunks);
  return reader->chunks != NULL;
}

void reader_close(Reader *reader) {
  arena_reset(&reader->scratch, 0);
  arena_reset(&reader->remembered, 0);
  free(reader->chunks);
  memset(reader, 0, sizeof *reader);
}

void reader_forget(Reader *reader) {
  memset(reader->chunks, 0, ((size_t)reader->chunks_mask + 1) * sizeof *reader->chunks);
  arena_reset(&reader->remembered, reader->remembered.most);
  reader->chunks_size = 0;
}

/* Add up what the letter groups of a word add: "^ayo$" by 2 letters, 3, … */
static const Letters *letters_of(Reader *reader, const char *norm, uint32_t size) {
  const Index *ix = reader->index;
  char *marked = arena_take(&reader->scratch, size + 2);
  Letters *letters = arena_take(&reader->scratch, sizeof *letters);
  memset(letters, 0, sizeof *letters);
  marked[0] = '^';
  memcpy(marked + 1, norm, size);
  marked[size + 1] = '$';
  for (uint32_t length = ix->head.letters_from; length <= ix->head.letters_to; length++) {
    for (uint32_t i = 0; i + length <= size + 2; i++) {
      uint64_t group = 0;
      for (uint32_t k = 0; k < length; k++) group = group << 8 | (unsigned char)marked[i + k];
      const ModelRow *row = &ix->rows[index_letters(ix, group)];
      double idf = row->idf;
      letters->sums[0] += row->weight * idf;
      for (int k = 1; k < HEADS; k++) letters->sums[k] += row->category[k - 1] * idf;
      letters->sums[SIZE] += idf * idf;
    }
  }
  return letters;
}

/* Fill in what is known of a word. */
static void know_word(Reader *reader, Token *t) {
  const Index *ix = reader->index;
  char stem[MAX_WORD * 4];
  uint32_t size = t->norm_size <= MAX_WORD * 2 ? stem_of(ix, t->norm, t->norm_size, stem) : 0;
  uint32_t members = member_of(ix, index_symbol(ix, t->norm, t->norm_size));
  bool part = t->caps & IS_NAME_PART;
  t->caps &= 3;
  t->bits |= t->caps == 2 ? FLAG(CAPITAL) | FLAG(CAPITALS) : t->caps ? FLAG(CAPITAL) : 0;
  bool strange = part || (t->norm_size > 2 && only_letters(t->norm, t->norm_size) &&
                          (!(members & MEMBER(EVERYDAY)) || (members & MEMBER(NAME_WORD))) &&
                          !index_is_root(ix, t->norm, t->norm_size) && !index_is_root(ix, stem, size));
  if (strange && t->caps == 1 && !t->in_tag) t->bits |= FLAG(STRANGE) | FLAG(UNKNOWN_NAME);
  else if (strange || (members & MEMBER(NAME_WORD))) t->bits |= FLAG(STRANGE);
  t->key = word_key(ix, t->norm, t->norm_size);
  if (member_of(ix, t->key) & MEMBER(NUMBER)) {
    t->bits |= FLAG(VALUE);
    t->value = ix->words[t->key].value;
  }
  if (ix->head.names && (t->bits & FLAG(UNKNOWN_NAME))) return;
  t->unit = ix->head.stems ? index_symbol(ix, stem, size) : index_symbol(ix, t->norm, t->norm_size);
  t->has_unit = (ix->head.stems ? size : t->norm_size) > 0;
  if (t->has_unit && ix->head.letters && t->norm_size) t->letters = letters_of(reader, t->norm, t->norm_size);
}

/* What a number is called: "saya 01" and "saya 04" are the same text, "2024" stays what it is. */
static uint32_t number_unit(const Index *ix, const char *norm, uint32_t size) {
  if (size > 2 || !only_digits(norm, size)) return index_symbol(ix, norm, size);
  uint32_t value = (uint32_t)(norm[0] - '0');
  if (size == 2) value = value * 10 + (uint32_t)(norm[1] - '0');
  if (value > LARGEST_BALLOT) return index_symbol(ix, norm, size);
  return ix->special[norm[0] == '0' && size == 2 ? SPECIAL_ZERO_N : SPECIAL_N];
}

static void know(Reader *reader, Token *t) {
  static const uint64_t KIND[] = {FLAG(IS_WORD), FLAG(IS_NUMBER), FLAG(IS_EMOJI), FLAG(IS_MARK), FLAG(IS_URL), FLAG(IS_HANDLE), FLAG(IS_TAG)};
  const Index *ix = reader->index;
  t->unit = NONE;
  t->bits |= KIND[t->kind] | (t->in_tag ? FLAG(IN_TAG) : 0);
  if (t->kind == TOKEN_word) know_word(reader, t);
  else {
    uint32_t symbol = index_symbol(ix, t->norm, t->norm_size);
    if (t->kind != TOKEN_number && t->kind != TOKEN_handle) t->key = symbol;
    t->has_unit = t->norm_size > 0;
    t->unit = t->kind == TOKEN_number && ix->head.masks ? number_unit(ix, t->norm, t->norm_size) : symbol;
  }
  if (t->key != NONE) t->bits |= ix->words[t->key].bits;
}

/* Keep a chunk with all its tokens point to, if there is room. */
static void remember(Reader *reader, uint64_t hash, const char *text, uint32_t bytes, uint32_t points,
                     const Token *tokens, uint32_t size) {
  size_t need = sizeof(Chunk) + bytes + size * sizeof(Token) + 64;
  for (uint32_t i = 0; i < size; i++)
    need += tokens[i].norm_size + sizeof(Letters) + tokens[i].parts_size * sizeof(uint32_t) + 64;
  uint32_t slot = (uint32_t)hash & reader->chunks_mask;
  int probes = 0;
  while (reader->chunks[slot] && probes++ < PROBES) slot = (slot + 1) & reader->chunks_mask;
  if (reader->chunks[slot]) return;
  if (arena_full(&reader->remembered, need) || reader->chunks_size > CHUNKS / 4 * 3) {
    reader->chunks_size = CHUNKS; /* full: forgotten before the next text */
    return;
  }
  Arena *arena = &reader->remembered;
  Chunk *chunk = arena_take(arena, sizeof *chunk + bytes);
  *chunk = (Chunk){hash, bytes, points, size, NULL};
  memcpy(chunk->text, text, bytes);
  if (size) {
    chunk->tokens = arena_take(arena, size * sizeof *tokens);
    memcpy(chunk->tokens, tokens, size * sizeof *tokens);
  }
  for (uint32_t i = 0; i < size; i++) {
    Token *t = &chunk->tokens[i];
    if (t->norm_size) {
      char *norm = arena_take(arena, t->norm_size);
      memcpy(norm, t->norm, t->norm_size);
      t->norm = norm;
    }
    if (t->parts_size) {
      uint32_t *parts = arena_take(arena, t->parts_size * sizeof *parts);
      memcpy(parts, t->parts, t->parts_size * sizeof *parts);
      t->parts = parts;
    }
    if (t->letters) {
      Letters *letters = arena_take(arena, sizeof *letters);
      *letters = *t->letters;
      t->letters = letters;
    }
  }
  reader->chunks[slot] = chunk;
  reader->chunks_size++;
}

static const Chunk *remembered(const Reader *reader, uint64_t hash, const char *text, uint32_t bytes) {
  uint32_t slot = (uint32_t)hash & reader->chunks_mask;
  for (int probes = 0; probes <= PROBES; probes++, slot = (slot + 1) & reader->chunks_mask) {
    const Chunk *chunk = reader->chunks[slot];
    if (!chunk) return NULL;
    if (chunk->hash == hash && chunk->bytes == bytes && !memcmp(chunk->text, text, bytes)) return chunk;
  }
  return NULL;
}

typedef struct { Reader *reader; const char *at, *end; uint32_t place; } Cursor;
typedef struct { const char *begin, *end; uint32_t place, points, first; } Span;

/* Find the next run without white space; false at the end of the text. */
static bool next_span(Cursor *c, Span *out) {
  const char *at = c->at;
  uint32_t place = c->place;
  while (at < c->end) {
    const char *next = at;
    if ((*at > ' ' && *at < 0x7f) || !is_space(next_point(&next, c->end))) break;
    at = next;
    place++;
  }
  if (at >= c->end) return false;
  *out = (Span){at, at, place, 0, 0};
  while (at < c->end) {
    if (out->points && *at > ' ' && *at < 0x7f) { /* most letters */
      at++;
      out->points++;
      continue;
    }
    const char *next = at;
    uint32_t point = next_point(&next, c->end);
    if (is_space(point)) break;
    if (!out->points++) out->first = point;
    at = next;
  }
  out->end = at;
  c->at = at;
  c->place = place + out->points;
  return true;
}

/* FOLD_ALPHA and FOLD_UPPER of a character as it is written. */
static int letter_kind(const Index *ix, uint32_t point) {
  if (point < 0x80)
    return is_letter((char)point) ? FOLD_ALPHA | (is_upper((char)point) ? FOLD_UPPER : 0) : 0;
  const FoldRow *row = fold_row(ix, point);
  return row ? row->flags & (FOLD_ALPHA | FOLD_UPPER) : 0;
}

/* Take letters spelled one by one ("g a n j a r") as one chunk, white space included. */
static void take_spelled(Cursor *c, Span *span) {
  const Index *ix = c->reader->index;
  int kind = letter_kind(ix, span->first), letters = 1;
  if (span->points != 1 || !(kind & FOLD_ALPHA)) return; /* "wakil e R A Kartini" spells nothing */
  Cursor ahead = *c, last = *c;
  Span next, end = *span;
  while (next_span(&ahead, &next) && next.points == 1 && letter_kind(ix, next.first) == kind) {
    letters++;
    end = next;
    last = ahead;
  }
  if (letters < 3) return;
  span->end = end.end;
  span->points = end.place + 1 - span->place;
  *c = last;
}

/* Give all tokens of a text, in reading order. */
Outcome read_tokens(Reader *reader, const char *text, size_t bytes, Token **out, uint32_t *out_size) {
  Cursor cursor = {reader, text, text + bytes, 0};
  Span span;
  uint32_t size = 0, room = (uint32_t)(bytes / 4) + 16; /* most texts need no more */
  Token *tokens = arena_take(&reader->scratch, room * sizeof *tokens);
  if (reader->chunks_size >= CHUNKS) reader_forget(reader);
  while (next_span(&cursor, &span)) {
    take_spelled(&cursor, &span);
    size_t length = (size_t)(span.end - span.begin);
    bool keep = length <= LONGEST_REMEMBERED;
    uint64_t hash = keep ? hash_bytes(reader->index->seed, span.begin, length) : 0;
    const Chunk *chunk = keep ? remembered(reader, hash, span.begin, (uint32_t)length) : NULL;
    uint32_t first = size;
    if (chunk) {
      for (uint32_t i = 0; i < chunk->size; i++) {
        tokens = arena_grow(&reader->scratch, tokens, size, &room, sizeof *tokens);
        tokens[size++] = chunk->tokens[i];
      }
    } else {
      Folded folded;
      if (!fold_chunk(reader, span.begin, length, &folded)) return HANDED_BACK;
      Scan scan = {reader, &folded, tokens, size, room, first};
      scan_chunk(&scan);
      tokens = scan.out;
      size = scan.size;
      room = scan.room;
      for (uint32_t i = first; i < size; i++) know(reader, &tokens[i]);
      if (keep) remember(reader, hash, span.begin, (uint32_t)length, span.points, tokens + first, size - first);
      reader->missed++;
    }
    for (uint32_t i = first; i < size; i++) {
      tokens[i].start += span.place;
      tokens[i].end += span.place;
    }
  }
  *out = tokens;
  *out_size = size;
  return DONE;
}
