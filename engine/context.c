/* What lets a mention count: the context it needs, the phrases that silence it, ballot numbers.
 *
 * What this file does not do: find forms (find.c), or weigh anything.
 */
#include "engine.h"

#include <string.h>

enum { MOST_AROUND = REACH * 256 }; /* words of a window; a handle has several */

static uint32_t member_at(const Context *c, uint32_t place) {
  return member_of(c->view->index, c->places[place].key);
}

static uint32_t lowest(uint32_t place, uint32_t reach) { return place > reach ? place - reach : 0; }
static uint32_t highest(const Context *c, uint32_t place, uint32_t reach) {
  return c->size - place > reach ? place + reach : c->size;
}

/* Give the words of some places; a handle is one key of several words. */
static uint32_t words_of(const Context *c, uint32_t first, uint32_t last, uint32_t *out) {
  uint32_t n = 0;
  for (uint32_t i = first; i < last && n < MOST_AROUND; i++) {
    out[n++] = c->places[i].key;
    if (!(c->places[i].bits & FLAG(IS_HANDLE)) || !c->tokens) continue;
    const Token *token = &c->tokens[c->origin[i]];
    if (token->kind != TOKEN_handle || token->key != c->places[i].key) continue;
    for (uint32_t k = 1; k < token->parts_size && n < MOST_AROUND; k++) out[n++] = token->parts[k];
  }
  return n;
}

static bool same(const Context *c, uint32_t first, const uint32_t *words, uint32_t size) {
  for (uint32_t i = 0; i < size; i++)
    if (words[i] == NONE || c->places[first + i].key != words[i]) return false;
  return true;
}

static bool stands_in(const uint32_t *text, uint32_t text_size, const uint32_t *words, uint32_t size) {
  for (uint32_t at = 0; at + size <= text_size; at++) {
    uint32_t i = 0;
    while (i < size && words[i] != NONE && text[at + i] == words[i]) i++;
    if (i == size) return true;
  }
  return false;
}

/* Return the text of the phrase that silences an entry here, NONE for none.
 * "Bayar PBB": the block "bayar _" silences the party. */
uint32_t blocked_by(const Context *c, uint32_t entry, uint32_t first, uint32_t last) {
  const Index *ix = c->view->index;
  const EntryRow *e = &ix->entries[entry];
  if (!e->exact_size && !e->near_size) return NONE;
  uint32_t from = lowest(first, REACH), to = highest(c, last, REACH);
  bool guarded = false; /* most often no word of a block is near */
  for (uint32_t i = from; i < to; i++)
    if (i < first || i >= last)
      guarded = guarded || (member_at(c, i) & MEMBER(GUARD)) || (c->places[i].bits & FLAG(IS_HANDLE));
  if (!guarded) return NONE;
  for (uint32_t i = 0; i < e->exact_size; i++) {
    const BlockRow *b = &ix->blocks[e->exact_at + i];
    if (b->before_size > first || b->after_size > c->size - last) continue;
    if (same(c, first - b->before_size, ix->pool + b->before_at, b->before_size) &&
        same(c, last, ix->pool + b->after_at, b->after_size))
      return b->text;
  }
  uint32_t left[MOST_AROUND], right[MOST_AROUND];
  uint32_t left_size = words_of(c, from, first, left), right_size = words_of(c, last, to, right);
  for (uint32_t i = 0; i < e->near_size; i++) {
    const BlockRow *b = &ix->blocks[e->near_at + i];
    const uint32_t *words = ix->pool + b->before_at;
    if (stands_in(left, left_size, words, b->before_size) || stands_in(right, right_size, words, b->before_size))
      return b->text;
  }
  return NONE;
}

static uint64_t heard_around(const Context *c, uint32_t first, uint32_t last, uint32_t reach) {
  uint64_t heard = 0;
  for (uint32_t i = lowest(first, reach); i < first; i++) heard |= c->places[i].bits;
  for (uint32_t i = last; i < highest(c, last, reach); i++) heard |= c->places[i].bits;
  return heard;
}

static bool around(const Context *c, const uint8_t *places, uint32_t first, uint32_t last, uint32_t reach) {
  for (uint32_t i = lowest(first, reach); i < first; i++)
    if (places[i]) return true;
  for (uint32_t i = last; i < highest(c, last, reach); i++)
    if (places[i]) return true;
  return false;
}

/* Whether a context an entry asks for is there. */
static bool met(const Context *c, uint32_t needs, uint32_t first, uint32_t last, uint64_t heard) {
  if ((needs & NEED_title) && first && (c->places[first - 1].bits & FLAG(TITLE))) return true;
  if ((needs & NEED_party_word) && (heard & FLAG(PARTY_WORD))) return true;
  if ((needs & NEED_stance) && (heard & FLAG(STANCE))) return true;
  if ((needs & NEED_campaign) && (heard & (FLAG(PARTY_WORD) | FLAG(STANCE) | FLAG(CAMPAIGN_WORD)))) return true;
  if ((needs & (NEED_name | NEED_campaign)) && around(c, c->named, first, last, REACH)) return true;
  return (needs & (NEED_number | NEED_campaign)) && around(c, c->numbers, first, last, REACH);
}

/* Return why an entry does not count here; `block` is the phrase that silences it. */
static int refused(const Context *c, uint32_t entry, uint32_t first, uint32_t last, uint32_t *block) {
  const EntryRow *e = &c->view->index->entries[entry];
  uint64_t wanted = e->written == CASE_upper ? FLAG(CAPITALS) : e->written == CASE_capital ? FLAG(CAPITAL) : 0;
  for (uint32_t i = first; wanted && i < last; i++) /* "amin" is a prayer, "AMIN" a ticket */
    if ((c->places[i].bits & FLAG(IS_WORD)) && !(c->places[i].bits & wanted)) return REASON_case;
  *block = blocked_by(c, entry, first, last);
  if (*block != NONE) return REASON_blocked_by;
  uint64_t heard = heard_around(c, first, last, REACH);
  /* "Partai Demokrat di Amerika", "Golkar menang lomba antar-RT" */
  if (e->kind == KIND_party && (heard & (FLAG(FOREIGN) | FLAG(OTHER_CONTEST)))) return REASON_contest;
  return !e->needs || met(c, e->needs, first, last, heard) ? REASON_none : REASON_needs_context;
}

/* Decide whether a form counts in its context, and for which of its entries. */
void judge(const Context *c, uint32_t first, uint32_t last, const uint32_t *entries, uint32_t size, Mention *out) {
  const Index *ix = c->view->index;
  uint32_t *passed = arena_take(&c->reader->scratch, size * sizeof *passed), n = 0;
  *out = (Mention){.first = first, .last = last, .block = NONE};
  for (uint32_t i = 0; i < size; i++) {
    uint32_t block = NONE;
    int reason = refused(c, entries[i], first, last, &block);
    if (reason == REASON_none) passed[n++] = entries[i];
    else if (out->reason == REASON_none) {
      out->reason = (uint8_t)reason;
      out->block = block;
    }
  }
  if (n) {
    out->entries = passed;
    out->entries_size = of_first_kind(ix, passed, n, passed);
    out->reason = REASON_none;
    out->block = NONE;
  } else {
    out->entries = entries;
    out->entries_size = size;
  }
  out->kind = ix->entries[*out->entries].kind;
}

/* Whether an attribute is refused: "jangan pakai ✌️", not "jangan lupa ✌️". */
bool refuses(const Context *c, const Mention *m) {
  if (m->kind != KIND_gesture && m->kind != KIND_slogan) return false;
  for (uint32_t i = lowest(m->first, REFUSED_REACH); i < m->first; i++)
    if ((c->places[i].bits & FLAG(NEGATION)) && !(member_at(c, i + 1) & MEMBER(NOT_REFUSING))) return true;
  return false;
}

/* Whether a word of law stands before a number and cites one: not "surat suara", not "tahun ini". */
static bool cites_law(const Context *c, uint32_t first) {
  const uint32_t *special = c->view->index->special;
  for (uint32_t i = lowest(first, 3); i < first; i++) {
    if (!(c->places[i].bits & FLAG(LAW_WORD))) continue;
    if (c->places[i].key == special[SPECIAL_TAHUN]) {
      if (c->places[i + 1].bits & YEAR) return true;
    } else if (c->places[i].key != special[SPECIAL_SURAT] || c->places[i + 1].key != special[SPECIAL_SUARA])
      return true;
  }
  return false;
}

/* Return what a number is instead of a ballot number. `first` is the place of its first number
 * word; a number word, a zero, or a stance phrase speaks for it. */
static int another_number(const Context *c, uint32_t first, uint32_t i, bool worded, bool zeroed, bool called) {
  const uint32_t *special = c->view->index->special;
  static const Place NOTHING = {NONE, 0, 0};
  Place after = i + 1 < c->size ? c->places[i + 1] : NOTHING, before = i ? c->places[i - 1] : NOTHING;
  uint32_t after_member = member_of(c->view->index, after.key);
  /* "SKB Nomor 2 Tahun 2022", "2/2024" */
  if (after.key == special[SPECIAL_TAHUN] || after.key == special[SPECIAL_SLASH] ||
      before.key == special[SPECIAL_SLASH] || cites_law(c, first))
    return REASON_law;
  if ((after_member & MEMBER(MONTH)) || (after.bits & FLAG(IS_NUMBER))) return REASON_unit; /* "2 Mei" */
  /* "pilih 2 ekor"; but after "nomor 2 jam 7" something new begins */
  if ((after.bits & FLAG(UNIT_WORD)) && (zeroed || !(after_member & MEMBER(BEFORE_NUMBER)))) return REASON_unit;
  /* "dukung 3 program": what follows is counted, unless it only rounds the call off */
  if (called && !worded && !zeroed && (after.bits & FLAG(IS_WORD)) && !(after_member & MEMBER(ROUNDING)))
    return REASON_unit;
  if (after_member & MEMBER(RANK)) return REASON_unit; /* "nomor 2 kamar" */
  for (uint32_t place = lowest(first, 2); place < i; place++) /* "juara nomor 1" */
    if (member_at(c, place) & MEMBER(RANK)) return REASON_unit;
  return !worded && (before.bits & FLAG(UNIT_WORD)) ? REASON_unit : REASON_none; /* "jam 02" */
}

/* Tell whether a number is a ballot number; false where nothing speaks for it at all. */
bool ballot(const Context *c, uint32_t i, bool vouched, Mention *out) {
  uint64_t before = i ? c->places[i - 1].bits : 0;
  bool slot = i && (member_at(c, i - 1) & (MEMBER(ZERO) | MEMBER(SLOT))); /* "kosong dua", "paslon 2" */
  bool worded = slot || (before & FLAG(NUMBER_WORD)), zeroed = c->places[i].bits & ZEROED;
  bool called = before & FLAG(STANCE); /* "coblos 2" */
  if (!worded && !zeroed && !called) return false;
  uint32_t first = i;
  while (first && (c->places[first - 1].bits & FLAG(NUMBER_WORD)) && i - first < 3) first--;
  int reason = another_number(c, first, i, worded, zeroed, called);
  uint64_t heard = heard_around(c, i, i + 1, CAMPAIGN_REACH);
  if (heard & FLAG(OTHER_CONTEST)) reason = REASON_contest; /* "paslon 2 ketua OSIS" */
  if (reason == REASON_none && !slot && !vouched &&
      !(heard & (FLAG(CAMPAIGN_WORD) | FLAG(PARTY_WORD) | FLAG(STANCE))) &&
      !around(c, c->named, i, i + 1, CAMPAIGN_REACH))
    reason = REASON_needs_context;
  *out = (Mention){.first = first, .last = i + 1, .kind = KIND_number, .reason = (uint8_t)reason,
                   .number = c->places[i].value, .block = NONE};
  return true;
}
