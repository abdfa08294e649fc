#include "sync/paycore/token.h"

#include <string.h>

#include "core/values/text.h"
#include "core/values/when.h"
#include "sync/paycore/tables.h"
#include "sync/protocol.h"

enum { TOKEN_RANDOM = 20 };

static void token_hash(struct buf *out, const char *token)
{
	uint8_t sum[KEY_BYTES];
	digest(sum, token, strlen(token));
	buf_add_hex(out, sum, sizeof sum);
}

static enum code check_scope(const char *scope, struct err *err)
{
	if (strlen(scope) >= sizeof ((struct desk_cert *)NULL)->scope)
		return fail(err, E_USAGE, "the scope is too long; say all");
	for (const char *p = scope; strcmp(scope, "all") != 0; p++) {
		size_t n = strcspn(p, ",");
		char kind[64] = "";
		if (n < sizeof kind)
			memcpy(kind, p, n);
		const struct record *rec = record_find(kind);
		if (!rec || rec->flags & RECORD_OWN)
			return fail(err, E_USAGE, "the scope names no kind of record that a core has: %.*s; say all, or kinds with commas", (int)(n < 40 ? n : 40), p);
		p += n;
		if (!*p)
			break;
	}
	return E_OK;
}

static enum code check_regions(const char *regions, struct err *err)
{
	size_t n = strlen(regions);
	if (n == 0 || n >= sizeof ((struct desk_cert *)NULL)->regions || !text_valid(regions, n) || strpbrk(regions, " \t\r\n") ||
	    regions[0] == ',' || regions[n - 1] == ',' || strstr(regions, ",,"))
		return fail(err, E_USAGE, "regions are names with commas and without spaces, or all");
	return E_OK;
}

enum code token_issue(struct institution *in, const char *scope, const char *regions, char out[TOKEN_TEXT + 1], struct err *err)
{
	const struct world *w = institution_world(in);
	AUTO(buf_wipe) struct buf text = BUF_INIT;
	AUTO(buf_release) struct buf hash = BUF_INIT;
	uint8_t bytes[TOKEN_RANDOM];
	enum code c = check_scope(scope, err);
	if (!c)
		c = check_regions(regions, err);
	if (c)
		return c;
	w->random(w->ctx, bytes, sizeof bytes);
	buf_adds(&text, "pd1-");
	buf_add_hex(&text, bytes, sizeof bytes);
	token_hash(&hash, text.data);
	const struct value row[TOKEN_COLUMNS] = {
		[TOKEN_HASH] = value_text(hash.data), [TOKEN_SCOPE] = value_text(scope), [TOKEN_REGIONS] = value_text(regions),
		[TOKEN_EXPIRES] = value_int(world_now(w) + TOKEN_HOURS * WHEN_HOUR),
	};
	c = db_insert(institution_db(in), &tokens_table, row, err);
	if (!c)
		memcpy(out, text.data, TOKEN_TEXT + 1);
	return c;
}

enum code token_find(struct db *db, const char *token, struct pool *pool, struct value *row, struct err *err)
{
	AUTO(buf_release) struct buf hash = BUF_INIT;
	token_hash(&hash, token);
	const struct value key = value_text(hash.data);
	return db_get(db, &tokens_table, &key, pool, row, err);
}
