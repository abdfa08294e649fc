/* What somebody types of a name finds it, and the likelier of two comes first. */
#include <stdio.h>
#include <string.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tui/fuzzy.h"

static void fits_or_does_not(void **state)
{
	static const struct { const char *text, *typed; bool fits; } rows[] = {
		{ "Merchants", "mer", true }, { "Merchants", "MRC", true }, { "Merchants", "mcr", false }, { "Merchants", "", true },
		{ "Pass risk review", "prr", true }, { "Pass risk review", "risk pass", false }, { "Pass risk review", "pa ri", true },
		{ "通过风控审核", "风审", true }, { "通过风控审核", "审风", false }, { "", "x", false }, { "x", "xx", false },
		{ "\xff\xfe", "a", false }, { "a\xe3", "a", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if ((fuzzy_score(rows[i].text, rows[i].typed) != FUZZY_NONE) != rows[i].fits)
			fail_msg("\"%s\" in \"%s\"", rows[i].typed, rows[i].text);
}

static void the_likelier_comes_first(void **state)
{
	static const struct { const char *typed, *better, *worse; } rows[] = {
		{ "mer", "Merchants", "English name" },              /* in one piece */
		{ "rr", "Risk review", "Transferred" },              /* beginnings of words */
		{ "app", "Approve", "Back to where it happened" },
		{ "re", "Reject", "Resubmission requested, which is longer" },
		{ "out", "Outbox", "sign out" },                     /* at the very beginning */
		{ "风控", "风控审核", "风险与控制" },
		{ "审核", "审核", "通过风控审核" },
		{ "rev", "Pass risk review", "reconcile everything" }, /* a whole beginning before scattered letters */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (fuzzy_score(rows[i].better, rows[i].typed) <= fuzzy_score(rows[i].worse, rows[i].typed))
			fail_msg("%s: \"%s\" %d, \"%s\" %d", rows[i].typed, rows[i].better, fuzzy_score(rows[i].better, rows[i].typed), rows[i].worse,
				 fuzzy_score(rows[i].worse, rows[i].typed));
}

static void long_texts_are_cut(void **state)
{
	char text[4000], typed[400];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	memset(typed, 'a', sizeof typed - 1);
	text[sizeof text - 1] = typed[sizeof typed - 1] = '\0';
	assert_true(fuzzy_score(text, typed) > 0);
	text[FUZZY_TEXT] = 'b';
	assert_int_equal(fuzzy_score(text, "b"), FUZZY_NONE);
}

/* The characters that made the score: a line of text, and below them ^. */
static void says_where(void **state)
{
	static const struct { const char *text, *typed, *where; } rows[] = {
		{ "Merchants", "mer", "^^^" },
		{ "Pass risk review", "prr", "^    ^    ^" },
		{ "reconcile risk review", "rev", "               ^^^" }, /* in one piece, not the first letters there are */
		{ "Out of the box: Outbox", "outb", "                ^^^^" },
		{ "通过风控审核", "风审", "  ^ ^" },
		{ "Merchants", "xyz", "" }, { "Merchants", "", "" }, { "", "x", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char said[FUZZY_TEXT + 1];
		bool at[FUZZY_TEXT];
		size_t n = 0;

		fuzzy_where(rows[i].text, rows[i].typed, at);
		for (size_t k = 0; k < FUZZY_TEXT; k++) {
			said[k] = at[k] ? '^' : ' ';
			n = at[k] ? k + 1 : n;
		}
		said[n] = '\0';
		if (strcmp(said, rows[i].where) != 0)
			fail_msg("%s in\n%s\n%s", rows[i].typed, rows[i].text, said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_or_does_not),
		cmocka_unit_test(the_likelier_comes_first),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
