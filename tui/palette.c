#include "tui/palette.h"

#include <stdlib.h>
#include <string.h>

#include "tui/entry.h"
#include "tui/fuzzy.h"
#include "tui/words.h"

enum { TYPED_MAX = 1000, COLS = 76, ROWS = 16 };

struct fit { size_t row; int score; };
struct palette {
	struct entry entry;
	struct palette_row *row;
	size_t n;
	struct fit *fit;        /* what fits, best first */
	size_t nfit, cur, top;
	struct pool pool;
};

struct palette *palette_new(void)
{
	struct palette *p = mem_alloc(sizeof *p);

	entry_init(&p->entry, TYPED_MAX, "");
	return p;
}

void palette_free(struct palette *p)
{
	if (!p)
		return;
	entry_release(&p->entry);
	pool_release(&p->pool);
	free(p->row);
	free(p->fit);
	free(p);
}

static int compare(const void *a, const void *b)
{
	const struct fit *x = a, *y = b;

	return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : (x->row > y->row) - (x->row < y->row);
}

static int score_of(const struct palette_row *row, const char *typed)
{
	int text = fuzzy_score(row->text, typed), also = fuzzy_score(row->also, typed);

	return text > also ? text : also;
}

/* What can be chosen first, each part with the best first. */
static void sift(struct palette *p)
{
	size_t can = 0;

	p->nfit = p->cur = p->top = 0;
	for (int possible = 1; possible >= 0; possible--) {
		for (size_t i = 0; i < p->n; i++) {
			int score = (*p->row[i].why == '\0') == (possible == 1) ? score_of(&p->row[i], p->entry.text.data) : FUZZY_NONE;

			if (score != FUZZY_NONE)
				p->fit[p->nfit++] = (struct fit){ i, score };
		}
		qsort(p->fit + can, p->nfit - can, sizeof *p->fit, compare);
		can = p->nfit;
	}
}

void palette_add(struct palette *p, const struct palette_row *row)
{
	struct palette_row *mine;

	p->row = mem_grow(p->row, p->n + 1, sizeof *p->row);
	p->fit = mem_grow(p->fit, p->n + 1, sizeof *p->fit);
	mine = &p->row[p->n++];
	*mine = *row;
	mine->text = pool_strdup(&p->pool, row->text);
	mine->also = pool_strdup(&p->pool, row->also);
	mine->kind = pool_strdup(&p->pool, row->kind);
	mine->key = pool_strdup(&p->pool, row->key);
	mine->why = pool_strdup(&p->pool, row->why);
}

const struct palette_row *palette_chosen(const struct palette *p)
{
	return p->nfit ? &p->row[p->fit[p->cur].row] : NULL;
}

const char *palette_text(const struct palette *p)
{
	return p->entry.text.data;
}

void palette_type(struct palette *p, const char *text)
{
	entry_set(&p->entry, text);
	sift(p);
}

enum palette_outcome palette_event(struct palette *p, const struct event *event)
{
	switch (event->type == EVENT_KEY ? req_for(SCOPE_FIND, event->key) : REQ_NONE) {
	case REQ_CANCEL: return PALETTE_CANCELLED;
	case REQ_ACCEPT: return PALETTE_CHOSEN;
	case REQ_NEWER:
	case REQ_COMPLETE: p->cur = p->nfit ? (p->cur + 1) % p->nfit : 0; break;
	case REQ_OLDER:
	case REQ_COMPLETE_BACK: p->cur = p->nfit ? (p->cur + p->nfit - 1) % p->nfit : 0; break;
	default:
		if (entry_event(&p->entry, event))
			sift(p);
	}
	return PALETTE_GOES_ON;
}

void palette_point(struct palette *p, size_t row)
{
	if (row < p->nfit)
		p->cur = row;
}

/* The letters by which it was found. */
static void mark_matched(struct grid *g, struct rect room, const char *text, const char *typed)
{
	bool at[FUZZY_TEXT];
	AUTO(buf_release) struct buf before = BUF_INIT;
	size_t i = 0;

	fuzzy_where(text, typed, at);
	for (const char *p = text; *p && i < FUZZY_TEXT; i++) {
		int col = grid_width(before.data);
		size_t n = 1;

		while (((unsigned char)p[n] & 0xc0) == 0x80)
			n++;
		buf_add(&before, p, n);
		p += n;
		if (at[i])
			grid_paint(g, rect_meet(room, (struct rect){ room.row, room.col + col, 1, grid_width(before.data) - col }), ROLE_MATCH);
	}
}

static void draw_row(struct grid *g, struct rect line, const struct palette_row *row, const char *typed, bool chosen)
{
	enum role quiet = chosen ? ROLE_SELECTED : ROLE_OVERLAY_MUTED, text = chosen ? ROLE_SELECTED : *row->why ? ROLE_OVERLAY_MUTED : ROLE_OVERLAY;
	int right = line.col + line.cols - grid_width(row->key) - 1, col = line.col + 1, kind = grid_width(row->kind);
	struct rect room = { line.row, col, 1, right - col - kind - 2 };

	grid_fill(g, line, text);
	if (*row->key)
		grid_put(g, line, line.row, right, chosen ? ROLE_SELECTED : ROLE_OVERLAY_KEY, row->key);
	grid_put(g, line, line.row, right - kind - 1, quiet, row->kind);
	if (*row->why) {
		AUTO(buf_release) struct buf all = BUF_INIT;

		buf_addf(&all, _("%s: %s"), row->text, row->why);
		grid_field(g, room, ALIGN_LEFT, quiet, all.data);
	} else {
		grid_field(g, room, ALIGN_LEFT, text, row->text);
	}
	mark_matched(g, room, row->text, typed);
}

void palette_draw(struct palette *p, struct grid *g, struct rect screen)
{
	int cols = screen.cols < COLS + 2 ? screen.cols : COLS, rows = screen.rows < ROWS + 2 ? screen.rows : ROWS;
	struct rect box = { screen.row + (screen.rows > rows ? 1 : 0), screen.col + (screen.cols - cols) / 2, rows, cols };
	struct rect in = rect_inset(box, 1, 1), line = { in.row, in.col + 1, 1, in.cols - 1 };
	size_t room = in.rows > 1 ? (size_t)in.rows - 1 : 1;

	if (p->cur < p->top)
		p->top = p->cur;
	if (p->cur >= p->top + room)
		p->top = p->cur - room + 1;
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, _("Go to or do · Enter runs, Esc leaves"), ROLE_OVERLAY_TITLE);
	grid_put(g, in, in.row, in.col, ROLE_OVERLAY_KEY, ":");
	if (!p->nfit)
		grid_put(g, in, in.row + 1, in.col + 1, ROLE_OVERLAY_MUTED, _("Nothing is called so."));
	for (size_t i = 0; i < room && p->top + i < p->nfit; i++) {
		struct rect row = rect_meet(in, (struct rect){ in.row + 1 + (int)i, in.col, 1, in.cols });

		grid_spot(g, row, SPOT_FOUND, p->top + i);
		draw_row(g, row, &p->row[p->fit[p->top + i].row], p->entry.text.data, p->top + i == p->cur);
	}
	entry_draw(&p->entry, g, line, 0, 0);
}
