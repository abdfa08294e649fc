#include "tui/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIR_COLS = 60 /* from which two states stand beside each other */, ARROW_COLS = 2, STEM_COLS = 3, BAR_COLS = 10 };

void doc_clear(struct doc *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->line[i].label);
		free(d->line[i].text);
		free(d->line[i].after);
		free(d->line[i].stem);
		for (size_t k = 0; k < d->line[i].ncells; k++)
			free(d->line[i].cell[k].text);
		free(d->line[i].cell);
	}
	d->n = 0;
}

void doc_release(struct doc *d)
{
	doc_clear(d);
	free(d->line);
	*d = (struct doc)DOC_INIT;
}

static struct doc_line *add_line(struct doc *d)
{
	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 32;
		d->line = mem_grow(d->line, d->cap, sizeof *d->line);
	}
	d->line[d->n] = (struct doc_line){ .role = ROLE_TEXT, .filled = -1 };
	return &d->line[d->n++];
}

void doc_heading(struct doc *d, const char *text)
{
	struct doc_line *l;

	if (d->n)
		add_line(d)->text = mem_strdup("");
	l = add_line(d);
	l->text = mem_strdup(text);
	l->heading = true;
}

void doc_add(struct doc *d, const char *label, enum role role, const char *text)
{
	struct doc_line *l = add_line(d);

	l->label = mem_strdup(label);
	l->text = mem_strdup(text);
	l->role = role;
}

void doc_addf(struct doc *d, const char *label, enum role role, const char *fmt, ...)
{
	struct doc_line *l = add_line(d);
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&l->text, fmt, ap) < 0)
		l->text = mem_strdup("");
	va_end(ap);
	l->label = mem_strdup(label);
	l->role = role;
}

void doc_pair(struct doc *d, const char *label, enum role role, const char *before, const char *after)
{
	struct doc_line *l = add_line(d);

	l->label = mem_strdup(label);
	l->text = mem_strdup(before);
	l->after = mem_strdup(after);
	l->role = role;
}

void doc_cells(struct doc *d, const char *label, const struct doc_cell *cell, size_t n)
{
	struct doc_line *l = add_line(d);

	l->label = mem_strdup(label);
	l->text = mem_strdup("");
	l->cell = mem_grow(NULL, n, sizeof *l->cell);
	for (l->ncells = 0; l->ncells < n; l->ncells++)
		l->cell[l->ncells] = (struct doc_cell){ mem_strdup(cell[l->ncells].text), cell[l->ncells].role };
}

void doc_tree(struct doc *d, const char *stem, enum role role, const char *text, enum role end_role, const char *end)
{
	struct doc_line *l = add_line(d);

	l->stem = mem_strdup(stem);
	l->text = mem_strdup(text);
	l->after = mem_strdup(end);
	l->role = role;
	l->after_role = end_role;
}

/* What is not nothing shows as at least one column, what is not all leaves one. */
void doc_bar(struct doc *d, const char *label, enum role role, int64_t part, int64_t whole, const char *text)
{
	struct doc_line *l = add_line(d);
	int64_t filled = whole > 0 && part > 0 ? part >= whole ? BAR_COLS : part * BAR_COLS / whole : 0;

	l->label = mem_strdup(label);
	l->text = mem_strdup(text);
	l->role = role;
	l->filled = part > 0 && !filled ? 1 : (int)filled;
}

static int label_columns(const struct doc *d, int cols)
{
	int most = 0;

	for (size_t i = 0; i < d->n; i++) {
		int w = d->line[i].label ? grid_width(d->line[i].label) : 0;

		if (w > most)
			most = w;
	}
	return most > cols / 2 ? cols / 2 : most;
}

/* Part of a line: text in box, whose first row may stand above the window by so many rows. Returns the rows that it takes. */
static int draw_text(struct grid *g, struct rect box, int above, enum role role, const char *text)
{
	int lines = grid_wrap(NULL, box, 0, ROLE_TEXT, text);

	if (lines < 1)
		lines = 1;
	if (box.rows > lines - above)
		box.rows = lines - above; /* its ground ends with it */
	if (g && box.rows > 0)
		grid_wrap(g, box, above > 0 ? above : 0, role, text);
	return lines;
}

/* The window of box from its row-th row on; row may be negative: then so many rows of the text stand above it. */
static struct rect from_row(struct rect box, int row, int *above)
{
	*above = row < 0 ? -row : 0;
	return (struct rect){ box.row + row + *above, box.col, box.rows - row - *above, box.cols };
}

static int draw_pair(const struct doc_line *l, struct grid *g, struct rect box, int row)
{
	bool beside = box.cols >= PAIR_COLS;
	int half = beside ? (box.cols - ARROW_COLS - 1) / 2 : box.cols - ARROW_COLS, above, before, after;
	struct rect left = { box.row, box.col, box.rows, beside ? half : box.cols };
	struct rect right = { box.row, box.col + (beside ? half + 1 : 0) + ARROW_COLS, box.rows, half }, at;

	at = from_row(left, row, &above);
	before = draw_text(g, at, above, ROLE_MUTED, l->text);
	row += beside ? 0 : before;
	at = from_row(right, row, &above);
	after = draw_text(g, at, above, l->role, l->after);
	if (g && row >= 0 && row < box.rows)
		grid_put(g, box, box.row + row, right.col - ARROW_COLS, ROLE_MUTED, grid_glyph(g, GLYPH_ARROW));
	return beside ? (before > after ? before : after) : before + after;
}

/* Each in a column of its own; the row is as high as its highest. */
static int draw_cells(const struct doc_line *l, struct grid *g, struct rect box, int row)
{
	int wide = (box.cols + 1) / (int)l->ncells, most = 1, above; /* the last one needs no gap behind it */

	for (size_t i = 0; i < l->ncells; i++) {
		struct rect column = { box.row, box.col + (int)i * wide, box.rows, wide - 1 }, at = from_row(column, row, &above);
		int lines = draw_text(g, at, above, l->cell[i].role, l->cell[i].text);

		if (lines > most)
			most = lines;
	}
	return most;
}

static void draw_stem(const char *stem, struct grid *g, struct rect box, int row)
{
	for (int col = box.col; *stem; stem++, col += STEM_COLS) {
		enum glyph sign = *stem == '|' ? GLYPH_VLINE : *stem == '+' ? GLYPH_BRANCH : GLYPH_BOTTOM_LEFT;

		if (*stem == ' ')
			continue;
		grid_put(g, box, row, col, ROLE_BORDER, grid_glyph(g, sign));
		if (*stem != '|')
			grid_put(g, box, row, col + 1, ROLE_BORDER, grid_glyph(g, GLYPH_HLINE));
	}
}

/* What it is called is cut before what is said of it. */
static int draw_tree(const struct doc_line *l, struct grid *g, struct rect box, int row)
{
	int in = STEM_COLS * (int)strlen(l->stem), end = grid_width(l->after), room = box.cols - in - (end ? end + 1 : 0);

	if (!g || row < 0 || row >= box.rows)
		return 1;
	row += box.row;
	draw_stem(l->stem, g, box, row);
	grid_field(g, rect_meet(box, (struct rect){ row, box.col + in, 1, room }), ALIGN_LEFT, l->role, l->text);
	grid_put(g, box, row, box.col + box.cols - end, l->after_role, l->after);
	return 1;
}

/* The bar on the first row, the text beside it. */
static int draw_bar(const struct doc_line *l, struct grid *g, struct rect box, int row)
{
	struct rect beside = { box.row, box.col + BAR_COLS + 1, box.rows, box.cols - BAR_COLS - 1 };
	int above;
	struct rect at = from_row(beside, row, &above);

	for (int i = 0; g && row >= 0 && row < box.rows && i < BAR_COLS; i++)
		grid_put(g, box, box.row + row, box.col + i, i < l->filled ? l->role : ROLE_MUTED,
			 grid_glyph(g, i < l->filled ? GLYPH_BAR_FULL : GLYPH_BAR_EMPTY));
	return draw_text(g, at, above, ROLE_TEXT, l->text);
}

/* Behind its label, or the whole width where it has none. */
static int draw_line(const struct doc_line *l, struct grid *g, struct rect box, int row, enum role heading_role)
{
	int above;
	struct rect at = from_row(box, row, &above);

	if (l->stem)
		return draw_tree(l, g, box, row);
	if (l->after)
		return draw_pair(l, g, box, row);
	if (l->ncells)
		return draw_cells(l, g, box, row);
	if (l->filled >= 0)
		return draw_bar(l, g, box, row);
	return draw_text(g, at, above, l->heading ? heading_role : l->role, l->text);
}

int doc_draw(const struct doc *d, struct grid *g, struct rect box, int skip, enum role label_role, enum role heading_role)
{
	int labels = label_columns(d, box.cols), row = -skip;

	for (size_t i = 0; i < d->n; i++) {
		const struct doc_line *l = &d->line[i];
		int indent = l->label ? labels + 2 : 0;

		if (g && l->label && row >= 0 && row < box.rows)
			grid_field(g, (struct rect){ box.row + row, box.col, 1, labels }, ALIGN_LEFT, label_role, l->label);
		row += draw_line(l, g, (struct rect){ box.row, box.col + indent, box.rows, box.cols - indent }, row, heading_role);
	}
	return row + skip;
}
