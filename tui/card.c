#include "tui/card.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/part.h"
#include "tui/fields.h"
#include "tui/panes.h"
#include "tui/qrview.h"
#include "tui/words.h"

enum { PANES_MAX = 16, HEAD_LEAST = 8 /* columns of a name that has to make room */, BESIDE_COLS = 138, GUTTER = 3,
       CODE_TEXT_COLS = 20 /* beside a code */ };

struct pane {
	const char *label;      /* msgid */
	struct doc doc;
	int scroll;
	int rows, lines;        /* of its place when it was last drawn, and of its text there */
	const char *sign;       /* a mark beside the tab: failed checks are seen from every pane */
	struct qr *code;        /* drawn before the text; NULL: none */
	const struct part *part; /* that it shows; NULL: none */
};

struct card {
	const struct record *rec;
	char *id, *title;       /* title: as it shows; NULL before the first load */
	struct item item;
	bool loaded;
	struct opened since;
	size_t changes;         /* fields that have changed since then */
	struct pane pane[PANES_MAX];
	size_t npanes, on;
};

struct card *card_new(const struct record *rec, const char *id)
{
	struct card *c = mem_alloc(sizeof *c);

	c->rec = rec;
	c->id = mem_strdup(id);
	return c;
}

static void pane_clear(struct pane *p)
{
	doc_release(&p->doc);
	free(p->code);
	p->code = NULL;
	p->sign = NULL;
	p->part = NULL;
}

void card_free(struct card *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < PANES_MAX; i++) /* those too that an earlier load had more */
		pane_clear(&c->pane[i]);
	item_release(&c->item);
	opened_release(&c->since);
	free(c->id);
	free(c->title);
	free(c);
}

void card_since(struct card *c, struct opened *o)
{
	opened_release(&c->since);
	c->since = *o;
	*o = (struct opened){ 0 };
}

void card_learn(struct card *c, const struct item *before, const struct item *after)
{
	opened_learn(&c->since, before, after);
}

const struct item *card_item(const struct card *c)
{
	return c->loaded ? &c->item : NULL;
}

/* What it is called in its head: as its summary shows it. */
static void name(struct card *c, const struct show *how)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	int f = c->rec->title ? record_field(c->rec, c->rec->title) : -1;

	if (f >= 0)
		item_show(&title, &c->item, (size_t)f, how);
	free(c->title);
	c->title = mem_strdup(title.len ? title.data : item_id(&c->item));
}

/* Panes keep their place and scroll over a reload. */
static struct doc *next_pane(struct card *c, size_t *n, const char *label)
{
	struct pane *p = &c->pane[(*n)++];

	pane_clear(p);
	p->label = label;
	return &p->doc;
}

/* Where several said the same thing, that and the checks are what is decided by: one page, before everything else. */
static void add_review(struct card *c, size_t *n, struct desk *d, const struct show *how)
{
	struct doc *doc = next_pane(c, n, N_("Review"));
	bool failed = false;

	pane_compared(doc, d, &c->item, how);
	if (c->rec->nchecks)
		doc_heading(doc, _("Checks"));
	pane_checks(doc, d, &c->item, &failed);
	c->pane[*n - 1].sign = failed ? "!" : NULL;
}

static void add_checks(struct card *c, size_t *n, struct desk *d, const struct item *it)
{
	bool failed = false;

	if (!it->rec->nchecks)
		return;
	pane_checks(next_pane(c, n, N_("Checks")), d, it, &failed);
	c->pane[*n - 1].sign = failed ? "!" : NULL;
}

static void add_prose(struct card *c, size_t *n, const struct item *it, const struct show *how)
{
	if (it->rec->prose)
		pane_prose(next_pane(c, n, it->rec->fields[record_field(it->rec, it->rec->prose)].label), it, how);
}

/* A proposal, a command, a journal entry is about another record: who answers it sees that record and its checks here. */
static void add_subject(struct card *c, size_t *n, struct desk *d, const struct show *how)
{
	const char *kind = c->rec->subject_kind ? item_text(&c->item, c->rec->subject_kind) : "";
	AUTO(item_release) struct item subject = { 0 };

	if (!record_find(kind) || desk_load(d, kind, item_text(&c->item, c->rec->subject), &subject, NULL))
		return;
	pane_summary(next_pane(c, n, record_find(kind)->label), &subject, how);
	add_checks(c, n, d, &subject);
	add_prose(c, n, &subject, how);
}

static void add_differences(struct card *c, size_t *n, struct desk *d, const struct show *how)
{
	struct doc *doc = next_pane(c, n, N_("Differences"));

	pane_difference(doc, d, &c->item, &c->since, how);
	if (!doc->n) /* there are no two states of it, or nobody sees them here */
		(*n)--;
}

/* A link for somebody else's telephone, who reads it from this screen. */
static void add_code(struct card *c, size_t *n, const struct show *how)
{
	int f = c->rec->code ? record_field(c->rec, c->rec->code) : -1, state = item_state(&c->item);
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct doc *doc;

	if (f < 0 || state < 0 || !(c->rec->code_states & IN(state)) || c->item.v[f].type != VALUE_TEXT)
		return;
	doc = next_pane(c, n, c->rec->fields[f].label);
	field_show(&text, &c->item, (size_t)f, how);
	doc_add(doc, NULL, field_role(&c->item, (size_t)f, how), text.data);
	if (field_masked(&c->rec->fields[f], how->clearance))
		return;
	c->pane[*n - 1].code = mem_alloc(sizeof *c->pane->code);
	if (qr_make(c->pane[*n - 1].code, c->item.v[f].text))
		return;
	free(c->pane[*n - 1].code);
	c->pane[*n - 1].code = NULL;
}

static enum code add_parts(struct card *c, size_t *n, struct desk *d, const struct show *how, struct err *err)
{
	for (size_t i = 0; i < c->rec->nparts && *n < PANES_MAX - 2; i++) {
		const struct part *part = &c->rec->parts[i];

		if (!part_visible(d, part))
			continue;
		if (pane_part(next_pane(c, n, part->label), d, &c->item, part, how, err))
			return err->code;
		c->pane[*n - 1].part = part;
	}
	return E_OK;
}

/* In the pane of that name, wherever it stands now: the differences come and go, and so does a record that this one is about. */
static void stay(struct card *c, const char *label)
{
	if (!label || (c->on < c->npanes && strcmp(c->pane[c->on].label, label) == 0))
		return;
	for (c->on = 0; c->on < c->npanes; c->on++)
		if (strcmp(c->pane[c->on].label, label) == 0)
			return;
	c->on = 0;
}

enum code card_load(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, struct err *err)
{
	struct item fresh = { 0 };
	struct show own;
	size_t n = 0;
	const char *was = c->npanes ? c->pane[c->on].label : NULL;

	if (desk_load(d, c->rec->kind, c->id, &fresh, err))
		return err->code;
	item_release(&c->item);
	c->item = fresh;
	c->loaded = true;
	own = grant_show(granted, &c->item, how, store_now(desk_store(d)));
	name(c, &own);
	c->changes = opened_changes(&c->since, &c->item);
	if (c->rec->ncompared)
		add_review(c, &n, d, &own);
	pane_summary(next_pane(c, &n, N_("Summary")), &c->item, &own);
	if (!c->rec->ncompared)
		add_checks(c, &n, d, &c->item);
	add_prose(c, &n, &c->item, &own);
	if (c->rec->tally)
		pane_tally(next_pane(c, &n, c->rec->tally_label), d, &c->item, &own);
	add_code(c, &n, &own);
	add_subject(c, &n, d, how);
	add_differences(c, &n, d, how);
	if (add_parts(c, &n, d, how, err))
		return err->code;
	if (c->rec->nshared && n < PANES_MAX - 2 && pane_network(next_pane(c, &n, N_("Network")), d, &c->item, how, err))
		return err->code;
	if (pane_timeline(next_pane(c, &n, N_("Timeline")), d, &c->item, how, err) ||
	    pane_journal(next_pane(c, &n, N_("Journal")), d, &c->item, how, err))
		return err->code;
	c->npanes = n;
	stay(c, was);
	return E_OK;
}

size_t card_pane(const struct card *c)
{
	return c->on;
}

const struct part *card_part(const struct card *c)
{
	return c->npanes ? c->pane[c->on].part : NULL;
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

/* The name is cut before what stands behind it: number, state and the pending mark are never pushed off the screen. */
static void draw_head(struct card *c, struct grid *g, struct rect line)
{
	int state = item_state(&c->item), col = line.col, rest, room;
	const char *label = state >= 0 ? _(c->rec->states[state].label) : "?", *title = c->title;
	const char *pending = c->item.v[F_PENDING].num ? _("queued, not effective") : NULL;
	AUTO(buf_release) struct buf news = BUF_INIT;

	rest = (c->rec->title ? 2 + grid_width(item_id(&c->item)) : 0) + 2 + grid_width(label) + (pending ? 4 + grid_width(pending) : 0);
	write_news(&news, c, line.cols - rest - grid_width(title) - 2);
	rest += news.len ? 2 + grid_width(news.data) : 0;
	room = line.cols - rest < HEAD_LEAST ? HEAD_LEAST : line.cols - rest;
	if (room > grid_width(title))
		room = grid_width(title);
	grid_fill(g, line, ROLE_TEXT);
	grid_field(g, rect_meet(line, (struct rect){ line.row, col, 1, room }), ALIGN_LEFT, ROLE_TITLE, title);
	col += room + 2;
	if (c->rec->title)
		col += grid_put(g, line, line.row, col, ROLE_MUTED, item_id(&c->item)) + 2;
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
	size_t other = c->on ? c->on : 1;

	draw_pane(&c->pane[0], g, (struct rect){ box.row, box.col, box.rows, left }, active && !c->on);
	grid_vline(g, box.row, box.col + left + 1, box.rows, ROLE_BORDER);
	draw_pane(&c->pane[other], g, (struct rect){ box.row, box.col + left + GUTTER, box.rows, box.cols - left - GUTTER }, active && c->on);
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
	if (box.cols >= BESIDE_COLS && c->npanes > 1)
		draw_beside(c, g, below, active);
	else
		draw_pane(&c->pane[c->on], g, below, active);
}
