/* Commands, facts, answers and discards in any order: whatever happens, what shows is the core's word with what waits replayed on it,
 * nothing is lost, and in the end the desk has what the core has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/pending.h"
#include "tests/check.h"
#include "tests/office.h"
#include "tests/specimen.h"

enum { MERCHANTS = 4, STEPS = 200 };
enum fate { WAITING, ANSWERED, ACCEPTED, DISCARDED };

/* A command that was made here, and what became of it. */
struct made {
	char id[COMMAND_ID_LEN + 1];
	int who;
	enum fate fate;
	bool sent;
	struct answer answer;      /* once sent */
};
struct world_of {
	struct office o;
	uint64_t seed;
	struct made *made;
	size_t nmade;
	char (*proposals)[COMMAND_ID_LEN + 1];
	size_t nproposals;
};

/* xorshift64*: the same story for the same seed. */
static size_t pick(struct world_of *w, size_t n)
{
	w->seed ^= w->seed >> 12;
	w->seed ^= w->seed << 25;
	w->seed ^= w->seed >> 27;
	return (size_t)((w->seed * UINT64_C(2685821657736338717)) >> 33) % n;
}

static const char *merchant_id(size_t i)
{
	static const char *const ids[MERCHANTS] = { "M-0", "M-1", "M-2", "M-3" };

	return ids[i];
}

/* ---- what can happen ---- */
static void note_made(struct world_of *w, int who)
{
	w->made = mem_grow(w->made, w->nmade + 1, sizeof *w->made);
	w->made[w->nmade] = (struct made){ .who = who, .fate = WAITING };
	memcpy(w->made[w->nmade++].id, w->o.out.command, sizeof w->made->id);
	if (w->o.out.proposed) {
		w->proposals = mem_grow(w->proposals, w->nproposals + 1, sizeof *w->proposals);
		memcpy(w->proposals[w->nproposals++], w->o.out.command, sizeof *w->proposals);
	}
}

/* Somebody tries something; most of it is not possible, and then nothing happens. */
static void decide(struct world_of *w)
{
	bool on_proposal = w->nproposals && pick(w, 2);
	const struct record *rec = record_find(on_proposal ? "proposal" : "merchant");
	const char *id = on_proposal ? w->proposals[w->nproposals - 1 - pick(w, w->nproposals > 1 ? 2 : 1)] : merchant_id(pick(w, MERCHANTS));

	for (int tries = 0; tries < 30; tries++) {
		int who = (int)pick(w, PEOPLE);
		const char *action = rec->actions[pick(w, rec->nactions)].id;

		if ((!strcmp(action, "reject") || !strcmp(action, "decline") || !strcmp(action, "return_to_review")) && pick(w, 8))
			continue; /* that is where a story ends */
		if (!office_run(&w->o, who, rec->kind, id, action)) {
			note_made(w, who);
			return;
		}
	}
}

/* Another desk is at work too, and merchants apply anew. */
static void core_moves(struct world_of *w)
{
	const char *id = merchant_id(pick(w, MERCHANTS));

	switch (pick(w, 4)) {
	case 0:
		office_elsewhere(&w->o, id, "risk_score", value_int((int64_t)pick(w, 100)));
		break;
	case 1:
		office_elsewhere(&w->o, id, "state", value_text("applied"));
		break;
	default:
		office_elsewhere(&w->o, id, "state", value_text("risk_review"));
		office_elsewhere(&w->o, id, "risk_outcome", value_text("passed"));
		office_elsewhere(&w->o, id, "assignee", value_null());
	}
}

static void send_one(struct world_of *w)
{
	AUTO(command_release) struct command c;
	enum code code;

	command_init(&c);
	code = desk_next_command(w->o.d[0], w->nmade && pick(w, 2) ? w->made[pick(w, w->nmade)].id : NULL, &c, &w->o.err);
	for (size_t i = 0; !code && i < w->nmade; i++) {
		struct made *m = &w->made[i];

		if (strcmp(m->id, c.id) != 0)
			continue;
		if (m->sent)
			item_release(&m->answer.current); /* sent again: the answer was lost */
		office_leaves(&w->o, c.id, true);
		smallcore_take(&w->o.k, &c, &m->answer);
		m->sent = true;
	}
}

static void hear(struct world_of *w, struct made *m)
{
	if (!m->sent)
		return;
	office_tell(&w->o, m->id, &m->answer, pick(w, 2)); /* perhaps told before */
	if (m->fate != DISCARDED)
		m->fate = m->answer.what == VERDICT_ACCEPTED ? ACCEPTED : ANSWERED;
}

static void hear_one(struct world_of *w)
{
	if (w->nmade)
		hear(w, &w->made[pick(w, w->nmade)]);
}

static void hear_all(struct world_of *w)
{
	for (size_t i = 0; i < w->nmade; i++)
		if (w->made[i].fate == WAITING)
			hear(w, &w->made[i]);
}

static void discard_one(struct world_of *w)
{
	struct made *m = w->nmade ? &w->made[pick(w, w->nmade)] : NULL;

	if (m && m->fate == WAITING && m->sent) {
		assert_int_equal(office_run(&w->o, m->who, "outbox", m->id, "discard"), E_STATE);
	} else if (m && (m->fate == WAITING || m->fate == ANSWERED) && !pick(w, 3)) {
		office_do(&w->o, m->who, "outbox", m->id, "discard");
		m->fate = DISCARDED;
	}
}

static void step(struct world_of *w)
{
	bool changed;

	switch (pick(w, 12)) {
	case 0: case 1: case 2: case 3:
		decide(w);
		break;
	case 4:
		if (!pick(w, 3))
			core_moves(w);
		break;
	case 5: case 6:
		send_one(w);
		break;
	case 7:
		hear_one(w);
		break;
	case 8:
		office_take(&w->o, pick(w, w->o.k.nfeed), &changed); /* any change of the feed, old ones too */
		break;
	case 9:
		discard_one(w);
		break;
	case 10:
		hear_all(w);
		break;
	default:
		if (!pick(w, 4))
			office_pull(&w->o);
	}
}

/* ---- what always holds ---- */
static int64_t waits_for(struct world_of *w, const char *kind, const char *id)
{
	int64_t n = 0;

	for (size_t i = 0; i < w->nmade; i++) {
		AUTO(item_release) struct item row = { 0 };
		AUTO(command_release) struct command c;
		bool on, makes, moves;

		command_init(&c);
		if (w->made[i].fate != WAITING)
			continue;
		office_look(&w->o, "outbox", w->made[i].id, &row);
		assert_ok(outbox_command(&row, &c, &w->o.err), w->o.err);
		on = !strcmp(c.kind, kind) && !strcmp(c.record, id);
		makes = !strcmp(kind, "proposal") && !strcmp(c.id, id);
		moves = !strcmp(kind, "merchant") && !strcmp(c.kind, "proposal") && !strcmp(c.action, "confirm") &&
			!strcmp(item_text(&row, "touches"), id);
		n += on || makes || moves;
	}
	return n;
}

static void holds_for(struct world_of *w, const char *kind, const char *id)
{
	AUTO(item_release) struct item before = { 0 }, after = { 0 };
	AUTO(buf_release) struct buf one = BUF_INIT, two = BUF_INIT;
	AUTO(tx_end) struct tx tx = { 0 };

	office_look(&w->o, kind, id, &before);
	if (!before.rec)
		return; /* a proposal that was refused or withdrawn */
	assert_int_equal(item_int(&before, "pending"), waits_for(w, kind, id));
	assert_ok(tx_begin(&tx, desk_db(w->o.d[0]), &w->o.err), w->o.err);
	assert_ok(rebuild(w->o.d[0], kind, id, &w->o.err), w->o.err);
	office_look(&w->o, kind, id, &after);
	assert_non_null(after.rec);
	specimen_wire(&one, &before);
	specimen_wire(&two, &after);
	assert_string_equal(one.data, two.data);
	assert_int_equal(item_int(&before, "pending"), item_int(&after, "pending"));
}

static void nothing_lost(struct world_of *w)
{
	int64_t kept = 0;

	for (size_t i = 0; i < w->nmade; i++) {
		AUTO(item_release) struct item row = { 0 };

		office_look(&w->o, "outbox", w->made[i].id, &row);
		assert_int_equal(row.rec != NULL, w->made[i].fate == WAITING || w->made[i].fate == ANSWERED);
		if (!row.rec)
			continue;
		kept++;
		assert_int_equal(!strcmp(item_text(&row, "state"), w->made[i].sent ? "sending" : "pending"), w->made[i].fate == WAITING);
	}
	assert_int_equal(office_count(&w->o, "outbox"), kept);
}

static void holds(struct world_of *w)
{
	int64_t pending = 0;

	for (size_t i = 0; i < MERCHANTS; i++) {
		holds_for(w, "merchant", merchant_id(i));
		pending += waits_for(w, "merchant", merchant_id(i)) > 0;
	}
	for (size_t i = 0; i < w->nproposals; i++) {
		holds_for(w, "proposal", w->proposals[i]);
		pending += waits_for(w, "proposal", w->proposals[i]) > 0;
	}
	assert_int_equal(office_count(&w->o, "base"), pending);
	nothing_lost(w);
}

/* ---- the end of the story ---- */
static void settle(struct world_of *w)
{
	office_push(&w->o);
	office_pull(&w->o);
	for (size_t i = 0; i < w->nmade; i++) {
		AUTO(item_release) struct item row = { 0 };

		office_look(&w->o, "outbox", w->made[i].id, &row);
		if (row.rec)
			office_do(&w->o, w->made[i].who, "outbox", w->made[i].id, "discard");
	}
	office_nothing_waits(&w->o);
	for (size_t i = 0; i < MERCHANTS; i++)
		office_same(&w->o, "merchant", merchant_id(i));
	for (size_t i = 0; i < w->nproposals; i++)
		office_same(&w->o, "proposal", w->proposals[i]);
}

static size_t confirmed(struct world_of *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->nproposals; i++) {
		AUTO(item_release) struct item it = { 0 };

		office_look(&w->o, "proposal", w->proposals[i], &it);
		n += it.rec && !strcmp(item_text(&it, "state"), "confirmed");
	}
	return n;
}

/* How many proposals were carried out. */
static size_t story(uint64_t seed)
{
	struct world_of w = { .seed = seed };
	size_t n;

	print_message("seed %llu\n", (unsigned long long)seed);
	office_open(&w.o);
	for (size_t i = 0; i < MERCHANTS; i++)
		office_merchant(&w.o, merchant_id(i), (int)i);
	for (size_t i = 1; i < MERCHANTS; i++)
		office_up_to_approval(&w.o, merchant_id(i)); /* so that four eyes are needed from the first */
	office_push(&w.o);
	for (int i = 0; i < STEPS; i++) {
		step(&w);
		holds(&w);
	}
	settle(&w);
	for (size_t i = 0; i < w.nmade; i++)
		if (w.made[i].sent)
			item_release(&w.made[i].answer.current);
	n = confirmed(&w);
	print_message("%zu commands, %zu proposals, %zu of them carried out, %zu changes\n", w.nmade, w.nproposals, n, w.o.k.nfeed);
	assert_true(w.nmade > 5);
	free(w.made);
	free(w.proposals);
	office_close(&w.o);
	return n;
}

/* PAYDESK_SEED=N tells another story. */
static void test_stories(void **state)
{
	const char *seed = getenv("PAYDESK_SEED");
	size_t n = 0;

	(void)state;
	if (seed) {
		story(strtoull(seed, NULL, 10) | 1);
		return;
	}
	for (uint64_t i = 1; i <= 3; i++)
		n += story(i * 7919);
	assert_true(n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_stories) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
