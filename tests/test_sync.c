/* A desk and a payment core over real TLS: enrolment, feed, outbox, look-ups, the follower, and a core that is stopped, restarted and killed. */
#include "sync/client.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sync/link.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/livecore.h"
#include "tests/scratch.h"

struct fixture {
	struct house house;
	struct livecore core;
	struct store *store;
	struct desk *desk;
	struct link *link;
	struct err err;
};

static void leave(struct fixture *f)
{
	link_freep(&f->link);
	desk_freep(&f->desk);
	store_closep(&f->store);
}

static void enter(struct fixture *f, const char *operator)
{
	leave(f);
	f->store = house_open(&f->house, operator);
	assert_ok(desk_open(&f->desk, f->store, &f->err), f->err);
}

static void enrol(struct fixture *f, const char *scope, const char *regions)
{
	char token[TOKEN_TEXT + 1];

	livecore_token(&f->core, scope, regions, token);
	assert_ok(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, token, &f->err), f->err);
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
}

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof *f);

	house_found(&f->house);
	f->house.config.world = world_real(); /* signatures are dated, and the core has the real time */
	house_add(&f->house, "lin", "reviewer");
	house_add(&f->house, "bo", "support");
	livecore_start(&f->core);
	enter(f, "root");
	*state = f;
	return 0;
}

static int setup_enrolled(void **state)
{
	setup(state);
	enrol(*state, "all", "all");
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	leave(f);
	livecore_remove(&f->core);
	house_remove(&f->house);
	free(f);
	return 0;
}

/* ---- enrolment ---- */
static void test_enrol(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_TEXT + 1], again[TOKEN_TEXT + 1], home[64];
	struct livecore other = { .dir = "" };
	struct link *l;

	livecore_token(&f->core, "all", "all", token);
	enter(f, "lin");
	assert_int_equal(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, token, &f->err), E_DENIED);
	enter(f, "root");
	assert_int_equal(link_open(&l, f->desk, &f->err), E_STATE);
	assert_int_equal(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, "pd1-0000", &f->err), E_REFUSED);
	assert_int_equal(sync_enrol(f->desk, "http://127.0.0.1:1", f->core.ca.data, NULL, token, &f->err), E_INVALID);
	assert_int_equal(sync_enrol(f->desk, f->core.url, "no certificate", NULL, token, &f->err), E_INVALID);
	livecore_start(&other); /* another house's authority */
	assert_int_equal(sync_enrol(f->desk, f->core.url, other.ca.data, NULL, token, &f->err), E_NETWORK);
	assert_int_equal(sync_enrol(f->desk, other.url, f->core.ca.data, NULL, token, &f->err), E_NETWORK);
	livecore_remove(&other);
	snprintf(home, sizeof home, "https://0.0.0.0:%d", f->core.port); /* the same server under a name that it does not prove */
	assert_int_equal(sync_enrol(f->desk, home, f->core.ca.data, NULL, token, &f->err), E_NETWORK);
	assert_false(sync_enrolled(f->desk));
	assert_ok(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, token, &f->err), f->err); /* the token was not used up */
	assert_true(sync_enrolled(f->desk));
	livecore_token(&f->core, "all", "all", again);
	assert_int_equal(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, again, &f->err), E_EXISTS);
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
	assert_string_equal(f->link->cert.scope, "all");
}

/* ---- feed ---- */
static int64_t count_here(struct fixture *f, const char *kind)
{
	struct table table = record_table(record_find(kind));
	struct query q = { .table = &table };
	int64_t n;

	assert_ok(query_count(desk_db(f->desk), &q, &n, &f->err), f->err);
	return n;
}

static void test_pull(void **state)
{
	struct fixture *f = *state;
	AUTO(item_release) struct item it = { 0 }, here = { 0 };
	struct sync_counts c = { 0 };

	livecore_merchants(&f->core, 1, 2 * FEED_LIMIT + 500);
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.pulled, 2 * FEED_LIMIT + 500);
	assert_int_equal(c.changed, c.pulled);
	assert_int_equal(c.cursor, c.head);
	assert_int_equal(count_here(f, "merchant"), c.pulled);
	livecore_load(&f->core, "merchant", "M00007", &it);
	item_set(&it, "version", value_int(2));
	item_set(&it, "name", value_text("样本商户 改"));
	livecore_put(&f->core, &it);
	c = (struct sync_counts){ 0 };
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.pulled, 1);
	assert_int_equal(c.changed, 1);
	assert_ok(item_load(&here, desk_db(f->desk), it.rec, "M00007", &f->err), f->err);
	assert_string_equal(item_text(&here, "name"), "样本商户 改");
	c = (struct sync_counts){ 0 };
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.pulled, 0);
}

static void test_scope(void **state)
{
	struct fixture *f = *state;
	struct sync_counts c = { 0 };
	struct item it;

	livecore_merchants(&f->core, 1, 20);
	enrol(f, "all", "华南");
	assert_ok(sync_pull(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.pulled, 0);
	assert_true(c.head > 0);
	assert_int_equal(sync_record(f->link, record_find("merchant"), "M00001", &it, &f->err), E_REFUSED);
}

static bool stop_now(void *ctx)
{
	(void)ctx;
	return true;
}

/* Asked while another process has its turn; gives that turn up in the end. */
struct waiting {
	struct fixture *f;
	int fd, asked;
	bool jumped;    /* something was said to the core before */
};

static bool wait_a_little(void *ctx)
{
	struct waiting *w = ctx;

	if (w->fd >= 0)
		w->jumped |= w->f->link->shown != 0;
	if (++w->asked == 10) {
		close(w->fd);
		w->fd = -1;
	}
	return false;
}

static void test_stop_and_turns(void **state)
{
	struct fixture *f = *state;
	struct waiting wait = { .f = f };
	struct sync_watch stop = { .stop = stop_now }, w = { .stop = wait_a_little, .ctx = &wait };
	struct sync_counts c = { 0 };
	char path[128];

	livecore_merchants(&f->core, 1, 20);
	assert_int_equal(sync_pull(f->link, &stop, &c, &f->err), E_CANCELLED);
	assert_int_equal(count_here(f, "merchant"), 0);
	house_path(&f->house, "sync.lock", path, sizeof path);
	wait.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(wait.fd, LOCK_EX), 0);
	assert_int_equal(sync_once(f->link, &stop, &c, &f->err), E_CANCELLED);
	assert_ok(sync_once(f->link, &w, &c, &f->err), f->err);
	assert_true(wait.fd < 0 && !wait.jumped);
	assert_int_equal(count_here(f, "merchant"), 20);
}

/* ---- outbox ---- */
static struct outcome act(struct fixture *f, const char *id, const char *action, const char *reason)
{
	struct request r = { .kind = "merchant", .id = id, .action = action, .reason = reason, .version = -1 };
	struct outcome out;

	assert_ok(action_run(f->desk, &r, &out, &f->err), f->err);
	return out;
}

static void test_push(void **state)
{
	struct fixture *f = *state;
	AUTO(item_release) struct item there = { 0 }, here = { 0 };
	struct sync_counts c = { 0 };

	livecore_merchants(&f->core, 1, 3);
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	for (int i = 1; i <= 3; i++) {
		char id[16];

		snprintf(id, sizeof id, "M%05d", i);
		act(f, id, "claim", NULL);
	}
	assert_int_equal(count_here(f, "outbox"), 3);
	c = (struct sync_counts){ 0 };
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.sent, 3);
	assert_int_equal(c.accepted, 3);
	assert_int_equal(c.refused + c.conflicts, 0);
	assert_int_equal(count_here(f, "outbox"), 0);
	livecore_load(&f->core, "merchant", "M00002", &there);
	assert_string_equal(item_text(&there, "assignee"), desk_who(f->desk)->id);
	assert_int_equal(item_version(&there), 2);
	assert_ok(item_load(&here, desk_db(f->desk), there.rec, "M00002", &f->err), f->err);
	assert_int_equal(item_version(&here), 2);
	assert_int_equal(item_int(&here, "pending"), 0);
	c = (struct sync_counts){ 0 };
	assert_ok(sync_push(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.sent, 0);
}

static void test_conflict(void **state)
{
	struct fixture *f = *state;
	AUTO(item_release) struct item there = { 0 }, row = { 0 }, here = { 0 };
	struct sync_counts c = { 0 };

	livecore_merchants(&f->core, 1, 1);
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	struct outcome out = act(f, "M00001", "claim", NULL);
	livecore_load(&f->core, "merchant", "M00001", &there);
	item_set(&there, "version", value_int(2));
	item_set(&there, "name", value_text("样本商户 先"));
	livecore_put(&f->core, &there);
	c = (struct sync_counts){ 0 };
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.conflicts, 1);
	assert_int_equal(c.accepted, 0);
	assert_ok(item_load(&row, desk_db(f->desk), record_find("outbox"), out.command, &f->err), f->err);
	assert_string_equal(item_text(&row, "state"), "conflict");
	assert_ok(item_load(&here, desk_db(f->desk), there.rec, "M00001", &f->err), f->err);
	assert_string_equal(item_text(&here, "name"), "样本商户 先");
	assert_string_equal(item_text(&here, "assignee"), "");
}

static enum code drop_line(void *ctx, const char *line, size_t n, struct err *err)
{
	(void)ctx, (void)line, (void)n, (void)err;
	return E_OK;
}

/* The answer gets lost: the same command goes out again and is told what it was; the core carried it out once. */
static void test_lost_answer(void **state)
{
	struct fixture *f = *state;
	AUTO(command_release) struct command cmd;
	AUTO(buf_release) struct buf body = BUF_INIT;
	AUTO(item_release) struct item there = { 0 };
	struct sync_counts c = { 0 };
	struct journal_head head;
	struct http_answer a;

	livecore_merchants(&f->core, 1, 1);
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	act(f, "M00001", "claim", NULL);
	command_init(&cmd);
	assert_ok(desk_next_command(f->desk, NULL, &cmd, &f->err), f->err);
	assert_ok(journal_head(f->store, &head, &f->err), f->err);
	buf_adds(&body, "{\"head\":{\"seq\":");
	buf_addf(&body, "%lld,\"hash\":\"", (long long)head.seq);
	buf_add_hex(&body, head.hash, sizeof head.hash);
	buf_adds(&body, "\"}}\n{\"command\":\"");
	buf_add_base64(&body, cmd.bytes.data, cmd.bytes.len);
	buf_adds(&body, "\",\"signature\":\"");
	buf_add_base64(&body, cmd.sig.bytes, cmd.sig.n);
	buf_adds(&body, "\"}\n");
	struct http_request r = { .body = body.data, .body_len = body.len, .max_bytes = 10000, .timeout_s = 20, .line = drop_line, .line_max = 10000 };
	assert_ok(link_call(f->link, f->link->http, "POST", "/v1/commands", &r, &a, &f->err), f->err);
	http_answer_release(&a);
	assert_int_equal(count_here(f, "outbox"), 1);
	c = (struct sync_counts){ 0 };
	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	assert_int_equal(c.accepted, 1);
	assert_int_equal(count_here(f, "outbox"), 0);
	livecore_load(&f->core, "merchant", "M00001", &there);
	assert_int_equal(item_version(&there), 2);
}

/* An older copy of the store is put back: the core remembers the journal that it was shown. */
static void test_rollback(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct sync_counts c = { 0 };
	struct http_answer a;

	assert_ok(sync_once(f->link, NULL, &c, &f->err), f->err);
	buf_adds(&body, "{\"head\":{\"seq\":1,\"hash\":\"0000000000000000000000000000000000000000000000000000000000000000\"}}\n");
	struct http_request r = { .body = body.data, .body_len = body.len, .max_bytes = 10000, .timeout_s = 20 };
	assert_int_equal(link_call(f->link, f->link->http, "POST", "/v1/commands", &r, &a, &f->err), E_ROLLBACK);
	http_answer_release(&a);
}

/* A desk that the core does not know, and a clock that is off. */
static int64_t yesterday(void *ctx)
{
	(void)ctx;
	return world_now(world_real()) - 86400000;
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	static const struct world slow = { yesterday, NULL, NULL };
	struct sync_counts c = { 0 };
	struct store_config usual = f->house.config;

	leave(f);
	f->house.config.world = &slow;
	enter(f, "root");
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_REFUSED);
	assert_non_null(strstr(f->err.msg, "clock"));
	leave(f);
	f->house.config = usual;
	enter(f, "root");
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
	secret_bytes(f->link->seed)[0] ^= 1;
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_REFUSED);
	f->link->keyid[0] = f->link->keyid[0] == '0' ? '1' : '0';
	assert_int_equal(sync_pull(f->link, NULL, &c, &f->err), E_REFUSED);
	assert_int_equal(code_status(E_REFUSED), 7);
}

/* ---- look-ups ---- */
static enum code count_item(void *ctx, struct item *it, struct err *err)
{
	(void)err;
	assert_string_equal(it->rec->kind, "merchant");
	++*(int *)ctx;
	return E_OK;
}

static void test_lookups(void **state)
{
	struct fixture *f = *state;
	const struct record *merchant = record_find("merchant");
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct item it;
	int n = 0;

	livecore_merchants(&f->core, 1, 30);
	assert_ok(sync_record(f->link, merchant, "M00003", &it, &f->err), f->err);
	assert_string_equal(item_id(&it), "M00003");
	item_release(&it);
	assert_int_equal(sync_record(f->link, merchant, "M99999", &it, &f->err), E_NOTFOUND);
	assert_ok(sync_search(f->link, merchant, "样本商户 1", 1000, count_item, &n, &f->err), f->err);
	assert_int_equal(n, 11); /* 1 and 10 to 19 */
	n = 0;
	assert_ok(sync_search(f->link, merchant, "样本商户", 5, count_item, &n, &f->err), f->err);
	assert_int_equal(n, 5);
	assert_int_equal(sync_blob(f->link, "0000000000000000000000000000000000000000000000000000000000000000", NULL, &out, &f->err), E_NOTFOUND);
	assert_int_equal(sync_blob(f->link, "../../etc/passwd", NULL, &out, &f->err), E_INVALID);
}

/* What is masked to somebody is not to be guessed by asking the core for it. */
static void test_search_under_a_mask(void **state)
{
	static const struct { const char *q; int lin, bo; } rows[] = {
		{ "110101198001010", 1, 0 }, { "622202000000000003", 1, 0 }, { "MA1FL0003", 1, 0 }, { "00003", 1, 1 }, { "m00003", 1, 1 }, { "样本商户 3", 1, 1 },
	};
	struct fixture *f = *state;
	const struct record *merchant = record_find("merchant");

	livecore_merchants(&f->core, 3, 1);
	for (int bo = 0; bo < 2; bo++) {
		enter(f, bo ? "bo" : "lin");
		assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
		for (size_t i = 0; i < COUNT(rows); i++) {
			int n = 0;

			assert_ok(sync_search(f->link, merchant, rows[i].q, 10, count_item, &n, &f->err), f->err);
			if (n != (bo ? rows[i].bo : rows[i].lin))
				fail_msg("%s: %d", rows[i].q, n);
		}
	}
}

/* ---- the follower ---- */
struct told { atomic_int times; };

static void on_notify(void *ctx)
{
	atomic_fetch_add(&((struct told *)ctx)->times, 1);
}

static bool within(bool (*holds)(struct fixture *f, struct follow *w, int64_t arg), struct fixture *f, struct follow *w, int64_t arg)
{
	static const struct timespec nap = { 0, 10 * 1000000 };

	for (int i = 0; i < 2000; i++) {
		if (holds(f, w, arg))
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

static bool state_is(struct fixture *f, struct follow *w, int64_t state)
{
	struct sync_status st;

	(void)f;
	follow_status(w, &st);
	return st.state == (enum sync_state)state;
}

static bool merchants_are(struct fixture *f, struct follow *w, int64_t n)
{
	(void)w;
	return count_here(f, "merchant") == n;
}

static bool outbox_empty(struct fixture *f, struct follow *w, int64_t arg)
{
	(void)w, (void)arg;
	return count_here(f, "outbox") == 0;
}

static bool accepted_are(struct fixture *f, struct follow *w, int64_t n)
{
	struct sync_status st;

	(void)f;
	follow_status(w, &st);
	return st.counts.accepted == n;
}

/* What is held leaves by itself when its time has come; told by the console, or found there after an exchange. */
static void follow_held(struct fixture *f, struct follow *w)
{
	static const char *const actions[] = { "release", "claim" };

	for (int i = 0; i < 2; i++) {
		const struct request r = { .kind = "merchant", .id = "M00001", .action = actions[i], .version = -1, .hold_ms = 400 };
		struct outcome out;
		int64_t until;

		assert_ok(action_run(f->desk, &r, &out, &f->err), f->err);
		until = store_now(f->store) + 400 - 50; /* made a moment ago */
		if (i)
			follow_poke(w);
		else
			follow_poke_at(w, store_now(f->store) + 400);
		assert_true(within(outbox_empty, f, w, 0));
		assert_true(store_now(f->store) >= until);
		assert_true(within(accepted_are, f, w, 2 + i));
	}
}

static void test_follow(void **state)
{
	struct fixture *f = *state;
	struct told told = { 0 };
	struct timespec from, to;
	struct sync_status st;
	struct follow *w;

	livecore_merchants(&f->core, 1, 3);
	assert_ok(follow_start(&w, f->store, on_notify, &told, &f->err), f->err);
	assert_true(within(merchants_are, f, w, 3));
	assert_true(within(state_is, f, w, SYNC_LIVE));
	for (int i = 0; i < 3; i++) { /* hints, one after the other, on the open stream */
		livecore_merchants(&f->core, 10 + i, 1);
		assert_true(within(merchants_are, f, w, 4 + i));
	}
	act(f, "M00001", "claim", NULL);
	follow_poke(w);
	assert_true(within(outbox_empty, f, w, 0));
	assert_true(within(accepted_are, f, w, 1));
	follow_held(f, w);
	assert_true(within(state_is, f, w, SYNC_LIVE));
	follow_status(w, &st);
	assert_true(st.last_ok > 0);
	livecore_stop(&f->core);
	assert_true(within(state_is, f, w, SYNC_OFFLINE));
	follow_status(w, &st);
	assert_true(st.retry_at > 0);
	assert_int_equal(st.err.code, E_NETWORK);
	livecore_merchants(&f->core, 20, 1);
	livecore_start(&f->core);
	follow_poke(w);
	assert_true(within(merchants_are, f, w, 7));
	assert_true(within(state_is, f, w, SYNC_LIVE));
	assert_true(atomic_load(&told.times) > 5);
	clock_gettime(CLOCK_MONOTONIC, &from);
	follow_stop(w);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 1000);
}

static void test_follow_not_enrolled(void **state)
{
	struct fixture *f = *state;
	struct told told = { 0 };
	struct follow *w;

	assert_ok(follow_start(&w, f->store, on_notify, &told, &f->err), f->err);
	assert_true(within(state_is, f, w, SYNC_NOT_ENROLLED));
	enrol(f, "all", "all");
	follow_poke(w);
	assert_true(within(state_is, f, w, SYNC_LIVE));
	follow_stop(w);
	follow_stop(NULL);
}

/* ---- the program itself, killed in the middle ---- */
struct process {
	pid_t pid;
	char url[64];
};

static void process_start(struct process *p, const char *home, int port)
{
	const char *build = getenv("PAYDESK_BUILD");
	char program[300], listen[32], line[200] = "";
	int out[2];

	snprintf(program, sizeof program, "%s/paycore", build ? build : "build");
	snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
	assert_int_equal(pipe(out), 0);
	p->pid = fork();
	if (!p->pid) {
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execl(program, program, "--home", home, "--listen", listen, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	FILE *in = fdopen(out[0], "r");
	assert_non_null(fgets(line, sizeof line, in));
	fclose(in);
	assert_int_equal(sscanf(line, "paycore: listening on %63s", p->url), 1);
}

static void process_kill(struct process *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	p->pid = 0;
}

struct killer {
	struct process *p;
	int64_t at; /* pulled */
};

static void kill_then(void *ctx, const struct sync_counts *c)
{
	struct killer *k = ctx;

	if (c->pulled >= k->at)
		process_kill(k->p);
}

static void test_killed_and_resumed(void **state)
{
	struct fixture *f = *state;
	enum { ALL = 4 * FEED_LIMIT + 7, ACTS = 5 };
	AUTO(process_kill) struct process p = { 0 };
	struct killer k = { &p, FEED_LIMIT };
	struct sync_watch w = { .progress = kill_then, .ctx = &k };
	struct sync_counts c = { 0 };

	livecore_merchants(&f->core, 1, ALL);
	livecore_stop(&f->core);
	process_start(&p, f->core.dir, f->core.port);
	assert_string_equal(p.url, f->core.url);
	assert_int_equal(sync_once(f->link, &w, &c, &f->err), E_NETWORK);
	assert_int_equal(c.pulled, FEED_LIMIT);
	process_start(&p, f->core.dir, f->core.port);
	k.at = 3 * FEED_LIMIT;
	assert_int_equal(sync_once(f->link, &w, &c, &f->err), E_NETWORK);
	assert_int_equal(count_here(f, "merchant"), c.pulled);
	for (int i = 1; i <= ACTS; i++) {
		char id[16];

		snprintf(id, sizeof id, "M%05d", i);
		act(f, id, "claim", NULL);
	}
	process_start(&p, f->core.dir, f->core.port);
	w.progress = NULL;
	assert_ok(sync_once(f->link, &w, &c, &f->err), f->err);
	assert_int_equal(c.changed, ALL + 0 * ACTS);
	assert_int_equal(c.accepted, ACTS);
	assert_int_equal(count_here(f, "merchant"), ALL);
	assert_int_equal(count_here(f, "outbox"), 0);
}

int main(void)
{
#define ENROLLED(test) cmocka_unit_test_setup_teardown(test, setup_enrolled, teardown)
#define BARE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	static const struct CMUnitTest tests[] = {
		BARE(test_enrol), ENROLLED(test_pull), BARE(test_scope), ENROLLED(test_stop_and_turns), ENROLLED(test_push), ENROLLED(test_conflict),
		ENROLLED(test_lost_answer), ENROLLED(test_rollback), ENROLLED(test_refusals), ENROLLED(test_lookups), ENROLLED(test_search_under_a_mask), ENROLLED(test_follow),
		BARE(test_follow_not_enrolled), ENROLLED(test_killed_and_resumed),
	};

	return cmocka_run_group_tests_name("sync", tests, NULL, NULL);
}
