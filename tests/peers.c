#include "tests/peers.h"

#include <stdio.h>
#include <sys/stat.h>

#include "store/db.h"
#include "tests/bench_load.h"
#include "tests/check.h"

enum { MS_OF_A_DAY = 86400000 };

static FILE *open_file(const char *dir, const char *name)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

static void make_lines(const char *dir, int64_t n)
{
	static const char *const regions[] = { "华东", "华北", "华南", "西南" };
	FILE *f = open_file(dir, "lines");

	for (int64_t i = 0; i < n; i++)
		fprintf(f, "M%08lld  样本商户 %lld  applied  %s  %lld\n", (long long)i + 1, (long long)i, regions[i % 4], (long long)i % 101);
	assert_int_equal(fclose(f), 0);
}

static void make_log(const char *dir, int64_t n)
{
	FILE *f = open_file(dir, "log");

	for (int64_t i = 0; i < n; i++) {
		long long ms = i * 37 % MS_OF_A_DAY, day = 1 + i * 37 / MS_OF_A_DAY;

		fprintf(f, "2026-11-%02lld %02lld:%02lld:%02lld.%03lld INFO payment T%012lld settled\n", day, ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
			ms % 1000, (long long)i);
	}
	assert_int_equal(fclose(f), 0);
}

static void make_mbox(const char *dir, int64_t n)
{
	FILE *f = open_file(dir, "mbox");
	char path[160];

	for (int64_t i = 0; i < n; i++)
		fprintf(f, "From a@example.org Sat Nov 21 10:%02lld:%02lld 2026\nFrom: a%lld <a%lld@example.org>\nTo: b@example.org\nSubject: SPECIMEN %lld\n"
			"Date: Sat, 21 Nov 2026 10:%02lld:%02lld +0000\nMessage-ID: <%lld@example.org>\n\nSPECIMEN %lld\n\n",
			(long long)i / 60 % 60, (long long)i % 60, (long long)i, (long long)i, (long long)i, (long long)i / 60 % 60, (long long)i % 60,
			(long long)i, (long long)i);
	assert_int_equal(fclose(f), 0);
	snprintf(path, sizeof path, "%s/Mail", dir); /* or it would be asked for */
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_deals(const char *dir, int64_t n)
{
	static const struct column columns[] = { { "id", VALUE_TEXT }, { "merchant", VALUE_TEXT }, { "at", VALUE_INT }, { "amount", VALUE_INT },
						 { "currency", VALUE_TEXT }, { "state", VALUE_TEXT }, { "channel", VALUE_TEXT }, { "card", VALUE_TEXT },
						 { "terminal", VALUE_TEXT }, { "note", VALUE_TEXT } };
	static const struct table deals = { .name = "deal", .columns = columns, .ncolumns = COUNT(columns), .stride = sizeof(struct column), .nkey = 1 };
	static const struct migration schema[] = { { 1, "deals", load_schema } };
	char path[160];
	struct db_config config = { .path = path, .create = true };
	struct db *db;
	struct err err = { 0 };

	snprintf(path, sizeof path, "%s/deals.db", dir);
	assert_ok(db_open(&db, &config, &err), err);
	assert_ok(db_migrate(db, schema, COUNT(schema), &err), err);
	for (int64_t i = 0; i < n;) {
		AUTO(tx_end) struct tx tx = { 0 };

		assert_ok(tx_begin(&tx, db, &err), err);
		for (int64_t end = i + LOAD_BATCH; i < n && i < end; i++) {
			struct load_row r;

			load_fill(&r, i);
			assert_ok(db_insert(db, &deals, (struct value[]){ value_text(r.id), value_text(r.merchant), value_int(r.at), value_int(r.amount),
				value_text("CNY"), value_text(r.state), value_text(r.channel), value_text(r.card), value_text(r.terminal),
				value_text(r.note) }, &err), err);
		}
		assert_ok(tx_commit(&tx, &err), err);
	}
	db_close(db);
}

void peers_make(struct peers *p, const char *dir, int64_t merchants, int64_t rows)
{
	int64_t n = rows < PEER_ROWS_MAX ? rows : PEER_ROWS_MAX;

	*p = (struct peers){ n, n, PEER_MAILS, 1 };
	make_lines(dir, merchants);
	make_log(dir, n);
	make_mbox(dir, PEER_MAILS);
	make_deals(dir, n);
}
