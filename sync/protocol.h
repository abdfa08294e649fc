/* Protocol v1 between a desk and the payment core: the words and bounds that both sides share. sync/openapi.yaml is the description
 * for others; tests/test_openapi holds both sides to it.
 *
 *   POST /v1/enrol      {"token","desk_key":hex,"root_key":hex,"store"} signed with the desk key
 *                       -> 201 {"certificate":text,"signature":base64,"core_key":hex}
 *   POST /v1/operators  NDJSON {"certificate":text,"signature":base64} -> NDJSON {"operator","result":"accepted"|"rejected","reason"?}
 *   GET  /v1/feed?after=SEQ&limit=N -> NDJSON {"seq","kind","id","version","deleted"?,"data"}; header Paydesk-Feed-Head: SEQ
 *                       (fewer lines than N: everything up to SEQ that is within the desk's scope has been sent)
 *   POST /v1/commands   NDJSON: first {"head":{"seq","hash":hex}}, then {"command":base64,"signature":base64}; a command of
 *                       a batch that was signed at once bears the batch's signature and its own place there (core/batch.h)
 *                       -> NDJSON {"id","result":"accepted"|"rejected"|"conflict"|"duplicate","was"?,"reason"?,"record"?:change}
 *   GET  /v1/events     text/event-stream: "event: feed" with {"head":SEQ}; ": heartbeat" every 15 s
 *   GET  /v1/blobs/SHA256HEX
 *   GET  /v1/records/KIND/ID -> a change;  GET /v1/search?kind=K&q=TEXT&limit=N -> NDJSON of changes
 *
 * keyid of a request's signature: the desk key's public part in hex. Errors are problem+json (RFC 9457) with type
 * "urn:paydesk:problem:NAME" and NAME from PROBLEMS. */
#ifndef SYNC_PROTOCOL_H
#define SYNC_PROTOCOL_H

#include "store/crypto.h"
#include "store/err.h"
#include "store/mem.h"

enum {
	FEED_LIMIT = 2000,                  /* changes asked for at once */
	LINE_MAX_BYTES = 64 * 1024,         /* of NDJSON */
	BODY_MAX_BYTES = 64 * 1024 * 1024,  /* of any answer, decoded */
	REQUEST_MAX_BYTES = 4 * 1024 * 1024,
	COMMANDS_MAX = 200,                 /* in one request */
	BLOB_MAX_BYTES = 16 * 1024 * 1024,
	HEARTBEAT_S = 15,
	CLOCK_WINDOW_S = 300,               /* a request signed longer ago, or ahead, is stale */
};

/* X(name, HTTP status, title) */
#define PROBLEMS(X) \
	X("unsigned", 401, "the request carries no signature, or one that does not verify") \
	X("stale", 401, "the request was signed too long ago, or the clocks differ") \
	X("replayed", 401, "this request was already seen") \
	X("unknown-desk", 401, "no desk is enrolled under this key") \
	X("bad-token", 403, "the enrolment token is unknown, used or expired") \
	X("out-of-scope", 403, "the desk's scope does not reach this") \
	X("journal-rollback", 409, "the desk's journal is older than the one it showed before") \
	X("not-found", 404, "there is nothing under this address") \
	X("method", 405, "this address does not take this method") \
	X("too-large", 413, "the request is larger than the core reads") \
	X("malformed", 400, "the request cannot be read") \
	X("busy", 503, "the core is busy; try again after Retry-After") \
	X("internal", 500, "the core failed; nothing was changed")

/* A desk's certificate, in the line form of store/cert.h, signed by the core (domain "paydesk-desk"):
 *   paydesk-desk 1 / desk ID / key HEX / root HEX / scope KIND,KIND or all / regions NAME,NAME or all / issued MS */
struct desk_cert {
	char desk[40];
	uint8_t key[KEY_BYTES], root[KEY_BYTES];
	char scope[400], regions[400];
	int64_t issued;
	char text[1400];
	uint8_t sig[SIG_BYTES];
};
void desk_cert_issue(struct desk_cert *c, const uint8_t core_seed[KEY_BYTES]);
enum code desk_cert_read(struct desk_cert *out, const char *text, size_t n, const uint8_t sig[SIG_BYTES], const uint8_t core_key[KEY_BYTES], struct err *err);
bool desk_cert_covers(const struct desk_cert *c, const char *kind, const char *region); /* region NULL: kind only */

#endif
