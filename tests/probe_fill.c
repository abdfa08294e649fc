/* Usage: probe_fill HOME OPERATOR PASSPHRASE-FILE N: puts N synthetic payments into a store, so that there is something to search for long. */
#include <stdio.h>
#include <stdlib.h>

#include "core/item.h"
#include "core/migrations.h"
#include "store/store.h"

enum { MOST = 10 * 1000 * 1000, EVERY_MS = 1300 };

static enum code put(struct db *db, int64_t i, int64_t now, struct err *err)
{
	AUTO(item_release) struct item it;
	char text[48];

	item_init(&it, record_find("transaction"));
	snprintf(text, sizeof text, "T%012lld", (long long)i + 1);
	item_set(&it, "id", value_text(text));
	item_set(&it, "state", value_text("succeeded"));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(now - i * EVERY_MS));
	item_set(&it, "occurred_at", value_int(now - i * EVERY_MS));
	item_set(&it, "amount", value_int(i % 1000 + 1));
	item_set(&it, "currency", value_text("CNY"));
	snprintf(text, sizeof text, "SPECIMEN-%lld", (long long)i + 1);
	item_set(&it, "order_no", value_text(text));
	return item_save(&it, db, err);
}

static enum code run(char **argv, int64_t n, struct err *err)
{
	const struct store_config config = { .home = argv[1], .world = world_real(), .migrations = core_migrations,
					     .nmigrations = core_nmigrations };
	AUTO(secret_freep) struct secret *pass = NULL;
	AUTO(store_closep) struct store *s = NULL;
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code = crypto_start(err);

	if (code || secret_from_file(&pass, argv[3], err) || store_open(&s, &config, argv[2], pass, true, err) ||
	    tx_begin(&tx, store_db(s), err))
		return err->code;
	for (int64_t i = 0; i < n; i++)
		if (put(store_db(s), i, store_now(s), err))
			return err->code;
	return tx_commit(&tx, err);
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	long n = argc == 5 ? strtol(argv[4], NULL, 10) : 0;

	if (n < 1 || n > MOST)
		return 2;
	if (!run(argv, n, &err))
		return 0;
	fprintf(stderr, "probe_fill: %s\n", err.msg);
	return 1;
}
