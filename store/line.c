#include "store/line.h"

#include <string.h>

#include "store/mem.h"

/* The value of the next line if it begins with word and a space; *rest is where the line after it begins. */
static const char *value_of(const struct lines *l, const char *word, size_t *n, const char **rest)
{
	const char *end = memchr(l->at, '\n', l->left);
	size_t len = strlen(word);

	if (!end || (size_t)(end - l->at) <= len + 1 || memcmp(l->at, word, len) != 0 || l->at[len] != ' ')
		return NULL;
	*n = (size_t)(end - l->at) - len - 1;
	*rest = end + 1;
	return l->at + len + 1;
}

static void advance(struct lines *l, const char *rest)
{
	l->left -= (size_t)(rest - l->at);
	l->at = rest;
	l->number++;
}

bool line_text(struct lines *l, const char *word, char *out, size_t size)
{
	const char *rest, *v;
	size_t i, n;

	v = l->left ? value_of(l, word, &n, &rest) : NULL;
	if (!v || n >= size)
		return false;
	for (i = 0; i < n; i++)
		if (v[i] < 0x20 || v[i] > 0x7e)
			return false;
	memcpy(out, v, n);
	out[n] = '\0';
	advance(l, rest);
	return true;
}

bool line_hex(struct lines *l, const char *word, void *out, size_t n)
{
	const char *rest, *v;
	size_t i, len;

	v = l->left ? value_of(l, word, &len, &rest) : NULL;
	if (!v)
		return false;
	for (i = 0; i < len; i++)
		if (v[i] >= 'A' && v[i] <= 'F')
			return false;
	if (!hex_decode(v, len, out, n))
		return false;
	advance(l, rest);
	return true;
}

bool line_number(struct lines *l, const char *word, int64_t min, int64_t max, int64_t *out)
{
	const char *rest, *v;
	int64_t value = 0;
	size_t i, n;

	v = l->left ? value_of(l, word, &n, &rest) : NULL;
	if (!v || n > 18 || (n > 1 && v[0] == '0'))
		return false;
	for (i = 0; i < n; i++) {
		if (v[i] < '0' || v[i] > '9')
			return false;
		value = value * 10 + (v[i] - '0');
	}
	if (value < min || value > max)
		return false;
	*out = value;
	advance(l, rest);
	return true;
}

bool line_word(struct lines *l, const char *word)
{
	size_t len = strlen(word);

	if (l->left <= len || memcmp(l->at, word, len) != 0 || l->at[len] != '\n')
		return false;
	advance(l, l->at + len + 1);
	return true;
}

bool line_block(struct lines *l, int count, const char **text, size_t *n)
{
	const char *end = l->at, *limit = l->at + l->left;

	for (int i = 0; i < count; i++) {
		const char *newline = end < limit ? memchr(end, '\n', (size_t)(limit - end)) : NULL;

		if (!newline)
			return false;
		end = newline + 1;
	}
	*text = l->at;
	*n = (size_t)(end - l->at);
	l->left -= *n;
	l->at = end;
	l->number += count;
	return true;
}
