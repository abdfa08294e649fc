/* Records as people read them, and as scripts do: clean, masked, in their words. */
#include <string.h>

#include "core/item.h"
#include "core/values/money.h"
#include "core/values/text.h"
#include "core/values/when.h"

static const char *words(const struct show *how, const char *label, const char *name)
{
	return how->words ? how->words(label) : name;
}

static void add_clean(struct buf *out, const char *text)
{
	text_clean(out, text, strlen(text), TEXT_LINE);
}

static void add_time(struct buf *out, int64_t at, int64_t now)
{
	if (!now) {
		when_add_datetime(out, at);
	} else if (at - now >= WHEN_MINUTE) { /* still to come: +2d */
		buf_addc(out, '+');
		when_add_age(out, now, at);
	} else {
		when_add_age(out, at, now);
	}
}

/* Amounts of a currency that is not known stay what they are: minor units of whatever that is. */
static void add_money(struct buf *out, const struct item *it, const struct field *f, int64_t minor)
{
	const char *code = f->currency_field ? item_text(it, f->currency_field) : "CNY";
	const struct currency *c = currency_find(*code ? code : "CNY");

	if (c) {
		money_format(out, minor, c, MONEY_FULL);
	} else {
		add_clean(out, code);
		buf_addf(out, " (%lld)", (long long)minor);
	}
}

static void add_choices(struct buf *out, const struct field *f, const char *names, const struct show *how)
{
	for (const char *sep = ""; *names; sep = "; ") {
		size_t n = strcspn(names, ",");
		const struct choice *c = field_choice(f, names, n);

		buf_adds(out, sep);
		if (c)
			buf_adds(out, words(how, c->label, c->name));
		else
			text_clean(out, names, n, TEXT_LINE);
		names += n + !!names[n];
	}
}

static void add_state(struct buf *out, const struct item *it, const char *name, const struct show *how)
{
	int s = record_state(it->rec, name);

	if (s >= 0)
		buf_adds(out, words(how, it->rec->states[s].label, it->rec->states[s].name));
	else
		add_clean(out, name);
}

/* Somebody unknown to this store is shown by the first of the id. */
static void add_person(struct buf *out, const char *id, const struct show *how)
{
	for (size_t i = 0; i < how->npeople; i++)
		if (!strcmp(how->people[i].id, id)) {
			add_clean(out, how->people[i].name);
			return;
		}
	text_clean(out, id, strnlen(id, 8), TEXT_LINE);
}

/* The kind of record that this one is about, and what was done to it, are called as people call them. false: f is neither. */
static bool add_subject(struct buf *out, const struct item *it, const struct field *f, const char *text, const struct show *how)
{
	const struct record *rec = it->rec, *subject = rec->subject_kind ? record_find(item_text(it, rec->subject_kind)) : NULL;
	const struct action *a = subject && rec->verb && !strcmp(f->column.name, rec->verb) ? record_action(subject, text) : NULL;
	bool kind = subject && !strcmp(f->column.name, rec->subject_kind);

	if (kind)
		buf_adds(out, words(how, subject->label, subject->kind));
	else if (a)
		buf_adds(out, words(how, a->label, a->id));
	return kind || a;
}

static void add_text(struct buf *out, const struct item *it, const struct field *f, const char *text,
		     const struct show *how)
{
	switch (f->type) {
	case FIELD_STATE:
		add_state(out, it, text, how);
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		add_choices(out, f, text, how);
		break;
	case FIELD_PERSON:
		add_person(out, text, how);
		break;
	default:
		if (add_subject(out, it, f, text, how))
			break;
		if (field_choice(f, text, strlen(text)))
			add_choices(out, f, text, how);
		else
			add_clean(out, text);
		break;
	}
}

static void add_number(struct buf *out, const struct item *it, const struct field *f, int64_t n, const struct show *how)
{
	switch (f->type) {
	case FIELD_MONEY:
		add_money(out, it, f, n);
		break;
	case FIELD_TIME:
		add_time(out, n, how->now);
		break;
	case FIELD_FLAG:
		buf_adds(out, n ? words(how, N_("yes"), "yes") : words(how, N_("no"), "no"));
		break;
	default:
		money_format(out, n, &(struct currency){ .digits = f->decimals }, MONEY_PLAIN);
		break;
	}
}

static void add_masked(struct buf *out, const struct field *f, struct value v)
{
	mask_apply(out, v.type == VALUE_TEXT ? f->mask : MASK_ALL, v.type == VALUE_TEXT ? v.text : "*");
}

void item_show(struct buf *out, const struct item *it, size_t f, const struct show *how)
{
	const struct field *field = &it->rec->fields[f];
	struct value v = it->v[f];

	if (v.type == VALUE_NULL)
		return;
	if (field_masked(field, how->clearance))
		add_masked(out, field, v);
	else if (v.type == VALUE_TEXT)
		add_text(out, it, field, v.text, how);
	else if (v.type == VALUE_BLOB)
		buf_add_hex(out, v.text, v.len);
	else
		add_number(out, it, field, v.num, how);
}

static void json_clean(struct json_writer *w, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	add_clean(&clean, text);
	json_strn(w, clean.data, clean.len);
}

void item_show_json(struct json_writer *w, const struct item *it, size_t f, const struct show *how)
{
	const struct field *field = &it->rec->fields[f];
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct value v = it->v[f];

	if (v.type == VALUE_NULL) {
		json_null(w);
	} else if (field_masked(field, how->clearance)) {
		add_masked(&text, field, v);
		json_strn(w, text.data, text.len);
	} else if (v.type == VALUE_TEXT) {
		json_clean(w, v.text);
	} else if (v.type == VALUE_BLOB) {
		buf_add_base64(&text, v.text, v.len);
		json_strn(w, text.data, text.len);
	} else if (field->type == FIELD_TIME) {
		char at[WHEN_RFC3339];

		when_rfc3339(v.num, at);
		json_str(w, at);
	} else if (field->type == FIELD_FLAG) {
		json_bool(w, v.num);
	} else {
		json_int(w, v.num);
	}
}
