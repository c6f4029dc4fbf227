/* People nobody has listed: in a regency the candidate is the one no lexicon knows.
 *
 * A name after a title, an office, a party word or a call, or before an office it is wished into:
 * a person where the text makes it a contestant, else unlisted ("Bu Ratna guru kelas dua").
 */
#include "engine.h"

enum { MOST_WORDS = 4, OFFICE_REACH = 3, CONTEST_REACH = 3 };
static const uint64_t NO_NAME = CUES | FLAG(STANCE) | FLAG(VALUE) | FLAG(IN_TAG);
static const uint64_t CONTEST = FLAG(CAMPAIGN_WORD) | FLAG(STANCE);

static uint64_t bits_before(const Context *c, uint32_t place) { return place ? c->places[place - 1].bits : 0; }

static bool is_part(const Context *c, uint32_t place, uint32_t first) {
  uint64_t flags = c->places[place].bits;
  bool refusal = flags & FLAG(NEGATION);
  if (!(flags & FLAG(IS_WORD)) || (flags & NO_NAME & ~FLAG(NEGATION)) || c->named[place]) return false;
  if ((flags & FLAG(UNKNOWN_NAME)) && !refusal) return true;
  /* "bu ratna", "dukung hendra yusuf", "caleg Sari": only where something says so. */
  uint64_t telling = FLAG(TITLE) | FLAG(STANCE);
  if (flags & FLAG(CAPITAL)) telling |= FLAG(CAMPAIGN_WORD) | FLAG(PARTY_WORD);
  if (!(bits_before(c, first) & telling)) return false;
  /* "pilih Moh Hasbul Matrai": "moh" is a refusal too, but not before a name */
  if ((flags & FLAG(CAPITAL)) && place + 1 < c->size && (c->places[place + 1].bits & FLAG(UNKNOWN_NAME)))
    return true;
  return (flags & FLAG(STRANGE)) && !refusal;
}

/* Return where a name that begins at a place ends; the place itself if none begins. */
static uint32_t name_end(const Context *c, uint32_t first) {
  uint64_t capital = c->places[first].bits & FLAG(CAPITAL);
  uint32_t last = first;
  while (last < c->size && last - first < MOST_WORDS && is_part(c, last, first)) {
    if ((c->places[last].bits & FLAG(CAPITAL)) != capital) break; /* "Ratna sekarang" */
    last++;
  }
  return last;
}

/* Whether an office follows that the name is wished into: "Hendra for bupati". */
static bool wished_into_office(const Context *c, uint32_t last) {
  for (uint32_t i = last; i < c->size && i < last + OFFICE_REACH; i++) {
    if (!(member_of(c->view->index, c->places[i].key) & MEMBER(BECOMES))) continue;
    for (uint32_t j = i + 1; j < c->size && j < i + 1 + OFFICE_REACH; j++)
      if (c->places[j].bits & FLAG(OFFICE_WORD)) return true;
  }
  return false;
}

/* Whether words of a campaign, a listed contestant or a ballot number are near. */
static bool in_a_contest(const Context *c, uint32_t first, uint32_t last) {
  for (uint32_t i = first > CONTEST_REACH ? first - CONTEST_REACH : 0; i < c->size && i < last + CONTEST_REACH; i++)
    if ((i < first || i >= last) && (c->named[i] || (c->places[i].bits & CONTEST))) return true;
  return false;
}

/* Find the unlisted people of a text, in order; return how many. */
uint32_t find_persons(const Context *c, Mention *out) {
  bool another = false; /* a ballot of no office of the state: OSIS, RT, idols */
  for (uint32_t i = 0; i < c->size; i++) another = another || (c->places[i].bits & FLAG(OTHER_CONTEST));
  uint32_t n = 0;
  for (uint32_t at = 0, last; at < c->size; at = last > at ? last : at + 1) {
    last = name_end(c, at);
    if (last == at) continue;
    uint64_t before = bits_before(c, at);
    bool wished = wished_into_office(c, last);
    if (!wished && !(before & (FLAG(TITLE) | FLAG(OFFICE_WORD) | FLAG(PARTY_WORD) | CONTEST))) continue;
    int kind = KIND_unlisted;
    if (wished || (before & CONTEST) || in_a_contest(c, at, last)) {
      if (another) continue;
      kind = KIND_person;
    } else if (!(before & (FLAG(TITLE) | FLAG(OFFICE_WORD)))) continue;
    out[n++] = (Mention){.first = at, .last = last, .kind = (uint8_t)kind, .block = NONE};
  }
  return n;
}
