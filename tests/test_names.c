/* How names are compared: Jaro-Winkler by hand, forms of names, scores and what makes them. */
#include <stdio.h>
#include <string.h>

#include "core/screening/match.h"
#include "core/values/han.h"
#include "core/values/text.h"
#include "tests/check.h"

static size_t code_points(uint32_t *cp, const char *text)
{
	size_t n = 0;

	while (*text && n < JARO_MAX)
		cp[n++] = text_take(&text);
	return n;
}

static int alike(const char *a, const char *b, bool winkler)
{
	uint32_t x[JARO_MAX], y[JARO_MAX];
	size_t n = code_points(x, a), m = code_points(y, b);

	return jaro(x, n, y, m, winkler);
}

static void jaro_by_hand(void **state)
{
	static const struct { const char *a, *b; int jaro, winkler; } rows[] = {
		/* six pairs, T and H swapped: (6/6 + 6/6 + 5/6) / 3 = 17/18; prefix MAR: 17/18 + 3/10 * 1/18 */
		{ "MARTHA", "MARHTA", 944, 961 },
		/* four pairs D A N E of 6 and 5 letters: (4/6 + 4/5 + 1) / 3 = 37/45; prefix D: 37/45 + 1/10 * 8/45 */
		{ "DWAYNE", "DUANE", 822, 840 },
		/* four pairs of 5 and 8: (4/5 + 4/8 + 1) / 3 = 23/30; prefix DI: 23/30 + 2/10 * 7/30 */
		{ "DIXON", "DICKSONX", 767, 813 },
		/* seven pairs of 8 and 7: (7/8 + 7/7 + 1) / 3 = 23/24; prefix JON... is JO: 23/24 + 2/10 * 1/24 */
		{ "JOHNSTON", "JONSTON", 958, 967 },
		/* three pairs of 4 and 4: (3/4 + 3/4 + 1) / 3 = 5/6; prefix of one letter: 5/6 + 1/10 * 1/6 */
		{ "WANG", "WONG", 833, 850 },
		{ "CRATE", "TRACE", 733, 733 }, /* R A E pair (C and T stand too far apart): (3/5 + 3/5 + 1) / 3 = 11/15; no prefix */
		{ "ABC", "XYZ", 0, 0 },
		{ "A", "A", 1000, 1000 },
		{ "", "", 0, 0 },
		{ "", "A", 0, 0 },
		{ "张伟国", "张玮国", 778, 800 }, /* two of three: (2/3 + 2/3 + 1) / 3 = 7/9; prefix of one: 7/9 + 1/10 * 2/9 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (alike(rows[i].a, rows[i].b, false) != rows[i].jaro || alike(rows[i].a, rows[i].b, true) != rows[i].winkler)
			fail_msg("%s %s: %d %d", rows[i].a, rows[i].b, alike(rows[i].a, rows[i].b, false), alike(rows[i].a, rows[i].b, true));
		assert_int_equal(alike(rows[i].b, rows[i].a, true), rows[i].winkler);
	}
}

static void winkler_only_where_words_are_alike(void **state)
{
	(void)state;
	/* A and B pair, of 6 and 6: (2/6 + 2/6 + 1) / 3 = 5/9, which is not above 0.7: no prefix */
	assert_int_equal(alike("ABCDEF", "ABUVWX", true), 556);
}

static void edits_by_hand(void **state)
{
	static const struct { const char *a, *b; size_t n; } rows[] = {
		{ "", "", 0 }, { "smith", "smith", 0 }, { "smith", "smyth", 1 }, { "smith", "smiht", 1 }, { "smith", "smit", 1 },
		{ "smith", "smitth", 1 }, { "kitten", "sitting", 3 }, { "ca", "abc", 3 /* no letter is touched twice */ }, { "abcd", "badc", 2 },
	};
	uint32_t a[JARO_MAX], b[JARO_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = code_points(a, rows[i].a), m = code_points(b, rows[i].b);

		assert_int_equal(edits(a, n, b, m, 9), rows[i].n);
		assert_int_equal(edits(b, m, a, n, 9), rows[i].n);
		if (rows[i].n)
			assert_int_equal(edits(a, n, b, m, rows[i].n - 1), rows[i].n);
	}
}

static void folds(void **state)
{
	static const char *const rows[][2] = {
		{ "José  MUÑOZ-García", "jose munoz garcia" }, { "O'Brien, J.R.", "obrien j r" }, { "Łukasz Øystein Þór", "lukasz oystein thor" },
		{ "STRAẞE straße", "strasse strasse" }, { "ＦＵＬＬ　ｗｉｄｔｈ", "full width" }, { "ﬁnn Æsop", "finn aesop" }, { "  ", "" },
		{ "Иван Ёлкин", "иван елкин" }, { "a\xff" "b", "a b" }, { "zero\xe2\x80\x8bwidth", "zerowidth" }, { "Al‑Qa‘ida", "al qaida" },
		{ "٣", "٣" }, { "張三", "張三" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT, again = BUF_INIT;

		text_fold(&out, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(out.data, rows[i][1]);
		text_fold(&again, out.data, out.len);
		assert_string_equal(again.data, out.data);
	}
}

static void assert_forms(const char *name, const char *want)
{
	AUTO(buf_release) struct buf forms = BUF_INIT;

	names_write(&forms, &name, 1);
	assert_string_equal(forms.data, want);
}

static void forms_of_names(void **state)
{
	(void)state;
	assert_forms("Mr. Ivan SPECIMENOV", "0L ivan specimenov\n");
	assert_forms("Specimen Co., Ltd.", "0L specimen\n");
	assert_forms("Ltd.", "0L ltd\n"); /* nothing else is there to be compared */
	assert_forms("張三先生", "0S 张三\n0P zhang san\n0W chang san\n");
	assert_forms("样本科技有限公司", "0H 样本科技\n0P yang benkeji\n0W yang penkochi\n");
	assert_forms("深圳样本贸易股份有限公司", "0H 深圳样本贸易\n0P shenzhen yangben maoyi\n");
	assert_forms("样本娜·热合曼", "0H 样本娜热合曼\n0P yangbenna reheman\n"); /* what is parted stays parted */
	assert_forms("张 三", "0H 张三\n0P zhang san\n0W chang san\n");
	assert_forms("深圳 样本贸易 有限公司", "0H 深圳样本贸易\n0P shenzhen yangben maoyi\n");
	assert_forms("Zedong Mao", "0L zedong mao\n0W tsetung mao\n");
	assert_forms("", "");
	assert_forms("!?", "");
}

/* 单 is Shan, 曾 Zeng, 仇 Qiu, 解 Xie where they are surnames; the other readings come behind. 万俟 is Moqi and one surname. */
static void surnames_are_read_as_such(void **state)
{
	static const struct { const char *name, *first; } rows[] = {
		{ "单田", "0P shan tian\n" }, { "曾国", "0P zeng guo\n" }, { "仇英", "0P qiu ying\n" }, { "解宝", "0P xie bao\n" },
		{ "任一", "0P ren yi\n" }, { "区寄", "0P ou ji\n" }, { "盖山", "0P ge shan\n" }, { "查良", "0P zha liang\n" },
		{ "万俟三", "0P moqi san\n" }, { "欧阳三", "0P ouyang san\n" }, { "尉迟三", "0P yuchi san\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf forms = BUF_INIT;

		names_write(&forms, &rows[i].name, 1);
		if (!strstr(forms.data, rows[i].first))
			fail_msg("%s: %s", rows[i].name, forms.data);
	}
	assert_forms("单一", "0H 单一\n0P shan yi\n0W shan i\n0Q dan yi\n0W tan i\n0Q chan yi\n0W chan i\n");
}

static int score(const char *asked, const char *listed)
{
	AUTO(asked_freep) struct asked *a = asked_new(asked);
	AUTO(buf_release) struct buf forms = BUF_INIT;
	struct name_match m;

	names_write(&forms, &listed, 1);
	name_match(&m, a, forms.data);
	return m.score;
}

static void scores(void **state)
{
	static const struct { const char *asked, *listed; int low, high; } rows[] = {
		{ "Ivan Specimenov", "SPECIMENOV, Ivan", 1000, 1000 },
		{ "Ivan Specimenow", "SPECIMENOV, Ivan", 950, 999 },
		{ "Ivan Specimenov", "SPECIMENOV, Ivan Borisovich", 923, 923 },    /* 3 * 4000 / (3 * 4000 + 1000) */
		{ "Ivan Other", "SPECIMENOV, Ivan", 500, 500 },                     /* 2000 / 4000: the surnames contradict */
		{ "Ivan Petr Other", "SPECIMENOV, Ivan Petr", 667, 667 },
		{ "I Specimenov", "SPECIMENOV, Ivan", 921, 921 },
		{ "Mao Zedong", "MAO Tse-tung", 970, 970 },
		{ "Mao Ze Dong", "MAO Tse-tung", 970, 970 },
		{ "Abd al-Rahman Namudhaji", "ALNAMUDHAJI Abdulrahman", 850, 999 },
		{ "張樣本", "张样本", 1000, 1000 },
		{ "张样本", "ZHANG Yangben", 980, 980 },
		{ "ZHANG Yangben", "张样本", 980, 980 },
		{ "Yangben Zhang", "张样本", 980, 980 },
		{ "Dan Yangben", "单样本", 940, 970 },                              /* a reading, but not the surname's */
		{ "Shan Yangben", "单样本", 980, 980 },
		{ "张杨本", "张样本", 880, 900 },                                   /* sounds alike, two of three characters: (1000 + 778) / 2 */
		{ "章炜", "张伟", 500, 500 },                                       /* sounds alike, no character in common */
		{ "张样", "张样本", 0, 849 },
		{ "样本科技（深圳）有限公司", "樣本科技深圳", 1000, 1000 },
		{ "Bin Al", "Bin Laden Al Company", 0, 0 },                         /* particles carry nothing */
		{ "Li", "Lee", 0, 849 },
		{ "王伟", "Wang Wen", 0, 849 },
		{ "Wang Min", "WANG Ming", 850, 999 },
		{ "平娜", "GAO Pingna", 0, 0 }, { "GAO Pingna", "平娜", 0, 849 }, /* surname and given name are nobody's given name */
		{ "平娜", "PINGNA", 980, 980 },
		{ "Reheman Yangbenna", "样本娜·热合曼", 980, 980 },
		{ "买买提·吐尔逊样", "Maimaiti Tuerxunyang", 980, 980 },
		{ "Tang Min", "WANG Min", 500, 500 },                               /* another initial is another surname */
		{ "Hasan Specimenov", "SPECIMENOV, Asan", 850, 999 },
		{ "Chou Yangben", "Zhou Yangben", 900, 999 },                       /* Wade-Giles begins in another way */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int s = score(rows[i].asked, rows[i].listed);

		if (s < rows[i].low || s > rows[i].high)
			fail_msg("%s beside %s: %d", rows[i].asked, rows[i].listed, s);
	}
}

/* A Latin name that is the reading of the entry's Chinese one adds nothing to it. */
static void a_reading_beside_characters_is_no_second_name(void **state)
{
	static const char *const names[] = { "ZHANG, Wei", "张伟" };
	AUTO(asked_freep) struct asked *a = asked_new("章炜"), *latin = asked_new("Wei Zhang");
	AUTO(buf_release) struct buf forms = BUF_INIT;
	struct name_match m;

	(void)state;
	names_write(&forms, names, 2);
	assert_string_equal(forms.data, "1H 张伟\n1P zhang wei\n1W chang wei\n0R zhang wei\n");
	name_match(&m, a, forms.data);
	assert_int_equal(m.score, 500);
	assert_true(m.homophone);
	name_match(&m, latin, forms.data);
	assert_int_equal(m.score, 1000);
	assert_false(m.homophone);
}

static void explains(void **state)
{
	AUTO(asked_freep) struct asked *a = asked_new("Dr. Iwan Tse Tung Specimenov");
	const char *listed = "SPECIMENOV, Ivan Tsetung Borisovich";
	AUTO(buf_release) struct buf forms = BUF_INIT;
	struct name_match m;

	(void)state;
	names_write(&forms, &listed, 1);
	name_match(&m, a, forms.data);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.pair[0].asked, "iwan");
	assert_string_equal(m.pair[0].listed, "ivan");
	assert_string_equal(m.pair[1].asked, "tse tung");
	assert_string_equal(m.pair[1].listed, "tsetung");
	assert_string_equal(m.pair[2].listed, "specimenov");
	assert_string_equal(m.asked_left, "");
	assert_string_equal(m.listed_left, "borisovich");
	assert_int_equal(m.asked_way, WAY_PLAIN);
}

static void born(void **state)
{
	static const struct { const char *asked, *listed; enum born_fit fit; } rows[] = {
		{ "1957-04-17", "1957-04-17", BORN_SAME }, { "1957-04-17", "1957", BORN_SAME_YEAR }, { "1957-04-17", "1957-04", BORN_SAME_YEAR },
		{ "1957-04-17", "1957-05", BORN_OTHER_DAY }, { "1957-04-17", "1957-04-18", BORN_OTHER_DAY }, { "1957-04-17", "1958-04-17", BORN_NEAR },
		{ "1957-04-17", "1960", BORN_OTHER }, { "1957-04-17", "1955/1959", BORN_SAME_YEAR }, { "1957-04-17", "1958/1959", BORN_NEAR },
		{ "1957-04-17", "1959/1962", BORN_OTHER }, { "", "1957", BORN_UNKNOWN }, { "1957", "", BORN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (born_fit(rows[i].asked, rows[i].listed) != rows[i].fit)
			fail_msg("%s %s", rows[i].asked, rows[i].listed);
	assert_int_equal(born_better(BORN_UNKNOWN, BORN_OTHER), BORN_OTHER);
	assert_int_equal(born_better(BORN_OTHER, BORN_SAME), BORN_SAME);
	assert_int_equal(score_with(970, BORN_SAME, NUMBER_UNKNOWN), 1000);
	assert_int_equal(score_with(900, BORN_OTHER, NUMBER_UNKNOWN), 780);
	assert_int_equal(score_with(300, BORN_UNKNOWN, NUMBER_SAME), 1000);
}

/* Another birth date weighs more where only the sound is alike: usual names are shared by thousands. */
static void sound_and_birth(void **state)
{
	static const struct { const char *asked, *listed; bool sound; } rows[] = {
		{ "张样本", "ZHANG Yangben", true }, { "ZHANG Yangben", "张样本", true }, { "Wang Min", "WANG Ming", true }, { "Mao Zedong", "MAO Tse-tung", true },
		{ "张样本", "張樣本", false }, { "Zhang Yangben", "ZHANG, Yangben", false }, { "Ivan Specimenow", "SPECIMENOV, Ivan", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(asked_freep) struct asked *a = asked_new(rows[i].asked);
		AUTO(buf_release) struct buf forms = BUF_INIT;
		struct name_match m;

		names_write(&forms, &rows[i].listed, 1);
		name_match(&m, a, forms.data);
		if (m.sound != rows[i].sound)
			fail_msg("%s beside %s: %d", rows[i].asked, rows[i].listed, m.sound);
		assert_int_equal(born_weigh(BORN_OTHER, &m), m.sound ? BORN_OTHER_SOUND : BORN_OTHER);
		assert_int_equal(born_weigh(BORN_NEAR, &m), BORN_NEAR);
	}
	assert_int_equal(score_with(980, BORN_OTHER_SOUND, NUMBER_UNKNOWN), 830);
	assert_int_equal(score_with(1000, BORN_OTHER, NUMBER_UNKNOWN), 880);
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(number_fit("s-123 4567", "S1234567"), NUMBER_SAME);
	assert_int_equal(number_fit("S1234567", "S1234568"), NUMBER_UNKNOWN); /* a person has several passports */
	assert_int_equal(number_fit("110101197003070012", "110101198503020016"), NUMBER_OTHER);
	assert_int_equal(number_fit("", ""), NUMBER_UNKNOWN);
}

/* The whole table is in order, every character reads as syllables that are known, and no simplified form is traditional again. */
static void tables_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < han_count; i++) {
		AUTO(buf_release) struct buf old = BUF_INIT;
		const char *at = han_table[i].readings;

		assert_true(!i || han_table[i - 1].cp < han_table[i].cp);
		assert_ptr_equal(han_find(han_table[i].cp), &han_table[i]);
		for (size_t n; (n = strcspn(at, " ")) > 0; at += n + (at[n] == ' '))
			if (syllables_old(&old, at, n) < 1)
				fail_msg("%X: %s", (unsigned)han_table[i].cp, at);
	}
	for (size_t i = 0; i < surname_count; i++) {
		AUTO(buf_release) struct buf old = BUF_INIT;

		if (syllables_old(&old, surname_table[i].reading, strlen(surname_table[i].reading)) < 1)
			fail_msg("%s", surname_table[i].reading);
		assert_ptr_equal(surname_find(surname_table[i].name, strlen(surname_table[i].name)), &surname_table[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jaro_by_hand),
		cmocka_unit_test(winkler_only_where_words_are_alike),
		cmocka_unit_test(edits_by_hand),
		cmocka_unit_test(folds),
		cmocka_unit_test(forms_of_names),
		cmocka_unit_test(surnames_are_read_as_such),
		cmocka_unit_test(scores),
		cmocka_unit_test(a_reading_beside_characters_is_no_second_name),
		cmocka_unit_test(explains),
		cmocka_unit_test(born),
		cmocka_unit_test(sound_and_birth),
		cmocka_unit_test(numbers),
		cmocka_unit_test(tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
