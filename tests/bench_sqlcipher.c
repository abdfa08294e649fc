/* The benchmark's load on SQLCipher: usage bench_sqlcipher ROWS; prints the figures on one line for bench_store. Only the benchmark
 * links this library; the store does not. */
#include <stdlib.h>
#include <string.h>

#define SQLITE_HAS_CODEC
#include <sqlcipher/sqlite3.h>

#include "tests/bench_load.h"
#include "tests/scratch.h"

static sqlite3 *db;

static void must(int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) {
		fprintf(stderr, "bench_sqlcipher: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static void open_file(const char *path, int cache_kib)
{
	char sql[256];
	must(sqlite3_open(path, &db));
	snprintf(sql, sizeof sql, "PRAGMA key=\"x'%064d'\"; PRAGMA cipher_page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
				  "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=16000;", 7, cache_kib);
	must(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void text(sqlite3_stmt *s, int at, const char *v)
{
	must(sqlite3_bind_text(s, at, v, -1, SQLITE_STATIC));
}

static void insert_all(int64_t rows)
{
	sqlite3_stmt *s;
	must(sqlite3_prepare_v2(db, "INSERT INTO deal VALUES(?,?,?,?,?,?,?,?,?,?)", -1, &s, NULL));
	for (int64_t i = 0; i < rows; i++) {
		struct load_row r;
		if (i % LOAD_BATCH == 0)
			must(sqlite3_exec(db, i ? "COMMIT;BEGIN IMMEDIATE" : "BEGIN IMMEDIATE", NULL, NULL, NULL));
		load_fill(&r, i);
		text(s, 1, r.id), text(s, 2, r.merchant);
		must(sqlite3_bind_int64(s, 3, r.at)), must(sqlite3_bind_int64(s, 4, r.amount));
		text(s, 5, "CNY"), text(s, 6, r.state), text(s, 7, r.channel), text(s, 8, r.card), text(s, 9, r.terminal), text(s, 10, r.note);
		must(sqlite3_step(s));
		must(sqlite3_reset(s));
	}
	must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	sqlite3_finalize(s);
}

/* CPU time of one lookup, the best of several passes. rows 0: by merchant, else by id. */
static double ask(const char *sql, int64_t rows, int64_t among, int n, int passes)
{
	double best = 1e9;
	sqlite3_stmt *s;
	must(sqlite3_prepare_v2(db, sql, -1, &s, NULL));
	for (int pass = 0; pass < passes; pass++) {
		double start = load_now().cpu;
		for (int i = 0; i < n; i++) {
			char key[48];
			if (rows)
				load_id(key, (int64_t)(load_mix((uint64_t)i) % (uint64_t)among) * (rows / among));
			else
				load_merchant(key, load_mix((uint64_t)(i % among)));
			text(s, 1, key);
			while (sqlite3_step(s) == SQLITE_ROW)
				for (int c = 0; c < 10; c++)
					sqlite3_column_text(s, c);
			must(sqlite3_reset(s));
		}
		double took = (load_now().cpu - start) / n * 1e6;
		best = took < best ? took : best;
	}
	sqlite3_finalize(s);
	return best;
}

int main(int argc, char **argv)
{
	static const char by_id[] = "SELECT * FROM deal WHERE id=?", last[] = "SELECT * FROM deal WHERE merchant=? ORDER BY at DESC, id DESC LIMIT 50";
	int64_t rows = argc > 1 ? strtoll(argv[1], NULL, 10) : 0;
	char dir[64], path[80], schema[sizeof load_schema], *w = schema;
	if (rows < LOAD_HOT)
		return 2;
	for (const char *p = load_schema; *p; p++) /* SQLCipher 3.4.1 stands on an SQLite without STRICT */
		if (strncmp(p, " STRICT", 7) == 0)
			p += 6;
		else
			*w++ = *p;
	*w = '\0';
	scratch_make(dir, sizeof dir);
	snprintf(path, sizeof path, "%s/bench.db", dir);
	open_file(path, 32768);
	must(sqlite3_exec(db, schema, NULL, NULL, NULL));
	struct load_clock start = load_now();
	insert_all(rows);
	sqlite3_close(db);
	struct load_clock end = load_now();
	open_file(path, LOAD_CACHE_KIB);
	ask(by_id, rows, LOAD_HOT, LOAD_HOT * 10, 1);
	double hit = ask(by_id, rows, LOAD_HOT, LOAD_LOOKUPS, LOAD_PASSES), hit_list = ask(last, 0, LOAD_HOT / 20, LOAD_LISTS, LOAD_PASSES);
	double miss = ask(by_id, rows, rows, LOAD_LOOKUPS, LOAD_PASSES), miss_list = ask(last, 0, LOAD_LISTS, LOAD_LISTS, LOAD_PASSES);
	sqlite3_close(db);
	scratch_remove(dir);
	printf("%f %f %f %f %f %f\n", end.wall - start.wall, end.cpu - start.cpu, hit, miss, hit_list, miss_list);
	return 0;
}
