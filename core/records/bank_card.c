/* A bank card that a customer binds to the account: a small deposit is sent to it, and who can say how much it was holds the card. */
#include "core/records/user.h"

#include <libintl.h>

#include "core/effect.h"
#include "core/note.h"
#include "core/values/ident.h"
#include "core/values/text.h"
#include "core/values/when.h"

static const struct choice types[] = { { "debit", N_("Debit card") }, { "credit", N_("Credit card") }, { NULL, NULL } };

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

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
	{ F("tries", VALUE_INT), .label = N_("Wrong answers"), .type = FIELD_INT, .show = LISTED, .width = 5, .rank = 5, .warn = 1, .alarm = 3 },
	{ F("deposits", VALUE_INT), .label = N_("Micro-deposits so far"), .type = FIELD_INT, .show = DETAIL },
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

int64_t card_deposit_until(const struct item *card)
{
	int64_t sent = item_int(card, "sent_at");
	const struct rule *days = rule_at("house_micro_deposit_days", sent);

	return sent && days ? sent + days->value * WHEN_DAY : 0;
}

enum code card_answer(struct item *card, int64_t amount, int64_t when, struct err *err)
{
	const struct rule *tries = rule_at("house_micro_deposit_tries", when);
	int64_t wrong = item_int(card, "tries");

	if (item_state(card) != SENT || item_get(card, "deposit_amount").type == VALUE_NULL)
		return fail(err, E_STATE, "card %s waits for no answer; it is %s", item_id(card), state_noun(card->rec, item_text(card, "state")).word);
	if (when > card_deposit_until(card))
		return fail(err, E_STATE, "the micro-deposit to card %s was to be confirmed within %lld days; another has to be sent", item_id(card),
			    (long long)((card_deposit_until(card) - item_int(card, "sent_at")) / WHEN_DAY));
	if (tries && wrong >= tries->value)
		return fail(err, E_STATE, "card %s has had %lld wrong answers; it is not bound by this micro-deposit", item_id(card), (long long)wrong);
	if (amount == item_int(card, "deposit_amount")) {
		item_set(card, "bound_at", value_int(when));
		item_set(card, "state", value_text(states[BOUND].name));
		return E_OK;
	}
	item_set(card, "tries", value_int(++wrong));
	if (tries && wrong >= tries->value)
		item_set(card, "state", value_text(states[BLOCKED].name));
	return E_OK;
}

/* The deposit is the core's to send; its amount is drawn there. */
static void do_send(const struct judge *j, struct item *after)
{
	item_set(after, "sent_by", value_text(j->who->id));
	item_set(after, "sent_at", value_int(j->when));
	item_set(after, "tries", value_int(0));
	item_set(after, "deposits", value_int(item_int(j->now, "deposits") + 1));
	item_set(after, "deposit_amount", value_null());
}

static void do_unbind(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

/* Whose card it is: an account that may not pay gets no card, and nobody's account gets another person's. */
static enum code suits_holder(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	const char *holder = item_text(j->now, "holder");
	struct err none;

	if (item_load(&user, j->db, &user_record, item_text(j->now, "user_id"), &none))
		return E_OK; /* no customer here to compare with; the core has them all */
	if (user_is_stopped(&user))
		return fail(err, E_STATE, "user %s is %s; no card is bound to the account now", item_id(&user),
			    state_noun(user.rec, item_text(&user, "state")).word);
	if (*item_text(&user, "name") && *holder && !text_alike(item_text(&user, "name"), holder))
		return fail(err, E_CHECK, "card %s is held by somebody else than user %s; no deposit is sent to it", item_id(j->now), item_id(&user));
	return E_OK;
}

static enum code may_send(const struct judge *j, struct err *err)
{
	const char *wrong = ident_bank_card(item_text(j->now, "card_number"));
	const struct rule *rounds = rule_at("house_micro_deposit_rounds", j->when);

	if (suits_holder(j, err))
		return err->code;
	if (wrong)
		return fail(err, E_CHECK, "no deposit can be sent to card %s: its number is not well formed", item_id(j->now));
	if (item_state(j->now) == SENT && j->when <= card_deposit_until(j->now))
		return fail(err, E_STATE, "a micro-deposit to card %s is under way; the customer still has time to say how much came", item_id(j->now));
	if (rounds && item_int(j->now, "deposits") >= rounds->value)
		return fail(err, E_CHECK, "%lld micro-deposits went to card %s and were not recognised; it is not bound any more (%s)",
			    (long long)item_int(j->now, "deposits"), item_id(j->now), gettext(rounds->source));
	return E_OK;
}

static const char *const unbind_words[] = {
	N_("The customer asked for it."), N_("The card was reported lost or stolen."), N_("The card is another person's."), NULL,
};

static const struct action actions[] = {
	{ .id = "send_micro_deposit", .label = N_("Send micro-deposit"),
	  .help = N_("Has the core send a few cents to the card again; the customer says how much came."),
	  .key = 's', .from = IN(UNVERIFIED) | IN(SENT) | IN(BLOCKED), .to = SENT, .permission = "card.deposit", .check = may_send, .apply = do_send },
	{ .id = "unbind", .label = N_("Unbind"), .help = N_("Takes the card off the account."),
	  .key = 'x', .from = IN(UNVERIFIED) | IN(SENT) | IN(BOUND) | IN(BLOCKED), .to = UNBOUND, .permission = "card.unbind", .reasons = unbind_words,
	  .flags = REASON | DANGER, .apply = do_unbind },
	NOTE_ACTION,
};

const struct record bank_card_record = {
	.kind = "bank_card", .words = "bank_card_words", .label = N_("Bank card"), .plural = N_("Bank cards"), .flags = RECORD_DESK,
	.permission = "user.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = bank_card_checks, .nchecks = BANK_CARD_CHECKS, .sort = "-added_at",
};
