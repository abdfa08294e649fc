#include <stdio.h>
#include <string.h>

#include "core/screening/readers.h"
#include "core/screening/xml.h"
#include "core/values/when.h"

/* <CONSOLIDATED_LIST> <INDIVIDUALS> <INDIVIDUAL> <INDIVIDUAL_ALIAS> <ALIAS_NAME>, and <NATIONALITY> <VALUE> */
enum { ROOT = 1, GROUP, ENTRY, PART, DETAIL };

struct un {
	struct listing *list;
	struct listed e;             /* the entry that is open */
	struct buf main, place;      /* its name of up to four parts; the address that is open */
	char part[40];               /* the element at PART that is open */
	char from[8];                /* of a range of years */
	bool about;                  /* the date is an approximate one */
	bool rooted;
	int line;
};

static const char *const name_parts[] = { "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME" };

static bool is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static bool ends(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && is(name + n - m, end);
}

static void put(char *out, size_t size, const char *text)
{
	size_t n = strlen(text) < size ? strlen(text) : size - 1;

	memcpy(out, text, n);
	out[n] = '\0';
}

static enum code on_open(void *ctx, int depth, const char *name, int line, struct err *err)
{
	struct un *u = ctx;

	if (depth == ROOT) {
		u->rooted = is(name, "CONSOLIDATED_LIST");
		return u->rooted ? E_OK : fail(err, E_INVALID, N_("the root is %.40s, not CONSOLIDATED_LIST"), name);
	}
	if (depth == ENTRY) {
		listed_release(&u->e);
		u->e.kind = is(name, "INDIVIDUAL") ? LISTED_PERSON : LISTED_ENTITY;
		u->line = line;
		buf_clear(&u->main);
	} else if (depth == PART) {
		put(u->part, sizeof u->part, name);
		u->from[0] = '\0';
		u->about = false;
		buf_clear(&u->place);
	}
	return E_OK;
}

/* A moment without an offset is taken for UTC: it is compared with others of its kind only. */
static void on_attribute(void *ctx, const char *name, const char *value)
{
	struct un *u = ctx;
	char whole[WHEN_RFC3339 + 16];
	int64_t ms;

	if (!is(name, "dateGenerated") || strlen(value) > WHEN_RFC3339 + 8)
		return;
	snprintf(whole, sizeof whole, "%sZ", value);
	if (!when_parse_rfc3339(value, &ms, NULL) || !when_parse_rfc3339(whole, &ms, NULL))
		when_rfc3339(ms, u->list->issued);
}

/* ---- what stands directly in an entry ---- */
static enum code close_part(struct un *u, const char *name, const char *text, struct err *err)
{
	struct listed *e = &u->e;

	for (size_t i = 0; i < COUNT(name_parts); i++)
		if (is(name, name_parts[i])) {
			const char *kept = listed_keep(e, text, strlen(text));

			if (kept)
				buf_addf(&u->main, "%s%s", u->main.len ? " " : "", kept);
			return E_OK;
		}
	if (is(name, "DATAID"))
		e->id = listed_keep(e, text, strlen(text));
	else if (is(name, "UN_LIST_TYPE"))
		e->programme = listed_keep(e, text, strlen(text));
	else if (is(name, "COMMENTS1"))
		e->note = listed_keep(e, text, strlen(text));
	else if (is(name, "NAME_ORIGINAL_SCRIPT"))
		return listed_add(e, &e->names, text, err);
	else if (ends(name, "_ADDRESS"))
		return listed_add(e, &e->places, u->place.data, err);
	return E_OK;
}

/* ---- what stands in a part ---- */
static enum code add_year(struct un *u, const char *name, const char *text, struct err *err)
{
	char date[LISTED_DATE], range[16], whole[24];

	if (is(name, "TYPE_OF_DATE")) {
		u->about = is(text, "APPROXIMATELY");
		return E_OK;
	}
	if (is(name, "FROM_YEAR")) {
		put(u->from, sizeof u->from, text);
		return E_OK;
	}
	put(range, sizeof range, text);
	if (is(name, "TO_YEAR") && strlen(u->from) == 4 && strlen(text) == 4) {
		memcpy(range, u->from, 4);
		range[4] = '/';
		put(range + 5, sizeof range - 5, text);
	}
	snprintf(whole, sizeof whole, "%s%s", u->about ? "circa " : "", range);
	return listed_date(date, whole) ? listed_add(&u->e, &u->e.born, date, err) : E_OK;
}

static enum code close_detail(struct un *u, const char *name, const char *text, struct err *err)
{
	struct listed *e = &u->e;

	if (ends(u->part, "_ALIAS") && is(name, "ALIAS_NAME"))
		return listed_add(e, &e->names, text, err);
	if (is(u->part, "INDIVIDUAL_DATE_OF_BIRTH") && (is(name, "DATE") || is(name, "YEAR") || ends(name, "_YEAR") || is(name, "TYPE_OF_DATE")))
		return add_year(u, name, text, err);
	if (is(u->part, "INDIVIDUAL_DOCUMENT") && is(name, "NUMBER"))
		return listed_add(e, &e->numbers, text, err);
	if (is(u->part, "NATIONALITY") && is(name, "VALUE"))
		return listed_add(e, &e->nations, text, err);
	if (ends(u->part, "_ADDRESS") && !is(name, "NOTE") && text[strspn(text, " \t\r\n")])
		buf_addf(&u->place, "%s%s", u->place.len ? ", " : "", text);
	return E_OK;
}

/* The name in its parts comes before the aliases that were read meanwhile. */
static enum code close_entry(struct un *u, struct err *err)
{
	struct listed *e = &u->e;
	struct texts others = e->names;
	enum code code;

	if (!u->main.len)
		return fail(err, E_INVALID, N_("the entry that begins in line %d has no name"), u->line);
	e->names.n = 0;
	code = listed_add(e, &e->names, u->main.data, err);
	for (size_t i = 0; i < others.n && !code; i++)
		code = listed_add(e, &e->names, others.at[i], err);
	return code ? code : listing_add(u->list, e, u->line, err);
}

static enum code on_close(void *ctx, int depth, const char *name, const char *text, int line, struct err *err)
{
	struct un *u = ctx;

	(void)line;
	if (depth == ENTRY && (is(name, "INDIVIDUAL") || is(name, "ENTITY")))
		return close_entry(u, err);
	if (depth == PART)
		return close_part(u, name, text, err);
	return depth == DETAIL ? close_detail(u, name, text, err) : E_OK;
}

enum code read_un(struct listing *l, const struct list_file *files, size_t n, struct err *err)
{
	static const struct xml_handler handler = { on_open, on_attribute, on_close };
	struct un u = { .list = l, .main = BUF_INIT, .place = BUF_INIT };
	enum code code;

	(void)n;
	listed_init(&u.e);
	code = xml_read(files[0].name, files[0].data, files[0].n, &handler, &u, err);
	if (!code && listing_sort(l, err))
		code = fail_in(err, "%s", files[0].name);
	listed_release(&u.e);
	buf_release(&u.main);
	buf_release(&u.place);
	return code;
}
