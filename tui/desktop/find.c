#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

/* The filter that holds is the beginning of the next one: words are added behind it. */
void desktop_find(struct desktop *d)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, list_filter_text(d->list));
	if (text.len)
		buf_addc(&text, ' ');
	d->focus = FOCUS_LIST;
	find_free(d->find);
	d->find = find_new(d->sh->desk, d->rail.row[d->at].rec, &d->notes, text.data);
}

static void stop(struct desktop *d)
{
	find_free(d->find);
	d->find = NULL;
}

static void accept(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct list_step step = { .what = STEP_FILTER };
	struct err err = { 0 };
	enum code code;

	buf_adds(&text, find_text(d->find));
	while (text.len && text.data[text.len - 1] == ' ')
		buf_setlen(&text, text.len - 1);
	step.text = text.data;
	code = desktop_step(d, &step, &err);
	if (code && code != E_SLOW) {
		find_wrong(d->find, step.at, step.len, err.msg);
		return;
	}
	if (strcmp(text.data, rail_own_filter(&d->rail.row[d->at])) != 0)
		desktop_keep(d, HABIT_FILTERS, rec, text.data);
	stop(d);
	desktop_follow_cursor(d);
}

enum wish desktop_find_event(struct desktop *d, const struct event *event)
{
	if (event->type == EVENT_KEY && req_for(SCOPE_FIND, event->key) == REQ_REDRAW)
		return WISH_REDRAW;
	switch (find_event(d->find, event)) {
	case FIND_ACCEPTED: accept(d); break;
	case FIND_CANCELLED: stop(d); break;
	default: break;
	}
	return WISH_NONE;
}

/* ---- habits ---- */
void desktop_keep(struct desktop *d, enum habit what, const struct record *rec, const char *line)
{
	habit_note(&d->notes, what, rec ? rec->kind : NULL, line);
}

/* Whoever works on goes first: a habit that could not be written is no reason to stop anybody. What is shown has not changed by it. */
void desktop_write_kept(struct desktop *d)
{
	int64_t before = db_stamp(desk_db(d->sh->desk));

	habit_notes_write(d->sh->desk, &d->notes, &d->seen, NULL);
	if (before == d->stamp && db_stamp(desk_db(d->sh->desk)) == before + 1)
		d->stamp = before + 1;
	desktop_write_layout(d);
}
