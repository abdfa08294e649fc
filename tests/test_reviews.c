/* Merchants looked at again: when the core makes a review, what ends it, who may decide, and what becomes of the merchant. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/merchant_review.h"
#include "core/values/when.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/reviews.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/sandbox.h"
#include "tests/specimen.h"

struct scene {
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin, zhao;       /* reviewer; risk and compliance */
	struct told told;
	char last[COMMAND_ID_LEN + 1];  /* the id of what was sent last about a review */
};

static int scene_setup(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);

	sandbox_make(&s->sb);
	raw_desk_make(&s->desk, 1);
	raw_desk_join(&s->sb, &s->desk, "all", "all");
	person_make(&s->lin, &s->desk, "lin", "reviewer", 41, s->sb.clock - 1000);
	person_make(&s->zhao, &s->desk, "zhao", "risk,compliance", 42, s->sb.clock - 1000);
	person_show(&s->sb, &s->desk, &s->lin);
	person_show(&s->sb, &s->desk, &s->zhao);
	*state = s;
	return 0;
}

static int scene_teardown(void **state)
{
	struct scene *s = *state;

	sandbox_remove(&s->sb);
	free(s);
	return 0;
}

/* ---- the core's records ---- */
static void give(struct scene *s, struct item *it)
{
	sandbox_give(&s->sb, it);
	item_release(it);
}

static void day(struct scene *s, int64_t in_days, char out[16])
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	when_add_date(&text, s->sb.clock + in_days * WHEN_DAY);
	snprintf(out, 16, "%s", text.data);
}

enum { NO_DAY = 100000 };

static void merchant(struct scene *s, const char *id, const char *state, const char *risk, int64_t next_in)
{
	struct item it;
	char on[16];

	specimen_merchant(&it, id, 1, s->sb.clock);
	specimen_put(&it, "state", state);
	specimen_put(&it, "risk_level", risk);
	item_set(&it, "activated_at", value_int(s->sb.clock - 100 * WHEN_DAY));
	day(s, next_in, on);
	if (next_in != NO_DAY)
		specimen_put(&it, "next_review_on", on);
	give(s, &it);
}

static void document(struct scene *s, const char *id, const char *merchant_id, const char *state, int64_t expires_in)
{
	struct item it;
	char on[16];

	specimen_begin(&it, "document", id, state);
	specimen_put(&it, "merchant_id", merchant_id);
	specimen_put(&it, "type", "business_licence");
	item_set(&it, "received_at", value_int(s->sb.clock));
	day(s, expires_in, on);
	if (expires_in != NO_DAY)
		specimen_put(&it, "expires_on", on);
	give(s, &it);
}

static void sweep(struct scene *s)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(reviews_run(&ch, s->sb.clock, &s->sb.err), s->sb.err);
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
}

static int64_t reviews(struct scene *s)
{
	const struct table t = record_table(&merchant_review_record);
	const struct query q = { .table = &t };
	int64_t n = 0;

	assert_ok(query_count(institution_db(s->sb.in), &q, &n, &s->sb.err), s->sb.err);
	return n;
}

static void says(struct scene *s, const char *kind, const char *id, const char *field, const char *text)
{
	AUTO(item_release) struct item it = { 0 };

	assert_ok(item_load(&it, institution_db(s->sb.in), record_find(kind), id, &s->sb.err), s->sb.err);
	if (strcmp(item_text(&it, field), text) != 0)
		fail_msg("%s %s: %s is \"%s\", not \"%s\"", kind, id, field, item_text(&it, field), text);
}

/* ---- when one comes up ---- */
static void a_document_comes_up_thirty_days_before(void **state)
{
	struct scene *s = *state;

	merchant(s, "M1", "active", "low", 900);
	merchant(s, "M2", "applied", "low", NO_DAY);
	document(s, "D1", "M1", "verified", 31);
	document(s, "D2", "M2", "verified", 3);        /* an application is under review anyway */
	document(s, "D3", "M1", "refused", 3);
	sweep(s);
	assert_int_equal(reviews(s), 0);
	s->sb.clock += WHEN_DAY;
	sweep(s);
	sweep(s);
	assert_int_equal(reviews(s), 1);               /* once for its cause */
	says(s, "merchant_review", "R00000001", "cause", "document_expiring");
	says(s, "merchant_review", "R00000001", "document_id", "D1");
	says(s, "merchant_review", "R00000001", "state", "open");
	s->sb.clock += 30 * WHEN_DAY;                  /* its last day */
	sweep(s);
	says(s, "merchant_review", "R00000001", "cause", "document_expiring");
	s->sb.clock += WHEN_DAY;
	sweep(s);
	says(s, "merchant_review", "R00000001", "cause", "document_expired");
	assert_int_equal(reviews(s), 1);
}

static void what_has_run_out_comes_up_at_once(void **state)
{
	struct scene *s = *state;

	merchant(s, "M1", "active", "low", 900);
	document(s, "D1", "M1", "received", -1);
	document(s, "D2", "M1", "verified", -400);     /* the later one is of the same type: this one was answered by it */
	sweep(s);
	assert_int_equal(reviews(s), 1);
	says(s, "merchant_review", "R00000001", "cause", "document_expired");
	says(s, "merchant_review", "R00000001", "document_id", "D1");
	document(s, "D3", "M1", "received", NO_DAY);   /* valid for good */
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "renewed");
	sweep(s);
	assert_int_equal(reviews(s), 1);
}

static void the_risk_says_how_often(void **state)
{
	static const struct { const char *id, *risk; int64_t days; } rows[] = { { "M1", "high", 180 }, { "M2", "medium", 730 }, { "M3", "low", 1095 }, { "M4", "", 180 } };
	struct scene *s = *state;
	char on[16];

	for (size_t i = 0; i < COUNT(rows); i++)
		merchant(s, rows[i].id, "active", rows[i].risk, NO_DAY);
	merchant(s, "M5", "active", "low", 30);
	merchant(s, "M6", "active", "low", 31);
	merchant(s, "M7", "suspended", "high", -5);
	sweep(s);
	for (size_t i = 0; i < COUNT(rows); i++) {
		day(s, rows[i].days - 100, on);
		says(s, "merchant", rows[i].id, "next_review_on", on);
	}
	assert_int_equal(reviews(s), 1);
	says(s, "merchant_review", "R00000001", "merchant_id", "M5");
	says(s, "merchant_review", "R00000001", "cause", "periodic");
	s->sb.clock += WHEN_DAY;
	sweep(s);
	sweep(s);
	assert_int_equal(reviews(s), 2);
	says(s, "merchant_review", "R00000002", "merchant_id", "M6");
}

static void a_day_is_looked_through_once(void **state)
{
	struct scene *s = *state;
	int64_t head = 0;

	merchant(s, "M1", "active", "low", 3);
	assert_ok(reviews_daily(s->sb.in, &head, &s->sb.err), s->sb.err);
	assert_true(head > 0);
	assert_int_equal(reviews(s), 1);
	merchant(s, "M2", "active", "low", 3);
	head = 0;
	assert_ok(reviews_daily(s->sb.in, &head, &s->sb.err), s->sb.err);
	assert_int_equal(head, 0);
	assert_int_equal(reviews(s), 1);
	s->sb.clock += WHEN_DAY;
	assert_ok(reviews_daily(s->sb.in, &head, &s->sb.err), s->sb.err);
	assert_int_equal(reviews(s), 2);
}

/* ---- what people do ---- */
static const char *send(struct scene *s, struct person *who, const char *action, const char *field, const char *text, const char *reason)
{
	AUTO(command_release) struct command c;

	command_init(&c);
	order(&s->sb, &s->desk, &c, who, "merchant_review", "R00000001", action, reason);
	if (field)
		c.input[c.ninput++] = (struct input){ field, text };
	order_sign(&c, who);
	send_order(&s->sb, &s->desk, &c, &s->told);
	memcpy(s->last, c.id, sizeof s->last);
	return s->told.result;
}

static void under_review(struct scene *s, int64_t expires_in, int64_t next_in)
{
	merchant(s, "M1", "active", "medium", next_in);
	if (expires_in != NO_DAY)
		document(s, "D1", "M1", "verified", expires_in);
	sweep(s);
	assert_int_equal(reviews(s), 1);
	assert_string_equal(send(s, &s->lin, "claim", NULL, NULL, ""), "accepted");
}

static void a_periodic_review_says_when_the_next_is(void **state)
{
	struct scene *s = *state;
	char today[16], next[16];

	under_review(s, NO_DAY, 10);
	day(s, 0, today);
	day(s, 1095, next); /* assessed anew it is of low risk */
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "delay_accepted", "样本"), "rejected");
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "kept", "样本：未见变化"), "accepted");
	says(s, "merchant_review", "R00000001", "state", "completed");
	says(s, "merchant", "M1", "reviewed_on", today);
	says(s, "merchant", "M1", "next_review_on", next);
	says(s, "merchant", "M1", "risk_level", "low");
	says(s, "risk_assessment", s->last, "band", "low");
	says(s, "risk_assessment", s->last, "merchant_id", "M1");
	sweep(s);
	assert_int_equal(reviews(s), 1);
}

/* ---- a merchant that has become riskier ---- */
/* What the scorecard in force puts into the highest band. */
static void risky(struct scene *s, const char *level, int64_t next_in)
{
	struct item it;
	char on[16];

	specimen_merchant(&it, "M1", 1, s->sb.clock);
	specimen_put(&it, "state", "active");
	specimen_put(&it, "type", "micro");
	specimen_put(&it, "mcc", "");
	specimen_put(&it, "settlement_cycle", "d0");
	specimen_put(&it, "risk_level", level);
	item_set(&it, "expected_monthly", value_int(INT64_C(60000000000)));
	item_set(&it, "activated_at", value_int(s->sb.clock - 100 * WHEN_DAY));
	day(s, -10, on);
	specimen_put(&it, "established_on", on);
	day(s, next_in, on);
	specimen_put(&it, "next_review_on", on);
	give(s, &it);
}

static void a_day_is_brought_forward(void **state)
{
	static const struct { const char *level; int64_t reviewed, next, wanted; } rows[] = { /* in days from now; came on 100 days ago */
		{ "high", NO_DAY, 900, 80 }, { "high", -50, 900, 130 }, { "high", -50, 20, 20 }, { "high", -400, 900, 0 }, { "", NO_DAY, 900, 80 },
		{ "medium", NO_DAY, 900, 630 }, { "medium", -50, 100, 100 }, { "low", -1, 100, 100 }, { "high", -400, -3, -3 },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item it;
		char on[16];

		specimen_merchant(&it, "M1", 1, s->sb.clock);
		specimen_put(&it, "risk_level", rows[i].level);
		item_set(&it, "activated_at", value_int(s->sb.clock - 100 * WHEN_DAY));
		day(s, rows[i].reviewed, on);
		specimen_put(&it, "reviewed_on", rows[i].reviewed == NO_DAY ? "" : on);
		day(s, rows[i].next, on);
		specimen_put(&it, "next_review_on", on);
		review_bring_forward(&it, s->sb.clock);
		day(s, rows[i].wanted, on);
		if (strcmp(item_text(&it, "next_review_on"), on) != 0)
			fail_msg("row %zu: due on %s, not on %s", i, item_text(&it, "next_review_on"), on);
	}
}

static void a_higher_risk_is_looked_at_sooner(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	AUTO(item_release) struct item review = { 0 };
	char next[16];

	risky(s, "low", 900);
	sweep(s);
	assert_int_equal(reviews(s), 0);
	s->sb.clock += 60 * WHEN_DAY;                  /* 20 days before it is due as one of high risk */
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->zhao, "merchant", "M1", "reassess", "");
	order_sign(&c, &s->zhao);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	says(s, "merchant", "M1", "risk_level", "high");
	says(s, "risk_assessment", c.id, "band", "high");
	day(s, 20, next);
	says(s, "merchant", "M1", "next_review_on", next);
	assert_int_equal(reviews(s), 1);               /* at once, not tomorrow */
	says(s, "merchant_review", "R00000001", "cause", "periodic");
	sweep(s);
	assert_int_equal(reviews(s), 1);
	risky(s, "high", 5);                           /* brought forward once more: the same review, due sooner */
	sweep(s);
	assert_int_equal(reviews(s), 1);
	assert_ok(item_load(&review, institution_db(s->sb.in), &merchant_review_record, "R00000001", &s->sb.err), s->sb.err);
	assert_int_equal(item_int(&review, "due_at"), when_day_start(s->sb.clock) + 6 * WHEN_DAY);
}

/* Who may keep it is who would have had to take it on. */
static void who_keeps_what_has_become_riskier(void **state)
{
	struct scene *s = *state;
	char next[16];

	risky(s, "low", 10);
	sweep(s);
	assert_string_equal(send(s, &s->lin, "claim", NULL, NULL, ""), "accepted");
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "kept", "样本"), "rejected");
	assert_non_null(strstr(s->told.reason, "merchant.approve_high"));
	assert_string_equal(send(s, &s->lin, "escalate", NULL, NULL, "样本：风险上升"), "accepted");
	assert_string_equal(send(s, &s->zhao, "complete", "outcome", "kept_watched", "样本"), "accepted");
	says(s, "merchant", "M1", "risk_level", "high");
	day(s, 180, next);
	says(s, "merchant", "M1", "next_review_on", next);
}

static void nobody_is_kept_on_what_has_run_out(void **state)
{
	struct scene *s = *state;
	char next[16];

	under_review(s, -1, 400);
	day(s, 400, next);
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "kept", "样本"), "rejected");
	assert_non_null(strstr(s->told.reason, "has run out"));
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "delay_accepted", "样本：回执已提交"), "accepted");
	says(s, "merchant", "M1", "next_review_on", next); /* who looked at a document has not looked at the merchant */
	says(s, "merchant", "M1", "reviewed_on", "");
	sweep(s);
	assert_int_equal(reviews(s), 1);               /* decided: the same paper does not come up again */
}

/* Asked for, not answered, back in the queue; asked for again and answered: over. */
static void a_document_is_asked_for(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item doc = { 0 };

	under_review(s, 20, 900);
	assert_string_equal(send(s, &s->lin, "request_type", "document_type", "lease", "样本"), "rejected");
	assert_string_equal(send(s, &s->lin, "request_document", NULL, NULL, "样本：请更新"), "accepted");
	says(s, "merchant_review", "R00000001", "state", "awaiting_document");
	assert_ok(item_load(&doc, institution_db(s->sb.in), record_find("document"), "D1", &s->sb.err), s->sb.err);
	assert_int_equal(item_int(&doc, "requested_at"), s->sb.clock);
	s->sb.clock += 30 * WHEN_DAY - 1;
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "awaiting_document");
	s->sb.clock += 1;
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "open");
	says(s, "merchant_review", "R00000001", "assignee", "");
	assert_string_equal(send(s, &s->lin, "claim", NULL, NULL, ""), "accepted");
	assert_string_equal(send(s, &s->lin, "request_document", NULL, NULL, "样本：请更新"), "accepted");
	document(s, "D2", "M1", "received", 3000);
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "renewed");
}

static void a_periodic_review_goes_on_with_what_came(void **state)
{
	struct scene *s = *state;

	under_review(s, NO_DAY, 10);
	assert_string_equal(send(s, &s->lin, "request_document", NULL, NULL, "样本"), "rejected");
	assert_string_equal(send(s, &s->lin, "request_type", "document_type", "business_licence", "样本"), "accepted");
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "awaiting_document");
	s->sb.clock += WHEN_HOUR;
	document(s, "D9", "M1", "received", 3000);
	sweep(s);
	says(s, "merchant_review", "R00000001", "state", "open");
}

/* What risk decides stops the merchant; what is decided elsewhere ends the review, and brings it back with the merchant. */
static void suspended_and_back(void **state)
{
	struct scene *s = *state;

	under_review(s, -3, 900);
	assert_string_equal(send(s, &s->lin, "suspend", NULL, NULL, "样本"), "rejected");
	assert_string_equal(send(s, &s->lin, "escalate", NULL, NULL, "样本：未更新证照"), "accepted");
	assert_string_equal(send(s, &s->zhao, "suspend", NULL, NULL, "样本：证照过期"), "accepted");
	says(s, "merchant_review", "R00000001", "state", "merchant_suspended");
	says(s, "merchant", "M1", "state", "suspended");
	merchant(s, "M3", "active", "low", 3);
	sweep(s);
	says(s, "merchant_review", "R00000002", "state", "open");
	merchant(s, "M3", "suspended", "low", 3);
	sweep(s);
	says(s, "merchant_review", "R00000002", "state", "lapsed");
	merchant(s, "M3", "active", "low", 3);
	sweep(s);
	says(s, "merchant_review", "R00000002", "state", "open");
	assert_int_equal(reviews(s), 2);
}

static void a_merchant_that_stopped_is_not_decided_on(void **state)
{
	struct scene *s = *state;

	under_review(s, 10, 900);
	merchant(s, "M1", "terminated", "medium", 900);
	assert_string_equal(send(s, &s->lin, "complete", "outcome", "kept", "样本"), "rejected");
	assert_non_null(strstr(s->told.reason, "terminated"));
}

/* Not under the hands of whoever is at work on it. */
static void a_review_in_work_is_left_alone(void **state)
{
	struct scene *s = *state;

	under_review(s, 0, 900);
	s->sb.clock += WHEN_DAY;
	sweep(s);
	says(s, "merchant_review", "R00000001", "cause", "document_expiring");
	assert_string_equal(send(s, &s->lin, "release", NULL, NULL, ""), "accepted");
	sweep(s);
	says(s, "merchant_review", "R00000001", "cause", "document_expired");
}

/* ---- who may ---- */
struct trial { const char *action, *state, *cause, *assignee, *held, *field, *input, *reason; enum code wanted; const char *to; };

static const struct trial trials[] = {
	{ "claim", "open", "periodic", "", "reviewer", NULL, NULL, "", E_OK, "in_review" },
	{ "claim", "open", "periodic", "", "support", NULL, NULL, "", E_DENIED, NULL },
	{ "claim", "in_review", "periodic", OTHER, "reviewer", NULL, NULL, "", E_STATE, NULL },
	{ "claim", "renewed", "document_expired", "", "reviewer", NULL, NULL, "", E_STATE, NULL },
	{ "release", "in_review", "periodic", ME, "reviewer", NULL, NULL, "", E_OK, "open" },
	{ "release", "in_review", "periodic", OTHER, "reviewer", NULL, NULL, "", E_DENIED, NULL },
	{ "complete", "in_review", "periodic", ME, "reviewer", "outcome", "kept", "样本", E_OK, "completed" },
	{ "complete", "in_review", "periodic", ME, "reviewer", "outcome", "kept_watched", "样本", E_OK, "completed" },
	{ "complete", "in_review", "periodic", ME, "reviewer", "outcome", "kept", "", E_INVALID, NULL },
	{ "complete", "in_review", "periodic", ME, "reviewer", NULL, NULL, "样本", E_INVALID, NULL },
	{ "complete", "in_review", "periodic", OTHER, "reviewer", "outcome", "kept", "样本", E_STATE, NULL },
	{ "complete", "in_review", "document_expiring", ME, "reviewer", "outcome", "kept", "样本", E_OK, "completed" },
	{ "complete", "in_review", "document_expired", ME, "reviewer", "outcome", "kept", "样本", E_CHECK, NULL },
	{ "complete", "escalated", "periodic", "", "reviewer", "outcome", "kept", "样本", E_DENIED, NULL },
	{ "complete", "escalated", "periodic", "", "compliance", "outcome", "kept", "样本", E_OK, "completed" },
	{ "escalate", "in_review", "periodic", ME, "reviewer", NULL, NULL, "样本", E_OK, "escalated" },
	{ "escalate", "in_review", "periodic", OTHER, "reviewer", NULL, NULL, "样本", E_DENIED, NULL },
	{ "send_back", "escalated", "periodic", "", "risk", NULL, NULL, "样本", E_OK, "open" },
	{ "send_back", "escalated", "periodic", "", "reviewer", NULL, NULL, "样本", E_DENIED, NULL },
	{ "suspend", "in_review", "periodic", ME, "reviewer", NULL, NULL, "样本", E_DENIED, NULL },
	{ "suspend", "in_review", "periodic", OTHER, "risk", NULL, NULL, "样本", E_OK, "merchant_suspended" },
	{ "request_document", "in_review", "document_expired", ME, "reviewer", NULL, NULL, "样本", E_OK, "awaiting_document" },
	{ "request_type", "in_review", "periodic", ME, "reviewer", "document_type", "passport", "样本", E_INVALID, NULL },
};

static void known_merchant(struct room *r)
{
	AUTO(item_release) struct item it;

	specimen_merchant(&it, "M1", 1, NOW);
	specimen_put(&it, "state", "active");
	specimen_put(&it, "risk_level", "low");
	assert_ok(item_save(&it, r->db, &r->err), r->err);
}

static void decisions_and_refusals(void **state)
{
	struct room *r = *state;

	known_merchant(r);
	for (size_t i = 0; i < COUNT(trials); i++) {
		const struct trial *t = &trials[i];
		AUTO(item_release) struct item now, after = { 0 };
		struct actor who = person(ME, t->held);
		const struct input in = { t->field, t->input };
		enum code code;

		specimen_begin(&now, "merchant_review", "R1", t->state);
		specimen_put(&now, "cause", t->cause);
		specimen_put(&now, "merchant_id", "M1");
		specimen_put(&now, "assignee", t->assignee);
		item_set(&now, "claimed_at", value_int(NOW - 1000));
		code = decide(r, &now, t->action, &who, t->reason, &in, t->field ? 1 : 0, &after);
		if (code != t->wanted)
			fail_msg("trial %zu, %s from %s: %s", i, t->action, t->state, r->err.msg);
		if (!code)
			assert_string_equal(item_text(&after, "state"), t->to);
	}
}

/* What one has escalated oneself is another's to decide. */
static void another_decides(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item now, after = { 0 };
	struct actor both = person(ME, "reviewer,compliance");
	const struct input in = { "outcome", "kept" };

	known_merchant(r);
	specimen_begin(&now, "merchant_review", "R1", "escalated");
	specimen_put(&now, "merchant_id", "M1");
	specimen_put(&now, "cause", "periodic");
	specimen_put(&now, "escalated_by", ME);
	assert_int_equal(decide(r, &now, "complete", &both, "样本", &in, 1, &after), E_DENIED);
	specimen_put(&now, "escalated_by", OTHER);
	assert_ok(decide(r, &now, "complete", &both, "样本", &in, 1, &after), r->err);
}

/* A synthetic institution has some of each cause, some of them late. */
static void a_fill_has_work(void **state)
{
	static const char *const causes[] = { "periodic", "document_expiring", "document_expired" };
	struct scene *s = *state;
	const struct table t = record_table(&merchant_review_record);
	int64_t n;

	sandbox_stop(&s->sb);
	{
		AUTO(institution_closep) struct institution *in = NULL;
		char home[128];

		snprintf(home, sizeof home, "%s/filled", s->sb.dir);
		assert_ok(institution_open(&in, home, &s->sb.world, true, &s->sb.err), s->sb.err);
		assert_ok(fill(in, "15000", 1, &s->sb.err), s->sb.err);
		for (size_t i = 0; i < COUNT(causes); i++) {
			const struct query q = { .table = &t, .where = { .op = COND_EQ, .column = "cause", .value = value_text(causes[i]) } };

			assert_ok(query_count(institution_db(in), &q, &n, &s->sb.err), s->sb.err);
			if (n < 1)
				fail_msg("no review is %s", causes[i]);
		}
		const struct query late = { .table = &t, .where = { .op = COND_LT, .column = "due_at", .value = value_int(s->sb.clock) } };

		assert_ok(query_count(institution_db(in), &late, &n, &s->sb.err), s->sb.err);
		assert_true(n > 0);
	}
	sandbox_start(&s->sb);
}

int main(void)
{
#define S(f) cmocka_unit_test_setup_teardown(f, scene_setup, scene_teardown)
#define R(f) cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		S(a_document_comes_up_thirty_days_before), S(what_has_run_out_comes_up_at_once), S(the_risk_says_how_often),
		S(a_day_is_looked_through_once), S(a_periodic_review_says_when_the_next_is), S(nobody_is_kept_on_what_has_run_out),
		S(a_document_is_asked_for), S(a_periodic_review_goes_on_with_what_came), S(a_day_is_brought_forward),
		S(a_higher_risk_is_looked_at_sooner), S(who_keeps_what_has_become_riskier), S(suspended_and_back),
		S(a_merchant_that_stopped_is_not_decided_on), S(a_review_in_work_is_left_alone), R(decisions_and_refusals), R(another_decides),
		S(a_fill_has_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
