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
	assert_non_null(strstr(text.data, "taken back: Pass to risk review on M000005"));
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

/* Ready-made reasons: one takes the other's place, what somebody typed or changed stays, and an empty line is no reason still. */
static void test_ready_made_reasons(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	size_t max = 0;

	words_open("en");
	stage_open(s);
	stage_press(s, "/M000005<Enter>cx");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "Ctrl-T: ready-made · Ctrl-X: in your editor"));
	stage_press(s, "<Ctrl-T>");
	assert_string_equal(desktop_draft(s->desktop, &max), "The business is one that we may not serve.");
	stage_press(s, "<Ctrl-T>");
	assert_string_equal(desktop_draft(s->desktop, &max), "The business could not be verified.");
	stage_press(s, "<Backspace>, as they say<Ctrl-T>");
	assert_string_equal(desktop_draft(s->desktop, &max),
			    "The business could not be verified, as they say The business is one that we may not serve.");
	stage_press(s, "<Ctrl-U><Ctrl-T><Ctrl-T><Ctrl-T><Ctrl-T><Ctrl-T>"); /* round */
	assert_string_equal(desktop_draft(s->desktop, &max), "The business is one that we may not serve.");
	assert_int_equal(stage_press(s, "<Ctrl-X>"), WISH_EDITOR);
	desktop_redraft(s->desktop, "SPECIMEN from an editor");
	stage_press(s, "<Enter>");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "Reject: signed"));
	assert_null(desktop_draft(s->desktop, &max));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	const struct CMUnitTest tests[] = { T(test_undo), T(test_ready_made_reasons) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
