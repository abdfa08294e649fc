/* A desk's side of protocol v1: enrol, pull, push, follow. One process at a time syncs a store (HOME/sync.lock); the others wait. */
#ifndef SYNC_CLIENT_H
#define SYNC_CLIENT_H

#include "core/desk/desk.h"
#include "sync/protocol.h"

struct link;
/* Makes the desk's own key, asks the core with the one-time token, keeps address, CA and certificate in the store. Root operator or admin
 * (E_DENIED); E_EXISTS when enrolled already. */
enum code sync_enrol(struct desk *d, const char *url, const char *ca_pem, const char *pin, const char *token, struct err *err);
bool sync_enrolled(struct desk *d);
enum code link_open(struct link **out, struct desk *d, struct err *err); /* E_STATE when not enrolled */
void link_free(struct link *l);
void link_freep(struct link **l);

struct sync_counts {
	int64_t pulled, changed;               /* changes read; records that were new or newer here */
	int64_t sent, accepted, refused, conflicts;
	int64_t cursor, head;                  /* where this desk stands in the feed, and where the feed ends */
};
struct sync_watch {
	void (*progress)(void *ctx, const struct sync_counts *c); /* after each committed batch; NULL is fine */
	bool (*stop)(void *ctx);                                   /* NULL: never */
	void *ctx;
};
enum code sync_pull(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err);
enum code sync_push(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err);
/* Operators' certificates if they changed, push, pull. Counts are added to c. */
enum code sync_once(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err);

/* Beyond the local window, answered by the core. A search yields what holds q in a field that this person sees unmasked. */
enum code sync_record(struct link *l, const struct record *rec, const char *id, struct item *it, struct err *err);
enum code sync_search(struct link *l, const struct record *rec, const char *q, int limit,
		      enum code (*fn)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err);
/* A document by content address; the digest of what came is checked (E_SIGNATURE). w: stop only; NULL is fine. */
enum code sync_blob(struct link *l, const char *sha256_hex, const struct sync_watch *w, struct buf *out, struct err *err);

/* ---- documents that are kept here: in the sealed store, the least recently used go first ---- */
enum { BLOBS_KEPT_BYTES = 64 * 1024 * 1024 };
/* Keeps a document; others go, so that all together have at most so many bytes. E_SIGNATURE: the bytes are not those of that name; E_FULL: it
 * alone is larger. */
enum code blob_keep(struct desk *d, const char *sha256_hex, const void *data, size_t n, int64_t most, struct err *err);
/* Appends what is kept under that name, its digest checked again. E_NOTFOUND. Whether the reader may see it is the caller's to ask. */
enum code blob_kept(struct desk *d, const char *sha256_hex, struct buf *out, struct err *err);

/* ---- follow: a thread of its own with a store handle of its own ---- */
enum sync_state { SYNC_NOT_ENROLLED, SYNC_WORKING, SYNC_LIVE, SYNC_OFFLINE, SYNC_TURNED_AWAY };
/* A document that the follower was asked for. */
struct sync_fetch {
	char sha256[65];                       /* "": none was asked for */
	enum fetch_state { FETCH_ASKED, FETCH_RUNNING, FETCH_DONE /* it is kept now: blob_kept */, FETCH_FAILED } state;
	struct err err;                        /* why it failed */
};
struct sync_status {
	enum sync_state state;
	struct sync_counts counts;             /* since start */
	int64_t last_ok;                       /* UTC ms of the last complete exchange; 0: never */
	int64_t retry_at;                      /* UTC ms; 0: not waiting */
	struct err err;                        /* why offline */
	struct sync_fetch fetch;               /* the last that was asked for */
};
struct follow;
/* notify runs on the follower's thread whenever the status changed or facts came in (the console writes to an eventfd there). */
enum code follow_start(struct follow **out, struct store *s, void (*notify)(void *ctx), void *ctx, struct err *err);
void follow_poke(struct follow *f);                              /* there is something to send, or look now */
void follow_poke_at(struct follow *f, int64_t when);             /* the same at a time, UTC ms: when a hold ends */
/* Fetches a document as soon as the line is free, instead of one that was asked for before and has not begun; status tells. */
void follow_fetch(struct follow *f, const char *sha256_hex);
void follow_status(struct follow *f, struct sync_status *out);   /* a copy, under its lock */
void follow_stop(struct follow *f);                              /* ends the exchange, joins the thread, frees; NULL is fine */

#endif
