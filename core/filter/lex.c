#include "core/filter/lex.h"

#include <libintl.h>
#include <string.h>

/* What a Chinese input method types for the signs of the language. */
static const struct { const char *typed; char sign; } wide[] = {
	{ "\xe3\x80\x80", ' ' } /* U+3000 */, { "：", ':' }, { "＝", '=' }, { "＜", '<' }, { "＞", '>' }, { "≤", 'l' },
	{ "≥", 'g' }, { "，", ',' }, { "“", '"' }, { "”", '"' }, { "＂", '"' }, { "－", '-' },
};

/* The sign at s and its length: ASCII itself, 'l' and 'g' for ≤ and ≥, '\0' at the end, 'x' for anything that is no sign. */
static char sign_at(const char *s, size_t *n)
{
	*n = 1;
	if (!*s)
		return '\0';
	if (strchr(" \t\r\n", *s))
		return ' ';
	if (strchr(":=<>,\"-\\", *s))
		return *s;
	for (size_t i = 0; i < COUNT(wide); i++)
		if (!strncmp(s, wide[i].typed, strlen(wide[i].typed))) {
			*n = strlen(wide[i].typed);
			return wide[i].sign;
		}
	return 'x';
}

static char look(const struct lexer *l, size_t *n)
{
	return sign_at(l->text + l->pos, n);
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Reads an operator at pos; 0 bytes: there is none. */
static enum word_op operator_at(const char *s, size_t *n)
{
	size_t next;
	bool equal;

	switch (sign_at(s, n)) {
	case ':':
		return OP_IS;
	case '=':
		return OP_EQ;
	case 'l':
		return OP_LE;
	case 'g':
		return OP_GE;
	case '<':
		equal = sign_at(s + *n, &next) == '=';
		*n += equal ? next : 0;
		return equal ? OP_LE : OP_LT;
	case '>':
		equal = sign_at(s + *n, &next) == '=';
		*n += equal ? next : 0;
		return equal ? OP_GE : OP_GT;
	default:
		*n = 0;
		return OP_NONE;
	}
}

/* NAME OP at pos, if that is what stands there. 10:30 is no name. */
static void lex_name(struct lexer *l, struct word *w)
{
	size_t len = 0, n;
	char *name;

	while (letter(l->text[l->pos + len]))
		len++;
	w->op = len && (l->text[l->pos] < '0' || l->text[l->pos] > '9') ? operator_at(l->text + l->pos + len, &n) : OP_NONE;
	if (w->op == OP_NONE)
		return;
	name = pool_strndup(l->pool, l->text + l->pos, len);
	for (char *c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	w->name = name;
	w->name_span = (struct span){ l->pos, len };
	l->pos += len + n;
}

static enum code wrong(struct lexer *l, size_t at, size_t len, const char *what, struct err *err)
{
	l->wrong = (struct span){ at, len };
	return fail(err, E_USAGE, "%s", gettext(what));
}

/* "…" with \" and \\ inside; pos stands behind the first quote. */
static enum code lex_quoted(struct lexer *l, struct buf *out, struct err *err)
{
	size_t begin = l->pos, n, next;

	for (;;) {
		char sign = look(l, &n);

		if (!sign)
			return wrong(l, begin - 1, l->pos - begin + 1, N_("a quotation mark is not closed"), err);
		if (sign == '"') {
			l->pos += n;
			return E_OK;
		}
		if (sign == '\\') {
			char escaped = sign_at(l->text + l->pos + 1, &next);

			if (escaped == '"' || escaped == '\\') {
				l->pos++;
				n = next;
			}
		}
		buf_add(out, l->text + l->pos, n);
		l->pos += n;
	}
}

/* Up to white space or, in a list, a comma. */
static enum code lex_value(struct lexer *l, struct word *w, bool list, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct word_value *v = &w->value[w->nvalues];
	size_t begin = l->pos, n;
	enum code code = E_OK;
	char sign;

	v->quoted = false;
	while (!code && (sign = look(l, &n)) && sign != ' ' && !(list && sign == ',')) {
		if (sign != '"')
			buf_add(&text, l->text + l->pos, n);
		l->pos += n;
		if (sign == '"') {
			v->quoted = true;
			code = lex_quoted(l, &text, err);
		}
	}
	if (code)
		return code;
	v->span = (struct span){ begin, l->pos - begin };
	if (!text.len && !v->quoted)
		return wrong(l, w->span.at, l->pos - w->span.at, N_("a value is missing; write \"\" for nothing"), err);
	v->text = pool_strndup(l->pool, text.data, text.len);
	w->nvalues++;
	return E_OK;
}

enum code lex_word(struct lexer *l, struct word *w, bool *more, struct err *err)
{
	size_t n;
	enum code code;
	bool list;

	while (look(l, &n) == ' ')
		l->pos += n;
	*w = (struct word){ .span = { l->pos, 0 } };
	*more = l->text[l->pos];
	if (!*more)
		return E_OK;
	w->negated = look(l, &n) == '-';
	l->pos += w->negated ? n : 0;
	lex_name(l, w);
	list = w->op == OP_IS || w->op == OP_EQ; /* 1,234.50 is one number where only one makes sense */
	for (;;) {
		code = lex_value(l, w, list, err);
		if (code || !list || look(l, &n) != ',')
			break;
		l->pos += n;
		if (w->nvalues == FILTER_MAX_VALUES)
			return wrong(l, w->span.at, l->pos - w->span.at, N_("too many values"), err);
	}
	w->span.len = l->pos - w->span.at;
	return code;
}

void lex_under(const char *text, size_t at, struct word_under *w)
{
	size_t pos = 0, n, length;
	bool quoted = false, named = false, list = false;
	char sign;

	*w = (struct word_under){ 0 };
	while (pos < at && (sign = sign_at(text + pos, &n))) {
		if (quoted && sign == '\\')
			n++;
		else if (sign == '"')
			quoted = !quoted;
		else if (!quoted && sign == ' ') {
			*w = (struct word_under){ .begin = pos + n, .value = pos + n };
			named = list = false;
		} else if (sign == '-' && pos == w->begin) {
			w->value = pos + n;
		} else if (!quoted && list && sign == ',') {
			w->value = pos + n;
		} else if (!quoted && !named && (w->op = operator_at(text + pos, &length)) != OP_NONE) {
			n = length;
			w->name = (struct span){ w->value, pos - w->value };
			w->value = pos + n;
			list = w->op == OP_IS || w->op == OP_EQ;
			named = true;
		}
		pos += n;
	}
}

bool lex_plain(const char *value)
{
	size_t n;

	for (const char *p = value; *p; p += n) {
		char sign = sign_at(p, &n);

		if (sign != 'x' && (sign != '-' || p == value))
			return false;
	}
	return *value;
}
