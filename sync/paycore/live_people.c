/* What customers do by themselves: register, verify their phone, hand in their data, send papers again, say how much came to their card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/user.h"
#include "sync/paycore/cards.h"
#include "sync/paycore/customers.h"
#include "sync/paycore/live.h"

struct awaited { struct db *db; int64_t now; struct item found; };

/* A deposit that can still be answered; the others wait for people. */
static enum code first_card(void *ctx, struct item *card, struct err *err)
{
	struct awaited *a = ctx;
	(void)err;
	if (a->now > card_deposit_until(card) || item_get(card, "deposit_amount").type == VALUE_NULL)
		return E_OK;
	a->found = *card;
	*card = (struct item){ 0 };
	return E_CANCELLED;
}

/* Who never handed in anything. What became of a check that was turned down is not tried again by itself. */
static enum code first_silent(void *ctx, struct item *user, struct err *err)
{
	struct awaited *a = ctx;
	const struct table checks = record_table(&identity_check_record);
	const struct query of = { .table = &checks, .where = { .op = COND_EQ, .column = "user_id", .value = value_text(item_id(user)) } };
	int64_t n = 0;
	enum code c = query_count(a->db, &of, &n, err);
	if (c || n)
		return c;
	a->found = *user;
	*user = (struct item){ 0 };
	return E_CANCELLED;
}

/* The one that has waited longest of those that fn takes; E_NOTFOUND. */
static enum code first_of(struct awaited *a, const struct record *rec, const char *state, enum code (*fn)(void *ctx, struct item *it, struct err *err), struct err *err)
{
	const struct table t = record_table(rec);
	const struct query q = { .table = &t, .where = { .op = COND_EQ, .column = "state", .value = value_text(state) }, .order = { { "updated_at", false } }, .norder = 1 };
	enum code c = item_each(a->db, rec, &q, fn, a, err);
	if (c && c != E_CANCELLED)
		return c;
	return a->found.rec ? E_OK : fail(err, E_NOTFOUND, "no %s that is %s waits for its customer", rec->kind, state);
}

/* The customer has looked at the statement, and says how much it was, or another sum. */
static enum code card_moves(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	struct awaited a = { .db = institution_db(in), .now = now };
	enum code c = first_of(&a, &bank_card_record, "micro_deposit_sent", first_card, err);
	if (!c)
		c = cards_answer(ch, &a.found, item_int(&a.found, "deposit_amount") + !chance_percent(chance, 75), now, err);
	item_release(&a.found);
	return c == E_STATE ? E_NOTFOUND : c; /* an account that is frozen: it waits for people */
}

static enum code papers_again(struct institution *in, struct changes *ch, struct crowd *m, struct err *err)
{
	AUTO(item_release) struct item check = { 0 };
	enum code c = institution_oldest(in, "identity_check", "resubmission_requested", &check, err);
	return c ? c : customers_resend(ch, m, &check, err);
}

static enum code phone_answers(struct institution *in, struct changes *ch, int64_t now, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code c = institution_oldest(in, "user", "registered", &user, err);
	return c ? c : customers_contact(ch, &user, now, err);
}

static enum code hand_in(struct institution *in, struct changes *ch, struct crowd *m, struct err *err)
{
	struct awaited a = { .db = institution_db(in), .now = m->now };
	enum code c = first_of(&a, &user_record, "contact_verified", first_silent, err);
	if (!c)
		c = customers_submit(ch, m, &a.found, err);
	item_release(&a.found);
	return c;
}

static enum code register_one(struct institution *in, struct changes *ch, struct crowd *m, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *last;
	char number[24];
	enum code c = institution_fact(in, "users", &pool, &last, err);
	if (c)
		return c;
	long long n = strtoll(last, NULL, 10) + 1;
	snprintf(number, sizeof number, "%lld", n);
	c = make_newcomer(m, n, ch, err);
	return c ? c : changes_fact(ch, "users", number, err);
}

enum code live_people(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	struct crowd m = { .chance = chance, .now = now, .scanner = scanner_new() };
	int64_t dice = chance_between(chance, 1, 100);
	enum code c = E_NOTFOUND;
	if (dice <= 30)
		c = card_moves(in, ch, chance, now, err);
	if (c == E_NOTFOUND && dice <= 45)
		c = papers_again(in, ch, &m, err);
	if (c == E_NOTFOUND && dice <= 85)
		c = dice % 2 ? hand_in(in, ch, &m, err) : phone_answers(in, ch, now, err);
	c = c == E_NOTFOUND ? register_one(in, ch, &m, err) : c;
	scanner_free(m.scanner);
	return c;
}
