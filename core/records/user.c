/* A customer with a payment account: from registration to the day it is closed. Who they are is decided by an identity check; what that
 * decides here is carried out by the core. */
#include "core/records/user.h"

#include <stdio.h>
#include <string.h>

#include "core/action.h"
#include "core/note.h"
#include "core/values/ident.h"

const struct choice account_classes[] = {
	{ "class_1", N_("Class I") }, { "class_2", N_("Class II") }, { "class_3", N_("Class III") }, { NULL, NULL },
};

int64_t account_class_channels(const char *class, int64_t when)
{
	char id[40];
	const struct rule *rule;

	snprintf(id, sizeof id, "account_%.16s_channels", class);
	rule = rule_at(id, when);
	return rule ? rule->value : 0;
}

int account_class_rank(const char *class)
{
	for (int i = 0; account_classes[i].name; i++)
		if (!strcmp(account_classes[i].name, class))
			return i;
	return -1;
}

const char *account_class_reached(int channels, int64_t when)
{
	const struct choice *best = account_classes;

	for (const struct choice *c = account_classes; c->name; c++)
		if (account_class_channels(c->name, when) <= channels)
			best = c;
	return best->name;
}

static const struct choice sources[] = {
	{ "app", N_("App") }, { "mini_program", N_("Mini program") }, { "merchant", N_("Through a merchant") }, { "partner", N_("Through a partner") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST, FOUND = DETAIL | SHOW_SEARCH };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("User no."), 12),
	{ F("name", VALUE_TEXT), .label = N_("Full name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 2,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME, .group = N_("Customer") },
	{ F("phone", VALUE_TEXT), .label = N_("Mobile phone"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 11, .rank = 4,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_PHONE, .check = ident_mobile },
	{ F("identity_number", VALUE_TEXT), .label = N_("Identity number"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_CORE, .mask = MASK_IDENTITY },
	{ F("region", VALUE_TEXT), .label = N_("Region"), .type = FIELD_TEXT, .show = LISTED, .width = 6, .rank = 8 },
	{ F("source", VALUE_TEXT), .label = N_("Came through"), .type = FIELD_CHOICE, .show = DETAIL, .choices = sources },
	{ F("device_id", VALUE_TEXT), .label = N_("Device"), .type = FIELD_REF, .show = FOUND, .ref_kind = "device" },

	{ F("account_class", VALUE_TEXT), .label = N_("Account class"), .type = FIELD_CHOICE, .show = LISTED, .width = 9, .rank = 3,
	  .choices = account_classes, .group = N_("Account") },
	{ F("channels_passed", VALUE_INT), .label = N_("Outside channels passed"), .type = FIELD_INT, .show = DETAIL },
	{ F("balance", VALUE_INT), .label = N_("Balance"), .type = FIELD_MONEY, .show = LISTED | SHOW_RUNNING, .width = 13, .rank = 7 },
	{ F("paid_lifetime", VALUE_INT), .label = N_("Paid from balance, ever"), .type = FIELD_MONEY, .show = DETAIL | SHOW_RUNNING },
	{ F("paid_year", VALUE_INT), .label = N_("Paid from balance, this year"), .type = FIELD_MONEY, .show = DETAIL | SHOW_RUNNING },
	{ F("risk_score", VALUE_INT), .label = N_("Risk"), .type = FIELD_INT, .show = LISTED, .width = 4, .rank = 5,
	  .warn = 40, .alarm = 70 },

	{ F("registered_at", VALUE_INT), .label = N_("Registered"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 6,
	  .group = N_("History") },
	{ F("contact_verified_at", VALUE_INT), .label = N_("Contact verified"), .type = FIELD_TIME, .show = DETAIL },
	{ F("submitted_at", VALUE_INT), .label = N_("Real-name data submitted"), .type = FIELD_TIME, .show = DETAIL },
	{ F("verified_by", VALUE_TEXT), .label = N_("Verified by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("verified_at", VALUE_INT), .label = N_("Verified"), .type = FIELD_TIME, .show = DETAIL },
	{ F("activated_at", VALUE_INT), .label = N_("Active since"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { REGISTERED, CONTACT_VERIFIED, SUBMITTED, VERIFIED, ACTIVE, FROZEN, CLOSED };

static const struct state states[] = {
	[REGISTERED] = { .name = "registered", .label = N_("Registered"), .tone = TONE_PLAIN, .core = true },
	[CONTACT_VERIFIED] = { .name = "contact_verified", .label = N_("Contact verified"), .tone = TONE_PLAIN, .core = true },
	[SUBMITTED] = { .name = "submitted", .label = N_("Data submitted"), .tone = TONE_INFO, .core = true },
	[VERIFIED] = { .name = "verified", .label = N_("Verified"), .tone = TONE_INFO, .core = true },
	[ACTIVE] = { .name = "active", .label = N_("Active"), .tone = TONE_GOOD, .core = true },
	[FROZEN] = { .name = "frozen", .label = N_("Frozen"), .tone = TONE_DANGER },
	[CLOSED] = { .name = "closed", .label = N_("Closed"), .tone = TONE_MUTED },
};

static void note_decision(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

bool user_is_stopped(const struct item *user)
{
	int state = item_state(user);

	return state == FROZEN || state == CLOSED;
}

enum code user_has(struct db *db, const char *user, const struct record *rec, const char *state, bool *has, struct err *err)
{
	struct table table = record_table(rec);
	enum code code = E_OK;

	*has = false;
	for (size_t i = 0; i < rec->nstates && !code && !*has; i++) {
		const struct cond both[] = {
			{ .op = COND_EQ, .column = "user_id", .value = value_text(user) },
			{ .op = COND_EQ, .column = "state", .value = value_text(rec->states[i].name) },
		};
		const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) } };
		int64_t n = 0;

		if (state ? strcmp(rec->states[i].name, state) != 0 : !rec->states[i].open)
			continue;
		code = query_count(db, &q, &n, err);
		*has = n > 0;
	}
	return code;
}

/* Back to where it was: nobody becomes verified or active by having been frozen, and a check that waits is still a check. */
static void do_unfreeze(const struct judge *j, struct item *after)
{
	bool waiting = false;
	struct err ignored;
	int was = item_int(j->now, "activated_at") ? ACTIVE : item_int(j->now, "verified_at") ? VERIFIED : CONTACT_VERIFIED;

	if (was == CONTACT_VERIFIED && !user_has(j->db, item_id(j->now), &identity_check_record, NULL, &waiting, &ignored) && waiting)
		was = SUBMITTED;
	item_set(after, "state", value_text(states[was].name));
	note_decision(j, after);
}

/* Money that is still there has an owner. */
static enum code may_close(const struct judge *j, struct err *err)
{
	if (item_int(j->now, "balance"))
		return fail(err, E_STATE, "user %s still has a balance; it has to be paid out first", item_id(j->now));
	return E_OK;
}

static const char *const freeze_words[] = {
	N_("Suspected fraud; the account is frozen until it is cleared up."), N_("Hit on a sanctions list."), N_("Asked for by the authorities."),
	N_("The account was taken over by somebody else."), NULL,
};
static const char *const unfreeze_words[] = { N_("The suspicion is cleared up."), N_("The order has been lifted."), NULL };
static const char *const close_words[] = { N_("The customer asked for it."), N_("No payments for three years."), NULL };

static const struct action actions[] = {
	{ .id = "freeze", .label = N_("Freeze"), .help = N_("Proposes to stop every payment of the account; another person confirms."),
	  .key = 'z', .from = IN(CONTACT_VERIFIED) | IN(SUBMITTED) | IN(VERIFIED) | IN(ACTIVE), .to = FROZEN, .permission = "user.freeze",
	  .reasons = freeze_words, .flags = FOUR_EYES | REASON | DANGER, .apply = note_decision },
	{ .id = "unfreeze", .label = N_("Unfreeze"), .help = N_("Proposes to let the account pay again; another person confirms."),
	  .key = 'm', .from = IN(FROZEN), .to = STATE_STAY, .permission = "user.freeze", .reasons = unfreeze_words,
	  .flags = FOUR_EYES | REASON, .apply = do_unfreeze },
	{ .id = "close", .label = N_("Close"), .help = N_("Proposes to close the account for good; another person confirms."),
	  .key = 't', .from = IN(CONTACT_VERIFIED) | IN(VERIFIED) | IN(ACTIVE) | IN(FROZEN), .to = CLOSED, .permission = "user.close",
	  .reasons = close_words, .flags = FOUR_EYES | REASON | DANGER, .check = may_close, .apply = note_decision },
	NOTE_ACTION,
};

static const struct part parts[] = {
	{ .kind = "identity_check", .field = "user_id", .label = N_("Identity checks"), .evidence = true },
	{ .kind = "bank_card", .field = "user_id", .label = N_("Bank cards"), .evidence = true },
	{ .kind = "scan", .field = "user_id", .label = N_("Scans"), .brief = true },
	{ .kind = "device", .field = "id", .here = "device_id", .label = N_("Device"), .brief = true },
};

static const struct shared shared[] = {
	{ .label = N_("Identity number"), .mine = { .field = "identity_number" } },
	{ .label = N_("Mobile phone"), .mine = { .field = "phone" } },
	{ .label = N_("Device"), .mine = { .field = "device_id" } },
	{ .label = N_("Bank card"), .mine = { .kind = "bank_card", .field = "card_number", .of = "user_id" } },
};

const struct record user_record = {
	.kind = "user", .table = "users" /* USER is a word of SQL elsewhere */, .words = "users_words", .label = N_("User"), .plural = N_("Users"),
	.flags = RECORD_DESK, .permission = "user.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = user_checks, .nchecks = USER_CHECKS, .parts = parts, .nparts = COUNT(parts),
	.shared = shared, .nshared = COUNT(shared), .region = "region", .sort = "-registered_at",
};
