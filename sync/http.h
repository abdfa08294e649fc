/* The only room for libcurl: one HTTPS connection to one core. TLS 1.2 or newer, always fully verified against the given CA and host
 * name; no redirects; every answer bounded in bytes and time. */
#ifndef SYNC_HTTP_H
#define SYNC_HTTP_H

#include "store/err.h"
#include "store/mem.h"

struct http;
struct http_config {
	const char *ca_pem;           /* certificates in PEM; the system's own store is not consulted */
	const char *pin;              /* "sha256//base64" of the server's public key, or NULL */
};
enum code http_new(struct http **out, const struct http_config *c, struct err *err);
void http_free(struct http *h);

struct http_request {
	const char *method, *url;
	const char *const *headers;   /* NULL-terminated "Name: value"; no CR, LF */
	const void *body;
	size_t body_len;
	size_t max_bytes;             /* of the decoded answer; more is E_NETWORK */
	int timeout_s;                /* whole exchange; 0: a stream without end (events), ended by stop */
	int quiet_s;                  /* this long without a byte is E_NETWORK; 0: timeout_s alone decides */
	/* Called for each line of a 2xx answer without its newline (at most line_max bytes); NULL: the answer goes into http_answer.body. */
	enum code (*line)(void *ctx, const char *line, size_t n, struct err *err);
	size_t line_max;
	/* Asked between reads, a few times a second and right after http_wake; true ends the exchange with E_CANCELLED; NULL: never. It
	 * may take its time (what the server sends meanwhile waits), and it may use another struct http. */
	bool (*stop)(void *ctx);
	void *ctx;
};
struct http_answer {
	int status;
	struct buf body;              /* without line; and of any status but 2xx, its first 64 kB */
	char content_type[80];
	int64_t feed_head;            /* Paydesk-Feed-Head; -1 where absent */
	int retry_after_s;            /* -1 where absent */
	bool sent;                    /* some of the request may have reached the server */
};
void http_answer_release(struct http_answer *a);
/* E_NETWORK with what curl says; an HTTP error status is not an error here. method: GET or POST. a: uninitialised; released by the caller
 * in any case. One exchange at a time. */
enum code http_run(struct http *h, const struct http_request *r, struct http_answer *a, struct err *err);
/* From any thread while h lives: the exchange that is running asks stop at once. */
void http_wake(struct http *h);

#endif
