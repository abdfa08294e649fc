#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { IDS_AT_ONCE = 100 /* in one query */, HIDDEN_MS = 20 /* of the processor, for each such query */ };

/* ---- marking ---- */
struct marking {
	struct errand errand;
	const struct record *rec;
	struct buf text;            /* of the filter */
	const char *id[MARKS_MAX + 1]; /* in the list's own order; one more than may be marked tells that there are more */
	size_t n;
	struct pool pool;
};

static enum code keep_id(void *ctx, struct item *it, struct err *err)
{
	struct marking *m = ctx;

	(void)err;
	m->id[m->n++] = pool_strdup(&m->pool, item_id(it));
	return E_OK;
}

static void run_marking(struct work *w, struct desk *d)
{
	struct marking *m = (struct marking *)w;
	AUTO(filter_release) struct filter f = { 0 };

	m->n = 0;
	m->errand.code = desk_query(d, m->rec, m->text.data, &f, &m->errand.err);
	f.query.limit = COUNT(m->id);
	if (!m->errand.code)
		m->errand.code = item_each(desk_db(d), m->rec, &f.query, keep_id, m, &m->errand.err);
}

static void free_marking(struct work *w)
{
	struct marking *m = (struct marking *)w;

	buf_release(&m->text);
	pool_release(&m->pool);
	free(m);
}

/* A list that is longer than what one decision takes is marked as far as that. */
static enum wish take_marking(struct desktop *d, struct errand *e)
{
	struct marking *m = (struct marking *)e;
	bool more = false;

	if (e->code) {
		desktop_say(d, ROLE_DANGER, e->err.msg);
		return WISH_NONE;
	}
	for (size_t i = 0; i < m->n && !more; i++)
		more = !marks_add(d->marks, m->rec, m->id[i]);
	if (more)
		desktop_sayf(d, ROLE_WARNING, _("%zu are marked, which is as many as one decision takes; there are more"), marks_count(d->marks, m->rec));
	else
		desktop_sayf(d, ROLE_INFO, _("%zu marked; an action takes all of them"), marks_count(d->marks, m->rec));
	return WISH_NONE;
}

static void mark_all(struct desktop *d, const struct record *rec)
{
	struct marking *m = mem_alloc(sizeof *m);

	m->errand = (struct errand){ .work = { .run = run_marking, .free = free_marking }, .done = take_marking };
	m->rec = rec;
	buf_init(&m->text);
	buf_adds(&m->text, list_filter_text(d->list));
	desktop_send(d, &m->errand);
}

static void mark(struct desktop *d, const struct item *it)
{
	if (marks_has(d->marks, it->rec, item_id(it)))
		marks_drop(d->marks, it->rec, item_id(it));
	else if (!marks_add(d->marks, it->rec, item_id(it)))
		desktop_sayf(d, ROLE_WARNING, _("%d are marked, which is as many as one decision takes"), MARKS_MAX);
	desktop_list(d, (struct list_step){ .what = STEP_MOVE, .by = 1 });
}

void desktop_mark(struct desktop *d, enum req req)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const struct item *it = d->list ? list_current(d->list) : NULL;

	if (!it || !rec->nactions)
		desktop_say(d, ROLE_WARNING, it ? _("nothing can be done to these; there is nothing to mark them for") : _("there is nothing to mark"));
	else if (req == REQ_MARK)
		mark(d, it);
	else if (req == REQ_MARK_ALL)
		mark_all(d, rec);
	else
		marks_clear(d->marks, rec);
}

/* "KIND ID ID…", a line for each kind. */
void desktop_keep_marks(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines lines = { .n = 0 };

	for (size_t r = 0; r < nrecords && lines.n < HABIT_LINES; r++) {
		AUTO(buf_release) struct buf line = BUF_INIT;
		const char *const *ids = marks_ids(d->marks, records[r]);

		for (size_t i = 0; i < marks_count(d->marks, records[r]); i++)
			buf_addf(&line, "%s %s", i ? "" : records[r]->kind, ids[i]);
		if (line.len)
			lines.line[lines.n++] = pool_strdup(&lines.pool, line.data);
	}
	if (lines.n)
		habit_write(d->sh->desk, HABIT_MARKS, NULL, &lines, NULL); /* the lock does not wait for a store that cannot be written */
}

void desktop_take_marks(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines lines = { .n = 0 };

	if (habit_read(d->sh->desk, HABIT_MARKS, NULL, &lines, NULL) || !lines.n)
		return;
	for (size_t i = 0; i < lines.n; i++) {
		char *rest = (char *)lines.line[i], *word = strsep(&rest, " ");
		const struct record *rec = record_find(word);

		while (rec && (word = strsep(&rest, " ")))
			marks_add(d->marks, rec, word);
	}
	habit_write(d->sh->desk, HABIT_MARKS, NULL, &(struct habit_lines){ .n = 0 }, NULL);
}

/* How many of these the filter lets through. */
static enum code count_shown(struct desktop *d, const struct filter *f, const char *const *ids, size_t n, int64_t *shown, struct err *err)
{
	struct cond one[IDS_AT_ONCE], both[2];
	struct query q = f->query;
	bool whole;

	for (size_t i = 0; i < n; i++)
		one[i] = (struct cond){ .op = COND_EQ, .column = "id", .value = value_text(ids[i]) };
	both[0] = (struct cond){ .op = COND_OR, .kids = one, .nkids = n };
	both[1] = f->query.where;
	q.where = (struct cond){ .op = COND_AND, .kids = both, .nkids = COUNT(both) };
	return query_count_upto(desk_db(d->sh->desk), &q, (int64_t)n, HIDDEN_MS, shown, &whole, err);
}

static void count_hidden(struct desktop *d, const struct record *rec)
{
	AUTO(filter_release) struct filter f = { 0 };
	const char *const *ids = marks_ids(d->marks, rec);
	size_t n = marks_count(d->marks, rec);
	enum code code = desk_query(d->sh->desk, rec, list_filter_text(d->list), &f, NULL);

	d->standing.hidden = code ? 0 : n;
	for (size_t i = 0; !code && i < n; i += IDS_AT_ONCE) {
		int64_t shown = 0;

		code = count_shown(d, &f, ids + i, n - i < IDS_AT_ONCE ? n - i : IDS_AT_ONCE, &shown, NULL);
		d->standing.hidden -= (size_t)shown;
	}
}

void desktop_count_marks(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const char *filter = d->list ? list_filter_text(d->list) : "";

	d->standing.marked = d->list ? marks_count(d->marks, rec) : 0;
	if (d->counted.rec == rec && d->counted.stamp == d->stamp && d->counted.marks == marks_stamp(d->marks) && strcmp(d->counted.filter, filter) == 0)
		return;
	d->counted.rec = rec;
	d->counted.stamp = d->stamp;
	d->counted.marks = marks_stamp(d->marks);
	snprintf(d->counted.filter, sizeof d->counted.filter, "%s", filter);
	d->standing.hidden = 0;
	if (d->standing.marked)
		count_hidden(d, rec);
}

/* ---- deciding: judged and signed by the worker, where they are more than nobody notices ---- */
struct deciding {
	struct work work;
	struct bulk_watch watch;
	atomic_bool settled;
	struct desk *desk;           /* of the thread that is at it */
	struct bulk b;
	size_t n;                    /* how many it takes */
	const struct record *rec;    /* of a look: this and the next three; the ids are our own */
	const struct action *action;
	const char **id;
	bool written;                /* a form was half-written for it when the screen locked */
	struct bulk_order order;     /* of a signing: this and the next are the view's, which leaves them alone meanwhile */
	const struct bulk_item *back;
	size_t nback;
	enum code code;
	struct err err;
};

static void free_deciding(struct work *w)
{
	struct deciding *x = (struct deciding *)w;

	for (size_t i = 0; x->id && i < x->n; i++)
		free((char *)(uintptr_t)x->id[i]);
	free(x->id);
	bulk_release(&x->b);
	free(x);
}

static void run_look(struct work *w, struct desk *d)
{
	struct deciding *x = (struct deciding *)w;

	bulk_release(&x->b); /* of a time before */
	atomic_store(&x->watch.done, 0);
	x->code = bulk_look(&x->b, d, x->rec->kind, x->action->id, x->id, x->n, &x->watch, &x->err);
}

static bool settle(void *ctx)
{
	struct deciding *x = ctx;

	if (!work_settle(&x->work, x->desk))
		return false;
	atomic_store(&x->settled, true);
	return true;
}

/* What is done again has no use for the command that came back. One that cannot be discarded stays in the outbox, where it can be seen. */
static void drop_redone(const struct deciding *x)
{
	AUTO(bulk_release) struct bulk b = { 0 };
	const struct bulk_order order = { .reason = NULL };
	const char **commands = mem_alloc(x->nback * sizeof *commands);
	size_t n = 0;

	for (size_t i = 0; i < x->nback; i++)
		for (size_t k = 0; k < x->b.n; k++)
			if ((x->b.item[k].fate == BULK_APPLIED || x->b.item[k].fate == BULK_PROPOSED) && !strcmp(x->b.item[k].id, x->back[i].id))
				commands[n++] = x->back[i].out.command;
	if (n && !bulk_look(&b, x->desk, "outbox", "discard", commands, n, NULL, NULL))
		bulk_run(&b, x->desk, &order, NULL, NULL);
	free(commands);
}

static void run_signing(struct work *w, struct desk *d)
{
	struct deciding *x = (struct deciding *)w;

	x->desk = d;
	atomic_store(&x->watch.done, 0);
	x->code = bulk_run(&x->b, d, &x->order, &x->watch, &x->err);
	if (!x->code)
		drop_redone(x);
}

static struct deciding *deciding_of(const struct desktop *d)
{
	return d->worker ? (struct deciding *)worker_busy(d->worker, WORK_BULK) : NULL;
}

static enum wish take_look(struct desktop *d, struct deciding *x)
{
	if (x->code) {
		desktop_sayf(d, ROLE_WARNING, _("%s: %s"), _(x->action->label), x->err.msg);
		bulkview_free(d->bulk);
		d->bulk = NULL;
	} else {
		bulkview_looked(d->bulk, &x->b, store_now(d->sh->store));
	}
	if (x->written)
		desktop_take_up_many(d);
	return WISH_NONE;
}

/* What is done needs no mark any more; what was left out or failed keeps its own. */
static void unmark_done(struct desktop *d, const struct bulk *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->item[i].fate == BULK_APPLIED || b->item[i].fate == BULK_PROPOSED)
			marks_drop(d->marks, b->rec, b->item[i].id);
}

static enum wish take_signing(struct desktop *d, struct deciding *x)
{
	bool local = x->b.action->flags & LOCAL;

	if (x->code) {
		bulkview_complain(d->bulk, &x->b, x->code == E_CANCELLED ? _("stopped; nothing was signed") : x->err.msg);
		return WISH_NONE;
	}
	unmark_done(d, &x->b);
	bulkview_signed(d->bulk, &x->b);
	desktop_reload(d);
	return local ? WISH_NONE : x->order.hold_ms ? WISH_HELD : WISH_SYNC;
}

static enum wish take(struct desktop *d, struct deciding *x)
{
	enum wish wish = x->work.run == run_look ? take_look(d, x) : take_signing(d, x);

	free_deciding(&x->work);
	return wish;
}

static enum wish send(struct desktop *d, struct deciding *x)
{
	int read_ms = d->sh->read_ms;

	if (!read_ms || (read_ms > 0 && x->n <= HERE_MOST)) {
		x->work.run(&x->work, d->sh->desk);
		return take(d, x);
	}
	if (desktop_give(d, WORK_BULK, &x->work)) {
		bulkview_free(d->bulk);
		d->bulk = NULL;
	}
	return WISH_NONE;
}

void desktop_finish(struct desktop *d, enum work_slot slot)
{
	for (int other = WORK_LIST; other < WORK_SLOTS; other++)
		worker_drop(d->worker, (enum work_slot)other);
	worker_finish(d->worker, slot);
}

enum wish desktop_bulk_take(struct desktop *d)
{
	struct work *w = worker_take(d->worker, WORK_BULK);

	return w ? take(d, (struct deciding *)w) : WISH_NONE;
}

bool desktop_deciding(const struct desktop *d)
{
	return deciding_of(d) || (d->worker && worker_busy(d->worker, WORK_UNDO));
}

void desktop_bulk_progress(struct desktop *d)
{
	struct deciding *x = deciding_of(d);

	if (x)
		bulkview_progress(d->bulk, atomic_load(&x->watch.done), atomic_load(&x->settled));
}

/* ---- the box ---- */
struct form *desktop_form(const struct desktop *d)
{
	return d->form ? d->form : d->bulk ? bulkview_form(d->bulk) : NULL;
}

static struct deciding *look_new(const struct record *rec, const struct action *a, const char *const *ids, size_t n)
{
	struct deciding *x = mem_alloc(sizeof *x);

	x->work = (struct work){ .run = run_look, .free = free_deciding };
	x->rec = rec;
	x->action = a;
	x->id = mem_alloc(n * sizeof *x->id);
	for (x->n = 0; x->n < n; x->n++)
		x->id[x->n] = mem_strdup(ids[x->n]);
	return x;
}

enum wish desktop_bulk(struct desktop *d, const struct action *a, bool written)
{
	const struct record *rec = d->rail.row[d->at].rec;
	struct deciding *x = look_new(rec, a, marks_ids(d->marks, rec), marks_count(d->marks, rec));

	x->written = written;
	d->bulk = bulkview_new(rec, a, x->n);
	return send(d, x);
}

static enum wish sign(struct desktop *d)
{
	struct deciding *x = mem_alloc(sizeof *x);

	x->work = (struct work){ .run = run_signing, .free = free_deciding };
	x->watch.settle = settle;
	x->watch.ctx = x;
	bulkview_order(d->bulk, &x->order);
	x->back = bulkview_back(d->bulk, &x->nback);
	bulkview_signing(d->bulk, &x->b);
	x->order.hold_ms = desktop_hold_of(d, x->b.action);
	x->n = x->b.count[BULK_POSSIBLE];
	return send(d, x);
}

static enum wish try_again(struct desktop *d)
{
	const struct bulk *before = bulkview_bulk(d->bulk);
	const char **ids = mem_alloc(before->n * sizeof *ids);
	struct deciding *x;
	size_t n = 0;

	for (size_t i = 0; i < before->n; i++)
		if (before->item[i].fate == BULK_REFUSED || before->item[i].fate == BULK_TURNED_DOWN)
			ids[n++] = before->item[i].id;
	x = look_new(before->rec, before->action, ids, n);
	free(ids);
	bulkview_again(d->bulk, n);
	return send(d, x);
}

static void stop(struct desktop *d)
{
	struct deciding *x = deciding_of(d);

	if (x && x->work.run == run_look)
		worker_drop(d->worker, WORK_BULK);
	else if (x)
		worker_stop(d->worker, WORK_BULK);
}

/* What is being written is done, and what is not yet written is not, before anything else happens. */
void desktop_bulk_end(struct desktop *d)
{
	stop(d);
	if (!deciding_of(d))
		return;
	desktop_finish(d, WORK_BULK);
	desktop_bulk_take(d);
}

static void close_bulk(struct desktop *d)
{
	bool done = bulkview_is_done(d->bulk);
	const struct record *rec = bulkview_bulk(d->bulk)->rec;

	stop(d);
	if (bulkview_waits(d->bulk))
		desktop_say(d, ROLE_INFO, _("stopped; nothing was done"));
	bulkview_free(d->bulk);
	d->bulk = NULL;
	if (done && marks_count(d->marks, rec))
		desktop_sayf(d, ROLE_INFO, _("still marked, because not taken: %zu"), marks_count(d->marks, rec));
}

enum wish desktop_bulk_event(struct desktop *d, const struct event *event)
{
	if (bulkview_is_done(d->bulk) && event->type == EVENT_KEY && keymap_req(d->sh->keys, SCOPE_LIST, event->key) == REQ_UNDO)
		return desktop_undo(d);
	switch (bulkview_event(d->bulk, event)) {
	case BULKVIEW_CLOSED: close_bulk(d); break;
	case BULKVIEW_STOP: stop(d); break;
	case BULKVIEW_SIGN: return sign(d);
	case BULKVIEW_EDITOR: return WISH_EDITOR;
	case BULKVIEW_RETRY: return try_again(d);
	default: break;
	}
	return WISH_NONE;
}

void desktop_bulk_follow(struct desktop *d)
{
	struct bulk *b = d->bulk && bulkview_is_done(d->bulk) ? bulkview_bulk(d->bulk) : NULL;
	struct err err = { 0 };
	size_t waiting;

	if (!b)
		return;
	if (bulk_follow(b, d->sh->desk, &waiting, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	for (size_t i = 0; i < b->n; i++)
		if (b->item[i].fate == BULK_TURNED_DOWN)
			marks_add(d->marks, b->rec, b->item[i].id);
}
