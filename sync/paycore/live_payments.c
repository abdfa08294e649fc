/* What happens all day: somebody pays a merchant, at its till or not, by card or from an account here. By the rules of the fill, within the limits
 * of merchant and account; what follows from it (a balance, the days of trading, where a terminal was seen) moves along, at one version
 * (SHOW_RUNNING). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/user.h"
#include "core/values/when.h"
#include "sync/paycore/live.h"
#include "sync/paycore/outlets.h"
#include "sync/paycore/payments.h"

enum { TRIES = 8, FROM_ACCOUNT = 35, TOPS_UP = 80, LOCATED = 25, AWAY = 1 /* per cent */, TERMINALS = 8, TRADING_MOST = 400 /* days */ };

struct sale {
	struct institution *in;
	struct changes *ch;
	struct chance *chance;
	int64_t now;
	struct payee payee;
	struct payment payment;
	struct item merchant, terminal, user; /* rec NULL: through none; from no account here */
};

static void sale_release(struct sale *s)
{
	item_release(&s->merchant);
	item_release(&s->terminal);
	item_release(&s->user);
}

static bool is(const struct item *it, const char *field, const char *text)
{
	return strcmp(item_text(it, field), text) == 0;
}

/* ---- who takes part ---- */

/* The counter of this name, which the fill began; of an older institution, as many as there are. */
static enum code count_of(struct sale *s, const char *name, const char *kind, int64_t *n, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct table t = record_table(record_find(kind));
	const struct query q = { .table = &t };
	const char *text;
	enum code c = institution_fact(s->in, name, &pool, &text, err);
	*n = c ? 0 : strtoll(text, NULL, 10);
	return c || *text ? c : query_count(institution_db(s->in), &q, n, err);
}

/* One of this kind that is active, by chance; rec NULL: none came up. */
static enum code pick_active(struct sale *s, const char *kind, char letter, int64_t most, struct item *it, struct err *err)
{
	for (int tries = 0; most && tries < TRIES; tries++) {
		struct err gone = { 0 };
		char id[24];
		snprintf(id, sizeof id, "%c%08lld", letter, (long long)chance_between(s->chance, 1, most));
		enum code c = item_load(it, institution_db(s->in), record_find(kind), id, &gone);
		if (c && c != E_NOTFOUND)
			return fail(err, c, "%s", gone.msg);
		if (!c && is(it, "state", "active"))
			return E_OK;
		item_release(it);
		*it = (struct item){ .rec = NULL };
	}
	return E_OK;
}

static const struct trade *trade_of(const struct item *merchant)
{
	size_t i = 0;
	while (i < ntrades && !is(merchant, "mcc", trades[i].mcc))
		i++;
	return i < ntrades ? &trades[i] : NULL;
}

/* Busy as its trade is at this hour. E_NOTFOUND: nobody sells anything now. */
static enum code pick_merchant(struct sale *s, struct err *err)
{
	int64_t merchants;
	enum code c = count_of(s, "merchants", "merchant", &merchants, err);
	for (int tries = 0; !c && tries < TRIES; tries++) {
		c = pick_active(s, "merchant", 'M', merchants, &s->merchant, err);
		if (c || !s->merchant.rec)
			break;
		s->payee.trade = trade_of(&s->merchant);
		if (s->payee.trade && payments_busy(s->chance, s->payee.trade, s->now)) {
			snprintf(s->payee.id, sizeof s->payee.id, "%s", item_id(&s->merchant));
			snprintf(s->payee.region, sizeof s->payee.region, "%s", item_text(&s->merchant, "region"));
			s->payee.fee_bps = item_int(&s->merchant, "fee_bps");
			return E_OK;
		}
		item_release(&s->merchant);
		s->merchant = (struct item){ .rec = NULL };
	}
	return c ? c : fail(err, E_NOTFOUND, "no merchant takes payments now");
}

struct till { struct chance *chance; int64_t seen; struct item *it; };

static enum code maybe_this(void *ctx, struct item *terminal, struct err *err)
{
	struct till *t = ctx;
	(void)err;
	if (chance_between(t->chance, 0, t->seen++))
		return E_OK;
	item_release(t->it);
	*t->it = *terminal;
	*terminal = (struct item){ .rec = NULL };
	return E_OK;
}

/* One of the merchant's first few active ones, each as likely; a merchant without any is paid on a page of its own. */
static enum code pick_terminal(struct sale *s, struct err *err)
{
	const struct record *rec = record_find("terminal");
	const struct table t = record_table(rec);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(&s->merchant)) },
		{ .op = COND_EQ, .column = "state", .value = value_text("active") },
	};
	const struct query q = { .table = &t, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) }, .limit = TERMINALS };
	struct till till = { s->chance, 0, &s->terminal };
	return item_each(institution_db(s->in), rec, &q, maybe_this, &till, err);
}

static enum code pick_account(struct sale *s, struct err *err)
{
	int64_t users;
	if (!chance_percent(s->chance, FROM_ACCOUNT))
		return E_OK;
	enum code c = count_of(s, "users", "user", &users, err);
	return c ? c : pick_active(s, "user", 'U', users, &s->user, err);
}

/* ---- limits ---- */

/* What came in at a merchant from one time to another. */
static enum code paid_between(struct institution *in, const struct item *merchant, int64_t from, int64_t until, int64_t *sum, struct err *err)
{
	const struct table t = record_table(record_find("transaction"));
	const struct cond all[] = {
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(merchant)) },
		{ .op = COND_EQ, .column = "state", .value = value_text("succeeded") },
		{ .op = COND_GE, .column = "occurred_at", .value = value_int(from) },
		{ .op = COND_LT, .column = "occurred_at", .value = value_int(until) },
	};
	const struct query q = { .table = &t, .where = { .op = COND_AND, .kids = all, .nkids = COUNT(all) } };
	return query_sum(institution_db(in), &q, "amount", sum, err);
}

static void turn_down(struct sale *s, const char *why)
{
	s->payment.state = "failed";
	s->payment.failure = why;
}

static void hold_to_limits(struct sale *s, int64_t today)
{
	struct value single = item_get(&s->merchant, "limit_single"), day = item_get(&s->merchant, "limit_day");
	if (single.type == VALUE_INT && s->payment.amount > single.num)
		turn_down(s, "超出限额");
	else if (day.type == VALUE_INT && today + s->payment.amount > day.num)
		turn_down(s, "超出限额");
}

/* ---- accounts ---- */

/* With a new year what was paid in it begins anew. */
static enum code begin_year(struct sale *s, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(items_release) struct items f = { NULL, 0 };
	const struct table t = record_table(&user_record);
	const struct query q = { .table = &t, .where = { .op = COND_GT, .column = "paid_year", .value = value_int(0) } };
	const char *last;
	char year[16];
	enum code c = institution_fact(s->in, "year", &pool, &last, err);
	snprintf(year, sizeof year, "%d", when_civil(s->now).year);
	if (c || strcmp(last, year) == 0)
		return c;
	if (*last)
		c = item_each(institution_db(s->in), &user_record, &q, items_keep, &f, err);
	for (size_t i = 0; !c && i < f.n; i++) {
		item_set(&f.it[i], "paid_year", value_int(0));
		c = changes_put(s->ch, &f.it[i], err);
	}
	return c ? c : changes_fact(s->ch, "year", year, err);
}

/* Whoever has too little puts some in first, mostly. */
static enum code pay_from_account(struct sale *s, struct err *err)
{
	int64_t room, amount = s->payment.amount, balance = item_int(&s->user, "balance");
	enum code c = account_room(institution_db(s->in), &s->user, s->now, &room, err);
	if (c)
		return c;
	if (balance < amount && chance_percent(s->chance, TOPS_UP))
		balance += (amount / 10000 + chance_between(s->chance, 1, 5)) * 10000;
	if (room < amount)
		turn_down(s, "超出限额");
	else if (balance < amount)
		turn_down(s, "余额不足");
	if (*s->payment.state != 's')
		return E_OK;
	item_set(&s->user, "balance", value_int(balance - amount));
	item_set(&s->user, "paid_year", value_int(item_int(&s->user, "paid_year") + amount));
	item_set(&s->user, "paid_lifetime", value_int(item_int(&s->user, "paid_lifetime") + amount));
	return changes_put(s->ch, &s->user, err);
}

/* ---- what follows ---- */

enum code live_trading_days(struct institution *in, struct item *merchant, int64_t now, struct err *err)
{
	int64_t today = when_day_start(now), since = (today - when_day_start(item_int(merchant, "activated_at"))) / WHEN_DAY, n = 0, sum = 0;
	enum code c = E_OK;
	do
		c = paid_between(in, merchant, today - (n + 1) * WHEN_DAY, today - n * WHEN_DAY, &sum, err);
	while (!c && sum && n < since && ++n < TRADING_MOST);
	item_set(merchant, "trading_days", value_int(n));
	return c;
}

/* With the first payment of a day it is known how the days before it went. */
static enum code count_days(struct sale *s, struct err *err)
{
	int64_t were = item_int(&s->merchant, "trading_days");
	enum code c = live_trading_days(s->in, &s->merchant, s->now, err);
	if (c || item_int(&s->merchant, "trading_days") == were)
		return c;
	return changes_put(s->ch, &s->merchant, err);
}

/* A printed code is nowhere; the others tell now and then where they are. */
static enum code locate(struct sale *s, struct err *err)
{
	if (!s->terminal.rec || is(&s->terminal, "type", "qr_static") || !chance_percent(s->chance, LOCATED))
		return E_OK;
	outlets_locate(s->chance, chance_percent(s->chance, AWAY), &s->terminal);
	item_set(&s->terminal, "seen_at", value_int(s->now));
	return changes_put(s->ch, &s->terminal, err);
}

/* ---- the whole ---- */

static enum code draw(struct sale *s, struct err *err)
{
	char number[24];
	enum code c = count_of(s, "transactions", "transaction", &s->payment.number, err);
	if (c)
		return c;
	s->payment.at = s->now;
	snprintf(number, sizeof number, "%lld", (long long)++s->payment.number);
	payments_draw(s->chance, &s->payee, &s->payment);
	if (s->terminal.rec)
		snprintf(s->payment.terminal, sizeof s->payment.terminal, "%s", item_id(&s->terminal));
	if (s->user.rec)
		snprintf(s->payment.payer, sizeof s->payment.payer, "%.60s", item_text(&s->user, "name"));
	return changes_fact(s->ch, "transactions", number, err);
}

enum code live_payment(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(sale_release) struct sale s = { .in = in, .ch = ch, .chance = chance, .now = now };
	const struct table transactions = record_table(record_find("transaction"));
	int64_t today = 0;
	enum code c = begin_year(&s, err);
	if (!c)
		c = pick_merchant(&s, err);
	if (!c)
		c = pick_terminal(&s, err);
	if (!c)
		c = pick_account(&s, err);
	if (!c)
		c = draw(&s, err);
	if (c)
		return c;
	c = paid_between(in, &s.merchant, when_day_start(now), now + 1, &today, err);
	if (!c && *s.payment.state == 's')
		hold_to_limits(&s, today);
	if (!c && s.user.rec && *s.payment.state == 's')
		c = pay_from_account(&s, err);
	if (!c && !today && *s.payment.state == 's')
		c = count_days(&s, err);
	if (!c)
		c = locate(&s, err);
	return c ? c : payments_add(ch, &transactions, &s.payee, &s.payment, err);
}
