#include "tui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/money.h"
#include "core/values/when.h"
#include "tui/entry.h"
#include "tui/words.h"

enum { FORM_LINES_LEAST = 2 /* rows that what is filled in keeps on the smallest screen: its name and itself */ };

struct line {
	const struct field *field;   /* NULL: the reason */
	struct entry entry;          /* typed text; choices: what is looked for among them */
	char *present;               /* what the record has now, as it shows to this person; NULL: nothing, or it is not said */
	char note[400];              /* stands under it: what is wrong, or what was understood; "": nothing */
	bool bad;                    /* the note says what is wrong */
	unsigned long chosen;        /* choices: bits */
	size_t at;                   /* choices: the one under the cursor */
	bool sought;                 /* choices: the cursor was moved there by whoever fills it in */
	struct buf text;             /* choices as the command has them */
	const char *put;             /* the ready-made reason that stands at put_at, untouched as far as we know; NULL: none */
	size_t put_at, next;         /* next: the one that comes then */
};

struct form {
	const struct record *rec;
	const struct action *action;
	char *id, *title, *about;    /* about: above the lines; NULL: nothing */
	struct item it;              /* as it was when the form opened */
	int64_t version, now;
	uint8_t evidence[KEY_BYTES];
	struct line line[INPUTS_MAX + 1];
	size_t nlines, on;
	struct input input[INPUTS_MAX];
	char why[400];
};

bool form_needed(const struct action *a)
{
	return a->inputs || a->flags & (REASON | DANGER | FOUR_EYES);
}

static bool is_choice(const struct line *l)
{
	return l->field && l->field->choices;
}

static size_t nchoices(const struct line *l)
{
	size_t n = 0;

	while (l->field->choices[n].name)
		n++;
	return n;
}

/* One choice stands as the record has it: what was asked for is what is most often granted. Among several each is chosen anew. */
static void choose_present(struct line *l, const struct item *it)
{
	if (!is_choice(l) || l->field->type != FIELD_CHOICE)
		return;
	for (size_t i = 0; i < nchoices(l); i++)
		if (!strcmp(l->field->choices[i].name, item_text(it, l->field->column.name))) {
			l->chosen = 1ul << i;
			l->at = i;
		}
}

struct form *form_new(const struct item *it, const struct action *a, const uint8_t evidence[KEY_BYTES], int64_t now)
{
	struct form *f = mem_alloc(sizeof *f);

	f->rec = it->rec;
	f->action = a;
	f->id = mem_strdup(item_id(it));
	f->title = mem_strdup(item_title(it));
	f->version = item_version(it);
	f->now = now;
	item_copy(&f->it, it);
	memcpy(f->evidence, evidence, KEY_BYTES);
	for (size_t i = 0; a->inputs && a->inputs[i] && i < INPUTS_MAX; i++) {
		struct line *l = &f->line[f->nlines++];

		l->field = &it->rec->fields[record_field(it->rec, a->inputs[i])];
		entry_init(&l->entry, 500, "");
		buf_init(&l->text);
		choose_present(l, it);
	}
	if (a->flags & (REASON | FOUR_EYES)) {
		struct line *l = &f->line[f->nlines++];

		entry_init(&l->entry, REASON_MAX, "");
		buf_init(&l->text);
	}
	return f;
}

void form_free(struct form *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nlines; i++) {
		entry_release(&f->line[i].entry);
		free(f->line[i].present);
		buf_wipe(&f->line[i].text);
	}
	item_release(&f->it);
	free(f->id);
	free(f->title);
	free(f->about);
	free(f);
}

static void choose(struct line *l)
{
	unsigned long bit = 1ul << l->at;

	if (l->field->type == FIELD_CHOICES)
		l->chosen ^= bit;
	else
		l->chosen = bit;
}

static const char *line_text(struct line *l)
{
	if (!is_choice(l))
		return l->entry.text.data;
	buf_clear(&l->text);
	for (size_t i = 0; i < nchoices(l); i++)
		if (l->chosen & 1ul << i)
			buf_addf(&l->text, l->text.len ? ",%s" : "%s", l->field->choices[i].name);
	return l->text.data;
}

static void note_understood(struct form *f, struct line *l, const char *text)
{
	AUTO(buf_release) struct buf said = BUF_INIT;
	int64_t n;

	if (l->field->type == FIELD_MONEY) {
		const struct currency *c = currency_find(l->field->currency_field ? item_text(&f->it, l->field->currency_field) : NULL);

		if (c && !money_parse(text, c, &n, NULL))
			money_format(&said, n, c, MONEY_FULL);
	} else if (l->field->type == FIELD_DATE && !when_parse_date(text, &n, NULL)) {
		buf_addf(&said, _("the day %s"), text);
	}
	if (said.len)
		snprintf(l->note, sizeof l->note, "= %s", said.data);
}

/* A day becomes what the command has for it. */
static void settle_day(struct form *f, struct line *l)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	int64_t ms;

	if (l->field->type != FIELD_DATE || when_parse_day(l->entry.text.data, f->now, &ms, NULL))
		return;
	when_add_date(&day, ms);
	entry_set(&l->entry, day.data);
}

/* When a line is left: what is wrong with it, or what it was understood as, from then on stands under it. */
static void check_line(struct form *f, struct line *l)
{
	struct err err = { 0 };
	const char *text;

	*l->note = '\0';
	l->bad = false;
	if (!l->field)
		return;
	if (!is_choice(l))
		settle_day(f, l);
	text = line_text(l);
	if (!*text && action_takes_empty(f->action, l->field->column.name))
		return;
	if (!*text && is_choice(l))
		fail(&err, E_INVALID, N_("something has to be chosen: Space takes what is under the cursor"));
	else if (!*text)
		fail(&err, E_INVALID, N_("this has to be filled in"));
	else
		input_check(&f->it, l->field, text, &err);
	if (!err.code) {
		note_understood(f, l, text);
		return;
	}
	l->bad = true;
	snprintf(l->note, sizeof l->note, "%s", err.msg);
}

/* Otherwise the first line that is wrong is the one to mend. */
static bool all_good(struct form *f)
{
	for (size_t i = 0; i < f->nlines; i++) {
		check_line(f, &f->line[i]);
		if (f->line[i].bad) {
			f->on = i;
			return false;
		}
	}
	return true;
}

/* The first choice that holds what was typed so far; a letter that nothing has is not taken. */
static void look_for(struct line *l, const struct event *event)
{
	AUTO(buf_release) struct buf before = BUF_INIT;

	buf_adds(&before, l->entry.text.data);
	entry_event(&l->entry, event);
	for (size_t i = 0; i < nchoices(l); i++)
		if (strcasestr(_(l->field->choices[i].label), l->entry.text.data) || strcasestr(l->field->choices[i].name, l->entry.text.data)) {
			l->at = i;
			l->sought = l->entry.text.len;
			return;
		}
	entry_set(&l->entry, before.data);
}

/* Up and Down walk the choices of a line first and leave it at its ends. */
static void step(struct form *f, int by)
{
	struct line *l = f->nlines ? &f->line[f->on] : NULL;

	if (!l)
		return;
	if (is_choice(l))
		entry_set(&l->entry, "");
	if (is_choice(l) && by > 0 && l->at + 1 < nchoices(l)) {
		l->at++;
		l->sought = true;
	} else if (is_choice(l) && by < 0 && l->at > 0) {
		l->at--;
		l->sought = true;
	} else {
		check_line(f, l);
		f->on = (f->on + f->nlines + (size_t)(by + (int)f->nlines)) % f->nlines;
		if (is_choice(&f->line[f->on]))
			f->line[f->on].at = by > 0 ? 0 : nchoices(&f->line[f->on]) - 1;
	}
}

/* The next ready-made reason takes the place of the one put there before, as long as nobody has changed that; what was typed stays. */
static void put_template(struct line *l, const char *const *reasons)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct buf *now = &l->entry.text;
	bool untouched = l->put && now->len >= l->put_at && strcmp(now->data + l->put_at, l->put) == 0;

	buf_add(&text, now->data, untouched ? l->put_at : now->len);
	if (!untouched && text.len)
		buf_addc(&text, ' ');
	if (!untouched || !reasons[l->next])
		l->next = 0;
	l->put = _(reasons[l->next++]);
	l->put_at = text.len;
	buf_adds(&text, l->put);
	if (text.len <= l->entry.max)
		entry_set(&l->entry, text.data);
}

const char *form_draft(const struct form *f, size_t *max)
{
	const struct line *l = f->nlines ? &f->line[f->on] : NULL;

	if (!l || is_choice(l))
		return NULL;
	*max = l->entry.max;
	return l->entry.text.data;
}

void form_redraft(struct form *f, const char *text)
{
	entry_set(&f->line[f->on].entry, text);
}

/* Whoever looked for one of several, of which one has to be, and presses Enter on it means it; where nobody looked nothing is chosen. */
static bool wants_this(const struct form *f, const struct line *l)
{
	return is_choice(l) && l->field->type == FIELD_CHOICE && !l->chosen && l->sought && !action_takes_empty(f->action, l->field->column.name);
}

enum form_answer form_event(struct form *f, const struct event *event)
{
	struct line *l = f->nlines ? &f->line[f->on] : NULL;
	enum req req = event->type == EVENT_KEY ? req_for(SCOPE_INPUT, event->key) : REQ_NONE;

	if (req == REQ_CANCEL)
		return FORM_CANCELLED;
	if (req == REQ_ACCEPT) {
		if (l && wants_this(f, l))
			choose(l);
		if (l)
			check_line(f, l);
		if (l && f->on + 1 < f->nlines) {
			f->on++;
			return FORM_OPEN;
		}
		return all_good(f) ? FORM_ACCEPTED : FORM_OPEN;
	}
	if (!l)
		return FORM_OPEN;
	if (req == REQ_NEXT_FIELD || req == REQ_PREVIOUS_FIELD)
		step(f, req == REQ_NEXT_FIELD ? 1 : -1);
	else if (req == REQ_EDITOR)
		return is_choice(l) ? FORM_OPEN : FORM_EDITOR;
	else if (req == REQ_TEMPLATE && !l->field && f->action->reasons)
		put_template(l, f->action->reasons);
	else if (is_choice(l) && event->type == EVENT_KEY && event->key == K_SPACE)
		choose(l);
	else if (is_choice(l))
		look_for(l, event);
	else if (entry_event(&l->entry, event))
		*l->note = '\0', l->bad = false;
	return FORM_OPEN;
}

void form_point(struct form *f, enum spot what, size_t arg)
{
	size_t to = what == SPOT_CHOICE ? arg / SPOT_CHOICES_MAX : arg;

	if (to >= f->nlines)
		return;
	if (to != f->on)
		check_line(f, &f->line[f->on]);
	f->on = to;
	if (what == SPOT_CHOICE && arg % SPOT_CHOICES_MAX < nchoices(&f->line[to])) {
		f->line[to].at = arg % SPOT_CHOICES_MAX;
		choose(&f->line[to]);
	}
}

void form_request(struct form *f, struct request *r)
{
	*r = (struct request){ .kind = f->rec->kind, .id = f->id, .action = f->action->id, .version = f->version,
			       .evidence = f->evidence, .input = f->input };
	for (size_t i = 0; i < f->nlines; i++) {
		const char *text = line_text(&f->line[i]);

		if (!f->line[i].field)
			r->reason = *text ? text : NULL;
		else if (*text)
			f->input[r->ninput++] = (struct input){ f->line[i].field->column.name, text };
	}
}

/* "one,two", as the command has them. */
static void fill_choices(struct line *l, const char *text)
{
	for (size_t i = 0; i < nchoices(l); i++) {
		const char *name = l->field->choices[i].name, *at = text;
		size_t n = strlen(name);

		while (at && !(strncmp(at, name, n) == 0 && (at[n] == ',' || !at[n])))
			at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
		if (at) {
			l->chosen |= 1ul << i;
			l->at = i;
		}
	}
}

void form_fill(struct form *f, const char *field, const char *text)
{
	for (size_t i = 0; i < f->nlines; i++) {
		struct line *l = &f->line[i];

		if (strcmp(l->field ? l->field->column.name : "", field) != 0)
			continue;
		if (is_choice(l))
			fill_choices(l, text);
		else
			entry_set(&l->entry, text);
		f->on = i;
	}
}

void form_present(struct form *f, const struct show *how)
{
	struct show plain = *how;

	plain.now = 0; /* a time, not an age */
	for (size_t i = 0; i < f->nlines; i++) {
		struct line *l = &f->line[i];
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (!l->field)
			continue;
		item_show(&text, &f->it, (size_t)(l->field - f->rec->fields), &plain);
		free(l->present);
		l->present = text.len ? buf_detach(&text) : NULL;
	}
}

/* As one would type it. */
static void type_present(const struct form *f, const struct field *field, struct buf *out)
{
	struct value v = item_get(&f->it, field->column.name);

	if (v.type == VALUE_TEXT)
		buf_adds(out, v.text);
	else if (v.type == VALUE_INT && field->type == FIELD_MONEY)
		money_format(out, v.num, currency_find(field->currency_field ? item_text(&f->it, field->currency_field) : NULL), MONEY_PLAIN);
	else if (v.type == VALUE_INT)
		buf_addf(out, "%lld", (long long)v.num);
}

void form_begin(struct form *f, const struct show *how)
{
	for (size_t i = 0; f->action->flags & KEEPS && i < f->nlines; i++) {
		struct line *l = &f->line[i];
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (!l->field || field_masked(l->field, how->clearance))
			continue;
		type_present(f, l->field, &text);
		if (is_choice(l))
			fill_choices(l, text.data);
		else
			entry_set(&l->entry, text.data);
	}
}

void form_about(struct form *f, const char *text)
{
	free(f->about);
	f->about = mem_strdup(text);
}

void form_complain(struct form *f, const char *why)
{
	snprintf(f->why, sizeof f->why, "%s", why);
}

/* What is wrong with it is said whole, on as many rows as that takes. */
static int note_rows(const struct line *l, int cols)
{
	return *l->note ? grid_wrap(NULL, (struct rect){ 0, 0, 0, cols }, 0, ROLE_OVERLAY, l->note) : 0;
}

static int line_rows(const struct line *l, int cols)
{
	return (is_choice(l) ? 1 + (int)nchoices(l) : 2) + note_rows(l, cols);
}

/* n: the line's number. */
static void draw_choices(const struct line *l, struct grid *g, struct rect box, int row, bool active, size_t n)
{
	const char *const marks[] = { "[ ] ", "[x] ", "( ) ", "(x) " };

	for (size_t i = 0; i < nchoices(l); i++) {
		bool here = active && i == l->at;
		size_t mark = (l->field->type == FIELD_CHOICE ? 2 : 0) + (l->chosen >> i & 1);
		struct rect line = rect_meet(box, (struct rect){ row + (int)i, box.col, 1, box.cols });
		int col = box.col;

		grid_spot(g, line, SPOT_CHOICE, n * SPOT_CHOICES_MAX + i);
		if (here)
			grid_fill(g, line, ROLE_SELECTED);
		col += grid_put(g, line, row + (int)i, col, here ? ROLE_SELECTED : ROLE_OVERLAY, marks[mark]);
		grid_put(g, line, row + (int)i, col, here ? ROLE_SELECTED : ROLE_OVERLAY, _(l->field->choices[i].label));
	}
}

static int rows_before(const struct form *f, size_t n, int cols)
{
	int rows = 0;

	for (size_t i = 0; i < n; i++)
		rows += line_rows(&f->line[i], cols);
	return rows;
}

/* What there is besides typing. */
static void draw_helps(const struct form *f, const struct line *l, struct grid *g, struct rect box, int row, int col)
{
	char key[32];
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (!l->field && f->action->reasons) {
		key_label(req_key(REQ_TEMPLATE), key);
		buf_addf(&text, _(" · %s: ready-made"), key);
	}
	key_label(req_key(REQ_EDITOR), key);
	buf_addf(&text, _(" · %s: in your editor"), key);
	grid_put(g, box, row, col, ROLE_OVERLAY_MUTED, text.data);
}

static int put_present(const struct form *f, const struct line *l, struct grid *g, struct rect box, int row, int col)
{
	int cols = grid_put(g, box, row, col, ROLE_OVERLAY_MUTED, f->action->flags & GRANTS ? _(" · asked for: ") : _(" · now: "));

	return cols + grid_put(g, box, row, col + cols, ROLE_OVERLAY, l->present);
}

/* Above the row where the next line begins. */
static void draw_note(const struct line *l, struct grid *g, struct rect box, int next)
{
	int rows = note_rows(l, box.cols);
	struct rect shown = rect_meet(box, (struct rect){ next - rows, box.col, rows, box.cols });

	if (shown.rows > 0)
		grid_wrap(g, shown, shown.row - (next - rows), l->bad ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY_MUTED, l->note);
}

/* A note has no reason: it is what is written. */
static const char *label_of(const struct form *f, const struct line *l)
{
	return l->field ? _(l->field->label) : f->action->flags & REMARK ? _(f->action->label) : _("Reason");
}

/* The lines scroll inside the box when the screen is small; the one being filled in stays in sight, and marks say that there is more. */
void form_draw_lines(struct form *f, struct grid *g, struct rect box)
{
	const struct line *on = f->nlines ? &f->line[f->on] : NULL;
	int bottom = on ? rows_before(f, f->on, box.cols) + 2 + (is_choice(on) ? (int)on->at : note_rows(on, box.cols)) : 0;
	int row = box.row - (bottom > box.rows ? bottom - box.rows : 0);

	for (size_t i = 0; i < f->nlines; i++) {
		const struct line *l = &f->line[i];
		bool here = i == f->on;
		int col;

		grid_spot(g, rect_meet(box, (struct rect){ row, box.col, line_rows(l, box.cols), box.cols }), SPOT_LINE, i);
		col = box.col + grid_put(g, box, row, box.col, here ? ROLE_OVERLAY_TITLE : ROLE_OVERLAY_MUTED, label_of(f, l));
		if (l->present)
			col += put_present(f, l, g, box, row, col);
		if (is_choice(l))
			col += grid_put(g, box, row, col, ROLE_OVERLAY_MUTED, _(" · Space chooses, letters look for one"));
		if (is_choice(l) && l->entry.text.len) {
			col += grid_put(g, box, row, col, ROLE_OVERLAY_MUTED, ": ");
			grid_put(g, box, row, col, ROLE_OVERLAY_KEY, l->entry.text.data);
		}
		else if (l->field ? action_takes_empty(f->action, l->field->column.name) : !(f->action->flags & REASON))
			col += grid_put(g, box, row, col, ROLE_OVERLAY_MUTED, _(" · may be left empty"));
		if (here && !is_choice(l))
			draw_helps(f, l, g, box, row, col);
		if (is_choice(l))
			draw_choices(l, g, box, row + 1, here, i);
		else if (here && row + 1 >= box.row && row + 1 < box.row + box.rows)
			entry_draw(&l->entry, g, (struct rect){ row + 1, box.col, 1, box.cols }, 0, 0);
		else
			grid_put(g, box, row + 1, box.col, ROLE_OVERLAY, l->entry.text.data);
		row += line_rows(l, box.cols);
		draw_note(l, g, box, row);
	}
	if (bottom > box.rows)
		grid_put(g, box, box.row, box.col + box.cols - 1, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_UP));
	if (row > box.row + box.rows)
		grid_put(g, box, box.row + box.rows - 1, box.col + box.cols - 1, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_DOWN));
}

int form_rows(const struct form *f, int cols)
{
	return rows_before(f, f->nlines, cols);
}

static int min_int(int a, int b)
{
	return a < b ? a : b;
}

static const char *hint_of(const struct form *f)
{
	return f->action->flags & FOUR_EYES ? _("Enter signs a proposal that another person confirms · Esc leaves it") :
	       f->action->flags & LOCAL ? _("Enter does it · Esc leaves it") : _("Enter signs and queues it · Esc leaves it");
}

/* Where there is little room the lines to fill in come first, then the core's answer, what Enter does, what it is about, and the explanation. */
void form_draw(struct form *f, struct grid *g, struct rect screen)
{
	int cols = min_int(screen.cols, 78), inner = cols - 4, lines = form_rows(f, inner);
	int why = grid_wrap(NULL, (struct rect){ 0, 0, 0, inner }, 0, ROLE_OVERLAY, f->why) * (*f->why != 0);
	int help = grid_wrap(NULL, (struct rect){ 0, 0, 0, inner }, 0, ROLE_OVERLAY, _(f->action->help)) + 1;
	int about = f->about ? grid_wrap(NULL, (struct rect){ 0, 0, 0, inner }, 0, ROLE_OVERLAY, f->about) + 1 : 0;
	int rows = min_int(screen.rows, 2 + help + about + lines + why + 2), left = rows - 2 - min_int(lines, FORM_LINES_LEAST);
	struct rect box = { screen.row + (screen.rows - rows) / 2, screen.col + (screen.cols - cols) / 2, rows, cols }, in;
	AUTO(buf_release) struct buf title = BUF_INIT;
	bool danger = f->action->flags & DANGER, hint = left - why >= 1;

	buf_addf(&title, "%s · %s", _(f->action->label), f->title);
	why = min_int(why, left);
	about = min_int(about, left - why - hint);
	help = min_int(help, left - why - hint - about);
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_box(g, box, danger ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY_MUTED, title.data, danger ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY_TITLE);
	in = rect_inset(box, 1, 2);
	grid_wrap(g, (struct rect){ in.row, in.col, help, in.cols }, 0, danger ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY, _(f->action->help));
	if (about)
		grid_wrap(g, (struct rect){ in.row + help, in.col, about, in.cols }, 0, ROLE_OVERLAY, f->about);
	help += about;
	form_draw_lines(f, g, (struct rect){ in.row + help, in.col, in.rows - help - why - hint, in.cols });
	if (why)
		grid_wrap(g, (struct rect){ in.row + in.rows - hint - why, in.col, why, in.cols }, 0, ROLE_OVERLAY_DANGER, f->why);
	if (hint)
		grid_field(g, (struct rect){ in.row + in.rows - 1, in.col, 1, in.cols }, ALIGN_LEFT, ROLE_OVERLAY_MUTED, hint_of(f));
}
