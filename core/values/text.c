#include "core/values/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
	MARKS = 4,         /* on one base; Vietnamese needs 2, pointed Hebrew and Tibetan 3 to 4 */
	MARKS_SIEVED = 30, /* before NFC, whose reordering is quadratic: the stream-safe limit of UAX #15, section 13 */
	NO_BASE = -1,
};

static bool is_mark(int category)
{
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

static bool is_hidden(int category)
{
	switch (category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return false;
	}
}

struct range { utf8proc_int32_t first, last; };

static bool in_ranges(utf8proc_int32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= r[i].first && cp <= r[i].last)
			return true;
	return false;
}

/* Assigned and printable, but drawn in different widths by different terminals. Jamo are judged after NFC has composed what it can. */
static bool is_disputed(utf8proc_int32_t cp, bool composed)
{
	static const struct range disputed[] = {
		{ 0x3248, 0x324f }, { 0x4dc0, 0x4dff }, { 0x1f1e6, 0x1f1ff }, { 0x1f3fb, 0x1f3ff },
	};
	static const struct range jamo[] = { { 0x1100, 0x11ff }, { 0xa960, 0xa97f }, { 0xd7b0, 0xd7ff } };

	return in_ranges(cp, disputed, COUNT(disputed)) || (composed && in_ranges(cp, jamo, COUNT(jamo)));
}

/* A style selector after a character that has two styles (pictographs, and the bases of keycaps). */
static bool is_style(utf8proc_int32_t cp, utf8proc_int32_t before)
{
	if (cp != 0xfe0e && cp != 0xfe0f)
		return false;
	return (before >= '0' && before <= '9') || before == '#' || before == '*' ||
	       utf8proc_get_property(before)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* Replaces what must not be drawn, and cuts heaps of marks. Runs before NFC, and after it with composed set: NFC can neither bring back what was
 * replaced, nor compose anything new from what is cut off at the end of a run of marks. */
static void sieve(struct buf *out, const char *s, size_t n, int flags, bool composed)
{
	const int most = composed ? MARKS : MARKS_SIEVED;
	utf8proc_int32_t cp, before = 0;
	int marks = NO_BASE;

	for (size_t i = 0; i < n;) {
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &cp);
		const utf8proc_property_t *p = len > 0 ? utf8proc_get_property(cp) : NULL;
		bool mark = p && is_mark(p->category), style = p && is_style(cp, before);

		before = cp;
		if (style) {
			; /* dropped; a second one follows no pictograph */
		} else if (!p) {
			buf_addf(out, "⟨0x%02X⟩", (unsigned char)s[i]);
			len = 1;
			marks = NO_BASE;
		} else if ((flags & TEXT_LINES) && (cp == '\n' || cp == '\t')) {
			buf_addc(out, (char)cp);
			marks = NO_BASE;
		} else if ((flags & TEXT_LINES) && cp == '\r' && i + 1 < n && s[i + 1] == '\n') {
			marks = NO_BASE;
		} else if (is_hidden(p->category) || p->ignorable || is_disputed(cp, composed) || (mark && marks == NO_BASE)) {
			buf_addf(out, "⟨U+%04X⟩", (unsigned)cp);
			marks = NO_BASE;
		} else if (!mark) {
			buf_add(out, s + i, (size_t)len);
			marks = 0;
		} else if (marks < most) {
			buf_add(out, s + i, (size_t)len);
			marks++;
		} else if (marks == most) {
			marks++;
			if (composed)
				buf_adds(out, "⟨…⟩");
		}
		i += (size_t)len;
	}
}

static bool is_plain(const char *s, size_t n, int flags)
{
	for (size_t i = 0; i < n; i++)
		if ((s[i] < ' ' || s[i] > '~') && !((flags & TEXT_LINES) && (s[i] == '\n' || s[i] == '\t')))
			return false;
	return true;
}

void text_clean(struct buf *out, const char *s, size_t n, int flags)
{
	const utf8proc_option_t nfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	AUTO(buf_release) struct buf sieved = BUF_INIT;
	utf8proc_int32_t *cps;
	utf8proc_ssize_t count, len;

	if (is_plain(s, n, flags)) {
		buf_add(out, s, n);
		return;
	}
	sieve(&sieved, s, n, flags, false);
	/* A canonical decomposition has at most 4 characters, of 2 bytes or more each: this always is enough. */
	cps = mem_grow(NULL, 2 * sieved.len + 8, sizeof *cps);
	count = utf8proc_decompose((const utf8proc_uint8_t *)sieved.data, (utf8proc_ssize_t)sieved.len, cps,
	                           (utf8proc_ssize_t)(2 * sieved.len + 7), nfc);
	len = count < 0 ? -1 : utf8proc_reencode(cps, count, nfc);
	if (len >= 0)
		sieve(out, (const char *)cps, (size_t)len, flags, true);
	free(cps);
}

bool text_valid(const char *s, size_t n)
{
	utf8proc_int32_t cp;

	for (size_t i = 0; i < n;) {
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &cp);

		if (len <= 0 || !cp)
			return false;
		i += (size_t)len;
	}
	return true;
}

/* Decodes one character of clean text; a byte that is none after all stands for itself. 0 bytes at the end. */
static size_t decode(const char *s, utf8proc_int32_t *cp)
{
	utf8proc_ssize_t len;

	*cp = (unsigned char)*s;
	if (*cp < 0x80)
		return *s != '\0';
	len = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, cp);
	return len > 0 ? (size_t)len : 1;
}

/* Letters that no decomposition of Unicode takes apart, as passports write them (ICAO Doc 9303-3, section 6). */
static const char *plain_letters(utf8proc_int32_t cp)
{
	static const struct { utf8proc_int32_t cp; const char *plain; } letters[] = {
		{ 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" }, { 0xfe, "th" }, { 0x111, "d" }, { 0x127, "h" }, { 0x131, "i" },
		{ 0x142, "l" }, { 0x14b, "n" }, { 0x153, "oe" }, { 0x167, "t" },
	};

	for (size_t i = 0; i < COUNT(letters); i++)
		if (letters[i].cp == cp)
			return letters[i].plain;
	return NULL;
}

static bool joins(utf8proc_int32_t cp)
{
	return cp == '\'' || cp == '`' || cp == 0xb4 || cp == 0x2bb || cp == 0x2bc || cp == 0x2be || cp == 0x2bf || cp == 0x2018 ||
	       cp == 0x2019 || cp == 0x2b9;
}

static bool is_word(utf8proc_int32_t cp)
{
	utf8proc_category_t c = utf8proc_category(cp);

	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || c == UTF8PROC_CATEGORY_MC ||
	       (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

static void add_folded(struct buf *out, size_t start, utf8proc_int32_t cp, bool *apart)
{
	utf8proc_uint8_t bytes[4];
	const char *plain = plain_letters(cp);

	if (joins(cp))
		return;
	if (!is_word(cp)) {
		*apart = true;
		return;
	}
	if (*apart && out->len > start)
		buf_addc(out, ' ');
	*apart = false;
	if (plain)
		buf_adds(out, plain);
	else
		buf_add(out, bytes, (size_t)utf8proc_encode_char(cp, bytes));
}

void text_fold(struct buf *out, const char *s, size_t n)
{
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
				      UTF8PROC_IGNORE;
	AUTO(buf_release) struct buf whole = BUF_INIT;
	const size_t start = out->len;
	utf8proc_int32_t *cps, cp;
	utf8proc_ssize_t count, len;
	bool apart = false;

	for (size_t i = 0; i < n; i += len > 0 ? (size_t)len : 1) {
		len = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &cp);
		if (len > 0)
			buf_add(&whole, s + i, (size_t)len);
		else
			buf_addc(&whole, ' ');
	}
	count = utf8proc_decompose((const utf8proc_uint8_t *)whole.data, (utf8proc_ssize_t)whole.len, NULL, 0, how);
	cps = mem_grow(NULL, count > 0 ? (size_t)count + 1 : 1, sizeof *cps);
	if (count > 0)
		count = utf8proc_decompose((const utf8proc_uint8_t *)whole.data, (utf8proc_ssize_t)whole.len, cps, count, how);
	if (count > 0)
		count = utf8proc_normalize_utf32(cps, count, how);
	for (utf8proc_ssize_t i = 0; i < count; i++)
		add_folded(out, start, cps[i], &apart);
	free(cps);
}

uint32_t text_take(const char **s)
{
	utf8proc_int32_t cp;

	*s += decode(*s, &cp);
	return (uint32_t)cp;
}

void text_give(struct buf *out, uint32_t c)
{
	utf8proc_uint8_t bytes[4];

	buf_add(out, bytes, (size_t)utf8proc_encode_char((utf8proc_int32_t)c, bytes));
}

/* 0 for marks that are drawn over what came before. utf8proc says 0 for spacing marks as well, terminals do not. */
static int columns_of(utf8proc_int32_t cp)
{
	int w;

	if (cp < 0x80)
		return 1;
	w = utf8proc_charwidth(cp);
	return w == 0 && utf8proc_category(cp) == UTF8PROC_CATEGORY_MC ? 1 : w;
}

size_t text_next(const char **s, int *width)
{
	const char *start = *s;
	utf8proc_int32_t cp;
	size_t len = decode(start, &cp);

	if (!len)
		return 0;
	*width = columns_of(cp) == 2 ? 2 : 1;
	*s += len;
	while ((len = decode(*s, &cp)) && !columns_of(cp))
		*s += len;
	return (size_t)(*s - start);
}

int text_width(const char *s)
{
	int total = 0, width;

	while (text_next(&s, &width))
		total += width;
	return total;
}

/* As text_next, but a whole grapheme cluster (UAX #29), which may take several cells: where text may be cut. */
static size_t next_grapheme(const char **s, int *width)
{
	const char *start = *s;
	utf8proc_int32_t before, cp, state = 0;
	size_t len = decode(start, &before);

	if (!len)
		return 0;
	*width = columns_of(before) == 2 ? 2 : 1;
	*s += len;
	while ((len = decode(*s, &cp)) && !utf8proc_grapheme_break_stateful(before, cp, &state)) {
		*width += columns_of(cp);
		*s += len;
		before = cp;
	}
	return (size_t)(*s - start);
}

static void add_spaces(struct buf *out, int n)
{
	while (n-- > 0)
		buf_addc(out, ' ');
}

/* Appends whole graphemes as long as they fit; returns the columns used. *s moves past them. */
static int add_fitting(struct buf *out, const char **s, int columns)
{
	int used = 0, width;

	for (;;) {
		const char *at = *s;
		size_t len = next_grapheme(s, &width);

		if (!len || width > columns - used) {
			*s = at;
			return used;
		}
		if (*at == '\n' || *at == '\t')
			buf_addc(out, ' ');
		else
			buf_add(out, at, len);
		used += width;
	}
}

void text_fit(struct buf *out, const char *s, int columns, enum text_align align, bool ellipsis)
{
	AUTO(buf_release) struct buf fit = BUF_INIT;
	const char *rest = s;
	int used, left;

	if (columns < 1)
		return;
	used = add_fitting(&fit, &rest, columns);
	if (*rest && ellipsis) {
		buf_clear(&fit);
		rest = s;
		used = add_fitting(&fit, &rest, columns - 1) + 1;
		buf_adds(&fit, "…");
	}
	left = align == TEXT_LEFT ? 0 : align == TEXT_RIGHT ? columns - used : (columns - used) / 2;
	add_spaces(out, left);
	buf_add(out, fit.data, fit.len);
	add_spaces(out, columns - used - left);
}

/* A grapheme, for wrapping. */
struct piece {
	const char *at;
	size_t len;
	int width;
};

static bool one_of(const char *set, const struct piece *p)
{
	return memmem(set, strlen(set), p->at, p->len) != NULL;
}

/* Whether a line may end after a and the next begin with b: the usual rules of Chinese composition (W3C CLREQ, 3.1), and at spaces. */
static bool may_part(const struct piece *a, const struct piece *b)
{
	static const char closers[] = "、。，．：；？！）」』】〉》〕…—”’·,.:;?!)]}%";
	static const char openers[] = "（「『【〈《〔“‘([{¥￥$";

	if (!a->at || *b->at == ' ')
		return false;
	if (*a->at == ' ' || *a->at == '\t')
		return true;
	return (a->width == 2 || b->width == 2) && !one_of(closers, b) && !one_of(openers, a);
}

static void trim_end(struct buf *line)
{
	while (line->len && line->data[line->len - 1] == ' ')
		buf_setlen(line, line->len - 1);
}

/* Where the next line begins after a break that the text did not ask for: spaces there go, and a newline would be a second break. */
static const char *after_break(const char *s)
{
	while (*s == ' ')
		s++;
	return *s == '\n' ? s + 1 : s;
}

/* A grapheme wider than the whole line is cut between its cells. */
static void add_cells(struct buf *line, const char **s, int columns)
{
	const char *at = *s;
	size_t len;
	int width;

	while ((len = text_next(&at, &width)) && width <= columns) {
		buf_add(line, *s, len);
		columns -= width;
		*s = at;
	}
}

bool text_wrap(struct buf *line, const char **s, int columns)
{
	struct piece before = { NULL, 0, 0 }, now = { .at = *s };
	const char *next = *s, *part = NULL; /* part: the last place where the line may end, part_len how long it is then */
	size_t part_len = 0;
	int left = columns = columns < 2 ? 2 : columns;

	buf_clear(line);
	if (!**s)
		return false;
	while ((now.len = next_grapheme(&next, &now.width)) && *now.at != '\n') {
		if (*now.at == '\t')
			now.width = 8 - (columns - left) % 8 < left ? 8 - (columns - left) % 8 : left;
		if (may_part(&before, &now)) {
			part = now.at;
			part_len = line->len;
		}
		if (now.width > left)
			break;
		if (*now.at == '\t')
			add_spaces(line, now.width);
		else
			buf_add(line, now.at, now.len);
		left -= now.width;
		before = now;
		now.at = next;
	}
	if (!now.len || *now.at == '\n') {
		*s = now.at + (now.len ? 1 : 0);
	} else if (!before.at) {
		add_cells(line, s, left);
	} else if (*now.at == ' ' || !part) {
		trim_end(line);
		*s = after_break(now.at);
	} else {
		buf_setlen(line, part_len);
		trim_end(line);
		*s = after_break(part);
	}
	return true;
}

bool text_alike(const char *a, const char *b)
{
	AUTO(buf_wipe) struct buf x = BUF_INIT, y = BUF_INIT;
	const char *p, *q;

	text_fold(&x, a, strlen(a));
	text_fold(&y, b, strlen(b));
	for (p = x.data, q = y.data; *p || *q; p++, q++) {
		p += *p == ' '; /* folded: never two, none at the end */
		q += *q == ' ';
		if (*p != *q)
			return false;
	}
	return true;
}
