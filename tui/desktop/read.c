/* What the screen asks of the store. It waits for an answer as long as nobody notices; what takes longer is asked again of the worker, while
 * the keys go on working on what is shown. */
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

/* A step of the list, taken on its twin by the worker. */
struct search {
	struct work work;
	struct list *twin;
	struct list_step step;      /* its text and item are our own */
	struct buf text;
	struct item to;
	bool quiet;                 /* nobody asked for it: the store has changed */
	bool opening;               /* of a list that showed nothing yet */
	bool taken;
	bool returning;             /* it leads back along the trail */
	char row[RECORD_ID_MAX + 1]; /* where the cursor was */
	enum code code;
	struct err err;
};

/* The numbers beside the desks and at the bottom. */
struct tally {
	struct work work;
	struct rail rail;
	struct standing standing;
	int64_t since;              /* what came back is news from then on, UTC ms */
	enum code code;
	struct err err;
};

struct worker *desktop_worker(struct desktop *d)
{
	if (!d->worker)
		d->worker = worker_new(d->sh->store, d->sh->notify, d->sh->notify_ctx);
	return d->worker;
}

static const struct search *search_of(const struct desktop *d)
{
	return d->worker ? (const struct search *)worker_busy(d->worker, WORK_LIST) : NULL;
}

static enum code later(struct err *err)
{
	return fail(err, E_SLOW, N_("the answer comes later"));
}

bool pace_rests(const struct pace *p)
{
	return work_clock() < p->rests_until;
}

void pace_set(struct pace *p, const struct work *done, int read_ms)
{
	int64_t took = work_age(done);

	p->slow = took > read_ms;
	p->rests_until = p->slow ? work_clock() + took : 0;
}

/* ---- the list ---- */
static void run_search(struct work *w, struct desk *d)
{
	struct search *s = (struct search *)w;

	if (!s->taken) /* a step is taken once, however often it is begun */
		s->code = list_take(s->twin, d, &s->step, &s->err);
	s->taken = !s->code;
}

static void free_search(struct work *w)
{
	struct search *s = (struct search *)w;

	list_free(s->twin);
	buf_release(&s->text);
	item_release(&s->to);
	free(s);
}

static struct search *search_new(const struct desktop *d, const struct list_step *step)
{
	struct search *s = mem_alloc(sizeof *s);

	s->work = (struct work){ .run = run_search, .free = free_search };
	s->twin = list_twin(d->list);
	s->step = *step;
	s->quiet = step->what == STEP_REFRESH;
	s->opening = !list_opened(d->list);
	s->returning = d->returning;
	if (list_current(d->list))
		snprintf(s->row, sizeof s->row, "%s", item_id(list_current(d->list)));
	buf_init(&s->text);
	if (step->text) {
		buf_adds(&s->text, step->text);
		s->step.text = s->text.data;
	}
	if (step->to) {
		item_copy(&s->to, step->to);
		s->step.to = &s->to;
	}
	return s;
}

/* What somebody waits for goes before numbers. */
static enum code give(struct desktop *d, enum work_slot slot, struct work *work, struct err *err)
{
	struct worker *w = desktop_worker(d);

	const struct search *search = search_of(d);

	if (worker_busy(w, WORK_COUNTS)) {
		worker_drop(w, WORK_COUNTS);
		d->counts.stale = true;
	}
	if (slot != WORK_LIST && search && search->quiet) {
		worker_drop(w, WORK_LIST);
		d->pace.stale = true;
	}
	return worker_give(w, slot, work, err);
}

enum code desktop_give(struct desktop *d, enum work_slot slot, struct work *work)
{
	struct err err = { 0 };
	enum code code = give(d, slot, work, &err);

	if (code)
		desktop_say(d, ROLE_DANGER, err.msg);
	return code;
}

static enum code search(struct desktop *d, const struct list_step *step, struct err *err)
{
	if (give(d, WORK_LIST, &search_new(d, step)->work, err))
		return err->code;
	return later(err);
}

static bool moves(const struct list_step *step)
{
	return step->what == STEP_MOVE || step->what == STEP_SCROLL;
}

/* Whoever goes on in the direction in which rows are already on their way waits for those; and coming back from an item ends no search. */
static bool under_way(const struct search *s, const struct list_step *step)
{
	if (!s || s->quiet)
		return false;
	return step->what == STEP_SEEK || (moves(step) && moves(&s->step) && (step->by > 0) == (s->step.by > 0));
}

/* The order of a list that takes long is read later; what its rows say is true now. */
static enum code touch(struct desktop *d, struct err *err)
{
	list_touch(d->list, d->sh->desk);
	return later(err);
}

enum code desktop_step(struct desktop *d, struct list_step *step, struct err *err)
{
	const struct search *busy = search_of(d);
	bool quiet = step->what == STEP_REFRESH, local = list_holds(d->list, step);
	enum code code;

	if (!quiet && !local && under_way(busy, step))
		return later(err);
	if (quiet && (busy || pace_rests(&d->pace))) {
		d->pace.stale = true;
		return touch(d, err);
	}
	if (quiet && d->pace.slow)
		return search(d, step, err) == E_SLOW ? touch(d, err) : err->code;
	db_budget(desk_db(d->sh->desk), d->sh->read_ms);
	code = list_take(d->list, d->sh->desk, step, err);
	db_budget(desk_db(d->sh->desk), 0);
	if (code == E_SLOW) {
		code = search(d, step, err);
		return quiet && code == E_SLOW ? touch(d, err) : code;
	}
	if (!code && busy && !quiet && !local) {
		d->pace.stale |= busy->quiet;
		worker_drop(d->worker, WORK_LIST);
	}
	return code;
}

void desktop_list(struct desktop *d, struct list_step step)
{
	struct err err = { 0 };
	enum code code = desktop_step(d, &step, &err);

	if (code && code != E_SLOW)
		desktop_say(d, code == E_DENIED ? ROLE_WARNING : ROLE_DANGER, err.msg);
	desktop_follow_cursor(d);
}

/* Where the cursor went meanwhile it stays, unless the step was about where it goes. */
static bool fits(struct desktop *d, struct search *s)
{
	const struct item *it = list_current(d->list);
	bool moved = strcmp(s->row, it ? item_id(it) : "") != 0;

	if (!moved || (!s->quiet && !moves(&s->step)))
		return true;
	return list_keep(s->twin, d->list) || !s->quiet;
}

static void leave_left(struct desktop *d)
{
	list_free(d->left.list);
	d->left.list = NULL;
}

static void take_search(struct desktop *d, struct search *s)
{
	struct place before;

	pace_set(&d->pace, &s->work, d->sh->read_ms);
	leave_left(d);
	if (s->code) {
		desktop_say(d, ROLE_DANGER, s->err.msg);
		return;
	}
	if (!fits(d, s)) {
		d->pace.stale = true;
		return;
	}
	desktop_place(d, &before);
	list_height(s->twin, list_rows(d->list));
	list_columns(s->twin, &d->columns);
	list_free(d->list);
	d->list = s->twin;
	s->twin = NULL;
	d->returning = s->returning;
	if (!s->opening && !s->quiet)
		desktop_leave(d, &before);
	desktop_follow_cursor(d);
}

bool desktop_busy(const struct desktop *d)
{
	if (desktop_deciding(d))
		return true;
	if (desktop_covered(d))
		return false;
	return d->exporter || desktop_metrics_busy(d) || (d->worker && (worker_busy(d->worker, WORK_LIST) || worker_busy(d->worker, WORK_ERRAND) ||
					     worker_busy(d->worker, WORK_COUNTS) || d->pace.stale || d->counts.stale));
}

bool desktop_searching(const struct desktop *d, struct searching *out)
{
	const struct work *errand = d->worker ? worker_busy(d->worker, WORK_ERRAND) : NULL;
	const struct search *s = search_of(d);

	if (s && !s->quiet)
		*out = (struct searching){ work_age(&s->work), s->step.what == STEP_FILTER ? s->text.data : NULL };
	else if (errand)
		*out = (struct searching){ work_age(errand), NULL };
	return (s && !s->quiet) || errand;
}

static bool stop_errand(struct desktop *d)
{
	if (!d->worker || !worker_busy(d->worker, WORK_ERRAND))
		return false;
	worker_drop(d->worker, WORK_ERRAND);
	desktop_say(d, ROLE_INFO, _("stopped; nothing was done"));
	return true;
}

bool desktop_stop_search(struct desktop *d)
{
	const struct search *s = search_of(d);
	bool opening, returning;

	if (!s || s->quiet)
		return stop_errand(d);
	opening = s->opening;
	returning = s->returning;
	worker_drop(d->worker, WORK_LIST);
	desktop_say(d, ROLE_INFO, _("stopped; the list is as it was"));
	if (!opening || !d->left.list)
		return true;
	list_free(d->list);
	d->list = d->left.list;
	d->left.list = NULL;
	d->at = d->rail.cur = rail_place(&d->rail, d->left.place.view, d->left.place.kind);
	d->focus = d->left.focus;
	desktop_read_columns(d);
	d->returning = true;
	d->ntrail = d->left.ntrail + returning;
	desktop_follow_cursor(d);
	return true;
}

/* ---- opening ---- */
/* What was shown is kept until something else can be. */
static void keep_left(struct desktop *d)
{
	if (d->worker) {
		worker_drop(d->worker, WORK_LIST);
		worker_drop(d->worker, WORK_ERRAND);
	}
	d->pace = (struct pace){ 0 };
	if (d->list && list_opened(d->list)) {
		leave_left(d);
		d->left.list = d->list;
		d->left.focus = d->focus;
		d->left.ntrail = d->ntrail < TRAIL_MAX ? d->ntrail : TRAIL_MAX - 1;
		desktop_place(d, &d->left.place);
	} else {
		list_free(d->list);
	}
	d->list = NULL;
}

void desktop_open_list(struct desktop *d, size_t at, const char *filter, const struct item *row)
{
	const struct record *rec = d->rail.row[at].rec;
	struct list_step own = { .what = STEP_FILTER }, step = { .what = STEP_FILTER, .text = filter, .to = row };
	struct err err = { 0 };
	enum code code = E_OK;

	desktop_write_layout(d); /* of the desk that is left */
	keep_left(d);
	d->at = d->rail.cur = at;
	d->scroll = 0;
	desktop_drop_card(d);
	if (d->rail.row[at].own == &metrics_desk)
		desktop_metrics_open(d);
	if (rec) {
		d->list = list_new(rec);
		desktop_read_columns(d);
		own.text = rail_own_filter(&d->rail.row[at]);
		code = desktop_step(d, filter ? &step : &own, &err);
		if (code && code != E_SLOW) {
			desktop_say(d, ROLE_DANGER, err.msg);
			if (filter && strcmp(filter, own.text) != 0)
				code = desktop_step(d, &own, NULL);
		}
	}
	if (code != E_SLOW)
		leave_left(d);
	desktop_follow_cursor(d);
}

void desktop_open_desk(struct desktop *d, size_t at)
{
	desktop_open_list(d, at, NULL, NULL);
}

/* ---- the numbers ---- */
static enum code count_kind(struct desk *d, const char *kind, const char *filter, int64_t *n, struct err *err)
{
	AUTO(filter_release) struct filter f = { 0 };

	*n = 0;
	if (desk_query(d, record_find(kind), filter, &f, err))
		return err->code;
	return query_count(desk_db(d), &f.query, n, err);
}

static enum code count_all(struct desk *d, struct rail *rail, struct standing *s, bool patient, struct err *err)
{
	if (rail_count(rail, d, patient, err) || count_kind(d, "outbox", "state:pending,sending", &s->pending, err) ||
	    count_kind(d, "outbox", "state:refused,conflict", &s->refused, err) || count_kind(d, "proposal", "state:open", &s->approvals, err))
		return err->code;
	return E_OK;
}

static void run_tally(struct work *w, struct desk *d)
{
	struct tally *t = (struct tally *)w;

	rail_release(&t->rail); /* of a time before */
	rail_build(&t->rail, desk_who(d));
	if (!(t->code = rail_views(&t->rail, d, &t->err)))
		t->code = count_all(d, &t->rail, &t->standing, true, &t->err);
}

static void free_tally(struct work *w)
{
	struct tally *t = (struct tally *)w;

	rail_release(&t->rail);
	free(t);
}

static void show_standing(struct desktop *d, const struct standing *s, int64_t since)
{
	bool news = since && s->refused > d->standing.refused; /* what was so when the console opened is none */

	d->standing.pending = s->pending;
	d->standing.refused = s->refused;
	d->standing.approvals = s->approvals;
	if (news)
		desktop_say_came_back(d, since);
}

static void take_tally(struct desktop *d, struct tally *t)
{
	pace_set(&d->counts, &t->work, d->sh->read_ms);
	if (t->code) {
		desktop_say(d, ROLE_DANGER, t->err.msg);
		return;
	}
	rail_adopt(&d->rail, &t->rail);
	show_standing(d, &t->standing, t->since);
}

static enum code give_tally(struct desktop *d, int64_t since, struct err *err)
{
	struct tally *t;

	if (search_of(d) || worker_busy(desktop_worker(d), WORK_COUNTS) || pace_rests(&d->counts)) {
		d->counts.stale = true;
		return E_OK;
	}
	t = mem_alloc(sizeof *t);
	t->work = (struct work){ .run = run_tally, .free = free_tally };
	t->since = since;
	return worker_give(d->worker, WORK_COUNTS, &t->work, err);
}

enum code desktop_count(struct desktop *d, int64_t since, struct err *err)
{
	struct standing s = { 0 };
	enum code code;

	if (d->counts.slow)
		return give_tally(d, since, err);
	db_budget(desk_db(d->sh->desk), d->sh->read_ms);
	code = count_all(d->sh->desk, &d->rail, &s, !d->sh->read_ms, err);
	db_budget(desk_db(d->sh->desk), 0);
	if (code == E_SLOW)
		return give_tally(d, since, err);
	if (!code)
		show_standing(d, &s, since);
	return code;
}

/* ---- errands ---- */
enum wish desktop_send(struct desktop *d, struct errand *e)
{
	enum wish wish = WISH_NONE;

	db_budget(desk_db(d->sh->desk), d->sh->read_ms);
	e->work.run(&e->work, d->sh->desk);
	db_budget(desk_db(d->sh->desk), 0);
	if (e->code == E_SLOW) {
		desktop_give(d, WORK_ERRAND, &e->work);
		return WISH_NONE;
	}
	wish = e->done(d, e);
	e->work.free(&e->work);
	return wish;
}

static enum wish take_errand(struct desktop *d)
{
	struct work *w = worker_take(d->worker, WORK_ERRAND);
	struct errand *e = (struct errand *)w;
	struct place before;
	enum wish wish;

	if (!w)
		return WISH_NONE;
	desktop_place(d, &before);
	wish = e->done(d, e);
	d->returning = false;
	desktop_leave(d, &before);
	w->free(w);
	return wish;
}

/* ---- what comes back ---- */
void desktop_pause(struct desktop *d, bool pause)
{
	if (d->worker)
		worker_pause(d->worker, pause);
}

bool desktop_covered(const struct desktop *d)
{
	return d->form || d->ask || d->palette || d->bulk;
}

enum wish desktop_take_read(struct desktop *d)
{
	enum wish wish;
	struct work *w;

	desktop_undo_take(d);
	wish = d->worker ? desktop_bulk_take(d) : WISH_NONE;
	if (!d->worker || desktop_covered(d))
		return wish;
	wish = take_errand(d);
	desktop_metrics_take(d);
	if ((w = worker_take(d->worker, WORK_LIST))) {
		take_search(d, (struct search *)w);
		w->free(w);
	}
	if ((w = worker_take(d->worker, WORK_COUNTS))) {
		take_tally(d, (struct tally *)w);
		w->free(w);
	}
	if (d->pace.stale && d->list && list_opened(d->list) && !search_of(d) && !pace_rests(&d->pace)) {
		d->pace.stale = false;
		desktop_list(d, (struct list_step){ .what = STEP_REFRESH });
	}
	if (d->counts.stale && !search_of(d) && !worker_busy(d->worker, WORK_COUNTS) && !pace_rests(&d->counts)) {
		struct err err = { 0 };

		d->counts.stale = false;
		if (give_tally(d, d->read_at, &err))
			desktop_say(d, ROLE_DANGER, err.msg);
	}
	return wish;
}
