/* Signals: what a text does with a contestant, read from classes of words instead of single ones.
 *
 * What this file does not do: weigh or judge.
 */
#include "engine.h"

#include <string.h>

enum { NEAR = 6, MOST = 3, FEW_WORDS = 5, MOST_QUOTED = 40 };

typedef struct { Reader *reader; const Reading *reading; Signal *out; uint32_t size, room; } Found;

static void add(Found *f, int name, uint32_t first, uint32_t last, int category) {
  f->out = arena_grow(&f->reader->scratch, f->out, f->size, &f->room, sizeof *f->out);
  f->out[f->size++] = (Signal){first, last, (uint8_t)name, (uint8_t)category};
}

static bool any(const Reading *r, uint32_t first, uint32_t last, uint64_t flags) {
  for (uint32_t i = first; i < last; i++)
    if (r->places[i].bits & flags) return true;
  return false;
}

/* What a phrase is for, with a negation right before it heard: 0 for, 1 against, 2 event, -1. */
static int purpose_of(const Reading *r, uint32_t first, const EntryRow *e) {
  if (e->category == CATEGORY_kegiatan) return 2;
  if (e->direction != DIRECTION_for && e->direction != DIRECTION_against) return -1;
  /* "jangan pilih", "tidak akan memilih": for becomes against */
  bool turned = any(r, first > 2 ? first - 2 : 0, first, FLAG(NEGATION));
  return (e->direction == DIRECTION_against) != turned;
}

/* Add the signals of campaign phrases, and mark where stance phrases end. */
static void of_phrases(Found *f, uint8_t *ends) {
  static const int NAMES[2][2][3] = {
      {{SIGNAL_stance_for, SIGNAL_stance_against, SIGNAL_stance_event},
       {SIGNAL_tone_for, SIGNAL_tone_against, SIGNAL_tone_event}},
      {{SIGNAL_target_for, SIGNAL_target_against, SIGNAL_target_event},
       {SIGNAL_target_tone_for, SIGNAL_target_tone_against, SIGNAL_target_tone_event}}};
  const Reading *r = f->reading;
  int neutral = SIGNAL_neutral;
  const Mention *before = NULL; /* the contestant that begins last up to a phrase */
  uint32_t at = 0;
  bool elsewhere = any(r, 0, r->places_size, FLAG(OTHER_CONTEST));
  for (uint32_t i = 0; i < r->phrases_size; i++) {
    const Phrase *p = &r->phrases[i];
    const EntryRow *e = &f->reader->index->entries[p->entry];
    for (; at < r->at_size && r->at[at].first <= p->first; at++)
      if (r->at[at].kind != KIND_unlisted) before = &r->at[at];
    const Mention *after = NULL;
    for (uint32_t k = at; k < r->at_size && r->at[k].first <= p->last + NEAR && !after; k++)
      if (r->at[k].kind != KIND_unlisted) after = &r->at[k];
    if (e->kind == KIND_cue || (before && before->last > p->first)) continue; /* inside a mention */
    if (e->kind == KIND_neutral) {
      add(f, neutral, p->first, p->last, CATEGORY_edukasi);
      neutral = SIGNAL_neutral_many;
      continue;
    }
    if (e->kind == KIND_stance) ends[p->last] = 1;
    int purpose = purpose_of(r, p->first, e);
    bool near = (before && p->first - before->last <= NEAR) || (after && after->first <= p->last + NEAR);
    /* "Pilih nomor 3 buat ketua kelas": a call, but to another ballot */
    bool lonely = e->needs || (elsewhere && e->kind == KIND_stance);
    if (purpose < 0 || (lonely && !near)) continue;
    add(f, NAMES[near][e->kind == KIND_tone][purpose], p->first, p->last, e->category);
  }
}

/* Add who speaks of a name: "Name: …", "Name says", "says Name"; and an office before it. */
static void of_name(Found *f, uint32_t first, uint32_t last) {
  const Reading *r = f->reading;
  uint32_t size = r->places_size;
  if (last < size && r->places[last].key == f->reader->index->special[SPECIAL_COLON])
    add(f, SIGNAL_told, first, last, CATEGORY_berita);
  else
    for (uint32_t i = first > 2 ? first - 2 : 0; i < size && i < last + 2; i++) {
      if ((i >= first && i < last) || !(r->places[i].bits & FLAG(REPORTING))) continue;
      add(f, SIGNAL_told, i, i + 1, CATEGORY_berita);
      break;
    }
  if (first && (r->places[first - 1].bits & FLAG(OFFICE_WORD))) /* "Bupati Name" */
    add(f, SIGNAL_in_office, first - 1, first, CATEGORY_berita);
}

/* Add the signals of a contestant or an attribute of one. */
static void of_mention(Found *f, const Mention *m, const uint8_t *ends) {
  const Reading *r = f->reading;
  const EntryRow *e = m->entries_size ? &f->reader->index->entries[*m->entries] : NULL;
  switch (m->kind) {
  case KIND_unlisted: add(f, SIGNAL_unlisted, m->first, m->last, CATEGORY_none); return;
  case KIND_slogan: add(f, SIGNAL_slogan, m->first, m->last, e && e->category ? e->category : CATEGORY_atribut); break;
  case KIND_number:
    if (ends[m->first]) add(f, SIGNAL_number_called, m->first, m->last, CATEGORY_ajakan); /* "coblos nomor 2" */
    else add(f, SIGNAL_number, m->first, m->last, CATEGORY_atribut);
    break;
  case KIND_camp: add(f, SIGNAL_camp, m->first, m->last, CATEGORY_serangan); break;
  case KIND_group: add(f, SIGNAL_group, m->first, m->last, CATEGORY_kegiatan); break;
  case KIND_gesture: add(f, SIGNAL_gesture, m->first, m->last, CATEGORY_atribut); break;
  default:
    add(f, m->handle ? SIGNAL_handle : SIGNAL_name, m->first, m->last, CATEGORY_none);
    of_name(f, m->first, m->last);
  }
  /* "#NamePresiden": a tag that goes on after the name, unlike "#Name" or "#PresidenName". */
  uint64_t next = m->last < r->places_size ? r->places[m->last].bits : 0;
  if ((r->places[m->first].bits & FLAG(IN_TAG)) && (next & FLAG(IN_TAG)) && (next & FLAG(IS_WORD)) && m->kind != KIND_slogan)
    add(f, SIGNAL_attribute_tag, m->first, m->last, CATEGORY_atribut);
}

/* Add which of the signals stand in quotation marks or are refused as an attribute. */
static void set_apart(Found *f, uint8_t *quoted) {
  const Reading *r = f->reading;
  uint32_t mark = NONE, quote = f->reader->index->special[SPECIAL_QUOTE], size = f->size;
  for (uint32_t i = 0; i < r->places_size; i++) {
    if (r->places[i].key != quote) continue;
    if (mark == NONE) {
      mark = i;
      continue;
    }
    if (i - mark <= MOST_QUOTED) memset(quoted + mark + 1, 1, i - mark - 1);
    mark = NONE;
  }
  for (uint32_t i = 0; i < size; i++) {
    Signal s = f->out[i];
    if (s.last - s.first > MOST_QUOTED) continue; /* about the whole text */
    if (quoted[s.first] && s.category != CATEGORY_none && s.category < CATEGORY_berita)
      add(f, SIGNAL_quoted, s.first, s.last, CATEGORY_none);
    uint32_t from = s.first > REFUSED_REACH ? s.first - REFUSED_REACH : 0;
    if (s.category == CATEGORY_atribut && any(r, from, s.first, FLAG(RULE_TALK)))
      add(f, SIGNAL_refused, s.first, s.last, CATEGORY_none);
  }
}

/* Add how a text speaks: classes of words, marks, tags, links. */
static void manner(Found *f) {
  static const struct { int name; uint64_t flag; } SPEECH[] = {
      {SIGNAL_rule_talk, FLAG(RULE_TALK)}, {SIGNAL_office_word, FLAG(OFFICE_WORD)},
      {SIGNAL_life_word, FLAG(LIFE_WORD)}, {SIGNAL_policy_word, FLAG(POLICY_WORD)},
      {SIGNAL_other_contest, FLAG(OTHER_CONTEST)}, {SIGNAL_reporting, FLAG(REPORTING)},
      {SIGNAL_campaign_word, FLAG(CAMPAIGN_WORD)}, {SIGNAL_party_word, FLAG(PARTY_WORD)},
      {SIGNAL_first_person, FLAG(FIRST_PERSON)}, {SIGNAL_second_person, FLAG(SECOND_PERSON)},
      {SIGNAL_intensifier, FLAG(INTENSIFIER)}, {SIGNAL_media_word, FLAG(MEDIA_WORD)},
      {SIGNAL_negated, FLAG(NEGATION)}, {SIGNAL_emoji, FLAG(IS_EMOJI)}, {SIGNAL_link, FLAG(IS_URL)},
      {SIGNAL_tag, FLAG(IS_TAG)}, {SIGNAL_addressed, FLAG(IS_HANDLE)}, {SIGNAL_figure, FLAG(IS_NUMBER)}};
  const Reading *r = f->reading;
  const uint32_t *special = f->reader->index->special;
  uint64_t all = 0;
  for (size_t k = 0; k < sizeof SPEECH / sizeof *SPEECH; k++) all |= SPEECH[k].flag;
  for (uint32_t i = 0; i < r->places_size; i++) {
    uint64_t bits = r->places[i].bits;
    uint32_t key = r->places[i].key;
    for (size_t k = 0; (bits & all) && k < sizeof SPEECH / sizeof *SPEECH; k++)
      if (bits & SPEECH[k].flag) add(f, SPEECH[k].name, i, i + 1, CATEGORY_none);
    if (!(bits & FLAG(IS_MARK))) continue;
    if (key == special[SPECIAL_QUESTION]) add(f, SIGNAL_question, i, i + 1, CATEGORY_none);
    if (key == special[SPECIAL_QUOTE]) add(f, SIGNAL_quote, i, i + 1, CATEGORY_none);
    if (key == special[SPECIAL_EXCLAIM]) add(f, SIGNAL_exclaim, i, i + 1, CATEGORY_none);
  }
}

/* How a text of so many capitals is written: a headline, shouted, or neither (-1). */
static int look(const Reading *r) {
  uint32_t words = 0, capital = 0, shouted = 0;
  for (uint32_t i = 0; i < r->places_size; i++) {
    uint64_t bits = r->places[i].bits;
    if (!(bits & FLAG(IS_WORD)) || (bits & FLAG(IN_TAG))) continue;
    words++;
    shouted += (bits & FLAG(CAPITALS)) != 0;
    capital += (bits & FLAG(CAPITAL)) != 0;
  }
  capital -= shouted;
  if (words < FEW_WORDS) return -1;
  if (capital > 0.6 * words) return SIGNAL_headline;
  return shouted > 0.6 * words ? SIGNAL_shouted : -1;
}

/* Find what a text does with a contestant, `MOST` signals of each name at most. */
uint32_t find_signals(Reader *reader, const Reading *r, Signal **out) {
  Found f = {reader, r, NULL, 0, 0};
  uint8_t *ends = arena_take(&reader->scratch, r->places_size + 1u);
  uint32_t names = 0, contestants = 0, kept = 0, counts[SIGNAL_COUNT] = {0};
  memset(ends, 0, r->places_size + 1u);
  of_phrases(&f, ends);
  for (uint32_t i = 0; i < r->at_size; i++) {
    int kind = r->at[i].kind;
    of_mention(&f, &r->at[i], ends);
    contestants += kind != KIND_unlisted;
    names += kind == KIND_ticket || kind == KIND_person || kind == KIND_party;
  }
  if (names > 2) add(&f, SIGNAL_names_many, 0, r->places_size, CATEGORY_none);
  if (r->places_size && !contestants) add(&f, SIGNAL_no_target, 0, r->places_size, CATEGORY_none);
  memset(ends, 0, r->places_size + 1u);
  set_apart(&f, ends);
  manner(&f);
  int written = look(r);
  if (written >= 0) add(&f, written, 0, r->places_size, CATEGORY_none);
  for (uint32_t i = 0; i < f.size; i++)
    if (++counts[f.out[i].name] <= (f.out[i].name == SIGNAL_negated ? 1u : MOST)) f.out[kept++] = f.out[i];
  *out = f.out;
  return kept;
}
