#include "core/habits.h"

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

enum code habit_add(struct desk *d, enum habit what, const char *of, const char *line, struct err *err)
{
	AUTO(habit_lines_release) struct habit_lines old = { 0 }, l = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };

	if (!fit(line))
		return E_OK;
	if (tx_begin(&tx, desk_db(d), err) || habit_read(d, what, of, &old, err))
		return err->code;
	if (old.n && strcmp(old.line[0], line) == 0)
		return E_OK; /* nothing to write: a commit has its price */
	l.line[l.n++] = line;
	for (size_t i = 0; i < old.n && l.n < HABIT_LINES; i++)
		if (strcmp(old.line[i], line) != 0)
			l.line[l.n++] = old.line[i];
	return habit_write(d, what, of, &l, err) ? err->code : tx_commit(&tx, err);
}
