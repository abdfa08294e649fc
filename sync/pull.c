/* The feed: batches of changes, each committed together with the place in the feed that it leads to. */
#include <string.h>

#include "sync/link.h"

enum { FEED_TIMEOUT_S = 120 };

/* One answer of the feed, received whole before the store is touched, so that the write lock is never held while the network is waited for.
 * Its lines are then read and stored one by one in one transaction: a line that cannot be taken leaves nothing of its batch behind. */
struct batch {
	const struct sync_watch *w;
	struct buf text;           /* the lines, each with its newline */
	struct pool pool;          /* of the line being read */
	int64_t lines, changed;    /* changes received; records that were new or newer here */
	int64_t seq;               /* of the last change taken; before the first: the cursor */
};

static void batch_release(struct batch *b)
{
	buf_release(&b->text);
	pool_release(&b->pool);
}

static enum code on_line(void *ctx, const char *line, size_t n, struct err *err)
{
	struct batch *b = ctx;

	if (b->lines == FEED_LIMIT)
		return fail(err, E_NETWORK, "the payment core sent more than the %d changes asked for", FEED_LIMIT);
	buf_add(&b->text, line, n);
	buf_addc(&b->text, '\n');
	b->lines++;
	return E_OK;
}

static bool on_stop(void *ctx)
{
	return watch_stop(((struct batch *)ctx)->w);
}

static enum code batch_fetch(struct batch *b, struct link *l, int64_t *head, struct err *err)
{
	AUTO(buf_release) struct buf target = BUF_INIT;
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = BODY_MAX_BYTES, .timeout_s = FEED_TIMEOUT_S, .line = on_line, .line_max = LINE_MAX_BYTES,
				  .stop = on_stop, .ctx = b };
	enum code rc;

	buf_addf(&target, "/v1/feed?after=%lld&limit=%d", (long long)b->seq, FEED_LIMIT);
	rc = link_call(l, l->http, "GET", target.data, &r, &a, err);
	*head = a.feed_head;
	if (!rc && a.feed_head >= 0 && a.feed_head < b->seq)
		rc = fail(err, E_NETWORK, "the payment core's feed ends at %lld, but this desk has read %lld: an older copy of the core was put back",
			  (long long)a.feed_head, (long long)b->seq);
	http_answer_release(&a);
	return rc;
}

/* A kind that this version does not know is passed over; one that is the desk's own is refused below. */
static enum code change_take(struct batch *b, struct link *l, const struct json *doc, struct err *err)
{
	const char *kind;
	struct item it;
	bool deleted, news = false;
	enum code rc;

	if ((rc = json_get_str(doc, "kind", &kind, err)))
		return rc;
	if (!record_find(kind))
		return E_OK;
	if ((rc = item_read_change(&it, doc, &deleted, err)))
		return rc;
	rc = desk_take_fact(l->d, &it, deleted, &news, err);
	item_release(&it);
	b->changed += news;
	return rc;
}

static enum code line_take(struct batch *b, struct link *l, const char *line, size_t n, struct err *err)
{
	const struct json *doc;
	int64_t seq;
	enum code rc;

	pool_clear(&b->pool);
	if (link_json(&b->pool, line, n, &doc, err) || json_get_int(doc, "seq", &seq, err))
		return link_garbled(err, "the change after %lld of the feed", (long long)b->seq);
	if (seq <= b->seq)
		return fail(err, E_NETWORK, "the payment core's feed does not grow: change %lld after %lld", (long long)seq, (long long)b->seq);
	if ((rc = change_take(b, l, doc, err)) == E_INVALID)
		return link_garbled(err, "change %lld of the feed", (long long)seq);
	b->seq = seq;
	return rc;
}

static enum code batch_keep(struct batch *b, struct link *l, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	const char *p = b->text.data, *end = p + b->text.len, *nl;
	enum code rc = tx_begin(&tx, store_db(l->s), err);

	for (; !rc && p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		rc = line_take(b, l, p, (size_t)(nl - p), err);
	}
	if (!rc)
		rc = store_meta_put(l->s, "sync.cursor", value_int(b->seq), err);
	return rc ? rc : tx_commit(&tx, err);
}

static enum code cursor_read(struct link *l, int64_t *cursor, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value v;
	enum code rc = store_meta_get(l->s, "sync.cursor", &pool, &v, err);

	*cursor = !rc && v.type == VALUE_INT ? v.num : 0;
	return rc;
}

/* One batch; *more: the feed goes on after it. */
static enum code pull_batch(struct link *l, const struct sync_watch *w, struct sync_counts *c, bool *more, struct err *err)
{
	AUTO(batch_release) struct batch b = { .w = w, .text = BUF_INIT, .pool = POOL_INIT };
	int64_t head;
	enum code rc;

	if ((rc = cursor_read(l, &b.seq, err)) || (rc = batch_fetch(&b, l, &head, err)) || (b.lines && (rc = batch_keep(&b, l, err))))
		return rc;
	c->cursor = b.seq;
	c->head = head > b.seq ? head : b.seq;
	c->pulled += b.lines;
	c->changed += b.changed;
	if (w && w->progress)
		w->progress(w->ctx, c);
	*more = b.lines && c->cursor < c->head; /* nothing came: what is left up to the head is out of this desk's scope */
	return E_OK;
}

enum code pull_run(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err)
{
	bool more = true;
	enum code rc = E_OK;

	while (more && !rc)
		rc = watch_stop(w) ? fail(err, E_CANCELLED, "stopped on request") : pull_batch(l, w, c, &more, err);
	return rc;
}

enum code sync_pull(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err)
{
	AUTO(turn_end) struct turn turn = TURN_NONE;
	enum code rc = turn_begin(&turn, l, w, err);

	return rc ? rc : pull_run(l, w, c, err);
}
