#include "core/item.h"

#include <stdlib.h>
#include <string.h>

void item_init(struct item *it, const struct record *rec)
{
	*it = (struct item){ .rec = rec, .pool = POOL_INIT };
	it->v = pool_alloc(&it->pool, rec->nfields * sizeof *it->v);
	for (size_t i = 0; i < rec->nfields; i++)
		it->v[i] = value_null();
	it->v[F_VERSION] = it->v[F_PENDING] = value_int(0);
}

void item_release(struct item *it)
{
	pool_release(&it->pool);
	*it = (struct item){ .pool = POOL_INIT };
}

void item_from_row(struct item *it, const struct record *rec, const struct value *row)
{
	item_init(it, rec);
	for (size_t i = 0; i < rec->nfields; i++)
		it->v[i] = value_copy(&it->pool, row[i]);
}

void item_copy(struct item *to, const struct item *from)
{
	item_from_row(to, from->rec, from->v);
}

void item_set(struct item *it, const char *field, struct value v)
{
	int f = record_field(it->rec, field);

	if (f >= 0)
		it->v[f] = value_copy(&it->pool, v);
}

struct value item_get(const struct item *it, const char *field)
{
	int f = record_field(it->rec, field);

	return f < 0 ? value_null() : it->v[f];
}

const char *item_text(const struct item *it, const char *field)
{
	struct value v = item_get(it, field);

	return v.type == VALUE_TEXT ? v.text : "";
}

int64_t item_int(const struct item *it, const char *field)
{
	struct value v = item_get(it, field);

	return v.type == VALUE_INT ? v.num : 0;
}

const char *item_id(const struct item *it)
{
	return it->v[F_ID].type == VALUE_TEXT ? it->v[F_ID].text : "";
}

int64_t item_version(const struct item *it)
{
	return it->v[F_VERSION].num;
}

int item_state(const struct item *it)
{
	return it->v[F_STATE].type == VALUE_TEXT ? record_state(it->rec, it->v[F_STATE].text) : -1;
}

const char *item_title(const struct item *it)
{
	const char *title = it->rec->title ? item_text(it, it->rec->title) : "";

	return *title ? title : item_id(it);
}

enum code item_load(struct item *it, struct db *db, const struct record *rec, const char *id, struct err *err)
{
	struct table table = record_table(rec);
	struct value key = value_text(id);
	enum code code;

	item_init(it, rec);
	if (!record_id_valid(id)) {
		code = fail(err, E_NOTFOUND, "\"%.80s\" cannot be the id of a %s; an id is made of letters, digits, . _ and -",
			id, record_noun(rec).word);
	} else {
		code = db_get(db, &table, &key, &it->pool, it->v, err);
		if (code == E_NOTFOUND)
			fail(err, code, "there is no %s %s here", record_noun(rec).word, id);
	}
	if (code)
		item_release(it);
	return code;
}

enum code item_each(struct db *db, const struct record *rec, const struct query *q,
		    enum code (*fn)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value *row = pool_alloc(&pool, rec->nfields * sizeof *row);
	enum code code = query_open(&c, db, q, err);
	bool more = true;

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		AUTO(item_release) struct item it = { 0 };

		item_from_row(&it, rec, row);
		code = fn(ctx, &it, err);
	}
	return code;
}

void items_release(struct items *all)
{
	for (size_t i = 0; i < all->n; i++)
		item_release(&all->it[i]);
	free(all->it);
	*all = (struct items){ .it = NULL };
}

enum code items_keep(void *ctx, struct item *it, struct err *err)
{
	struct items *all = ctx;

	(void)err;
	all->it = mem_grow(all->it, all->n + 1, sizeof *all->it);
	all->it[all->n++] = *it;
	*it = (struct item){ .rec = NULL };
	return E_OK;
}

/* ---- keeping ---- */
static bool has_derived(const struct record *rec)
{
	for (size_t i = F_STANDARD; i < rec->nfields; i++)
		if (rec->fields[i].derive)
			return true;
	return false;
}

/* "" where nothing comes of it: NULL is a row that was never looked at. */
static struct value derived(const struct item *it, const struct field *f, struct pool *pool)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	f->derive(&text, item_text(it, f->derived_from));
	return value_text(pool_strdup(pool, text.data));
}

enum code item_save(const struct item *it, struct db *db, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct table table = record_table(it->rec);
	struct value *row;

	if (!has_derived(it->rec))
		return db_put(db, &table, it->v, err);
	row = pool_alloc(&pool, it->rec->nfields * sizeof *row);
	for (size_t i = 0; i < it->rec->nfields; i++)
		row[i] = it->rec->fields[i].derive ? derived(it, &it->rec->fields[i], &pool) : it->v[i];
	return db_put(db, &table, row, err);
}

enum { DERIVED_AT_ONCE = 500 };
struct bare_items { struct item it[DERIVED_AT_ONCE]; size_t n; };

static enum code keep_bare(void *ctx, struct item *it, struct err *err)
{
	struct bare_items *b = ctx;

	(void)err;
	b->it[b->n++] = *it;
	*it = (struct item){ .rec = NULL };
	return E_OK;
}

/* Read first, written then: a cursor does not stand on what is being written. */
static enum code derive_some(struct db *db, const struct record *rec, const char *column, size_t *n, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct bare_items *b = mem_alloc(sizeof *b);
	struct table table = record_table(rec);
	const struct query q = { .table = &table, .where = { .op = COND_NULL, .column = column }, .limit = DERIVED_AT_ONCE };
	enum code code = item_each(db, rec, &q, keep_bare, b, err);

	if (!code && b->n)
		code = tx_begin(&tx, db, err);
	for (size_t i = 0; i < b->n; i++) {
		if (!code)
			code = item_save(&b->it[i], db, err);
		item_release(&b->it[i]);
	}
	*n = b->n;
	free(b);
	return code || !*n ? code : tx_commit(&tx, err);
}

enum code item_derive_all(struct db *db, struct err *err)
{
	enum code code = E_OK;

	for (size_t r = 0; r < nrecords; r++)
		for (size_t f = F_STANDARD; f < records[r]->nfields; f++)
			for (size_t n = 1; !code && n && records[r]->fields[f].derive;)
				code = derive_some(db, records[r], records[r]->fields[f].column.name, &n, err);
	return code;
}
