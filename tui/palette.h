/* A line to type into, and what fits it: one is chosen. Knows nothing of what the rows mean. */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/screen/grid.h"
#include "tui/screen/term.h"

struct palette;
struct palette *palette_new(void);
void palette_free(struct palette *p);
struct palette_row {
	const char *text;       /* translated; looked for */
	const char *also;       /* looked for as well (an English word); "" */
	const char *kind;       /* translated, what it is; "" */
	const char *key;        /* its key, "" */
	const char *why;        /* why it cannot be chosen now; "": it can */
	int what;               /* the caller's */
	size_t arg;
};
/* Copies. All are added before the first palette_type. What fits alike stands in this order, what cannot be chosen last. */
void palette_add(struct palette *p, const struct palette_row *row);

enum palette_outcome { PALETTE_GOES_ON, PALETTE_CANCELLED, PALETTE_CHOSEN };
enum palette_outcome palette_event(struct palette *p, const struct event *event);
const struct palette_row *palette_chosen(const struct palette *p);  /* NULL: nothing fits */
const char *palette_text(const struct palette *p);                  /* what was typed */
void palette_type(struct palette *p, const char *text);
void palette_point(struct palette *p, size_t row);                  /* as SPOT_FOUND numbers them */
void palette_draw(struct palette *p, struct grid *g, struct rect screen);

#endif
