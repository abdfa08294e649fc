#include "core/filter/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/money.h"
#include "core/values/when.h"

enum code parser_wrong(struct parser *p, struct span span, enum code code)
{
	p->wrong = span;
	return code;
}

/* ---- which field ---- */
static bool has_size(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_MONEY || f->type == FIELD_TIME || f->type == FIELD_DATE;
}

/* Machinery answers to its full name only. */
static bool begins(const struct field *f, const char *name)
{
	return f->show & (SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH) && f->type != FIELD_BYTES && !(f->show & SHOW_HIDDEN) &&
	       !strncmp(f->column.name, name, strlen(name));
}

/* How many fields begin so; *first is one of them, and names lists some. */
static size_t beginning(const struct parser *p, const char *name, bool sized, const struct field **first, struct buf *names)
{
	size_t n = 0;

	for (size_t i = 0; i < p->rec->nfields; i++) {
		const struct field *f = &p->rec->fields[i];

		if (!begins(f, name) || (sized && !has_size(f)))
			continue;
		if (!n++)
			*first = f;
		if (names && n <= 8)
			buf_addf(names, "%s%s", n > 1 ? ", " : "", f->column.name);
	}
	return n;
}

enum code parser_field(struct parser *p, const char *name, struct span span, bool ordered, const struct field **out,
		       struct err *err)
{
	AUTO(buf_release) struct buf names = BUF_INIT;
	int exact = record_field(p->rec, name);
	size_t n;

	if (exact >= 0 && p->rec->fields[exact].type != FIELD_BYTES) {
		*out = &p->rec->fields[exact];
	} else if (!*name || !((n = beginning(p, name, false, out, &names)))) {
		return parser_wrong(p, span, fail(err, E_USAGE, "a %s has no field \"%.40s\"", record_noun(p->rec).word, name));
	} else if (n > 1 && !(ordered && beginning(p, name, true, out, NULL) == 1)) {
		return parser_wrong(p, span, fail(err, E_USAGE, "\"%.40s\" could be %s; write more of it", name, names.data));
	}
	if (field_masked(*out, p->by->who->clearance))
		return parser_wrong(p, span, fail(err, E_DENIED,
		       "%s is masked to you, so a list cannot be filtered or sorted by it", (*out)->column.name));
	return E_OK;
}

/* ---- conditions ---- */
static const enum cond_op comparison[] = {
	[OP_IS] = COND_EQ, [OP_EQ] = COND_EQ, [OP_LT] = COND_LT, [OP_LE] = COND_LE, [OP_GT] = COND_GT, [OP_GE] = COND_GE,
};

static struct cond compare(const struct field *f, enum cond_op op, struct value v)
{
	return (struct cond){ .op = op, .column = f->column.name, .value = v };
}

static struct cond both(struct parser *p, enum cond_op op, struct cond a, struct cond b)
{
	struct cond *pair = pool_alloc(p->pool, 2 * sizeof *pair);

	pair[0] = a;
	pair[1] = b;
	p->nodes += 2;
	return (struct cond){ .op = op, .kids = pair, .nkids = 2 };
}

struct cond cond_empty(struct parser *p, const struct field *f)
{
	struct cond null = compare(f, COND_NULL, value_null());

	return f->column.type == VALUE_TEXT ? both(p, COND_OR, null, compare(f, COND_EQ, value_text(""))) : null;
}

/* A day stands for all of it: > is behind its end, = within. An hour or minute ago is a moment. */
static enum code time_value(struct parser *p, const struct field *f, enum word_op op, const char *text,
			    struct cond *out, struct err *err)
{
	size_t n = strlen(text);
	bool moment = n && (text[n - 1] == 'h' || text[n - 1] == 'm');
	int64_t from, to;
	enum code code = when_parse(text, p->by->now, &from, err);

	if (code)
		return code;
	to = from + WHEN_DAY;
	if (moment)
		*out = compare(f, comparison[op], value_int(from));
	else if (op == OP_IS || op == OP_EQ)
		*out = both(p, COND_AND, compare(f, COND_GE, value_int(from)), compare(f, COND_LT, value_int(to)));
	else if (op == OP_GT)
		*out = compare(f, COND_GE, value_int(to));
	else if (op == OP_LE)
		*out = compare(f, COND_LT, value_int(to));
	else
		*out = compare(f, comparison[op], value_int(from));
	return E_OK;
}

static enum code date_value(struct parser *p, const struct field *f, enum word_op op, const char *text,
			    struct cond *out, struct err *err)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	int64_t at;
	enum code code = when_parse(text, p->by->now, &at, err);

	if (code)
		return code;
	when_add_date(&day, at);
	*out = compare(f, comparison[op], value_text(pool_strndup(p->pool, day.data, day.len)));
	return E_OK;
}

/* Amounts of two currencies do not compare: a bare number means yuan, "USD 5" means dollars. */
static enum code money_value(struct parser *p, const struct field *f, enum word_op op, const char *text,
			     struct cond *out, struct err *err)
{
	char code3[4] = "CNY";
	const struct currency *c;
	int64_t minor;
	enum code code;

	if (f->currency_field && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3)
		memcpy(code3, text, 3);
	c = currency_find(code3);
	if (!c)
		return fail(err, E_INVALID, "%s is not a currency", code3);
	code = money_parse(text, c, &minor, err);
	if (code)
		return code;
	*out = compare(f, comparison[op], value_int(minor));
	if (f->currency_field) {
		struct cond same = { .op = COND_EQ, .column = f->currency_field, .value = value_text(c->code) };

		*out = both(p, COND_AND, *out, same);
	}
	return E_OK;
}

static enum code int_value(const struct field *f, enum word_op op, const char *text, struct cond *out, struct err *err)
{
	int64_t minor;
	long long n;
	char *end;

	if (f->decimals) { /* as it is shown */
		if (money_parse(text, &(struct currency){ .digits = f->decimals }, &minor, NULL))
			return fail(err, E_INVALID, "%s is a number of at most %d decimals", f->column.name, f->decimals);
		*out = compare(f, comparison[op], value_int(minor));
		return E_OK;
	}
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || *end || strchr(" \t\n\v\f\r", *text))
		return fail(err, E_INVALID, "%s is a whole number", f->column.name);
	*out = compare(f, comparison[op], value_int(n));
	return E_OK;
}

static enum code flag_value(const struct field *f, const char *text, struct cond *out, struct err *err)
{
	bool yes = !strcmp(text, "yes") || !strcmp(text, "true") || !strcmp(text, "1");

	if (!yes && strcmp(text, "no") && strcmp(text, "false") && strcmp(text, "0"))
		return fail(err, E_INVALID, "%s is yes or no", f->column.name);
	*out = compare(f, COND_EQ, value_int(yes));
	return E_OK;
}

/* The i-th name that the field may have, or NULL behind the last. */
static const char *name_at(const struct record *rec, const struct field *f, size_t i)
{
	if (f->type == FIELD_STATE)
		return i < rec->nstates ? rec->states[i].name : NULL;
	return f->choices[i].name;
}

/* One of the field's names, or the only one that begins so. */
static enum code name_value(struct parser *p, const struct field *f, const char *text, struct cond *out, struct err *err)
{
	AUTO(buf_release) struct buf names = BUF_INIT;
	enum cond_op op = f->type == FIELD_CHOICES ? COND_CONTAINS : COND_EQ;
	const char *name, *found = NULL;
	size_t n = 0;

	for (size_t i = 0; (name = name_at(p->rec, f, i)); i++) {
		buf_addf(&names, "%s%s", i ? ", " : "", name);
		if (strncmp(name, text, strlen(text)))
			continue;
		found = name;
		n = strlen(name) == strlen(text) ? 1 : n + 1;
		if (strlen(name) == strlen(text))
			break;
	}
	if (n != 1)
		return fail(err, E_INVALID, "%s is one of %s", f->column.name, names.data);
	*out = compare(f, op, value_text(found));
	return E_OK;
}

static const struct cert *named(const struct filter_reader *by, const char *name)
{
	for (size_t i = 0; i < by->npeople; i++)
		if (!strcmp(by->people[i].name, name))
			return &by->people[i];
	return NULL;
}

/* me, a name, or an id from its beginning. */
static enum code person_value(struct parser *p, const struct field *f, const char *text, struct cond *out, struct err *err)
{
	const struct cert *known = named(p->by, text);
	size_t n = strlen(text);

	if (!strcmp(text, "me") || !strcmp(text, p->by->who->name))
		*out = compare(f, COND_EQ, value_text(p->by->who->id));
	else if (known)
		*out = compare(f, COND_EQ, value_text(known->id));
	else if (n <= OPERATOR_ID_LEN && strspn(text, "0123456789abcdef") == n)
		*out = compare(f, COND_PREFIX, value_text(text));
	else
		return fail(err, E_INVALID, "%s is me, an operator's name, or an id or its beginning", f->column.name);
	return E_OK;
}

static enum code text_value(struct parser *p, const struct field *f, enum word_op op, const char *text, struct cond *out)
{
	bool contains = op == OP_IS && f->type == FIELD_TEXT && f->show & SHOW_SEARCH;
	struct cond *only = pool_alloc(p->pool, sizeof *only);

	*only = compare(f, contains ? COND_CONTAINS : COND_EQ, value_text(text));
	*out = contains ? (struct cond){ .op = COND_SEARCH, .kids = only, .nkids = 1 } : *only;
	p->nodes++;
	return E_OK;
}

static enum code typed_value(struct parser *p, const struct field *f, enum word_op op, const char *text,
			     struct cond *out, struct err *err)
{
	switch (f->type) {
	case FIELD_TIME:
		return time_value(p, f, op, text, out, err);
	case FIELD_DATE:
		return date_value(p, f, op, text, out, err);
	case FIELD_MONEY:
		return money_value(p, f, op, text, out, err);
	case FIELD_INT:
		return int_value(f, op, text, out, err);
	case FIELD_FLAG:
		return flag_value(f, text, out, err);
	case FIELD_STATE:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return name_value(p, f, text, out, err);
	case FIELD_PERSON:
		return person_value(p, f, text, out, err);
	default:
		return text_value(p, f, op, text, out);
	}
}

enum code cond_value(struct parser *p, const struct field *f, enum word_op op, const struct word_value *v,
		     struct cond *out, struct err *err)
{
	bool equal = op == OP_IS || op == OP_EQ;
	enum code code;

	p->nodes++;
	if (!equal && !has_size(f))
		return parser_wrong(p, v->span, fail(err, E_USAGE, "%s has no order; compare it with a colon", f->column.name));
	if (!*v->text && equal) {
		*out = cond_empty(p, f);
		return E_OK;
	}
	code = typed_value(p, f, op, v->text, out, err);
	if (code && err)
		err->code = E_USAGE; /* whatever reads values elsewhere: here they are words of a command */
	return code ? parser_wrong(p, v->span, E_USAGE) : E_OK;
}
