/* kill -9 at random moments of deciding and syncing, of the desk's process and of the core's: nothing acknowledged is lost, nothing is
 * applied twice, and the journal verifies every time. TORTURE=N kills (300); TORTURE_SEED=N repeats what can be repeated.
 *
 * SIGKILL loses no write that the system has taken, so this says nothing about power cuts: test_store and test_db, which cut the files
 * at every step, do that. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sync/link.h"
#include "tests/check.h"
#include "tests/torture.h"

enum {
	KILLS = 300,
	FIRST_KILLS = 4,        /* over the first sync of a house, which takes longer than any worker lives */
	HOUSE_KILLS = 60,       /* in one house; then another is made, so that checking it all does not take longer and longer */
	CORE_EVERY = 20,        /* kills, until the core is killed too and everything is compared */
	WORK_WORDS = 12,        /* a worker works at most as long as it takes to say so many words, from its first */
	WORK_MIN_MS = 40, WORK_MAX_MS = 400,
	EARLY_MS = 40,          /* and one that is killed while it starts, from its birth */
};

struct torture {
	char self[400];
	struct house house;
	struct core core;
	struct books books;
	struct chance chance;
	bool told;                      /* the worker has acknowledged something */
	bool housed, settled;           /* there is a house; it has had its first whole sync */
	int worker, pipe;               /* of the worker that lives; 0: none */
	enum phase phase;               /* in which it said it was */
	int64_t heard, gap;             /* when it spoke last, ms; between two words of late, us: allows for the machine's load */
	int64_t next_core;              /* at so many kills */
	int64_t kills, core_kills, killed_in[PHASE_COUNT], before_first; /* before_first: before any acknowledgement */
};

static int64_t steady_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- a house: a core, a store, two people, enrolled ---- */
static void move_in(struct torture *t)
{
	AUTO(store_closep) struct store *s = NULL;
	AUTO(desk_freep) struct desk *desk = NULL;
	AUTO(link_freep) struct link *link = NULL;
	AUTO(buf_release) struct buf ca = BUF_INIT;
	char token[80];
	struct err err;

	house_found(&t->house);
	t->housed = true;
	t->house.config.world = world_real(); /* signatures are dated, and the core has the real time */
	for (size_t i = 0; i < WORKERS; i++)
		house_add(&t->house, workers[i], "reviewer,risk");
	core_make(&t->core, t->house.dir, chance_draw(&t->chance) >> 1);
	core_token(&t->core, token, sizeof token);
	house_read(&t->house, "../core/ca.pem", &ca);
	s = house_open(&t->house, "root");
	assert_ok(desk_open(&desk, s, &err), err);
	assert_ok(sync_enrol(desk, t->core.url, ca.data, NULL, token, &err), err);
	assert_ok(link_open(&link, desk, &err), err);
	assert_ok(push_operators(link, NULL, &err), err); /* a worker may push before the first whole sync */
	t->books.house = &t->house;
	t->books.core = &t->core;
}

static void move_out(struct torture *t)
{
	core_remove(&t->core);
	books_clear(&t->books);
	if (t->housed)
		house_remove(&t->house);
	t->housed = t->settled = false;
}

/* ---- a worker's life ---- */
static void be_born(struct torture *t)
{
	char seed[24];
	char *argv[] = { t->self, "work", t->house.home, seed, NULL };

	snprintf(seed, sizeof seed, "%llu", (unsigned long long)chance_draw(&t->chance));
	t->worker = torture_spawn(argv, &t->pipe);
	t->phase = PHASE_START;
	t->heard = 0;
	t->told = false;
}

/* The next word of the worker; false: it has ended. */
static bool hear(struct torture *t)
{
	int64_t now = steady_ms();
	struct note n;

	if (read(t->pipe, &n, sizeof n) != (ssize_t)sizeof n)
		return false;
	if (t->heard)
		t->gap += ((now - t->heard) * 1000 - t->gap) / 16;
	t->heard = now;
	if (n.what == NOTE_PHASE)
		t->phase = (enum phase)n.num;
	else
		t->told = true;
	books_note(&t->books, &n);
	return true;
}

/* Takes what the worker says for so many ms; false: it has ended. */
static bool hear_for(struct torture *t, int64_t ms)
{
	struct pollfd fd = { .fd = t->pipe, .events = POLLIN };
	int64_t until = steady_ms() + ms, left;

	while ((left = until - steady_ms()) > 0)
		if (poll(&fd, 1, (int)left) > 0 && !hear(t))
			return false;
	return true;
}

static int64_t work_ms(struct torture *t)
{
	int64_t most = WORK_WORDS * t->gap / 1000;

	most = most < WORK_MIN_MS ? WORK_MIN_MS : most > WORK_MAX_MS ? WORK_MAX_MS : most;
	return chance_between(&t->chance, 0, most);
}

static void die(struct torture *t)
{
	int status;

	kill(t->worker, SIGKILL);
	assert_int_equal(waitpid(t->worker, &status, 0), t->worker);
	t->worker = 0;
}

/* One worker, killed at some moment. core: the core is killed too, while the worker is at it. */
static void live_and_die(struct torture *t, bool core)
{
	bool early = !core && chance_percent(&t->chance, 15);

	be_born(t);
	if (early) {
		hear_for(t, chance_between(&t->chance, 0, EARLY_MS));
	} else if (hear(t)) {
		if (core && hear_for(t, work_ms(t)))
			core_kill(&t->core);
		hear_for(t, work_ms(t));
	}
	die(t);
	while (hear(t)) /* what is still in the pipe */
		;
	close(t->pipe);
	t->kills++;
	t->before_first += !t->told;
	t->killed_in[t->phase]++;
}

/* ---- the whole ---- */
static void say(const struct torture *t, int64_t ms)
{
	const struct books *b = &t->books;

	print_message("%lld workers and %lld cores killed in %lld s; %lld workers before anything was acknowledged\n", (long long)t->kills,
		      (long long)t->core_kills, (long long)(ms / 1000), (long long)t->before_first);
	for (size_t i = 0; i < PHASE_COUNT; i++)
		print_message("  while %-9s %lld\n", phase_words[i], (long long)t->killed_in[i]);
	print_message("%lld commands: %lld accepted, %lld refused, %lld in conflict\n", (long long)b->commands, (long long)b->accepted,
		      (long long)b->rejected, (long long)b->conflicts);
	print_message("  committed, killed before that was acknowledged: %lld\n  answered by the core, killed before that was kept: %lld\n",
		      (long long)b->unheard, (long long)b->answers_lost);
}

static int64_t number_from(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

static void round_of(struct torture *t, int64_t moved_in)
{
	bool core = t->kills >= t->next_core;

	for (int64_t n = chance_between(&t->chance, 0, 3); n > 0; n--)
		core_moves(&t->core, &t->chance);
	live_and_die(t, core);
	if (chance_percent(&t->chance, 20)) /* and the next one is killed over the remains */
		live_and_die(t, false);
	if (core) {
		core_kill(&t->core);
		core_start(&t->core);
		t->core_kills++;
		t->next_core = t->kills + CORE_EVERY;
	}
	books_look(&t->books);
	if (core || (!t->settled && t->kills >= moved_in + FIRST_KILLS)) {
		books_settle(&t->books, &t->chance);
		t->settled = true;
	}
}

static void test_torture(void **state)
{
	struct torture *t = *state;
	int64_t kills = number_from("TORTURE", KILLS), begun = steady_ms(), house = 0;

	print_message("TORTURE_SEED=%llu\n", (unsigned long long)t->chance.state);
	while (t->kills < kills) {
		move_in(t);
		for (house = t->kills + HOUSE_KILLS; t->kills < house && t->kills < kills;)
			round_of(t, house - HOUSE_KILLS);
		books_settle(&t->books, &t->chance);
		move_out(t);
	}
	say(t, steady_ms() - begun);
	for (size_t i = PHASE_OPEN; kills >= KILLS && i < PHASE_CLOSE; i++) /* closing is over too soon to be met for sure */
		assert_true(t->killed_in[i] > 0); /* otherwise the moments were not spread over all work */
	assert_true(kills < KILLS || t->books.accepted > kills / 2);
}

static int set_up(void **state)
{
	struct torture *t = mem_alloc(sizeof *t);
	ssize_t n = readlink("/proc/self/exe", t->self, sizeof t->self - 1);

	if (n <= 0)
		return -1;
	t->next_core = CORE_EVERY;
	t->chance.state = (uint64_t)number_from("TORTURE_SEED", (int64_t)(world_now(world_real()) & 0xffffffff));
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct torture *t = *state;

	if (t->worker)
		die(t);
	move_out(t);
	free(t);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_torture, set_up, tear_down),
	};

	if (argc == 4 && !strcmp(argv[1], "work"))
		return torture_work(argv[2], strtoull(argv[3], NULL, 10), STDOUT_FILENO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
