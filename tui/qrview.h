/* A QR code in cells, so that a telephone can read it from the screen: black on white of its own where there are colours, whatever the theme is. */
#ifndef TUI_QRVIEW_H
#define TUI_QRVIEW_H

#include "core/contract/qr.h"
#include "tui/screen/grid.h"

/* What it takes at the least on such a grid: two modules to a cell's height, or where there is only ASCII two cells to a module. */
void qrview_least(const struct grid *g, const struct qr *q, int *rows, int *cols);
/* At the top left of box, with the whole quiet zone where there is room for it, otherwise with half of it. Returns what it takes; nothing, and
 * nothing drawn: there is no room. Without colours light is ink on a dark ground. */
struct rect qrview_draw(struct grid *g, struct rect box, const struct qr *q);

#endif
