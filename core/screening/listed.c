#include "core/screening/listed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/screening/name.h"
#include "core/values/when.h"

const char *const listed_kinds[LISTED_KINDS] = { "person", "entity", "vessel", "aircraft" };
const char *const listed_classes[LISTED_CLASSES] = { "sanction", "pep", "house" };

void listed_init(struct listed *e)
{
	*e = (struct listed){ .pool = POOL_INIT };
}

void listed_release(struct listed *e)
{
	pool_release(&e->pool);
	listed_init(e);
}

const char *listed_keep(struct listed *e, const char *text, size_t n)
{
	char *out = pool_alloc(&e->pool, n + 1);
	size_t len = 0;

	for (size_t i = 0; i < n && text[i]; i++) {
		bool space = isspace((unsigned char)text[i]);

		if (!space)
			out[len++] = text[i];
		else if (len && out[len - 1] != ' ')
			out[len++] = ' ';
	}
	if (len && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return len ? out : NULL;
}

enum code listed_add(struct listed *e, struct texts *to, const char *text, struct err *err)
{
	const char *kept = listed_keep(e, text, strlen(text));

	if (!kept)
		return E_OK;
	for (size_t i = 0; i < to->n; i++)
		if (!strcmp(to->at[i], kept))
			return E_OK;
	if (to->n == LISTED_MANY)
		return fail(err, E_INVALID, N_("an entry has more than %d names, or numbers, or places"), LISTED_MANY);
	to->at[to->n++] = kept;
	return E_OK;
}

/* ---- the canonical form ---- */
static const struct { const char *name; size_t offset; } lists[] = {
	{ "names", offsetof(struct listed, names) },
	{ "born", offsetof(struct listed, born) },
	{ "numbers", offsetof(struct listed, numbers) },
	{ "nations", offsetof(struct listed, nations) },
	{ "places", offsetof(struct listed, places) },
};
static const struct { const char *name; size_t offset; } words[] = {
	{ "programme", offsetof(struct listed, programme) },
	{ "note", offsetof(struct listed, note) },
};

void listed_write(const struct listed *e, struct json_writer *w)
{
	json_open(w, '{');
	json_key(w, "id");
	json_str(w, e->id);
	json_key(w, "kind");
	json_str(w, listed_kinds[e->kind]);
	json_key(w, "class");
	json_str(w, listed_classes[e->class]);
	for (size_t i = 0; i < COUNT(lists); i++) {
		const struct texts *t = (const void *)((const char *)e + lists[i].offset);

		if (!t->n)
			continue;
		json_key(w, lists[i].name);
		json_open(w, '[');
		for (size_t j = 0; j < t->n; j++)
			json_str(w, t->at[j]);
		json_close(w, ']');
	}
	for (size_t i = 0; i < COUNT(words); i++) {
		const char *text = *(const char *const *)(const void *)((const char *)e + words[i].offset);

		if (!text)
			continue;
		json_key(w, words[i].name);
		json_str(w, text);
	}
	json_close(w, '}');
}

static bool one_of(const char *const *names, size_t n, const char *text, int *which)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], text)) {
			*which = (int)i;
			return true;
		}
	return false;
}

static enum code read_lists(struct listed *e, const struct json *doc, struct err *err)
{
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct texts *t = (void *)((char *)e + lists[i].offset);

		for (const struct json *v = json_first(json_member(doc, lists[i].name)); v; v = json_next(v))
			if (!json_text(v) || listed_add(e, t, json_text(v), err))
				return fail(err, E_INVALID, N_("an entry of a watch list holds a %s that is no text"), lists[i].name);
	}
	for (size_t i = 0; i < COUNT(words); i++)
		*(const char **)(void *)((char *)e + words[i].offset) = pool_strdup(&e->pool, json_text(json_member(doc, words[i].name)));
	return E_OK;
}

enum code listed_read(struct listed *e, const char *json, size_t n, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc;
	const char *id, *kind, *class;
	int k, c;

	if (json_parse(&pool, json, n, NULL, &doc, err) || json_get_str(doc, "id", &id, err) || json_get_str(doc, "kind", &kind, err) ||
	    json_get_str(doc, "class", &class, err))
		return err->code;
	if (!one_of(listed_kinds, LISTED_KINDS, kind, &k) || !one_of(listed_classes, LISTED_CLASSES, class, &c))
		return fail(err, E_INVALID, N_("entry %s of a watch list is of an unknown kind"), id);
	e->id = pool_strdup(&e->pool, id);
	e->kind = (enum listed_kind)k;
	e->class = (enum listed_class)c;
	return read_lists(e, doc, err);
}

/* ---- dates ---- */
static int month_of(const char *text, size_t n)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; n >= 3 && m < 12; m++)
		if (!strncasecmp(text, months + 3 * m, 3))
			return m + 1;
	return 0;
}

static const char *take_number(const char *at, size_t most, int *out)
{
	size_t n = 0;

	*out = 0;
	for (; isdigit((unsigned char)at[n]) && n < most; n++)
		*out = *out * 10 + at[n] - '0';
	return n && !isdigit((unsigned char)at[n]) ? at + n : NULL;
}

static bool put_date(char out[LISTED_DATE], int year, int month, int day)
{
	if (year < 1000 || year > 9999 || (month && !when_date_exists(year, month, day ? day : 1)))
		return false;
	if (day)
		snprintf(out, LISTED_DATE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
	else if (month)
		snprintf(out, LISTED_DATE, "%04u-%02u", (unsigned)year % 10000, (unsigned)month % 100);
	else
		snprintf(out, LISTED_DATE, "%04u", (unsigned)year % 10000);
	return true;
}

/* What comes after a year: nothing, "to 1960", "-04-17". */
static bool after_year(char out[LISTED_DATE], int year, const char *at)
{
	int to, month, day = 0;

	if (!*at)
		return put_date(out, year, 0, 0);
	if (!strncmp(at, " to ", 4) || *at == '/') {
		at = take_number(at + (*at == '/' ? 1 : 4), 4, &to);
		if (!at || *at || to < year || year < 1000)
			return false;
		snprintf(out, LISTED_DATE, "%04u/%04u", (unsigned)year % 10000, (unsigned)to % 10000);
		return true;
	}
	if (*at != '-' || !(at = take_number(at + 1, 2, &month)) || !month)
		return false;
	if (*at == '-' && (!(at = take_number(at + 1, 2, &day)) || !day))
		return false;
	return !*at && put_date(out, year, month, day);
}

/* The years around that of a date; a range stays as wide as it is. */
static bool about(char out[LISTED_DATE])
{
	enum { YEARS = 2 };
	int year;

	if (!strchr(out, '/')) {
		take_number(out, 4, &year);
		snprintf(out, LISTED_DATE, "%04u/%04u", (unsigned)(year - YEARS) % 10000, (unsigned)(year + YEARS) % 10000);
	}
	return true;
}

bool listed_date(char out[LISTED_DATE], const char *text)
{
	const char *at = text + strspn(text, " "), *next;
	int number = 0, month, year;

	if (!strncasecmp(at, "circa ", 6))
		return listed_date(out, at + 6) && about(out);
	next = take_number(at, 4, &number);
	if (next && next - at == 4)
		return after_year(out, number, next);
	if (next)
		at = next + strspn(next, " ");
	month = month_of(at, strcspn(at, " "));
	at += strcspn(at, " ");
	at = take_number(at + strspn(at, " "), 4, &year);
	return month && at && !*at && (!next || number) && put_date(out, year, month, number);
}

/* ---- a list ---- */
enum code listing_add(struct listing *l, const struct listed *e, int line, struct err *err)
{
	AUTO(buf_release) struct buf json = BUF_INIT;
	struct json_writer w = JSON_WRITER(&json);
	struct listing_row *row;

	if (!e->id || strlen(e->id) > LISTED_ID || strspn(e->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != strlen(e->id))
		return fail(err, E_INVALID, N_("the entry's id is missing, or not made of letters, digits, dot, dash and underscore"));
	if (!e->names.n)
		return fail(err, E_INVALID, N_("entry %s has no name"), e->id);
	for (size_t i = 0; i < e->names.n; i++)
		if (strlen(e->names.at[i]) > NAME_BYTES)
			return fail(err, E_INVALID, N_("a name of entry %s is longer than %d bytes"), e->id, NAME_BYTES);
	if (l->n == LISTING_MOST)
		return fail(err, E_INVALID, N_("the list has more than %d entries"), LISTING_MOST);
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->row = mem_grow(l->row, l->room, sizeof *l->row);
	}
	listed_write(e, &w);
	row = &l->row[l->n++];
	*row = (struct listing_row){ .id = mem_strdup(e->id), .kind = e->kind, .line = line };
	digest(row->digest, json.data, json.len);
	row->json = buf_detach(&json);
	return E_OK;
}

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct listing_row *)a)->id, ((const struct listing_row *)b)->id);
}

enum code listing_sort(struct listing *l, struct err *err)
{
	if (l->n)
		qsort(l->row, l->n, sizeof *l->row, compare_rows);
	for (size_t i = 1; i < l->n; i++)
		if (!strcmp(l->row[i - 1].id, l->row[i].id))
			return fail(err, E_INVALID, N_("lines %d and %d both are entry %s"), l->row[i - 1].line, l->row[i].line, l->row[i].id);
	return E_OK;
}

void listing_release(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->row[i].id);
		free(l->row[i].json);
	}
	free(l->row);
	*l = (struct listing){ 0 };
}
