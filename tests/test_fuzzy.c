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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_or_does_not),
		cmocka_unit_test(the_likelier_comes_first),
		cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
