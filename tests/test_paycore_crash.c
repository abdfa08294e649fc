/* The program itself: its words, its signals, and what becomes of commands when it is killed in the middle of them. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sync/paycore/chance.h"
#include "sync/paycore/tables.h"
#include "tests/check.h"
#include "tests/sandbox.h"

#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }

static void says_what_is_wrong_with_its_words(void **state)
{
	(void)state;
	static const struct { const char *words[6]; int status; } cases[] = {
		{ { "--help" }, 0 }, { { "--version" }, 0 }, { { "--nonsense" }, 2 }, { { "--home" }, 2 }, { { "--listen", "127.0.0.1:0" }, 2 },
		{ { "--home", "x", "--listen", "127.0.0.1" }, 2 }, { { "--home", "x", "--listen", "127.0.0.1:65536" }, 2 },
		{ { "--home", "x", "--listen", "::1:0" }, 2 }, { { "--home", "x", "--fill", "many" }, 2 }, { { "--home", "x", "--seed", "-1" }, 2 },
		{ { "--home", "x", "--live", "0" }, 2 }, { { "--home", "x", "--live", "nan" }, 2 }, { { "--home", "x", "more" }, 2 },
		{ { "--home", "x", "--scope", "all" }, 2 }, { { "token", "--home", "x" }, 2 }, { { "token", "--home", "/nonexistent/x", "--scope", "all" }, 1 },
	};
	char out[200];
	for (size_t i = 0; i < COUNT(cases); i++)
		if (core_run(cases[i].words, out, sizeof out) != cases[i].status)
			fail_msg("%s %s: not %d", cases[i].words[0], cases[i].words[1] ? cases[i].words[1] : "", cases[i].status);
}

static void serves_one_home_until_it_is_told_to_stop(void **state)
{
	(void)state;
	struct sandbox sb;
	struct raw_desk d;
	AUTO(buf_release) struct buf body = BUF_INIT;
	char token[100], out[100];
	sandbox_make_home(&sb);
	pid_t pid = core_serve(&sb, WORDS("--fill", "30", "--live", "50"));
	sandbox_trust(&sb);
	assert_int_equal(core_run(WORDS("--home", sb.home), out, sizeof out), 1); /* another one on the same home */
	assert_int_equal(core_run(WORDS("token", "--home", sb.home, "--scope", "nothing"), out, sizeof out), 2);
	assert_int_equal(core_run(WORDS("token", "--home", sb.home, "--scope", "all"), token, sizeof token), 0);
	token[strcspn(token, "\n")] = '\0';
	raw_desk_make(&d, 1);
	enrol_body(&body, &d, token);
	assert_string_equal(raw_problem(&sb, &d, "POST", "/v1/enrol", body.data, NULL), "");
	assert_string_equal(raw_problem(&sb, &d, "GET", "/v1/feed", NULL, NULL), "");
	assert_int_equal(core_end(pid, SIGTERM), 0);
	pid = core_serve(&sb, NULL);
	assert_string_equal(raw_problem(&sb, &d, "GET", "/v1/feed", NULL, NULL), ""); /* the desk is still known, the CA the same */
	assert_int_equal(core_end(pid, SIGINT), 0);
	sandbox_remove_home(&sb);
}

/* ---- killed in the middle ---- */

enum { MERCHANTS = 150, KILLS = 12 };

struct killer { pid_t pid; long after_us; };

static void *strike(void *ctx)
{
	const struct killer *k = ctx;
	const struct timespec t = { 0, k->after_us * 1000 };
	nanosleep(&t, NULL); /* a moment that is chosen by chance, not one that is waited for */
	kill(k->pid, SIGKILL);
	return NULL;
}

static int accepted(const struct http_answer *a)
{
	int n = 0;
	for (const char *p = a->body.data; (p = strstr(p, "accepted\"")); p++)
		n++;
	return n;
}

static void count_one(struct sandbox *sb, const char *id)
{
	char st[40];
	int64_t version;
	stands(sb, "merchant", id, st, &version);
	assert_string_equal(st, "preliminary_review");
	assert_int_equal(version, 2); /* claimed, and claimed once */
}

static void killed_at_any_moment_it_applies_each_command_once(void **state)
{
	(void)state;
	struct sandbox sb;
	struct raw_desk d;
	struct person lin;
	struct command c[MERCHANTS];
	const struct command *list[MERCHANTS];
	struct http_answer a;
	char id[24];
	struct chance chance = { (uint64_t)time(NULL) };
	sandbox_make_home(&sb);
	pid_t pid = core_serve(&sb, NULL);
	sandbox_trust(&sb);
	raw_desk_make(&d, 1);
	raw_desk_join(&sb, &d, "all", "all");
	person_make(&lin, &d, "lin", "reviewer", 21, sb.clock - 60000);
	person_show(&sb, &d, &lin);
	for (int i = 0; i < MERCHANTS; i++) {
		sandbox_merchant(&sb, i + 1, "applied", "华东", false);
		snprintf(id, sizeof id, "M%08d", i + 1);
		command_init(&c[i]);
		order(&sb, &d, &c[i], &lin, "merchant", id, "claim", "");
		order_sign(&c[i], &lin);
		list[i] = &c[i];
	}
	int answered = 0, broken = 0;
	for (int i = 0; i < KILLS; i++) {
		AUTO(buf_release) struct buf body = BUF_INIT;
		struct killer k = { pid, (long)chance_between(&chance, 200, 50000) };
		pthread_t thread;
		orders_body(&body, &d, list, MERCHANTS);
		assert_int_equal(pthread_create(&thread, NULL, strike, &k), 0);
		enum code code = raw_try(&sb, &d, "POST", "/v1/commands", body.data, body.len, NULL, &a);
		answered += code == E_OK && a.status == 200 && accepted(&a) == MERCHANTS;
		broken += code == E_NETWORK;
		http_answer_release(&a);
		pthread_join(thread, NULL);
		assert_int_equal(core_end(pid, 0), -SIGKILL);
		pid = core_serve(&sb, NULL);
	}
	print_message("%d of %d requests were cut off\n", broken, KILLS);
	assert_int_equal(answered + broken, KILLS);
	AUTO(buf_release) struct buf body = BUF_INIT;
	orders_body(&body, &d, list, MERCHANTS);
	assert_int_equal(raw_call(&sb, &d, "POST", "/v1/commands", body.data, body.len, NULL, &a), 200);
	assert_int_equal(accepted(&a), MERCHANTS); /* "result":"accepted", or "was":"accepted" */
	http_answer_release(&a);
	for (int i = 0; i < MERCHANTS; i++) {
		snprintf(id, sizeof id, "M%08d", i + 1);
		count_one(&sb, id);
		command_release(&c[i]);
	}
	assert_int_equal(core_end(pid, SIGTERM), 0);
	sandbox_remove_home(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_with_its_words), cmocka_unit_test(serves_one_home_until_it_is_told_to_stop),
		cmocka_unit_test(killed_at_any_moment_it_applies_each_command_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
