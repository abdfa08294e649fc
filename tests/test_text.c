#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/values/text.h"
#include "tests/check.h"

#define L(s) s, sizeof s - 1

static void clean_is(const char *in, size_t n, int flags, const char *want)
{
	AUTO(buf_release) struct buf out = BUF_INIT, again = BUF_INIT;

	text_clean(&out, in, n, flags);
	assert_string_equal(out.data, want);
	text_clean(&again, out.data, out.len, flags);
	assert_string_equal(again.data, want);
}

static void passes_what_is_harmless(void **state)
{
	static const char *const same[] = {
		"", "SPECIMEN Trading Ltd.", "样本商贸（上海）有限公司", "Zoë", "ｆｕｌｌ　ｗｉｄｔｈ", "한국어", "ไทย", "עברית", "العربية",
		"हिन्दी", "€ ¥ £", "😀 👍", "㐂𠮷", "…—“”", "e\u0323\u0302x", "⟨U+202E⟩", "\u2764",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		AUTO(buf_release) struct buf nfc = BUF_INIT;

		text_clean(&nfc, same[i], strlen(same[i]), TEXT_LINE);
		clean_is(same[i], strlen(same[i]), TEXT_LINE, nfc.data);
		assert_int_equal(text_width(same[i]), text_width(nfc.data));
	}
	clean_is(L("样本"), TEXT_LINE, "样本");
}

static void shows_what_is_hostile(void **state)
{
	static const struct { const char *in; size_t n; const char *want; } rows[] = {
		{ L("a\x1b[31mb"), "a⟨U+001B⟩[31mb" },
		{ L("\x1b]52;c;aGk=\x07"), "⟨U+001B⟩]52;c;aGk=⟨U+0007⟩" },
		{ L("a\0b"), "a⟨U+0000⟩b" },
		{ L("a\nb\tc\r"), "a⟨U+000A⟩b⟨U+0009⟩c⟨U+000D⟩" },
		{ L("\x7f"), "⟨U+007F⟩" },
		{ L("\xc2\x85"), "⟨U+0085⟩" },
		{ L("\xc2\x9b" "31m"), "⟨U+009B⟩31m" },                  /* CSI in UTF-8 */
		{ L("\x9b" "31m"), "⟨0x9B⟩31m" },                        /* CSI as a bare C1 byte */
		{ L("ab\u202ecd\u202c"), "ab⟨U+202E⟩cd⟨U+202C⟩" },       /* right-to-left override */
		{ L("\u2066x\u2069\u200f\u061c"), "⟨U+2066⟩x⟨U+2069⟩⟨U+200F⟩⟨U+061C⟩" },
		{ L("a\u200bb\u2060\ufeff"), "a⟨U+200B⟩b⟨U+2060⟩⟨U+FEFF⟩" },
		{ L("a\u00adb"), "a⟨U+00AD⟩b" },
		{ L("\U000e0041\U000e007f"), "⟨U+E0041⟩⟨U+E007F⟩" },     /* tags */
		{ L("\u2028\u2029"), "⟨U+2028⟩⟨U+2029⟩" },
		{ L("\ue000\U000f0000\U0010fffd"), "⟨U+E000⟩⟨U+F0000⟩⟨U+10FFFD⟩" },
		{ L("\u0378\uffff\ufdd0\U0001fffe"), "⟨U+0378⟩⟨U+FFFF⟩⟨U+FDD0⟩⟨U+1FFFE⟩" },
		{ L("\u3164\u115f\u1160\uffa0"), "⟨U+3164⟩⟨U+115F⟩⟨U+1160⟩⟨U+FFA0⟩" }, /* Hangul fillers: blank letters */
		{ L("a\u034fb\u180e"), "a⟨U+034F⟩b⟨U+180E⟩" },
		/* invalid UTF-8, byte by byte */
		{ L("\xff\xfe"), "⟨0xFF⟩⟨0xFE⟩" },
		{ L("\xc0\xaf"), "⟨0xC0⟩⟨0xAF⟩" },                       /* overlong / */
		{ L("\xe0\x80\xaf"), "⟨0xE0⟩⟨0x80⟩⟨0xAF⟩" },
		{ L("\xf0\x82\x82\xac"), "⟨0xF0⟩⟨0x82⟩⟨0x82⟩⟨0xAC⟩" },
		{ L("\xed\xa0\x80\xed\xbf\xbf"), "⟨0xED⟩⟨0xA0⟩⟨0x80⟩⟨0xED⟩⟨0xBF⟩⟨0xBF⟩" }, /* surrogates */
		{ L("\xf4\x90\x80\x80"), "⟨0xF4⟩⟨0x90⟩⟨0x80⟩⟨0x80⟩" },   /* beyond U+10FFFF */
		{ L("\xe6\xa0"), "⟨0xE6⟩⟨0xA0⟩" },                       /* cut in the middle */
		{ L("\xe6\xa0" "a"), "⟨0xE6⟩⟨0xA0⟩a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		clean_is(rows[i].in, rows[i].n, TEXT_LINE, rows[i].want);
}

static void never_emits_what_terminals_dispute(void **state)
{
	(void)state;
	clean_is(L("\U0001f468\u200d\U0001f469"), TEXT_LINE, "\U0001f468⟨U+200D⟩\U0001f469");
	clean_is(L("\u2764\ufe0f"), TEXT_LINE, "\u2764");
	clean_is(L("\u2764\ufe0f\ufe0f"), TEXT_LINE, "\u2764⟨U+FE0F⟩");
	clean_is(L("1\ufe0f\u20e3"), TEXT_LINE, "1\u20e3");
	clean_is(L("a\ufe0f"), TEXT_LINE, "a⟨U+FE0F⟩");
	clean_is(L("\ufe0f"), TEXT_LINE, "⟨U+FE0F⟩");
	clean_is(L("葛\U000e0100"), TEXT_LINE, "葛⟨U+E0100⟩"); /* an ideographic variant: two names that look alike */
	clean_is(L("\U0001f44d\U0001f3fd"), TEXT_LINE, "\U0001f44d⟨U+1F3FD⟩");
	clean_is(L("\U0001f1e8\U0001f1f3"), TEXT_LINE, "⟨U+1F1E8⟩⟨U+1F1F3⟩");
	clean_is(L("\u1112\u1161\u11ab"), TEXT_LINE, "한"); /* jamo that NFC composes */
	clean_is(L("\uac00\u11ab"), TEXT_LINE, "간");
	clean_is(L("\u1112\u1112\u1161"), TEXT_LINE, "⟨U+1112⟩하");
	clean_is(L("\u1161\u0301"), TEXT_LINE, "⟨U+1161⟩⟨U+0301⟩");
	clean_is(L("\u4dc0"), TEXT_LINE, "⟨U+4DC0⟩");
}

static void keeps_lines_when_asked(void **state)
{
	(void)state;
	clean_is(L("a\n\tb\r\nc"), TEXT_LINES, "a\n\tb\nc");
	clean_is(L("样\r\n\r本"), TEXT_LINES, "样\n⟨U+000D⟩本");
	clean_is(L("a\n\u0301"), TEXT_LINES, "a\n⟨U+0301⟩");
	clean_is(L("a\r\nb"), TEXT_LINE, "a⟨U+000D⟩⟨U+000A⟩b");
}

static void caps_marks(void **state)
{
	AUTO(buf_release) struct buf in = BUF_INIT, out = BUF_INIT;

	(void)state;
	clean_is(L("e\u0301"), TEXT_LINE, "é");
	clean_is(L("e\u0302\u0323"), TEXT_LINE, "ệ"); /* marks in the wrong order */
	clean_is(L("\u0301a"), TEXT_LINE, "⟨U+0301⟩a");
	clean_is(L("q\u0300\u0301\u0302\u0303"), TEXT_LINE, "q\u0300\u0301\u0302\u0303");
	clean_is(L("q\u0300\u0301\u0302\u0303\u0304"), TEXT_LINE, "q\u0300\u0301\u0302\u0303⟨…⟩");
	clean_is(L("\x1b\u0301"), TEXT_LINE, "⟨U+001B⟩⟨U+0301⟩"); /* or it would sit on our own bracket */
	/* a million marks, in the order that makes reordering slow, end at once */
	buf_addc(&in, 'q');
	for (int i = 0; i < 500000; i++)
		buf_adds(&in, i % 2 ? "\u0323" : "\u0301");
	text_clean(&out, in.data, in.len, TEXT_LINE);
	assert_string_equal(out.data, "q\u0323\u0323\u0323\u0323⟨…⟩");
}

static void validates_utf8(void **state)
{
	(void)state;
	assert_true(text_valid(L("")));
	assert_true(text_valid(L("样本 \U0001f600\x1b\u202e")));
	assert_false(text_valid(L("a\0b")));
	assert_false(text_valid(L("\xc0\x80")));
	assert_false(text_valid(L("\xed\xa0\x80")));
	assert_false(text_valid(L("\xf4\x90\x80\x80")));
	assert_false(text_valid(L("\xe6\xa0")));
	assert_false(text_valid(L("\x80")));
}

static void put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_addc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_addc(out, (char)(0xf0 | c >> 18));
			buf_addc(out, (char)(0x80 | (c >> 12 & 63)));
		}
		buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
	}
	buf_addc(out, (char)(0x80 | (c & 63)));
}

/* The width that the C library gives; -1 where its Unicode tables are older than ours. */
static int libc_width(const char *s)
{
	mbstate_t mb = { 0 };
	wchar_t wide[64];
	int total = 0;
	size_t n = mbsrtowcs(wide, &s, COUNT(wide), &mb);

	if (n == (size_t)-1 || n >= COUNT(wide))
		return -1;
	for (size_t i = 0; i < n; i++) {
		int w = wcwidth(wide[i]);

		if (w < 0)
			return -1;
		total += w;
	}
	return total;
}

/* Every code point, alone and on a base. */
static void measures_as_the_c_library_does(void **state)
{
	AUTO(buf_release) struct buf in = BUF_INIT, out = BUF_INIT, again = BUF_INIT;
	int measured = 0;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	/* the planes of private use and of nothing at all in steps */
	for (uint32_t c = 1; c < 0x110000; c += c < 0x32400 || (c >= 0xe0000 && c < 0xe0400) ? 1 : 0x7f) {
		buf_clear(&in);
		buf_clear(&out);
		buf_clear(&again);
		put_utf8(&in, c);
		if (c % 2)
			put_utf8(&in, c); /* twice: may compose or fuse with itself */
		buf_addc(&in, 'a');
		put_utf8(&in, c);
		text_clean(&out, in.data, in.len, TEXT_LINE);
		text_clean(&again, out.data, out.len, TEXT_LINE);
		assert_string_equal(out.data, again.data);
		assert_true(out.len <= 12 * in.len);
		assert_true(text_valid(out.data, out.len));
		if (libc_width(out.data) < 0)
			continue;
		if (libc_width(out.data) != text_width(out.data))
			fail_msg("U+%04X: %d here, %d there", c, text_width(out.data), libc_width(out.data));
		measured++;
	}
	assert_true(measured > 200000);
}

static void walks_cells(void **state)
{
	const char *s = "a样e\u0323\u0302\u20e3का";
	static const struct { size_t len; int width; } want[] = { { 1, 1 }, { 3, 2 }, { 8, 1 }, { 3, 1 }, { 3, 1 } };
	int width = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(text_next(&s, &width), want[i].len);
		assert_int_equal(width, want[i].width);
	}
	assert_int_equal(text_next(&s, &width), 0);
	assert_int_equal(text_width("样本 ab…"), 8);
	assert_int_equal(text_width("⟨U+202E⟩"), 8);
	assert_int_equal(text_width("😀"), 2);
	assert_int_equal(text_width(""), 0);
}

static void fits_exactly(void **state)
{
	static const struct { const char *in; int columns; enum text_align align; bool ellipsis; const char *want; } rows[] = {
		{ "abc", 5, TEXT_LEFT, true, "abc  " },
		{ "abc", 5, TEXT_RIGHT, true, "  abc" },
		{ "abc", 6, TEXT_CENTER, true, " abc  " },
		{ "abc", 3, TEXT_LEFT, true, "abc" },
		{ "abcd", 3, TEXT_LEFT, true, "ab…" },
		{ "abcd", 3, TEXT_LEFT, false, "abc" },
		{ "样本商户", 8, TEXT_LEFT, true, "样本商户" },
		{ "样本商户", 7, TEXT_LEFT, true, "样本商…" },
		{ "样本商户", 6, TEXT_LEFT, true, "样本… " },
		{ "样本商户", 6, TEXT_RIGHT, true, " 样本…" },
		{ "样本商户", 7, TEXT_LEFT, false, "样本商 " },
		{ "样", 1, TEXT_LEFT, true, "…" },
		{ "样", 1, TEXT_LEFT, false, " " },
		{ "", 3, TEXT_LEFT, true, "   " },
		{ "a\nb\tc", 5, TEXT_LEFT, true, "a b c" },
		{ "xe\u0323\u0302y", 2, TEXT_LEFT, false, "xe\u0323\u0302" },
		{ "कार", 2, TEXT_LEFT, true, "… " }, /* the letter and its vowel sign stay together */
		{ "abc", 0, TEXT_LEFT, true, "" },
		{ "abc", -1, TEXT_LEFT, true, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		text_fit(&out, rows[i].in, rows[i].columns, rows[i].align, rows[i].ellipsis);
		assert_string_equal(out.data, rows[i].want);
	}
}

static void wraps(void **state)
{
	static const struct { const char *in; int columns; const char *want; } rows[] = {
		{ "the quick brown fox", 10, "the quick|brown fox" },
		{ "the quick  brown", 9, "the quick|brown" },
		{ "abcdefghij", 4, "abcd|efgh|ij" },
		{ "ab abcdefgh", 4, "ab|abcd|efgh" },
		{ "a\n\nb\n", 5, "a||b" },
		{ "abcde\nf", 5, "abcde|f" },
		{ "abcde \nf", 5, "abcde|f" },
		{ "样本商户审核", 5, "样本|商户|审核" },
		{ "样本，商户", 4, "样|本，|商户" }, /* no comma at the beginning */
		{ "样本（商户）", 6, "样本|（商|户）" },
		{ "审核ok样", 5, "审核|ok样" },
		{ "\tx", 20, "        x" },
		{ "abc\tx", 20, "abc     x" },
		{ "abc\txy", 9, "abc|xy" },
		{ "का", 2, "का" },
		{ "काxकाx", 2, "का|x|का|x" },
		{ "  indented", 20, "  indented" },
		{ "样", 1, "样" },
		{ "", 5, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf line = BUF_INIT, all = BUF_INIT;
		const char *s = rows[i].in;

		for (int n = 0; text_wrap(&line, &s, rows[i].columns); n++) {
			if (n)
				buf_addc(&all, '|');
			buf_add(&all, line.data, line.len);
		}
		assert_string_equal(all.data, rows[i].want);
	}
}

static void without_spaces(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (*s != ' ' && *s != '\n' && *s != '\t')
			buf_addc(out, *s);
}

/* Random mixtures of what is difficult: idempotent, exact columns, nothing lost in wrapping. */
static void holds_for_mixtures(void **state)
{
	static const char *const pieces[] = {
		"a", " ", "\n", "\t", "\r", "样", "，", "（", "\u0301", "\u0323", "\u0302", "\u1112", "\u1161", "\u11ab", "\uac00", "\u0915",
		"\u093e", "\u09c7", "\u09be", "\u09d7", "\u200d", "\ufe0f", "\U0001f600", "\U0001f3fd", "\U0001f1e8", "\u202e", "\x9b", "\xe6\xa0",
		"\xf0", "1", "\u20e3", "\u0e33", "\u0344", "\u0f73", "\u0d4e", "\u2126", "\u212b", "\u1e9b", "\u0f71", "\u0f72", "<", "\u0338",
	};
	uint32_t seed = 20260301;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		AUTO(buf_release) struct buf in = BUF_INIT, out = BUF_INIT, again = BUF_INIT, fit = BUF_INIT, line = BUF_INIT, a = BUF_INIT,
		                             b = BUF_INIT;
		int columns, flags = round % 2 ? TEXT_LINES : TEXT_LINE;
		const char *s;

		for (uint32_t i = 0; i < 24; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_adds(&in, pieces[(seed >> 16) % COUNT(pieces)]);
		}
		columns = 2 + (int)(seed >> 24) % 30;
		text_clean(&out, in.data, in.len, flags);
		text_clean(&again, out.data, out.len, flags);
		assert_string_equal(out.data, again.data);
		text_fit(&fit, out.data, columns, (enum text_align)(round % 3), round % 5);
		assert_int_equal(text_width(fit.data), columns);
		s = out.data;
		while (text_wrap(&line, &s, columns)) {
			assert_true(text_width(line.data) <= columns);
			without_spaces(&a, line.data);
		}
		without_spaces(&b, out.data);
		assert_string_equal(a.data, b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_what_is_harmless),
		cmocka_unit_test(shows_what_is_hostile),
		cmocka_unit_test(never_emits_what_terminals_dispute),
		cmocka_unit_test(keeps_lines_when_asked),
		cmocka_unit_test(caps_marks),
		cmocka_unit_test(validates_utf8),
		cmocka_unit_test(measures_as_the_c_library_does),
		cmocka_unit_test(walks_cells),
		cmocka_unit_test(fits_exactly),
		cmocka_unit_test(wraps),
		cmocka_unit_test(holds_for_mixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
