/* The desks at the left, each with what is open on it: the record kinds that the operator may see, then the console's own. */
#ifndef TUI_RAIL_H
#define TUI_RAIL_H

#include "core/desk/habits.h"
#include "tui/screen/grid.h"

enum { RAIL_MAX = 60, RAIL_COLS = 18, VIEWS_MAX = 20, VIEW_NAME_MAX = 60 /* bytes */ };
/* A desk that shows no records. */
struct own_desk { const char *kind, *label, *permission; }; /* label: N_(); permission: NULL for everybody */
extern const struct own_desk metrics_desk, sync_desk;
struct rail_row {
	const struct record *rec;   /* NULL: own */
	const struct own_desk *own; /* NULL: rec */
	int64_t open;               /* of a view: what its filter lets through */
	bool more;                  /* at least so many */
	const char *name, *filter;  /* of a view; NULL: a desk */
};
struct rail {
	struct rail_row row[RAIL_MAX];
	size_t n, own;              /* own: where the console's own desks begin */
	size_t cur;
	size_t lookups;             /* where those begin that are only looked up */
	size_t desks;               /* so many; then come the operator's views */
	struct habit_lines views;   /* owns their names and filters */
};
void rail_build(struct rail *r, const struct actor *who);
void rail_release(struct rail *r);
enum code rail_views(struct rail *r, struct desk *d, struct err *err); /* reads the views anew */
/* E_SLOW: a view takes longer to count than anybody should wait, and patient is false. What was counted until then stands. */
enum code rail_count(struct rail *r, struct desk *d, bool patient, struct err *err);
void rail_adopt(struct rail *r, const struct rail *counted); /* takes over the numbers of the rows that both have */
const char *rail_kind(const struct rail_row *row);     /* "merchant", "sync" */
int rail_find(const struct rail *r, const char *kind); /* -1: not there */
/* Of the view of that name, where there is one, else of the desk of that kind, else the first. */
size_t rail_place(const struct rail *r, const char *view, const char *kind);
const char *rail_own_filter(const struct rail_row *row); /* with which it opens */
const char *rail_label(const struct rail_row *row);    /* translated */
void rail_draw(const struct rail *r, struct grid *g, struct rect box, size_t current, bool active);

#endif
