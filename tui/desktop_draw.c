/* The main screen drawn: what stands where, and what covers what. */
#include "tui/desktop_parts.h"
#include "tui/help.h"
#include "tui/words.h"

enum { WIDE_COLS = 120, RAIL_FROM_COLS = 60, CARD_BESIDE_RAIL_COLS = 100, PREVIEW_LIST_PERCENT = 56 };

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
	desktop_scroll_text(d, 0);
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

	help_write(&d->text, g, d->sh->desk, d->sh->keys, desktop_place_of(d), d->focus == FOCUS_RAIL ? NULL : d->rail.row[d->at].rec, desktop_item(d));
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, _("Help · Esc closes"), ROLE_OVERLAY_TITLE);
	d->text_rows = in.rows;
	d->text_lines = doc_draw(&d->text, NULL, in, 0, ROLE_OVERLAY_KEY, ROLE_OVERLAY_TITLE);
	desktop_scroll_text(d, 0);
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
		hints_draw(g, hints, d->sh->desk, d->sh->keys, desktop_scope(d), d->rail.row[d->at].rec, desktop_item(d));
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
