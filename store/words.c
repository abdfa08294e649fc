#include "store/words.h"

#include <string.h>

#include "store/sqlgen.h"

enum { GRAMS_BYTES = 200 /* of a text are asked of the index; the comparison reads all of it */ };

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

static void add_gram(struct buf *match, const char *s, const char *end)
{
	buf_adds(match, match->len ? " AND \"" : "\"");
	for (; s < end; s++) {
		if (*s == '"')
			buf_addc(match, '"');
		buf_addc(match, *s);
	}
	buf_addc(match, '"');
}

/* Each three characters of what is looked for, as strings of FTS5. */
static void add_grams(struct buf *match, const struct cond *c)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	const char *third;
	if (!c->nkids || !c->kids[0].value.len || memchr(c->kids[0].value.text, '\0', c->kids[0].value.len))
		return;
	if (c->kids[0].op == COND_PREFIX)
		buf_adds(&text, "\x02\x02");
	buf_add(&text, c->kids[0].value.text, c->kids[0].value.len);
	const char *end = text.data + text.len, *enough = text.data + GRAMS_BYTES;
	for (const char *s = text.data; s < enough; s = next_char(s, end)) {
		third = next_char(next_char(s, end), end);
		if (third == end)
			break;
		add_gram(match, s, next_char(third, end));
	}
}

void words_match(struct buf *match, const struct query *q)
{
	const struct cond *c = &q->where;
	if (!q->table->words)
		return;
	if (c->op == COND_SEARCH)
		add_grams(match, c);
	for (size_t i = 0; c->op == COND_AND && i < c->nkids; i++)
		if (c->kids[i].op == COND_SEARCH)
			add_grams(match, &c->kids[i]);
}

void words_count(struct buf *sql, const struct table *t)
{
	buf_adds(sql, "SELECT count(*)FROM(SELECT 1 FROM ");
	sql_name(sql, t->words);
	buf_adds(sql, " WHERE ");
	sql_name(sql, t->words);
	buf_adds(sql, " MATCH ?1 LIMIT ?2)");
}
