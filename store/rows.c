/* Values, rows and queries. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "store/conn.h"
#include "store/db.h"
#include "store/sqlgen.h"
#include "store/words.h"

/* ---- values and descriptions ---- */

struct value value_text(const char *s)
{
	return s ? (struct value){ VALUE_TEXT, 0, s, strlen(s) } : value_null();
}

struct value value_blob(const void *p, size_t n)
{
	return (struct value){ VALUE_BLOB, 0, p, n };
}

struct value value_copy(struct pool *pool, struct value v)
{
	if (v.type != VALUE_TEXT && v.type != VALUE_BLOB)
		return v;
	char *copy = pool_alloc(pool, v.len + 1);
	if (v.len)
		memcpy(copy, v.text, v.len);
	v.text = copy;
	return v;
}

bool value_same(struct value a, struct value b)
{
	if (a.type != b.type || a.type == VALUE_NULL)
		return a.type == b.type;
	if (a.type == VALUE_INT)
		return a.num == b.num;
	return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
}

const struct column *table_column(const struct table *t, size_t i)
{
	return (const struct column *)(const void *)((const char *)t->columns + i * t->stride);
}

int table_find(const struct table *t, const char *name)
{
	for (size_t i = 0; name && i < t->ncolumns; i++)
		if (strcmp(table_column(t, i)->name, name) == 0)
			return (int)i;
	return -1;
}

/* ---- rows ---- */

static enum code check_values(const struct table *t, const struct value *values, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct column *c = table_column(t, i);
		if (values[i].type != c->type && (values[i].type != VALUE_NULL || i < t->nkey))
			return fail(err, E_INVALID, "%s.%s does not take such a value", t->name, c->name);
		if (values[i].len > INT_MAX / 2)
			return fail(err, E_INVALID, "%s.%s: the value is too large", t->name, c->name);
	}
	return E_OK;
}

/* Runs the statement in db->sql with the n values bound. row: whether it stopped on one; the caller gives stmt back. */
static enum code run(struct db *db, sqlite3_stmt **stmt, const struct value *values, size_t n, bool *row, struct err *err)
{
	enum code code = conn_prepare(db, stmt, err);
	for (size_t i = 0; i < n && !code; i++)
		code = conn_bind(db, *stmt, (int)i + 1, values[i], err);
	if (code)
		return code;
	int rc = sqlite3_step(*stmt);
	*row = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? E_OK : conn_fail(db, rc, err);
}

enum change { CHANGE_PUT, CHANGE_INSERT, CHANGE_DELETE };

/* A row as its word index has it. */
struct words {
	struct value at[1 + 64]; /* the rowid and the searched columns */
	size_t n;
	bool there;
	struct pool pool;
};
#define WORDS_INIT { .pool = POOL_INIT }

static void words_release(struct words *w)
{
	pool_release(&w->pool);
}

static enum code read_words(struct db *db, const struct table *t, const struct value *key, struct words *w, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	buf_clear(&db->sql);
	words_read(&db->sql, t);
	enum code code = run(db, &stmt, key, t->nkey, &w->there, err);
	if (!code && w->there) {
		w->n = (size_t)sqlite3_column_count(stmt);
		w->at[0] = value_int(sqlite3_column_int64(stmt, 0));
		for (size_t i = 1; i < w->n; i++)
			w->at[i] = value_copy(&w->pool, value_text((const char *)sqlite3_column_text(stmt, (int)i)));
	}
	conn_done(db, stmt);
	return code;
}

/* The row as it will be; the rowid is still to be told. */
static void words_of(const struct table *t, const struct value *values, struct words *w)
{
	w->n = 1;
	for (size_t i = 0; i < t->ncolumns && i < 64; i++)
		if (t->searched >> i & 1)
			w->at[w->n++] = values[i];
}

static bool same_words(const struct words *a, const struct words *b)
{
	for (size_t i = 1; i < a->n; i++)
		if (!value_same(a->at[i], b->at[i]))
			return false;
	return true;
}

static enum code change_words(struct db *db, const struct table *t, const struct words *w, bool remove, struct err *err)
{
	bool row;
	sqlite3_stmt *stmt = NULL;
	buf_clear(&db->sql);
	words_change(&db->sql, t, remove);
	enum code code = run(db, &stmt, w->at, w->n, &row, err);
	conn_done(db, stmt);
	return code;
}

static enum code change_row(struct db *db, const struct table *t, const struct value *values, enum change what, struct err *err)
{
	bool row;
	sqlite3_stmt *stmt = NULL;
	buf_clear(&db->sql);
	if (what == CHANGE_DELETE)
		sql_delete(&db->sql, t);
	else
		sql_insert(&db->sql, t, what == CHANGE_PUT);
	enum code code = run(db, &stmt, values, what == CHANGE_DELETE ? t->nkey : t->ncolumns, &row, err);
	conn_done(db, stmt);
	return code;
}

/* The row and its words: what they were is taken out, what they are is put in, and nothing done where they stay the same. */
static enum code change_found_row(struct db *db, const struct table *t, const struct value *values, enum change what, struct err *err)
{
	AUTO(words_release) struct words before = WORDS_INIT;
	struct words after = WORDS_INIT;
	enum code code = what == CHANGE_INSERT ? E_OK : read_words(db, t, values, &before, err);
	if (what != CHANGE_DELETE)
		words_of(t, values, &after);
	bool same = before.there && what != CHANGE_DELETE && same_words(&before, &after);
	if (!code && before.there && !same)
		code = change_words(db, t, &before, true, err);
	if (!code)
		code = change_row(db, t, values, what, err);
	after.at[0] = before.there ? before.at[0] : value_int(sqlite3_last_insert_rowid(db->handle));
	if (code || same || what == CHANGE_DELETE)
		return code;
	return change_words(db, t, &after, false, err);
}

static enum code make_change(struct db *db, const struct table *t, const struct value *values, enum change what, struct err *err)
{
	return t->words ? change_found_row(db, t, values, what, err) : change_row(db, t, values, what, err);
}

static enum code change(struct db *db, const struct table *t, const struct value *values, enum change what, struct err *err)
{
	enum code code = check_values(t, values, what == CHANGE_DELETE ? t->nkey : t->ncolumns, err);
	if (code)
		return code;
	if (db->tx != TX_NONE) {
		code = conn_usable(db, err);
		return code ? code : make_change(db, t, values, what, err);
	}
	AUTO(tx_end) struct tx tx = { 0 };
	code = tx_begin(&tx, db, err);
	if (!code)
		code = make_change(db, t, values, what, err);
	return code ? code : tx_commit(&tx, err);
}

enum code db_put(struct db *db, const struct table *t, const struct value *values, struct err *err)
{
	return change(db, t, values, CHANGE_PUT, err);
}

enum code db_insert(struct db *db, const struct table *t, const struct value *values, struct err *err)
{
	return change(db, t, values, CHANGE_INSERT, err);
}

enum code db_delete(struct db *db, const struct table *t, const struct value *key, struct err *err)
{
	return change(db, t, key, CHANGE_DELETE, err);
}

static enum code read_row(struct db *db, sqlite3_stmt *stmt, const struct table *t, struct value *values, struct err *err)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		int at = (int)i;
		switch (sqlite3_column_type(stmt, at)) {
		case SQLITE_INTEGER: values[i] = value_int(sqlite3_column_int64(stmt, at)); break;
		case SQLITE_TEXT:
			values[i] = (struct value){ VALUE_TEXT, 0, (const char *)sqlite3_column_text(stmt, at), 0 };
			values[i].len = (size_t)sqlite3_column_bytes(stmt, at);
			break;
		case SQLITE_BLOB:
			values[i] = value_blob(sqlite3_column_blob(stmt, at), 0);
			values[i].len = (size_t)sqlite3_column_bytes(stmt, at);
			break;
		case SQLITE_NULL: values[i] = value_null(); break;
		default: return fail(err, E_INVALID, "%s: %s.%s holds a fraction", db->path, t->name, table_column(t, i)->name);
		}
		if (values[i].type != VALUE_NULL && values[i].type != table_column(t, i)->type)
			return fail(err, E_INVALID, "%s: %s.%s holds a value of another kind", db->path, t->name, table_column(t, i)->name);
	}
	return E_OK;
}

enum code db_find(struct db *db, const struct table *t, const struct value *key, struct pool *pool, struct value *values, bool *there, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	*there = false;
	enum code code = conn_usable(db, err);
	if (!code)
		code = check_values(t, key, t->nkey, err);
	if (code)
		return code;
	buf_clear(&db->sql);
	sql_get(&db->sql, t);
	code = run(db, &stmt, key, t->nkey, there, err);
	if (!code && *there)
		code = read_row(db, stmt, t, values, err);
	for (size_t i = 0; i < t->ncolumns && *there && !code; i++)
		values[i] = value_copy(pool, values[i]);
	conn_done(db, stmt);
	return code;
}

enum code db_get(struct db *db, const struct table *t, const struct value *key, struct pool *pool, struct value *values, struct err *err)
{
	bool there;
	enum code code = db_find(db, t, key, pool, values, &there, err);
	return code || there ? code : fail(err, E_NOTFOUND, "%s: no such row", t->name);
}

/* ---- queries ---- */

static enum code may_read(struct db *db, struct err *err)
{
	enum code code = conn_usable(db, err);
	return code ? code : conn_in_time(db, err);
}

struct cursor {
	struct db *db;
	const struct table *table;
	struct params params; /* bound values of the statement; borrowed ones belong to the caller until the first step copied them */
	sqlite3_stmt *stmt;
	bool started, row;
};

/* Rows that hold the words are looked up one by one and sorted, or all rows are read in their order and compared. The first takes as many
 * steps as there are such rows, the second about WORDS_PAGE * all / such: below the square root of WORDS_PAGE * all the first is quicker.
 * Twice that and more, since those that hold them may all stand at the far end; and never more than WORDS_RARE. */
enum { WORDS_RARE = 32768, WORDS_PAGE = 64, WORDS_ASKED = 4 /* of the rarest; to walk the long lists of the others takes longer than to compare */,
       WORDS_PROBE = 300 };

static enum code rare_up_to(struct db *db, const struct table *t, int64_t *most, struct err *err)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	int64_t last;
	words_last(&sql, t);
	enum code code = conn_number(db, sql.data, &last, err);
	for (*most = 1; !code && *most < WORDS_RARE && *most * *most < 4 * WORDS_PAGE * last; *most *= 2)
		;
	return code;
}

/* One number that the index answers; INT64_MAX: no row. */
static enum code ask_words(struct db *db, const struct table *t, void (*write)(struct buf *, const struct table *), const char *match,
			   int64_t limit, int64_t *n, struct err *err)
{
	struct value at[] = { value_text(match), value_int(limit) };
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	buf_clear(&db->sql);
	write(&db->sql, t);
	enum code code = run(db, &stmt, at, COUNT(at), &row, err);
	*n = !code && row ? sqlite3_column_int64(stmt, 0) : INT64_MAX;
	conn_done(db, stmt);
	return code;
}

static int rarest_first(const void *a, const void *b)
{
	const struct gram *x = a, *y = b;
	return (x->rare < y->rare) - (x->rare > y->rare);
}

static enum code rank_grams(struct db *db, const struct query *q, struct grams *g, struct err *err)
{
	enum code code = E_OK;
	for (size_t i = 0; i < g->n && g->n > WORDS_ASKED && !code; i++)
		code = ask_words(db, q->table, words_hit, g->at[i].text, WORDS_PROBE, &g->at[i].rare, err);
	qsort(g->at, g->n, sizeof g->at[0], rarest_first);
	return code;
}

/* What to ask the index for q: the rarest of its grams, told by how far it is to their hit of a certain number. "" : nothing. */
static enum code match_words(struct db *db, const struct query *q, struct asked **out, struct err *err)
{
	AUTO(grams_release) struct grams g = GRAMS_INIT;
	AUTO(buf_release) struct buf of = BUF_INIT;
	struct asked *a = *out = &db->asked;
	enum code code = E_OK;
	int64_t stamp = db_stamp(db);
	words_grams(&g, q);
	buf_adds(&of, q->table->name);
	for (size_t i = 0; i < g.n; i++)
		buf_addf(&of, "\n%s", g.at[i].text);
	if (a->stamp == stamp && a->of.len && strcmp(a->of.data, of.data) == 0)
		return E_OK;
	a->counted = a->often = false;
	buf_clear(&a->of); /* nothing is known of it before all of it is */
	buf_clear(&a->match);
	code = rank_grams(db, q, &g, err);
	for (size_t i = 0; i < g.n && i < WORDS_ASKED; i++)
		buf_addf(&a->match, "%s%s", i ? " AND " : "", g.at[i].text);
	if (!code)
		buf_adds(&a->of, of.data);
	a->stamp = stamp;
	return code;
}

static enum code find_words(struct db *db, const struct query *q, const char **match, struct err *err)
{
	struct asked *a;
	int64_t n, most;
	enum code code = match_words(db, q, &a, err);
	*match = a->match.data;
	if (code || !a->match.len || !q->limit || !q->norder)
		return code;
	if (!a->counted) {
		code = rare_up_to(db, q->table, &most, err);
		if (!code)
			code = ask_words(db, q->table, words_count, a->match.data, most + 1, &n, err);
		a->counted = !code;
		a->often = !code && n > most;
	}
	if (a->often)
		*match = "";
	return code;
}

/* Writes the statement for q into db->sql. */
static enum code write_select(struct db *db, struct params *p, const struct query *q, struct err *err)
{
	const char *match;
	enum code code = find_words(db, q, &match, err);
	if (code)
		return code;
	buf_clear(&db->sql);
	code = sql_select(&db->sql, p, q, match, err);
	for (size_t i = 0; i < p->n && !code; i++)
		p->at[i] = value_copy(&p->pool, p->at[i]); /* the caller's values may die before the last row */
	return code;
}

enum code query_open(struct cursor **out, struct db *db, const struct query *q, struct err *err)
{
	*out = NULL;
	enum code code = may_read(db, err);
	if (code)
		return code;
	struct cursor *c = mem_alloc(sizeof *c);
	c->db = db;
	c->table = q->table;
	code = write_select(db, &c->params, q, err);
	if (!code)
		code = run(db, &c->stmt, c->params.at, c->params.n, &c->row, err);
	if (code) {
		cursor_close(c);
		return code;
	}
	*out = c;
	return E_OK;
}

enum code cursor_next(struct cursor *c, struct value *values, bool *more, struct err *err)
{
	*more = false;
	if (c->started && c->row) {
		int rc = sqlite3_step(c->stmt);
		c->row = rc == SQLITE_ROW;
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			return conn_fail(c->db, rc, err);
	}
	c->started = true;
	if (!c->row)
		return E_OK;
	*more = true;
	return read_row(c->db, c->stmt, c->table, values, err);
}

void cursor_close(struct cursor *c)
{
	if (!c)
		return;
	conn_done(c->db, c->stmt);
	params_release(&c->params);
	free(c);
}

void cursor_closep(struct cursor **c)
{
	cursor_close(*c);
	*c = NULL;
}

static enum code aggregate(struct db *db, const struct query *q, const char *what, const char *column, int64_t *n, struct err *err)
{
	AUTO(params_release) struct params params = PARAMS_INIT;
	struct asked *asked;
	bool row = false;
	sqlite3_stmt *stmt = NULL;
	*n = 0;
	enum code code = may_read(db, err);
	if (code)
		return code;
	code = match_words(db, q, &asked, err);
	buf_clear(&db->sql);
	if (!code)
		code = sql_aggregate(&db->sql, &params, q, asked->match.data, what, column, err);
	if (!code)
		code = run(db, &stmt, params.at, params.n, &row, err);
	if (code == E_FAILED && strcmp(sqlite3_errmsg(db->handle), "integer overflow") == 0)
		code = fail(err, E_INVALID, "the sum of %s.%s is out of range", q->table->name, column);
	if (!code && row)
		*n = sqlite3_column_int64(stmt, 0); /* NULL, over no rows, reads as 0 */
	conn_done(db, stmt);
	return code;
}

enum code query_count(struct db *db, const struct query *q, int64_t *n, struct err *err)
{
	return aggregate(db, q, "count", NULL, n, err);
}

enum code query_sum(struct db *db, const struct query *q, const char *column, int64_t *sum, struct err *err)
{
	return aggregate(db, q, "sum", column, sum, err);
}

enum code query_max(struct db *db, const struct query *q, const char *column, int64_t *max, struct err *err)
{
	return aggregate(db, q, "max", column, max, err);
}

/* ---- what a list asks before it shows ---- */

/* *whole: the last of them was met. */
static enum code count_rows(struct db *db, const struct params *p, int64_t most, int64_t *n, bool *whole, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	enum code code = run(db, &stmt, p->at, p->n, &row, err);
	for (int rc = SQLITE_ROW; !code && row && *n < most; row = rc == SQLITE_ROW) {
		++*n;
		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			code = conn_fail(db, rc, err);
	}
	conn_done(db, stmt);
	*whole = !code && !row;
	return code;
}

/* Inside SQLite: a quarter of what it takes to meet them one by one. What was met until it is stopped is lost. */
static enum code count_at_once(struct db *db, const struct params *p, int64_t most, int64_t *n, bool *whole, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	enum code code = run(db, &stmt, p->at, p->n, &row, err);
	int64_t all = !code && row ? sqlite3_column_int64(stmt, 0) : 0;
	conn_done(db, stmt);
	*n = all < most ? all : most;
	*whole = !code && all <= most;
	return code;
}

static enum code count_within(struct db *db, const struct query *q, int64_t most, int64_t budget_us, bool at_once, int64_t *n, bool *whole, struct err *err)
{
	AUTO(params_release) struct params params = PARAMS_INIT;
	struct asked *asked;
	conn_count_begins(db, budget_us);
	enum code code = match_words(db, q, &asked, err);
	buf_clear(&db->sql);
	buf_adds(&db->sql, at_once ? "SELECT count(*) FROM (" : "");
	if (!code)
		code = sql_meet(&db->sql, &params, q, asked->match.data, most + 1, err);
	buf_adds(&db->sql, at_once ? ")" : "");
	if (!code)
		code = (at_once ? count_at_once : count_rows)(db, &params, most, n, whole, err);
	return code;
}

enum code query_count_upto(struct db *db, const struct query *q, int64_t most, int budget_ms, int64_t *n, bool *whole, struct err *err)
{
	const int64_t us = (int64_t)budget_ms * 1000, first = us * 3 / 4;
	*n = 0;
	*whole = false;
	enum code code = may_read(db, err);
	if (code)
		return code;
	code = count_within(db, q, most, first, true, n, whole, err);
	if (!conn_count_ends(db) || code != E_CANCELLED)
		return code;
	code = count_within(db, q, most, us - first, false, n, whole, err);
	return conn_count_ends(db) && code == E_CANCELLED ? E_OK : code;
}

/* SQLite's own account of how it goes about the query says so when it has to sort. */
enum code query_ordered(struct db *db, const struct query *q, bool *ordered, struct err *err)
{
	AUTO(params_release) struct params params = PARAMS_INIT;
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	*ordered = true;
	enum code code = conn_usable(db, err);
	buf_clear(&db->sql);
	buf_adds(&db->sql, "EXPLAIN QUERY PLAN ");
	if (!code)
		code = sql_select(&db->sql, &params, q, "", err);
	if (code)
		return code;
	code = run(db, &stmt, params.at, params.n, &row, err);
	for (int rc = SQLITE_ROW; !code && row; row = rc == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(stmt, 3);
		*ordered &= !line || strncmp(line, "USE TEMP B-TREE", strlen("USE TEMP B-TREE")) != 0;
		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			code = conn_fail(db, rc, err);
	}
	conn_done(db, stmt);
	return code;
}
