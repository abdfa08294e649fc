/* A queue: a window over a keyset query, with a cursor that keeps its place while the feed moves under it. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "core/desk/desk.h"
#include "tui/marks.h"
#include "tui/screen/grid.h"

enum { FILTER_TEXT_MAX = 1000 };

struct list;
struct list *list_new(const struct record *rec);
void list_free(struct list *l);
struct column_set;
void list_columns(struct list *l, const struct column_set *want); /* borrowed; NULL, as at first: as the table has them */
const char *list_filter_text(const struct list *l);
bool list_opened(const struct list *l);   /* it was read, if only to find nothing */
const char *list_own_filter(const struct record *rec); /* with which its desk opens: "is:open", or none */
/* Applies the filter and goes to the top. On error the old list stays; *at, *len mark the wrong word. */
enum code list_filter(struct list *l, struct desk *d, const char *text, size_t *at, size_t *len, struct err *err);
/* How many rows the screen shows; before moving and drawing. false: it has grown, and list_refresh reads the rows that are missing. */
bool list_height(struct list *l, int rows);
int list_rows(const struct list *l);
/* Sorts by the column that stands so many to the right (or, negative, to the left) of the one it is sorted by, of those that fit into cols;
 * 0: turns the order round. It is the filter's sort word that changes. */
enum code list_sort(struct list *l, struct desk *d, int by, int cols, struct err *err);
/* Sorts by this field's column, or turns the order round when it is that one. E_DENIED: it is masked. */
enum code list_sort_by(struct list *l, struct desk *d, size_t field, struct err *err);
enum code list_refresh(struct list *l, struct desk *d, struct err *err); /* what is shown now, around the cursor */
void list_touch(struct list *l, struct desk *d); /* the rows in sight as they are now, in the places that they had; never takes long */
enum code list_move(struct list *l, struct desk *d, int delta, struct err *err);
enum code list_end(struct list *l, struct desk *d, bool bottom, struct err *err);
/* Moves what is in sight by so many rows; the cursor stays on its row as long as that is in sight. */
enum code list_scroll(struct list *l, struct desk *d, int by, struct err *err);
void list_point(struct list *l, size_t row);            /* the cursor to where SPOT_ROW was drawn with this number */
const struct item *list_current(const struct list *l);   /* NULL: nothing there; valid until the next call */
/* Rows that the filter lets through; *whole is false when there are more, which nobody would wait for. */
int64_t list_count(const struct list *l, bool *whole);
/* Puts the cursor where this item stands, or on what comes after it when the filter does not let it through. */
enum code list_seek(struct list *l, struct desk *d, const struct item *to, struct err *err);

enum list_what { STEP_FILTER, STEP_MOVE, STEP_SCROLL, STEP_END, STEP_SEEK, STEP_SORT, STEP_SORT_BY, STEP_REFRESH };
/* One of the above, to be taken now or later. */
struct list_step {
	enum list_what what;
	int by;                  /* MOVE, SCROLL, SORT; END: positive for the bottom; SORT_BY: the field */
	int cols;                /* SORT */
	const char *text;        /* FILTER */
	const struct item *to;   /* SEEK; FILTER: where the cursor goes then, NULL: to the top */
	size_t at, len;          /* FILTER: the wrong word comes back here */
};
enum code list_take(struct list *l, struct desk *d, struct list_step *step, struct err *err);
bool list_holds(const struct list *l, const struct list_step *step);  /* it needs no reading */

/* What takes long is done on a twin by another thread, over a desk of its own, and the twin takes the list's place. It shares nothing with
 * the list. Whatever fails, E_SLOW and E_CANCELLED too, leaves a list as it was. */
struct list *list_twin(const struct list *l);
/* Puts the cursor on the row that it stands on in old, at the same height of the screen; false: that row is not in this window. */
bool list_keep(struct list *l, const struct list *old);
/* me: the operator's id, whose claims are marked. */
void list_draw(const struct list *l, struct grid *g, struct rect box, const struct show *how, const char *me, bool active);
void list_draw_marks(const struct list *l, struct grid *g, struct rect box, const struct marks *marks); /* over what list_draw has drawn into box */

#endif
