#include "store/words.h"

#include <string.h>

#include "store/sqlgen.h"

/* ---- keeping it ---- */

static bool is_searched(const struct table *t, size_t i)
{
	return i < 64 && t->searched >> i & 1;
}

/* Each searched column between before and after. */
static void add_searched(struct buf *sql, const struct table *t, const char *before, const char *after)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (!is_searched(t, i))
			continue;
		buf_adds(sql, before);
		sql_name(sql, table_column(t, i)->name);
		buf_adds(sql, after);
	}
}

void words_read(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT rowid");
	add_searched(sql, t, ",", "");
	buf_adds(sql, " FROM ");
	sql_name(sql, t->name);
	sql_key(sql, t);
}

void words_change(struct buf *sql, const struct table *t, bool remove)
{
	buf_adds(sql, "INSERT INTO ");
	sql_name(sql, t->words);
	buf_addc(sql, '(');
	if (remove) {
		sql_name(sql, t->words);
		buf_addc(sql, ',');
	}
	buf_adds(sql, "rowid");
	add_searched(sql, t, ",", "");
	buf_adds(sql, remove ? ")VALUES('delete',?" : ")VALUES(?");
	for (size_t i = 0; i < t->ncolumns; i++)
		if (is_searched(t, i))
			buf_adds(sql, ",char(2,2)||?");
	buf_addc(sql, ')');
}

/* ---- asking it ---- */

static const char *next_char(const char *s, const char *end)
{
	s += s < end;
	while (s < end && ((unsigned char)*s & 0xc0) == 0x80)
		s++;
	return s;
}

static void add_gram(struct grams *g, const char *s, const char *end)
{
	AUTO(buf_release) struct buf quoted = BUF_INIT;
	buf_addc(&quoted, '"');
	for (; s < end; s++) {
		if (*s == '"')
			buf_addc(&quoted, '"');
		buf_addc(&quoted, *s);
	}
	buf_addc(&quoted, '"');
	g->at[g->n++] = (struct gram){ pool_strndup(&g->pool, quoted.data, quoted.len), 0 };
}

static void add_grams(struct grams *g, const struct cond *c)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	if (!c->nkids || !c->kids[0].value.len || memchr(c->kids[0].value.text, '\0', c->kids[0].value.len))
		return;
	if (c->kids[0].op == COND_PREFIX)
		buf_adds(&text, "\x02\x02");
	buf_add(&text, c->kids[0].value.text, c->kids[0].value.len);
	const char *end = text.data + text.len;
	for (const char *s = text.data; g->n < WORDS_GRAMS; s = next_char(s, end)) {
		const char *third = next_char(next_char(s, end), end);
		if (third == end)
			break;
		add_gram(g, s, next_char(third, end));
	}
}

void words_grams(struct grams *g, const struct query *q)
{
	const struct cond *c = &q->where;
	if (!q->table->words)
		return;
	if (c->op == COND_SEARCH)
		add_grams(g, c);
	for (size_t i = 0; c->op == COND_AND && i < c->nkids; i++)
		if (c->kids[i].op == COND_SEARCH)
			add_grams(g, &c->kids[i]);
}

void grams_release(struct grams *g)
{
	pool_release(&g->pool);
}

static void add_match(struct buf *sql, const struct table *t)
{
	sql_name(sql, t->words);
	buf_adds(sql, " WHERE ");
	sql_name(sql, t->words);
	buf_adds(sql, " MATCH ?1 LIMIT ");
}

void words_hit(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT rowid FROM ");
	add_match(sql, t);
	buf_adds(sql, "1 OFFSET ?2");
}

void words_count(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT count(*)FROM(SELECT 1 FROM ");
	add_match(sql, t);
	buf_adds(sql, "?2)");
}

void words_last(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT max(rowid) FROM ");
	sql_name(sql, t->name);
}
