#include <stdio.h>
#include <string.h>

#include "tui/desktop_parts.h"
#include "tui/words.h"

enum { IDS_AT_ONCE = 100 /* in one query */, HIDDEN_MS = 20 /* of the processor, for each such query */ };

/* ---- marking ---- */
struct marking {
	struct desktop *d;
	bool more;                /* than may be marked */
};

static enum code mark_one(void *ctx, struct item *it, struct err *err)
{
	struct marking *m = ctx;

	(void)err;
	m->more = !marks_add(m->d->marks, it->rec, item_id(it));
	return m->more ? E_CANCELLED : E_OK;
}

/* In the list's own order; a list that is longer than what one decision takes is marked as far as that. */
static void mark_all(struct desktop *d, const struct record *rec)
{
	AUTO(filter_release) struct filter f = { 0 };
	struct marking m = { .d = d };
	struct err err = { 0 };
	enum code code = desk_query(d->sh->desk, rec, list_filter_text(d->list), &f, &err);

	f.query.limit = MARKS_MAX + 1;
	if (!code)
		code = item_each(desk_db(d->sh->desk), rec, &f.query, mark_one, &m, &err);
	if (code && code != E_CANCELLED)
		desktop_say(d, ROLE_DANGER, err.msg);
	else if (m.more)
		desktop_sayf(d, ROLE_WARNING, _("%zu are marked, which is as many as one decision takes; there are more"), marks_count(d->marks, rec));
	else
		desktop_sayf(d, ROLE_INFO, _("%zu marked; an action takes all of them"), marks_count(d->marks, rec));
}

static void mark(struct desktop *d, const struct item *it)
{
	struct err err = { 0 };

	if (marks_has(d->marks, it->rec, item_id(it)))
		marks_drop(d->marks, it->rec, item_id(it));
	else if (!marks_add(d->marks, it->rec, item_id(it)))
		desktop_sayf(d, ROLE_WARNING, _("%d are marked, which is as many as one decision takes"), MARKS_MAX);
	if (list_move(d->list, d->sh->desk, 1, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	desktop_follow_cursor(d);
}

void desktop_mark(struct desktop *d, enum req req)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const struct item *it = d->list ? list_current(d->list) : NULL;

	if (!it || !rec->nactions)
		desktop_say(d, ROLE_WARNING, it ? _("nothing can be done to these; there is nothing to mark them for") : _("there is nothing to mark"));
	else if (req == REQ_MARK)
		mark(d, it);
	else if (req == REQ_MARK_ALL)
		mark_all(d, rec);
	else
		marks_clear(d->marks, rec);
}

/* How many of these the filter lets through. */
static enum code count_shown(struct desktop *d, const struct filter *f, const char *const *ids, size_t n, int64_t *shown, struct err *err)
{
	struct cond one[IDS_AT_ONCE], both[2];
	struct query q = f->query;
	bool whole;

	for (size_t i = 0; i < n; i++)
		one[i] = (struct cond){ .op = COND_EQ, .column = "id", .value = value_text(ids[i]) };
	both[0] = (struct cond){ .op = COND_OR, .kids = one, .nkids = n };
	both[1] = f->query.where;
	q.where = (struct cond){ .op = COND_AND, .kids = both, .nkids = COUNT(both) };
	return query_count_upto(desk_db(d->sh->desk), &q, (int64_t)n, HIDDEN_MS, shown, &whole, err);
}

static void count_hidden(struct desktop *d, const struct record *rec)
{
	AUTO(filter_release) struct filter f = { 0 };
	const char *const *ids = marks_ids(d->marks, rec);
	size_t n = marks_count(d->marks, rec);
	enum code code = desk_query(d->sh->desk, rec, list_filter_text(d->list), &f, NULL);

	d->standing.hidden = code ? 0 : n;
	for (size_t i = 0; !code && i < n; i += IDS_AT_ONCE) {
		int64_t shown = 0;

		code = count_shown(d, &f, ids + i, n - i < IDS_AT_ONCE ? n - i : IDS_AT_ONCE, &shown, NULL);
		d->standing.hidden -= (size_t)shown;
	}
}

void desktop_count_marks(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const char *filter = d->list ? list_filter_text(d->list) : "";

	d->standing.marked = d->list ? marks_count(d->marks, rec) : 0;
	if (d->counted.rec == rec && d->counted.stamp == d->stamp && d->counted.marks == marks_stamp(d->marks) && strcmp(d->counted.filter, filter) == 0)
		return;
	d->counted.rec = rec;
	d->counted.stamp = d->stamp;
	d->counted.marks = marks_stamp(d->marks);
	snprintf(d->counted.filter, sizeof d->counted.filter, "%s", filter);
	d->standing.hidden = 0;
	if (d->standing.marked)
		count_hidden(d, rec);
}
