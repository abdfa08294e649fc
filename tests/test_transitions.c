/* Every transition of the reviewers' desks and every refusal, over the synthetic institution: twenty merchants and fifty customers, with all
 * that belongs to them, are walked through the tables of actions by people of every role. What is tried is signed and sent to the core
 * over HTTPS; a refused command says why and changes nothing, an accepted one leads where the table says.
 *
 * Nothing here knows what a merchant is: a kind that comes later is walked through as well, and a transition that nobody reached fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/deed.h"
#include "core/effect.h"
#include "core/ident.h"
#include "core/text.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "sync/paycore/reviews.h"
#include "tests/check.h"
#include "tests/sandbox.h"

enum { MERCHANTS = 20, USERS = 50, OTHERS = 40 /* of every other kind, of every state some */, BELONGING = 2000, PAIRS = 1000, EACH = 2 /* persons of a role */, PEOPLE = 24, ROUNDS = 60, ENOUGH = 40, ENDINGS = 3, DRAFTS = 6, LATER = 12, HINDRANCES = HINDRANCE_PROPOSED + 1 };

/* An action of a kind in a state of its records. */
struct pair {
	const struct record *rec;
	const struct action *action;
	int state;
	bool meant;                        /* the table lets it begin there */
	bool refused[HINDRANCES];
	size_t tried, taken;
	char last[560];                    /* why it was not accepted */
};
struct walk {
	struct sandbox sb;
	struct raw_desk desk;
	struct person people[PEOPLE];
	size_t npeople;
	struct { const struct record *rec; char id[RECORD_ID_MAX + 1]; } *item;
	size_t nitems;
	struct pair *pair;
	size_t npairs, sent, turned_down;
	struct chance chance;
	struct told told;
};

/* ---- the cast ---- */
static void hire(struct walk *w)
{
	for (size_t i = 0; i < nroles; i++)
		for (int k = 0; k < EACH; k++) {
			struct person *p = &w->people[w->npeople];
			char name[40];

			assert_true(w->npeople < PEOPLE);
			snprintf(name, sizeof name, "%s%d", roles[i].name, k + 1);
			person_make(p, &w->desk, name, roles[i].name, (uint8_t)(31 + w->npeople), w->sb.clock - 1000);
			person_show(&w->sb, &w->desk, p);
			w->npeople++;
		}
}

static void add_item(struct walk *w, const struct record *rec, const char *id)
{
	for (size_t i = 0; i < w->nitems; i++)
		if (w->item[i].rec == rec && !strcmp(w->item[i].id, id))
			return;
	assert_true(w->nitems < BELONGING);
	w->item[w->nitems].rec = rec;
	snprintf(w->item[w->nitems++].id, sizeof w->item->id, "%s", id);
}

struct picking { struct walk *w; size_t most, n, in_state[STATES_MAX]; size_t per_state; const char *field, *of; };

static enum code pick(void *ctx, struct item *it, struct err *err)
{
	struct picking *p = ctx;
	int state = item_state(it);

	(void)err;
	if (p->of && strcmp(item_text(it, p->field), p->of) != 0)
		return E_OK;
	if (p->n < p->most && state >= 0 && p->in_state[state] < p->per_state) {
		p->in_state[state]++;
		p->n++;
		add_item(p->w, it->rec, item_id(it));
	}
	return E_OK;
}

static void pick_from(struct walk *w, const struct record *rec, struct picking *p)
{
	struct table table = record_table(rec);
	struct query q = { .table = &table, .order = { { "id", false } }, .norder = 1 };

	p->w = w;
	assert_ok(item_each(institution_db(w->sb.in), rec, &q, pick, p, &w->sb.err), w->sb.err);
}

/* So many of a kind, of every state some; then whatever points to one of them. */
static void cast_of(struct walk *w, const char *kind, size_t most, size_t per_state)
{
	struct picking p = { .most = most, .per_state = per_state };

	pick_from(w, record_find(kind), &p);
	p = (struct picking){ .most = most - p.n, .per_state = most };
	pick_from(w, record_find(kind), &p); /* the same again are added once */
}

static bool walked(const struct record *rec)
{
	return !(rec->flags & RECORD_OWN) && rec->nactions && strcmp(rec->kind, "proposal") != 0;
}

static void pick_belonging(struct walk *w)
{
	size_t known = w->nitems;

	for (size_t r = 0; r < nrecords; r++)
		for (size_t f = 0; walked(records[r]) && f < records[r]->nfields; f++)
			for (size_t i = 0; i < known; i++) {
				const struct field *field = &records[r]->fields[f];
				struct picking p = { .most = 3, .per_state = 1, .field = field->column.name, .of = w->item[i].id };
				struct table table = record_table(records[r]);
				const struct cond of = { .op = COND_EQ, .column = field->column.name, .value = value_text(w->item[i].id) };
				struct query q = { .table = &table, .where = of };

				if (field->type != FIELD_REF || !field->ref_kind || strcmp(field->ref_kind, w->item[i].rec->kind) != 0)
					continue;
				p.w = w;
				assert_ok(item_each(institution_db(w->sb.in), records[r], &q, pick, &p, &w->sb.err), w->sb.err);
			}
}

static int setup(void **state)
{
	struct walk *w = mem_alloc(sizeof *w);

	sandbox_make(&w->sb);
	assert_ok(fill(w->sb.in, "demo", 7, &w->sb.err), w->sb.err);
	raw_desk_make(&w->desk, 1);
	raw_desk_join(&w->sb, &w->desk, "all", "all");
	hire(w);
	w->item = mem_alloc(BELONGING * sizeof *w->item);
	w->pair = mem_alloc(PAIRS * sizeof *w->pair);
	w->chance.state = 7;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct walk *w = *state;

	sandbox_remove(&w->sb);
	free(w->item);
	free(w->pair);
	free(w);
	return 0;
}

/* ---- one command ---- */
static struct pair *pair_of(struct walk *w, const struct record *rec, const struct action *a, int state)
{
	for (size_t i = 0; i < w->npairs; i++)
		if (w->pair[i].rec == rec && w->pair[i].action == a && w->pair[i].state == state)
			return &w->pair[i];
	assert_true(w->npairs < PAIRS);
	w->pair[w->npairs] = (struct pair){ .rec = rec, .action = a, .state = state, .meant = (a->from & IN(state)) != 0 };
	return &w->pair[w->npairs++];
}

static const char *another_card(struct pool *keep)
{
	static int64_t number;
	char text[40];

	snprintf(text, sizeof text, "620000%012lld", (long long)++number);
	assert_true(ident_luhn_complete(text, 18));
	return pool_strdup(keep, text);
}

/* What a form could be filled in with: what stands there, where nobody checks what is written; attempt: another of what there is. */
static const char *sample(const struct item *now, const struct field *f, size_t attempt, struct pool *keep)
{
	static const char *const numbers[] = { "38", "60", "1", "100", "0" };
	static const struct { enum field_type type; const char *text; } plain[] = {
		{ FIELD_MONEY, "1000.00" }, { FIELD_DATE, "2027-01-15" }, { FIELD_TIME, "2027-01-15 10:00" }, { FIELD_FLAG, "1" }, { FIELD_MCC, "5411" },
	};
	static const char *const texts[] = { "样本 SPECIMEN", "15400000000", "110101199003070038" };
	size_t n = 0;

	if (f->type == FIELD_CHOICE || f->type == FIELD_CHOICES) {
		while (f->choices[n].name)
			n++;
		return f->choices[attempt % n].name;
	}
	if (f->type == FIELD_INT)
		return numbers[attempt % COUNT(numbers)];
	if (f->type == FIELD_TEXT && !f->check && *item_text(now, f->column.name))
		return item_text(now, f->column.name);
	for (size_t i = 0; i < COUNT(plain); i++)
		if (plain[i].type == f->type)
			return plain[i].text;
	if (f->check == ident_bank_card)
		return another_card(keep);
	for (size_t i = 0; f->check && i < COUNT(texts); i++)
		if (!f->check(texts[i]))
			return texts[i];
	return texts[0];
}

static struct judge judge_of(struct walk *w, const struct item *now, const struct action *a, const struct actor *who, const struct command *c)
{
	return (struct judge){ .db = institution_db(w->sb.in), .now = now, .action = a, .who = who, .when = w->sb.clock, .reason = c ? c->reason : "",
			       .input = c ? c->input : NULL, .ninput = c ? c->ninput : 0 };
}

static void sign_as(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	sign_make(sig, NULL, data, n, ((struct person *)ctx)->seed);
}

/* A right command by this person, filled in and with its deed, not signed yet. c: initialised. */
static void write_down(struct walk *w, struct command *c, struct person *p, const struct item *now, const struct action *a, size_t attempt)
{
	struct actor who;
	struct judge j;

	actor_from_cert(&who, &p->cert, w->desk.root);
	order(&w->sb, &w->desk, c, p, now->rec->kind, item_id(now), a->id, a->flags & REASON ? "样本：逐项走一遍" : "");
	for (size_t i = 0; a->inputs && a->inputs[i]; i++)
		c->input[c->ninput++] = (struct input){ a->inputs[i], sample(now, &now->rec->fields[record_field(now->rec, a->inputs[i])], attempt, &c->pool) };
	j = judge_of(w, now, a, &who, c);
	if (deed_wanted(&j)) {
		AUTO(buf_release) struct buf deed = BUF_INIT;
		struct minisigner by = { sign_as, p, { 0 } };

		memcpy(by.key, p->cert.key, KEY_BYTES);
		if (!deed_make(&deed, &j, &by, &w->sb.err))
			c->input[c->ninput++] = (struct input){ DEED_INPUT, pool_strdup(&c->pool, deed.data) };
	}
}

static const char *dispatch(struct walk *w, struct command *c, struct person *p)
{
	order_sign(c, p);
	send_order(&w->sb, &w->desk, c, &w->told);
	w->sent++;
	return w->told.result;
}

/* The core turns it down in these words (NULL: in any), and the record is as it was. */
static void is_refused(struct walk *w, struct command *c, struct person *p, const char *result, const char *why)
{
	int64_t before, after;
	char state[2][40];

	stands(&w->sb, c->kind, c->record, state[0], &before);
	dispatch(w, c, p);
	stands(&w->sb, c->kind, c->record, state[1], &after);
	if (strcmp(w->told.result, result) != 0 || (why && strcmp(w->told.reason, why) != 0) || !*w->told.reason)
		fail_msg("%s on %s %s (%s) by %s: %s, \"%s\"; expected %s, \"%s\"", c->action, c->kind, c->record, state[0], p->cert.name, w->told.result,
			 w->told.reason, result, why ? why : "");
	assert_int_equal(before, after);
	assert_string_equal(state[0], state[1]);
	w->turned_down++;
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
static void spoil(struct walk *w, struct person *p, const struct item *now, const struct action *a, size_t attempt)
{
	enum { NO_REASON, NO_INPUT, STRANGE_INPUT, STALE, UNSEEN, TOO_OLD, SPOILS };

	for (int what = 0; what < SPOILS; what++) {
		AUTO(command_release) struct command c;

		command_init(&c);
		write_down(w, &c, p, now, a, attempt);
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
		is_refused(w, &c, p, what == STALE || what == UNSEEN ? "conflict" : "rejected", NULL);
	}
}

/* ---- four eyes ---- */
static bool answer(struct walk *w, const char *proposal, const char *verb, const struct person *maker)
{
	const struct action *a = record_action(record_find("proposal"), verb);

	for (size_t i = 0; i < w->npeople; i++) {
		AUTO(item_release) struct item now = { 0 };
		AUTO(command_release) struct command c;
		struct actor who;
		struct judge j;

		assert_ok(item_load(&now, institution_db(w->sb.in), record_find("proposal"), proposal, &w->sb.err), w->sb.err);
		actor_from_cert(&who, &w->people[i].cert, w->desk.root);
		j = judge_of(w, &now, a, &who, NULL);
		command_init(&c);
		write_down(w, &c, &w->people[i], &now, a, 0);
		if (action_possible(&j, &w->sb.err))
			is_refused(w, &c, &w->people[i], "rejected", w->sb.err.msg);
		else if (&w->people[i] != maker && !strcmp(dispatch(w, &c, &w->people[i]), "accepted"))
			return true;
	}
	return false;
}

/* ---- one step ---- */
static bool arrived(struct walk *w, struct pair *p, const struct item *was)
{
	char state[40];
	int64_t version;

	stands(&w->sb, was->rec->kind, item_id(was), state, &version);
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
static bool propose(struct walk *w, struct pair *p, const struct item *now, struct person *who, struct command *c, size_t attempt)
{
	AUTO(command_release) struct command again;
	char state[40];
	int64_t version;

	assert_true(answer(w, c->id, "decline", NULL));
	stands(&w->sb, now->rec->kind, item_id(now), state, &version);
	assert_int_equal(version, item_version(now));
	command_init(&again);
	write_down(w, &again, who, now, p->action, attempt);
	assert_string_equal(dispatch(w, &again, who), "accepted");
	if (answer(w, again.id, "confirm", who))
		return arrived(w, p, now);
	snprintf(p->last, sizeof p->last, "nobody may confirm: %s", w->told.reason);
	answer(w, again.id, "decline", NULL);
	return false;
}

static bool take(struct walk *w, struct pair *p, const struct item *now, struct person *who)
{
	enum { ATTEMPTS = 12 };
	struct actor actor;

	actor_from_cert(&actor, &who->cert, w->desk.root);
	for (size_t attempt = 0; attempt < ATTEMPTS; attempt++) {
		AUTO(command_release) struct command c;
		AUTO(item_release) struct item after = { 0 };
		struct judge j;
		bool proposes;

		command_init(&c);
		write_down(w, &c, who, now, p->action, attempt);
		j = judge_of(w, now, p->action, &actor, &c);
		if (action_decide(&j, &after, &proposes, &w->sb.err)) {
			snprintf(p->last, sizeof p->last, "%s", w->sb.err.msg);
			if (attempt == 0)
				is_refused(w, &c, who, "rejected", w->sb.err.msg);
			continue;
		}
		if (!p->taken)
			spoil(w, who, now, p->action, attempt);
		if (!strcmp(dispatch(w, &c, who), "accepted"))
			return p->action->flags & FOUR_EYES ? propose(w, p, now, who, &c, attempt) : arrived(w, p, now);
		snprintf(p->last, sizeof p->last, "%s", w->told.reason); /* by its effect */
		w->turned_down++;
	}
	return false;
}

/* The rarest first; of these what leaves the record where it is. Some chance keeps records from taking turns, each always at the same. */
static size_t rank(struct walk *w, const struct pair *p)
{
	return p->tried ? p->tried * 2 + 2 + (size_t)chance_between(&w->chance, 0, 9) : p->action->to != STATE_STAY;
}

static bool ends(const struct record *rec, const struct action *action)
{
	for (size_t a = 0; action->to != STATE_STAY && a < rec->nactions; a++)
		if (rec->actions[a].from & IN(action->to) && !(rec->actions[a].flags & REMARK))
			return false;
	return action->to != STATE_STAY;
}

/* What ends the work on a record is done a few times only, so that there are records left. */
static size_t enough(const struct pair *p)
{
	return ends(p->rec, p->action) ? ENDINGS : ENOUGH;
}

/* An ending waits until the ways on from there were gone by somebody. */
static bool waits(struct walk *w, const struct pair *p)
{
	for (size_t i = 0; ends(p->rec, p->action) && i < w->npairs; i++) {
		const struct pair *on = &w->pair[i];

		if (on->rec == p->rec && on->state == p->state && on->meant && !on->taken && on->action->to != STATE_STAY && !ends(on->rec, on->action))
			return true;
	}
	return false;
}

/* Everybody tries everything: whoever may not is told so once for each reason that there is. The rarest of what is possible is done. */
static bool step(struct walk *w, const struct record *rec, const char *id)
{
	AUTO(item_release) struct item now = { 0 };
	struct pair *best = NULL;
	struct person *by = NULL;
	size_t least = SIZE_MAX, place;

	if (item_load(&now, institution_db(w->sb.in), rec, id, &w->sb.err) || item_state(&now) < 0)
		return false;
	for (size_t a = 0; a < rec->nactions; a++) {
		struct pair *p = pair_of(w, rec, &rec->actions[a], item_state(&now));

		for (size_t i = 0; !(rec->actions[a].flags & LOCAL) && i < w->npeople; i++) {
			struct actor who;
			struct judge j;
			enum hindrance h;

			actor_from_cert(&who, &w->people[i].cert, w->desk.root);
			j = judge_of(w, &now, p->action, &who, NULL);
			h = action_hindrance(&j, &w->sb.err);
			if (h == HINDRANCE_NONE && best != p && !waits(w, p) && (place = rank(w, p)) < least)
				best = p, by = &w->people[i], least = place;
			if (h != HINDRANCE_NONE && !p->refused[h]) {
				AUTO(command_release) struct command c;
				char why[sizeof w->sb.err.msg];

				snprintf(why, sizeof why, "%s", w->sb.err.msg);
				command_init(&c);
				write_down(w, &c, &w->people[i], &now, p->action, 0);
				is_refused(w, &c, &w->people[i], "rejected", why);
				p->refused[h] = true;
				if (h == HINDRANCE_RULE || h == HINDRANCE_CHECK)
					snprintf(p->last, sizeof p->last, "%s", why);
			}
		}
	}
	if (!best || best->taken >= enough(best))
		return false;
	best->tried++;
	return take(w, best, &now, by);
}

/* ---- what is not the desk's: customers and merchants answer, time passes ---- */
static void put(struct walk *w, const struct item *it)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, w->sb.in, &w->sb.err), w->sb.err);
	assert_ok(changes_put(&ch, it, &w->sb.err), w->sb.err);
	assert_ok(changes_commit(&ch, &w->sb.err), w->sb.err);
}

/* One of the active customers has taken out all the money. */
static void money_leaves(struct walk *w)
{
	for (size_t i = 0; i < w->nitems; i++) {
		AUTO(item_release) struct item it = { 0 };

		if (w->item[i].rec != record_find("user"))
			continue;
		assert_ok(item_load(&it, institution_db(w->sb.in), w->item[i].rec, w->item[i].id, &w->sb.err), w->sb.err);
		if (strcmp(item_text(&it, "state"), "active") != 0 || !item_int(&it, "balance"))
			continue;
		item_set(&it, "balance", value_int(0));
		effect_touch(&it, NULL, w->sb.clock);
		put(w, &it);
		return;
	}
}

static void reviews_follow(struct walk *w)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, w->sb.in, &w->sb.err), w->sb.err);
	assert_ok(reviews_run(&ch, w->sb.clock, &w->sb.err), w->sb.err);
	assert_ok(changes_commit(&ch, &w->sb.err), w->sb.err);
}

static void others_move(struct walk *w)
{
	int64_t head;

	reviews_follow(w);
	money_leaves(w);
	for (int i = 0; i < 10; i++)
		assert_ok(live_step(w->sb.in, &w->chance, &head, &w->sb.err), w->sb.err);
	for (size_t i = 0; i < w->nitems; i++) {
		AUTO(item_release) struct item it = { 0 };
		char state[40];

		if (strcmp(w->item[i].rec->kind, "contract") != 0)
			continue;
		stands(&w->sb, "contract", w->item[i].id, state, NULL);
		if (strcmp(state, "issued") != 0)
			continue;
		assert_ok(item_load(&it, institution_db(w->sb.in), w->item[i].rec, w->item[i].id, &w->sb.err), w->sb.err);
		assert_ok(contracts_answer(w->sb.in, &it, i % 4 ? CONTRACT_SIGN : CONTRACT_DECLINE, w->sb.clock, &w->sb.err), w->sb.err);
		put(w, &it);
	}
}

static size_t missing(struct walk *w, bool say)
{
	size_t n = 0;

	for (size_t r = 0; r < nrecords; r++)
		for (size_t a = 0; walked(records[r]) && a < records[r]->nactions; a++)
			for (size_t s = 0; s < records[r]->nstates; s++) {
				const struct action *action = &records[r]->actions[a];
				struct pair *p = pair_of(w, records[r], action, (int)s);

				if (!p->meant || p->taken || action->flags & LOCAL)
					continue;
				if (say)
					print_message("never taken: %s of %s in %s (tried %zu); %s\n", action->id, records[r]->kind, records[r]->states[s].name, p->tried, p->last);
				n++;
			}
	return n;
}

/* Whether nothing can be done there but to say something. */
static bool only_remarks(const struct record *rec, size_t state)
{
	for (size_t a = 0; a < rec->nactions; a++)
		if (!(rec->actions[a].flags & REMARK) && rec->actions[a].from & IN(state))
			return false;
	return true;
}

/* The core has moved one of them where nobody has come yet. */
static void strew(struct walk *w, const struct record *rec)
{
	for (size_t s = 0; s < rec->nstates; s++) {
		AUTO(item_release) struct item found = { 0 };
		size_t n[STATES_MAX] = { 0 };

		for (size_t i = 0; i < w->nitems; i++) {
			AUTO(item_release) struct item it = { 0 };

			if (w->item[i].rec != rec)
				continue;
			assert_ok(item_load(&it, institution_db(w->sb.in), rec, w->item[i].id, &w->sb.err), w->sb.err);
			n[item_state(&it)]++;
			if (n[item_state(&it)] > 1 && !found.rec)
				item_copy(&found, &it);
		}
		if (found.rec && !n[s] && rec->states[s].core && only_remarks(rec, s)) {
			effect_touch(&found, rec->states[s].name, w->sb.clock);
			put(w, &found);
		}
	}
}

/* What only the core moves is there in every state; some terminals are bound to another account; and there are more drafts of each
 * template than are used up. */
static void prepare(struct walk *w)
{
	for (size_t i = 0; i < w->nitems; i++) {
		const struct record *rec = w->item[i].rec;
		AUTO(item_release) struct item it = { 0 };

		assert_ok(item_load(&it, institution_db(w->sb.in), rec, w->item[i].id, &w->sb.err), w->sb.err);
		if (!strcmp(rec->kind, "terminal") && i % 2) {
			effect_touch(&it, NULL, w->sb.clock);
			item_set(&it, "settlement_card", value_text("6200000000000000000"));
			put(w, &it);
		} else if (!strcmp(rec->kind, "contract_template")) {
			for (int k = 0; k < DRAFTS; k++) {
				char id[RECORD_ID_MAX + 1];

				snprintf(id, sizeof id, "%.40s.%d", w->item[i].id, k);
				item_set(&it, "id", value_text(id));
				item_set(&it, "edition", value_int(100 + k));
				item_set(&it, "state", value_text("draft"));
				put(w, &it);
			}
		}
	}
	cast_of(w, "contract_template", 100, 100);
	cast_of(w, "merchant_review", 100, 100); /* most of what is done to one ends it */
	for (size_t r = 0; r < nrecords; r++)
		if (walked(records[r]))
			strew(w, records[r]);
}

static void every_transition_and_every_refusal(void **state)
{
	struct walk *w = *state;
	size_t idle = 0;

	cast_of(w, "merchant", MERCHANTS, 1);
	cast_of(w, "user", USERS, 6);
	for (size_t r = 0; r < nrecords; r++)
		if (walked(records[r]))
			cast_of(w, records[r]->kind, OTHERS, 8);
	prepare(w);
	for (size_t round = 0; round < ROUNDS && idle < LATER && missing(w, false); round++) {
		size_t before = missing(w, false);

		if (round % 5 == 0)
			pick_belonging(w);
		for (size_t i = 0; i < w->nitems; i++) {
			w->sb.clock += 1000;
			if (round >= LATER || strcmp(w->item[i].rec->kind, "contract_template") != 0) /* others need them */
				step(w, w->item[i].rec, w->item[i].id);
		}
		others_move(w);
		idle = missing(w, false) < before ? 0 : idle + 1;
	}
	print_message("%zu records, %zu commands, %zu of them refused\n", w->nitems, w->sent, w->turned_down);
	assert_int_equal(missing(w, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_transition_and_every_refusal, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
