/* Every transition of the reviewers' desks and every refusal, over the synthetic institution: twenty merchants and fifty customers, with all
 * that belongs to them, are walked through the tables of actions by people of every role. What is tried is signed and sent to the core
 * over HTTPS; a refused command says why and changes nothing, an accepted one leads where the table says.
 *
 * Nothing here knows what a merchant is: a kind that comes later is walked through as well, and a transition that nobody reached fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/deed.h"
#include "tests/check.h"
#include "tests/walk.h"

enum { MERCHANTS = 20, USERS = 50, OTHERS = 40, EACH = 2 /* persons of a role */, PEOPLE = 24, ROUNDS = 60, LATER = 12 };

struct trial {
	struct walk walk;
	struct raw_desk desk;
	struct person people[PEOPLE];
	size_t npeople, sent, turned_down;
	struct told told;
};

/* ---- the cast ---- */
static void hire(struct trial *t)
{
	for (size_t i = 0; i < nroles; i++)
		for (int k = 0; k < EACH; k++) {
			struct person *p = &t->people[t->npeople];
			char name[40];

			assert_true(t->npeople < PEOPLE);
			snprintf(name, sizeof name, "%s%d", roles[i].name, k + 1);
			person_make(p, &t->desk, name, roles[i].name, (uint8_t)(31 + t->npeople), t->walk.sb.clock - 1000);
			person_show(&t->walk.sb, &t->desk, p);
			t->npeople++;
		}
}

static int setup(void **state)
{
	struct trial *t = mem_alloc(sizeof *t);

	walk_begin(&t->walk);
	raw_desk_make(&t->desk, 1);
	raw_desk_join(&t->walk.sb, &t->desk, "all", "all");
	hire(t);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct trial *t = *state;

	walk_end(&t->walk);
	free(t);
	return 0;
}

/* ---- one command ---- */
static struct judge judge_of(struct trial *t, const struct item *now, const struct action *a, const struct actor *who, const struct command *c)
{
	return walk_judge(&t->walk, now, a, who, c ? c->reason : "", c ? c->input : NULL, c ? c->ninput : 0);
}

static void sign_as(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	sign_make(sig, NULL, data, n, ((struct person *)ctx)->seed);
}

/* A right command by this person, filled in and with its deed, not signed yet. c: initialised. */
static void write_down(struct trial *t, struct command *c, struct person *p, const struct item *now, const struct action *a, size_t attempt)
{
	struct actor who;
	struct judge j;

	actor_from_cert(&who, &p->cert, t->desk.root);
	order(&t->walk.sb, &t->desk, c, p, now->rec->kind, item_id(now), a->id, a->flags & REASON ? "样本：逐项走一遍" : "");
	for (size_t i = 0; a->inputs && a->inputs[i]; i++)
		c->input[c->ninput++] = (struct input){ a->inputs[i], walk_sample(now, &now->rec->fields[record_field(now->rec, a->inputs[i])], attempt, &c->pool) };
	j = judge_of(t, now, a, &who, c);
	if (deed_wanted(&j)) {
		AUTO(buf_release) struct buf deed = BUF_INIT;
		struct minisigner by = { sign_as, p, { 0 } };

		memcpy(by.key, p->cert.key, KEY_BYTES);
		if (!deed_make(&deed, &j, &by, &t->walk.sb.err))
			c->input[c->ninput++] = (struct input){ DEED_INPUT, pool_strdup(&c->pool, deed.data) };
	}
}

static const char *dispatch(struct trial *t, struct command *c, struct person *p)
{
	order_sign(c, p);
	send_order(&t->walk.sb, &t->desk, c, &t->told);
	t->sent++;
	return t->told.result;
}

/* The core turns it down in these words (NULL: in any), and the record is as it was. */
static void is_refused(struct trial *t, struct command *c, struct person *p, const char *result, const char *why)
{
	int64_t before, after;
	char state[2][40];

	stands(&t->walk.sb, c->kind, c->record, state[0], &before);
	dispatch(t, c, p);
	stands(&t->walk.sb, c->kind, c->record, state[1], &after);
	if (strcmp(t->told.result, result) != 0 || (why && strcmp(t->told.reason, why) != 0) || !*t->told.reason)
		fail_msg("%s on %s %s (%s) by %s: %s, \"%s\"; expected %s, \"%s\"", c->action, c->kind, c->record, state[0], p->cert.name, t->told.result,
			 t->told.reason, result, why ? why : "");
	assert_int_equal(before, after);
	assert_string_equal(state[0], state[1]);
	t->turned_down++;
}

/* Takes out one that has to be there; false: none has. */
static bool leave_out(struct command *c, const struct action *a)
{
	for (size_t i = 0; i < c->ninput; i++) {
		if (action_takes_empty(a, c->input[i].name))
			continue;
		memmove(&c->input[i], &c->input[i + 1], (--c->ninput - i) * sizeof *c->input);
		return true;
	}
	return false;
}

/* What is wrong with the command itself: each is refused whatever the record. */
static void spoil(struct trial *t, struct person *p, const struct item *now, const struct action *a, size_t attempt)
{
	enum { NO_REASON, NO_INPUT, STRANGE_INPUT, STALE, UNSEEN, TOO_OLD, SPOILS };

	for (int what = 0; what < SPOILS; what++) {
		AUTO(command_release) struct command c;

		command_init(&c);
		write_down(t, &c, p, now, a, attempt);
		if ((what == NO_REASON && !(a->flags & REASON)) || (what == NO_INPUT && !leave_out(&c, a)) ||
		    (a->flags & REMARK && (what == STALE || what == UNSEEN)))
			continue;
		if (what == NO_REASON)
			c.reason = "";
		else if (what == STRANGE_INPUT)
			c.input[c.ninput++] = (struct input){ "version", "1" };
		else if (what == STALE)
			c.version--;
		else if (what == UNSEEN)
			c.evidence[0] ^= 1;
		else if (what == TOO_OLD)
			c.at -= INT64_C(90) * 24 * 3600 * 1000;
		is_refused(t, &c, p, what == STALE || what == UNSEEN ? "conflict" : "rejected", NULL);
	}
}

/* ---- four eyes ---- */
static bool answer(struct trial *t, const char *proposal, const char *verb, const struct person *maker)
{
	const struct action *a = record_action(record_find("proposal"), verb);

	for (size_t i = 0; i < t->npeople; i++) {
		AUTO(item_release) struct item now = { 0 };
		AUTO(command_release) struct command c;
		struct actor who;
		struct judge j;

		assert_ok(item_load(&now, institution_db(t->walk.sb.in), record_find("proposal"), proposal, &t->walk.sb.err), t->walk.sb.err);
		actor_from_cert(&who, &t->people[i].cert, t->desk.root);
		j = judge_of(t, &now, a, &who, NULL);
		command_init(&c);
		write_down(t, &c, &t->people[i], &now, a, 0);
		if (action_possible(&j, &t->walk.sb.err))
			is_refused(t, &c, &t->people[i], "rejected", t->walk.sb.err.msg);
		else if (&t->people[i] != maker && !strcmp(dispatch(t, &c, &t->people[i]), "accepted"))
			return true;
	}
	return false;
}

/* ---- one step ---- */
static bool arrived(struct trial *t, struct pair *p, const struct item *was)
{
	char state[40];
	int64_t version;

	stands(&t->walk.sb, was->rec->kind, item_id(was), state, &version);
	if (p->action->flags & REMARK)
		assert_int_equal(version, item_version(was));
	else
		assert_true(version > item_version(was));
	if (p->action->to != STATE_STAY)
		assert_string_equal(state, was->rec->states[p->action->to].name);
	p->taken++;
	return true;
}

/* Proposed and declined, which changes nothing; proposed again and confirmed by somebody else, never by the maker. */
static bool propose(struct trial *t, struct pair *p, const struct item *now, struct person *who, struct command *c, size_t attempt)
{
	AUTO(command_release) struct command again;
	char state[40];
	int64_t version;

	assert_true(answer(t, c->id, "decline", NULL));
	stands(&t->walk.sb, now->rec->kind, item_id(now), state, &version);
	assert_int_equal(version, item_version(now));
	command_init(&again);
	write_down(t, &again, who, now, p->action, attempt);
	assert_string_equal(dispatch(t, &again, who), "accepted");
	if (answer(t, again.id, "confirm", who))
		return arrived(t, p, now);
	snprintf(p->last, sizeof p->last, "nobody may confirm: %s", t->told.reason);
	answer(t, again.id, "decline", NULL);
	return false;
}

static bool take(struct trial *t, struct pair *p, const struct item *now, struct person *who)
{
	enum { ATTEMPTS = 12 };
	struct actor actor;

	actor_from_cert(&actor, &who->cert, t->desk.root);
	for (size_t attempt = 0; attempt < ATTEMPTS; attempt++) {
		AUTO(command_release) struct command c;
		AUTO(item_release) struct item after = { 0 };
		struct judge j;
		bool proposes;

		command_init(&c);
		write_down(t, &c, who, now, p->action, attempt);
		j = judge_of(t, now, p->action, &actor, &c);
		if (action_decide(&j, &after, &proposes, &t->walk.sb.err)) {
			snprintf(p->last, sizeof p->last, "%s", t->walk.sb.err.msg);
			if (attempt == 0)
				is_refused(t, &c, who, "rejected", t->walk.sb.err.msg);
			continue;
		}
		if (!p->taken)
			spoil(t, who, now, p->action, attempt);
		if (!strcmp(dispatch(t, &c, who), "accepted"))
			return p->action->flags & FOUR_EYES ? propose(t, p, now, who, &c, attempt) : arrived(t, p, now);
		snprintf(p->last, sizeof p->last, "%s", t->told.reason); /* by its effect */
		t->turned_down++;
	}
	return false;
}

/* Everybody tries everything: whoever may not is told so once for each reason that there is. The rarest of what is possible is done. */
static bool step(struct trial *t, const struct record *rec, const char *id)
{
	AUTO(item_release) struct item now = { 0 };
	struct pair *best = NULL;
	struct person *by = NULL;
	size_t least = SIZE_MAX, place;

	if (item_load(&now, institution_db(t->walk.sb.in), rec, id, &t->walk.sb.err) || item_state(&now) < 0)
		return false;
	for (size_t a = 0; a < rec->nactions; a++) {
		struct pair *p = walk_pair(&t->walk, rec, &rec->actions[a], item_state(&now));

		for (size_t i = 0; !(rec->actions[a].flags & LOCAL) && i < t->npeople; i++) {
			struct actor who;
			struct judge j;
			enum hindrance h;

			actor_from_cert(&who, &t->people[i].cert, t->desk.root);
			j = judge_of(t, &now, p->action, &who, NULL);
			h = action_hindrance(&j, &t->walk.sb.err);
			if (h == HINDRANCE_NONE && best != p && walk_open(&t->walk, p, 0) && (place = walk_rank(&t->walk, p)) < least)
				best = p, by = &t->people[i], least = place;
			if (h != HINDRANCE_NONE && !p->refused[h]) {
				AUTO(command_release) struct command c;
				char why[sizeof t->walk.sb.err.msg];

				snprintf(why, sizeof why, "%s", t->walk.sb.err.msg);
				command_init(&c);
				write_down(t, &c, &t->people[i], &now, p->action, 0);
				is_refused(t, &c, &t->people[i], "rejected", why);
				p->refused[h] = true;
				if (h == HINDRANCE_RULE || h == HINDRANCE_CHECK)
					snprintf(p->last, sizeof p->last, "%s", why);
			}
		}
	}
	if (!best)
		return false;
	best->tried++;
	return take(t, best, &now, by);
}

static void every_transition_and_every_refusal(void **state)
{
	struct trial *t = *state;
	struct walk *w = &t->walk;
	size_t idle = 0;

	walk_cast_all(w, MERCHANTS, USERS, OTHERS);
	for (size_t round = 0; round < ROUNDS && idle < LATER && walk_missing(w, false); round++) {
		size_t before = walk_missing(w, false);

		if (round % 5 == 0)
			walk_belonging(w);
		for (size_t i = 0; i < w->nitems; i++) {
			w->sb.clock += 1000;
			if (round >= LATER || strcmp(w->item[i].rec->kind, "contract_template") != 0) /* others need them */
				step(t, w->item[i].rec, w->item[i].id);
		}
		walk_others_move(w);
		idle = walk_missing(w, false) < before ? 0 : idle + 1;
	}
	print_message("%zu records, %zu commands, %zu of them refused\n", w->nitems, t->sent, t->turned_down);
	assert_int_equal(walk_missing(w, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_transition_and_every_refusal, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
