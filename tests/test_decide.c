/* Deciding on the screen: the real main screen over a real store, key by key. */
#include <string.h>

#include "tests/check.h"
#include "tests/stage.h"
#include "tui/words.h"

/* A decision is held: the seconds count down, `u` takes it back, and then there is nothing to take back any more. */
static void test_undo(void **state)
{
	struct stage *s = *state;
	struct sync_status status = { .state = SYNC_LIVE, .last_ok = s->house.clock };
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open("en");
	stage_open(s);
	desktop_hold(s->desktop, 10 * 1000);
	stage_draw(s, 24, 80, &text);
	stage_press(s, "u");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "nothing to take back"));
	assert_int_equal(stage_press(s, "/M000005<Enter>c"), WISH_SYNC); /* a claim is not held */
	assert_int_equal(stage_press(s, "p"), WISH_HELD);
	assert_int_equal(desktop_held_until(s->desktop), s->house.clock + 10 * 1000);
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "leaves in 10 s, u takes it back"));
	s->house.clock += 2500;
	desktop_refresh(s->desktop, &status);
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "undo: u (8 s)"));
	assert_non_null(strstr(text.data, "Risk review"));
	stage_press(s, "u");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "taken back: pass_review on M000005"));
	assert_non_null(strstr(text.data, "Prelim."));
	assert_null(strstr(text.data, "undo: u"));
	stage_press(s, "p");
	s->house.clock += 10 * 1000;
	stage_draw(s, 24, 80, &text);
	assert_null(strstr(text.data, "undo: u"));
	stage_press(s, "u");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "nothing to take back"));
	assert_non_null(strstr(text.data, "Risk review"));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	const struct CMUnitTest tests[] = { T(test_undo) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
