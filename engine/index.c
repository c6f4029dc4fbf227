/* The tables of the engine: one row of bytes, every number of it checked before use.
 *
 * What lies in a file is made by score/index.py; hash tables are made here, by a random seed, so
 * that no file and no text can make them slow. Root words come apart: they are PySastrawi's and
 * are read from where that is installed.
 */
#include "engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_BYTES = 8, SECTIONS = 19 };
static const char MAGIC[MAGIC_BYTES + 1] = "NTRLIX01";
typedef struct { uint64_t at, bytes; } Section;

/* Return a section as an array of items of a size, and how many there are; NULL if it is none. */
static const void *section(const char *data, size_t size, int number, size_t item, uint32_t *count) {
  Section where;
  memcpy(&where, data + MAGIC_BYTES + 32 + (size_t)number * sizeof where, sizeof where);
  if (where.at % 8 || where.at > size || where.bytes > size - where.at || where.bytes % item)
    return NULL;
  if (where.bytes / item > NONE / 4) return NULL;
  if (count) *count = (uint32_t)(where.bytes / item);
  return data + where.at;
}

static bool within(uint32_t at, uint32_t size, uint32_t of) { return at <= of && size <= of - at; }

static bool symbols_within(const Index *ix, uint32_t at, uint32_t size) {
  if (!within(at, size, ix->pool_size)) return false;
  for (uint32_t i = at; i < at + size; i++)
    if (ix->pool[i] >= ix->symbols && ix->pool[i] != NONE) return false;
  return true;
}

static const char *check_words(const Index *ix, uint32_t string_bytes) {
  if (ix->string_at[0] != 0 || ix->string_at[ix->symbols] != string_bytes) return "strings";
  for (uint32_t i = 0; i < ix->symbols; i++) {
    const WordRow *w = &ix->words[i];
    if (ix->string_at[i] > ix->string_at[i + 1]) return "strings";
    if (!symbols_within(ix, w->slang_at, w->slang_size) || w->slang_size > MAX_PIECES) return "words";
    for (uint32_t k = 0; k < w->slang_size; k++)
      if (ix->pool[w->slang_at + k] == NONE) return "words";
    if (w->stem >= ix->symbols || w->row >= ix->rows_size) return "words";
    if (w->near > ix->near_size / (2 * NEAR_GROUPS)) return "words";
  }
  return NULL;
}

static const char *check_lexicon(const Index *ix) {
  for (uint32_t i = 0; i < ix->entries_size; i++) {
    const EntryRow *e = &ix->entries[i];
    if (!within(e->exact_at, e->exact_size, ix->blocks_size)) return "entries";
    if (!within(e->near_at, e->near_size, ix->blocks_size)) return "entries";
    if (e->kind > KIND_cue || e->written > CASE_upper || e->direction > DIRECTION_none ||
        e->category >= CATEGORY_COUNT || (e->cue & ~CUES))
      return "entries";
  }
  for (uint32_t i = 0; i < ix->blocks_size; i++) {
    const BlockRow *b = &ix->blocks[i];
    if (!symbols_within(ix, b->before_at, b->before_size) || b->text >= ix->symbols ||
        !symbols_within(ix, b->after_at, b->after_size))
      return "blocks";
  }
  for (uint32_t i = 0; i < ix->forms_size; i++) {
    const FormRow *f = &ix->forms[i];
    if (!within(f->entries_at, f->entries_size, ix->pool_size) || !f->entries_size) return "forms";
    for (uint32_t k = f->entries_at; k < f->entries_at + f->entries_size; k++)
      if (ix->pool[k] >= ix->entries_size) return "forms";
  }
  if (ix->nodes_size < ix->symbols) return "nodes";
  for (uint32_t i = 0; i < ix->nodes_size; i++)
    if (ix->nodes[i].target > ix->forms_size || ix->nodes[i].phrase > ix->forms_size) return "nodes";
  for (uint32_t i = 0; i < ix->edges_size; i++) {
    const EdgeRow *e = &ix->edges[i];
    /* A child comes after its parent, so no walk can go round. */
    if (e->node >= e->child || e->child >= ix->nodes_size || e->symbol >= ix->symbols ||
        e->child < ix->symbols)
      return "edges";
  }
  return NULL;
}

static const char *check_model(const Index *ix) {
  for (uint32_t i = 0; i < ix->pairs_size; i++)
    if (ix->pairs[i].row >= ix->rows_size) return "pairs";
  for (uint32_t i = 0; i < ix->near_size; i++)
    if (ix->near[i] >= ix->rows_size) return "near";
  for (uint32_t i = 0; i < ix->letters_size; i++)
    if (ix->letters[i].row >= ix->rows_size) return "letters";
  for (uint32_t i = 0; i < SIGNAL_COUNT * CATEGORY_COUNT; i++)
    if (ix->signals[i] >= ix->rows_size) return "signals";
  for (uint32_t i = 0; i < ix->rows_size; i++)
    for (uint32_t k = 0; k < HEADS + 1; k++)
      if (!isfinite((&ix->rows[i].weight)[k])) return "rows";
  const Head *h = &ix->head;
  if (h->letters_from < 1 || h->letters_to > 8 || h->letters_from > h->letters_to || h->reach > 64)
    return "head";
  return NULL;
}

static const char *check_lists(Index *ix) {
  for (uint32_t i = 0; i < SPECIAL_COUNT; i++)
    if (ix->special[i] >= ix->symbols) return "special";
  for (uint32_t i = 0; i < KIND_COUNT * 3; i++)
    if (ix->placeholders[i] >= ix->symbols) return "placeholders";
  for (uint32_t i = 0; i < ix->suffixes_size; i++)
    if (ix->suffixes[i] >= ix->symbols) return "suffixes";
  for (uint32_t i = 0; i < ix->folds_size; i++)
    if (ix->folds[i].size > sizeof ix->folds[i].plain ||
        (i && ix->folds[i - 1].point >= ix->folds[i].point))
      return "folds";
  for (uint32_t i = 0; i < 256; i++)
    if (ix->digits[i] >= 128) return "digits";
  /* Names in order, so those of one first letter lie together. */
  uint32_t letter = 0;
  for (uint32_t i = 0; i < ix->typos_size; i++) {
    if (ix->typos[i] >= ix->symbols) return "typos";
    const char *name = ix->strings + ix->string_at[ix->typos[i]];
    if (*name < 'a' || *name > 'z' || (uint32_t)(*name - 'a') + 1 < letter) return "typos";
    while (letter <= (uint32_t)(*name - 'a')) ix->typo_first[letter++] = i;
  }
  while (letter <= 26) ix->typo_first[letter++] = ix->typos_size;
  return NULL;
}

/* Return a table of 1 + number, twice as large as its items at least. */
static uint32_t *new_slots(uint32_t items, uint32_t *mask) {
  uint32_t size = 16;
  while (size < items * 2) size *= 2;
  *mask = size - 1;
  return calloc(size, sizeof(uint32_t));
}

static bool make_tables(Index *ix) {
  uint32_t size = 16;
  while (size < ix->symbols * 2) size *= 2;
  ix->symbol_mask = size - 1;
  ix->symbol_slots = calloc(size, sizeof *ix->symbol_slots);
  ix->edge_slots = new_slots(ix->edges_size, &ix->edge_mask);
  ix->pair_slots = new_slots(ix->pairs_size, &ix->pair_mask);
  ix->letters_slots = new_slots(ix->letters_size, &ix->letters_mask);
  if (!ix->symbol_slots || !ix->edge_slots || !ix->pair_slots || !ix->letters_slots) return false;
  for (uint32_t i = 0; i < ix->symbols; i++) {
    const char *at = ix->strings + ix->string_at[i];
    uint64_t hash = hash_bytes(ix->seed, at, ix->string_at[i + 1] - ix->string_at[i]);
    uint32_t slot = (uint32_t)hash & ix->symbol_mask;
    while (ix->symbol_slots[slot].symbol) slot = (slot + 1) & ix->symbol_mask;
    ix->symbol_slots[slot] = (SymbolSlot){(uint32_t)(hash >> 32), i + 1};
  }
  for (uint32_t i = 0; i < ix->edges_size; i++) {
    uint32_t slot = (uint32_t)hash_pair(ix->seed, ix->edges[i].node, ix->edges[i].symbol) & ix->edge_mask;
    while (ix->edge_slots[slot]) slot = (slot + 1) & ix->edge_mask;
    ix->edge_slots[slot] = i + 1;
  }
  for (uint32_t i = 0; i < ix->pairs_size; i++) {
    uint32_t slot = (uint32_t)hash_pair(ix->seed, ix->pairs[i].left, ix->pairs[i].right) & ix->pair_mask;
    while (ix->pair_slots[slot]) slot = (slot + 1) & ix->pair_mask;
    ix->pair_slots[slot] = i + 1;
  }
  for (uint32_t i = 0; i < ix->letters_size; i++) {
    uint64_t key = ix->letters[i].letters;
    uint32_t slot = (uint32_t)hash_pair(ix->seed, (uint32_t)key, (uint32_t)(key >> 32)) & ix->letters_mask;
    while (ix->letters_slots[slot]) slot = (slot + 1) & ix->letters_mask;
    ix->letters_slots[slot] = i + 1;
  }
  return true;
}

/* Root words: lines of a text. */
static bool read_roots(Index *ix, const char *roots, size_t bytes) {
  uint32_t lines = 1;
  for (size_t i = 0; i < bytes; i++) lines += roots[i] == '\n';
  ix->roots = malloc(bytes + 1);
  ix->root_at = malloc((lines + 1) * 2 * sizeof(uint32_t));
  ix->root_slots = new_slots(lines, &ix->root_mask);
  if (!ix->roots || !ix->root_at || !ix->root_slots) return false;
  memcpy(ix->roots, roots, bytes);
  for (size_t begin = 0; begin < bytes;) {
    size_t end = begin;
    while (end < bytes && ix->roots[end] != '\n') end++;
    if (end > begin) {
      uint32_t slot = (uint32_t)hash_bytes(ix->seed, ix->roots + begin, end - begin) & ix->root_mask;
      while (ix->root_slots[slot]) slot = (slot + 1) & ix->root_mask;
      ix->root_at[ix->roots_size * 2] = (uint32_t)begin;
      ix->root_at[ix->roots_size * 2 + 1] = (uint32_t)(end - begin);
      ix->root_slots[slot] = ++ix->roots_size;
    }
    begin = end + 1;
  }
  return true;
}

/* Use an index as it lies in memory, which must stay; NULL, or which part of it is wrong. */
const char *index_open(Index *ix, const void *bytes, size_t size, const char *roots,
                       size_t roots_bytes, uint64_t seed) {
  const char *data = bytes;
  uint32_t count = 0, string_bytes = 0;
  memset(ix, 0, sizeof *ix);
  ix->seed = seed;
  if (size < MAGIC_BYTES + 32 + SECTIONS * sizeof(Section)) return "size";
  if (memcmp(data, MAGIC, MAGIC_BYTES) != 0) return "version";
#define READ(number, name, type, many) \
  if (!(ix->name = (const type *)section(data, size, number, sizeof(type), &many))) return #name;
  READ(0, strings, char, string_bytes)
  READ(1, string_at, uint32_t, count)
  if (!count) return "string_at";
  ix->symbols = count - 1;
  READ(2, words, WordRow, count)
  if (count != ix->symbols) return "words";
  READ(3, pool, uint32_t, ix->pool_size)
  READ(4, entries, EntryRow, ix->entries_size)
  READ(5, blocks, BlockRow, ix->blocks_size)
  READ(6, forms, FormRow, ix->forms_size)
  READ(7, nodes, NodeRow, ix->nodes_size)
  READ(8, edges, EdgeRow, ix->edges_size)
  READ(9, pairs, PairRow, ix->pairs_size)
  READ(10, near, uint32_t, ix->near_size)
  READ(11, letters, LettersRow, ix->letters_size)
  READ(12, rows, ModelRow, ix->rows_size)
  READ(13, signals, uint32_t, count)
  if (count != SIGNAL_COUNT * CATEGORY_COUNT) return "signals";
  READ(14, folds, FoldRow, ix->folds_size)
  READ(15, special, uint32_t, count)
  if (count != SPECIAL_COUNT + KIND_COUNT * 3) return "special";
  ix->placeholders = ix->special + SPECIAL_COUNT;
  READ(16, typos, uint32_t, ix->typos_size)
  READ(17, suffixes, uint32_t, ix->suffixes_size)
  const void *head = section(data, size, 18, sizeof(Head) + 256, &count);
  if (!head || count != 1 || !ix->rows_size) return "head";
  memcpy(&ix->head, head, sizeof(Head));
  ix->digits = (const uint8_t *)head + sizeof(Head);
  const char *wrong = check_words(ix, string_bytes);
  if (!wrong) wrong = check_lexicon(ix);
  if (!wrong) wrong = check_model(ix);
  if (!wrong) wrong = check_lists(ix);
  if (!wrong && (!make_tables(ix) || !read_roots(ix, roots, roots_bytes))) wrong = "memory";
  if (wrong) index_close(ix);
  return wrong;
}

void index_close(Index *ix) {
  free(ix->symbol_slots);
  free(ix->edge_slots);
  free(ix->pair_slots);
  free(ix->letters_slots);
  free(ix->roots);
  free(ix->root_at);
  free(ix->root_slots);
  memset(ix, 0, sizeof *ix);
}

/* Return the symbol of a word, NONE for one no table knows. */
uint32_t index_symbol(const Index *ix, const char *at, size_t size) {
  uint64_t hash = hash_bytes(ix->seed, at, size);
  uint32_t tag = (uint32_t)(hash >> 32);
  for (uint32_t slot = (uint32_t)hash & ix->symbol_mask;; slot = (slot + 1) & ix->symbol_mask) {
    SymbolSlot here = ix->symbol_slots[slot];
    if (!here.symbol) return NONE;
    uint32_t symbol = here.symbol - 1, begin = ix->string_at[symbol];
    if (here.tag == tag && ix->string_at[symbol + 1] - begin == size &&
        memcmp(ix->strings + begin, at, size) == 0)
      return symbol;
  }
}

/* Return where a form goes on by a word. "anies" is the node of its symbol, "anies dan" a child. */
uint32_t index_child(const Index *ix, uint32_t node, uint32_t symbol) {
  if (symbol == NONE) return NONE;
  for (uint32_t slot = (uint32_t)hash_pair(ix->seed, node, symbol) & ix->edge_mask; ix->edge_slots[slot];
       slot = (slot + 1) & ix->edge_mask) {
    const EdgeRow *edge = &ix->edges[ix->edge_slots[slot] - 1];
    if (edge->node == node && edge->symbol == symbol) return edge->child;
  }
  return NONE;
}

/* Return the model's row of two neighbours: "coblos <person>". */
uint32_t index_pair(const Index *ix, uint32_t left, uint32_t right) {
  for (uint32_t slot = (uint32_t)hash_pair(ix->seed, left, right) & ix->pair_mask; ix->pair_slots[slot];
       slot = (slot + 1) & ix->pair_mask) {
    const PairRow *pair = &ix->pairs[ix->pair_slots[slot] - 1];
    if (pair->left == left && pair->right == right) return pair->row;
  }
  return 0;
}

/* Return the model's row of a letter group, "^ayo" as its bytes in one number. */
uint32_t index_letters(const Index *ix, uint64_t letters) {
  uint32_t slot = (uint32_t)hash_pair(ix->seed, (uint32_t)letters, (uint32_t)(letters >> 32)) & ix->letters_mask;
  for (; ix->letters_slots[slot]; slot = (slot + 1) & ix->letters_mask) {
    const LettersRow *row = &ix->letters[ix->letters_slots[slot] - 1];
    if (row->letters == letters) return row->row;
  }
  return 0;
}

bool index_is_root(const Index *ix, const char *at, size_t size) {
  uint32_t slot = (uint32_t)hash_bytes(ix->seed, at, size) & ix->root_mask;
  for (; size && ix->root_slots[slot]; slot = (slot + 1) & ix->root_mask) {
    const uint32_t *root = &ix->root_at[(ix->root_slots[slot] - 1) * 2];
    if (root[1] == size && memcmp(ix->roots + root[0], at, size) == 0) return true;
  }
  return false;
}
