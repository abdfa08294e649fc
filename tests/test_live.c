/* The institution that lives by itself, hour by hour: payments within what merchants and accounts may, and what follows from them; the same life for
 * the same seed; and a desk that follows has all of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"
#include "core/values/when.h"
#include "sync/client.h"
#include "sync/link.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/livecore.h"
#include "tests/scratch.h"

#define BEGINS (INT64_C(1795622400000) + 4 * WHEN_HOUR) /* four in the morning of a day in November 2026, in Shanghai */

struct town { char dir[64], home[96]; struct world world; int64_t clock; struct institution *in; struct chance chance; struct err err; };

static int64_t now_of(void *ctx)
{
	return *(int64_t *)ctx;
}

static void random_of(void *ctx, void *out, size_t n)
{
	(void)ctx;
	crypto_random(out, n);
}

static void found(struct town *t, uint64_t seed)
{
	*t = (struct town){ .clock = BEGINS, .chance = { seed } };
	t->world = (struct world){ now_of, random_of, &t->clock };
	assert_ok(crypto_start(&t->err), t->err);
	scratch_make(t->dir, sizeof t->dir);
	snprintf(t->home, sizeof t->home, "%s/core", t->dir);
	assert_ok(institution_open(&t->in, t->home, &t->world, true, &t->err), t->err);
	assert_ok(fill(t->in, "4500", 3, &t->err), t->err);
}

static void leave(struct town *t)
{
	institution_close(t->in);
	scratch_remove(t->dir);
}

static void live(struct town *t, int steps, int64_t every)
{
	int64_t head;

	for (int i = 0; i < steps; i++) {
		t->clock += every;
		assert_ok(live_step(t->in, &t->chance, &head, &t->err), t->err);
	}
}

/* ---- all records of a kind, in order of id ---- */
struct all { struct item *it; size_t n; };

static enum code keep(void *ctx, struct item *it, struct err *err)
{
	struct all *a = ctx;

	(void)err;
	a->it = mem_grow(a->it, a->n + 1, sizeof *a->it);
	a->it[a->n++] = *it;
	*it = (struct item){ .rec = NULL };
	return E_OK;
}

static void read_all(struct town *t, const char *kind, struct all *a)
{
	const struct record *rec = record_find(kind);
	const struct table table = record_table(rec);
	const struct query q = { .table = &table, .order = { { "id", false } }, .norder = 1 };

	*a = (struct all){ NULL, 0 };
	assert_ok(item_each(institution_db(t->in), rec, &q, keep, a, &t->err), t->err);
}

static void all_release(struct all *a)
{
	for (size_t i = 0; i < a->n; i++)
		item_release(&a->it[i]);
	free(a->it);
}

static const struct item *of_id(const struct all *a, const char *id)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(item_id(&a->it[i]), id))
			return &a->it[i];
	return NULL;
}

static bool is(const struct item *it, const char *field, const char *text)
{
	return !strcmp(item_text(it, field), text);
}

/* ---- merchants ---- */

/* What succeeded at a merchant on the day that begins then. */
static int64_t took(const struct all *payments, const struct item *merchant, int64_t day)
{
	int64_t sum = 0;

	for (size_t i = 0; i < payments->n; i++) {
		const struct item *p = &payments->it[i];
		int64_t at = item_int(p, "occurred_at");

		if (is(p, "merchant_id", item_id(merchant)) && is(p, "state", "succeeded") && at >= day && at < day + WHEN_DAY)
			sum += item_int(p, "amount");
	}
	return sum;
}

static void look_at_payment(const struct item *p, const struct item *merchant, const struct all *terminals)
{
	assert_non_null(merchant);
	assert_string_equal(item_text(merchant, "state"), "active");
	assert_true(item_int(p, "amount") > 0 && *item_text(p, "payer"));
	assert_true(!is(p, "state", "failed") == !*item_text(p, "failure"));
	if (is(p, "state", "succeeded"))
		assert_true(item_int(p, "amount") <= item_int(merchant, "limit_single"));
	if (*item_text(p, "terminal"))
		assert_string_equal(item_text(of_id(terminals, item_text(p, "terminal")), "merchant_id"), item_id(merchant));
}

/* As often as it was paid every day up to the day before the last payment. */
static int look_at_merchant(const struct item *m, const struct all *payments, int64_t now)
{
	int64_t days = 0, since = (when_day_start(now) - when_day_start(item_int(m, "activated_at"))) / WHEN_DAY;

	if (!is(m, "state", "active") || !took(payments, m, when_day_start(now)))
		return 0;
	assert_true(took(payments, m, when_day_start(now)) <= item_int(m, "limit_day"));
	while (days < since && took(payments, m, when_day_start(now) - (days + 1) * WHEN_DAY))
		days++;
	assert_int_equal(item_int(m, "trading_days"), days);
	return 1;
}

static void merchants_are_paid(void **state)
{
	AUTO(all_release) struct all before, payments, merchants, terminals;
	struct town t;
	size_t seen = 0, away = 0, counted = 0, at_tills = 0;

	(void)state;
	found(&t, 1);
	read_all(&t, "transaction", &before);
	live(&t, 450, 8 * WHEN_MINUTE); /* two days and a half */
	read_all(&t, "transaction", &payments);
	read_all(&t, "merchant", &merchants);
	read_all(&t, "terminal", &terminals);
	assert_true(payments.n - before.n > 120 && payments.n - before.n < 300);
	for (size_t i = 0; i < payments.n; i++)
		if (item_int(&payments.it[i], "occurred_at") > BEGINS) {
			look_at_payment(&payments.it[i], of_id(&merchants, item_text(&payments.it[i], "merchant_id")), &terminals);
			at_tills += *item_text(&payments.it[i], "terminal") != '\0';
		}
	for (size_t i = 0; i < merchants.n; i++)
		counted += (size_t)look_at_merchant(&merchants.it[i], &payments, t.clock);
	for (size_t i = 0; i < terminals.n; i++)
		if (item_int(&terminals.it[i], "seen_at") > BEGINS) {
			assert_false(is(&terminals.it[i], "type", "qr_static"));
			seen++;
			away += llabs(item_int(&terminals.it[i], "seen_lat") - item_int(&terminals.it[i], "place_lat")) > 700;
		}
	assert_true(counted > 3 && at_tills > 60 && seen > 3 && away * 4 < seen);
	leave(&t);
}

/* A merchant whose limit is lower than what it sells takes nothing. */
static void nothing_beyond_a_limit(void **state)
{
	AUTO(all_release) struct all merchants, payments;
	AUTO(changes_end) struct changes ch = { 0 };
	struct town t;
	size_t turned_down = 0;

	(void)state;
	found(&t, 2);
	read_all(&t, "merchant", &merchants);
	assert_ok(changes_begin(&ch, t.in, &t.err), t.err);
	for (size_t i = 0; i < merchants.n; i++) {
		item_set(&merchants.it[i], i % 2 ? "limit_single" : "limit_day", value_int(1));
		assert_ok(changes_put(&ch, &merchants.it[i], &t.err), t.err);
	}
	assert_ok(changes_commit(&ch, &t.err), t.err);
	live(&t, 120, 15 * WHEN_MINUTE);
	read_all(&t, "transaction", &payments);
	for (size_t i = 0; i < payments.n; i++)
		if (item_int(&payments.it[i], "occurred_at") > BEGINS) {
			assert_false(is(&payments.it[i], "state", "succeeded"));
			turned_down += is(&payments.it[i], "failure", "超出限额");
		}
	assert_true(turned_down > 25);
	leave(&t);
}

/* ---- accounts ---- */
static void look_at_user(struct town *t, const struct item *was, const struct item *is_now, int *paid)
{
	int64_t paid_ever = item_int(is_now, "paid_lifetime") - item_int(was, "paid_lifetime"), room;
	bool lifetime;
	const struct rule *limit = account_class_limit(item_text(is_now, "account_class"), t->clock, &lifetime);

	assert_true(paid_ever >= 0 && item_int(is_now, "balance") >= 0);
	assert_int_equal(item_int(is_now, "paid_year") - item_int(was, "paid_year"), paid_ever);
	if (!paid_ever)
		return;
	++*paid;
	assert_string_equal(item_text(is_now, "state"), "active");
	if (is(was, "state", "active")) /* whoever pays all day cannot keep others from freezing the account */
		assert_int_equal(item_version(is_now), item_version(was));
	assert_true(item_int(is_now, lifetime ? "paid_lifetime" : "paid_year") <= limit->value);
	assert_ok(account_room(institution_db(t->in), is_now, t->clock, &room, &t->err), t->err);
	assert_true(room >= 0 && room < limit->value);
}

static void accounts_pay_within_their_class(void **state)
{
	AUTO(all_release) struct all before, after, later;
	struct town t;
	int paid = 0;

	(void)state;
	found(&t, 4);
	read_all(&t, "user", &before);
	live(&t, 350, 5 * WHEN_MINUTE);
	read_all(&t, "user", &after);
	for (size_t i = 0; i < before.n; i++)
		look_at_user(&t, &before.it[i], of_id(&after, item_id(&before.it[i])), &paid);
	assert_true(paid > 3);
	t.clock = BEGINS + 60 * WHEN_DAY; /* another year */
	live(&t, 30, WHEN_MINUTE);
	read_all(&t, "user", &later);
	for (size_t i = 0; i < after.n; i++) {
		const struct item *u = of_id(&later, item_id(&after.it[i]));

		assert_int_equal(item_int(u, "paid_year"), item_int(u, "paid_lifetime") - item_int(&after.it[i], "paid_lifetime"));
	}
	leave(&t);
}

/* ---- contracts ---- */
static size_t in_state(struct town *t, const char *kind, const char *state)
{
	AUTO(all_release) struct all a;
	size_t n = 0;

	read_all(t, kind, &a);
	for (size_t i = 0; i < a.n; i++)
		n += is(&a.it[i], "state", state);
	return n;
}

/* All there are go out to their merchants, who have a month. */
static size_t issue_all(struct town *t)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(all_release) struct all a;

	read_all(t, "contract", &a);
	assert_ok(changes_begin(&ch, t->in, &t->err), t->err);
	for (size_t i = 0; i < a.n; i++) {
		item_set(&a.it[i], "sign_by", value_int(t->clock + 30 * WHEN_DAY));
		effect_touch(&a.it[i], "issued", t->clock);
		assert_ok(changes_put(&ch, &a.it[i], &t->err), t->err);
	}
	assert_ok(changes_commit(&ch, &t->err), t->err);
	return a.n;
}

/* Most merchants answer within the day; whoever opens the institution later still finds a contract that waits for one, until its link runs out. */
static void some_merchants_never_answer(void **state)
{
	struct town t;
	size_t issued, silent;

	(void)state;
	found(&t, 5);
	issued = issue_all(&t);
	live(&t, 600, WHEN_MINUTE);
	silent = in_state(&t, "contract", "issued");
	assert_true(silent > 0 && silent < issued);
	live(&t, 100, WHEN_MINUTE);
	assert_int_equal(in_state(&t, "contract", "issued"), silent);
	t.clock += 60 * WHEN_DAY;
	live(&t, 300, WHEN_MINUTE);
	assert_int_equal(in_state(&t, "contract", "issued"), 0);
	leave(&t);
}

/* ---- one life ---- */
static void same(struct town *a, struct town *b, const char *kind)
{
	AUTO(all_release) struct all one, two;

	read_all(a, kind, &one);
	read_all(b, kind, &two);
	assert_int_equal(one.n, two.n);
	for (size_t i = 0; i < one.n; i++)
		for (size_t f = 0; f < one.it[i].rec->nfields; f++)
			if (!value_same(one.it[i].v[f], two.it[i].v[f]))
				fail_msg("%s %s: %s differs", kind, item_id(&one.it[i]), one.it[i].rec->fields[f].column.name);
}

static void one_seed_is_one_life(void **state)
{
	struct town a, b, c;
	AUTO(all_release) struct all one, other;

	(void)state;
	found(&a, 7), found(&b, 7), found(&c, 8);
	live(&a, 80, 10 * WHEN_MINUTE), live(&b, 80, 10 * WHEN_MINUTE), live(&c, 80, 10 * WHEN_MINUTE);
	same(&a, &b, "transaction");
	same(&a, &b, "user");
	same(&a, &b, "bank_card");
	same(&a, &b, "terminal");
	read_all(&a, "transaction", &one);
	read_all(&c, "transaction", &other);
	assert_false(one.n == other.n && value_same(item_get(&one.it[one.n - 1], "amount"), item_get(&other.it[other.n - 1], "amount")));
	leave(&a), leave(&b), leave(&c);
}

/* ---- at the desk ---- */
static void as_the_core_has_it(struct town *t, struct desk *d, const char *kind)
{
	AUTO(all_release) struct all core;

	read_all(t, kind, &core);
	assert_true(core.n > 0);
	for (size_t i = 0; i < core.n; i++) {
		AUTO(item_release) struct item here = { 0 };
		AUTO(buf_release) struct buf is_there = BUF_INIT, is_here = BUF_INIT;
		struct json_writer v = JSON_WRITER(&is_there), w = JSON_WRITER(&is_here);

		assert_ok(item_load(&here, desk_db(d), core.it[i].rec, item_id(&core.it[i]), &t->err), t->err);
		item_write_change(&core.it[i], &v);
		item_write_change(&here, &w);
		assert_string_equal(is_there.data, is_here.data);
	}
}

static void a_desk_that_follows_has_it(void **state)
{
	struct livecore core = { .server = NULL };
	struct town t = { .chance = { 9 } };
	struct house house;
	struct store *s;
	struct desk *d;
	struct link *link = NULL;
	struct sync_counts counts = { 0 };
	char token[TOKEN_TEXT + 1];
	int64_t head, before;

	(void)state;
	house_found(&house);
	house.config.world = world_real();
	s = house_open(&house, "root");
	assert_ok(desk_open(&d, s, &t.err), t.err);
	livecore_start(&core);
	t.in = core.in;
	assert_ok(fill(core.in, "1000", 3, &t.err), t.err);
	livecore_token(&core, "all", "all", token);
	assert_ok(sync_enrol(d, core.url, core.ca.data, NULL, token, &t.err), t.err);
	assert_ok(link_open(&link, d, &t.err), t.err);
	assert_ok(sync_once(link, NULL, &counts, &t.err), t.err);
	before = counts.cursor;
	for (int i = 0; i < 120; i++)
		assert_ok(live_step(core.in, &t.chance, &head, &t.err), t.err);
	assert_ok(sync_once(link, NULL, &counts, &t.err), t.err);
	assert_true(counts.cursor == head && head >= before + 120);
	as_the_core_has_it(&t, d, "transaction");
	as_the_core_has_it(&t, d, "user");
	as_the_core_has_it(&t, d, "terminal");
	as_the_core_has_it(&t, d, "merchant");
	link_free(link);
	desk_free(d);
	store_close(s);
	livecore_remove(&core);
	house_remove(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merchants_are_paid), cmocka_unit_test(nothing_beyond_a_limit), cmocka_unit_test(accounts_pay_within_their_class),
		cmocka_unit_test(some_merchants_never_answer),
		cmocka_unit_test(one_seed_is_one_life), cmocka_unit_test(a_desk_that_follows_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
