#include "tui/desktop/desktop.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { PAUSE_MS = 300, TICK_MS = 1000, STEP_MS = 100 /* of what is counted while somebody waits */ };

void desktop_say(struct desktop *d, enum role role, const char *text)
{
	d->message_role = role;
	snprintf(d->message, sizeof d->message, "%s", text);
}

void desktop_sayf(struct desktop *d, enum role role, const char *fmt, ...)
{
	va_list ap;

	d->message_role = role;
	va_start(ap, fmt);
	vsnprintf(d->message, sizeof d->message, fmt, ap);
	va_end(ap);
}

/* ---- reading ---- */
void desktop_drop_card(struct desktop *d)
{
	card_free(d->card);
	d->card = NULL;
}

static void recall(struct desktop *d, const char *id)
{
	struct opened before = { 0 };

	if (!opened_recall(d->sh->desk, &d->seen, d->rail.row[d->at].rec, id, &before, NULL)) /* no reason not to show it */
		card_since(d->card, &before);
}

/* The one that is shown, if it is of this record; otherwise a new one. */
static void take_card(struct desktop *d, const struct record *rec, const char *id)
{
	const struct item *shown = d->card ? card_item(d->card) : NULL;

	if (shown && shown->rec == rec && strcmp(item_id(shown), id) == 0)
		return;
	desktop_drop_card(d);
	d->card = card_new(rec, id);
}

void desktop_load_item(struct desktop *d, const char *id)
{
	struct err err = { 0 };

	take_card(d, d->rail.row[d->at].rec, id);
	if (!card_whole(d->card))
		recall(d, id);
	d->carded.reading = d->reading;
	d->carded.at = store_now(d->sh->store);
	if (!card_load(d->card, d->sh->desk, &d->how, &d->grant, &err))
		return;
	desktop_drop_card(d);
	d->focus = FOCUS_LIST;
	desktop_say(d, ROLE_DANGER, err.msg);
}

void desktop_open_item(struct desktop *d, const char *id)
{
	if (!desktop_card_holds(d, id))
		desktop_load_item(d, id);
	if (d->card && d->focus == FOCUS_ITEM)
		opened_note(&d->seen, card_item(d->card), store_now(d->sh->store));
}

static void show_row(struct desktop *d, const struct item *it)
{
	desktop_move_on(d);
	if (d->preview) {
		take_card(d, it->rec, item_id(it));
		card_show(d->card, d->sh->desk, it, &d->how);
	} else {
		desktop_drop_card(d);
	}
}

/* Beside the list, the card follows the cursor. */
void desktop_follow_cursor(struct desktop *d)
{
	const struct item *it = d->list ? list_current(d->list) : NULL;

	if (d->focus == FOCUS_ITEM)
		return;
	if (it && !desktop_rests(d))
		show_row(d, it);
	else if (it && d->preview)
		desktop_open_item(d, item_id(it));
	else
		desktop_drop_card(d);
}

void desktop_reload(struct desktop *d)
{
	struct err err = { 0 };
	const struct item *under_review = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;
	struct held held = { 0 };
	struct list_step refresh = { .what = STEP_REFRESH };
	int64_t since = d->read_at;
	enum code code;

	d->read_at = store_now(d->sh->store);
	d->reading++;
	d->stamp = db_stamp(desk_db(d->sh->desk));
	desktop_follow_views(d);
	if (desk_refresh_people(d->sh->desk, &err) || desktop_count(d, since, &err) || desk_held(d->sh->desk, &held, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	d->standing.undo_until = held.mine_until;
	if (d->list && list_opened(d->list) && (code = desktop_step(d, &refresh, &err)) && code != E_SLOW)
		desktop_say(d, ROLE_DANGER, err.msg);
	desktop_bulk_follow(d);
	desk_show(d->sh->desk, &d->how, words_get);
	if (under_review) {
		AUTO(buf_release) struct buf id = BUF_INIT;

		buf_adds(&id, item_id(under_review));
		desktop_open_item(d, id.data);
	} else {
		desktop_follow_cursor(d);
	}
	desktop_view_reload(d);
	desktop_beside_reload(d);
	desktop_metrics_reload(d);
}

/* What is drawn looks its words up each time; what was composed from the store is composed anew. */
void desktop_translate(struct desktop *d)
{
	desktop_reload(d);
	desktop_say(d, ROLE_INFO, _("Language: English"));
}

enum wish desktop_refresh(struct desktop *d, const struct sync_status *sync)
{
	enum wish wish;

	d->sync = *sync;
	if (d->viewer)
		viewer_status(d->viewer, sync);
	if (d->beside.viewer)
		viewer_status(d->beside.viewer, sync);
	desktop_mask_when_due(d);
	wish = desktop_take_read(d);
	desktop_take_export(d);
	if (db_stamp(desk_db(d->sh->desk)) != d->stamp)
		desktop_reload(d);
	else
		desk_show(d->sh->desk, &d->how, words_get); /* ages move with the clock */
	return wish;
}

struct desktop *desktop_new(struct shell *sh, const struct place *place)
{
	struct desktop *d = mem_alloc(sizeof *d);

	d->sh = sh;
	d->focus = FOCUS_LIST;
	d->marks = marks_new();
	buf_init(&d->copied);
	buf_init(&d->picture);
	buf_init(&d->written_text);
	rail_build(&d->rail, desk_who(sh->desk));
	rail_views(&d->rail, sh->desk, NULL);
	desktop_read_layout(d);
	desktop_reload(d); /* all but the list, which is read once, when it opens */
	if (place && rail_find(&d->rail, place->kind) >= 0)
		desktop_go(d, place);
	else
		desktop_open_list(d, 0, NULL, NULL);
	return d;
}

void desktop_free(struct desktop *d)
{
	if (!d)
		return;
	desktop_leave_tour(d);
	desktop_write_kept(d);
	desktop_undo_end(d);
	worker_free(d->worker); /* it may still read what the view below has */
	form_free(d->form);
	bulkview_free(d->bulk);
	ask_free(d->ask);
	buf_wipe(&d->copied);
	buf_release(&d->picture);
	desktop_beside_end(d);
	desktop_view_end(d);
	card_free(d->card);
	worker_free(d->exporter);
	list_free(d->left.list);
	list_free(d->list);
	metricview_free(d->metrics);
	marks_free(d->marks);
	doc_release(&d->text);
	doc_release(&d->written);
	buf_wipe(&d->written_text);
	find_free(d->find);
	rail_release(&d->rail);
	palette_free(d->palette);
	column_box_free(d->box);
	habit_lines_release(&d->opened);
	opened_notes_clear(&d->seen);
	free(d);
}

const char *desktop_draft(const struct desktop *d, size_t *max)
{
	const struct form *form = desktop_form(d);

	return form ? form_draft(form, max) : NULL;
}

void desktop_redraft(struct desktop *d, const char *text)
{
	form_redraft(desktop_form(d), text);
}

void desktop_hold(struct desktop *d, int64_t ms)
{
	d->hold_ms = ms;
}

int64_t desktop_held_until(const struct desktop *d)
{
	return d->standing.undo_until;
}

void desktop_place(const struct desktop *d, struct place *out)
{
	const struct item *it = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;

	*out = (struct place){ 0 };
	snprintf(out->view, sizeof out->view, "%s", d->rail.row[d->at].filter ? d->rail.row[d->at].name : "");
	snprintf(out->kind, sizeof out->kind, "%s", rail_kind(&d->rail.row[d->at]));
	snprintf(out->filter, sizeof out->filter, "%s", d->list ? list_filter_text(d->list) : "");
	snprintf(out->id, sizeof out->id, "%s", it ? item_id(it) : "");
	out->pane = it ? card_pane(d->card) : 0;
	it = d->list ? list_current(d->list) : NULL;
	snprintf(out->row, sizeof out->row, "%s", it ? item_id(it) : "");
	if (desktop_on_metrics(d))
		desktop_metrics_place(d, out);
}

/* ---- keys ---- */
enum scope desktop_place_of(const struct desktop *d)
{
	if (d->viewer)
		return SCOPE_PICTURE;
	if (d->focus != FOCUS_LIST)
		return d->focus == FOCUS_RAIL ? SCOPE_DESKS : SCOPE_ITEM;
	return desktop_on_metrics(d) ? SCOPE_METRICS : SCOPE_LIST;
}

enum scope desktop_scope(const struct desktop *d)
{
	return d->helping ? SCOPE_OVERLAY : desktop_place_of(d);
}

void desktop_scroll_text(struct desktop *d, int by)
{
	int most = d->text_lines > d->text_rows ? d->text_lines - d->text_rows : 0;

	d->scroll = by == INT_MIN ? 0 : by == INT_MAX ? most : d->scroll + by;
	if (d->scroll > most)
		d->scroll = most;
	if (d->scroll < 0)
		d->scroll = 0;
}

/* How far a movement goes: INT_MIN and INT_MAX are the ends. */
static bool movement(enum req req, int page, int *by)
{
	switch (req) {
	case REQ_UP: *by = -1; return true;
	case REQ_DOWN: *by = 1; return true;
	case REQ_PAGE_UP: *by = -page; return true;
	case REQ_PAGE_DOWN: *by = page; return true;
	case REQ_HALF_UP: *by = -(page + 1) / 2; return true;
	case REQ_HALF_DOWN: *by = (page + 1) / 2; return true;
	case REQ_TOP: *by = INT_MIN; return true;
	case REQ_BOTTOM: *by = INT_MAX; return true;
	default: return false;
	}
}

static void move_rail(struct desktop *d, int by)
{
	int to = by == INT_MIN ? 0 : by == INT_MAX ? (int)d->rail.n - 1 : (int)d->rail.cur + by;

	to = to < 0 ? 0 : to >= (int)d->rail.n ? (int)d->rail.n - 1 : to;
	d->rail.cur = (size_t)to;
}

static void move(struct desktop *d, int by)
{
	if (d->focus == FOCUS_RAIL)
		move_rail(d, by);
	else if (d->focus == FOCUS_ITEM && d->card)
		card_scroll(d->card, by);
	else if (desktop_on_metrics(d))
		metricview_move(d->metrics, by);
	else if (!d->list)
		desktop_scroll_text(d, by);
	else if (by == INT_MIN || by == INT_MAX)
		desktop_list(d, (struct list_step){ .what = STEP_END, .by = by == INT_MAX });
	else
		desktop_list(d, (struct list_step){ .what = STEP_MOVE, .by = by });
}

/* Away from what is searched for or taken; out of the item to its row, from a filter to the desk's own, from there to the desks and back. */
static void go_back(struct desktop *d)
{
	if (d->focus == FOCUS_ITEM) {
		d->focus = FOCUS_LIST;
		if (d->card && card_item(d->card)) /* beside the list it stays, and what changes from now on is news */
			recall(d, item_id(card_item(d->card)));
		desktop_move_on(d);
		if (d->card && list_opened(d->list))
			desktop_list(d, (struct list_step){ .what = STEP_SEEK, .to = card_item(d->card) });
		else
			desktop_follow_cursor(d);
	} else if (desktop_stop_search(d) || desktop_stop_export(d) || (d->focus == FOCUS_LIST && desktop_metrics_back(d))) {
		return;
	} else if (d->focus == FOCUS_LIST && d->list && strcmp(list_filter_text(d->list), rail_own_filter(&d->rail.row[d->at])) != 0) {
		desktop_list(d, (struct list_step){ .what = STEP_FILTER, .text = rail_own_filter(&d->rail.row[d->at]) });
	} else {
		d->focus = d->focus == FOCUS_LIST ? FOCUS_RAIL : FOCUS_LIST;
	}
}

static void enter(struct desktop *d)
{
	const struct item *it = d->list ? list_current(d->list) : NULL;

	if (d->focus == FOCUS_RAIL) {
		desktop_open_desk(d, d->rail.cur);
		d->focus = FOCUS_LIST;
	} else if (desktop_on_metrics(d)) {
		desktop_metrics_enter(d);
	} else if (d->focus == FOCUS_LIST && it) {
		d->focus = FOCUS_ITEM;
		desktop_open_item(d, item_id(it));
	}
}

static void turn(struct desktop *d, int by)
{
	if (d->focus == FOCUS_ITEM && d->card)
		card_turn(d->card, by);
	else
		d->focus = d->focus == FOCUS_RAIL ? FOCUS_LIST : FOCUS_RAIL;
}

static void open_help(struct desktop *d)
{
	d->helping = true;
	d->scroll = 0;
}

static void sort_list(struct desktop *d, int by)
{
	if (d->list)
		desktop_list(d, (struct list_step){ .what = STEP_SORT, .by = by, .cols = d->list_cols });
}

enum wish desktop_request(struct desktop *d, enum req req)
{
	switch (req) {
	case REQ_ENTER: enter(d); break;
	case REQ_BACK: go_back(d); break;
	case REQ_NEXT_PANE: turn(d, 1); break;
	case REQ_PREVIOUS_PANE: turn(d, -1); break;
	case REQ_HELP: open_help(d); break;
	case REQ_NEXT_ITEM: return desktop_next(d);
	case REQ_MARK:
	case REQ_MARK_ALL:
	case REQ_UNMARK_ALL: desktop_mark(d, req); break;
	case REQ_SORT_NEXT: sort_list(d, 1); break;
	case REQ_SORT_PREVIOUS: sort_list(d, -1); break;
	case REQ_COPY:
	case REQ_EXPORT:
	case REQ_PICTURE:
	case REQ_REVEAL: return desktop_carry(d, req);
	case REQ_VIEW: desktop_view(d); break;
	case REQ_NEXT_BESIDE:
	case REQ_PREVIOUS_BESIDE: return desktop_beside_turn(d, req);
	case REQ_SORT_TURN: sort_list(d, 0); break;
	case REQ_PALETTE: desktop_palette(d); break;
	case REQ_DESK_MORE: desktop_ask_desk(d); break;
	case REQ_LINKS: desktop_links(d); break;
	case REQ_RETURN: desktop_return(d); break;
	case REQ_TOUR: desktop_begin_tour(d); break;
	case REQ_SAVE_VIEW:
	case REQ_RENAME_VIEW:
	case REQ_DELETE_VIEW: desktop_views(d, req); break;
	case REQ_UNDO: return desktop_undo(d);
	case REQ_QUIT: return WISH_QUIT;
	case REQ_LOCK: return WISH_LOCK;
	case REQ_THEME: return WISH_THEME;
	case REQ_LANGUAGE: return desktop_may_translate(d) ? WISH_LANGUAGE : WISH_NONE;
	case REQ_SYNC: return WISH_SYNC;
	case REQ_MOUSE: return WISH_MOUSE;
	case REQ_COLUMNS: desktop_columns(d); break;
	case REQ_DIVIDER_LEFT: desktop_shift(d, -1); break;
	case REQ_DIVIDER_RIGHT: desktop_shift(d, 1); break;
	case REQ_EARLIER:
	case REQ_LATER:
	case REQ_BY_DAY:
	case REQ_BY_WEEK:
	case REQ_BY_MONTH: desktop_metrics_request(d, req); break;
	case REQ_REDRAW: return WISH_REDRAW;
	case REQ_FILTER:
		if (d->list)
			desktop_find(d);
		break;
	default:
		if (req >= REQ_DESK_1 && req <= REQ_DESK_9 && (size_t)(req - REQ_DESK_1) < d->rail.n) {
			desktop_open_desk(d, (size_t)(req - REQ_DESK_1));
			d->focus = FOCUS_LIST;
		}
	}
	return WISH_NONE;
}

static enum wish overlay_event(struct desktop *d, int key)
{
	enum req req = keymap_req(d->sh->keys, SCOPE_OVERLAY, key);
	int by;

	if (movement(req, d->text_rows > 1 ? d->text_rows - 1 : 1, &by))
		desktop_scroll_text(d, by);
	else if (req == REQ_CLOSE) {
		d->helping = false;
		d->scroll = 0;
		if (d->shows_written)
			desktop_close_written(d);
	} else if (d->shows_written && keymap_req(d->sh->keys, SCOPE_ITEM, key) == REQ_COPY) {
		buf_clear(&d->copied);
		buf_adds(&d->copied, d->written_text.data);
		return WISH_COPY;
	}
	return req == REQ_REDRAW ? WISH_REDRAW : WISH_NONE;
}

/* No key is swallowed silently: who pressed one expected something. */
static void say_unbound(struct desktop *d, int key)
{
	char name[32], help[32], quit[32];

	key_label(key, name);
	key_label(keymap_key(d->sh->keys, REQ_HELP), help);
	key_label(keymap_key(d->sh->keys, REQ_QUIT), quit);
	desktop_sayf(d, ROLE_MUTED, _("%s does nothing here; %s lists the keys, %s quits"), name, help, quit);
}

static enum wish key_event(struct desktop *d, const struct event *event)
{
	enum req req = keymap_req(d->sh->keys, desktop_scope(d), event->key);
	const struct record *rec = d->rail.row[d->at].rec;
	enum wish wish;
	int by;

	if (d->helping)
		return overlay_event(d, event->key);
	if (d->viewer && desktop_view_request(d, req, &wish))
		return wish;
	if (!d->viewer && movement(req, d->text_rows > 1 ? d->text_rows - 1 : 1, &by)) {
		move(d, by);
		return WISH_NONE;
	}
	if (req != REQ_NONE)
		return desktop_request(d, req);
	for (size_t i = 0; rec && !d->viewer && d->focus != FOCUS_RAIL && i < rec->nactions; i++)
		if (rec->actions[i].key == event->key)
			return desktop_take(d, &rec->actions[i]);
	say_unbound(d, event->key);
	return WISH_NONE;
}

int desktop_patience(const struct desktop *d)
{
	return desktop_rest_patience(d, desktop_beside_patience(d, desktop_deciding(d) ? STEP_MS : d->find && find_waits(d->find) ? PAUSE_MS : TICK_MS));
}

const char *desktop_theme(const struct desktop *d)
{
	return d->theme;
}

/* Nobody presses a key: time for what would hold one up. What is looked at comes first, after a short pause; what is only to be done some time
 * waits for a long one. */
static void at_pause(struct desktop *d)
{
	if (!desktop_rests(d)) {
		desktop_rest(d);
		return;
	}
	if (desktop_beside_when_due(d))
		return;
	if (d->find && find_waits(d->find))
		find_look(d->find);
	desktop_tour_when_due(d);
	if (!desktop_deciding(d)) /* whose transaction this would wait for */
		desktop_write_kept(d);
}

enum wish desktop_input(struct desktop *d, const struct event *event)
{
	*d->message = '\0';
	if (d->bulk)
		return desktop_bulk_event(d, event);
	if (d->form) {
		switch (form_event(d->form, event)) {
		case FORM_CANCELLED:
			form_free(d->form);
			d->form = NULL;
			break;
		case FORM_ACCEPTED:
			return desktop_submit(d);
		case FORM_EDITOR:
			return WISH_EDITOR;
		default:
			break;
		}
		return WISH_NONE;
	}
	if (d->ask)
		return desktop_answer(d, event);
	if (d->box)
		return desktop_columns_event(d, column_box_event(d->box, event));
	if (d->palette)
		return desktop_palette_event(d, event);
	if (d->asks_desk)
		return desktop_desk_letter(d, event);
	if (d->find)
		return desktop_find_event(d, event);
	if (event->type == EVENT_KEY)
		return key_event(d, event);
	desktop_say(d, ROLE_WARNING, _("A paste runs no keys. Open the filter, the palette or a form to paste into."));
	return WISH_NONE;
}

enum wish desktop_event(struct desktop *d, const struct event *event)
{
	struct place before;
	enum wish wish;

	if (event->type == EVENT_TICK)
		at_pause(d);
	if (event->type != EVENT_KEY && event->type != EVENT_PASTE && event->type != EVENT_MOUSE)
		return WISH_NONE;
	if (desktop_tour_takes(d, event))
		return WISH_NONE;
	desktop_mask_when_due(d); /* before a key could still take something with it */
	desktop_place(d, &before);
	d->returning = false;
	desktop_tour_begins_event(d);
	wish = event->type == EVENT_MOUSE ? desktop_point(d, event) : desktop_input(d, event);
	desktop_leave(d, &before);
	desktop_tour_after_event(d, wish);
	desktop_mask_when_due(d); /* whoever leaves an item leaves it masked */
	return wish;
}
