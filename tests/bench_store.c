/* The sealed store against plain SQLite with the same settings, and against SQLCipher where that is installed: usage
 * bench_store [ROWS [ROUNDS [SQLCIPHER-PROGRAM]]]. Rounds alternate between the engines; the best of each counts. CPU time is what to
 * look at: wall time depends on the disk's syncs and on who else is at work. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/db.h"
#include "tests/bench_load.h"
#include "tests/scratch.h"

static const struct column columns[] = {
	{ "id", VALUE_TEXT },       { "merchant", VALUE_TEXT }, { "at", VALUE_INT },      { "amount", VALUE_INT }, { "currency", VALUE_TEXT },
	{ "state", VALUE_TEXT },    { "channel", VALUE_TEXT },  { "card", VALUE_TEXT },   { "terminal", VALUE_TEXT }, { "note", VALUE_TEXT },
};
static const struct table deals = { "deal", columns, COUNT(columns), sizeof(struct column), 1, NULL, 0 };
static const struct migration schema[] = { { 1, "deals", load_schema } };

static void must(enum code code, const struct err *err)
{
	if (code) {
		fprintf(stderr, "bench_store: %s %s\n", code_name(code), err->msg);
		exit(1);
	}
}

static void insert_batch(struct db *db, int64_t from, int64_t to, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	must(tx_begin(&tx, db, err), err);
	for (int64_t i = from; i < to; i++) {
		struct load_row r;
		load_fill(&r, i);
		const struct value v[] = { value_text(r.id), value_text(r.merchant), value_int(r.at), value_int(r.amount), value_text("CNY"),
					   value_text(r.state), value_text(r.channel), value_text(r.card), value_text(r.terminal), value_text(r.note) };
		must(db_insert(db, &deals, v, err), err);
	}
	must(tx_commit(&tx, err), err);
}

/* Microseconds of CPU for each of n lookups by id, spread over the first `among` of every `step`th row. */
static double lookups(struct db *db, int64_t rows, int64_t among, int n, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[COUNT(columns)];
	double start = load_now().cpu;
	for (int i = 0; i < n; i++) {
		char id[48];
		load_id(id, (int64_t)(load_mix((uint64_t)i) % (uint64_t)among) * (rows / among));
		struct value key = value_text(id);
		must(db_get(db, &deals, &key, &pool, row, err), err);
		pool_clear(&pool);
	}
	return (load_now().cpu - start) / n * 1e6;
}

/* The newest of a merchant's transactions. */
static double lists(struct db *db, int among, int n, struct err *err)
{
	double start = load_now().cpu;
	for (int i = 0; i < n; i++) {
		char merchant[24];
		load_merchant(merchant, load_mix((uint64_t)(i % among)));
		AUTO(cursor_closep) struct cursor *c = NULL;
		struct value row[COUNT(columns)];
		bool more = true;
		struct query q = { .table = &deals, .where = { .op = COND_EQ, .column = "merchant", .value = value_text(merchant) },
				   .order = { { "at", true } }, .norder = 1, .limit = LOAD_LAST };
		must(query_open(&c, db, &q, err), err);
		while (more)
			must(cursor_next(c, row, &more, err), err);
	}
	return (load_now().cpu - start) / n * 1e6;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

/* The cache warm, then several passes of which the best counts: others are at work on this machine too. */
static void look(struct db *db, int64_t rows, struct load_result *r, struct err *err)
{
	lookups(db, rows, LOAD_HOT, LOAD_HOT * 10, err);
	r->hit_id = lookups(db, rows, LOAD_HOT, LOAD_LOOKUPS, err);
	for (int i = 1; i < LOAD_PASSES; i++)
		r->hit_id = least(r->hit_id, lookups(db, rows, LOAD_HOT, LOAD_LOOKUPS, err));
	r->hit_list = lists(db, LOAD_HOT / 20, LOAD_LISTS, err);
	for (int i = 1; i < LOAD_PASSES; i++)
		r->hit_list = least(r->hit_list, lists(db, LOAD_HOT / 20, LOAD_LISTS, err));
	r->miss_id = lookups(db, rows, rows, LOAD_LOOKUPS, err);
	r->miss_list = lists(db, LOAD_LISTS, LOAD_LISTS, err);
	for (int i = 1; i < LOAD_PASSES; i++) {
		r->miss_id = least(r->miss_id, lookups(db, rows, rows, LOAD_LOOKUPS, err));
		r->miss_list = least(r->miss_list, lists(db, LOAD_LISTS, LOAD_LISTS, err));
	}
}

static struct load_result run(const struct secret *key, int64_t rows)
{
	struct err err = { 0 };
	struct db *db;
	char dir[64], path[80];
	scratch_make(dir, sizeof dir);
	snprintf(path, sizeof path, "%s/bench.db", dir);
	struct db_config c = { .path = path, .key = key, .create = true };
	must(db_open(&db, &c, &err), &err);
	must(db_migrate(db, schema, COUNT(schema), &err), &err);
	struct load_clock start = load_now();
	for (int64_t i = 0; i < rows; i += LOAD_BATCH)
		insert_batch(db, i, i + LOAD_BATCH < rows ? i + LOAD_BATCH : rows, &err);
	db_close(db); /* the last checkpoint belongs to the price */
	struct load_clock end = load_now();
	struct load_result r = { .insert_wall = end.wall - start.wall, .insert_cpu = end.cpu - start.cpu };

	c.create = false;
	c.cache_kib = LOAD_CACHE_KIB;
	must(db_open(&db, &c, &err), &err);
	look(db, rows, &r, &err);
	db_close(db);
	scratch_remove(dir);
	return r;
}

/* SQLCipher's symbols are SQLite's, so it runs in a program of its own. */
static bool run_sqlcipher(const char *program, int64_t rows, struct load_result *r)
{
	char command[256];
	snprintf(command, sizeof command, "%s %lld", program, (long long)rows);
	FILE *f = popen(command, "r");
	int n = f ? fscanf(f, LOAD_FORMAT, &r->insert_wall, &r->insert_cpu, &r->hit_id, &r->miss_id, &r->hit_list, &r->miss_list) : 0;
	return f && pclose(f) == 0 && n == 6;
}

static void keep_best(struct load_result *best, struct load_result r, bool first)
{
#define BEST(field) best->field = first || r.field < best->field ? r.field : best->field
	BEST(insert_wall), BEST(insert_cpu), BEST(hit_id), BEST(miss_id), BEST(hit_list), BEST(miss_list);
#undef BEST
}

static void print_line(const char *name, const struct load_result *r, const struct load_result *plain)
{
	printf("%-10s %8.2f s %5.2fx %8.2f s %5.2fx %7.1f us %5.2fx %7.1f us %5.2fx %7.1f us %5.2fx %7.1f us %5.2fx\n", name,
	       r->insert_wall, r->insert_wall / plain->insert_wall, r->insert_cpu, r->insert_cpu / plain->insert_cpu, r->hit_id,
	       r->hit_id / plain->hit_id, r->miss_id, r->miss_id / plain->miss_id, r->hit_list, r->hit_list / plain->hit_list, r->miss_list,
	       r->miss_list / plain->miss_list);
}

int main(int argc, char **argv)
{
	int64_t rows = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000;
	int rounds = argc > 2 ? atoi(argv[2]) : 2;
	const char *program = argc > 3 ? argv[3] : NULL;
	AUTO(secret_freep) struct secret *key = NULL;
	struct err err = { 0 };
	struct load_result plain = { 0 }, sealed = { 0 }, cipher = { 0 }, r;
	bool with_cipher = program && access(program, X_OK) == 0;
	must(crypto_start(&err), &err);
	must(secret_new(&key, KEY_BYTES, &err), &err);
	crypto_random(secret_bytes(key), KEY_BYTES);
	if (rows < LOAD_HOT || rounds < 1)
		return 2;
	for (int i = 0; i < rounds; i++) {
		keep_best(&plain, run(NULL, rows), i == 0);
		keep_best(&sealed, run(key, rows), i == 0);
		if (with_cipher && (with_cipher = run_sqlcipher(program, rows, &r)))
			keep_best(&cipher, r, i == 0);
	}
	printf("%lld transactions, 4 indexes, %d rounds; insert in batches of %d with a 32 MiB cache, then CPU time of one lookup in and beside an %d KiB cache\n", (long long)rows,
	       rounds, LOAD_BATCH, LOAD_CACHE_KIB);
	printf("%-10s %17s %17s %17s %17s %17s %17s\n", "", "insert, wall", "insert, CPU", "by id, hit", "by id, miss", "last 50, hit",
	       "last 50, miss");
	print_line("plain", &plain, &plain);
	print_line("sealed", &sealed, &plain);
	if (with_cipher)
		print_line("SQLCipher", &cipher, &plain);
	else
		printf("SQLCipher: not installed, skipped\n");
	return 0;
}
