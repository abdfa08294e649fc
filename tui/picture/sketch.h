/* Pixels as characters: a piece of a picture drawn into cells. The only room for libchafa. It gets nothing but pixels that were checked
 * (tui/picture/pixels.h); no file is decoded here. */
#ifndef TUI_PICTURE_SKETCH_H
#define TUI_PICTURE_SKETCH_H

#include "tui/picture/pixels.h"
#include "tui/screen/grid.h"

struct sketch_cell {
	char text[8];            /* one character, one column */
	int32_t fg, bg;          /* 0xRRGGBB, or COLOUR_DEFAULT: without colours */
};
struct sketch {
	int cols, rows;
	struct sketch_cell *cell; /* rows * cols */
};
#define SKETCH_INIT { 0, 0, NULL }
void sketch_release(struct sketch *s);

/* Draws a piece of p (in its pixels, within it) into cols * rows cells, stretched to fill them. colours: what the terminal has, 0 for none:
 * then shades of characters stand for light on a dark ground. ascii: only such characters. s: initialised; what it held goes. */
void sketch_draw(struct sketch *s, const struct pixels *p, struct rect piece, int cols, int rows, int colours, bool ascii);

#endif
