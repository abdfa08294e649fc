/* The Metrics desk on the main screen: counted by the worker, so that no key waits for it; a number leads to the list of its records. */
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

struct counting {
	struct work work;
	enum period_by by;
	struct board board;
	enum code code;
	struct err err;
};

bool desktop_on_metrics(const struct desktop *d)
{
	return d->rail.row[d->at].own == &metrics_desk;
}

/* ---- counting ---- */
static void run_counting(struct work *w, struct desk *d)
{
	struct counting *c = (struct counting *)w;

	board_release(&c->board); /* of a time before */
	c->code = board_measure(&c->board, d, c->by, &c->err);
}

static void free_counting(struct work *w)
{
	board_release(&((struct counting *)w)->board);
	free(w);
}

static struct counting *counting_new(enum period_by by)
{
	struct counting *c = mem_alloc(sizeof *c);

	c->work = (struct work){ .run = run_counting, .free = free_counting };
	c->by = by;
	return c;
}

static void take_counted(struct desktop *d, struct counting *c)
{
	if (c->code)
		desktop_say(d, c->code == E_DENIED ? ROLE_WARNING : ROLE_DANGER, c->err.msg);
	else
		metricview_take(d->metrics, &c->board);
	c->work.free(&c->work);
}

static struct work *counting_of(const struct desktop *d)
{
	return d->worker ? worker_busy(d->worker, WORK_METRICS) : NULL;
}

/* What runs for the same periods already is waited for; what it misses comes after it. */
static void count(struct desktop *d, bool asked)
{
	struct counting *c = (struct counting *)counting_of(d);
	struct err err = { 0 };

	if (c && c->by == metricview_by(d->metrics)) {
		d->metrics_pace.stale = !asked;
		return;
	}
	d->metrics_pace.stale = false;
	c = counting_new(metricview_by(d->metrics));
	if (!d->sh->read_ms) {
		run_counting(&c->work, d->sh->desk);
		take_counted(d, c);
	} else if (worker_give(desktop_worker(d), WORK_METRICS, &c->work, &err)) {
		desktop_say(d, ROLE_DANGER, err.msg);
	}
}

void desktop_metrics_reload(struct desktop *d)
{
	if (!d->metrics || !desktop_on_metrics(d))
		return;
	if (counting_of(d) || pace_rests(&d->metrics_pace))
		d->metrics_pace.stale = true;
	else
		count(d, false);
}

void desktop_metrics_take(struct desktop *d)
{
	struct work *w = d->worker && d->metrics ? worker_take(d->worker, WORK_METRICS) : NULL;

	if (w) {
		pace_set(&d->metrics_pace, w, d->sh->read_ms);
		take_counted(d, (struct counting *)w);
	}
	if (!d->metrics || !desktop_on_metrics(d) || counting_of(d) || pace_rests(&d->metrics_pace))
		return;
	if (d->metrics_pace.stale || (metricview_period(d->metrics) && !metricview_has(d->metrics, store_now(d->sh->store))))
		count(d, false);
}

bool desktop_metrics_busy(const struct desktop *d)
{
	return counting_of(d) || (d->metrics && desktop_on_metrics(d) && d->metrics_pace.stale);
}

/* ---- the desk ---- */
void desktop_metrics_open(struct desktop *d)
{
	if (!d->metrics)
		d->metrics = metricview_new();
	count(d, true);
}

void desktop_metrics_go(struct desktop *d, const struct place *to)
{
	metricview_seek(d->metrics, to->row);
	metricview_open(d->metrics, *to->id);
}

void desktop_metrics_place(const struct desktop *d, struct place *out)
{
	const char *id = metricview_metric(d->metrics)->id;

	snprintf(out->row, sizeof out->row, "%s", id);
	snprintf(out->id, sizeof out->id, "%s", metricview_opened(d->metrics) ? id : "");
}

void desktop_metrics_draw(struct desktop *d, struct grid *g, struct rect box)
{
	const struct work *w = counting_of(d);

	metricview_draw(d->metrics, g, box, d->focus == FOCUS_LIST, w && !metricview_period(d->metrics) ? work_age(w) : -1, d->sh->keys);
	d->text_rows = metricview_rows(d->metrics);
}

static void set_by(struct desktop *d, enum period_by by)
{
	metricview_set_by(d->metrics, by);
	count(d, true);
}

void desktop_metrics_request(struct desktop *d, enum req req)
{
	if (req == REQ_EARLIER || req == REQ_LATER)
		metricview_shift(d->metrics, req == REQ_LATER ? 1 : -1);
	else
		set_by(d, req == REQ_BY_DAY ? BY_DAY : req == REQ_BY_WEEK ? BY_WEEK : BY_MONTH);
}

/* false: there is nothing to leave but the desk. */
bool desktop_metrics_back(struct desktop *d)
{
	if (!desktop_on_metrics(d))
		return false;
	if (counting_of(d) && !metricview_period(d->metrics)) {
		worker_drop(d->worker, WORK_METRICS);
		desktop_say(d, ROLE_INFO, _("stopped; d, w and m count anew"));
		return true;
	}
	if (!metricview_opened(d->metrics))
		return false;
	metricview_open(d->metrics, false);
	return true;
}

/* ---- the records behind a number ---- */
/* which: as metric_filter has it. */
static enum code drill(struct desktop *d, int which, struct err *err)
{
	const struct metric *m = metricview_metric(d->metrics);
	const struct record *rec = record_find(m->record);
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(filter_release) struct filter f = { 0 };
	int at = rail_find(&d->rail, rec->kind);

	metric_filter(&text, m, metricview_period(d->metrics), which);
	if (desk_query(d->sh->desk, rec, text.data, &f, err))
		return err->code;
	if (at < 0)
		return fail(err, E_DENIED, N_("there is no desk here for records of kind %s"), rec->kind);
	desktop_open_list(d, (size_t)at, text.data, NULL);
	d->focus = FOCUS_LIST;
	return E_OK;
}

/* Values of the question: which, from 0. */
static int value_of(int which)
{
	return which - METRIC_AMONG;
}

enum code desktop_metrics_answer(struct desktop *d, struct err *err)
{
	return drill(d, ask_value(d->ask) + METRIC_AMONG, err);
}

static void add_way(struct ask *a, const char *label, int64_t n, int which)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_addf(&text, "%lld", (long long)n);
	ask_add(a, label, text.data, value_of(which));
}

static struct ask *ways(const struct metric *m, const struct period *p, const struct figure *f)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	const struct choice *c;
	struct ask *a;

	buf_addf(&title, "%s  ", _(m->label));
	period_add(&title, p);
	a = ask_choice(title.data, _("The records behind which number?"));

	if (m->kind == METRIC_SPREAD)
		for (size_t i = 0; (c = metric_part(m, i)); i++)
			add_way(a, _(c->label), f->part[i], (int)i);
	else
		add_way(a, _(m->counted_label), f->counted, METRIC_COUNTED);
	add_way(a, _(m->among_label), f->of, METRIC_AMONG);
	return a;
}

static void go_behind(struct desktop *d)
{
	const struct metric *m = metricview_metric(d->metrics);
	const struct figure *f = metricview_figure(d->metrics);
	struct err err = { 0 };

	if (!f)
		desktop_say(d, ROLE_MUTED, _("it is still being counted"));
	else if (m->counted)
		desktop_ask(d, ways(m, metricview_period(d->metrics), f), ASKED_METRIC);
	else if (drill(d, METRIC_AMONG, &err))
		desktop_say(d, ROLE_WARNING, err.msg);
}

void desktop_metrics_enter(struct desktop *d)
{
	if (metricview_opened(d->metrics))
		go_behind(d);
	else
		metricview_open(d->metrics, true);
}
