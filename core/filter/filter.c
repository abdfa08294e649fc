#include "core/filter/filter.h"

#include <string.h>

#include "core/filter/value.h"
#include "core/values/text.h"

/* Below the bound of store/sqlgen.c, so that what parses also runs. */
enum { NODES_MAX = 300 };

/* The index knows every three characters in a row; of fewer, those with which a value begins. */
static enum cond_op looking_for(const char *text)
{
	size_t chars = 0;

	for (const char *c = text; *c; c++)
		chars += ((unsigned char)*c & 0xc0) != 0x80;
	return chars < 3 ? COND_PREFIX : COND_CONTAINS;
}

/* A free word looks into every searched field; one that is masked to this person would tell what the mask hides. */
static enum code free_word(struct parser *p, const struct word *w, struct cond *out, struct err *err)
{
	struct cond *any = pool_alloc(p->pool, p->rec->nfields * sizeof *any);
	size_t n = 0;

	for (size_t i = 0; i < p->rec->nfields; i++) {
		const struct field *f = &p->rec->fields[i];

		if (f->show & SHOW_SEARCH && !field_masked(f, p->by->who->clearance))
			any[n++] = (struct cond){ .op = looking_for(w->value[0].text), .column = f->column.name,
				.value = value_text(w->value[0].text) };
	}
	if (!n)
		return parser_wrong(p, w->span, fail(err, E_USAGE, "no words can be looked for in %s", p->rec->kind));
	if (!*w->value[0].text)
		return parser_wrong(p, w->span, fail(err, E_USAGE, "an empty word finds everything; leave it out"));
	p->nodes += n;
	*out = (struct cond){ .op = COND_SEARCH, .kids = any, .nkids = n };
	return E_OK;
}

/* ---- is: ---- */
static struct cond state_is_open(struct parser *p)
{
	struct cond *any = pool_alloc(p->pool, p->rec->nstates * sizeof *any + 1);
	size_t n = 0;

	for (size_t i = 0; i < p->rec->nstates; i++)
		if (p->rec->states[i].open)
			any[n++] = (struct cond){ .op = COND_EQ, .column = "state", .value = value_text(p->rec->states[i].name) };
	p->nodes += n;
	return (struct cond){ .op = COND_OR, .kids = any, .nkids = n };
}

static struct cond *negate(struct parser *p, struct cond c)
{
	struct cond *pair = pool_alloc(p->pool, 2 * sizeof *pair);

	pair[0] = c;
	pair[1] = (struct cond){ .op = COND_NOT, .kids = &pair[0], .nkids = 1 };
	return &pair[1];
}

static enum code is_word(struct parser *p, const struct word_value *v, struct cond *out, struct err *err)
{
	const char *assignee = p->rec->assignee;

	p->nodes += 3;
	if (!strcmp(v->text, "open")) {
		*out = state_is_open(p);
	} else if (!strcmp(v->text, "pending")) {
		*out = (struct cond){ .op = COND_GT, .column = "pending", .value = value_int(0) };
	} else if (strcmp(v->text, "mine") && strcmp(v->text, "claimed") && strcmp(v->text, "unclaimed")) {
		return parser_wrong(p, v->span, fail(err, E_USAGE,
		       "is:%s is not known; there are is:mine is:claimed is:unclaimed is:open is:pending", v->text));
	} else if (!assignee) {
		return parser_wrong(p, v->span, fail(err, E_USAGE, "nobody claims a %s; is:%s says nothing here",
		       record_noun(p->rec).word, v->text));
	} else if (!strcmp(v->text, "mine")) {
		*out = (struct cond){ .op = COND_EQ, .column = assignee, .value = value_text(p->by->who->id) };
	} else {
		*out = cond_empty(p, &p->rec->fields[record_field(p->rec, assignee)]);
		if (!strcmp(v->text, "claimed"))
			*out = *negate(p, *out);
	}
	return E_OK;
}

/* ---- field words ---- */
static enum code field_word(struct parser *p, const struct word *w, struct cond *out, struct err *err)
{
	struct cond *any = pool_alloc(p->pool, w->nvalues * sizeof *any);
	bool is = !strcmp(w->name, "is");
	const struct field *f = NULL;
	enum code code = is ? E_OK : parser_field(p, w->name, w->name_span, w->op != OP_IS && w->op != OP_EQ, &f, err);

	if (is && w->op != OP_IS)
		return parser_wrong(p, w->span, fail(err, E_USAGE, "is takes a colon, as in is:mine"));
	for (size_t i = 0; i < w->nvalues && !code; i++)
		code = is ? is_word(p, &w->value[i], &any[i], err) : cond_value(p, f, w->op, &w->value[i], &any[i], err);
	*out = w->nvalues == 1 ? any[0] : (struct cond){ .op = COND_OR, .kids = any, .nkids = w->nvalues };
	return code;
}

/* after:D and before:D are words for the record's own time. */
static enum code time_word(struct parser *p, const struct word *w, struct cond *out, struct err *err)
{
	if (w->op != OP_IS || w->nvalues != 1)
		return parser_wrong(p, w->span, fail(err, E_USAGE, "%s takes a colon and one day, as in %s:2026-11-01", w->name,
		       w->name));
	return cond_value(p, &p->rec->fields[F_UPDATED], *w->name == 'a' ? OP_GE : OP_LT, &w->value[0], out, err);
}

static enum code sort_word(struct parser *p, const struct word *w, struct query *q, struct err *err)
{
	if (w->negated || w->op != OP_IS)
		return parser_wrong(p, w->span, fail(err, E_USAGE,
		       "sort is written sort:field, or sort:-field for the largest first"));
	for (size_t i = 0; i < w->nvalues; i++) {
		const struct word_value *v = &w->value[i];
		bool down = *v->text == '-';
		const struct field *f;
		enum code code = parser_field(p, v->text + down, v->span, true, &f, err);

		if (code)
			return code;
		if (q->norder == QUERY_ORDERS)
			return parser_wrong(p, v->span, fail(err, E_USAGE, "a list is sorted by %d fields at most", QUERY_ORDERS));
		q->order[q->norder++] = (struct order){ f->column.name, down };
	}
	return E_OK;
}

static enum code one_word(struct parser *p, const struct word *w, struct cond *out, struct err *err)
{
	struct cond c = { 0 };
	enum code code;

	if (!w->name)
		code = free_word(p, w, &c, err);
	else if (!strcmp(w->name, "after") || !strcmp(w->name, "before"))
		code = time_word(p, w, &c, err);
	else
		code = field_word(p, w, &c, err);
	*out = !code && w->negated ? *negate(p, c) : c;
	if (!code && (p->nodes += 2) > NODES_MAX)
		code = parser_wrong(p, w->span, fail(err, E_USAGE, "this filter asks for too much at once; leave some words out"));
	return code;
}

/* Every word of text into f->query; all has room for every term. */
static enum code all_words(struct parser *p, struct lexer *l, struct query *q, struct cond *all, struct err *err)
{
	struct word *w = pool_alloc(p->pool, sizeof *w);
	size_t terms = 0;
	bool more;
	enum code code;

	while (!(code = lex_word(l, w, &more, err)) && more) {
		if ((terms += w->nvalues) > FILTER_MAX_TERMS)
			return parser_wrong(p, w->span, fail(err, E_USAGE, "a filter has at most %d words and values",
			       FILTER_MAX_TERMS));
		if (w->name && !strcmp(w->name, "sort"))
			code = sort_word(p, w, q, err);
		else
			code = one_word(p, w, &all[q->where.nkids++], err);
		if (code)
			return code;
	}
	if (code)
		p->wrong = l->wrong;
	return code;
}

/* The order in which a list opens; its words were held by the tests. */
static void default_order(struct parser *p, struct query *q)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct word *w = pool_alloc(p->pool, sizeof *w);
	struct lexer l = { .pool = p->pool };
	bool more;

	buf_addf(&text, "sort:%s", p->rec->sort);
	l.text = text.data;
	if (!lex_word(&l, w, &more, NULL))
		sort_word(p, w, q, NULL);
}

enum code filter_parse(struct filter *f, const struct record *rec, const char *text, const struct filter_reader *by,
		       size_t *at, size_t *len, struct err *err)
{
	struct parser p = { .pool = &f->pool, .rec = rec, .by = by };
	struct lexer l = { .text = text, .pool = &f->pool };
	size_t n = strlen(text);
	enum code code;

	*f = (struct filter){ .table = record_table(rec), .pool = POOL_INIT };
	f->query.table = &f->table;
	p.wrong = (struct span){ 0, n };
	if (n > FILTER_MAX_BYTES) {
		code = fail(err, E_USAGE, "a filter is at most %d bytes long", FILTER_MAX_BYTES);
	} else if (!text_valid(text, n)) {
		code = fail(err, E_USAGE, "a filter is UTF-8 text");
	} else {
		struct cond *all = pool_alloc(&f->pool, FILTER_MAX_TERMS * sizeof *all);

		f->query.where = (struct cond){ .op = COND_AND, .kids = all };
		code = all_words(&p, &l, &f->query, all, err);
	}
	if (!code && !f->query.norder && rec->sort)
		default_order(&p, &f->query);
	if (at)
		*at = code ? p.wrong.at : 0;
	if (len)
		*len = code ? p.wrong.len : 0;
	if (code)
		filter_release(f);
	return code;
}

void filter_release(struct filter *f)
{
	pool_release(&f->pool);
	*f = (struct filter){ .pool = POOL_INIT };
}

void filter_sorted(struct buf *out, const char *text, const char *column, bool descending)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct lexer l = { .text = text, .pool = &pool };
	struct word *w = pool_alloc(&pool, sizeof *w);
	size_t from = out->len;
	bool more;
	enum code code;

	while (!(code = lex_word(&l, w, &more, NULL)) && more)
		if (!w->name || strcmp(w->name, "sort"))
			buf_addf(out, out->len > from ? " %.*s" : "%.*s", (int)w->span.len, text + w->span.at);
	if (code) {
		buf_setlen(out, from);
		buf_adds(out, text);
	}
	buf_addf(out, "%ssort:%s%s", out->len > from ? " " : "", descending ? "-" : "", column);
}
