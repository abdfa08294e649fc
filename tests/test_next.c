/* `n`: the next item comes from what the list lets through, in its order; and whoever comes second is told. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

static bool shows(struct stage *s, const char *text)
{
	return stage_shows(s, 24, 100, text);
}

/* The record under review, from its card's head. */
static void assert_opened(struct stage *s, const char *id)
{
	struct place at;

	desktop_place(s->desktop, &at);
	assert_string_equal(at.id, id);
}

static void test_heeds_filter_and_order(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_press(s, "n"), WISH_SYNC);
	assert_opened(s, "M000015"); /* the highest risk of all, 98 */
	stage_press(s, "<Esc>/<Ctrl-U>is:open -risk_score>=50<Enter>");
	stage_press(s, "n");
	assert_opened(s, "M000008"); /* 49 */
	stage_press(s, "n");         /* from the item on, the list is still the same */
	assert_opened(s, "M000022"); /* 47 */
	stage_press(s, "<Esc>/<Ctrl-U>is:open -risk_score>=50 sort:risk_score<Enter>n");
	assert_opened(s, "M000001"); /* 0: its order turned round */
}

static void test_the_filter_is_empty(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "/<Ctrl-U>risk_score=49<Enter>n");
	assert_opened(s, "M000008");
	stage_press(s, "n");
	assert_opened(s, "M000008");
	assert_true(shows(s, "nothing is left to claim in the filter risk_score=49"));
	assert_true(shows(s, "/ changes the filter"));
	stage_press(s, "<Esc>/<Ctrl-U>is:mine<Enter>n");
	assert_true(shows(s, "nothing is left to claim in the filter is:mine"));
	words_open("zh_CN");
	stage_press(s, "n");
	assert_false(shows(s, "nothing is left"));
	assert_true(shows(s, "is:mine"));
	words_open("en");
}

static void test_the_desk_is_empty(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	for (int i = 0; i < 40; i++)
		assert_int_equal(stage_press(s, "n"), WISH_SYNC);
	assert_int_equal(stage_press(s, "n"), WISH_NONE);
	assert_true(shows(s, "nothing left to claim here"));
}

/* Who may not claim hears so, not that there is no work. */
static void test_not_for_this_person(void **state)
{
	struct stage *s = *state;

	stage_become(s, "qian", "auditor");
	stage_press(s, "n");
	assert_true(shows(s, "nothing here is for you to claim: "));
}

static void turn_down(struct stage *s, const char *reason)
{
	struct sync_status status = { .state = SYNC_LIVE, .last_ok = s->house.clock };
	struct verdict v = { .what = VERDICT_CONFLICT, .reason = reason };
	AUTO(command_release) struct command c;
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	command_init(&c);
	assert_ok(desk_next_command(s->shell.desk, NULL, &c, &err), err);
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_verdict(s->shell.desk, c.id, &v, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	desktop_refresh(s->desktop, &status);
}

static void test_another_desk_was_first(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "n");
	s->house.clock += 1000;
	turn_down(s, "SPECIMEN: version 2");
	assert_true(shows(s, "M000015: another desk was first (SPECIMEN: version 2); n brings the next one"));
	stage_press(s, "j");
	s->house.clock += 1000;
	stage_open(s); /* known when a console opens: no news */
	assert_false(shows(s, "another desk was first"));
	assert_true(shows(s, "1 refused"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_heeds_filter_and_order, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_filter_is_empty, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_desk_is_empty, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_not_for_this_person, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_another_desk_was_first, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
