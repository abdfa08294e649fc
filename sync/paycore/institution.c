#include "sync/paycore/institution.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/migrations.h"
#include "core/proposal.h"
#include "store/file.h"
#include "sync/paycore/migrations.h"
#include "sync/paycore/tables.h"

enum { CACHE_KIB = 32 * 1024 };

struct institution {
	const struct world *world;
	struct db *db;
	struct secret *seed;
};

/* ---- opening ---- */

static int by_number(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

/* Core's migration n counts as n * 100 here, and ours stand between: whichever side grows, the new one has the highest number, as
 * long as a new file here is numbered above core's latest times a hundred. */
static enum code migrate(struct db *db, struct err *err)
{
	size_t n = core_nmigrations + paycore_nmigrations;
	struct migration *all = mem_grow(NULL, n, sizeof *all);
	for (size_t i = 0; i < core_nmigrations; i++) {
		all[i] = core_migrations[i];
		all[i].number *= 100;
	}
	memcpy(all + core_nmigrations, paycore_migrations, paycore_nmigrations * sizeof *all);
	qsort(all, n, sizeof *all, by_number);
	enum code c = db_migrate(db, all, n, err);
	free(all);
	return c;
}

static enum code open_file(struct db **out, const char *home, bool create, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	buf_addf(&path, "%s/paycore.db", home);
	struct db_config config = { .path = path.data, .cache_kib = CACHE_KIB };
	enum code c = db_open(out, &config, err);
	if (c != E_NOTFOUND || !create)
		return c;
	config.create = true;
	c = db_open(out, &config, err);
	if (c != E_EXISTS)
		return c;
	config.create = false; /* somebody else just made it */
	return db_open(out, &config, err);
}

static enum code read_seed(struct institution *in, const char *home, bool create, struct err *err)
{
	AUTO(buf_wipe) struct buf seed = BUF_INIT;
	AUTO(buf_release) struct buf path = BUF_INIT;
	buf_addf(&path, "%s/core.key", home);
	enum code c = secret_new(&in->seed, KEY_BYTES, err);
	if (c)
		return c;
	c = file_read(&seed, path.data, KEY_BYTES, err);
	if (c == E_NOTFOUND && create) {
		in->world->random(in->world->ctx, secret_bytes(in->seed), KEY_BYTES);
		return file_replace(path.data, secret_peek(in->seed), KEY_BYTES, err);
	}
	if (c)
		return c;
	if (seed.len != KEY_BYTES)
		return fail(err, E_INVALID, "%s is not a key of %d bytes", path.data, KEY_BYTES);
	memcpy(secret_bytes(in->seed), seed.data, KEY_BYTES);
	return E_OK;
}

enum code institution_open(struct institution **out, const char *home, const struct world *w, bool create, struct err *err)
{
	if (create && mkdir(home, 0700) != 0 && errno != EEXIST)
		return fail(err, E_IO, "cannot make the folder %s: %s", home, strerror(errno));
	struct institution *in = mem_alloc(sizeof *in);
	in->world = w;
	enum code c = open_file(&in->db, home, create, err);
	if (!c)
		c = migrate(in->db, err);
	if (!c)
		c = item_derive_all(in->db, err);
	if (!c)
		c = read_seed(in, home, create, err);
	if (c) {
		institution_close(in);
		return c;
	}
	*out = in;
	return E_OK;
}

void institution_close(struct institution *in)
{
	if (!in)
		return;
	db_close(in->db);
	secret_free(in->seed);
	free(in);
}

void institution_closep(struct institution **in)
{
	institution_close(*in);
}

struct db *institution_db(struct institution *in)
{
	return in->db;
}

const struct world *institution_world(const struct institution *in)
{
	return in->world;
}

const uint8_t *institution_seed(const struct institution *in)
{
	return secret_peek(in->seed);
}

enum code institution_head(struct institution *in, int64_t *head, struct err *err)
{
	const struct query q = { .table = &feed_table };
	return query_max(in->db, &q, "seq", head, err);
}

enum code institution_fact(struct institution *in, const char *name, struct pool *pool, const char **value, struct err *err)
{
	struct value row[FACT_COLUMNS], key = value_text(name);
	enum code c = db_get(in->db, &facts_table, &key, pool, row, err);
	*value = c ? "" : row[FACT_VALUE].text;
	return c == E_NOTFOUND ? E_OK : c;
}

enum code institution_oldest(struct institution *in, const char *kind, const char *state, struct item *it, struct err *err)
{
	const struct record *rec = record_find(kind);
	const struct table t = record_table(rec);
	const struct query q = {
		.table = &t, .where = { .op = COND_EQ, .column = "state", .value = value_text(state) },
		.order = { { "updated_at", false } }, .norder = 1, .limit = 1,
	};
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(cursor_closep) struct cursor *cur = NULL;
	struct value *row = pool_alloc(&pool, rec->nfields * sizeof *row);
	bool more = false;
	enum code c = query_open(&cur, in->db, &q, err);
	if (!c)
		c = cursor_next(cur, row, &more, err);
	if (!c && !more)
		return fail(err, E_NOTFOUND, "no %s is %s", kind, state);
	if (!c)
		item_from_row(it, rec, row);
	return c;
}

/* ---- regions ---- */

static enum code region_of(struct db *db, const char *kind, const char *id, struct pool *pool, const char **region, struct err *err)
{
	const struct record *rec = record_find(kind);
	if (!rec || !rec->region)
		return E_OK;
	struct item it;
	struct err missing;
	enum code c = item_load(&it, db, rec, id, &missing);
	if (c == E_NOTFOUND)
		return E_OK;
	if (c)
		return fail(err, c, "%s", missing.msg);
	const char *text = item_text(&it, rec->region);
	*region = *text ? pool_strdup(pool, text) : NULL;
	item_release(&it);
	return E_OK;
}

enum code record_region(struct db *db, const struct item *it, struct pool *pool, const char **region, struct err *err)
{
	*region = NULL;
	if (it->rec->region) {
		const char *own = item_text(it, it->rec->region);
		*region = *own ? pool_strdup(pool, own) : NULL;
		return E_OK;
	}
	if (it->rec->subject_kind)
		return region_of(db, item_text(it, it->rec->subject_kind), item_text(it, it->rec->subject), pool, region, err);
	for (size_t i = 0; i < it->rec->nfields; i++)
		if (it->rec->fields[i].type == FIELD_REF)
			return region_of(db, it->rec->fields[i].ref_kind, item_text(it, it->rec->fields[i].column.name), pool, region, err);
	return E_OK;
}

/* ---- writing ---- */

enum code changes_begin(struct changes *ch, struct institution *in, struct err *err)
{
	ch->in = in;
	enum code c = tx_begin(&ch->tx, in->db, err);
	return c ? c : institution_head(in, &ch->head, err);
}

enum code changes_feed(struct changes *ch, const char *kind, const char *id, const char *region, struct err *err)
{
	const struct value row[FEED_COLUMNS] = {
		[FEED_KIND] = value_text(kind), [FEED_ID] = value_text(id), [FEED_SEQ] = value_int(++ch->head),
		[FEED_REGION] = value_text(region),
	};
	return db_put(ch->in->db, &feed_table, row, err);
}

enum code changes_add(struct changes *ch, const struct item *it, const char *region, struct err *err)
{
	enum code c = item_save(it, ch->in->db, err);
	return c ? c : changes_feed(ch, it->rec->kind, item_id(it), region, err);
}

static enum code put_one(struct changes *ch, const struct item *it, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *region;
	enum code c = record_region(ch->in->db, it, &pool, &region, err);
	return c ? c : changes_add(ch, it, region, err);
}

static enum code put_voided(void *ctx, struct item *proposal, struct err *err)
{
	return put_one(ctx, proposal, err);
}

enum code changes_put(struct changes *ch, const struct item *it, struct err *err)
{
	enum code c = put_one(ch, it, err);
	if (c || strcmp(it->rec->kind, "proposal") == 0)
		return c;
	return proposal_void_stale(ch->in->db, it->rec->kind, item_id(it), item_version(it), item_int(it, "updated_at"), put_voided, ch, err);
}

enum code changes_blob(struct changes *ch, const char *sha256_hex, const char *type, const struct buf *data, const struct item *of, struct err *err)
{
	const struct value blob[BLOB_COLUMNS] = { value_text(sha256_hex), value_text(type), value_blob(data->data, data->len) };
	const struct value ref[REF_COLUMNS] = { value_text(sha256_hex), value_text(of->rec->kind), value_text(item_id(of)) };
	enum code c = db_put(ch->in->db, &blobs_table, blob, err);
	return c ? c : db_put(ch->in->db, &blob_refs_table, ref, err);
}

enum code changes_fact(struct changes *ch, const char *name, const char *value, struct err *err)
{
	const struct value row[FACT_COLUMNS] = { value_text(name), value_text(value) };
	return db_put(ch->in->db, &facts_table, row, err);
}

enum code changes_commit(struct changes *ch, struct err *err)
{
	return tx_commit(&ch->tx, err);
}

void changes_end(struct changes *ch)
{
	tx_end(&ch->tx);
}
