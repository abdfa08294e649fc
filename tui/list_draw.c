/* The list drawn: a heading, the rows in sight, and what stands over them. */
#include <string.h>

#include "tui/columns.h"
#include "tui/fields.h"
#include "tui/list_parts.h"
#include "tui/words.h"

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
	int sorted = list_sorted_by(l);

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
	if (!l->n && l->opened)
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
