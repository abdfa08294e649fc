#include "core/values/han.h"

#include <stdlib.h>
#include <string.h>

bool han_is(uint32_t cp)
{
	return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) || cp == 0x3007 || (cp >= 0x20000 && cp <= 0x323af);
}

static int compare_cp(const void *cp, const void *h)
{
	uint32_t a = *(const uint32_t *)cp, b = ((const struct han *)h)->cp;

	return a < b ? -1 : a > b;
}

const struct han *han_find(uint32_t cp)
{
	return bsearch(&cp, han_table, han_count, sizeof *han_table, compare_cp);
}

struct word { const char *text; size_t n; };

static int compare_word(const struct word *w, const char *row)
{
	size_t n = strlen(row);
	int d = memcmp(w->text, row, w->n < n ? w->n : n);

	return d ? d : w->n < n ? -1 : w->n > n;
}

static int compare_surname(const void *w, const void *s)
{
	return compare_word(w, ((const struct surname *)s)->name);
}

const struct surname *surname_find(const char *name, size_t n)
{
	return bsearch(&(struct word){ name, n }, surname_table, surname_count, sizeof *surname_table, compare_surname);
}

static int compare_syllable(const void *w, const void *s)
{
	return compare_word(w, ((const struct syllable *)s)->pinyin);
}

static const struct syllable *syllable_find(const char *text, size_t n)
{
	return bsearch(&(struct word){ text, n }, syllable_table, syllable_count, sizeof *syllable_table, compare_syllable);
}

enum { SYLLABLE_MAX = 6 /* zhuang */, WORD_SYLLABLES = 4 };

static int add_old(struct buf *out, const char *word, size_t n, int left)
{
	size_t before = out->len;

	for (size_t take = n < SYLLABLE_MAX ? n : SYLLABLE_MAX; take && left; take--) {
		const struct syllable *s = syllable_find(word, take);
		int more = 0;

		if (!s)
			continue;
		buf_adds(out, s->old);
		if (take == n || (more = add_old(out, word + take, n - take, left - 1)) > 0)
			return more + 1;
		buf_setlen(out, before);
	}
	return 0;
}

int syllables_old(struct buf *out, const char *word, size_t n)
{
	return add_old(out, word, n, WORD_SYLLABLES);
}

void han_add(struct buf *out, uint32_t cp)
{
	if (cp >= 0x10000)
		buf_addc(out, (char)(0xf0 | cp >> 18));
	buf_addc(out, (char)(cp >= 0x10000 ? 0x80 | (cp >> 12 & 0x3f) : 0xe0 | cp >> 12));
	buf_addc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	buf_addc(out, (char)(0x80 | (cp & 0x3f)));
}
