#include "sync/paycore/live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/effect.h"
#include "core/records/merchant_review.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/maker.h"
#include "sync/paycore/outlets.h"
#include "sync/paycore/reviews.h"

enum { SILENT = 3 /* one merchant in so many */, ASKED_MOST = 100 };

struct live {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop_asked;
	bool stop;
	struct institution *in;
	struct events *events;
	struct chance chance;
	int64_t pause_ns;
};

/* ---- what happens ---- */

/* A merchant fetches the API key that waits for it. Going live is decided by people. */
static enum code fetch_key(struct institution *in, struct changes *ch, int64_t now, struct err *err)
{
	char merchant[RECORD_ID_MAX + 1], key[API_KEY_TEXT + 1] = "";
	enum code c = keys_waiting(in, merchant, err);
	if (!c)
		c = keys_claim(ch, merchant, now, key, err);
	crypto_wipe(key, sizeof key);
	return c;
}

struct asked { int64_t now; struct item *it; };

/* Some merchants never answer, and their link runs out. */
static enum code stirs(void *ctx, struct item *it, struct err *err)
{
	struct asked *a = ctx;
	if (item_int(it, "sign_by") >= a->now && strtoll(item_text(it, "merchant_id") + 1, NULL, 10) % SILENT == 0)
		return E_OK;
	*a->it = *it;
	*it = (struct item){ .rec = NULL };
	return fail(err, E_CANCELLED, "one is enough");
}

/* The first to whom a contract was issued answers; most sign. A link that has run out is answered by nobody. */
static enum code answer(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(item_release) struct item it = { .rec = NULL };
	const struct record *rec = record_find("contract");
	const struct table t = record_table(rec);
	const struct query q = {
		.table = &t, .where = { .op = COND_EQ, .column = "state", .value = value_text("issued") },
		.order = { { "updated_at", false } }, .norder = 1, .limit = ASKED_MOST,
	};
	enum code c = item_each(institution_db(in), rec, &q, stirs, &(struct asked){ now, &it }, err);
	if (c && c != E_CANCELLED)
		return c;
	if (!it.rec)
		return fail(err, E_NOTFOUND, "nobody has a contract to answer");
	enum contract_answer what = item_int(&it, "sign_by") < now ? CONTRACT_EXPIRE : chance_percent(chance, 85) ? CONTRACT_SIGN : CONTRACT_DECLINE;
	c = contracts_answer(in, &it, what, now, err);
	return c ? c : changes_put(ch, &it, err);
}

static enum code arrive(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(item_release) struct item it = { 0 };
	struct maker maker = { .chance = chance, .now = now };
	struct made made;
	const char *last;
	char number[24];
	enum code c = institution_fact(in, "merchants", &pool, &last, err);
	if (c)
		return c;
	maker.scanner = scanner_new();
	long long n = strtoll(last, NULL, 10) + 1;
	snprintf(number, sizeof number, "%lld", n);
	make_merchant(&maker, n, "applied", &it, &made);
	item_set(&it, "applied_at", value_int(now));
	item_set(&it, "updated_at", value_int(now));
	c = changes_add(ch, &it, item_text(&it, "region"), err);
	if (!c)
		c = make_documents(&maker, &it, &made, ch, err);
	if (!c)
		c = outlets_owners(&(struct outlets){ .chance = chance, .now = now }, n, &it, made.place, ch, err);
	if (!c)
		c = rate_merchant(&it, now, false, ch, err);
	if (!c)
		c = item_save(&it, institution_db(in), err);
	scanner_free(maker.scanner);
	return c ? c : changes_fact(ch, "merchants", number, err);
}

/* A merchant sends the document that was asked for; what waited for it is over, or goes on. */
static enum code renew(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err)
{
	AUTO(item_release) struct item review = { 0 }, merchant = { 0 }, document = { 0 };
	struct maker maker = { .chance = chance, .now = now };
	enum code c = institution_oldest(in, "merchant_review", "awaiting_document", &review, err);
	if (c)
		return c;
	c = item_load(&merchant, institution_db(in), record_find("merchant"), item_text(&review, "merchant_id"), err);
	if (!c)
		c = reviews_document(in, &review, &document, err);
	if (c)
		return c;
	maker.scanner = scanner_new();
	c = make_renewed(&maker, &merchant, &document, ch, err);
	scanner_free(maker.scanner);
	return c ? c : reviews_run(ch, now, err);
}

/* Only where nobody is at work: a score that changes under a reviewer's hands voids what that reviewer decided. */
static enum code rescore(struct institution *in, struct changes *ch, int64_t now, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	enum code c = institution_oldest(in, "merchant", "active", &it, err);
	if (c)
		return c;
	effect_touch(&it, NULL, now);
	c = live_trading_days(in, &it, now, err);
	if (!c)
		c = rate_merchant(&it, now, true, ch, err);
	review_bring_forward(&it, now);
	return c ? c : changes_put(ch, &it, err);
}

static enum code one_change(struct institution *in, struct changes *ch, struct chance *chance, struct err *err)
{
	int64_t now = world_now(institution_world(in)), dice = chance_between(chance, 1, 100);
	enum code c = E_NOTFOUND;
	if (chance_percent(chance, 50))
		c = live_payment(in, ch, chance, now, err);
	if (c != E_NOTFOUND)
		return c;
	if (chance_percent(chance, 40))
		return live_people(in, ch, chance, now, err);
	if (dice <= 25)
		c = fetch_key(in, ch, now, err);
	if (c == E_NOTFOUND && dice <= 40)
		c = renew(in, ch, chance, now, err);
	if (c == E_NOTFOUND && dice <= 50)
		c = answer(in, ch, chance, now, err);
	if (c == E_NOTFOUND && dice <= 80)
		c = rescore(in, ch, now, err);
	return c == E_NOTFOUND ? arrive(in, ch, chance, now, err) : c;
}

enum code live_step(struct institution *in, struct chance *chance, int64_t *head, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	enum code c = changes_begin(&ch, in, err);
	if (!c)
		c = one_change(in, &ch, chance, err);
	if (!c)
		c = changes_commit(&ch, err);
	*head = ch.head;
	return c;
}

/* ---- the thread ---- */

/* true: asked to stop. */
static bool rest(struct live *l)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	int64_t ns = until.tv_nsec + l->pause_ns % 1000000000;
	until.tv_sec += (time_t)(l->pause_ns / 1000000000 + ns / 1000000000);
	until.tv_nsec = (long)(ns % 1000000000);
	pthread_mutex_lock(&l->lock);
	while (!l->stop && pthread_cond_timedwait(&l->stop_asked, &l->lock, &until) == 0)
		;
	bool stop = l->stop;
	pthread_mutex_unlock(&l->lock);
	return stop;
}

static void *run(void *ctx)
{
	struct live *l = ctx;
	while (!rest(l)) {
		struct err err = { 0 };
		int64_t head = 0;
		if (live_step(l->in, &l->chance, &head, &err))
			fprintf(stderr, "paycore: live: %s\n", err.msg);
		else
			events_grown(l->events, head);
	}
	return NULL;
}

enum code live_start(struct live **out, const char *home, uint64_t seed, double rate, struct events *ev, struct err *err)
{
	struct live *l = mem_alloc(sizeof *l);
	pthread_condattr_t steady;
	int64_t head = 0;
	enum code c = institution_open(&l->in, home, world_real(), false, err);
	if (!c)
		c = institution_head(l->in, &head, err);
	if (c) {
		institution_close(l->in);
		free(l);
		return c;
	}
	l->events = ev;
	l->chance.state = seed ^ (uint64_t)head; /* repeatable, and yet a core that starts again does not bring the same applicants again */
	l->pause_ns = (int64_t)(1e9 / rate);
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&l->stop_asked, &steady);
	pthread_condattr_destroy(&steady);
	if (pthread_create(&l->thread, NULL, run, l) != 0) {
		institution_close(l->in);
		free(l);
		return fail(err, E_FAILED, "the thread of --live does not start");
	}
	*out = l;
	return E_OK;
}

void live_stop(struct live *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->stop_asked);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	institution_close(l->in);
	pthread_cond_destroy(&l->stop_asked);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
