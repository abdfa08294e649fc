/* A line of the feed: parsed, read into a record, written again, and shown to people of every clearance. */
#include <string.h>

#include "core/item.h"
#include "core/values/text.h"
#include "tests/fuzz/fuzz.h"

static void writes_again(const struct json *doc)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf once = BUF_INIT, twice = BUF_INIT;
	struct json_writer w = JSON_WRITER(&once), v = JSON_WRITER(&twice);
	const struct json_limits room = { .bytes = 16u << 20 };
	const struct json *again;

	json_value(&w, doc);
	HOLDS(json_parse(&pool, once.data, once.len, &room, &again, NULL) == E_OK);
	json_value(&v, again);
	HOLDS(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
}

static void shows(const struct item *it)
{
	for (int c = PRIVACY_GENERAL; c <= PRIVACY_CORE; c++) {
		const struct show how = { .clearance = (enum privacy)c, .now = 1763700000000 };

		for (size_t f = 0; f < it->rec->nfields; f++) {
			AUTO(buf_release) struct buf seen = BUF_INIT, clean = BUF_INIT;

			item_show(&seen, it, f, &how);
			text_clean(&clean, seen.data, seen.len, TEXT_LINE);
			HOLDS(!strcmp(seen.data, clean.data));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(item_release) struct item it = { 0 }, same = { 0 };
	AUTO(buf_release) struct buf once = BUF_INIT, twice = BUF_INIT;
	struct json_writer w = JSON_WRITER(&once), v = JSON_WRITER(&twice);
	const struct json *doc;
	bool deleted;
	struct err err;

	if (json_parse(&pool, (const char *)data, size, NULL, &doc, &err))
		return 0;
	writes_again(doc);
	if (item_read_change(&it, doc, &deleted, &err) || deleted)
		return 0;
	HOLDS(record_id_valid(item_id(&it)) && item_state(&it) >= 0);
	shows(&it);
	item_write_change(&it, &w);
	HOLDS(json_parse(&pool, once.data, once.len, NULL, &doc, &err) == E_OK);
	HOLDS(item_read_change(&same, doc, &deleted, &err) == E_OK && !deleted);
	item_write_change(&same, &v);
	HOLDS(!strcmp(once.data, twice.data));
	return 0;
}
