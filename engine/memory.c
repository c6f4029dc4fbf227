/* Arenas and hashing. An arena takes memory a piece at a time and gives it back at once. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

struct Chest { /* a block of memory, with its bytes behind it */
  Chest *next;
  size_t size;
  max_align_t bytes[];
};
enum { CHEST = 1 << 16 };

static Chest *new_chest(Arena *arena, size_t bytes) {
  size_t size = bytes > CHEST ? bytes : CHEST;
  if (size > SIZE_MAX - sizeof(Chest)) return NULL;
  Chest *chest = malloc(sizeof(Chest) + size);
  if (!chest) return NULL;
  chest->next = NULL;
  chest->size = size;
  arena->total += size;
  return chest;
}

/* Return `bytes` bytes, aligned for anything; jump to `failed` where there are none. */
void *arena_take(Arena *arena, size_t bytes) {
  size_t align = sizeof(max_align_t) - 1;
  if (bytes > SIZE_MAX / 2) longjmp(*arena->failed, 1);
  bytes = (bytes + align) & ~align;
  while (!arena->current || arena->used + bytes > arena->current->size) {
    Chest *next = arena->current ? arena->current->next : arena->first;
    if (!next || next->size < bytes) {
      Chest *made = new_chest(arena, bytes);
      if (!made) longjmp(*arena->failed, 1);
      made->next = next;
      if (arena->current) arena->current->next = made;
      else arena->first = made;
      next = made;
    }
    arena->current = next;
    arena->used = 0;
  }
  char *at = (char *)arena->current->bytes + arena->used;
  arena->used += bytes;
  return at;
}

/* Whether no more may be remembered: the next piece would go beyond `most`. */
bool arena_full(const Arena *arena, size_t bytes) {
  size_t left = arena->current ? arena->current->size - arena->used : 0;
  return arena->total + (bytes > left ? bytes + CHEST : 0) > arena->most;
}

/* Give everything back; up to `keep` bytes stay with the arena for what comes next. */
void arena_reset(Arena *arena, size_t keep) {
  Chest **link = &arena->first;
  size_t kept = 0;
  while (*link) {
    Chest *chest = *link;
    if (kept + chest->size > keep) {
      *link = chest->next;
      free(chest);
    } else {
      kept += chest->size;
      link = &chest->next;
    }
  }
  arena->total = kept;
  arena->current = NULL;
  arena->used = 0;
}

/* Return `items` with room for one more than `used`: themselves, or a copy of twice the room. */
void *arena_grow(Arena *arena, void *items, size_t used, uint32_t *room, size_t item) {
  if (used < *room) return items;
  uint32_t more = *room ? *room * 2 : 32;
  if (more <= *room) longjmp(*arena->failed, 1);
  void *copy = arena_take(arena, (size_t)more * item);
  if (used) memcpy(copy, items, used * item);
  *room = more;
  return copy;
}

static uint64_t mix(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 Wide;
  Wide product = (Wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
  a = (a ^ (a >> 32)) * b;
  return a ^ (a >> 29);
#endif
}

uint64_t hash_bytes(uint64_t seed, const char *at, size_t size) {
  uint64_t hash = seed ^ (size * UINT64_C(0xA0761D6478BD642F)), word;
  for (; size >= 8; at += 8, size -= 8) {
    memcpy(&word, at, 8);
    hash = mix(hash ^ word, UINT64_C(0xE7037ED1A0B428DB) ^ seed);
  }
  word = 0;
  memcpy(&word, at, size);
  return mix(hash ^ word, UINT64_C(0x8EBC6AF09C88C6E3));
}

uint64_t hash_pair(uint64_t seed, uint32_t a, uint32_t b) {
  return mix((((uint64_t)a << 32) | b) ^ seed, UINT64_C(0x8BB84B93962EACC9));
}
