/* What is left of a value above somebody's clearance: enough to tell two customers apart, not enough to be either of them. */
#include <string.h>

#include "core/item.h"
#include "core/values/text.h"

enum { IDENTITY_MIN = 14, PHONE_MIN = 8, CARD_MIN = 8 };

bool field_masked(const struct field *f, enum privacy clearance)
{
	return f->privacy > clearance;
}

static size_t characters(const char *s)
{
	size_t n = 0;
	int width;

	while (text_next(&s, &width))
		n++;
	return n;
}

/* Appends the characters from..to-1 of clean text. */
static void add_slice(struct buf *out, const char *s, size_t from, size_t to)
{
	int width;

	for (size_t i = 0; i < to; i++) {
		const char *at = s;
		size_t n = text_next(&s, &width);

		if (i >= from)
			buf_add(out, at, n);
	}
}

/* The stars do not count what they stand for, but for the identity number, whose form everybody knows. A value too short to keep its
 * ends is hidden whole. */
static void mask_middle(struct buf *out, const char *s, size_t least, size_t head, const char *stars, size_t tail)
{
	size_t n = characters(s);

	if (n < least) {
		buf_adds(out, "****");
		return;
	}
	add_slice(out, s, 0, head);
	buf_adds(out, stars);
	add_slice(out, s, n - tail, n);
}

void mask_apply(struct buf *out, enum mask mask, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	text_clean(&clean, text, strlen(text), TEXT_LINE);
	if (!clean.len)
		return;
	switch (mask) {
	case MASK_PHONE:
		mask_middle(out, clean.data, PHONE_MIN, 3, "****", 4);
		break;
	case MASK_IDENTITY:
		mask_middle(out, clean.data, IDENTITY_MIN, 6, "********", 4);
		break;
	case MASK_CARD:
		mask_middle(out, clean.data, CARD_MIN, 0, "**** ", 4);
		break;
	case MASK_NAME:
		mask_middle(out, clean.data, 2, 1, "**", 0);
		break;
	case MASK_NONE: /* a class without a mask of its own hides everything */
	case MASK_ALL:
		buf_adds(out, "****");
		break;
	}
}
