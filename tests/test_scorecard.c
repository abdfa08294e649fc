/* The scorecards: what each factor brings at its edges, the bands, which card holds on which day; and how a merchant is assessed by one. */
#include <stdio.h>
#include <string.h>

#include "core/records/merchant.h"
#include "core/records/merchant_risk.h"
#include "core/values/ident.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/ledger.h"

struct desk_of { struct room *r; struct ledger l; struct item merchant; };

static void sit(struct desk_of *d, void **state)
{
	*d = (struct desk_of){ .r = *state };
	d->l.db = d->r->db;
	ledger_merchant(&d->merchant, "M1");
	item_set(&d->merchant, "settlement_cycle", value_text("t1"));
	item_set(&d->merchant, "contact_phone", value_text("13911112222")); /* its own: specimens share one */
	ledger_put(&d->l, &d->merchant);
	ledger_papers(&d->l, "M1");
}

static const struct tally_row *part(const struct tally *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->row[i].id, id))
			return &t->row[i];
	fail_msg("no part %s", id);
	return NULL;
}

/* ---- the cards ---- */
static bool held(const char *permission)
{
	AUTO(buf_release) struct buf who = BUF_INIT;

	roles_holding(&who, permission);
	return who.len > 0;
}

/* Every factor is one that the code can look at; at their worst they come to 100; the bands are the ones that a merchant may be in. */
static void cards_are_whole(void **state)
{
	const struct field *level = &merchant_record.fields[record_field(&merchant_record, "risk_level")];
	struct desk_of d;

	sit(&d, state);
	assert_true(nscorecards >= 2);
	for (size_t i = 0; i < nscorecards; i++) {
		const struct scorecard *c = &scorecards[i];
		struct tally t = { .when = SPECIMEN_TIME };
		size_t factors = 0;

		for (size_t r = 0; r < c->nrows; r = scorecard_next(c, r))
			factors++;
		merchant_assess(d.r->db, &d.merchant, c, &t);
		assert_int_equal(t.n, factors);
		assert_int_equal(t.most, 100);
		assert_null(c->band[0].permission);
		for (size_t b = 0; b < c->nbands; b++) {
			assert_non_null(field_choice(level, c->band[b].name, strlen(c->band[b].name)));
			assert_true(!c->band[b].permission || held(c->band[b].permission));
			assert_ptr_equal(scorecard_band_find(c, c->band[b].name), &c->band[b]);
		}
		assert_ptr_equal(scorecard_find(c->version), c);
	}
	assert_null(scorecard_find("1999.1"));
	assert_null(scorecard_band_find(scorecards, "none"));
	item_release(&d.merchant);
}

/* The list marks a score as the card in force has its bands. */
static void bands_begin_and_end(void **state)
{
	static const struct { int64_t points; const char *band; } rows[] = {
		{ 0, "low" }, { 19, "low" }, { 20, "medium" }, { 39, "medium" }, { 40, "high" }, { 100, "high" }, { 100000, "high" },
	};
	const struct scorecard *c = scorecard_find("2026.1");
	const struct field *score = &merchant_record.fields[record_field(&merchant_record, "risk_score")];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(scorecard_band(c, rows[i].points)->name, rows[i].band);
	c = &scorecards[nscorecards - 1];
	assert_int_equal(score->warn, c->band[1].from);
	assert_int_equal(score->alarm, c->band[c->nbands - 1].from);
}

static void a_card_has_its_day(void **state)
{
	struct err err;
	int64_t day;

	(void)state;
	assert_ok(when_parse_date("2026-07-01", &day, &err), err);
	assert_string_equal(scorecard_at(day)->version, "2026.1");
	assert_string_equal(scorecard_at(day - 1)->version, "2020.1");
	assert_ok(when_parse_date("2020-01-01", &day, &err), err);
	assert_string_equal(scorecard_at(day)->version, "2020.1");
	assert_null(scorecard_at(day - 1));
}

/* ---- the factors ---- */
#define WAN INT64_C(1000000) /* ten thousand yuan, in fen */

/* A field of the merchant, text or number (NULL: neither), and what the factor makes of it by the card 2026.1. */
static const struct edge { const char *factor, *field, *text; int64_t number; const char *word; int64_t points; } edges[] = {
	{ "type", "type", "enterprise", 0, "enterprise", 0 }, { "type", "type", "individual_business", 0, "individual_business", 3 },
	{ "type", "type", "micro", 0, "micro", 6 }, { "type", "type", "", 0, "", 6 },
	{ "mcc_risk", "mcc", "5411", 0, "allowed", 0 }, { "mcc_risk", "mcc", "5944", 0, "high_risk", 16 }, { "mcc_risk", "mcc", "7995", 0, "prohibited", 18 },
	{ "mcc_risk", "mcc", "0001", 0, "", 18 }, { "mcc_risk", "mcc", "", 0, "", 18 },
	/* the specimen time is 21 November 2026 in Shanghai */
	{ "months_established", "established_on", "2026-11-21", 0, "0", 10 }, { "months_established", "established_on", "2026-05-22", 0, "5", 10 },
	{ "months_established", "established_on", "2026-05-21", 0, "6", 8 }, { "months_established", "established_on", "2025-11-22", 0, "11", 8 },
	{ "months_established", "established_on", "2025-11-21", 0, "12", 5 }, { "months_established", "established_on", "2023-11-22", 0, "35", 5 },
	{ "months_established", "established_on", "2023-11-21", 0, "36", 0 }, { "months_established", "established_on", "1980-01-01", 0, "562", 0 },
	{ "months_established", "established_on", "2026-11-22", 0, "", 4 }, { "months_established", "established_on", "", 0, "", 4 },
	{ "expected_monthly", "expected_monthly", NULL, 0, "0", 0 }, { "expected_monthly", "expected_monthly", NULL, 5 * WAN - 1, "4999999", 0 },
	{ "expected_monthly", "expected_monthly", NULL, 5 * WAN, "5000000", 3 }, { "expected_monthly", "expected_monthly", NULL, 50 * WAN - 1, "49999999", 3 },
	{ "expected_monthly", "expected_monthly", NULL, 50 * WAN, "50000000", 6 }, { "expected_monthly", "expected_monthly", NULL, 500 * WAN - 1, "499999999", 6 },
	{ "expected_monthly", "expected_monthly", NULL, 500 * WAN, "500000000", 8 }, { "expected_monthly", "expected_monthly", NULL, -1, "", 2 },
	{ "expected_monthly", "expected_monthly", "", 0, "", 2 },
	/* the specimen expects 1234550 fen a month, 14814600 a year */
	{ "turnover_to_capital", "registered_capital", NULL, 14814601, "99", 0 }, { "turnover_to_capital", "registered_capital", NULL, 14814600, "100", 3 },
	{ "turnover_to_capital", "registered_capital", NULL, 2962921, "499", 3 }, { "turnover_to_capital", "registered_capital", NULL, 2962920, "500", 5 },
	{ "turnover_to_capital", "registered_capital", NULL, 740731, "1999", 5 }, { "turnover_to_capital", "registered_capital", NULL, 740730, "2000", 8 },
	{ "turnover_to_capital", "registered_capital", NULL, 0, "", 2 }, { "turnover_to_capital", "registered_capital", NULL, -5, "", 2 },
	{ "turnover_to_capital", "registered_capital", "", 0, "", 2 },
	{ "region", "region", "西南", 0, "西南", 4 }, { "region", "region", "华南", 0, "华南", 2 }, { "region", "region", "华东", 0, "华东", 0 }, { "region", "region", "", 0, "", 0 },
	{ "settlement_cycle", "settlement_cycle", "t1", 0, "t1", 0 }, { "settlement_cycle", "settlement_cycle", "d1", 0, "d1", 2 },
	{ "settlement_cycle", "settlement_cycle", "d0", 0, "d0", 10 }, { "settlement_cycle", "settlement_cycle", "", 0, "", 2 },
	{ "settlement_holder", "settlement_name", "样本茶馆", 0, "own", 0 }, { "settlement_holder", "settlement_name", "张样本", 0, "representative", 1 },
	{ "settlement_holder", "settlement_name", "样本甲", 0, "other", 8 }, { "settlement_holder", "settlement_name", "", 0, "", 2 },
	{ "rep_age", "legal_rep_number", "20081122", 0, "17", 6 }, { "rep_age", "legal_rep_number", "20081121", 0, "18", 4 },
	{ "rep_age", "legal_rep_number", "20011122", 0, "24", 4 }, { "rep_age", "legal_rep_number", "20011121", 0, "25", 0 },
	{ "rep_age", "legal_rep_number", "19611122", 0, "64", 0 }, { "rep_age", "legal_rep_number", "19611121", 0, "65", 3 },
	{ "rep_age", "legal_rep_number", "", 0, "", 3 },
};

static void put_edge(struct item *it, const struct edge *e)
{
	char number[RESIDENT_LEN + 1];

	if (!e->text) {
		item_set(it, e->field, value_int(e->number));
	} else if (!strcmp(e->field, "legal_rep_number") && *e->text) {
		snprintf(number, sizeof number, "110101%s001", e->text);
		assert_true(ident_resident_complete(number));
		item_set(it, e->field, value_text(number));
	} else {
		item_set(it, e->field, *e->text ? value_text(e->text) : value_null());
	}
}

static void each_factor_at_its_edges(void **state)
{
	const struct scorecard *card = scorecard_find("2026.1");
	struct desk_of d;

	sit(&d, state);
	for (size_t i = 0; i < COUNT(edges); i++) {
		AUTO(item_release) struct item it;
		struct tally t = { .when = SPECIMEN_TIME };
		const struct tally_row *r;

		item_copy(&it, &d.merchant);
		put_edge(&it, &edges[i]);
		merchant_assess(d.r->db, &it, card, &t);
		r = part(&t, edges[i].factor);
		if (strcmp(r->word, edges[i].word) != 0 || r->points != edges[i].points)
			fail_msg("%s %s %lld: %s, %lld points", edges[i].factor, edges[i].text ? edges[i].text : "", (long long)edges[i].number, r->word,
				 (long long)r->points);
	}
	item_release(&d.merchant);
}

/* Numbers as large as a record can hold. */
static void nothing_overflows(void **state)
{
	struct tally t = { .when = SPECIMEN_TIME };
	struct desk_of d;

	sit(&d, state);
	item_set(&d.merchant, "expected_monthly", value_int(INT64_MAX));
	item_set(&d.merchant, "registered_capital", value_int(1));
	merchant_assess(d.r->db, &d.merchant, scorecard_find("2026.1"), &t);
	assert_int_equal(part(&t, "turnover_to_capital")->points, 8);
	assert_int_equal(part(&t, "expected_monthly")->points, 8);
	item_release(&d.merchant);
}

static void other(struct desk_of *d, const char *id, const char *field)
{
	AUTO(item_release) struct item it;

	ledger_merchant(&it, id);
	item_set(&it, field, item_get(&d->merchant, field));
	ledger_put(&d->l, &it);
}

static void findings_count(void **state)
{
	static const struct { const char *id, *field; int64_t points; } twins[] = {
		{ "M2", "settlement_card", 5 }, { "M3", "settlement_card", 5 }, { "M4", "legal_rep_number", 10 }, { "M5", "credit_code", 14 },
	};
	const struct scorecard *card = scorecard_find("2026.1");
	struct tally t = { .when = SPECIMEN_TIME };
	struct desk_of d;

	sit(&d, state);
	merchant_assess(d.r->db, &d.merchant, card, &t);
	assert_int_equal(part(&t, "duplicates")->points, 0);
	assert_int_equal(part(&t, "documents")->points, 0);
	assert_string_equal(part(&t, "documents")->word, "passed");
	for (size_t i = 0; i < COUNT(twins); i++) {
		other(&d, twins[i].id, twins[i].field);
		t = (struct tally){ .when = SPECIMEN_TIME };
		merchant_assess(d.r->db, &d.merchant, card, &t);
		assert_int_equal(part(&t, "duplicates")->points, twins[i].points);
	}
	t = (struct tally){ .when = SPECIMEN_TIME + 20 * 366 * WHEN_DAY }; /* by then the papers have expired */
	merchant_assess(d.r->db, &d.merchant, card, &t);
	assert_int_equal(part(&t, "documents")->points, 8);
	item_set(&d.merchant, "id", value_text("M9")); /* which has sent none */
	t = (struct tally){ .when = SPECIMEN_TIME };
	merchant_assess(d.r->db, &d.merchant, card, &t);
	assert_int_equal(part(&t, "documents")->points, 6);
	assert_string_equal(part(&t, "documents")->word, "incomplete");
	item_release(&d.merchant);
}

/* ---- the assessment ---- */
static enum code take(void *ctx, const struct item *it, struct err *err)
{
	(void)err;
	item_copy(ctx, it);
	return E_OK;
}

/* Passing the risk review writes the score into the record, and the core keeps what it was made of. The court sits in November 2025. */
static void passing_fixes_it(void **state)
{
	struct desk_of d;
	struct actor wang = person(ME, "risk");
	AUTO(item_release) struct item after = { 0 }, kept = { 0 };
	struct tally then, now;

	sit(&d, state);
	item_set(&d.merchant, "assignee", value_text(ME));
	item_set(&d.merchant, "risk_score", value_int(99));
	assert_int_equal(decide(d.r, &d.merchant, "pass_risk", &wang, "", NULL, 0, &after), E_OK);
	assert_true(tally_run(d.r->db, &after, NOW, PRIVACY_CORE, &now));
	assert_int_equal(item_int(&after, "risk_score"), now.total);
	assert_int_not_equal(now.total, 99);
	assert_string_equal(item_text(&after, "risk_level"), "low");
	assert_string_equal(item_text(&after, "scorecard"), "2020.1");
	assert_int_equal(item_int(&after, "assessed_at"), NOW);

	const struct judge j = { .db = d.r->db, .now = &d.merchant, .action = record_action(&merchant_record, "pass_risk"), .who = &wang, .when = NOW, .reason = "" };
	const struct effects to = { "cause", take, &kept };
	assert_ok(effects_run(&j, &after, &to, &d.r->err), d.r->err);
	assert_string_equal(item_id(&kept), "cause");
	assert_string_equal(item_text(&kept, "merchant_id"), "M1");
	assert_string_equal(item_text(&kept, "assessed_by"), ME);
	assert_string_equal(item_text(&kept, "scorecard"), "2020.1");
	assert_int_equal(item_int(&kept, "score"), now.total);
	assert_true(tally_run(d.r->db, &kept, NOW, PRIVACY_CORE, &then));
	assert_int_equal(then.n, now.n);
	assert_int_equal(then.nfacts, 0);
	assert_int_equal(then.total, now.total);
	assert_int_equal(then.most, now.most);
	for (size_t i = 0; i < then.n; i++) {
		assert_string_equal(then.row[i].id, now.row[i].id);
		assert_string_equal(then.row[i].word, now.row[i].word);
		assert_string_equal(then.row[i].value, now.row[i].value);
		assert_int_equal(then.row[i].points, now.row[i].points);
	}
	item_release(&d.merchant);
}

static void expect(struct desk_of *d, int64_t when, enum check_status status, const char *why)
{
	struct checklist list;

	checks_run(d->r->db, &d->merchant, when, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, "assessment")) {
			if (list.row[i].status != status || !strstr(list.row[i].why, why))
				fail_msg("%d: %s", (int)list.row[i].status, list.row[i].why);
			return;
		}
	fail_msg("not asked");
}

/* What has changed since the assessment is told; what lifts the merchant into a higher band stops the approval. */
static void a_change_of_facts_is_seen(void **state)
{
	const struct scorecard *card = scorecard_find("2026.1");
	struct tally t = { .when = SPECIMEN_TIME };
	struct desk_of d;

	sit(&d, state);
	expect(&d, SPECIMEN_TIME, CHECK_PASSED, "passing the risk review fixes it");
	merchant_assess(d.r->db, &d.merchant, card, &t);
	merchant_risk_put(&d.merchant, card, &t);
	item_set(&d.merchant, "risk_outcome", value_text("passed"));
	expect(&d, SPECIMEN_TIME, CHECK_PASSED, "as it was assessed");
	item_set(&d.merchant, "region", value_text("西南"));
	expect(&d, SPECIMEN_TIME, CHECK_UNKNOWN, "points, Low; assessed at");
	other(&d, "M2", "settlement_card");
	other(&d, "M3", "legal_rep_number");
	other(&d, "M4", "credit_code");
	expect(&d, SPECIMEN_TIME, CHECK_FAILED, "points, Medium; assessed at");
	item_set(&d.merchant, "risk_level", value_text("high"));
	expect(&d, SPECIMEN_TIME, CHECK_UNKNOWN, "points, Medium; assessed at");
	item_release(&d.merchant);
}

/* After the application only what is riskier than it was assessed counts: nobody goes live or is reinstated with it; who takes payments is told. */
static void riskier_since(void **state)
{
	static const struct { const char *state; enum check_status higher; } rows[] = {
		{ "configuring", CHECK_FAILED }, { "suspended", CHECK_FAILED }, { "active", CHECK_UNKNOWN },
	};
	const struct scorecard *card = scorecard_find("2026.1");
	struct tally t = { .when = SPECIMEN_TIME };
	struct desk_of d;

	sit(&d, state);
	merchant_assess(d.r->db, &d.merchant, card, &t);
	merchant_risk_put(&d.merchant, card, &t);
	item_set(&d.merchant, "risk_outcome", value_text("passed"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		item_set(&d.merchant, "state", value_text(rows[i].state));
		item_set(&d.merchant, "region", value_text("西南"));
		expect(&d, SPECIMEN_TIME, CHECK_PASSED, "Low; assessed at"); /* another figure of the same band */
		item_set(&d.merchant, "type", value_text("micro"));
		item_set(&d.merchant, "established_on", value_text("2026-11-01"));
		item_set(&d.merchant, "mcc", value_null());
		expect(&d, SPECIMEN_TIME, rows[i].higher, "have it assessed anew");
		item_set(&d.merchant, "type", value_text("enterprise"));
		item_set(&d.merchant, "mcc", value_text("5411"));
	}
	item_release(&d.merchant);
}

/* Whoever reinstates it is who its band takes, and not before it was assessed as it is. */
static void the_band_reinstates(void **state)
{
	struct item after;
	struct desk_of d;
	struct actor risk = person(ME, "risk"), officer = person(OTHER, "compliance"), colleague = person(OTHER, "risk");
	const struct judge j = { .db = ((struct room *)*state)->db, .now = &d.merchant, .action = record_action(record_find("merchant"), "resume"), .when = NOW };
	struct err err;

	sit(&d, state);
	item_set(&d.merchant, "state", value_text("suspended"));
	item_set(&d.merchant, "settlement_bank", value_text("样本银行"));
	item_set(&d.merchant, "settlement_name", item_get(&d.merchant, "name"));
	item_set(&d.merchant, "risk_outcome", value_text("passed"));
	item_set(&d.merchant, "scorecard", value_text("2020.1"));
	item_set(&d.merchant, "risk_level", value_text("high"));
	assert_ok(decide(d.r, &d.merchant, "resume", &risk, "样本", NULL, 0, &after), d.r->err);
	item_release(&after);
	assert_int_equal(action_two(&j, &risk, &colleague, &err), E_DENIED);
	assert_ok(action_two(&j, &risk, &officer, &err), err);
	item_set(&d.merchant, "risk_level", value_text("low"));
	item_set(&d.merchant, "mcc", value_null());
	item_set(&d.merchant, "established_on", value_text("2025-11-01"));
	assert_int_equal(decide(d.r, &d.merchant, "resume", &risk, "样本", NULL, 0, &after), E_CHECK);
	assert_non_null(strstr(d.r->err.msg, "assessment"));
	assert_ok(decide(d.r, &d.merchant, "reassess", &risk, "", NULL, 0, &after), d.r->err);
	assert_string_not_equal(item_text(&after, "risk_level"), "low");
	item_release(&d.merchant);
	d.merchant = after;
	assert_ok(decide(d.r, &d.merchant, "resume", &risk, "样本", NULL, 0, &after), d.r->err);
	item_release(&after);
	item_release(&d.merchant);
}

/* A newer card does not undo what was assessed by an older one. */
static void an_older_card_holds(void **state)
{
	const struct scorecard *old = scorecard_find("2020.1");
	struct tally t = { .when = SPECIMEN_TIME };
	struct desk_of d;

	sit(&d, state);
	item_set(&d.merchant, "region", value_text("西南")); /* of which the older card knows nothing */
	merchant_assess(d.r->db, &d.merchant, old, &t);
	merchant_risk_put(&d.merchant, old, &t);
	expect(&d, SPECIMEN_TIME, CHECK_PASSED, "passing the risk review fixes it");
	item_set(&d.merchant, "risk_outcome", value_text("passed"));
	expect(&d, SPECIMEN_TIME, CHECK_PASSED, "as it was assessed");
	assert_true(tally_run(d.r->db, &d.merchant, SPECIMEN_TIME, PRIVACY_CORE, &t));
	assert_string_equal(t.fact[1].word, "2020.1");
	item_release(&d.merchant);
}

/* What is looked at may be somebody's secret; what it counts is not. */
static void masks_hold(void **state)
{
	struct desk_of d;
	struct tally open, masked;

	sit(&d, state);
	assert_true(tally_run(d.r->db, &d.merchant, SPECIMEN_TIME, PRIVACY_CORE, &open));
	assert_true(tally_run(d.r->db, &d.merchant, SPECIMEN_TIME, PRIVACY_GENERAL, &masked));
	assert_string_equal(part(&open, "rep_age")->word, "36");
	assert_null(strstr(part(&masked, "rep_age")->word, "36"));
	assert_null(strstr(part(&masked, "rep_age")->value, "36"));
	assert_string_equal(part(&masked, "rep_age")->why, "");
	assert_int_equal(part(&masked, "rep_age")->points, part(&open, "rep_age")->points);
	assert_string_equal(part(&masked, "type")->value, part(&open, "type")->value);
	assert_int_equal(masked.total, open.total);
	item_release(&d.merchant);
}

/* A record from the core may say anything. */
static void broken_lines_are_refused(void **state)
{
	static const char *const bad[] = { "type enterprise 0/6", "0/6", "0/6 nothing 5", "-1/6 type x", "7/6 type x", "99999/6 type x", "0/6 typeX", "x", "\n",
					   "0/6 type enterprise\n\n0/6 type x" };
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(bad); i++) {
		AUTO(item_release) struct item it;
		struct tally t;

		item_init(&it, &risk_assessment_record);
		item_set(&it, "contributions", value_text(bad[i]));
		assert_true(tally_run(r->db, &it, NOW, PRIVACY_CORE, &t));
		if (t.nfacts != 1 || strcmp(t.fact[0].id, "unread") != 0)
			fail_msg("\"%s\" is read", bad[i]);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		T(cards_are_whole), T(bands_begin_and_end), T(a_card_has_its_day), T(each_factor_at_its_edges), T(nothing_overflows), T(findings_count),
		T(passing_fixes_it), T(a_change_of_facts_is_seen), T(riskier_since), T(the_band_reinstates), T(an_older_card_holds), T(masks_hold), T(broken_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
