/* The reviewers' desks by keys: customers and merchants of the demo, with their identity checks, cards, contracts, reviews and terminals, are
 * taken through every transition by people of every role at consoles of their own, against a real core. An action that is possible is asked
 * for, filled in, signed and sent, and the screen shows what became of it; one that is not is refused in the words of the judgement, in both
 * languages, and writes nothing. A transition that nobody took by keys fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "tests/check.h"
#include "tests/seat.h"
#include "tests/walk.h"
#include "tui/help.h"
#include "tui/words.h"

enum { MERCHANTS = 20, USERS = 50, OTHERS = 40, ROUNDS = 60, PATIENCE = 12 /* rounds without anything new */, TEMPLATES_FROM = 12, ATTEMPTS = 12, STEPS = 2000 };

/* One decision of a round, on its way. */
struct step {
	struct pair *pair;
	struct walked *on;
	struct seat *by;
	char command[COMMAND_ID_LEN + 1];
	int64_t version;               /* of the record when it was taken */
	struct seat *checker;          /* whoever answered the proposal; NULL: nobody did */
	bool confirmed;
};
/* Of a pair, by its number, what the keys add. */
struct asked {
	size_t planned;                /* this round */
	size_t fits;                   /* the attempt (walk_sample) that was taken last */
	bool without_reason, declined; /* once */
};
struct day {
	struct walk walk;
	struct hall hall;
	struct step step[STEPS];
	struct asked asked[PAIRS_MAX];
	size_t nsteps;
	size_t refused, taken, came_back, declined, complained;
};

static int setup(void **state)
{
	struct day *d = mem_alloc(sizeof *d);

	unsetenv("VISUAL");
	unsetenv("EDITOR");
	words_open("en");
	walk_begin(&d->walk);
	hall_open(&d->hall, &d->walk.sb);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct day *d = *state;

	hall_close(&d->hall);
	walk_end(&d->walk);
	free(d);
	return 0;
}

static enum hindrance hindrance(struct day *d, const struct item *now, const struct action *a, struct seat *s, struct err *why)
{
	struct judge j = walk_judge(&d->walk, now, a, seat_who(s), "", NULL, 0);

	*why = (struct err){ 0 };
	return action_hindrance(&j, why);
}

static struct asked *asked_of(struct day *d, const struct pair *p)
{
	return &d->asked[p - d->walk.pair];
}

static void load(struct day *d, const struct walked *on, struct item *now)
{
	assert_ok(item_load(now, institution_db(d->walk.sb.in), on->rec, on->id, &d->walk.sb.err), d->walk.sb.err);
}

/* ---- refusals ---- */
/* What is said in Chinese is said in Chinese; only a permission has no other name. */
static void no_word_for_machines(const struct action *a, const char *why)
{
	if (strcmp(words_lang(), "en") != 0 && strstr(why, a->id) && !strstr(why, a->permission))
		fail_msg("the word \"%s\" is for machines: %s", a->id, why);
}

static void in_words(struct day *d, struct seat *s, const struct item *now, const struct action *a)
{
	static const char *const langs[] = { "zh_CN", "en" };
	const char *lang = words_lang();
	struct desk *desk = seat_desk(s);

	for (size_t l = 0; l < COUNT(langs); l++) {
		AUTO(buf_release) struct buf why = BUF_INIT, line = BUF_INIT;
		int64_t stamp = db_stamp(desk_db(desk));
		struct err err;

		words_open(langs[l]);
		assert_int_not_equal(hindrance(d, now, a, s, &err), HINDRANCE_NONE);
		help_why_not(&why, now, a, &err);
		buf_addf(&line, words_get("%s: %s"), words_get(a->label), why.data);
		seat_press_key(s, a->key);
		if (!why.len || !seat_says(s, line.data))
			fail_msg("%s on %s %s by %s is to be refused with \"%s\"; the screen says:\n%s", a->id, now->rec->kind, item_id(now), seat_who(s)->name,
				 line.data, s->words.data);
		no_word_for_machines(a, why.data);
		if (l == 0 && why.data[strcspn(why.data, "\xe4\xe5\xe6\xe7\xe8\xe9")] == '\0')
			fail_msg("not translated: %s", why.data);
		assert_int_equal(db_stamp(desk_db(desk)), stamp);
		d->refused++;
	}
	words_open(lang);
}

static bool may_look(struct seat *s, const struct record *rec)
{
	return actor_may(seat_who(s), rec->permission);
}

static void refuse(struct day *d, struct seat *s, struct walked *on)
{
	AUTO(item_release) struct item now = { 0 };

	load(d, on, &now);
	for (size_t a = 0; a < on->rec->nactions; a++) {
		const struct action *action = &on->rec->actions[a];
		struct pair *p = walk_pair(&d->walk, on->rec, action, item_state(&now));
		struct err err;
		enum hindrance h = hindrance(d, &now, action, s, &err);

		if (action->flags & LOCAL || h == HINDRANCE_NONE || p->refused[h])
			continue;
		seat_open(s, on->rec, on->id);
		in_words(d, s, &now, action);
		p->refused[h] = true;
		if (h == HINDRANCE_RULE || h == HINDRANCE_CHECK)
			snprintf(p->last, sizeof p->last, "%s", err.msg);
	}
}

/* ---- one decision ---- */
static void carried_out(struct day *d, struct seat *s, const struct item *proposal, struct err *err)
{
	AUTO(item_release) struct item after = { 0 };
	size_t n;
	const struct cert *people = desk_people(seat_desk(s), &n);

	proposal_carry_out(proposal, institution_db(d->walk.sb.in), store_root_key(d->hall.store), store_operator_find(people, n, seat_who(s)->id),
			   d->walk.sb.clock, NULL, &after, NULL, err);
}

/* Why the core would not take what was filled in; the first line that is wrong comes first. */
static void judged(struct day *d, struct seat *s, const struct item *now, const struct action *a, const struct input *in, size_t n, const char *reason)
{
	struct judge j = walk_judge(&d->walk, now, a, seat_who(s), reason, in, n);
	AUTO(item_release) struct item after = { 0 };
	struct err *err = &d->walk.sb.err;
	bool proposes;

	*err = (struct err){ 0 };
	for (size_t i = 0; i < n; i++)
		if (input_check(now, &now->rec->fields[record_field(now->rec, in[i].name)], in[i].text, err))
			return;
	if (!action_decide(&j, &after, &proposes, err) && proposal_action(now) && !strcmp(a->id, "confirm"))
		carried_out(d, s, now, err);
}

/* What waits in the outbox is known to the desk and not to the core yet: another decision of this round stands in the way. */
static void judged_here(struct day *d, struct seat *s, const struct item *now, const struct action *a)
{
	AUTO(item_release) struct item here = { 0 };
	struct err *err = &d->walk.sb.err;

	assert_ok(desk_load(seat_desk(s), now->rec->kind, item_id(now), &here, err), *err);
	action_possible_here(seat_desk(s), &here, a, err);
}

/* The screen says why not, in the judgement's words. */
static bool complains(struct day *d, struct seat *s, const struct item *now, struct pair *p, const struct input *in, size_t n, const char *reason)
{
	const struct err *why = &d->walk.sb.err;

	judged(d, s, now, p->action, in, n, *reason ? "样本" : "");
	if (!why->code)
		judged_here(d, s, now, p->action);
	if (!why->code || !seat_says(s, why->msg))
		fail_msg("%s on %s %s by %s is to be turned down with \"%s\"; the screen says:\n%s", p->action->id, now->rec->kind, item_id(now),
			 seat_who(s)->name, why->code ? why->msg : "nothing", s->words.data);
	no_word_for_machines(p->action, why->msg);
	snprintf(p->last, sizeof p->last, "%s", why->msg);
	d->complained++;
	return false;
}

/* The form is filled in by keys; *what: the command that is signed then. false: the screen says why not, and the form is left. */
static bool submit(struct day *d, struct seat *s, const struct item *now, struct pair *p, size_t attempt, const char *reason, struct queued *what)
{
	const struct action *a = p->action;
	AUTO(pool_release) struct pool keep = POOL_INIT;
	struct input in[INPUTS_MAX];
	size_t n = 0;

	for (; a->inputs && a->inputs[n]; n++) {
		const struct field *f = &now->rec->fields[record_field(now->rec, a->inputs[n])];

		in[n] = (struct input){ a->inputs[n], walk_sample(now, f, attempt, &keep) };
		seat_fill(s, now, a, f, in[n].text);
	}
	if (a->flags & (REASON | FOUR_EYES))
		seat_fill(s, now, a, NULL, reason);
	if (seat_queued(s, now->rec->kind, item_id(now), a, what))
		return true;
	if (!n && !(a->flags & (REASON | FOUR_EYES)))
		seat_press(s, "<Enter>"); /* a last look */
	if (seat_queued(s, now->rec->kind, item_id(now), a, what))
		return true;
	return complains(d, s, now, p, in, n, reason);
}

static bool decide(struct day *d, struct seat *s, const struct item *now, struct pair *p, struct queued *what)
{
	const struct action *a = p->action;
	struct asked *asked = asked_of(d, p);
	const char *reason = a->reasons ? "<Ctrl-T>" : a->flags & REASON ? "样本：逐项走一遍" : "";

	seat_open(s, now->rec, item_id(now));
	for (size_t tries = 0, attempt = asked->fits; tries < ATTEMPTS; tries++, attempt = (attempt + 1) % ATTEMPTS) {
		seat_press_key(s, a->key);
		if (seat_queued(s, now->rec->kind, item_id(now), a, what))
			return true;
		if (!seat_says(s, words_get(a->help))) /* it asks nothing */
			return complains(d, s, now, p, NULL, 0, reason);
		if (a->flags & REASON && !asked->without_reason) {
			asked->without_reason = true;
			assert_false(submit(d, s, now, p, attempt, "", what));
		} else if (submit(d, s, now, p, attempt, reason, what)) {
			asked->fits = attempt;
			return true;
		}
		seat_press(s, "<Esc>");
	}
	return false;
}

/* ---- a round ---- */
static void plan(struct day *d, struct walked *on)
{
	AUTO(item_release) struct item now = { 0 };
	struct step best = { .on = on };
	size_t least = SIZE_MAX, place;

	load(d, on, &now);
	for (size_t a = 0; a < on->rec->nactions; a++) {
		struct pair *p = walk_pair(&d->walk, on->rec, &on->rec->actions[a], item_state(&now));
		bool open = walk_open(&d->walk, p, asked_of(d, p)->planned);
		struct err err;

		for (size_t i = 0; open && i < d->hall.nseats; i++)
			if (may_look(&d->hall.seat[i], on->rec) && best.pair != p && hindrance(d, &now, p->action, &d->hall.seat[i], &err) == HINDRANCE_NONE &&
			    (place = walk_rank(&d->walk, p)) < least) {
				best.pair = p;
				best.by = &d->hall.seat[i];
				least = place;
			}
	}
	if (!best.pair)
		return;
	best.pair->tried++;
	asked_of(d, best.pair)->planned++;
	assert_true(d->nsteps < STEPS);
	best.version = item_version(&now);
	d->step[d->nsteps++] = best;
}

static int by_seat(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	return x->on < y->on ? -1 : x->on > y->on;
}

/* All that is possible now, one decision on each record. */
static void take(struct day *d)
{
	size_t kept = 0;

	qsort(d->step, d->nsteps, sizeof *d->step, by_seat);
	for (size_t i = 0; i < d->nsteps; i++) {
		struct step *step = &d->step[i];
		AUTO(item_release) struct item now = { 0 };
		struct queued what;

		load(d, step->on, &now);
		d->walk.sb.clock += 1000;
		if (decide(d, step->by, &now, step->pair, &what)) {
			memcpy(step->command, what.id, sizeof step->command);
			d->step[kept++] = *step;
		}
	}
	d->nsteps = kept;
}

/* ---- what became of it ---- */
static bool came_back(struct day *d, struct step *step, struct seat *author, const char *kind, const char *id, const struct action *a)
{
	struct queued what;

	if (!seat_queued(author, kind, id, a, &what))
		return false;
	stage_refresh(&author->stage);
	seat_open(author, record_find("outbox"), what.id);
	if (!*what.answer || !seat_says(author, what.answer))
		fail_msg("%s on %s %s came back (%s) with \"%s\"; the screen says:\n%s", a->id, kind, id, what.state, what.answer, author->words.data);
	snprintf(step->pair->last, sizeof step->pair->last, "%s", what.answer);
	seat_press(author, "x<Enter>");
	assert_false(seat_queued(author, kind, id, a, &what));
	d->came_back++;
	return true;
}

static void arrived(struct day *d, struct step *step)
{
	const struct record *rec = step->on->rec;
	struct pair *p = step->pair;
	AUTO(item_release) struct item note = { 0 };
	char state[40];
	int64_t version;

	stands(&d->walk.sb, rec->kind, step->on->id, state, &version);
	if (p->action->flags & REMARK)
		assert_ok(item_load(&note, institution_db(d->walk.sb.in), record_find("note"), step->command, &d->walk.sb.err), d->walk.sb.err);
	else
		assert_true(version > step->version);
	if (p->action->to != STATE_STAY && version == step->version + 1) /* and no effect of another decision moved it on */
		assert_string_equal(state, rec->states[p->action->to].name);
	if (!p->taken++) {
		seat_open(step->by, rec, step->on->id);
		assert_true(seat_says(step->by, words_get(rec->states[record_state(rec, state)].label)));
	}
	step->on->through = true;
	d->taken++;
}

/* The proposal is declined the first time, and confirmed the next. Whoever may not is told why. */
static void answer(struct day *d, struct step *step, bool confirm)
{
	const struct record *rec = record_find("proposal");
	const struct action *a = record_action(rec, confirm ? "confirm" : "decline");
	struct walked on = { .rec = rec };
	AUTO(item_release) struct item now = { 0 };
	struct pair *p;

	memcpy(on.id, step->command, sizeof step->command);
	load(d, &on, &now);
	p = walk_pair(&d->walk, rec, a, item_state(&now));
	for (size_t i = 0; i < d->hall.nseats && !step->checker; i++) {
		struct seat *s = &d->hall.seat[i];
		struct queued what;
		struct err err;
		enum hindrance h = hindrance(d, &now, a, s, &err);

		if (h != HINDRANCE_NONE) {
			if (!p->refused[h] || (s == step->by && !step->pair->taken)) {
				seat_open(s, rec, on.id);
				in_words(d, s, &now, a);
			}
			p->refused[h] = true;
		} else if (s != step->by && decide(d, s, &now, p, &what)) {
			step->checker = s;
			step->confirmed = confirm;
		}
	}
	if (!step->checker && confirm) /* what it was decided on has changed */
		answer(d, step, false);
}

static void settle_answer(struct day *d, struct step *step)
{
	const struct record *rec = record_find("proposal");
	const struct action *a = record_action(rec, step->confirmed ? "confirm" : "decline");
	char state[40];

	if (!step->checker || came_back(d, step, step->checker, "proposal", step->command, a))
		return;
	walk_pair(&d->walk, rec, a, 0)->taken++;
	if (step->confirmed) {
		arrived(d, step);
		return;
	}
	stands(&d->walk.sb, "proposal", step->command, state, NULL);
	assert_string_equal(state, "declined");
	asked_of(d, step->pair)->declined = true;
	d->declined++;
}

/* What is planned is taken, sent, and answered by a second person where it takes one. */
static void carry_out(struct day *d)
{
	take(d);
	hall_sync(&d->hall);
	for (size_t i = 0; i < d->nsteps; i++) {
		struct step *step = &d->step[i];

		if (came_back(d, step, step->by, step->on->rec->kind, step->on->id, step->pair->action))
			step->by = NULL;
		else if (step->pair->action->flags & FOUR_EYES)
			answer(d, step, asked_of(d, step->pair)->declined);
		else
			arrived(d, step);
	}
	hall_sync(&d->hall);
	for (size_t i = 0; i < d->nsteps; i++)
		if (d->step[i].by && d->step[i].pair->action->flags & FOUR_EYES)
			settle_answer(d, &d->step[i]);
}

/* Those that were declined are planned once more. */
static void keep_declined(struct day *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->nsteps; i++)
		if (d->step[i].by && d->step[i].checker && !d->step[i].confirmed) {
			d->step[i].checker = NULL;
			d->step[kept++] = d->step[i];
		}
	d->nsteps = kept;
}

/* Contracts are drawn up from templates, so these are left alone until nothing else is missing, or for long enough. */
static bool templates_too(struct day *d, size_t round)
{
	for (size_t i = 0; i < d->walk.npairs && round < TEMPLATES_FROM; i++) {
		const struct pair *p = &d->walk.pair[i];

		if (p->meant && !p->taken && !(p->action->flags & LOCAL) && walk_takes(p->rec) && strcmp(p->rec->kind, "contract_template") != 0)
			return false;
	}
	return true;
}

static void round_of_decisions(struct day *d, size_t round)
{
	bool templates = templates_too(d, round);

	words_open(round % 2 ? "zh_CN" : "en");
	d->nsteps = 0;
	for (size_t i = 0; i < d->walk.npairs; i++)
		d->asked[i].planned = 0;
	hall_sync(&d->hall);
	for (size_t s = 0; s < d->hall.nseats; s++)
		for (size_t i = 0; i < d->walk.nitems; i++)
			if (may_look(&d->hall.seat[s], d->walk.item[i].rec))
				refuse(d, &d->hall.seat[s], &d->walk.item[i]);
	for (size_t i = 0; i < d->walk.nitems; i++)
		if (templates || strcmp(d->walk.item[i].rec->kind, "contract_template") != 0)
			plan(d, &d->walk.item[i]);
	carry_out(d);
	keep_declined(d);
	carry_out(d);
}

static size_t through(const struct day *d, const char *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < d->walk.nitems; i++)
		n += d->walk.item[i].through && !strcmp(d->walk.item[i].rec->kind, kind);
	return n;
}

static void every_transition_by_keys(void **state)
{
	struct day *d = *state;
	struct walk *w = &d->walk;
	size_t idle = 0;

	walk_cast_all(w, MERCHANTS, USERS, OTHERS);
	for (size_t round = 0; round < ROUNDS && idle < PATIENCE && walk_missing(w, false); round++) {
		size_t before = walk_missing(w, false);

		if (round % 5 == 0)
			walk_belonging(w);
		round_of_decisions(d, round);
		walk_others_move(w);
		idle = walk_missing(w, false) < before ? 0 : idle + 1;
	}
	print_message("%zu records: %zu decisions by keys taken, %zu declined by the second, %zu came back; %zu refusals of a key and %zu of a form shown\n",
		      w->nitems, d->taken, d->declined, d->came_back, d->refused, d->complained);
	print_message("%zu customers, %zu merchants went through\n", through(d, "user"), through(d, "merchant"));
	words_open("en");
	assert_int_equal(walk_missing(w, true), 0);
	assert_true(through(d, "user") >= USERS);
	assert_true(through(d, "merchant") >= MERCHANTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_transition_by_keys, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
