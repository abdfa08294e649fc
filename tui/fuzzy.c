#include "tui/fuzzy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MATCH = 16, WORD = 12, RUN = 14, FIRST = 4, GAP = 1, GAP_MOST = 3, LEAST = -10000 };

static bool letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Lower case code points; how many. Text that is no UTF-8 gives something, and stays inside. */
static size_t decode(const char *s, uint32_t *out, size_t max, bool spaces)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;

	while (*p && n < max) {
		uint32_t c = *p++;

		if (c >= 0xc0)
			c &= c >= 0xf0 ? 0x07 : c >= 0xe0 ? 0x0f : 0x1f;
		while ((*p & 0xc0) == 0x80)
			c = c << 6 | (*p++ & 0x3f);
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c != ' ' || spaces)
			out[n++] = c;
	}
	return n;
}

static int worth(const uint32_t *text, size_t at)
{
	bool word = at == 0 || !letter(text[at]) || !letter(text[at - 1]);

	return MATCH + (word ? WORD : 0) + (at == 0 ? FIRST : 0);
}

/* best[j]: of what was typed up to now, its last character standing at text[j]. */
static void next_row(const uint32_t *text, size_t n, uint32_t typed, const int *before, int *best)
{
	int reach = LEAST; /* the best before, wherever it stood, less what lies between */

	for (size_t j = 0; j < n; j++) {
		int run = j && before[j - 1] > LEAST ? before[j - 1] + RUN : LEAST;
		int from = run > reach ? run : reach;

		best[j] = text[j] == typed && from > LEAST ? from + worth(text, j) : LEAST;
		if (reach > LEAST)
			reach -= GAP;
		if (j && before[j - 1] > LEAST && before[j - 1] - GAP > reach)
			reach = before[j - 1] - GAP;
	}
}

int fuzzy_score(const char *text, const char *typed)
{
	uint32_t t[FUZZY_TEXT], q[FUZZY_TYPED];
	int rows[2][FUZZY_TEXT], most = LEAST;
	size_t nt = decode(text, t, FUZZY_TEXT, true), nq = decode(typed, q, FUZZY_TYPED, false);

	if (!nq)
		return 0;
	for (size_t j = 0; j < nt; j++)
		rows[0][j] = t[j] == q[0] ? worth(t, j) - (j < GAP_MOST ? (int)j : GAP_MOST) * GAP : LEAST;
	for (size_t i = 1; i < nq; i++)
		next_row(t, nt, q[i], rows[(i - 1) % 2], rows[i % 2]);
	for (size_t j = 0; j < nt; j++)
		if (rows[(nq - 1) % 2][j] > most)
			most = rows[(nq - 1) % 2][j];
	if (most == LEAST)
		return FUZZY_NONE;
	most = most * 4 - (int)(nt > nq ? nt - nq : 0); /* of two that fit alike, the shorter */
	return most > 0 ? most : 0;
}
