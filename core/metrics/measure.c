/* A figure counted, and written for people. */
#include <stdlib.h>

#include "core/metrics/metrics.h"
#include "core/values/when.h"

void metric_filter(struct buf *out, const struct metric *m, const struct period *p, int which)
{
	buf_addf(out, "%s>=", m->on);
	when_add_date(out, p->from);
	buf_addf(out, " %s<=", m->on);
	when_add_date(out, p->to - 1);
	if (*m->among)
		buf_addf(out, " %s", m->among);
	if (m->since)
		buf_addf(out, " -%s:\"\"", m->since);
	if (which == METRIC_COUNTED && m->counted)
		buf_addf(out, " %s", m->counted);
	if (which >= 0)
		buf_addf(out, " %s:%s", m->by, metric_part(m, (size_t)which)->name);
}

/* One reading of the records behind a figure: how many, or the sum of a column. */
struct reading {
	struct desk *d;
	const struct metric *m;
	const struct period *p;
};

/* The kind's own permission is not asked: see metric_measure. */
static enum code read_one(const struct reading *r, int which, const char *column, int64_t *n, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(filter_release) struct filter f = { 0 };
	struct filter_reader by;

	metric_filter(&text, r->m, r->p, which);
	desk_reader(r->d, &by);
	if (filter_parse(&f, record_find(r->m->record), text.data, &by, NULL, NULL, err))
		return err->code;
	return column ? query_sum(desk_db(r->d), &f.query, column, n, err) : query_count(desk_db(r->d), &f.query, n, err);
}

/* a / b, half up. b > 0. */
static int64_t ratio(int64_t a, int64_t b)
{
	return a < 0 ? -((-a + b / 2) / b) : (a + b / 2) / b;
}

static enum code read_time(const struct reading *r, struct figure *f, struct err *err)
{
	int64_t until, since;

	if (read_one(r, METRIC_AMONG, r->m->on, &until, err) || read_one(r, METRIC_AMONG, r->m->since, &since, err))
		return err->code;
	f->counted = until - since;
	f->value = f->known ? ratio(f->counted, f->of) : 0;
	return E_OK;
}

static enum code read_share(const struct reading *r, struct figure *f, struct err *err)
{
	if (read_one(r, METRIC_COUNTED, NULL, &f->counted, err))
		return err->code;
	f->value = f->known ? ratio(f->counted * 10000, f->of) : 0;
	for (size_t i = 0; metric_part(r->m, i); i++)
		if (read_one(r, (int)i, NULL, &f->part[i], err))
			return err->code;
	return E_OK;
}

enum code metric_measure(struct desk *d, const struct metric *m, const struct period *p, struct figure *out, struct err *err)
{
	const struct actor *who = desk_who(d);
	const struct reading r = { d, m, p };

	*out = (struct figure){ 0 };
	if (!actor_may(who, METRICS_PERMISSION))
		return fail(err, E_DENIED, "%s (%s) may not see the indicators; it takes the permission %s", who->name, who->roles, METRICS_PERMISSION);
	if (read_one(&r, METRIC_AMONG, NULL, &out->of, err))
		return err->code;
	out->known = m->kind == METRIC_COUNT || out->of > 0;
	switch (m->kind) {
	case METRIC_COUNT:
		out->value = out->counted = out->of;
		return E_OK;
	case METRIC_TIME:
		return read_time(&r, out, err);
	default:
		return read_share(&r, out, err);
	}
}

/* ---- for people ---- */
static void add_hundredths(struct buf *out, int64_t n)
{
	buf_addf(out, "%s%lld.%02lld", n < 0 ? "-" : "", (long long)(llabs(n) / 100), (long long)(llabs(n) % 100));
}

/* The two largest units, rounded down. */
static void add_time(struct buf *out, int64_t ms)
{
	int64_t minutes = llabs(ms) / WHEN_MINUTE, hours = minutes / 60;

	buf_adds(out, ms <= -WHEN_MINUTE ? "-" : "");
	if (hours >= 100)
		buf_addf(out, "%lldd %lldh", (long long)(hours / 24), (long long)(hours % 24));
	else if (hours)
		buf_addf(out, "%lldh %lldm", (long long)hours, (long long)(minutes % 60));
	else
		buf_addf(out, "%lldm", (long long)minutes);
}

void metric_add_value(struct buf *out, const struct metric *m, int64_t value)
{
	if (m->kind == METRIC_COUNT) {
		buf_addf(out, "%lld", (long long)value);
	} else if (m->kind == METRIC_TIME) {
		add_time(out, value);
	} else {
		add_hundredths(out, value);
		buf_adds(out, " %");
	}
}

void metric_add_change(struct buf *out, const struct metric *m, const struct figure *a, const struct figure *b)
{
	bool share = m->kind == METRIC_RATE || m->kind == METRIC_SPREAD;
	int64_t by;

	if (!a->known || !b->known || (!share && a->value <= 0))
		return;
	by = share ? b->value - a->value : ratio((b->value - a->value) * 100, a->value);
	buf_adds(out, by > 0 ? "+" : "");
	if (share)
		add_hundredths(out, by);
	else
		buf_addf(out, "%lld %%", (long long)by);
}
