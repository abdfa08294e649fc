/* Columns as an operator wants them: in a box, with the mouse, kept for each operator and kind of record. */
#include <stdlib.h>
#include <string.h>

#include "core/desk/habits.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/columns.h"
#include "tui/words.h"

enum { ROWS = 24, COLS = 80 };

static int begin(void **state)
{
	words_open("en");
	stage_begin(state);
	stage_open(*state);
	return 0;
}

static void shows(struct stage *s, int cols, const char *want, bool there)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_draw(s, ROWS, cols, &text);
	if ((strstr(text.data, want) != NULL) != there)
		fail_msg("%s is %s:\n%s", want, there ? "not there" : "there", text.data);
}

static const char *const usual = "Merchant no. State          Name            ▼Risk Due";

static void a_box_changes_them(void **state)
{
	struct stage *s = *state;

	shows(s, COLS, usual, true);
	stage_press(s, "C");
	shows(s, COLS, "Columns · Merchants", true);
	shows(s, COLS, "[x] Merchant no.             12", true);
	stage_press(s, "<Right><Right>l");
	shows(s, COLS, "15*", true);
	stage_press(s, "<Enter>");
	shows(s, COLS, "Merchant no.    State          Name         ▼Risk Due", true);
	stage_press(s, "C<Left>h<-"); /* without a > behind it, < is the key < */
	shows(s, COLS, "[x] Merchant no.             11*", true);
	stage_press(s, "<Down><Space>");
	shows(s, COLS, "hidden", true);
	stage_press(s, "<Esc>");
	shows(s, COLS, "Merchant n… Name", true);
	stage_press(s, "C<Down><Space><Up><Del>");
	stage_press(s, "<Esc>");
	shows(s, COLS, "Merchant no. State", true);
	stage_press(s, "CR<Enter>");
	shows(s, COLS, usual, true);
}

/* What has no room by its rank has it when it is asked for, and the others make room. */
static void one_without_room_is_shown(void **state)
{
	struct stage *s = *state;

	shows(s, COLS, "MCC", false);
	stage_press(s, "C<Down><Down><Down><Down><Down>");
	shows(s, COLS, "[ ] MCC                       4   no room", true);
	stage_press(s, "<Space>");
	shows(s, COLS, "[x] MCC                       4   always", true);
	stage_press(s, "<Enter>");
	shows(s, COLS, "MCC", true);
	shows(s, COLS, "Merchant no.", true);
	stage_press(s, "C<Down><Down><Space>"); /* the time of the last change: six columns more than there are */
	stage_press(s, "<Esc>");
	shows(s, COLS, "Updat…", true);
	shows(s, COLS, "Due", false);
}

static void they_are_kept(void **state)
{
	struct stage *s = *state;

	stage_press(s, "C<Right><Right><Right>");
	stage_press(s, "<Esc>2");
	shows(s, COLS, "Merchant no.    State", false);
	stage_press(s, "C<Down><Space><Esc>1"); /* another desk has its own */
	shows(s, COLS, "Merchant no.    State", true);
	stage_open(s);
	shows(s, COLS, "Merchant no.    State", true);
	stage_become(s, "wu", "reviewer,risk");
	shows(s, COLS, usual, true);
}

/* Other tables, another version, a bug: what is not understood is passed over, and no width breaks a screen. */
static void nonsense_is_passed_over(void **state)
{
	static const char *const lines[] = { "id 99999999999 always", "state -3 always", "name 3 sometimes", "no_such 10 room", "mcc", "mcc 5", "", " ", "due_at  ",
					     "risk_score 0 hidden", "version 9 always" };
	const struct record *rec = record_find("merchant");
	struct column_set set = { 0 };
	struct columns c;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		column_read(&set, rec, lines[i]);
	for (int cols = 0; cols < 300; cols += 7) {
		columns_fit(&c, rec, &set, cols);
		assert_in_range(c.n, 1, COLUMNS_MAX);
		assert_null(columns_find(&c, (size_t)record_field(rec, "risk_score")));
	}
	assert_int_equal(columns_find(&c, F_ID)->width, COLUMN_MOST);
	assert_int_equal(columns_find(&c, (size_t)record_field(rec, "name"))->width, COLUMN_LEAST);
}

/* Every kind of record: what is written is read back as it was, and the last column stays. */
static void every_kind_has_them(void **state)
{
	(void)state;
	for (size_t r = 0; r < nrecords; r++) {
		const struct record *rec = records[r];
		struct column_set set = { 0 }, again = { 0 };
		struct columns c;

		for (size_t f = 0; f < rec->nfields; f++) {
			AUTO(buf_release) struct buf line = BUF_INIT;

			if (!column_listed(rec, f))
				continue;
			if (f % 3)
				column_widen(&set, f, 5 + (int)f);
			set.of[f].wish = (enum column_wish)(f % 3);
			if (column_write(&set, rec, f, &line))
				column_read(&again, rec, line.data);
		}
		assert_memory_equal(&set, &again, sizeof set);
		for (size_t f = 0; f < rec->nfields; f++) {
			columns_fit(&c, rec, &set, 1000);
			if (columns_find(&c, f))
				column_toggle(&set, rec, f, &c);
		}
		columns_fit(&c, rec, &set, 80);
		assert_true(c.n > 0);
	}
}

static void an_edge_is_dragged(void **state)
{
	struct stage *s = *state;
	struct event move = { .type = EVENT_MOUSE, .mouse = MOUSE_DRAG, .row = 1, .col = 36 + 5 }, up = move;

	up.mouse = MOUSE_RELEASE;
	shows(s, COLS, usual, true);
	stage_point(s, MOUSE_PRESS, "Merchant no. State", 1, 12); /* the gap at column 36 */
	desktop_event(s->desktop, &move);
	desktop_event(s->desktop, &up);
	shows(s, COLS, "Merchant no.      State", true);
	stage_open(s);
	shows(s, COLS, "Merchant no.      State", true);
	stage_point(s, MOUSE_PRESS, "Merchant no.      State", 1, 17);
	move.col = 0;
	desktop_event(s->desktop, &move);
	desktop_event(s->desktop, &up);
	shows(s, COLS, "Me… State", true);
	stage_point(s, MOUSE_DOUBLE, "Me… State", 1, 3);
	shows(s, COLS, usual, true);
	stage_press(s, "C");
	shows(s, COLS, "[x] State", true);
	stage_point(s, MOUSE_PRESS, "[x] State", 1, 1); /* chosen, then hidden */
	shows(s, COLS, "[x] State", true);
	stage_point(s, MOUSE_PRESS, "[x] State", 1, 1);
	shows(s, COLS, "[ ] State", true);
}

static void it_is_drawn_in_both_languages(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_press(s, "C");
	for (int rows = 1; rows < 30; rows += 3)
		for (int cols = 1; cols < 130; cols += 9)
			stage_draw(s, rows, cols, &text);
	words_open("zh_CN");
	shows(s, COLS, "列 · 商户", true);
	shows(s, 120, "Space", true);
	words_open("en");
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)
	const struct CMUnitTest tests[] = {
		SCENE(a_box_changes_them), SCENE(one_without_room_is_shown), SCENE(they_are_kept), SCENE(an_edge_is_dragged),
		SCENE(it_is_drawn_in_both_languages), cmocka_unit_test(nonsense_is_passed_over), cmocka_unit_test(every_kind_has_them),
	};

	return cmocka_run_group_tests_name("widths", tests, NULL, NULL);
}
