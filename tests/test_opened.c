/* What has changed in a record since whoever looks at it last opened it: said in its head, and field by field in its differences. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/habits.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/words.h"

#define NEWS "changed since you last opened it"

static void shows(struct stage *s, const char *text)
{
	if (!stage_shows(s, 40, 120, text))
		fail_msg("not shown: %s", text);
}

static void hides(struct stage *s, const char *text)
{
	if (stage_shows(s, 40, 120, text))
		fail_msg("shown: %s", text);
}

/* Wherever that pane stands. */
static void turn_to_differences(struct stage *s)
{
	for (int i = 0; i < 12 && !stage_shows(s, 40, 120, "What has changed since you last opened it"); i++)
		stage_press(s, "<Tab>");
}

/* The core has it otherwise from now on. */
static void core_says(struct stage *s, const char *id, const char *field, struct value v, bool gone)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(desk_load(s->shell.desk, "merchant", id, &it, &err), err);
	item_set(&it, field, v);
	item_set(&it, "version", value_int(item_version(&it) + 1));
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, &it, gone, &changed, &err), err);
	assert_true(changed);
	assert_ok(tx_commit(&tx, &err), err);
	tx_end(&tx);
	stage_refresh(s);
}

static int64_t copies(struct stage *s)
{
	static const struct column columns[] = { { "operator", VALUE_TEXT }, { "kind", VALUE_TEXT }, { "id", VALUE_TEXT } };
	static const struct table table = { "opened", columns, COUNT(columns), sizeof *columns, 3, NULL, 0 };
	const struct query q = { .table = &table };
	struct err err = { 0 };
	int64_t n;

	assert_ok(query_count(desk_db(s->shell.desk), &q, &n, &err), err);
	return n;
}

/* A pause writes what was opened, and the console is closed and opened again. */
static void another_day(struct stage *s)
{
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
	stage_open(s);
}

static void begin(struct stage *s)
{
	words_open("en");
	stage_open(s);
	stage_press(s, "/sort:id<Enter>");
}

static void what_has_changed_is_said(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "<Enter>");
	hides(s, NEWS); /* never opened before: nothing is news */
	hides(s, "Differences");
	stage_press(s, "<Esc>j<Enter><Esc>");
	assert_int_equal(copies(s), 0); /* nobody waited for the disk */
	another_day(s);
	assert_int_equal(copies(s), 2);
	stage_press(s, "/sort:id<Enter><Enter>");
	hides(s, NEWS);
	stage_press(s, "<Esc>");
	another_day(s);
	core_says(s, "M000001", "risk_score", value_int(93), false);
	core_says(s, "M000001", "legal_rep_number", value_text("110101199003078515"), false);
	stage_press(s, "/sort:id<Enter><Enter>");
	shows(s, "~ changed since you last opened it (2 fields)");
	turn_to_differences(s);
	shows(s, "What has changed since you last opened it");
	shows(s, "~ Risk");
	shows(s, "as you saw it");
	shows(s, "~ Identity number");
	shows(s, "nobody at this desk did it: the core sent it so");
	assert_true(stage_shows(s, 24, 60, "~ changed (2)"));
	stage_press(s, "<Esc>j<Enter>");
	hides(s, NEWS);
	stage_press(s, "<Esc>k<Enter>"); /* seen by now */
	hides(s, NEWS);
}

/* The copy is whole, and shows as its reader may see it. */
static void masks_hold(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_become(s, "mei", "support");
	stage_press(s, "/<Ctrl-U>M000001<Enter><Enter><Esc>");
	another_day(s);
	core_says(s, "M000001", "legal_rep_number", value_text("110101199003078515"), false);
	stage_press(s, "/<Ctrl-U>M000001<Enter><Enter>");
	turn_to_differences(s);
	shows(s, "110101********0002");
	shows(s, "110101********8515 (masked)");
	hides(s, "110101199003078515");
	hides(s, "110101198001010002");
}

/* While it is open as well, and from the note that is not written yet. */
static void it_changes_while_it_is_open(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "<Enter><Esc><Enter>");
	core_says(s, "M000001", "risk_score", value_int(93), false);
	shows(s, "~ changed since you last opened it (1 field)");
	words_open("zh_CN");
	shows(s, "~ 上次打开后有改动（1 个字段）");
	words_open("en");
	stage_press(s, "<Esc>j<Enter><Esc>k<Enter>");
	hides(s, NEWS);
}

/* Beside the list it is the same card before and after it was opened. */
static void beside_the_list(void **state)
{
	struct stage *s = *state;

	begin(s);
	shows(s, "M000001");
	stage_press(s, "<Enter>");
	shows(s, "Summary");
	stage_press(s, "<Esc>");
	hides(s, NEWS);
	core_says(s, "M000001", "risk_score", value_int(93), false);
	shows(s, "~ changed (1)"); /* before it is opened */
	stage_press(s, "<Enter>");
	shows(s, "~ changed");
	stage_press(s, "<Esc>");
	hides(s, "~ changed");
}

/* One's own decisions are no news, wherever they were taken; those of a colleague at this desk have their name. */
static void by_whom(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "<Enter>c");
	hides(s, NEWS);
	stage_press(s, "<Esc>j<Enter><Esc>c<Enter>"); /* from the list */
	hides(s, NEWS);
	stage_press(s, "<Esc>");
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
	s->house.clock += 1000;
	stage_become(s, "wu", "reviewer,risk");
	stage_press(s, "/<Ctrl-U>M000001<Enter><Enter>");
	hides(s, NEWS); /* of what lin saw wu knows nothing */
	stage_press(s, "<Esc>/<Ctrl-U>M000007<Enter><Enter><Esc>");
	another_day(s);
	desktop_free(s->desktop);
	s->desktop = NULL;
	shell_close(&s->shell);
	s->house.clock += 1000;
	s->shell.store = house_open(&s->house, "lin");
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &s->house.err), s->house.err);
	stage_open(s);
	stage_press(s, "/<Ctrl-U>M000007<Enter>c");
	desktop_free(s->desktop);
	s->desktop = NULL;
	shell_close(&s->shell);
	s->house.clock += 1000;
	s->shell.store = house_open(&s->house, "wu");
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &s->house.err), s->house.err);
	stage_open(s);
	stage_press(s, "/<Ctrl-U>M000007<Enter><Enter>");
	shows(s, "~ changed");
	turn_to_differences(s);
	shows(s, "Claim · lin");
	hides(s, "nobody at this desk");
}

/* What the core says is gone is kept by nobody; and nobody keeps more than the last five hundred. */
static void it_does_not_grow(void **state)
{
	struct stage *s = *state;
	struct opened_notes notes = { .n = 0 };
	AUTO(opened_release) struct opened first = { .at = 0 };
	struct err err = { 0 };

	begin(s);
	stage_press(s, "<Enter><Esc>");
	another_day(s);
	assert_int_equal(copies(s), 1);
	core_says(s, "M000001", "risk_score", value_int(1), true);
	assert_int_equal(copies(s), 0);
	for (int i = 0; i < OPENED_MAX + 3; i++) {
		AUTO(item_release) struct item it;
		char id[16];

		item_init(&it, record_find("merchant"));
		snprintf(id, sizeof id, "T%04d", i);
		item_set(&it, "id", value_text(id));
		opened_note(&notes, &it, s->house.clock + i);
		if (i % OPENED_NOTES == OPENED_NOTES - 1 || i == OPENED_MAX + 2)
			assert_ok(habit_notes_write(s->shell.desk, NULL, &notes, &err), err);
	}
	opened_notes_clear(&notes);
	assert_int_equal(copies(s), OPENED_MAX);
	assert_ok(opened_recall(s->shell.desk, &notes, record_find("merchant"), "T0002", &first, &err), err);
	assert_null(first.it.rec);
	assert_ok(opened_recall(s->shell.desk, &notes, record_find("merchant"), "T0003", &first, &err), err);
	assert_non_null(first.it.rec);
}

/* A copy of an older paydesk, without a field and with one that nobody knows: of those nothing is said. One that is no copy is none. */
static void older_copies(void **state)
{
	static const struct column columns[] = { { "operator", VALUE_TEXT }, { "kind", VALUE_TEXT }, { "id", VALUE_TEXT },
						 { "opened_at", VALUE_INT }, { "version", VALUE_INT }, { "data", VALUE_TEXT } };
	static const struct table table = { "opened", columns, COUNT(columns), sizeof *columns, 3, NULL, 0 };
	static const char *const data[] = { "{\"risk_score\":93,\"former\":\"x\",\"name\":7}", "[", "{\"risk_score\":\"x\"}" };
	static const size_t changes[] = { 1, 0, 0 };
	struct stage *s = *state;
	struct opened_notes none = { .n = 0 };
	AUTO(item_release) struct item it = { 0 };
	struct err err = { 0 };

	begin(s);
	assert_ok(desk_load(s->shell.desk, "merchant", "M000001", &it, &err), err);
	for (size_t i = 0; i < COUNT(data); i++) {
		AUTO(opened_release) struct opened o = { .at = 0 };
		const struct value row[] = { value_text(desk_who(s->shell.desk)->id), value_text("merchant"), value_text("M000001"), value_int(1),
					     value_int(1), value_text(data[i]) };

		assert_ok(db_put(desk_db(s->shell.desk), &table, row, &err), err);
		assert_int_equal(opened_recall(s->shell.desk, &none, it.rec, "M000001", &o, &err), i == 1 ? E_INVALID : E_OK);
		if (o.it.rec)
			assert_int_equal(opened_changes(&o, &it), changes[i]);
		stage_press(s, "<Enter><Esc>");
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(what_has_changed_is_said), T(masks_hold), T(it_changes_while_it_is_open), T(beside_the_list), T(by_whom), T(it_does_not_grow), T(older_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
