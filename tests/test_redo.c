/* A command that came back is decided anew from the outbox: the form as it was, on the record as it is; or it is discarded. */
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

static int64_t waiting(struct stage *s, const char *filter)
{
	AUTO(filter_release) struct filter f = { 0 };
	struct err err = { 0 };
	int64_t n;

	assert_ok(desk_query(s->shell.desk, record_find("outbox"), filter, &f, &err), err);
	assert_ok(query_count(desk_db(s->shell.desk), &f.query, &n, &err), err);
	return n;
}

/* The core says that all of it is in conflict with a record that has moved on. */
static void come_back(struct stage *s, int64_t version)
{
	struct sync_status status = { .state = SYNC_LIVE, .last_ok = s->house.clock };
	struct err err = { 0 };

	for (;;) {
		struct verdict v = { .what = VERDICT_CONFLICT, .reason = "SPECIMEN moved" };
		AUTO(command_release) struct command c;
		AUTO(item_release) struct item now = { 0 };
		AUTO(tx_end) struct tx tx = { 0 };

		command_init(&c);
		if (desk_next_command(s->shell.desk, NULL, &c, &err))
			break;
		specimen_merchant(&now, c.record, 1, s->house.clock);
		item_set(&now, "version", value_int(version));
		item_set(&now, "state", value_text("preliminary_review"));
		item_set(&now, "assignee", value_text(desk_who(s->shell.desk)->id));
		item_set(&now, "risk_score", value_int(77));
		v.current = &now;
		assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
		assert_ok(desk_take_verdict(s->shell.desk, c.id, &v, &err), err);
		assert_ok(tx_commit(&tx, &err), err);
	}
	desktop_refresh(s->desktop, &status);
}

static void reject(struct stage *s)
{
	stage_open(s);
	stage_press(s, "/M000001<Enter>cx");
	stage_press(s, "SPECIMEN nonsense<Enter>");
	assert_int_equal(waiting(s, ""), 2);
	come_back(s, 9);
	assert_int_equal(waiting(s, "state:conflict"), 2);
}

static void test_with_a_form(void **state)
{
	struct stage *s = *state;

	reject(s);
	stage_press(s, KEY_OUTBOX "/action:reject<Enter>");
	assert_true(shows(s, "Do again"));
	stage_press(s, "<Enter>a");
	assert_true(shows(s, "SPECIMEN nonsense"));
	assert_true(shows(s, "Reject"));
	stage_press(s, "<Esc>");
	assert_int_equal(waiting(s, "action:reject"), 1); /* not signed: all is as it was */
	stage_press(s, "a, and more<Enter>");
	assert_int_equal(waiting(s, "action:reject state:conflict"), 0);
	assert_int_equal(waiting(s, "action:reject state:pending"), 1);
	assert_true(shows(s, "signed and queued"));
	{
		AUTO(buf_release) struct buf body = BUF_INIT;

		assert_true(stage_journaled(s, "command", &body)); /* the discard is the newest */
		assert_non_null(strstr(body.data, "\"discard\""));
	}
	stage_press(s, "/<Ctrl-U>action:reject<Enter><Enter>");
	assert_true(shows(s, "SPECIMEN nonsense, and more"));
}

/* What cannot be taken any more says so; what is somebody else's is not mine to do again. */
static void test_not_possible(void **state)
{
	struct stage *s = *state;

	reject(s);
	stage_press(s, KEY_OUTBOX "/action:claim<Enter>a"); /* the record is claimed by now */
	assert_true(shows(s, "Claim: "));
	assert_int_equal(waiting(s, "action:claim state:conflict"), 1);
	stage_become(s, "zhou", "reviewer,risk");
	stage_press(s, KEY_OUTBOX "/<Ctrl-U>action:reject<Enter>a");
	assert_true(shows(s, "made by somebody else"));
	assert_int_equal(waiting(s, "action:reject state:conflict"), 1);
}

/* A cancelled form drops nothing later. */
static void test_cancelled(void **state)
{
	struct stage *s = *state;

	reject(s);
	stage_press(s, KEY_OUTBOX "/action:reject<Enter>a<Esc>1n");
	assert_int_equal(waiting(s, "action:reject state:conflict"), 1);
}

static void test_the_shell_is_told(void **state)
{
	struct stage *s = *state;
	struct request r = { .kind = "outbox", .id = "x", .action = "redo", .version = -1 };
	struct outcome out;
	struct err err = { 0 };

	assert_int_equal(action_run(s->shell.desk, &r, &out, &err), E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_with_a_form, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_not_possible, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_cancelled, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_shell_is_told, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
