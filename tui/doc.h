/* Lines to read: what a pane, the help and the sync desk hold. Each line has a label (or none) and text, wrapped when drawn. */
#ifndef TUI_DOC_H
#define TUI_DOC_H

#include "tui/screen/grid.h"

struct doc_cell { char *text; enum role role; };
struct doc_line { char *label, *text, *after, *stem; enum role role, after_role; bool heading; struct doc_cell *cell; size_t ncells; int filled; /* of BAR_COLS; -1: no bar */ };
struct doc {
	struct doc_line *line;
	size_t n, cap;
};
#define DOC_INIT { NULL, 0, 0 }
void doc_release(struct doc *d);
void doc_clear(struct doc *d);
void doc_heading(struct doc *d, const char *text);
/* label NULL: the text stands alone, across the width. Both are copied. */
void doc_add(struct doc *d, const char *label, enum role role, const char *text);
void doc_addf(struct doc *d, const char *label, enum role role, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Two states of something: beside each other where there is room, otherwise the later one under the earlier one. All are copied. */
void doc_pair(struct doc *d, const char *label, enum role role, const char *before, const char *after);
/* Cells beside one another behind a label, equally wide and each wrapped. Copied. */
void doc_cells(struct doc *d, const char *label, const struct doc_cell *cell, size_t n);
/* A line of a tree, never wrapped: the text is cut before what stands at its right end. stem: a letter for each step in from the edge: '|' a
 * branch that goes on below, ' ' none, '+' and '`' where this line joins, with more below it or as the last. All are copied. */
void doc_tree(struct doc *d, const char *stem, enum role role, const char *text, enum role end_role, const char *end);
/* A bar as long as part is of whole, and the text behind it. Copied. */
void doc_bar(struct doc *d, const char *label, enum role role, int64_t part, int64_t whole, const char *text);
/* Draws from the skip-th screen line on; returns how many screen lines the whole document has at this width. */
int doc_draw(const struct doc *d, struct grid *g, struct rect box, int skip, enum role label_role, enum role heading_role);

#endif
