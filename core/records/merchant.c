/* A merchant, from its application to the day it may take payments. The example to copy for a new record kind. */
#include "core/records/merchant_configure.h"

#include <string.h>

#include "core/note.h"
#include "core/records/claim.h"
#include "core/records/contract.h"
#include "core/records/merchant_review.h"
#include "core/records/merchant_risk.h"
#include "core/records/terminal.h"
#include "core/values/address.h"
#include "core/values/ident.h"
#include "core/values/when.h"

/* ---- fields ---- */
static const struct choice types[] = {
	{ "enterprise", N_("Enterprise") },
	{ "individual_business", N_("Individual business") },
	{ "micro", N_("Micro merchant") },
	{ NULL, NULL },
};
static const struct choice cycles[] = {
	{ "d0", N_("Same day") }, { "d1", N_("Next day") }, { "t1", N_("Next working day") }, { NULL, NULL },
};
const struct choice merchant_risk_levels[] = {
	{ "low", N_("Low") }, { "medium", N_("Medium") }, { "high", N_("High") }, { NULL, NULL },
};
static const struct choice risk_outcomes[] = {
	{ "none", N_("Not yet") }, { "passed", N_("Passed") }, { NULL, NULL },
};
static const struct choice contract_languages[] = { { "zh", N_("Chinese") }, { "en", N_("English") }, { NULL, NULL } };
/* What an application is sent back for. No name is part of another: a filter finds one inside the list. */
static const struct choice faults[] = {
	{ "licence_unreadable", N_("Business licence cannot be read") },
	{ "licence_expired", N_("Business licence has expired") },
	{ "identity_unreadable", N_("Identity document cannot be read") },
	{ "identity_expired", N_("Identity document has expired") },
	{ "name_mismatch", N_("Names on the documents differ") },
	{ "settlement_mismatch", N_("Settlement account is not the merchant's") },
	{ "premises_missing", N_("Pictures of the premises are missing") },
	{ "scope_mismatch", N_("Business does not fit the licence or the MCC") },
	{ "contact_unreachable", N_("Contact cannot be reached") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST, FOUND = DETAIL | SHOW_SEARCH };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Merchant no."), 12),
	{ F("name", VALUE_TEXT), .label = N_("Name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 24, .rank = 1,
	  .group = N_("Merchant") },
	{ F("name_en", VALUE_TEXT), .label = N_("English name"), .type = FIELD_TEXT, .show = FOUND },
	{ F("type", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = DETAIL, .choices = types },
	{ F("region", VALUE_TEXT), .label = N_("Region"), .type = FIELD_TEXT, .show = LISTED, .width = 6, .rank = 8 },
	{ F("mcc", VALUE_TEXT), .label = N_("MCC"), .type = FIELD_MCC, .show = LISTED, .width = 4, .rank = 5 },
	{ F("risk_score", VALUE_INT), .label = N_("Risk"), .type = FIELD_INT, .show = LISTED, .width = 4, .rank = 3,
	  .warn = 20, .alarm = 40 }, /* as the bands of the scorecard in force */
	{ F("risk_level", VALUE_TEXT), .label = N_("Risk level"), .type = FIELD_CHOICE, .show = DETAIL,
	  .choices = merchant_risk_levels },
	{ F("scorecard", VALUE_TEXT), .label = N_("Scorecard"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("assessed_at", VALUE_INT), .label = N_("Assessed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("expected_monthly", VALUE_INT), .label = N_("Expected monthly"), .type = FIELD_MONEY, .show = LISTED,
	  .width = 15, .rank = 9 },

	{ F("credit_code", VALUE_TEXT), .label = N_("Credit code"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_IDENTITY, .check = ident_credit_code, .group = N_("Registration") },
	{ F("registered_capital", VALUE_INT), .label = N_("Registered capital"), .type = FIELD_MONEY, .show = DETAIL },
	{ F("established_on", VALUE_TEXT), .label = N_("Established"), .type = FIELD_DATE, .show = DETAIL },
	{ F("business_scope", VALUE_TEXT), .label = N_("Business scope"), .type = FIELD_TEXT, .show = FOUND },
	{ F("address", VALUE_TEXT), .label = N_("Registered address"), .type = FIELD_TEXT, .show = FOUND },
	{ F("business_address", VALUE_TEXT), .label = N_("Business address"), .type = FIELD_TEXT, .show = FOUND }, /* where it trades */

	{ F("legal_rep_name", VALUE_TEXT), .label = N_("Legal representative"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME, .group = N_("People") },
	{ F("legal_rep_number", VALUE_TEXT), .label = N_("Identity number"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_CORE, .mask = MASK_IDENTITY, .check = ident_resident },
	{ F("contact_name", VALUE_TEXT), .label = N_("Contact"), .type = FIELD_TEXT, .show = DETAIL,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME },
	{ F("contact_phone", VALUE_TEXT), .label = N_("Contact phone"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_PHONE, .check = ident_mobile },

	{ F("settlement_bank", VALUE_TEXT), .label = N_("Settlement bank"), .type = FIELD_TEXT, .show = DETAIL,
	  .group = N_("Settlement") },
	{ F("settlement_name", VALUE_TEXT), .label = N_("Account holder"), .type = FIELD_TEXT, .show = DETAIL,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME },
	{ F("settlement_card", VALUE_TEXT), .label = N_("Settlement card"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_CORE, .mask = MASK_CARD, .check = ident_bank_card },
	{ F("settlement_cycle", VALUE_TEXT), .label = N_("Settlement cycle"), .type = FIELD_CHOICE, .show = DETAIL,
	  .choices = cycles },
	{ F("fee_bps", VALUE_INT), .label = N_("Fee rate (1/10000)"), .type = FIELD_INT, .show = DETAIL },
	MERCHANT_ACCOUNT_FIELDS,
	MERCHANT_CONFIGURE_FIELDS,

	{ F("applied_at", VALUE_INT), .label = N_("Applied on"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 7,
	  .group = N_("Application") },
	{ F("due_at", VALUE_INT), .label = N_("Due"), .type = FIELD_TIME, .show = LISTED | SHOW_DEADLINE, .width = 5,
	  .rank = 3 },
	{ F("assignee", VALUE_TEXT), .label = N_("Assignee"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 5 },
	{ F("claimed_at", VALUE_INT), .label = N_("Claimed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("resubmission_reasons", VALUE_TEXT), .label = N_("To be mended"), .type = FIELD_CHOICES, .show = DETAIL,
	  .choices = faults },
	{ F("reviewer", VALUE_TEXT), .label = N_("Reviewed by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("reviewed_at", VALUE_INT), .label = N_("Reviewed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("risk_outcome", VALUE_TEXT), .label = N_("Risk review"), .type = FIELD_CHOICE, .show = DETAIL,
	  .choices = risk_outcomes },
	{ F("risk_officer", VALUE_TEXT), .label = N_("Risk officer"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("cleared_at", VALUE_INT), .label = N_("Risk review passed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("concluded_at", VALUE_INT), .label = N_("Review concluded"), .type = FIELD_TIME, .show = DETAIL },
	{ F("activated_at", VALUE_INT), .label = N_("Active since"), .type = FIELD_TIME, .show = DETAIL },
	/* up to yesterday, without a gap, as the core counts them: a desk holds a window of the payments only */
	{ F("trading_days", VALUE_INT), .label = N_("Days of normal trading"), .type = FIELD_INT, .show = DETAIL | SHOW_RUNNING },
	{ F("contract_language", VALUE_TEXT), .label = N_("Contract language"), .type = FIELD_CHOICE, .show = DETAIL,
	  .choices = contract_languages },
	{ F("reviewed_on", VALUE_TEXT), .label = N_("Last re-review"), .type = FIELD_DATE, .show = DETAIL },
	{ F("next_review_on", VALUE_TEXT), .label = N_("Next re-review"), .type = FIELD_DATE, .show = DETAIL },
	{ F("address_key", VALUE_TEXT), .label = N_("Registered address"), .type = FIELD_TEXT, .show = SHOW_HIDDEN, .derived_from = "address",
	  .derive = address_key },
	{ F("business_address_key", VALUE_TEXT), .label = N_("Business address"), .type = FIELD_TEXT, .show = SHOW_HIDDEN,
	  .derived_from = "business_address", .derive = address_key },
};

/* ---- states ---- */
static const struct state states[] = {
	[APPLIED] = { .name = "applied", .label = N_("Applied"), .tone = TONE_INFO, .open = true },
	[PRELIMINARY_REVIEW] = { .name = "preliminary_review", .label = N_("Prelim. review"), .tone = TONE_INFO, .open = true },
	[RISK_REVIEW] = { .name = "risk_review", .label = N_("Risk review"), .tone = TONE_WARNING, .open = true },
	[CONTRACTING] = { .name = "contracting", .label = N_("Contracting"), .tone = TONE_PLAIN },
	[CONFIGURING] = { .name = "configuring", .label = N_("Configuring"), .tone = TONE_INFO, .open = true, .core = true },
	[ACTIVE] = { .name = "active", .label = N_("Active"), .tone = TONE_GOOD },
	[RESUBMISSION_REQUESTED] = { .name = "resubmission_requested", .label = N_("Resubmission requested"),
		.tone = TONE_WARNING },
	[REJECTED] = { .name = "rejected", .label = N_("Rejected"), .tone = TONE_DANGER },
	[SUSPENDED] = { .name = "suspended", .label = N_("Suspended"), .tone = TONE_DANGER },
	[TERMINATED] = { .name = "terminated", .label = N_("Terminated"), .tone = TONE_MUTED },
};

/* ---- actions ---- */
static void put_text(struct item *it, const char *field, const char *text)
{
	item_set(it, field, *text ? value_text(text) : value_null());
}

static bool risk_passed(const struct item *it)
{
	return !strcmp(item_text(it, "risk_outcome"), "passed");
}

/* Each stage of the review has its own people. */
static enum code may_work(const struct judge *j, struct err *err)
{
	if (item_state(j->now) == RISK_REVIEW)
		return actor_may(j->who, "merchant.risk") ? E_OK :
		       fail(err, E_DENIED, "merchant %s is in risk review, which is a risk officer's work", item_id(j->now));
	return actor_may(j->who, "merchant.review") ? E_OK :
	       fail(err, E_DENIED, "merchant %s is in preliminary review, which is a reviewer's work", item_id(j->now));
}

static enum code may_claim(const struct judge *j, struct err *err)
{
	if (claim_may_take(j, err))
		return err->code;
	if (risk_passed(j->now))
		return fail(err, E_STATE, "merchant %s has passed risk review; it waits for approval", item_id(j->now));
	return may_work(j, err);
}

static void do_claim(const struct judge *j, struct item *after)
{
	if (item_state(j->now) == APPLIED)
		item_set(after, "state", value_text(states[PRELIMINARY_REVIEW].name));
	claim_take(j, after);
}

static void note_decision(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	put_text(after, "decision_reason", j->reason);
}

/* The decision ends the stage: whoever takes it up next claims it anew, and a risk outcome holds for what was looked at only. */
static void do_send_back(const struct judge *j, struct item *after)
{
	claim_end(after);
	note_decision(j, after);
	item_set(after, "risk_outcome", value_text("none"));
	item_set(after, "risk_officer", value_null());
	item_set(after, "cleared_at", value_null());
}

static void do_request_resubmission(const struct judge *j, struct item *after)
{
	do_send_back(j, after);
	item_set(after, "resubmission_reasons", value_text(judge_input(j, "resubmission_reasons")));
}

static void do_pass_review(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "resubmission_reasons", value_null());
	item_set(after, "reviewer", value_text(j->who->id));
	item_set(after, "reviewed_at", value_int(j->when));
	item_set(after, "risk_outcome", value_text("none"));
}

/* Turning an application back or down is for whoever works on it; once the risk review is passed, for whoever may approve it. */
static enum code may_turn_down(const struct judge *j, struct err *err)
{
	if (risk_passed(j->now) && !claim_stands(j->now))
		return E_OK;
	return claim_needed(j, err) ? err->code : may_work(j, err);
}

static enum code may_pass_risk(const struct judge *j, struct err *err)
{
	if (risk_passed(j->now))
		return fail(err, E_STATE, "merchant %s has passed risk review already; it waits for approval", item_id(j->now));
	return E_OK;
}

static void do_pass_risk(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "risk_outcome", value_text("passed"));
	item_set(after, "risk_officer", value_text(j->who->id));
	item_set(after, "cleared_at", value_int(j->when));
	merchant_risk_fix(j, after);
}

static enum code may_approve(const struct judge *j, struct err *err)
{
	if (!risk_passed(j->now))
		return fail(err, E_STATE, "merchant %s has not passed risk review; a risk officer passes it first",
		       item_id(j->now));
	return E_OK;
}

static void do_decide(const struct judge *j, struct item *after)
{
	claim_end(after);
	note_decision(j, after);
}

/* The first word on the application, for good or bad; what is decided about the merchant later leaves it standing. */
static void do_conclude(const struct judge *j, struct item *after)
{
	do_decide(j, after);
	if (!item_int(after, "concluded_at"))
		item_set(after, "concluded_at", value_int(j->when));
}

/* ---- the contract ---- */
static enum code may_draw_up(const struct judge *j, struct err *err)
{
	char open[RECORD_ID_MAX + 1];
	enum code code = contract_open(j->db, item_id(j->now), open, err);

	if (!code && *open)
		return fail(err, E_STATE, "contract %s with merchant %s is not over; void it first", open, item_id(j->now));
	return code ? code : merchant_may_renew_contract(j, err);
}

static void do_draw_up(const struct judge *j, struct item *after)
{
	item_set(after, "contract_language", value_text(judge_input(j, "contract_language")));
}

static const char *const resubmission_words[] = {
	N_("Please send the documents named above again; review goes on as soon as they are here."),
	N_("The business named in the application is not the one in the licence; please correct it."), NULL,
};
static const char *const send_back_words[] = {
	N_("The documents contradict one another; to be verified with the merchant."),
	N_("The business premises are to be checked on site."), N_("The owners behind the merchant are to be verified."), NULL,
};
static const char *const reject_words[] = {
	N_("The business is one that we may not serve."), N_("The business could not be verified."),
	N_("The merchant or its legal representative is on a risk list."), N_("The risk is beyond what we accept."), NULL,
};
static const char *const suspend_words[] = {
	N_("Suspected fraud; payments stop until it is cleared up."), N_("Chargebacks above the limit."),
	N_("Asked for by the authorities."), NULL,
};
static const char *const terminate_words[] = {
	N_("The merchant has ended the contract."), N_("Breach of the contract."), N_("No transactions for a year."), NULL,
};

static const char *const resubmission_inputs[] = { "resubmission_reasons", NULL };
static const char *const draw_up_inputs[] = { "contract_language", NULL };

static const struct action actions[] = {
	{ .id = "claim", .label = N_("Claim"),
	  .help = N_("Takes the merchant on: nobody else works on it until it is decided or released."),
	  .key = 'c', .from = IN(APPLIED) | IN(PRELIMINARY_REVIEW) | IN(RISK_REVIEW), .to = STATE_STAY,
	  .permission = "merchant.claim", .flags = NEXT, .check = may_claim, .apply = do_claim },
	{ .id = "release", .label = N_("Release"), .help = N_("Gives the merchant back to the queue."),
	  .key = 'f', .from = IN(PRELIMINARY_REVIEW) | IN(RISK_REVIEW), .to = STATE_STAY, .permission = "merchant.claim",
	  .check = claim_may_release, .apply = claim_release },
	{ .id = "pass_review", .label = N_("Pass to risk review"),
	  .help = N_("The application is complete and true: a risk officer looks at it next."),
	  .key = 'p', .from = IN(PRELIMINARY_REVIEW), .to = RISK_REVIEW, .permission = "merchant.review", .flags = ASSIGNED,
	  .apply = do_pass_review },
	{ .id = "request_resubmission", .label = N_("Request resubmission"),
	  .help = N_("Sends the application back to the merchant, saying what to mend."),
	  .key = 'b', .from = IN(PRELIMINARY_REVIEW), .to = RESUBMISSION_REQUESTED, .permission = "merchant.review",
	  .reasons = resubmission_words, .flags = REASON | ASSIGNED, .inputs = resubmission_inputs, .apply = do_request_resubmission },
	{ .id = "pass_risk", .label = N_("Pass risk review"),
	  .help = N_("The risk is acceptable: the score is fixed, and the merchant may be approved."),
	  .key = 'o', .from = IN(RISK_REVIEW), .to = STATE_STAY, .permission = "merchant.risk", .flags = ASSIGNED,
	  .check = may_pass_risk, .apply = do_pass_risk, .effect = merchant_risk_keep },
	{ .id = "return_to_review", .label = N_("Return to preliminary review"),
	  .help = N_("Sends the application back to the reviewers, saying why."),
	  .key = 'w', .from = IN(RISK_REVIEW), .to = PRELIMINARY_REVIEW, .permission = "merchant.approve",
	  .reasons = send_back_words, .flags = REASON,
	  .check = may_turn_down, .apply = do_send_back },
	{ .id = "approve", .label = N_("Approve"),
	  .help = N_("Proposes to take the merchant on; another person confirms, then the contract is drawn up."),
	  .key = 'a', .from = IN(RISK_REVIEW), .to = CONTRACTING, .permission = "merchant.approve", .flags = FOUR_EYES,
	  .gated = true, .either = merchant_approver, .check = may_approve, .apply = do_conclude },
	{ .id = "reject", .label = N_("Reject"), .help = N_("Turns the application down for good."),
	  .key = 'x', .from = IN(PRELIMINARY_REVIEW) | IN(RISK_REVIEW), .to = REJECTED, .permission = "merchant.approve",
	  .reasons = reject_words, .flags = REASON | DANGER, .check = may_turn_down, .apply = do_conclude },
	{ .id = "draw_up", .label = N_("Draw up contract"),
	  .help = N_("Has the core make a contract from the approved template and the merchant's record; it is a draft until it is issued."),
	  .key = 'd', .from = IN(CONTRACTING) | IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED) /* void, or about to run out */, .to = STATE_STAY,
	  .permission = "contract.draft", .inputs = draw_up_inputs,
	  .check = may_draw_up, .apply = do_draw_up, .effect = contract_draw_up },
	{ .id = "suspend", .label = N_("Suspend"), .help = N_("Stops the merchant from taking payments until it is resumed."),
	  .key = 's', .from = IN(ACTIVE), .to = SUSPENDED, .permission = "merchant.suspend",
	  .reasons = suspend_words, .flags = REASON | DANGER,
	  .apply = do_decide },
	{ .id = "resume", .label = N_("Resume"),
	  .help = N_("Proposes that the merchant may take payments again; another person confirms."),
	  .key = 'm', .from = IN(SUSPENDED), .to = ACTIVE, .permission = "merchant.suspend", .flags = FOUR_EYES | REASON,
	  .gated = true, .either = merchant_approver, .apply = do_decide },
	{ .id = "reassess", .label = N_("Assess anew"),
	  .help = N_("Fixes the risk as the scorecard in force has it today; a higher level brings the next re-review forward."),
	  .key = 'H', .from = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED), .to = STATE_STAY, .permission = "merchant.risk",
	  .apply = merchant_risk_fix, .effect = merchant_risk_keep },
	{ .id = "terminate", .label = N_("Terminate"),
	  .help = N_("Proposes to end the contract for good; another person confirms. Its terminals stop."),
	  .key = 't', .from = IN(CONTRACTING) | IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED), .to = TERMINATED, .permission = "merchant.suspend",
	  .reasons = terminate_words, .flags = FOUR_EYES | REASON | DANGER, .apply = do_decide, .effect = merchant_stop_terminals },
	{ .id = "rebind_terminals", .label = N_("Bind terminals anew"),
	  .help = N_("Binds the serial numbers of all its terminals to what its record says today; their places stay."),
	  .key = 'I', .from = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED), .to = STATE_STAY, .permission = "merchant.terminal",
	  .reasons = terminal_rebind_words, .flags = REASON, .check = merchant_may_rebind, .effect = merchant_rebind },
	MERCHANT_CONFIGURE_ACTIONS,
	NOTE_ACTION,
};

static const struct part parts[] = {
	{ .kind = "document", .field = "merchant_id", .label = N_("Documents"), .evidence = true },
	{ .kind = "beneficial_owner", .field = "merchant_id", .label = N_("Owners"), .evidence = true },
	{ .kind = "terminal", .field = "merchant_id", .label = N_("Terminals") }, /* no evidence: they are located by the hour */
	{ .kind = "contract", .field = "merchant_id", .label = N_("Contracts"), .brief = true },
	{ .kind = "merchant_review", .field = "merchant_id", .label = N_("Re-reviews"), .brief = true },
	{ .kind = "risk_assessment", .field = "merchant_id", .label = N_("Assessments"), .brief = true },
};

const struct record merchant_record = {
	.kind = "merchant", .words = "merchant_words", .label = N_("Merchant"), .plural = N_("Merchants"), .flags = RECORD_DESK,
	.permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .checks = merchant_checks, .nchecks = MERCHANT_CHECKS,
	.parts = parts, .nparts = COUNT(parts), .shared = merchant_shared, .nshared = MERCHANT_SHARED,
	.tally = merchant_tally, .tally_label = N_("Risk"), .title = "name", .assignee = "assignee", .region = "region", .sort = "-risk_score",
};
