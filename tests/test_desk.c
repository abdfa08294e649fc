/* The desk: the write path, who may do what here, and four eyes, against a core that judges with the same code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "store/journal.h"
#include "tests/check.h"
#include "tests/office.h"
#include "tests/specimen.h"

static bool told(const struct office *o, const char *change)
{
	for (size_t i = 0; i < o->k.nfeed; i++)
		if (!strcmp(o->k.feed[i], change))
			return true;
	return false;
}

/* ---- the merchant flow ---- */
static void test_flow(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf passed = BUF_INIT, proposed = BUF_INIT, confirmed = BUF_INIT;
	char proposal[COMMAND_ID_LEN + 1];
	int64_t entries;

	office_merchant(o, "M-1", 1);
	office_up_to_approval(o, "M-1");
	office_shows(o, "merchant", "M-1", "risk_review", 11, 4);
	office_wire(o, "merchant", "M-1", &passed);
	office_do(o, WANG, "merchant", "M-1", "approve");
	assert_true(o->out.proposed);
	assert_int_equal(o->out.version, 11);
	assert_string_equal(o->out.state, "risk_review");
	memcpy(proposal, o->out.command, sizeof proposal);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 5);
	office_shows(o, "proposal", proposal, "open", 1, 1);
	office_wire(o, "proposal", proposal, &proposed);
	assert_int_equal(office_run(o, WANG, "proposal", proposal, "confirm"), E_DENIED);
	office_do(o, LIN, "proposal", proposal, "confirm");
	assert_false(o->out.proposed);
	office_shows(o, "proposal", proposal, "confirmed", 2, 2);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 6); /* the core moves it, nobody else */
	office_wire(o, "proposal", proposal, &confirmed);
	assert_int_equal(office_count(o, "outbox"), 6);

	assert_int_equal(office_push(o), 6);
	assert_true(told(o, passed.data)); /* what the desk predicted is what the core made of it, byte for byte */
	assert_true(told(o, proposed.data));
	assert_true(told(o, confirmed.data));
	office_nothing_waits(o);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 0);
	office_pull(o);
	office_shows(o, "merchant", "M-1", "contracting", 12, 0);
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
	office_merchant(o, "M-1", 1);
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

	office_merchant(o, "M-1", 1);
	office_wire(o, "merchant", "M-1", &before);
	entries = office_count(o, "journal");
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(office_run(o, cases[i].who, cases[i].kind, cases[i].id, cases[i].action), cases[i].code);
		assert_true(o->err.msg[0]);
	}
	office_wire(o, "merchant", "M-1", &after);
	assert_string_equal(before.data, after.data);
	assert_int_equal(office_count(o, "journal"), entries);
	office_nothing_waits(o);
}

/* A paper comes in while somebody still writes a reason: at the same version, but not what was decided on. */
static void test_evidence_seen(void **state)
{
	struct office *o = *state;
	uint8_t seen[KEY_BYTES];
	struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = 7, .evidence = seen };
	AUTO(item_release) struct item it = { 0 }, paper = { 0 };

	office_merchant(o, "M-1", 1);
	office_look(o, "merchant", "M-1", &it);
	assert_ok(item_evidence(&it, desk_db(o->d[0]), seen, &o->err), o->err);
	item_init(&paper, record_find("document"));
	item_set(&paper, "id", value_text("D-1"));
	item_set(&paper, "state", value_text("received"));
	item_set(&paper, "version", value_int(1));
	item_set(&paper, "merchant_id", value_text("M-1"));
	smallcore_put(&o->k, &paper);
	office_pull(o);
	assert_int_equal(action_run(o->d[LIN], &r, &o->out, &o->err), E_CONFLICT);
	office_nothing_waits(o);
	assert_ok(item_evidence(&it, desk_db(o->d[0]), seen, &o->err), o->err);
	assert_ok(action_run(o->d[LIN], &r, &o->out, &o->err), o->err);
}

static void test_version_seen(void **state)
{
	struct office *o = *state;
	struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = 6 };

	office_merchant(o, "M-1", 1);
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

	office_merchant(o, "M-1", 1);
	office_merchant(o, "M-2", 2);
	office_elsewhere(o, "M-2", "state", value_text("active"));
	office_pull(o);
	house_add(&o->h, "chen", "admin");
	s = house_open(&o->h, "chen");
	assert_ok(desk_open(&d, s, &o->err), o->err);
	assert_int_equal(desk_load(d, "merchant", "M-1", &it, &o->err), E_DENIED);
	assert_int_equal(desk_query(d, record_find("merchant"), "", &f, &o->err), E_DENIED);
	assert_int_equal(desk_count_open(d, record_find("merchant"), &open, &o->err), E_DENIED);
	assert_int_equal(action_run(d, &r, &o->out, &o->err), E_DENIED);
	assert_non_null(strstr(o->err.msg, "may not see"));
	assert_ok(desk_load(o->d[LIN], "merchant", "M-1", &it, &o->err), o->err);
	item_release(&it);
	assert_int_equal(desk_load(o->d[LIN], "nothing", "M-1", &it, &o->err), E_USAGE);
	assert_ok(desk_count_open(o->d[LIN], record_find("merchant"), &open, &o->err), o->err);
	assert_int_equal(open, 1);
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

	office_merchant(o, "M-1", 1);
	office_look(o, "merchant", "M-1", &it);
	assert_ok(action_possible_here(o->d[LIN], &it, record_action(rec, "claim"), &o->err), o->err);
	assert_int_equal(action_possible_here(o->d[WANG], &it, record_action(rec, "claim"), &o->err), E_DENIED);
	office_up_to_approval(o, "M-1");
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

/* ---- four eyes over a core ---- */
static void proposed(struct office *o, const char *id, char proposal[COMMAND_ID_LEN + 1])
{
	office_up_to_approval(o, id);
	office_do(o, WANG, "merchant", id, "approve");
	memcpy(proposal, o->out.command, COMMAND_ID_LEN + 1);
}

static void test_proposal_void(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	assert_int_equal(office_push(o), 5);
	office_pull(o);
	office_shows(o, "proposal", proposal, "open", 1, 0);
	office_do(o, ZHAO, "merchant", "M-1", "return_to_review");
	assert_int_equal(office_run(o, LIN, "proposal", proposal, "confirm"), E_CONFLICT);
	assert_int_equal(office_push(o), 1);
	office_pull(o);
	office_shows(o, "proposal", proposal, "void", 2, 0);
	office_same(o, "proposal", proposal);
	office_same(o, "merchant", "M-1");
}

/* Confirmed here while the target moved at the core: the confirmation shows as undone at once, and is answered in its turn. */
static void test_confirmed_too_late(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	assert_int_equal(office_push(o), 5);
	office_pull(o);
	office_do(o, LIN, "proposal", proposal, "confirm");
	office_shows(o, "proposal", proposal, "confirmed", 2, 1);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 1);
	office_elsewhere(o, "M-1", "risk_score", value_int(95));
	office_pull(o);
	office_shows(o, "proposal", proposal, "open", 1, 1);
	office_shows(o, "merchant", "M-1", "risk_review", 12, 1);
	assert_int_equal(office_push(o), 0);
	office_shows(o, "proposal", proposal, "open", 1, 0);
	office_shows(o, "merchant", "M-1", "risk_review", 12, 0);
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

	office_merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	office_do(o, LIN, "proposal", proposal, "confirm");
	memcpy(confirmation, o->out.command, sizeof confirmation);
	office_tell(o, proposal, &no, false);
	office_look(o, "proposal", proposal, &it);
	assert_null(it.rec);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 5);
	office_tell(o, confirmation, &no, false);
	assert_int_equal(office_push(o), 4);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 0);
	assert_int_equal(office_count(o, "base"), 0);
	assert_int_equal(office_count(o, "outbox"), 2);
}

static void test_declined(void **state)
{
	struct office *o = *state;
	char proposal[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	proposed(o, "M-1", proposal);
	office_do(o, WANG, "proposal", proposal, "decline"); /* withdrawn by its maker, before anybody heard of it */
	office_shows(o, "proposal", proposal, "declined", 2, 2);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 5);
	assert_int_equal(office_push(o), 6);
	office_pull(o);
	office_same(o, "proposal", proposal);
	office_shows(o, "proposal", proposal, "declined", 2, 0);
	office_shows(o, "merchant", "M-1", "risk_review", 11, 0);
	office_nothing_waits(o);
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
	assert_ok(item_evidence(&target, desk_db(o->d[0]), c.evidence, &o->err), o->err);
	command_write(&c);
	sign_make(c.sig.bytes, COMMAND_DOMAIN, c.bytes.data, c.bytes.len, seed);
	proposal_make(&p, desk_db(o->d[0]), &c, &target, maker);
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_fact(o->d[0], &p, false, &changed, &o->err), o->err);
	assert_ok(tx_commit(&tx, &o->err), o->err);
}

/* A copy of a proposal under another id, whose maker is whatever the core says. */
static void name_maker(struct office *o, const char *id, const char *copy, const char *maker)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(item_release) struct item p = { 0 };
	bool changed;

	office_look(o, "proposal", id, &p);
	item_set(&p, "id", value_text(copy));
	item_set(&p, "maker", value_text(maker));
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

	office_merchant(o, "M-1", 1);
	office_up_to_approval(o, "M-1");
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
	name_maker(o, ours, "019a9f6e-7b00-7abc-8def-000000000003", "0000000000000000000000000000000000000000000000000000000000000000");
	assert_ok(desk_refresh_people(o->d[0], &o->err), o->err);
	desk_people(o->d[0], &n);
	assert_int_equal(n, 5);
	assert_int_equal(office_run(o, LIN, "proposal", theirs, "confirm"), E_SIGNATURE);
	office_nothing_waits(o);
	office_do(o, LIN, "proposal", ours, "confirm");
	office_shows(o, "proposal", ours, "confirmed", 2, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, office_setup, office_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_flow), T(test_journaled), T(test_refused_here), T(test_version_seen), T(test_evidence_seen),
		T(test_seeing_takes_permission), T(test_possible_here), T(test_proposal_void), T(test_confirmed_too_late),
		T(test_proposal_refused), T(test_declined), T(test_maker_of_another_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
