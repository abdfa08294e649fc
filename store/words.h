/* The word index of a table (struct table.words): SQL that keeps it, and what is asked of it. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/db.h"

/* The row's rowid and its searched columns in their order. The parameters are the key. */
void words_read(struct buf *sql, const struct table *t);
/* Puts a row's words in, or takes them out. The parameters are its rowid and the searched columns in their order: what was put in has
 * to be taken out. One row a statement, of values: FTS5 writes out what it has gathered before any statement that could go wrong halfway. */
void words_change(struct buf *sql, const struct table *t, bool remove);

/* What the index is asked for the COND_SEARCH that every row of q has to fulfil: each three characters of their texts. Empty where there
 * are none. What it finds still has to be compared: it folds more alphabets than ASCII, and knows neither columns nor order. */
void words_match(struct buf *match, const struct query *q);
/* How many rows it finds, up to a limit: ?1 is the match, ?2 the limit. */
void words_count(struct buf *sql, const struct table *t);

#endif
