/* The word index of a table (struct table.words): SQL that keeps it, and what is asked of it. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/db.h"

/* Whether the row is there, and whether its searched columns hold these values: no row, 0 or 1. The parameters are the searched columns
 * in their order, then the key. */
void words_compare(struct buf *sql, const struct table *t);
/* Puts the row's words in, or takes them out, as the row stands in its table. The parameters are the key. */
void words_add(struct buf *sql, const struct table *t);
void words_remove(struct buf *sql, const struct table *t);

/* What the index is asked for the COND_SEARCH that every row of q has to fulfil: each three characters of their texts. Empty where there
 * are none. What it finds still has to be compared: it folds more alphabets than ASCII, and knows neither columns nor order. */
void words_match(struct buf *match, const struct query *q);
/* How many rows it finds, up to a limit: ?1 is the match, ?2 the limit. */
void words_count(struct buf *sql, const struct table *t);

#endif
