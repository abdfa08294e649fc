#include "core/item.h"

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
			id, rec->kind);
	} else {
		code = db_get(db, &table, &key, &it->pool, it->v, err);
		if (code == E_NOTFOUND)
			fail(err, code, "there is no %s %s here", rec->kind, id);
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

enum code item_save(const struct item *it, struct db *db, struct err *err)
{
	struct table table = record_table(it->rec);

	return db_put(db, &table, it->v, err);
}
