/* Finding the entries that a name could fit, without reading all of them.
 *
 * Every word has keys: itself, and itself with each one of its characters left out. Two words that differ by a letter too many, too few,
 * wrong or swapped share a key (the deletion neighbourhood: Mor and Fraenkel 1982). Words that stand side by side have a key as one word
 * too. A number has one key. Keys are 32 bits of FNV-1a; that two words share one by chance costs a comparison and nothing else. */
#ifndef CORE_SCREENING_INDEX_H
#define CORE_SCREENING_INDEX_H

#include "core/screening/listed.h"
#include "core/screening/match.h"

enum { INDEX_BUCKETS = 16384, INDEX_PAIR = 8 /* bytes: key and number, big-endian, so that memcmp sorts them */ };

/* Keys with what they belong to: an entry's number when a list is indexed, a word's when a name is asked for. */
struct keys {
	uint64_t *at;            /* key << 32 | number */
	size_t n, room;
};
void keys_release(struct keys *k);
void keys_sort(struct keys *k);  /* and each once */
/* Of an entry: the words of its forms, and its numbers. */
void keys_of_entry(struct keys *k, uint32_t no, const char *forms, const struct listed *e);
/* Of a name and a number that are asked for; words count from 0, the number is behind them: which it is. */
uint32_t keys_of_asked(struct keys *k, const struct asked *a, const char *number);
static inline uint32_t key_bucket(uint64_t pair) { return (uint32_t)(pair >> 50); } /* its first 14 bits */

/* Appends the pairs from at on that are of the same bucket, as the store keeps them; how many. */
size_t index_pack(struct buf *out, const struct keys *k, size_t at);
/* Calls fn with the number of each pair of this key. false: the pairs are damaged. */
bool index_each(const char *pairs, size_t n, uint32_t key, void (*fn)(void *ctx, uint32_t no), void *ctx);

#endif
