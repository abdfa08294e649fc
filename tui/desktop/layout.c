/* Where the lines between desks, list and card stand, and how wide columns are: changed with keys or the mouse, and kept for each operator. */
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { RAIL_LEAST = 12, RAIL_MOST = 60, SHARE_LEAST = 150, SHARE_MOST = 850, SHARE_FIRST = 560, RAIL_STEP = 1, SHARE_STEP = 20, THOUSAND = 1000 };

static int between(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* "NAME NUMBER" */
static bool read_number(const char *line, const char *name, int *n)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) != 0 || line[len] != ' ')
		return false;
	*n = (int)strtol(line + len, NULL, 10);
	return true;
}

/* Without it the widths are the first ones. */
void desktop_read_layout(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines lines = { 0 };
	int n;

	d->layout = (struct layout){ .rail = RAIL_COLS, .share = SHARE_FIRST };
	if (habit_read(d->sh->desk, HABIT_LAYOUT, NULL, &lines, NULL))
		return;
	for (size_t i = 0; i < lines.n; i++)
		if (read_number(lines.line[i], "rail", &n))
			d->layout.rail = between(n, RAIL_LEAST, RAIL_MOST);
		else if (read_number(lines.line[i], "list", &n))
			d->layout.share = between(n, SHARE_LEAST, SHARE_MOST);
}

/* Nothing that is shown changes by it. */
static void write_lines(struct desktop *d, enum habit what, const char *of, const struct habit_lines *lines)
{
	struct db *db = desk_db(d->sh->desk);
	int64_t before = db_stamp(db);

	habit_write(d->sh->desk, what, of, lines, NULL);
	if (before == d->stamp && db_stamp(db) == before + 1)
		d->stamp = before + 1;
}

static void write_lines_of_layout(struct desktop *d)
{
	AUTO(buf_release) struct buf rail = BUF_INIT, share = BUF_INIT;
	struct habit_lines lines = { .n = 2 };

	buf_addf(&rail, "rail %d", d->layout.rail);
	buf_addf(&share, "list %d", d->layout.share);
	lines.line[0] = rail.data;
	lines.line[1] = share.data;
	write_lines(d, HABIT_LAYOUT, NULL, &lines);
}

static void write_columns(struct desktop *d, const struct record *rec)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct habit_lines lines = { .n = 0 };

	for (size_t f = 0; f < rec->nfields && lines.n < HABIT_LINES; f++) {
		buf_clear(&line);
		if (column_listed(rec, f) && column_write(&d->columns, rec, f, &line))
			lines.line[lines.n++] = pool_strdup(&lines.pool, line.data);
	}
	write_lines(d, HABIT_COLUMNS, rec->kind, &lines);
	habit_lines_release(&lines);
}

/* At a pause: moving a line writes nothing for each column that it passes. */
void desktop_write_layout(struct desktop *d)
{
	if (d->layout.changed)
		write_lines_of_layout(d);
	if (d->columns_changed && d->rail.row[d->at].rec)
		write_columns(d, d->rail.row[d->at].rec);
	d->layout.changed = d->columns_changed = false;
}

void desktop_read_columns(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	AUTO(habit_lines_release) struct habit_lines lines = { 0 };

	d->columns = (struct column_set){ 0 };
	if (!rec || habit_read(d->sh->desk, HABIT_COLUMNS, rec->kind, &lines, NULL))
		return;
	for (size_t i = 0; i < lines.n; i++)
		column_read(&d->columns, rec, lines.line[i]);
	list_columns(d->list, &d->columns);
}

void desktop_columns(struct desktop *d)
{
	if (!d->list)
		return;
	column_box_free(d->box);
	d->box = column_box_new(d->rail.row[d->at].rec, &d->columns, d->list_cols);
}

enum wish desktop_columns_event(struct desktop *d, enum column_box_answer answer)
{
	if (answer == COLUMN_BOX_CLOSED) {
		column_box_free(d->box);
		d->box = NULL;
	}
	d->columns_changed |= answer == COLUMN_BOX_CHANGED;
	return WISH_NONE;
}

void desktop_take_column(struct desktop *d, size_t field, int col)
{
	const struct column_place *p;
	struct columns now;

	columns_fit(&now, d->rail.row[d->at].rec, &d->columns, d->list_cols);
	p = columns_find(&now, field);
	if (!p)
		return;
	d->dragged = SPOT_COLUMN_EDGE;
	d->dragged_field = field;
	d->dragged_from = col;
	d->dragged_width = p->width;
}

void desktop_reset_column(struct desktop *d, size_t field)
{
	column_reset(&d->columns, field);
	d->columns_changed = true;
}

int desktop_rail_cols(const struct desktop *d, int cols)
{
	return between(d->layout.rail, 1, cols / 3);
}

int desktop_list_cols(const struct desktop *d, int cols)
{
	return cols * d->layout.share / THOUSAND;
}

void desktop_drag(struct desktop *d, enum spot edge, int col)
{
	const struct rect *box = edge == SPOT_RAIL_EDGE ? &d->layout.whole : &d->layout.split;

	if (edge == SPOT_COLUMN_EDGE) {
		column_widen(&d->columns, d->dragged_field, d->dragged_width + col - d->dragged_from);
		d->columns_changed = true;
		return;
	}
	if (box->cols <= 0)
		return;
	if (edge == SPOT_RAIL_EDGE)
		d->layout.rail = between(col - box->col, RAIL_LEAST, between(box->cols / 3, RAIL_LEAST, RAIL_MOST));
	else /* rounded up: the line comes to stand in this very column */
		d->layout.share = between(((col - box->col) * THOUSAND + box->cols - 1) / box->cols, SHARE_LEAST, SHARE_MOST);
	d->layout.changed = true;
}

void desktop_shift(struct desktop *d, int by)
{
	bool rail = d->layout.whole.cols > 0, split = d->layout.split.cols > 0;

	if (split && !(rail && d->focus == FOCUS_RAIL))
		d->layout.share = between(d->layout.share + by * SHARE_STEP, SHARE_LEAST, SHARE_MOST);
	else if (rail)
		d->layout.rail = between(desktop_rail_cols(d, d->layout.whole.cols) + by * RAIL_STEP, RAIL_LEAST, RAIL_MOST);
	else
		desktop_say(d, ROLE_MUTED, _("there is one thing on the screen, and no line to move"));
	d->layout.changed |= rail || split;
}
