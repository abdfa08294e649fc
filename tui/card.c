/* The card drawn, and moved about in. What it says is read in tui/card_read.c. */
#include <limits.h>
#include <string.h>

#include "tui/card_parts.h"
#include "tui/fields.h"
#include "tui/qrview.h"
#include "tui/words.h"

enum { HEAD_LEAST = 8 /* columns of a name that has to make room */, BESIDE_COLS = 138, GUTTER = 3, CODE_TEXT_COLS = 20 /* beside a code */ };

size_t card_pane(const struct card *c)
{
	return c->on;
}

const struct part *card_part(const struct card *c)
{
	return c->npanes ? c->pane[c->on].part : NULL;
}

void card_fit(struct card *c, int cols)
{
	c->wide = cols >= BESIDE_COLS;
}

/* The pane that stands beside the open one where there is room: the first, and while that is the open one, the next. */
static size_t other_pane(const struct card *c)
{
	return c->on ? 0 : 1;
}

bool pane_in_sight(const struct card *c, size_t pane)
{
	return pane < c->npanes && (pane == c->on || (c->wide && pane == other_pane(c)));
}

void card_turn(struct card *c, int by)
{
	if (c->npanes)
		c->on = (c->on + c->npanes + (size_t)(by + (int)c->npanes)) % c->npanes;
}

void card_open(struct card *c, size_t pane)
{
	if (pane < c->npanes)
		c->on = pane;
}

static void scroll(struct pane *p, int lines)
{
	int most = p->lines > p->rows ? p->lines - p->rows : 0;

	if (lines == INT_MIN)
		p->scroll = 0;
	else if (lines == INT_MAX)
		p->scroll = most;
	else
		p->scroll += lines;
	if (p->scroll > most)
		p->scroll = most;
	if (p->scroll < 0)
		p->scroll = 0;
}

void card_scroll(struct card *c, int lines)
{
	scroll(&c->pane[c->on], lines);
}

/* That it has changed since its reader last opened it; in so many columns, or in few. */
static void write_news(struct buf *out, const struct card *c, int room)
{
	if (!c->changes)
		return;
	if (c->changes == 1)
		buf_adds(out, _("~ changed since you last opened it (1 field)"));
	else
		buf_addf(out, _("~ changed since you last opened it (%zu fields)"), c->changes);
	if (grid_width(out->data) <= room)
		return;
	buf_clear(out);
	buf_addf(out, _("~ changed (%zu)"), c->changes);
}

/* The name is cut before what stands behind it, and a long number before state and pending mark, which are never pushed off the screen. */
static void draw_head(struct card *c, struct grid *g, struct rect line)
{
	int state = item_state(&c->item), col = line.col, rest, room, over, named = grid_width(item_id(&c->item));
	const char *label = state >= 0 ? _(c->rec->states[state].label) : "?", *title = c->title;
	const char *pending = c->item.v[F_PENDING].num ? _("queued, not effective") : NULL;
	AUTO(buf_release) struct buf news = BUF_INIT;

	rest = (c->rec->title ? 2 + named : 0) + 2 + grid_width(label) + (pending ? 4 + grid_width(pending) : 0);
	write_news(&news, c, line.cols - rest - grid_width(title) - 2);
	rest += news.len ? 2 + grid_width(news.data) : 0;
	room = line.cols - rest < HEAD_LEAST ? HEAD_LEAST : line.cols - rest;
	if (room > grid_width(title))
		room = grid_width(title);
	over = room + rest - line.cols;
	if (over > 0 && named > HEAD_LEAST)
		named = named - over < HEAD_LEAST ? HEAD_LEAST : named - over;
	grid_fill(g, line, ROLE_TEXT);
	grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, room }), ALIGN_LEFT, ROLE_TITLE, title);
	col += room + 2;
	if (c->rec->title) {
		grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, named }), ALIGN_LEFT, ROLE_MUTED, item_id(&c->item));
		col += named + 2;
	}
	col += grid_put(g, line, line.row, col, state >= 0 ? tone_role(c->rec->states[state].tone) : ROLE_TEXT, label) + 2;
	if (pending) {
		col += grid_put(g, line, line.row, col, ROLE_PENDING, grid_glyph(g, GLYPH_PENDING)) + 1;
		col += grid_put(g, line, line.row, col, ROLE_PENDING, pending) + 2;
	}
	grid_put(g, line, line.row, col, ROLE_INFO, news.data);
}

static int tab_width(const struct pane *p, int pad)
{
	return grid_width(_(p->label)) + (p->sign ? grid_width(p->sign) : 0) + 1 + pad;
}

static int tabs_width(const struct card *c, size_t from, size_t to, int pad)
{
	int cols = 0;

	for (size_t i = from; i < to; i++)
		cols += tab_width(&c->pane[i], pad);
	return cols;
}

static void draw_tab(const struct pane *p, struct grid *g, struct rect tab, int pad, bool open, size_t number)
{
	enum role role = open ? ROLE_MARKED : ROLE_MUTED;
	int at = tab.col + pad;

	grid_fill(g, tab, role);
	grid_spot(g, tab, SPOT_TAB, number);
	at += grid_put(g, tab, tab.row, at, role, _(p->label));
	if (p->sign)
		grid_put(g, tab, tab.row, at, ROLE_DANGER, p->sign);
}

/* Narrow screens lose the space around the names, then the panes before the open one; a sign at either end says that there are more. */
static void draw_tabs(struct card *c, struct grid *g, struct rect line)
{
	int pad = tabs_width(c, 0, c->npanes, 1) <= line.cols;
	bool cut = tabs_width(c, 0, c->npanes, pad) > line.cols;
	struct rect room = cut ? (struct rect){ line.row, line.col + 1, 1, line.cols - 2 } : line;
	int col = room.col, end = room.col + room.cols;
	size_t from = 0;

	while (from < c->on && tabs_width(c, from, c->on + 1, pad) > room.cols)
		from++;
	grid_fill(g, line, ROLE_TEXT);
	for (size_t i = from; i < c->npanes && col < end; i++) {
		struct rect tab = { line.row, col, 1, tab_width(&c->pane[i], pad) - !pad };

		draw_tab(&c->pane[i], g, rect_meet(room, tab), pad, i == c->on, i);
		col += tab_width(&c->pane[i], pad);
	}
	if (cut && from)
		grid_put(g, line, line.row, line.col, ROLE_MUTED, "<");
	if (cut && tabs_width(c, from, c->npanes, pad) > room.cols)
		grid_put(g, line, line.row, end, ROLE_MUTED, ">");
}

/* What is left of box for the text: beside the code, or below it. */
static struct rect draw_code(const struct pane *p, struct grid *g, struct rect box)
{
	struct rect drawn = qrview_draw(g, box, p->code);
	int rows, cols;

	if (!drawn.rows) {
		AUTO(buf_release) struct buf words = BUF_INIT;

		qrview_least(g, p->code, &rows, &cols);
		buf_addf(&words, _("The QR code takes %d columns and %d rows here; a larger screen has them."), cols, rows);
		drawn = (struct rect){ box.row, box.col, grid_wrap(g, box, 0, ROLE_WARNING, words.data) + 1, box.cols };
	}
	if (box.cols - drawn.cols > CODE_TEXT_COLS)
		return (struct rect){ box.row, box.col + drawn.cols + 2, box.rows, box.cols - drawn.cols - 2 };
	return (struct rect){ box.row + drawn.rows, box.col, box.rows - drawn.rows, box.cols };
}

/* A pane below its line; open: it has the keys. */
static void draw_pane(struct pane *p, struct grid *g, struct rect box, bool open)
{
	struct rect body = { box.row + 1, box.col, box.rows - 1, box.cols };

	grid_hline(g, box.row, box.col, box.cols, open ? ROLE_BORDER_ACTIVE : ROLE_BORDER);
	if (p->code)
		body = draw_code(p, g, body);
	p->rows = body.rows > 0 ? body.rows : 0;
	p->lines = doc_draw(&p->doc, NULL, body, 0, ROLE_MUTED, ROLE_HEADING);
	scroll(p, 0); /* the screen may have grown since */
	doc_draw(&p->doc, g, body, p->scroll, ROLE_MUTED, ROLE_HEADING);
	if (p->scroll > 0)
		grid_put(g, box, box.row, box.col + box.cols - 3, ROLE_MUTED, grid_glyph(g, GLYPH_UP));
	if (p->scroll + p->rows < p->lines)
		grid_put(g, box, box.row, box.col + box.cols - 2, ROLE_MUTED, grid_glyph(g, GLYPH_DOWN));
}

/* Where there is room the first pane stays in sight beside the open one; while it is itself the open one, the next stands there. */
static void draw_beside(struct card *c, struct grid *g, struct rect box, bool active)
{
	int left = (box.cols - GUTTER) / 2;

	draw_pane(&c->pane[0], g, (struct rect){ box.row, box.col, box.rows, left }, active && !c->on);
	grid_vline(g, box.row, box.col + left + 1, box.rows, ROLE_BORDER);
	draw_pane(&c->pane[c->on ? c->on : 1], g, (struct rect){ box.row, box.col + left + GUTTER, box.rows, box.cols - left - GUTTER },
		  active && c->on);
}

void card_draw(struct card *c, struct grid *g, struct rect box, bool active)
{
	struct rect below = { box.row + 2, box.col, box.rows - 2, box.cols };

	grid_fill(g, box, ROLE_TEXT);
	grid_spot(g, box, SPOT_CARD, 0);
	if (!c->loaded)
		return;
	draw_head(c, g, (struct rect){ box.row, box.col, 1, box.cols });
	draw_tabs(c, g, (struct rect){ box.row + 1, box.col, 1, box.cols });
	if (c->wide && c->npanes > 1)
		draw_beside(c, g, below, active);
	else
		draw_pane(&c->pane[c->on], g, below, active);
}
