/* The word index of a table (struct table.words): SQL that keeps it, and what is asked of it. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/db.h"

/* The row's rowid and its searched columns in their order. The parameters are the key. */
void words_read(struct buf *sql, const struct table *t);
/* Puts a row's words in, or takes them out. The parameters are its rowid and the searched columns in their order: what was put in has
 * to be taken out. One row a statement, of values: FTS5 writes out what it has gathered before any statement that could go wrong halfway. */
void words_change(struct buf *sql, const struct table *t, bool remove);

/* Each three characters of the text of every COND_SEARCH that all rows of q have to fulfil, as strings of FTS5; n is 0 where there are
 * none. A row that holds them all may still not match: the index folds more alphabets than ASCII, and knows neither columns nor order. */
enum { WORDS_GRAMS = 64 };
struct grams {
	struct gram { const char *text; int64_t rare; } at[WORDS_GRAMS]; /* rare: for the asker; the more, the fewer rows hold it */
	size_t n;
	struct pool pool;
};
#define GRAMS_INIT { .pool = POOL_INIT }
void words_grams(struct grams *g, const struct query *q);
void grams_release(struct grams *g);
/* ?1 is a match, ?2 a number: the rowid of the hit after so many; how many hits there are, up to that. */
void words_hit(struct buf *sql, const struct table *t);
void words_count(struct buf *sql, const struct table *t);
void words_last(struct buf *sql, const struct table *t);    /* the highest rowid: about how many rows there are */

#endif
