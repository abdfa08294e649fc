#include "core/filter/suggest.h"

#include <string.h>

#include "core/filter/lex.h"
#include "core/item.h"
#include "core/values/text.h"

enum { SAMPLE_ROWS = 300, SEEN_BYTES = 40 };

/* One look through everything that could be suggested; the passes go from the best likeness to the weakest. */
enum likeness { BEGINS, CONTAINS, CALLED, LIKENESSES };
struct seeker {
	struct suggestions *out;
	const struct suggest_from *from;
	const char *typed;
	enum likeness pass;
};

/* At the beginning of a word: behind _ or a space, or anywhere among characters that are no letters of an alphabet. */
static bool contains(const char *text, const char *typed)
{
	for (const char *p = text; (p = strcasestr(p, typed)); p++)
		if (p == text || p[-1] == '_' || p[-1] == ' ' || (unsigned char)p[-1] >= 0x80)
			return true;
	return false;
}

static bool begins(const char *text, const char *typed)
{
	return strncasecmp(text, typed, strlen(typed)) == 0;
}

static enum likeness likeness(const char *name, const char *label, const char *typed)
{
	return begins(name, typed) ? BEGINS : contains(name, typed) ? CONTAINS : contains(label, typed) ? CALLED : LIKENESSES;
}

/* after: what follows the name, as in state: and risk_score>; a value is quoted where it has to be. */
static void offer(struct seeker *k, const char *name, const char *msgid, const char *after)
{
	const char *label = msgid && *msgid ? k->from->words(msgid) : "";
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct suggestions *out = k->out;

	if (out->n == SUGGESTIONS_MAX || likeness(name, label, k->typed) != k->pass)
		return;
	if (!after && strcmp(name, k->typed) == 0)
		return;
	if (after || lex_plain(name)) {
		buf_addf(&text, "%s%s", name, after ? after : "");
	} else {
		buf_addc(&text, '"');
		for (const char *p = name; *p; p++) {
			if (*p == '"' || *p == '\\')
				buf_addc(&text, '\\');
			buf_addc(&text, *p);
		}
		buf_addc(&text, '"');
	}
	out->row[out->n++] = (struct suggestion){ pool_strndup(&out->pool, text.data, text.len), pool_strdup(&out->pool, label) };
}

/* ---- fields ---- */
static bool offered(const struct field *f, const struct actor *who)
{
	return f->show & (SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH) && !(f->show & SHOW_HIDDEN) && f->type != FIELD_BYTES &&
	       !field_masked(f, who->clearance);
}

static bool has_size(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_MONEY || f->type == FIELD_TIME || f->type == FIELD_DATE;
}

static void offer_fields(struct seeker *k, bool sort)
{
	for (size_t i = 0; i < k->from->rec->nfields; i++) {
		const struct field *f = &k->from->rec->fields[i];

		if (offered(f, k->from->by->who))
			offer(k, f->column.name, f->label, sort ? NULL : has_size(f) ? ">" : ":");
	}
}

static const struct { const char *name, *label; } words[] = {
	{ "is", N_("open, mine, unclaimed…") },
	{ "after", N_("Changed since") },
	{ "before", N_("Changed before") },
	{ "sort", N_("Order; a minus for the highest first") },
};

static void offer_names(struct seeker *k)
{
	for (size_t i = 0; i < COUNT(words); i++)
		offer(k, words[i].name, words[i].label, ":");
	offer_fields(k, false);
}

/* ---- values ---- */
static const struct { const char *name, *label; bool claims; } is_words[] = {
	{ "open", N_("Work is left to do"), false },
	{ "mine", N_("Claimed by you"), true },
	{ "unclaimed", N_("Claimed by nobody"), true },
	{ "claimed", N_("Claimed by somebody"), true },
	{ "pending", N_("Decided here, not yet confirmed by the core"), false },
};
static const char *const days[] = { "today", "yesterday", "7d", "30d", "90d" };

static void offer_is(struct seeker *k)
{
	for (size_t i = 0; i < COUNT(is_words); i++)
		if (!is_words[i].claims || k->from->rec->assignee)
			offer(k, is_words[i].name, is_words[i].label, NULL);
}

static void offer_people(struct seeker *k)
{
	const struct filter_reader *by = k->from->by;

	offer(k, "me", N_("Yourself"), NULL);
	for (size_t i = 0; i < by->npeople; i++)
		offer(k, by->people[i].name, NULL, NULL);
}

static enum code keep_seen(void *ctx, struct item *it, struct err *err)
{
	struct suggestions *s = ctx;
	const char *text = item_text(it, s->seen_of->column.name);
	size_t i = 0;

	(void)err;
	while (i < s->nseen && strcmp(s->seen[i], text) < 0)
		i++;
	if (!*text || strlen(text) > SEEN_BYTES || s->nseen == SUGGESTIONS_MAX || (i < s->nseen && strcmp(s->seen[i], text) == 0))
		return E_OK;
	memmove(&s->seen[i + 1], &s->seen[i], (s->nseen - i) * sizeof *s->seen);
	s->seen[i] = pool_strdup(&s->seen_pool, text);
	s->nseen++;
	return E_OK;
}

/* Some of the records tell, in the order of their key, which needs no index of its own: a rare value is typed. */
static void look_at_some(struct suggestions *s, const struct suggest_from *from, const struct field *f)
{
	struct table table = record_table(from->rec);
	struct query q = { .table = &table, .limit = SAMPLE_ROWS };

	if (s->seen_of == f)
		return;
	s->seen_of = f;
	s->nseen = 0;
	pool_clear(&s->seen_pool);
	if (item_each(from->db, from->rec, &q, keep_seen, s, NULL))
		s->nseen = 0; /* nothing to suggest is no reason to stop somebody who types */
}

static void offer_seen(struct seeker *k, const struct field *f)
{
	if (f->show & SHOW_SEARCH)
		return; /* names and numbers: as many values as records */
	look_at_some(k->out, k->from, f);
	for (size_t i = 0; i < k->out->nseen; i++)
		offer(k, k->out->seen[i], NULL, NULL);
}

static void offer_values(struct seeker *k, const struct field *f)
{
	const struct record *rec = k->from->rec;

	switch (f->type) {
	case FIELD_STATE:
		for (size_t i = 0; i < rec->nstates; i++)
			offer(k, rec->states[i].name, rec->states[i].label, NULL);
		break;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		for (const struct choice *c = f->choices; c->name; c++)
			offer(k, c->name, c->label, NULL);
		break;
	case FIELD_FLAG:
		offer(k, "yes", NULL, NULL);
		offer(k, "no", NULL, NULL);
		break;
	case FIELD_PERSON:
		offer_people(k);
		break;
	case FIELD_TIME:
	case FIELD_DATE:
		for (size_t i = 0; i < COUNT(days); i++)
			offer(k, days[i], NULL, NULL);
		break;
	case FIELD_TEXT:
	case FIELD_MCC:
		offer_seen(k, f);
		break;
	default:
		break;
	}
}

/* The field that the parser would take for this name: the one of that name, or the only one that begins so. */
static const struct field *field_named(const struct suggest_from *from, const char *name, bool ordered)
{
	int exact = record_field(from->rec, name);
	const struct field *found = NULL;

	for (size_t i = 0; i < from->rec->nfields; i++) {
		const struct field *f = &from->rec->fields[i];

		if ((exact >= 0 && (size_t)exact != i) || !begins(f->column.name, name) || !offered(f, from->by->who) || (ordered && !has_size(f)))
			continue;
		if (found)
			return NULL;
		found = f;
	}
	return found;
}

static void offer_for(struct seeker *k, const char *name, enum word_op op)
{
	const struct field *f;

	if (op == OP_NONE) {
		offer_names(k);
	} else if (!strcasecmp(name, "is")) {
		offer_is(k);
	} else if (!strcasecmp(name, "sort")) {
		offer_fields(k, true);
	} else if (!strcasecmp(name, "after") || !strcasecmp(name, "before")) {
		for (size_t i = 0; i < COUNT(days); i++)
			offer(k, days[i], NULL, NULL);
	} else if (*name && (f = field_named(k->from, name, op != OP_IS && op != OP_EQ))) {
		offer_values(k, f);
	}
}

void filter_suggest(struct suggestions *s, const struct suggest_from *from, const char *text, size_t at)
{
	struct seeker k = { .out = s, .from = from };
	struct word_under w;
	const char *name;

	lex_under(text, at, &w);
	s->n = 0;
	pool_clear(&s->pool);
	name = pool_strndup(&s->pool, text + w.name.at, w.name.len);
	if (!strcasecmp(name, "sort") && w.value < at && text[w.value] == '-')
		w.value++;
	s->from = w.value;
	s->to = at;
	k.typed = pool_strndup(&s->pool, text + w.value, at - w.value);
	k.typed += *k.typed == '"';
	for (k.pass = BEGINS; k.pass < LIKENESSES; k.pass++)
		offer_for(&k, name, w.op);
}

void suggestions_release(struct suggestions *s)
{
	pool_release(&s->pool);
	pool_release(&s->seen_pool);
	*s = (struct suggestions){ 0 };
}
