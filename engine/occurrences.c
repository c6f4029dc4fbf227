/* Units and features: what stands in a text, and which words own each.
 *
 * A text is a row of units, words or whole mentions. Features add up as they are met: stems and
 * pairs, letter groups, words near a mention by side, signals. What this file does not do: weigh.
 */
#include "engine.h"

#include <string.h>

/* Kinds that campaign talk treats alike share their `near` features. */
static int near_group(int kind) {
  switch (kind) {
  case KIND_number: case KIND_gesture: return 1;
  case KIND_slogan: return 2;
  case KIND_camp: return 3;
  case KIND_unlisted: return 4;
  default: return 0;
  }
}

/* Give, by first token, the mentions whose words the model does not see; refused ones too. */
static const Mention **masked(Reader *reader, const Reading *r) {
  const Mention **inside = arena_take(&reader->scratch, (r->tokens_size + 1u) * sizeof *inside);
  memset(inside, 0, (r->tokens_size + 1u) * sizeof *inside);
  if (!reader->index->head.masks) return inside;
  for (uint32_t i = 0, end = 0; i < r->mentions_size;) {
    /* Of those that begin at one token the first one that counts, else the first. */
    uint32_t next = i;
    const Mention *taken = NULL;
    for (; next < r->mentions_size && r->mentions[next].first == r->mentions[i].first; next++)
      if (!taken || (taken->reason != REASON_none && r->mentions[next].reason == REASON_none)) taken = &r->mentions[next];
    if (taken->first >= end) {
      inside[taken->first] = taken;
      end = taken->last;
    }
    i = next;
  }
  return inside;
}

static uint32_t put(char *out, uint32_t size, const Index *ix, uint32_t symbol) {
  uint32_t begin = ix->string_at[symbol], length = ix->string_at[symbol + 1] - begin;
  memcpy(out + size, ix->strings + begin, length);
  return size + length;
}

/* Name a whole hashtag with the names inside it masked: "#GanjarPresiden" is "#<person>presiden". */
static uint32_t tag_key(Reader *reader, const Reading *r, uint32_t at, const Mention **inside) {
  const Index *ix = reader->index;
  const Token *tag = &r->tokens[at];
  uint32_t stop = at + 1, size = 1, room = 2;
  while (stop < r->tokens_size && r->tokens[stop].in_tag && r->tokens[stop].start < tag->end)
    room += r->tokens[stop++].norm_size + 16;
  char *key = arena_take(&reader->scratch, room);
  bool named = false;
  key[0] = '#';
  for (uint32_t next = at + 1; next < stop;) {
    const Token *t = &r->tokens[next];
    const Mention *m = inside[next];
    if (m) {
      size = put(key, size, ix, ix->placeholders[m->kind * 3 + (m->reason != REASON_none ? 2 : 0)]);
      named = true;
      next = m->last > next + 1 ? m->last : next + 1;
      continue;
    }
    bool digits = t->kind == TOKEN_number && t->norm_size <= 2 && only_digits(t->norm, t->norm_size);
    uint32_t value = digits ? (uint32_t)(t->norm[0] - '0') : 0;
    if (digits && t->norm_size == 2) value = value * 10 + (uint32_t)(t->norm[1] - '0');
    if (digits && value <= 20) {
      size = put(key, size, ix, ix->special[t->norm_size == 2 && t->norm[0] == '0' ? SPECIAL_ZERO_N : SPECIAL_N]);
      named = true;
    } else {
      memcpy(key + size, t->norm, t->norm_size);
      size += t->norm_size;
    }
    next++;
  }
  return named ? index_symbol(ix, key, size) : tag->unit;
}

/* Give the units of a text, in order. */
uint32_t make_units(Reader *reader, const Reading *r, Unit **out) {
  const Index *ix = reader->index;
  const Mention **inside = masked(reader, r);
  Unit *units = *out = arena_take(&reader->scratch, (r->tokens_size + 1u) * sizeof *units);
  uint32_t n = 0;
  for (uint32_t at = 0; at < r->tokens_size;) {
    const Token *t = &r->tokens[at];
    const Mention *m = inside[at];
    if (m) { /* the same for every name of one kind; "kopi dulu ✌️" is "kopi dulu" */
      bool refused = m->reason != REASON_none, heard = !refused || m->kind != KIND_gesture;
      uint32_t key = ix->placeholders[m->kind * 3 + (refused ? 2 : m->handle ? 1 : 0)];
      if (refused && m->kind == KIND_number && m->reason != REASON_needs_context)
        key = ix->special[SPECIAL_N]; /* "nomor dada 02": any number */
      units[n++] = (Unit){at, m->last, key, NULL, m, heard, heard};
      at = m->last;
      continue;
    }
    if (t->kind == TOKEN_hashtag)
      units[n++] = (Unit){at, at + 1, tag_key(reader, r, at, inside), NULL, NULL, true, false};
    else units[n++] = (Unit){at, at + 1, t->unit, t->letters, NULL, t->has_unit, t->has_unit};
    at++;
  }
  return n;
}

/* Add what a row of the model adds, shared by its owners. The order of all additions is that of
 * the Python, to the last bit. */
static void add_row(const Index *ix, Sums *sums, int block, uint32_t row, uint32_t one, uint32_t other) {
  if (!row) return;
  const ModelRow *m = &ix->rows[row];
  double idf = m->idf, *to = sums->sums[block], partisan = m->weight * idf;
  if (sums->owned) {
    double share = partisan * sums->scale[block];
    sums->owned[one] += one == other ? share : share / 2;
    if (one != other) sums->owned[other] += share / 2;
    return;
  }
  to[0] += partisan;
  for (int k = 1; k < HEADS; k++) to[k] += m->category[k - 1] * idf;
  to[SIZE] += idf * idf;
}

static void add_letters(Sums *sums, const Letters *letters, uint32_t owner) {
  if (sums->owned) sums->owned[owner] += letters->sums[0] * sums->scale[BLOCK_letters];
  else
    for (int k = 0; k < WIDTH; k++) sums->sums[BLOCK_letters][k] += letters->sums[k];
}

/* Add what units make with their neighbours: pairs, and words near a mention. */
static void add_beside(Reader *reader, const Unit *units, uint32_t size, Sums *sums) {
  const Index *ix = reader->index;
  uint32_t *chain = arena_take(&reader->scratch, (size + 1u) * sizeof *chain), n = 0;
  for (uint32_t i = 0; i < size; i++)
    if (units[i].chained) chain[n++] = i;
  for (uint32_t i = 0; ix->head.pairs && i + 1 < n; i++) {
    uint32_t left = chain[i], right = chain[i + 1];
    if (units[left].key == NONE || units[right].key == NONE) continue;
    add_row(ix, sums, BLOCK_word, index_pair(ix, units[left].key, units[right].key), left, right);
  }
  for (uint32_t i = 0; ix->head.near && i < n; i++) {
    const Mention *m = units[chain[i]].mention;
    if (!m || m->reason != REASON_none) continue;
    uint32_t group = (uint32_t)near_group(m->kind) * 2, reach = ix->head.reach;
    for (uint32_t k = i > reach ? i - reach : 0; k < n && k <= i + reach; k++) {
      uint32_t key = units[chain[k]].key;
      if (k == i || key == NONE || !ix->words[key].near) continue;
      uint32_t row = ix->near[(ix->words[key].near - 1) * 2 * NEAR_GROUPS + group + (k > i)];
      add_row(ix, sums, BLOCK_near, row, chain[k], chain[k]);
    }
  }
}

static void add_signals(Reader *reader, const Reading *r, const Unit *units, uint32_t size, Sums *sums) {
  const Index *ix = reader->index;
  Signal *signals;
  uint32_t count = find_signals(reader, r, &signals), *unit_of = NULL;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t row = ix->signals[signals[i].name * CATEGORY_COUNT + signals[i].category];
    if (!row) continue;
    if (!sums->owned) {
      add_row(ix, sums, BLOCK_signal, row, 0, 0);
      continue;
    }
    double share = ix->rows[row].weight * (double)ix->rows[row].idf * sums->scale[BLOCK_signal];
    if (!unit_of) {
      unit_of = arena_take(&reader->scratch, (r->tokens_size + 1u) * sizeof *unit_of);
      for (uint32_t u = 0; u < size; u++)
        for (uint32_t t = units[u].first; t < units[u].last; t++) unit_of[t] = u;
    }
    uint32_t from = r->origin[signals[i].first], to = r->origin[signals[i].last], owners = 0;
    for (uint32_t t = from; t < to; t++) owners += t == from || unit_of[t] != unit_of[t - 1];
    for (uint32_t t = from; t < to; t++)
      if (t == from || unit_of[t] != unit_of[t - 1])
        sums->owned[unit_of[t]] += share / owners;
  }
}

/* Add up every feature that stands in a text, or, with `owned`, share it out to the units. */
void add_occurrences(Reader *reader, const Reading *r, const Unit *units, uint32_t size, Sums *sums) {
  const Index *ix = reader->index;
  for (uint32_t i = 0; i < size; i++) {
    if (!units[i].has_key) continue;
    if (units[i].key != NONE) add_row(ix, sums, BLOCK_word, ix->words[units[i].key].row, i, i);
    if (units[i].letters) add_letters(sums, units[i].letters, i);
  }
  add_beside(reader, units, size, sums);
  if (ix->head.signals && size) add_signals(reader, r, units, size, sums);
}
