#include "core/values/money.h"

#include <stdlib.h>
#include <string.h>

static int compare_code(const void *code, const void *c)
{
	return strcmp(code, ((const struct currency *)c)->code);
}

const struct currency *currency_find(const char *code)
{
	return bsearch(code ? code : "CNY", currencies, ncurrencies, sizeof *currencies, compare_code);
}

/* Full-width forms as Chinese input methods type them become ASCII; both yen signs become one. */
struct glyph { const char *from, *to; };

static void to_ascii(struct buf *out, const char *s)
{
	static const struct glyph glyphs[] = {
		{ "，", "," }, { "．", "." }, { "。", "." }, { "－", "-" }, { "−", "-" }, { "￥", "¥" }, { "　", " " },
		{ "０", "0" }, { "１", "1" }, { "２", "2" }, { "３", "3" }, { "４", "4" }, { "５", "5" }, { "６", "6" }, { "７", "7" },
		{ "８", "8" }, { "９", "9" }, { "圆", "元" },
	};

	while (*s) {
		size_t i = 0;

		while (i < COUNT(glyphs) && strncmp(s, glyphs[i].from, strlen(glyphs[i].from)))
			i++;
		if (i < COUNT(glyphs)) {
			buf_adds(out, glyphs[i].to);
			s += strlen(glyphs[i].from);
		} else {
			buf_addc(out, *s++);
		}
	}
}

static void skip_spaces(const char **s)
{
	while (**s == ' ')
		(*s)++;
}

static bool take(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n))
		return false;
	*s += n;
	skip_spaces(s);
	return true;
}

/* The sign or code of this currency; one of another is left where it stands, and is refused as no digit. */
static bool take_currency(const char **s, const struct currency *c, bool before)
{
	bool yuan = c->number == 156, yen = c->number == 392;

	if (take(s, c->code))
		return true;
	return before ? (yuan || yen) && take(s, "¥") : (yuan && take(s, "元")) || (yen && take(s, "円"));
}

static int take_scale(const char **s)
{
	if (take(s, "万") || take(s, "萬"))
		return 4;
	return take(s, "亿") || take(s, "億") ? 8 : 0;
}

/* An amount as it was typed: digits without their commas. */
struct typed {
	char digits[40];
	size_t n, decimals;
};

static enum code take_digits(const char **s, struct typed *t, struct err *err)
{
	size_t group = 0, whole;
	bool grouped = false;

	for (; (**s >= '0' && **s <= '9') || **s == ','; (*s)++) {
		if (**s == ',') {
			if (grouped ? group != 3 : group < 1 || group > 3)
				return fail(err, E_INVALID, "the commas do not part thousands: write 1,234,567 or no commas");
			grouped = true;
			group = 0;
			continue;
		}
		if (t->n == sizeof t->digits)
			return fail(err, E_INVALID, "the amount is too large");
		t->digits[t->n++] = **s;
		group++;
	}
	if (grouped && group != 3)
		return fail(err, E_INVALID, "the commas do not part thousands: write 1,234,567 or no commas");
	whole = t->n;
	if (**s == '.')
		for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
			if (t->n == sizeof t->digits)
				return fail(err, E_INVALID, "the amount has too many decimals");
			t->digits[t->n++] = **s;
		}
	t->decimals = t->n - whole;
	if (!whole || (!t->decimals && (*s)[-1] == '.'))
		return fail(err, E_INVALID, "not an amount: write digits, as 1234.50 or 1,234.50 or 1.2万");
	return E_OK;
}

/* digits without their point, times 10^shift, as minor units; never rounds. */
static enum code scale_digits(const struct typed *t, size_t shift, int64_t *out, struct err *err)
{
	int64_t v = 0;

	for (size_t i = 0; i < t->n + shift; i++) {
		v = v * 10 + (i < t->n ? t->digits[i] - '0' : 0);
		if (v > MONEY_MAX)
			return fail(err, E_INVALID, "the amount is too large");
	}
	*out = v;
	return E_OK;
}

static enum code parse_ascii(const char *s, const struct currency *c, int64_t *minor, struct err *err)
{
	struct typed t = { .n = 0 };
	bool negative, marked;
	size_t places;
	int64_t v = 0;
	enum code rc;

	skip_spaces(&s);
	negative = take(&s, "-");
	marked = take_currency(&s, c, true);
	if (marked && !negative)
		negative = take(&s, "-");
	rc = take_digits(&s, &t, err);
	if (rc)
		return rc;
	skip_spaces(&s);
	places = (size_t)c->digits + (size_t)take_scale(&s);
	if (!marked)
		take_currency(&s, c, false);
	if (*s)
		return fail(err, E_INVALID, "not an amount in %s: something else follows it", c->code);
	if (t.decimals > places)
		return fail(err, E_INVALID, "too many decimals: %s has %d; write thousands as 1,500 or 1500", c->code, c->digits);
	rc = scale_digits(&t, places - t.decimals, &v, err);
	if (rc)
		return rc;
	*minor = negative ? -v : v;
	return E_OK;
}

enum code money_parse(const char *text, const struct currency *c, int64_t *minor, struct err *err)
{
	AUTO(buf_release) struct buf ascii = BUF_INIT;

	to_ascii(&ascii, text);
	return parse_ascii(ascii.data, c, minor, err);
}

void money_format(struct buf *out, int64_t minor, const struct currency *c, enum money_style style)
{
	uint64_t v = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
	char text[32], *at = text + sizeof text;
	int places = 0;

	for (; v || places <= c->digits; v /= 10, places++) {
		if (places == c->digits && places)
			*--at = '.';
		else if (style != MONEY_PLAIN && places > c->digits && (places - c->digits) % 3 == 0)
			*--at = ',';
		*--at = (char)('0' + v % 10);
	}
	if (minor < 0)
		buf_addc(out, '-');
	if (style == MONEY_FULL && c->number == 156)
		buf_adds(out, "¥");
	else if (style == MONEY_FULL)
		buf_addf(out, "%s ", c->code);
	buf_add(out, at, (size_t)(text + sizeof text - at));
}
