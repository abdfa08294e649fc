/* Held commands: they do not leave before their time, nothing overtakes them, and their author can take them back until they have left. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/office.h"

enum { HOLD = 10 * 1000, ROUNDS = 30 };

static void hold(struct office *o, int who, const char *id, const char *action, int64_t ms)
{
	const struct request r = { .kind = "merchant", .id = id, .action = action, .version = -1, .hold_ms = ms };

	assert_ok(action_run(o->d[who], &r, &o->out, &o->err), o->err);
}

/* The command that may leave after the given one; "": none. */
static void assert_next(struct office *o, const char *after, const char *want)
{
	AUTO(command_release) struct command c;
	enum code code;

	command_init(&c);
	code = desk_next_command(o->d[0], after, &c, &o->err);
	assert_int_equal(code, *want ? E_OK : E_NOTFOUND);
	if (!code)
		assert_string_equal(c.id, want);
}

static void assert_held(struct office *o, int who, int64_t next, const char *mine)
{
	struct held held;

	assert_ok(desk_held(o->d[who], &held, &o->err), o->err);
	assert_int_equal(held.next, next);
	assert_string_equal(held.mine, mine);
}

static void test_leaves_when_the_hold_ends(void **state)
{
	struct office *o = *state;
	char id[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	hold(o, LIN, "M-1", "claim", HOLD);
	memcpy(id, o->out.command, sizeof id);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	assert_held(o, LIN, o->h.clock + HOLD, id);
	assert_held(o, WANG, o->h.clock + HOLD, ""); /* somebody else's */
	assert_next(o, NULL, "");
	o->h.clock += HOLD - 1;
	assert_next(o, NULL, "");
	o->h.clock++;
	assert_held(o, LIN, 0, "");
	assert_next(o, NULL, id);
	assert_int_equal(office_push(o), 1);
	office_nothing_waits(o);
}

static void test_a_hold_has_a_bound(void **state)
{
	struct office *o = *state;
	struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = -1, .hold_ms = HOLD_MAX_MS + 1 };

	office_merchant(o, "M-1", 1);
	assert_int_equal(action_run(o->d[LIN], &r, &o->out, &o->err), E_USAGE);
	r.hold_ms = -1;
	assert_int_equal(action_run(o->d[LIN], &r, &o->out, &o->err), E_USAGE);
	office_nothing_waits(o);
	hold(o, LIN, "M-1", "claim", HOLD_MAX_MS);
	assert_next(o, NULL, "");
	o->h.clock -= 1000; /* the clock is put back: nobody waits for it to come round again */
	assert_next(o, NULL, o->out.command);
	assert_held(o, LIN, 0, "");
}

static void test_nothing_overtakes(void **state)
{
	struct office *o = *state;
	char before[COMMAND_ID_LEN + 1], held[COMMAND_ID_LEN + 1], later[COMMAND_ID_LEN + 1], other[COMMAND_ID_LEN + 1];

	for (int i = 0; i < 3; i++) {
		static const char *const ids[] = { "M-0", "M-1", "M-2" };

		office_merchant(o, ids[i], i);
	}
	hold(o, LIN, "M-0", "claim", 0);
	memcpy(before, o->out.command, sizeof before);
	hold(o, LIN, "M-1", "claim", HOLD);
	memcpy(held, o->out.command, sizeof held);
	hold(o, LIN, "M-1", "pass_review", 0);
	memcpy(later, o->out.command, sizeof later);
	hold(o, LIN, "M-2", "claim", 0);
	memcpy(other, o->out.command, sizeof other);
	assert_next(o, NULL, before);
	assert_next(o, before, other);
	assert_next(o, other, "");
	assert_int_equal(office_push(o), 2);
	assert_next(o, NULL, "");
	o->h.clock += HOLD;
	assert_next(o, NULL, held);
	assert_next(o, held, later);
	assert_int_equal(office_push(o), 2);
	office_nothing_waits(o);
	office_shows(o, "merchant", "M-1", "risk_review", 9, 0);
}

/* A proposal that is held holds its confirmation, which is a command on another record. */
static void test_nothing_overtakes_by_another_record(void **state)
{
	struct office *o = *state;
	char made[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	office_up_to_approval(o, "M-1");
	assert_int_equal(office_push(o), 4);
	hold(o, WANG, "M-1", "approve", HOLD);
	assert_true(o->out.proposed);
	memcpy(made, o->out.command, sizeof made);
	office_do(o, LIN, "proposal", made, "confirm");
	assert_next(o, NULL, "");
	o->h.clock += HOLD;
	assert_next(o, NULL, made);
	assert_int_equal(office_push(o), 2);
}

static void test_taken_back(void **state)
{
	struct office *o = *state;
	char claim[COMMAND_ID_LEN + 1];
	struct held held;
	int64_t entries;

	office_merchant(o, "M-1", 1);
	hold(o, LIN, "M-1", "claim", HOLD);
	memcpy(claim, o->out.command, sizeof claim);
	hold(o, LIN, "M-1", "pass_review", HOLD);
	assert_held(o, LIN, o->h.clock + HOLD, o->out.command);
	entries = office_count(o, "journal");
	office_do(o, LIN, "outbox", o->out.command, "discard");
	assert_int_equal(office_count(o, "journal"), entries + 1);
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	assert_ok(desk_held(o->d[LIN], &held, &o->err), o->err);
	assert_string_equal(held.mine, claim);
	office_do(o, LIN, "outbox", claim, "discard");
	office_shows(o, "merchant", "M-1", "applied", 7, 0);
	office_same(o, "merchant", "M-1");
	office_nothing_waits(o);
	o->h.clock += HOLD;
	assert_int_equal(office_push(o), 0);
}

/* ---- the push at the moment of the undo ---- */
static void test_too_late(void **state)
{
	struct office *o = *state;
	struct held held;

	office_merchant(o, "M-1", 1);
	hold(o, LIN, "M-1", "claim", HOLD);
	assert_ok(desk_held(o->d[LIN], &held, &o->err), o->err); /* the key is pressed … */
	o->h.clock += HOLD;
	office_leaves(o, held.mine, true);                       /* … the hold ends, and what it held goes out … */
	assert_int_equal(office_run(o, LIN, "outbox", held.mine, "discard"), E_STATE); /* … before the undo gets to it */
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	assert_int_equal(office_push(o), 1);
	office_same(o, "merchant", "M-1");
}

struct pusher {
	struct desk *d;
	atomic_bool *go;
	bool took;
};

/* As sync/push.c collects: chosen and marked in one transaction. */
static void *push(void *ctx)
{
	struct pusher *p = ctx;
	AUTO(command_release) struct command c;
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err;

	command_init(&c);
	while (!atomic_load(p->go))
		;
	if (!tx_begin(&tx, desk_db(p->d), &err) && !desk_next_command(p->d, NULL, &c, &err) && !desk_command_leaves(p->d, c.id, true, &err))
		p->took = !tx_commit(&tx, &err);
	return NULL;
}

/* Whoever is first: either it went out and stays, or it was taken back and never goes. */
static void test_race(void **state)
{
	struct office *o = *state;
	AUTO(store_closep) struct store *s = house_open(&o->h, "lin");
	AUTO(desk_freep) struct desk *d = NULL;

	assert_ok(desk_open(&d, s, &o->err), o->err);
	office_merchant(o, "M-1", 1);
	for (int i = 0; i < ROUNDS; i++) {
		atomic_bool go = false;
		struct pusher p = { .d = d, .go = &go };
		struct request undo = { .kind = "outbox", .action = "discard", .version = -1 };
		struct outcome out;
		char id[COMMAND_ID_LEN + 1];
		pthread_t thread;
		enum code code;

		hold(o, LIN, "M-1", "claim", HOLD);
		memcpy(id, o->out.command, sizeof id);
		undo.id = id;
		o->h.clock += HOLD;
		assert_int_equal(pthread_create(&thread, NULL, push, &p), 0);
		atomic_store(&go, true);
		code = action_run(o->d[LIN], &undo, &out, &o->err);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_int_equal(code, p.took ? E_STATE : E_OK);
		if (p.took) {
			office_outbox(o, id, "sending");
			office_leaves(o, id, false); /* nobody was there */
			office_do(o, LIN, "outbox", id, "discard");
		}
		office_nothing_waits(o);
		office_same(o, "merchant", "M-1");
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, office_setup, office_teardown)
	const struct CMUnitTest tests[] = {
		T(test_leaves_when_the_hold_ends), T(test_a_hold_has_a_bound), T(test_nothing_overtakes),
		T(test_nothing_overtakes_by_another_record), T(test_taken_back), T(test_too_late), T(test_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
