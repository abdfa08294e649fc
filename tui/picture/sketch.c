#include "tui/picture/sketch.h"

#include <chafa.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/theme.h"

void sketch_release(struct sketch *s)
{
	if (s->cell)
		explicit_bzero(s->cell, (size_t)s->cols * (size_t)s->rows * sizeof *s->cell);
	free(s->cell);
	*s = (struct sketch)SKETCH_INIT;
}

/* Terminals let people redefine the 16 named colours: where there are more, those are left alone. */
static ChafaCanvasMode mode_of(int colours)
{
	return colours >= 256 ? CHAFA_CANVAS_MODE_INDEXED_240 : colours >= 16 ? CHAFA_CANVAS_MODE_INDEXED_16 :
	       colours >= 8 ? CHAFA_CANVAS_MODE_INDEXED_8 : CHAFA_CANVAS_MODE_FGBG;
}

/* Blocks and their quarters are in every font; without colours the shades of the classic sets do more. */
static ChafaSymbolTags symbols_of(int colours, bool ascii)
{
	if (ascii)
		return CHAFA_SYMBOL_TAG_ASCII;
	return CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID | CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_QUAD | CHAFA_SYMBOL_TAG_HALF |
	       (colours < 8 ? CHAFA_SYMBOL_TAG_STIPPLE : CHAFA_SYMBOL_TAG_BORDER);
}

static ChafaCanvas *canvas_new(int cols, int rows, int colours, bool ascii)
{
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap *map = chafa_symbol_map_new();
	ChafaCanvas *canvas;

	chafa_set_n_threads(1); /* what else runs here is ours to decide */
	chafa_symbol_map_add_by_tags(map, symbols_of(colours, ascii));
	chafa_canvas_config_set_symbol_map(config, map);
	chafa_canvas_config_set_canvas_mode(config, mode_of(colours));
	chafa_canvas_config_set_geometry(config, cols, rows);
	chafa_canvas_config_set_work_factor(config, 0.5f);
	if (colours < 16)
		chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_ORDERED);
	canvas = chafa_canvas_new(config);
	chafa_symbol_map_unref(map);
	chafa_canvas_config_unref(config);
	return canvas;
}

static void take_cell(struct sketch_cell *to, ChafaCanvas *canvas, int col, int row, int colours)
{
	gunichar c = chafa_canvas_get_char_at(canvas, col, row);
	gint fg, bg, n;

	n = g_unichar_to_utf8(c ? c : ' ', to->text);
	to->text[n] = '\0';
	to->fg = to->bg = COLOUR_DEFAULT;
	if (colours < 8)
		return;
	chafa_canvas_get_raw_colors_at(canvas, col, row, &fg, &bg);
	if (fg >= 0)
		to->fg = theme_palette(fg);
	if (bg >= 0)
		to->bg = theme_palette(bg);
}

void sketch_draw(struct sketch *s, const struct pixels *p, struct rect piece, int cols, int rows, int colours, bool ascii)
{
	ChafaCanvas *canvas;
	size_t stride = (size_t)p->cols * 3;

	sketch_release(s);
	piece = rect_meet(piece, (struct rect){ 0, 0, p->rows, p->cols });
	if (cols < 1 || rows < 1 || piece.rows < 1 || piece.cols < 1)
		return;
	canvas = canvas_new(cols, rows, colours, ascii);
	chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, p->rgb + (size_t)piece.row * stride + (size_t)piece.col * 3, piece.cols, piece.rows,
				     (gint)stride);
	*s = (struct sketch){ cols, rows, mem_alloc((size_t)cols * (size_t)rows * sizeof *s->cell) };
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++)
			take_cell(&s->cell[row * cols + col], canvas, col, row, colours);
	chafa_canvas_unref(canvas);
}
