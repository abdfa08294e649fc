/* The one way to read and the one way to write: rows of described tables. SQL is generated here and nowhere above.
 *
 * A struct db is one connection, used by one thread at a time; several threads or processes each open their own on the same
 * file. Handles never cross fork(). */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/crypto.h"
#include "store/err.h"
#include "store/mem.h"

/* ---- values: borrowed, never owned ---- */
enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };
struct value {
	enum value_type type;
	int64_t num;
	const char *text; /* TEXT (NUL-terminated, UTF-8) or BLOB */
	size_t len;       /* bytes of text */
};
static inline struct value value_null(void) { return (struct value){ VALUE_NULL, 0, NULL, 0 }; }
static inline struct value value_int(int64_t n) { return (struct value){ VALUE_INT, n, NULL, 0 }; }
struct value value_text(const char *s);                 /* NULL gives VALUE_NULL */
struct value value_blob(const void *p, size_t n);
struct value value_copy(struct pool *pool, struct value v);
bool value_same(struct value a, struct value b);        /* type and content */

/* ---- descriptions ---- */
/* Columns may sit inside larger rows of a constant table (a record's fields): stride is the distance between two of them. */
struct column {
	const char *name;         /* [a-z][a-z0-9_]*, checked by the tests, never from outside */
	enum value_type type;     /* VALUE_INT, VALUE_TEXT or VALUE_BLOB */
};
struct table {
	const char *name;
	const struct column *columns;
	size_t ncolumns, stride;  /* stride in bytes; sizeof(struct column) for a plain array */
	size_t nkey;              /* the first nkey columns are the primary key */
	/* An FTS5 table of trigrams beside it, by the same rowid, with the columns that searched has a bit for (1 << i); kept whenever a row
	 * is. NULL: none, COND_SEARCH reads every row. */
	const char *words;
	uint64_t searched;
};
const struct column *table_column(const struct table *t, size_t i);
int table_find(const struct table *t, const char *name); /* -1: no such column */

/* ---- connection ---- */
struct db;
struct db_config {
	const char *path;
	const struct secret *key;  /* the 32-byte vault key; NULL: plain SQLite (the sandbox core, benchmarks) */
	bool create;               /* E_EXISTS if the file is there; otherwise E_NOTFOUND if it is not */
	bool readonly;
	int cache_kib;             /* 0: 32 MiB; db_cache changes it */
	int busy_ms;               /* 0: 10 s */
};
enum code db_open(struct db **out, const struct db_config *config, struct err *err);
void db_close(struct db *db);
enum code db_cache(struct db *db, int kib, struct err *err);
/* The last connection to close folds the log into the file and removes it. Not this one, while keep is true: a log that nobody
 * vouches for yet may hold what the file must not get. A log of which only a part could be read is kept until this connection writes. */
void db_keep_log(struct db *db, bool keep);
void db_interrupt(struct db *db); /* from any thread: the running query ends with E_CANCELLED */
/* From now on until it is called again, whatever is read ends with E_SLOW once ms of the processor are used, or four times as many by the
 * clock: a busy machine changes little about what can be read, a slow disk does. 0: no limit; negative: no query begins at all. For a
 * thread that somebody waits for; nothing is to be written meanwhile. db_get and db_find are always in time. */
void db_budget(struct db *db, int ms);
/* Reading ends with E_CANCELLED once *stop is true, which any thread may make it: unlike db_interrupt this also holds for a query that is
 * not yet begun. NULL: nothing ends it. stop lives until then. */
void db_stop(struct db *db, const atomic_bool *stop);
/* Changes whenever somebody, here or in another process, commits. Cheap. */
int64_t db_stamp(struct db *db);

/* ---- the file as a whole ---- */
enum { DB_BAD_MAX = 16 };
struct db_pages {
	int64_t pages, bad;               /* of the file */
	int64_t first_bad[DB_BAD_MAX];    /* page numbers, 1 based, ascending */
	int64_t healed;                   /* damaged in the file, but whole in the log, which will replace them: a torn checkpoint; not bad */
	int64_t log_frames, log_bad;      /* of the write-ahead log beside it; a torn tail after a crash counts as bad too */
};
/* Opens every page of a sealed file, and every frame of its log. Never writes, needs no lock; a page that another process is
 * just writing is read again. E_OK: all pages open (whatever the log holds). E_SEALED: some do not, or the file was cut; out is
 * filled then as well. E_KEY, E_NOTSTORE, E_NOTFOUND, E_IO. */
enum code db_verify_pages(const char *path, const struct secret *key, struct db_pages *out, struct err *err);
/* A consistent copy of what is committed, made while others go on reading and writing; one file, mode 0600, without a log, with a
 * file id of its own, sealed under to_key. On failure to_path is gone again. E_EXISTS. Not inside a transaction of from. */
enum code db_copy(struct db *from, const char *to_path, const struct secret *to_key, struct err *err);

/* SQLite's own check of trees and indexes: "ok", or its first complaint. Reads everything. */
enum code db_integrity(struct db *db, char *line, size_t size, struct err *err);

/* ---- migrations: numbered upwards from 1, gaps allowed, forward only, each in one transaction; PRAGMA user_version holds the number ---- */
struct migration { int number; const char *name; const char *sql; };
/* Which migration it stands at, without changing it. E_SCHEMA: beyond these. */
enum code db_form(struct db *db, const struct migration *m, size_t n, int64_t *form, struct err *err);
enum code db_migrate(struct db *db, const struct migration *m, size_t n, struct err *err); /* E_SCHEMA: file is newer */

/* ---- transactions: AUTO(tx_end) struct tx tx = { 0 }; rolls back unless committed. Never nested. ---- */
struct tx { struct db *db; };
enum code tx_begin(struct tx *tx, struct db *db, struct err *err);       /* takes the write lock */
enum code tx_begin_read(struct tx *tx, struct db *db, struct err *err);  /* one snapshot over several reads */
enum code tx_commit(struct tx *tx, struct err *err);
void tx_end(struct tx *tx);
/* before runs inside every write transaction just before its commit (an error there rolls back); after, once it is on disk. */
struct db_hooks {
	enum code (*before)(void *ctx, struct err *err);
	void (*after)(void *ctx);
	void *ctx;
};
void db_set_hooks(struct db *db, struct db_hooks hooks);

/* ---- rows. Each runs in the open transaction or in one of its own. values: one for each column, in their order ---- */
enum code db_put(struct db *db, const struct table *t, const struct value *values, struct err *err);    /* insert or replace by key */
enum code db_insert(struct db *db, const struct table *t, const struct value *values, struct err *err); /* E_EXISTS */
enum code db_delete(struct db *db, const struct table *t, const struct value *key, struct err *err);    /* gone already: E_OK */
/* Copies the row into pool; values has room for every column. E_NOTFOUND. */
enum code db_get(struct db *db, const struct table *t, const struct value *key, struct pool *pool, struct value *values, struct err *err);
/* The same where it is no error that there is none: *there says so, and values are left alone. */
enum code db_find(struct db *db, const struct table *t, const struct value *key, struct pool *pool, struct value *values, bool *there, struct err *err);

/* ---- queries ---- */
enum cond_op { COND_ALL, COND_AND, COND_OR, COND_NOT, COND_EQ, COND_NE, COND_LT, COND_LE, COND_GT, COND_GE,
	       COND_PREFIX, COND_CONTAINS, COND_NULL, COND_BITS /* column & value != 0 */,
	       COND_SEARCH /* OR; each kid is a PREFIX, or each a CONTAINS, of one value: found through table.words where that is quicker */ };
struct cond {
	enum cond_op op;
	const char *column;         /* comparisons */
	struct value value;
	const struct cond *kids;    /* AND, OR, SEARCH: nkids of them; NOT: one */
	size_t nkids;
};
/* Text compares by bytes; PREFIX and CONTAINS fold ASCII case only. A NULL column satisfies no comparison but COND_NULL and COND_NE;
 * a NULL value to compare with is satisfied by nothing, COND_NE by everything. AND of nothing is true, OR of nothing false. */

struct order { const char *column; bool descending; };
enum { QUERY_ORDERS = 4 };
struct query {
	const struct table *table;
	struct cond where;                   /* zeroed: COND_ALL */
	struct order order[QUERY_ORDERS];    /* then the key ascending (descending if the last order is); NULL sorts lowest */
	size_t norder;
	/* The window: rows strictly after (or, backwards, before) a row of which all columns are given. NULL: from the end of the list.
	 * Backwards rows come nearest first. Keyset comparison, never OFFSET. */
	const struct value *from;            /* a row of the table, all columns */
	bool backwards;
	bool inclusive;                      /* the row itself too, if it is still there */
	size_t limit;                        /* 0: no limit */
};
struct cursor;
enum code query_open(struct cursor **out, struct db *db, const struct query *q, struct err *err);
/* values: borrowed until the next call. Sets *more to false at the end. */
enum code cursor_next(struct cursor *c, struct value *values, bool *more, struct err *err);
void cursor_close(struct cursor *c);
void cursor_closep(struct cursor **c); /* for AUTO */

enum code query_count(struct db *db, const struct query *q, int64_t *n, struct err *err);           /* order and window ignored */
/* Stops at most, and when it has used budget_ms of the processor: then *whole is false, and *n rows are what was met until then. */
enum code query_count_upto(struct db *db, const struct query *q, int64_t most, int budget_ms, int64_t *n, bool *whole, struct err *err);
/* Whether an index hands the rows out in their order; otherwise all that match are read and sorted before the first comes. A
 * COND_SEARCH counts as any other condition. */
enum code query_ordered(struct db *db, const struct query *q, bool *ordered, struct err *err);
enum code query_sum(struct db *db, const struct query *q, const char *column, int64_t *sum, struct err *err); /* E_INVALID on overflow */
enum code query_max(struct db *db, const struct query *q, const char *column, int64_t *max, struct err *err); /* 0 when empty */

#endif
