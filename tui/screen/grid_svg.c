/* The picture of a grid. Every run of ASCII and every other cell has its own x, so that columns stand in line whatever
 * font the reader has for Han characters. */
#include <string.h>

#include "tui/screen/grid.h"

/* Sizes in tenths of a pixel: a 14 px monospace font is about 8.4 px wide. */
enum { CELL_W = 84, CELL_H = 180, BASELINE = 135, MARGIN = 80 };
/* What stands for the terminal's own colours. */
enum { DEFAULT_FG = 0xd8d8d8, DEFAULT_BG = 0x101010 };

static void add_tenths(struct buf *out, const char *name, int tenths)
{
	buf_addf(out, " %s=\"%d.%d\"", name, tenths / 10, tenths % 10);
}

/* The five characters that XML 1.0 reserves; everything that it forbids was cleaned away on the way into the grid. */
static void add_escaped(struct buf *out, const char *s)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" } };

	for (; *s; s++) {
		size_t i = 0;

		while (i < COUNT(entities) && entities[i].c != *s)
			i++;
		if (i < COUNT(entities))
			buf_adds(out, entities[i].entity);
		else
			buf_addc(out, *s);
	}
}

static void colours(const struct style *style, int32_t *fg, int32_t *bg)
{
	int32_t front = style->fg < 0 ? DEFAULT_FG : style->fg, back = style->bg < 0 ? DEFAULT_BG : style->bg;
	bool reverse = style->attrs & ATTR_REVERSE;

	*fg = reverse ? back : front;
	*bg = reverse ? front : back;
}

static void add_ground(struct buf *out, int row, int col, int cols, int32_t bg)
{
	buf_adds(out, "<rect");
	add_tenths(out, "x", MARGIN + col * CELL_W);
	add_tenths(out, "y", MARGIN + row * CELL_H);
	add_tenths(out, "width", cols * CELL_W);
	add_tenths(out, "height", CELL_H);
	buf_addf(out, " fill=\"#%06x\"/>\n", (unsigned)bg);
}

static bool is_ascii(const struct cell *c)
{
	return c->text[0] && !(c->text[0] & 0x80) && !c->text[1];
}

/* Opens <text> for cells from col on, as many as share the element: ASCII of one role, or one other cell. */
static int add_letters(struct buf *out, const struct grid *g, int row, int col, int end, const struct style *style)
{
	const struct cell *first = grid_cell(g, row, col);
	int stop = col + 1, width = first->width;
	int32_t fg, bg;

	if (is_ascii(first))
		while (stop < end && is_ascii(grid_cell(g, row, stop)))
			stop++;
	else if (first->width == 2)
		stop++;
	if (is_ascii(first))
		width = stop - col;
	colours(style, &fg, &bg);
	buf_adds(out, "<text");
	add_tenths(out, "x", MARGIN + col * CELL_W);
	add_tenths(out, "y", MARGIN + row * CELL_H + BASELINE);
	add_tenths(out, "textLength", width * CELL_W);
	buf_addf(out, " fill=\"#%06x\"%s%s%s%s>", (unsigned)fg, style->attrs & ATTR_BOLD ? " font-weight=\"bold\"" : "",
		style->attrs & ATTR_ITALIC ? " font-style=\"italic\"" : "",
		style->attrs & ATTR_UNDERLINE ? " text-decoration=\"underline\"" : "",
		style->attrs & ATTR_DIM ? " opacity=\"0.7\"" : "");
	for (int i = col; i < stop; i++)
		add_escaped(out, grid_cell(g, row, i)->text);
	buf_adds(out, "</text>\n");
	return stop;
}

static struct style style_of(const struct cell *c, const struct theme *theme)
{
	return c->own ? (struct style){ c->fg, c->bg, 0 } : theme->role[c->role];
}

static bool alike(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && a->own == b->own && (!a->own || (a->fg == b->fg && a->bg == b->bg));
}

static bool is_space(const struct cell *c)
{
	return !strcmp(c->text, " ");
}

static void add_row(struct buf *out, const struct grid *g, int row, const struct theme *theme)
{
	for (int col = 0, end; col < grid_cols(g); col = end) {
		const struct style style = style_of(grid_cell(g, row, col), theme);
		int32_t fg, bg, ground_fg, ground;
		int from = col, to;

		end = col + 1;
		while (end < grid_cols(g) && alike(grid_cell(g, row, end), grid_cell(g, row, col)))
			end++;
		colours(&style, &fg, &bg);
		colours(&theme->role[ROLE_TEXT], &ground_fg, &ground);
		if (bg != ground)
			add_ground(out, row, col, end - col, bg);
		to = end;
		while (to > from && is_space(grid_cell(g, row, to - 1)))
			to--;
		while (from < to) {
			if (is_space(grid_cell(g, row, from)) || grid_cell(g, row, from)->width == 0)
				from++;
			else
				from = add_letters(out, g, row, from, to, &style);
		}
	}
}

void grid_svg(struct buf *out, const struct grid *g, const struct theme *theme)
{
	int32_t fg, bg;
	int width = 2 * MARGIN + grid_cols(g) * CELL_W, height = 2 * MARGIN + grid_rows(g) * CELL_H;

	colours(&theme->role[ROLE_TEXT], &fg, &bg);
	buf_adds(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	add_tenths(out, "width", width);
	add_tenths(out, "height", height);
	buf_adds(out, " font-family=\"DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace\" font-size=\"14\" xml:space=\"preserve\">\n");
	buf_addf(out, "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#%06x\"/>\n", (unsigned)bg);
	for (int row = 0; row < grid_rows(g); row++)
		add_row(out, g, row, theme);
	buf_adds(out, "</svg>\n");
}
