#include "tui/desktop.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/desktop_parts.h"
#include "tui/help.h"
#include "tui/words.h"

enum { WIDE_COLS = 120, RAIL_FROM_COLS = 60, CARD_BESIDE_RAIL_COLS = 100, PREVIEW_LIST_PERCENT = 56 };
enum { PAUSE_MS = 300, TICK_MS = 1000 };

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
static void drop_card(struct desktop *d)
{
	card_free(d->card);
	d->card = NULL;
}

void desktop_open_item(struct desktop *d, const char *id)
{
	struct err err = { 0 };
	const struct item *shown = d->card ? card_item(d->card) : NULL;

	if (!shown || strcmp(item_id(shown), id) != 0) {
		drop_card(d);
		d->card = card_new(d->rail.row[d->at].rec, id);
	}
	if (card_load(d->card, d->sh->desk, &d->how, &d->grant, &err)) {
		drop_card(d);
		d->focus = FOCUS_LIST;
		desktop_say(d, ROLE_DANGER, err.msg);
	}
}

/* Beside the list, the card follows the cursor. */
void desktop_follow_cursor(struct desktop *d)
{
	const struct item *it = d->list ? list_current(d->list) : NULL;

	if (d->focus == FOCUS_ITEM)
		return;
	if (it && d->preview)
		desktop_open_item(d, item_id(it));
	else
		drop_card(d);
}

static enum code count_kind(struct desktop *d, const char *kind, const char *filter, int64_t *n, struct err *err)
{
	AUTO(filter_release) struct filter f = { 0 };

	*n = 0;
	if (desk_query(d->sh->desk, record_find(kind), filter, &f, err))
		return err->code;
	return query_count(desk_db(d->sh->desk), &f.query, n, err);
}

void desktop_reload(struct desktop *d)
{
	struct err err = { 0 };
	const struct item *under_review = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;
	struct held held = { 0 };

	d->stamp = db_stamp(desk_db(d->sh->desk));
	if (desk_refresh_people(d->sh->desk, &err) || rail_count(&d->rail, d->sh->desk, &err) ||
	    count_kind(d, "outbox", "state:pending,sending", &d->standing.pending, &err) ||
	    count_kind(d, "outbox", "state:refused,conflict", &d->standing.refused, &err) ||
	    count_kind(d, "proposal", "state:open", &d->standing.approvals, &err) || desk_held(d->sh->desk, &held, &err) ||
	    (d->list && list_refresh(d->list, d->sh->desk, &err)))
		desktop_say(d, ROLE_DANGER, err.msg);
	d->standing.undo_until = held.mine_until;
	desk_show(d->sh->desk, &d->how, words_get);
	if (under_review) {
		AUTO(buf_release) struct buf id = BUF_INIT;

		buf_adds(&id, item_id(under_review));
		desktop_open_item(d, id.data);
	} else {
		desktop_follow_cursor(d);
	}
}

/* What is drawn looks its words up each time; what was composed from the store is composed anew. */
void desktop_translate(struct desktop *d)
{
	desktop_reload(d);
	desktop_say(d, ROLE_INFO, _("Language: English"));
}

void desktop_refresh(struct desktop *d, const struct sync_status *sync)
{
	d->sync = *sync;
	desktop_mask_when_due(d);
	if (db_stamp(desk_db(d->sh->desk)) != d->stamp)
		desktop_reload(d);
	else
		desk_show(d->sh->desk, &d->how, words_get); /* ages move with the clock */
}

void desktop_open_desk(struct desktop *d, size_t at)
{
	const struct record *rec = d->rail.row[at].rec;
	struct err err = { 0 };

	d->at = d->rail.cur = at;
	drop_card(d);
	list_free(d->list);
	d->list = rec ? list_new(rec) : NULL;
	d->scroll = 0;
	if (rec && list_filter(d->list, d->sh->desk, rail_own_filter(&d->rail.row[d->at]), NULL, NULL, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	desktop_follow_cursor(d);
}

enum code desktop_new(struct desktop **out, struct shell *sh, const struct place *place, struct err *err)
{
	struct desktop *d = mem_alloc(sizeof *d);
	int at;

	d->sh = sh;
	d->focus = FOCUS_LIST;
	buf_init(&d->copied);
	buf_init(&d->picture);
	rail_build(&d->rail, desk_who(sh->desk));
	rail_views(&d->rail, sh->desk, NULL);
	desk_show(sh->desk, &d->how, words_get);
	at = place && rail_find(&d->rail, place->kind) >= 0 ? (int)rail_place(&d->rail, place->view, place->kind) : -1;
	desktop_open_desk(d, at < 0 ? 0 : (size_t)at);
	if (at >= 0 && d->list && list_filter(d->list, sh->desk, place->filter, NULL, NULL, err)) {
		desktop_free(d);
		return err->code;
	}
	if (at >= 0 && *place->id) {
		d->focus = FOCUS_ITEM;
		desktop_open_item(d, place->id);
	}
	desktop_reload(d);
	*out = d;
	return E_OK;
}

void desktop_free(struct desktop *d)
{
	if (!d)
		return;
	desktop_write_kept(d);
	form_free(d->form);
	ask_free(d->ask);
	buf_wipe(&d->copied);
	buf_release(&d->picture);
	card_free(d->card);
	list_free(d->list);
	doc_release(&d->text);
	find_free(d->find);
	rail_release(&d->rail);
	palette_free(d->palette);
	habit_lines_release(&d->opened);
	free(d);
}

const char *desktop_draft(const struct desktop *d, size_t *max)
{
	return d->form ? form_draft(d->form, max) : NULL;
}

void desktop_redraft(struct desktop *d, const char *text)
{
	form_redraft(d->form, text);
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
	const struct record *rec = d->rail.row[d->at].rec;
	const struct item *it = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;

	*out = (struct place){ 0 };
	snprintf(out->view, sizeof out->view, "%s", d->rail.row[d->at].filter ? d->rail.row[d->at].name : "");
	snprintf(out->kind, sizeof out->kind, "%s", rec ? rec->kind : "");
	snprintf(out->filter, sizeof out->filter, "%s", d->list ? list_filter_text(d->list) : "");
	snprintf(out->id, sizeof out->id, "%s", it ? item_id(it) : "");
	it = d->list ? list_current(d->list) : NULL;
	snprintf(out->row, sizeof out->row, "%s", it ? item_id(it) : "");
}

/* ---- keys ---- */
static enum scope place_of(const struct desktop *d)
{
	return d->focus == FOCUS_RAIL ? SCOPE_DESKS : d->focus == FOCUS_ITEM ? SCOPE_ITEM : SCOPE_LIST;
}

static enum scope scope_of(const struct desktop *d)
{
	return d->helping ? SCOPE_OVERLAY : place_of(d);
}

static void scroll_text(struct desktop *d, int by)
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
	struct err err = { 0 };

	if (d->focus == FOCUS_RAIL)
		move_rail(d, by);
	else if (d->focus == FOCUS_ITEM && d->card)
		card_scroll(d->card, by);
	else if (!d->list)
		scroll_text(d, by);
	else if (by == INT_MIN || by == INT_MAX ? list_end(d->list, d->sh->desk, by == INT_MAX, &err) : list_move(d->list, d->sh->desk, by, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	desktop_follow_cursor(d);
}

/* Out of the item to its row, from a filter to the desk's own, from there to the desks and back. */
static void go_back(struct desktop *d)
{
	struct err err = { 0 };

	if (d->focus == FOCUS_ITEM) {
		d->focus = FOCUS_LIST;
		if (d->card && list_seek(d->list, d->sh->desk, card_item(d->card), &err))
			desktop_say(d, ROLE_DANGER, err.msg);
		desktop_follow_cursor(d);
	} else if (d->focus == FOCUS_LIST && d->list && strcmp(list_filter_text(d->list), rail_own_filter(&d->rail.row[d->at])) != 0) {
		if (list_filter(d->list, d->sh->desk, rail_own_filter(&d->rail.row[d->at]), NULL, NULL, &err))
			desktop_say(d, ROLE_DANGER, err.msg);
		desktop_follow_cursor(d);
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
	struct err err = { 0 };

	if (d->list && list_sort(d->list, d->sh->desk, by, d->list_cols, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	desktop_follow_cursor(d);
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
	case REQ_SORT_NEXT: sort_list(d, 1); break;
	case REQ_SORT_PREVIOUS: sort_list(d, -1); break;
	case REQ_COPY:
	case REQ_EXPORT:
	case REQ_PICTURE:
	case REQ_REVEAL: return desktop_carry(d, req);
	case REQ_SORT_TURN: sort_list(d, 0); break;
	case REQ_PALETTE: desktop_palette(d); break;
	case REQ_RETURN: desktop_return(d); break;
	case REQ_SAVE_VIEW:
	case REQ_RENAME_VIEW:
	case REQ_DELETE_VIEW: desktop_views(d, req); break;
	case REQ_UNDO: return desktop_undo(d);
	case REQ_QUIT: return WISH_QUIT;
	case REQ_LOCK: return WISH_LOCK;
	case REQ_THEME: return WISH_THEME;
	case REQ_LANGUAGE: return WISH_LANGUAGE;
	case REQ_SYNC: return WISH_SYNC;
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
		scroll_text(d, by);
	else if (req == REQ_CLOSE) {
		d->helping = false;
		d->scroll = 0;
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
	enum req req = keymap_req(d->sh->keys, scope_of(d), event->key);
	const struct record *rec = d->rail.row[d->at].rec;
	int by;

	if (d->helping)
		return overlay_event(d, event->key);
	if (movement(req, d->text_rows > 1 ? d->text_rows - 1 : 1, &by)) {
		move(d, by);
		return WISH_NONE;
	}
	if (req != REQ_NONE)
		return desktop_request(d, req);
	for (size_t i = 0; rec && d->focus != FOCUS_RAIL && i < rec->nactions; i++)
		if (rec->actions[i].key == event->key)
			return desktop_take(d, &rec->actions[i]);
	say_unbound(d, event->key);
	return WISH_NONE;
}

int desktop_patience(const struct desktop *d)
{
	return d->find && find_waits(d->find) ? PAUSE_MS : TICK_MS;
}

size_t desktop_theme(const struct desktop *d)
{
	return d->theme;
}

/* Nobody presses a key: time for what would hold one up. */
static void at_pause(struct desktop *d)
{
	if (d->find && find_waits(d->find))
		find_look(d->find);
	desktop_write_kept(d);
}

static enum wish input_event(struct desktop *d, const struct event *event)
{
	*d->message = '\0';
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
	if (d->palette)
		return desktop_palette_event(d, event);
	if (d->find)
		return desktop_find_event(d, event);
	return event->type == EVENT_KEY ? key_event(d, event) : WISH_NONE;
}

enum wish desktop_event(struct desktop *d, const struct event *event)
{
	struct place before;
	enum wish wish;

	if (event->type == EVENT_TICK)
		at_pause(d);
	if (event->type != EVENT_KEY && event->type != EVENT_PASTE)
		return WISH_NONE;
	desktop_mask_when_due(d); /* before a key could still take something with it */
	desktop_place(d, &before);
	d->returning = false;
	wish = input_event(d, event);
	desktop_leave(d, &before);
	desktop_mask_when_due(d); /* whoever leaves an item leaves it masked */
	return wish;
}

/* ---- drawing ---- */
/* typed: where the filter stands while it is typed */
static void draw_list_head(struct desktop *d, struct grid *g, struct rect line, struct rect *typed)
{
	const struct rail_row *row = &d->rail.row[d->at];
	AUTO(buf_release) struct buf count = BUF_INIT;
	int col = line.col;
	bool whole;

	grid_fill(g, line, ROLE_TEXT);
	col += grid_put(g, line, line.row, col, ROLE_TITLE, rail_label(row)) + 2;
	if (d->find) {
		col += grid_put(g, line, line.row, col, ROLE_KEY, "/");
		*typed = (struct rect){ line.row, col, 1, line.col + line.cols - col };
		find_draw(d->find, g, *typed);
		return;
	}
	buf_addf(&count, "%lld", (long long)list_count(d->list, &whole));
	if (!whole)
		buf_addc(&count, '+');
	col += grid_put(g, line, line.row, col, ROLE_BADGE, count.data) + 2;
	if (*list_filter_text(d->list))
		grid_put(g, line, line.row, col, ROLE_MUTED, list_filter_text(d->list));
}

static void draw_list(struct desktop *d, struct grid *g, struct rect box)
{
	struct rect typed = { 0 };

	draw_list_head(d, g, (struct rect){ box.row, box.col, 1, box.cols }, &typed);
	d->text_rows = box.rows - 2;
	d->list_cols = box.cols;
	list_height(d->list, box.rows - 2);
	list_draw(d->list, g, (struct rect){ box.row + 1, box.col, box.rows - 1, box.cols }, &d->how, desk_who(d->sh->desk)->id,
		  d->focus == FOCUS_LIST);
	if (d->find)
		find_draw_below(d->find, g, typed, box);
}

static void draw_text(struct desktop *d, struct grid *g, struct rect box)
{
	d->text_rows = box.rows;
	d->text_lines = doc_draw(&d->text, NULL, box, 0, ROLE_MUTED, ROLE_HEADING);
	scroll_text(d, 0);
	doc_draw(&d->text, g, box, d->scroll, ROLE_MUTED, ROLE_HEADING);
}

static void draw_main(struct desktop *d, struct grid *g, struct rect box)
{
	bool full = d->focus == FOCUS_ITEM && d->card;

	if (box.cols >= RAIL_FROM_COLS && (!full || box.cols >= CARD_BESIDE_RAIL_COLS)) {
		rail_draw(&d->rail, g, (struct rect){ box.row, box.col, box.rows, RAIL_COLS }, d->at, d->focus == FOCUS_RAIL);
		grid_vline(g, box.row, box.col + RAIL_COLS, box.rows, ROLE_BORDER);
		box = (struct rect){ box.row, box.col + RAIL_COLS + 2, box.rows, box.cols - RAIL_COLS - 2 };
	} else if (d->focus == FOCUS_RAIL) {
		rail_draw(&d->rail, g, box, d->at, true);
		return;
	}
	if (full) {
		d->text_rows = box.rows - 3;
		card_draw(d->card, g, box, true);
	} else if (!d->list) {
		sync_write(&d->text, &d->standing);
		draw_text(d, g, box);
	} else if (d->preview && d->card) {
		int left = box.cols * PREVIEW_LIST_PERCENT / 100;

		draw_list(d, g, (struct rect){ box.row, box.col, box.rows, left });
		grid_vline(g, box.row, box.col + left, box.rows, ROLE_BORDER);
		card_draw(d->card, g, (struct rect){ box.row, box.col + left + 2, box.rows, box.cols - left - 2 }, false);
	} else {
		draw_list(d, g, box);
	}
}

static void draw_help(struct desktop *d, struct grid *g, struct rect screen)
{
	struct rect box = rect_inset(screen, screen.rows > 20 ? 2 : 0, screen.cols > 70 ? 4 : 0), in = rect_inset(box, 1, 2);

	help_write(&d->text, g, d->sh->desk, d->sh->keys, place_of(d), d->focus == FOCUS_RAIL ? NULL : d->rail.row[d->at].rec, desktop_item(d));
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, _("Help · Esc closes"), ROLE_OVERLAY_TITLE);
	d->text_rows = in.rows;
	d->text_lines = doc_draw(&d->text, NULL, in, 0, ROLE_OVERLAY_KEY, ROLE_OVERLAY_TITLE);
	scroll_text(d, 0);
	doc_draw(&d->text, g, in, d->scroll, ROLE_OVERLAY_KEY, ROLE_OVERLAY_TITLE);
	if (d->scroll + in.rows < d->text_lines)
		grid_put(g, box, box.row + box.rows - 1, box.col + box.cols - 4, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_DOWN));
}

/* What has to be said is said whole: a long message takes lines of the screen above until the next key. */
static void draw_message(const struct desktop *d, struct grid *g, struct rect line)
{
	int rows = grid_wrap(NULL, line, 0, d->message_role, d->message);
	struct rect box = { line.row - rows + 1, line.col, rows, line.cols };

	if (box.row < 0)
		box = rect_meet(box, grid_rect(g));
	grid_fill(g, box, d->message_role);
	grid_wrap(g, box, 0, d->message_role, d->message);
}

void desktop_draw(struct desktop *d, struct grid *g)
{
	struct rect screen = grid_rect(g), main = screen;
	struct rect hints = { screen.rows - 2, 0, 1, screen.cols }, status = { screen.rows - 1, 0, 1, screen.cols };
	bool preview = screen.cols >= WIDE_COLS;

	grid_clear(g);
	desktop_mask_when_due(d);
	d->standing.operator = desk_who(d->sh->desk)->name;
	d->standing.roles = desk_who(d->sh->desk)->roles;
	d->standing.sync = &d->sync;
	d->standing.keys = d->sh->keys;
	d->standing.now = store_now(d->sh->store);
	d->standing.revealed = d->card ? grant_left(&d->grant, card_item(d->card), d->standing.now) : 0;
	if (preview != d->preview) {
		d->preview = preview;
		desktop_follow_cursor(d);
	}
	main.rows -= 2;
	draw_main(d, g, main);
	if (*d->message)
		draw_message(d, g, hints);
	else
		hints_draw(g, hints, d->sh->desk, d->sh->keys, scope_of(d), d->rail.row[d->at].rec, desktop_item(d));
	status_draw(g, status, &d->standing);
	if (d->helping)
		draw_help(d, g, screen);
	if (d->palette)
		palette_draw(d->palette, g, main);
	if (d->form)
		form_draw(d->form, g, main);
	if (d->ask)
		ask_draw(d->ask, g, main);
}
