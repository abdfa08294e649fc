#include <string.h>

#include "tui/desktop_parts.h"
#include "tui/words.h"

const struct item *desktop_item(const struct desktop *d)
{
	if (d->focus == FOCUS_ITEM && d->card)
		return card_item(d->card);
	return d->focus == FOCUS_LIST && d->list ? list_current(d->list) : NULL;
}

static void say_outcome(struct desktop *d, const struct action *a, const struct outcome *o)
{
	if (o->proposed)
		desktop_sayf(d, ROLE_PENDING, _("%s: proposed; it waits under Approvals for another person"), _(a->label));
	else if (a->flags & LOCAL)
		desktop_sayf(d, ROLE_GOOD, _("%s: done"), _(a->label));
	else
		desktop_sayf(d, ROLE_PENDING, _("%s: signed and queued; effective when the core says so"), _(a->label));
}

static enum wish run(struct desktop *d, const struct request *r, const struct action *a, struct err *err)
{
	struct outcome outcome;

	if (action_run(d->sh->desk, r, &outcome, err))
		return WISH_NONE;
	desktop_reload(d);
	say_outcome(d, a, &outcome);
	return a->flags & LOCAL ? WISH_NONE : WISH_SYNC;
}

enum wish desktop_take(struct desktop *d, const struct action *a)
{
	const struct item *it = desktop_item(d);
	AUTO(buf_release) struct buf id = BUF_INIT;
	struct err err = { 0 };
	enum wish wish;

	if (!it)
		return WISH_NONE;
	if (action_possible_here(d->sh->desk, it, a, &err)) {
		desktop_say(d, ROLE_WARNING, err.msg);
		return WISH_NONE;
	}
	if (form_needed(a)) {
		d->form = form_new(it, a);
		return WISH_NONE;
	}
	buf_adds(&id, item_id(it)); /* the reload that follows frees the item */
	wish = run(d, &(struct request){ .kind = it->rec->kind, .id = id.data, .action = a->id, .version = item_version(it) }, a, &err);
	if (err.code)
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
	wish = run(d, &r, record_action(record_find(r.kind), r.action), &err);
	if (err.code) {
		form_complain(form, err.msg);
		return WISH_NONE;
	}
	form_free(form);
	d->form = NULL;
	return wish;
}

static const struct action *next_action(const struct record *rec)
{
	for (size_t i = 0; i < rec->nactions; i++)
		if (rec->actions[i].flags & NEXT)
			return &rec->actions[i];
	return NULL;
}

/* In the desk's own order of urgency, the first that this person may take. Whoever else was first is said. */
enum wish desktop_next(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const struct action *a = rec ? next_action(rec) : NULL;
	AUTO(filter_release) struct filter filter = { 0 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct err err = { 0 };
	struct value *row;
	bool more = true;

	if (!a) {
		desktop_say(d, ROLE_WARNING, _("nothing is claimed on this desk"));
		return WISH_NONE;
	}
	row = pool_alloc(&pool, rec->nfields * sizeof *row);
	if (desk_query(d->sh->desk, rec, "is:open is:unclaimed", &filter, &err) || query_open(&c, desk_db(d->sh->desk), &filter.query, &err)) {
		desktop_say(d, ROLE_DANGER, err.msg);
		return WISH_NONE;
	}
	while (!cursor_next(c, row, &more, &err) && more) {
		AUTO(item_release) struct item it = { 0 };
		struct err why = { 0 };
		enum wish wish;

		item_from_row(&it, rec, row);
		if (action_possible_here(d->sh->desk, &it, a, &why))
			continue;
		cursor_close(c); /* no open read while we write */
		c = NULL;
		wish = run(d, &(struct request){ .kind = rec->kind, .id = item_id(&it), .action = a->id, .version = item_version(&it) }, a, &why);
		if (why.code) {
			desktop_say(d, ROLE_WARNING, why.msg);
			return WISH_NONE;
		}
		d->focus = FOCUS_ITEM;
		desktop_open_item(d, item_id(&it));
		return wish;
	}
	desktop_say(d, err.code ? ROLE_DANGER : ROLE_INFO, err.code ? err.msg : _("nothing left to claim here"));
	return WISH_NONE;
}
