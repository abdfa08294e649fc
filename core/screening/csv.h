/* CSV as RFC 4180 has it, read strictly: UTF-8, no NUL, quotes only around a whole cell, every row with the same number of cells. Lines end
 * in LF or CR LF. Spaces around a cell without quotes are dropped. A line complains with its number, from 1. */
#ifndef CORE_SCREENING_CSV_H
#define CORE_SCREENING_CSV_H

#include "store/err.h"
#include "store/mem.h"

enum { CSV_CELLS = 16, CSV_CELL_BYTES = 16384 };
struct csv {
	const char *name;            /* of the file, for complaints */
	const char *at, *end;
	size_t cells;                /* that every row has; 0: as many as the first */
	int line;                    /* on which the row began that was taken last */
	int next;                    /* of the next one; zeroed: the first */
	struct pool pool;            /* owns the cells, until the next row */
};
void csv_init(struct csv *c, const char *name, const char *data, size_t n, size_t cells);
void csv_release(struct csv *c);
/* The next row's cells, valid until the next call. *more false: there is none. An empty line, or the one byte 0x1A that old files end with,
 * may stand at the end only. */
enum code csv_next(struct csv *c, const char *cell[CSV_CELLS], bool *more, struct err *err);
/* "FILE: line N: " before what err says. */
enum code csv_fail(const struct csv *c, struct err *err);

#endif
