/* The desks at the left, each with what is open on it: the record kinds that the operator may see, then the console's own. */
#ifndef TUI_RAIL_H
#define TUI_RAIL_H

#include "core/desk.h"
#include "tui/grid.h"

enum { RAIL_MAX = 40, RAIL_COLS = 18 };
struct rail_row {
	const struct record *rec;   /* NULL: the Sync desk */
	int64_t open;
};
struct rail {
	struct rail_row row[RAIL_MAX];
	size_t n, own;              /* own: where the console's own desks begin */
	size_t cur;
};
void rail_build(struct rail *r, const struct actor *who);
enum code rail_count(struct rail *r, struct desk *d, struct err *err);
int rail_find(const struct rail *r, const char *kind); /* -1: not there; "" finds Sync */
const char *rail_label(const struct rail_row *row);    /* translated */
void rail_draw(const struct rail *r, struct grid *g, struct rect box, size_t current, bool active);

#endif
