/* The feed: batches of changes, each committed together with the place in the feed that it leads to. */
#include <stdlib.h>
#include <string.h>

#include "sync/link.h"

enum { FEED_TIMEOUT_S = 120 };

struct change {
	int64_t seq;
	struct item item;
	bool deleted;
};
/* One answer of the feed, read whole before the store is touched: the write lock is never held while the network is waited for, and a
 * line that cannot be taken leaves nothing of its batch behind. */
struct batch {
	const struct sync_watch *w;
	struct pool pool;          /* of the line being read */
	struct change *changes;
	size_t nchanges, room;
	int64_t lines, seq;        /* changes read, known or not; the last one's number */
};

static void batch_release(struct batch *b)
{
	for (size_t i = 0; i < b->nchanges; i++)
		item_release(&b->changes[i].item);
	free(b->changes);
	pool_release(&b->pool);
}

/* A kind that this version does not know is passed over; a kind that is the desk's own has no business in the feed. */
static enum code change_read(struct batch *b, const struct json *doc, int64_t seq, struct err *err)
{
	const struct record *rec;
	const char *kind;
	struct change *ch;
	enum code rc;

	if ((rc = json_get_str(doc, "kind", &kind, err)))
		return rc;
	if (!(rec = record_find(kind)))
		return E_OK;
	if (rec->flags & RECORD_OWN)
		return fail(err, E_INVALID, "the kind \"%s\" is the desk's own", rec->kind);
	if (b->nchanges == b->room) {
		b->room = b->room ? b->room * 2 : 64;
		b->changes = mem_grow(b->changes, b->room, sizeof *b->changes);
	}
	ch = &b->changes[b->nchanges];
	if ((rc = item_read_change(&ch->item, doc, &ch->deleted, err)))
		return rc;
	ch->seq = seq;
	b->nchanges++;
	return E_OK;
}

static enum code on_line(void *ctx, const char *line, size_t n, struct err *err)
{
	struct batch *b = ctx;
	const struct json *doc;
	int64_t seq;
	enum code rc;

	if (b->lines == FEED_LIMIT)
		return fail(err, E_NETWORK, "the payment core sent more than the %d changes asked for", FEED_LIMIT);
	pool_clear(&b->pool);
	if ((rc = link_json(&b->pool, line, n, &doc, err)) || (rc = json_get_int(doc, "seq", &seq, err)))
		return link_garbled(err, "the change after %lld of the feed", (long long)b->seq);
	if (seq <= b->seq)
		return fail(err, E_NETWORK, "the payment core's feed does not grow: change %lld after %lld", (long long)seq, (long long)b->seq);
	if ((rc = change_read(b, doc, seq, err)))
		return link_garbled(err, "change %lld of the feed", (long long)seq);
	b->seq = seq;
	b->lines++;
	return E_OK;
}

static bool on_stop(void *ctx)
{
	return watch_stop(((struct batch *)ctx)->w);
}

static enum code batch_fetch(struct batch *b, struct link *l, int64_t after, int64_t *head, struct err *err)
{
	AUTO(buf_release) struct buf target = BUF_INIT;
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = BODY_MAX_BYTES, .timeout_s = FEED_TIMEOUT_S, .line = on_line, .line_max = LINE_MAX_BYTES,
				  .stop = on_stop, .ctx = b };
	enum code rc;

	b->seq = after;
	buf_addf(&target, "/v1/feed?after=%lld&limit=%d", (long long)after, FEED_LIMIT);
	rc = link_call(l, l->http, "GET", target.data, &r, &a, err);
	*head = a.feed_head > b->seq ? a.feed_head : b->seq;
	if (!rc && a.feed_head >= 0 && a.feed_head < after)
		rc = fail(err, E_NETWORK, "the payment core's feed ends at %lld, but this desk has read %lld: an older copy of the core was put back",
			  (long long)a.feed_head, (long long)after);
	http_answer_release(&a);
	return rc;
}

static enum code batch_keep(const struct batch *b, struct link *l, int64_t *changed, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code rc = tx_begin(&tx, store_db(l->s), err);

	for (size_t i = 0; !rc && i < b->nchanges; i++) {
		bool news = false;

		rc = desk_take_fact(l->d, &b->changes[i].item, b->changes[i].deleted, &news, err);
		if (rc == E_INVALID)
			rc = link_garbled(err, "change %lld of the feed", (long long)b->changes[i].seq);
		*changed += news;
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
	AUTO(batch_release) struct batch b = { .w = w, .pool = POOL_INIT };
	int64_t changed = 0;
	enum code rc;

	if ((rc = cursor_read(l, &c->cursor, err)) || (rc = batch_fetch(&b, l, c->cursor, &c->head, err)))
		return rc;
	if (b.lines && (rc = batch_keep(&b, l, &changed, err)))
		return rc;
	c->cursor = b.seq;
	c->pulled += b.lines;
	c->changed += changed;
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
