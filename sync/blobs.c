/* Documents that were fetched, kept in the sealed store so that they open at once and without the core. The least recently used go first. */
#include <string.h>

#include "sync/link.h"

enum { USED_STEP_MS = 10 * 60 * 1000 /* noted no finer than this: looking at a picture is no reason to write each time */ };
enum { KEPT_SHA256, KEPT_SIZE, KEPT_USED, KEPT_COLUMNS };
enum { BYTES_SHA256, BYTES_DATA, BYTES_COLUMNS };

static const struct column kept_columns[] = { { "sha256", VALUE_TEXT }, { "size", VALUE_INT }, { "used_at", VALUE_INT } };
static const struct table kept_table = {
	.name = "blob_kept", .columns = kept_columns, .ncolumns = KEPT_COLUMNS, .stride = sizeof kept_columns[0], .nkey = 1,
};
static const struct column bytes_columns[] = { { "sha256", VALUE_TEXT }, { "data", VALUE_BLOB } };
static const struct table bytes_table = {
	.name = "blob_bytes", .columns = bytes_columns, .ncolumns = BYTES_COLUMNS, .stride = sizeof bytes_columns[0], .nkey = 1,
};

bool blob_name(const char *sha256_hex, uint8_t sum[32])
{
	return strlen(sha256_hex) == 64 && strspn(sha256_hex, "0123456789abcdef") == 64 && hex_decode(sha256_hex, 64, sum, 32);
}

enum code blob_check(const char *sha256_hex, const void *data, size_t n, struct err *err)
{
	uint8_t want[32], sum[32];

	if (!blob_name(sha256_hex, want))
		return fail(err, E_INVALID, "a document is named by 64 hexadecimal digits");
	sha256(sum, data, n);
	if (!crypto_equal(sum, want, sizeof sum))
		return fail(err, E_SIGNATURE, "the document that the payment core sent is not the one that was asked for");
	return E_OK;
}

/* ---- the oldest make room ---- */
static enum code drop(struct db *db, const char *sha256_hex, struct err *err)
{
	struct value key = value_text(sha256_hex);

	return db_delete(db, &bytes_table, &key, err) ? err->code : db_delete(db, &kept_table, &key, err);
}

static enum code oldest(struct db *db, struct pool *pool, const char **sha256_hex, int64_t *size, struct err *err)
{
	const struct query q = { .table = &kept_table, .order = { { "used_at", false } }, .norder = 1, .limit = 1 };
	AUTO(cursor_closep) struct cursor *cur = NULL;
	struct value row[KEPT_COLUMNS];
	bool more = true;

	*sha256_hex = NULL;
	if (query_open(&cur, db, &q, err) || cursor_next(cur, row, &more, err))
		return err->code;
	if (more) {
		*sha256_hex = pool_strdup(pool, row[KEPT_SHA256].text);
		*size = row[KEPT_SIZE].num;
	}
	return E_OK;
}

static enum code make_room(struct db *db, int64_t room, struct err *err)
{
	const struct query all = { .table = &kept_table };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	int64_t total, size = 0;
	const char *name;

	if (query_sum(db, &all, "size", &total, err))
		return err->code;
	while (total > room) {
		if (oldest(db, &pool, &name, &size, err))
			return err->code;
		if (!name)
			return E_OK;
		if (drop(db, name, err))
			return err->code;
		total -= size;
	}
	return E_OK;
}

/* ---- in and out ---- */
enum code blob_keep(struct desk *d, const char *sha256_hex, const void *data, size_t n, int64_t most, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	const struct value kept[KEPT_COLUMNS] = { value_text(sha256_hex), value_int((int64_t)n), value_int(store_now(desk_store(d))) };
	const struct value bytes[BYTES_COLUMNS] = { value_text(sha256_hex), value_blob(data, n) };

	if (blob_check(sha256_hex, data, n, err))
		return err->code;
	if ((int64_t)n > most)
		return fail(err, E_FULL, "a document of %zu bytes is larger than what is kept here at most", n);
	if (tx_begin(&tx, desk_db(d), err) || drop(desk_db(d), sha256_hex, err) || make_room(desk_db(d), most - (int64_t)n, err) ||
	    db_put(desk_db(d), &bytes_table, bytes, err) || db_put(desk_db(d), &kept_table, kept, err))
		return err->code;
	return tx_commit(&tx, err);
}

enum code blob_kept(struct desk *d, const char *sha256_hex, struct buf *out, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_text(sha256_hex), kept[KEPT_COLUMNS], bytes[BYTES_COLUMNS];
	int64_t now = store_now(desk_store(d));

	if (db_get(desk_db(d), &kept_table, &key, &pool, kept, err) || db_get(desk_db(d), &bytes_table, &key, &pool, bytes, err))
		return err->code;
	if (blob_check(sha256_hex, bytes[BYTES_DATA].text, bytes[BYTES_DATA].len, err))
		return err->code;
	if (now - kept[KEPT_USED].num >= USED_STEP_MS) {
		kept[KEPT_USED] = value_int(now);
		if (db_put(desk_db(d), &kept_table, kept, err))
			return err->code;
	}
	buf_add(out, bytes[BYTES_DATA].text, bytes[BYTES_DATA].len);
	return E_OK;
}
