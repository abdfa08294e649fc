#include <string.h>

#include "core/screening/csv.h"
#include "core/screening/readers.h"

enum { ID, CLASS, TYPE, NAME, ALIASES, BORN, NUMBER, NATIONALITY, NOTE, COLUMNS };
static const char heading[] = HOUSE_COLUMNS;

static enum code read_heading(struct csv *c, const char **cell, struct err *err)
{
	const char *at = heading;
	bool more;

	if (csv_next(c, cell, &more, err))
		return err->code;
	for (size_t i = 0; more && i < COLUMNS; i++) {
		size_t n = strcspn(at, ",");

		more = strlen(cell[i]) == n && !memcmp(cell[i], at, n);
		at += n + 1;
	}
	return more ? E_OK : fail(err, E_INVALID, N_("%s: the first line of a house list is %s"), c->name, heading);
}

/* Each of the parts of a cell that | divides. */
static enum code add_parts(struct listed *e, struct texts *to, const char *cell, struct err *err)
{
	enum code code = E_OK;

	while (*cell && !code) {
		size_t n = strcspn(cell, "|");

		code = listed_add(e, to, pool_strndup(&e->pool, cell, n), err);
		cell += n + (cell[n] == '|');
	}
	return code;
}

static enum code add_born(struct listed *e, const char *cell, struct err *err)
{
	struct texts given = { .n = 0 };
	enum code code = add_parts(e, &given, cell, err);

	for (size_t i = 0; i < given.n && !code; i++) {
		char date[LISTED_DATE];

		if (given.at[i][0] > '9' || !listed_date(date, given.at[i]) || strchr(given.at[i], ' '))
			code = fail(err, E_INVALID, N_("\"%s\" is no birth date: write YYYY, YYYY-MM or YYYY-MM-DD"), given.at[i]);
		else
			code = listed_add(e, &e->born, date, err);
	}
	return code;
}

static enum code read_words(struct listed *e, const char **cell, struct err *err)
{
	if (!strcmp(cell[TYPE], listed_kinds[LISTED_PERSON]))
		e->kind = LISTED_PERSON;
	else if (!strcmp(cell[TYPE], listed_kinds[LISTED_ENTITY]))
		e->kind = LISTED_ENTITY;
	else
		return fail(err, E_INVALID, N_("\"%s\" is no type: it is person or entity"), cell[TYPE]);
	for (int i = 0; i < LISTED_CLASSES; i++)
		if (!strcmp(cell[CLASS], listed_classes[i])) {
			e->class = (enum listed_class)i;
			return E_OK;
		}
	return fail(err, E_INVALID, N_("\"%s\" is no class: it is sanction, pep or house"), cell[CLASS]);
}

static enum code read_entry(struct listing *l, const char **cell, int line, struct err *err)
{
	AUTO(listed_release) struct listed e;
	enum code code;

	listed_init(&e);
	e.id = listed_keep(&e, cell[ID], strlen(cell[ID]));
	e.note = listed_keep(&e, cell[NOTE], strlen(cell[NOTE]));
	if ((code = read_words(&e, cell, err)) || (code = listed_add(&e, &e.names, cell[NAME], err)))
		return code;
	if (!e.names.n)
		return fail(err, E_INVALID, N_("the name is missing"));
	if ((code = add_parts(&e, &e.names, cell[ALIASES], err)) || (code = add_born(&e, cell[BORN], err)) ||
	    (code = add_parts(&e, &e.numbers, cell[NUMBER], err)) || (code = add_parts(&e, &e.nations, cell[NATIONALITY], err)))
		return code;
	return listing_add(l, &e, line, err);
}

enum code read_house(struct listing *l, const struct list_file *files, size_t n, struct err *err)
{
	AUTO(csv_release) struct csv c;
	const char *cell[CSV_CELLS];
	bool more = true;
	enum code code;

	(void)n;
	csv_init(&c, files[0].name, files[0].data, files[0].n, COLUMNS);
	code = read_heading(&c, cell, err);
	while (!code && !(code = csv_next(&c, cell, &more, err)) && more)
		if (read_entry(l, cell, c.line, err))
			code = csv_fail(&c, err);
	if (!code && listing_sort(l, err))
		code = fail_in(err, "%s", files[0].name);
	return code;
}
