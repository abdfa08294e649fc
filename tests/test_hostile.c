/* A desk that was enrolled in good faith, and a core that then says what it must not. Whatever comes, the desk names it, keeps nothing of it, and
 * loses nothing of its own. */
#include "sync/client.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/link.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/specimen.h"
#include "tests/tls_server.h"

struct fixture {
	struct house house;
	struct tls_server *server;
	struct buf ca;
	char url[64];
	uint8_t seed[KEY_BYTES];          /* of the false core */
	struct desk_cert cert;            /* as it is to be issued; key and root are taken from the request */
	bool forge;                       /* another key than the desk's */
	const char *feed, *results;       /* whole answers; NULL: nothing new */
	int after;                        /* which page of the feed that is; any other is empty */
	struct store *store;
	struct desk *desk;
	struct link *link;
	char command[COMMAND_ID_LEN + 1]; /* that waits */
	struct err err;
};

#define NDJSON "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nPaydesk-Feed-Head: 50\r\nConnection: close\r\n\r\n"

static void hex_member(const char *request, const char *name, uint8_t out[KEY_BYTES])
{
	char key[40];
	const char *at;

	snprintf(key, sizeof key, "\"%s\":\"", name);
	at = strstr(request, key);
	assert_non_null(at);
	assert_true(hex_decode(at + strlen(key), 64, out, KEY_BYTES));
}

static void say_body(struct tls_peer *p, const char *status, const char *body, size_t n)
{
	AUTO(buf_release) struct buf head = BUF_INIT;

	buf_addf(&head, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status, n);
	tls_send(p, head.data, head.len);
	tls_send(p, body, n);
}

static void certify(struct fixture *f, struct tls_peer *p, const char *request)
{
	AUTO(buf_release) struct buf body = BUF_INIT, sig = BUF_INIT, key = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);
	uint8_t pk[KEY_BYTES];

	hex_member(request, "desk_key", f->cert.key);
	hex_member(request, "root_key", f->cert.root);
	f->cert.key[3] ^= f->forge;
	desk_cert_issue(&f->cert, f->seed);
	sign_public(pk, f->seed);
	buf_add_base64(&sig, f->cert.sig, SIG_BYTES);
	buf_add_hex(&key, pk, KEY_BYTES);
	json_open(&w, '{');
	json_key(&w, "certificate"), json_str(&w, f->cert.text);
	json_key(&w, "signature"), json_str(&w, sig.data);
	json_key(&w, "core_key"), json_str(&w, key.data);
	json_close(&w, '}');
	say_body(p, "201 Created", body.data, body.len);
}

static void play(void *ctx, struct tls_peer *p, const char *request)
{
	struct fixture *f = ctx;
	char page[40];

	snprintf(page, sizeof page, "GET /v1/feed?after=%d&", f->after);
	if (!strncmp(request, "POST /v1/enrol ", 15))
		certify(f, p, request);
	else if (!strncmp(request, "GET /v1/feed", 12))
		tls_say(p, f->feed && !strncmp(request, page, strlen(page)) ? f->feed : NDJSON);
	else if (!strncmp(request, "POST /v1/commands", 17))
		tls_say(p, f->results && strstr(request, "\"command\"") ? f->results : NDJSON);
	else
		tls_say(p, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nnot what was asked for");
}

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof *f);

	house_found(&f->house);
	f->house.config.world = world_real();
	buf_init(&f->ca);
	f->server = tls_server_start(f->house.dir, NULL, play, f);
	tls_server_ca(f->house.dir, &f->ca);
	snprintf(f->url, sizeof f->url, "https://127.0.0.1:%d", tls_server_port(f->server));
	crypto_random(f->seed, sizeof f->seed);
	f->cert = (struct desk_cert){ .desk = "desk-1", .scope = "all", .regions = "all", .issued = 1763700000000 };
	f->store = house_open(&f->house, "root");
	assert_ok(desk_open(&f->desk, f->store, &f->err), f->err);
	*state = f;
	return 0;
}

static int setup_enrolled(void **state)
{
	struct fixture *f;

	setup(state);
	f = *state;
	assert_ok(sync_enrol(f->desk, f->url, f->ca.data, NULL, "token", &f->err), f->err);
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	link_free(f->link);
	desk_free(f->desk);
	store_close(f->store);
	tls_server_stop(f->server);
	buf_release(&f->ca);
	house_remove(&f->house);
	free(f);
	return 0;
}

static void test_enrolment(void **state)
{
	struct fixture *f = *state;

	f->forge = true;
	assert_int_equal(sync_enrol(f->desk, f->url, f->ca.data, NULL, "token", &f->err), E_SIGNATURE);
	f->forge = false;
	snprintf(f->cert.scope, sizeof f->cert.scope, "a b");
	assert_int_equal(sync_enrol(f->desk, f->url, f->ca.data, NULL, "token", &f->err), E_INVALID);
	assert_false(sync_enrolled(f->desk));
	assert_int_equal(link_open(&f->link, f->desk, &f->err), E_STATE);
}

/* ---- feed ---- */
static void merchant_line(struct buf *out, int64_t seq, const char *id)
{
	AUTO(item_release) struct item it = { 0 };
	struct json_writer w = JSON_WRITER(out);

	specimen_merchant(&it, id, (int)seq, 1763700000000);
	json_open(&w, '{');
	json_key(&w, "seq"), json_int(&w, seq);
	json_key(&w, "kind"), json_str(&w, "merchant");
	json_key(&w, "id"), json_str(&w, id);
	json_key(&w, "version"), json_int(&w, 1);
	json_key(&w, "data");
	item_write_data(&it, &w);
	json_close(&w, '}');
	buf_addc(out, '\n');
}

static int64_t merchants(struct fixture *f)
{
	struct table table = record_table(record_find("merchant"));
	struct query q = { .table = &table };
	int64_t n;

	assert_ok(query_count(desk_db(f->desk), &q, &n, &f->err), f->err);
	return n;
}

/* Each of these follows a good line, of which nothing may stay. */
static void test_feed(void **state)
{
	static const struct { const char *line; enum code rc; } rows[] = {
		{ "{\"seq\":2,\"kind\":\"starship\",\"id\":\"x\",\"version\":1,\"data\":{}}\n", E_OK }, /* of a newer core: passed over */
		{ "{\"seq\":1,\"kind\":\"merchant\",\"id\":\"M2\",\"version\":1,\"data\":{\"state\":\"applied\"}}\n", E_NETWORK },
		{ "{\"seq\":0,\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"seq\":-5,\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"seq\":2.5,\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"seq\":99999999999999999999,\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"seq\":2}\n", E_NETWORK },
		{ "{\"seq\":2,\"seq\":3,\"kind\":\"starship\"}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"outbox\",\"id\":\"x\",\"version\":1,\"data\":{\"state\":\"pending\"}}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"journal\",\"id\":\"x\",\"version\":1,\"data\":{}}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"merchant\",\"id\":\"M2\",\"version\":1}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"merchant\",\"id\":\"M2\",\"version\":0,\"data\":{\"state\":\"applied\"}}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"merchant\",\"id\":\"M2\",\"version\":1,\"data\":{\"state\":7}}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"merchant\",\"id\":\"../M2\",\"version\":1,\"data\":{\"state\":\"applied\"}}\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"merchant\",\"id\":\"M2\",\"version\":1,\"data\":{\"state\":\"applied\",\"name\":\"\xff\"}}\n", E_NETWORK },
		{ "\n", E_NETWORK },
		{ "[]\n", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"starship\"", E_NETWORK },
		{ "{\"seq\":2,\"kind\":\"starship\",\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}\n", E_NETWORK },
		{ "\x1f\x8b\x08garbage\n", E_NETWORK },
	};
	struct fixture *f = *state;
	struct sync_counts c = { 0 };

	for (size_t i = COUNT(rows); i-- > 0;) { /* the good one last */
		AUTO(buf_release) struct buf answer = BUF_INIT;
		enum code rc;

		buf_adds(&answer, NDJSON);
		merchant_line(&answer, 1, "M1");
		buf_adds(&answer, rows[i].line);
		f->feed = answer.data;
		rc = sync_pull(f->link, NULL, &c, &f->err);
		f->feed = NULL;
		if (rc != rows[i].rc || merchants(f) != (rc ? 0 : 1) || c.cursor != (rc ? 0 : 2))
			fail_msg("row %zu: %s %s, %d kept, cursor %d", i, code_name(rc), rc ? f->err.msg : "", (int)merchants(f), (int)c.cursor);
	}
	assert_int_equal(c.pulled, 2);
	assert_int_equal(c.changed, 1);
}

static void test_feed_as_a_whole(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf answer = BUF_INIT;
	struct sync_counts c = { 0 };

	buf_adds(&answer, NDJSON);
	for (int i = 1; i <= FEED_LIMIT + 1; i++)
		buf_addf(&answer, "{\"seq\":%d,\"kind\":\"starship\"}\n", i);
	f->feed = answer.data;
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_NETWORK); /* more than asked for */
	buf_clear(&answer);
	buf_adds(&answer, NDJSON "{\"seq\":1,\"kind\":\"starship\",\"x\":\"");
	for (int i = 0; i < LINE_MAX_BYTES; i++)
		buf_addc(&answer, 'x');
	buf_adds(&answer, "\"}\n");
	f->feed = answer.data;
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_NETWORK); /* a line beyond the bound */
	f->feed = NDJSON "{\"seq\":50,\"kind\":\"starship\"}\n";
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.cursor, 50);
	f->after = 50;
	f->feed = "HTTP/1.1 200 OK\r\nPaydesk-Feed-Head: 49\r\nContent-Length: 0\r\n\r\n";
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_NETWORK); /* an older copy of the core */
	f->feed = NULL;
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.cursor, 50);
}

#define PROBLEM(status, name) "HTTP/1.1 " status "\r\nContent-Type: application/problem+json\r\nConnection: close\r\n\r\n" \
	"{\"type\":\"urn:paydesk:problem:" name "\",\"title\":\"t\",\"status\":1,\"detail\":\"why \\u202e\\u001b[2J\"}"
static void test_statuses(void **state)
{
	static const struct { const char *answer; enum code rc; } rows[] = {
		{ PROBLEM("401 Unauthorized", "unsigned"), E_REFUSED }, { PROBLEM("401 Unauthorized", "unknown-desk"), E_REFUSED },
		{ PROBLEM("401 Unauthorized", "stale"), E_REFUSED }, { PROBLEM("401 Unauthorized", "replayed"), E_NETWORK },
		{ PROBLEM("403 Forbidden", "out-of-scope"), E_REFUSED }, { PROBLEM("409 Conflict", "journal-rollback"), E_ROLLBACK },
		{ PROBLEM("404 Not Found", "not-found"), E_NOTFOUND }, { PROBLEM("503 Busy", "busy"), E_NETWORK },
		{ PROBLEM("400 Bad Request", "malformed"), E_NETWORK }, { PROBLEM("418 Teapot", "unheard-of"), E_NETWORK },
		{ "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/v1/feed\r\nContent-Length: 0\r\n\r\n", E_NETWORK },
		{ "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", E_REFUSED },
		{ "HTTP/1.1 500 Oh\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", E_NETWORK },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", E_NETWORK },
	};
	struct fixture *f = *state;
	struct sync_counts c = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		f->feed = rows[i].answer;
		enum code rc = sync_pull(f->link, NULL, &c, &f->err);
		if (rc != rows[i].rc || strchr(f->err.msg, '\033') || strstr(f->err.msg, "\u202e"))
			fail_msg("row %zu: %s %s", i, code_name(rc), f->err.msg);
	}
}

/* ---- answers to commands ---- */
static void queue_command(struct fixture *f)
{
	AUTO(buf_release) struct buf answer = BUF_INIT;
	struct request r = { .kind = "merchant", .id = "M1", .action = "claim", .version = -1 };
	struct sync_counts c = { 0 };
	struct outcome out;

	buf_adds(&answer, NDJSON);
	merchant_line(&answer, 1, "M1");
	f->feed = answer.data;
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	f->feed = NULL;
	assert_ok(action_run(f->desk, &r, &out, &f->err), f->err);
	memcpy(f->command, out.command, sizeof f->command);
}

static void test_answers(void **state)
{
	/* % stands for the command's id */
	static const struct { const char *answer; enum code rc; } rows[] = {
		{ NDJSON "", E_NETWORK },
		{ NDJSON "{\"id\":\"01890000-0000-7000-8000-000000000000\",\"result\":\"accepted\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"accepted\"}\n{\"id\":\"%\",\"result\":\"accepted\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"accepted\"}", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"splendid\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"duplicate\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"duplicate\",\"was\":\"duplicate\"}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"rejected\",\"reason\":7}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"conflict\",\"record\":{\"kind\":\"merchant\",\"id\":\"M2\",\"version\":2,\"data\":{\"state\":\"applied\"}}}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"conflict\",\"record\":{\"kind\":\"outbox\",\"id\":\"M1\",\"version\":2,\"data\":{\"state\":\"pending\"}}}\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"conflict\",\"record\":\"M1\"}\n", E_NETWORK },
		{ NDJSON "accepted\n", E_NETWORK },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"id\":\"%\",\"result\":\"accepted\"}\n", E_NETWORK },
		{ PROBLEM("409 Conflict", "journal-rollback"), E_ROLLBACK },
		{ "HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", E_NETWORK },
		{ NDJSON "{\"id\":\"%\",\"result\":\"duplicate\",\"was\":\"accepted\",\"later\":[1]}\n", E_OK },
	};
	struct fixture *f = *state;
	struct sync_counts c = { 0 };

	queue_command(f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf answer = BUF_INIT;
		AUTO(command_release) struct command waits;
		bool still;

		for (const char *p = rows[i].answer; *p; p++)
			if (*p == '%')
				buf_adds(&answer, f->command);
			else
				buf_addc(&answer, *p);
		f->results = answer.data;
		enum code rc = sync_push(f->link, NULL, &c, &f->err);
		f->results = NULL;
		command_init(&waits);
		still = !desk_next_command(f->desk, NULL, &waits, NULL);
		if (rc != rows[i].rc || still != (rc != E_OK) || c.accepted != !rc)
			fail_msg("row %zu: %s %s, %s", i, code_name(rc), f->err.msg, still ? "waits" : "gone");
	}
}

static enum code discard(struct fixture *f)
{
	struct request r = { .kind = "outbox", .id = f->command, .action = "discard", .version = -1 };
	struct outcome out;

	return action_run(f->desk, &r, &out, &f->err);
}

static void assert_outbox(struct fixture *f, const char *state)
{
	AUTO(item_release) struct item row = { 0 };

	assert_ok(item_load(&row, store_db(f->store), record_find("outbox"), f->command, &f->err), f->err);
	assert_string_equal(item_text(&row, "state"), state);
}

/* A command that may have reached the core is the core's to answer; one that certainly did not is still its author's. */
static void test_what_left(void **state)
{
	static const char *const lost[] = { NDJSON "", "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", PROBLEM("503 Later", "busy") };
	struct fixture *f = *state;
	struct sync_counts c = { 0 };
	char *url = f->link->url;

	queue_command(f);
	f->link->url = (char *)(uintptr_t)"https://127.0.0.1:1"; /* nobody is there */
	assert_int_equal(sync_push(f->link, NULL, &c, &f->err), E_NETWORK);
	assert_outbox(f, "pending");
	f->link->url = url;
	f->results = PROBLEM("401 Unknown", "unknown-desk");
	assert_int_equal(sync_push(f->link, NULL, &c, &f->err), E_REFUSED);
	assert_outbox(f, "pending");
	for (size_t i = 0; i < COUNT(lost); i++) {
		f->results = lost[i];
		assert_int_equal(sync_push(f->link, NULL, &c, &f->err), E_NETWORK);
		assert_outbox(f, "sending");
		assert_int_equal(discard(f), E_STATE);
	}
	f->results = PROBLEM("401 Unknown", "unknown-desk"); /* says nothing of the time before */
	assert_int_equal(sync_push(f->link, NULL, &c, &f->err), E_REFUSED);
	assert_outbox(f, "sending");
	f->link->url = (char *)(uintptr_t)"https://127.0.0.1:1";
	assert_int_equal(sync_push(f->link, NULL, &c, &f->err), E_NETWORK);
	assert_outbox(f, "sending");
	f->link->url = url;
}

static void test_blob_and_record(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct item it;

	assert_int_equal(sync_blob(f->link, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", NULL, &out, &f->err), E_SIGNATURE);
	assert_int_equal(out.len, 0);
	assert_int_equal(sync_record(f->link, record_find("merchant"), "M1", &it, &f->err), E_NETWORK);
}

int main(void)
{
#define ENROLLED(test) cmocka_unit_test_setup_teardown(test, setup_enrolled, teardown)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_enrolment, setup, teardown), ENROLLED(test_feed), ENROLLED(test_feed_as_a_whole),
		ENROLLED(test_statuses), ENROLLED(test_answers), ENROLLED(test_what_left), ENROLLED(test_blob_and_record),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
