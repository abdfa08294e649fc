/* The mouse on the real main screen: what is pointed at is what was drawn there. */
#include <stdlib.h>
#include <string.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/list.h"
#include "tui/settings.h"
#include "tui/words.h"

enum { ROWS = 24, COLS = 80, WIDE_ROWS = 40, WIDE_COLS = 120 };

static int begin(void **state)
{
	words_open("en");
	stage_begin(state);
	stage_open(*state);
	return 0;
}

static void draw(struct stage *s, int rows, int cols)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_draw(s, rows, cols, &text);
}

/* The line of the screen under the cursor, without the rail. */
static void under_cursor(struct stage *s, int rows, int cols, const char *want)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	const char *at;

	stage_draw(s, rows, cols, &text);
	at = strstr(text.data, "›");
	if (!at || strncmp(at + strlen("›") + strspn(at + strlen("›"), " ↑●○"), want, strlen(want)) != 0)
		fail_msg("the cursor is not on %s:\n%s", want, text.data);
}

static void shows(struct stage *s, int rows, int cols, const char *want, bool there)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_draw(s, rows, cols, &text);
	if ((strstr(text.data, want) != NULL) != there)
		fail_msg("%s is %s:\n%s", want, there ? "not there" : "there", text.data);
}

static void a_row_is_chosen_and_opened(void **state)
{
	struct stage *s = *state;

	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "M000028", 1, 2);
	under_cursor(s, ROWS, COLS, "M000028");
	shows(s, ROWS, COLS, "Summary", false);
	stage_point(s, MOUSE_DOUBLE, "M000028", 1, 2);
	shows(s, ROWS, COLS, "Summary", true);
	stage_point(s, MOUSE_PRESS, "Checks", 1, 1);
	shows(s, ROWS, COLS, "Documents                      unknown", true);
	stage_press(s, "<Esc>");
	under_cursor(s, ROWS, COLS, "M000028");
}

static void a_desk_is_opened(void **state)
{
	struct stage *s = *state;

	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "Outbox", 1, 3);
	shows(s, ROWS, COLS, "│ Outbox", true);
	stage_point(s, MOUSE_PRESS, "1 Merchants", 1, 0);
	under_cursor(s, ROWS, COLS, "M000015");
}

static void a_heading_sorts_and_turns(void **state)
{
	struct stage *s = *state;

	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "Merchant no.", 1, 3);
	shows(s, ROWS, COLS, "▲Merchant no.", true);
	stage_point(s, MOUSE_PRESS, "Merchant no.", 1, 3);
	shows(s, ROWS, COLS, "▼Merchant no.", true);
	shows(s, ROWS, COLS, "sort:-id", true);
	stage_point(s, MOUSE_DOUBLE, "Merchant no.", 1, 3); /* quick, and meant all the same */
	shows(s, ROWS, COLS, "▲Merchant no.", true);
	stage_point(s, MOUSE_PRESS, "Risk", 1, 1);
	shows(s, ROWS, COLS, "▼Risk", true);
}

/* The column of a field that the role may not see would tell by its order what the mask hides. */
static void a_masked_column_is_not_sorted(void **state)
{
	struct stage *s = *state;

	const struct record *rec = record_find("merchant");
	struct list *l = list_new(rec);
	struct err err = { 0 };
	size_t masked = 0;

	stage_become(s, "wei", "support");
	for (size_t f = 0; f < rec->nfields; f++) {
		bool hidden = field_masked(&rec->fields[f], desk_who(s->shell.desk)->clearance);

		masked += hidden;
		if (hidden || (int)f == record_field(rec, "name"))
			assert_int_equal(list_sort_by(l, s->shell.desk, f, &err), hidden ? E_DENIED : E_OK);
	}
	assert_true(masked > 0);
	list_free(l);
}

static void the_wheel_moves_what_is_under_it(void **state)
{
	struct stage *s = *state;

	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_WHEEL_DOWN, "M000028", 1, 2);
	shows(s, ROWS, COLS, "M000029", false); /* three rows went up, and the cursor stays in sight */
	under_cursor(s, ROWS, COLS, "M000028");
	stage_point(s, MOUSE_PRESS, "M000013", 1, 2);
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_WHEEL_UP, "M000028", 1, 2);
	under_cursor(s, ROWS, COLS, "M000013"); /* it stays on its row */
	shows(s, ROWS, COLS, "M000015", true);
	for (int i = 0; i < 30; i++)
		stage_point(s, MOUSE_WHEEL_DOWN, "State", 1, 2);
	shows(s, ROWS, COLS, "M000030", true); /* the last by risk */
	for (int i = 0; i < 30; i++)
		stage_point(s, MOUSE_WHEEL_UP, "State", 1, 2);
	shows(s, ROWS, COLS, "M000015", true);
	/* beside the list, the card scrolls and the list does not */
	draw(s, 24, WIDE_COLS);
	stage_point(s, MOUSE_WHEEL_DOWN, "Version", 1, 2);
	shows(s, 24, WIDE_COLS, "Version", false);
	shows(s, 24, WIDE_COLS, "M000015", true);
	stage_press(s, "?");
	shows(s, ROWS, COLS, "Help", true);
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_WHEEL_DOWN, "Help", 1, 1);
	stage_point(s, MOUSE_PRESS, "Help", 1, 1);
	shows(s, ROWS, COLS, "Help", true);
}

static void lines_are_dragged_and_kept(void **state)
{
	struct stage *s = *state;
	int to[] = { 70, 60 };

	for (size_t i = 0; i < COUNT(to); i++) {
		struct event move = { .type = EVENT_MOUSE, .mouse = MOUSE_DRAG, .row = 10, .col = to[i] }, up = move;

		up.mouse = MOUSE_RELEASE;
		draw(s, WIDE_ROWS, WIDE_COLS);
		stage_point(s, MOUSE_PRESS, "│ Merchant no.", 1, 0);
		desktop_event(s->desktop, &move);
		draw(s, WIDE_ROWS, WIDE_COLS);
		assert_string_equal(grid_cell(s->grid, 5, to[i])->text, "│");
		desktop_event(s->desktop, &up);
		move.col = 90; /* not held any more */
		desktop_event(s->desktop, &move);
		draw(s, WIDE_ROWS, WIDE_COLS);
		assert_string_equal(grid_cell(s->grid, 5, to[i])->text, "│");
	}
	stage_point(s, MOUSE_PRESS, "│ Merchants", 1, 1);
	desktop_event(s->desktop, &(struct event){ .type = EVENT_MOUSE, .mouse = MOUSE_DRAG, .row = 5, .col = 24 });
	desktop_event(s->desktop, &(struct event){ .type = EVENT_MOUSE, .mouse = MOUSE_RELEASE, .row = 5, .col = 24 });
	draw(s, WIDE_ROWS, WIDE_COLS);
	assert_string_equal(grid_cell(s->grid, 5, 24)->text, "│");
	/* the same operator finds it so again, another does not */
	stage_open(s);
	draw(s, WIDE_ROWS, WIDE_COLS);
	assert_string_equal(grid_cell(s->grid, 5, 24)->text, "│");
	stage_become(s, "wu", "reviewer");
	draw(s, WIDE_ROWS, WIDE_COLS);
	assert_string_equal(grid_cell(s->grid, 5, 18)->text, "│");
	/* nothing is dragged out of sight */
	stage_point(s, MOUSE_PRESS, "│ Merchants", 1, 0);
	desktop_event(s->desktop, &(struct event){ .type = EVENT_MOUSE, .mouse = MOUSE_DRAG, .row = 5, .col = 0 });
	shows(s, WIDE_ROWS, WIDE_COLS, "1 Merch", true);
	desktop_event(s->desktop, &(struct event){ .type = EVENT_MOUSE, .mouse = MOUSE_DRAG, .row = 5, .col = 119 });
	shows(s, WIDE_ROWS, WIDE_COLS, "M000015", true);
}

static void lines_are_moved_with_keys(void **state)
{
	struct stage *s = *state;

	draw(s, WIDE_ROWS, WIDE_COLS);
	stage_press(s, "[[[]"); /* two hundredths each, of 100 columns */
	draw(s, WIDE_ROWS, WIDE_COLS);
	assert_string_equal(grid_cell(s->grid, 5, 20 + 56 - 4)->text, "│");
	stage_press(s, "<Tab>]]]");
	draw(s, WIDE_ROWS, WIDE_COLS);
	assert_string_equal(grid_cell(s->grid, 5, 18 + 3)->text, "│");
	stage_open(s);
	draw(s, ROWS, COLS); /* without a card beside the list there is the line of the desks */
	assert_string_equal(grid_cell(s->grid, 5, 21)->text, "│");
	stage_press(s, "[");
	draw(s, ROWS, COLS);
	assert_string_equal(grid_cell(s->grid, 5, 20)->text, "│");
	draw(s, 10, 40);
	stage_press(s, "[");
	shows(s, 10, 40, "there is one thing", true);
}

static void what_lies_over_the_screen_covers_it(void **state)
{
	struct stage *s = *state;

	stage_press(s, ":");
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "1 Merchants", 1, 0); /* of the rail */
	shows(s, ROWS, COLS, "Go to or do", true);
	stage_press(s, "outbox");
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_DOUBLE, "desk", 1, 1);
	shows(s, ROWS, COLS, "│ Outbox", true);
	shows(s, ROWS, COLS, "Go to or do", false);
	stage_press(s, "1/<Ctrl-U>state:r");
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "resubmission_requested", 1, 2);
	shows(s, ROWS, COLS, "/state:resubmission_requested", true);
	stage_point(s, MOUSE_PRESS, "1 Merchants", 1, 0); /* while a line is being typed */
	shows(s, ROWS, COLS, "/state:resubmission_requested", true);
	stage_press(s, "<Esc>y");
	draw(s, ROWS, COLS);
	stage_point(s, MOUSE_PRESS, "Credit code", 1, 1);
	assert_int_equal(stage_point(s, MOUSE_DOUBLE, "Credit code", 1, 1), WISH_COPY);
	assert_non_null(strstr(desktop_clipboard(s->desktop), "91310000MA1FL"));
}

/* The mask that falls takes the question with it, under the very press. */
static void a_question_that_went_is_not_answered(void **state)
{
	struct stage *s = *state;

	stage_become(s, "mei", "support");
	stage_press(s, "<Enter>rcall back<Enter>y");
	draw(s, ROWS, COLS);
	s->house.clock += 61 * 1000;
	stage_point(s, MOUSE_DOUBLE, "Credit code", 1, 1);
	assert_string_equal(desktop_clipboard(s->desktop), "");
	shows(s, ROWS, COLS, "Copy", false);
}

static void a_form_is_filled(void **state)
{
	struct stage *s = *state;

	stage_press(s, "/M000002<Enter>cg"); /* g: what was said about the claim gives way to the hints */
	draw(s, ROWS, 150);
	stage_point(s, MOUSE_PRESS, "b ", 1, 0); /* the hint is the key */
	shows(s, ROWS, COLS, "[ ] ", true);
	stage_point(s, MOUSE_PRESS, "[ ] Business licence", 1, 2);
	shows(s, ROWS, COLS, "[x] Business licence", true);
	stage_point(s, MOUSE_PRESS, "[x] Business licence", 1, 2);
	shows(s, ROWS, COLS, "[x]", false);
	stage_point(s, MOUSE_PRESS, "Reason", 1, 2);
	stage_press(s, "SPECIMEN");
	shows(s, ROWS, COLS, "SPECIMEN", true);
	shows(s, ROWS, COLS, "something has to be chosen", true); /* the line that was left says so */
	stage_point(s, MOUSE_PRESS, "Esc leaves it", 1, 2);
	shows(s, ROWS, COLS, "SPECIMEN", true);
}

/* Anywhere, at any size, in any order: nothing breaks, and no decision is taken that nobody pressed a key of. */
static void noise_is_survived(void **state)
{
	static const char *const between[] = { "", "<Enter>", "<Esc>", ":", "/", "?", "y", "<Tab>", "[", "2" };
	struct stage *s = *state;
	uint32_t seed = 7;

	for (int i = 0; i < 600; i++) {
		struct event e = { .type = EVENT_MOUSE };

		seed = seed * 1664525u + 1013904223u;
		e.mouse = (enum mouse)((seed >> 8) % 6);
		e.row = (int)((seed >> 12) % 45);
		e.col = (int)((seed >> 18) % 130);
		if (e.row < 38 || e.mouse != MOUSE_PRESS) /* the hints are keys */
			desktop_event(s->desktop, &e);
		if (i % 10 == 0)
			stage_press(s, between[(seed >> 22) % COUNT(between)]);
		if (i % 3 == 0)
			draw(s, WIDE_ROWS, 40 + (int)((seed >> 5) % 90));
	}
}

static void settings_are_read(void **state)
{
	static const struct { const char *text; bool mouse; const char *wrong; } cases[] = {
		{ "", false, NULL }, { "# mouse = on\n\n", false, NULL }, { "mouse = on", true, NULL }, { " mouse=on \r\n", true, NULL },
		{ "mouse = on\nmouse = off\n", false, NULL },
		{ "mouse = yes\n", false, "settings:1: mouse is on or off" },
		{ "\nmice = on\n", false, "settings:2: there is no setting \"mice\"" },
		{ "mouse on", false, "settings:1: no = behind \"mouse\"" },
		{ "mouse = o\033[2Jn", false, "settings:1: mouse is on or off" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct settings s = { .mouse = false };
		struct err err = { 0 };
		enum code code = settings_parse(&s, "settings", cases[i].text, strlen(cases[i].text), &err);

		assert_int_equal(code, cases[i].wrong ? E_INVALID : E_OK);
		if (cases[i].wrong)
			assert_non_null(strstr(err.msg, cases[i].wrong));
		else
			assert_int_equal(s.mouse, cases[i].mouse);
	}
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)
	const struct CMUnitTest tests[] = {
		SCENE(a_row_is_chosen_and_opened),
		SCENE(a_desk_is_opened),
		SCENE(a_heading_sorts_and_turns),
		SCENE(a_masked_column_is_not_sorted),
		SCENE(the_wheel_moves_what_is_under_it),
		SCENE(lines_are_dragged_and_kept),
		SCENE(lines_are_moved_with_keys),
		SCENE(what_lies_over_the_screen_covers_it),
		SCENE(a_question_that_went_is_not_answered),
		SCENE(a_form_is_filled),
		SCENE(noise_is_survived),
		cmocka_unit_test(settings_are_read),
	};

	return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
