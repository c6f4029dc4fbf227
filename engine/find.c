/* The lexicon: names that need no context first, then phrases, then what leans on either.
 *
 * A form is a walk along the words of a text: the node of a word's symbol, then its children. What
 * this file does not do: ask whether a mention's context lets it count (context.c).
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

enum { HANDLE_PARTS = 8 };
static const uint64_t KEPT = FLAG(IN_TAG) | FLAG(IS_TAG) | FLAG(IS_HANDLE); /* flags a mention keeps */

typedef struct { uint32_t first, last; const Form *form; } Waiting;
typedef struct {
  Mention *free; uint32_t free_size;
  Waiting *waiting; uint32_t waiting_size;
  uint32_t *numbers; uint32_t numbers_size;
} Start;

/* Give the entries of the kind that decides where one form has several; return how many. */
uint32_t of_first_kind(const Index *ix, const uint32_t *entries, uint32_t size, uint32_t *out) {
  uint32_t n = 0;
  int first = KIND_COUNT;
  for (uint32_t i = 0; i < size; i++)
    if (ix->entries[entries[i]].kind < first) first = ix->entries[entries[i]].kind;
  for (uint32_t i = 0; i < size; i++)
    if (ix->entries[entries[i]].kind == first) out[n++] = entries[i];
  return n;
}

/* Sort out the entries of each form that are in force on a day (20240214; 0 for all). */
const char *view_open(View *view, const Index *ix, uint32_t day) {
  size_t room = 1;
  for (uint32_t i = 0; i < ix->forms_size; i++) room += ix->forms[i].entries_size;
  *view = (View){ix, day, calloc(ix->forms_size + 1u, sizeof(Form)), malloc(room * 3 * sizeof(uint32_t))};
  if (!view->forms || !view->pool) {
    view_close(view);
    return "memory";
  }
  uint32_t *out = view->pool;
  for (uint32_t i = 0; i < ix->forms_size; i++) {
    Form *form = &view->forms[i];
    const uint32_t *all = ix->pool + ix->forms[i].entries_at;
    form->entries = out;
    for (uint32_t k = 0; k < ix->forms[i].entries_size; k++) {
      const EntryRow *e = &ix->entries[all[k]];
      if (day && ((e->from && e->from > day) || (e->to && e->to < day))) continue;
      out[form->entries_size++] = all[k];
      if (e->written == CASE_upper && (e->needs & NEED_number)) form->vouches = true;
    }
    out += form->entries_size;
    form->needless = out;
    for (uint32_t k = 0; k < form->entries_size; k++)
      if (!ix->entries[form->entries[k]].needs) out[form->needless_size++] = form->entries[k];
    out += form->needless_size;
    form->free = out;
    for (uint32_t k = 0; k < form->needless_size; k++) {
      const EntryRow *e = &ix->entries[form->needless[k]];
      if (!e->exact_size && !e->near_size && e->written == CASE_any) out[form->free_size++] = form->needless[k];
    }
    form->free_size = of_first_kind(ix, out, form->free_size, out);
    out += form->free_size;
  }
  return NULL;
}

void view_close(View *view) {
  free(view->forms);
  free(view->pool);
  memset(view, 0, sizeof *view);
}

static const Form *form_at(const View *view, uint32_t node, bool phrase) {
  uint32_t number = phrase ? view->index->nodes[node].phrase : view->index->nodes[node].target;
  return number && view->forms[number - 1].entries_size ? &view->forms[number - 1] : NULL;
}

/* Find the longest form that begins at a place. Inside a hashtag and outside of it are two texts;
 * a slash may stand between two names. NULL if there is none. */
static const Form *longest(const View *view, const Place *places, uint32_t size, uint32_t first,
                           bool phrase, uint32_t *last) {
  uint32_t node = places[first].key, slash = view->index->special[SPECIAL_SLASH];
  const Form *found = NULL;
  if (node == NONE) return NULL;
  for (uint32_t at = first;;) {
    const Form *here = form_at(view, node, phrase);
    if (here) {
      found = here;
      *last = at + 1;
    }
    do at++;
    while (at < size && places[at].key == slash && !((places[at].bits ^ places[first].bits) & FLAG(IN_TAG)));
    if (at >= size || ((places[at].bits ^ places[first].bits) & FLAG(IN_TAG))) break;
    node = index_child(view->index, node, places[at].key);
    if (node == NONE) break;
  }
  return found;
}

/* Give the contestant whose name a handle holds: "@dpp_psi", a party's short name beside a word
 * that says it is a party's. 0 for none. */
static uint32_t handle_entries(Reader *reader, const View *view, const Token *handle, const uint32_t **out) {
  const Index *ix = view->index;
  const uint32_t *parts = handle->parts;
  uint32_t size = handle->parts_size < HANDLE_PARTS ? handle->parts_size : HANDLE_PARTS;
  bool official = false;
  for (uint32_t i = 0; i < size; i++) official = official || (member_of(ix, parts[i]) & MEMBER(HANDLE));
  for (uint32_t i = 0; i < size; i++) {
    uint32_t nodes[HANDLE_PARTS], count = 0;
    for (uint32_t node = parts[i]; node != NONE && i + count < size;) {
      nodes[count++] = node;
      node = i + count < size ? index_child(ix, node, parts[i + count]) : NONE;
    }
    while (count--) {
      const Form *form = form_at(view, nodes[count], false);
      if (!form) continue;
      uint32_t *some = arena_take(&reader->scratch, form->entries_size * sizeof *some), n = 0;
      for (uint32_t k = 0; k < form->entries_size; k++) {
        const EntryRow *e = &ix->entries[form->entries[k]];
        bool party = e->kind == KIND_party;
        if ((party || e->kind == KIND_person || e->kind == KIND_ticket) && (!e->needs || (party && official)))
          some[n++] = form->entries[k];
      }
      *out = some;
      if (n) return of_first_kind(ix, some, n, some);
    }
  }
  return 0;
}

/* Where a name that needs no context begins inside a form that does, and goes on after it:
 * "yakin, Asep Surya Atmaja". 0 if there is none. */
static uint32_t name_across(const View *view, const Place *places, uint32_t size, uint32_t first, uint32_t last) {
  for (uint32_t i = first + 1; i < last; i++) {
    uint32_t stop = 0;
    if (!(places[i].bits & FLAG(START))) continue;
    const Form *form = longest(view, places, size, i, false, &stop);
    if (form && stop > last && form->free_size) return i;
  }
  return 0;
}

/* Find the mentions that need no context, the forms that do, and the numbers. */
static void start_reading(const Context *c, Start *out) {
  const Index *ix = c->view->index;
  Arena *arena = &c->reader->scratch;
  bool elsewhere = false;
  for (uint32_t i = 0; i < c->size; i++)
    elsewhere = elsewhere || (c->places[i].bits & (FLAG(FOREIGN) | FLAG(OTHER_CONTEST)));
  out->free = arena_take(arena, c->size * sizeof *out->free);
  out->waiting = arena_take(arena, c->size * sizeof *out->waiting);
  out->numbers = arena_take(arena, c->size * sizeof *out->numbers);
  for (uint32_t i = 0, done = 0; i < c->size; i++) {
    uint64_t bits = c->places[i].bits;
    if (i < done || !(bits & (FLAG(START) | FLAG(VALUE) | FLAG(IS_HANDLE)))) continue;
    const uint32_t *named;
    uint32_t count = bits & FLAG(IS_HANDLE) ? handle_entries(c->reader, c->view, &c->tokens[i], &named) : 0;
    if (count) {
      out->free[out->free_size++] = (Mention){.first = i, .last = i + 1, .kind = ix->entries[*named].kind,
                                              .entries = named, .entries_size = count, .handle = true};
      continue;
    }
    uint32_t last = 0;
    const Form *form = bits & FLAG(START) ? longest(c->view, c->places, c->size, i, false, &last) : NULL;
    if (!form) {
      if (bits & FLAG(VALUE)) out->numbers[out->numbers_size++] = i;
      continue;
    }
    done = last;
    if (bits & FLAG(IS_TAG)) /* the tag's words are inside it */
      while (done < c->size && (c->places[done].bits & FLAG(IN_TAG))) done++;
    Mention mention = {.reason = REASON_needs_context};
    if (form->free_size && (!elsewhere || ix->entries[*form->free].kind != KIND_party))
      mention = (Mention){.first = i, .last = done, .kind = ix->entries[*form->free].kind,
                          .entries = form->free, .entries_size = form->free_size};
    else if (form->needless_size) judge(c, i, done, form->needless, form->needless_size, &mention);
    uint32_t across;
    if (mention.reason == REASON_none) out->free[out->free_size++] = mention;
    else if ((across = name_across(c->view, c->places, c->size, i, done))) done = across;
    else out->waiting[out->waiting_size++] = (Waiting){i, done, form};
  }
}

/* Give each mention, at its tokens and in order, one place without flags of its own. */
static void place_mentions(Reader *reader, const Place *places, uint32_t size, const Mention *mentions,
                           uint32_t count, Placed *out) {
  const Index *ix = reader->index;
  size_t room = (size_t)size + count + 1;
  for (uint32_t i = 0; i + 1 < count; i++) /* what overlaps is read twice, as in the Python */
    if (mentions[i].last > mentions[i + 1].last) room += mentions[i].last - mentions[i + 1].last;
  out->places = arena_take(&reader->scratch, room * sizeof *out->places);
  out->origin = arena_take(&reader->scratch, room * sizeof *out->origin);
  out->mentions = arena_take(&reader->scratch, (count + 1u) * sizeof *out->mentions);
  out->mentions_size = count;
  uint32_t n = 0, at = 0;
  for (uint32_t i = 0; i <= count; i++) {
    uint32_t stop = i < count ? mentions[i].first : size;
    for (; at < stop; at++) {
      out->places[n] = places[at];
      out->origin[n++] = at;
    }
    if (i == count) break;
    out->mentions[i] = mentions[i];
    out->mentions[i].first = n;
    out->mentions[i].last = n + 1;
    out->places[n] = (Place){ix->placeholders[mentions[i].kind * 3], 0, places[mentions[i].first].bits & KEPT};
    out->origin[n++] = mentions[i].first;
    at = mentions[i].last;
  }
  out->origin[n] = size;
  out->size = n;
}

/* Find the phrases of a text, in order, without overlaps (longest first). */
static uint32_t find_phrases(const Context *c, Phrase **out) {
  const Phrase *begin = arena_take(&c->reader->scratch, c->size * sizeof *begin);
  Phrase *to = *out = (Phrase *)begin;
  for (uint32_t i = 0, done = 0; i < c->size; i++) {
    if (!(c->places[i].bits & FLAG(PHRASE_START)) || i < done) continue;
    uint32_t last = 0;
    const Form *form = longest(c->view, c->places, c->size, i, true, &last);
    for (uint32_t k = 0; form && k < form->entries_size; k++) {
      if (blocked_by(c, form->entries[k], i, last) != NONE) continue;
      *to++ = (Phrase){i, last, form->entries[k]};
      done = last;
      break;
    }
  }
  return (uint32_t)(to - begin);
}

/* The context a phrase gives to what stands near it, as flags. */
static uint64_t vouched_by(const EntryRow *e) {
  if (e->kind == KIND_cue) return e->cue;
  if (e->kind != KIND_stance) return 0;
  /* Everyday words that are a stance only beside a contestant cannot vouch for one. */
  return !e->needs || e->category == CATEGORY_ajakan ? FLAG(STANCE) : 0;
}

/* Whether a number may be a ballot number: something speaks for it right before. */
static bool maybe_ballot(const Place *places, uint32_t i, const uint8_t *inside, const Index *ix) {
  if (places[i].bits & ZEROED) return true;
  if (!i) return false;
  return inside[i - 1] || (places[i - 1].bits & FLAG(NUMBER_WORD)) ||
         (member_of(ix, places[i - 1].key) & MEMBER(SLOT));
}

static bool before(const Mention *a, const Mention *b) {
  return a->first != b->first ? a->first < b->first : a->last < b->last;
}

/* Sort mentions by place; those of one place stay in order. */
static Mention *sorted(Arena *arena, Mention *items, uint32_t size) {
  Mention *other = arena_take(arena, (size + 1u) * sizeof *other);
  for (uint32_t width = 1; width < size; width *= 2) {
    for (uint32_t low = 0; low < size; low += 2 * width) {
      uint32_t middle = low + width < size ? low + width : size, high = middle + width < size ? middle + width : size;
      for (uint32_t a = low, b = middle, k = low; k < high; k++)
        other[k] = b >= high || (a < middle && !before(&items[b], &items[a])) ? items[a++] : items[b++];
    }
    Mention *swap = items;
    items = other;
    other = swap;
  }
  return items;
}

static void mark(uint8_t *places, const Mention *m) {
  for (uint32_t i = m->first; i < m->last; i++) places[i] = 1;
}

static bool touches(const uint8_t *places, const Mention *m) {
  for (uint32_t i = m->first; i < m->last; i++)
    if (places[i]) return true;
  return false;
}

static uint8_t *none_of(const Context *c) {
  uint8_t *places = arena_take(&c->reader->scratch, c->size + 1u);
  memset(places, 0, c->size + 1u);
  return places;
}

/* Judge what leans on its context: ballot numbers, then the forms that may lean on those. */
static uint32_t judge_waiting(const Context *c, const Start *start, Mention *out) {
  uint8_t *vouching = none_of(c); /* "AMIN 01" vouch for each other */
  uint32_t n = 0;
  for (uint32_t i = 0; i < start->waiting_size; i++) {
    const Waiting *w = &start->waiting[i];
    if (w->form->vouches && (c->places[w->first].bits & FLAG(CAPITALS))) vouching[w->last] = 1;
  }
  /* Twice: "mau perubahan, pilih Rano": a later name may vouch for an earlier one. */
  for (int pass = 0; pass < 2; pass++) {
    n = 0;
    for (uint32_t i = 0; i < start->numbers_size; i++) {
      if (!ballot(c, start->numbers[i], vouching[start->numbers[i]], &out[n])) continue;
      if (out[n].reason == REASON_none) mark(c->numbers, &out[n]);
      n++;
    }
    for (uint32_t i = 0; i < start->waiting_size; i++) {
      const Waiting *w = &start->waiting[i];
      judge(c, w->first, w->last, w->form->entries, w->form->entries_size, &out[n]);
      if (out[n].reason == REASON_none) mark(c->named, &out[n]);
      n++;
    }
  }
  return n;
}

/* Put the mentions of a text in order, without overlaps, unlisted people among them. Refused
 * attributes do not count; what does not count gives way to what does. */
static Mention *settle(const Context *c, Mention *found, uint32_t size, uint32_t *out_size) {
  Arena *arena = &c->reader->scratch;
  Mention *counted = arena_take(arena, ((size_t)size + c->size + 1) * sizeof *counted);
  Mention *people = arena_take(arena, (c->size + 1u) * sizeof *people);
  Context with = *c;
  uint32_t n = 0, kept = 0;
  with.named = none_of(c);
  for (uint32_t i = 0; i < size; i++) {
    if (found[i].reason == REASON_none && refuses(c, &found[i])) found[i].reason = REASON_negated;
    if (found[i].reason != REASON_none) continue;
    counted[n++] = found[i];
    mark(with.named, &found[i]);
  }
  uint32_t persons = find_persons(&with, people);
  for (uint32_t i = 0; i < persons; i++)
    if (!touches(with.named, &people[i])) counted[n++] = people[i];
  counted = sorted(arena, counted, n);
  Mention *out = arena_take(arena, ((size_t)n + size + 1) * sizeof *out);
  uint8_t *named = none_of(c);
  for (uint32_t i = 0; i < n; i++) { /* a name may be cut by what leaned on its context */
    if (i && counted[i - 1].last > counted[i].first) continue;
    out[kept++] = counted[i];
    mark(named, &counted[i]);
  }
  for (uint32_t i = 0; i < size; i++)
    if (found[i].reason != REASON_none && !touches(named, &found[i])) out[kept++] = found[i];
  *out_size = kept;
  return sorted(arena, out, kept);
}

/* Read what the lexicon finds in a text; `Lexicon.read` with ``blocked=True``. */
void read_lexicon(Reader *reader, const View *view, const Token *tokens, uint32_t size, Reading *out) {
  Arena *arena = &reader->scratch;
  Place *places = arena_take(arena, (size + 1u) * sizeof *places);
  for (uint32_t i = 0; i < size; i++) places[i] = (Place){tokens[i].key, tokens[i].value, tokens[i].bits};
  uint32_t *identity = arena_take(arena, (size + 1u) * sizeof *identity);
  for (uint32_t i = 0; i <= size; i++) identity[i] = i;
  Context c = {reader, view, tokens, places, identity, size, NULL, NULL};
  c.named = none_of(&c);
  c.numbers = none_of(&c);
  Start start = {0};
  start_reading(&c, &start);

  Placed free_ones;
  place_mentions(reader, places, size, start.free, start.free_size, &free_ones);
  c.places = free_ones.places;
  c.origin = free_ones.origin;
  c.size = free_ones.size;
  uint32_t *place_of = arena_take(arena, (size + 1u) * sizeof *place_of);
  for (uint32_t token = 0, place = 0; token <= size; token++) {
    while (place < c.size && c.origin[place] < token) place++;
    place_of[token] = place;
  }
  for (uint32_t i = 0; i < start.waiting_size; i++) {
    start.waiting[i].first = place_of[start.waiting[i].first];
    start.waiting[i].last = place_of[start.waiting[i].last];
  }
  Phrase *phrases;
  uint32_t count = find_phrases(&c, &phrases), numbers = 0;
  uint8_t *inside = none_of(&c);
  Place *heard = arena_take(arena, (c.size + 1u) * sizeof *heard);
  memcpy(heard, c.places, c.size * sizeof *heard);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t flags = vouched_by(&view->index->entries[phrases[i].entry]);
    for (uint32_t place = phrases[i].first; place < phrases[i].last; place++) {
      heard[place].bits |= flags;
      inside[place] = 1;
    }
  }
  for (uint32_t i = 0; i < start.numbers_size; i++) {
    uint32_t place = place_of[start.numbers[i]];
    if (maybe_ballot(c.places, place, inside, view->index)) start.numbers[numbers++] = place;
  }
  start.numbers_size = numbers;
  c.places = heard;
  c.named = none_of(&c);
  c.numbers = none_of(&c);
  for (uint32_t i = 0; i < free_ones.mentions_size; i++) c.named[free_ones.mentions[i].first] = 1;
  uint32_t found_size = free_ones.mentions_size;
  Mention *found = arena_take(arena, ((size_t)found_size + start.numbers_size + start.waiting_size + 1) * sizeof *found);
  if (found_size) memcpy(found, free_ones.mentions, found_size * sizeof *found);
  found_size += judge_waiting(&c, &start, found + found_size);
  out->mentions = settle(&c, found, found_size, &out->mentions_size);

  Mention *counted = arena_take(arena, (out->mentions_size + 1u) * sizeof *counted);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < out->mentions_size; i++) {
    Mention *m = &out->mentions[i];
    m->first = c.origin[m->first];
    m->last = c.origin[m->last];
    if (m->reason == REASON_none) counted[kept++] = *m;
  }
  /* Each is one place without flags of its own, so that the words of no name act as cues. */
  Placed placed;
  place_mentions(reader, places, size, counted, kept, &placed);
  c.places = placed.places;
  c.origin = placed.origin;
  c.size = placed.size;
  out->tokens = tokens;
  out->tokens_size = size;
  out->places = placed.places;
  out->origin = placed.origin;
  out->places_size = placed.size;
  out->at = placed.mentions;
  out->at_size = placed.mentions_size;
  out->phrases_size = find_phrases(&c, &out->phrases);
}
