/* The inside of a list, shared by what reads it and what draws it; nobody else includes it. */
#ifndef TUI_LIST_PARTS_H
#define TUI_LIST_PARTS_H

#include "tui/columns.h"
#include "tui/list.h"

struct list {
	const struct record *rec;
	const struct column_set *columns;
	struct column_set kept;   /* a twin's own, for the other is somebody else's */
	struct filter filter;
	char text[FILTER_TEXT_MAX + 1];
	struct item *row;
	size_t n;
	size_t top, cur;          /* indices into row */
	bool at_start, at_end;    /* nothing before row[0], after row[n - 1] */
	int height;
	int64_t count;
	bool whole;               /* count is all of them */
	bool opened;              /* it was read */
	bool ready;               /* filter is what text says; the rows are in any case of such a filter */
};

int list_sorted_by(const struct list *l); /* the field whose column it is sorted by, or -1 */

#endif
