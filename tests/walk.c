#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/values/ident.h"
#include "core/values/money.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "sync/paycore/reviews.h"
#include "tests/check.h"

enum { BELONGING = 2000, ENOUGH = 60, REMARKS = 12, ENDINGS = 3, DRAFTS = 6 };

void walk_begin(struct walk *w)
{
	sandbox_make(&w->sb);
	assert_ok(fill(w->sb.in, "demo", 7, &w->sb.err), w->sb.err);
	w->item = mem_alloc(BELONGING * sizeof *w->item);
	w->pair = mem_alloc(PAIRS_MAX * sizeof *w->pair);
	w->chance.state = 7;
}

void walk_end(struct walk *w)
{
	sandbox_remove(&w->sb);
	free(w->item);
	free(w->pair);
}

/* ---- which ---- */
/* false: it is there already. */
static bool add_item(struct walk *w, const struct record *rec, const char *id)
{
	for (size_t i = 0; i < w->nitems; i++)
		if (w->item[i].rec == rec && !strcmp(w->item[i].id, id))
			return false;
	assert_true(w->nitems < BELONGING);
	w->item[w->nitems].rec = rec;
	snprintf(w->item[w->nitems++].id, sizeof w->item->id, "%s", id);
	return true;
}

struct picking { struct walk *w; size_t most, n, in_state[STATES_MAX]; size_t per_state; const char *field, *of; };

static enum code pick(void *ctx, struct item *it, struct err *err)
{
	struct picking *p = ctx;
	int state = item_state(it);

	(void)err;
	if (p->of && strcmp(item_text(it, p->field), p->of) != 0)
		return E_OK;
	if (p->n < p->most && state >= 0 && p->in_state[state] < p->per_state && (add_item(p->w, it->rec, item_id(it)) || p->of)) {
		p->in_state[state]++;
		p->n++;
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

void walk_cast(struct walk *w, const char *kind, size_t most, size_t per_state)
{
	struct picking p = { .most = most, .per_state = per_state };

	pick_from(w, record_find(kind), &p);
}

/* The rest of any state, until there are so many. */
static void cast_up_to(struct walk *w, const char *kind, size_t n)
{
	size_t have = 0;

	for (size_t i = 0; i < w->nitems; i++)
		have += !strcmp(w->item[i].rec->kind, kind);
	if (have < n)
		walk_cast(w, kind, n - have, n);
}

bool walk_takes(const struct record *rec)
{
	return !(rec->flags & RECORD_OWN) && rec->nactions && strcmp(rec->kind, "proposal") != 0;
}

void walk_belonging(struct walk *w)
{
	size_t known = w->nitems;

	for (size_t r = 0; r < nrecords; r++)
		for (size_t f = 0; walk_takes(records[r]) && f < records[r]->nfields; f++)
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

/* ---- what was tried ---- */
struct pair *walk_pair(struct walk *w, const struct record *rec, const struct action *a, int state)
{
	for (size_t i = 0; i < w->npairs; i++)
		if (w->pair[i].rec == rec && w->pair[i].action == a && w->pair[i].state == state)
			return &w->pair[i];
	assert_true(w->npairs < PAIRS_MAX);
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
const char *walk_sample(const struct item *now, const struct field *f, size_t attempt, struct pool *keep)
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
	if (f->type == FIELD_INT && f->decimals) { /* as it is, or a little more */
		AUTO(buf_release) struct buf shown = BUF_INIT;

		money_format(&shown, item_int(now, f->column.name) + (int64_t)attempt, &(struct currency){ .digits = f->decimals }, MONEY_PLAIN);
		return pool_strdup(keep, shown.data);
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

struct judge walk_judge(struct walk *w, const struct item *now, const struct action *a, const struct actor *who, const char *reason,
			const struct input *input, size_t ninput)
{
	return (struct judge){ .db = institution_db(w->sb.in), .now = now, .action = a, .who = who, .when = w->sb.clock, .reason = reason,
			       .input = input, .ninput = ninput };
}

/* The rarest first; of these what leaves the record where it is. Some chance keeps records from taking turns, each always at the same. */
size_t walk_rank(struct walk *w, const struct pair *p)
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

/* Somebody still has to come by where it leads to. */
static bool wanted(struct walk *w, const struct pair *p)
{
	for (size_t a = 0; a < p->rec->nactions; a++)
		if (p->rec->actions[a].from & IN(p->action->to) && !walk_pair(w, p->rec, &p->rec->actions[a], p->action->to)->taken)
			return true;
	return false;
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

bool walk_open(struct walk *w, const struct pair *p, size_t planned)
{
	size_t enough = p->action->flags & REMARK ? REMARKS : !ends(p->rec, p->action) ? ENOUGH : wanted(w, p) ? 4 * ENDINGS : ENDINGS;

	return !(p->action->flags & LOCAL) && p->taken + planned < enough && !waits(w, p);
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

void walk_others_move(struct walk *w)
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
		if (strcmp(state, "issued") != 0 || chance_between(&w->chance, 0, 1)) /* some take their time */
			continue;
		assert_ok(item_load(&it, institution_db(w->sb.in), w->item[i].rec, w->item[i].id, &w->sb.err), w->sb.err);
		assert_ok(contracts_answer(w->sb.in, &it, i % 4 ? CONTRACT_SIGN : CONTRACT_DECLINE, w->sb.clock, &w->sb.err), w->sb.err);
		put(w, &it);
	}
}

size_t walk_missing(struct walk *w, bool say)
{
	size_t n = 0;

	for (size_t r = 0; r < nrecords; r++)
		for (size_t a = 0; walk_takes(records[r]) && a < records[r]->nactions; a++)
			for (size_t s = 0; s < records[r]->nstates; s++) {
				const struct action *action = &records[r]->actions[a];
				struct pair *p = walk_pair(w, records[r], action, (int)s);

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
/* The first contract with a merchant that waits to go live was voided: it takes another one. */
static void void_contract(struct walk *w, const struct item *merchant)
{
	AUTO(item_release) struct item it = { 0 };
	char id[RECORD_ID_MAX + 1];
	struct err none;

	snprintf(id, sizeof id, "C%.40s-1", item_id(merchant) + 1);
	if (strcmp(item_text(merchant, "state"), "configuring") != 0 || item_load(&it, institution_db(w->sb.in), record_find("contract"), id, &none))
		return;
	effect_touch(&it, "void", w->sb.clock);
	put(w, &it);
}

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
		} else if (!strcmp(rec->kind, "merchant") && i % 2) {
			void_contract(w, &it);
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
	walk_cast(w, "contract_template", 100, 100);
	walk_cast(w, "merchant_review", 100, 100); /* most of what is done to one ends it */
	for (size_t r = 0; r < nrecords; r++)
		if (walk_takes(records[r]))
			strew(w, records[r]);
}

void walk_cast_all(struct walk *w, size_t merchants, size_t users, size_t others)
{
	walk_cast(w, "merchant", merchants, 1);
	cast_up_to(w, "merchant", merchants);
	walk_cast(w, "user", users, 6);
	cast_up_to(w, "user", users);
	for (size_t r = 0; r < nrecords; r++)
		if (walk_takes(records[r]))
			walk_cast(w, records[r]->kind, others, 8);
	prepare(w);
}
