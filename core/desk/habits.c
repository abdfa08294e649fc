#include "core/desk/habits.h"

#include <stdlib.h>
#include <string.h>

static void name_of(struct buf *out, struct desk *d, enum habit what, const char *of)
{
	static const char *const words[] = {
		[HABIT_FILTERS] = "filters", [HABIT_OPENED] = "opened", [HABIT_TOUR] = "tour", [HABIT_VIEWS] = "views", [HABIT_ASIDE] = "aside", [HABIT_MARKS] = "marks", [HABIT_COLUMNS] = "columns",
		[HABIT_LAYOUT] = "layout",
	};

	buf_addf(out, "habit.%s.%s%s%s", desk_who(d)->id, words[what], of ? "." : "", of ? of : "");
}

void habit_lines_release(struct habit_lines *l)
{
	pool_release(&l->pool);
	*l = (struct habit_lines){ 0 };
}

enum code habit_read(struct desk *d, enum habit what, const char *of, struct habit_lines *out, struct err *err)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	struct value v;

	out->n = 0;
	pool_clear(&out->pool);
	name_of(&name, d, what, of);
	if (store_meta_get(desk_store(d), name.data, &out->pool, &v, err))
		return err->code;
	for (const char *p = v.type == VALUE_TEXT ? v.text : ""; *p && out->n < HABIT_LINES;) {
		size_t n = strcspn(p, "\n");

		out->line[out->n++] = pool_strndup(&out->pool, p, n);
		p += n + (p[n] == '\n');
	}
	return E_OK;
}

enum code habit_write(struct desk *d, enum habit what, const char *of, const struct habit_lines *l, struct err *err)
{
	AUTO(buf_release) struct buf name = BUF_INIT, text = BUF_INIT;

	name_of(&name, d, what, of);
	for (size_t i = 0; i < l->n; i++)
		buf_addf(&text, "%s\n", l->line[i]);
	return store_meta_put(desk_store(d), name.data, value_text(text.data), err);
}

static bool fit(const char *line)
{
	return *line && strlen(line) <= HABIT_LINE_BYTES && !strchr(line, '\n');
}

/* line is borrowed. */
static void to_front(struct habit_lines *l, const char *line)
{
	size_t at = 0;

	while (at < l->n && strcmp(l->line[at], line) != 0)
		at++;
	if (at == l->n && l->n < HABIT_LINES)
		l->n++;
	if (at == HABIT_LINES)
		at--;
	memmove(l->line + 1, l->line, at * sizeof *l->line);
	l->line[0] = line;
}

/* In the transaction of the caller; *wrote says whether there was something to write: a commit has its price. */
static enum code add(struct desk *d, enum habit what, const char *of, const char *line, bool *wrote, struct err *err)
{
	AUTO(habit_lines_release) struct habit_lines l = { 0 };

	if (!fit(line))
		return E_OK;
	if (habit_read(d, what, of, &l, err))
		return err->code;
	if (l.n && strcmp(l.line[0], line) == 0)
		return E_OK;
	to_front(&l, line);
	*wrote = true;
	return habit_write(d, what, of, &l, err);
}

enum code habit_add(struct desk *d, enum habit what, const char *of, const char *line, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	bool wrote = false;

	if (tx_begin(&tx, desk_db(d), err) || add(d, what, of, line, &wrote, err))
		return err->code;
	return wrote ? tx_commit(&tx, err) : E_OK;
}

/* ---- noted, to be added later ---- */
static void forget(struct habit_note *note)
{
	free(note->of);
	free(note->line);
}

void habit_notes_clear(struct habit_notes *n)
{
	for (size_t i = 0; i < n->n; i++)
		forget(&n->note[i]);
	n->n = 0;
}

void habit_note(struct habit_notes *n, enum habit what, const char *of, const char *line)
{
	if (n->n == HABIT_NOTES) {
		forget(&n->note[0]);
		memmove(n->note, n->note + 1, --n->n * sizeof *n->note);
	}
	n->note[n->n++] = (struct habit_note){ what, of ? mem_strdup(of) : NULL, mem_strdup(line) };
}

static bool is_of(const struct habit_note *note, enum habit what, const char *of)
{
	return note->what == what && strcmp(note->of ? note->of : "", of ? of : "") == 0;
}

enum code habit_recall(struct desk *d, const struct habit_notes *n, enum habit what, const char *of, struct habit_lines *out, struct err *err)
{
	if (habit_read(d, what, of, out, err))
		return err->code;
	for (size_t i = 0; i < n->n; i++)
		if (is_of(&n->note[i], what, of) && fit(n->note[i].line))
			to_front(out, pool_strndup(&out->pool, n->note[i].line, strlen(n->note[i].line)));
	return E_OK;
}

static enum code write_notes(struct desk *d, const struct habit_notes *n, const struct opened_notes *opened, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	bool wrote = false;

	if (tx_begin(&tx, desk_db(d), err))
		return err->code;
	for (size_t i = 0; n && i < n->n; i++)
		if (add(d, n->note[i].what, n->note[i].of, n->note[i].line, &wrote, err))
			return err->code;
	if (opened && opened_put(d, opened, &wrote, err))
		return err->code;
	return wrote ? tx_commit(&tx, err) : E_OK;
}

enum code habit_notes_write(struct desk *d, struct habit_notes *n, struct opened_notes *opened, struct err *err)
{
	bool any = (n && n->n) || (opened && opened_waiting(opened));
	enum code code = any ? write_notes(d, n, opened, err) : E_OK;

	if (n)
		habit_notes_clear(n);
	if (opened)
		opened_written(opened);
	return code;
}
