/* Which of a record's list columns fit, and where: the most important first (rank 1), in the table's order; the title takes what is left. */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include "core/record.h"

enum { COLUMNS_MAX = 24, COLUMN_SIGNS = 4 /* before the first: cursor, pending mark, claim mark, a space */ };
struct column_place {
	size_t field;
	int col, width;
	bool right;
	int fraction; /* of a money column: how many of its columns lie behind the decimal point, the point too */
};
struct columns { struct column_place place[COLUMNS_MAX]; size_t n; };
void columns_fit(struct columns *c, const struct record *rec, int cols);

#endif
