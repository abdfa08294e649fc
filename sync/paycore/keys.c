#include "sync/paycore/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/merchant_configure.h"
#include "core/values/when.h"
#include "sync/paycore/tables.h"

/* ---- the key ---- */

static void derive(struct institution *in, const char *id, char key[API_KEY_TEXT + 1], uint8_t hash[32])
{
	AUTO(buf_release) struct buf purpose = BUF_INIT;
	AUTO(buf_wipe) struct buf text = BUF_INIT;
	uint8_t secret[KEY_BYTES];
	buf_addf(&purpose, "paycore api key %s", id);
	digest_keyed(secret, institution_seed(in), purpose.data, purpose.len);
	buf_adds(&text, "sk_");
	buf_add_hex(&text, secret, sizeof secret);
	memcpy(key, text.data, API_KEY_TEXT + 1);
	sha256(hash, key, API_KEY_TEXT);
	crypto_wipe(secret, sizeof secret);
}

/* Number, start of the digest and time go into the merchant's fields. */
static enum code keep(struct changes *ch, struct item *merchant, const char *id, const uint8_t hash[32], int64_t issued, int64_t claimed, struct err *err)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	const struct value row[KEY_COLUMNS] = {
		[KEY_ID] = value_text(id), [KEY_MERCHANT] = value_text(item_id(merchant)), [KEY_HASH] = value_blob(hash, 32),
		[KEY_ISSUED] = value_int(issued), [KEY_CLAIMED] = claimed ? value_int(claimed) : value_null(),
	};
	buf_add_hex(&hex, hash, API_KEY_SHOWN / 2);
	item_set(merchant, "api_key_id", value_text(id));
	item_set(merchant, "api_key_fingerprint", value_text(hex.data));
	item_set(merchant, "api_key_issued_at", value_int(issued));
	item_set(merchant, "api_key_claimed_at", row[KEY_CLAIMED]);
	return db_insert(institution_db(ch->in), &api_keys_table, row, err);
}

static void name_key(struct buf *id, const uint8_t chance[8])
{
	buf_adds(id, "ak_");
	buf_add_hex(id, chance, 8);
}

enum code keys_fill(struct changes *ch, struct item *merchant, int64_t when, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT, what = BUF_INIT;
	uint8_t hash[32];
	buf_addf(&what, "specimen api key of %s", item_id(merchant));
	sha256(hash, what.data, what.len);
	name_key(&id, hash + 24);
	return keep(ch, merchant, id.data, hash, when, when + WHEN_HOUR, err);
}

/* ---- the keys of a merchant ---- */

struct held { struct pool pool; struct value (*row)[KEY_COLUMNS]; size_t n; };

static void held_release(struct held *h)
{
	pool_release(&h->pool);
	free(h->row);
}

/* Those that are good for something, or waiting: not ended. */
static enum code read_held(struct institution *in, const char *merchant, struct held *h, struct err *err)
{
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "merchant", .value = value_text(merchant) }, { .op = COND_NULL, .column = "ended" },
	};
	const struct query q = { .table = &api_keys_table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) } };
	AUTO(cursor_closep) struct cursor *cur = NULL;
	struct value row[KEY_COLUMNS];
	bool more = true;
	enum code c = query_open(&cur, institution_db(in), &q, err);
	while (!c && !(c = cursor_next(cur, row, &more, err)) && more) {
		h->row = mem_grow(h->row, h->n + 1, sizeof *h->row);
		for (size_t i = 0; i < KEY_COLUMNS; i++)
			h->row[h->n][i] = value_copy(&h->pool, row[i]);
		h->n++;
	}
	return c;
}

static enum code end_one(struct changes *ch, struct value row[KEY_COLUMNS], int64_t when, struct err *err)
{
	row[KEY_ENDED] = value_int(when);
	return db_put(institution_db(ch->in), &api_keys_table, row, err);
}

/* All but the one that is kept; keep "": all. */
static enum code end_others(struct changes *ch, struct held *h, const char *keep, int64_t when, struct err *err)
{
	enum code c = E_OK;
	for (size_t i = 0; !c && i < h->n; i++)
		if (strcmp(h->row[i][KEY_ID].text, keep) != 0)
			c = end_one(ch, h->row[i], when, err);
	return c;
}

/* What nobody fetched before another was asked for is never given out: no more than two are in force at a time. */
static enum code end_unfetched(struct changes *ch, const char *merchant, int64_t when, struct err *err)
{
	AUTO(held_release) struct held held = { .pool = POOL_INIT };
	enum code c = read_held(ch->in, merchant, &held, err);
	for (size_t i = 0; !c && i < held.n; i++)
		if (held.row[i][KEY_CLAIMED].type == VALUE_NULL)
			c = end_one(ch, held.row[i], when, err);
	return c;
}

static enum code make_wanted(struct changes *ch, struct item *it, int64_t when, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT;
	const struct world *w = institution_world(ch->in);
	char key[API_KEY_TEXT + 1];
	uint8_t chance[8], hash[32];
	w->random(w->ctx, chance, sizeof chance);
	name_key(&id, chance);
	derive(ch->in, id.data, key, hash);
	crypto_wipe(key, sizeof key);
	effect_touch(it, NULL, when);
	enum code c = end_unfetched(ch, item_id(it), when, err);
	if (!c)
		c = keep(ch, it, id.data, hash, when, 0, err);
	return c ? c : changes_put(ch, it, err);
}

enum code keys_follow(struct changes *ch, const char *merchant, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(held_release) struct held held = { .pool = POOL_INIT };
	int64_t when = world_now(institution_world(ch->in));
	enum code c = item_load(&it, institution_db(ch->in), &merchant_record, merchant, err);
	if (c)
		return c;
	if (merchant_key_wanted(&it))
		return make_wanted(ch, &it, when, err);
	if (*item_text(&it, "api_key_id") && strcmp(item_text(&it, "state"), "terminated") != 0)
		return E_OK;
	c = read_held(ch->in, merchant, &held, err);
	return c ? c : end_others(ch, &held, "", when, err);
}

enum code keys_claim(struct changes *ch, const char *merchant, int64_t when, char key[API_KEY_TEXT + 1], struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(held_release) struct held held = { .pool = POOL_INIT };
	struct value *row = NULL;
	uint8_t hash[32];
	enum code c = item_load(&it, institution_db(ch->in), &merchant_record, merchant, err);
	const char *id = c ? "" : item_text(&it, "api_key_id");
	if (!c)
		c = read_held(ch->in, merchant, &held, err);
	for (size_t i = 0; !c && i < held.n; i++)
		if (strcmp(held.row[i][KEY_ID].text, id) == 0)
			row = held.row[i];
	if (!c && (!row || row[KEY_CLAIMED].type == VALUE_INT))
		return fail(err, E_STATE, "merchant %s has no API key to be fetched: each is given out once; have another one issued", merchant);
	if (c)
		return c;
	derive(ch->in, id, key, hash);
	if (row[KEY_HASH].len != sizeof hash || !crypto_equal(row[KEY_HASH].text, hash, sizeof hash))
		return fail(err, E_SIGNATURE, "the key of %s is not the one that was made; the core's own key is another one now", id);
	row[KEY_CLAIMED] = value_int(when);
	c = db_put(institution_db(ch->in), &api_keys_table, row, err);
	if (!c)
		c = end_others(ch, &held, id, when, err);
	effect_touch(&it, NULL, when);
	item_set(&it, "api_key_claimed_at", value_int(when));
	return c ? c : changes_put(ch, &it, err);
}

enum code keys_waiting(struct institution *in, char merchant[RECORD_ID_MAX + 1], struct err *err)
{
	const struct cond both[] = { { .op = COND_NULL, .column = "claimed" }, { .op = COND_NULL, .column = "ended" } };
	const struct query q = {
		.table = &api_keys_table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) },
		.order = { { "issued", false } }, .norder = 1, .limit = 1,
	};
	AUTO(cursor_closep) struct cursor *cur = NULL;
	struct value row[KEY_COLUMNS];
	bool more = false;
	enum code c = query_open(&cur, institution_db(in), &q, err);
	if (!c)
		c = cursor_next(cur, row, &more, err);
	if (!c && !more)
		return fail(err, E_NOTFOUND, "every API key has been fetched");
	if (!c)
		snprintf(merchant, RECORD_ID_MAX + 1, "%s", row[KEY_MERCHANT].text);
	return c;
}
