#include "tui/bulkview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/money.h"
#include "tui/doc.h"
#include "tui/entry.h"
#include "tui/words.h"

enum { NUMBER_MAX = 8, COLS_MOST = 110, LIST_LEAST = 3, GROUPS_MAX = 16 };
enum stage { LOOKS, ASKS, WANTS_NUMBER /* of what is dangerous: the count, typed */, WRITES, TELLS };

struct bulkview {
	const struct record *rec;
	const struct action *action;
	struct bulk b;               /* rec NULL: others have it, or nobody yet */
	size_t asked, done;          /* of how many, how many are through */
	bool settled;
	struct bulk_item *back;      /* what the core had turned down of those that are tried again: id and command */
	size_t nback;
	struct form *form;           /* NULL: nothing can be taken */
	enum stage stage;
	struct entry number;
	char why[400];
	int scroll, rows, lines;     /* of the list of records, when it was last drawn */
};

static void wait_for(struct bulkview *v, enum stage stage, size_t n)
{
	v->stage = stage;
	v->asked = n;
	v->done = 0;
	v->settled = false;
	v->scroll = 0;
	*v->why = '\0';
}

static void ask(struct bulkview *v, int64_t now)
{
	const struct bulk_item *first = v->b.item;

	while (v->b.sample.rec && strcmp(first->id, item_id(&v->b.sample)) != 0)
		first++;
	v->form = v->b.sample.rec ? form_new(&v->b.sample, v->b.action, first->evidence, now) : NULL;
}

struct bulkview *bulkview_new(const struct record *rec, const struct action *action, size_t n)
{
	struct bulkview *v = mem_alloc(sizeof *v);

	v->rec = rec;
	v->action = action;
	entry_init(&v->number, NUMBER_MAX, "");
	wait_for(v, LOOKS, n);
	return v;
}

void bulkview_free(struct bulkview *v)
{
	if (!v)
		return;
	bulk_release(&v->b);
	free(v->back);
	form_free(v->form);
	entry_release(&v->number);
	free(v);
}

struct bulk *bulkview_bulk(struct bulkview *v)
{
	return &v->b;
}

struct form *bulkview_form(const struct bulkview *v)
{
	return v->stage == ASKS ? v->form : NULL;
}

bool bulkview_is_done(const struct bulkview *v)
{
	return v->stage == TELLS;
}

bool bulkview_waits(const struct bulkview *v)
{
	return v->stage == LOOKS || v->stage == WRITES;
}

void bulkview_progress(struct bulkview *v, size_t done, bool settled)
{
	v->done = done;
	v->settled = settled;
}

static void take_back(struct bulkview *v, struct bulk *b)
{
	v->b = *b;
	*b = (struct bulk){ 0 };
}

void bulkview_signing(struct bulkview *v, struct bulk *b)
{
	*b = v->b;
	v->b = (struct bulk){ 0 };
	wait_for(v, WRITES, b->count[BULK_POSSIBLE]);
}

void bulkview_signed(struct bulkview *v, struct bulk *b)
{
	take_back(v, b);
	v->stage = TELLS;
}

void bulkview_complain(struct bulkview *v, struct bulk *b, const char *why)
{
	take_back(v, b);
	snprintf(v->why, sizeof v->why, "%s", why);
	v->stage = ASKS;
}

const struct bulk_item *bulkview_back(const struct bulkview *v, size_t *n)
{
	*n = v->nback;
	return v->back;
}

/* Until it is looked at, what became of them is still here: whoever stops the looking reads it again. */
void bulkview_again(struct bulkview *v, size_t n)
{
	wait_for(v, LOOKS, n);
}

static void keep_turned_down(struct bulkview *v)
{
	for (size_t i = 0; i < v->b.n; i++) {
		if (v->b.item[i].fate != BULK_TURNED_DOWN)
			continue;
		v->back = mem_grow(v->back, v->nback + 1, sizeof *v->back);
		v->back[v->nback] = v->b.item[i];
		v->back[v->nback++].title = NULL; /* stays where it is */
	}
	bulk_release(&v->b);
}

void bulkview_looked(struct bulkview *v, struct bulk *b, int64_t now)
{
	bool again = v->b.rec;

	if (again)
		keep_turned_down(v);
	take_back(v, b);
	if (!again)
		ask(v, now);
	v->stage = ASKS;
}

void bulkview_order(struct bulkview *v, struct bulk_order *o)
{
	struct request r;

	form_request(v->form, &r);
	*o = (struct bulk_order){ .reason = r.reason, .input = r.input, .ninput = r.ninput };
}

/* ---- keys ---- */
void bulkview_scroll(struct bulkview *v, int by)
{
	int most = v->lines > v->rows ? v->lines - v->rows : 0;

	v->scroll += by;
	v->scroll = v->scroll > most ? most : v->scroll;
	v->scroll = v->scroll < 0 ? 0 : v->scroll;
}

static size_t failed(const struct bulk *b)
{
	return b->count[BULK_REFUSED] + b->count[BULK_TURNED_DOWN];
}

static enum bulkview_answer type_number(struct bulkview *v, const struct event *event, enum req req)
{
	char want[NUMBER_MAX + 1];

	snprintf(want, sizeof want, "%zu", v->b.count[BULK_POSSIBLE]);
	if (req == REQ_CANCEL) {
		v->stage = ASKS;
	} else if (req != REQ_ACCEPT) {
		entry_event(&v->number, event);
	} else if (strcmp(v->number.text.data, want) == 0) {
		return BULKVIEW_SIGN;
	} else {
		snprintf(v->why, sizeof v->why, "%s", _("that is not the number"));
		entry_set(&v->number, "");
	}
	return BULKVIEW_OPEN;
}

static enum bulkview_answer fill_in(struct bulkview *v, const struct event *event)
{
	switch (form_event(v->form, event)) {
	case FORM_CANCELLED:
		return BULKVIEW_CLOSED;
	case FORM_EDITOR:
		return BULKVIEW_EDITOR;
	case FORM_ACCEPTED:
		*v->why = '\0';
		if (!(v->b.action->flags & DANGER))
			return BULKVIEW_SIGN;
		v->stage = WANTS_NUMBER;
		entry_set(&v->number, "");
		return BULKVIEW_OPEN;
	default:
		return BULKVIEW_OPEN;
	}
}

/* Only to read: also where nothing can be taken. */
static enum bulkview_answer read_on(struct bulkview *v, int key)
{
	int page = v->rows > 1 ? v->rows - 1 : 1;

	switch (req_for(SCOPE_OVERLAY, key)) {
	case REQ_UP: bulkview_scroll(v, -1); break;
	case REQ_DOWN: bulkview_scroll(v, 1); break;
	case REQ_PAGE_UP: bulkview_scroll(v, -page); break;
	case REQ_PAGE_DOWN: bulkview_scroll(v, page); break;
	case REQ_TOP: bulkview_scroll(v, -v->lines); break;
	case REQ_BOTTOM: bulkview_scroll(v, v->lines); break;
	case REQ_CLOSE: return BULKVIEW_CLOSED;
	case REQ_RETRY: return v->stage == TELLS && failed(&v->b) ? BULKVIEW_RETRY : BULKVIEW_OPEN;
	default: break;
	}
	return BULKVIEW_OPEN;
}

/* Nothing but stopping. What was being tried again is still told of then. */
static enum bulkview_answer wait_event(struct bulkview *v, enum req req)
{
	if (req != REQ_CANCEL || v->settled)
		return BULKVIEW_OPEN;
	if (v->stage == LOOKS && !v->b.rec)
		return BULKVIEW_CLOSED;
	if (v->stage == LOOKS)
		v->stage = TELLS;
	return BULKVIEW_STOP;
}

enum bulkview_answer bulkview_event(struct bulkview *v, const struct event *event)
{
	enum req req = event->type == EVENT_KEY ? req_for(SCOPE_INPUT, event->key) : REQ_NONE;

	if (bulkview_waits(v))
		return wait_event(v, req);
	if (v->stage == TELLS || !v->form)
		return event->type == EVENT_KEY ? read_on(v, event->key) : BULKVIEW_OPEN;
	if (req == REQ_LIST_UP || req == REQ_LIST_DOWN)
		bulkview_scroll(v, (req == REQ_LIST_UP ? -1 : 1) * (v->rows > 1 ? v->rows - 1 : 1));
	else if ((req == REQ_PREVIOUS_FIELD || req == REQ_NEXT_FIELD) && !form_rows(v->form, 1))
		bulkview_scroll(v, req == REQ_PREVIOUS_FIELD ? -1 : 1);
	else
		return v->stage == WANTS_NUMBER ? type_number(v, event, req) : fill_in(v, event);
	return BULKVIEW_OPEN;
}

/* ---- what will happen ---- */
static void write_sums(struct doc *out, const struct bulk *b)
{
	for (size_t i = 0; i < b->nsums; i++) {
		const struct currency *c = currency_find(b->sum[i].currency);
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (b->sum[i].beyond)
			buf_addf(&text, _("%s, more than can be said"), b->sum[i].currency);
		else if (c)
			money_format(&text, b->sum[i].minor, c, MONEY_FULL);
		else
			buf_addf(&text, "%s (%lld)", b->sum[i].currency, (long long)b->sum[i].minor);
		doc_add(out, _(b->rec->fields[b->sum[i].field].label), ROLE_OVERLAY, text.data);
	}
}

/* "5 left out: 3 claimed by others, 2 with failing checks", in the order in which they are met. */
static void write_left_out(struct doc *out, const struct bulk *b)
{
	struct { const char *words; size_t n; } group[GROUPS_MAX] = { { NULL, 0 } };
	AUTO(buf_release) struct buf text = BUF_INIT;
	size_t groups = 0;

	for (size_t i = 0; i < b->n; i++) {
		size_t g = 0;

		if (b->item[i].fate != BULK_LEFT_OUT)
			continue;
		while (g < groups && strcmp(group[g].words, b->item[i].group) != 0)
			g++;
		if (g == groups && groups < GROUPS_MAX)
			group[groups++].words = b->item[i].group;
		if (g < groups)
			group[g].n++;
	}
	if (!groups)
		return;
	buf_addf(&text, _("%zu left out: "), b->count[BULK_LEFT_OUT]);
	for (size_t g = 0; g < groups; g++) {
		buf_adds(&text, g ? _(", ") : "");
		buf_addf(&text, _("%zu %s"), group[g].n, _(group[g].words));
	}
	doc_add(out, NULL, ROLE_OVERLAY_DANGER, text.data);
}

static void write_asking(struct doc *out, const struct bulk *b)
{
	size_t n = b->count[BULK_POSSIBLE];
	unsigned flags = b->action->flags;

	doc_add(out, NULL, flags & DANGER ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY, _(b->action->help));
	if (!n)
		doc_add(out, NULL, ROLE_OVERLAY_DANGER, _("None of them can be taken."));
	else if (flags & LOCAL)
		doc_addf(out, NULL, ROLE_OVERLAY_KEY, _("%zu will be done here."), n);
	else if (flags & FOUR_EYES)
		doc_addf(out, NULL, ROLE_OVERLAY_KEY, _("%zu will be proposed under one signature; another person confirms each of them."), n);
	else
		doc_addf(out, NULL, ROLE_OVERLAY_KEY, _("%zu will be queued under one signature; the core answers each of them."), n);
	write_sums(out, b);
	write_left_out(out, b);
}

/* ---- what became of them ---- */
static const char *fate_words(const struct bulk *b, enum bulk_fate fate)
{
	static const char *const words[BULK_FATES] = {
		[BULK_POSSIBLE] = N_("will be taken"), [BULK_LEFT_OUT] = N_("left out"), [BULK_APPLIED] = N_("signed and queued"),
		[BULK_PROPOSED] = N_("proposed and queued"), [BULK_REFUSED] = N_("not taken"), [BULK_ACCEPTED] = N_("accepted by the core"),
		[BULK_TURNED_DOWN] = N_("refused by the core"), [BULK_TAKEN_BACK] = N_("taken back"),
	};

	return fate == BULK_APPLIED && b->action->flags & LOCAL ? _("done") : _(words[fate]);
}

static bool is_bad(enum bulk_fate fate)
{
	return fate == BULK_REFUSED || fate == BULK_TURNED_DOWN || fate == BULK_LEFT_OUT;
}

static void write_telling(struct doc *out, const struct bulk *b)
{
	static const enum bulk_fate order[] = {
		BULK_ACCEPTED, BULK_APPLIED, BULK_PROPOSED, BULK_TAKEN_BACK, BULK_TURNED_DOWN, BULK_REFUSED, BULK_LEFT_OUT,
	};

	for (size_t i = 0; i < COUNT(order); i++)
		if (b->count[order[i]])
			doc_addf(out, NULL, is_bad(order[i]) ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY_KEY, _("%zu %s"), b->count[order[i]],
				 fate_words(b, order[i]));
	if (b->batch)
		doc_addf(out, NULL, ROLE_OVERLAY_MUTED, _("Batch %lld in outbox and journal"), (long long)b->batch);
}

/* ---- what others are at ---- */
static void write_waiting(struct doc *out, const struct bulkview *v)
{
	if (!v->settled)
		doc_addf(out, NULL, ROLE_OVERLAY_KEY, _("Judged %zu of %zu"), v->done, v->asked);
	else
		doc_addf(out, NULL, ROLE_OVERLAY_KEY, _("Signed; written %zu of %zu"), v->done, v->asked);
}

/* ---- the records, what is wrong first ---- */
static bool in_another_state(const struct bulk *b, const struct bulk_item *i)
{
	return i->fate == BULK_LEFT_OUT && i->state >= 0 && !(b->action->from & IN(i->state));
}

/* The states by their labels: what the judgement said names them as they are stored. */
static void write_state(struct buf *out, const struct bulk *b, const struct bulk_item *i)
{
	size_t n = 0;

	buf_addf(out, "%s · %s", _(b->rec->states[i->state].label), _("possible only in: "));
	for (size_t s = 0; s < b->rec->nstates; s++)
		if (b->action->from & IN(s))
			buf_addf(out, n++ ? ", %s" : "%s", _(b->rec->states[s].label));
}

static void write_record(struct doc *out, const struct bulk *b, const struct bulk_item *i)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (*i->title && strcmp(i->title, i->id) != 0)
		buf_addf(&text, "%s · ", i->title);
	if (in_another_state(b, i))
		write_state(&text, b, i);
	else
		buf_adds(&text, i->group ? i->why.msg : fate_words(b, i->fate));
	doc_add(out, i->id, i->group ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY, text.data);
}

/* What was left out is no news any more once the others are done. */
static void write_records(struct doc *out, const struct bulkview *v)
{
	enum { FAILED, FINE, LEFT_OUT };
	static const int asking[] = { LEFT_OUT, FAILED, FINE }, telling[] = { FAILED, FINE, LEFT_OUT };

	for (size_t part = 0; part < COUNT(asking); part++)
		for (size_t i = 0; i < v->b.n; i++) {
			const struct bulk_item *it = &v->b.item[i];
			int is = it->fate == BULK_LEFT_OUT ? LEFT_OUT : it->group ? FAILED : FINE;

			if (is == (v->stage == TELLS ? telling : asking)[part])
				write_record(out, &v->b, it);
		}
}

static const char *hint_of(const struct bulkview *v, int undo, struct buf *text)
{
	char key[32];

	if (bulkview_waits(v)) {
		buf_adds(text, v->settled ? _("It is one decision, and goes on to its end") : _("Esc stops it; nothing is signed then"));
	} else if (v->stage == TELLS) {
		key_label(req_key(REQ_RETRY), key);
		if (failed(&v->b))
			buf_addf(text, _("%s: those that failed again · "), key);
		key_label(undo, key);
		if (undo)
			buf_addf(text, _("%s: takes them back · "), key);
		buf_adds(text, _("Esc closes"));
	} else if (!v->form) {
		buf_adds(text, _("Esc closes"));
	} else {
		buf_adds(text, v->b.action->flags & LOCAL ? _("Enter does it · ") : _("Enter signs · "));
		buf_adds(text, _("PgUp PgDn: the records · Esc leaves it"));
	}
	return text->data;
}

static void title_of(const struct bulkview *v, struct buf *out)
{
	const struct bulk *b = &v->b;
	size_t taken = b->n - b->count[BULK_LEFT_OUT];

	if (bulkview_waits(v)) {
		buf_addf(out, "%s · %s", _(v->action->label), _(v->rec->plural));
		return;
	}
	buf_addf(out, _("%s · %s · %zu of %zu"), _(b->action->label), _(b->rec->plural), taken - b->count[BULK_REFUSED], b->n);
}

/* ---- drawing ---- */
static int lesser(int a, int b)
{
	return a < b ? a : b;
}

/* What is typed: the form, or the number. */
static int bottom_rows(const struct bulkview *v, int cols)
{
	return v->stage == WANTS_NUMBER ? 2 : v->stage == ASKS && v->form ? form_rows(v->form, cols) : 0;
}

static void draw_bottom(struct bulkview *v, struct grid *g, struct rect box)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (v->stage == ASKS && v->form)
		form_draw_lines(v->form, g, box);
	if (v->stage != WANTS_NUMBER || box.rows < 1)
		return;
	buf_addf(&text, _("To go on, type how many will be taken: %zu"), v->b.count[BULK_POSSIBLE]);
	grid_put(g, box, box.row, box.col, ROLE_OVERLAY_DANGER, text.data);
	entry_draw(&v->number, g, (struct rect){ box.row + box.rows - 1, box.col, 1, box.cols }, 0, 0);
}

static void draw_records(struct bulkview *v, struct grid *g, struct rect box, const struct doc *list)
{
	v->rows = box.rows;
	bulkview_scroll(v, 0);
	if (box.rows < 1)
		return;
	doc_draw(list, g, box, v->scroll, ROLE_OVERLAY_MUTED, ROLE_OVERLAY_TITLE);
	grid_spot(g, box, SPOT_SHEET, 0);
	if (v->scroll)
		grid_put(g, box, box.row, box.col + box.cols - 1, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_UP));
	if (v->scroll + box.rows < v->lines)
		grid_put(g, box, box.row + box.rows - 1, box.col + box.cols - 1, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_DOWN));
}

/* How the rows are shared out. Where there is little room what is filled in comes first, then what is wrong with it and what the keys do,
 * then what will happen; the records have what is left. */
struct shares { int head, gap, list, bottom, why, hint; };

static struct shares share(struct bulkview *v, int cols, int rows, const struct doc *head, const struct doc *list)
{
	struct rect measure = { 0, 0, 0, cols };
	struct shares s = { .bottom = lesser(bottom_rows(v, cols), rows > LIST_LEAST + 2 ? rows - LIST_LEAST : rows) };

	v->lines = doc_draw(list, NULL, measure, 0, ROLE_OVERLAY_MUTED, ROLE_OVERLAY_TITLE);
	s.why = *v->why ? lesser(grid_wrap(NULL, measure, 0, ROLE_OVERLAY, v->why), rows - s.bottom) : 0;
	rows -= s.bottom + s.why;
	s.hint = rows > 0;
	rows -= s.hint;
	s.head = lesser(doc_draw(head, NULL, measure, 0, ROLE_OVERLAY_MUTED, ROLE_OVERLAY_TITLE), rows);
	s.gap = rows > s.head;
	s.list = lesser(v->lines + 1, rows - s.head - s.gap); /* and a line between them and what follows */
	return s;
}

void bulkview_draw(struct bulkview *v, struct grid *g, struct rect screen, int undo)
{
	int cols = lesser(screen.cols, COLS_MOST), rows;
	enum role frame = v->action->flags & DANGER ? ROLE_OVERLAY_DANGER : ROLE_OVERLAY_TITLE;
	AUTO(buf_release) struct buf title = BUF_INIT, keys = BUF_INIT;
	AUTO(doc_release) struct doc head = DOC_INIT, list = DOC_INIT;
	struct shares s;
	struct rect box, in;

	if (bulkview_waits(v)) {
		write_waiting(&head, v);
	} else {
		(v->stage == TELLS ? write_telling : write_asking)(&head, &v->b);
		write_records(&list, v);
	}
	title_of(v, &title);
	s = share(v, cols - 4, screen.rows - 2, &head, &list);
	rows = lesser(screen.rows, 2 + s.head + s.gap + s.list + s.bottom + s.why + s.hint);
	box = (struct rect){ screen.row + (screen.rows - rows) / 2, screen.col + (screen.cols - cols) / 2, rows, cols };
	in = rect_inset(box, 1, 2);
	grid_cursor_hide(g);
	grid_fill(g, box, ROLE_OVERLAY);
	grid_spot(g, box, SPOT_NONE, 0);
	grid_box(g, box, ROLE_OVERLAY_MUTED, title.data, frame);
	doc_draw(&head, g, (struct rect){ in.row, in.col, s.head, in.cols }, 0, ROLE_OVERLAY_MUTED, ROLE_OVERLAY_TITLE);
	draw_records(v, g, (struct rect){ in.row + s.head + s.gap, in.col, s.list, in.cols }, &list);
	draw_bottom(v, g, (struct rect){ in.row + in.rows - s.hint - s.why - s.bottom, in.col, s.bottom, in.cols });
	grid_wrap(g, (struct rect){ in.row + in.rows - s.hint - s.why, in.col, s.why, in.cols }, 0, ROLE_OVERLAY_DANGER, v->why);
	if (s.hint)
		grid_field(g, (struct rect){ in.row + in.rows - 1, in.col, 1, in.cols }, ALIGN_LEFT, ROLE_OVERLAY_MUTED, hint_of(v, undo, &keys));
}
