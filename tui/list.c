#include "tui/list.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/list_parts.h"

enum { ROWS_KEPT = 600 }; /* the window never holds more; what falls out is read again when it comes back into sight */
enum { COUNT_MAX = 10000, COUNT_MS = 2 /* of the processor */, SORT_MAX = 50000, SORT_MS = 200 };

struct list *list_new(const struct record *rec)
{
	struct list *l = mem_alloc(sizeof *l);

	l->rec = rec;
	l->height = 20;
	return l;
}

void list_columns(struct list *l, const struct column_set *want) { l->columns = want; }

static void drop_rows(struct item *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		item_release(&row[i]);
	free(row);
}

void list_free(struct list *l)
{
	if (!l)
		return;
	drop_rows(l->row, l->n);
	if (l->ready)
		filter_release(&l->filter);
	free(l);
}

struct list *list_twin(const struct list *l)
{
	struct list *t = list_new(l->rec);
	struct item *row = mem_alloc(l->n * sizeof *row);

	for (size_t i = 0; i < l->n; i++)
		item_copy(&row[i], &l->row[i]);
	*t = *l;
	t->row = row;
	t->filter = (struct filter){ 0 }; /* it borrows from itself, and from people of the other desk */
	t->ready = false;
	if (l->columns) {
		t->kept = *l->columns;
		t->columns = &t->kept;
	}
	return t;
}

/* A desk with work opens on what is left of it. */
const char *list_own_filter(const struct record *rec)
{
	for (size_t i = 0; i < rec->nstates; i++)
		if (rec->states[i].open)
			return "is:open";
	return "";
}

const char *list_filter_text(const struct list *l) { return l->text; }
bool list_opened(const struct list *l) { return l->opened; }

int64_t list_count(const struct list *l, bool *whole)
{
	*whole = l->whole;
	return l->count;
}

const struct item *list_current(const struct list *l) { return l->n ? &l->row[l->cur] : NULL; }

struct rows { struct item *row; size_t n; };

static enum code keep_row(void *ctx, struct item *it, struct err *err)
{
	struct rows *r = ctx;

	(void)err;
	r->row[r->n++] = *it;
	*it = (struct item){ 0 };
	return E_OK;
}

/* Reads up to limit rows from a row on; *got may be less only at the end of the list. Backwards, the nearest comes first. */
static enum code fetch(struct list *l, struct desk *d, const struct value *from, bool backwards, bool inclusive, size_t limit,
		       struct item **out, size_t *got, struct err *err)
{
	struct query q = l->filter.query;
	struct rows r = { .row = mem_alloc(limit * sizeof *r.row) };
	enum code code;

	q.from = from;
	q.backwards = backwards;
	q.inclusive = inclusive;
	q.limit = limit;
	code = item_each(desk_db(d), l->rec, &q, keep_row, &r, err);
	if (code) {
		drop_rows(r.row, r.n);
		return code;
	}
	*out = r.row;
	*got = r.n;
	return E_OK;
}

static void reverse(struct item *row, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct item t = row[i];

		row[i] = row[n - 1 - i];
		row[n - 1 - i] = t;
	}
}

/* a then b become the window; both arrays are taken over. */
static void join(struct list *l, struct item *a, size_t na, struct item *b, size_t nb)
{
	struct item *row = mem_alloc((na + nb) * sizeof *row);

	if (na)
		memcpy(row, a, na * sizeof *a);
	if (nb)
		memcpy(row + na, b, nb * sizeof *b);
	free(a);
	free(b);
	l->row = row;
	l->n = na + nb;
}

static void keep_cursor_in_sight(struct list *l)
{
	size_t h = (size_t)l->height;

	if (!l->n)
		l->cur = l->top = 0;
	else if (l->cur >= l->n)
		l->cur = l->n - 1;
	if (l->top > l->cur)
		l->top = l->cur;
	if (l->cur >= l->top + h)
		l->top = l->cur - h + 1;
	if (l->at_end && l->n > h && l->top > l->n - h)
		l->top = l->n - h;
	if (l->n <= h)
		l->top = 0;
}

/* Takes the filter over. */
static void set_filter(struct list *l, struct filter *fresh)
{
	l->filter = *fresh;
	l->filter.query.table = &l->filter.table; /* it moved with the copy */
	l->ready = true;
}

static enum code parse(struct list *l, struct desk *d, const char *text, struct filter *out, size_t *at, size_t *len, struct err *err)
{
	struct filter_reader by;

	desk_reader(d, &by);
	return filter_parse(out, l->rec, text, &by, at, len, err);
}

/* A new list, or a twin, does not know yet what it is a list of. */
static enum code aim(struct list *l, struct desk *d, struct err *err)
{
	struct filter fresh;

	if (l->ready)
		return E_OK;
	if (parse(l, d, l->text, &fresh, NULL, NULL, err))
		return err->code;
	set_filter(l, &fresh);
	return E_OK;
}

int list_rows(const struct list *l) { return l->height; }

bool list_height(struct list *l, int rows)
{
	l->height = rows < 1 ? 1 : rows;
	keep_cursor_in_sight(l);
	return !l->n || l->at_end || l->n - l->top >= (size_t)l->height;
}

enum code list_end(struct list *l, struct desk *d, bool bottom, struct err *err)
{
	struct item *row;
	size_t got, want = (size_t)l->height * 2;

	if (aim(l, d, err) || fetch(l, d, NULL, bottom, false, want, &row, &got, err))
		return err->code;
	drop_rows(l->row, l->n);
	l->opened = true;
	if (bottom)
		reverse(row, got);
	l->row = row;
	l->n = got;
	l->at_start = bottom ? got < want : true;
	l->at_end = bottom ? true : got < want;
	l->cur = bottom && got ? got - 1 : 0;
	l->top = 0;
	keep_cursor_in_sight(l);
	return E_OK;
}

/* Counting reads every row that matches: once when the filter or the data change, not at all when they all are in the window, and never
 * longer than nobody notices. Out of time is no failure: there are more than were counted. */
static enum code count(struct list *l, struct desk *d, struct err *err)
{
	enum code code = E_OK;

	l->count = (int64_t)l->n;
	l->whole = l->at_start && l->at_end;
	if (!l->whole)
		code = query_count_upto(desk_db(d), &l->filter.query, COUNT_MAX, COUNT_MS, &l->count, &l->whole, err);
	if (l->count < (int64_t)l->n)
		l->count = (int64_t)l->n;
	return code == E_SLOW ? E_OK : code;
}

/* An order for which there is no index takes reading and sorting all that match. */
static enum code may_sort(struct filter *f, struct desk *d, struct err *err)
{
	struct query q = f->query;
	bool ordered, whole;
	int64_t n;
	enum code code;

	q.table = &f->table;
	q.limit = 1;
	code = query_ordered(desk_db(d), &q, &ordered, err);
	if (code || ordered)
		return code;
	code = query_count_upto(desk_db(d), &q, SORT_MAX, SORT_MS, &n, &whole, err);
	if (code || whole)
		return code;
	return fail(err, E_USAGE, "too many records match to be sorted so; narrow the filter down first, or leave out sort:");
}

/* The old filter stays at hand until the new one has answered. */
enum code list_filter(struct list *l, struct desk *d, const char *text, size_t *at, size_t *len, struct err *err)
{
	struct filter fresh, old = l->filter;
	bool was_ready = l->ready;
	enum code code = parse(l, d, text, &fresh, at, len, err);

	if (code)
		return code;
	code = may_sort(&fresh, d, err);
	if (code) {
		filter_release(&fresh);
		return code;
	}
	set_filter(l, &fresh);
	code = list_end(l, d, false, err);
	if (code) {
		filter_release(&l->filter);
		set_filter(l, &old);
		l->ready = was_ready;
		return code;
	}
	if (was_ready)
		filter_release(&old);
	if (text != l->text)
		snprintf(l->text, sizeof l->text, "%s", text);
	return count(l, d, err);
}

/* Reads anew around a row. It keeps the cursor's place on the screen: what comes in above pushes nothing. */
static enum code read_around(struct list *l, struct desk *d, const struct value *from, struct err *err)
{
	struct item *before, *after;
	size_t nbefore, nafter, above = l->cur - l->top, want = (size_t)l->height * 2;

	if (fetch(l, d, from, true, false, above + 1, &before, &nbefore, err))
		return err->code;
	if (fetch(l, d, from, false, true, want, &after, &nafter, err)) {
		drop_rows(before, nbefore);
		return err->code;
	}
	drop_rows(l->row, l->n);
	reverse(before, nbefore);
	join(l, before, nbefore, after, nafter);
	l->at_start = nbefore <= above;
	l->at_end = nafter < want;
	l->cur = nbefore;
	l->top = nbefore > above ? nbefore - above : 0;
	keep_cursor_in_sight(l);
	return E_OK;
}

/* A record that moved away leaves its place to the next. */
enum code list_refresh(struct list *l, struct desk *d, struct err *err)
{
	enum code code;

	if (!l->opened)
		return list_filter(l, d, l->text, NULL, NULL, err);
	if (aim(l, d, err))
		return err->code;
	code = l->n ? read_around(l, d, l->row[l->cur].v, err) : list_end(l, d, false, err);
	return code ? code : count(l, d, err);
}

/* -1: it is not in the window. */
static int row_of(const struct list *l, const struct item *it)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(item_id(&l->row[i]), item_id(it)) == 0)
			return (int)i;
	return -1;
}

enum code list_seek(struct list *l, struct desk *d, const struct item *to, struct err *err)
{
	if (!l->opened)
		return list_refresh(l, d, err);
	if (row_of(l, to) >= 0) { /* the window is as fresh as the last refresh: nothing to read */
		l->cur = (size_t)row_of(l, to);
		keep_cursor_in_sight(l);
		return E_OK;
	}
	return aim(l, d, err) ? err->code : read_around(l, d, to->v, err);
}

void list_touch(struct list *l, struct desk *d)
{
	for (size_t i = l->top; i < l->n && i < l->top + (size_t)l->height; i++) {
		struct item fresh;

		if (item_load(&fresh, desk_db(d), l->rec, item_id(&l->row[i]), NULL))
			continue;
		item_release(&l->row[i]);
		l->row[i] = fresh;
	}
}

/* A move that needs no reading. */
static bool holds(const struct list *l, int delta)
{
	size_t step = (size_t)(delta < 0 ? -delta : delta);

	if (!l->n)
		return true;
	return delta > 0 ? l->at_end || l->cur + step < l->n : l->at_start || l->cur >= step;
}

bool list_keep(struct list *l, const struct list *old)
{
	const struct item *it = list_current(old);
	int row = it ? row_of(l, it) : -1;
	size_t above = old->cur - old->top;

	if (row < 0)
		return !it;
	l->cur = (size_t)row;
	l->top = l->cur > above ? l->cur - above : 0;
	keep_cursor_in_sight(l);
	return true;
}

static enum code more_below(struct list *l, struct desk *d, size_t want, struct err *err)
{
	struct item *row;
	size_t got;

	if (fetch(l, d, l->row[l->n - 1].v, false, false, want, &row, &got, err))
		return err->code;
	l->at_end = got < want;
	join(l, l->row, l->n, row, got);
	while (l->n > ROWS_KEPT && l->top > (size_t)l->height) {
		size_t cut = l->top - (size_t)l->height;

		for (size_t i = 0; i < cut; i++)
			item_release(&l->row[i]);
		memmove(l->row, l->row + cut, (l->n - cut) * sizeof *l->row);
		l->n -= cut;
		l->top -= cut;
		l->cur -= cut;
		l->at_start = false;
	}
	return E_OK;
}

static enum code more_above(struct list *l, struct desk *d, size_t want, struct err *err)
{
	struct item *row;
	size_t got;

	if (fetch(l, d, l->row[0].v, true, false, want, &row, &got, err))
		return err->code;
	l->at_start = got < want;
	reverse(row, got);
	join(l, row, got, l->row, l->n);
	l->cur += got;
	l->top += got;
	while (l->n > ROWS_KEPT) {
		item_release(&l->row[--l->n]);
		l->at_end = false;
	}
	return E_OK;
}

enum code list_move(struct list *l, struct desk *d, int delta, struct err *err)
{
	size_t step = (size_t)(delta < 0 ? -delta : delta), want = step > (size_t)l->height ? step : (size_t)l->height; /* no key waits for more */

	if (!l->n)
		return E_OK;
	if (!holds(l, delta) && aim(l, d, err))
		return err->code;
	if (delta > 0) {
		if (!holds(l, delta) && more_below(l, d, want, err))
			return err->code;
		l->cur = l->cur + step < l->n ? l->cur + step : l->n - 1;
	} else {
		if (!holds(l, delta) && more_above(l, d, want, err))
			return err->code;
		l->cur = l->cur > step ? l->cur - step : 0;
	}
	keep_cursor_in_sight(l);
	return E_OK;
}

/* How far the cursor goes to take so many rows into sight. */
static int scrolled(const struct list *l, int by)
{
	int off = (int)(l->cur - l->top);

	return by > 0 ? l->height - 1 - off + by : by - off;
}

enum code list_scroll(struct list *l, struct desk *d, int by, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT;

	if (!l->n)
		return E_OK;
	buf_adds(&id, item_id(&l->row[l->cur]));
	if (list_move(l, d, scrolled(l, by), err))
		return err->code;
	l->cur = by > 0 ? l->top : l->top + (size_t)l->height - 1;
	for (size_t i = l->top; i < l->n && i < l->top + (size_t)l->height; i++)
		if (strcmp(item_id(&l->row[i]), id.data) == 0)
			l->cur = i;
	keep_cursor_in_sight(l);
	return E_OK;
}

void list_point(struct list *l, size_t row)
{
	if (row < l->n)
		l->cur = row;
	keep_cursor_in_sight(l);
}

/* ---- order ---- */
int list_sorted_by(const struct list *l)
{
	return l->ready && l->filter.query.norder ? record_field(l->rec, l->filter.query.order[0].column) : -1;
}

/* Where the biggest and the latest are asked for first. */
static bool largest_first(const struct field *f)
{
	return (f->type == FIELD_INT || f->type == FIELD_MONEY || f->type == FIELD_TIME) && !(f->show & SHOW_DEADLINE);
}

/* A masked column has no order: it would tell what the mask hides. */
static int next_column(const struct columns *c, const struct record *rec, int now, int by, enum privacy clearance)
{
	int n = (int)c->n, at = by > 0 ? -1 : n;

	for (int i = 0; i < n; i++)
		if ((int)c->place[i].field == now)
			at = i;
	for (int tried = 0; tried < n; tried++) {
		at = (at + by + n) % n;
		if (!field_masked(&rec->fields[c->place[at].field], clearance))
			return (int)c->place[at].field;
	}
	return now;
}

static enum code sort_to(struct list *l, struct desk *d, size_t field, bool down, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	filter_sorted(&text, l->text, l->rec->fields[field].column.name, down);
	return list_filter(l, d, text.data, NULL, NULL, err);
}

enum code list_sort_by(struct list *l, struct desk *d, size_t field, struct err *err)
{
	const struct field *f = &l->rec->fields[field];

	if (aim(l, d, err))
		return err->code;
	if (field_masked(f, desk_who(d)->clearance))
		return fail(err, E_DENIED, N_("a masked column has no order: it would tell what the mask hides"));
	return sort_to(l, d, field, (int)field == list_sorted_by(l) ? !l->filter.query.order[0].descending : largest_first(f), err);
}

enum code list_sort(struct list *l, struct desk *d, int by, int cols, struct err *err)
{
	enum code code = aim(l, d, err);
	int now = list_sorted_by(l), to = now;
	bool down = now >= 0 && !l->filter.query.order[0].descending;
	struct columns c;
	size_t tried = 0;

	if (code)
		return code;
	columns_fit(&c, l->rec, l->columns, cols);
	do { /* columns by which too many would have to be sorted are passed over */
		if (by) {
			to = next_column(&c, l->rec, to, by, desk_who(d)->clearance);
			down = to >= 0 && largest_first(&l->rec->fields[to]);
		}
		if (to < 0)
			return E_OK;
		code = sort_to(l, d, (size_t)to, down, err);
	} while (by && code == E_USAGE && ++tried < c.n);
	return code;
}

/* ---- steps ---- */
bool list_holds(const struct list *l, const struct list_step *step)
{
	switch (step->what) {
	case STEP_MOVE: return holds(l, step->by);
	case STEP_SCROLL: return holds(l, scrolled(l, step->by));
	case STEP_SEEK: return row_of(l, step->to) >= 0;
	default: return false;
	}
}

enum code list_take(struct list *l, struct desk *d, struct list_step *step, struct err *err)
{
	enum code code = E_OK;

	switch (step->what) {
	case STEP_FILTER:
		code = list_filter(l, d, step->text, &step->at, &step->len, err);
		return code || !step->to ? code : list_seek(l, d, step->to, err);
	case STEP_MOVE: return list_move(l, d, step->by, err);
	case STEP_SCROLL: return list_scroll(l, d, step->by, err);
	case STEP_END: return list_end(l, d, step->by > 0, err);
	case STEP_SEEK: return list_seek(l, d, step->to, err);
	case STEP_SORT: return list_sort(l, d, step->by, step->cols, err);
	case STEP_SORT_BY: return list_sort_by(l, d, (size_t)step->by, err);
	case STEP_REFRESH: return list_refresh(l, d, err);
	}
	return code;
}
