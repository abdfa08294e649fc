/* The judgement: every merchant state, action and role; what each action leaves behind; four eyes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "core/records/merchant.h"
#include "core/when.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/specimen.h"

#define NOW INT64_C(1763700000000)
#define ME "11111111111111111111111111111111"
#define OTHER "22222222222222222222222222222222"

struct room {
	char dir[64];
	struct db *db;
	uint8_t root_seed[KEY_BYTES], root[KEY_BYTES];
	struct err err;
};

static int setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);

	assert_ok(crypto_start(&r->err), r->err);
	scratch_make(r->dir, sizeof r->dir);
	r->db = specimen_db(r->dir);
	r->root_seed[0] = 7;
	sign_public(r->root, r->root_seed);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	db_close(r->db);
	scratch_remove(r->dir);
	free(r);
	return 0;
}

static struct actor person(const char *id, const char *held)
{
	struct actor a = { .name = "specimen" };

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.roles, sizeof a.roles, "%s", held);
	return a;
}

static enum code decide(struct room *r, const struct item *now, const char *action, const struct actor *who, const char *reason,
			const struct input *input, size_t ninput, struct item *after)
{
	struct judge j = { .db = r->db, .now = now, .action = record_action(now->rec, action), .who = who, .when = NOW,
			   .input = input, .ninput = ninput, .reason = reason };
	bool proposes = false;
	enum code code;

	assert_non_null(j.action);
	r->err = (struct err){ 0 };
	code = action_decide(&j, after, &proposes, &r->err);
	assert_int_equal(code, r->err.code);
	assert_true(!code == !r->err.msg[0]);
	if (!code)
		assert_int_equal(proposes, (j.action->flags & FOUR_EYES) != 0);
	return code;
}

/* ---- the state machine, said a second time ----
 * A column for each state: applied, preliminary_review, risk_review, contracting, configuring, active, resubmission_requested, rejected,
 * suspended, terminated. o: possible; w: possible to those whose stage it is; d: E_DENIED; a dot: E_STATE. */
enum context { MINE, THEIRS, FREE, PASSED, CONTEXTS };
static const struct rule {
	const char *action, *roles;
	const char *cell[CONTEXTS];
} rules[] = {
	{ "claim", "reviewer risk", { "..........", "..........", "www.......", ".........." } },
	{ "release", "reviewer risk", { ".oo.......", ".dd.......", "..........", ".........." } },
	{ "pass_review", "reviewer", { ".o........", ".d........", "..........", ".........." } },
	{ "request_resubmission", "reviewer", { ".o........", ".d........", "..........", ".........." } },
	{ "pass_risk", "risk", { "..o.......", "..d.......", "..........", ".........." } },
	{ "return_to_review", "reviewer risk compliance", { "..w.......", "..........", "..........", "..o......." } },
	{ "approve", "reviewer risk compliance", { "..........", "..........", "..........", "..o......." } },
	{ "reject", "reviewer risk compliance", { ".ww.......", "..........", "..........", ".oo......." } },
	{ "suspend", "risk compliance", { ".....o....", ".....o....", ".....o....", ".....o...." } },
	{ "resume", "risk compliance", { "........o.", "........o.", "........o.", "........o." } },
	{ "terminate", "risk compliance", { ".....o..o.", ".....o..o.", ".....o..o.", ".....o..o." } },
};
static const char *const state_names[] = { "applied", "preliminary_review", "risk_review", "contracting", "configuring", "active",
					   "resubmission_requested", "rejected", "suspended", "terminated" };
static const char *const role_names[] = { "reviewer", "risk", "support", "finance", "compliance", "admin", "auditor" };

static void place(struct item *it, enum context context)
{
	if (context == MINE || context == THEIRS) {
		item_set(it, "assignee", value_text(context == MINE ? ME : OTHER));
		item_set(it, "claimed_at", value_int(NOW - WHEN_HOUR));
	}
	if (context == PASSED)
		item_set(it, "risk_outcome", value_text("passed"));
}

static bool named(const char *list, const char *name)
{
	const char *at = strstr(list, name);

	return at && (at == list || at[-1] == ' ') && (!at[strlen(name)] || at[strlen(name)] == ' ');
}

static enum code expected(const struct rule *rule, enum context context, size_t state, const char *role)
{
	const char *stage = state == 2 ? "risk" : "reviewer";

	if (!named(rule->roles, role))
		return E_DENIED;
	switch (rule->cell[context][state]) {
	case 'o': return E_OK;
	case 'w': return strcmp(role, stage) ? E_DENIED : E_OK;
	case 'd': return E_DENIED;
	default: return E_STATE;
	}
}

static void one_case(struct room *r, const struct rule *rule, enum context context, size_t state, const char *role)
{
	const struct input reasons = { "resubmission_reasons", "licence_expired,other" };
	bool sends_back = !strcmp(rule->action, "request_resubmission");
	struct actor who = person(ME, role);
	struct item now, after;
	enum code code, wanted = expected(rule, context, state, role);

	specimen_merchant(&now, "M-1", 1, NOW - WHEN_DAY);
	item_set(&now, "state", value_text(state_names[state]));
	place(&now, context);
	code = decide(r, &now, rule->action, &who, "样本理由", &reasons, sends_back, &after);
	if (code != wanted)
		fail_msg("%s by %s in %s, context %d: %s, expected %s: %s", rule->action, role, state_names[state], (int)context,
			 code_name(code), code_name(wanted), r->err.msg);
	if (!code)
		item_release(&after);
	item_release(&now);
}

static void test_every_state_action_role(void **state)
{
	size_t s = COUNT(state_names);

	assert_int_equal(merchant_record.nstates, s);
	assert_int_equal(merchant_record.nactions, COUNT(rules));
	for (size_t i = 0; i < s; i++)
		assert_int_equal(record_state(&merchant_record, state_names[i]), i);
	for (size_t i = 0; i < COUNT(rules) * CONTEXTS * s * COUNT(role_names); i++) {
		size_t rest = i / COUNT(role_names);

		one_case(*state, &rules[rest / (CONTEXTS * s)], (enum context)(rest / s % CONTEXTS), rest % s, role_names[i % COUNT(role_names)]);
	}
}

/* A command on the desk's own records would mean nothing to the core. */
static void test_own_actions_stay_here(void **state)
{
	(void)state;
	for (size_t i = 0; i < nrecords; i++)
		for (size_t k = 0; records[i]->flags & RECORD_OWN && k < records[i]->nactions; k++)
			assert_true(records[i]->actions[k].flags & LOCAL);
}

static void test_unknown_state(void **state)
{
	struct room *r = *state;
	struct actor who = person(ME, "reviewer,risk");
	AUTO(item_release) struct item now = { 0 };
	struct item after;

	specimen_merchant(&now, "M-1", 1, NOW);
	item_set(&now, "state", value_text("of_a_later_version"));
	assert_int_equal(decide(r, &now, "claim", &who, "", NULL, 0, &after), E_STATE);
}

/* ---- what an action leaves behind ---- */
static void test_pure(void **state)
{
	struct room *r = *state;
	struct actor who = person(ME, "reviewer");
	AUTO(item_release) struct item now = { 0 }, once = { 0 }, twice = { 0 };
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT, one = BUF_INIT, two = BUF_INIT;

	specimen_merchant(&now, "M-1", 1, NOW - WHEN_DAY);
	item_set(&now, "version", value_int(7));
	item_set(&now, "pending", value_int(3));
	specimen_wire(&before, &now);
	assert_ok(decide(r, &now, "claim", &who, "", NULL, 0, &once), r->err);
	assert_ok(decide(r, &now, "claim", &who, "", NULL, 0, &twice), r->err);
	specimen_wire(&one, &once);
	specimen_wire(&two, &twice);
	specimen_wire(&after, &now);
	assert_string_equal(one.data, two.data);
	assert_string_equal(before.data, after.data);
	assert_string_not_equal(one.data, before.data);
	assert_int_equal(item_version(&once), 8);
	assert_int_equal(item_int(&once, "updated_at"), NOW);
	assert_int_equal(item_int(&once, "pending"), 3);
	assert_string_equal(item_text(&once, "state"), "preliminary_review");
	assert_string_equal(item_text(&once, "assignee"), ME);
	assert_string_equal(item_text(&once, "name"), "样本商户 1");
}

static void take(struct room *r, struct item *it, const char *action, const char *role)
{
	struct actor who = person(ME, role);
	struct item after;

	assert_ok(decide(r, it, action, &who, "", NULL, 0, &after), r->err);
	item_release(it);
	*it = after;
}

static void test_flow(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item it = { 0 };

	specimen_merchant(&it, "M-1", 1, NOW - WHEN_DAY);
	take(r, &it, "claim", "reviewer");
	take(r, &it, "pass_review", "reviewer");
	assert_string_equal(item_text(&it, "state"), "risk_review");
	assert_string_equal(item_text(&it, "assignee"), "");
	take(r, &it, "claim", "risk");
	take(r, &it, "pass_risk", "risk");
	assert_string_equal(item_text(&it, "risk_outcome"), "passed");
	take(r, &it, "approve", "compliance");
	assert_string_equal(item_text(&it, "state"), "contracting");
	assert_int_equal(item_version(&it), 6);
}

/* ---- reasons and inputs ---- */
static enum code suspend(struct room *r, const char *reason)
{
	struct actor who = person(ME, "risk");
	AUTO(item_release) struct item now = { 0 }, after = { 0 };

	specimen_merchant(&now, "M-1", 1, NOW);
	item_set(&now, "state", value_text("active"));
	return decide(r, &now, "suspend", &who, reason, NULL, 0, &after);
}

static void test_reasons(void **state)
{
	struct room *r = *state;
	struct actor who = person(ME, "reviewer");
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item now = { 0 }, after = { 0 };

	assert_int_equal(suspend(r, ""), E_INVALID);
	assert_int_equal(suspend(r, " \t\n"), E_INVALID);
	assert_int_equal(suspend(r, "x"), E_OK);
	assert_int_equal(suspend(r, "\xff"), E_INVALID);
	for (int i = 0; i < 500; i++)
		buf_adds(&text, "样");
	assert_int_equal(suspend(r, text.data), E_OK);
	buf_adds(&text, "本");
	assert_int_equal(suspend(r, text.data), E_INVALID);
	specimen_merchant(&now, "M-1", 1, NOW);
	assert_int_equal(decide(r, &now, "claim", &who, " ", NULL, 0, &after), E_INVALID); /* none is needed, but spaces are none */
	assert_ok(decide(r, &now, "claim", &who, "", NULL, 0, &after), r->err);
}

static enum code send_back(struct room *r, const struct input *input, size_t n)
{
	struct actor who = person(ME, "reviewer");
	AUTO(item_release) struct item now = { 0 }, after = { 0 };

	specimen_merchant(&now, "M-1", 1, NOW);
	item_set(&now, "state", value_text("preliminary_review"));
	place(&now, MINE);
	return decide(r, &now, "request_resubmission", &who, "样本理由", input, n, &after);
}

static void test_inputs(void **state)
{
	static const struct { enum code code; size_t n; struct input input[2]; } cases[] = {
		{ E_OK, 1, { { "resubmission_reasons", "other" } } },
		{ E_INVALID, 0, { { 0 } } },
		{ E_INVALID, 1, { { "resubmission_reasons", "" } } },
		{ E_INVALID, 1, { { "resubmission_reasons", " " } } },
		{ E_INVALID, 1, { { "resubmission_reasons", "no_such_thing" } } },
		{ E_INVALID, 1, { { "resubmission_reasons", "other,other" } } },
		{ E_INVALID, 1, { { "resubmission_reasons", "\xff" } } },
		{ E_USAGE, 1, { { "risk_score", "0" } } },
		{ E_USAGE, 2, { { "resubmission_reasons", "other" }, { "state", "active" } } },
		{ E_USAGE, 2, { { "resubmission_reasons", "other" }, { "resubmission_reasons", "other" } } },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(send_back(*state, cases[i].input, cases[i].n), cases[i].code);
}

/* Each type of field takes what a person would type for it, and nothing else. */
static void test_typed_inputs(void **state)
{
	static const char *const names[] = { "number", "amount", "day", "time", "yes", "one", "person", "category", "ref", NULL };
	static const struct choice choices[] = { { "a", "A" }, { "b", "B" }, { NULL, NULL } };
	static const struct field fields[] = {
		RECORD_STANDARD_FIELDS("id", 8),
		{ .column = { "number", VALUE_INT }, .type = FIELD_INT }, { .column = { "amount", VALUE_INT }, .type = FIELD_MONEY },
		{ .column = { "day", VALUE_TEXT }, .type = FIELD_DATE }, { .column = { "time", VALUE_INT }, .type = FIELD_TIME },
		{ .column = { "yes", VALUE_INT }, .type = FIELD_FLAG }, { .column = { "one", VALUE_TEXT }, .type = FIELD_CHOICE, .choices = choices },
		{ .column = { "person", VALUE_TEXT }, .type = FIELD_PERSON }, { .column = { "category", VALUE_TEXT }, .type = FIELD_MCC },
		{ .column = { "ref", VALUE_TEXT }, .type = FIELD_REF },
	};
	static const struct state states[] = { { .name = "only" } };
	static const struct action actions[] = { { .id = "fill", .from = IN_ANY, .to = STATE_STAY, .inputs = names } };
	static const struct record rec = { .kind = "thing", .fields = fields, .nfields = COUNT(fields), .states = states, .nstates = 1,
					   .actions = actions, .nactions = 1 };
	static const struct { const char *good, *bad; } text[] = {
		{ "-12", "12x" }, { "1,234.50", "1.505" }, { "2026-02-28", "2026-02-29" }, { "2026-03-01T08:00:00Z", "2026-03-01" }, { "1", "2" },
		{ "b", "c" }, { ME, "lin" }, { "5411", "0000" }, { "M-1", " " },
	};
	struct room *r = *state;
	struct actor who = person(ME, "");
	AUTO(item_release) struct item now = { 0 };

	item_init(&now, &rec);
	item_set(&now, "state", value_text("only"));
	for (size_t wrong = 0; wrong <= COUNT(text); wrong++) {
		struct input input[COUNT(text)];
		AUTO(item_release) struct item after = { 0 };

		for (size_t i = 0; i < COUNT(text); i++)
			input[i] = (struct input){ names[i], i == wrong ? text[i].bad : text[i].good };
		assert_int_equal(decide(r, &now, "fill", &who, "", input, COUNT(text), &after), wrong < COUNT(text) ? E_INVALID : E_OK);
		if (wrong < COUNT(text))
			assert_non_null(strstr(r->err.msg, names[wrong]));
	}
}

static void test_gate(void **state)
{
	struct room *r = *state;
	struct actor who = person(ME, "risk");
	AUTO(item_release) struct item now = { 0 }, twin = { 0 };
	struct item after;

	specimen_merchant(&now, "M-1", 1, NOW);
	item_set(&now, "state", value_text("risk_review"));
	place(&now, PASSED);
	specimen_merchant(&twin, "M-2", 2, NOW);
	item_set(&twin, "credit_code", item_get(&now, "credit_code"));
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_int_equal(decide(r, &now, "approve", &who, "", NULL, 0, &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "M-2"));
	item_set(&twin, "state", value_text("rejected"));
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_ok(decide(r, &now, "approve", &who, "", NULL, 0, &after), r->err);
	item_release(&after);
}

/* ---- four eyes ---- */
struct pair {
	struct cert maker, checker;
	uint8_t maker_seed[KEY_BYTES];
	struct item target, proposal;
};

static struct cert certify(struct room *r, const char *name, uint8_t seed_byte, const char *held, uint8_t seed[KEY_BYTES])
{
	struct cert c = { .serial = 1, .issued = NOW, .active = true };

	memset(seed, seed_byte, KEY_BYTES);
	sign_public(c.key, seed);
	snprintf(c.name, sizeof c.name, "%s", name);
	snprintf(c.roles, sizeof c.roles, "%s", held);
	assert_ok(cert_issue(&c, r->root_seed, &r->err), r->err);
	return c;
}

static void propose_as(struct room *r, struct pair *p, const char *id, const char *operator)
{
	AUTO(command_release) struct command c;

	command_init(&c);
	snprintf(c.id, sizeof c.id, "%s", id);
	snprintf(c.operator, sizeof c.operator, "%s", operator);
	memset(c.desk, 'd', DESK_ID_LEN);
	c.kind = "merchant";
	c.record = item_id(&p->target);
	c.action = "approve";
	c.version = item_version(&p->target);
	c.at = NOW;
	assert_ok(item_evidence(&p->target, r->db, c.evidence, &r->err), r->err);
	command_write(&c);
	sign_make(c.sig, COMMAND_DOMAIN, c.bytes.data, c.bytes.len, p->maker_seed);
	proposal_make(&p->proposal, &c, &p->target, &p->maker);
}

static void propose(struct room *r, struct pair *p, const char *id)
{
	propose_as(r, p, id, p->maker.id);
}

static void pair_make(struct room *r, struct pair *p)
{
	uint8_t seed[KEY_BYTES];

	p->maker = certify(r, "maker", 21, "reviewer", p->maker_seed);
	p->checker = certify(r, "checker", 22, "risk", seed);
	specimen_merchant(&p->target, "M-1", 1, NOW);
	item_set(&p->target, "state", value_text("risk_review"));
	item_set(&p->target, "version", value_int(5));
	place(&p->target, PASSED);
	assert_ok(item_save(&p->target, r->db, &r->err), r->err);
	propose(r, p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_ok(item_save(&p->proposal, r->db, &r->err), r->err);
}

static void pair_release(struct pair *p)
{
	item_release(&p->target);
	item_release(&p->proposal);
}

static enum code answer(struct room *r, struct pair *p, const char *action, const struct cert *who_cert, struct item *after)
{
	struct actor who;

	actor_from_cert(&who, who_cert, r->root);
	return decide(r, &p->proposal, action, &who, strcmp(action, "confirm") ? "样本理由" : "", NULL, 0, after);
}

static void test_confirm(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 }, moved = { 0 };

	pair_make(r, &p);
	assert_ok(answer(r, &p, "confirm", &p.checker, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "confirmed");
	assert_string_equal(item_text(&after, "checker"), p.checker.id);
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW + 5, &moved, &r->err), r->err);
	assert_string_equal(item_text(&moved, "state"), "contracting");
	assert_string_equal(item_text(&moved, "decided_by"), p.maker.id);
	assert_int_equal(item_int(&moved, "updated_at"), NOW + 5);
	assert_int_equal(item_version(&moved), 6);
}

static void test_who_may_confirm(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	uint8_t seed[KEY_BYTES];
	struct cert support = { 0 }, twin;
	struct item after;

	pair_make(r, &p);
	support = certify(r, "support", 23, "support", seed);
	twin = certify(r, "twin", 21, "risk", seed); /* another name and roles on the maker's key */
	assert_int_equal(answer(r, &p, "confirm", &p.maker, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "confirm", &twin, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "confirm", &support, &after), E_DENIED);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.maker, NOW, &after, &r->err), E_DENIED);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, &after, &r->err), E_DENIED);
	memset(twin.id, '3', OPERATOR_ID_LEN); /* the id alone does not make another person */
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, &after, &r->err), E_DENIED);
	twin = p.maker; /* nor does the key alone */
	memset(twin.key, 3, KEY_BYTES);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, &after, &r->err), E_DENIED);
}

/* Checking is one permission, the target's action another: both are needed. */
static void test_confirm_takes_the_targets_permission(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	uint8_t seed[KEY_BYTES];
	struct cert reviewer;
	struct item after;

	pair_make(r, &p);
	reviewer = certify(r, "reviewer", 24, "reviewer", seed);
	item_set(&p.proposal, "action", value_text("terminate"));
	assert_int_equal(answer(r, &p, "confirm", &reviewer, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "decline", &reviewer, &after), E_DENIED);
	item_set(&p.proposal, "action", value_text("claim")); /* takes no two people */
	assert_int_equal(answer(r, &p, "confirm", &reviewer, &after), E_INVALID);
}

static void test_decline(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 }, withdrawn = { 0 };

	pair_make(r, &p);
	assert_ok(answer(r, &p, "decline", &p.checker, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "declined");
	assert_string_equal(item_text(&after, "answer"), "样本理由");
	assert_ok(answer(r, &p, "decline", &p.maker, &withdrawn), r->err);
	assert_string_equal(item_text(&withdrawn, "checker"), p.maker.id);
}

static void test_target_moved(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;

	pair_make(r, &p);
	item_set(&p.target, "version", value_int(6));
	assert_ok(item_save(&p.target, r->db, &r->err), r->err);
	assert_int_equal(answer(r, &p, "confirm", &p.checker, &after), E_CONFLICT);
	assert_non_null(strstr(r->err.msg, "5"));
	assert_non_null(strstr(r->err.msg, "6"));
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_CONFLICT);
	assert_ok(answer(r, &p, "decline", &p.checker, &after), r->err);
	item_release(&after);
}

static void paper_make(struct room *r, struct item *paper, const char *id, const char *type)
{
	item_init(paper, record_find("document"));
	item_set(paper, "id", value_text(id));
	item_set(paper, "state", value_text("received"));
	item_set(paper, "version", value_int(1));
	item_set(paper, "merchant_id", value_text("M-1"));
	item_set(paper, "type", value_text(type));
	assert_ok(item_save(paper, r->db, &r->err), r->err);
}

/* The version stands, but not what was decided on: the record at the same version, or a paper behind it. */
static void test_evidence_moved(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item paper = { 0 };
	struct item after;

	pair_make(r, &p);
	paper_make(r, &paper, "D-1", "legal_rep_identity");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_CONFLICT);
	item_release(&paper);
	paper_make(r, &paper, "D-2", "business_licence");
	item_release(&p.proposal);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), r->err);
	item_release(&after);
	item_set(&paper, "sha256", value_text("1111111111111111111111111111111111111111111111111111111111111111"));
	assert_ok(item_save(&paper, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_CONFLICT);
	item_set(&p.target, "risk_score", value_int(99));
	assert_ok(item_save(&p.target, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_CONFLICT);
}

static void test_judged_again(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item twin = { 0 };
	uint8_t seed[KEY_BYTES];
	struct item after;

	pair_make(r, &p);
	specimen_merchant(&twin, "M-2", 2, NOW); /* another merchant turns up with the same card: only judging again notices */
	item_set(&twin, "settlement_card", item_get(&p.target, "settlement_card"));
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_CHECK);
	item_set(&twin, "settlement_card", value_null());
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), r->err);
	item_release(&after);
	item_release(&p.proposal);
	p.maker = certify(r, "maker", 21, "support", seed);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_DENIED);
	item_release(&p.proposal);
	p.maker = certify(r, "maker", 21, "reviewer", seed);
	p.maker.active = false;
	assert_ok(cert_issue(&p.maker, r->root_seed, &r->err), r->err);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_DENIED);
}

/* Nobody proposes in another's name. */
static void test_in_anothers_name(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;

	pair_make(r, &p);
	item_release(&p.proposal);
	propose_as(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab", OTHER);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, &after, &r->err), E_SIGNATURE);
}

/* Whatever the record shows is what its maker signed, or nobody can confirm it. */
static void test_tampered(void **state)
{
	static const char *const texts[] = { "id", "target_kind", "target", "title", "action", "reason", "maker", "digest", "certificate" };
	static const char *const numbers[] = { "target_version", "made_at" };
	static const char *const blobs[] = { "command", "signature", "cert_sig" };
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;
	uint8_t other_root[KEY_BYTES] = { 9 };

	pair_make(r, &p);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, other_root, &p.checker, NOW, &after, &r->err), E_SIGNATURE);
	for (size_t i = 0; i < COUNT(texts) + COUNT(numbers) + COUNT(blobs); i++) {
		AUTO(item_release) struct item bad = { 0 };
		enum code code;

		item_copy(&bad, &p.proposal);
		if (i < COUNT(texts)) {
			item_set(&bad, texts[i], value_text("x"));
		} else if (i < COUNT(texts) + COUNT(numbers)) {
			item_set(&bad, numbers[i - COUNT(texts)], value_int(6));
		} else {
			struct value v = item_get(&bad, blobs[i - COUNT(texts) - COUNT(numbers)]);

			*(char *)(uintptr_t)v.text ^= 1; /* a copy in the item's own pool */
		}
		code = proposal_carry_out(&bad, r->db, r->root, &p.checker, NOW, &after, &r->err);
		assert_true(code == E_SIGNATURE || code == E_INVALID);
		item_set(&bad, "signature", value_null());
		assert_int_equal(proposal_carry_out(&bad, r->db, r->root, &p.checker, NOW, &after, &r->err), E_INVALID);
	}
}

static void test_proposed_twice(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 };
	struct actor who = person(ME, "risk");

	pair_make(r, &p);
	assert_int_equal(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), E_STATE);
	assert_non_null(strstr(r->err.msg, item_id(&p.proposal)));
	item_set(&p.target, "version", value_int(6)); /* what was proposed on another version is as good as void */
	assert_ok(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), r->err);
	item_release(&after);
	item_set(&p.target, "version", value_int(5));
	item_set(&p.proposal, "state", value_text("declined"));
	assert_ok(item_save(&p.proposal, r->db, &r->err), r->err);
	assert_ok(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), r->err);
}

static enum code save(void *ctx, struct item *it, struct err *err)
{
	struct room *r = ctx;

	return item_save(it, r->db, err);
}

static const char *state_of(struct room *r, const char *id, struct item *it)
{
	item_release(it);
	assert_ok(item_load(it, r->db, record_find("proposal"), id, &r->err), r->err);
	return item_text(it, "state");
}

static void test_void_stale(void **state)
{
	static const char *const ids[] = { "019a9f6e-7b00-7abc-8def-000000000001", "019a9f6e-7b00-7abc-8def-000000000002",
					   "019a9f6e-7b00-7abc-8def-000000000003" };
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item it = { 0 };

	pair_make(r, &p);
	for (size_t i = 0; i < COUNT(ids); i++) {
		item_set(&p.proposal, "id", value_text(ids[i]));
		item_set(&p.proposal, "state", value_text(i == 1 ? "declined" : "open"));
		item_set(&p.proposal, "target_version", value_int(i == 2 ? 6 : 5));
		assert_ok(item_save(&p.proposal, r->db, &r->err), r->err);
	}
	assert_ok(proposal_void_stale(r->db, "merchant", "M-1", 6, NOW + 9, save, r, &r->err), r->err);
	assert_string_equal(state_of(r, ids[0], &it), "void");
	assert_int_equal(item_version(&it), 2);
	assert_int_equal(item_int(&it, "updated_at"), NOW + 9);
	assert_string_equal(state_of(r, "019a9f6e-7b00-7abc-8def-0123456789ab", &it), "void");
	assert_string_equal(state_of(r, ids[1], &it), "declined");
	assert_string_equal(state_of(r, ids[2], &it), "open");
	assert_int_equal(item_version(&it), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_every_state_action_role), T(test_own_actions_stay_here), T(test_unknown_state), T(test_pure), T(test_flow), T(test_reasons), T(test_inputs),
		T(test_typed_inputs), T(test_gate), T(test_confirm), T(test_who_may_confirm), T(test_confirm_takes_the_targets_permission),
		T(test_decline), T(test_target_moved), T(test_evidence_moved), T(test_judged_again), T(test_in_anothers_name), T(test_tampered), T(test_proposed_twice), T(test_void_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
