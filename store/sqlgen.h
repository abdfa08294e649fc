/* SQL from descriptions. Names come from constant tables and are quoted; values are always bound. */
#ifndef STORE_SQLGEN_H
#define STORE_SQLGEN_H

#include "store/db.h"

/* The values that a statement's numbered parameters stand for: ?1 is at[0]. Patterns live in pool. */
struct params {
	struct value *at;
	size_t n, cap;
	struct pool pool;
};
#define PARAMS_INIT { NULL, 0, 0, POOL_INIT }
void params_release(struct params *p);

void sql_name(struct buf *sql, const char *name);         /* quoted */
void sql_key(struct buf *sql, const struct table *t);     /* WHERE its key columns are ?, ? … */

/* Each appends one statement to sql. Parameters: the columns (or the key's columns) in their order. */
void sql_insert(struct buf *sql, const struct table *t, bool replace);
void sql_delete(struct buf *sql, const struct table *t);
void sql_get(struct buf *sql, const struct table *t);

/* match: "" or of what words_grams gave, to look up rather than to read the rows one by one; it lives as long as p.
 * E_INVALID: a column that the table does not have, a value of another type than its column, a condition too large. */
enum code sql_select(struct buf *sql, struct params *p, const struct query *q, const char *match, struct err *err);
/* what: count(*), or sum or max of column, which must be a number. */
enum code sql_aggregate(struct buf *sql, struct params *p, const struct query *q, const char *match, const char *what, const char *column,
			struct err *err);

/* A row holding 1 for each row that matches, most of them at most. */
enum code sql_meet(struct buf *sql, struct params *p, const struct query *q, const char *match, int64_t most, struct err *err);

#endif
