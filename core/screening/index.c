#include "core/screening/index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	DELETE_FROM = 3,       /* characters from which on a word has keys with one left out */
	JOIN_MOST = 3,         /* words side by side that may be one */
	JOIN_CHARACTERS = 24,
};

void keys_release(struct keys *k)
{
	free(k->at);
	*k = (struct keys){ 0 };
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void keys_sort(struct keys *k)
{
	size_t n = 0;

	if (k->n)
		qsort(k->at, k->n, sizeof *k->at, compare_keys);
	for (size_t i = 0; i < k->n; i++)
		if (!i || k->at[i] != k->at[i - 1])
			k->at[n++] = k->at[i];
	k->n = n;
}

static void add_key(struct keys *k, uint32_t key, uint32_t number)
{
	if (k->n == k->room) {
		k->room = k->room ? 2 * k->room : 256;
		k->at = mem_grow(k->at, k->room, sizeof *k->at);
	}
	k->at[k->n++] = (uint64_t)key << 32 | number;
}

/* FNV-1a over the characters' code points; skip: one that is left out, -1: none. */
static uint32_t key_of(const uint32_t *cp, size_t n, size_t skip)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		for (int shift = 0; shift < 24 && i != skip; shift += 8)
			h = (h ^ (cp[i] >> shift & 0xff)) * 16777619u;
	return h;
}

static void add_word(struct keys *k, const uint32_t *cp, size_t n, bool nearly, uint32_t number)
{
	add_key(k, key_of(cp, n, n), number);
	for (size_t i = 0; nearly && n >= DELETE_FROM && i < n; i++)
		add_key(k, key_of(cp, n, i), number);
}

/* What a word is looked up by; words that many names share only where a name has no others. */
static bool tells(const struct form *f, size_t i)
{
	if (f->word[i].weight >= 1000)
		return true;
	for (size_t j = 0; j < f->n; j++)
		if (f->word[j].weight >= 1000)
			return false;
	return f->word[i].n > 1 || f->n == 1;
}

/* nearly: keys with a character left out for joined words as well, which one of the two sides needs. */
static void add_form(struct keys *k, const struct form *f, bool nearly, uint32_t number, bool count)
{
	for (size_t i = 0; i < f->n; i++) {
		uint32_t joined[JOIN_CHARACTERS];
		size_t n = 0, mine = count ? i : 0;

		if (tells(f, i))
			add_word(k, f->word[i].cp, f->word[i].n, true, number + (uint32_t)mine);
		for (size_t j = i; j < f->n && j < i + JOIN_MOST && n + f->word[j].n <= JOIN_CHARACTERS; j++) {
			memcpy(joined + n, f->word[j].cp, f->word[j].n * sizeof *joined);
			n += f->word[j].n;
			if (j > i)
				add_word(k, joined, n, nearly, number + (uint32_t)mine);
		}
	}
}

static void add_number(struct keys *k, const char *text, uint32_t number)
{
	uint32_t cp[JARO_MAX] = { '#' };
	size_t n = 1;

	for (; *text && n < JARO_MAX; text++)
		if (isalnum((unsigned char)*text))
			cp[n++] = (uint32_t)toupper((unsigned char)*text);
	if (n > 1)
		add_key(k, key_of(cp, n, n), number);
}

void keys_of_entry(struct keys *k, uint32_t no, const char *forms, const struct listed *e)
{
	struct form f;

	while (form_take(&f, &forms))
		add_form(k, &f, false, no, false);
	for (size_t i = 0; i < e->numbers.n; i++)
		add_number(k, e->numbers.at[i], no);
}

uint32_t keys_of_asked(struct keys *k, const struct asked *a, const char *number)
{
	const struct form *f;
	uint32_t words = 0;

	for (size_t i = 0; (f = asked_form(a, i)); i++) {
		add_form(k, f, true, words, true);
		words += (uint32_t)f->n;
	}
	add_number(k, number, words);
	return words;
}

/* ---- as the store keeps them ---- */
size_t index_pack(struct buf *out, const struct keys *k, size_t at)
{
	size_t n = 0;

	for (; at + n < k->n && key_bucket(k->at[at + n]) == key_bucket(k->at[at]); n++)
		for (int shift = 56; shift >= 0; shift -= 8)
			buf_addc(out, (char)(k->at[at + n] >> shift & 0xff));
	return n;
}

static uint32_t number_at(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool index_each(const char *pairs, size_t n, uint32_t key, void (*fn)(void *ctx, uint32_t no), void *ctx)
{
	size_t low = 0, high = n / INDEX_PAIR;

	if (n % INDEX_PAIR)
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (number_at(pairs + middle * INDEX_PAIR) < key)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n / INDEX_PAIR && number_at(pairs + low * INDEX_PAIR) == key; low++)
		fn(ctx, number_at(pairs + low * INDEX_PAIR + 4));
	return true;
}
