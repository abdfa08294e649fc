/* The inside of a connection, shared by the files of store/ that speak to SQLite; nobody else includes it. */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <sqlite3.h>
#include <stdatomic.h>

#include "store/db.h"

struct vault;

enum { DB_STATEMENTS = 64 };

/* What ends a read before its last row; zeroed: nothing does. Milliseconds of a clock each. */
struct limits {
	int64_t until, early, cpu_until;   /* of the budget: by the clock it ends at until, and from early on when the processor was used so long */
	bool at_once;                      /* there is nothing in it */
	const atomic_bool *stop;
	int64_t count_until;               /* of the processor, microseconds: of the count under way */
	bool ran_out, count_over;          /* which of them it was */
};

struct db {
	sqlite3 *handle;
	struct vault *vault;               /* NULL: plain SQLite */
	char *path;
	struct db_hooks hooks;
	enum { TX_NONE, TX_READ, TX_WRITE } tx;
	int64_t commits;                   /* of this connection */
	int64_t stamp;
	struct buf sql;                    /* statements are written here, then looked up */
	struct {
		sqlite3_stmt *stmt;        /* idle and ready; owned */
		uint64_t hash, used;
	} cache[DB_STATEMENTS];
	uint64_t clock;                    /* orders the cache by last use */
	struct limits limits;
	/* What the word index was asked last and how it is best asked, as long as stamp holds: whoever pages through what was found asks again
	 * and again. It is a choice between two ways to the same rows, nothing more. */
	struct asked {
		struct buf of, match;      /* of: the table and every gram; match: the rarest of them */
		int64_t stamp;
		bool counted, often;       /* often: too many rows hold them to look each of them up */
	} asked;
};

/* Turns what SQLite answered into a code and a message. rc: anything but OK, ROW, DONE. */
enum code conn_fail(struct db *db, int rc, struct err *err);
/* Takes the statement for db->sql from the cache or prepares it. Give it back with conn_done, which also resets it. */
enum code conn_prepare(struct db *db, sqlite3_stmt **out, struct err *err);
void conn_done(struct db *db, sqlite3_stmt *stmt);
enum code conn_bind(struct db *db, sqlite3_stmt *stmt, int at, struct value v, struct err *err); /* borrows v until conn_done */
enum code conn_exec(struct db *db, const char *sql, struct err *err);
/* The first column of the first row, as a number. 0 when there is no row. */
enum code conn_number(struct db *db, const char *sql, int64_t *n, struct err *err);
/* Refuses to go on in a transaction that SQLite has already rolled back (a full disk does that). */
enum code conn_usable(struct db *db, struct err *err);

/* Before a query begins: E_SLOW, E_CANCELLED when it should not. */
enum code conn_in_time(struct db *db, struct err *err);
/* What is read until conn_count_ends may use so many microseconds of the processor; true from there: it took more. */
void conn_count_begins(struct db *db, int64_t us);
bool conn_count_ends(struct db *db);

/* A new file for db_copy to fill: without a log, for it is thrown away when the copy fails. */
enum code conn_open_target(struct db **out, const char *path, const struct secret *key, struct err *err);

#endif
