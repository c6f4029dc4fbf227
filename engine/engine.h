/* The engine: a text to its decision and its reasons, in native code.
 *
 * It follows the rooms `read` and `score` of the Python package stage by stage; what those say is
 * the specification, and every stage has its place in both. No Python in this core: see binding.c.
 *
 *   letters.c      characters as a reader sees them; chunks of a text
 *   spelling.c     one word as it is meant
 *   words.c        a chunk to its tokens
 *   stems.c        Indonesian stems
 *   tokens.c       tokens with all that is known of each; remembered chunks
 *   find.c         the lexicon: forms, phrases, and the steps of a reading
 *   context.c      what lets a mention count
 *   persons.c      people nobody has listed
 *   signals.c      what a text does with a contestant
 *   occurrences.c  units and features
 *   score.c        decision, verdict, reasons
 *   index.c        the tables all of them use, checked before use
 *   memory.c       arenas and hashing
 *
 * What the engine does not do: letters that fold to no ASCII ("ł", Arabic) and broken encodings.
 * A text that holds one is handed back (`HANDED_BACK`), and the Python reads it.
 */
#ifndef NETRALITAS_ENGINE_H
#define NETRALITAS_ENGINE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NONE 0xFFFFFFFFu /* no symbol: a word no table knows */
#define HEADS 11         /* the partisan head, then one for each category */
#define SIZE HEADS       /* what a feature adds to the size of its block */
#define WIDTH (HEADS + 1)

/* --- flags of a word or a place: read/flags.py, in its order */
#define FLAGS(X)                                                                                   \
  X(PARTY_WORD) X(TITLE) X(NUMBER_WORD) X(CAMPAIGN_WORD) X(REPORTING) X(NEGATION) X(LAW_WORD)      \
  X(UNIT_WORD) X(RULE_TALK) X(QUOTE) X(FIRST_PERSON) X(SECOND_PERSON) X(INTENSIFIER)               \
  X(OFFICE_WORD) X(MEDIA_WORD) X(LIFE_WORD) X(POLICY_WORD) X(OTHER_CONTEST) X(FOREIGN) X(STANCE) X(VALUE) X(START)             \
  X(PHRASE_START) X(NAMED) X(STRANGE) X(UNKNOWN_NAME) X(IS_WORD) X(IS_NUMBER) X(IS_TAG)            \
  X(IS_HANDLE) X(IS_URL) X(IS_EMOJI) X(IS_MARK) X(IN_TAG) X(CAPITAL) X(CAPITALS)
#define X(name) BIT_##name,
enum { FLAGS(X) FLAG_COUNT };
#undef X
#define FLAG(name) (UINT64_C(1) << BIT_##name)
#define CUES ((UINT64_C(1) << BIT_STANCE) - 1)
/* Known of a key here only: "02", "2024". */
#define ZEROED (UINT64_C(1) << 60)
#define YEAR (UINT64_C(1) << 61)

/* --- what lists a word is in */
#define MEMBERS(X)                                                                                 \
  X(KNOWN) X(SLANG) X(EVERYDAY) X(PROTECTED) X(NAME_WORD) X(NAME_PART) X(KEYED) X(DISTINCT)        \
  X(GUARD) X(MONTH) X(SLOT) X(RANK) X(BEFORE_NUMBER) X(ROUNDING) X(GLUED) X(HANDLE) X(BECOMES)     \
  X(ZERO) X(NOT_REFUSING) X(NUMBER)
#define X(name) MEMBER_BIT_##name,
enum { MEMBERS(X) MEMBER_COUNT };
#undef X
#define MEMBER(name) (1u << MEMBER_BIT_##name)

/* --- kinds: of entries in the order that decides, then those without entries */
#define KINDS(X)                                                                                   \
  X(slogan) X(ticket) X(person) X(party) X(group) X(camp) X(gesture) X(stance) X(tone) X(neutral)  \
  X(cue) X(number) X(unlisted)
#define X(name) KIND_##name,
enum { KINDS(X) KIND_COUNT };
#undef X

/* --- words the code names, in the order of the index's section `special` */
#define SPECIALS(X)                                                                                \
  X(SLASH, "/") X(COLON, ":") X(QUOTE, "\"") X(QUESTION, "?") X(EXCLAIM, "!") X(BAR, "|")          \
  X(DOTS, "...") X(TAHUN, "tahun") X(SURAT, "surat") X(SUARA, "suara") X(DAN, "dan")               \
  X(URL, "<url>") X(USER, "@user") X(NUM, "<num>") X(N, "<n>") X(ZERO_N, "<0n>")
#define X(name, text) SPECIAL_##name,
enum { SPECIALS(X) SPECIAL_COUNT };
#undef X

#define SIGNALS(X)                                                                                 \
  X(target_for) X(target_against) X(target_event) X(target_tone_for) X(target_tone_against)        \
  X(target_tone_event) X(stance_for) X(stance_against) X(stance_event) X(tone_for) X(tone_against) \
  X(tone_event) X(neutral) X(neutral_many) X(unlisted) X(slogan) X(number_called) X(number)        \
  X(camp) X(group) X(gesture) X(handle) X(name) X(attribute_tag) X(told) X(in_office)              \
  X(names_many) X(no_target) X(quoted) X(refused) X(headline) X(shouted) X(question) X(quote)      \
  X(exclaim) X(reporting) X(rule_talk) X(campaign_word) X(party_word) X(first_person)              \
  X(second_person) X(intensifier) X(office_word) X(media_word) X(life_word) X(policy_word)         \
  X(other_contest) X(negated) X(emoji) X(link) X(tag) X(addressed) X(figure)
#define X(name) SIGNAL_##name,
enum { SIGNALS(X) SIGNAL_COUNT };
#undef X

/* Categories as in base/result.py, 0 for none. */
#define CATEGORIES(X)                                                                              \
  X(none) X(ajakan) X(dukungan) X(serangan) X(atribut) X(kegiatan) X(berita) X(edukasi)            \
  X(netralitas) X(kebijakan) X(harian)
#define X(name) CATEGORY_##name,
enum { CATEGORIES(X) CATEGORY_COUNT };
#undef X

enum { NEED_party_word = 1, NEED_stance = 2, NEED_number = 4, NEED_name = 8, NEED_title = 16, NEED_campaign = 32 };
enum { CASE_any, CASE_capital, CASE_upper };
enum { DIRECTION_unset, DIRECTION_for, DIRECTION_against, DIRECTION_none };
enum { TOKEN_word, TOKEN_number, TOKEN_emoji, TOKEN_mark, TOKEN_url, TOKEN_handle, TOKEN_hashtag };
enum { BLOCK_word, BLOCK_letters, BLOCK_near, BLOCK_signal, BLOCK_COUNT };
/* Why a mention does not count, as the Python says it. */
#define REASONS(X)                                                                                 \
  X(none, "") X(case, "case") X(blocked_by, "blocked by ") X(needs_context, "needs context")         \
  X(law, "law citation") X(unit, "unit") X(contest, "another contest") X(negated, "negated")
#define X(name, text) REASON_##name,
enum { REASONS(X) REASON_COUNT };
#undef X
typedef enum { DONE, HANDED_BACK, NO_MEMORY } Outcome;

/* --- rows of the index: plain numbers of fixed size, so that a file is used as it lies */
typedef struct { /* of a symbol */
  uint64_t bits;
  uint32_t member;
  uint32_t count;      /* texts a known word is in */
  uint32_t slang_at, slang_size; /* pieces of the standard spelling, in `pool` */
  uint32_t stem;       /* of a protected word */
  uint32_t value;      /* of a number word */
  uint32_t row;        /* of the model */
  uint32_t near;       /* first of its rows in `near`, 1 + index; 0 for none */
} WordRow;

typedef struct {
  uint64_t cue; /* flag of a cue's class */
  uint32_t from, to; /* days as 20240214, 0 for none */
  uint32_t exact_at, exact_size, near_at, near_size; /* blocks, in `blocks` */
  uint8_t kind, written, direction, category, needs, pad[3];
} EntryRow;

typedef struct { /* a phrase that silences: "bayar _", "hutan" */
  uint32_t before_at, before_size, after_at, after_size; /* words, in `pool` */
  uint32_t text; /* symbol */
} BlockRow;

typedef struct { uint32_t entries_at, entries_size; } FormRow; /* entries in `pool` */
typedef struct { uint32_t target, phrase; } NodeRow;           /* 1 + form, 0 for none */
typedef struct { uint32_t node, symbol, child; } EdgeRow;
typedef struct { uint32_t left, right, row; } PairRow;
typedef struct { uint64_t letters; uint32_t row, pad; } LettersRow; /* up to 8 bytes of a group */
typedef struct { float weight, idf, category[HEADS - 1], pad[4]; } ModelRow;
typedef struct { uint32_t point; uint8_t size, flags; char plain[10]; } FoldRow;
enum { FOLD_REFUSED = 1, FOLD_ALPHA = 2, FOLD_UPPER = 4, FOLD_ITSELF = 8 };

typedef struct {
  double intercepts[HEADS];
  double glue; /* log of all counts of known words */
  uint32_t stems, pairs, letters, near, signals, masks, names;
  uint32_t letters_from, letters_to, reach;
} Head;

typedef struct { uint32_t tag, symbol; } SymbolSlot; /* 1 + symbol */
typedef struct Index {
  const char *strings; const uint32_t *string_at; uint32_t symbols;
  const WordRow *words; const uint32_t *pool; uint32_t pool_size;
  const EntryRow *entries; uint32_t entries_size;
  const BlockRow *blocks; uint32_t blocks_size;
  const FormRow *forms; uint32_t forms_size;
  const NodeRow *nodes; uint32_t nodes_size;
  const EdgeRow *edges; uint32_t edges_size;
  const PairRow *pairs; uint32_t pairs_size;
  const uint32_t *near; uint32_t near_size; /* 2 * NEAR_GROUPS rows for each symbol that has one */
  const LettersRow *letters; uint32_t letters_size;
  const ModelRow *rows; uint32_t rows_size;
  const uint32_t *signals; /* SIGNAL_COUNT x CATEGORY_COUNT rows of the model */
  const FoldRow *folds; uint32_t folds_size;
  const uint32_t *special; const uint32_t *placeholders; /* KIND_COUNT x 3: plain, handle, refused */
  const uint32_t *typos; uint32_t typos_size; uint32_t typo_first[27];
  const uint32_t *suffixes; uint32_t suffixes_size;
  const uint8_t *digits; /* 2 x 128: letters that digits and signs are written for */
  Head head;
  uint64_t seed;
  SymbolSlot *symbol_slots; uint32_t symbol_mask;
  uint32_t *edge_slots, edge_mask, *pair_slots, pair_mask, *letters_slots, letters_mask; /* 1 + row */
  char *roots; uint32_t *root_at, roots_size; uint32_t *root_slots, root_mask;
} Index;
#define NEAR_GROUPS 5 /* who, number, slogan, camp, unlisted */

/* --- memory.c */
typedef struct Chest Chest;
typedef struct { /* takes memory a piece at a time, gives it back at once */
  Chest *first, *current; size_t used, total, most;
  jmp_buf *failed;
} Arena;
void *arena_take(Arena *arena, size_t bytes);      /* jumps to `failed` where there is none */
bool arena_full(const Arena *arena, size_t bytes); /* more than `most` were taken */
void arena_reset(Arena *arena, size_t keep);
void *arena_grow(Arena *arena, void *items, size_t used, uint32_t *room, size_t item);
uint64_t hash_bytes(uint64_t seed, const char *at, size_t size);
uint64_t hash_pair(uint64_t seed, uint32_t a, uint32_t b);

/* --- index.c */
const char *index_open(Index *index, const void *data, size_t size, const char *roots,
                       size_t roots_bytes, uint64_t seed); /* NULL, or what is wrong */
void index_close(Index *index);
uint32_t index_symbol(const Index *index, const char *at, size_t size);
uint32_t index_child(const Index *index, uint32_t node, uint32_t symbol); /* NONE for none */
uint32_t index_pair(const Index *index, uint32_t left, uint32_t right);   /* 0 for none */
uint32_t index_letters(const Index *index, uint64_t letters);
bool index_is_root(const Index *index, const char *at, size_t size);
static inline uint32_t member_of(const Index *index, uint32_t symbol) {
  return symbol == NONE ? 0 : index->words[symbol].member;
}

/* --- a day's view of the lexicon */
typedef struct {
  const uint32_t *entries, *needless, *free; /* those in force; without needs; that always count */
  uint32_t entries_size, needless_size, free_size;
  bool vouches; /* "AMIN": an abbreviation that a ballot number vouches for */
} Form;
typedef struct { const Index *index; uint32_t day; Form *forms; uint32_t *pool; } View;
const char *view_open(View *view, const Index *index, uint32_t day);
void view_close(View *view);

/* --- what a reader holds */
typedef struct { double sums[WIDTH]; } Letters; /* what all letter groups of a word add */

typedef struct {
  uint32_t start, end; /* characters of the text; in a remembered chunk, of the chunk */
  uint32_t key, unit, value; /* symbols: looked up by; called in features. A number's value */
  uint32_t norm_size, parts_size;
  uint8_t kind, caps, in_tag, has_unit;
  uint64_t bits;
  const char *norm;
  const uint32_t *parts; /* symbols of the words of a handle */
  const Letters *letters;
} Token;

typedef struct { uint32_t key, value; uint64_t bits; } Place;

typedef struct {
  uint32_t first, last, number, block; /* block: symbol of the phrase that silences it */
  uint32_t entries_size;
  uint8_t kind, handle, reason;
  const uint32_t *entries;
} Mention;

typedef struct { uint32_t first, last, entry; } Phrase;

typedef struct {
  const Token *tokens; uint32_t tokens_size;
  Mention *mentions; uint32_t mentions_size; /* at tokens; refused ones too */
  Place *places; uint32_t *origin; uint32_t places_size;
  Mention *at; uint32_t at_size;             /* counting ones, at places */
  Phrase *phrases; uint32_t phrases_size;
} Reading;

typedef struct { uint32_t first, last; uint8_t name, category; } Signal;
typedef struct { /* a word or a mention, as the model sees it */
  uint32_t first, last, key; /* tokens; a symbol */
  const Letters *letters; const Mention *mention;
  bool has_key, chained;
} Unit;

typedef struct {
  uint32_t start, end;
  double weight;
  const Mention *mention; /* NULL for a word */
} Reason;

typedef struct {
  double decisions[HEADS];
  bool heard; /* whether there is a word at all */
  Reason *reasons; uint32_t reasons_size;
} Result;

typedef struct Chunk Chunk;
typedef struct {
  const Index *index;
  Arena scratch;    /* of one text */
  Arena remembered; /* chunks and words, until it is full */
  Chunk **chunks; uint32_t chunks_mask, chunks_size;
  jmp_buf failed;
  uint64_t texts, missed;
} Reader;
bool reader_open(Reader *reader, const Index *index, size_t remembered);
void reader_close(Reader *reader);
void reader_forget(Reader *reader);
Outcome reader_judge(Reader *reader, const View *view, const char *text, size_t bytes, bool reasons,
                     Result *result);

/* --- letters.c */
typedef struct { /* a chunk as written, and as a reader sees it */
  const uint32_t *raw, *points, *at; /* at: of each folded character its place on the raw chunk */
  const char *text, *lower; /* the folded ones in one byte each; '\x80' for those beyond ASCII */
  uint32_t size, raw_size;
} Folded;
bool is_space(uint32_t point);
bool is_emoji(uint32_t point);
bool is_joiner(uint32_t point);
uint32_t next_point(const char **at, const char *end);
size_t put_point(char *out, uint32_t point);
const FoldRow *fold_row(const Index *index, uint32_t point);
bool fold_chunk(Reader *reader, const char *at, size_t bytes, Folded *out); /* false: hand back */
static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool is_letter(char c) { return is_lower(c) || is_upper(c); }

/* --- spelling.c */
#define MAX_WORD 40
#define MAX_TAG 64
#define MAX_PIECES 8
typedef struct { const char *at; uint32_t size; } String;
typedef struct { String piece[MAX_PIECES]; uint32_t size; char own[MAX_WORD + 8]; } Spelt;
void spell(const Index *index, const char *word, uint32_t size, Spelt *out);
bool knows(const Index *index, const char *word, uint32_t size);
uint32_t split_glued(const Index *index, const char *text, uint32_t size, uint32_t *sizes);
uint32_t word_key(const Index *index, const char *word, uint32_t size);
bool only_letters(const char *word, uint32_t size);
bool only_digits(const char *word, uint32_t size);

/* --- stems.c */
#define MAX_STEM 24
uint32_t stem_of(const Index *index, const char *word, uint32_t size, char *out); /* its size */

/* --- words.c: tokens with spans, kind, caps, norm, and letters of the parts of handles */
#define IS_NAME_PART 4 /* in `caps`, until tokens.c has seen it */
typedef struct { /* the tokens of a chunk are added behind `first` others */
  Reader *reader; const Folded *folded; Token *out; uint32_t size, room, first;
} Scan;
void scan_chunk(Scan *scan);

/* --- tokens.c */
Outcome read_tokens(Reader *reader, const char *text, size_t bytes, Token **tokens, uint32_t *size);

/* --- find.c, context.c, persons.c */
typedef struct { /* a text by places: one for each token, and one for each of some mentions */
  Place *places; uint32_t *origin; uint32_t size;
  Mention *mentions; uint32_t mentions_size;
} Placed;
typedef struct {
  Reader *reader; const View *view; const Token *tokens;
  const Place *places; const uint32_t *origin; uint32_t size;
  uint8_t *named, *numbers; /* of each place: a name or a ballot number that counts stands there */
} Context;
void read_lexicon(Reader *reader, const View *view, const Token *tokens, uint32_t size, Reading *out);
uint32_t blocked_by(const Context *context, uint32_t entry, uint32_t first, uint32_t last); /* NONE */
void judge(const Context *context, uint32_t first, uint32_t last, const uint32_t *entries,
           uint32_t size, Mention *out);
bool ballot(const Context *context, uint32_t at, bool vouched, Mention *out);
uint32_t of_first_kind(const Index *index, const uint32_t *entries, uint32_t size, uint32_t *out);
bool refuses(const Context *context, const Mention *mention);
uint32_t find_persons(const Context *context, Mention *out);
#define REACH 4          /* words to either side that give context, or silence */
#define CAMPAIGN_REACH 7 /* the same for ballot numbers */
#define REFUSED_REACH 3  /* words from a negation to the attribute it refuses */

/* --- signals.c, occurrences.c, score.c */
uint32_t find_signals(Reader *reader, const Reading *reading, Signal **out);
typedef struct {
  double sums[BLOCK_COUNT][WIDTH];
  double scale[BLOCK_COUNT]; /* what the sums of each block are multiplied by, once it is known */
  double *owned;             /* of each unit what it adds to the decision; NULL if nobody asks */
} Sums;
uint32_t make_units(Reader *reader, const Reading *reading, Unit **out);
void add_occurrences(Reader *reader, const Reading *reading, const Unit *units, uint32_t size, Sums *sums);

#endif
