/* Queries against a model: rows filtered, sorted and cut by plain C, with NULLs, ties, descending orders and windows in both directions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "tests/check.h"
#include "tests/scratch.h"

enum { ROWS = 120, COLUMNS = 5, ROUNDS = 1500 };

/* The columns sit inside larger rows, as a record's fields do. */
static const struct { const char *label; struct column column; int width; } fields[COLUMNS] = {
	{ "Batch", { "batch", VALUE_INT }, 4 }, { "Number", { "number", VALUE_TEXT }, 8 }, { "Amount", { "amount", VALUE_INT }, 9 },
	{ "Region", { "region", VALUE_TEXT }, 9 }, { "Flags", { "flags", VALUE_INT }, 9 },
};
static const struct table table = { "deal", &fields[0].column, COLUMNS, sizeof fields[0], 2, NULL, 0 };
static const struct migration schema[] = {
	{ 1, "deals", "CREATE TABLE deal(batch INTEGER, number TEXT, amount INTEGER, region TEXT, flags INTEGER, PRIMARY KEY(batch, number)) STRICT;"
		      "CREATE INDEX deal_amount ON deal(amount DESC, region);" },
};
static const char *const regions[] = { "华东", "华北", "North", "north-east", "N%rth_", "n\\x", "" };
static const char *const order_names[] = { "amount", "region", "flags", "batch", "number" };

static struct {
	char dir[64];
	struct db *db;
	struct err err;
	struct value rows[ROWS][COLUMNS];
	char numbers[ROWS][8];
	uint64_t seed;
} room;

static uint32_t chance(uint32_t n) /* 0..n-1, the same in every run */
{
	room.seed = room.seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(room.seed >> 33) % n;
}

static int setup(void **state)
{
	char path[80];
	(void)state;
	room.seed = 20261;
	scratch_make(room.dir, sizeof room.dir);
	snprintf(path, sizeof path, "%s/query.db", room.dir);
	struct db_config c = { .path = path, .create = true };
	assert_ok(db_open(&room.db, &c, &room.err), room.err);
	assert_ok(db_migrate(room.db, schema, 1, &room.err), room.err);
	struct tx tx;
	assert_ok(tx_begin(&tx, room.db, &room.err), room.err);
	for (int i = 0; i < ROWS; i++) {
		struct value *v = room.rows[i];
		snprintf(room.numbers[i], sizeof room.numbers[i], "n%03d", (i * 37) % ROWS);
		v[0] = value_int(chance(3));
		v[1] = value_text(room.numbers[i]);
		v[2] = chance(4) ? value_int((int64_t)chance(5) - 2) : value_null();
		v[3] = chance(4) ? value_text(regions[chance(COUNT(regions))]) : value_null();
		v[4] = chance(3) ? value_int(chance(8)) : value_null();
		assert_ok(db_insert(room.db, &table, v, &room.err), room.err);
	}
	assert_ok(tx_commit(&tx, &room.err), room.err);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	db_close(room.db);
	scratch_remove(room.dir);
	return 0;
}

/* ---- the model ---- */

static int compare_values(struct value a, struct value b)
{
	if (a.type == VALUE_NULL || b.type == VALUE_NULL)
		return (a.type != VALUE_NULL) - (b.type != VALUE_NULL);
	if (a.type == VALUE_INT)
		return (a.num > b.num) - (a.num < b.num);
	int c = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

static const struct query *sorting;

static int compare_rows(const void *pa, const void *pb)
{
	const struct value *a = *(const struct value *const *)pa, *b = *(const struct value *const *)pb;
	bool down = false;
	for (size_t i = 0; i < sorting->norder; i++) {
		int column = table_find(&table, sorting->order[i].column), c = compare_values(a[column], b[column]);
		down = sorting->order[i].descending;
		if (c)
			return down ? -c : c;
	}
	for (size_t i = 0; i < table.nkey; i++) {
		int c = compare_values(a[i], b[i]);
		if (c)
			return down ? -c : c;
	}
	return 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool starts_with(const char *s, size_t n, const char *what, size_t m)
{
	for (size_t i = 0; i < m; i++)
		if (i >= n || lower(s[i]) != lower(what[i]))
			return false;
	return true;
}

static bool holds(const struct cond *c, const struct value *row)
{
	switch (c->op) {
	case COND_ALL: return true;
	case COND_NOT: return !holds(c->kids, row);
	case COND_AND:
	case COND_OR:
		for (size_t i = 0; i < c->nkids; i++)
			if (holds(&c->kids[i], row) == (c->op == COND_OR))
				return c->op == COND_OR;
		return c->op == COND_AND;
	default: break;
	}
	struct value v = row[table_find(&table, c->column)];
	if (c->op == COND_NULL)
		return v.type == VALUE_NULL;
	if (v.type == VALUE_NULL || c->value.type == VALUE_NULL)
		return c->op == COND_NE;
	int d = compare_values(v, c->value);
	switch (c->op) {
	case COND_EQ: return d == 0;
	case COND_NE: return d != 0;
	case COND_LT: return d < 0;
	case COND_LE: return d <= 0;
	case COND_GT: return d > 0;
	case COND_GE: return d >= 0;
	case COND_BITS: return (v.num & c->value.num) != 0;
	case COND_PREFIX: return starts_with(v.text, v.len, c->value.text, c->value.len);
	default:
		for (size_t i = 0; i <= v.len; i++)
			if (starts_with(v.text + i, v.len - i, c->value.text, c->value.len))
				return true;
		return false;
	}
}

/* ---- random questions ---- */

static struct cond random_cond(struct pool *pool, int depth)
{
	struct cond c = { .op = COND_ALL };
	uint32_t pick = chance(depth > 2 ? 9 : 12);
	if (pick >= 9) {
		c.op = pick == 9 ? COND_AND : pick == 10 ? COND_OR : COND_NOT;
		c.nkids = c.op == COND_NOT ? 1 : chance(4);
		struct cond *kids = pool_alloc(pool, sizeof *kids * (c.nkids + 1));
		for (size_t i = 0; i < c.nkids; i++)
			kids[i] = random_cond(pool, depth + 1);
		c.kids = kids;
		return c;
	}
	static const enum cond_op ops[] = { COND_EQ, COND_NE, COND_LT, COND_LE, COND_GT, COND_GE, COND_NULL };
	c.op = ops[chance(COUNT(ops))];
	if (pick < 4) {
		c.column = chance(2) ? "amount" : "flags";
		c.op = chance(6) ? c.op : COND_BITS;
		c.value = value_int((int64_t)chance(7) - 2);
	} else if (pick < 8) {
		static const char *const parts[] = { "n", "NORTH", "_", "%", "\\", "东", "th", "", "华" };
		c.column = "region";
		c.op = chance(3) ? c.op : chance(2) ? COND_PREFIX : COND_CONTAINS;
		c.value = value_text(c.op == COND_PREFIX || c.op == COND_CONTAINS ? parts[chance(COUNT(parts))] : regions[chance(COUNT(regions))]);
	} else {
		c.column = "amount";
		c.value = value_null();
	}
	return c;
}

static void random_query(struct query *q, struct value *from, struct pool *pool)
{
	*q = (struct query){ .table = &table, .where = chance(2) ? random_cond(pool, 0) : (struct cond){ .op = COND_ALL } };
	q->norder = chance(QUERY_ORDERS + 1);
	for (size_t i = 0; i < q->norder; i++)
		q->order[i] = (struct order){ order_names[chance(COUNT(order_names))], chance(2) };
	q->backwards = chance(2);
	q->inclusive = chance(2);
	q->limit = chance(3) ? chance(20) : 0;
	if (chance(4) == 0)
		return;
	memcpy(from, room.rows[chance(ROWS)], sizeof room.rows[0]);
	if (chance(3) == 0)
		from[1] = value_text("n050x"); /* a row that is not there, or not any more */
	if (chance(3) == 0)
		from[2] = chance(2) ? value_null() : value_int(0);
	q->from = from;
}

/* Row numbers of the model's answer. */
static size_t model_answer(const struct query *q, const struct value **out)
{
	size_t n = 0, kept = 0;
	for (int i = 0; i < ROWS; i++)
		if (holds(&q->where, room.rows[i]))
			out[n++] = room.rows[i];
	sorting = q;
	qsort(out, n, sizeof *out, compare_rows);
	for (size_t i = 0; q->backwards && i < n / 2; i++) {
		const struct value *swap = out[i];
		out[i] = out[n - 1 - i];
		out[n - 1 - i] = swap;
	}
	for (size_t i = 0; i < n; i++) {
		int c = q->from ? compare_rows(&out[i], &q->from) * (q->backwards ? -1 : 1) : 1;
		if (c > 0 || (c == 0 && q->inclusive))
			out[kept++] = out[i];
	}
	return q->limit && kept > q->limit ? q->limit : kept;
}

static void ask_and_compare(const struct query *q, int round)
{
	const struct value *expected[ROWS];
	size_t n = model_answer(q, expected), at = 0;
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[COLUMNS];
	bool more = true;
	assert_ok(query_open(&c, room.db, q, &room.err), room.err);
	for (;; at++) {
		assert_ok(cursor_next(c, row, &more, &room.err), room.err);
		if (!more)
			break;
		if (at >= n)
			fail_msg("round %d: more than the %zu rows there should be", round, n);
		for (size_t i = 0; i < COLUMNS; i++)
			if (!value_same(row[i], expected[at][i]))
				fail_msg("round %d: row %zu differs in %s", round, at, table_column(&table, i)->name);
	}
	if (at != n)
		fail_msg("round %d: %zu rows where there should be %zu", round, at, n);
	assert_ok(cursor_next(c, row, &more, &room.err), room.err);
	assert_false(more);
}

static void windows_agree_with_the_model(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		struct query q;
		struct value from[COLUMNS];
		random_query(&q, from, &pool);
		ask_and_compare(&q, round);
	}
}

static void aggregates_agree_with_the_model(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS / 3; round++) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		struct query q;
		struct value from[COLUMNS];
		int64_t count = 0, sum = 0, max = 0, got;
		bool any = false;
		random_query(&q, from, &pool);
		for (int i = 0; i < ROWS; i++) {
			struct value v = room.rows[i][2];
			if (!holds(&q.where, room.rows[i]))
				continue;
			count++;
			if (v.type == VALUE_NULL)
				continue;
			sum += v.num;
			max = !any || v.num > max ? v.num : max;
			any = true;
		}
		assert_ok(query_count(room.db, &q, &got, &room.err), room.err);
		assert_int_equal(got, count);
		assert_ok(query_sum(room.db, &q, "amount", &got, &room.err), room.err);
		assert_int_equal(got, sum);
		assert_ok(query_max(room.db, &q, "amount", &got, &room.err), room.err);
		assert_int_equal(got, max);
	}
}

/* Going forward window by window, then back from the last row, meets every row once. */
static void a_walk_meets_every_row_once(void **state)
{
	struct query q = { .table = &table, .order = { { "amount", true }, { "region", false } }, .norder = 2, .limit = 7 };
	struct value last[COLUMNS], row[COLUMNS];
	AUTO(pool_release) struct pool pool = POOL_INIT;
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		int seen = turn;
		for (bool any = true; any;) {
			AUTO(cursor_closep) struct cursor *c = NULL;
			bool more = true;
			any = false;
			assert_ok(query_open(&c, room.db, &q, &room.err), room.err);
			while (assert_ok(cursor_next(c, row, &more, &room.err), room.err), more) {
				for (size_t i = 0; i < COLUMNS; i++)
					last[i] = value_copy(&pool, row[i]);
				any = true;
				seen++;
			}
			q.from = last;
		}
		assert_int_equal(seen, ROWS);
		q.backwards = true;
	}
}

static void odd_questions_are_refused(void **state)
{
	struct cursor *c;
	int64_t n;
	struct cond deep[40];
	struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "nothing", .value = value_int(1) } };
	(void)state;
	assert_int_equal(query_open(&c, room.db, &q, &room.err), E_INVALID);
	assert_null(c);
	q.where = (struct cond){ .op = COND_EQ, .column = "amount", .value = value_text("1") };
	assert_int_equal(query_count(room.db, &q, &n, &room.err), E_INVALID);
	q.where = (struct cond){ .op = COND_PREFIX, .column = "amount", .value = value_int(1) };
	assert_int_equal(query_count(room.db, &q, &n, &room.err), E_INVALID);
	for (size_t i = 0; i < COUNT(deep); i++)
		deep[i] = (struct cond){ .op = COND_NOT, .kids = i + 1 < COUNT(deep) ? &deep[i + 1] : &q.where, .nkids = 1 };
	q.where = (struct cond){ .op = COND_ALL };
	struct query nested = { .table = &table, .where = deep[0] };
	assert_int_equal(query_count(room.db, &nested, &n, &room.err), E_INVALID);
	q.order[0].column = "nothing";
	q.norder = 1;
	assert_int_equal(query_open(&c, room.db, &q, &room.err), E_INVALID);
	assert_int_equal(query_sum(room.db, &(struct query){ .table = &table }, "region", &n, &room.err), E_INVALID);
}

static void a_sum_that_overflows_is_no_number(void **state)
{
	struct tx tx;
	int64_t sum;
	(void)state;
	assert_ok(tx_begin(&tx, room.db, &room.err), room.err);
	for (int i = 0; i < 2; i++) {
		struct value v[COLUMNS] = { value_int(9), value_text(i ? "a" : "b"), value_int(INT64_MAX), value_null(), value_null() };
		assert_ok(db_insert(room.db, &table, v, &room.err), room.err);
	}
	struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "batch", .value = value_int(9) } };
	assert_int_equal(query_sum(room.db, &q, "amount", &sum, &room.err), E_INVALID);
	tx_end(&tx);
}

/* The rows of an open cursor are those of the moment it was opened, whatever is written meanwhile. */
static void a_cursor_outlives_its_question(void **state)
{
	struct cursor *c;
	struct value row[COLUMNS], from[COLUMNS];
	bool more = true;
	int n = 0;
	char name[8] = "华东";
	(void)state;
	memcpy(from, room.rows[0], sizeof from);
	struct query q = { .table = &table, .where = { .op = COND_NE, .column = "region", .value = value_text(name) } };
	const struct value *expected[ROWS];
	size_t want = model_answer(&q, expected);
	assert_ok(query_open(&c, room.db, &q, &room.err), room.err);
	memset(name, 'x', sizeof name - 1);
	while (assert_ok(cursor_next(c, row, &more, &room.err), room.err), more)
		n++;
	cursor_close(c);
	assert_int_equal(n, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_agree_with_the_model),
		cmocka_unit_test(aggregates_agree_with_the_model),
		cmocka_unit_test(a_walk_meets_every_row_once),
		cmocka_unit_test(odd_questions_are_refused),
		cmocka_unit_test(a_sum_that_overflows_is_no_number),
		cmocka_unit_test(a_cursor_outlives_its_question),
	};
	return cmocka_run_group_tests_name("query", tests, setup, teardown);
}
