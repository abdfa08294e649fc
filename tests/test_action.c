/* The judgement: every merchant state, action and role; what each action leaves behind. */
#include <string.h>

#include "core/records/merchant.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/specimen.h"

/* ---- the state machine, said a second time ----
 * A column for each state: applied, preliminary_review, risk_review, contracting, configuring, active, resubmission_requested, rejected,
 * suspended, terminated. o: possible; w: possible to those whose stage it is; d: E_DENIED; g: a check stops it; a dot: E_STATE. */
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
	{ "draw_up", "reviewer", { "...ooo..o.", "...ooo..o.", "...ooo..o.", "...ooo..o." } },
	{ "suspend", "risk compliance", { ".....o....", ".....o....", ".....o....", ".....o...." } },
	{ "resume", "risk compliance", { "........g.", "........g.", "........g.", "........g." } },
	{ "reassess", "risk", { "....oo..o.", "....oo..o.", "....oo..o.", "....oo..o." } },
	{ "terminate", "risk compliance", { "...ooo..o.", "...ooo..o.", "...ooo..o.", "...ooo..o." } },
	{ "rebind_terminals", "reviewer risk", { "..........", "..........", "..........", ".........." } }, /* it has no terminal: test_terminal.c */
	{ "configure", "reviewer", { "....o.....", "....o.....", "....o.....", "....o....." } },
	{ "change_terms", "reviewer", { ".....o..o.", ".....o..o.", ".....o..o.", ".....o..o." } },
	{ "issue_api_key", "reviewer", { "....oo....", "....oo....", "....oo....", "....oo...." } },
	{ "renew_api_key", "reviewer", { "..........", "..........", "..........", ".........." } }, /* there is none yet: test_configure.c */
	{ "revoke_api_key", "reviewer risk compliance", { "..........", "..........", "..........", ".........." } },
	{ "go_live", "reviewer risk compliance", { "....g.....", "....g.....", "....g.....", "....g....." } },
	{ "change_settlement", "reviewer compliance", { "....oo..o.", "....oo..o.", "....oo..o.", "....oo..o." } },
	{ "note", "reviewer risk support finance compliance signatory", { "oooooooooo", "oooooooooo", "oooooooooo", "oooooooooo" } },
};
static const char *const state_names[] = { "applied", "preliminary_review", "risk_review", "contracting", "configuring", "active",
					   "resubmission_requested", "rejected", "suspended", "terminated" };
static const char *const role_names[] = { "reviewer", "risk", "support", "finance", "compliance", "signatory", "admin", "auditor" };

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
	case 'g': return E_CHECK;
	default: return E_STATE;
	}
}

/* What each action is given. */
static const struct { const char *action; struct input input; } given[] = {
	{ "request_resubmission", { "resubmission_reasons", "licence_expired,other" } }, { "draw_up", { "contract_language", "zh" } },
	{ "configure", { "channels", "alipay" } }, { "configure", { "rate_alipay", "38" } }, { "configure", { "settlement_cycle", "t1" } },
	{ "change_terms", { "channels", "alipay" } }, { "change_terms", { "rate_alipay", "38" } }, { "change_terms", { "settlement_cycle", "t1" } },
	{ "change_settlement", { "settlement_bank", "样本银行" } }, { "change_settlement", { "settlement_name", "样本商户 1" } },
	{ "change_settlement", { "settlement_card", "6222020000000000018" } },
};

static void one_case(struct room *r, const struct rule *rule, enum context context, size_t state, const char *role)
{
	struct input input[INPUTS_MAX];
	size_t ninput = 0;
	struct actor who = person(ME, role);
	struct item now, after;
	enum code code, wanted = expected(rule, context, state, role);

	specimen_merchant(&now, "M-1", 1, NOW - WHEN_DAY);
	item_set(&now, "state", value_text(state_names[state]));
	place(&now, context);
	for (size_t i = 0; i < COUNT(given); i++)
		if (!strcmp(given[i].action, rule->action))
			input[ninput++] = given[i].input;
	code = decide(r, &now, rule->action, &who, "样本理由", input, ninput, &after);
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

/* Who may not is told so with the action's own name, and what it takes. */
static void test_not_permitted(void **state)
{
	const struct actor who = person("reviewer", "reviewer");
	struct room *r = *state;

	assert_int_equal(action_permitted(&who, record_action(record_find("contract"), "void"), &r->err), E_DENIED);
	assert_string_equal(r->err.msg, "specimen (reviewer) may not void contract; it takes the permission contract.void (Compliance officer / Authorised signatory)");
}

#define T(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_every_state_action_role), T(test_own_actions_stay_here), T(test_unknown_state), T(test_pure), T(test_flow),
		T(test_reasons), T(test_inputs), T(test_typed_inputs), T(test_gate), T(test_not_permitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
