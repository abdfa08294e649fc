#include "sync/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/values/text.h"

enum { HEADERS_MAX = 32 * 1024, ERROR_BODY_MAX = 64 * 1024, CONNECT_TIMEOUT_S = 15, POLL_MS = 250 };

struct http {
	CURL *easy;
	CURLM *multi;
	char *ca_pem, *pin;
	char why[CURL_ERROR_SIZE];
};

/* One exchange as curl's callbacks see it. */
struct run {
	struct http *h;
	const struct http_request *r;
	struct http_answer *a;
	struct buf partial;       /* a line that has not ended yet */
	size_t got, header_bytes;
	int64_t last_ms;          /* monotonic: when the last byte came */
	enum code rc;             /* why a callback stopped the exchange */
	struct err *err;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum code http_new(struct http **out, const struct http_config *c, struct err *err)
{
	struct http *h;

	*out = NULL;
	if (!c->ca_pem || !strstr(c->ca_pem, "-----BEGIN CERTIFICATE-----"))
		return fail(err, E_INVALID, "the certificate authority's file holds no certificate in PEM; give the ca.pem of the payment core");
	pthread_once(&curl_once, curl_start);
	h = mem_alloc(sizeof *h);
	h->ca_pem = mem_strdup(c->ca_pem);
	h->pin = mem_strdup(c->pin);
	h->easy = curl_easy_init();
	h->multi = curl_multi_init();
	if (!h->easy || !h->multi) {
		http_free(h);
		return fail(err, E_FAILED, "libcurl does not start");
	}
	*out = h;
	return E_OK;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	free(h->ca_pem);
	free(h->pin);
	free(h);
}

void http_wake(struct http *h)
{
	curl_multi_wakeup(h->multi);
}

void http_answer_release(struct http_answer *a)
{
	buf_release(&a->body);
}

/* ---- what comes in ---- */
static size_t refuse(struct run *run, enum code rc)
{
	run->rc = rc;
	return CURL_WRITEFUNC_ERROR;
}

static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct run *run = ctx;

	(void)data;
	run->last_ms = monotonic_ms();
	run->header_bytes += size * n;
	if (run->header_bytes > HEADERS_MAX)
		return refuse(run, fail(run->err, E_NETWORK, "the core sent more than %d bytes of headers", HEADERS_MAX));
	return size * n;
}

static enum code too_long(struct run *run)
{
	return fail(run->err, E_NETWORK, "the core sent a line of more than %zu bytes", run->r->line_max);
}

/* Whole lines are handed on where they lie; only one that is cut by the end of a chunk is copied. */
static enum code take_lines(struct run *run, const char *p, size_t n)
{
	const char *end = p + n, *nl;
	enum code rc;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl ? nl : end) - p);
		if (run->partial.len + n > run->r->line_max)
			return too_long(run);
		if (!nl || run->partial.len) {
			buf_add(&run->partial, p, n);
			p += n;
		}
		if (!nl)
			break;
		if (run->partial.len)
			rc = run->r->line(run->r->ctx, run->partial.data, run->partial.len, run->err);
		else
			rc = run->r->line(run->r->ctx, p, n, run->err);
		buf_clear(&run->partial);
		if (rc)
			return rc;
		p = nl + 1;
	}
	return E_OK;
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct run *run = ctx;
	size_t n = size * count, room;
	long status = 0;
	enum code rc;

	run->last_ms = monotonic_ms();
	if (run->r->timeout_s && n > run->r->max_bytes - run->got)
		return refuse(run, fail(run->err, E_NETWORK, "the core's answer is larger than %zu bytes", run->r->max_bytes));
	run->got += run->r->timeout_s ? n : 0; /* a stream without end has a bound on its lines only */
	curl_easy_getinfo(run->h->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status / 100 == 2 && run->r->line) {
		rc = take_lines(run, data, n);
		return rc ? refuse(run, rc) : n;
	}
	room = status / 100 == 2 ? n : ERROR_BODY_MAX - run->a->body.len;
	if (n > room && !run->r->timeout_s)
		return refuse(run, fail(run->err, E_NETWORK, "the core answered the request for its events with status %ld and no end", status));
	buf_add(&run->a->body, data, n < room ? n : room);
	return n;
}

/* ---- what goes out ---- */
static void set_trust(CURL *c, struct http *h)
{
	struct curl_blob ca = { h->ca_pem, strlen(h->ca_pem), CURL_BLOB_NOCOPY };

	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL); /* Debian's default would add the system's authorities */
	curl_easy_setopt(c, CURLOPT_PINNEDPUBLICKEY, h->pin);
	curl_easy_setopt(c, CURLOPT_PROXY, "");    /* whatever the environment says */
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
}

static void set_bounds(CURL *c, const struct http_request *r)
{
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)r->timeout_s);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a name server when the exchange is stopped */
}

static enum code set_request(CURL *c, const struct http_request *r, struct curl_slist **headers, struct err *err)
{
	curl_easy_setopt(c, CURLOPT_URL, r->url);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L); /* the address is signed as it stands */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (!strcmp(r->method, "POST")) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body ? r->body : "");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	} else if (strcmp(r->method, "GET")) {
		return fail(err, E_FAILED, "%s is no method of this protocol", r->method);
	}
	if (r->timeout_s)
		curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "zstd, gzip");
	*headers = curl_slist_append(NULL, "Expect:");
	for (const char *const *line = r->headers; line && *line; line++) {
		if (strpbrk(*line, "\r\n"))
			return fail(err, E_FAILED, "a header would break its line");
		*headers = curl_slist_append(*headers, *line);
	}
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers);
	return E_OK;
}

static enum code network_error(struct run *run, CURLcode cc)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	const char *why = run->h->why[0] ? run->h->why : curl_easy_strerror(cc);

	text_clean(&clean, why, strlen(why), TEXT_LINE);
	if (cc == CURLE_PEER_FAILED_VERIFICATION || cc == CURLE_SSL_PINNEDPUBKEYNOTMATCH || cc == CURLE_SSL_CACERT_BADFILE)
		return fail(run->err, E_NETWORK, "the payment core did not prove who it is: %s; nothing was sent", clean.data);
	return fail(run->err, E_NETWORK, "the payment core cannot be reached: %s", clean.data);
}

/* Time that stop spends is not the server's silence. */
static bool stopped(struct run *run)
{
	int64_t before = monotonic_ms();
	bool yes = run->r->stop && run->r->stop(run->r->ctx);

	run->last_ms += monotonic_ms() - before;
	return yes;
}

static enum code drive(struct run *run)
{
	struct http *h = run->h;
	int running = 1, left;
	CURLMsg *m;

	run->last_ms = monotonic_ms();
	for (;;) {
		if (stopped(run))
			return fail(run->err, E_CANCELLED, "stopped on request");
		if (curl_multi_perform(h->multi, &running))
			return fail(run->err, E_FAILED, "libcurl failed");
		if (!running)
			break;
		if (run->r->quiet_s && monotonic_ms() - run->last_ms > run->r->quiet_s * INT64_C(1000))
			return fail(run->err, E_NETWORK, "the payment core has been silent for %d seconds", run->r->quiet_s);
		curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
	}
	while ((m = curl_multi_info_read(h->multi, &left)))
		if (m->msg == CURLMSG_DONE && m->data.result)
			return run->rc ? run->rc : network_error(run, m->data.result);
	if (run->partial.len)
		return fail(run->err, E_NETWORK, "the core's answer ends in the middle of a line");
	return E_OK;
}

static const char *one_header(CURL *c, const char *name)
{
	struct curl_header *h;

	return !curl_easy_header(c, name, 0, CURLH_HEADER, -1, &h) && h->amount == 1 ? h->value : "";
}

static void read_headers(CURL *c, struct http_answer *a)
{
	const char *head = one_header(c, "Paydesk-Feed-Head"), *type = one_header(c, "Content-Type");
	size_t digits = strspn(head, "0123456789");
	curl_off_t wait = 0;
	long status = 0, sent = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	curl_easy_getinfo(c, CURLINFO_REQUEST_SIZE, &sent);
	a->sent = sent > 0;
	snprintf(a->content_type, sizeof a->content_type, "%.*s", (int)strcspn(type, "; \t"), type);
	if (digits && digits < 18 && !head[digits])
		a->feed_head = strtoll(head, NULL, 10);
	if (!curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait) && wait > 0)
		a->retry_after_s = wait < 3600 ? (int)wait : 3600;
}

/* NOSIGNAL also means that curl leaves SIGPIPE to us: a peer that hangs up must not end the program. */
static void hold_sigpipe(sigset_t *before)
{
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, before);
}

static void drop_sigpipe(const sigset_t *before)
{
	static const struct timespec now = { 0, 0 };
	sigset_t pipe;

	if (sigismember(before, SIGPIPE))
		return;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	while (sigtimedwait(&pipe, NULL, &now) == SIGPIPE)
		;
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

enum code http_run(struct http *h, const struct http_request *r, struct http_answer *a, struct err *err)
{
	struct run run = { .h = h, .r = r, .a = a, .partial = BUF_INIT, .err = err };
	struct curl_slist *headers = NULL;
	sigset_t before;
	enum code rc;

	*a = (struct http_answer){ .body = BUF_INIT, .feed_head = -1, .retry_after_s = -1 };
	h->why[0] = '\0';
	curl_easy_reset(h->easy); /* keeps the connection */
	set_trust(h->easy, h);
	set_bounds(h->easy, r);
	curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, h->why);
	curl_easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(h->easy, CURLOPT_HEADERDATA, &run);
	curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, &run);
	if ((rc = set_request(h->easy, r, &headers, err)))
		goto out;
	hold_sigpipe(&before);
	curl_multi_add_handle(h->multi, h->easy);
	rc = drive(&run);
	read_headers(h->easy, a);
	curl_multi_remove_handle(h->multi, h->easy);
	drop_sigpipe(&before);
out:
	curl_slist_free_all(headers);
	buf_release(&run.partial);
	return rc;
}
