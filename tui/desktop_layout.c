/* Where the lines between desks, list and card stand: moved with keys or the mouse, and kept for each operator. */
#include <stdlib.h>
#include <string.h>

#include "tui/desktop_parts.h"
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

/* At a pause: moving a line writes nothing for each column that it passes. */
void desktop_write_layout(struct desktop *d)
{
	AUTO(buf_release) struct buf rail = BUF_INIT, share = BUF_INIT;
	struct habit_lines lines = { .n = 2 };
	struct db *db = desk_db(d->sh->desk);
	int64_t before = db_stamp(db);

	if (!d->layout.changed)
		return;
	d->layout.changed = false;
	buf_addf(&rail, "rail %d", d->layout.rail);
	buf_addf(&share, "list %d", d->layout.share);
	lines.line[0] = rail.data;
	lines.line[1] = share.data;
	habit_write(d->sh->desk, HABIT_LAYOUT, NULL, &lines, NULL);
	if (before == d->stamp && db_stamp(db) == before + 1) /* nothing that is shown has changed by it */
		d->stamp = before + 1;
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
