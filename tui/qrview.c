#include "tui/qrview.h"

enum { HALF_QUIET = QR_QUIET / 2 /* telephones read it still */, BLACK = 0x000000, WHITE = 0xffffff };

static void size(const struct grid *g, const struct qr *q, int quiet, int *rows, int *cols)
{
	int modules = q->side + 2 * quiet;

	*rows = grid_ascii(g) ? modules : (modules + 1) / 2;
	*cols = grid_ascii(g) ? modules * 2 : modules;
}

void qrview_least(const struct grid *g, const struct qr *q, int *rows, int *cols)
{
	size(g, q, HALF_QUIET, rows, cols);
}

static void put_ascii(struct grid *g, struct rect box, int row, int col, bool dark)
{
	if (grid_colours(g))
		grid_put_own(g, box, row, col, WHITE, dark ? BLACK : WHITE, " ");
	else
		grid_put(g, box, row, col, ROLE_TEXT, dark ? " " : "#");
}

/* The upper and the lower module of a cell. */
static void put_half(struct grid *g, struct rect box, int row, int col, bool upper, bool lower)
{
	static const char *const light[] = { "█", "▄", "▀", " " };

	if (!grid_colours(g))
		grid_put(g, box, row, col, ROLE_TEXT, light[upper + 2 * lower]);
	else if (upper == lower)
		grid_put_own(g, box, row, col, WHITE, upper ? BLACK : WHITE, " ");
	else
		grid_put_own(g, box, row, col, upper ? BLACK : WHITE, lower ? BLACK : WHITE, "▀");
}

struct rect qrview_draw(struct grid *g, struct rect box, const struct qr *q)
{
	int quiet = QR_QUIET, rows, cols;

	size(g, q, quiet, &rows, &cols);
	if (rows > box.rows || cols > box.cols)
		size(g, q, quiet = HALF_QUIET, &rows, &cols);
	if (rows > box.rows || cols > box.cols)
		return (struct rect){ box.row, box.col, 0, 0 };
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++)
			if (grid_ascii(g))
				put_ascii(g, box, box.row + row, box.col + col, qr_dark(q, col / 2 - quiet, row - quiet));
			else
				put_half(g, box, box.row + row, box.col + col, qr_dark(q, col - quiet, 2 * row - quiet), qr_dark(q, col - quiet, 2 * row + 1 - quiet));
	return (struct rect){ box.row, box.col, rows, cols };
}
