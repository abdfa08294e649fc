/* The item under review: its summary, checks, parts, timeline and journal as panes, for any record kind. */
#ifndef TUI_CARD_H
#define TUI_CARD_H

#include "core/opened.h"
#include "core/reveal.h"
#include "tui/doc.h"
#include "tui/grid.h"

struct card;
struct card *card_new(const struct record *rec, const char *id);
void card_free(struct card *c);
/* As its reader last saw it; o is taken over. What has changed since is in its head, and field by field in its differences. */
void card_since(struct card *c, struct opened *o);
void card_learn(struct card *c, const struct item *before, const struct item *after); /* opened_learn */
/* Reads the record and everything around it anew; what granted opens shows in its summary alone. E_NOTFOUND when it is gone. */
enum code card_load(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, struct err *err);
const struct item *card_item(const struct card *c); /* NULL before the first load */
size_t card_pane(const struct card *c);              /* which one is open */
const struct part *card_part(const struct card *c);  /* which it shows; NULL: none */
void card_turn(struct card *c, int by);              /* to the next (1) or the previous (-1) pane */
void card_open(struct card *c, size_t pane);         /* as SPOT_TAB numbers them */
void card_scroll(struct card *c, int lines);         /* INT_MAX, INT_MIN: to the end, to the top */
void card_draw(struct card *c, struct grid *g, struct rect box, bool active);

#endif
