/* Words through the index against words looked for in every row; and what a list asks of a large table: bounded counts, orders, ranges. */
#include <stdio.h>
#include <string.h>

#include "core/item.h"
#include "core/migrations.h"
#include "store/db.h"
#include "store/journal.h"
#include "tests/check.h"
#include "tests/ledger.h"
#include "tests/scratch.h"

enum { ROWS = 300, CHANGES = 2500, ASKED = 10 /* a question after so many changes */, MANY = 33000 /* more than are looked up one by one */ };

static const struct column columns[] = {
	{ "id", VALUE_TEXT }, { "at", VALUE_INT }, { "state", VALUE_TEXT }, { "name", VALUE_TEXT }, { "note", VALUE_TEXT },
};
enum { ID, AT, STATE, NAME, NOTE, COLUMNS };
static const struct table table = { "deal", columns, COLUMNS, sizeof columns[0], 1, "deal_words", 1 << ID | 1 << NAME | 1 << NOTE };
static const struct migration schema[] = {
	{ 1, "deals",
	  "CREATE TABLE deal(id TEXT PRIMARY KEY NOT NULL, at INTEGER, state TEXT, name TEXT, note TEXT) STRICT;"
	  "CREATE INDEX deal_by_time ON deal(at, id); CREATE INDEX deal_by_state ON deal(state, at, id);"
	  "CREATE VIRTUAL TABLE deal_words USING fts5(id, name, note, content='', columnsize=0, detail=none, tokenize='trigram');" },
};
static const char *const states[] = { "new", "open", "done" };

static struct {
	char dir[64];
	struct db *db;
	struct err err;
	uint64_t seed;
} room;

static uint32_t chance(uint32_t n)
{
	room.seed = room.seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(room.seed >> 33) % n;
}

static int setup(void **state)
{
	char path[80];
	struct db_config c = { .path = path, .create = true };

	(void)state;
	room.seed = 7;
	scratch_make(room.dir, sizeof room.dir);
	snprintf(path, sizeof path, "%s/search.db", room.dir);
	assert_ok(db_open(&room.db, &c, &room.err), room.err);
	assert_ok(db_migrate(room.db, schema, 1, &room.err), room.err);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	db_close(room.db);
	scratch_remove(room.dir);
	return 0;
}

/* Letters that fold in ASCII, that fold elsewhere only, that LIKE and FTS5 give a meaning, and of one to four bytes. */
static const char *random_text(struct pool *pool, size_t most)
{
	static const char *const pieces[] = { "a", "A", "b", "1", "2", "\"", "%", "_", "\\", "'", " ", "*", "é", "É", "ß", "K" /* Kelvin */,
					      "k", "张", "三", "样", "本", "😀", "\x02", "-", "AND" };
	AUTO(buf_release) struct buf text = BUF_INIT;

	for (size_t i = chance((uint32_t)most + 1); i > 0; i--)
		buf_adds(&text, pieces[chance(chance(3) ? COUNT(pieces) : 4)]);
	return pool_strndup(pool, text.data, text.len);
}

static void random_row(struct value *v, struct pool *pool)
{
	char id[16];

	snprintf(id, sizeof id, "D%03u", (unsigned)chance(ROWS));
	v[ID] = value_copy(pool, value_text(id));
	v[AT] = chance(9) ? value_int(chance(40)) : value_null();
	v[STATE] = value_text(states[chance(COUNT(states))]);
	v[NAME] = chance(9) ? value_text(random_text(pool, 9)) : value_null();
	v[NOTE] = chance(9) ? value_text(random_text(pool, 14)) : value_null();
}

static void change_something(void)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value v[COLUMNS];

	random_row(v, &pool);
	switch (chance(6)) {
	case 0:
		assert_ok(db_delete(room.db, &table, v, &room.err), room.err);
		break;
	case 1:
		assert_in_set((uint64_t)db_insert(room.db, &table, v, &room.err), ((uint64_t[]){ E_OK, E_EXISTS }), 2);
		break;
	default:
		assert_ok(db_put(room.db, &table, v, &room.err), room.err);
	}
}

static struct cond word(struct pool *pool, enum cond_op how, const char *text, size_t leave)
{
	static const int searched[] = { ID, NAME, NOTE };
	struct cond *kids = pool_alloc(pool, 3 * sizeof *kids);
	size_t n = 0;

	for (size_t i = 0; i < COUNT(searched); i++)
		if (i != leave)
			kids[n++] = (struct cond){ .op = how, .column = columns[searched[i]].name, .value = value_text(text) };
	return (struct cond){ .op = COND_SEARCH, .kids = kids, .nkids = n };
}

static struct cond random_cond(struct pool *pool, int depth)
{
	struct cond *kids = pool_alloc(pool, 3 * sizeof *kids), c = { .op = COND_AND, .kids = kids, .nkids = 1 + chance(3) };

	if (depth == 2 || chance(3) == 0)
		return word(pool, chance(3) ? COND_CONTAINS : COND_PREFIX, random_text(pool, 4), chance(6)); /* one column may be masked */
	for (size_t i = 0; i < c.nkids; i++)
		kids[i] = chance(4) ? random_cond(pool, depth + 1) :
			  (struct cond){ .op = COND_EQ, .column = "state", .value = value_text(states[chance(COUNT(states))]) };
	c.op = chance(3) ? COND_AND : chance(2) ? COND_OR : COND_NOT;
	c.nkids = c.op == COND_NOT ? 1 : c.nkids;
	return c;
}

/* The same, with every search as the OR that it means. */
static struct cond without_index(struct pool *pool, const struct cond *c)
{
	struct cond *kids = pool_alloc(pool, (c->nkids + 1) * sizeof *kids), out = *c;

	for (size_t i = 0; i < c->nkids; i++)
		kids[i] = without_index(pool, &c->kids[i]);
	out.kids = kids;
	out.op = c->op == COND_SEARCH ? COND_OR : c->op;
	return out;
}

static void ids_of(const struct query *q, struct buf *out)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[COLUMNS];
	bool more = true;

	assert_ok(query_open(&c, room.db, q, &room.err), room.err);
	while (assert_ok(cursor_next(c, row, &more, &room.err), room.err), more)
		buf_addf(out, "%s ", row[ID].text);
}

static size_t compare(struct query q, struct pool *pool)
{
	AUTO(buf_release) struct buf fast = BUF_INIT;
	AUTO(buf_release) struct buf slow = BUF_INIT;
	int64_t n, counted, upto;
	bool whole;

	ids_of(&q, &fast);
	assert_ok(query_count(room.db, &q, &n, &room.err), room.err);
	assert_ok(query_count_upto(room.db, &q, MANY * 2, 60000, &upto, &whole, &room.err), room.err);
	q.where = without_index(pool, &q.where);
	ids_of(&q, &slow);
	assert_ok(query_count(room.db, &q, &counted, &room.err), room.err);
	assert_string_equal(fast.data, slow.data);
	assert_int_equal(n, counted);
	assert_int_equal(upto, counted);
	assert_true(whole);
	return slow.len;
}

static void finds_what_reading_every_row_finds(void **state)
{
	size_t met = 0;
	struct tx tx;

	(void)state;
	assert_ok(tx_begin(&tx, room.db, &room.err), room.err);
	for (int i = 0; i < CHANGES; i++) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		struct query q = { .table = &table, .norder = chance(2), .order = { { "at", chance(2) } }, .limit = chance(2) ? 7 : 0,
				   .backwards = chance(2) };
		struct value from[COLUMNS];

		change_something();
		if (i % ASKED)
			continue;
		q.where = random_cond(&pool, 0);
		random_row(from, &pool);
		q.from = chance(2) ? from : NULL;
		met += compare(q, &pool);
		if (i % 8 == 0) {
			assert_ok(tx_commit(&tx, &room.err), room.err);
			assert_ok(tx_begin(&tx, room.db, &room.err), room.err);
		}
	}
	assert_ok(tx_commit(&tx, &room.err), room.err);
	assert_true(met > 1000);
}

/* Half of the rows hold the one word, three the other. */
static void fill_many(void)
{
	struct tx tx;
	char id[16];

	assert_ok(tx_begin(&tx, room.db, &room.err), room.err);
	for (int i = 0; i < 2 * MANY; i++) {
		struct value v[COLUMNS] = { value_text(id), value_int(i), value_text(states[i % 3]), value_text(i % 2 ? "common" : "other"),
					    i % 7001 ? value_null() : value_text("样本商户") };

		snprintf(id, sizeof id, "M%05d", i);
		assert_ok(db_put(room.db, &table, v, &room.err), room.err);
	}
	assert_ok(tx_commit(&tx, &room.err), room.err);
}

static void common_words_and_rare_ones_agree(void **state)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct cond both[2] = { word(&pool, COND_CONTAINS, "MMO", 3), word(&pool, COND_CONTAINS, "本商户", 3) };
	struct query q = { .table = &table, .order = { { "at", true } }, .norder = 1, .limit = 50 };

	(void)state;
	fill_many();
	q.where = both[0];
	assert_int_not_equal(compare(q, &pool), 0);
	q.where = both[1];
	assert_int_not_equal(compare(q, &pool), 0);
	q.where = (struct cond){ .op = COND_AND, .kids = both, .nkids = 2 };
	assert_int_not_equal(compare(q, &pool), 0);
}

static bool ordered(const struct query *q)
{
	bool is;

	assert_ok(query_ordered(room.db, q, &is, &room.err), room.err);
	return is;
}

static void several_states_keep_their_order(void **state)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct cond any[3];
	struct query q = { .table = &table, .where = { .op = COND_OR, .kids = any, .nkids = 2 }, .order = { { "at", true } }, .norder = 1, .limit = 20 };
	struct value from[COLUMNS] = { value_text("M00300"), value_int(300), value_text("new"), value_null(), value_null() };

	(void)state;
	for (size_t i = 0; i < COUNT(any); i++)
		any[i] = (struct cond){ .op = COND_EQ, .column = "state", .value = value_text(states[i]) };
	assert_true(ordered(&q));
	assert_int_not_equal(compare(q, &pool), 0);
	q.from = from;
	assert_true(ordered(&q));
	assert_int_not_equal(compare(q, &pool), 0);
	any[1] = any[0]; /* the same twice: each row once all the same */
	assert_int_not_equal(compare(q, &pool), 0);
	q.from = NULL;
	q.order[0].column = "note";
	assert_false(ordered(&q));
	q.where = (struct cond){ .op = COND_ALL };
	q.order[0].column = "state"; /* its index goes on with the time, the key would have to follow */
	assert_false(ordered(&q));
}

static void counts_stop_where_they_are_told(void **state)
{
	struct query q = { .table = &table };
	int64_t n, all;
	bool whole;

	(void)state;
	assert_ok(query_count(room.db, &q, &all, &room.err), room.err);
	assert_ok(query_count_upto(room.db, &q, 100, 60000, &n, &whole, &room.err), room.err);
	assert_int_equal(n, 100);
	assert_false(whole);
	assert_ok(query_count_upto(room.db, &q, all, 60000, &n, &whole, &room.err), room.err);
	assert_int_equal(n, all);
	assert_true(whole);
	assert_ok(query_count_upto(room.db, &q, all, 0, &n, &whole, &room.err), room.err);
	assert_in_range((uint64_t)n, 0, (uint64_t)all - 1);
	assert_false(whole);
	assert_ok(query_count(room.db, &q, &n, &room.err), room.err); /* patience ends with the question */
	assert_int_equal(n, all);
}

enum { ASIDES = 200 };

static void reading_ends_with_its_budget(void **state)
{
	struct cond kids[ASIDES];
	struct query all = { .table = &table }, heavy = { .table = &table, .where = { .op = COND_OR, .kids = kids, .nkids = ASIDES } };
	struct cursor *c;
	int64_t n;
	bool whole;

	(void)state;
	for (size_t i = 0; i < COUNT(kids); i++)
		kids[i] = (struct cond){ .op = COND_CONTAINS, .column = "note", .value = value_text("in none of them") };
	db_budget(room.db, -1);
	assert_int_equal(query_open(&c, room.db, &all, &room.err), E_SLOW);
	assert_int_equal(query_count(room.db, &all, &n, &room.err), E_SLOW);
	assert_int_equal(query_count_upto(room.db, &all, 1, 60000, &n, &whole, &room.err), E_SLOW);
	db_budget(room.db, 1);
	assert_int_equal(query_count(room.db, &heavy, &n, &room.err), E_SLOW);
	assert_int_equal(query_count_upto(room.db, &heavy, 1, 60000, &n, &whole, &room.err), E_SLOW);
	db_budget(room.db, 60000);
	assert_ok(query_count_upto(room.db, &heavy, 1, 1, &n, &whole, &room.err), room.err); /* a count has its own */
	assert_false(whole);
	db_budget(room.db, 0);
	assert_ok(query_count(room.db, &heavy, &n, &room.err), room.err);
	assert_int_equal(n, 0);
}

static void reading_stops_when_it_is_told(void **state)
{
	struct query q = { .table = &table };
	struct value row[COLUMNS];
	atomic_bool stop = false;
	struct cursor *c;
	enum code code;
	int64_t n, all;
	bool more;

	(void)state;
	assert_ok(query_count(room.db, &q, &all, &room.err), room.err);
	db_stop(room.db, &stop);
	assert_ok(query_open(&c, room.db, &q, &room.err), room.err);
	assert_ok(cursor_next(c, row, &more, &room.err), room.err);
	atomic_store(&stop, true);
	for (n = 0, code = E_OK; !code; n++)
		code = cursor_next(c, row, &more, &room.err);
	assert_int_equal(code, E_CANCELLED);
	assert_in_range((uint64_t)n, 1, (uint64_t)all / 10);
	cursor_close(c);
	assert_int_equal(query_count(room.db, &q, &n, &room.err), E_CANCELLED);
	db_stop(room.db, NULL);
	assert_ok(query_count(room.db, &q, &n, &room.err), room.err);
	assert_int_equal(n, all);
}

static void a_search_is_for_one_text(void **state)
{
	struct cond kids[2] = { { .op = COND_CONTAINS, .column = "name", .value = value_text("abc") },
				{ .op = COND_CONTAINS, .column = "note", .value = value_text("xyz") } };
	struct query q = { .table = &table, .where = { .op = COND_SEARCH, .kids = kids, .nkids = 2 } };
	int64_t n;

	(void)state;
	assert_int_equal(query_count(room.db, &q, &n, &room.err), E_INVALID);
	kids[1] = (struct cond){ .op = COND_PREFIX, .column = "note", .value = value_text("abc") };
	assert_int_equal(query_count(room.db, &q, &n, &room.err), E_INVALID);
}

/* ---- the record kinds ---- */
static int64_t hits(struct db *db, const struct record *rec, const char *field, const char *text)
{
	struct table t = record_table(rec);
	struct cond kid = { .op = COND_CONTAINS, .column = field, .value = value_text(text) };
	struct query q = { .table = &t, .where = { .op = COND_SEARCH, .kids = &kid, .nkids = 1 } };
	int64_t n;

	assert_ok(query_count(db, &q, &n, &room.err), room.err);
	return n;
}

static void every_searched_field_is_in_its_index(void **state)
{
	struct ledger l;

	(void)state;
	ledger_open(&l);
	for (size_t r = 0; r < nrecords; r++) {
		AUTO(item_release) struct item it = { 0 };

		if (!records[r]->words) {
			assert_true(records[r]->flags & RECORD_OWN); /* what the core sends may be much */
			continue;
		}
		if (records[r]->table && strcmp(records[r]->table, "journal_view") == 0)
			continue; /* it is written elsewhere: below */
		item_init(&it, records[r]);
		item_set(&it, "state", value_text(records[r]->states[0].name));
		for (size_t f = 0; f < records[r]->nfields; f++)
			if (records[r]->fields[f].show & SHOW_SEARCH) {
				assert_true(f < 64); /* a bit for each in struct table */
				item_set(&it, records[r]->fields[f].column.name, value_text(records[r]->fields[f].column.name));
			}
		assert_ok(item_save(&it, l.db, &room.err), room.err);
		for (size_t f = 0; f < records[r]->nfields; f++) {
			const char *name = records[r]->fields[f].column.name;

			if (records[r]->fields[f].show & SHOW_SEARCH && strlen(name) > 2 && hits(l.db, records[r], name, name) != 1)
				fail_msg("%s.%s is not found by its words", records[r]->kind, name);
		}
	}
	ledger_close(&l);
}

/* A store of the form before had no index: what is in it already is found all the same. */
static void records_from_before_are_found(void **state)
{
	const struct record *rec = record_find("transaction");
	struct table old = record_table(rec);
	AUTO(item_release) struct item it = { 0 };
	struct db *db;
	char path[80];
	struct db_config c = { .path = path, .create = true };

	(void)state;
	old.words = NULL;
	snprintf(path, sizeof path, "%s/before.db", room.dir);
	assert_ok(db_open(&db, &c, &room.err), room.err);
	assert_ok(db_migrate(db, core_migrations, 2, &room.err), room.err);
	item_init(&it, rec);
	item_set(&it, "id", value_text("T1"));
	item_set(&it, "state", value_text("succeeded"));
	item_set(&it, "order_no", value_text("SPECIMEN-4711-x"));
	assert_ok(db_put(db, &old, it.v, &room.err), room.err);
	assert_ok(db_migrate(db, core_migrations, core_nmigrations, &room.err), room.err);
	assert_int_equal(hits(db, rec, "order_no", "-4711-"), 1);
	assert_int_equal(hits(db, rec, "order_no", "-4712-"), 0);
	assert_ok(db_delete(db, &old, it.v, &room.err), room.err);
	db_close(db);
}

/* The same for what has an index since later: commands that wait, and the journal, whose index the store keeps. */
static void journal_and_outbox_from_before(void **state)
{
	const struct record *outbox = record_find("outbox"), *journal = record_find("journal");
	struct table old = record_table(outbox), entries = journal_table;
	static const char body[] = "{\"v\":1,\"id\":\"0\",\"kind\":\"merchant\",\"record\":\"M-1\",\"version\":7,\"action\":\"pass_review\",\"input\":{},"
				   "\"reason\":\"SPECIMEN 样本理由\"}";
	struct value entry[JOURNAL_COLUMNS];
	AUTO(item_release) struct item it = { 0 }, shown = { 0 };
	struct db *db;
	char path[80];
	struct db_config c = { .path = path, .create = true };

	(void)state;
	old.words = entries.words = NULL;
	snprintf(path, sizeof path, "%s/older.db", room.dir);
	assert_ok(db_open(&db, &c, &room.err), room.err);
	assert_ok(db_migrate(db, core_migrations, 7, &room.err), room.err);
	item_init(&it, outbox);
	item_set(&it, "id", value_text("C1"));
	item_set(&it, "state", value_text("pending"));
	item_set(&it, "reason", value_text("SPECIMEN 样本理由"));
	assert_ok(db_put(db, &old, it.v, &room.err), room.err);
	for (size_t i = 0; i < JOURNAL_COLUMNS; i++)
		entry[i] = value_blob("", 0);
	entry[JOURNAL_SEQ] = value_int(1);
	entry[JOURNAL_AT] = value_int(1);
	entry[JOURNAL_OPERATOR] = entry[JOURNAL_KIND] = value_text("merchant");
	entry[JOURNAL_VERB] = value_text("command");
	entry[JOURNAL_ID] = value_text("M-1");
	entry[JOURNAL_BODY] = value_blob(body, strlen(body));
	assert_ok(db_insert(db, &entries, entry, &room.err), room.err);
	assert_ok(db_migrate(db, core_migrations, core_nmigrations, &room.err), room.err);
	entry[JOURNAL_SEQ] = value_int(2);
	assert_ok(db_insert(db, &journal_table, entry, &room.err), room.err);
	assert_int_equal(hits(db, outbox, "reason", "样本理"), 1);
	assert_int_equal(hits(db, outbox, "reason", "理由样"), 0);
	assert_int_equal(hits(db, journal, "body", "样本理"), 2);
	assert_int_equal(hits(db, journal, "body", "pass_review"), 2);
	assert_int_equal(hits(db, journal, "record", "M-1"), 2);
	assert_int_equal(hits(db, journal, "record", "M-2"), 0);
	assert_ok(item_load(&shown, db, journal, "1", &room.err), room.err);
	assert_string_equal(item_text(&shown, "what"), "pass_review");
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_reading_every_row_finds),
		cmocka_unit_test(common_words_and_rare_ones_agree),
		cmocka_unit_test(several_states_keep_their_order),
		cmocka_unit_test(counts_stop_where_they_are_told),
		cmocka_unit_test(reading_ends_with_its_budget),
		cmocka_unit_test(reading_stops_when_it_is_told),
		cmocka_unit_test(a_search_is_for_one_text),
		cmocka_unit_test(every_searched_field_is_in_its_index),
		cmocka_unit_test(records_from_before_are_found),
		cmocka_unit_test(journal_and_outbox_from_before),
	};
	return cmocka_run_group_tests_name("search", tests, setup, teardown);
}
