/* What is dear about an item is read where the cursor rests: moving on asks the store for next to nothing, nothing of one record ever stands
 * under the name of another, and whoever acts at once acts on what is true. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

enum { ROWS = 50, COLS = 160, HELD = 36, PATIENT_MS = 60000 };

/* ---- every query goes through here on its way to the library ---- */
static struct { size_t n, notes, journals; } asked;
struct sqlite3_stmt;
int sqlite3_reset(struct sqlite3_stmt *stmt); /* once for each run of a statement */
const char *sqlite3_sql(struct sqlite3_stmt *stmt);

int sqlite3_reset(struct sqlite3_stmt *stmt)
{
	union { void *p; int (*fn)(struct sqlite3_stmt *); } real = { .p = dlsym(RTLD_NEXT, "sqlite3_reset") };
	const char *sql = sqlite3_sql(stmt);

	asked.n++;
	asked.notes += sql && strstr(sql, "FROM \"note\"") != NULL;
	asked.journals += sql && strstr(sql, "FROM \"journal\"") != NULL;
	return real.fn(stmt);
}

/* ---- */
static void open_at(struct stage *s, int read_ms)
{
	s->shell.read_ms = read_ms;
	stage_open(s);
	stage_shows(s, ROWS, COLS, ""); /* how wide it is decides what stands there */
	stage_press(s, "/sort:id<Enter>");
}

static void pause_for(struct stage *s)
{
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
	stage_refresh(s);
}

/* The record that the card beside the list says it is about, and the one that its row is about. */
static void read_screen(struct stage *s, char card[16], char row[16])
{
	AUTO(buf_release) struct buf screen = BUF_INIT;
	const char *at;

	stage_draw(s, ROWS, COLS, &screen);
	at = strstr(screen.data, "Merchant no.        ");
	assert_non_null(at);
	snprintf(card, 16, "%.7s", at + strlen("Merchant no.        "));
	at = strstr(screen.data, "› ");
	assert_non_null(at);
	snprintf(row, 16, "%.7s", at + strlen("› ") + strspn(at + strlen("› "), " "));
}

static void test_a_key_held_down(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf hurried = BUF_INIT, patient = BUF_INIT;
	char card[16], row[16], before[16] = "";

	open_at(s, PATIENT_MS);
	read_screen(s, card, row);
	asked.n = 0;
	for (int i = 0; i < HELD; i++) {
		stage_press(s, "j");
		stage_refresh(s);
		read_screen(s, card, row);
		assert_string_equal(card, row);
		assert_string_not_equal(card, before);
		memcpy(before, card, sizeof before);
	}
	assert_in_range(asked.n, 1, 3 * HELD);
	assert_true(desktop_patience(s->desktop) < 100);
	asked.n = 0;
	pause_for(s);
	stage_draw(s, ROWS, COLS, &hurried);
	assert_in_range(asked.n, 10, 1000);
	assert_true(desktop_patience(s->desktop) > 100); /* there is nothing left to read */
	asked.n = 0;
	stage_draw(s, ROWS, COLS, &hurried);
	assert_int_equal(asked.n, 0);
	open_at(s, 0);
	for (int i = 0; i < HELD; i++)
		stage_press(s, "j");
	stage_draw(s, ROWS, COLS, &patient);
	assert_string_equal(hurried.data, patient.data);
}

/* Wide enough for two panes beside the list: the checks of the one before are gone at once. */
static void test_nothing_of_another(void **state)
{
	enum { WIDE = 400 };
	struct stage *s = *state;

	open_at(s, PATIENT_MS);
	pause_for(s);
	assert_true(stage_shows(s, ROWS, WIDE, "passed: "));
	stage_press(s, "j");
	assert_false(stage_shows(s, ROWS, WIDE, "passed: "));
	assert_true(stage_shows(s, ROWS, WIDE, "…"));
	pause_for(s);
	assert_true(stage_shows(s, ROWS, WIDE, "passed: "));
	stage_press(s, "jk"); /* whoever comes back has come from another */
	assert_false(stage_shows(s, ROWS, WIDE, "passed: "));
}

/* An opened item is drawn first; then its checks, and of its panes the one in sight. */
static void test_what_is_not_looked_at(void **state)
{
	struct stage *s = *state;

	open_at(s, PATIENT_MS);
	pause_for(s);
	asked.n = asked.notes = asked.journals = 0;
	stage_press(s, "j<Enter>");
	assert_true(stage_shows(s, 24, 80, "Merchant no."));
	assert_in_range(asked.n, 1, 6);
	assert_true(desktop_patience(s->desktop) < 100);
	pause_for(s);
	assert_true(stage_shows(s, 24, 80, "Merchant no."));
	assert_true(asked.n > 6 && !asked.notes && !asked.journals);
	asked.n = 0;
	stage_press(s, "<Shift-Tab>");
	stage_shows(s, 24, 80, "");
	assert_in_range(asked.n, 1, 3);
	assert_int_equal(asked.journals, 1);
	asked.n = 0;
	stage_press(s, "<Tab><Tab>");
	assert_true(stage_shows(s, 24, 80, "passed: ")); /* as they were read */
	assert_int_equal(asked.n, 0);
}

/* ---- keys that act ---- */
static void put(struct stage *s, const struct item *it)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
}

/* The register has another name. */
static void spoil(struct stage *s, const char *id)
{
	AUTO(item_release) struct item it = { 0 };
	struct err err = { 0 };

	assert_ok(desk_load(s->shell.desk, "identity_check", id, &it, &err), err);
	specimen_put(&it, "register_name", "样本乙");
	item_set(&it, "version", value_int(item_version(&it) + 1));
	put(s, &it);
}

/* Two identity checks in hand, the cursor on the first, all that is around it read. */
static void take_two(struct stage *s)
{
	static const char *const ids[] = { "K1", "K2" };

	for (size_t i = 0; i < COUNT(ids); i++) {
		AUTO(item_release) struct item it = { 0 };

		specimen_check(&it, ids[i], "U1", "in_review");
		specimen_put(&it, "assignee", desk_who(s->shell.desk)->id);
		put(s, &it);
	}
	open_at(s, PATIENT_MS);
	stage_press(s, "2/sort:id<Enter>");
}

static bool form_is_open(struct stage *s, const char *id)
{
	AUTO(buf_release) struct buf title = BUF_INIT;

	buf_addf(&title, "Approve · %s", id);
	return stage_shows(s, ROWS, COLS, title.data);
}

static void test_acts_on_the_new_one(void **state)
{
	struct stage *s = *state;

	take_two(s);
	spoil(s, "K2");
	stage_refresh(s);
	pause_for(s);
	assert_false(stage_shows(s, ROWS, COLS, "failed: "));
	stage_press(s, "ja");
	assert_false(form_is_open(s, "K1") || form_is_open(s, "K2"));
	assert_true(stage_shows(s, ROWS, COLS, "the check \"Full name\" failed"));
	assert_true(stage_shows(s, ROWS, COLS, "passed: of age")); /* and what it was decided on is there */
	stage_press(s, "ka");
	assert_true(form_is_open(s, "K1"));
	assert_false(stage_shows(s, ROWS, COLS, "failed: "));
}

/* What was found out while the cursor rested is no answer to what has happened since. */
static void test_judged_anew(void **state)
{
	struct stage *s = *state;

	take_two(s);
	pause_for(s);
	assert_false(stage_shows(s, ROWS, COLS, "failed: "));
	spoil(s, "K1");
	stage_press(s, "a"); /* before the screen has heard of it */
	stage_refresh(s);
	assert_true(stage_shows(s, ROWS, COLS, "failed: "));
	stage_press(s, "<Esc>a");
	assert_false(form_is_open(s, "K1"));
	assert_true(stage_shows(s, ROWS, COLS, "the check \"Full name\" failed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_key_held_down, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_nothing_of_another, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_what_is_not_looked_at, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_acts_on_the_new_one, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_judged_anew, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
