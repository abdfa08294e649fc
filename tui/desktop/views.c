/* Views: filters with a name, which stand beside the desks. Each operator's own. */
#include <stdio.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

/* The line of a view begins with its name and a tab. */
static bool named(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncmp(line, name, n) == 0 && line[n] == '\t';
}

/* Takes the line of that name out (name NULL: of none) and puts a new one in its place, or at the end (line NULL: nothing). One transaction;
 * then the column of desks is made anew. */
static enum code change(struct desktop *d, const char *name, const char *line, struct err *err)
{
	AUTO(habit_lines_release) struct habit_lines old = { 0 }, fresh = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	struct place now;

	if (tx_begin(&tx, desk_db(d->sh->desk), err) || habit_read(d->sh->desk, HABIT_VIEWS, NULL, &old, err))
		return err->code;
	for (size_t i = 0; i < old.n; i++) {
		bool this = name && named(old.line[i], name);

		if (!this)
			fresh.line[fresh.n++] = old.line[i];
		else if (line)
			fresh.line[fresh.n++] = line;
		line = this ? NULL : line;
	}
	if (line && fresh.n >= VIEWS_MAX)
		return fail(err, E_FULL, N_("there is room for %d views; delete one first"), VIEWS_MAX);
	if (line)
		fresh.line[fresh.n++] = line;
	if (habit_write(d->sh->desk, HABIT_VIEWS, NULL, &fresh, err) || tx_commit(&tx, err))
		return err->code;
	desktop_place(d, &now);
	if (rail_views(&d->rail, d->sh->desk, err) || desktop_count(d, 0, err))
		return err->code;
	d->at = d->rail.cur = rail_place(&d->rail, now.view, now.kind);
	return E_OK;
}

static bool same_lines(const struct habit_lines *a, const struct habit_lines *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->line[i], b->line[i]) != 0)
			return false;
	return a->n == b->n;
}

/* Another console of this operator may have changed them. Whoever stands in one that is still there stays in it. */
void desktop_follow_views(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines now = { 0 };
	const struct rail_row *cur = &d->rail.row[d->rail.cur];
	AUTO(buf_release) struct buf view = BUF_INIT, kind = BUF_INIT;
	struct place at;

	if (habit_read(d->sh->desk, HABIT_VIEWS, NULL, &now, NULL) || same_lines(&now, &d->rail.views))
		return;
	desktop_place(d, &at);
	buf_adds(&view, cur->filter ? cur->name : "");
	buf_adds(&kind, cur->rec ? cur->rec->kind : "");
	rail_views(&d->rail, d->sh->desk, NULL);
	d->at = rail_place(&d->rail, at.view, at.kind);
	d->rail.cur = rail_place(&d->rail, view.data, kind.data);
}

static const struct rail_row *view_under(const struct desktop *d)
{
	const struct rail_row *row = &d->rail.row[d->focus == FOCUS_RAIL ? d->rail.cur : d->at];

	return row->filter ? row : NULL;
}

const char *desktop_no_view(const struct desktop *d, enum req req)
{
	if (req == REQ_SAVE_VIEW)
		return d->list ? NULL : N_("there is no list here");
	return view_under(d) ? NULL : N_("this is a desk, not a view");
}

void desktop_views(struct desktop *d, enum req req)
{
	const char *why = desktop_no_view(d, req);
	const struct rail_row *view = view_under(d);

	if (why) {
		desktop_say(d, ROLE_WARNING, _(why));
	} else if (req == REQ_SAVE_VIEW) {
		AUTO(buf_release) struct buf help = BUF_INIT;

		buf_addf(&help, _("Under which name? The filter %s stands beside the desks then."), list_filter_text(d->list));
		desktop_ask(d, ask_line(_("Save as a view"), help.data, VIEW_NAME_MAX, view ? view->name : ""), ASKED_VIEW_NAME);
	} else {
		snprintf(d->asked_id, sizeof d->asked_id, "%s", view->name);
		if (req == REQ_RENAME_VIEW) {
			desktop_ask(d, ask_line(_("Rename the view"), "", VIEW_NAME_MAX, view->name), ASKED_VIEW_RENAME);
		} else {
			struct ask *ask = ask_choice(_("Delete the view"), view->name);

			ask_add(ask, _("Keep it"), "", 0);
			ask_add(ask, _("Delete it"), "", 1);
			desktop_ask(d, ask, ASKED_VIEW_DELETE);
		}
	}
}

static enum code check_name(const struct desktop *d, const char *name, const char *mine, struct err *err)
{
	if (!*name || *name == ' ')
		return fail(err, E_USAGE, N_("a view has a name"));
	for (size_t i = d->rail.desks; mine && i < d->rail.n; i++)
		if (!strcmp(d->rail.row[i].name, name) && strcmp(name, mine) != 0)
			return fail(err, E_EXISTS, N_("there is a view of this name already"));
	return E_OK;
}

enum code desktop_save_view(struct desktop *d, const char *name, struct err *err)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	const char *filter = list_filter_text(d->list);

	buf_addf(&line, "%s\t%s\t%s", name, d->rail.row[d->at].rec->kind, filter);
	if (check_name(d, name, NULL, err) || change(d, name, line.data, err))
		return err->code;
	d->at = d->rail.cur = rail_place(&d->rail, name, "");
	desktop_sayf(d, ROLE_GOOD, _("Saved as %s"), name);
	return E_OK;
}

enum code desktop_rename_view(struct desktop *d, const char *name, struct err *err)
{
	const struct rail_row *row = &d->rail.row[rail_place(&d->rail, d->asked_id, "")];
	bool here = row == &d->rail.row[d->at];
	AUTO(buf_release) struct buf line = BUF_INIT;

	if (check_name(d, name, d->asked_id, err))
		return err->code;
	if (!row->filter)
		return fail(err, E_NOTFOUND, N_("the view has gone"));
	buf_addf(&line, "%s\t%s\t%s", name, row->rec->kind, row->filter);
	if (change(d, d->asked_id, line.data, err))
		return err->code;
	d->rail.cur = rail_place(&d->rail, name, "");
	if (here)
		d->at = d->rail.cur;
	return E_OK;
}

/* Whoever stands in it stands on its desk then. */
enum code desktop_delete_view(struct desktop *d, bool really, struct err *err)
{
	bool here = d->rail.row[d->at].filter && !strcmp(d->rail.row[d->at].name, d->asked_id);

	if (!really)
		return E_OK;
	if (change(d, d->asked_id, NULL, err))
		return err->code;
	if (here)
		desktop_open_desk(d, d->at);
	return E_OK;
}
