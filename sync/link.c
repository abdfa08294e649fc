#include "sync/link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/values/text.h"
#include "sync/httpsig.h"

enum { TURN_POLL_MS = 50 };

/* What each of the core's problems (PROBLEMS in protocol.h) means to the desk: X(name, code, what and what to do). */
#define ANSWERS(X) \
	X("unsigned", E_REFUSED, N_("the payment core did not accept this desk's signature; enrol the desk again")) \
	X("stale", E_REFUSED, N_("the payment core says that this computer's clock is off; set the clock")) \
	X("replayed", E_NETWORK, N_("the payment core has seen this request before; it is asked again later")) \
	X("unknown-desk", E_REFUSED, N_("the payment core does not know this desk; enrol it again")) \
	X("bad-token", E_REFUSED, N_("the enrolment token is unknown, used or expired; ask for a new one")) \
	X("out-of-scope", E_REFUSED, N_("this desk's scope does not reach that")) \
	X("journal-rollback", E_ROLLBACK, N_("the payment core has seen a longer journal of this store: an older copy was put back")) \
	X("not-found", E_NOTFOUND, N_("the payment core has no such thing")) \
	X("method", E_NETWORK, N_("the payment core speaks another protocol")) \
	X("too-large", E_NETWORK, N_("the payment core found the request too large")) \
	X("malformed", E_NETWORK, N_("the payment core could not read the request")) \
	X("busy", E_NETWORK, N_("the payment core is busy; it is asked again later")) \
	X("internal", E_NETWORK, N_("the payment core failed; it is asked again later"))

/* ---- small things ---- */
enum code core_url(struct buf *out, const char *text, struct err *err)
{
	size_t host, from = out->len;
	const char *p;

	if (strncasecmp(text, "https://", 8))
		return fail(err, E_INVALID, "the payment core's address must begin with https://");
	p = text + 8;
	host = *p == '[' ? strspn(p + 1, "0123456789abcdefABCDEF:.") + 2
			 : strspn(p, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-");
	if (!host || host > 255 || (*p == '[' && (host < 4 || p[host - 1] != ']')))
		return fail(err, E_INVALID, "the payment core's address must be https://host or https://host:port");
	buf_adds(out, "https://");
	buf_add(out, p, host);
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] >= 'A' && out->data[i] <= 'Z')
			out->data[i] = (char)(out->data[i] - 'A' + 'a');
	p += host;
	if (*p == ':') {
		size_t digits = strspn(++p, "0123456789");
		long port = digits && digits <= 5 ? strtol(p, NULL, 10) : 0;

		if (port < 1 || port > 65535)
			return fail(err, E_INVALID, "the port of the payment core's address must be 1 to 65535");
		if (port != 443)
			buf_addf(out, ":%ld", port);
		p += digits;
	}
	return !*p || !strcmp(p, "/") ? E_OK : fail(err, E_INVALID, "the payment core's address must end after the host or port");
}

void url_escape(struct buf *out, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || strchr("-._~", *p))
			buf_addc(out, (char)*p);
		else
			buf_addf(out, "%%%02X", *p);
}

enum code link_garbled(struct err *err, const char *fmt, ...)
{
	char where[120], why[sizeof err->msg];
	va_list ap;

	if (!err)
		return E_NETWORK;
	va_start(ap, fmt);
	vsnprintf(where, sizeof where, fmt, ap);
	va_end(ap);
	memcpy(why, err->msg, sizeof why);
	return fail(err, E_NETWORK, "the payment core sent what cannot be taken: %s: %s", where, why);
}

enum code link_json(struct pool *pool, const char *line, size_t n, const struct json **doc, struct err *err)
{
	static const struct json_limits limits = { .bytes = LINE_MAX_BYTES, .depth = 8 };
	enum code rc = json_parse(pool, line, n, &limits, doc, err);

	if (!rc && json_type(*doc) != JSON_OBJECT)
		rc = fail(err, E_INVALID, "not an object");
	return rc;
}

bool watch_stop(const struct sync_watch *w)
{
	return w && w->stop && w->stop(w->ctx);
}

enum code turn_begin(struct turn *t, struct link *l, const struct sync_watch *w, struct err *err)
{
	static const struct timespec nap = { 0, TURN_POLL_MS * 1000000L };
	AUTO(buf_release) struct buf path = BUF_INIT;

	buf_addf(&path, "%s/sync.lock", store_home(l->s));
	t->fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->fd < 0)
		return fail(err, errno == EROFS || errno == EACCES ? E_READONLY : E_IO, "%s: %s", path.data, strerror(errno));
	while (flock(t->fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail(err, E_IO, "%s: %s", path.data, strerror(errno));
		if (watch_stop(w))
			return fail(err, E_CANCELLED, "stopped on request");
		nanosleep(&nap, NULL);
	}
	return E_OK;
}

void turn_end(struct turn *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

/* ---- one request ---- */
/* The problem that the core names, and what it says about it: made harmless, at most 200 bytes. */
static void problem_read(const struct http_answer *a, struct buf *name, struct buf *detail)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	static const char urn[] = "urn:paydesk:problem:";
	const struct json *doc;
	const char *text;

	if (strcmp(a->content_type, "application/problem+json") || link_json(&pool, a->body.data, a->body.len, &doc, NULL))
		return;
	if (!json_get_str(doc, "type", &text, NULL) && !strncmp(text, urn, sizeof urn - 1))
		buf_adds(name, text + sizeof urn - 1);
	if (!json_get_str(doc, "detail", &text, NULL))
		text_clean(detail, text, strnlen(text, 200), TEXT_LINE);
}

static enum code status_judge(int status, const char *problem, struct err *err)
{
#define X(name, code, what) if (!strcmp(problem, name)) return fail(err, code, what);
	ANSWERS(X)
#undef X
	if (status / 100 == 3)
		return fail(err, E_NETWORK, "the payment core points elsewhere (status %d); enrol with the address that answers itself", status);
	if (status == 401 || status == 403)
		return fail(err, E_REFUSED, "the payment core refused this desk (status %d)", status);
	if (status == 404)
		return fail(err, E_NOTFOUND, "the payment core has no such thing");
	return fail(err, E_NETWORK, "the payment core answered with status %d", status);
}

static enum code answer_judge(const struct http_answer *a, struct err *err)
{
	AUTO(buf_release) struct buf name = BUF_INIT, detail = BUF_INIT;
	enum code rc;

	if (a->status / 100 == 2)
		return E_OK;
	problem_read(a, &name, &detail);
	rc = status_judge(a->status, name.data, err);
	if (detail.len && err) {
		size_t n = strlen(err->msg);
		snprintf(err->msg + n, sizeof err->msg - n, " (%s)", detail.data);
	}
	return rc;
}

static void nonce_make(char out[33])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t nonce[16];

	crypto_random(nonce, sizeof nonce);
	buf_add_hex(&hex, nonce, sizeof nonce);
	memcpy(out, hex.data, 33);
}

enum code signed_call(const struct signer *who, struct http *via, const char *method, const char *target, struct http_request *r,
		      struct http_answer *a, struct err *err)
{
	AUTO(buf_release) struct buf url = BUF_INIT, digest = BUF_INIT, input = BUF_INIT, sig = BUF_INIT;
	char nonce[33];
	enum code rc;

	buf_addf(&url, "%s%s", who->url, target);
	buf_adds(&digest, "Content-Digest: ");
	content_digest(&digest, r->body ? r->body : "", r->body_len);
	buf_adds(&input, "Signature-Input: ");
	buf_adds(&sig, "Signature: ");
	nonce_make(nonce);
	sig_request(&input, &sig, method, url.data, digest.data + strlen("Content-Digest: "), who->now_s, nonce, who->keyid, who->seed);
	const char *headers[] = { digest.data, input.data, sig.data, r->body_len ? "Content-Type: application/x-ndjson" : NULL, NULL };

	r->method = method;
	r->url = url.data;
	r->headers = headers;
	rc = http_run(via, r, a, err);
	r->url = NULL;
	r->headers = NULL;
	return rc ? rc : answer_judge(a, err);
}

enum code link_call(struct link *l, struct http *via, const char *method, const char *target, struct http_request *r, struct http_answer *a,
		    struct err *err)
{
	const struct signer who = { l->url, l->keyid, secret_peek(l->seed), store_now(l->s) / 1000 };
	enum code rc = signed_call(&who, via, method, target, r, a, err);

	l->retry_after_s = a->retry_after_s;
	return rc;
}

/* ---- what the store keeps of the enrolment ---- */
static enum code meta_text(struct store *s, const char *key, struct pool *pool, const char **out, struct err *err)
{
	struct value v;
	enum code rc = store_meta_get(s, key, pool, &v, err);

	*out = !rc && v.type == VALUE_TEXT ? v.text : NULL;
	return rc;
}

static enum code meta_bytes(struct store *s, const char *key, void *out, size_t n, struct pool *pool, struct err *err)
{
	struct value v;
	enum code rc = store_meta_get(s, key, pool, &v, err);

	if (rc)
		return rc;
	if (v.type != VALUE_BLOB || v.len != n)
		return fail(err, E_STATE, "this store is not enrolled with a payment core; run paydesk enrol");
	memcpy(out, v.text, n);
	crypto_wipe((char *)(uintptr_t)v.text, n); /* the desk's seed passes here */
	return E_OK;
}

bool sync_enrolled(struct desk *d)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *url;

	return !meta_text(desk_store(d), "sync.url", &pool, &url, NULL) && url;
}

void keyid_make(char out[KEY_BYTES * 2 + 1], const uint8_t key[KEY_BYTES])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;

	buf_add_hex(&hex, key, KEY_BYTES);
	memcpy(out, hex.data, hex.len + 1);
}

/* The certificate is verified again each time: the store may be old, the key pinned in it is what we trust. */
static enum code link_read(struct link *l, struct pool *pool, struct err *err)
{
	const char *url, *ca, *pin, *cert;
	uint8_t sig[SIG_BYTES], pk[KEY_BYTES];
	enum code rc;

	if ((rc = meta_text(l->s, "sync.url", pool, &url, err)) || (rc = meta_text(l->s, "sync.ca", pool, &ca, err)) ||
	    (rc = meta_text(l->s, "sync.pin", pool, &pin, err)) || (rc = meta_text(l->s, "sync.cert", pool, &cert, err)))
		return rc;
	if (!url || !ca || !cert)
		return fail(err, E_STATE, "this store is not enrolled with a payment core; run paydesk enrol");
	if ((rc = secret_new(&l->seed, KEY_BYTES, err)) || (rc = meta_bytes(l->s, "sync.seed", secret_bytes(l->seed), KEY_BYTES, pool, err)) ||
	    (rc = meta_bytes(l->s, "sync.cert_sig", sig, sizeof sig, pool, err)) ||
	    (rc = meta_bytes(l->s, "sync.core_key", l->core_key, KEY_BYTES, pool, err)) ||
	    (rc = desk_cert_read(&l->cert, cert, strlen(cert), sig, l->core_key, err)))
		return rc;
	sign_public(pk, secret_peek(l->seed));
	if (!crypto_equal(pk, l->cert.key, KEY_BYTES))
		return fail(err, E_KEY, "the desk's key does not fit its certificate; enrol again");
	keyid_make(l->keyid, pk);
	l->url = mem_strdup(url);
	l->trust = (struct http_config){ mem_strdup(ca), mem_strdup(pin) };
	return http_new(&l->http, &l->trust, err);
}

enum code link_open(struct link **out, struct desk *d, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct link *l = mem_alloc(sizeof *l);
	enum code rc;

	l->d = d;
	l->s = desk_store(d);
	l->retry_after_s = -1;
	rc = link_read(l, &pool, err);
	if (rc)
		link_freep(&l);
	*out = l;
	return rc;
}

void link_free(struct link *l)
{
	if (!l)
		return;
	http_free(l->http);
	secret_free(l->seed);
	free((char *)(uintptr_t)l->trust.ca_pem);
	free((char *)(uintptr_t)l->trust.pin);
	free(l->url);
	free(l);
}

void link_freep(struct link **l)
{
	link_free(*l);
	*l = NULL;
}

enum code sync_once(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err)
{
	AUTO(turn_end) struct turn turn = TURN_NONE;
	struct err told = { .code = E_OK };
	enum code rc, refused;

	if ((rc = turn_begin(&turn, l, w, err)))
		return rc;
	/* A certificate that the core does not take must not keep everybody else's work from it. */
	refused = push_operators(l, w, &told);
	if (!refused || refused == E_REFUSED)
		if ((rc = push_run(l, w, c, err)) || (rc = pull_run(l, w, c, err)))
			return rc;
	if (refused && err)
		*err = told;
	return refused;
}
