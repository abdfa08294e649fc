/* A bank card that a customer binds to the account: a small deposit is sent to it, and who can say how much it was holds the card. */
#include "core/records/user.h"

#include "core/effect.h"
#include "core/ident.h"
#include "core/note.h"

static const struct choice types[] = { { "debit", N_("Debit card") }, { "credit", N_("Credit card") }, { NULL, NULL } };

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };
enum { TRIES_MAX = 3 };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Card no. here"), 12),
	{ F("user_id", VALUE_TEXT), .label = N_("User no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 3,
	  .ref_kind = "user" },
	{ F("card_number", VALUE_TEXT), .label = N_("Card number"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 2,
	  .privacy = PRIVACY_CORE, .mask = MASK_CARD, .check = ident_bank_card },
	{ F("bank", VALUE_TEXT), .label = N_("Bank"), .type = FIELD_TEXT, .show = LISTED, .width = 16, .rank = 4 },
	{ F("type", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = DETAIL, .choices = types },
	{ F("holder", VALUE_TEXT), .label = N_("Card holder"), .type = FIELD_TEXT, .show = DETAIL, .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME },
	{ F("phone", VALUE_TEXT), .label = N_("Phone kept by the bank"), .type = FIELD_TEXT, .show = DETAIL, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_PHONE, .check = ident_mobile },

	{ F("added_at", VALUE_INT), .label = N_("Added"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 6, .group = N_("Binding") },
	{ F("deposit_amount", VALUE_INT), .label = N_("Micro-deposit"), .type = FIELD_MONEY, .show = DETAIL, .privacy = PRIVACY_CORE, .mask = MASK_ALL },
	{ F("sent_by", VALUE_TEXT), .label = N_("Sent by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("sent_at", VALUE_INT), .label = N_("Micro-deposit sent"), .type = FIELD_TIME, .show = DETAIL },
	{ F("tries", VALUE_INT), .label = N_("Wrong answers"), .type = FIELD_INT, .show = LISTED, .width = 5, .rank = 5, .warn = 1, .alarm = TRIES_MAX },
	{ F("bound_at", VALUE_INT), .label = N_("Bound"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { UNVERIFIED, SENT, BOUND, BLOCKED, UNBOUND };

static const struct state states[] = {
	[UNVERIFIED] = { .name = "unverified", .label = N_("Not verified"), .tone = TONE_INFO, .open = true, .core = true },
	[SENT] = { .name = "micro_deposit_sent", .label = N_("Micro-deposit sent"), .tone = TONE_INFO },
	[BOUND] = { .name = "bound", .label = N_("Bound"), .tone = TONE_GOOD, .core = true },
	[BLOCKED] = { .name = "blocked", .label = N_("Too many wrong answers"), .tone = TONE_DANGER, .open = true, .core = true },
	[UNBOUND] = { .name = "unbound", .label = N_("Unbound"), .tone = TONE_MUTED },
};

/* The deposit is the core's to send; its amount is drawn there and is not this desk's to know. */
static void do_send(const struct judge *j, struct item *after)
{
	item_set(after, "sent_by", value_text(j->who->id));
	item_set(after, "sent_at", value_int(j->when));
	item_set(after, "tries", value_int(0));
}

static void do_unbind(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

static enum code may_send(const struct judge *j, struct err *err)
{
	const char *wrong = ident_bank_card(item_text(j->now, "card_number"));

	return wrong ? fail(err, E_CHECK, "no deposit can be sent to card %s: its number is not well formed", item_id(j->now)) : E_OK;
}

static const char *const unbind_words[] = {
	N_("The customer asked for it."), N_("The card was reported lost or stolen."), N_("The card is another person's."), NULL,
};

static const struct action actions[] = {
	{ .id = "send_micro_deposit", .label = N_("Send micro-deposit"),
	  .help = N_("Has the core send a few cents to the card again; the customer says how much came."),
	  .key = 's', .from = IN(UNVERIFIED) | IN(BLOCKED), .to = SENT, .permission = "card.deposit", .check = may_send, .apply = do_send },
	{ .id = "unbind", .label = N_("Unbind"), .help = N_("Takes the card off the account."),
	  .key = 'x', .from = IN(SENT) | IN(BOUND) | IN(BLOCKED), .to = UNBOUND, .permission = "card.unbind", .reasons = unbind_words,
	  .flags = REASON | DANGER, .apply = do_unbind },
	NOTE_ACTION,
};

const struct record bank_card_record = {
	.kind = "bank_card", .words = "bank_card_words", .label = N_("Bank card"), .plural = N_("Bank cards"), .flags = RECORD_DESK,
	.permission = "user.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.sort = "-added_at",
};
