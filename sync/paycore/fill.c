#include "sync/paycore/fill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/when.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/maker.h"
#include "sync/paycore/outlets.h"
#include "sync/paycore/people.h"
#include "sync/paycore/reviews.h"
#include "sync/paycore/tables.h"

enum { DEMO_MERCHANTS = 400, DEMO_TRANSACTIONS = 60000, MERCHANTS_MIN = 10, PER_MERCHANT = 150, DAYS = 30, CHUNK = 20000,
       DEMO_USERS = 600, USERS_MIN = 20, USERS_MAX = 20000, PER_USER = 200 };

/* How many of DEMO_MERCHANTS are in each state. */
static const struct { const char *state; int share; } shares[] = {
	{ "applied", 90 }, { "preliminary_review", 60 }, { "risk_review", 60 }, { "contracting", 15 }, { "configuring", 12 }, { "active", 110 },
	{ "resubmission_requested", 22 }, { "rejected", 15 }, { "suspended", 10 }, { "terminated", 6 },
};

struct payee {                          /* a merchant that takes payments */
	char id[12], region[16];
	const struct trade *trade;
	int64_t fee_bps;
	uint32_t traded;                /* a bit for each of the DAYS on which it was paid, the first day's the lowest */
	int64_t since;                  /* it went live, UTC ms */
	int terminals;
};
struct filler {
	struct institution *in;
	struct chance chance, outlet_chance; /* each of its own, so that one more terminal makes no other merchant */
	struct maker maker;
	struct outlets outlets;
	struct changes changes;
	int64_t merchants, transactions, users, in_chunk;
	int64_t in_state[16];           /* merchants so far, by place in shares */
	int64_t day;                    /* midnight in Shanghai: what is made lies before it */
	struct payee *payee;
	size_t npayees, oldest;         /* oldest: of them */
};

static void filler_release(struct filler *f)
{
	changes_end(&f->changes);
	scanner_free(f->maker.scanner);
	free(f->payee);
}

bool fill_valid(const char *what)
{
	if (strcmp(what, "demo") == 0)
		return true;
	long long n = strlen(what) <= 9 && strspn(what, "0123456789") == strlen(what) ? strtoll(what, NULL, 10) : 0;
	return n >= 1 && n <= FILL_MAX;
}

/* Whoever starts the server has blocked the signals that end it, for the server's own loop to take: a fill heeds them as well. */
static bool asked_to_stop(void)
{
	sigset_t waiting;
	return !sigpending(&waiting) && (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

/* Many rows to a transaction, but not so many that the log grows without bounds. */
static enum code row_done(struct filler *f, struct err *err)
{
	if (asked_to_stop())
		return fail(err, E_CANCELLED, "the fill was stopped; remove the folder and fill again");
	if (++f->in_chunk < CHUNK)
		return E_OK;
	f->in_chunk = 0;
	enum code c = changes_commit(&f->changes, err);
	return c ? c : changes_begin(&f->changes, f->in, err);
}

/* ---- merchants ---- */

/* 149 has no common divisor with 400: the states are mixed, and 400 merchants have exactly the shares. */
static size_t state_of(int64_t number)
{
	int64_t slot = number * 149 % DEMO_MERCHANTS;
	size_t i = 0;
	for (; slot >= shares[i].share; i++)
		slot -= shares[i].share;
	return i;
}

static void add_payee(struct filler *f, const struct item *it, const struct trade *trade, int terminals)
{
	struct payee *p = &f->payee[f->npayees++];
	p->since = item_int(it, "activated_at");
	if (p->since < f->payee[f->oldest].since)
		f->oldest = (size_t)(p - f->payee);
	snprintf(p->id, sizeof p->id, "%s", item_id(it));
	snprintf(p->region, sizeof p->region, "%s", item_text(it, "region"));
	p->trade = trade;
	p->fee_bps = item_int(it, "fee_bps");
	p->traded = 0;
	p->terminals = terminals;
}

/* Whoever takes payments has a key, and so have some that are about to. */
static enum code fill_key(struct filler *f, struct item *it, int64_t number, struct err *err)
{
	int64_t configured = item_int(it, "configured_at");
	bool terminated = strcmp(item_text(it, "state"), "terminated") == 0;
	if (!configured || terminated || (!item_int(it, "activated_at") && number % 4))
		return E_OK;
	return keys_fill(&f->changes, it, configured + WHEN_HOUR, err);
}

static enum code fill_merchants(struct filler *f, struct err *err)
{
	enum code c = E_OK;
	f->payee = mem_grow(NULL, (size_t)f->merchants, sizeof *f->payee);
	for (int64_t i = 1; !c && i <= f->merchants; i++) {
		AUTO(item_release) struct item it;
		struct made made;
		int terminals = 0;
		size_t place = state_of(i);
		const char *state = shares[place].state;
		make_merchant(&f->maker, i, state, &it, &made);
		reviews_spread(&it, i, f->day);
		c = fill_key(f, &it, i, err);
		if (!c)
			c = changes_add(&f->changes, &it, item_text(&it, "region"), err);
		if (!c)
			c = make_documents(&f->maker, &it, &made, &f->changes, err);
		if (!c)
			c = reviews_lapsed(&f->changes, &it, f->day, err);
		if (!c)
			c = outlets_owners(&f->outlets, i, &it, made.place, &f->changes, err);
		if (!c)
			c = outlets_terminals(&f->outlets, i, &it, made.place, &f->changes, &terminals, err);
		if (!c)
			c = contracts_fill(&f->changes, &f->chance, &it, f->in_state[place]++, err);
		if (strcmp(state, "active") == 0 || strcmp(state, "suspended") == 0)
			add_payee(f, &it, made.trade, terminals);
		if (!c)
			c = row_done(f, err);
	}
	char count[24];
	snprintf(count, sizeof count, "%lld", (long long)f->merchants);
	return c ? c : changes_fact(&f->changes, "merchants", count, err);
}

/* ---- transactions: rows are built in place, without an item each, for there are many ---- */

enum { T_MERCHANT = F_STANDARD, T_AT, T_AMOUNT, T_CURRENCY, T_FEE, T_CHANNEL, T_PAYER, T_CARD, T_ORDER, T_CHANNEL_NO, T_TERMINAL, T_MCC, T_FAILURE, T_COLUMNS };
static const char *const columns[T_COLUMNS] = {
	"id", "state", "version", "updated_at", "pending", "merchant_id", "occurred_at", "amount", "currency", "fee", "channel", "payer",
	"card_tail", "order_no", "channel_no", "terminal", "mcc", "failure",
};

static enum code columns_fit(const struct table *t, struct err *err)
{
	bool fit = t->ncolumns == T_COLUMNS;
	for (size_t i = 0; fit && i < T_COLUMNS; i++)
		fit = strcmp(table_column(t, i)->name, columns[i]) == 0;
	return fit ? E_OK : fail(err, E_SCHEMA, "the transactions' table is not the one that the fill was written for");
}

/* Somebody who is live by then and busy at this hour; after a few tries anybody who is live. */
static struct payee *pick_payee(struct filler *f, int64_t at)
{
	struct payee *p = &f->payee[f->oldest];
	int hour = when_civil(at).hour;
	for (int tries = 0; tries < 6; tries++) {
		struct payee *next = &f->payee[chance_between(&f->chance, 0, (int64_t)f->npayees - 1)];
		if (next->since > at)
			continue;
		p = next;
		if (p->trade->hours[hour] - '0' > chance_between(&f->chance, 0, 8))
			break;
	}
	return p;
}

/* Small amounts are common, large ones rare; shops like .90 and whole yuan. */
static int64_t pick_amount(struct filler *f, const struct trade *t)
{
	int64_t span = t->high - t->low, a = chance_between(&f->chance, 0, 1000), b = chance_between(&f->chance, 0, 1000);
	int64_t yuan = t->low + span * a * b / 1000000, ending = chance_between(&f->chance, 0, 9);
	return yuan * 100 + (ending < 5 ? 0 : ending < 8 ? 90 : chance_between(&f->chance, 1, 99));
}

static const char *pick_channel(struct filler *f)
{
	int64_t n = chance_between(&f->chance, 1, 100);
	return n <= 46 ? "wechat_pay" : n <= 84 ? "alipay" : n <= 93 ? "unionpay_quickpass" : n <= 98 ? "bank_card" : "e_cny";
}

static enum code add_transaction(struct filler *f, const struct table *t, int64_t number, int64_t at, struct err *err)
{
	static const char *const failures[] = { "余额不足", "超出限额", "用户取消", "发卡行拒绝" };
	struct payee *p = pick_payee(f, at);
	char id[24], order[40], channel_no[40], terminal[24], card[8], payer[64];
	int64_t amount = pick_amount(f, p->trade), luck = chance_between(&f->chance, 1, 1000);
	const char *channel = pick_channel(f), *state = luck <= 965 ? "succeeded" : luck <= 985 ? "failed" : luck <= 995 ? "refunded" : "closed";
	snprintf(id, sizeof id, "T%012lld", (long long)number);
	snprintf(order, sizeof order, "%s-%lld", p->id, (long long)number);
	snprintf(channel_no, sizeof channel_no, "SPECIMEN%014llx", (unsigned long long)chance_draw(&f->chance) >> 8);
	snprintf(terminal, sizeof terminal, "%s%02d", p->id + 1, (int)chance_between(&f->chance, 1, p->terminals));
	snprintf(card, sizeof card, "%04d", (int)chance_between(&f->chance, 0, 9999));
	snprintf(payer, sizeof payer, "%s%s", surnames[chance_between(&f->chance, 0, (int64_t)nsurnames - 1)],
		 givens[chance_between(&f->chance, 0, (int64_t)ngivens - 1)]);
	bool by_card = *channel == 'u' || *channel == 'b', paid = *state == 's' || *state == 'r';
	const struct value row[T_COLUMNS] = {
		[F_ID] = value_text(id), [F_STATE] = value_text(state), [F_VERSION] = value_int(1), [F_UPDATED] = value_int(at), [F_PENDING] = value_int(0),
		[T_MERCHANT] = value_text(p->id), [T_AT] = value_int(at), [T_AMOUNT] = value_int(amount), [T_CURRENCY] = value_text("CNY"),
		[T_FEE] = value_int(paid ? (amount * p->fee_bps + 5000) / 10000 : 0), [T_CHANNEL] = value_text(channel), [T_PAYER] = value_text(payer),
		[T_CARD] = value_text(by_card ? card : NULL), [T_ORDER] = value_text(order), [T_CHANNEL_NO] = value_text(channel_no),
		[T_TERMINAL] = value_text(terminal), [T_MCC] = value_text(p->trade->mcc),
		[T_FAILURE] = value_text(*state == 'f' ? *CHANCE_PICK(&f->chance, failures) : NULL),
	};
	if (*state == 's')
		p->traded |= UINT32_C(1) << (DAYS - 1 - (f->day - 1 - at) / WHEN_DAY);
	enum code c = db_insert(institution_db(f->in), t, row, err);
	return c ? c : changes_feed(&f->changes, "transaction", id, p->region, err);
}

/* In the order of time, so that indexes grow at their ends: day by day and hour by hour, as busy as all trades are together. */
static enum code fill_transactions(struct filler *f, struct err *err)
{
	static const char busy[] = "211112234566887666789864"; /* of a day */
	const struct table t = record_table(record_find("transaction"));
	int64_t total = 0, number = 0;
	enum code c = columns_fit(&t, err);
	for (size_t h = 0; h < 24; h++)
		total += busy[h] - '0';
	total *= DAYS;
	for (int64_t hour = 0, weight = 0; !c && hour < DAYS * 24; hour++) {
		weight += busy[hour % 24] - '0';
		int64_t until = f->transactions * weight / total, n = until - number;
		for (int64_t i = 0; !c && i < n; i++) {
			int64_t at = f->day - DAYS * WHEN_DAY + hour * WHEN_HOUR + i * WHEN_HOUR / n;
			c = add_transaction(f, &t, ++number, at, err);
			if (!c)
				c = row_done(f, err);
		}
	}
	return c;
}

/* For how many days up to yesterday it was paid every day; not before it came on. */
static int64_t trading_days(const struct filler *f, const struct payee *p, const struct item *it)
{
	int64_t since = (f->day - when_day_start(item_int(it, "activated_at"))) / WHEN_DAY, n = 0;
	while (n < DAYS && n < since && p->traded >> (DAYS - 1 - n) & 1)
		n++;
	return n;
}

static enum code fill_trading(struct filler *f, struct err *err)
{
	enum code c = E_OK;
	for (size_t i = 0; !c && i < f->npayees; i++) {
		AUTO(item_release) struct item it = { 0 };
		c = item_load(&it, institution_db(f->in), record_find("merchant"), f->payee[i].id, err);
		if (c)
			return c;
		item_set(&it, "trading_days", value_int(trading_days(f, &f->payee[i], &it)));
		c = item_save(&it, institution_db(f->in), err);
		if (!c)
			c = row_done(f, err);
	}
	return c;
}

/* When all of them are there, and with them whoever has the same card or representative: whoever passed the risk review as of that day,
 * the others as of today. */
static enum code fill_risk(struct filler *f, struct err *err)
{
	enum code c = E_OK;
	for (int64_t i = 1; !c && i <= f->merchants; i++) {
		AUTO(item_release) struct item it = { 0 };
		char id[24];
		snprintf(id, sizeof id, "M%08lld", (long long)i);
		c = item_load(&it, institution_db(f->in), record_find("merchant"), id, err);
		if (c)
			return c;
		int64_t cleared = item_int(&it, "cleared_at");
		c = rate_merchant(&it, cleared ? cleared : f->day, cleared, &f->changes, err);
		if (!c)
			c = item_save(&it, institution_db(f->in), err);
		if (!c)
			c = row_done(f, err);
	}
	return c;
}

/* ---- customers ---- */

static enum code fill_users(struct filler *f, struct err *err)
{
	struct crowd crowd = { .chance = &f->chance, .scanner = f->maker.scanner, .now = f->day };
	enum code c = E_OK;
	for (int64_t i = 1; !c && i <= f->users; i++) {
		c = make_user(&crowd, i, &f->changes, err);
		if (!c)
			c = row_done(f, err);
	}
	char count[24];
	snprintf(count, sizeof count, "%lld", (long long)f->users);
	return c ? c : changes_fact(&f->changes, "users", count, err);
}

/* ---- the whole ---- */

static enum code fill_all(struct filler *f, const char *name, struct err *err)
{
	enum code c = changes_begin(&f->changes, f->in, err);
	if (!c)
		c = changes_fact(&f->changes, "filling", name, err);
	if (!c)
		c = contracts_fill_templates(&f->changes, f->day - 400 * WHEN_DAY, err);
	if (!c)
		c = fill_merchants(f, err);
	if (!c)
		c = fill_transactions(f, err);
	if (!c)
		c = fill_trading(f, err);
	if (!c)
		c = fill_risk(f, err);
	if (!c)
		c = fill_users(f, err);
	if (!c)
		c = reviews_run(&f->changes, f->day, err);
	if (!c)
		c = changes_fact(&f->changes, "fill", name, err);
	return c ? c : changes_commit(&f->changes, err);
}

enum code fill(struct institution *in, const char *what, uint64_t seed, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(filler_release) struct filler f = { .in = in, .chance = { seed }, .outlet_chance = { ~seed } };
	const char *done, *begun;
	char name[64];
	int64_t head = 0;
	snprintf(name, sizeof name, "%s seed %llu", what, (unsigned long long)seed);
	enum code c = institution_fact(in, "fill", &pool, &done, err);
	if (!c)
		c = institution_fact(in, "filling", &pool, &begun, err);
	if (!c)
		c = institution_head(in, &head, err);
	if (c)
		return c;
	if (strcmp(done, name) == 0) {
		fprintf(stderr, "paycore: already filled: %s\n", name);
		return E_OK;
	}
	if (*begun && !*done)
		return fail(err, E_EXISTS, "a fill (%s) was interrupted here; remove the folder and fill again", begun);
	if (*done || head)
		return fail(err, E_EXISTS, "there is an institution here already (%s); take another folder", *done ? done : "not from a fill");
	bool demo = strcmp(what, "demo") == 0;
	f.transactions = demo ? DEMO_TRANSACTIONS : strtoll(what, NULL, 10);
	f.merchants = demo ? DEMO_MERCHANTS : f.transactions / PER_MERCHANT;
	if (f.merchants < MERCHANTS_MIN)
		f.merchants = MERCHANTS_MIN;
	f.users = demo ? DEMO_USERS : f.transactions / PER_USER;
	f.users = f.users < USERS_MIN ? USERS_MIN : f.users > USERS_MAX ? USERS_MAX : f.users;
	f.day = when_day_start(world_now(institution_world(in)));
	f.maker = (struct maker){ .chance = &f.chance, .scanner = scanner_new(), .now = f.day };
	f.outlets = (struct outlets){ .chance = &f.outlet_chance, .now = f.day };
	return fill_all(&f, name, err);
}
