#include "tui/ask.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/crypto.h"
#include "tui/entry.h"

enum { COLS_MOST = 76, LABEL_MOST = 24, WHY_MAX = 400 };

struct choice_line { char *label, *text; int value; };

struct ask {
	char *title, *help;
	bool line;                    /* to type; otherwise to choose */
	struct entry entry;
	struct choice_line *choice;
	size_t n, on, top;
	char why[WHY_MAX];
};

static struct ask *ask_new(const char *title, const char *help, bool line)
{
	struct ask *a = mem_alloc(sizeof *a);

	a->title = mem_strdup(title);
	a->help = mem_strdup(help);
	a->line = line;
	return a;
}

struct ask *ask_line(const char *title, const char *help, size_t max, const char *first)
{
	struct ask *a = ask_new(title, help, true);

	entry_init(&a->entry, max, first);
	return a;
}

struct ask *ask_choice(const char *title, const char *help)
{
	return ask_new(title, help, false);
}

void ask_add(struct ask *a, const char *label, const char *text, int value)
{
	a->choice = mem_grow(a->choice, a->n + 1, sizeof *a->choice);
	a->choice[a->n++] = (struct choice_line){ mem_strdup(label), mem_strdup(text), value };
}

static void wipe_text(char *s)
{
	crypto_wipe(s, strlen(s));
	free(s);
}

void ask_free(struct ask *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++) {
		free(a->choice[i].label);
		wipe_text(a->choice[i].text);
	}
	free(a->choice);
	if (a->line)
		entry_release(&a->entry);
	free(a->title);
	free(a->help);
	free(a);
}

static void move_to(struct ask *a, long to)
{
	a->on = to < 0 ? 0 : (size_t)to >= a->n ? a->n - 1 : (size_t)to;
}

static enum ask_answer choose(struct ask *a, int key)
{
	switch (req_for(SCOPE_CHOICE, key)) {
	case REQ_CANCEL: return ASK_CANCELLED;
	case REQ_ACCEPT: return a->n ? ASK_ACCEPTED : ASK_OPEN;
	case REQ_UP: move_to(a, (long)a->on - 1); break;
	case REQ_DOWN: move_to(a, (long)a->on + 1); break;
	default: break;
	}
	return ASK_OPEN;
}

enum ask_answer ask_event(struct ask *a, const struct event *event)
{
	enum req req = event->type == EVENT_KEY ? req_for(SCOPE_INPUT, event->key) : REQ_NONE;

	if (!a->line)
		return event->type == EVENT_KEY && a->n ? choose(a, event->key) : ASK_OPEN;
	if (req == REQ_CANCEL)
		return ASK_CANCELLED;
	if (req == REQ_ACCEPT)
		return ASK_ACCEPTED;
	if (entry_event(&a->entry, event))
		*a->why = '\0';
	return ASK_OPEN;
}

void ask_point(struct ask *a, size_t choice)
{
	if (choice < a->n)
		a->on = choice;
}

const char *ask_text(const struct ask *a)
{
	return a->line ? a->entry.text.data : a->n ? a->choice[a->on].text : "";
}

int ask_value(const struct ask *a)
{
	return a->line || !a->n ? -1 : a->choice[a->on].value;
}

void ask_complain(struct ask *a, const char *why)
{
	snprintf(a->why, sizeof a->why, "%s", why);
}

static void draw_choices(struct ask *a, struct grid *g, struct rect box)
{
	int label = 0;

	for (size_t i = 0; i < a->n; i++)
		if (grid_width(a->choice[i].label) > label)
			label = grid_width(a->choice[i].label);
	label = label > LABEL_MOST ? LABEL_MOST : label;
	if (a->on < a->top)
		a->top = a->on;
	if (box.rows > 0 && a->on >= a->top + (size_t)box.rows)
		a->top = a->on - (size_t)box.rows + 1;
	for (int r = 0; r < box.rows && a->top + (size_t)r < a->n; r++) {
		const struct choice_line *c = &a->choice[a->top + (size_t)r];
		struct rect line = { box.row + r, box.col, 1, box.cols };
		bool here = a->top + (size_t)r == a->on;

		grid_spot(g, line, SPOT_ANSWER, a->top + (size_t)r);
		grid_fill(g, line, here ? ROLE_SELECTED : ROLE_OVERLAY);
		grid_field(g, rect_meet(line, (struct rect){ line.row, line.col, 1, label }), ALIGN_LEFT,
			   here ? ROLE_SELECTED : ROLE_OVERLAY_MUTED, c->label);
		grid_field(g, rect_meet(line, (struct rect){ line.row, line.col + label + 2, 1, line.cols - label - 2 }), ALIGN_LEFT,
			   here ? ROLE_SELECTED : ROLE_OVERLAY, c->text);
	}
}

static int lesser(int a, int b)
{
	return a < b ? a : b;
}

/* Where there is little room the answer comes first, then why it was not taken, then the explanation. */
void ask_draw(struct ask *a, struct grid *g, struct rect screen)
{
	int cols = lesser(screen.cols, COLS_MOST), inner = cols - 4;
	int body = a->line ? 1 : a->n > INT_MAX / 2 ? INT_MAX / 2 : (int)a->n;
	int help = *a->help ? grid_wrap(NULL, (struct rect){ 0, 0, 0, inner }, 0, ROLE_OVERLAY, a->help) : 0;
	int why = *a->why ? grid_wrap(NULL, (struct rect){ 0, 0, 0, inner }, 0, ROLE_OVERLAY, a->why) : 0;
	int rows = lesser(screen.rows, 2 + help + body + why), left = rows - 2;
	struct rect box = { screen.row + (screen.rows - rows) / 2, screen.col + (screen.cols - cols) / 2, rows, cols };
	struct rect in = rect_inset(box, 1, 2);

	body = a->line || left < body ? lesser(body, left) : body;
	if (!a->line && left - body < help && left > 3)
		body = left - lesser(help, left / 2);
	why = lesser(why, left - body);
	help = lesser(help, left - body - why);
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, ROLE_OVERLAY_MUTED, a->title, ROLE_OVERLAY_TITLE);
	if (help > 0)
		grid_wrap(g, (struct rect){ in.row, in.col, help, in.cols }, 0, ROLE_OVERLAY_MUTED, a->help);
	if (a->line && body > 0)
		entry_draw(&a->entry, g, (struct rect){ in.row + help, in.col, 1, in.cols }, 0, 0);
	else if (body > 0)
		draw_choices(a, g, (struct rect){ in.row + help, in.col, body, in.cols });
	if (why > 0)
		grid_wrap(g, (struct rect){ in.row + help + body, in.col, why, in.cols }, 0, ROLE_OVERLAY_DANGER, a->why);
}
