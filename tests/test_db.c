/* Connections, rows, transactions, migrations and queries over plain SQLite; the sealed file has tests of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/db.h"
#include "tests/check.h"
#include "tests/scratch.h"

static const struct column deal_columns[] = {
	{ "id", VALUE_TEXT }, { "amount", VALUE_INT }, { "region", VALUE_TEXT }, { "flags", VALUE_INT }, { "scan", VALUE_BLOB },
};
static const struct table deals = { "deal", deal_columns, COUNT(deal_columns), sizeof(struct column), 1 };
static const struct migration migrations[] = {
	{ 1, "deals", "CREATE TABLE deal(id TEXT PRIMARY KEY, amount INTEGER, region TEXT, flags INTEGER, scan BLOB) STRICT, WITHOUT ROWID;" },
	{ 2, "index", "CREATE INDEX deal_amount ON deal(amount, id); CREATE UNIQUE INDEX deal_scan ON deal(scan);" },
	{ 3, "more", "CREATE TABLE other(a INTEGER PRIMARY KEY) STRICT; INSERT INTO other VALUES(7);" },
};

struct room {
	char dir[64];
	char path[96];
	struct db *db;
	struct err err;
};

static void open_room(struct room *r, bool create)
{
	struct db_config c = { .path = r->path, .create = create, .busy_ms = 50 };
	assert_ok(db_open(&r->db, &c, &r->err), r->err);
}

static int setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);
	scratch_make(r->dir, sizeof r->dir);
	snprintf(r->path, sizeof r->path, "%s/plain.db", r->dir);
	open_room(r, true);
	assert_ok(db_migrate(r->db, migrations, COUNT(migrations), &r->err), r->err);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;
	db_close(r->db);
	scratch_remove(r->dir);
	free(r);
	return 0;
}

static void row_of(struct value v[5], const char *id, int64_t amount)
{
	v[0] = value_text(id);
	v[1] = value_int(amount);
	v[2] = value_text("华东");
	v[3] = value_null();
	v[4] = value_null();
}

static int64_t count_all(struct room *r)
{
	int64_t n;
	struct query q = { .table = &deals };
	assert_int_equal(query_count(r->db, &q, &n, &r->err), E_OK);
	return n;
}

static void rows_come_back(void **state)
{
	struct room *r = *state;
	struct value v[5], got[5];
	AUTO(pool_release) struct pool pool = POOL_INIT;
	row_of(v, "a", 5);
	v[4] = value_blob("\0\1\2", 3);
	assert_int_equal(db_insert(r->db, &deals, v, &r->err), E_OK);
	assert_int_equal(db_insert(r->db, &deals, v, &r->err), E_EXISTS);
	assert_int_equal(db_get(r->db, &deals, v, &pool, got, &r->err), E_OK);
	for (size_t i = 0; i < 5; i++)
		assert_true(value_same(v[i], got[i]));
	v[1] = value_int(INT64_MIN);
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_OK);
	assert_int_equal(db_get(r->db, &deals, v, &pool, got, &r->err), E_OK);
	assert_true(got[1].num == INT64_MIN && count_all(r) == 1);
	row_of(v, "b", 1);
	v[4] = value_blob("\0\1\2", 3);
	/* Put replaces by key and by nothing else: another row that collides stays. */
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_EXISTS);
	v[4] = value_blob("", 0);
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_OK);
	assert_int_equal(db_get(r->db, &deals, v, &pool, got, &r->err), E_OK);
	assert_int_equal(got[4].type, VALUE_BLOB);
	assert_int_equal(db_delete(r->db, &deals, v, &r->err), E_OK);
	assert_int_equal(db_delete(r->db, &deals, v, &r->err), E_OK);
	assert_int_equal(db_get(r->db, &deals, v, &pool, got, &r->err), E_NOTFOUND);
}

static void wrong_kinds_are_refused(void **state)
{
	struct room *r = *state;
	struct value v[5];
	AUTO(pool_release) struct pool pool = POOL_INIT;
	row_of(v, "a", 5);
	v[1] = value_text("5");
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_INVALID);
	row_of(v, NULL, 5);
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_INVALID);
	v[0] = value_int(3);
	assert_int_equal(db_get(r->db, &deals, v, &pool, v, &r->err), E_INVALID);
	assert_int_equal(count_all(r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_kinds_are_refused, setup, teardown),
	};
	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
