/* The review of who a customer is: what they declared, what the document says, what outside registers say. Its outcome opens the account
 * or raises its class. */
#include "core/records/user.h"

#include <string.h>

#include "core/effect.h"
#include "core/note.h"
#include "core/records/claim.h"
#include "core/values/ident.h"
#include "core/values/when.h"

/* ---- fields ---- */
static const struct choice purposes[] = { { "real_name", N_("Real name") }, { "upgrade", N_("Higher class") }, { NULL, NULL } };
static const struct choice document_kinds[] = {
	{ "resident_identity_card", N_("Resident identity card") },
	{ "passport", N_("Passport") },
	{ "hk_macao_permit", N_("Travel permit, Hong Kong and Macao residents") },
	{ "taiwan_permit", N_("Travel permit, Taiwan residents") },
	{ "foreign_permanent_residence", N_("Foreign permanent resident card") },
	{ NULL, NULL },
};
static const struct choice results[] = {
	{ "passed", N_("Agrees") }, { "failed", N_("Differs") }, { "unavailable", N_("No answer") }, { NULL, NULL },
};
static const struct choice refusals[] = {
	{ "forged_document", N_("Document forged or altered") },
	{ "identity_not_found", N_("Identity unknown to the register") },
	{ "another_person", N_("Face is another person's") },
	{ "minor", N_("Under age") },
	{ "listed", N_("On a sanctions list or watch list") },
	{ "suspected_fraud", N_("Suspected fraud") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};
/* What has to come again, and why. No name is part of another: a filter finds one inside the list. */
static const struct choice faults[] = {
	{ "front_unreadable", N_("Front: cannot be read") },
	{ "front_cropped", N_("Front: not all of it is in the picture") },
	{ "back_unreadable", N_("Back: cannot be read") },
	{ "back_missing", N_("Back: missing") },
	{ "document_expired", N_("Document: has expired") },
	{ "face_unclear", N_("Face: not clear enough") },
	{ "liveness_repeat", N_("Face: the liveness test has to be repeated") },
	{ "consent_missing", N_("Guardian's consent: missing") },
	{ "everything", N_("Everything, from the beginning") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST, FOUND = DETAIL | SHOW_SEARCH };
#define NAME .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME
#define NUMBER .privacy = PRIVACY_CORE, .mask = MASK_IDENTITY
#define PRIVATE .privacy = PRIVACY_IMPORTANT, .mask = MASK_ALL

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Check no."), 12),
	{ F("user_id", VALUE_TEXT), .label = N_("User no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 7,
	  .ref_kind = "user", .group = N_("Application") },
	{ F("purpose", VALUE_TEXT), .label = N_("Purpose"), .type = FIELD_CHOICE, .show = LISTED, .width = 12, .rank = 4, .choices = purposes },
	{ F("account_class", VALUE_TEXT), .label = N_("Account class"), .type = FIELD_CHOICE, .show = LISTED, .width = 9, .rank = 5,
	  .choices = account_classes },
	{ F("region", VALUE_TEXT), .label = N_("Region"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("phone", VALUE_TEXT), .label = N_("Mobile phone"), .type = FIELD_TEXT, .show = FOUND, .privacy = PRIVACY_IMPORTANT, .mask = MASK_PHONE },
	{ F("device_id", VALUE_TEXT), .label = N_("Device"), .type = FIELD_REF, .show = DETAIL, .ref_kind = "device" },
	{ F("card_number", VALUE_TEXT), .label = N_("Bank card"), .type = FIELD_TEXT, .show = DETAIL, .privacy = PRIVACY_CORE, .mask = MASK_CARD },

	{ F("document_kind", VALUE_TEXT), .label = N_("Kind of document"), .type = FIELD_CHOICE, .show = DETAIL, .choices = document_kinds,
	  .group = N_("Declared") },
	{ F("name", VALUE_TEXT), .label = N_("Full name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 1, NAME },
	{ F("number", VALUE_TEXT), .label = N_("ID number"), .type = FIELD_TEXT, .show = FOUND, NUMBER },
	{ F("born_on", VALUE_TEXT), .label = N_("Born"), .type = FIELD_DATE, .show = DETAIL, PRIVATE },
	{ F("valid_until", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = DETAIL }, /* NULL: for good (长期) */
	{ F("address", VALUE_TEXT), .label = N_("Address"), .type = FIELD_TEXT, .show = DETAIL, PRIVATE },

	{ F("ocr_name", VALUE_TEXT), .label = N_("Full name"), .type = FIELD_TEXT, .show = DETAIL, NAME, .group = N_("Read from the document") },
	{ F("ocr_name_sure", VALUE_INT), .label = N_("Name, confidence %"), .type = FIELD_INT, .show = DETAIL },
	{ F("ocr_number", VALUE_TEXT), .label = N_("ID number"), .type = FIELD_TEXT, .show = DETAIL, NUMBER },
	{ F("ocr_number_sure", VALUE_INT), .label = N_("Number, confidence %"), .type = FIELD_INT, .show = DETAIL },
	{ F("ocr_born_on", VALUE_TEXT), .label = N_("Born"), .type = FIELD_DATE, .show = DETAIL, PRIVATE },
	{ F("ocr_valid_until", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = DETAIL },
	{ F("ocr_valid_sure", VALUE_INT), .label = N_("Valid until, confidence %"), .type = FIELD_INT, .show = DETAIL },
	{ F("ocr_address", VALUE_TEXT), .label = N_("Address"), .type = FIELD_TEXT, .show = DETAIL, PRIVATE },
	{ F("face_match", VALUE_INT), .label = N_("Face like the document's, %"), .type = FIELD_INT, .show = DETAIL },
	{ F("liveness", VALUE_INT), .label = N_("Liveness, %"), .type = FIELD_INT, .show = DETAIL },

	{ F("register_name", VALUE_TEXT), .label = N_("Full name"), .type = FIELD_TEXT, .show = DETAIL, NAME, .group = N_("Registers") },
	{ F("register_number", VALUE_TEXT), .label = N_("ID number"), .type = FIELD_TEXT, .show = DETAIL, NUMBER },
	{ F("register_born_on", VALUE_TEXT), .label = N_("Born"), .type = FIELD_DATE, .show = DETAIL, PRIVATE },
	{ F("register_valid_until", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = DETAIL },
	{ F("source_police", VALUE_TEXT), .label = N_("Public security"), .type = FIELD_CHOICE, .show = DETAIL, .choices = results },
	{ F("source_bank", VALUE_TEXT), .label = N_("Bank"), .type = FIELD_CHOICE, .show = DETAIL, .choices = results },
	{ F("source_credit", VALUE_TEXT), .label = N_("Credit bureau"), .type = FIELD_CHOICE, .show = DETAIL, .choices = results },
	{ F("source_mobile", VALUE_TEXT), .label = N_("Mobile operator"), .type = FIELD_CHOICE, .show = DETAIL, .choices = results },
	{ F("source_tax", VALUE_TEXT), .label = N_("Tax and social security"), .type = FIELD_CHOICE, .show = DETAIL, .choices = results },

	{ F("submitted_at", VALUE_INT), .label = N_("Submitted"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 6, .group = N_("Review") },
	{ F("due_at", VALUE_INT), .label = N_("Due"), .type = FIELD_TIME, .show = LISTED | SHOW_DEADLINE, .width = 5, .rank = 3 },
	{ F("assignee", VALUE_TEXT), .label = N_("Assignee"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 5 },
	{ F("claimed_at", VALUE_INT), .label = N_("Claimed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("resubmission_reasons", VALUE_TEXT), .label = N_("To be sent again"), .type = FIELD_CHOICES, .show = DETAIL, .choices = faults },
	{ F("reject_code", VALUE_TEXT), .label = N_("Ground of refusal"), .type = FIELD_CHOICE, .show = DETAIL, .choices = refusals },
	{ F("escalated_by", VALUE_TEXT), .label = N_("Escalated by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("escalated_at", VALUE_INT), .label = N_("Escalated"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

int identity_channels_passed(const struct item *check)
{
	static const char *const channels[] = { "source_police", "source_bank", "source_credit", "source_mobile", "source_tax" };
	int n = 0;

	for (size_t i = 0; i < COUNT(channels); i++)
		n += !strcmp(item_text(check, channels[i]), "passed");
	return n;
}

/* ---- states ---- */
enum { SUBMITTED, IN_REVIEW, ESCALATED, APPROVED, REJECTED, RESUBMISSION_REQUESTED };

static const struct state states[] = {
	[SUBMITTED] = { .name = "submitted", .label = N_("Submitted"), .tone = TONE_INFO, .open = true, .core = true },
	[IN_REVIEW] = { .name = "in_review", .label = N_("In review"), .tone = TONE_INFO, .open = true },
	[ESCALATED] = { .name = "escalated", .label = N_("Escalated"), .tone = TONE_WARNING, .open = true },
	[APPROVED] = { .name = "approved", .label = N_("Approved"), .tone = TONE_GOOD },
	[REJECTED] = { .name = "rejected", .label = N_("Rejected"), .tone = TONE_DANGER },
	[RESUBMISSION_REQUESTED] = { .name = "resubmission_requested", .label = N_("Resubmission requested"), .tone = TONE_WARNING },
};

/* ---- actions ---- */
/* Who has claimed it decides; what was escalated is decided by whoever may decide that, which is never the one who escalated it. */
static enum code may_decide(const struct judge *j, struct err *err)
{
	if (item_state(j->now) == ESCALATED) {
		if (!actor_may(j->who, "kyc.escalated"))
			return fail(err, E_DENIED, "identity check %s is escalated; a compliance officer decides it", item_id(j->now));
		if (!strcmp(item_text(j->now, "escalated_by"), j->who->id))
			return fail(err, E_DENIED, "identity check %s was escalated by you; another person has to decide it", item_id(j->now));
		return E_OK;
	}
	return claim_needed(j, err);
}

/* Nothing is opened or asked for where the account is frozen or closed; such a check is turned down, or waits. user: uninitialised; rec NULL:
 * it is not there, which is the effect's to name. */
static enum code account_stands(const struct judge *j, struct item *user, struct err *err)
{
	struct err none;

	*user = (struct item){ 0 };
	if (item_load(user, j->db, &user_record, item_text(j->now, "user_id"), &none))
		*user = (struct item){ 0 };
	else if (user_is_stopped(user))
		return fail(err, E_STATE, "user %s is %s; the check can only be rejected now", item_id(user), state_noun(user->rec, item_text(user, "state")).word);
	return E_OK;
}

static enum code may_request(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code code = may_decide(j, err);

	return code ? code : account_stands(j, &user, err);
}

/* PBoC Announcement [2015] No. 43, article 11: the class follows from how many outside channels have verified who it is. */
static enum code channels_suffice(const struct judge *j, const char *class, struct err *err)
{
	int passed = identity_channels_passed(j->now);
	int64_t needed = account_class_channels(class, j->when);

	if (passed >= needed)
		return E_OK;
	return fail(err, E_CHECK, "%d outside channels have verified who it is; this class takes %lld (PBoC Announcement [2015] No. 43, article 11)",
		    passed, (long long)needed);
}

/* An account that is open keeps its class or gets a higher one; nothing here takes limits away. */
static enum code class_rises(const struct item *user, const char *class, struct err *err)
{
	if (!user->rec || account_class_rank(class) > account_class_rank(item_text(user, "account_class")))
		return E_OK;
	return fail(err, E_CHECK, "user %s has %s already; an approval can only raise the class of an account that is open", item_id(user),
		    item_text(user, "account_class"));
}

/* Article 11 (1): class I is for whoever opens an account for the first time here, so that nobody has its limit twice. */
static enum code class_1_is_first(const struct judge *j, const struct item *user, const char *class, struct err *err)
{
	struct table table = record_table(&user_record);
	const struct cond others[] = {
		{ .op = COND_EQ, .column = "identity_number", .value = value_text(item_text(j->now, "number")) },
		{ .op = COND_NE, .column = "id", .value = value_text(item_text(j->now, "user_id")) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = others, .nkids = COUNT(others) } };
	int64_t n = 0;

	if (account_class_rank(class) || (user->rec && *item_text(user, "account_class")))
		return E_OK;
	if (query_count(j->db, &q, &n, err))
		return err->code;
	return n ? fail(err, E_CHECK, "whoever has had an account here gets no class I, which is for the first one (PBoC Announcement [2015] No. 43, article 11 (1))") :
		   E_OK;
}

/* Before a class was chosen: is there one at all? */
static enum code may_approve(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	const char *class = judge_input(j, "account_class");

	if (!class)
		class = account_class_reached(identity_channels_passed(j->now), j->when);
	if (may_decide(j, err) || account_stands(j, &user, err) || channels_suffice(j, class, err) || class_rises(&user, class, err) ||
	    class_1_is_first(j, &user, class, err))
		return err->code;
	return E_OK;
}

static void note_decision(const struct judge *j, struct item *after)
{
	claim_end(after);
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", *j->reason ? value_text(j->reason) : value_null());
}

static void copy_input(const struct judge *j, struct item *after, const char *name)
{
	const char *text = judge_input(j, name);

	if (text)
		item_set(after, name, value_text(text));
}

static void do_approve(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	copy_input(j, after, "account_class");
	item_set(after, "resubmission_reasons", value_null());
}

static void do_reject(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	copy_input(j, after, "reject_code");
}

static void do_request(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	copy_input(j, after, "resubmission_reasons");
}

static void do_escalate(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	item_set(after, "escalated_by", value_text(j->who->id));
	item_set(after, "escalated_at", value_int(j->when));
}

/* ---- effects: what becomes of the customer ---- */
/* Real name: the account is verified, and active once a card is bound. A higher class changes the class alone. */
static enum code user_verified(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	bool bound = false;
	enum code code = effect_load(j, j->now, "user_id", &user, err);

	if (!code)
		code = user_has(j->db, item_id(&user), &bank_card_record, "bound", &bound, err);
	if (code)
		return code;
	if (!item_int(&user, "verified_at")) {
		item_set(&user, "name", item_get(after, "name"));
		item_set(&user, "identity_number", item_get(after, "number"));
		item_set(&user, "verified_by", value_text(j->who->id));
		item_set(&user, "verified_at", value_int(j->when));
	}
	item_set(&user, "account_class", item_get(after, "account_class"));
	item_set(&user, "channels_passed", value_int(identity_channels_passed(after)));
	if (bound && !item_int(&user, "activated_at"))
		item_set(&user, "activated_at", value_int(j->when));
	effect_touch(&user, item_int(&user, "activated_at") ? "active" : "verified", j->when);
	return to->put(to->ctx, &user, err);
}

/* Not verified: the data has to come again, or never will. Whoever asked for a higher class keeps the one there is. */
static enum code user_not_verified(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code code = effect_load(j, j->now, "user_id", &user, err);

	(void)after;
	if (code || user_is_stopped(&user) || item_int(&user, "verified_at"))
		return code;
	effect_touch(&user, "contact_verified", j->when);
	return to->put(to->ctx, &user, err);
}

static const char *const resubmit_words[] = {
	N_("Please send what is named above again; review goes on as soon as it is here."),
	N_("Please take the picture in daylight, without reflections, with all four corners."), NULL,
};
static const char *const reject_words[] = {
	N_("Who the customer is could not be verified."), N_("The document is not genuine."), N_("The face is not that of the document's holder."),
	N_("The customer is under age."), NULL,
};
static const char *const escalate_words[] = {
	N_("Possible hit on a watch list; to be decided by compliance."), N_("The registers contradict one another."),
	N_("Several accounts share device, card or number."), NULL,
};
static const char *const back_words[] = { N_("No hit; review as any other."), N_("The contradiction is explained; review goes on."), NULL };

static const char *const approve_inputs[] = { "account_class", NULL };
static const char *const reject_inputs[] = { "reject_code", NULL };
static const char *const resubmit_inputs[] = { "resubmission_reasons", NULL };

static const struct action actions[] = {
	{ .id = "claim", .label = N_("Claim"), .help = N_("Takes the check on: nobody else works on it until it is decided or released."),
	  .key = 'c', .from = IN(SUBMITTED), .to = IN_REVIEW, .permission = "kyc.review", .flags = NEXT, .check = claim_may_take, .apply = claim_take },
	{ .id = "release", .label = N_("Release"), .help = N_("Gives the check back to the queue."),
	  .key = 'f', .from = IN(IN_REVIEW), .to = SUBMITTED, .permission = "kyc.review", .check = claim_may_release, .apply = claim_release },
	{ .id = "approve", .label = N_("Approve"), .help = N_("Who it is stands firm: the account is opened, or raised, to this class."),
	  .key = 'a', .from = IN(IN_REVIEW) | IN(ESCALATED), .to = APPROVED, .permission = "kyc.decide", .flags = GRANTS, .inputs = approve_inputs,
	  .gated = true, .check = may_approve, .apply = do_approve, .effect = user_verified },
	{ .id = "request_resubmission", .label = N_("Request resubmission"), .help = N_("Asks the customer for one document again, or for everything."),
	  .key = 'b', .from = IN(IN_REVIEW) | IN(ESCALATED), .to = RESUBMISSION_REQUESTED, .permission = "kyc.decide", .reasons = resubmit_words,
	  .flags = REASON, .inputs = resubmit_inputs, .check = may_request, .apply = do_request, .effect = user_not_verified },
	{ .id = "reject", .label = N_("Reject"), .help = N_("Turns the application down; the account is not opened, or not raised."),
	  .key = 'x', .from = IN(IN_REVIEW) | IN(ESCALATED), .to = REJECTED, .permission = "kyc.decide", .reasons = reject_words,
	  .flags = REASON | DANGER, .inputs = reject_inputs, .check = may_decide, .apply = do_reject, .effect = user_not_verified },
	{ .id = "escalate", .label = N_("Escalate"), .help = N_("Hands the check to compliance, saying why."),
	  .key = 'w', .from = IN(IN_REVIEW), .to = ESCALATED, .permission = "kyc.review", .reasons = escalate_words,
	  .flags = REASON | ASSIGNED, .apply = do_escalate },
	{ .id = "send_back", .label = N_("Back to the queue"), .help = N_("Hands an escalated check back to the reviewers, saying why."),
	  .key = 'd', .from = IN(ESCALATED), .to = SUBMITTED, .permission = "kyc.escalated", .reasons = back_words, .flags = REASON,
	  .check = may_decide, .apply = note_decision },
	NOTE_ACTION,
};

static const struct part parts[] = {
	{ .kind = "scan", .field = "check_id", .label = N_("Scans"), .evidence = true },
};

static const char *const compared_heads[] = { N_("Declared"), N_("On the document"), N_("In the registers"), NULL };
/* 长期, which only residents' cards are. */
static const char *no_end(const struct item *it)
{
	return !strcmp(item_text(it, "document_kind"), "resident_identity_card") ? N_("for good") : N_("no day");
}

static const struct compared compared[] = {
	{ N_("Full name"), { "name", "ocr_name", "register_name" }, { NULL, "ocr_name_sure" }, NULL },
	{ N_("ID number"), { "number", "ocr_number", "register_number" }, { NULL, "ocr_number_sure" }, NULL },
	{ N_("Born"), { "born_on", "ocr_born_on", "register_born_on" }, { NULL }, NULL },
	{ N_("Valid until"), { "valid_until", "ocr_valid_until", "register_valid_until" }, { NULL, "ocr_valid_sure" }, no_end },
	{ N_("Address"), { "address", "ocr_address" }, { NULL }, NULL },
};

/* What is declared here, among those who are customers already. */
static const struct shared shared[] = {
	{ .label = N_("ID number"), .mine = { .field = "number" }, .theirs = { .kind = "user", .field = "identity_number" } },
	{ .label = N_("Mobile phone"), .mine = { .field = "phone" }, .theirs = { .kind = "user", .field = "phone" } },
	{ .label = N_("Device"), .mine = { .field = "device_id" }, .theirs = { .kind = "user", .field = "device_id" } },
	{ .label = N_("Bank card"), .mine = { .field = "card_number" },
	  .theirs = { .kind = "bank_card", .field = "card_number", .of = "user_id" } },
};

const struct record identity_check_record = {
	.kind = "identity_check", .words = "identity_check_words", .label = N_("Identity check"), .plural = N_("KYC reviews"),
	.flags = RECORD_DESK, .permission = "kyc.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = identity_checks, .nchecks = IDENTITY_CHECKS, .parts = parts, .nparts = COUNT(parts),
	.shared = shared, .nshared = COUNT(shared), .stands_for = "user_id",
	.compared_heads = compared_heads, .compared = compared, .ncompared = COUNT(compared), .compared_rule = "house_ocr_sure",
	.assignee = "assignee", .region = "region", .sort = "due_at",
};
