#include <string.h>

#include "tui/desktop_parts.h"
#include "tui/help.h"
#include "tui/words.h"

const struct item *desktop_item(const struct desktop *d)
{
	if (d->focus == FOCUS_ITEM && d->card)
		return card_item(d->card);
	return d->focus == FOCUS_LIST && d->list ? list_current(d->list) : NULL;
}

/* What others wait for leaves at once: a claim that is held would be no claim. */
static int64_t hold_of(const struct desktop *d, const struct action *a)
{
	return a->flags & (LOCAL | NEXT) ? 0 : d->hold_ms;
}

static void say_outcome(struct desktop *d, const struct action *a, const struct outcome *o)
{
	char key[32];

	key_label(keymap_key(d->sh->keys, REQ_UNDO), key);
	if (hold_of(d, a))
		desktop_sayf(d, ROLE_PENDING, o->proposed ? _("%s: proposed; leaves in %lld s, %s takes it back; then it waits under Approvals for another person") :
				_("%s: signed; leaves in %lld s, %s takes it back"), _(a->label), (long long)(hold_of(d, a) / 1000), key);
	else if (o->proposed)
		desktop_sayf(d, ROLE_PENDING, _("%s: proposed; it waits under Approvals for another person"), _(a->label));
	else if (a->flags & LOCAL)
		desktop_sayf(d, ROLE_GOOD, _("%s: done"), _(a->label));
	else
		desktop_sayf(d, ROLE_PENDING, _("%s: signed and queued; effective when the core says so"), _(a->label));
}

static enum code run(struct desktop *d, const struct request *asked, const struct action *a, enum wish *wish, struct err *err)
{
	struct request r = *asked;
	struct outcome outcome;

	*wish = WISH_NONE;
	r.hold_ms = hold_of(d, a);
	if (action_run(d->sh->desk, &r, &outcome, err))
		return err->code;
	desktop_reload(d);
	say_outcome(d, a, &outcome);
	if (!(a->flags & LOCAL))
		*wish = r.hold_ms ? WISH_HELD : WISH_SYNC;
	return E_OK;
}

/* Looks in the store: what is shown may be a second old, and the command on its way. */
enum wish desktop_undo(struct desktop *d)
{
	AUTO(item_release) struct item row = { 0 };
	struct request r = { .kind = "outbox", .action = "discard", .version = -1 };
	struct outcome outcome;
	struct err err = { 0 };
	struct held held;

	if (desk_held(d->sh->desk, &held, &err)) {
		desktop_say(d, ROLE_DANGER, err.msg);
	} else if (!*held.mine) {
		desktop_say(d, ROLE_INFO, _("nothing to take back: no decision of yours is held any more"));
	} else {
		r.id = held.mine;
		if (desk_load(d->sh->desk, "outbox", held.mine, &row, &err) || action_run(d->sh->desk, &r, &outcome, &err)) {
			desktop_say(d, ROLE_WARNING, err.msg);
			return WISH_NONE;
		}
		desktop_reload(d);
		desktop_sayf(d, ROLE_GOOD, _("taken back: %s on %s; it never left, the journal keeps it"), item_text(&row, "action"), item_text(&row, "record"));
	}
	return WISH_NONE;
}

enum wish desktop_take(struct desktop *d, const struct action *a)
{
	const struct item *it = desktop_item(d);
	AUTO(buf_release) struct buf id = BUF_INIT;
	uint8_t evidence[KEY_BYTES];
	struct err err = { 0 };
	enum wish wish;

	if (!it) {
		desktop_sayf(d, ROLE_WARNING, _("%s: there is nothing under the cursor"), _(a->label));
		return WISH_NONE;
	}
	if (action_possible_here(d->sh->desk, it, a, &err)) {
		AUTO(buf_release) struct buf why = BUF_INIT;

		help_why_not(&why, it, a, &err);
		desktop_sayf(d, ROLE_WARNING, "%s: %s", _(a->label), why.data);
		return WISH_NONE;
	}
	if (form_needed(a)) {
		if (item_evidence(it, desk_db(d->sh->desk), evidence, &err))
			desktop_say(d, ROLE_DANGER, err.msg);
		else
			d->form = form_new(it, a, evidence, store_now(d->sh->store));
		return WISH_NONE;
	}
	buf_adds(&id, item_id(it)); /* the reload that follows frees the item */
	if (run(d, &(struct request){ .kind = it->rec->kind, .id = id.data, .action = a->id, .version = item_version(it) }, a, &wish, &err))
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
	if (run(d, &r, record_action(record_find(r.kind), r.action), &wish, &err)) {
		form_complain(form, err.msg);
		return WISH_NONE;
	}
	form_free(form);
	d->form = NULL;
	return wish;
}

struct search {
	struct desk *desk;
	const struct action *action;
	struct item found;
};

static enum code first_possible(void *ctx, struct item *it, struct err *err)
{
	struct search *s = ctx;

	if (action_possible_here(s->desk, it, s->action, err))
		return E_OK;
	s->found = *it;
	*it = (struct item){ 0 };
	return E_CANCELLED; /* enough */
}

/* In the desk's own order of urgency, the first that this person may take. If somebody else was first, that is said. */
enum wish desktop_next(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	struct search s = { .desk = d->sh->desk, .action = rec ? help_next_action(rec) : NULL };
	AUTO(filter_release) struct filter filter = { 0 };
	struct err err = { 0 };
	enum wish wish = WISH_NONE;
	enum code code;

	if (!s.action) {
		desktop_say(d, ROLE_WARNING, _("nothing is claimed on this desk"));
		return WISH_NONE;
	}
	code = desk_query(s.desk, rec, "is:open is:unclaimed", &filter, &err);
	if (!code)
		code = item_each(desk_db(s.desk), rec, &filter.query, first_possible, &s, &err);
	if (code == E_OK) {
		desktop_say(d, ROLE_INFO, _("nothing left to claim here"));
	} else if (code != E_CANCELLED) {
		desktop_say(d, ROLE_DANGER, err.msg);
	} else if (run(d, &(struct request){ .kind = rec->kind, .id = item_id(&s.found), .action = s.action->id,
					     .version = item_version(&s.found) }, s.action, &wish, &err)) {
		desktop_say(d, ROLE_WARNING, err.msg);
	} else {
		d->focus = FOCUS_ITEM;
		desktop_open_item(d, item_id(&s.found));
	}
	item_release(&s.found);
	return wish;
}
