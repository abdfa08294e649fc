#include "store/sqlgen.h"

#include <stdlib.h>
#include <string.h>

/* SQLite takes expressions 1000 deep and chains AND and OR one level each; a condition near that is a mistake or an attack. */
enum { COND_DEPTH = 32, COND_NODES = 400, PATTERN_MAX = 4096, ORDER_MAX = QUERY_ORDERS + 8 };
enum { SPREAD_MAX = 8 };

void params_release(struct params *p)
{
	free(p->at);
	pool_release(&p->pool);
	*p = (struct params)PARAMS_INIT;
}

/* Appends "?N" for v. */
static void add_param(struct buf *sql, struct params *p, struct value v)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->at = mem_grow(p->at, p->cap, sizeof *p->at);
	}
	p->at[p->n++] = v;
	buf_addf(sql, "?%zu", p->n);
}

void sql_name(struct buf *sql, const char *name)
{
	buf_addc(sql, '"');
	buf_adds(sql, name);
	buf_addc(sql, '"');
}

static void add_columns(struct buf *sql, const struct table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (i)
			buf_addc(sql, ',');
		sql_name(sql, table_column(t, i)->name);
	}
}

/* An upsert, not REPLACE: that would also delete another row with which a second unique index collides. */
static void add_update(struct buf *sql, const struct table *t)
{
	buf_adds(sql, " ON CONFLICT(");
	for (size_t i = 0; i < t->nkey; i++) {
		if (i)
			buf_addc(sql, ',');
		sql_name(sql, table_column(t, i)->name);
	}
	buf_adds(sql, t->nkey < t->ncolumns ? ")DO UPDATE SET " : ")DO NOTHING");
	for (size_t i = t->nkey; i < t->ncolumns; i++) {
		if (i > t->nkey)
			buf_addc(sql, ',');
		sql_name(sql, table_column(t, i)->name);
		buf_adds(sql, "=excluded.");
		sql_name(sql, table_column(t, i)->name);
	}
}

void sql_insert(struct buf *sql, const struct table *t, bool replace)
{
	buf_adds(sql, "INSERT INTO ");
	sql_name(sql, t->name);
	buf_addc(sql, '(');
	add_columns(sql, t);
	buf_adds(sql, ")VALUES(?");
	for (size_t i = 1; i < t->ncolumns; i++)
		buf_adds(sql, ",?");
	buf_addc(sql, ')');
	if (replace)
		add_update(sql, t);
}

void sql_key(struct buf *sql, const struct table *t)
{
	for (size_t i = 0; i < t->nkey; i++) {
		buf_adds(sql, i ? " AND " : " WHERE ");
		sql_name(sql, table_column(t, i)->name);
		buf_adds(sql, "=?");
	}
}

void sql_delete(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "DELETE FROM ");
	sql_name(sql, t->name);
	sql_key(sql, t);
}

static void add_select(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT ");
	add_columns(sql, t);
	buf_adds(sql, " FROM ");
	sql_name(sql, t->name);
}

void sql_get(struct buf *sql, const struct table *t)
{
	add_select(sql, t);
	sql_key(sql, t);
}

/* ---- conditions ---- */

struct cond_writer {
	struct buf *sql;
	struct params *params;
	const struct table *table;
	bool counts;        /* the rows come in no order that a look-up by several values would cost */
	size_t nodes;
};

/* A LIKE pattern in which the text stands for itself. LIKE folds the case of ASCII letters only. */
static struct value like_pattern(struct params *p, struct value v, bool anywhere)
{
	char *pattern = pool_alloc(&p->pool, 2 * v.len + 3), *w = pattern;
	if (anywhere)
		*w++ = '%';
	for (size_t i = 0; i < v.len; i++) {
		if (v.text[i] == '%' || v.text[i] == '_' || v.text[i] == '\\')
			*w++ = '\\';
		*w++ = v.text[i];
	}
	*w++ = '%';
	return (struct value){ VALUE_TEXT, 0, pattern, (size_t)(w - pattern) };
}

static enum code check_types(const struct cond *c, const struct column *column, struct err *err)
{
	if (c->op == COND_NULL || c->value.type == VALUE_NULL)
		return E_OK;
	bool text_only = c->op == COND_PREFIX || c->op == COND_CONTAINS;
	if (text_only && c->value.len > PATTERN_MAX)
		return fail(err, E_INVALID, "the text to look for is too long");
	if (c->value.type != column->type || (text_only && column->type != VALUE_TEXT) || (c->op == COND_BITS && column->type != VALUE_INT))
		return fail(err, E_INVALID, "%s cannot be compared with such a value", column->name);
	return E_OK;
}

static enum code write_comparison(struct cond_writer *w, const struct cond *c, struct err *err)
{
	static const char *const ops[] = { [COND_EQ] = "=",  [COND_NE] = " IS NOT ", [COND_LT] = "<",
					   [COND_LE] = "<=", [COND_GT] = ">",        [COND_GE] = ">=" };
	int at = c->column ? table_find(w->table, c->column) : -1;
	if (at < 0)
		return fail(err, E_INVALID, "%s has no column %s", w->table->name, c->column ? c->column : "");
	enum code code = check_types(c, table_column(w->table, (size_t)at), err);
	if (code)
		return code;
	if (c->op != COND_NULL && c->value.type == VALUE_NULL) {
		buf_adds(w->sql, c->op == COND_NE ? "1" : "0"); /* nothing compares with NULL, so everything differs from it */
		return E_OK;
	}
	buf_adds(w->sql, c->op == COND_BITS ? "((" : "(");
	sql_name(w->sql, c->column);
	if (c->op == COND_NULL) {
		buf_adds(w->sql, " IS NULL");
	} else if (c->op == COND_PREFIX || c->op == COND_CONTAINS) {
		buf_adds(w->sql, " LIKE ");
		add_param(w->sql, w->params, like_pattern(w->params, c->value, c->op == COND_CONTAINS));
		buf_adds(w->sql, " ESCAPE '\\'");
	} else {
		buf_adds(w->sql, c->op == COND_BITS ? "&" : ops[c->op]);
		if (c->value.type == VALUE_INT && !c->value.num)
			buf_addc(w->sql, '0'); /* as it stands in the condition of a partial index, which SQLite has to recognise */
		else
			add_param(w->sql, w->params, c->value);
		if (c->op == COND_BITS)
			buf_adds(w->sql, ")<>0");
	}
	buf_addc(w->sql, ')');
	return E_OK;
}

static enum code check_search(const struct cond *c, struct err *err)
{
	for (size_t i = 0; i < c->nkids; i++)
		if ((c->kids[i].op != COND_PREFIX && c->kids[i].op != COND_CONTAINS) || c->kids[i].op != c->kids[0].op ||
		    c->kids[i].value.type != VALUE_TEXT || !value_same(c->kids[i].value, c->kids[0].value))
			return fail(err, E_INVALID, "a search looks for one text in several columns");
	return E_OK;
}

/* Several values of one column, which c may equal: each has its range of an index in which the rows lie in their order, but all of
 * them together have not. */
static bool is_spread(const struct cond *c)
{
	if (c->op != COND_OR || c->nkids < 2 || c->nkids > SPREAD_MAX)
		return false;
	for (size_t i = 0; i < c->nkids; i++) {
		if (c->kids[i].op != COND_EQ || c->kids[i].value.type == VALUE_NULL || strcmp(c->kids[i].column, c->kids[0].column) != 0)
			return false;
		for (size_t k = 0; k < i; k++)
			if (value_same(c->kids[i].value, c->kids[k].value))
				return false;
	}
	return true;
}

/* Some rows by their keys, or by a column's values where they are only counted: SQLite looks each of them up, but only if nothing else stands
 * between. */
static bool looks_up(const struct cond_writer *w, const struct cond *c)
{
	if (c->op != COND_OR || !c->nkids)
		return false;
	if (w->counts && is_spread(c))
		return true;
	for (size_t i = 0; i < c->nkids; i++)
		if (c->kids[i].op != COND_EQ || c->kids[i].value.type == VALUE_NULL || table_find(w->table, c->kids[i].column) != 0)
			return false;
	return true;
}

static enum code write_cond(struct cond_writer *w, const struct cond *c, int depth, struct err *err)
{
	if (++w->nodes > COND_NODES || depth > COND_DEPTH)
		return fail(err, E_INVALID, "this condition is too large; narrow it down in steps");
	if (c->op == COND_ALL) {
		buf_addc(w->sql, '1');
		return E_OK;
	}
	if (c->op == COND_NOT) {
		/* Below a NOT, SQL's third truth value has to become false, or rows with a NULL would vanish from both sides. */
		buf_adds(w->sql, "NOT ifnull(");
		enum code code = c->nkids == 1 ? write_cond(w, c->kids, depth + 1, err) : fail(err, E_INVALID, "NOT takes one condition");
		buf_adds(w->sql, ",0)");
		return code;
	}
	if (c->op != COND_AND && c->op != COND_OR && c->op != COND_SEARCH)
		return write_comparison(w, c, err);
	if (c->op == COND_SEARCH && check_search(c, err))
		return E_INVALID;
	bool bare = looks_up(w, c);
	buf_adds(w->sql, bare ? "(" : c->op == COND_AND ? "(1" : "(0");
	for (size_t i = 0; i < c->nkids; i++) {
		buf_adds(w->sql, bare && !i ? "" : c->op == COND_AND ? " AND " : " OR ");
		enum code code = write_cond(w, &c->kids[i], depth + 1, err);
		if (code)
			return code;
	}
	buf_addc(w->sql, ')');
	return E_OK;
}

/* ---- order and window ---- */

struct ordering {
	struct { int column; bool descending, key; } at[ORDER_MAX];
	size_t n, keys;
};

static enum code add_order(struct ordering *o, const struct table *t, int column, bool descending, struct err *err)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->at[i].column == column)
			return E_OK;
	if (o->keys == t->nkey)
		return E_OK; /* behind a whole key nothing is left to order */
	if (o->n == ORDER_MAX)
		return fail(err, E_INVALID, "%s: the key has too many columns to order by", t->name);
	o->at[o->n].column = column;
	o->at[o->n].descending = descending;
	o->at[o->n].key = (size_t)column < t->nkey;
	o->keys += o->at[o->n++].key;
	return E_OK;
}

/* What was asked for, then the key, so that the order is total and ends in a column that is never NULL; all turned around when
 * reading backwards. */
static enum code ordering_of(struct ordering *o, const struct query *q, struct err *err)
{
	enum code code = E_OK;
	bool last = q->norder > 0 && q->norder <= QUERY_ORDERS && q->order[q->norder - 1].descending;
	o->n = o->keys = 0;
	if (q->norder > QUERY_ORDERS)
		return fail(err, E_INVALID, "a query can be ordered by %d columns at most", QUERY_ORDERS);
	for (size_t i = 0; i < q->norder && !code; i++) {
		int column = table_find(q->table, q->order[i].column);
		if (column < 0)
			return fail(err, E_INVALID, "%s has no column %s", q->table->name, q->order[i].column);
		code = add_order(o, q->table, column, q->order[i].descending, err);
	}
	for (size_t i = 0; i < q->table->nkey && !code; i++)
		code = add_order(o, q->table, (int)i, last, err);
	for (size_t i = 0; i < o->n; i++)
		o->at[i].descending ^= q->backwards;
	return code;
}

static void add_order_by(struct buf *sql, const struct query *q, const struct ordering *o)
{
	for (size_t i = 0; i < o->n; i++) {
		buf_adds(sql, i ? "," : " ORDER BY ");
		sql_name(sql, table_column(q->table, (size_t)o->at[i].column)->name);
		if (o->at[i].descending)
			buf_adds(sql, " DESC");
	}
}

struct window {
	struct buf *sql;
	struct params *params;
	const struct query *query;
	const struct ordering *order;
	const char *where;     /* the condition, written once; numbered parameters let it stand in every arm */
	const struct cond *one; /* the equality whose arms are being written, or NULL */
	size_t arms;
};

/* Begins an arm: rows that equal the window's row in the first n order columns. Leaves off before the next column. */
static void add_arm(struct window *w, size_t n)
{
	if (w->arms++)
		buf_adds(w->sql, " UNION ALL ");
	add_select(w->sql, w->query->table);
	buf_addf(w->sql, " WHERE %s", w->where);
	if (w->one) {
		buf_adds(w->sql, " AND ");
		sql_name(w->sql, w->one->column);
		buf_addc(w->sql, '=');
		add_param(w->sql, w->params, w->one->value);
	}
	for (size_t i = 0; i < n; i++) {
		struct value v = w->query->from[w->order->at[i].column];
		buf_adds(w->sql, " AND ");
		sql_name(w->sql, table_column(w->query->table, (size_t)w->order->at[i].column)->name);
		if (v.type == VALUE_NULL) {
			buf_adds(w->sql, " IS NULL");
		} else {
			buf_addc(w->sql, '=');
			add_param(w->sql, w->params, v);
		}
	}
}

static void add_bound(struct window *w, size_t i, const char *test, const struct value *v)
{
	add_arm(w, i);
	buf_adds(w->sql, " AND ");
	sql_name(w->sql, table_column(w->query->table, (size_t)w->order->at[i].column)->name);
	buf_adds(w->sql, test);
	if (v)
		add_param(w->sql, w->params, *v);
}

/* The rows behind the window's row are those that agree with it in the first i order columns and come later in the next, for each
 * i. Every arm is one range of one index, and SQLite merges the sorted arms; an OR over them would have read the whole table.
 * NULL is lowest: nothing of a NULL column lies behind a value when ascending, all of it when descending. */
static void add_window(struct window *w)
{
	for (size_t i = w->order->n; i-- > 0;) {
		bool down = w->order->at[i].descending, inclusive = w->query->inclusive && i + 1 == w->order->n;
		struct value v = w->query->from[w->order->at[i].column];
		if (v.type == VALUE_NULL && !down)
			add_bound(w, i, " IS NOT NULL", NULL);
		if (v.type == VALUE_NULL)
			continue;
		add_bound(w, i, down ? (inclusive ? "<=" : "<") : (inclusive ? ">=" : ">"), &v);
		if (down && !w->order->at[i].key)
			add_bound(w, i, " IS NULL", NULL);
	}
}

/* The first such condition that every row has to fulfil; NULL: none, or no order that it would disturb. */
static const struct cond *find_spread(const struct query *q)
{
	const struct cond *c = &q->where;
	if (!q->norder || !q->limit)
		return NULL;
	if (is_spread(c))
		return c;
	for (size_t i = 0; c->op == COND_AND && i < c->nkids; i++)
		if (is_spread(&c->kids[i]))
			return &c->kids[i];
	return NULL;
}

static void add_arms(struct window *w)
{
	if (w->query->from)
		add_window(w);
	else
		add_arm(w, 0);
}

static enum code write_where(struct buf *where, struct params *p, const struct query *q, const char *match, bool counts, struct err *err)
{
	struct cond_writer w = { where, p, q->table, counts, 0 };
	if (*match) {
		buf_adds(where, "rowid IN(SELECT rowid FROM ");
		sql_name(where, q->table->words);
		buf_adds(where, " WHERE ");
		sql_name(where, q->table->words);
		buf_adds(where, " MATCH ");
		add_param(where, p, value_text(match));
		buf_adds(where, ")AND ");
	}
	return write_cond(&w, &q->where, 0, err);
}

enum code sql_select(struct buf *sql, struct params *p, const struct query *q, const char *match, struct err *err)
{
	AUTO(buf_release) struct buf where = BUF_INIT;
	struct ordering order;
	enum code code = write_where(&where, p, q, match, false, err);
	if (!code)
		code = ordering_of(&order, q, err);
	if (code)
		return code;
	for (size_t i = 0; q->from && i < q->table->nkey; i++)
		if (q->from[i].type == VALUE_NULL)
			return fail(err, E_INVALID, "%s: the row that the window starts from has no key", q->table->name);
	struct window w = { sql, p, q, &order, where.data, NULL, 0 };
	const struct cond *spread = *match ? NULL : find_spread(q);
	for (size_t i = 0; spread && i < spread->nkids; i++) {
		w.one = &spread->kids[i];
		add_arms(&w);
	}
	if (!spread)
		add_arms(&w);
	add_order_by(sql, q, &order);
	if (q->limit) {
		buf_adds(sql, " LIMIT ");
		add_param(sql, p, value_int(q->limit < INT64_MAX ? (int64_t)q->limit : INT64_MAX));
	}
	return E_OK;
}

enum code sql_aggregate(struct buf *sql, struct params *p, const struct query *q, const char *match, const char *what, const char *column,
			struct err *err)
{
	AUTO(buf_release) struct buf where = BUF_INIT;
	int at = column ? table_find(q->table, column) : -1;
	if (column && (at < 0 || table_column(q->table, (size_t)at)->type != VALUE_INT))
		return fail(err, E_INVALID, "%s has no number %s", q->table->name, column);
	enum code code = write_where(&where, p, q, match, true, err);
	if (code)
		return code;
	buf_addf(sql, "SELECT %s(", what);
	if (column)
		sql_name(sql, column);
	else
		buf_addc(sql, '*');
	buf_adds(sql, ") FROM ");
	sql_name(sql, q->table->name);
	buf_addf(sql, " WHERE %s", where.data);
	return E_OK;
}

enum code sql_meet(struct buf *sql, struct params *p, const struct query *q, const char *match, int64_t most, struct err *err)
{
	AUTO(buf_release) struct buf where = BUF_INIT;
	enum code code = write_where(&where, p, q, match, true, err);
	if (code)
		return code;
	buf_adds(sql, "SELECT 1 FROM ");
	sql_name(sql, q->table->name);
	buf_addf(sql, " WHERE %s LIMIT ", where.data);
	add_param(sql, p, value_int(most));
	return E_OK;
}
