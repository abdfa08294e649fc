#include "core/part.h"

bool part_visible(struct desk *d, const struct part *part)
{
	return actor_may(desk_who(d), record_find(part->kind)->permission);
}

enum code part_each(struct desk *d, const struct item *it, const struct part *part, size_t limit,
		    enum code (*fn)(void *ctx, struct item *piece, struct err *err), void *ctx, struct err *err)
{
	const struct record *rec = record_find(part->kind);
	const struct table table = record_table(rec);
	const char *id = part->here ? item_text(it, part->here) : item_id(it);
	const struct query q = { .table = &table, .where = { .op = COND_EQ, .column = part->field, .value = value_text(id) }, .limit = limit };

	return *id && part_visible(d, part) ? item_each(desk_db(d), rec, &q, fn, ctx, err) : E_OK;
}
