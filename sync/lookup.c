/* Beyond the local window: single records, searches and documents, answered by the core. Nothing of it is kept here. */
#include <string.h>

#include "sync/link.h"

enum { LOOKUP_TIMEOUT_S = 30, BLOB_TIMEOUT_S = 300, SEARCH_MAX = 200 };

static enum code may_see(struct link *l, const struct record *rec, struct err *err)
{
	if (actor_may(desk_who(l->d), rec->permission))
		return E_OK;
	return fail(err, E_DENIED, "seeing %s needs the permission %s", rec->kind, rec->permission);
}

/* A change of the kind that was asked for, or E_NETWORK. */
static enum code record_read(const struct record *rec, const char *line, size_t n, struct item *it, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc;
	bool deleted;

	if (link_json(&pool, line, n, &doc, err) || item_read_change(it, doc, &deleted, err))
		return link_garbled(err, "a record of kind %s", rec->kind);
	if (it->rec == rec && !deleted)
		return E_OK;
	item_release(it);
	return fail(err, E_NETWORK, "the payment core sent a record that was not asked for");
}

enum code sync_record(struct link *l, const struct record *rec, const char *id, struct item *it, struct err *err)
{
	AUTO(buf_release) struct buf target = BUF_INIT;
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = LINE_MAX_BYTES, .timeout_s = LOOKUP_TIMEOUT_S };
	enum code rc = may_see(l, rec, err);

	if (rc)
		return rc;
	buf_addf(&target, "/v1/records/%s/", rec->kind);
	url_escape(&target, id);
	if (!(rc = link_call(l, l->http, "GET", target.data, &r, &a, err)))
		rc = record_read(rec, a.body.data, a.body.len, it, err);
	http_answer_release(&a);
	if (!rc && strcmp(item_id(it), id)) {
		item_release(it);
		rc = fail(err, E_NETWORK, "the payment core sent a record that was not asked for");
	}
	return rc;
}

struct search {
	const struct record *rec;
	const char *q;
	enum privacy clearance;
	int left;
	enum code (*fn)(void *ctx, struct item *it, struct err *err);
	void *ctx;
};

/* The core looks into every searched field and knows of nobody's clearance: a hit in a field that is masked to this person would tell
 * what the mask hides. Letters as the core compares them: those of ASCII in either case. */
static bool hit_in_sight(const struct search *s, const struct item *it)
{
	bool hidden = false;

	for (size_t i = 0; i < s->rec->nfields; i++) {
		const struct field *f = &s->rec->fields[i];

		if (!(f->show & SHOW_SEARCH) || it->v[i].type != VALUE_TEXT)
			continue;
		if (field_masked(f, s->clearance))
			hidden = true;
		else if (strcasestr(it->v[i].text, s->q))
			return true;
	}
	return !hidden;
}

static enum code on_found(void *ctx, const char *line, size_t n, struct err *err)
{
	struct search *s = ctx;
	struct item it;
	enum code rc;

	if (s->left-- <= 0)
		return fail(err, E_NETWORK, "the payment core found more than it was asked for");
	if ((rc = record_read(s->rec, line, n, &it, err)))
		return rc;
	rc = hit_in_sight(s, &it) ? s->fn(s->ctx, &it, err) : E_OK;
	item_release(&it);
	return rc;
}

enum code sync_search(struct link *l, const struct record *rec, const char *q, int limit,
		      enum code (*fn)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err)
{
	AUTO(buf_release) struct buf target = BUF_INIT;
	struct search s = { rec, q, desk_who(l->d)->clearance, limit < SEARCH_MAX ? limit : SEARCH_MAX, fn, ctx };
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = BODY_MAX_BYTES, .timeout_s = LOOKUP_TIMEOUT_S, .line = on_found, .line_max = LINE_MAX_BYTES, .ctx = &s };
	enum code rc = may_see(l, rec, err);

	if (rc)
		return rc;
	buf_addf(&target, "/v1/search?kind=%s&q=", rec->kind);
	url_escape(&target, q);
	buf_addf(&target, "&limit=%d", s.left);
	rc = link_call(l, l->http, "GET", target.data, &r, &a, err);
	http_answer_release(&a);
	return rc;
}

static bool on_stop(void *ctx)
{
	return watch_stop(ctx);
}

enum code sync_blob(struct link *l, const char *sha256_hex, const struct sync_watch *w, struct buf *out, struct err *err)
{
	struct http_answer a = { .body = BUF_INIT };
	struct sync_watch watch = w ? *w : (struct sync_watch){ 0 };
	struct http_request r = { .max_bytes = BLOB_MAX_BYTES, .timeout_s = BLOB_TIMEOUT_S, .stop = on_stop, .ctx = &watch };
	AUTO(buf_release) struct buf target = BUF_INIT;
	uint8_t sum[32];
	enum code rc;

	if (!blob_name(sha256_hex, sum))
		return fail(err, E_INVALID, "a document is named by 64 hexadecimal digits");
	buf_addf(&target, "/v1/blobs/%s", sha256_hex);
	if (!(rc = link_call(l, l->http, "GET", target.data, &r, &a, err)) && !(rc = blob_check(sha256_hex, a.body.data, a.body.len, err)))
		buf_add(out, a.body.data, a.body.len);
	http_answer_release(&a);
	return rc;
}
