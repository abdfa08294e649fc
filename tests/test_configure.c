/* Configuration, API key, going live and the settlement account of a merchant, judged: what is refused and why, and what is left behind. */
#include <stdio.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/merchant_configure.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/ledger.h"
#include "tests/specimen.h"

#define CARD "6222020000000000026"

static struct actor reviewer(void)
{
	return person(ME, "reviewer");
}

/* One that waits to go live, its contract at 38. */
static void waiting(struct item *it)
{
	specimen_merchant(it, "M-1", 1, NOW - WHEN_DAY);
	item_set(it, "state", value_text("configuring"));
	item_set(it, "fee_bps", value_int(38));
	item_set(it, "legal_rep_name", value_text("张样本"));
	item_set(it, "settlement_bank", value_text("样本银行"));
	item_set(it, "settlement_name", value_text(item_text(it, "name")));
}

/* ---- terms ---- */
static const struct input good[] = {
	{ "channels", "wechat_pay,e_cny" }, { "rate_wechat_pay", "38" }, { "rate_e_cny", "0" }, { "settlement_cycle", "t1" },
	{ "settlement_minimum", "100" }, { "limit_single", "5000" }, { "limit_day", "5万" },
};

/* The good ones with one of them otherwise; text NULL: left out. */
static enum code configure(struct room *r, const char *name, const char *text, struct item *after)
{
	AUTO(item_release) struct item now = { 0 };
	struct actor who = reviewer();
	struct input input[INPUTS_MAX];
	size_t n = 0;
	bool known = false;

	waiting(&now);
	for (size_t i = 0; i < COUNT(good); i++) {
		bool this = name && !strcmp(name, good[i].name);

		known |= this;
		if (!this || text)
			input[n++] = this ? (struct input){ name, text } : good[i];
	}
	if (name && !known)
		input[n++] = (struct input){ name, text };
	return decide(r, &now, "configure", &who, "", input, n, after);
}

static void terms_that_are_refused(void **state)
{
	static const struct { const char *name, *text; enum code code; const char *says; } rows[] = {
		{ "channels", NULL, E_INVALID, "channels" }, { "channels", "", E_INVALID, "channels" }, { "channels", "cash", E_INVALID, "channels" },
		{ "channels", "e_cny,e_cny", E_INVALID, "channels" }, { "channels", "wechat_pay,alipay", E_INVALID, "Alipay has no rate" },
		{ "rate_wechat_pay", NULL, E_INVALID, "WeChat Pay has no rate" }, { "rate_wechat_pay", "3.8", E_INVALID, "whole number" },
		{ "rate_wechat_pay", "9", E_INVALID, "not between 10 and 100" }, { "rate_wechat_pay", "-1", E_INVALID, "not between" },
		{ "rate_wechat_pay", "101", E_INVALID, "not between" }, { "rate_wechat_pay", "39", E_INVALID, "above the contract's, 38" },
		{ "rate_e_cny", "61", E_INVALID, "not between 0 and 60" }, { "settlement_cycle", NULL, E_INVALID, "settlement_cycle" },
		{ "settlement_cycle", "t9", E_INVALID, "settlement_cycle" }, { "settlement_cycle", "d0", E_CHECK, "Yinfa [2016] No. 261" },
		{ "settlement_minimum", "-1", E_INVALID, "at most ¥1,000.00" }, { "settlement_minimum", "1000.01", E_INVALID, "at most ¥1,000.00" },
		{ "limit_single", "0", E_INVALID, "lets no payment through" }, { "limit_day", "-5", E_INVALID, "lets no payment through" },
		{ "limit_single", "50000.01", E_INVALID, "above the limit of a day" }, { "limit_single", "much", E_INVALID, "limit_single" },
		{ "fee_bps", "1", E_USAGE, "fee_bps" }, { "settlement_card", CARD, E_USAGE, "settlement_card" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item after;
		enum code code = configure(r, rows[i].name, rows[i].text, &after);

		if (code != rows[i].code || !strstr(r->err.msg, rows[i].says))
			fail_msg("%s=%s: %s %s", rows[i].name, rows[i].text ? rows[i].text : "(left out)", code_name(code), r->err.msg);
	}
}

static void terms_that_hold(void **state)
{
	static const struct { const char *name, *text; } empty[] = {
		{ "settlement_minimum", NULL }, { "settlement_minimum", " " }, { "limit_single", NULL }, { "limit_day", "" }, { "rate_wechat_pay", "10" },
		{ "rate_alipay", "5000" /* of a channel that is not chosen */ }, { "settlement_minimum", "1000" }, { "limit_single", "50000" },
	};
	struct room *r = *state;
	struct item after;

	assert_ok(configure(r, NULL, NULL, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "configuring");
	assert_string_equal(item_text(&after, "channels"), "wechat_pay,e_cny");
	assert_int_equal(item_int(&after, "rate_wechat_pay"), 38);
	assert_true(value_same(item_get(&after, "rate_e_cny"), value_int(0)));
	assert_true(value_same(item_get(&after, "rate_alipay"), value_null()));
	assert_int_equal(item_int(&after, "settlement_minimum"), 100 * 100);
	assert_int_equal(item_int(&after, "limit_day"), 50000 * 100);
	assert_string_equal(item_text(&after, "configured_by"), ME);
	assert_int_equal(item_int(&after, "configured_at"), NOW);
	item_release(&after);
	for (size_t i = 0; i < COUNT(empty); i++) {
		assert_ok(configure(r, empty[i].name, empty[i].text, &after), r->err);
		assert_true(value_same(item_get(&after, "rate_alipay"), value_null()));
		item_release(&after);
	}
}

/* ---- the settlement account ---- */
struct account { const char *bank, *name, *card; };

static enum code change(struct room *r, const struct item *now, const struct account *to, struct item *after)
{
	struct actor who = reviewer();
	const struct input input[] = { { "settlement_bank", to->bank }, { "settlement_name", to->name }, { "settlement_card", to->card } };

	return decide(r, now, "change_settlement", &who, "样本理由", input, COUNT(input), after);
}

static void accounts(void **state)
{
	static const struct { const char *type; struct account to; const char *says; /* NULL: taken */ } rows[] = {
		{ "enterprise", { "样本银行二", "样本商户 1", CARD }, NULL },
		{ "enterprise", { "样本银行", "样本商户 1", CARD }, NULL },
		{ "enterprise", { "样本银行", "张样本", CARD }, "merchant's own name" },
		{ "enterprise", { "样本银行", "样本商户 2", CARD }, "merchant's own name" },
		{ "enterprise", { "样本银行", "样本商户 1", "6222020000000000018" }, "this is the account" },
		{ "enterprise", { "样本银行", "样本商户 1", "6222020000000000027" }, "settlement_card" },
		{ "enterprise", { "", "样本商户 1", CARD }, "settlement_bank" },
		{ "individual_business", { "样本银行", "张样本", CARD }, NULL },
		{ "individual_business", { "样本银行", "样本商户 1", CARD }, NULL },
		{ "individual_business", { "样本银行", "李样本", CARD }, "neither" },
		{ "micro", { "样本银行", "张样本", CARD }, NULL },
		{ "micro", { "样本银行", "李样本", CARD }, "neither" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item now = { 0 }, after = { 0 };
		enum code code;

		waiting(&now);
		item_set(&now, "type", value_text(rows[i].type));
		code = change(r, &now, &rows[i].to, &after);
		if (code != (!rows[i].says ? E_OK : strstr(rows[i].says, "this is") ? E_STATE : E_INVALID) || (code && !strstr(r->err.msg, rows[i].says)))
			fail_msg("%zu: %s %s", i, code_name(code), r->err.msg);
		if (code)
			continue;
		assert_string_equal(item_text(&after, "settlement_card"), CARD);
		assert_string_equal(item_text(&after, "settlement_changed_by"), ME);
		assert_int_equal(item_int(&after, "settlement_changed_at"), NOW);
	}
}

/* The money of several merchants does not come together on one account, unless the other one is over. */
static void nobody_elses_account(void **state)
{
	static const struct account to = { "样本银行", "样本商户 1", CARD };
	struct room *r = *state;
	AUTO(item_release) struct item now = { 0 }, other = { 0 };
	struct item after;

	waiting(&now);
	specimen_merchant(&other, "M-2", 2, NOW);
	item_set(&other, "settlement_card", value_text(CARD));
	assert_ok(item_save(&other, r->db, &r->err), r->err);
	assert_int_equal(change(r, &now, &to, &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "M-2"));
	item_set(&other, "state", value_text("terminated"));
	assert_ok(item_save(&other, r->db, &r->err), r->err);
	assert_ok(change(r, &now, &to, &after), r->err);
	item_release(&after);
}

/* Another account, other terms: the risk is that of what is wanted, and whoever confirms sees it. */
static void changes_are_assessed(void **state)
{
	static const struct account to = { "样本银行", "张样本", CARD };
	static const struct input wanted[] = { { "channels", "alipay" }, { "rate_alipay", "30" }, { "settlement_cycle", "d1" } };
	const int64_t when = NOW + 300 * WHEN_DAY; /* under the card that asks whose account it is */
	struct room *r = *state;
	AUTO(item_release) struct item now = { 0 };
	struct actor who = reviewer();
	const struct input account[] = { { "settlement_bank", to.bank }, { "settlement_name", to.name }, { "settlement_card", to.card } };
	struct judge j = { .db = r->db, .now = &now, .who = &who, .when = when, .reason = "样本" };
	int64_t own;
	struct item after;
	bool proposes;

	waiting(&now);
	item_set(&now, "state", value_text("active"));
	item_set(&now, "type", value_text("individual_business"));
	item_set(&now, "settlement_cycle", value_text("t1"));
	j.action = record_action(&merchant_record, "reassess");
	item_copy(&after, &now);
	j.action->apply(&j, &after);
	own = item_int(&after, "risk_score");
	item_release(&after);
	j.action = record_action(&merchant_record, "change_settlement");
	j.input = account;
	j.ninput = COUNT(account);
	assert_ok(action_decide(&j, &after, &proposes, &r->err), r->err);
	assert_int_equal(item_int(&after, "risk_score"), own + 1);
	item_release(&after);
	j.action = record_action(&merchant_record, "change_terms");
	j.input = wanted;
	j.ninput = COUNT(wanted);
	assert_ok(action_decide(&j, &after, &proposes, &r->err), r->err);
	assert_int_equal(item_int(&after, "risk_score"), own + 2);
	item_release(&after);
}

/* Without a representative's name nobody's account is that of the person behind the merchant. */
static void nobody_is_behind_it(void **state)
{
	AUTO(item_release) struct item it = { 0 };
	struct err err;

	(void)state;
	waiting(&it);
	item_set(&it, "type", value_text("micro"));
	item_set(&it, "legal_rep_name", value_null());
	item_set(&it, "settlement_name", value_null());
	assert_int_equal(merchant_account_holds(&it, &err), E_INVALID);
}

/* ---- no action but one changes the account, and that one takes two people ---- */
static const char *const account_fields[] = { "settlement_bank", "settlement_name", "settlement_card" };

static bool same_account(const struct item *a, const struct item *b)
{
	bool same = true;

	for (size_t i = 0; i < COUNT(account_fields); i++)
		same &= value_same(item_get(a, account_fields[i]), item_get(b, account_fields[i]));
	return same;
}

static size_t inputs_of(const struct action *a, struct input *input)
{
	size_t n = 0;

	for (const char *const *in = a->inputs; in && *in; in++)
		input[n++] = (struct input){ *in, "6200000000000000005" }; /* unlike anything that stands there */
	return n;
}

static enum code see_merchant(void *ctx, const struct item *it, struct err *err)
{
	(void)err;
	if (!strcmp(it->rec->kind, "merchant"))
		assert_true(same_account(it, ctx));
	return E_OK;
}

/* Effects may change merchants as well: each runs on a record of its kind whose references all lead to M-1. */
static void effects_leave_it(struct room *r, const struct record *rec, const struct action *a, struct item *merchant)
{
	AUTO(item_release) struct item now, after;
	struct actor who = reviewer();
	struct input input[INPUTS_MAX];
	struct judge j = { .db = r->db, .now = &now, .action = a, .who = &who, .when = NOW, .reason = "SPECIMEN", .input = input };
	const struct effects to = { "01234567-89ab-7def-8123-456789abcdef", see_merchant, merchant };

	item_init(&now, rec);
	item_set(&now, "id", value_text("M-1"));
	item_set(&now, "state", value_text(rec->states[0].name));
	for (size_t f = F_STANDARD; f < rec->nfields; f++)
		if (rec->fields[f].type == FIELD_REF)
			item_set(&now, rec->fields[f].column.name, value_text("M-1"));
	j.ninput = inputs_of(a, input);
	item_copy(&after, &now);
	if (a->apply)
		a->apply(&j, &after);
	effects_run(&j, &after, &to, &r->err);
}

static void only_two_people_change_the_account(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant = { 0 };
	int changes = 0;

	waiting(&merchant);
	assert_ok(item_save(&merchant, r->db, &r->err), r->err);
	for (size_t i = 0; i < merchant_record.nactions; i++) {
		const struct action *a = &merchant_record.actions[i];
		AUTO(item_release) struct item after;
		struct actor who = reviewer();
		struct input input[INPUTS_MAX];
		struct judge j = { .db = r->db, .now = &merchant, .action = a, .who = &who, .when = NOW, .reason = "SPECIMEN", .input = input };

		j.ninput = inputs_of(a, input);
		item_copy(&after, &merchant);
		if (a->apply)
			a->apply(&j, &after);
		if (same_account(&after, &merchant))
			continue;
		if (!(a->flags & FOUR_EYES) || !(a->flags & REASON))
			fail_msg("%s changes the settlement account, and one person alone may do it", a->id);
		changes++;
	}
	assert_int_equal(changes, 1);
	item_set(&merchant, "state", value_text("contracting")); /* where an effect moves it on */
	assert_ok(item_save(&merchant, r->db, &r->err), r->err);
	for (size_t i = 0; i < nrecords; i++)
		for (size_t k = 0; k < records[i]->nactions; k++)
			if (records[i]->actions[k].effect)
				effects_leave_it(r, records[i], &records[i]->actions[k], &merchant);
}

/* ---- the API key ---- */
static enum code with_key(struct room *r, const char *key, const char *by, const char *action, struct item *after)
{
	AUTO(item_release) struct item now = { 0 };
	struct actor who = reviewer();

	waiting(&now);
	item_set(&now, "api_key_id", *key ? value_text(key) : value_null());
	item_set(&now, "api_key_by", *by ? value_text(by) : value_null());
	item_set(&now, "api_key_claimed_at", *key ? value_int(NOW) : value_null());
	return decide(r, &now, action, &who, "样本理由", NULL, 0, after);
}

static void keys(void **state)
{
	struct room *r = *state;
	struct item after;

	assert_int_equal(with_key(r, "ak_1", OTHER, "issue_api_key", &after), E_STATE);
	assert_non_null(strstr(r->err.msg, "renew it"));
	assert_int_equal(with_key(r, "", OTHER, "issue_api_key", &after), E_STATE);
	assert_non_null(strstr(r->err.msg, "asked for"));
	assert_int_equal(with_key(r, "", "", "renew_api_key", &after), E_STATE);
	assert_int_equal(with_key(r, "", "", "revoke_api_key", &after), E_STATE);
	assert_ok(with_key(r, "", "", "issue_api_key", &after), r->err);
	assert_true(merchant_key_wanted(&after));
	item_release(&after);
	assert_ok(with_key(r, "ak_1", OTHER, "renew_api_key", &after), r->err);
	assert_true(merchant_key_wanted(&after));
	assert_string_equal(item_text(&after, "api_key_by"), ME);
	assert_int_equal(item_int(&after, "api_key_claimed_at"), 0);
	item_release(&after);
	assert_ok(with_key(r, "ak_1", "", "revoke_api_key", &after), r->err); /* one that the core made unasked */
	assert_string_equal(item_text(&after, "api_key_id"), "");
	item_release(&after);
	assert_ok(with_key(r, "ak_1", OTHER, "revoke_api_key", &after), r->err);
	assert_false(merchant_key_wanted(&after));
	assert_string_equal(item_text(&after, "api_key_id"), "");
	assert_string_equal(item_text(&after, "api_key_revoked_by"), ME);
	assert_int_equal(item_int(&after, "api_key_revoked_at"), NOW);
	item_release(&after);
}

/* ---- contracts ---- */
static void keep_contract(struct room *r, const char *state, const char *until)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_begin(&it, "contract", "C-1", state);
	specimen_put(&it, "merchant_id", "M-1");
	specimen_put(&it, "valid_until", until);
	assert_ok(item_save(&it, r->db, &r->err), r->err);
}

/* A contract that was voided, or runs out soon, is followed by another, wherever the merchant stands. */
static void another_contract(void **state)
{
	static const struct { const char *merchant, *contract, *until; enum code wanted; } rows[] = { /* 90 days from 2025-11-21 */
		{ "contracting", "declined", "", E_OK }, { "configuring", "executed", "", E_STATE }, { "configuring", "void", "", E_OK },
		{ "active", "executed", "2026-02-19", E_STATE }, { "active", "executed", "2026-02-18", E_OK }, { "suspended", "merchant_signed", "", E_STATE },
		{ "active", "executed", "2025-01-01", E_OK }, { "terminated", "void", "", E_STATE },
	};
	static const struct input input = { "contract_language", "zh" };
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item it = { 0 }, after = { 0 };
		struct actor who = reviewer();
		enum code code;

		waiting(&it);
		specimen_put(&it, "state", rows[i].merchant);
		keep_contract(r, rows[i].contract, rows[i].until);
		code = decide(r, &it, "draw_up", &who, "", &input, 1, &after);
		if (code != rows[i].wanted)
			fail_msg("row %zu: %s %s", i, code_name(code), r->err.msg);
	}
}

/* ---- going live ---- */
static void ready(struct room *r, struct item *it)
{
	struct ledger l = { .db = r->db };

	waiting(it);
	specimen_put(it, "channels", "alipay");
	specimen_put(it, "settlement_cycle", "t1");
	specimen_put(it, "api_key_id", "ak_1");
	specimen_put(it, "api_key_by", OTHER);
	item_set(it, "rate_alipay", value_int(38));
	item_set(it, "configured_at", value_int(NOW - WHEN_HOUR));
	item_set(it, "api_key_claimed_at", value_int(NOW));
	assert_ok(item_save(it, r->db, &r->err), r->err);
	keep_contract(r, "executed", "2027-01-01");
	ledger_papers(&l, "M-1");
}

static enum code go_live(struct room *r, const struct item *it, struct item *after)
{
	struct actor who = reviewer();

	return decide(r, it, "go_live", &who, "", NULL, 0, after);
}

static void what_stops_it(void **state)
{
	static const struct { const char *check, *field, *text; } rows[] = {
		{ "Channels and rates", "configured_at", "" }, { "Channels and rates", "channels", "" }, { "Channels and rates", "rate_alipay", "" },
		{ "Settlement account", "settlement_card", "62" }, { "Settlement account", "settlement_name", "李样本" },
		{ "Settlement account", "settlement_bank", "" }, { "API key", "api_key_id", "" },
		{ "Credit code", "credit_code", "91310000MA1FL0001X" }, { "Settlement cycle", "settlement_cycle", "d0" },
	};
	struct room *r = *state;
	AUTO(item_release) struct item it = { 0 };
	struct item after;

	ready(r, &it);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item bent;

		item_copy(&bent, &it);
		specimen_put(&bent, rows[i].field, rows[i].text);
		assert_int_equal(go_live(r, &bent, &after), E_CHECK);
		if (!strstr(r->err.msg, rows[i].check))
			fail_msg("%s=%s: %s", rows[i].field, rows[i].text, r->err.msg);
	}
	item_set(&it, "rate_alipay", value_int(39));
	assert_int_equal(go_live(r, &it, &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "above the contract's"));
}

static void no_contract_no_payments(void **state)
{
	static const struct { const char *state, *until; const char *says; } rows[] = {
		{ "void", "2027-01-01", "no contract" }, { "merchant_signed", "2027-01-01", "no contract" }, { "executed", "2025-11-20", "has run out" },
		{ "executed", "2025-11-21", NULL }, { "executed", "", NULL },
	};
	struct room *r = *state;
	AUTO(item_release) struct item it = { 0 };

	ready(r, &it);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item after = { 0 };

		keep_contract(r, rows[i].state, rows[i].until);
		assert_int_equal(go_live(r, &it, &after), rows[i].says ? E_CHECK : E_OK);
		if (rows[i].says)
			assert_non_null(strstr(r->err.msg, rows[i].says));
	}
}

static void live(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item it = { 0 }, after = { 0 };

	ready(r, &it);
	assert_ok(go_live(r, &it, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "active");
	assert_int_equal(item_int(&after, "activated_at"), NOW);
	item_set(&it, "api_key_claimed_at", value_null()); /* a key that nobody has fetched is said, and stops nobody */
	item_release(&after);
	assert_ok(go_live(r, &it, &after), r->err);
}

/* An account that was changed is the merchant's by its own word only, until a paper of the bank says so. */
static void another_account_is_proven(void **state)
{
	static const struct { const char *type, *state; int64_t received; enum check_status wanted; } rows[] = {
		{ "settlement_proof", "received", NOW - 1, CHECK_UNKNOWN }, { "settlement_proof", "refused", NOW + 1, CHECK_UNKNOWN },
		{ "lease", "received", NOW + 1, CHECK_UNKNOWN }, { "settlement_proof", "received", NOW, CHECK_PASSED },
	};
	struct room *r = *state;
	AUTO(item_release) struct item it = { 0 };
	struct checklist said = { .when = NOW };

	waiting(&it);
	merchant_check_account(r->db, &it, &said);
	assert_int_equal(said.row[0].status, CHECK_PASSED); /* as it applied */
	item_set(&it, "settlement_changed_at", value_int(NOW));
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item paper = { 0 };

		specimen_begin(&paper, "document", "D-1", rows[i].state);
		specimen_put(&paper, "merchant_id", "M-1");
		specimen_put(&paper, "type", rows[i].type);
		item_set(&paper, "received_at", value_int(rows[i].received));
		assert_ok(item_save(&paper, r->db, &r->err), r->err);
		merchant_check_account(r->db, &it, &said);
		if (said.row[0].status != rows[i].wanted)
			fail_msg("row %zu: %s", i, said.row[0].why);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		T(terms_that_are_refused), T(terms_that_hold), T(accounts), T(nobody_elses_account), T(changes_are_assessed), T(nobody_is_behind_it), T(only_two_people_change_the_account),
		T(keys), T(another_contract), T(another_account_is_proven),
		T(what_stops_it), T(no_contract_no_payments), T(live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
