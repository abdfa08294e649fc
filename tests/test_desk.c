/* The desk: the write path, the core's facts, its verdicts, and what is predicted in between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "store/journal.h"
#include "tests/check.h"
#include "tests/office.h"
#include "tests/specimen.h"

static int setup(void **state)
{
	struct office *o = mem_alloc(sizeof *o);

	office_open(o);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	office_close(*state);
	free(*state);
	return 0;
}

/* A merchant that the core knows and the desk has pulled. */
static void merchant(struct office *o, const char *id, int n)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_merchant(&it, id, n, o->h.clock);
	item_set(&it, "version", value_int(7));
	smallcore_put(&o->k, &it);
	office_pull(o);
}

/* The core, or another desk, changes a merchant. */
static void elsewhere(struct office *o, const char *id, const char *field, struct value v)
{
	AUTO(item_release) struct item it = { 0 };

	office_look_core(o, "merchant", id, &it);
	item_set(&it, field, v);
	item_set(&it, "version", value_int(item_version(&it) + 1));
	item_set(&it, "updated_at", value_int(o->h.clock));
	smallcore_put(&o->k, &it);
}

static void shows(struct office *o, const char *kind, const char *id, const char *state, int64_t version, int64_t pending)
{
	AUTO(item_release) struct item it = { 0 };

	office_look(o, kind, id, &it);
	assert_non_null(it.rec);
	assert_string_equal(item_text(&it, "state"), state);
	assert_int_equal(item_version(&it), version);
	assert_int_equal(item_int(&it, "pending"), pending);
}

static void outbox_says(struct office *o, const char *command, const char *state)
{
	AUTO(item_release) struct item row = { 0 };

	office_look(o, "outbox", command, &row);
	assert_non_null(row.rec);
	assert_string_equal(item_text(&row, "state"), state);
}

static void nothing_waits(struct office *o)
{
	assert_int_equal(office_count(o, "outbox"), 0);
	assert_int_equal(office_count(o, "base"), 0);
}

static void wire_of(struct office *o, const char *kind, const char *id, struct buf *out)
{
	AUTO(item_release) struct item it = { 0 };

	office_look(o, kind, id, &it);
	specimen_wire(out, &it);
}

static bool told(const struct office *o, const char *change)
{
	for (size_t i = 0; i < o->k.nfeed; i++)
		if (!strcmp(o->k.feed[i], change))
			return true;
	return false;
}

/* ---- the merchant flow ---- */
static void up_to_approval(struct office *o, const char *id)
{
	office_do(o, LIN, "merchant", id, "claim");
	office_do(o, LIN, "merchant", id, "pass_review");
	office_do(o, WANG, "merchant", id, "claim");
	office_do(o, WANG, "merchant", id, "pass_risk");
}

static void test_flow(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf passed = BUF_INIT, proposed = BUF_INIT, confirmed = BUF_INIT;
	char proposal[COMMAND_ID_LEN + 1];
	int64_t entries;

	merchant(o, "M-1", 1);
	up_to_approval(o, "M-1");
	shows(o, "merchant", "M-1", "risk_review", 11, 4);
	wire_of(o, "merchant", "M-1", &passed);
	office_do(o, WANG, "merchant", "M-1", "approve");
	assert_true(o->out.proposed);
	assert_int_equal(o->out.version, 11);
	assert_string_equal(o->out.state, "risk_review");
	memcpy(proposal, o->out.command, sizeof proposal);
	shows(o, "merchant", "M-1", "risk_review", 11, 5);
	shows(o, "proposal", proposal, "open", 1, 1);
	wire_of(o, "proposal", proposal, &proposed);
	assert_int_equal(office_run(o, WANG, "proposal", proposal, "confirm"), E_DENIED);
	office_do(o, LIN, "proposal", proposal, "confirm");
	assert_false(o->out.proposed);
	shows(o, "proposal", proposal, "confirmed", 2, 2);
	shows(o, "merchant", "M-1", "risk_review", 11, 6); /* the core moves it, nobody else */
	wire_of(o, "proposal", proposal, &confirmed);
	assert_int_equal(office_count(o, "outbox"), 6);

	assert_int_equal(office_push(o), 6);
	assert_true(told(o, passed.data)); /* what the desk predicted is what the core made of it, byte for byte */
	assert_true(told(o, proposed.data));
	assert_true(told(o, confirmed.data));
	nothing_waits(o);
	shows(o, "merchant", "M-1", "risk_review", 11, 0);
	office_pull(o);
	shows(o, "merchant", "M-1", "contracting", 12, 0);
	office_same(o, "merchant", "M-1");
	office_same(o, "proposal", proposal);
	assert_ok(journal_verify(o->s[0], &entries, &o->err), o->err);
}

/* The bytes in the journal and in the outbox are the bytes that were signed. */
static void test_journaled(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	AUTO(cursor_closep) struct cursor *cursor = NULL;
	const struct query q = { .table = &journal_table, .order = { { "seq", true } }, .norder = 1, .limit = 1 };
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	bool more;

	command_init(&c);
	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	assert_ok(desk_next_command(o->d[WANG], NULL, &c, &o->err), o->err);
	assert_string_equal(c.id, o->out.command);
	assert_string_equal(c.operator, desk_who(o->d[LIN])->id);
	assert_string_equal(c.desk, store_id(o->s[LIN]));
	assert_int_equal(c.version, 7);
	assert_int_equal(c.at, o->h.clock);
	assert_true(command_signed_by(&c, store_who(o->s[LIN])->key));
	assert_ok(query_open(&cursor, desk_db(o->d[WANG]), &q, &o->err), o->err);
	assert_ok(cursor_next(cursor, row, &more, &o->err), o->err);
	journal_from_row(&e, row);
	assert_string_equal(e.verb, "command");
	assert_string_equal(e.kind, "merchant");
	assert_string_equal(e.id, "M-1");
	assert_string_equal(e.operator, c.operator);
	assert_int_equal(e.body_len, c.bytes.len);
	assert_memory_equal(e.body, c.bytes.data, c.bytes.len);
}

/* ---- what may not be ---- */
static void test_refused_here(void **state)
{
	static const struct { int who; const char *kind, *id, *action; enum code code; } cases[] = {
		{ LIN, "nothing", "M-1", "claim", E_USAGE }, { LIN, "merchant", "M-1", "fly", E_USAGE },
		{ LIN, "merchant", "M-9", "claim", E_NOTFOUND }, { LIN, "merchant", "../M", "claim", E_NOTFOUND },
		{ LIN, "merchant", "M-1", "pass_review", E_STATE }, { LIN, "merchant", "M-1", "suspend", E_DENIED },
		{ LIN, "transaction", "T-1", "claim", E_USAGE }, { WANG, "merchant", "M-1", "claim", E_DENIED },
	};
	struct office *o = *state;
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	int64_t entries;

	merchant(o, "M-1", 1);
	wire_of(o, "merchant", "M-1", &before);
	entries = office_count(o, "journal");
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(office_run(o, cases[i].who, cases[i].kind, cases[i].id, cases[i].action), cases[i].code);
		assert_true(o->err.msg[0]);
	}
	wire_of(o, "merchant", "M-1", &after);
	assert_string_equal(before.data, after.data);
	assert_int_equal(office_count(o, "journal"), entries);
	nothing_waits(o);
}

static void test_version_seen(void **state)
{
	struct office *o = *state;
	struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = 6 };

	merchant(o, "M-1", 1);
	assert_int_equal(action_run(o->d[LIN], &r, &o->out, &o->err), E_CONFLICT);
	assert_non_null(strstr(o->err.msg, "version 6"));
	assert_non_null(strstr(o->err.msg, "version 7"));
	r.version = 7;
	assert_ok(action_run(o->d[LIN], &r, &o->out, &o->err), o->err);
	assert_string_equal(o->out.state, "preliminary_review");
	assert_int_equal(o->out.version, 8);
	assert_int_equal(action_run(o->d[WANG], &r, &o->out, &o->err), E_CONFLICT); /* another handle saw version 7 as well */
}

static void test_seeing_takes_permission(void **state)
{
	struct office *o = *state;
	AUTO(store_closep) struct store *s = NULL;
	AUTO(desk_freep) struct desk *d = NULL;
	struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = -1 };
	struct item it;
	struct filter f;
	int64_t open, all;

	merchant(o, "M-1", 1);
	merchant(o, "M-2", 2);
	elsewhere(o, "M-2", "state", value_text("active"));
	office_pull(o);
	house_add(&o->h, "chen", "admin");
	s = house_open(&o->h, "chen");
	assert_ok(desk_open(&d, s, &o->err), o->err);
	assert_int_equal(desk_load(d, "merchant", "M-1", &it, &o->err), E_DENIED);
	assert_int_equal(desk_query(d, record_find("merchant"), "", &f, &o->err), E_DENIED);
	assert_int_equal(desk_counts(d, record_find("merchant"), &open, &all, &o->err), E_DENIED);
	assert_int_equal(action_run(d, &r, &o->out, &o->err), E_DENIED);
	assert_ok(desk_load(o->d[LIN], "merchant", "M-1", &it, &o->err), o->err);
	item_release(&it);
	assert_int_equal(desk_load(o->d[LIN], "nothing", "M-1", &it, &o->err), E_USAGE);
	assert_ok(desk_counts(o->d[LIN], record_find("merchant"), &open, &all, &o->err), o->err);
	assert_int_equal(open, 1);
	assert_int_equal(all, 2);
	assert_ok(desk_query(o->d[LIN], record_find("merchant"), "state:active", &f, &o->err), o->err);
	assert_ok(query_count(desk_db(o->d[LIN]), &f.query, &all, &o->err), o->err);
	assert_int_equal(all, 1);
	filter_release(&f);
}

static void test_possible_here(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item it = { 0 };
	const struct record *rec = record_find("merchant");
	char proposal[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	office_look(o, "merchant", "M-1", &it);
	assert_ok(action_possible_here(o->d[LIN], &it, record_action(rec, "claim"), &o->err), o->err);
	assert_int_equal(action_possible_here(o->d[WANG], &it, record_action(rec, "claim"), &o->err), E_DENIED);
	up_to_approval(o, "M-1");
	office_look(o, "merchant", "M-1", &it);
	assert_ok(action_possible_here(o->d[ZHAO], &it, record_action(rec, "approve"), &o->err), o->err);
	assert_ok(action_possible_here(o->d[ZHAO], &it, record_action(rec, "reject"), &o->err), o->err);
	office_do(o, ZHAO, "merchant", "M-1", "approve");
	memcpy(proposal, o->out.command, sizeof proposal);
	office_look(o, "merchant", "M-1", &it);
	assert_int_equal(action_possible_here(o->d[WANG], &it, record_action(rec, "approve"), &o->err), E_STATE);
	assert_ok(action_possible_here(o->d[WANG], &it, record_action(rec, "reject"), &o->err), o->err);
	office_do(o, WANG, "proposal", proposal, "confirm");
	office_look(o, "merchant", "M-1", &it); /* confirmed: nobody touches it before the core has spoken */
	assert_int_equal(action_possible_here(o->d[WANG], &it, record_action(rec, "reject"), &o->err), E_STATE);
	assert_int_equal(office_run(o, WANG, "merchant", "M-1", "reject"), E_STATE);
}

/* ---- facts ---- */
static void test_facts_once(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item it = { 0 };
	bool changed;

	merchant(o, "M-1", 1);
	office_take(o, 0, &changed);
	assert_false(changed);
	elsewhere(o, "M-1", "risk_score", value_int(77));
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
	nothing_waits(o);
}

static void test_replay_over_a_fact(void **state)
{
	struct office *o = *state;
	bool changed;

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	shows(o, "merchant", "M-1", "risk_review", 9, 2);
	office_take(o, 0, &changed); /* told again: older than what shows, but no news under it */
	assert_false(changed);
	shows(o, "merchant", "M-1", "risk_review", 9, 2);

	elsewhere(o, "M-1", "risk_score", value_int(99)); /* version 8: both commands are stale now, and say so */
	office_pull(o);
	shows(o, "merchant", "M-1", "applied", 8, 2);
	office_same(o, "merchant", "M-1");
	assert_int_equal(office_count(o, "outbox"), 2);

	assert_int_equal(office_push(o), 0);
	shows(o, "merchant", "M-1", "applied", 8, 0);
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
	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	memcpy(second, o->out.command, sizeof second);
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_pull(o);
	shows(o, "merchant", "M-1", "risk_review", 9, 2); /* base moved to 8; the second still applies */
	office_tell(o, c.id, &a, false);
	shows(o, "merchant", "M-1", "risk_review", 9, 1);
	item_release(&a.current);
	assert_int_equal(office_push(o), 1);
	office_same(o, "merchant", "M-1");
	nothing_waits(o);
}

/* Accepted, and neither the record nor the feed has come: what was predicted stands. */
static void test_accepted_without_record(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;

	command_init(&c);
	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_tell(o, c.id, &a, false);
	item_release(&a.current);
	shows(o, "merchant", "M-1", "risk_review", 9, 1);
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_tell(o, c.id, &a, false);
	item_release(&a.current);
	shows(o, "merchant", "M-1", "risk_review", 9, 0);
	nothing_waits(o);
	office_same(o, "merchant", "M-1");
}

/* At one version only the core is right. */
static void test_core_has_the_last_word(void **state)
{
	struct office *o = *state;
	struct answer a = { .what = VERDICT_ACCEPTED };
	bool changed;

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	office_tell(o, o->out.command, &a, false);
	shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	elsewhere(o, "M-1", "state", value_text("rejected")); /* version 8 there, and something else */
	office_take(o, o->k.nfeed - 1, &changed);
	assert_true(changed);
	shows(o, "merchant", "M-1", "rejected", 8, 0);
	office_same(o, "merchant", "M-1");
}

static void test_deleted_under_a_command(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item it = { 0 };

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	smallcore_delete(&o->k, record_find("merchant"), "M-1", 8);
	office_pull(o);
	office_look(o, "merchant", "M-1", &it);
	assert_null(it.rec);
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(office_count(o, "outbox"), 1);
	assert_int_equal(office_push(o), 0);
	outbox_says(o, o->out.command, "refused");
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
	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	elsewhere(o, "M-1", "assignee", value_text("44444444444444444444444444444444"));
	assert_int_equal(office_push(o), 0);
	office_look(o, "outbox", o->out.command, &row);
	assert_string_equal(item_text(&row, "state"), "conflict");
	assert_true(*item_text(&row, "answer"));
	assert_string_equal(item_text(&row, "core_record"), o->k.feed[o->k.nfeed - 1]);
	shows(o, "merchant", "M-1", "applied", 8, 0); /* the verdict brought the core's record along */
	office_same(o, "merchant", "M-1");
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(desk_next_command(o->d[0], NULL, &c, &o->err), E_NOTFOUND);
	assert_int_equal(office_run(o, WANG, "outbox", item_id(&row), "discard"), E_DENIED);
	office_do(o, LIN, "outbox", item_id(&row), "discard");
	nothing_waits(o);
}

static void test_refusal_of_the_first(void **state)
{
	struct office *o = *state;
	struct answer no = { .what = VERDICT_REJECTED, .reason = "样本: not today" };
	AUTO(item_release) struct item row = { 0 };
	char first[COMMAND_ID_LEN + 1], second[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(first, o->out.command, sizeof first);
	office_do(o, LIN, "merchant", "M-1", "pass_review");
	memcpy(second, o->out.command, sizeof second);
	office_tell(o, first, &no, false);
	shows(o, "merchant", "M-1", "applied", 7, 1); /* the second stood on the first; it waits for an answer of its own */
	outbox_says(o, first, "refused");
	outbox_says(o, second, "pending");
	office_look(o, "outbox", first, &row);
	assert_string_equal(item_text(&row, "answer"), "样本: not today");
	office_tell(o, first, &no, false); /* told twice */
	outbox_says(o, first, "refused");
	assert_int_equal(office_push(o), 0);
	outbox_says(o, second, "conflict");
	shows(o, "merchant", "M-1", "applied", 7, 0);
	assert_int_equal(office_count(o, "base"), 0);
}

static void test_discard_before_sending(void **state)
{
	struct office *o = *state;
	char first[COMMAND_ID_LEN + 1];
	int64_t entries;

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(first, o->out.command, sizeof first);
	office_do(o, LIN, "merchant", "M-1", "release");
	entries = office_count(o, "journal");
	office_do(o, LIN, "outbox", o->out.command, "discard");
	shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	assert_int_equal(office_count(o, "journal"), entries + 1);
	assert_int_equal(office_count(o, "outbox"), 1);
	office_do(o, LIN, "outbox", first, "discard");
	shows(o, "merchant", "M-1", "applied", 7, 0);
	office_same(o, "merchant", "M-1");
	nothing_waits(o);
}

/* Discarded while it was under way: the core has taken it, and that is what shows in the end. */
static void test_discarded_too_late(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;

	command_init(&c);
	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	assert_ok(desk_next_command(o->d[0], NULL, &c, &o->err), o->err);
	smallcore_take(&o->k, &c, &a);
	office_do(o, LIN, "outbox", c.id, "discard");
	office_tell(o, c.id, &a, true);
	item_release(&a.current);
	shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	office_same(o, "merchant", "M-1");
	nothing_waits(o);
}

static void test_duplicates(void **state)
{
	struct office *o = *state;
	AUTO(command_release) struct command c;
	struct answer a;
	size_t told_so_far;

	command_init(&c);
	merchant(o, "M-1", 1);
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
	shows(o, "merchant", "M-1", "preliminary_review", 8, 0);
	nothing_waits(o);
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
		merchant(o, id, i);
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

/* ---- four eyes over a core ---- */
static void proposed(struct office *o, const char *id, char proposal[COMMAND_ID_LEN + 1])
{
	up_to_approval(o, id);
	office_do(o, WANG, "merchant", id, "approve");
	memcpy(proposal, o->out.command, COMMAND_ID_LEN + 1);
}

static void test_proposal_void(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	assert_int_equal(office_push(o), 5);
	office_pull(o);
	shows(o, "proposal", proposal, "open", 1, 0);
	office_do(o, ZHAO, "merchant", "M-1", "return_to_review");
	assert_int_equal(office_run(o, LIN, "proposal", proposal, "confirm"), E_CONFLICT);
	assert_int_equal(office_push(o), 1);
	office_pull(o);
	shows(o, "proposal", proposal, "void", 2, 0);
	office_same(o, "proposal", proposal);
	office_same(o, "merchant", "M-1");
}

/* Confirmed here while the target moved at the core: the confirmation shows as undone at once, and is answered in its turn. */
static void test_confirmed_too_late(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	assert_int_equal(office_push(o), 5);
	office_pull(o);
	office_do(o, LIN, "proposal", proposal, "confirm");
	shows(o, "proposal", proposal, "confirmed", 2, 1);
	shows(o, "merchant", "M-1", "risk_review", 11, 1);
	elsewhere(o, "M-1", "risk_score", value_int(95));
	office_pull(o);
	shows(o, "proposal", proposal, "open", 1, 1);
	shows(o, "merchant", "M-1", "risk_review", 12, 1);
	assert_int_equal(office_push(o), 0);
	shows(o, "proposal", proposal, "open", 1, 0);
	shows(o, "merchant", "M-1", "risk_review", 12, 0);
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(office_count(o, "outbox"), 1);
}

/* The maker's command is refused: what it made here goes, with it the confirmation's ground. */
static void test_proposal_refused(void **state)
{
	struct office *o = *state;
	struct answer no = { .what = VERDICT_REJECTED, .reason = "样本" };
	AUTO(item_release) struct item it = { 0 };
	char proposal[COMMAND_ID_LEN + 1], confirmation[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	office_do(o, LIN, "proposal", proposal, "confirm");
	memcpy(confirmation, o->out.command, sizeof confirmation);
	office_tell(o, proposal, &no, false);
	office_look(o, "proposal", proposal, &it);
	assert_null(it.rec);
	shows(o, "merchant", "M-1", "risk_review", 11, 5);
	office_tell(o, confirmation, &no, false);
	assert_int_equal(office_push(o), 4);
	shows(o, "merchant", "M-1", "risk_review", 11, 0);
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(office_count(o, "outbox"), 2);
}

static void test_declined(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	office_do(o, WANG, "proposal", proposal, "decline"); /* withdrawn by its maker, before anybody heard of it */
	shows(o, "proposal", proposal, "declined", 2, 2);
	shows(o, "merchant", "M-1", "risk_review", 11, 5);
	assert_int_equal(office_push(o), 6);
	office_pull(o);
	office_same(o, "proposal", proposal);
	shows(o, "proposal", proposal, "declined", 2, 0);
	shows(o, "merchant", "M-1", "risk_review", 11, 0);
	nothing_waits(o);
}

/* A maker who is not in this store, certified by the root key or by another. */
static void maker_elsewhere(struct office *o, const char *name, bool ours, struct cert *maker, uint8_t seed[KEY_BYTES])
{
	AUTO(store_closep) struct store *root = house_open(&o->h, "root");

	*maker = (struct cert){ .serial = 1, .issued = 1, .active = true };
	snprintf(maker->name, sizeof maker->name, "%s", name);
	snprintf(maker->roles, sizeof maker->roles, "risk");
	memset(seed, 5 + ours, KEY_BYTES);
	sign_public(maker->key, seed);
	assert_ok(cert_issue(maker, seed, &o->err), o->err);
	if (ours)
		store_sign(root, "paydesk-operator", maker->text, strlen(maker->text), maker->sig);
}

static void proposal_from(struct office *o, const char *id, const struct cert *maker, const uint8_t seed[KEY_BYTES])
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(command_release) struct command c;
	AUTO(item_release) struct item target = { 0 }, p = { 0 };
	bool changed;

	command_init(&c);
	office_look(o, "merchant", "M-1", &target);
	snprintf(c.id, sizeof c.id, "%s", id);
	memcpy(c.operator, maker->id, sizeof c.operator);
	memset(c.desk, 'd', DESK_ID_LEN);
	c.kind = "merchant", c.record = "M-1", c.action = "approve", c.version = item_version(&target), c.at = o->h.clock;
	command_write(&c);
	sign_make(c.sig, COMMAND_DOMAIN, c.bytes.data, c.bytes.len, seed);
	proposal_make(&p, &c, &target, maker);
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_fact(o->d[0], &p, false, &changed, &o->err), o->err);
	assert_ok(tx_commit(&tx, &o->err), o->err);
}

/* A proposal of another desk comes with its maker's certificate: the name shows, and is believed only under the root key. */
static void test_maker_of_another_desk(void **state)
{
	static const char ours[] = "019a9f6e-7b00-7abc-8def-000000000001", theirs[] = "019a9f6e-7b00-7abc-8def-000000000002";
	struct office *o = *state;
	struct cert friend, stranger;
	const struct cert *people;
	uint8_t seed[KEY_BYTES];
	struct show how;
	size_t n;

	merchant(o, "M-1", 1);
	up_to_approval(o, "M-1");
	assert_int_equal(office_push(o), 4);
	maker_elsewhere(o, "stranger", false, &stranger, seed);
	proposal_from(o, theirs, &stranger, seed);
	maker_elsewhere(o, "friend", true, &friend, seed);
	proposal_from(o, ours, &friend, seed);
	desk_show(o->d[0], &how, NULL);
	assert_int_equal(how.npeople, 4); /* root and three */
	assert_int_equal(how.now, o->h.clock);
	assert_ok(desk_refresh_people(o->d[0], &o->err), o->err);
	people = desk_people(o->d[0], &n);
	assert_int_equal(n, 5);
	assert_non_null(store_operator_find(people, n, friend.id));
	assert_null(store_operator_find(people, n, stranger.id));
	assert_int_equal(office_run(o, LIN, "proposal", theirs, "confirm"), E_SIGNATURE);
	nothing_waits(o);
	office_do(o, LIN, "proposal", ours, "confirm");
	shows(o, "proposal", ours, "confirmed", 2, 1);
}

/* ---- nothing half done ---- */
static void test_rolled_back(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct verdict yes = { .what = VERDICT_ACCEPTED, .reason = "" };
	struct tx tx = { 0 };

	merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	wire_of(o, "merchant", "M-1", &before);
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_verdict(o->d[0], o->out.command, &yes, &o->err), o->err);
	tx_end(&tx);
	wire_of(o, "merchant", "M-1", &after);
	assert_string_equal(before.data, after.data);
	shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	outbox_says(o, o->out.command, "pending");
	assert_int_equal(office_count(o, "base"), 1);
	assert_int_equal(office_push(o), 1);
	nothing_waits(o);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_flow), T(test_journaled), T(test_refused_here), T(test_version_seen), T(test_seeing_takes_permission),
		T(test_possible_here), T(test_facts_once), T(test_own_kinds_never_come_from_outside), T(test_replay_over_a_fact),
		T(test_fact_of_ones_own_command), T(test_accepted_without_record), T(test_core_has_the_last_word),
		T(test_deleted_under_a_command), T(test_conflict), T(test_refusal_of_the_first), T(test_discard_before_sending),
		T(test_discarded_too_late), T(test_duplicates), T(test_sending_order), T(test_proposal_void), T(test_confirmed_too_late),
		T(test_proposal_refused), T(test_declined), T(test_maker_of_another_desk), T(test_rolled_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
