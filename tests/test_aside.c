/* A half-written form outlives the lock of the screen: for its writer, on its record, as long as that is what it was. */
#include <stdlib.h>
#include <string.h>

#include "core/desk/habits.h"
#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

enum { ROWS = 24, COLS = 80 };
#define REASON "SPECIMEN reason that is half 样本理由"

static int begin(void **state)
{
	words_open("en");
	stage_begin(state);
	stage_open(*state);
	return 0;
}

static void shows(struct stage *s, const char *want, bool there)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_draw(s, ROWS, COLS, &text);
	if ((strstr(text.data, want) != NULL) != there)
		fail_msg("%s is %s:\n%s", want, there ? "not there" : "there", text.data);
}

static void write_half(struct stage *s)
{
	stage_press(s, "/M000002<Enter>cgb<Down><Space>");
	for (int i = 0; i < 20 && !stage_shows(s, ROWS, COLS, "Ctrl-T"); i++) /* down to the reason */
		stage_press(s, "<Tab>");
	stage_press(s, REASON);
	shows(s, REASON, true);
	shows(s, "[x]", true);
}

/* What the console does at a lock and at the unlock that follows: everything is closed in between. */
static void lock(struct stage *s)
{
	desktop_set_aside(s->desktop);
	desktop_free(s->desktop);
	s->desktop = NULL;
	shell_close(&s->shell);
}

static void unlock(struct stage *s, const char *name)
{
	struct err err = { 0 };

	s->shell.store = house_open(&s->house, name);
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	stage_open(s);
	desktop_take_up(s->desktop);
}

static void it_comes_back(void **state, const char *lang)
{
	struct stage *s = *state;

	write_half(s);
	words_open(lang);
	stage_press(s, "."); /* since the last draw */
	lock(s);
	unlock(s, "lin");
	shows(s, REASON ".", true);
	shows(s, "[x]", true);
	/* it is the form as it was: the next keys go on in it, and it can be sent */
	stage_press(s, "!");
	shows(s, REASON ".!", true);
	stage_press(s, "<Enter>");
	shows(s, REASON, false);
	assert_true(stage_shows(s, ROWS, COLS, strcmp(lang, "en") == 0 ? "signed and queued" : "已签名"));
	lock(s);
	unlock(s, "lin");
	shows(s, REASON, false); /* what was sent is not here again */
}

static void it_comes_back_in_english(void **state) { it_comes_back(state, "en"); }
static void it_comes_back_in_chinese(void **state) { it_comes_back(state, "zh_CN"); }

static void nothing_is_left_of_it(void **state)
{
	struct stage *s = *state;
	AUTO(habit_lines_release) struct habit_lines lines = { 0 };
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct err err = { 0 };

	write_half(s);
	lock(s);
	unlock(s, "lin");
	assert_ok(habit_read(s->shell.desk, HABIT_ASIDE, NULL, &lines, &err), err);
	assert_int_equal(lines.n, 0);
	stage_press(s, "<Esc>");
	lock(s);
	unlock(s, "lin");
	shows(s, "[x]", false);
	assert_false(stage_journaled(s, "aside", &body));
	assert_true(stage_journaled(s, "command", &body)); /* the claim, and nothing since */
	assert_null(strstr(body.data, "SPECIMEN reason"));
}

static void another_operator_never_sees_it(void **state)
{
	struct stage *s = *state;

	write_half(s);
	lock(s);
	unlock(s, "lin");
	desktop_set_aside(s->desktop);
	stage_become(s, "wu", "reviewer,risk");
	desktop_take_up(s->desktop);
	shows(s, REASON, false);
	shows(s, "[x]", false);
	lock(s);
	unlock(s, "lin");
	shows(s, REASON, true);
}

static void change(struct stage *s, const char *id, bool gone)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(desk_load(s->shell.desk, "merchant", id, &it, &err), err);
	item_set(&it, "version", value_int(9));
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, &it, gone, &changed, &err), err);
	assert_true(changed);
	assert_ok(tx_commit(&tx, &err), err);
}

/* Nobody signs what they have not seen: the text is shown, and that is all. */
static void a_record_that_changed_is_said(void **state)
{
	struct stage *s = *state;

	write_half(s);
	desktop_set_aside(s->desktop);
	change(s, "M000002", false);
	stage_open(s);
	desktop_take_up(s->desktop);
	shows(s, "The record has changed since you began", true);
	shows(s, REASON, true);
	shows(s, "To be mended", true); /* the chosen ones by the name of their field */
	assert_int_equal(stage_press(s, "<Down>"), WISH_NONE);
	lock(s);
	unlock(s, "lin"); /* not read to the end: it is still there */
	shows(s, REASON, true);
	assert_int_equal(stage_press(s, "y"), WISH_COPY);
	assert_non_null(strstr(desktop_clipboard(s->desktop), REASON));
	stage_press(s, "<Esc>");
	shows(s, REASON, false);
	shows(s, "Merchants", true);
	lock(s);
	unlock(s, "lin");
	shows(s, REASON, false);
}

static void a_record_that_went_is_said(void **state)
{
	struct stage *s = *state;

	stage_press(s, "/M000005<Enter>cgx" REASON); /* a rejection */
	desktop_set_aside(s->desktop);
	stage_press(s, "<Esc>");
	change(s, "M000005", true);
	stage_open(s);
	desktop_take_up(s->desktop);
	shows(s, "is not here any more", true);
	shows(s, REASON, true);
}

static void one_reason_for_many_is_shown(void **state)
{
	struct stage *s = *state;

	stage_press(s, "/M000002<Enter>c/<Ctrl-U>M000005<Enter>c/<Ctrl-U>state:preliminary_review<Enter>*x");
	stage_press(s, REASON);
	shows(s, REASON, true);
	desktop_set_aside(s->desktop);
	change(s, "M000002", true);
	change(s, "M000005", true);
	stage_open(s);
	desktop_take_up(s->desktop);
	shows(s, "None of the marked records can be taken", true);
	shows(s, REASON, true);
	stage_press(s, "<Esc>");
	lock(s);
	unlock(s, "lin");
	shows(s, REASON, false);
}

/* Where somebody was comes back with it: desk, filter, row or item, and the pane that was open. */
static void the_place_comes_back(void **state)
{
	struct stage *s = *state;
	struct place place;

	stage_press(s, "/<Ctrl-U>sort:id<Enter>jjjjj<Enter><Shift-Tab><Shift-Tab>");
	shows(s, "Applied on", true); /* the timeline */
	desktop_place(s->desktop, &place);
	desktop_free(s->desktop);
	s->desktop = desktop_new(&s->shell, &place);
	shows(s, "2025-11-22 12:40:00  Due", true);
	shows(s, "Merchant no.", false);
	stage_press(s, "<Esc>");
	desktop_place(s->desktop, &place);
	desktop_free(s->desktop);
	s->desktop = desktop_new(&s->shell, &place);
	shows(s, "›   M000006", true);
	stage_press(s, "e");
	shows(s, "┌─ Note", true);
	shows(s, "│ Note", true); /* and not: a reason */
}

static void a_filter_comes_back(void **state)
{
	struct stage *s = *state;

	stage_press(s, "/<Ctrl-U>name:样本 risk_sc");
	lock(s);
	unlock(s, "lin");
	shows(s, "/name:样本 risk_sc", true);
	stage_press(s, "<Esc>");
	lock(s);
	unlock(s, "lin");
	shows(s, "risk_sc", false);
}

/* Whatever stands there, from another version or damaged by a bug, is passed over and put away. */
static void nonsense_is_put_away(void **state)
{
	static const char *const wrong[] = { "", "form", "form\t\t\t\t\t", "form\tmerchant\tM000002\tno_such\t1\t00", "form\tnothing\tX\ty\t1\t00", "find", "find\toutbox\tx",
					     "form\tmerchant\tM000002\treject\tx\tx", "\t\t\t" };
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct habit_lines lines = { .n = 3, .line = { wrong[i], "no_field\tx", "no tab" } };
		struct err err = { 0 };

		assert_ok(habit_write(s->shell.desk, HABIT_ASIDE, NULL, &lines, &err), err);
		stage_open(s);
		desktop_take_up(s->desktop);
		stage_press(s, "<Esc>");
		stage_open(s);
		desktop_take_up(s->desktop);
		shows(s, "┌─", false);
	}
}

/* Marks outlive the lock, and so does what was typed for all that are marked, over a look at them anew. */
static void marks_come_back(void **state)
{
	struct stage *s = *state;

	stage_press(s, "/sort:id<Enter><Space><Space><Space>c<Enter><Esc><Home><Space><Space><Space>j<Space>");
	shows(s, "4 marked", true);
	lock(s);
	unlock(s, "lin");
	shows(s, "4 marked", true);
	stage_press(s, "x" REASON);
	shows(s, "Reject · Merchants · 3 of 4", true);
	lock(s);
	unlock(s, "lin");
	shows(s, "Reject · Merchants · 3 of 4", true);
	shows(s, REASON, true);
	stage_press(s, "<Esc>U");
	lock(s);
	unlock(s, "lin");
	shows(s, "marked", false);
	shows(s, REASON, false);
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)
	const struct CMUnitTest tests[] = {
		SCENE(marks_come_back),
		SCENE(it_comes_back_in_english), SCENE(it_comes_back_in_chinese), SCENE(nothing_is_left_of_it), SCENE(another_operator_never_sees_it),
		SCENE(a_record_that_changed_is_said), SCENE(a_record_that_went_is_said), SCENE(one_reason_for_many_is_shown), SCENE(the_place_comes_back), SCENE(a_filter_comes_back), SCENE(nonsense_is_put_away),
	};

	return cmocka_run_group_tests_name("aside", tests, NULL, NULL);
}
