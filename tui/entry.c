#include "tui/entry.h"

#include <string.h>

#include "core/values/text.h"
#include "tui/words.h"

void entry_init(struct entry *e, size_t max, const char *text)
{
	*e = (struct entry){ .text = BUF_INIT, .max = max };
	entry_set(e, text);
}

void entry_release(struct entry *e)
{
	buf_wipe(&e->text);
}

void entry_set(struct entry *e, const char *text)
{
	buf_clear(&e->text);
	text_clean(&e->text, text, strlen(text), TEXT_LINE);
	e->at = e->text.len;
}

static size_t next_border(const struct entry *e, size_t at)
{
	const char *p = e->text.data + at;
	int width;

	return at + text_next(&p, &width);
}

static size_t previous_border(const struct entry *e, size_t at)
{
	size_t before = 0;

	for (size_t i = 0; i < at; i = next_border(e, i))
		before = i;
	return before;
}

static void erase(struct entry *e, size_t from, size_t to)
{
	memmove(e->text.data + from, e->text.data + to, e->text.len - to);
	buf_setlen(&e->text, e->text.len - (to - from));
	e->at = from;
}

/* What stands before and what is put in are joined and cleaned as a whole: a mark may belong to the letter before it. */
static void insert(struct entry *e, const char *s, size_t n)
{
	AUTO(buf_wipe) struct buf joined = BUF_INIT, raw = BUF_INIT, tail = BUF_INIT;

	buf_add(&raw, e->text.data, e->at);
	for (size_t i = 0; i < n; i++)
		buf_addc(&raw, s[i] == '\n' || s[i] == '\r' || s[i] == '\t' ? ' ' : s[i]);
	text_clean(&joined, raw.data, raw.len, TEXT_LINE);
	e->full = joined.len + (e->text.len - e->at) > e->max;
	if (e->full)
		return;
	buf_add(&tail, e->text.data + e->at, e->text.len - e->at);
	e->at = joined.len;
	buf_clear(&e->text);
	buf_add(&e->text, joined.data, joined.len);
	buf_add(&e->text, tail.data, tail.len);
}

static void erase_word(struct entry *e)
{
	size_t from = e->at;

	while (from && e->text.data[previous_border(e, from)] == ' ')
		from = previous_border(e, from);
	while (from && e->text.data[previous_border(e, from)] != ' ')
		from = previous_border(e, from);
	erase(e, from, e->at);
}

bool entry_event(struct entry *e, const struct event *event)
{
	e->full = false;
	if (event->type == EVENT_PASTE) {
		insert(e, event->paste, event->paste_len);
		return true;
	}
	if (event->type != EVENT_KEY)
		return false;
	switch (req_for(SCOPE_INPUT, event->key)) {
	case REQ_CHAR_LEFT:
		e->at = previous_border(e, e->at);
		return true;
	case REQ_CHAR_RIGHT:
		e->at = next_border(e, e->at);
		return true;
	case REQ_LINE_START:
		e->at = 0;
		return true;
	case REQ_LINE_END:
		e->at = e->text.len;
		return true;
	case REQ_ERASE:
		erase(e, previous_border(e, e->at), e->at);
		return true;
	case REQ_ERASE_NEXT:
		erase(e, e->at, next_border(e, e->at));
		return true;
	case REQ_ERASE_WORD:
		erase_word(e);
		return true;
	case REQ_ERASE_LINE:
		erase(e, 0, e->text.len);
		return true;
	case REQ_NONE:
		if (!*event->text)
			return false;
		insert(e, event->text, strlen(event->text));
		return true;
	default:
		return false;
	}
}

void entry_replace(struct entry *e, size_t from, size_t to, const char *text)
{
	erase(e, from, to);
	insert(e, text, strlen(text));
}

static int columns_before(const struct entry *e, size_t at)
{
	const char *p = e->text.data;
	int columns = 0, width;

	while ((size_t)(p - e->text.data) < at && text_next(&p, &width))
		columns += width;
	return columns;
}

/* Long text scrolls sideways so that the cursor is always in sight. */
int entry_column(const struct entry *e, int cols, size_t at)
{
	int cursor = columns_before(e, e->at), skip = cursor >= cols ? cursor - cols + 1 : 0;

	return columns_before(e, at) - skip;
}

static void draw_full(struct grid *g, struct rect line)
{
	const char *text = _("too long: not taken");
	int cols = grid_width(text) + 1;

	if (cols < line.cols)
		line = (struct rect){ line.row, line.col + line.cols - cols, 1, cols };
	grid_field(g, line, ALIGN_RIGHT, ROLE_DANGER, text);
}

void entry_draw(const struct entry *e, struct grid *g, struct rect box, size_t bad_at, size_t bad_len)
{
	struct rect line = { box.row, box.col, 1, box.cols };
	int col = box.col + entry_column(e, box.cols, 0);
	const char *p = e->text.data;

	grid_fill(g, line, ROLE_INPUT);
	while (*p) {
		size_t at = (size_t)(p - e->text.data);
		const char *start = p;
		int width;
		size_t n = text_next(&p, &width);
		bool bad = bad_len && at >= bad_at && at < bad_at + bad_len;

		if (!n)
			break;
		col += grid_putn(g, line, box.row, col, bad ? ROLE_DANGER : ROLE_INPUT, start, n);
	}
	if (e->full)
		draw_full(g, line);
	grid_cursor(g, box.row, box.col + entry_column(e, box.cols, e->at));
}
