/* Which of a record's list columns fit, and where: the most important first (rank 1), in the table's order; the title takes what is left. And
 * what an operator wants otherwise. */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include "core/record.h"

enum { COLUMNS_MAX = 24, COLUMN_SIGNS = 4 /* before the first: cursor, pending mark, claim mark, a space */ };
enum { COLUMN_FIELDS = 64, COLUMN_LEAST = 3, COLUMN_MOST = 120 };
enum column_wish {
	COLUMN_IF_ROOM,         /* as its rank has it */
	COLUMN_ALWAYS,          /* before those that have a rank only */
	COLUMN_HIDDEN,
};
/* By the number of the field; zeroed it wants nothing. */
struct column_set {
	struct {
		enum column_wish wish;
		int width;      /* COLUMN_LEAST…COLUMN_MOST; 0: as the table has it */
	} of[COLUMN_FIELDS];
};
struct column_place {
	size_t field;
	int col, width;
	bool right;
	int fraction; /* of a money column: how many of its columns lie behind the decimal point, the point too */
};
struct columns { struct column_place place[COLUMNS_MAX]; size_t n; };
/* want: NULL for nothing in particular. */
void columns_fit(struct columns *c, const struct record *rec, const struct column_set *want, int cols);
const struct column_place *columns_find(const struct columns *c, size_t field); /* NULL: not in sight */

bool column_listed(const struct record *rec, size_t field);     /* can this field be a column at all? */
/* The column's width from now on, brought within the limits. */
void column_widen(struct column_set *set, size_t field, int width);
/* Into sight, or out of it; the last one that could be in sight stays. now: what is in sight. */
void column_toggle(struct column_set *set, const struct record *rec, size_t field, const struct columns *now);
/* As the table has it again. */
void column_reset(struct column_set *set, size_t field);

/* What is kept of a field: "NAME WIDTH WISH"; false, and nothing is written, when it is as the table has it. */
bool column_write(const struct column_set *set, const struct record *rec, size_t field, struct buf *out);
/* Takes such a line; one that says nothing about a column of this kind is passed over. */
void column_read(struct column_set *set, const struct record *rec, const char *line);

#endif
