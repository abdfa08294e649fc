/* The transport against a server that misbehaves in every way that it could, over real TLS on the loopback. */
#include "sync/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/crypto.h"
#include "sync/paycore/pack.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/tls_server.h"

struct fixture {
	char dir[64];
	struct buf ca;
	struct tls_server *server;
	struct http *http;
	tls_handler *_Atomic handler;
	atomic_int requests;
	char seen[4096];
};

static void dispatch(void *ctx, struct tls_peer *p, const char *request)
{
	struct fixture *f = ctx;
	tls_handler *handler = atomic_load(&f->handler);

	snprintf(f->seen, sizeof f->seen, "%s", request);
	atomic_fetch_add(&f->requests, 1);
	handler(f, p, request);
}

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof *f);
	struct err err;

	scratch_make(f->dir, sizeof f->dir);
	buf_init(&f->ca);
	f->server = tls_server_start(f->dir, NULL, dispatch, f);
	tls_server_ca(f->dir, &f->ca);
	assert_ok(http_new(&f->http, &(struct http_config){ f->ca.data, NULL }, &err), err);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_free(f->http);
	tls_server_stop(f->server);
	buf_release(&f->ca);
	scratch_remove(f->dir);
	free(f);
	return 0;
}

struct got {
	struct buf lines;       /* each followed by "|" */
	int n, refuse_at;
	atomic_bool stop;
};

static enum code take_line(void *ctx, const char *line, size_t n, struct err *err)
{
	struct got *g = ctx;

	if (++g->n == g->refuse_at)
		return fail(err, E_INVALID, "refused by the test");
	if (g->lines.len < 1000) {
		buf_add(&g->lines, line, n);
		buf_addc(&g->lines, '|');
	}
	return E_OK;
}

static bool ask_stop(void *ctx)
{
	return atomic_load(&((struct got *)ctx)->stop);
}

struct result {
	enum code rc;
	struct err err;
	struct http_answer a;
	struct got got;
};

static void result_release(struct result *r)
{
	http_answer_release(&r->a);
	buf_release(&r->got.lines);
}

/* url: NULL for the server's own. */
static void ask(struct fixture *f, const char *url, struct http_request *req, struct result *r)
{
	char own[64];
	bool lines = req->line != NULL;

	*r = (struct result){ .got = { .lines = BUF_INIT, .refuse_at = r->got.refuse_at } };
	snprintf(own, sizeof own, "https://127.0.0.1:%d/v1/x/../feed?a=b", tls_server_port(f->server));
	req->url = url ? url : own;
	req->method = req->method ? req->method : "GET";
	req->max_bytes = req->max_bytes ? req->max_bytes : 100000;
	req->line_max = lines ? req->line_max : 0;
	req->stop = ask_stop;
	req->ctx = &r->got;
	r->rc = http_run(f->http, req, &r->a, &r->err);
}

#define LINES { .line = take_line, .line_max = 100, .timeout_s = 20 }
#define WHOLE { .timeout_s = 20 }

static void say_hello(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=x\r\nPaydesk-Feed-Head: 77\r\nContent-Length: 13\r\n\r\none\ntwo\n\nend\n");
}

static void test_plain(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };
	const char *headers[] = { "X-Specimen: yes", NULL };

	f->handler = say_hello;
	ask(f, NULL, &(struct http_request){ .timeout_s = 20, .method = "POST", .body = "body\n", .body_len = 5, .headers = headers }, &r);
	assert_ok(r.rc, r.err);
	assert_int_equal(r.a.status, 200);
	assert_string_equal(r.a.body.data, "one\ntwo\n\nend\n");
	assert_string_equal(r.a.content_type, "text/plain");
	assert_int_equal(r.a.feed_head, 77);
	assert_int_equal(r.a.retry_after_s, -1);
	assert_non_null(strstr(f->seen, "POST /v1/x/../feed?a=b HTTP/1.1\r\n")); /* the address as it was signed */
	assert_non_null(strstr(f->seen, "X-Specimen: yes\r\n"));
	assert_non_null(strstr(f->seen, "Accept-Encoding: zstd, gzip\r\n"));
	assert_non_null(strstr(f->seen, "\r\n\r\nbody\n"));
	assert_null(strstr(f->seen, "Expect:"));
}

struct script { const char *what, *says; enum code rc; const char *lines; };

static const struct script *playing;
static void play(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, playing->says);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
static void test_line_scripts(void **state)
{
	static const struct script scripts[] = {
		{ "whole", OK_HEAD "Content-Length: 13\r\n\r\none\ntwo\n\nend\n", E_OK, "one|two||end|" },
		{ "nothing", OK_HEAD "Content-Length: 0\r\n\r\n", E_OK, "" },
		{ "chunks cut anywhere", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n4\r\nne\nt\r\n3\r\nwo\n\r\n0\r\n\r\n", E_OK, "one|two|" },
		{ "shorter than announced", OK_HEAD "Content-Length: 99\r\n\r\none\ntwo\n", E_NETWORK, NULL },
		{ "chunks without an end", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n", E_NETWORK, NULL },
		{ "ends inside a line", OK_HEAD "Content-Length: 7\r\n\r\none\ntwo", E_NETWORK, NULL },
		{ "garbage", "\x80\x81\x82 nothing that is HTTP\r\n\r\n", E_NETWORK, NULL },
		{ "HTTP/0.9", "one\ntwo\n", E_NETWORK, NULL },
		{ "bad chunk", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\none\n\r\n0\r\n\r\n", E_NETWORK, NULL },
		{ "encoding not known", OK_HEAD "Content-Encoding: x-own\r\nContent-Length: 4\r\n\r\nabc\n", E_NETWORK, NULL },
		{ "zstd that is none", OK_HEAD "Content-Encoding: zstd\r\nContent-Length: 4\r\n\r\nabc\n", E_NETWORK, NULL },
		{ "line longer than allowed", OK_HEAD "Content-Length: 102\r\n\r\n"
		  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x\n", E_NETWORK, NULL },
		{ "line as long as allowed", OK_HEAD "Content-Length: 102\r\n\r\n"
		  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n\n", E_OK,
		  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789||" },
	};
	struct fixture *f = *state;

	f->handler = play;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		AUTO(result_release) struct result r = { 0 };

		playing = &scripts[i];
		ask(f, NULL, &(struct http_request)LINES, &r);
		if (r.rc != playing->rc || (playing->lines && strcmp(r.got.lines.data, playing->lines)))
			fail_msg("%s: %s %s, lines %s", playing->what, code_name(r.rc), r.rc ? r.err.msg : "", r.got.lines.data);
	}
}

static void test_line_refused(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { .got = { .refuse_at = 2 } };

	f->handler = say_hello;
	ask(f, NULL, &(struct http_request)LINES, &r);
	assert_int_equal(r.rc, E_INVALID);
	assert_string_equal(r.err.msg, "refused by the test");
	assert_string_equal(r.got.lines.data, "one|");
}

/* An error's body is a body, whoever listens for lines; and a redirect is an answer, not a way. */
static void test_statuses(void **state)
{
	static const struct script scripts[] = {
		{ "busy", "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}", E_OK, "" },
		{ "moved", "HTTP/1.1 302 Moved\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\n{}", E_OK, "" },
	};
	struct fixture *f = *state;

	f->handler = play;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		AUTO(result_release) struct result r = { 0 };
		int before = atomic_load(&f->requests);

		playing = &scripts[i];
		ask(f, NULL, &(struct http_request)LINES, &r);
		assert_ok(r.rc, r.err);
		assert_int_equal(r.a.status, i ? 302 : 503);
		assert_int_equal(r.a.retry_after_s, i ? -1 : 17);
		assert_string_equal(r.a.body.data, "{}");
		assert_int_equal(r.got.n, 0);
		assert_int_equal(atomic_load(&f->requests), before + 1);
	}
}

static void flood_headers(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, OK_HEAD);
	while (tls_say(p, "X-Flood: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n"))
		;
}

static void flood_body(void *ctx, struct tls_peer *p, const char *request)
{
	char chunk[8192];

	(void)ctx, (void)request;
	memset(chunk, 'x', sizeof chunk);
	tls_say(p, OK_HEAD "\r\n");
	while (tls_send(p, chunk, sizeof chunk))
		;
}

static void flood_lines(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, OK_HEAD "\r\n");
	while (tls_say(p, "line\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\n"))
		;
}

/* 64 MB of nothing in a few kB. */
static void bomb(void *ctx, struct tls_peer *p, const char *request)
{
	AUTO(buf_release) struct buf packed = BUF_INIT, head = BUF_INIT;

	(void)ctx, (void)request;
	buf_reserve(&packed, 64 << 20);
	memset(packed.data, '\n', 64 << 20);
	buf_setlen(&packed, 64 << 20);
	assert_true(pack(&packed));
	assert_in_range(packed.len, 1, 50000);
	buf_addf(&head, OK_HEAD "Content-Encoding: zstd\r\nContent-Length: %zu\r\n\r\n", packed.len);
	tls_send(p, head.data, head.len);
	tls_send(p, packed.data, packed.len);
}

static void packed_lines(void *ctx, struct tls_peer *p, const char *request)
{
	AUTO(buf_release) struct buf body = BUF_INIT, head = BUF_INIT;

	(void)ctx, (void)request;
	for (int i = 0; i < 1000; i++)
		buf_adds(&body, "one\n");
	assert_true(pack(&body));
	buf_addf(&head, OK_HEAD "Content-Encoding: zstd\r\nContent-Length: %zu\r\n\r\n", body.len);
	tls_send(p, head.data, head.len);
	tls_send(p, body.data, body.len);
}

static void test_packed(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };

	f->handler = packed_lines;
	ask(f, NULL, &(struct http_request)LINES, &r);
	assert_ok(r.rc, r.err);
	assert_int_equal(r.got.n, 1000);
}

static void test_floods(void **state)
{
	static tls_handler *const handlers[] = { flood_headers, flood_body, flood_lines, bomb };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(handlers) * 2; i++) {
		AUTO(result_release) struct result r = { 0 };

		f->handler = handlers[i / 2];
		if (i % 2)
			ask(f, NULL, &(struct http_request)LINES, &r);
		else
			ask(f, NULL, &(struct http_request)WHOLE, &r);
		if (r.rc != E_NETWORK || r.a.body.len > 100000)
			fail_msg("flood %zu: %s, %zu bytes", i, code_name(r.rc), r.a.body.len);
		if (handlers[i / 2] == flood_headers)
			assert_non_null(strstr(r.err.msg, "bytes of headers")); /* our bound, not curl's */
	}
}

/* ---- trust ---- */
static void test_wrong_ca(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };
	AUTO(buf_release) struct buf other = BUF_INIT;
	struct http *mine = f->http;
	struct err err;
	char dir[64];

	scratch_make(dir, sizeof dir);
	tls_server_stop(tls_server_start(dir, NULL, dispatch, f)); /* makes another CA */
	tls_server_ca(dir, &other);
	scratch_remove(dir);
	int before = atomic_load(&f->requests);
	assert_ok(http_new(&f->http, &(struct http_config){ other.data, NULL }, &err), err);
	ask(f, NULL, &(struct http_request)WHOLE, &r);
	http_free(f->http);
	f->http = mine;
	assert_int_equal(r.rc, E_NETWORK);
	assert_non_null(strstr(r.err.msg, "did not prove who it is"));
	assert_int_equal(atomic_load(&f->requests), before);
	assert_int_equal(http_new(&mine, &(struct http_config){ "no certificate", NULL }, &err), E_INVALID);
}

static void test_wrong_host(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };
	char url[64];
	int before = atomic_load(&f->requests);

	snprintf(url, sizeof url, "https://127.0.0.1.nip.invalid:%d/", tls_server_port(f->server));
	ask(f, url, &(struct http_request)WHOLE, &r);
	assert_int_equal(r.rc, E_NETWORK);
	result_release(&r);
	/* the same server under a name that its certificate does not carry */
	snprintf(url, sizeof url, "https://0.0.0.0:%d/", tls_server_port(f->server));
	ask(f, url, &(struct http_request)WHOLE, &r);
	assert_int_equal(r.rc, E_NETWORK);
	assert_non_null(strstr(r.err.msg, "did not prove who it is"));
	assert_int_equal(atomic_load(&f->requests), before);
}

static void test_only_https(void **state)
{
	static const char *const urls[] = { "http://127.0.0.1:%d/", "ftp://127.0.0.1:%d/", "file:///etc/hostname?%d", "https://user:pw@127.0.0.1:%d/" };
	struct fixture *f = *state;
	int before = atomic_load(&f->requests);

	f->handler = say_hello;
	for (size_t i = 0; i < COUNT(urls); i++) {
		AUTO(result_release) struct result r = { 0 };
		AUTO(buf_release) struct buf url = BUF_INIT;

		buf_adds(&url, urls[i]);
		buf_setlen(&url, (size_t)(strchr(url.data, '%') - url.data));
		buf_addf(&url, "%d/", tls_server_port(f->server));
		ask(f, url.data, &(struct http_request)WHOLE, &r);
		assert_int_equal(r.rc, E_NETWORK);
	}
	assert_int_equal(atomic_load(&f->requests), before);
}

static void test_pin_and_old_tls(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 }, old = { 0 };
	struct http *mine = f->http;
	struct tls_server *usual = f->server;
	struct err err;

	f->handler = say_hello;
	assert_ok(http_new(&f->http, &(struct http_config){ f->ca.data, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, &err), err);
	ask(f, NULL, &(struct http_request)WHOLE, &r);
	http_free(f->http);
	f->http = mine;
	assert_int_equal(r.rc, E_NETWORK);
	f->server = tls_server_start(f->dir, "NORMAL:-VERS-ALL:+VERS-TLS1.1", dispatch, f);
	ask(f, NULL, &(struct http_request)WHOLE, &old);
	tls_server_stop(f->server);
	f->server = usual;
	assert_int_equal(old.rc, E_NETWORK);
}

/* A proxy of the environment is not asked. */
static void test_no_proxy(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };

	f->handler = say_hello;
	setenv("https_proxy", "http://127.0.0.1:9", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
	ask(f, NULL, &(struct http_request)WHOLE, &r);
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
	assert_ok(r.rc, r.err);
}

/* ---- time ---- */
static void never_answer(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_wait_gone(p);
}

static void stall_in_body(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, OK_HEAD "Content-Length: 100\r\n\r\none\n");
	tls_wait_gone(p);
}

static void hang_up(void *ctx, struct tls_peer *p, const char *request)
{
	(void)ctx, (void)request;
	tls_say(p, OK_HEAD "Content-Length: 100\r\n\r\none\n");
	tls_hang_up(p);
}

static void fail_at_length(void *ctx, struct tls_peer *p, const char *request)
{
	char chunk[1024];

	(void)ctx, (void)request;
	memset(chunk, 'x', sizeof chunk);
	tls_say(p, "HTTP/1.1 500 Never mind\r\nConnection: close\r\n\r\n");
	for (int i = 0; i < 65; i++)
		tls_send(p, chunk, sizeof chunk);
	tls_wait_gone(p);
}

/* A stream has no bound in time, so what a refusal says has one in bytes. */
static void test_refusal_without_end(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };

	f->handler = fail_at_length;
	ask(f, NULL, &(struct http_request){ .line = take_line, .line_max = 100, .quiet_s = 20 }, &r);
	assert_int_equal(r.rc, E_NETWORK);
	assert_non_null(strstr(r.err.msg, "500"));
	assert_int_equal(r.a.status, 500);
}

static void test_slow(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 }, s = { 0 }, q = { 0 }, h = { 0 };

	f->handler = never_answer;
	ask(f, NULL, &(struct http_request){ .line = take_line, .line_max = 100, .timeout_s = 1 }, &r);
	assert_int_equal(r.rc, E_NETWORK);
	f->handler = stall_in_body;
	ask(f, NULL, &(struct http_request){ .line = take_line, .line_max = 100, .timeout_s = 1 }, &s);
	assert_int_equal(s.rc, E_NETWORK);
	ask(f, NULL, &(struct http_request){ .line = take_line, .line_max = 100, .quiet_s = 1 }, &q); /* a stream, gone quiet */
	assert_int_equal(q.rc, E_NETWORK);
	assert_non_null(strstr(q.err.msg, "silent"));
	f->handler = hang_up;
	ask(f, NULL, &(struct http_request)LINES, &h);
	assert_int_equal(h.rc, E_NETWORK);
}

struct waker {
	struct fixture *f;
	struct got *got;
	int before;
	pthread_t thread;
};

static void *wake_it(void *ctx)
{
	struct waker *w = ctx;

	while (atomic_load(&w->f->requests) == w->before) /* until it hangs in the answer */
		sched_yield();
	atomic_store(&w->got->stop, true);
	http_wake(w->f->http);
	return NULL;
}

static void test_stop(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };
	struct waker w = { f, &r.got, atomic_load(&f->requests), 0 };
	struct timespec from, to;

	f->handler = never_answer;
	assert_int_equal(pthread_create(&w.thread, NULL, wake_it, &w), 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	ask(f, NULL, &(struct http_request){ .line = take_line, .line_max = 100 }, &r);
	clock_gettime(CLOCK_MONOTONIC, &to);
	pthread_join(w.thread, NULL);
	assert_int_equal(r.rc, E_CANCELLED);
	assert_true(to.tv_sec - from.tv_sec < 5);
}

static void test_nobody_there(void **state)
{
	struct fixture *f = *state;
	AUTO(result_release) struct result r = { 0 };

	ask(f, "https://127.0.0.1:1/", &(struct http_request)WHOLE, &r);
	assert_int_equal(r.rc, E_NETWORK);
	assert_true(strlen(r.err.msg) > 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_line_scripts), cmocka_unit_test(test_line_refused),
		cmocka_unit_test(test_statuses), cmocka_unit_test(test_packed), cmocka_unit_test(test_floods), cmocka_unit_test(test_wrong_ca), cmocka_unit_test(test_wrong_host),
		cmocka_unit_test(test_only_https), cmocka_unit_test(test_pin_and_old_tls), cmocka_unit_test(test_no_proxy), cmocka_unit_test(test_refusal_without_end), cmocka_unit_test(test_slow),
		cmocka_unit_test(test_stop), cmocka_unit_test(test_nobody_there),
	};
	struct err err;

	if (crypto_start(&err))
		return 1;
	return cmocka_run_group_tests_name("http", tests, setup, teardown);
}
