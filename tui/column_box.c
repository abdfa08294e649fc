#include "tui/column_box.h"

#include <stdlib.h>

#include "tui/screen/keys.h"
#include "tui/words.h"

enum { BOX_COLS = 50, LABEL_COLS = 22, WIDTH_COLS = 5 };

struct column_box {
	const struct record *rec;
	struct column_set *set;
	struct columns now;             /* what is in sight, with the set as it is */
	int cols;
	size_t field[COLUMN_FIELDS], n; /* that can be columns */
	size_t on, top;
};

static void fit(struct column_box *b)
{
	columns_fit(&b->now, b->rec, b->set, b->cols);
}

struct column_box *column_box_new(const struct record *rec, struct column_set *set, int cols)
{
	struct column_box *b = mem_alloc(sizeof *b);

	b->rec = rec;
	b->set = set;
	b->cols = cols;
	for (size_t f = 0; f < rec->nfields; f++)
		if (column_listed(rec, f))
			b->field[b->n++] = f;
	fit(b);
	return b;
}

void column_box_free(struct column_box *b)
{
	free(b);
}

/* As it is on the screen, or as it would be. */
static int width_of(const struct column_box *b, size_t f)
{
	const struct column_place *p = columns_find(&b->now, f);

	return p ? p->width : b->set->of[f].width ? b->set->of[f].width : b->rec->fields[f].width;
}

static enum column_box_answer changed(struct column_box *b)
{
	fit(b);
	return COLUMN_BOX_CHANGED;
}

enum column_box_answer column_box_event(struct column_box *b, const struct event *event)
{
	size_t f = b->field[b->on];

	switch (event->type == EVENT_KEY ? req_for(SCOPE_COLUMNS, event->key) : REQ_NONE) {
	case REQ_UP: b->on -= b->on > 0; return COLUMN_BOX_OPEN;
	case REQ_DOWN: b->on += b->on + 1 < b->n; return COLUMN_BOX_OPEN;
	case REQ_NARROWER: column_widen(b->set, f, width_of(b, f) - 1); return changed(b);
	case REQ_WIDER: column_widen(b->set, f, width_of(b, f) + 1); return changed(b);
	case REQ_SHOW_COLUMN: column_toggle(b->set, b->rec, f, &b->now); return changed(b);
	case REQ_RESET_COLUMN: column_reset(b->set, f); return changed(b);
	case REQ_RESET_COLUMNS: *b->set = (struct column_set){ 0 }; return changed(b);
	case REQ_ACCEPT:
	case REQ_CANCEL: return COLUMN_BOX_CLOSED;
	default: return COLUMN_BOX_OPEN;
	}
}

enum column_box_answer column_box_point(struct column_box *b, size_t row)
{
	bool again = row == b->on;

	if (row >= b->n)
		return COLUMN_BOX_OPEN;
	b->on = row;
	if (!again)
		return COLUMN_BOX_OPEN;
	column_toggle(b->set, b->rec, b->field[row], &b->now);
	return changed(b);
}

static const char *word_of(const struct column_box *b, size_t f)
{
	switch (b->set->of[f].wish) {
	case COLUMN_HIDDEN: return _("hidden");
	case COLUMN_ALWAYS: return columns_find(&b->now, f) ? _("always") : _("no room");
	default: return columns_find(&b->now, f) ? "" : _("no room");
	}
}

static void draw_row(const struct column_box *b, struct grid *g, struct rect line, size_t n)
{
	size_t f = b->field[n];
	bool in_sight = columns_find(&b->now, f);
	enum role role = n == b->on ? ROLE_SELECTED : in_sight ? ROLE_OVERLAY : ROLE_OVERLAY_MUTED;
	AUTO(buf_release) struct buf width = BUF_INIT;
	int col = line.col + 4;

	grid_fill(g, line, role);
	grid_spot(g, line, SPOT_COLUMN, n);
	grid_put(g, line, line.row, line.col, role, in_sight ? "[x]" : "[ ]");
	grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, LABEL_COLS }), ALIGN_LEFT, role, _(b->rec->fields[f].label));
	buf_addf(&width, b->set->of[f].width ? "%d*" : "%d ", width_of(b, f));
	col += LABEL_COLS + 1;
	grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, WIDTH_COLS }), ALIGN_RIGHT, role, width.data);
	col += WIDTH_COLS + 2;
	grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, line.col + line.cols - col }), ALIGN_LEFT, role, word_of(b, f));
}

static void write_hint(struct buf *out)
{
	static const struct { enum req req; const char *what; } hints[] = {
		{ REQ_NARROWER, N_("narrower") }, { REQ_WIDER, N_("wider") }, { REQ_SHOW_COLUMN, N_("shows, hides") },
		{ REQ_RESET_COLUMN, N_("as it was") }, { REQ_RESET_COLUMNS, N_("all as they were") }, { REQ_CANCEL, N_("closes") },
	};

	for (size_t i = 0; i < COUNT(hints); i++) {
		char key[32];

		key_label(req_key(hints[i].req), key);
		buf_addf(out, i ? " · %s %s" : "%s %s", key, _(hints[i].what));
	}
}

/* At the right, so that the first columns stay in sight; where there is little room the rows come before the hint. */
void column_box_draw(struct column_box *b, struct grid *g, struct rect screen, int cols)
{
	AUTO(buf_release) struct buf title = BUF_INIT, hint = BUF_INIT;
	int wide = screen.cols < BOX_COLS ? screen.cols : BOX_COLS, hints, rows;
	struct rect box, in;

	write_hint(&hint);
	hints = grid_wrap(NULL, (struct rect){ 0, 0, 0, wide - 4 }, 0, ROLE_OVERLAY_MUTED, hint.data);
	rows = (int)b->n + hints + 2;
	box = (struct rect){ screen.row + (rows < screen.rows), screen.col + screen.cols - wide, rows < screen.rows ? rows : screen.rows, wide };
	in = rect_inset(box, 1, 2);
	b->cols = cols;
	fit(b);
	hints = in.rows > hints + 1 ? hints : 0;
	rows = in.rows - hints > 1 ? in.rows - hints : 1;
	if (b->on < b->top)
		b->top = b->on;
	if (b->on >= b->top + (size_t)rows)
		b->top = b->on - (size_t)rows + 1;
	buf_addf(&title, _("Columns · %s"), _(b->rec->plural));
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, title.data, ROLE_OVERLAY_TITLE);
	for (int i = 0; i < rows && b->top + (size_t)i < b->n; i++)
		draw_row(b, g, rect_meet(in, (struct rect){ in.row + i, in.col, 1, in.cols }), b->top + (size_t)i);
	if (hints)
		grid_wrap(g, (struct rect){ in.row + in.rows - hints, in.col, hints, in.cols }, 0, ROLE_OVERLAY_MUTED, hint.data);
}
