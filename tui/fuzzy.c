#include "tui/fuzzy.h"

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

/* The first character that was typed, standing at j. */
static void first_row(const uint32_t *text, size_t n, uint32_t typed, int *best)
{
	for (size_t j = 0; j < n; j++)
		best[j] = text[j] == typed ? worth(text, j) - (j < GAP_MOST ? (int)j : GAP_MOST) * GAP : LEAST;
}

static size_t best_of(const int *row, size_t n)
{
	size_t at = 0;

	for (size_t j = 1; j < n; j++)
		if (row[j] > row[at])
			at = j;
	return at;
}

int fuzzy_score(const char *text, const char *typed)
{
	uint32_t t[FUZZY_TEXT], q[FUZZY_TYPED];
	int rows[2][FUZZY_TEXT], most;
	size_t nt = decode(text, t, FUZZY_TEXT, true), nq = decode(typed, q, FUZZY_TYPED, false);

	if (!nq)
		return 0;
	if (!nt)
		return FUZZY_NONE;
	first_row(t, nt, q[0], rows[0]);
	for (size_t i = 1; i < nq; i++)
		next_row(t, nt, q[i], rows[(i - 1) % 2], rows[i % 2]);
	most = rows[(nq - 1) % 2][best_of(rows[(nq - 1) % 2], nt)];
	if (most == LEAST)
		return FUZZY_NONE;
	most = most * 4 - (int)(nt > nq ? nt - nq : 0); /* of two that fit alike, the shorter */
	return most > 0 ? most : 0;
}

/* Where the character before stood, if this one stands at j with so much of it from there: next_row the other way round. */
static size_t came_from(const int *before, size_t j, int from)
{
	if (before[j - 1] > LEAST && before[j - 1] + RUN == from)
		return j - 1;
	for (size_t k = j - 1; k-- > 0;)
		if (before[k] > LEAST && before[k] - GAP * (int)(j - 1 - k) == from)
			return k;
	return j - 1;
}

void fuzzy_where(const char *text, const char *typed, bool at[FUZZY_TEXT])
{
	uint32_t t[FUZZY_TEXT], q[FUZZY_TYPED];
	int rows[FUZZY_TYPED][FUZZY_TEXT];
	size_t nt = decode(text, t, FUZZY_TEXT, true), nq = decode(typed, q, FUZZY_TYPED, false), j;

	memset(at, 0, FUZZY_TEXT * sizeof *at);
	if (!nq || !nt)
		return;
	first_row(t, nt, q[0], rows[0]);
	for (size_t i = 1; i < nq; i++)
		next_row(t, nt, q[i], rows[i - 1], rows[i]);
	j = best_of(rows[nq - 1], nt);
	if (rows[nq - 1][j] == LEAST)
		return;
	at[j] = true;
	for (size_t i = nq - 1; i > 0; i--) {
		j = came_from(rows[i - 1], j, rows[i][j] - worth(t, j));
		at[j] = true;
	}
}
