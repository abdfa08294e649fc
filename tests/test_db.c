/* Connections, rows, transactions, migrations and queries over plain SQLite; the sealed file has tests of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/conn.h"
#include "store/db.h"
#include "tests/check.h"
#include "tests/scratch.h"

static const struct column deal_columns[] = {
	{ "id", VALUE_TEXT }, { "amount", VALUE_INT }, { "region", VALUE_TEXT }, { "flags", VALUE_INT }, { "scan", VALUE_BLOB },
};
static const struct table deals = { "deal", deal_columns, COUNT(deal_columns), sizeof(struct column), 1, NULL, 0 };
#define FIRST { 1, "deals", "CREATE TABLE deal(id TEXT PRIMARY KEY, amount INTEGER, region TEXT, flags INTEGER, scan BLOB) STRICT, WITHOUT ROWID;" }
#define SECOND { 2, "index", "CREATE INDEX deal_amount ON deal(amount, id); CREATE UNIQUE INDEX deal_scan ON deal(scan);" }
#define THIRD { 3, "more", "CREATE TABLE other(a INTEGER PRIMARY KEY) STRICT; INSERT INTO other VALUES(7);" }
static const struct migration migrations[] = { FIRST, SECOND, THIRD };

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

static void a_file_is_made_once(void **state)
{
	struct room *r = *state;
	struct db *other;
	struct db_config c = { .path = r->path, .create = true };
	assert_int_equal(db_open(&other, &c, &r->err), E_EXISTS);
	assert_null(other);
	char path[128];
	snprintf(path, sizeof path, "%s/none.db", r->dir);
	c = (struct db_config){ .path = path };
	assert_int_equal(db_open(&other, &c, &r->err), E_NOTFOUND);
	assert_int_not_equal(access(path, F_OK), 0);
	snprintf(path, sizeof path, "%s/none/at/all.db", r->dir);
	c.create = true;
	assert_int_equal(db_open(&other, &c, &r->err), E_NOTFOUND);
}

/* ---- transactions ---- */

static void put(struct room *r, const char *id, int64_t amount)
{
	struct value v[5];
	row_of(v, id, amount);
	assert_ok(db_put(r->db, &deals, v, &r->err), r->err);
}

/* A full disk makes SQLite roll back by itself. What comes after must not stand alone. */
static void a_lost_transaction_takes_nothing_more(void **state)
{
	struct room *r = *state;
	struct query q = { .table = &deals };
	AUTO(tx_end) struct tx tx = { 0 };
	struct cursor *c;
	struct value v[5];
	int64_t n;
	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	put(r, "1", 5);
	assert_ok(conn_exec(r->db, "ROLLBACK", &r->err), r->err);
	row_of(v, "2", 5);
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_FAILED);
	assert_int_equal(query_open(&c, r->db, &q, &r->err), E_FAILED);
	assert_int_equal(query_count(r->db, &q, &n, &r->err), E_FAILED);
	assert_int_equal(tx_commit(&tx, &r->err), E_FAILED);
	assert_int_equal(count_all(r), 0);
	put(r, "3", 5);
	assert_int_equal(count_all(r), 1);
}

static void transactions_stand_or_fall(void **state)
{
	struct room *r = *state;
	struct tx tx, second;
	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	put(r, "a", 1);
	assert_int_equal(tx_begin(&second, r->db, &r->err), E_FAILED);
	assert_int_equal(count_all(r), 1);
	tx_end(&tx);
	tx_end(&tx);
	assert_int_equal(count_all(r), 0);
	assert_int_equal(tx_commit(&tx, &r->err), E_FAILED);
	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	put(r, "a", 1);
	assert_ok(tx_commit(&tx, &r->err), r->err);
	tx_end(&tx);
	assert_int_equal(count_all(r), 1);
}

static void a_reader_keeps_its_snapshot(void **state)
{
	struct room *r = *state;
	struct room other = *r;
	struct tx tx;
	open_room(&other, false);
	assert_ok(tx_begin_read(&tx, other.db, &other.err), other.err);
	put(r, "a", 1);
	assert_int_equal(count_all(&other), 0);
	tx_end(&tx);
	assert_int_equal(count_all(&other), 1);
	db_close(other.db);
}

static void two_writers_take_turns(void **state)
{
	struct room *r = *state;
	struct room other = *r;
	struct tx tx;
	struct value v[5];
	open_room(&other, false);
	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	row_of(v, "b", 2);
	assert_int_equal(db_put(other.db, &deals, v, &other.err), E_BUSY);
	assert_ok(tx_commit(&tx, &r->err), r->err);
	assert_ok(db_put(other.db, &deals, v, &other.err), other.err);
	db_close(other.db);
}

static void the_stamp_moves_with_every_commit(void **state)
{
	struct room *r = *state;
	struct room other = *r;
	open_room(&other, false);
	int64_t mine = db_stamp(r->db), theirs = db_stamp(other.db);
	assert_int_equal(db_stamp(r->db), mine);
	put(r, "a", 1);
	assert_int_not_equal(db_stamp(r->db), mine);
	assert_int_not_equal(db_stamp(other.db), theirs);
	mine = db_stamp(r->db);
	put(&other, "b", 1);
	assert_int_not_equal(db_stamp(r->db), mine);
	db_close(other.db);
}

struct hooked {
	struct room *room;
	int before, after;
	bool refuse;
};

static enum code count_before(void *ctx, struct err *err)
{
	struct hooked *h = ctx;
	h->before++;
	put(h->room, "hook", h->before); /* writes of its own belong to the same transaction */
	return h->refuse ? fail(err, E_DENIED, "not today") : E_OK;
}

static void count_after(void *ctx)
{
	((struct hooked *)ctx)->after++;
}

static void hooks_see_every_commit(void **state)
{
	struct room *r = *state;
	struct hooked h = { r, 0, 0, false };
	struct tx tx;
	struct value v[5];
	db_set_hooks(r->db, (struct db_hooks){ count_before, count_after, &h });
	put(r, "a", 1);
	assert_int_equal(h.before, 1);
	assert_int_equal(h.after, 1);
	assert_int_equal(count_all(r), 2);
	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	tx_end(&tx);
	assert_ok(tx_begin_read(&tx, r->db, &r->err), r->err);
	assert_ok(tx_commit(&tx, &r->err), r->err);
	assert_int_equal(h.before, 1);
	h.refuse = true;
	row_of(v, "b", 1);
	assert_int_equal(db_put(r->db, &deals, v, &r->err), E_DENIED);
	assert_int_equal(h.after, 1);
	assert_int_equal(count_all(r), 2);
	db_set_hooks(r->db, (struct db_hooks){ NULL, NULL, NULL });
}

/* ---- migrations ---- */

static void migrations_go_forward(void **state)
{
	struct room *r = *state;
	static const struct migration broken[] = { FIRST, SECOND, THIRD, { 4, "bad", "CREATE TABLE new(a); INSERT INTO nowhere VALUES(1);" } };
	static const struct migration ends[] = { FIRST, SECOND, THIRD, { 4, "ends", "CREATE TABLE strange(a); ROLLBACK;" } };
	static const struct migration good[] = { FIRST, SECOND, THIRD, { 4, "good", "CREATE TABLE new(a);" } };
	static const struct migration swapped[] = { THIRD, FIRST };
	assert_ok(db_migrate(r->db, migrations, 3, &r->err), r->err);          /* nothing to do */
	assert_int_equal(db_migrate(r->db, migrations, 2, &r->err), E_SCHEMA); /* written by a newer one */
	assert_int_equal(db_migrate(r->db, swapped, 2, &r->err), E_FAILED);
	assert_int_not_equal(db_migrate(r->db, broken, 4, &r->err), E_OK);
	assert_non_null(strstr(r->err.msg, "migration 4"));
	assert_int_not_equal(db_migrate(r->db, broken, 4, &r->err), E_OK);     /* nothing of it stood: it fails for the same reason */
	assert_non_null(strstr(r->err.msg, "nowhere"));
	assert_int_equal(db_migrate(r->db, ends, 4, &r->err), E_FAILED);       /* must not end the transaction it runs in */
	assert_ok(db_migrate(r->db, good, 4, &r->err), r->err);
	assert_int_equal(db_migrate(r->db, migrations, 3, &r->err), E_SCHEMA);
}

static void the_vault_takes_no_other_database(void **state)
{
	struct room *r = *state;
	static const struct migration attach[] = { FIRST, SECOND, THIRD, { 4, "attach", "ATTACH ':memory:' AS x;" } };
	assert_int_not_equal(db_migrate(r->db, attach, 4, &r->err), E_OK);
	assert_non_null(strstr(r->err.msg, "not authorized"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_kinds_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_is_made_once, setup, teardown),
		cmocka_unit_test_setup_teardown(transactions_stand_or_fall, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_transaction_takes_nothing_more, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_keeps_its_snapshot, setup, teardown),
		cmocka_unit_test_setup_teardown(two_writers_take_turns, setup, teardown),
		cmocka_unit_test_setup_teardown(the_stamp_moves_with_every_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(hooks_see_every_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(migrations_go_forward, setup, teardown),
		cmocka_unit_test_setup_teardown(the_vault_takes_no_other_database, setup, teardown),
	};
	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
