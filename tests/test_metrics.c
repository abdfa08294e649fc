/* The indicators: each figure against SQL over the same rows in plain tables; periods against SQLite's calendar; the table's own laws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/migrations.h"
#include "core/values/when.h"
#include "sync/paycore/chance.h"
#include "sync/paycore/fill.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/office.h"
#include "tests/plain.h"
#include "tests/specimen.h"

#define NOW INT64_C(1795320000000) /* 22 November 2026, noon in Shanghai: a Sunday */

struct books {
	struct house h;
	struct store *s;
	struct desk *d;
	struct plain *plain;
	struct chance chance;
	struct err err;
};

static void books_open(struct books *b, const char *held)
{
	*b = (struct books){ .chance = { 11 }, .plain = plain_new() };
	house_found(&b->h);
	house_add(&b->h, "lin", held);
	b->h.clock = NOW;
	b->s = house_open(&b->h, "lin");
	assert_ok(desk_open(&b->d, b->s, &b->err), b->err);
}

static void books_close(struct books *b)
{
	plain_free(b->plain);
	desk_free(b->d);
	store_close(b->s);
	house_remove(&b->h);
}

/* ---- the table ---- */
static const struct field *field_of(const struct metric *m, const char *name)
{
	const struct record *rec = record_find(m->record);
	int f = rec ? record_field(rec, name) : -1;

	if (f < 0)
		fail_msg("%s: a %s has no field %s", m->id, m->record, name);
	return &rec->fields[f];
}

static void test_every_row_is_sound(void **state)
{
	static const struct actor nobody = { .id = "00112233445566778899aabbccddeeff", .clearance = PRIVACY_GENERAL };
	const struct filter_reader by = { .who = &nobody, .now = NOW };
	struct period week;

	(void)state;
	periods_last(BY_WEEK, NOW, &week, 1);
	for (size_t i = 0; i < nmetrics; i++) {
		const struct metric *m = &metrics[i];
		size_t parts = 0;

		assert_ptr_equal(metric_find(m->id), m);
		assert_int_equal(field_of(m, m->on)->type, FIELD_TIME);
		assert_true(!m->counted == !m->counted_label && (m->kind == METRIC_RATE || m->kind == METRIC_SPREAD) == (m->counted != NULL));
		assert_int_equal(m->kind == METRIC_TIME, m->since != NULL);
		assert_int_equal(m->kind == METRIC_SPREAD, m->by != NULL);
		if (m->since)
			assert_int_equal(field_of(m, m->since)->type, FIELD_TIME);
		while (metric_part(m, parts))
			parts++;
		if (m->by)
			assert_true(field_of(m, m->by)->type == FIELD_CHOICE && !field_of(m, m->by)->choices[parts].name);
		for (int which = METRIC_AMONG; which < (int)parts; which++) { /* nothing in it is masked to anybody */
			AUTO(buf_release) struct buf text = BUF_INIT;
			AUTO(filter_release) struct filter f = { 0 };
			struct err err = { 0 };

			metric_filter(&text, m, &week, which);
			assert_ok(filter_parse(&f, record_find(m->record), text.data, &by, NULL, NULL, &err), err);
		}
	}
}

static void test_targets_fit(void **state)
{
	(void)state;
	assert_true(target_count > 0);
	for (size_t i = 0; i < target_count; i++) {
		const struct target *t = &target_table[i];
		const struct metric *m = metric_find(t->metric);
		struct err err = { 0 };
		int64_t day;

		if (!m)
			fail_msg("targets.csv: there is no indicator %s", t->metric);
		assert_ok(when_parse_date(t->from, &day, &err), err);
		assert_true(t->value > 0);
		if (m->kind == METRIC_RATE || m->kind == METRIC_SPREAD)
			assert_true(t->value <= 10000);
		if (m->kind == METRIC_TIME)
			assert_int_equal(t->value % WHEN_HOUR, 0);
		assert_int_equal(t->per == FOR_ANY, m->kind != METRIC_COUNT); /* of a number it depends on how long */
	}
}

static void test_a_target_holds_for_its_periods(void **state)
{
	const struct metric *count = metric_find("new_users"), *time = metric_find("merchant_review_time");
	struct period p[3], old;
	const struct target *t;

	(void)state;
	for (int by = 0; by < BY_COUNT; by++) {
		periods_last((enum period_by)by, NOW, &p[by], 1);
		t = target_of(count, (enum period_by)by, &p[by]);
		assert_non_null(t);
		assert_int_equal(t->per, by);
		assert_ptr_equal(target_of(time, (enum period_by)by, &p[by]), target_of(time, BY_DAY, &p[BY_DAY]));
	}
	periods_last(BY_MONTH, INT64_C(946684800000), &old, 1); /* the year 2000: there was none yet */
	assert_null(target_of(count, BY_MONTH, &old));
	t = target_of(time, BY_DAY, &p[BY_DAY]);
	assert_true(t->most && target_met(t, &(struct figure){ .value = t->value }) && !target_met(t, &(struct figure){ .value = t->value + 1 }));
	t = target_of(count, BY_DAY, &p[BY_DAY]);
	assert_true(!t->most && target_met(t, &(struct figure){ .value = t->value }) && !target_met(t, &(struct figure){ .value = t->value - 1 }));
}

/* ---- periods ---- */
static void day_text(int64_t at, char out[11])
{
	AUTO(buf_release) struct buf day = BUF_INIT;

	when_add_date(&day, at);
	snprintf(out, 11, "%s", day.data);
}

/* Where the period of a day begins, and the next, as SQLite has it. */
static void by_sqlite(struct plain *p, enum period_by by, const char *day, char from[11], char next[11])
{
	static const char *const one[] = { "+0 days", "weekday 0", "start of month" }, *const two[] = { "+0 days", "-6 days", "+0 days" },
		*const on[] = { "+1 day", "+7 days", "+1 month" };

	plain_date(p, day, one[by], two[by], from);
	plain_date(p, from, on[by], "+0 days", next);
}

static void test_periods_are_the_calendars(void **state)
{
	struct plain *p = plain_new();
	int64_t at;

	(void)state;
	assert_ok(when_parse_date("2023-11-01", &at, NULL), ((struct err){ 0 }));
	for (int i = 0; i < 800; i++, at += WHEN_DAY) /* over a leap year */
		for (int by = 0; by < BY_COUNT; by++) {
			char day[11], from[11], next[11], is[11];

			day_text(at, day);
			by_sqlite(p, (enum period_by)by, day, from, next);
			day_text(period_start((enum period_by)by, at + WHEN_DAY - 1), is);
			assert_string_equal(is, from);
			day_text(period_after((enum period_by)by, at), is);
			assert_string_equal(is, next);
			assert_int_equal(period_before((enum period_by)by, period_after((enum period_by)by, at)), period_start((enum period_by)by, at));
		}
	plain_free(p);
}

static void test_days_asked_for_cut_periods(void **state)
{
	struct period p[8];
	int64_t from, last;

	(void)state;
	when_parse_date("2026-11-04", &from, NULL);
	when_parse_date("2026-11-17", &last, NULL);
	assert_int_equal(periods_between(BY_WEEK, from, last, NOW, p, COUNT(p)), 3);
	assert_true(p[0].from == from && p[0].cut && p[0].over);
	assert_true(p[1].from == p[0].to && p[1].to == p[1].from + 7 * WHEN_DAY && !p[1].cut && p[1].over);
	assert_true(p[2].from == p[1].to && p[2].to == last + WHEN_DAY && p[2].cut);
	assert_false(p[2].over); /* its week is not */
	assert_int_equal(periods_between(BY_DAY, from, last, NOW, p, 2), 14);
	assert_int_equal(periods_between(BY_DAY, last, from - 40 * WHEN_DAY, NOW, p, 2), 0);
	periods_last(BY_MONTH, NOW, p, 8);
	assert_false(p[7].over);
	for (int i = 0; i < 7; i++)
		assert_true(p[i].over && p[i].to == p[i + 1].from);
}

/* ---- figures ---- */
/* A moment of the last hundred days, or of the two years before, over the ends of years: one in three within a second of a midnight in
 * Shanghai. */
static struct value moment(struct books *b)
{
	int64_t day = when_day_start(NOW) - chance_between(&b->chance, 0, chance_percent(&b->chance, 60) ? 100 : 750) * WHEN_DAY;

	if (chance_percent(&b->chance, 10))
		return value_null();
	return value_int(chance_percent(&b->chance, 33) ? day + chance_between(&b->chance, -2, 1) : day + chance_between(&b->chance, 0, WHEN_DAY / 2));
}

static void put_both(struct books *b, struct item *it)
{
	assert_ok(item_save(it, desk_db(b->d), &b->err), b->err);
	plain_put(b->plain, it);
	item_release(it);
}

static void put_one(struct books *b, const struct metric *m, int n)
{
	const struct record *rec = record_find(m->record);
	char id[32];
	struct item it;

	snprintf(id, sizeof id, "X%zu-%d", (size_t)(m - metrics), n);
	specimen_begin(&it, m->record, id, rec->states[chance_between(&b->chance, 0, (int64_t)rec->nstates - 1)].name);
	for (size_t f = F_STANDARD; f < rec->nfields; f++) {
		const struct choice *c = rec->fields[f].choices;
		int64_t choices = 0;

		while (c && c[choices].name)
			choices++;
		if (rec->fields[f].type == FIELD_TIME)
			item_set(&it, rec->fields[f].column.name, moment(b));
		else if (rec->fields[f].type == FIELD_CHOICE && chance_percent(&b->chance, 90))
			item_set(&it, rec->fields[f].column.name, value_text(c[chance_between(&b->chance, 0, choices - 1)].name));
	}
	put_both(b, &it);
}

static void compare(struct books *b, const struct metric *m, const struct period *p)
{
	char first[11], last[11];
	struct figure is, want;

	day_text(p->from, first);
	day_text(p->to - 1, last);
	assert_ok(metric_measure(b->d, m, p, &is, &b->err), b->err);
	plain_figure(b->plain, m, first, last, &want);
	if (!want.known)
		want.value = 0;
	if (is.known != want.known || is.value != want.value || is.counted != want.counted || is.of != want.of ||
	    memcmp(is.part, want.part, sizeof is.part) != 0)
		fail_msg("%s from %s to %s: %lld (%lld of %lld), by SQL %lld (%lld of %lld)", m->id, first, last, (long long)is.value, (long long)is.counted,
			 (long long)is.of, (long long)want.value, (long long)want.counted, (long long)want.of);
}

static void compare_all(struct books *b)
{
	for (int by = 0; by < BY_COUNT; by++) {
		struct period p[60];

		periods_last((enum period_by)by, NOW, p, COUNT(p));
		for (size_t i = 0; i < nmetrics; i++)
			for (size_t k = 0; k < COUNT(p); k++)
				compare(b, &metrics[i], &p[k]);
	}
}

static void test_every_figure_is_plain_sql(void **state)
{
	struct books b;

	(void)state;
	books_open(&b, "reviewer");
	compare_all(&b); /* of nothing */
	{
		AUTO(tx_end) struct tx tx = { 0 };

		assert_ok(tx_begin(&tx, desk_db(b.d), &b.err), b.err);
		for (size_t i = 0; i < nmetrics; i++)
			for (int n = 0; n < 200; n++)
				put_one(&b, &metrics[i], n);
		assert_ok(tx_commit(&tx, &b.err), b.err);
	}
	compare_all(&b);
	books_close(&b);
}

/* ---- an institution's history ---- */
static enum code carry(void *ctx, struct item *it, struct err *err)
{
	struct books *b = ctx;
	bool changed;

	plain_put(b->plain, it);
	return desk_take_fact(b->d, it, false, &changed, err);
}

/* What paycore's fill holds goes into the store as its feed would bring it, and into plain tables. */
static void take_institution(struct books *b, struct institution *in)
{
	static const char *const kinds[] = { "merchant", "user", "identity_check", "bank_card" };
	AUTO(tx_end) struct tx tx = { 0 };

	assert_ok(tx_begin(&tx, desk_db(b->d), &b->err), b->err);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct record *rec = record_find(kinds[i]);
		const struct table t = record_table(rec);
		const struct query q = { .table = &t };

		assert_ok(item_each(institution_db(in), rec, &q, carry, b, &b->err), b->err);
	}
	assert_ok(tx_commit(&tx, &b->err), b->err);
}

/* Its people came over months, and were decided within days. */
static void test_the_institution_has_a_history(void **state)
{
	const struct metric *users = metric_find("new_users"), *merchants = metric_find("new_merchants"), *time = metric_find("merchant_review_time"),
		*pass = metric_find("real_name_pass_rate");
	struct institution *in = NULL;
	struct period month[8];
	struct books b;
	char home[96];

	(void)state;
	books_open(&b, "reviewer");
	snprintf(home, sizeof home, "%s/core", b.h.dir);
	assert_ok(institution_open(&in, home, &b.h.world, true, &b.err), b.err);
	assert_ok(fill(in, "30000", 2, &b.err), b.err);
	take_institution(&b, in);
	institution_close(in);
	compare_all(&b);
	periods_last(BY_MONTH, NOW, month, COUNT(month));
	for (size_t i = 0; i < COUNT(month) - 1; i++) {
		struct figure f;

		assert_ok(metric_measure(b.d, users, &month[i], &f, &b.err), b.err);
		assert_true(f.value > 0);
		assert_ok(metric_measure(b.d, merchants, &month[i], &f, &b.err), b.err);
		assert_true(f.value > 0);
		assert_ok(metric_measure(b.d, pass, &month[i], &f, &b.err), b.err);
		assert_true(f.known && f.value >= 5000);
		assert_ok(metric_measure(b.d, time, &month[i], &f, &b.err), b.err);
		assert_true(f.known && f.value > WHEN_HOUR && f.value < 7 * WHEN_DAY);
	}
	books_close(&b);
}

/* ---- what leads to the records, and who may see the figures ---- */
static int64_t length_of(struct books *b, const struct metric *m, const struct period *p, int which)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(filter_release) struct filter f = { 0 };
	int64_t n = 0;

	metric_filter(&text, m, p, which);
	assert_ok(desk_query(b->d, record_find(m->record), text.data, &f, &b->err), b->err);
	assert_ok(query_count(desk_db(b->d), &f.query, &n, &b->err), b->err);
	return n;
}

static void test_a_figure_is_the_length_of_its_list(void **state)
{
	struct books b;
	struct period p[6];

	(void)state;
	books_open(&b, "reviewer");
	for (size_t i = 0; i < nmetrics; i++)
		for (int n = 0; n < 30; n++)
			put_one(&b, &metrics[i], n);
	periods_last(BY_MONTH, NOW, p, COUNT(p));
	for (size_t i = 0; i < nmetrics; i++)
		for (size_t k = 0; k < COUNT(p); k++) {
			const struct metric *m = &metrics[i];
			int64_t parts = 0;
			struct figure f;

			assert_ok(metric_measure(b.d, m, &p[k], &f, &b.err), b.err);
			assert_int_equal(length_of(&b, m, &p[k], METRIC_AMONG), f.of);
			if (m->counted)
				assert_int_equal(length_of(&b, m, &p[k], METRIC_COUNTED), f.counted);
			for (size_t c = 0; metric_part(m, c); parts += f.part[c++])
				assert_int_equal(length_of(&b, m, &p[k], (int)c), f.part[c]);
			assert_true(m->kind != METRIC_SPREAD || parts == f.of);
		}
	books_close(&b);
}

static void test_who_may_see_them(void **state)
{
	static const char *const may[] = { "reviewer", "risk", "finance", "compliance", "signatory", "admin", "auditor" };
	struct books b;
	struct period p;
	struct figure f;

	(void)state;
	books_open(&b, "support");
	periods_last(BY_WEEK, NOW, &p, 1);
	assert_int_equal(metric_measure(b.d, &metrics[0], &p, &f, &b.err), E_DENIED);
	assert_non_null(strstr(b.err.msg, METRICS_PERMISSION));
	books_close(&b);
	for (size_t i = 0; i < COUNT(may); i++) {
		struct actor a = { 0 };

		snprintf(a.roles, sizeof a.roles, "%s", may[i]);
		assert_true(actor_may(&a, METRICS_PERMISSION));
	}
	books_open(&b, "finance"); /* who sees no identity check, and how many there are all the same */
	assert_ok(metric_measure(b.d, metric_find("real_name_pass_rate"), &p, &f, &b.err), b.err);
	books_close(&b);
}

/* ---- when a review is concluded ---- */
static int64_t concluded(struct office *o, const char *id, const char *state)
{
	AUTO(item_release) struct item it = { 0 };

	office_look(o, "merchant", id, &it);
	assert_string_equal(item_text(&it, "state"), state);
	return item_int(&it, "concluded_at");
}

/* By the approval or the rejection, at its time; what is decided about the merchant later leaves that standing. */
static void test_a_review_is_concluded_once(void **state)
{
	struct office o;
	int64_t then;

	(void)state;
	office_open(&o);
	office_merchant(&o, "M1", 1);
	assert_int_equal(concluded(&o, "M1", "applied"), 0);
	office_do(&o, LIN, "merchant", "M1", "claim");
	assert_int_equal(concluded(&o, "M1", "preliminary_review"), 0);
	office_do(&o, LIN, "merchant", "M1", "reject");
	then = o.h.clock;
	assert_int_equal(concluded(&o, "M1", "rejected"), then);
	office_merchant(&o, "M2", 2);
	office_elsewhere(&o, "M2", "concluded_at", value_int(then));
	office_elsewhere(&o, "M2", "state", value_text("active"));
	office_pull(&o);
	office_do(&o, ZHAO, "merchant", "M2", "suspend");
	assert_true(o.h.clock > then);
	assert_int_equal(concluded(&o, "M2", "suspended"), then);
	office_close(&o);
}

/* ---- words ---- */
static void test_values_are_written(void **state)
{
	static const struct { const char *metric; int64_t value; const char *text; } values[] = {
		{ "new_users", 0, "0" }, { "new_users", 1234, "1234" }, { "real_name_pass_rate", 10000, "100.00 %" }, { "merchant_risk", 7, "0.07 %" },
		{ "merchant_review_time", 59999, "0m" }, { "merchant_review_time", 3599999, "59m" }, { "merchant_review_time", 26 * 3600000 + 40 * 60000, "26h 40m" },
		{ "merchant_review_time", 101 * INT64_C(3600000), "4d 5h" }, { "merchant_review_time", -90 * 60000, "-1h 30m" },
	};
	static const struct { const char *metric; int64_t a, b; const char *text; } changes[] = {
		{ "new_users", 50, 57, "+14 %" }, { "new_users", 50, 50, "0 %" }, { "new_users", 0, 9, "" }, { "new_users", 3, 1, "-67 %" },
		{ "real_name_pass_rate", 9000, 8850, "-1.50" }, { "merchant_risk", 0, 5, "+0.05" }, { "merchant_review_time", 7200000, 3600000, "-50 %" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		metric_add_value(&out, metric_find(values[i].metric), values[i].value);
		assert_string_equal(out.data, values[i].text);
	}
	for (size_t i = 0; i < COUNT(changes); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct figure a = { .known = true, .value = changes[i].a }, b = { .known = true, .value = changes[i].b };

		buf_adds(&out, "");
		metric_add_change(&out, metric_find(changes[i].metric), &a, &b);
		assert_string_equal(out.len ? out.data : "", changes[i].text);
		buf_clear(&out);
		a.known = false;
		metric_add_change(&out, metric_find(changes[i].metric), &a, &b);
		assert_int_equal(out.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_sound), cmocka_unit_test(test_targets_fit), cmocka_unit_test(test_a_target_holds_for_its_periods),
		cmocka_unit_test(test_periods_are_the_calendars), cmocka_unit_test(test_days_asked_for_cut_periods),
		cmocka_unit_test(test_every_figure_is_plain_sql), cmocka_unit_test(test_the_institution_has_a_history),
		cmocka_unit_test(test_a_figure_is_the_length_of_its_list), cmocka_unit_test(test_who_may_see_them),
		cmocka_unit_test(test_a_review_is_concluded_once), cmocka_unit_test(test_values_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
