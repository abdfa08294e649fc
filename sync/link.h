/* What pull, push and follow share of a link: one enrolled desk talking to its core. Outside of sync/ use client.h. */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include "core/values/json.h"
#include "sync/client.h"
#include "sync/http.h"

struct link {
	struct desk *d;
	struct store *s;
	struct http *http;
	struct http_config trust;        /* as enrolled; owned */
	char *url;                       /* "https://host:port", no slash at the end */
	struct secret *seed;             /* the desk's Ed25519 seed */
	char keyid[KEY_BYTES * 2 + 1];   /* its public key in hex */
	struct desk_cert cert;
	uint8_t core_key[KEY_BYTES];
	int64_t shown;                   /* the journal's head that this link has shown to the core; 0: none yet */
	int retry_after_s;               /* of the last answer; -1: it asked for nothing */
};

/* Checks and completes "https://host[:port][/]" to the form that is signed: lower case, the default port and the slash left out. */
enum code core_url(struct buf *out, const char *text, struct err *err);

/* Who signs a request, and where it goes. */
struct signer {
	const char *url, *keyid;         /* as in struct link */
	const uint8_t *seed;
	int64_t now_s;                   /* UTC */
};
enum code signed_call(const struct signer *who, struct http *via, const char *method, const char *target, struct http_request *r,
		      struct http_answer *a, struct err *err);
void keyid_make(char out[KEY_BYTES * 2 + 1], const uint8_t key[KEY_BYTES]);
/* signed_call as this link: signs and runs one request over via. r: everything but method, url and headers; target: "/v1/…". Anything but 2xx becomes an error, from the
 * problem that the core names or from the status: E_REFUSED, E_ROLLBACK, E_NOTFOUND, E_NETWORK. a is to be released in any case. */
enum code link_call(struct link *l, struct http *via, const char *method, const char *target, struct http_request *r, struct http_answer *a,
		    struct err *err);
/* Names why a line of the core cannot be taken: hands back E_NETWORK, with where and the message that is in err. */
enum code link_garbled(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line as a JSON object, in pool. */
enum code link_json(struct pool *pool, const char *line, size_t n, const struct json **doc, struct err *err);
void url_escape(struct buf *out, const char *text); /* RFC 3986: all but unreserved characters */

/* Documents are named by the SHA-256 of their bytes in lower-case hex. */
bool blob_name(const char *sha256_hex, uint8_t sum[32]);
enum code blob_check(const char *sha256_hex, const void *data, size_t n, struct err *err); /* E_INVALID, E_SIGNATURE */

/* The turn to sync this store, among processes and threads (HOME/sync.lock); waits, asking w->stop. AUTO(turn_end) struct turn t = TURN_NONE; */
struct turn { int fd; };
#define TURN_NONE { -1 }
enum code turn_begin(struct turn *t, struct link *l, const struct sync_watch *w, struct err *err);
void turn_end(struct turn *t);
bool watch_stop(const struct sync_watch *w); /* NULL: never */

/* The work of sync_pull and sync_push for whoever has the turn. */
enum code pull_run(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err);
enum code push_run(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err);
/* Sends the operators' certificates if they are not those that the core took last. */
enum code push_operators(struct link *l, const struct sync_watch *w, struct err *err);

#endif
