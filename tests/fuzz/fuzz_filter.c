/* The filter language over every record kind, for somebody who may see everything and somebody who may see little: what is accepted
 * is a query that runs, what is refused says where. */
#include <string.h>
#include <unistd.h>

#include "core/filter/filter.h"
#include "core/item.h"
#include "core/migrations.h"
#include "tests/fuzz/fuzz.h"
#include "tests/scratch.h"

#define NOW INT64_C(1763700000000)

static struct db *db;
static char dir[64];

static void finish(void)
{
	db_close(db);
	scratch_remove(dir);
}

static void start(void)
{
	char path[100];
	struct db_config config = { .path = path, .create = true };

	scratch_make(dir, sizeof dir);
	snprintf(path, sizeof path, "%s/fuzz.db", dir);
	HOLDS(db_open(&db, &config, NULL) == E_OK);
	atexit(finish);
	HOLDS(db_migrate(db, core_migrations, core_nmigrations, NULL) == E_OK);
	for (size_t i = 0; i < nrecords; i++) {
		AUTO(item_release) struct item it = { 0 };

		if (!strcmp(records[i]->kind, "journal")) /* a view */
			continue;
		item_init(&it, records[i]);
		item_set(&it, "id", value_text("s-1"));
		item_set(&it, "state", value_text(records[i]->states[0].name));
		item_set(&it, "updated_at", value_int(NOW));
		HOLDS(item_save(&it, db, NULL) == E_OK);
	}
}

static void runs(const struct filter *f)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value *row = mem_alloc(f->table.ncolumns * sizeof *row);
	int64_t n, met = 0;
	bool more = true;

	HOLDS(query_count(db, &f->query, &n, NULL) == E_OK);
	HOLDS(query_open(&c, db, &f->query, NULL) == E_OK);
	while (more) {
		HOLDS(cursor_next(c, row, &more, NULL) == E_OK);
		met += more;
	}
	HOLDS(met == n || f->query.limit);
	free(row);
}

static void filters(const struct record *rec, const char *text, const struct actor *who)
{
	struct filter f;
	size_t at = SIZE_MAX, len = SIZE_MAX;
	struct err err;

	if (!filter_parse(&f, rec, text, &(struct filter_reader){ .who = who, .now = NOW }, &at, &len, &err)) {
		runs(&f);
		filter_release(&f);
		return;
	}
	HOLDS(err.code == E_INVALID || err.code == E_DENIED || err.code == E_USAGE);
	HOLDS(*err.msg && at <= strlen(text) && len <= strlen(text) - at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct actor whole = { .id = "0123456789abcdef", .name = "lin", .roles = "admin,auditor,risk", .clearance = PRIVACY_CORE };
	static const struct actor little = { .id = "fedcba9876543210", .name = "wu", .roles = "support", .clearance = PRIVACY_GENERAL };
	char *text;

	if (!db)
		start();
	text = mem_strndup((const char *)data, strnlen((const char *)data, size));
	for (size_t i = 0; i < nrecords; i++) {
		filters(records[i], text, &whole);
		filters(records[i], text, &little);
	}
	free(text);
	return 0;
}
