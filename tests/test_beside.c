/* Two panes of an item beside each other where there is room, for any kind of record; the keys go to the open one. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

static bool shows(struct stage *s, int cols, const char *text)
{
	return stage_shows(s, 20, cols, text);
}

static void test_wide_and_narrow(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "/M000001<Enter><Enter>");
	assert_true(shows(s, 160, "Merchant no.") && shows(s, 160, "passed: "));
	assert_true(shows(s, 120, "Merchant no.") && !shows(s, 120, "passed: "));
	stage_press(s, "<Shift-Tab><Shift-Tab>"); /* the timeline: the summary stays */
	assert_true(shows(s, 160, "Merchant no.") && shows(s, 160, "Applied  ") && !shows(s, 160, "passed: "));
	assert_true(!shows(s, 120, "Merchant no."));
}

/* Down scrolls the open one, and the other stays where it is. */
static void test_keys_go_to_the_open_one(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "/M000001<Enter><Enter>");
	assert_true(shows(s, 160, "Merchant no."));
	stage_press(s, "G");
	assert_false(shows(s, 160, "Merchant no."));
	assert_true(shows(s, 160, "passed: "));
	stage_press(s, "g<Tab>G");
	assert_true(shows(s, 160, "Merchant no."));
}

/* The pane of differences comes and goes; whoever reads another one stays there. */
static void test_a_pane_comes_in_between(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "/M000001<Enter><Enter><Shift-Tab><Shift-Tab>");
	assert_true(shows(s, 120, "Applied at") || shows(s, 120, "Due"));
	stage_press(s, "c");
	assert_true(shows(s, 120, "Differences") && shows(s, 120, "Claimed"));
	assert_false(shows(s, 120, "Decided here"));
	for (int i = 0; i < 12 && !shows(s, 120, "Decided here"); i++) /* however many parts a merchant has by now */
		stage_press(s, "<Shift-Tab>");
	assert_true(shows(s, 120, "Decided here"));
}

static void test_approvals_and_journal(void **state)
{
	struct stage *s = *state;

	stage_become(s, "tang", "reviewer,risk,auditor");
	stage_press(s, "/M000001<Enter>c");
	for (char desk = '3'; desk <= '5'; desk++) {
		AUTO(buf_release) struct buf screen = BUF_INIT;

		stage_press(s, (char[]){ desk, '\0' });
		stage_press(s, "<Enter>");
		stage_draw(s, 20, 200, &screen); /* with one pane or several, full or empty */
	}
	stage_press(s, ":outbox<Enter><Enter>");
	assert_true(shows(s, 160, "Queued, not effective") && shows(s, 160, "Merchant no."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wide_and_narrow, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_keys_go_to_the_open_one, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_a_pane_comes_in_between, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_approvals_and_journal, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
