/* What the core says: its facts under the commands that wait, and its verdicts on them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/office.h"

/* ---- facts ---- */
static void test_facts_once(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item it = { 0 };
	bool changed;

	office_merchant(o, "M-1", 1);
	office_take(o, 0, &changed);
	assert_false(changed);
	office_elsewhere(o, "M-1", "risk_score", value_int(77));
	office_take(o, 1, &changed);
	assert_true(changed);
	office_take(o, 0, &changed); /* older */
	assert_false(changed);
	office_same(o, "merchant", "M-1");
	smallcore_delete(&o->k, record_find("merchant"), "M-1", 9);
	office_take(o, 2, &changed);
	assert_true(changed);
	office_look(o, "merchant", "M-1", &it);
	assert_null(it.rec);
	office_take(o, 2, &changed);
	assert_false(changed);
}

static void test_own_kinds_never_come_from_outside(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item row = { 0 };
	bool changed;

	item_init(&row, record_find("outbox"));
	item_set(&row, "id", value_text("x"));
	item_set(&row, "state", value_text("pending"));
	item_set(&row, "version", value_int(1));
	assert_int_equal(desk_take_fact(o->d[0], &row, false, &changed, &o->err), E_INVALID);
	office_nothing_waits(o);
}

static void test_replay_over_a_fact(void **state)
{
	struct office *o = *state;
	bool changed;

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	office_shows(o, "merchant", "M-1", "risk_review", 9, 2);
	office_take(o, 0, &changed); /* told again: older than what shows, but no news under it */
	assert_false(changed);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 2);

	office_elsewhere(o, "M-1", "risk_score", value_int(99)); /* version 8: both commands are stale now, and say so */
	office_pull(o);
	office_shows(o, "merchant", "M-1", "applied", 8, 2);
	office_same(o, "merchant", "M-1");
	assert_int_equal(office_count(o, "outbox"), 2);

	assert_int_equal(office_push(o), 0);
	office_shows(o, "merchant", "M-1", "applied", 8, 0);
	assert_int_equal(office_count(o, "outbox"), 2);
	assert_int_equal(office_count(o, "base"), 0);
	office_do(o, LIN, "merchant", "M-1", "claim"); /* looked at again, decided anew */
	assert_int_equal(office_push(o), 1);
	office_same(o, "merchant", "M-1");
}

/* The feed is ahead of the answers: it already tells what the first of two commands did. */
static void test_fact_of_ones_own_command(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;
	char second[COMMAND_ID_LEN + 1];

	command_init(&c);
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	memcpy(second, o->out.command, sizeof second);
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_pull(o);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 2); /* base moved to 8; the second still applies */
	office_tell(o, c.id, &a, false);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 1);
	item_release(&a.current);
	assert_int_equal(office_push(o), 1);
	office_same(o, "merchant", "M-1");
	office_nothing_waits(o);
}

/* Accepted, and neither the record nor the feed has come: what was predicted stands. */
static void test_accepted_without_record(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;

	command_init(&c);
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_tell(o, c.id, &a, false);
	item_release(&a.current);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 1);
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_tell(o, c.id, &a, false);
	item_release(&a.current);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 0);
	office_nothing_waits(o);
	office_same(o, "merchant", "M-1");
}

/* At one version only the core is right. */
static void test_core_has_the_last_word(void **state)
{
	struct office *o = *state;
	struct answer a = { .what = VERDICT_ACCEPTED };
	bool changed;

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_tell(o, o->out.command, &a, false);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	office_elsewhere(o, "M-1", "state", value_text("rejected")); /* version 8 there, and something else */
	office_take(o, o->k.nfeed - 1, &changed);
	assert_true(changed);
	office_shows(o, "merchant", "M-1", "rejected", 8, 0);
	office_same(o, "merchant", "M-1");
}

static void test_deleted_under_a_command(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item it = { 0 };

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	smallcore_delete(&o->k, record_find("merchant"), "M-1", 8);
	office_pull(o);
	office_look(o, "merchant", "M-1", &it);
	assert_null(it.rec);
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(office_count(o, "outbox"), 1);
	assert_int_equal(office_push(o), 0);
	office_outbox(o, o->out.command, "refused");
	office_look(o, "merchant", "M-1", &it);
	assert_null(it.rec);
}

/* ---- verdicts ---- */
static void test_conflict(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item row = { 0 };
	AUTO(command_release) struct command c;

	command_init(&c);
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_elsewhere(o, "M-1", "assignee", value_text("44444444444444444444444444444444"));
	assert_int_equal(office_push(o), 0);
	office_look(o, "outbox", o->out.command, &row);
	assert_string_equal(item_text(&row, "state"), "conflict");
	assert_true(*item_text(&row, "answer"));
	assert_string_equal(item_text(&row, "core_record"), o->k.feed[o->k.nfeed - 1]);
	office_shows(o, "merchant", "M-1", "applied", 8, 0); /* the verdict brought the core's record along */
	office_same(o, "merchant", "M-1");
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(desk_next_command(o->d[0], NULL, &c, &o->err), E_NOTFOUND);
	assert_int_equal(office_run(o, WANG, "outbox", item_id(&row), "discard"), E_DENIED);
	office_do(o, LIN, "outbox", item_id(&row), "discard");
	office_nothing_waits(o);
}

static void test_refusal_of_the_first(void **state)
{
	struct office *o = *state;
	struct answer no = { .what = VERDICT_REJECTED, .reason = "样本: not today" };
	AUTO(item_release) struct item row = { 0 };
	char first[COMMAND_ID_LEN + 1], second[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(first, o->out.command, sizeof first);
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	memcpy(second, o->out.command, sizeof second);
	office_tell(o, first, &no, false);
	office_shows(o, "merchant", "M-1", "applied", 7, 1); /* the second stood on the first; it waits for an answer of its own */
	office_outbox(o, first, "refused");
	office_outbox(o, second, "pending");
	office_look(o, "outbox", first, &row);
	assert_string_equal(item_text(&row, "answer"), "样本: not today");
	office_tell(o, first, &no, false); /* told twice */
	office_outbox(o, first, "refused");
	assert_int_equal(office_push(o), 0);
	office_outbox(o, second, "conflict");
	office_shows(o, "merchant", "M-1", "applied", 7, 0);
	assert_int_equal(office_count(o, "base"), 0);
}

static void test_discard_before_sending(void **state)
{
	struct office *o = *state;
	char first[COMMAND_ID_LEN + 1];
	int64_t entries;

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(first, o->out.command, sizeof first);
	office_do(o, LIN, "merchant", "M-1", "release");
	entries = office_count(o, "journal");
	office_do(o, LIN, "outbox", o->out.command, "discard");
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	assert_int_equal(office_count(o, "journal"), entries + 1);
	assert_int_equal(office_count(o, "outbox"), 1);
	office_do(o, LIN, "outbox", first, "discard");
	office_shows(o, "merchant", "M-1", "applied", 7, 0);
	office_same(o, "merchant", "M-1");
	office_nothing_waits(o);
}

/* What has gone out can no longer be discarded: the core may have taken it. Only its answer, or the certainty that it never left, ends that. */
static void test_discard_after_sending(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;

	command_init(&c);
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	office_leaves(o, c.id, true);
	office_outbox(o, c.id, "sending");
	assert_int_equal(office_run(o, LIN, "outbox", c.id, "discard"), E_STATE);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	office_leaves(o, c.id, false);
	office_do(o, LIN, "outbox", c.id, "discard");
	office_shows(o, "merchant", "M-1", "applied", 7, 0);
	office_do(o, LIN, "merchant", "M-1", "claim");
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	office_leaves(o, c.id, true);
	smallcore_take(&o->k, &c, &a);
	assert_int_equal(office_run(o, LIN, "outbox", c.id, "discard"), E_STATE); /* the answer is lost */
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err); /* so it goes out again */
	office_tell(o, c.id, &a, true);
	office_tell(o, c.id, &a, true); /* told twice */
	item_release(&a.current);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	office_same(o, "merchant", "M-1");
	office_nothing_waits(o);
}

static void test_duplicates(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;
	size_t told_so_far;

	command_init(&c);
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	for (int i = 0; i < 2; i++) { /* the first answer is lost on the way */
		assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
		smallcore_take(&o->k, &c, &a);
		told_so_far = o->k.nfeed;
		if (i)
			office_tell(o, c.id, &a, true);
		item_release(&a.current);
	}
	assert_int_equal(o->k.nfeed, told_so_far);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	office_nothing_waits(o);
}

static void test_sending_order(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	char ids[6][COMMAND_ID_LEN + 1], *after = NULL;

	command_init(&c);
	for (int i = 0; i < 6; i++) {
		char id[16];

		snprintf(id, sizeof id, "M-%d", i);
		office_merchant(o, id, i);
		o->h.clock -= 1000 * (i % 3); /* clocks are set back; the order stays */
		office_do(o, LIN, "merchant", id, "claim");
		memcpy(ids[i], o->out.command, sizeof ids[i]);
	}
	for (int i = 0; i < 6; i++) {
		assert_ok(desk_next_command(o->d[0], after, &c, &o->err), o->err);
		assert_string_equal(c.id, ids[i]);
		after = ids[i];
	}
	assert_int_equal(desk_next_command(o->d[0], after, &c, &o->err), E_NOTFOUND);
	office_do(o, LIN, "outbox", ids[2], "discard");
	assert_ok(desk_next_command(o->d[0], ids[1], &c, &o->err), o->err);
	assert_string_equal(c.id, ids[3]);
	assert_ok(desk_next_command(o->d[0], ids[2], &c, &o->err), o->err); /* gone: from the front again */
	assert_string_equal(c.id, ids[0]);
}

/* ---- nothing half done ---- */
static void test_rolled_back(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct verdict yes = { .what = VERDICT_ACCEPTED, .reason = "" };
	struct tx tx = { 0 };

	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_wire(o, "merchant", "M-1", &before);
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_verdict(o->d[0], o->out.command, &yes, &o->err), o->err);
	tx_end(&tx);
	office_wire(o, "merchant", "M-1", &after);
	assert_string_equal(before.data, after.data);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	office_outbox(o, o->out.command, "pending");
	assert_int_equal(office_count(o, "base"), 1);
	assert_int_equal(office_push(o), 1);
	office_nothing_waits(o);
}

#define T(name) cmocka_unit_test_setup_teardown(name, office_setup, office_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_facts_once), T(test_own_kinds_never_come_from_outside), T(test_replay_over_a_fact),
		T(test_fact_of_ones_own_command), T(test_accepted_without_record), T(test_core_has_the_last_word),
		T(test_deleted_under_a_command), T(test_conflict), T(test_refusal_of_the_first),
		T(test_discard_before_sending), T(test_discard_after_sending), T(test_duplicates), T(test_sending_order),
		T(test_rolled_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
