#include "sync/paycore/fill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/merchant_review.h"
#include "core/values/when.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/maker.h"
#include "sync/paycore/outlets.h"
#include "sync/paycore/payments.h"
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

struct taker {                          /* a merchant that takes payments */
	struct payee payee;
	uint32_t traded;                /* a bit for each of the DAYS on which it was paid, the first day's the lowest */
	int64_t since;                  /* it went live, UTC ms */
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
	struct taker *taker;
	size_t ntakers, oldest;         /* oldest: of them */
};

static void filler_release(struct filler *f)
{
	changes_end(&f->changes);
	scanner_free(f->maker.scanner);
	free(f->taker);
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

static void add_taker(struct filler *f, const struct item *it, const struct trade *trade, int terminals)
{
	struct taker *t = &f->taker[f->ntakers++];
	*t = (struct taker){ .payee = { .trade = trade, .fee_bps = item_int(it, "fee_bps"), .terminals = terminals }, .since = item_int(it, "activated_at") };
	if (t->since < f->taker[f->oldest].since)
		f->oldest = (size_t)(t - f->taker);
	snprintf(t->payee.id, sizeof t->payee.id, "%s", item_id(it));
	snprintf(t->payee.region, sizeof t->payee.region, "%s", item_text(it, "region"));
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
	f->taker = mem_grow(NULL, (size_t)f->merchants, sizeof *f->taker);
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
			add_taker(f, &it, made.trade, terminals);
		if (!c)
			c = row_done(f, err);
	}
	char count[24];
	snprintf(count, sizeof count, "%lld", (long long)f->merchants);
	return c ? c : changes_fact(&f->changes, "merchants", count, err);
}

/* ---- transactions ---- */

/* Somebody who is live by then and busy at this hour; after a few tries anybody who is live. */
static struct taker *pick_taker(struct filler *f, int64_t at)
{
	struct taker *t = &f->taker[f->oldest];
	for (int tries = 0; tries < 6; tries++) {
		struct taker *next = &f->taker[chance_between(&f->chance, 0, (int64_t)f->ntakers - 1)];
		if (next->since > at)
			continue;
		t = next;
		if (payments_busy(&f->chance, t->payee.trade, at))
			break;
	}
	return t;
}

static enum code add_transaction(struct filler *f, const struct table *transactions, int64_t number, int64_t at, struct err *err)
{
	struct payment p = { .number = number, .at = at };
	struct taker *t = pick_taker(f, at);
	payments_draw(&f->chance, &t->payee, &p);
	if (*p.state == 's')
		t->traded |= UINT32_C(1) << (DAYS - 1 - (f->day - 1 - at) / WHEN_DAY);
	return payments_add(&f->changes, transactions, &t->payee, &p, err);
}

/* In the order of time, so that indexes grow at their ends: day by day and hour by hour, as busy as all trades are together. */
static enum code fill_transactions(struct filler *f, struct err *err)
{
	static const char busy[] = "211112234566887666789864"; /* of a day */
	const struct table t = record_table(record_find("transaction"));
	int64_t total = 0, number = 0;
	enum code c = E_OK;
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
	char count[24];
	snprintf(count, sizeof count, "%lld", (long long)number);
	return c ? c : changes_fact(&f->changes, "transactions", count, err);
}

/* For how many days up to yesterday it was paid every day; not before it came on. */
static int64_t trading_days(const struct filler *f, const struct taker *t, const struct item *it)
{
	int64_t since = (f->day - when_day_start(item_int(it, "activated_at"))) / WHEN_DAY, n = 0;
	while (n < DAYS && n < since && t->traded >> (DAYS - 1 - n) & 1)
		n++;
	return n;
}

static enum code fill_trading(struct filler *f, struct err *err)
{
	enum code c = E_OK;
	for (size_t i = 0; !c && i < f->ntakers; i++) {
		AUTO(item_release) struct item it = { 0 };
		c = item_load(&it, institution_db(f->in), record_find("merchant"), f->taker[i].payee.id, err);
		if (c)
			return c;
		item_set(&it, "trading_days", value_int(trading_days(f, &f->taker[i], &it)));
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
		review_bring_forward(&it, f->day);
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
	char count[24], year[16];
	snprintf(count, sizeof count, "%lld", (long long)f->users);
	snprintf(year, sizeof year, "%d", when_civil(f->day).year); /* of what they paid in it */
	if (!c)
		c = changes_fact(&f->changes, "year", year, err);
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
