#include "tui/card.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tui/list.h"
#include "tui/panes.h"
#include "tui/words.h"

enum { PANES_MAX = 8 };

struct pane {
	const char *label;      /* msgid */
	struct doc doc;
	int scroll;
	const char *sign;       /* a mark beside the tab: failed checks are seen from every pane */
};

struct card {
	const struct record *rec;
	char *id;
	struct item item;
	bool loaded;
	struct pane pane[PANES_MAX];
	size_t npanes, on;
	int rows;               /* of the body when it was last drawn, and the lines that the pane had */
	int lines;
};

struct card *card_new(const struct record *rec, const char *id)
{
	struct card *c = mem_alloc(sizeof *c);

	c->rec = rec;
	c->id = mem_strdup(id);
	return c;
}

void card_free(struct card *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->npanes; i++)
		doc_release(&c->pane[i].doc);
	item_release(&c->item);
	free(c->id);
	free(c);
}

const struct item *card_item(const struct card *c)
{
	return c->loaded ? &c->item : NULL;
}

/* Panes keep their place and scroll over a reload: the set depends on the record kind alone. */
static struct doc *next_pane(struct card *c, size_t *n, const char *label)
{
	struct pane *p = &c->pane[(*n)++];

	p->label = label;
	p->sign = NULL;
	doc_clear(&p->doc);
	return &p->doc;
}

enum code card_load(struct card *c, struct desk *d, const struct show *how, struct err *err)
{
	struct item fresh = { 0 };
	size_t n = 0;
	bool failed = false;

	if (desk_load(d, c->rec->kind, c->id, &fresh, err))
		return err->code;
	item_release(&c->item);
	c->item = fresh;
	c->loaded = true;
	pane_summary(next_pane(c, &n, N_("Summary")), &c->item, how);
	if (c->rec->nchecks) {
		pane_checks(next_pane(c, &n, N_("Checks")), d, &c->item, &failed);
		c->pane[n - 1].sign = failed ? "!" : NULL;
	}
	for (size_t i = 0; i < c->rec->nparts && n < PANES_MAX - 2; i++)
		if (pane_part(next_pane(c, &n, c->rec->parts[i].label), d, &c->item, &c->rec->parts[i], how, err))
			return err->code;
	if (pane_timeline(next_pane(c, &n, N_("Timeline")), d, &c->item, how, err) ||
	    pane_journal(next_pane(c, &n, N_("Journal")), d, &c->item, how, err))
		return err->code;
	c->npanes = n;
	return E_OK;
}

void card_turn(struct card *c, int by)
{
	if (c->npanes)
		c->on = (c->on + c->npanes + (size_t)(by + (int)c->npanes)) % c->npanes;
}

void card_scroll(struct card *c, int lines)
{
	struct pane *p = &c->pane[c->on];
	int most = c->lines > c->rows ? c->lines - c->rows : 0;

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

static void draw_head(struct card *c, struct grid *g, struct rect box)
{
	int state = item_state(&c->item), col = box.col;
	struct rect line = { box.row, box.col, 1, box.cols };

	grid_fill(g, line, ROLE_TEXT);
	col += grid_put(g, line, box.row, col, ROLE_TITLE, item_title(&c->item)) + 2;
	if (c->rec->title)
		col += grid_put(g, line, box.row, col, ROLE_MUTED, item_id(&c->item)) + 2;
	if (state >= 0)
		col += grid_put(g, line, box.row, col, tone_role(c->rec->states[state].tone), _(c->rec->states[state].label)) + 2;
	if (c->item.v[F_PENDING].num) {
		col += grid_put(g, line, box.row, col, ROLE_PENDING, grid_glyph(g, GLYPH_PENDING)) + 1;
		grid_put(g, line, box.row, col, ROLE_PENDING, _("queued, not effective"));
	}
}

static void draw_tabs(struct card *c, struct grid *g, struct rect line)
{
	int col = line.col;

	grid_fill(g, line, ROLE_TEXT);
	for (size_t i = 0; i < c->npanes; i++) {
		const struct pane *p = &c->pane[i];
		enum role role = i == c->on ? ROLE_MARKED : ROLE_MUTED;

		col += grid_put(g, line, line.row, col, role, " ");
		col += grid_put(g, line, line.row, col, role, _(p->label));
		if (p->sign)
			col += grid_put(g, line, line.row, col, ROLE_DANGER, p->sign);
		col += grid_put(g, line, line.row, col, role, " ");
	}
}

void card_draw(struct card *c, struct grid *g, struct rect box, bool active)
{
	struct rect body = { box.row + 3, box.col, box.rows - 3, box.cols };
	struct pane *p = &c->pane[c->on];

	grid_fill(g, box, ROLE_TEXT);
	if (!c->loaded)
		return;
	draw_head(c, g, box);
	draw_tabs(c, g, (struct rect){ box.row + 1, box.col, 1, box.cols });
	grid_hline(g, box.row + 2, box.col, box.cols, active ? ROLE_BORDER_ACTIVE : ROLE_BORDER);
	c->rows = body.rows;
	c->lines = doc_draw(&p->doc, NULL, body, 0, ROLE_MUTED, ROLE_HEADING);
	card_scroll(c, 0); /* the screen may have grown since */
	doc_draw(&p->doc, g, body, p->scroll, ROLE_MUTED, ROLE_HEADING);
	if (p->scroll > 0)
		grid_put(g, box, box.row + 2, box.col + box.cols - 3, ROLE_MUTED, grid_glyph(g, GLYPH_UP));
	if (p->scroll + c->rows < c->lines)
		grid_put(g, box, box.row + 2, box.col + box.cols - 2, ROLE_MUTED, grid_glyph(g, GLYPH_DOWN));
}
