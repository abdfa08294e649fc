#include <string.h>

#include "core/metrics/metrics.h"
#include "core/values/when.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_JSON, OPT_FROM, OPT_TO, OPT_BY };
enum { LATELY = 8, PERIODS_MOST = 400, NAMES_MOST = 64 };

struct sheet {
	struct shell *sh;
	const struct args *args;
	enum period_by by;
	struct period period[PERIODS_MOST];
	size_t n;
	struct buf text;
};

/* ---- one figure ---- */
static const char *when_word(const struct period *p)
{
	return !p->over ? _("so far") : p->cut ? _("in part") : "";
}

static void add_parts(struct buf *out, const struct metric *m, const struct figure *f)
{
	const struct choice *c;

	for (size_t i = 0; (c = metric_part(m, i)); i++)
		buf_addf(out, "%s%s %lld", i ? ", " : "   ", _(c->label), (long long)f->part[i]);
}

/* "  2026-11-16 - 2026-11-22      90.48 %          57 / 63   so far" */
static void add_line(struct sheet *t, const struct metric *m, const struct period *p, const struct figure *f)
{
	AUTO(buf_release) struct buf days = BUF_INIT, value = BUF_INIT, of = BUF_INIT;
	const struct target *target = target_of(m, t->by, p);

	period_add(&days, p);
	if (f->known)
		metric_add_value(&value, m, f->value);
	else
		buf_adds(&value, "-");
	if (m->counted)
		buf_addf(&of, "%lld / %lld", (long long)f->counted, (long long)f->of);
	else if (m->kind == METRIC_TIME)
		buf_addf(&of, "%lld", (long long)f->of);
	buf_addf(&t->text, "  %-23s %12s %16s", days.data, value.data, of.data);
	if (target && f->known && p->over && !p->cut)
		buf_addf(&t->text, "   %s", target_met(target, f) ? _("target met") : _("target missed"));
	if (*when_word(p))
		buf_addf(&t->text, "   %s", when_word(p));
	add_parts(&t->text, m, f);
	while (t->text.len && t->text.data[t->text.len - 1] == ' ')
		buf_setlen(&t->text, t->text.len - 1);
	buf_addc(&t->text, '\n');
}

static void json_filter(struct json_writer *w, const char *name, const struct metric *m, const struct period *p, int which)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	metric_filter(&text, m, p, which);
	json_key(w, name);
	json_str(w, text.data);
}

static void json_day(struct json_writer *w, const char *name, int64_t at)
{
	AUTO(buf_release) struct buf day = BUF_INIT;

	when_add_date(&day, at);
	json_key(w, name);
	json_str(w, day.data);
}

static void json_number_of(struct json_writer *w, const char *name, int64_t n)
{
	json_key(w, name);
	json_int(w, n);
}

static void json_parts(struct json_writer *w, const struct metric *m, const struct figure *f)
{
	const struct choice *c;

	if (m->kind != METRIC_SPREAD)
		return;
	json_key(w, "parts");
	json_open(w, '{');
	for (size_t i = 0; (c = metric_part(m, i)); i++)
		json_number_of(w, c->name, f->part[i]);
	json_close(w, '}');
}

static void json_target(struct json_writer *w, const struct target *t, const struct figure *f)
{
	if (!t)
		return;
	json_number_of(w, "target", t->value);
	json_key(w, "direction");
	json_str(w, t->most ? "at_most" : "at_least");
	if (!f->known)
		return;
	json_key(w, "met");
	json_bool(w, target_met(t, f));
}

static void add_json(struct sheet *t, const struct metric *m, const struct period *p, const struct figure *f)
{
	static const char *const units[] = {
		[METRIC_COUNT] = "count", [METRIC_RATE] = "hundredths_of_per_cent", [METRIC_TIME] = "ms", [METRIC_SPREAD] = "hundredths_of_per_cent",
	};
	struct json_writer w = JSON_WRITER(&t->text);

	json_open(&w, '{');
	json_key(&w, "indicator");
	json_str(&w, m->id);
	json_key(&w, "by");
	json_str(&w, period_names[t->by]);
	json_day(&w, "from", p->from);
	json_day(&w, "to", p->to - 1);
	json_key(&w, "complete");
	json_bool(&w, p->over && !p->cut);
	json_key(&w, "unit");
	json_str(&w, units[m->kind]);
	json_key(&w, "value");
	if (f->known)
		json_int(&w, f->value);
	else
		json_null(&w);
	json_number_of(&w, "numerator", f->counted);
	if (m->kind != METRIC_COUNT)
		json_number_of(&w, "denominator", f->of);
	json_parts(&w, m, f);
	json_target(&w, target_of(m, t->by, p), f);
	json_key(&w, "kind");
	json_str(&w, m->record);
	json_filter(&w, "filter", m, p, METRIC_COUNTED);
	if (m->counted)
		json_filter(&w, "filter_all", m, p, METRIC_AMONG);
	json_close(&w, '}');
	buf_addc(&t->text, '\n');
}

/* ---- the sheet ---- */
static void add_heading(struct sheet *t, const struct metric *m)
{
	const struct target *target = target_of(m, t->by, &t->period[t->n - 1]);
	AUTO(buf_release) struct buf value = BUF_INIT;

	buf_addf(&t->text, "%s  %s", m->id, _(m->label));
	if (target) {
		metric_add_value(&value, m, target->value);
		buf_addf(&t->text, target->most ? _("  (target: at most %s)") : _("  (target: at least %s)"), value.data);
	}
	buf_addc(&t->text, '\n');
}

static bool wanted(const struct args *a, const struct metric *m)
{
	for (size_t i = 0; i < a->nwords; i++)
		if (strcmp(a->word[i], m->id) == 0)
			return true;
	return !a->nwords;
}

static enum code add_metric(struct sheet *t, const struct metric *m, struct err *err)
{
	bool json = t->args->option[OPT_JSON];

	if (!json)
		add_heading(t, m);
	for (size_t i = 0; i < t->n; i++) {
		struct figure f;

		if (metric_measure(t->sh->desk, m, &t->period[i], &f, err))
			return err->code;
		if (json)
			add_json(t, m, &t->period[i], &f);
		else
			add_line(t, m, &t->period[i], &f);
	}
	return E_OK;
}

/* ---- what was asked for ---- */
static enum code names_known(const struct args *a, struct err *err)
{
	AUTO(buf_release) struct buf known = BUF_INIT;

	for (size_t i = 0; i < nmetrics; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", metrics[i].id);
	for (size_t i = 0; i < a->nwords; i++)
		if (!metric_find(a->word[i]))
			return fail(err, E_USAGE, N_("there is no indicator %.40s; there are %s"), a->word[i], known.data);
	return E_OK;
}

static enum code days_asked(struct sheet *t, int64_t now, struct err *err)
{
	const char *const *o = t->args->option;
	int64_t from, last = when_day_start(now);

	if (!o[OPT_FROM] && !o[OPT_TO]) {
		t->n = LATELY;
		periods_last(t->by, now, t->period, t->n);
		return E_OK;
	}
	if (!o[OPT_FROM])
		return fail(err, E_USAGE, N_("--to goes with --from"));
	if (when_parse_day(o[OPT_FROM], now, &from, err) || (o[OPT_TO] && when_parse_day(o[OPT_TO], now, &last, err))) {
		err->code = E_USAGE;
		return E_USAGE;
	}
	if (last < from)
		return fail(err, E_USAGE, N_("--to lies before --from"));
	from = when_day_start(from); /* 12h is a moment */
	last = when_day_start(last);
	t->n = periods_between(t->by, from, last, now, t->period, PERIODS_MOST);
	if (t->n > PERIODS_MOST)
		return fail(err, E_USAGE, N_("these are %zu periods; at most %d at once"), t->n, PERIODS_MOST);
	return E_OK;
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct sheet t = { .sh = sh, .args = a, .by = BY_WEEK, .text = BUF_INIT };
	int by = a->option[OPT_BY] ? period_named(a->option[OPT_BY]) : BY_WEEK;
	enum code code;

	if (by < 0)
		return fail(err, E_USAGE, N_("--by takes day, week or month"));
	t.by = (enum period_by)by;
	if (names_known(a, err) || shell_open(sh, err) || days_asked(&t, store_now(sh->store), err))
		return err->code;
	code = tx_begin_read(&tx, desk_db(sh->desk), err); /* all of it of one moment */
	for (size_t i = 0; !code && i < nmetrics; i++)
		if (wanted(a, &metrics[i]))
			code = add_metric(&t, &metrics[i], err);
	if (!code)
		code = shell_print(&t.text, err);
	buf_release(&t.text);
	return code;
}

const struct cmd cmd_metrics = {
	.name = "metrics", .words = "[INDICATOR]...", .min = 0, .max = NAMES_MOST,
	.help = N_("the indicators, by day, week or month: numerator, denominator, value and target; without --from of the last eight"),
	.options = {
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines: a line for each indicator and period, with the filters of the records behind it") },
		[OPT_FROM] = { "from", "DAY", N_("from this day on, by the calendar of Shanghai: 2026-11-01, yesterday, 30d") },
		[OPT_TO] = { "to", "DAY", N_("until this day and with it; otherwise today") },
		[OPT_BY] = { "by", "PERIOD", N_("day, week (from Monday) or month; otherwise week") },
	},
	.run = run,
};
