/* A merchant under review once more. Periodic ones end in the day of the next; those for a document end when a new one has come, or with a
 * reason why not. */
#include "core/records/merchant_review.h"

#include <stdio.h>
#include <string.h>

#include "core/effect.h"
#include "core/note.h"
#include "core/records/claim.h"
#include "core/records/merchant.h"
#include "core/records/merchant_risk.h"
#include "core/rules.h"
#include "core/values/when.h"

/* ---- fields ---- */
static const struct choice causes[] = {
	{ "periodic", N_("Periodic") }, { "document_expiring", N_("Expiring") }, { "document_expired", N_("Has expired") },
	{ NULL, NULL },
};
static const struct choice outcomes[] = {
	{ "kept", N_("Kept as it is") }, { "kept_watched", N_("Kept and watched closely") }, { "delay_accepted", N_("Reason for the delay accepted") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Review no."), 10),
	{ F("merchant_name", VALUE_TEXT), .label = N_("Merchant"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 16, .rank = 2,
	  .group = N_("Re-review") },
	{ F("cause", VALUE_TEXT), .label = N_("Cause"), .type = FIELD_CHOICE, .show = LISTED, .width = 11, .rank = 4, .choices = causes },
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = DETAIL | SHOW_SEARCH, .ref_kind = "merchant" },
	{ F("document_id", VALUE_TEXT), .label = N_("Document no."), .type = FIELD_REF, .show = DETAIL, .ref_kind = "document" },
	{ F("document_type", VALUE_TEXT), .label = N_("Document"), .type = FIELD_CHOICE, .show = LISTED, .width = 16, .rank = 7,
	  .choices = document_types },
	{ F("expires_on", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = DETAIL },
	{ F("risk_level", VALUE_TEXT), .label = N_("Risk level"), .type = FIELD_CHOICE, .show = LISTED, .width = 7, .rank = 6,
	  .choices = merchant_risk_levels },
	{ F("region", VALUE_TEXT), .label = N_("Region"), .type = FIELD_TEXT, .show = DETAIL },

	{ F("opened_at", VALUE_INT), .label = N_("Came up"), .type = FIELD_TIME, .show = DETAIL, .group = N_("Work") },
	{ F("due_at", VALUE_INT), .label = N_("Due"), .type = FIELD_TIME, .show = LISTED | SHOW_DEADLINE, .width = 5, .rank = 3 },
	{ F("assignee", VALUE_TEXT), .label = N_("Assignee"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 5 },
	{ F("claimed_at", VALUE_INT), .label = N_("Claimed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("requested_by", VALUE_TEXT), .label = N_("New document asked for by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("requested_at", VALUE_INT), .label = N_("New document asked for"), .type = FIELD_TIME, .show = DETAIL },
	{ F("answer_by", VALUE_INT), .label = N_("To be here by"), .type = FIELD_TIME, .show = DETAIL },
	{ F("escalated_by", VALUE_TEXT), .label = N_("Escalated by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("escalated_at", VALUE_INT), .label = N_("Escalated"), .type = FIELD_TIME, .show = DETAIL },
	{ F("outcome", VALUE_TEXT), .label = N_("Outcome"), .type = FIELD_CHOICE, .show = DETAIL, .choices = outcomes, .group = N_("Decision") },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

static const struct state states[] = {
	[REVIEW_OPEN] = { .name = "open", .label = N_("To review"), .tone = TONE_INFO, .open = true, .core = true },
	[REVIEW_IN_WORK] = { .name = "in_review", .label = N_("In review"), .tone = TONE_INFO, .open = true },
	[REVIEW_ESCALATED] = { .name = "escalated", .label = N_("Escalated"), .tone = TONE_WARNING, .open = true },
	[REVIEW_AWAITING] = { .name = "awaiting_document", .label = N_("Awaiting document"), .tone = TONE_PLAIN },
	[REVIEW_COMPLETED] = { .name = "completed", .label = N_("Completed"), .tone = TONE_GOOD },
	[REVIEW_RENEWED] = { .name = "renewed", .label = N_("Document renewed"), .tone = TONE_GOOD, .core = true },
	[REVIEW_STOPPED] = { .name = "merchant_suspended", .label = N_("Merchant suspended"), .tone = TONE_DANGER },
	[REVIEW_LAPSED] = { .name = "lapsed", .label = N_("Merchant not active"), .tone = TONE_MUTED, .core = true },
};

/* ---- days ---- */
int64_t review_days(const char *rule, int64_t when)
{
	const struct rule *r = rule_at(rule, when);

	return r ? r->value : 0;
}

void review_next_day(const struct item *merchant, int64_t from, struct buf *day)
{
	char rule[48];
	int64_t days;

	snprintf(rule, sizeof rule, "house_review_%.16s", item_text(merchant, "risk_level"));
	days = review_days(rule, from);
	when_add_date(day, from + (days ? days : review_days("house_review_high", from)) * WHEN_DAY);
}

void review_bring_forward(struct item *merchant, int64_t when)
{
	AUTO(buf_release) struct buf day = BUF_INIT, today = BUF_INIT;
	const char *due = item_text(merchant, "next_review_on"), *next;
	int64_t from = item_int(merchant, "activated_at");
	struct err none;

	if (!*due)
		return;
	if (*item_text(merchant, "reviewed_on") && when_parse_date(item_text(merchant, "reviewed_on"), &from, &none))
		from = when;
	review_next_day(merchant, from ? from : when, &day);
	when_add_date(&today, when);
	next = strcmp(day.data, today.data) < 0 ? today.data : day.data;
	if (strcmp(next, due) < 0)
		item_set(merchant, "next_review_on", value_text(next));
}

bool document_stands(const struct item *document)
{
	return strcmp(item_text(document, "state"), "refused") && strcmp(item_text(document, "state"), "replaced");
}

struct newer { const struct item *than; bool found; };

static enum code is_newer(void *ctx, struct item *it, struct err *err)
{
	struct newer *n = ctx;
	const char *until = item_text(it, "expires_on");

	(void)err;
	n->found |= document_stands(it) && strcmp(item_id(it), item_id(n->than)) && !strcmp(item_text(it, "type"), item_text(n->than, "type")) &&
		    (!*until || strcmp(until, item_text(n->than, "expires_on")) > 0);
	return E_OK;
}

enum code document_superseded(struct db *db, const struct item *document, bool *superseded, struct err *err)
{
	struct table table = record_table(document->rec);
	const struct query q = { .table = &table,
				 .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_text(document, "merchant_id")) } };
	struct newer n = { document, !document_stands(document) };
	enum code code = item_each(db, document->rec, &q, is_newer, &n, err);

	*superseded = n.found;
	return code;
}

/* ---- actions ---- */
static bool is_periodic(const struct item *it)
{
	return !strcmp(item_text(it, "cause"), "periodic");
}

/* Who has claimed it decides; what was escalated is decided by another person than the one who escalated it. */
static enum code may_decide(const struct judge *j, struct err *err)
{
	if (item_state(j->now) != REVIEW_ESCALATED)
		return claim_needed(j, err);
	if (!actor_may(j->who, "review.escalated"))
		return fail(err, E_DENIED, "review %s is escalated; a risk or compliance officer decides it", item_id(j->now));
	if (!strcmp(item_text(j->now, "escalated_by"), j->who->id))
		return fail(err, E_DENIED, "review %s was escalated by you; another person has to decide it", item_id(j->now));
	return E_OK;
}

/* A merchant that has become riskier than whoever took it on knew is kept by whoever would have to approve it. */
static enum code may_keep(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	AUTO(buf_release) struct buf who = BUF_INIT;
	const char *needed;
	enum code code = effect_load(j, j->now, "merchant_id", &merchant, err);

	if (code)
		return code;
	needed = merchant_risk_raised(j->db, &merchant, j->when);
	if (!needed || actor_may(j->who, needed))
		return E_OK;
	roles_holding(&who, needed);
	return fail(err, E_DENIED, "merchant %s has a higher risk than it was assessed at; to keep it takes the permission %s (%s): escalate the review",
		    item_id(&merchant), needed, who.data);
}

/* Nobody is kept on a document that has run out: a new one, a good reason, or the business stops (Order [2007] No. 2, article 19). */
static enum code may_complete(const struct judge *j, struct err *err)
{
	const char *outcome = judge_input(j, "outcome");

	if (may_decide(j, err) || (is_periodic(j->now) && may_keep(j, err)) || !outcome)
		return err->code;
	if (is_periodic(j->now) && !strcmp(outcome, "delay_accepted"))
		return fail(err, E_INVALID, "a periodic review has no delay to accept; choose another outcome");
	if (!strcmp(item_text(j->now, "cause"), "document_expired") && strcmp(outcome, "delay_accepted"))
		return fail(err, E_CHECK, "the document has run out: ask for a new one, accept the merchant's reason for the delay, or suspend the merchant");
	return E_OK;
}

static void do_decide(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

static void do_complete(const struct judge *j, struct item *after)
{
	do_decide(j, after);
	item_set(after, "outcome", value_text(judge_input(j, "outcome")));
}

static enum code may_request(const struct judge *j, struct err *err)
{
	if (may_decide(j, err))
		return err->code;
	return is_periodic(j->now) ? fail(err, E_STATE, "a periodic review is about no document; ask for one by its type") : E_OK;
}

static enum code may_request_type(const struct judge *j, struct err *err)
{
	if (may_decide(j, err))
		return err->code;
	return is_periodic(j->now) ? E_OK : fail(err, E_STATE, "review %s is about one document; ask for that one anew", item_id(j->now));
}

static void do_request(const struct judge *j, struct item *after)
{
	const char *type = judge_input(j, "document_type");

	claim_end(after);
	if (type)
		item_set(after, "document_type", value_text(type));
	item_set(after, "requested_by", value_text(j->who->id));
	item_set(after, "requested_at", value_int(j->when));
	item_set(after, "answer_by", value_int(j->when + review_days("house_document_answer", j->when) * WHEN_DAY));
	item_set(after, "decision_reason", value_text(j->reason));
}

static void do_escalate(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "escalated_by", value_text(j->who->id));
	item_set(after, "escalated_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

static void do_send_back(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "decision_reason", value_text(j->reason));
}

/* ---- effects ---- */
static enum code load_active(const struct judge *j, struct item *merchant, struct err *err)
{
	enum code code = effect_load(j, j->now, "merchant_id", merchant, err);

	if (code || item_state(merchant) == ACTIVE)
		return code;
	code = fail(err, E_STATE, "merchant %s is %s; there is nothing to decide", item_id(merchant), state_noun(merchant->rec, item_text(merchant, "state")).word);
	item_release(merchant);
	*merchant = (struct item){ 0 };
	return code;
}

/* Who looked at one document has not looked at the merchant: only a periodic review moves the next one, and assesses the risk anew. */
static enum code merchant_reviewed(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	AUTO(buf_release) struct buf today = BUF_INIT, next = BUF_INIT;
	enum code code = load_active(j, &merchant, err);

	if (code || !is_periodic(after))
		return code;
	merchant_risk_fix(j, &merchant);
	when_add_date(&today, j->when);
	review_next_day(&merchant, j->when, &next);
	item_set(&merchant, "reviewed_on", value_text(today.data));
	item_set(&merchant, "next_review_on", value_text(next.data));
	effect_touch(&merchant, NULL, j->when);
	code = merchant_risk_keep(j, &merchant, to, err);
	return code ? code : to->put(to->ctx, &merchant, err);
}

static enum code merchant_suspended(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	enum code code = load_active(j, &merchant, err);

	(void)after;
	if (code)
		return code;
	item_set(&merchant, "decided_by", value_text(j->who->id));
	item_set(&merchant, "decided_at", value_int(j->when));
	item_set(&merchant, "decision_reason", value_text(j->reason));
	effect_touch(&merchant, "suspended", j->when);
	return to->put(to->ctx, &merchant, err);
}

struct wanted { const char *type; struct item found; };

static enum code find_standing(void *ctx, struct item *document, struct err *err)
{
	struct wanted *w = ctx;

	(void)err;
	if (!document_stands(document) || strcmp(item_text(document, "type"), w->type))
		return E_OK;
	item_release(&w->found);
	w->found = *document;
	*document = (struct item){ .rec = NULL };
	return E_OK;
}

/* The merchant's document of this type, if there is one, says that a new one was asked for; the core tells the merchant. */
static enum code document_requested(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	const struct record *rec = record_find("document");
	struct table table = record_table(rec);
	AUTO(item_release) struct item merchant = { 0 };
	struct wanted w = { .type = item_text(after, "document_type") };
	const struct query q = { .table = &table,
				 .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_text(after, "merchant_id")) } };
	enum code code = load_active(j, &merchant, err);

	if (!code)
		code = item_each(j->db, rec, &q, find_standing, &w, err);
	if (!code && w.found.rec) {
		item_set(&w.found, "requested_at", value_int(j->when));
		effect_touch(&w.found, NULL, j->when);
		code = to->put(to->ctx, &w.found, err);
	}
	item_release(&w.found);
	return code;
}

static const char *const complete_words[] = {
	N_("Documents, owners and payments looked through; nothing has changed."), N_("The merchant has applied for the renewal; the receipt is here."),
	N_("Payments fit the business; the risk is as it was assessed."), NULL,
};
static const char *const request_words[] = {
	N_("A document is about to run out; please send the new one."), N_("A document has run out; payments stop unless the new one comes in time."), NULL,
};
static const char *const suspend_words[] = {
	N_("A document has run out and was not renewed in time."), N_("The merchant does not answer."), N_("The business is not what was applied for."), NULL,
};
static const char *const escalate_words[] = {
	N_("Payments do not fit the business any more."), N_("The document was not renewed in time; to be suspended."),
	N_("Owners or representative have changed; the risk is to be assessed anew."), NULL,
};
static const char *const back_words[] = { N_("The doubt is cleared up; review as any other."), NULL };
static const char *const complete_inputs[] = { "outcome", NULL };
static const char *const request_inputs[] = { "document_type", NULL };

enum { AT_WORK = IN(REVIEW_IN_WORK) | IN(REVIEW_ESCALATED) };
static const struct action actions[] = {
	{ .id = "claim", .label = N_("Claim"), .help = N_("Takes the review on: nobody else works on it until it is decided or released."),
	  .key = 'c', .from = IN(REVIEW_OPEN), .to = REVIEW_IN_WORK, .permission = "review.work", .flags = NEXT,
	  .check = claim_may_take, .apply = claim_take },
	{ .id = "release", .label = N_("Release"), .help = N_("Gives the review back to the queue."),
	  .key = 'f', .from = IN(REVIEW_IN_WORK), .to = REVIEW_OPEN, .permission = "review.work", .check = claim_may_release,
	  .apply = claim_release },
	{ .id = "complete", .label = N_("Complete"), .help = N_("Ends the review; a periodic one says when the merchant is due again."),
	  .key = 'a', .from = AT_WORK, .to = REVIEW_COMPLETED, .permission = "review.work", .reasons = complete_words, .flags = REASON,
	  .inputs = complete_inputs, .check = may_complete, .apply = do_complete, .effect = merchant_reviewed },
	{ .id = "request_document", .label = N_("Ask for a new one"), .help = N_("Asks the merchant for the document anew; it comes back here if none comes in time."),
	  .key = 'b', .from = IN(REVIEW_IN_WORK), .to = REVIEW_AWAITING, .permission = "review.work", .reasons = request_words, .flags = REASON,
	  .check = may_request, .apply = do_request, .effect = document_requested },
	{ .id = "request_type", .label = N_("Ask for a document"), .help = N_("Asks the merchant for a document of a type; the review goes on once it is here."),
	  .key = 'p', .from = IN(REVIEW_IN_WORK), .to = REVIEW_AWAITING, .permission = "review.work", .reasons = request_words, .flags = REASON,
	  .inputs = request_inputs, .check = may_request_type, .apply = do_request, .effect = document_requested },
	{ .id = "suspend", .label = N_("Suspend merchant"), .help = N_("Stops the merchant from taking payments, and ends the review with it."),
	  .key = 's', .from = AT_WORK, .to = REVIEW_STOPPED, .permission = "merchant.suspend", .reasons = suspend_words,
	  .flags = REASON | DANGER /* whoever has claimed it */, .apply = do_decide, .effect = merchant_suspended },
	{ .id = "escalate", .label = N_("Escalate"), .help = N_("Hands the review to risk or compliance, saying why."),
	  .key = 'w', .from = IN(REVIEW_IN_WORK), .to = REVIEW_ESCALATED, .permission = "review.work", .reasons = escalate_words,
	  .flags = REASON | ASSIGNED, .apply = do_escalate },
	{ .id = "send_back", .label = N_("Back to the queue"), .help = N_("Hands an escalated review back to the reviewers, saying why."),
	  .key = 'd', .from = IN(REVIEW_ESCALATED), .to = REVIEW_OPEN, .permission = "review.escalated", .reasons = back_words, .flags = REASON,
	  .check = may_decide, .apply = do_send_back },
	NOTE_ACTION,
};

static const struct part parts[] = {
	{ .kind = "document", .field = "id", .here = "document_id", .label = N_("Document") },
	{ .kind = "merchant", .field = "id", .here = "merchant_id", .label = N_("Merchant") },
};

const struct record merchant_review_record = {
	.kind = "merchant_review", .words = "merchant_review_words", .label = N_("Re-review"), .plural = N_("Re-reviews"), .flags = RECORD_DESK,
	.permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.parts = parts, .nparts = COUNT(parts),
	.title = "merchant_name", .assignee = "assignee", .region = "region", .sort = "due_at",
};
