#include "core/contract/template.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/money.h"
#include "core/values/text.h"
#include "core/values/when.h"

enum { FIELD_NAME_MAX = 80, EDITION_MAX = 9999, YEARS_MAX = 20 };

/* Where reading stands; mistakes are told by file and line. */
struct reader {
	struct template *t;
	const char *file;
	int line;
};

static enum code wrong(const struct reader *r, struct err *err, const char *what, const char *word)
{
	return fail(err, E_INVALID, "%s:%d: %s%s%s", r->file, r->line, gettext(what), *word ? ": " : "", word);
}

void template_release(struct template *t)
{
	pool_release(&t->pool);
	*t = (struct template){ 0 };
}

/* ---- places ---- */
struct place {
	const struct record *rec;
	const struct field *field;
	bool optional;
	size_t len;                     /* of {{…}} in the text */
};

static const struct record *place_record(const char *name, size_t n)
{
	static const char *const kinds[] = { "merchant", "contract" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strlen(kinds[i]) == n && !memcmp(kinds[i], name, n))
			return record_find(kinds[i]);
	return NULL;
}

/* What a contract can say of a field. */
static bool sayable(const struct field *f)
{
	return f->type != FIELD_BYTES && f->type != FIELD_PERSON && f->type != FIELD_STATE && f->type != FIELD_CHOICES && f->type != FIELD_FLAG;
}

/* p points at "{{". */
static enum code read_place(const struct reader *r, const char *p, struct place *out, struct err *err)
{
	char name[FIELD_NAME_MAX];
	size_t n = strcspn(p + 2, "}\n"), dot;
	int f;

	if (n >= sizeof name || p[2 + n] != '}' || p[3 + n] != '}')
		return wrong(r, err, N_("a place begins here and does not end"), "");
	memcpy(name, p + 2, n);
	name[n] = '\0';
	*out = (struct place){ .len = n + 4, .optional = n && name[n - 1] == '?' };
	if (out->optional)
		name[n - 1] = '\0';
	dot = strcspn(name, ".");
	out->rec = name[dot] ? place_record(name, dot) : NULL;
	f = out->rec ? record_field(out->rec, name + dot + 1) : -1;
	if (f < 0 || !sayable(&out->rec->fields[f]))
		return wrong(r, err, N_("there is no field to fill in here that is named so"), name);
	out->field = &out->rec->fields[f];
	return E_OK;
}

static const char *word_for(const struct template *t, const struct place *p, const char *choice)
{
	char name[FIELD_NAME_MAX];

	snprintf(name, sizeof name, "%s.%s", p->rec->kind, p->field->column.name);
	for (size_t i = 0; i < t->nwords; i++)
		if (!strcmp(t->word[i].field, name) && !strcmp(t->word[i].choice, choice))
			return t->word[i].word;
	return NULL;
}

static enum code words_there(const struct reader *r, const struct place *p, struct err *err)
{
	for (const struct choice *c = p->field->type == FIELD_CHOICE ? p->field->choices : NULL; c && c->name; c++)
		if (!word_for(r->t, p, c->name))
			return wrong(r, err, N_("this field has a choice that no line \"word\" translates"), c->name);
	return E_OK;
}

static enum code check_line(const struct reader *r, const char *line, size_t n, struct err *err)
{
	const char *row = memmem(line, n, " :: ", 4);

	if (n >= 2 && !memcmp(line, "{{", 2))
		return wrong(r, err, N_("a place may not begin a line"), "");
	for (const char *p = line; p + 1 < line + n; p++) {
		struct place place;

		if (p[0] != '{' || p[1] != '{')
			continue;
		if (row && p < row)
			return wrong(r, err, N_("a place may not stand in a label"), "");
		if (read_place(r, p, &place, err) || words_there(r, &place, err))
			return E_INVALID;
		p += place.len - 1;
	}
	return E_OK;
}

static enum code check_text(struct reader *r, struct err *err)
{
	for (const char *p = r->t->text; *p; r->line++) {
		size_t n = strcspn(p, "\n");
		enum code code = check_line(r, p, n, err);

		if (code)
			return code;
		p += n + (p[n] == '\n');
	}
	return E_OK;
}

/* ---- the head ---- */
static bool read_number(const char *text, int max, int *out)
{
	if (!*text || strlen(text) > 4 || strspn(text, "0123456789") != strlen(text))
		return false;
	*out = (int)strtol(text, NULL, 10);
	return *out >= 1 && *out <= max;
}

static enum code read_word(const struct reader *r, char *value, struct err *err)
{
	struct template *t = r->t;
	char *choice = strchr(value, ' '), *word = choice ? strchr(choice + 1, ' ') : NULL;

	if (!word || !word[1])
		return wrong(r, err, N_("a word line is \"word RECORD.FIELD CHOICE TEXT\""), "");
	if (t->nwords == TEMPLATE_WORDS)
		return wrong(r, err, N_("there are too many words"), "");
	*choice = *word = '\0';
	t->word[t->nwords++] = (struct template_word){ value, choice + 1, word + 1 };
	return E_OK;
}

static enum code read_head(const struct reader *r, char *line, struct err *err)
{
	struct template *t = r->t;
	char *value = strchr(line, ' ');

	if (!value || !value[1])
		return wrong(r, err, N_("a line of the head is a word and its value"), line);
	*value++ = '\0';
	if (!strcmp(line, "family") && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(value) && strlen(value) <= 32)
		t->family = value;
	else if (!strcmp(line, "language") && (!strcmp(value, "zh") || !strcmp(value, "en")))
		t->language = value;
	else if (!strcmp(line, "title") && strlen(value) <= 200)
		t->title = value;
	else if (!strcmp(line, "edition") && read_number(value, EDITION_MAX, &t->edition))
		return E_OK;
	else if (!strcmp(line, "years") && read_number(value, YEARS_MAX, &t->years))
		return E_OK;
	else
		return strcmp(line, "word") ? wrong(r, err, N_("the head has no such line, or not this value"), line) : read_word(r, value, err);
	return E_OK;
}

/* Whoever approves a template sees it cleaned; on paper an order of writing or an invisible letter would do what it does. */
static enum code seen_as_it_is(struct reader *r, const char *source, size_t n, struct err *err)
{
	for (const char *p = source, *end = source + n; p < end; r->line++) {
		AUTO(buf_release) struct buf clean = BUF_INIT;
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p);

		text_clean(&clean, p, len, TEXT_LINE);
		if (clean.len != len || memcmp(clean.data, p, len) != 0)
			return wrong(r, err, N_("a character here is not seen as it is (control, direction, invisible, or not composed)"), "");
		p += len + (nl != NULL);
	}
	r->line = 1;
	return E_OK;
}

static enum code read_all(struct reader *r, const char *source, size_t n, struct err *err)
{
	struct template *t = r->t;
	char *p;

	if (n > TEMPLATE_MAX || !text_valid(source, n))
		return wrong(r, err, N_("a template is UTF-8 text of up to 16 KiB"), "");
	if (seen_as_it_is(r, source, n, err))
		return E_INVALID;
	for (p = pool_strndup(&t->pool, source, n); *p; r->line++) {
		char *line = p;

		p += strcspn(p, "\n");
		if (*p)
			*p++ = '\0';
		if (!strcmp(line, "text"))
			break;
		if (read_head(r, line, err))
			return E_INVALID;
	}
	if (!t->family || !t->language || !t->title || !t->edition || !t->years)
		return wrong(r, err, N_("the head lacks family, language, edition, title or years"), "");
	if (!*p)
		return wrong(r, err, N_("there is no text"), "");
	t->text = p;
	t->text_line = ++r->line;
	return check_text(r, err);
}

enum code template_read(struct template *t, const char *file, const char *source, size_t n, struct err *err)
{
	struct reader r = { .t = t, .file = file, .line = 1 };
	enum code code = read_all(&r, source, n, err);

	if (code)
		template_release(t);
	return code;
}

/* ---- filling ---- */
static void add_value(struct buf *out, const struct template *t, const struct place *p, const struct item *it)
{
	struct value v = it->v[record_field(it->rec, p->field->column.name)];
	const char *code = p->field->currency_field ? item_text(it, p->field->currency_field) : NULL;

	if (p->field->type == FIELD_CHOICE)
		buf_adds(out, word_for(t, p, v.text) ? word_for(t, p, v.text) : "");
	else if (p->field->type == FIELD_MONEY)
		money_format(out, v.num, currency_find(code) ? currency_find(code) : currency_find(NULL), MONEY_FULL);
	else if (p->field->type == FIELD_TIME)
		when_add_date(out, v.num);
	else if (v.type == VALUE_INT)
		buf_addf(out, "%lld", (long long)v.num);
	else
		text_clean(out, v.text, v.len, TEXT_LINE);
}

static enum code fill_place(struct buf *out, const struct template *t, const struct place *p, const struct item *it, struct err *err)
{
	struct value v = it->v[record_field(it->rec, p->field->column.name)];

	if (v.type != VALUE_NULL && (v.type == VALUE_INT || v.len)) {
		add_value(out, t, p, it);
		return E_OK;
	}
	if (!p->optional)
		return fail(err, E_CHECK, "the contract names %s.%s, which %s lacks; complete the record first", p->rec->kind, p->field->column.name,
			    item_id(it));
	buf_adds(out, "—");
	return E_OK;
}

enum code template_fill(struct buf *out, const struct template *t, const struct item *merchant, const struct item *contract, struct err *err)
{
	struct reader r = { .t = (struct template *)t, .file = t->family, .line = t->text_line };
	AUTO(buf_release) struct buf text = BUF_INIT;
	const char *p = t->text, *next;

	while ((next = strstr(p, "{{")) && text.len <= CONTRACT_TEXT_MAX) {
		struct place place;

		buf_add(&text, p, (size_t)(next - p));
		if (read_place(&r, next, &place, err) || fill_place(&text, t, &place, place.rec == merchant->rec ? merchant : contract, err))
			return err->code;
		p = next + place.len;
	}
	buf_adds(&text, p);
	if (text.len > CONTRACT_TEXT_MAX)
		return fail(err, E_CHECK, "the contract would be longer than %d bytes; something in the merchant's record is too long",
			    CONTRACT_TEXT_MAX);
	text_clean(out, text.data, text.len, TEXT_LINES); /* a value may begin with a mark that joins the letter before it */
	return E_OK;
}
