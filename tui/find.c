#include "tui/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/habits.h"
#include "core/filter/suggest.h"
#include "tui/entry.h"
#include "tui/list.h"
#include "tui/words.h"

enum { OFFERED_ROWS = 8, OFFERED_COLS = 50 };

struct find {
	struct desk *desk;
	const struct record *rec;
	struct entry entry;
	struct suggestions hint;
	bool hinting;               /* shown: there is the beginning of a word */
	bool cycling;               /* hint.row[cycle] stands in the line, from hint.from to hint.to */
	size_t cycle;
	struct habit_lines past;
	size_t back;                /* how far back in past the line is; 0: what is typed now */
	struct buf draft;           /* that, while the line shows an earlier one */
	bool fresh;
	size_t bad_at, bad_len;
	char why[400];
};

struct find *find_new(struct desk *d, const struct record *rec, const struct habit_notes *notes, const char *text)
{
	struct find *f = mem_alloc(sizeof *f);

	f->desk = d;
	f->rec = rec;
	entry_init(&f->entry, FILTER_TEXT_MAX, text);
	buf_init(&f->draft);
	if (habit_recall(d, notes, HABIT_FILTERS, rec->kind, &f->past, NULL))
		f->past.n = 0; /* no reason not to type a new one */
	return f;
}

void find_free(struct find *f)
{
	if (!f)
		return;
	entry_release(&f->entry);
	suggestions_release(&f->hint);
	habit_lines_release(&f->past);
	buf_wipe(&f->draft);
	free(f);
}

const char *find_text(const struct find *f)
{
	return f->entry.text.data;
}

void find_type(struct find *f, const char *text)
{
	entry_set(&f->entry, text);
	f->fresh = true;
}

void find_wrong(struct find *f, size_t at, size_t len, const char *why)
{
	f->bad_at = at;
	f->bad_len = len;
	f->hinting = f->fresh = false;
	snprintf(f->why, sizeof f->why, "%s", why);
}

bool find_waits(const struct find *f)
{
	return f->fresh;
}

/* ---- what could stand there ---- */
static void suggest(struct find *f)
{
	struct filter_reader by;

	desk_reader(f->desk, &by);
	filter_suggest(&f->hint, &(struct suggest_from){ desk_db(f->desk), f->rec, &by, words_get }, f->entry.text.data, f->entry.at);
	f->cycling = false;
}

static void edited(struct find *f)
{
	char before = f->entry.at ? f->entry.text.data[f->entry.at - 1] : ' ';

	f->bad_len = 0;
	*f->why = '\0';
	f->fresh = true;
	suggest(f);
	f->hinting = f->hint.n && before != ' ' && !(before == '-' && f->hint.from == f->hint.to);
}

static void put_in(struct find *f, size_t i)
{
	f->cycle = i;
	entry_replace(&f->entry, f->hint.from, f->hint.to, f->hint.row[i].text);
	f->hint.to = f->entry.at;
	f->cycling = f->hinting = f->fresh = true;
	f->bad_len = 0;
	*f->why = '\0';
}

static void complete(struct find *f, bool next)
{
	if (!f->cycling)
		suggest(f);
	if (!f->hint.n)
		return;
	if (!f->cycling)
		put_in(f, next ? 0 : f->hint.n - 1);
	else
		put_in(f, (f->cycle + (next ? 1 : f->hint.n - 1)) % f->hint.n);
	if (f->hint.n == 1)
		edited(f); /* settled: what comes next is a value, or nothing */
}

/* ---- what was typed before ---- */
static void recall(struct find *f, size_t back)
{
	if (back > f->past.n || back == f->back)
		return;
	if (!f->back) {
		buf_clear(&f->draft);
		buf_adds(&f->draft, f->entry.text.data);
	}
	f->back = back;
	entry_set(&f->entry, back ? f->past.line[back - 1] : f->draft.data);
	edited(f);
	f->hinting = false;
}

enum find_outcome find_event(struct find *f, const struct event *event)
{
	switch (event->type == EVENT_KEY ? req_for(SCOPE_FIND, event->key) : REQ_NONE) {
	case REQ_CANCEL: return FIND_CANCELLED;
	case REQ_ACCEPT: return FIND_ACCEPTED;
	case REQ_COMPLETE: complete(f, true); break;
	case REQ_COMPLETE_BACK: complete(f, false); break;
	case REQ_OLDER: recall(f, f->back + 1); break;
	case REQ_NEWER: recall(f, f->back ? f->back - 1 : 0); break;
	default:
		if (entry_event(&f->entry, event))
			edited(f);
	}
	return FIND_GOES_ON;
}

void find_choose(struct find *f, size_t offer)
{
	if (!f->hinting || offer >= f->hint.n)
		return;
	put_in(f, offer);
	edited(f);
}

void find_look(struct find *f)
{
	struct filter filter;
	struct filter_reader by;
	struct err err = { 0 };
	size_t at, len;

	f->fresh = false;
	desk_reader(f->desk, &by);
	if (!filter_parse(&filter, f->rec, f->entry.text.data, &by, &at, &len, &err))
		filter_release(&filter);
	else if (!(f->hint.n && at <= f->entry.at && f->entry.at <= at + len))
		find_wrong(f, at, len, err.msg);
}

/* ---- drawing ---- */
void find_draw(const struct find *f, struct grid *g, struct rect line)
{
	entry_draw(&f->entry, g, line, f->bad_at, f->bad_len);
}

/* A box of so many columns below byte at of the line, moved to the left where there is no room. */
static struct rect below(const struct find *f, struct rect line, struct rect box, size_t at, int rows, int cols)
{
	int col = line.col + entry_column(&f->entry, line.cols, at), right = box.col + box.cols;

	cols = cols < box.cols ? cols : box.cols;
	col = col + cols > right ? right - cols : col < box.col ? box.col : col;
	return rect_meet(box, (struct rect){ line.row + 1, col, rows, cols });
}

static void draw_wrong(const struct find *f, struct grid *g, struct rect line, struct rect box)
{
	struct rect place = below(f, line, box, f->bad_at, 1, grid_width(f->why));

	place.rows = grid_wrap(NULL, place, 0, ROLE_DANGER, f->why);
	place = rect_meet(box, place);
	grid_fill(g, place, ROLE_DANGER);
	grid_wrap(g, place, 0, ROLE_DANGER, f->why);
}

static void draw_offered(const struct find *f, struct grid *g, struct rect line, struct rect box)
{
	size_t rows = f->hint.n < OFFERED_ROWS ? f->hint.n : OFFERED_ROWS, top = f->cycling && f->cycle >= rows ? f->cycle - rows + 1 : 0;
	int text_cols = 0, label_cols = 0;
	struct rect place;

	for (size_t i = 0; i < f->hint.n; i++) {
		int text = grid_width(f->hint.row[i].text), label = grid_width(f->hint.row[i].label);

		text_cols = text > text_cols ? text : text_cols;
		label_cols = label > label_cols ? label : label_cols;
	}
	label_cols = text_cols + label_cols + 4 > OFFERED_COLS ? OFFERED_COLS - text_cols - 4 : label_cols;
	place = below(f, line, box, f->hint.from, (int)rows, text_cols + label_cols + (label_cols > 0 ? 4 : 2));
	for (int i = 0; i < place.rows; i++) {
		const struct suggestion *s = &f->hint.row[top + (size_t)i];
		bool chosen = f->cycling && top + (size_t)i == f->cycle;
		struct rect row = { place.row + i, place.col, 1, place.cols };

		grid_spot(g, row, SPOT_OFFER, top + (size_t)i);
		grid_fill(g, row, chosen ? ROLE_SELECTED : ROLE_OVERLAY);
		grid_put(g, row, row.row, row.col + 1, chosen ? ROLE_SELECTED : ROLE_OVERLAY, s->text);
		if (label_cols > 0)
			grid_field(g, rect_meet(row, (struct rect){ row.row, row.col + text_cols + 3, 1, label_cols }), ALIGN_LEFT,
				   chosen ? ROLE_SELECTED : ROLE_OVERLAY_MUTED, s->label);
	}
}

void find_draw_below(const struct find *f, struct grid *g, struct rect line, struct rect box)
{
	if (*f->why)
		draw_wrong(f, g, line, box);
	else if (f->hinting)
		draw_offered(f, g, line, box);
}
