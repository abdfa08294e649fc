/* The item under review: its summary, checks, parts, timeline and journal as panes, for any record kind. */
#ifndef TUI_CARD_H
#define TUI_CARD_H

#include "core/desk/opened.h"
#include "core/desk/reveal.h"
#include "tui/doc.h"
#include "tui/screen/grid.h"

struct card;
struct card *card_new(const struct record *rec, const char *id);
void card_free(struct card *c);
/* As its reader last saw it; o is taken over. What has changed since is in its head, and field by field in its differences. */
void card_since(struct card *c, struct opened *o);
void card_learn(struct card *c, const struct item *before, const struct item *after); /* opened_learn */
/* What the row of a list says of it, at once and without asking the store: its head, and of the panes those that say nothing else. The others
 * are there, and empty. */
void card_show(struct card *c, struct desk *d, const struct item *row, const struct show *how);
/* Reads the record anew, and which panes there are. E_NOTFOUND when it is gone. */
enum code card_load(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, struct err *err);
/* After a load, before it is drawn: what is in sight and was not written yet; what granted opens shows in the panes of the record itself alone.
 * What cannot be read is said where it would stand. checked: the record's checks too, which may be dear; without, their place is empty. */
void card_read(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, bool checked);
struct checklist *card_checks(const struct card *c); /* of the item as it was loaded; NULL: not run yet, or it has none */
const struct item *card_item(const struct card *c); /* NULL before anything is shown */
bool card_whole(const struct card *c);               /* it was loaded, and is not what a row says */
size_t card_pane(const struct card *c);              /* which one is open */
const struct part *card_part(const struct card *c);  /* which it shows; NULL: none */
void card_turn(struct card *c, int by);              /* to the next (1) or the previous (-1) pane */
void card_open(struct card *c, size_t pane);         /* as SPOT_TAB numbers them */
void card_scroll(struct card *c, int lines);         /* INT_MAX, INT_MIN: to the end, to the top */
void card_fit(struct card *c, int cols);             /* how wide it will be drawn: that decides what is in sight */
void card_draw(struct card *c, struct grid *g, struct rect box, bool active);

#endif
