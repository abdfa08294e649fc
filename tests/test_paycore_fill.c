/* The synthetic institution: the same for the same seed, with something of everything, and harmless; and how it lives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/contract/seal.h"
#include "core/values/ident.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "sync/paycore/tables.h"
#include "tests/check.h"
#include "tests/sandbox.h"
#include "tests/scratch.h"

struct place_of { char dir[64], home[96]; struct institution *in; struct err err; };
static const int64_t noon = INT64_C(1795665600000) + 4 * 3600 * 1000; /* of a day in November 2026 */

static int64_t fixed_now(void *ctx)
{
	(void)ctx;
	return noon;
}

static void no_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	crypto_random(out, n); /* for the key; nothing of a fill may depend on it */
}

static const struct world fixed = { fixed_now, no_random, NULL };

static void home_open(struct place_of *p)
{
	assert_ok(crypto_start(&p->err), p->err);
	scratch_make(p->dir, sizeof p->dir);
	snprintf(p->home, sizeof p->home, "%s/core", p->dir);
	assert_ok(institution_open(&p->in, p->home, &fixed, true, &p->err), p->err);
}

static void home_remove(struct place_of *p)
{
	institution_close(p->in);
	scratch_remove(p->dir);
}

/* Runs over every row of a table. */
static void each(struct place_of *p, const struct table *t, void (*fn)(void *ctx, const struct value *row), void *ctx)
{
	const struct query q = { .table = t };
	AUTO(cursor_closep) struct cursor *cur = NULL;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value *row = pool_alloc(&pool, t->ncolumns * sizeof *row);
	bool more = true;
	assert_ok(query_open(&cur, institution_db(p->in), &q, &p->err), p->err);
	for (;;) {
		assert_ok(cursor_next(cur, row, &more, &p->err), p->err);
		if (!more)
			return;
		fn(ctx, row);
	}
}

struct summing { struct digest_state sum; size_t ncolumns; };

/* A seal takes a key and a number by chance (ECDSA): the one thing in an institution that is not the same again. */
static bool is_sealed(struct value v)
{
	return v.type == VALUE_BLOB && memmem(v.text, v.len, "/ETSI.CAdES.detached", 20);
}

static void add_row(void *ctx, const struct value *row)
{
	struct summing *s = ctx;
	if (s->ncolumns == BLOB_COLUMNS && is_sealed(row[BLOB_DATA]))
		return;
	for (size_t i = 0; i < s->ncolumns; i++) {
		int64_t head[3] = { (int64_t)row[i].type, row[i].num, (int64_t)row[i].len };
		digest_add(&s->sum, head, sizeof head);
		if (row[i].len)
			digest_add(&s->sum, row[i].text, row[i].len);
	}
}

static void sum_of(struct place_of *p, uint8_t out[KEY_BYTES])
{
	const struct table tables[] = { record_table(record_find("merchant")), record_table(record_find("document")),
					record_table(record_find("transaction")), record_table(record_find("beneficial_owner")),
					record_table(record_find("terminal")), feed_table, blobs_table };
	struct summing s;
	digest_start(&s.sum);
	for (size_t i = 0; i < COUNT(tables); i++) {
		s.ncolumns = tables[i].ncolumns;
		each(p, &tables[i], add_row, &s);
	}
	digest_end(&s.sum, out);
}

static void the_same_seed_makes_the_same_institution(void **state)
{
	(void)state;
	struct place_of a, b, c;
	uint8_t sum[3][KEY_BYTES];
	home_open(&a);
	home_open(&b);
	home_open(&c);
	assert_ok(fill(a.in, "3000", 7, &a.err), a.err);
	assert_ok(fill(b.in, "3000", 7, &b.err), b.err);
	assert_ok(fill(c.in, "3000", 8, &c.err), c.err);
	sum_of(&a, sum[0]);
	sum_of(&b, sum[1]);
	sum_of(&c, sum[2]);
	assert_memory_equal(sum[0], sum[1], KEY_BYTES);
	assert_memory_not_equal(sum[0], sum[2], KEY_BYTES);
	assert_ok(fill(a.in, "3000", 7, &a.err), a.err); /* again: nothing */
	sum_of(&a, sum[2]);
	assert_memory_equal(sum[0], sum[2], KEY_BYTES);
	assert_int_equal(fill(a.in, "3000", 8, &a.err), E_EXISTS);
	assert_int_equal(fill(a.in, "demo", 7, &a.err), E_EXISTS);
	home_remove(&a);
	home_remove(&b);
	home_remove(&c);
}

static void a_fill_says_how_much(void **state)
{
	(void)state;
	static const char *const good[] = { "demo", "1", "100000000" }, *const bad[] = { "", "0", "-1", "1e6", "100000001", "9999999999", "Demo", "7x" };
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(fill_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(fill_valid(bad[i]));
}

/* ---- the demo ---- */

struct tally { struct place_of *p; int state[STATES_MAX], failed[CHECKS_MAX], hostile, merchants, wrong, elsewhere; };

static void look_at(void *ctx, const struct value *row)
{
	struct tally *t = ctx;
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf shown = BUF_INIT, applied = BUF_INIT;
	struct checklist list;
	item_from_row(&it, record_find("merchant"), row);
	t->merchants++;
	t->state[item_state(&it)]++;
	const char *identity = item_text(&it, "legal_rep_number"), *code = item_text(&it, "credit_code");
	t->wrong += strncmp(identity + 2, "9999", 4) != 0 || (*code && strncmp(code + 4, "9999", 4) != 0);
	t->wrong += strncmp(item_text(&it, "contact_phone"), "154", 3) != 0 || strncmp(item_text(&it, "settlement_card"), "620000", 6) != 0;
	t->wrong += ident_bank_card(item_text(&it, "settlement_card")) != NULL || ident_mobile(item_text(&it, "contact_phone")) != NULL;
	t->wrong += item_int(&it, "applied_at") > noon || item_int(&it, "updated_at") > noon;
	when_add_date(&applied, item_int(&it, "applied_at"));
	t->wrong += strcmp(item_text(&it, "established_on"), applied.data) >= 0; /* nobody applies before it exists */
	text_clean(&shown, item_text(&it, "name"), strlen(item_text(&it, "name")), TEXT_LINE);
	t->hostile += strcmp(shown.data, item_text(&it, "name")) != 0;
	t->wrong += !strstr(item_text(&it, "business_address"), "样本") || !strstr(item_text(&it, "address"), "样本");
	t->elsewhere += strcmp(item_text(&it, "business_address"), item_text(&it, "address")) != 0;
	checks_run(institution_db(t->p->in), &it, noon, &list);
	for (size_t i = 0; i < list.n; i++)
		t->failed[list.row[i].check - it.rec->checks] += list.row[i].status == CHECK_FAILED ||
			(list.row[i].status == CHECK_UNKNOWN && strncmp(list.row[i].check->id, "same_", 5) == 0); /* shared, and to be read */
}

/* ---- who is behind them, and their terminals ---- */

struct parts { struct place_of *p; const struct record *rec; int n, failed[CHECKS_MAX], unknown[CHECKS_MAX], strange; };

static void look_at_part(void *ctx, const struct value *row)
{
	struct parts *t = ctx;
	AUTO(item_release) struct item it = { 0 }, merchant = { 0 };
	struct checklist list;
	struct err err;
	item_from_row(&it, t->rec, row);
	t->n++;
	t->strange += item_load(&merchant, institution_db(t->p->in), record_find("merchant"), item_text(&it, "merchant_id"), &err) != E_OK;
	t->strange += item_int(&it, "updated_at") > noon || item_int(&it, "seen_at") > noon;
	checks_run(institution_db(t->p->in), &it, noon, &list);
	for (size_t i = 0; i < list.n; i++) {
		t->failed[i] += list.row[i].status == CHECK_FAILED;
		t->unknown[i] += list.row[i].status == CHECK_UNKNOWN;
	}
}

/* Something is wrong with some in every way that is checked, and with most nothing is. */
static void parts_have_something_of_everything(struct place_of *p, const char *kind)
{
	struct parts t = { .p = p, .rec = record_find(kind) };
	const struct table table = record_table(t.rec);
	each(p, &table, look_at_part, &t);
	assert_true(t.n > 100);
	assert_int_equal(t.strange, 0);
	for (size_t i = 0; i < t.rec->nchecks; i++)
		if (strcmp(t.rec->checks[i].id, "screened") != 0 && (t.failed[i] == 0 || t.failed[i] + t.unknown[i] > t.n / 5))
			fail_msg("check %s of %s fails for %d and is unknown for %d of %d", t.rec->checks[i].id, kind, t.failed[i], t.unknown[i], t.n);
}

struct payments { struct place_of *p; int n, astray; };

/* Each was taken by a terminal of its merchant. */
static void look_at_payment(void *ctx, const struct value *row)
{
	struct payments *t = ctx;
	AUTO(item_release) struct item it = { 0 }, terminal = { 0 };
	struct err err;
	if (t->n++ % 50 != 0)
		return;
	item_from_row(&it, record_find("transaction"), row);
	t->astray += item_load(&terminal, institution_db(t->p->in), record_find("terminal"), item_text(&it, "terminal"), &err) != E_OK ||
		     strcmp(item_text(&terminal, "merchant_id"), item_text(&it, "merchant_id")) != 0;
}

static void count_row(void *ctx, const struct value *row)
{
	(void)row;
	++*(int *)ctx;
}

static void the_demo_has_something_of_everything(void **state)
{
	(void)state;
	struct place_of p;
	struct tally t = { .p = &p };
	const struct record *rec = record_find("merchant");
	const struct table merchants = record_table(rec), transactions = record_table(record_find("transaction"));
	struct payments paid = { .p = &p };
	home_open(&p);
	assert_ok(fill(p.in, "demo", 1, &p.err), p.err);
	each(&p, &merchants, look_at, &t);
	each(&p, &transactions, look_at_payment, &paid);
	parts_have_something_of_everything(&p, "beneficial_owner");
	parts_have_something_of_everything(&p, "terminal");
	assert_int_equal(t.merchants, 400);
	assert_int_equal(paid.n, 60000);
	assert_int_equal(paid.astray, 0);
	assert_int_equal(t.wrong, 0);
	assert_true(t.hostile >= 5);
	assert_in_range(t.elsewhere, 20, 100); /* trade elsewhere than where they are registered */
	for (size_t i = 0; i < rec->nstates; i++)
		assert_true(t.state[i] > 0);
	for (size_t i = 0; i < rec->nchecks; i++) /* names are screened at the desks, where the lists are */
		if (!rec->checks[i].states && strncmp(rec->checks[i].id, "screened_", 9) != 0 && (t.failed[i] == 0 || t.failed[i] > 60))
			fail_msg("check %s fails for %d of 400", rec->checks[i].id, t.failed[i]);
	home_remove(&p);
}

static void the_smallest_fill_has_everything_it_needs(void **state)
{
	(void)state;
	struct place_of p;
	const struct table t = record_table(record_find("transaction"));
	int payments = 0;
	home_open(&p);
	assert_ok(fill(p.in, "1", 3, &p.err), p.err);
	each(&p, &t, count_row, &payments);
	assert_int_equal(payments, 1);
	home_remove(&p);
}

/* ---- contracts ---- */
struct sealed { struct place_of *p; int n; };

static void blob(struct place_of *p, const char *name, struct pool *pool, struct value row[BLOB_COLUMNS])
{
	const struct value key = value_text(name);

	assert_ok(db_get(institution_db(p->in), &blobs_table, &key, pool, row, &p->err), p->err);
}

/* Who looks at a seal asks whether its certificate was in force when it was made. */
static void seal_holds(void *ctx, const struct value *row)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value pdf[BLOB_COLUMNS], file[BLOB_COLUMNS];
	struct sealed *s = ctx;

	assert_ok(item_load(&it, institution_db(s->p->in), record_find("contract"), row[0].text, &s->p->err), s->p->err);
	if (!*item_text(&it, "sealed"))
		return;
	s->n++;
	blob(s->p, item_text(&it, "document"), &pool, pdf);
	blob(s->p, item_text(&it, "sealed"), &pool, file);
	assert_ok(seal_check(file[BLOB_DATA].text, file[BLOB_DATA].len, pdf[BLOB_DATA].text, pdf[BLOB_DATA].len, item_text(&it, "seal_certificate"),
			     item_int(&it, "executed_at"), &s->p->err), s->p->err);
}

static void contracts_end_in_time(void **state)
{
	AUTO(item_release) struct item it = { 0 };
	struct place_of p;
	struct sealed sealed = { &p, 0 };
	struct table contracts = record_table(record_find("contract"));
	int64_t until;

	(void)state;
	home_open(&p);
	assert_ok(fill(p.in, "15000", 1, &p.err), p.err);
	each(&p, &contracts, seal_holds, &sealed);
	assert_true(sealed.n > 5);
	assert_ok(institution_oldest(p.in, "contract", "issued", &it, &p.err), p.err);
	until = item_int(&it, "sign_by");
	assert_int_equal(contracts_answer(p.in, &it, CONTRACT_SIGN, until + 1, &p.err), E_STATE);
	assert_string_equal(item_text(&it, "state"), "issued");
	assert_string_equal(item_text(&it, "merchant_signature"), "");
	assert_ok(contracts_answer(p.in, &it, CONTRACT_SIGN, until, &p.err), p.err);
	assert_string_equal(item_text(&it, "state"), "merchant_signed");
	home_remove(&p);
}

/* ---- life ---- */

static void the_institution_moves_on_by_itself(void **state)
{
	(void)state;
	struct place_of p;
	struct tally before = { .p = &p }, after = { .p = &p };
	const struct record *rec = record_find("merchant");
	const struct table merchants = record_table(rec);
	struct chance chance = { 5 };
	int64_t head = 0, last = 0;
	home_open(&p);
	assert_ok(fill(p.in, "15000", 1, &p.err), p.err);
	each(&p, &merchants, look_at, &before);
	for (int i = 0; i < 200; i++) {
		assert_ok(live_step(p.in, &chance, &head, &p.err), p.err);
		assert_true(head > last);
		last = head;
	}
	each(&p, &merchants, look_at, &after);
	int contracting = record_state(rec, "contracting"), configuring = record_state(rec, "configuring"), active = record_state(rec, "active");
	assert_true(before.state[contracting] > 0 && before.state[configuring] > 0);
	assert_int_equal(after.state[contracting], before.state[contracting]); /* that takes two signatories of ours */
	assert_int_equal(after.state[configuring], before.state[configuring]); /* and this one that configures, and two who let it go live */
	assert_int_equal(after.state[active], before.state[active]);
	assert_true(after.merchants > before.merchants);
	assert_int_equal(after.state[record_state(rec, "applied")] - before.state[record_state(rec, "applied")], after.merchants - before.merchants);
	assert_int_equal(after.state[record_state(rec, "risk_review")], before.state[record_state(rec, "risk_review")]);
	home_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_makes_the_same_institution), cmocka_unit_test(a_fill_says_how_much),
		cmocka_unit_test(the_demo_has_something_of_everything), cmocka_unit_test(the_smallest_fill_has_everything_it_needs),
		cmocka_unit_test(contracts_end_in_time), cmocka_unit_test(the_institution_moves_on_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
