/* The columns of a list, to be made wider or narrower, hidden and shown again: a box over the screen, beside which the list follows. For every
 * kind of record. */
#ifndef TUI_COLUMN_BOX_H
#define TUI_COLUMN_BOX_H

#include "tui/columns.h"
#include "tui/screen/grid.h"
#include "tui/screen/term.h"

struct column_box;
/* set is changed as keys say, and outlives the box; cols: of the list. */
struct column_box *column_box_new(const struct record *rec, struct column_set *set, int cols);
void column_box_free(struct column_box *b);
enum column_box_answer { COLUMN_BOX_OPEN, COLUMN_BOX_CHANGED, COLUMN_BOX_CLOSED };
enum column_box_answer column_box_event(struct column_box *b, const struct event *event);
/* The mouse, as SPOT_COLUMN numbers the rows: the cursor goes there; on the row where it is, the column is shown or hidden. */
enum column_box_answer column_box_point(struct column_box *b, size_t row);
void column_box_draw(struct column_box *b, struct grid *g, struct rect screen, int cols);

#endif
