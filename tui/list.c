#include "tui/list.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/fields.h"
#include "tui/words.h"

enum { ROWS_KEPT = 600 }; /* the window never holds more; what falls out is read again when it comes back into sight */
enum { COUNT_MAX = 10000, COUNT_MS = 5 /* of the processor */, SORT_MAX = 50000, SORT_MS = 200 };

struct list {
	const struct record *rec;
	const struct column_set *columns;
	struct filter filter;
	char text[FILTER_TEXT_MAX + 1];
	struct item *row;
	size_t n;
	size_t top, cur;          /* indices into row */
	bool at_start, at_end;    /* nothing before row[0], after row[n - 1] */
	int height;
	int64_t count;
	bool whole;               /* count is all of them */
	bool ready;
};

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

/* A desk with work opens on what is left of it. */
const char *list_own_filter(const struct record *rec)
{
	for (size_t i = 0; i < rec->nstates; i++)
		if (rec->states[i].open)
			return "is:open";
	return "";
}

const char *list_filter_text(const struct list *l) { return l->text; }

int64_t list_count(const struct list *l, bool *whole)
{
	*whole = l->whole;
	return l->count;
}

const struct item *list_current(const struct list *l) { return l->n ? &l->row[l->cur] : NULL; }

void list_height(struct list *l, int rows)
{
	l->height = rows < 1 ? 1 : rows;
}

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

enum code list_end(struct list *l, struct desk *d, bool bottom, struct err *err)
{
	struct item *row;
	size_t got, want = (size_t)l->height * 2;

	if (!l->ready && list_filter(l, d, "", NULL, NULL, err))
		return err->code;
	if (fetch(l, d, NULL, bottom, false, want, &row, &got, err))
		return err->code;
	drop_rows(l->row, l->n);
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
 * longer than nobody notices. */
static enum code count(struct list *l, struct desk *d, struct err *err)
{
	if (l->at_start && l->at_end) {
		l->count = (int64_t)l->n;
		l->whole = true;
		return E_OK;
	}
	return query_count_upto(desk_db(d), &l->filter.query, COUNT_MAX, COUNT_MS, &l->count, &l->whole, err);
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

enum code list_filter(struct list *l, struct desk *d, const char *text, size_t *at, size_t *len, struct err *err)
{
	struct filter_reader by = { .who = desk_who(d), .now = store_now(desk_store(d)) };
	struct filter fresh;
	enum code code;

	by.people = desk_people(d, &by.npeople);
	if (filter_parse(&fresh, l->rec, text, &by, at, len, err))
		return err->code;
	code = may_sort(&fresh, d, err);
	if (code) {
		filter_release(&fresh);
		return code;
	}
	if (l->ready)
		filter_release(&l->filter);
	l->filter = fresh;
	l->filter.query.table = &l->filter.table; /* it moved with the copy */
	l->ready = true;
	if (text != l->text)
		snprintf(l->text, sizeof l->text, "%s", text);
	return list_end(l, d, false, err) ? err->code : count(l, d, err);
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

	if (!l->ready)
		return list_filter(l, d, "", NULL, NULL, err);
	code = l->n ? read_around(l, d, l->row[l->cur].v, err) : list_end(l, d, false, err);
	return code ? code : count(l, d, err);
}

enum code list_seek(struct list *l, struct desk *d, const struct item *to, struct err *err)
{
	if (!l->ready)
		return list_refresh(l, d, err);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(item_id(&l->row[i]), item_id(to)) == 0) { /* the window is as fresh as the last refresh: nothing to read */
			l->cur = i;
			keep_cursor_in_sight(l);
			return E_OK;
		}
	return read_around(l, d, to->v, err);
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
	size_t step = (size_t)(delta < 0 ? -delta : delta), page = (size_t)l->height * 2;

	if (!l->n)
		return E_OK;
	if (delta > 0) {
		if (l->cur + step >= l->n && !l->at_end && more_below(l, d, step + page, err))
			return err->code;
		l->cur = l->cur + step < l->n ? l->cur + step : l->n - 1;
	} else {
		if (l->cur < step && !l->at_start && more_above(l, d, step + page, err))
			return err->code;
		l->cur = l->cur > step ? l->cur - step : 0;
	}
	keep_cursor_in_sight(l);
	return E_OK;
}

enum code list_scroll(struct list *l, struct desk *d, int by, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT;
	int off = (int)(l->cur - l->top);

	if (!l->n)
		return E_OK;
	buf_adds(&id, item_id(&l->row[l->cur]));
	if (list_move(l, d, by > 0 ? l->height - 1 - off + by : by - off, err))
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
/* The field whose column the list is sorted by, or -1. */
static int sorted_by(const struct list *l)
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

	if (field_masked(f, desk_who(d)->clearance))
		return fail(err, E_DENIED, N_("a masked column has no order: it would tell what the mask hides"));
	return sort_to(l, d, field, (int)field == sorted_by(l) ? !l->filter.query.order[0].descending : largest_first(f), err);
}

enum code list_sort(struct list *l, struct desk *d, int by, int cols, struct err *err)
{
	int now = sorted_by(l), to = now;
	bool down = now >= 0 && !l->filter.query.order[0].descending;
	struct columns c;
	size_t tried = 0;
	enum code code;

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

/* ---- drawing ---- */
static void draw_signs(struct grid *g, struct rect line, const struct item *it, const char *me, bool selected, enum role all)
{
	const char *by = it->rec->assignee ? item_text(it, it->rec->assignee) : "";
	bool mine = strcmp(by, me) == 0;

	if (selected)
		grid_put(g, line, line.row, line.col, all, grid_glyph(g, GLYPH_CURSOR));
	if (it->v[F_PENDING].num)
		grid_put(g, line, line.row, line.col + 1, selected ? all : ROLE_PENDING, grid_glyph(g, GLYPH_PENDING));
	if (*by)
		grid_put(g, line, line.row, line.col + 2, selected ? all : mine ? ROLE_KEY : ROLE_MUTED,
			 grid_glyph(g, mine ? GLYPH_MINE : GLYPH_TAKEN));
}

/* How many columns the part behind the decimal point takes, the point too; 0 where there is none. */
static int fraction(const char *amount)
{
	const char *point = strrchr(amount, '.');

	return point && point[1 + strspn(point + 1, "0123456789")] == '\0' ? (int)strlen(point) : 0;
}

/* For each money column the longest fraction of the rows in sight: the points of all of them stand there. */
static void measure_money(struct columns *c, const struct list *l, int rows, const struct show *how)
{
	for (size_t i = 0; i < c->n; i++) {
		size_t f = c->place[i].field;

		for (int r = 0; l->rec->fields[f].type == FIELD_MONEY && r < rows && l->top + (size_t)r < l->n; r++) {
			AUTO(buf_release) struct buf cell = BUF_INIT;
			int n;

			field_show(&cell, &l->row[l->top + (size_t)r], f, how);
			n = fraction(cell.data);
			if (n > c->place[i].fraction)
				c->place[i].fraction = n;
		}
	}
}

/* Room for the rest of the fraction, as far as the column has it: digits come before order. */
static void align_money(struct buf *cell, const struct column_place *p)
{
	int room = p->width - grid_width(cell->data);

	for (int pad = p->fraction - fraction(cell->data); cell->len && pad > 0 && room > 0; pad--, room--)
		buf_addc(cell, ' ');
}

static void draw_row(struct grid *g, struct rect line, const struct columns *c, const struct item *it,
		     const struct show *how, const char *me, bool selected, bool active)
{
	enum role all = active ? ROLE_SELECTED : ROLE_SELECTED_IDLE;
	AUTO(buf_release) struct buf cell = BUF_INIT;
	int state = item_state(it);

	grid_fill(g, line, selected ? all : ROLE_TEXT);
	draw_signs(g, line, it, me, selected, all);
	for (size_t i = 0; i < c->n; i++) {
		const struct column_place *p = &c->place[i];
		struct rect field = rect_meet(line, (struct rect){ line.row, line.col + p->col, 1, p->width });
		enum role role = selected ? all : field_role(it, p->field, how);

		buf_clear(&cell);
		field_show(&cell, it, p->field, how);
		align_money(&cell, p);
		grid_field(g, field, p->right ? ALIGN_RIGHT : ALIGN_LEFT, role, cell.data);
		if (it->rec->fields[p->field].type == FIELD_STATE && state >= 0) /* in the gap before it */
			grid_put(g, line, line.row, line.col + p->col - 1, role, tone_sign(g, it->rec->states[state].tone));
	}
}

static void draw_heading(const struct list *l, struct grid *g, struct rect head, const struct columns *c)
{
	int sorted = sorted_by(l);

	grid_fill(g, head, ROLE_HEADING);
	for (size_t i = 0; i < c->n; i++) {
		const struct column_place *p = &c->place[i];
		const char *label = _(l->rec->fields[p->field].label);
		int before = p->right && grid_width(label) < p->width ? p->width - grid_width(label) : 0;

		grid_field(g, rect_meet(head, (struct rect){ head.row, head.col + p->col, 1, p->width }),
			   p->right ? ALIGN_RIGHT : ALIGN_LEFT, ROLE_HEADING, label);
		grid_spot(g, rect_meet(head, (struct rect){ head.row, head.col + p->col, 1, p->width }), SPOT_HEADING, p->field);
		grid_spot(g, rect_meet(head, (struct rect){ head.row, head.col + p->col + p->width, 1, 1 }), SPOT_COLUMN_EDGE, p->field);
		if ((int)p->field == sorted) /* right before the word, where there is a gap at least */
			grid_put(g, head, head.row, head.col + p->col + before - 1, ROLE_HEADING,
				 grid_glyph(g, l->filter.query.order[0].descending ? GLYPH_DOWN : GLYPH_UP));
	}
}

void list_draw(const struct list *l, struct grid *g, struct rect box, const struct show *how, const char *me, bool active)
{
	struct columns c;

	grid_spot(g, box, SPOT_LIST, 0);
	columns_fit(&c, l->rec, l->columns, box.cols);
	measure_money(&c, l, box.rows - 1, how);
	draw_heading(l, g, (struct rect){ box.row, box.col, 1, box.cols }, &c);
	if (!l->n)
		grid_wrap(g, (struct rect){ box.row + 2, box.col + 2, box.rows - 2, box.cols - 4 }, 0, ROLE_MUTED,
			  strcmp(l->text, list_own_filter(l->rec)) == 0 ? _("Nothing to do here. A filter finds the rest.") :
									_("Nothing matches. Change the filter, or go back."));
	for (int i = 0; i < box.rows - 1 && l->top + (size_t)i < l->n; i++) {
		size_t at = l->top + (size_t)i;
		struct rect line = { box.row + 1 + i, box.col, 1, box.cols };

		grid_spot(g, line, SPOT_ROW, at);
		draw_row(g, line, &c, &l->row[at], how, me, at == l->cur, active);
	}
}

/* What says something else in a colour of its own keeps it. */
static void paint_mark(struct grid *g, struct rect line)
{
	bool plain = grid_cell(g, line.row, line.col)->role == ROLE_TEXT;

	for (int c = line.col; c < line.col + line.cols; c++)
		if (grid_cell(g, line.row, c)->role == ROLE_TEXT)
			grid_paint(g, (struct rect){ line.row, c, 1, 1 }, ROLE_MARKED);
	grid_put(g, line, line.row, line.col, plain ? ROLE_MARKED : (enum role)grid_cell(g, line.row, line.col)->role, grid_glyph(g, GLYPH_MARKED));
}

void list_draw_marks(const struct list *l, struct grid *g, struct rect box, const struct marks *marks)
{
	for (int i = 0; i < box.rows - 1 && l->top + (size_t)i < l->n && marks_count(marks, l->rec); i++)
		if (marks_has(marks, l->rec, item_id(&l->row[l->top + (size_t)i])))
			paint_mark(g, rect_meet(grid_rect(g), (struct rect){ box.row + 1 + i, box.col, 1, box.cols }));
}
