/* The main screen drawn: what stands where, and what covers what. */
#include "tui/desktop/parts.h"
#include "tui/help.h"
#include "tui/words.h"

enum { WIDE_COLS = 120, RAIL_FROM_COLS = 60, CARD_BESIDE_RAIL_COLS = 100 };

/* What is searched for, how long already, and how to end it; the rows below are still the old ones. */
static void draw_searching(struct desktop *d, struct grid *g, struct rect line, int col, const struct searching *s)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	char key[32];

	key_label(keymap_key(d->sh->keys, REQ_BACK), key);
	buf_addf(&text, _("Searching… %lld s  %s stops"), (long long)(s->ms / 1000), key);
	col += grid_put(g, line, line.row, col, ROLE_PENDING, text.data) + 2;
	grid_put(g, line, line.row, col, ROLE_MUTED, s->filter ? s->filter : list_filter_text(d->list));
}

/* typed: where the filter stands while it is typed */
static void draw_list_head(struct desktop *d, struct grid *g, struct rect line, struct rect *typed)
{
	const struct rail_row *row = &d->rail.row[d->at];
	AUTO(buf_release) struct buf count = BUF_INIT;
	struct searching searching;
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
	if (desktop_searching(d, &searching)) {
		draw_searching(d, g, line, col, &searching);
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
	if (!list_height(d->list, box.rows - 2))
		desktop_list(d, (struct list_step){ .what = STEP_REFRESH });
	list_draw(d->list, g, (struct rect){ box.row + 1, box.col, box.rows - 1, box.cols }, &d->how, desk_who(d->sh->desk)->id,
		  d->focus == FOCUS_LIST);
	list_draw_marks(d->list, g, (struct rect){ box.row + 1, box.col, box.rows - 1, box.cols }, d->marks);
	if (d->find)
		find_draw_below(d->find, g, typed, box);
}

static void draw_text(struct desktop *d, struct grid *g, struct rect box)
{
	grid_spot(g, box, SPOT_TEXT, 0);
	d->text_rows = box.rows;
	d->text_lines = doc_draw(&d->text, NULL, box, 0, ROLE_MUTED, ROLE_HEADING);
	desktop_scroll_text(d, 0);
	doc_draw(&d->text, g, box, d->scroll, ROLE_MUTED, ROLE_HEADING);
}

/* The line that divides a box behind its first columns; the gap beside it can be taken hold of as well. */
static void draw_edge(const struct desktop *d, struct grid *g, struct rect box, int cols, enum spot edge, struct rect *divided)
{
	grid_vline(g, box.row, box.col + cols, box.rows, d->dragged == edge ? ROLE_BORDER_ACTIVE : ROLE_BORDER);
	grid_spot(g, (struct rect){ box.row, box.col + cols, box.rows, 2 }, edge, 0);
	*divided = box;
}

static void draw_card(struct desktop *d, struct grid *g, struct rect box, bool active)
{
	card_fit(d->card, box.cols);
	card_read(d->card, d->sh->desk, &d->how, &d->grant, desktop_rests(d));
	card_draw(d->card, g, box, active);
}

static void draw_main(struct desktop *d, struct grid *g, struct rect box)
{
	bool full = d->focus == FOCUS_ITEM && d->card;

	d->layout.whole = d->layout.split = (struct rect){ 0 };
	if (box.cols >= RAIL_FROM_COLS && (!full || box.cols >= CARD_BESIDE_RAIL_COLS)) {
		int rail = desktop_rail_cols(d, box.cols);

		rail_draw(&d->rail, g, (struct rect){ box.row, box.col, box.rows, rail }, d->at, d->focus == FOCUS_RAIL);
		draw_edge(d, g, box, rail, SPOT_RAIL_EDGE, &d->layout.whole);
		box = (struct rect){ box.row, box.col + rail + 2, box.rows, box.cols - rail - 2 };
	} else if (d->focus == FOCUS_RAIL) {
		rail_draw(&d->rail, g, box, d->at, true);
		return;
	}
	if (full) {
		struct rect card = box, picture;
		bool beside = desktop_beside_room(d, box, &card, &picture);

		d->text_rows = box.rows - 3;
		draw_card(d, g, card, true);
		if (beside)
			desktop_beside_draw(d, g, picture);
		else
			desktop_beside_end(d);
	} else if (desktop_on_metrics(d)) {
		desktop_metrics_draw(d, g, box);
	} else if (!d->list) {
		sync_write(&d->text, &d->standing);
		draw_text(d, g, box);
	} else if (d->preview && d->card) {
		int left = desktop_list_cols(d, box.cols);

		draw_list(d, g, (struct rect){ box.row, box.col, box.rows, left });
		draw_edge(d, g, box, left, SPOT_CARD_EDGE, &d->layout.split);
		draw_card(d, g, (struct rect){ box.row, box.col + left + 2, box.rows, box.cols - left - 2 }, false);
	} else {
		draw_list(d, g, box);
	}
}

static void draw_help(struct desktop *d, struct grid *g, struct rect screen)
{
	struct rect box = rect_inset(screen, screen.rows > 20 ? 2 : 0, screen.cols > 70 ? 4 : 0), in = rect_inset(box, 1, 2);
	const struct doc *doc = d->shows_written ? &d->written : &d->text;
	const struct item *it = desktop_item(d);
	struct checklist own = { .when = 0 };
	AUTO(buf_release) struct buf title = BUF_INIT;
	char copy[32];

	key_label(keymap_key(d->sh->keys, REQ_COPY), copy);
	if (d->shows_written)
		buf_addf(&title, _("Half-written · %s copies it, Esc throws it away"), copy);
	else
		buf_adds(&title, _("Help · Esc closes"));
	help_write(&d->text, g, d->sh->desk, d->sh->keys, desktop_place_of(d),
		   d->viewer || d->focus == FOCUS_RAIL ? NULL : d->rail.row[d->at].rec, it, it ? desktop_checks(d, it, &own) : NULL);
	grid_cursor_hide(g);
	grid_spot(g, box, SPOT_TEXT, 0);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, title.data, ROLE_OVERLAY_TITLE);
	d->text_rows = in.rows;
	d->text_lines = doc_draw(doc, NULL, in, 0, ROLE_OVERLAY_KEY, ROLE_OVERLAY_TITLE);
	desktop_scroll_text(d, 0);
	doc_draw(doc, g, in, d->scroll, ROLE_OVERLAY_KEY, ROLE_OVERLAY_TITLE);
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

/* A list on its way into a file stands before the hints; the room that is left for them. */
static struct rect draw_export(const struct desktop *d, struct grid *g, struct rect line)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	int64_t rows, of;
	int used;

	if (!desktop_exporting(d, &rows, &of))
		return line;
	if (of)
		buf_addf(&text, _("Export: %lld of %lld rows"), (long long)rows, (long long)of);
	else
		buf_adds(&text, _("Export: counting the rows"));
	if (d->focus != FOCUS_ITEM) {
		char key[32];

		key_label(keymap_key(d->sh->keys, REQ_BACK), key);
		buf_addf(&text, _("  %s stops"), key);
	}
	grid_fill(g, line, ROLE_TEXT);
	used = grid_put(g, line, line.row, line.col, ROLE_PENDING, text.data) + 2;
	return (struct rect){ line.row, line.col + used, 1, used < line.cols ? line.cols - used : 0 };
}

static void draw_hints(struct desktop *d, struct grid *g, struct rect line)
{
	const struct item *it = d->viewer ? NULL : desktop_item(d);
	bool marked = d->focus == FOCUS_LIST && d->standing.marked;

	hints_draw(g, line, d->sh->desk, d->sh->keys, desktop_scope(d), d->viewer ? NULL : d->rail.row[d->at].rec, it,
		   it && !marked ? desktop_possible(d, it) : NULL);
}

void desktop_draw(struct desktop *d, struct grid *g)
{
	struct rect screen = grid_rect(g), main = screen;
	struct rect hints = { screen.rows - 2, 0, 1, screen.cols }, status = { screen.rows - 1, 0, 1, screen.cols };
	bool preview = screen.cols >= WIDE_COLS;

	grid_clear(g);
	d->shown = g;
	desktop_mask_when_due(d);
	d->standing.operator = desk_who(d->sh->desk)->name;
	d->standing.roles = desk_who(d->sh->desk)->roles;
	d->standing.sync = &d->sync;
	d->standing.keys = d->sh->keys;
	d->standing.now = store_now(d->sh->store);
	d->standing.revealed = d->card ? grant_left(&d->grant, card_item(d->card), d->standing.now) : 0;
	if (d->viewer && viewer_revealed(d->viewer) > d->standing.revealed)
		d->standing.revealed = viewer_revealed(d->viewer);
	desktop_count_marks(d);
	if (preview != d->preview) {
		d->preview = preview;
		desktop_follow_cursor(d);
	}
	if (d->focus != FOCUS_ITEM)
		desktop_beside_end(d); /* whose picture it is was left */
	main.rows -= 2;
	main = desktop_draw_tour(d, g, main);
	if (d->viewer)
		viewer_draw(d->viewer, g, main, &d->how, d->sh->keys, true);
	else
		draw_main(d, g, main);
	if (*d->message)
		draw_message(d, g, hints);
	else
		draw_hints(d, g, draw_export(d, g, hints));
	status_draw(g, status, &d->standing);
	if (d->helping || d->box || d->palette || d->form || d->bulk || d->ask)
		grid_spot(g, screen, SPOT_NONE, 0);
	if (d->helping)
		draw_help(d, g, d->tour.on ? main : screen);
	if (d->box)
		column_box_draw(d->box, g, main, d->list_cols);
	if (d->palette)
		palette_draw(d->palette, g, main);
	if (d->form)
		form_draw(d->form, g, main);
	desktop_bulk_progress(d);
	if (d->bulk)
		bulkview_draw(d->bulk, g, main, d->standing.undo_until > d->standing.now ? keymap_key(d->sh->keys, REQ_UNDO) : 0);
	if (d->ask)
		ask_draw(d->ask, g, main);
}
