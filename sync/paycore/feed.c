/* GET /v1/feed: the latest state of each record within the desk's scope, in the order of change. */
#include <stdlib.h>
#include <string.h>

#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"

enum { PAGE_BYTES = BODY_MAX_BYTES - 2 * LINE_MAX_BYTES /* a page ends early beyond it: a desk reads no more */ };

static enum code write_row(struct db *db, struct buf *out, const struct value *row, struct err *err)
{
	const struct record *rec = record_find(row[FEED_KIND].text);
	if (!rec)
		return fail(err, E_SCHEMA, "the feed holds a %s, which this version does not know", row[FEED_KIND].text);
	AUTO(item_release) struct item it = { 0 };
	enum code c = item_load(&it, db, rec, row[FEED_ID].text, err);
	if (c)
		return c;
	change_write(out, row[FEED_SEQ].num, &it);
	buf_addc(out, '\n');
	return E_OK;
}

/* Scope is looked at here and not in the query: a condition on kind could lure SQLite away from the order of seq. *head: brought back
 * to the last line where the page ends early. */
static enum code write_rows(struct db *db, const struct caller *who, int64_t after, int64_t limit, struct buf *out, int64_t *head, struct err *err)
{
	const struct query q = {
		.table = &feed_table, .where = { .op = COND_GT, .column = "seq", .value = value_int(after) }, .order = { { "seq", false } }, .norder = 1,
	};
	struct value row[FEED_COLUMNS];
	AUTO(cursor_closep) struct cursor *cur = NULL;
	bool more = true;
	enum code c = query_open(&cur, db, &q, err);
	while (!c && limit && !(c = cursor_next(cur, row, &more, err)) && more) {
		if (!desk_cert_covers(&who->cert, row[FEED_KIND].text, row[FEED_REGION].text))
			continue;
		c = write_row(db, out, row, err);
		limit--;
		if (out->len >= PAGE_BYTES) {
			*head = row[FEED_SEQ].num;
			limit = 0;
		}
	}
	return c;
}

enum code handle_feed(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)call;
	struct db *db = institution_db(s->in);
	AUTO(tx_end) struct tx tx = { 0 };
	int64_t after, limit;
	if (!route_number(r, "after", 0, JSON_INT_MAX, 0, &after) || !route_number(r, "limit", 1, FEED_LIMIT, FEED_LIMIT, &limit))
		return answer_problem(a, "malformed", "after and limit are whole numbers; limit is at most 2000");
	enum code c = tx_begin_read(&tx, db, err);
	if (!c)
		c = institution_head(s->in, &a->feed_head, err);
	if (!c)
		c = write_rows(db, who, after, limit, &a->body, &a->feed_head, err);
	a->type = "application/x-ndjson";
	return c;
}
