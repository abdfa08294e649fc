/* Going places: back along the trail, and wherever the palette leads. */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/help.h"
#include "tui/words.h"

enum { OPENED_SHOWN = 20 };
enum what { GO_DESK, GO_ITEM, DO_ACTION, DO_REQUEST, DO_THEME };

/* ---- the trail ---- */
static bool same_place(const struct place *a, const struct place *b)
{
	return !strcmp(a->view, b->view) && !strcmp(a->kind, b->kind) && !strcmp(a->filter, b->filter) && !strcmp(a->id, b->id);
}

static void note_opened(struct desktop *d, const struct place *p)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	if (!*p->id || !record_find(p->kind))
		return;
	buf_addf(&line, "%s\t%s", p->kind, p->id);
	desktop_keep(d, HABIT_OPENED, NULL, line.data);
}

void desktop_leave(struct desktop *d, const struct place *before)
{
	struct place now;

	desktop_place(d, &now);
	if (same_place(before, &now))
		return;
	note_opened(d, &now);
	if (d->returning)
		return;
	if (d->ntrail == TRAIL_MAX)
		memmove(d->trail, d->trail + 1, --d->ntrail * sizeof *d->trail);
	d->trail[d->ntrail++] = *before;
}

void desktop_go(struct desktop *d, const struct place *to)
{
	AUTO(item_release) struct item row = { 0 };
	bool there = *to->row && !desk_load(d->sh->desk, to->kind, to->row, &row, NULL);

	desktop_open_list(d, rail_place(&d->rail, to->view, to->kind), to->filter, there ? &row : NULL);
	d->focus = FOCUS_LIST;
	if (desktop_on_metrics(d)) {
		desktop_metrics_go(d, to);
		return;
	}
	if (*to->id) {
		d->focus = FOCUS_ITEM;
		desktop_open_item(d, to->id);
		if (d->card)
			card_open(d->card, to->pane);
	}
	desktop_follow_cursor(d);
}

void desktop_return(struct desktop *d)
{
	if (!d->ntrail) {
		desktop_say(d, ROLE_MUTED, _("this is where you began"));
		return;
	}
	d->returning = true; /* what is left now is no step forward */
	desktop_go(d, &d->trail[--d->ntrail]);
}

/* ---- the palette ---- */
static void add_actions(struct desktop *d, struct palette *p, const struct record *rec)
{
	const struct item *it = desktop_item(d);
	struct checklist checks = { .when = 0 };

	for (size_t i = 0; rec && i < rec->nactions; i++) {
		const struct action *a = &rec->actions[i];
		AUTO(buf_release) struct buf why = BUF_INIT;
		struct err err = { 0 };
		char key[32];

		key_label(a->key, key);
		if (!it)
			buf_adds(&why, _("there is nothing under the cursor"));
		else if (action_possible_given(d->sh->desk, it, a, &checks, &err))
			help_why_not(&why, it, a, &err);
		palette_add(p, &(struct palette_row){ _(a->label), a->id, _("action"), key, why.data, DO_ACTION, i });
	}
}

enum { NUMBERED = 9, LETTERS = 26 };

/* A digit, or the key for those that have none and a letter. */
static void desk_keys(const struct desktop *d, size_t i, char out[40])
{
	char more[32];

	key_label(keymap_key(d->sh->keys, REQ_DESK_MORE), more);
	if (i < NUMBERED)
		snprintf(out, 40, "%zu", i + 1);
	else if (i < NUMBERED + LETTERS)
		snprintf(out, 40, "%s%c", more, (char)('a' + (i - NUMBERED)));
	else
		*out = '\0';
}

void desktop_ask_desk(struct desktop *d)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (d->rail.n <= NUMBERED) {
		desktop_say(d, ROLE_INFO, _("every desk has a digit"));
		return;
	}
	for (size_t i = NUMBERED; i < d->rail.n && i < NUMBERED + LETTERS; i++)
		buf_addf(&text, "  %c\u00a0%s", /* the letter stays with its desk */ (char)('a' + (i - NUMBERED)), rail_label(&d->rail.row[i]));
	d->asks_desk = true;
	desktop_sayf(d, ROLE_INFO, _("To which desk?%s"), text.data);
}

enum wish desktop_desk_letter(struct desktop *d, const struct event *event)
{
	size_t i = NUMBERED + (size_t)(event->key - 'a');

	d->asks_desk = false;
	if (event->type != EVENT_KEY || event->key == K_ESC)
		return WISH_NONE;
	if (event->key < 'a' || event->key > 'z' || i >= d->rail.n) {
		desktop_say(d, ROLE_MUTED, _("no desk has this letter"));
		return WISH_NONE;
	}
	desktop_open_desk(d, i);
	d->focus = FOCUS_LIST;
	return WISH_NONE;
}

static void add_desks(struct desktop *d, struct palette *p)
{
	for (size_t i = 0; i < d->rail.n; i++) {
		const struct rail_row *row = &d->rail.row[i];
		char key[40];

		desk_keys(d, i, key);

		palette_add(p, &(struct palette_row){ rail_label(row), rail_kind(row), row->filter ? _("view") : _("desk"), key, "", GO_DESK, i });
	}
}

/* Moving the cursor is no command, and desks stand there by name. */
static bool command(enum req req)
{
	return req_holds(req, SCOPE_MAIN) && !req_holds(req, SCOPE_OVERLAY) &&
	       !(req >= REQ_DESK_1 && req <= REQ_DESK_9) && req != REQ_PALETTE;
}

static void add_requests(const struct desktop *d, struct palette *p, enum scope here)
{
	static const struct { enum scope scope; const char *where; } places[] = {
		{ SCOPE_DESKS, N_("the desks") }, { SCOPE_LIST, N_("a list") }, { SCOPE_ITEM, N_("an item") }, { SCOPE_METRICS, N_("the indicators") },
	};

	for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
		enum req req = (enum req)r;
		AUTO(buf_release) struct buf why = BUF_INIT;
		char key[32];

		if (!command(req))
			continue;
		key_label(keymap_key(d->sh->keys, req), key);
		if (!req_holds(req, here)) {
			buf_adds(&why, _("possible only in: "));
			for (size_t i = 0, n = 0; i < COUNT(places); i++)
				if (req_holds(req, places[i].scope))
					buf_addf(&why, "%s%s", n++ ? _(", ") : "", _(places[i].where));
		}
		if (!why.len && (req == REQ_SAVE_VIEW || req == REQ_RENAME_VIEW || req == REQ_DELETE_VIEW) && desktop_no_view(d, req))
			buf_adds(&why, _(desktop_no_view(d, req)));
		palette_add(p, &(struct palette_row){ _(req_what(req)), req_word(req), "", key, why.data, DO_REQUEST, (size_t)r });
	}
}

/* As the list shows its title, masked as it is there. */
bool desktop_add_item(struct desktop *d, struct palette *p, const char *line, const char *what, size_t i)
{
	AUTO(buf_release) struct buf kind = BUF_INIT, text = BUF_INIT;
	AUTO(item_release) struct item it = { 0 };
	const char *id = strchr(line, '\t');
	const struct record *rec;

	if (!id)
		return false;
	buf_add(&kind, line, (size_t)(id - line));
	rec = record_find(kind.data);
	if (!rec || rail_find(&d->rail, rec->kind) < 0 || desk_load(d->sh->desk, rec->kind, id + 1, &it, NULL))
		return false;
	if (rec->title && record_field(rec, rec->title) >= 0)
		item_show(&text, &it, (size_t)record_field(rec, rec->title), &d->how);
	buf_addf(&text, "%s%s", text.len ? "  " : "", id + 1);
	palette_add(p, &(struct palette_row){ text.data, id + 1, what ? what : _(rec->label), "", "", GO_ITEM, i });
	return true;
}

static void add_opened(struct desktop *d, struct palette *p)
{
	if (habit_recall(d->sh->desk, &d->notes, HABIT_OPENED, NULL, &d->opened, NULL))
		d->opened.n = 0;
	for (size_t i = 0; i < d->opened.n && i < OPENED_SHOWN; i++)
		desktop_add_item(d, p, d->opened.line[i], NULL, i);
}

void desktop_palette(struct desktop *d)
{
	struct theme_names themes;

	palette_free(d->palette);
	d->palette = palette_new();
	add_actions(d, d->palette, d->rail.row[d->at].rec);
	add_desks(d, d->palette);
	add_requests(d, d->palette, desktop_place_of(d));
	add_opened(d, d->palette);
	theme_names(&themes);
	for (size_t i = 0; i < themes.n; i++)
		palette_add(d->palette, &(struct palette_row){ themes.name[i], "theme", _("theme"), "", "", DO_THEME, i });
	palette_type(d->palette, "");
}

static void go_opened(struct desktop *d, const char *line)
{
	struct place to = { 0 };
	size_t n = strcspn(line, "\t");

	snprintf(to.kind, sizeof to.kind, "%.*s", (int)n, line);
	snprintf(to.id, sizeof to.id, "%s", line + n + 1);
	snprintf(to.row, sizeof to.row, "%s", to.id);
	snprintf(to.filter, sizeof to.filter, "%s", list_own_filter(record_find(to.kind)));
	desktop_go(d, &to);
}

static enum wish run_row(struct desktop *d, const struct palette_row *row)
{
	switch ((enum what)row->what) {
	case GO_DESK:
		desktop_open_desk(d, row->arg);
		d->focus = FOCUS_LIST;
		return WISH_NONE;
	case GO_ITEM:
		go_opened(d, d->opened.line[row->arg]);
		return WISH_NONE;
	case DO_ACTION:
		return desktop_take(d, &d->rail.row[d->at].rec->actions[row->arg]);
	case DO_REQUEST:
		return desktop_request(d, (enum req)row->arg);
	case DO_THEME:
		snprintf(d->theme, sizeof d->theme, "%s", row->text);
		return WISH_THEME_AT;
	}
	return WISH_NONE;
}

enum wish desktop_palette_event(struct desktop *d, const struct event *event)
{
	struct palette *p = d->palette;
	const struct palette_row *row;
	enum wish wish = WISH_NONE;

	if (event->type == EVENT_KEY && req_for(SCOPE_FIND, event->key) == REQ_REDRAW)
		return WISH_REDRAW;
	switch (palette_event(p, event)) {
	case PALETTE_GOES_ON:
		return WISH_NONE;
	case PALETTE_CHOSEN:
		row = palette_chosen(p);
		if (!row)
			return WISH_NONE;
		if (*row->why) {
			desktop_sayf(d, ROLE_WARNING, _("%s: %s"), row->text, row->why);
			return WISH_NONE;
		}
		d->palette = NULL;
		wish = run_row(d, row);
		break;
	default:
		d->palette = NULL;
	}
	palette_free(p);
	return wish;
}
