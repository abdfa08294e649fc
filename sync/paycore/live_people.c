/* What customers do by themselves: register, send their papers again, say how much came to their card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/when.h"
#include "sync/paycore/cards.h"
#include "sync/paycore/live.h"
#include "sync/paycore/people.h"

/* Moves the user on if it stands in this state; otherwise it is left alone. */
static enum code user_becomes(struct institution *in, struct changes *ch, const char *id, const char *from, const char *to, int64_t now, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code c = item_load(&user, institution_db(in), record_find("user"), id, err);
	if (c || strcmp(item_text(&user, "state"), from) != 0)
		return c;
	effect_touch(&user, to, now);
	return changes_put(ch, &user, err);
}

/* The customer has looked at the statement, and says how much it was, or another sum. */
static enum code card_moves(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(item_release) struct item card = { 0 };
	int64_t amount;
	enum code c = institution_oldest(in, "bank_card", "micro_deposit_sent", &card, err);
	if (c)
		return c;
	amount = item_int(&card, "deposit_amount") + !chance_percent(chance, 75);
	c = cards_answer(ch, &card, amount, now, err);
	return c == E_STATE ? E_NOTFOUND : c; /* too late: it waits for another deposit */
}

/* What was to be sent again is here. */
static enum code papers_again(struct institution *in, struct changes *ch, int64_t now, struct err *err)
{
	AUTO(item_release) struct item check = { 0 };
	enum code c = institution_oldest(in, "identity_check", "resubmission_requested", &check, err);
	if (c)
		return c;
	item_set(&check, "submitted_at", value_int(now));
	item_set(&check, "due_at", value_int(now + WHEN_DAY));
	item_set(&check, "resubmission_reasons", value_null());
	effect_touch(&check, "submitted", now);
	c = changes_put(ch, &check, err);
	return c ? c : user_becomes(in, ch, item_text(&check, "user_id"), "contact_verified", "submitted", now, err);
}

static enum code register_one(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct crowd crowd = { .chance = chance, .now = now };
	const char *last;
	char number[24];
	enum code c = institution_fact(in, "users", &pool, &last, err);
	if (c)
		return c;
	long long n = strtoll(last, NULL, 10) + 1;
	snprintf(number, sizeof number, "%lld", n);
	crowd.scanner = scanner_new();
	c = make_applicant(&crowd, n, ch, err);
	scanner_free(crowd.scanner);
	return c ? c : changes_fact(ch, "users", number, err);
}

enum code live_people(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	int64_t dice = chance_between(chance, 1, 100);
	enum code c = E_NOTFOUND;
	if (dice <= 45)
		c = card_moves(in, ch, chance, now, err);
	if (c == E_NOTFOUND && dice <= 60)
		c = papers_again(in, ch, now, err);
	return c == E_NOTFOUND ? register_one(in, ch, chance, now, err) : c;
}
