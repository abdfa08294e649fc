#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "tui/desktop/parts.h"
#include "tui/editor.h"
#include "tui/help.h"
#include "tui/panes.h"
#include "tui/words.h"


const struct item *desktop_item(const struct desktop *d)
{
	if (d->focus == FOCUS_ITEM && d->card)
		return card_item(d->card);
	return d->focus == FOCUS_LIST && d->list ? list_current(d->list) : NULL;
}

/* What others wait for leaves at once: a claim that is held would be no claim. */
int64_t desktop_hold_of(const struct desktop *d, const struct action *a)
{
	if (d->tour.on)
		return HOLD_MAX_MS; /* what is claimed to see how it goes is taken back */
	return a->flags & (LOCAL | NEXT) ? 0 : d->hold_ms;
}

static void say_outcome(struct desktop *d, const struct action *a, const struct outcome *o)
{
	char key[32];

	key_label(keymap_key(d->sh->keys, REQ_UNDO), key);
	if (desktop_hold_of(d, a))
		desktop_sayf(d, ROLE_PENDING, o->proposed ? _("%s: proposed; leaves in %lld s, %s takes it back; then it waits under Approvals for another person") :
				_("%s: signed; leaves in %lld s, %s takes it back"), _(a->label), (long long)(desktop_hold_of(d, a) / 1000), key);
	else if (o->proposed)
		desktop_sayf(d, ROLE_PENDING, _("%s: proposed; it waits under Approvals for another person"), _(a->label));
	else if (a->flags & LOCAL)
		desktop_sayf(d, ROLE_GOOD, _("%s: done"), _(a->label));
	else
		desktop_sayf(d, ROLE_PENDING, _("%s: signed and queued; effective when the core says so"), _(a->label));
}

/* What was decided anew leaves the outbox; if it cannot, it stays there to be seen. */
static void drop_redone(struct desktop *d)
{
	struct outcome outcome;
	struct err err = { 0 };

	if (!*d->redone)
		return;
	if (!action_run(d->sh->desk, &(struct request){ .kind = "outbox", .id = d->redone, .action = "discard", .version = -1 }, &outcome, &err))
		d->focus = FOCUS_LIST; /* nothing of it is left to be looked at */
	*d->redone = '\0';
}

/* What this person decides is no news to them when they open the record again. */
static void learn(struct desktop *d, const struct item *before)
{
	AUTO(opened_release) struct opened known = { 0 };
	AUTO(item_release) struct item after = { 0 };
	const struct item *shown = d->card ? card_item(d->card) : NULL;

	if (!before->rec || desk_load(d->sh->desk, before->rec->kind, item_id(before), &after, NULL) ||
	    opened_recall(d->sh->desk, &d->seen, before->rec, item_id(before), &known, NULL) || !known.it.rec)
		return;
	opened_learn(&known, before, &after);
	opened_note(&d->seen, &known.it, known.at);
	if (shown && shown->rec == before->rec && strcmp(item_id(shown), item_id(before)) == 0)
		card_learn(d->card, before, &after);
}

enum code desktop_decide(struct desktop *d, const struct request *asked, const struct action *a, enum wish *wish, struct err *err)
{
	AUTO(item_release) struct item before = { 0 };
	struct request r = *asked;
	struct outcome outcome;

	*wish = WISH_NONE;
	r.hold_ms = desktop_hold_of(d, a);
	if (d->tour.on && *d->tour.claim)
		return fail(err, E_STATE, N_("one claim is enough for the tour; take it back first"));
	desk_load(d->sh->desk, r.kind, r.id, &before, NULL); /* action_run says it if it is not there */
	if (action_run(d->sh->desk, &r, &outcome, err))
		return err->code;
	learn(d, &before);
	drop_redone(d);
	if (d->tour.on)
		memcpy(d->tour.claim, outcome.command, sizeof d->tour.claim);
	desktop_reload(d);
	say_outcome(d, a, &outcome);
	if (!(a->flags & LOCAL))
		*wish = r.hold_ms ? WISH_HELD : WISH_SYNC;
	return E_OK;
}

/* The action of a command, as people call it. */
static const char *verb_label(const struct undone *u)
{
	const struct record *rec = record_find(u->kind);
	const struct action *a = rec ? record_action(rec, u->action) : NULL;

	return a ? _(a->label) : u->action;
}

struct undoing {
	struct work work;
	struct undone undone;
	enum code code;
	struct err err;
};

/* Whoever has pressed the key means it: nothing stops it any more. */
static void run_undo(struct work *w, struct desk *d)
{
	struct undoing *u = (struct undoing *)w;

	work_settle(w, d);
	u->code = desk_undo(d, &u->undone, &u->err);
}

static void free_undo(struct work *w)
{
	free(w);
}

static void take_undone(struct desktop *d, const struct undoing *u)
{
	const struct undone *it = &u->undone;

	if (u->code) {
		desktop_say(d, u->code == E_NOTFOUND ? ROLE_INFO : ROLE_WARNING, u->err.msg);
		return;
	}
	desktop_reload(d);
	if (it->late)
		desktop_sayf(d, ROLE_WARNING, _("taken back: %s on %zu records; %zu had left already"), verb_label(it), it->n, it->late);
	else if (it->n > 1)
		desktop_sayf(d, ROLE_GOOD, _("taken back: %s on %zu records; they never left, the journal keeps it"), verb_label(it), it->n);
	else
		desktop_sayf(d, ROLE_GOOD, _("taken back: %s on %s; it never left, the journal keeps it"), verb_label(it), it->record);
}

/* With all that was signed together with it. */
enum wish desktop_undo(struct desktop *d)
{
	struct undoing *u;
	struct held held = { 0 };

	if (d->worker && worker_busy(d->worker, WORK_UNDO)) {
		desktop_say(d, ROLE_INFO, _("it is being taken back"));
		return WISH_NONE;
	}
	u = mem_alloc(sizeof *u);
	u->work = (struct work){ .run = run_undo, .free = free_undo };
	if (d->sh->read_ms && !desk_held(d->sh->desk, &held, NULL) && held.mine_many > HERE_MOST) {
		if (!desktop_give(d, WORK_UNDO, &u->work))
			desktop_sayf(d, ROLE_INFO, _("taking back what was decided on %lld records…"), (long long)held.mine_many);
		return WISH_NONE;
	}
	run_undo(&u->work, d->sh->desk);
	take_undone(d, u);
	free(u);
	return WISH_NONE;
}

void desktop_undo_take(struct desktop *d)
{
	struct work *w = d->worker ? worker_take(d->worker, WORK_UNDO) : NULL;

	if (!w)
		return;
	take_undone(d, (struct undoing *)w);
	free_undo(w);
}

void desktop_undo_end(struct desktop *d)
{
	if (!d->worker || !worker_busy(d->worker, WORK_UNDO))
		return;
	desktop_finish(d, WORK_UNDO);
	desktop_undo_take(d);
}

static bool say_impossible(struct desktop *d, const struct item *it, const struct action *a)
{
	AUTO(buf_release) struct buf why = BUF_INIT;
	struct err err = { 0 };

	if (!action_possible_here(d->sh->desk, it, a, &err))
		return false;
	help_why_not(&why, it, a, &err);
	desktop_sayf(d, ROLE_WARNING, _("%s: %s"), _(a->label), why.data);
	return true;
}

static enum wish say_wrong(struct desktop *d, const struct err *err)
{
	desktop_say(d, ROLE_WARNING, err->msg);
	return WISH_NONE;
}

/* The command came back: its author sees the record as it is, the form as it was, and signs anew, or not. */
static enum wish desktop_redo(struct desktop *d, const struct item *row)
{
	AUTO(command_release) struct command c;
	AUTO(item_release) struct item it = { 0 };
	const struct action *a;
	uint8_t evidence[KEY_BYTES];
	struct err err = { 0 };
	enum wish wish;

	command_init(&c);
	if (outbox_command(row, &c, &err) || desk_load(d->sh->desk, c.kind, c.record, &it, &err) ||
	    item_evidence(&it, desk_db(d->sh->desk), evidence, &err))
		return say_wrong(d, &err);
	a = record_action(it.rec, c.action);
	if (!a || say_impossible(d, &it, a))
		return WISH_NONE;
	memcpy(d->redone, c.id, sizeof d->redone);
	if (!form_needed(a)) {
		if (desktop_decide(d, &(struct request){ .kind = c.kind, .id = c.record, .action = c.action, .version = item_version(&it) }, a, &wish, &err))
			return say_wrong(d, &err);
		return wish;
	}
	d->form = form_new(&it, a, evidence, store_now(d->sh->store));
	form_present(d->form, &d->how);
	for (size_t i = 0; i < c.ninput; i++)
		form_fill(d->form, c.input[i].name, c.input[i].text);
	form_fill(d->form, "", c.reason);
	return WISH_NONE;
}

/* Whoever confirms what is dangerous sees what it changes once more, before and after, and is asked. */
static void write_about(struct desktop *d, const struct item *it, struct buf *out)
{
	struct doc doc = DOC_INIT;

	buf_adds(out, _(proposal_action(it)->label));
	pane_difference(&doc, d->sh->desk, it, NULL, &d->how);
	for (size_t i = 0; i < doc.n; i++) {
		const struct doc_line *l = &doc.line[i];

		if (l->after && l->label && *l->label) {
			buf_addc(out, '\n');
			buf_addf(out, _("%s: %s → %s"), l->label, l->text, l->after);
		}
	}
	doc_release(&doc);
}

static void open_form(struct desktop *d, const struct item *it, const struct action *a, const uint8_t evidence[KEY_BYTES])
{
	AUTO(buf_release) struct buf about = BUF_INIT;

	d->form = form_new(it, a, evidence, store_now(d->sh->store));
	form_present(d->form, &d->how);
	form_begin(d->form, &d->how);
	if (!proposal_wants_look(it, a))
		return;
	write_about(d, it, &about);
	form_about(d->form, about.data);
}

enum wish desktop_take(struct desktop *d, const struct action *a)
{
	const struct item *it;
	AUTO(buf_release) struct buf id = BUF_INIT;
	uint8_t evidence[KEY_BYTES];
	struct err err = { 0 };
	enum wish wish;

	desktop_rest(d); /* what is decided on is shown whole */
	it = desktop_item(d);
	if (d->focus == FOCUS_LIST && !d->tour.on && !(a->flags & AGAIN) && marks_count(d->marks, d->rail.row[d->at].rec))
		return desktop_bulk(d, a, false);
	if (!it) {
		desktop_sayf(d, ROLE_WARNING, _("%s: there is nothing under the cursor"), _(a->label));
		return WISH_NONE;
	}
	if (d->tour.on && !(a->flags & NEXT)) {
		desktop_say(d, ROLE_WARNING, _("nothing is decided on the tour; Esc leaves it"));
		return WISH_NONE;
	}
	if (say_impossible(d, it, a))
		return WISH_NONE;
	*d->redone = '\0';
	if (a->flags & AGAIN)
		return desktop_redo(d, it);
	if (form_needed(a) || proposal_wants_look(it, a)) {
		if (item_evidence(it, desk_db(d->sh->desk), evidence, &err))
			desktop_say(d, ROLE_DANGER, err.msg);
		else
			open_form(d, it, a, evidence);
		return d->form && a->flags & REMARK && editor_named() ? WISH_EDITOR : WISH_NONE; /* what it brings back is looked at in the form */
	}
	buf_adds(&id, item_id(it)); /* the reload that follows frees the item */
	if (desktop_decide(d, &(struct request){ .kind = it->rec->kind, .id = id.data, .action = a->id, .version = item_version(it) }, a, &wish, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	return wish;
}

enum wish desktop_submit(struct desktop *d)
{
	struct form *form = d->form;
	struct err err = { 0 };
	struct request r;
	enum wish wish;

	form_request(form, &r);
	if (desktop_decide(d, &r, record_action(record_find(r.kind), r.action), &wish, &err)) {
		form_complain(form, err.msg);
		return WISH_NONE;
	}
	form_free(form);
	d->form = NULL;
	return wish;
}

static enum code keep_first(void *ctx, struct item *it, struct err *err)
{
	struct item *row = ctx;

	(void)err;
	*row = *it;
	*it = (struct item){ 0 };
	return E_CANCELLED; /* enough */
}

/* A command of this person that the core has just turned down is said at once: a claim above all, for then somebody else was first. */
void desktop_say_came_back(struct desktop *d, int64_t since)
{
	AUTO(filter_release) struct filter f = { 0 };
	AUTO(item_release) struct item row = { 0 };
	const struct record *rec;
	const struct action *a;
	char key[32];

	if (desk_query(d->sh->desk, record_find("outbox"), "state:refused,conflict is:mine sort:-updated_at", &f, NULL))
		return;
	f.query.limit = 1;
	item_each(desk_db(d->sh->desk), record_find("outbox"), &f.query, keep_first, &row, NULL);
	rec = row.rec ? record_find(item_text(&row, "kind")) : NULL;
	a = rec ? record_action(rec, item_text(&row, "action")) : NULL;
	if (!a || item_int(&row, "updated_at") < since)
		return;
	key_label(keymap_key(d->sh->keys, REQ_NEXT_ITEM), key);
	if (a->flags & NEXT)
		desktop_sayf(d, ROLE_WARNING, _("%s: another desk was first (%s); %s brings the next one"), item_text(&row, "record"),
			     item_text(&row, "answer"), key);
	else
		desktop_sayf(d, ROLE_DANGER, _("%s on %s came back from the core: %s; it is in the outbox"), _(a->label), item_text(&row, "record"),
			     item_text(&row, "answer"));
}
