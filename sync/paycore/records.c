/* Beyond a desk's local window: GET /v1/records/KIND/ID, GET /v1/search and GET /v1/blobs/DIGEST, all within the desk's scope. */
#include <string.h>

#include "core/values/text.h"
#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"

enum { SEARCH_LIMIT = 200, SEARCH_FIELDS = 32 };

/* A change as the feed would carry it. */
static enum code write_change(struct service *s, const struct item *it, struct buf *out, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct value key[] = { value_text(it->rec->kind), value_text(item_id(it)) };
	struct value row[FEED_COLUMNS];
	enum code c = db_get(institution_db(s->in), &feed_table, key, &pool, row, err);
	if (!c)
		change_write(out, row[FEED_SEQ].num, it);
	return c;
}

/* A kind that the core has and the desk may see; otherwise answers. */
static const struct record *kind_in_scope(const char *kind, const struct caller *who, struct answer *a)
{
	const struct record *rec = record_find(kind);
	if (!rec || rec->flags & RECORD_OWN)
		answer_problem(a, "not-found", "there is no such kind of record");
	else if (!desk_cert_covers(&who->cert, kind, NULL))
		answer_problem(a, "out-of-scope", NULL);
	else
		return rec;
	return NULL;
}

enum code handle_record(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)call;
	AUTO(item_release) struct item it = { 0 };
	char kind[64] = "";
	size_t n = strcspn(r->path, "/");
	bool reached = false;
	if (n >= sizeof kind || r->path[n] != '/')
		return answer_problem(a, "not-found", NULL);
	memcpy(kind, r->path, n);
	const struct record *rec = kind_in_scope(kind, who, a);
	if (!rec)
		return E_OK;
	enum code c = item_load(&it, institution_db(s->in), rec, r->path + n + 1, err);
	if (c == E_NOTFOUND)
		return answer_problem(a, "not-found", NULL);
	if (!c)
		c = in_scope(s, who, &it, &reached, err);
	if (c)
		return c;
	return reached ? write_change(s, &it, &a->body, err) : answer_problem(a, "out-of-scope", NULL);
}

/* ---- search ---- */

static enum code search(struct service *s, const struct caller *who, const struct query *q, const struct record *rec, int64_t limit,
			struct buf *out, struct err *err)
{
	AUTO(cursor_closep) struct cursor *cur = NULL;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value *row = pool_alloc(&pool, rec->nfields * sizeof *row);
	bool more = true;
	enum code c = query_open(&cur, institution_db(s->in), q, err);
	while (!c && limit && !(c = cursor_next(cur, row, &more, err)) && more) {
		AUTO(item_release) struct item it = { 0 };
		bool reached = false;
		item_from_row(&it, rec, row);
		c = in_scope(s, who, &it, &reached, err);
		if (c || !reached)
			continue;
		c = write_change(s, &it, out, err);
		buf_addc(out, '\n');
		limit--;
	}
	return c;
}

enum code handle_search(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)call;
	AUTO(tx_end) struct tx tx = { 0 };
	const char *kind = route_param(r, "kind"), *text = route_param(r, "q");
	struct cond any[SEARCH_FIELDS];
	int64_t limit;
	size_t n = 0;
	if (!kind || !text || !*text || !text_valid(text, strlen(text)) || !route_number(r, "limit", 1, SEARCH_LIMIT, SEARCH_LIMIT, &limit))
		return answer_problem(a, "malformed", "kind and q are wanted; limit is at most 200");
	const struct record *rec = kind_in_scope(kind, who, a);
	if (!rec)
		return E_OK;
	for (size_t i = 0; i < rec->nfields && n < SEARCH_FIELDS; i++)
		if (rec->fields[i].show & SHOW_SEARCH && rec->fields[i].column.type == VALUE_TEXT)
			any[n++] = (struct cond){ .op = COND_CONTAINS, .column = rec->fields[i].column.name, .value = value_text(text) };
	const struct table table = record_table(rec);
	const struct query q = { .table = &table, .where = { .op = COND_OR, .kids = any, .nkids = n } };
	a->type = "application/x-ndjson";
	enum code c = tx_begin_read(&tx, institution_db(s->in), err);
	return c ? c : search(s, who, &q, rec, limit, &a->body, err);
}

/* ---- blobs ---- */

/* Within reach if any record that refers to it is. */
static enum code blob_reached(struct service *s, const struct caller *who, const char *name, bool *reached, struct err *err)
{
	const struct query q = { .table = &blob_refs_table, .where = { .op = COND_EQ, .column = "sha256", .value = value_text(name) } };
	AUTO(cursor_closep) struct cursor *cur = NULL;
	struct value row[REF_COLUMNS];
	bool more = true;
	enum code c = query_open(&cur, institution_db(s->in), &q, err);
	while (!c && !*reached && !(c = cursor_next(cur, row, &more, err)) && more) {
		AUTO(item_release) struct item it = { 0 };
		const struct record *rec = record_find(row[REF_KIND].text);
		c = rec ? item_load(&it, institution_db(s->in), rec, row[REF_ID].text, err) : fail(err, E_SCHEMA, "a blob of an unknown kind");
		if (!c)
			c = in_scope(s, who, &it, reached, err);
	}
	return c;
}

/* What a blob claims to be does not become a header: it comes as bytes, and the record says what they are. */
enum code handle_blob(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)call;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[BLOB_COLUMNS], key = value_text(r->path);
	bool reached = false;
	if (strlen(r->path) != 64 || strspn(r->path, "0123456789abcdef") != 64)
		return answer_problem(a, "not-found", "a blob is named by 64 hex digits");
	enum code c = db_get(institution_db(s->in), &blobs_table, &key, &pool, row, err);
	if (c == E_NOTFOUND)
		return answer_problem(a, "not-found", NULL);
	if (!c)
		c = blob_reached(s, who, r->path, &reached, err);
	if (c)
		return c;
	if (!reached)
		return answer_problem(a, "out-of-scope", NULL);
	a->type = "application/octet-stream";
	buf_add(&a->body, row[BLOB_DATA].text, row[BLOB_DATA].len);
	return E_OK;
}
