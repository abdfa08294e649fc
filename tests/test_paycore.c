/* The payment core over real TLS: who it listens to, what it lets them see, and what it tells everybody else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/httpsig.h"
#include "sync/paycore/events.h"
#include "sync/paycore/pack.h"
#include "sync/paycore/token.h"
#include "tests/check.h"
#include "tests/sandbox.h"

struct scene { struct sandbox sb; struct raw_desk desk; };

static int setup(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	sandbox_make(&s->sb);
	sandbox_merchant(&s->sb, 1, "applied", "华东", false);
	sandbox_merchant(&s->sb, 2, "applied", "华南", false);
	raw_desk_make(&s->desk, 1);
	raw_desk_join(&s->sb, &s->desk, "all", "all");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	sandbox_remove(&s->sb);
	free(s);
	return 0;
}

#define PROBLEM(name, ...) assert_string_equal(raw_problem(&s->sb, &s->desk, __VA_ARGS__), name)
#define TWIST(...) (&(struct twist){ __VA_ARGS__ })

/* ---- who it listens to ---- */

static void refuses_whoever_does_not_sign_rightly(void **state)
{
	struct scene *s = *state;
	struct raw_desk stranger;
	raw_desk_make(&stranger, 9);
	PROBLEM("", "GET", "/v1/feed?after=0", NULL, NULL);
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.unsigned_ = true));
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.wrong_key = true));
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.uri = "https://127.0.0.1:1/v1/feed"));
	PROBLEM("unsigned", "GET", "/v1/feed?after=1", NULL, TWIST(.uri = "https://elsewhere/v1/feed?after=1"));
	PROBLEM("unsigned", "POST", "/v1/operators", "{}", TWIST(.other_body = "{ }"));
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.extra = "Signature: sig1=:AAAA:"));
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.extra = "Content-Digest: sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")); /* right, but twice */
	assert_string_equal(raw_problem(&s->sb, &stranger, "GET", "/v1/feed", NULL, NULL), "unknown-desk");
	PROBLEM("unsigned", "GET", "/nowhere", NULL, TWIST(.unsigned_ = true));
}

static void refuses_what_is_stale(void **state)
{
	struct scene *s = *state;
	PROBLEM("", "GET", "/v1/feed", NULL, TWIST(.age_s = CLOCK_WINDOW_S - 1));
	PROBLEM("stale", "GET", "/v1/feed", NULL, TWIST(.age_s = CLOCK_WINDOW_S + 1));
	PROBLEM("", "GET", "/v1/feed", NULL, TWIST(.age_s = -(CLOCK_WINDOW_S - 1)));
	PROBLEM("stale", "GET", "/v1/feed", NULL, TWIST(.age_s = -(CLOCK_WINDOW_S + 1)));
}

static void refuses_what_it_saw_before_even_after_a_restart(void **state)
{
	struct scene *s = *state;
	PROBLEM("", "GET", "/v1/feed", NULL, TWIST(.nonce = "once"));
	PROBLEM("replayed", "GET", "/v1/feed", NULL, TWIST(.nonce = "once"));
	sandbox_stop(&s->sb);
	sandbox_start(&s->sb);
	PROBLEM("replayed", "GET", "/v1/feed", NULL, TWIST(.nonce = "once"));
	s->sb.clock += 2 * CLOCK_WINDOW_S * 1000 + 1000;
	PROBLEM("", "GET", "/v1/feed", NULL, NULL); /* drops what is too old to matter */
	PROBLEM("", "GET", "/v1/feed", NULL, TWIST(.nonce = "once"));
	s->sb.clock -= 2 * CLOCK_WINDOW_S * 1000 + 1000;
}

static void answers_to_its_own_name_only(void **state)
{
	struct scene *s = *state;
	char own[40], uri[80];
	snprintf(own, sizeof own, "localhost:%d", server_port(s->sb.server));
	snprintf(uri, sizeof uri, "https://%s/v1/feed", own);
	PROBLEM("", "GET", "/v1/feed", NULL, TWIST(.host = own, .uri = uri));
	PROBLEM("malformed", "GET", "/v1/feed", NULL, TWIST(.host = "example.invalid"));
	PROBLEM("malformed", "GET", "/v1/feed", NULL, TWIST(.host = "127.0.0.1"));
	PROBLEM("unsigned", "GET", "/v1/feed", NULL, TWIST(.host = own)); /* the right core under another name than was signed */
}

static void refuses_what_cannot_be_read(void **state)
{
	struct scene *s = *state;
	static const char *const targets[] = {
		"/v1/feed?after=-1", "/v1/feed?after=x", "/v1/feed?after=", "/v1/feed?limit=0", "/v1/feed?limit=2001", "/v1/feed?after=1&after=2",
		"/v1/feed?other=1", "/v1/feed?after=99999999999999999999", "/v1/feed?%61%66ter=%", "/v1/search?kind=merchant", "/v1/search?kind=merchant&q=",
		"/v1/search?kind=merchant&q=%FF", "/v1/search?kind=merchant&q=%00",
	};
	for (size_t i = 0; i < COUNT(targets); i++)
		PROBLEM("malformed", "GET", targets[i], NULL, NULL);
	PROBLEM("not-found", "GET", "/v1/feeds", NULL, NULL);
	PROBLEM("not-found", "GET", "/v1/records/merchant", NULL, NULL);
	PROBLEM("not-found", "GET", "/v1/records/outbox/1", NULL, NULL);
	PROBLEM("not-found", "GET", "/v1/records/merchant/M404", NULL, NULL);
	PROBLEM("not-found", "GET", "/v1/blobs/..%2f..%2fcore.key", NULL, NULL);
	PROBLEM("method", "POST", "/v1/feed", "", NULL);
	PROBLEM("method", "GET", "/v1/commands", NULL, NULL);
	PROBLEM("malformed", "POST", "/v1/commands", "", NULL);
	PROBLEM("malformed", "POST", "/v1/commands", "{\"head\":{\"seq\":1,\"hash\":\"00\"}}\n", NULL);
	PROBLEM("malformed", "POST", "/v1/enrol", "{\"token\":1}", NULL);
}

static void refuses_what_is_too_large(void **state)
{
	struct scene *s = *state;
	struct http_answer a = { .body = BUF_INIT };
	size_t n = REQUEST_MAX_BYTES + 1;
	char *big = mem_alloc(n);
	memset(big, 'x', n);
	assert_int_equal(raw_call(&s->sb, &s->desk, "POST", "/v1/commands", big, n, NULL, &a), 413);
	http_answer_release(&a);
	free(big);
	PROBLEM("", "GET", "/v1/feed", NULL, NULL); /* and goes on */
}

/* ---- tokens ---- */

static void a_token_is_good_once(void **state)
{
	struct scene *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT, again = BUF_INIT, made_up = BUF_INIT;
	struct raw_desk second, third;
	char token[TOKEN_TEXT + 1];
	raw_desk_make(&second, 2);
	raw_desk_make(&third, 3);
	assert_ok(token_issue(s->sb.in, "merchant,document", "all", token, &s->sb.err), s->sb.err);
	enrol_body(&body, &second, token);
	assert_string_equal(raw_problem(&s->sb, &second, "GET", "/v1/enrol", NULL, NULL), "method");
	assert_string_equal(raw_problem(&s->sb, &third, "POST", "/v1/enrol", body.data, NULL), "unknown-desk"); /* signed by another key than it names */
	assert_string_equal(raw_problem(&s->sb, &second, "POST", "/v1/enrol", body.data, NULL), "");
	assert_string_equal(raw_problem(&s->sb, &second, "POST", "/v1/enrol", body.data, NULL), ""); /* its answer was lost: it is told again */
	enrol_body(&again, &third, token);
	assert_string_equal(raw_problem(&s->sb, &third, "POST", "/v1/enrol", again.data, NULL), "bad-token");
	enrol_body(&made_up, &third, "pd1-0000000000000000000000000000000000000000");
	assert_string_equal(raw_problem(&s->sb, &third, "POST", "/v1/enrol", made_up.data, NULL), "bad-token");
	assert_string_equal(raw_problem(&s->sb, &third, "GET", "/v1/feed", NULL, NULL), "unknown-desk");
}

static void a_token_expires(void **state)
{
	struct scene *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct raw_desk late;
	char token[TOKEN_TEXT + 1];
	raw_desk_make(&late, 4);
	assert_ok(token_issue(s->sb.in, "all", "all", token, &s->sb.err), s->sb.err);
	enrol_body(&body, &late, token);
	s->sb.clock += (TOKEN_HOURS * 3600 + 1) * INT64_C(1000);
	assert_string_equal(raw_problem(&s->sb, &late, "POST", "/v1/enrol", body.data, NULL), "bad-token");
	s->sb.clock -= (TOKEN_HOURS * 3600 + 1) * INT64_C(1000);
	assert_string_equal(raw_problem(&s->sb, &late, "POST", "/v1/enrol", body.data, NULL), "");
}

static void a_token_names_what_there_is(void **state)
{
	struct scene *s = *state;
	char token[TOKEN_TEXT + 1];
	static const char *const scopes[] = { "", "merchants", "merchant,", ",merchant", "merchant,,document", "outbox", "all,merchant" };
	static const char *const regions[] = { "", "a,", ",a", "a,,b", "a b", "a\nb", "\xff" };
	for (size_t i = 0; i < COUNT(scopes); i++)
		assert_int_equal(token_issue(s->sb.in, scopes[i], "all", token, &s->sb.err), E_USAGE);
	for (size_t i = 0; i < COUNT(regions); i++)
		assert_int_equal(token_issue(s->sb.in, "all", regions[i], token, &s->sb.err), E_USAGE);
}

/* ---- what a desk may see ---- */

static int count(const char *text, const char *what)
{
	int n = 0;
	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void fetch(struct scene *s, const struct raw_desk *d, const char *target, struct http_answer *a)
{
	assert_int_equal(raw_call(&s->sb, d, "GET", target, "", 0, NULL, a), 200);
}

static void the_feed_is_cut_to_scope(void **state)
{
	struct scene *s = *state;
	struct raw_desk east, papers;
	struct http_answer a = { .body = BUF_INIT };
	raw_desk_make(&east, 5);
	raw_desk_make(&papers, 6);
	raw_desk_join(&s->sb, &east, "merchant,document", "华东");
	raw_desk_join(&s->sb, &papers, "document", "all");
	fetch(s, &s->desk, "/v1/feed", &a);
	assert_int_equal(count(a.body.data, "\"kind\":\"merchant\""), 2);
	int64_t head = a.feed_head;
	assert_int_equal(count(a.body.data, "\n"), head);
	http_answer_release(&a);
	fetch(s, &east, "/v1/feed", &a);
	assert_int_equal(count(a.body.data, "\"kind\":\"merchant\""), 1);
	assert_non_null(strstr(a.body.data, "M00000001"));
	assert_null(strstr(a.body.data, "M00000002")); /* nor its documents */
	assert_int_equal(a.feed_head, head);
	http_answer_release(&a);
	fetch(s, &papers, "/v1/feed", &a);
	assert_int_equal(count(a.body.data, "\"kind\":\"merchant\""), 0);
	assert_true(count(a.body.data, "\"kind\":\"document\"") > 4);
	http_answer_release(&a);
	assert_string_equal(raw_problem(&s->sb, &east, "GET", "/v1/records/merchant/M00000001", NULL, NULL), "");
	assert_string_equal(raw_problem(&s->sb, &east, "GET", "/v1/records/merchant/M00000002", NULL, NULL), "out-of-scope");
	assert_string_equal(raw_problem(&s->sb, &east, "GET", "/v1/records/transaction/T1", NULL, NULL), "out-of-scope");
	assert_string_equal(raw_problem(&s->sb, &papers, "GET", "/v1/search?kind=merchant&q=M", NULL, NULL), "out-of-scope");
	fetch(s, &east, "/v1/search?kind=merchant&q=M0000", &a);
	assert_int_equal(count(a.body.data, "\n"), 1);
	http_answer_release(&a);
	fetch(s, &s->desk, "/v1/search?kind=merchant&q=M0000", &a);
	assert_int_equal(count(a.body.data, "\n"), 2);
	http_answer_release(&a);
	fetch(s, &s->desk, "/v1/search?kind=merchant&q=M0000&limit=1", &a);
	assert_int_equal(count(a.body.data, "\n"), 1);
	http_answer_release(&a);
}

static void a_change_moves_to_the_end_of_the_feed(void **state)
{
	struct scene *s = *state;
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	struct http_answer a = { .body = BUF_INIT };
	char target[64];
	fetch(s, &s->desk, "/v1/feed?limit=1", &a);
	int64_t head = a.feed_head;
	assert_non_null(strstr(a.body.data, "M00000001"));
	http_answer_release(&a);
	assert_ok(item_load(&it, institution_db(s->sb.in), record_find("merchant"), "M00000001", &s->sb.err), s->sb.err);
	item_set(&it, "version", value_int(item_version(&it) + 1));
	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(changes_put(&ch, &it, &s->sb.err), s->sb.err);
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
	snprintf(target, sizeof target, "/v1/feed?after=%lld", (long long)head);
	fetch(s, &s->desk, target, &a);
	assert_int_equal(a.feed_head, head + 1);
	assert_int_equal(count(a.body.data, "\n"), 1);
	assert_non_null(strstr(a.body.data, "\"id\":\"M00000001\",\"version\":2"));
	http_answer_release(&a);
	fetch(s, &s->desk, "/v1/feed", &a);
	assert_int_equal(count(a.body.data, "\"id\":\"M00000001\""), 1); /* the older change is gone */
	http_answer_release(&a);
}

static void a_document_comes_by_its_digest(void **state)
{
	struct scene *s = *state;
	struct raw_desk south;
	struct http_answer a = { .body = BUF_INIT };
	char target[100];
	uint8_t sum[32], named[32];
	raw_desk_make(&south, 7);
	raw_desk_join(&s->sb, &south, "document", "华南");
	fetch(s, &s->desk, "/v1/records/document/D00000001-1", &a);
	const char *at = strstr(a.body.data, "\"sha256\":\"");
	assert_non_null(at);
	snprintf(target, sizeof target, "/v1/blobs/%.64s", at + 10);
	http_answer_release(&a);
	fetch(s, &s->desk, target, &a);
	sha256(sum, a.body.data, a.body.len);
	assert_true(hex_decode(target + 10, 64, named, sizeof named));
	assert_memory_equal(sum, named, sizeof sum);
	assert_memory_equal(a.body.data, "\x89PNG\r\n\x1a\n", 8);
	assert_string_equal(a.content_type, "application/octet-stream");
	http_answer_release(&a);
	assert_string_equal(raw_problem(&s->sb, &south, "GET", target, NULL, NULL), "out-of-scope");
	target[12] = target[12] == '0' ? '1' : '0';
	PROBLEM("not-found", "GET", target, NULL, NULL);
}

/* ---- events ---- */

struct listener { struct scene *s; int64_t heads[4]; int n; };

static enum code on_event(void *ctx, const char *line, size_t n, struct err *err)
{
	struct listener *l = ctx;
	(void)n, (void)err;
	if (strncmp(line, "data: {\"head\":", 14) != 0 || l->n == 4)
		return E_OK;
	l->heads[l->n++] = strtoll(line + 14, NULL, 10);
	if (l->n == 1) /* now that it listens, something happens */
		sandbox_merchant(&l->s->sb, 77, "applied", "华北", false);
	int64_t head = 0;
	assert_ok(institution_head(l->s->sb.in, &head, &l->s->sb.err), l->s->sb.err);
	events_grown(l->s->sb.service.events, head);
	return E_OK;
}

static bool heard_enough(void *ctx)
{
	return ((struct listener *)ctx)->n == 2;
}

static void events_tell_that_the_feed_has_grown(void **state)
{
	struct scene *s = *state;
	struct listener l = { .s = s };
	AUTO(buf_release) struct buf url = BUF_INIT, digest_text = BUF_INIT, input = BUF_INIT, sig = BUF_INIT;
	struct http_answer a = { .body = BUF_INIT };
	char nonce[37];
	world_uuid(&s->sb.world, nonce);
	buf_addf(&url, "%s/v1/events", s->sb.url);
	content_digest(&digest_text, "", 0);
	sig_request(&input, &sig, "GET", url.data, digest_text.data, s->sb.clock / 1000, nonce, s->desk.keyid, s->desk.seed);
	AUTO(buf_release) struct buf h1 = BUF_INIT, h2 = BUF_INIT, h3 = BUF_INIT;
	buf_addf(&h1, "Content-Digest: %s", digest_text.data);
	buf_addf(&h2, "Signature-Input: %s", input.data);
	buf_addf(&h3, "Signature: %s", sig.data);
	const char *const headers[] = { h1.data, h2.data, h3.data, NULL };
	const struct http_request r = { .method = "GET", .url = url.data, .headers = headers, .max_bytes = BODY_MAX_BYTES, .quiet_s = 30,
					.line = on_event, .line_max = LINE_MAX_BYTES, .stop = heard_enough, .ctx = &l };
	assert_int_equal(http_run(s->sb.http, &r, &a, &s->sb.err), E_CANCELLED);
	assert_int_equal(l.n, 2);
	assert_true(l.heads[1] > l.heads[0]);
	http_answer_release(&a);
}

struct fake { int asleep, woken; };

static void fake_sleep(void *ctx)
{
	((struct fake *)ctx)->asleep++;
}

static void fake_wake(void *ctx)
{
	((struct fake *)ctx)->woken++;
}

static void a_quiet_stream_beats(void **state)
{
	(void)state;
	char out[128];
	struct fake f = { 0, 0 };
	struct events *ev = events_new(5);
	struct stream *st = stream_new(ev, fake_sleep, fake_wake, &f);
	assert_int_equal(stream_read(st, out, sizeof out), (int)strlen("event: feed\ndata: {\"head\":5}\n\n")); /* where it stands, at once */
	assert_string_equal(out, "event: feed\ndata: {\"head\":5}\n\n");
	assert_int_equal(stream_read(st, out, sizeof out), 0);
	assert_int_equal(f.asleep, 1);
	events_tick(ev, 1000);
	events_tick(ev, 1000 + HEARTBEAT_S * 1000 - 1);
	assert_int_equal(f.woken, 0);
	events_tick(ev, 1000 + HEARTBEAT_S * 1000);
	assert_int_equal(f.woken, 1);
	assert_int_equal(stream_read(st, out, sizeof out), (int)strlen(": heartbeat\n\n"));
	assert_string_equal(out, ": heartbeat\n\n");
	assert_int_equal(stream_read(st, out, sizeof out), 0);
	events_grown(ev, 4); /* older news */
	assert_int_equal(f.woken, 1);
	events_grown(ev, 6);
	assert_int_equal(f.woken, 2);
	events_close(ev);
	assert_int_equal(stream_read(st, out, sizeof out), -1);
	stream_free(st);
	events_free(ev);
}

/* ---- small parts ---- */

static void zstd_is_sent_to_whoever_takes_it(void **state)
{
	(void)state;
	assert_true(pack_accepted("zstd"));
	assert_true(pack_accepted("gzip, ZSTD;q=0.5, br"));
	assert_false(pack_accepted("gzip, zstd;q=0"));
	assert_false(pack_accepted("gzip, zstd;q=0.000"));
	assert_false(pack_accepted("zstdx"));
	assert_false(pack_accepted(""));
	assert_false(pack_accepted(NULL));
}

static void the_home_is_private(void **state)
{
	struct scene *s = *state;
	static const char *const names[] = { "core.key", "ca.key", "server.key", "ca.pem", "paycore.db" };
	struct stat st;
	for (size_t i = 0; i < COUNT(names); i++) {
		char path[160];
		snprintf(path, sizeof path, "%s/%s", s->sb.home, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 077, 0);
	}
	assert_int_equal(stat(s->sb.home, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
}

static void the_certificate_is_renewed_in_time(void **state)
{
	struct scene *s = *state;
	struct identity now, later, other;
	assert_ok(ca_identity(&now, s->sb.home, "127.0.0.1", s->sb.clock, &s->sb.err), s->sb.err);
	assert_string_equal(now.cert.data, s->sb.identity.cert.data);
	assert_ok(ca_identity(&later, s->sb.home, "127.0.0.1", s->sb.clock + 370 * INT64_C(86400000), &s->sb.err), s->sb.err);
	assert_string_not_equal(later.cert.data, now.cert.data);
	assert_ok(ca_identity(&other, s->sb.home, "core.example", s->sb.clock, &s->sb.err), s->sb.err);
	assert_string_not_equal(other.cert.data, later.cert.data);
	identity_release(&now);
	identity_release(&later);
	identity_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_whoever_does_not_sign_rightly), cmocka_unit_test(refuses_what_is_stale),
		cmocka_unit_test(refuses_what_it_saw_before_even_after_a_restart), cmocka_unit_test(answers_to_its_own_name_only),
		cmocka_unit_test(refuses_what_cannot_be_read), cmocka_unit_test(refuses_what_is_too_large),
		cmocka_unit_test(a_token_is_good_once), cmocka_unit_test(a_token_expires), cmocka_unit_test(a_token_names_what_there_is),
		cmocka_unit_test(the_feed_is_cut_to_scope), cmocka_unit_test(a_change_moves_to_the_end_of_the_feed),
		cmocka_unit_test(a_document_comes_by_its_digest), cmocka_unit_test(events_tell_that_the_feed_has_grown),
		cmocka_unit_test(a_quiet_stream_beats), cmocka_unit_test(zstd_is_sent_to_whoever_takes_it), cmocka_unit_test(the_home_is_private),
		cmocka_unit_test(the_certificate_is_renewed_in_time),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
