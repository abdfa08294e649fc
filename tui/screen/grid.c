#include "tui/screen/grid.h"

#include <stdlib.h>
#include <string.h>

#include "core/values/text.h"

struct spot_box {
	struct rect box;
	enum spot what;
	size_t arg;
};

struct grid {
	struct cell *cells;
	struct spot_box *spots;
	size_t nspots, spots_max;
	int rows, cols;
	int cursor_row, cursor_col; /* -1: hidden */
	bool ascii, halves;
	int colours;
};

static int clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static struct cell *at(const struct grid *g, int row, int col)
{
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

struct grid *grid_new(int rows, int cols)
{
	struct grid *g = mem_alloc(sizeof *g);

	g->colours = 256;
	grid_resize(g, rows, cols);
	return g;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	free(g->cells);
	free(g->spots);
	free(g);
}

void grid_resize(struct grid *g, int rows, int cols)
{
	g->rows = clamp(rows, 1, GRID_MAX_ROWS);
	g->cols = clamp(cols, 1, GRID_MAX_COLS);
	g->cells = mem_grow(g->cells, (size_t)g->rows * (size_t)g->cols, sizeof *g->cells);
	grid_clear(g);
}

static void set_cell(struct cell *c, enum role role, const char *text, size_t n, int width)
{
	memset(c->text, 0, sizeof c->text); /* cells are compared as bytes */
	memcpy(c->text, text, n < sizeof c->text ? n : 0);
	c->width = (uint8_t)width;
	c->role = (uint8_t)role;
	c->own = false;
	c->fg = c->bg = COLOUR_DEFAULT;
}

void grid_clear(struct grid *g)
{
	for (size_t i = 0; i < (size_t)g->rows * (size_t)g->cols; i++)
		set_cell(&g->cells[i], ROLE_TEXT, " ", 1, 1);
	grid_cursor_hide(g);
	g->nspots = 0;
}

void grid_copy(struct grid *g, const struct grid *from)
{
	struct cell *cells = g->cells;
	struct spot_box *spots = g->spots;
	size_t spots_max = g->spots_max;

	if (g->rows != from->rows || g->cols != from->cols)
		cells = mem_grow(cells, (size_t)from->rows * (size_t)from->cols, sizeof *cells);
	memcpy(cells, from->cells, (size_t)from->rows * (size_t)from->cols * sizeof *cells);
	*g = *from;
	g->cells = cells;
	g->spots = spots;
	g->nspots = 0;
	g->spots_max = spots_max;
}

int grid_rows(const struct grid *g)
{
	return g->rows;
}

int grid_cols(const struct grid *g)
{
	return g->cols;
}

struct rect grid_rect(const struct grid *g)
{
	return (struct rect){ 0, 0, g->rows, g->cols };
}

void grid_set_ascii(struct grid *g, bool ascii)
{
	g->ascii = ascii;
}

void grid_set_halves(struct grid *g, bool halves)
{
	g->halves = halves;
}

bool grid_ascii(const struct grid *g)
{
	return g->ascii;
}

void grid_set_colours(struct grid *g, int colours)
{
	g->colours = colours;
}

int grid_colours(const struct grid *g)
{
	return g->colours;
}

const char *grid_glyph(const struct grid *g, enum glyph glyph)
{
	static const char *const glyphs[GLYPH_COUNT][2] = {
#define X(name, utf8, ascii) { utf8, ascii },
		GLYPHS(X)
#undef X
	};

	if (!g->halves || glyph < GLYPH_EIGHTH_1 || glyph > GLYPH_EIGHTH_7)
		return glyphs[glyph][g->ascii];
	return glyph <= GLYPH_EIGHTH_2 ? glyphs[GLYPH_EIGHTH_1][true] : glyphs[glyph <= GLYPH_EIGHTH_5 ? GLYPH_EIGHTH_4 : GLYPH_BAR_FULL][g->ascii];
}

struct rect rect_inset(struct rect r, int rows, int cols)
{
	return (struct rect){ r.row + rows, r.col + cols, r.rows - 2 * rows, r.cols - 2 * cols };
}

/* The end of a span, which a hostile size cannot overflow. */
static int end_of(int start, int count)
{
	return start > 0 && count > INT32_MAX - start ? INT32_MAX : start + (count > 0 ? count : 0);
}

struct rect rect_meet(struct rect a, struct rect b)
{
	int row = a.row > b.row ? a.row : b.row, col = a.col > b.col ? a.col : b.col;
	int row_end = clamp(end_of(a.row, a.rows), INT32_MIN, end_of(b.row, b.rows));
	int col_end = clamp(end_of(a.col, a.cols), INT32_MIN, end_of(b.col, b.cols));

	return (struct rect){ row, col, row_end > row ? row_end - row : 0, col_end > col ? col_end - col : 0 };
}

static bool holds(struct rect r, int row, int col)
{
	return row >= r.row && row - r.row < r.rows && col >= r.col && col - r.col < r.cols;
}

void grid_spot(struct grid *g, struct rect box, enum spot what, size_t arg)
{
	if (g->nspots == g->spots_max) {
		g->spots_max = g->spots_max ? g->spots_max * 2 : 64;
		g->spots = mem_grow(g->spots, g->spots_max, sizeof *g->spots);
	}
	g->spots[g->nspots++] = (struct spot_box){ box, what, arg };
}

enum spot grid_spot_at(const struct grid *g, int row, int col, size_t *arg)
{
	for (size_t i = g->nspots; i-- > 0;)
		if (holds(g->spots[i].box, row, col)) {
			*arg = g->spots[i].arg;
			return g->spots[i].what;
		}
	*arg = 0;
	return SPOT_NONE;
}

/* Makes row, col free to be written: a wide character that reaches into it or out of it leaves a space behind. */
static void free_cell(struct grid *g, int row, int col)
{
	struct cell *c = at(g, row, col);

	if (c->width == 0 && col > 0)
		set_cell(c - 1, (enum role)c[-1].role, " ", 1, 1);
	if (c->width == 2 && col + 1 < g->cols)
		set_cell(c + 1, (enum role)c[1].role, " ", 1, 1);
}

/* clip lies inside the grid. */
static void put_cell(struct grid *g, struct rect clip, int row, int col, enum role role, const char *s, size_t n, int width)
{
	bool first = holds(clip, row, col), second = width == 2 && holds(clip, row, col + 1);

	if (first)
		free_cell(g, row, col);
	if (second)
		free_cell(g, row, col + 1);
	if (first && second) {
		set_cell(at(g, row, col), role, s, n, 2);
		set_cell(at(g, row, col + 1), role, "", 0, 0);
	} else if (first) {
		set_cell(at(g, row, col), role, width == 1 ? s : " ", width == 1 ? n : 1, 1);
	} else if (second) {
		set_cell(at(g, row, col + 1), role, " ", 1, 1);
	}
}

/* Most of what is drawn is plain ASCII, which needs no cleaning. */
static bool plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < ' ' || s[i] > '~')
			return false;
	return true;
}

static int put_clean(struct grid *g, struct rect clip, int row, int col, enum role role, const char *s)
{
	int start = col, width;
	size_t n;

	for (const char *cell = s; (n = text_next(&s, &width)) > 0; cell = s) {
		put_cell(g, clip, row, col, role, cell, n, width);
		col += width;
	}
	return col - start;
}

int grid_putn(struct grid *g, struct rect clip, int row, int col, enum role role, const char *text, size_t n)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	clip = rect_meet(clip, grid_rect(g));
	if (col >= g->cols)
		clip.cols = col = 0; /* nothing to see, and no sum of columns to run over */
	if (n <= INT32_MAX / 16 && plain(text, n)) {
		for (size_t i = 0; i < n; i++)
			put_cell(g, clip, row, col + (int)i, role, text + i, 1, 1);
		return (int)n;
	}
	text_clean(&clean, text, n, TEXT_LINE);
	return put_clean(g, clip, row, col, role, clean.data);
}

int grid_put(struct grid *g, struct rect clip, int row, int col, enum role role, const char *text)
{
	return grid_putn(g, clip, row, col, role, text, strlen(text));
}

void grid_put_own(struct grid *g, struct rect clip, int row, int col, int32_t fg, int32_t bg, const char *text)
{
	struct cell *c;

	clip = rect_meet(clip, grid_rect(g));
	if (!holds(clip, row, col) || grid_put(g, clip, row, col, ROLE_TEXT, text) < 1)
		return;
	c = at(g, row, col);
	c->own = true;
	c->fg = fg;
	c->bg = bg;
}

int grid_width(const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	size_t n = strlen(text);

	if (plain(text, n))
		return (int)n;
	text_clean(&clean, text, n, TEXT_LINE);
	return text_width(clean.data);
}

/* core/values/text.h cuts with an ellipsis that an ASCII terminal has not: everything up to it, then ours. */
static void cut_in_ascii(struct grid *g, struct rect field, int left, enum role role, const char *fitted)
{
	static const char ellipsis[] = "…";
	const char *end = fitted, *next = fitted;
	int col;

	while ((next = strstr(next, ellipsis)))
		end = next++;
	col = left + grid_putn(g, field, field.row, left, role, fitted, (size_t)(end - fitted));
	grid_put(g, field, field.row, col, role, grid_glyph(g, GLYPH_ELLIPSIS));
}

void grid_field(struct grid *g, struct rect field, enum align align, enum role role, const char *text)
{
	static const enum text_align aligns[] = { TEXT_LEFT, TEXT_RIGHT, TEXT_CENTER };
	AUTO(buf_release) struct buf clean = BUF_INIT, fitted = BUF_INIT;
	int cols = clamp(field.cols, 0, GRID_MAX_COLS), left = field.col;

	if (field.rows <= 0 || cols == 0 || left >= g->cols)
		return;
	field.rows = 1;
	text_clean(&clean, text, strlen(text), TEXT_LINE);
	text_fit(&fitted, clean.data, cols, aligns[align], true);
	field = rect_meet(field, grid_rect(g));
	put_clean(g, field, field.row, left, role, fitted.data);
	if (g->ascii && text_width(clean.data) > cols)
		cut_in_ascii(g, field, left, role, fitted.data);
}

int grid_wrap(struct grid *g, struct rect box, int skip, enum role role, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT, line = BUF_INIT;
	int lines = 0;

	if (g)
		grid_fill(g, box, role);
	if (box.cols <= 0)
		return 0;
	text_clean(&clean, text, strlen(text), TEXT_LINES);
	skip = clamp(skip, 0, INT32_MAX);
	for (const char *s = clean.data; text_wrap(&line, &s, clamp(box.cols, 2, GRID_MAX_COLS)); lines++)
		if (g && lines >= skip && lines - skip < box.rows && box.row < g->rows && box.col < g->cols)
			put_clean(g, rect_meet(box, grid_rect(g)), box.row + lines - skip, box.col, role, line.data);
	return lines;
}

void grid_fill(struct grid *g, struct rect box, enum role role)
{
	box = rect_meet(box, grid_rect(g));
	for (int row = box.row; row < box.row + box.rows; row++)
		for (int col = box.col; col < box.col + box.cols; col++)
			put_cell(g, box, row, col, role, " ", 1, 1);
}

void grid_paint(struct grid *g, struct rect box, enum role role)
{
	box = rect_meet(box, grid_rect(g));
	for (int row = box.row; row < box.row + box.rows; row++)
		for (int col = box.col; col < box.col + box.cols; col++) {
			at(g, row, col)->role = (uint8_t)role;
			at(g, row, col)->own = false;
		}
}

static void put_glyph(struct grid *g, int row, int col, enum role role, enum glyph glyph)
{
	const char *s = grid_glyph(g, glyph);

	put_cell(g, grid_rect(g), row, col, role, s, strlen(s), 1);
}

void grid_hline(struct grid *g, int row, int col, int cols, enum role role)
{
	struct rect r = rect_meet((struct rect){ row, col, 1, cols }, grid_rect(g));

	for (int i = 0; i < r.cols && r.rows; i++)
		put_glyph(g, row, r.col + i, role, GLYPH_HLINE);
}

void grid_vline(struct grid *g, int row, int col, int rows, enum role role)
{
	struct rect r = rect_meet((struct rect){ row, col, rows, 1 }, grid_rect(g));

	for (int i = 0; i < r.rows && r.cols; i++)
		put_glyph(g, r.row + i, col, role, GLYPH_VLINE);
}

void grid_box(struct grid *g, struct rect box, enum role role, const char *title, enum role title_role)
{
	int bottom = end_of(box.row, box.rows) - 1, right = end_of(box.col, box.cols) - 1;
	int room = box.cols - 4, width = title ? grid_width(title) : 0;

	if (box.rows < 2 || box.cols < 2)
		return;
	grid_hline(g, box.row, box.col, box.cols, role);
	grid_hline(g, bottom, box.col, box.cols, role);
	grid_vline(g, box.row, box.col, box.rows, role);
	grid_vline(g, box.row, right, box.rows, role);
	put_glyph(g, box.row, box.col, role, GLYPH_TOP_LEFT);
	put_glyph(g, box.row, right, role, GLYPH_TOP_RIGHT);
	put_glyph(g, bottom, box.col, role, GLYPH_BOTTOM_LEFT);
	put_glyph(g, bottom, right, role, GLYPH_BOTTOM_RIGHT);
	if (width == 0 || room < 3 || box.col >= g->cols)
		return;
	width = width < room - 2 ? width : room - 2;
	grid_fill(g, (struct rect){ box.row, box.col + 2, 1, width + 2 }, title_role);
	grid_field(g, (struct rect){ box.row, box.col + 3, 1, width }, ALIGN_LEFT, title_role, title);
}

void grid_cursor(struct grid *g, int row, int col)
{
	bool inside = holds(grid_rect(g), row, col);

	g->cursor_row = inside ? row : -1;
	g->cursor_col = inside ? col : -1;
}

void grid_cursor_hide(struct grid *g)
{
	grid_cursor(g, -1, -1);
}

bool grid_cursor_at(const struct grid *g, int *row, int *col)
{
	*row = g->cursor_row;
	*col = g->cursor_col;
	return g->cursor_row >= 0;
}

const struct cell *grid_cell(const struct grid *g, int row, int col)
{
	return at(g, row, col);
}

void grid_text(struct buf *out, const struct grid *g)
{
	for (int row = 0; row < g->rows; row++) {
		size_t end = out->len;

		for (int col = 0; col < g->cols; col++) {
			const char *s = at(g, row, col)->text;

			buf_adds(out, s);
			if (strcmp(s, " ") != 0)
				end = out->len;
		}
		buf_setlen(out, end);
		buf_addc(out, '\n');
	}
}
