/* Marked rows: a sign in the list, a count in the status line, and they stay. */
#include <stdio.h>
#include <string.h>

#include "tests/check.h"
#include "tests/stage.h"
#include "tui/marks.h"
#include "tui/words.h"

static void test_set(void **state)
{
	const struct record *merchant = record_find("merchant"), *outbox = record_find("outbox");
	struct marks *m = marks_new();
	char id[16];

	(void)state;
	assert_int_equal(marks_count(m, merchant), 0);
	assert_false(marks_has(m, merchant, "1"));
	for (int i = 0; i < MARKS_MAX; i++) {
		snprintf(id, sizeof id, "%d", i);
		assert_true(marks_add(m, merchant, id));
		assert_true(marks_add(m, merchant, id)); /* once more is nothing more */
	}
	assert_false(marks_add(m, merchant, "one more"));
	assert_true(marks_add(m, outbox, "one more"));
	marks_drop(m, merchant, "1");
	marks_drop(m, merchant, "1");
	assert_int_equal(marks_count(m, merchant), MARKS_MAX - 1);
	assert_string_equal(marks_ids(m, merchant)[1], "2");
	assert_false(marks_has(m, merchant, "1"));
	marks_clear(m, merchant);
	assert_int_equal(marks_count(m, merchant), 0);
	assert_int_equal(marks_count(m, outbox), 1);
	marks_free(m);
}

static bool shows(struct stage *s, const char *text)
{
	return stage_shows(s, 24, 80, text);
}

static void test_marked(void **state)
{
	struct stage *s = *state;

	words_open("en");
	stage_open(s);
	stage_press(s, "/sort:id<Enter>");
	assert_false(shows(s, "marked"));
	stage_press(s, "<Space><Space>j<Space>"); /* down it goes by itself */
	assert_true(shows(s, "3 marked"));
	assert_true(shows(s, "◆   M000001"));
	assert_true(shows(s, "◆   M000002"));
	assert_false(shows(s, "◆   M000003"));
	assert_true(shows(s, "◆   M000004"));
	stage_press(s, "kk<Space>");
	assert_true(shows(s, "◆   M000003"));
	stage_press(s, "k<Space>");
	assert_false(shows(s, "◆   M000003"));
	stage_press(s, "U");
	assert_false(shows(s, "marked"));
	assert_false(shows(s, "◆"));
}

/* By id: another filter hides them, and says so; another desk and back loses none. */
static void test_marks_stay(void **state)
{
	struct stage *s = *state;

	words_open("en");
	stage_open(s);
	stage_press(s, "/sort:id<Enter><Space><Space><Space>");
	stage_press(s, "/M000002<Enter>");
	assert_true(shows(s, "3 marked (2 not in this list)"));
	assert_true(shows(s, "◆   M000002"));
	stage_press(s, "<Esc>");
	assert_false(shows(s, "not in this list"));
	stage_press(s, "3");
	assert_false(shows(s, "marked"));
	stage_press(s, "1");
	assert_true(shows(s, "3 marked"));
}

static void test_all(void **state)
{
	struct stage *s = *state;

	words_open("en");
	stage_open(s);
	stage_press(s, "/M00001<Enter>*");
	assert_true(shows(s, "10 marked"));
	stage_press(s, "<Esc>");
	assert_true(shows(s, "10 marked"));
	stage_press(s, "*");
	assert_true(shows(s, "40 marked"));
	assert_true(shows(s, "40 marked; an action takes all of them"));
}

static void test_nothing_to_mark(void **state)
{
	struct stage *s = *state;

	words_open("en");
	stage_open(s);
	stage_press(s, "/nobody-has-this<Enter><Space>");
	assert_true(shows(s, "there is nothing to mark"));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set), T(test_marked), T(test_marks_stay), T(test_all), T(test_nothing_to_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
