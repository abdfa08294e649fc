#include "tui/rail.h"

#include <string.h>

#include "core/metrics/metrics.h"
#include "tui/list.h"
#include "tui/words.h"

enum { VIEW_MS = 10, VIEW_PATIENT_MS = 1000 /* of the processor, for each view at each change: beyond, it is counted no further */ };

const struct own_desk metrics_desk = { "metrics", N_("Metrics"), METRICS_PERMISSION }, sync_desk = { "sync", N_("Sync"), NULL };

static void add(struct rail *r, const struct record *rec, const struct own_desk *own)
{
	if (r->n < RAIL_MAX)
		r->row[r->n++] = (struct rail_row){ .rec = rec, .own = own };
}

static void add_all(struct rail *r, const struct actor *who, unsigned flag)
{
	for (size_t i = 0; i < nrecords; i++)
		if (records[i]->flags & flag && actor_may(who, records[i]->permission))
			add(r, records[i], NULL);
}

void rail_build(struct rail *r, const struct actor *who)
{
	static const struct own_desk *const own[] = { &metrics_desk, &sync_desk };

	*r = (struct rail){ .n = 0 };
	add_all(r, who, RECORD_DESK);
	r->own = r->n;
	add_all(r, who, RECORD_CONSOLE);
	for (size_t i = 0; i < COUNT(own); i++)
		if (actor_may(who, own[i]->permission))
			add(r, NULL, own[i]);
	r->lookups = r->n;
	add_all(r, who, RECORD_LOOKUP);
	r->desks = r->n;
}

void rail_release(struct rail *r)
{
	habit_lines_release(&r->views);
}

/* NAME\tKIND\tFILTER; of a kind that this operator may not see (any more), it is left out. */
static void add_view(struct rail *r, char *line)
{
	char *kind = strchr(line, '\t'), *filter = kind ? strchr(kind + 1, '\t') : NULL;
	int desk;

	if (!filter || r->n == RAIL_MAX)
		return;
	*kind++ = *filter++ = '\0';
	desk = *kind ? rail_find(r, kind) : -1;
	if (desk >= 0 && r->row[desk].rec)
		r->row[r->n++] = (struct rail_row){ .rec = r->row[desk].rec, .name = line, .filter = filter };
}

enum code rail_views(struct rail *r, struct desk *d, struct err *err)
{
	r->n = r->desks;
	if (habit_read(d, HABIT_VIEWS, NULL, &r->views, err))
		return err->code;
	for (size_t i = 0; i < r->views.n; i++)
		add_view(r, pool_strdup(&r->views.pool, r->views.line[i]));
	return E_OK;
}

/* A filter that means nothing any more counts nothing; who opens it is told why. */
static enum code count_view(struct rail_row *row, struct desk *d, bool patient, struct err *err)
{
	AUTO(filter_release) struct filter f = { 0 };
	bool whole = true;
	int64_t n = 0;

	if (!desk_query(d, row->rec, row->filter, &f, NULL) &&
	    query_count_upto(desk_db(d), &f.query, DESK_COUNT_MAX, patient ? VIEW_PATIENT_MS : VIEW_MS, &n, &whole, err))
		return err->code;
	if (!whole && n < DESK_COUNT_MAX && !patient)
		return fail(err, E_SLOW, N_("counting the view %s takes long"), row->name);
	row->open = n;
	row->more = !whole;
	return E_OK;
}

static enum code count_desk(struct rail_row *row, struct desk *d, struct err *err)
{
	int64_t n;

	if (desk_count_open(d, row->rec, &n, err))
		return err->code;
	row->open = n;
	row->more = n >= DESK_COUNT_MAX;
	return E_OK;
}

enum code rail_count(struct rail *r, struct desk *d, bool patient, struct err *err)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->row[i].filter ? count_view(&r->row[i], d, patient, err) : r->row[i].rec && count_desk(&r->row[i], d, err))
			return err->code;
	return E_OK;
}

static bool same_row(const struct rail_row *a, const struct rail_row *b)
{
	return a->rec == b->rec && a->own == b->own && !a->filter == !b->filter && (!a->filter || !strcmp(a->filter, b->filter));
}

void rail_adopt(struct rail *r, const struct rail *counted)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < counted->n; k++)
			if (same_row(&r->row[i], &counted->row[k])) {
				r->row[i].open = counted->row[k].open;
				r->row[i].more = counted->row[k].more;
				break;
			}
}

const char *rail_kind(const struct rail_row *row)
{
	return row->rec ? row->rec->kind : row->own->kind;
}

int rail_find(const struct rail *r, const char *kind)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(rail_kind(&r->row[i]), kind) == 0)
			return (int)i;
	return -1;
}

size_t rail_place(const struct rail *r, const char *view, const char *kind)
{
	int at = rail_find(r, kind);

	for (size_t i = r->desks; i < r->n; i++)
		if (strcmp(r->row[i].name, view) == 0)
			return i;
	return at < 0 ? 0 : (size_t)at;
}

const char *rail_own_filter(const struct rail_row *row)
{
	return row->filter ? row->filter : list_own_filter(row->rec);
}

const char *rail_label(const struct rail_row *row)
{
	if (row->filter)
		return row->name;
	return _(row->rec ? row->rec->plural : row->own->label);
}

static bool begins_part(const struct rail *r, size_t i)
{
	return i && (i == r->own || i == r->lookups || i == r->desks);
}

/* The screen row of a desk from the top of the column; a line stands before the console's own, the lookups and the views. */
static int row_of(const struct rail *r, size_t i)
{
	return (int)i + (r->own && i >= r->own) + (r->lookups < r->desks && i >= r->lookups) + (i >= r->desks);
}

static void draw_row(const struct rail *r, struct grid *g, struct rect line, size_t i, enum role role)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	grid_fill(g, line, role);
	if (i < 9)
		buf_addf(&text, "%zu ", i + 1);
	else
		buf_adds(&text, "  ");
	buf_adds(&text, rail_label(&r->row[i]));
	grid_put(g, line, line.row, line.col, role, text.data);
	grid_spot(g, line, SPOT_DESK, i);
	if (r->row[i].open) {
		buf_clear(&text);
		buf_addf(&text, r->row[i].more ? " %lld+" : " %lld", (long long)r->row[i].open);
		grid_put(g, line, line.row, line.col + line.cols - (int)text.len, role == ROLE_TEXT ? ROLE_BADGE : role, text.data);
	}
}

void rail_draw(const struct rail *r, struct grid *g, struct rect box, size_t current, bool active)
{
	int last = row_of(r, active ? r->cur : current), skip = last >= box.rows ? last - box.rows + 1 : 0;

	grid_fill(g, box, ROLE_TEXT);
	for (size_t i = 0; i < r->n; i++) {
		enum role role = active && i == r->cur ? ROLE_SELECTED : i == current ? ROLE_MARKED : ROLE_TEXT;
		int row = row_of(r, i) - skip;

		if (begins_part(r, i) && row > 0 && row <= box.rows)
			grid_hline(g, box.row + row - 1, box.col, box.cols, ROLE_BORDER);
		if (row >= 0 && row < box.rows)
			draw_row(r, g, rect_meet(box, (struct rect){ box.row + row, box.col, 1, box.cols }), i, role);
	}
}
