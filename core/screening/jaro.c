#include "core/screening/jaro.h"

enum { PREFIX_MAX = 4 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Marks which characters of either have a partner in the other: equal, and no further apart than half of the longer. */
static int64_t pair_up(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, bool *in_a, bool *in_b)
{
	size_t longer = na > nb ? na : nb, reach = longer > 3 ? longer / 2 - 1 : 0;
	int64_t pairs = 0;

	for (size_t i = 0; i < na; i++) {
		size_t from = i > reach ? i - reach : 0, to = least(i + reach + 1, nb);

		for (size_t j = from; j < to; j++)
			if (!in_b[j] && a[i] == b[j]) {
				in_a[i] = in_b[j] = true;
				pairs++;
				break;
			}
	}
	return pairs;
}

/* Partners that stand in another order, each counted; a transposition is two of them. */
static int64_t out_of_order(const uint32_t *a, size_t na, const uint32_t *b, const bool *in_a, const bool *in_b)
{
	int64_t out = 0;
	size_t j = 0;

	for (size_t i = 0; i < na; i++) {
		if (!in_a[i])
			continue;
		while (!in_b[j])
			j++;
		out += a[i] != b[j++];
	}
	return out;
}

int jaro(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, bool winkler)
{
	bool in_a[JARO_MAX] = { false }, in_b[JARO_MAX] = { false };
	int64_t la, lb, m, twice, whole, part, prefix = 0;

	na = least(na, JARO_MAX);
	nb = least(nb, JARO_MAX);
	m = pair_up(a, na, b, nb, in_a, in_b);
	if (!m)
		return 0;
	la = (int64_t)na;
	lb = (int64_t)nb;
	/* (m/la + m/lb + (m - t/2)/m) / 3 as part/whole: at most 6 * 64^3, so nothing overflows below */
	twice = 2 * m - out_of_order(a, na, b, in_a, in_b);
	whole = 6 * la * lb * m;
	part = 2 * m * m * (la + lb) + twice * la * lb;
	while (winkler && prefix < PREFIX_MAX && prefix < la && prefix < lb && a[prefix] == b[prefix])
		prefix++;
	if (10 * part > 7 * whole) {
		part = 10 * part + prefix * (whole - part);
		whole *= 10;
	}
	return (int)((2 * JARO_WHOLE * part + whole) / (2 * whole));
}

static size_t cheapest(const size_t row[3][JARO_MAX + 1], const uint32_t *a, const uint32_t *b, size_t i, size_t j)
{
	const size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
	size_t cost = last[j - 1] + (a[i - 1] != b[j - 1]);

	cost = least(cost, least(last[j], now[j - 1]) + 1);
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		cost = least(cost, before[j - 2] + 1);
	return cost;
}

size_t edits(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, size_t most)
{
	size_t row[3][JARO_MAX + 1];

	na = least(na, JARO_MAX);
	nb = least(nb, JARO_MAX);
	if (na > nb + most || nb > na + most)
		return most + 1;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t lowest = row[i % 3][0] = i;

		for (size_t j = 1; j <= nb; j++) {
			row[i % 3][j] = cheapest((const size_t (*)[JARO_MAX + 1])row, a, b, i, j);
			lowest = least(lowest, row[i % 3][j]);
		}
		if (lowest > most)
			return most + 1;
	}
	return least(row[na % 3][nb], most + 1);
}
