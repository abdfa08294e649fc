/* How far the binding of a card has come. The amounts themselves are masked by their class, so no reason names one. */
#include <string.h>

#include "core/item.h"
#include "core/records/user.h"
#include "core/values/text.h"
#include "core/values/when.h"

static bool is(const struct item *it, const char *state)
{
	return !strcmp(item_text(it, "state"), state);
}

static void holder(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(item_release) struct item user = { 0 };
	struct err err = { 0 };

	if (item_load(&user, db, &user_record, item_text(it, "user_id"), &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!*item_text(&user, "name") || !*item_text(it, "holder"))
		check_say(out, CHECK_UNKNOWN, N_("nobody has verified yet who it is"));
	else if (text_alike(item_text(&user, "name"), item_text(it, "holder")))
		check_say(out, CHECK_PASSED, N_("the card is held by the customer"));
	else
		check_say(out, CHECK_FAILED, N_("the card is held by somebody else than the customer"));
}

static void deposit(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(buf_release) struct buf until = BUF_INIT;

	(void)db;
	when_add_datetime(&until, card_deposit_until(it));
	if (item_int(it, "bound_at"))
		check_say(out, CHECK_PASSED, N_("the customer said how much came"));
	else if (!card_deposit_until(it))
		check_say(out, CHECK_UNKNOWN, N_("none was sent yet"));
	else if (item_get(it, "deposit_amount").type == VALUE_NULL)
		check_say(out, CHECK_UNKNOWN, N_("asked for; the core has not sent it yet"));
	else if (!is(it, "micro_deposit_sent"))
		check_say(out, CHECK_UNKNOWN, N_("the last one is void"));
	else if (out->when > card_deposit_until(it))
		check_say(out, CHECK_FAILED, N_("the time to say how much came ended on %s; another has to be sent"), until.data);
	else
		check_say(out, CHECK_UNKNOWN, N_("sent; the customer has until %s to say how much came"), until.data);
}

static void tries(struct db *db, const struct item *it, struct checklist *out)
{
	const struct rule *rule = rule_at("house_micro_deposit_tries", out->when);
	long long wrong = (long long)item_int(it, "tries"), left = (rule ? (long long)rule->value : 0) - wrong;

	(void)db;
	if (!rule)
		check_say(out, CHECK_UNKNOWN, N_("no rule is in force"));
	else if (left > 0)
		check_say(out, wrong ? CHECK_UNKNOWN : CHECK_PASSED, N_("wrong answers: %lld, tries left: %lld"), wrong, left);
	else
		check_say(out, CHECK_FAILED, N_("%lld wrong answers; the last micro-deposit binds no card any more"), wrong);
}

static void rounds(struct db *db, const struct item *it, struct checklist *out)
{
	const struct rule *rule = rule_at("house_micro_deposit_rounds", out->when);
	long long sent = (long long)item_int(it, "deposits"), most = rule ? (long long)rule->value : 0;

	(void)db;
	if (!rule)
		check_say(out, CHECK_UNKNOWN, N_("no rule is in force"));
	else if (sent < most || item_int(it, "bound_at"))
		check_say(out, CHECK_PASSED, N_("%lld of at most %lld sent"), sent, most);
	else
		check_say(out, is(it, "micro_deposit_sent") ? CHECK_UNKNOWN : CHECK_FAILED, N_("%lld of at most %lld sent; no other can be"), sent, most);
}

const struct check bank_card_checks[] = {
	{ .id = "holder", .label = N_("Card holder"), .run = holder },
	{ .id = "deposit", .label = N_("Micro-deposit"), .run = deposit },
	{ .id = "tries", .label = N_("Wrong answers"), .run = tries },
	{ .id = "rounds", .label = N_("Micro-deposits so far"), .run = rounds },
};
_Static_assert(COUNT(bank_card_checks) == BANK_CARD_CHECKS, "its header counts the checks");
