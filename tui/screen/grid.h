/* A screen in memory: rows of cells, each a grapheme with a role. Screens draw here; tui/screen/term.c sends it to the
 * terminal, tests read it as text, the manual shows it as SVG.
 *
 * All text goes through core/values/text.h on its way in, so nothing hostile can be drawn, whatever a caller forgot. Rows and
 * columns count from 0 and are absolute; everything is clipped to the grid (and to the rectangle where one is given), so
 * no position is an error. A wide character cut by an edge becomes a space. */
#ifndef TUI_SCREEN_GRID_H
#define TUI_SCREEN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/mem.h"
#include "tui/screen/spots.h"
#include "tui/screen/theme.h"

struct grid;

struct rect {
	int row, col, rows, cols; /* rows, cols <= 0: nothing */
};

enum { GRID_CELL_BYTES = 24, GRID_MAX_ROWS = 500, GRID_MAX_COLS = 1000 };

struct cell {
	char text[GRID_CELL_BYTES]; /* one base with up to 4 marks (core/values/text.h), UTF-8, NUL-terminated; "" in the right half of a wide one */
	uint8_t width;              /* columns: 1 or 2; 0 is the right half of the cell before it */
	uint8_t role;               /* enum role */
	bool own;                   /* a piece of a picture: its colours are its own, not its role's */
	int32_t fg, bg;             /* then: 0xRRGGBB or COLOUR_DEFAULT */
};

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

/* X(name, UTF-8, ASCII): the few signs that screens draw themselves, each one column in both forms. */
#define GLYPHS(X) \
	X(HLINE, "─", "-") \
	X(VLINE, "│", "|") \
	X(TOP_LEFT, "┌", "+") \
	X(TOP_RIGHT, "┐", "+") \
	X(BOTTOM_LEFT, "└", "+") \
	X(BOTTOM_RIGHT, "┘", "+") \
	X(BRANCH, "├", "+") \
	X(ELLIPSIS, "…", "~") \
	X(CURSOR, "›", ">") \
	X(BULLET, "•", "*") \
	X(PASSED, "✓", "+") \
	X(FAILED, "✗", "x") \
	X(UNKNOWN, "?", "?") \
	X(PENDING, "↑", "^") \
	X(MINE, "●", "*") \
	X(TAKEN, "○", "o") \
	X(MARKED, "◆", "#") \
	X(ARROW, "→", ">") \
	X(UP, "▲", "^") \
	X(DOWN, "▼", "v") \
	X(BAR_FULL, "█", "#") \
	X(BAR_EMPTY, "░", ".") \
	X(EIGHTH_1, "▁", "_") \
	X(EIGHTH_2, "▂", ".") \
	X(EIGHTH_3, "▃", ",") \
	X(EIGHTH_4, "▄", "-") \
	X(EIGHTH_5, "▅", "=") \
	X(EIGHTH_6, "▆", "+") \
	X(EIGHTH_7, "▇", "*") \
	X(AT_LEAST, "≥", ">") \
	X(AT_MOST, "≤", "<")

enum glyph {
#define X(name, utf8, ascii) GLYPH_##name,
	GLYPHS(X)
#undef X
	GLYPH_COUNT
};

struct grid *grid_new(int rows, int cols);      /* sizes are clamped to 1…GRID_MAX_*; cleared */
void grid_free(struct grid *g);                 /* NULL is fine */
void grid_resize(struct grid *g, int rows, int cols);   /* clamped; cleared */
void grid_copy(struct grid *g, const struct grid *from);        /* the same cells, size and cursor, no spots */
void grid_clear(struct grid *g);                /* spaces in ROLE_TEXT, cursor hidden */
int grid_rows(const struct grid *g);
int grid_cols(const struct grid *g);
struct rect grid_rect(const struct grid *g);    /* all of it */
void grid_set_ascii(struct grid *g, bool ascii);        /* glyphs in ASCII from now on */
void grid_set_colours(struct grid *g, int colours);     /* what it is drawn for: 0 for none, 8, 16, 256 (a fresh grid's) or more */
int grid_colours(const struct grid *g);
bool grid_ascii(const struct grid *g);
void grid_set_halves(struct grid *g, bool halves);      /* eighths of a block as halves from now on: the font of the Linux console has no others */
const char *grid_glyph(const struct grid *g, enum glyph glyph);

/* Puts text (NUL-terminated UTF-8, or n bytes) at row, col inside clip. A newline shows as text_clean() shows it.
 * Returns the columns that the text takes, also where they were clipped: col + grid_put() is where the next goes. */
int grid_put(struct grid *g, struct rect clip, int row, int col, enum role role, const char *text);
int grid_putn(struct grid *g, struct rect clip, int row, int col, enum role role, const char *text, size_t n);

/* One character of one column in colours of its own. */
void grid_put_own(struct grid *g, struct rect clip, int row, int col, int32_t fg, int32_t bg, const char *text);

/* One row of exactly the columns of field (its first row): cut with an ellipsis when too long, padded with spaces. */
void grid_field(struct grid *g, struct rect field, enum align align, enum role role, const char *text);

/* Fills box with text broken between words (anywhere between Han characters), starting `skip` lines into the text;
 * newlines break. Returns how many lines the whole text has at this width, so that a caller may scroll or only measure
 * (g may be NULL). */
int grid_wrap(struct grid *g, struct rect box, int skip, enum role role, const char *text);

int grid_width(const char *text);       /* columns that text takes when put */

void grid_fill(struct grid *g, struct rect box, enum role role);        /* spaces */
void grid_paint(struct grid *g, struct rect box, enum role role);       /* changes the role, keeps the text */
void grid_hline(struct grid *g, int row, int col, int cols, enum role role);
void grid_vline(struct grid *g, int row, int col, int rows, enum role role);
/* A frame along the inner edge of box, title (may be NULL, is cut to fit) in title_role on its top edge. */
void grid_box(struct grid *g, struct rect box, enum role role, const char *title, enum role title_role);
struct rect rect_inset(struct rect r, int rows, int cols);      /* smaller by so many on each side */
struct rect rect_meet(struct rect a, struct rect b);            /* what both cover */

/* The terminal's cursor: hidden unless put. Out of the grid hides it. */
void grid_cursor(struct grid *g, int row, int col);
void grid_cursor_hide(struct grid *g);
bool grid_cursor_at(const struct grid *g, int *row, int *col);  /* false: hidden */

/* What was drawn into box can be pointed at; a later one covers those below. Clearing and resizing forget them; a copy has none. */
void grid_spot(struct grid *g, struct rect box, enum spot what, size_t arg);
enum spot grid_spot_at(const struct grid *g, int row, int col, size_t *arg);    /* SPOT_NONE, 0: nothing there */

/* The cell at row, col (inside the grid); valid until the next change. */
const struct cell *grid_cell(const struct grid *g, int row, int col);

/* Rows as lines of text without their trailing spaces; appends. */
void grid_text(struct buf *out, const struct grid *g);
/* A picture of the grid in the theme's colours; appends an SVG document. */
void grid_svg(struct buf *out, const struct grid *g, const struct theme *theme);

#endif
