#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/screening/csv.h"
#include "core/screening/readers.h"

enum { SDN_NUM, SDN_NAME, SDN_TYPE, SDN_PROGRAM, SDN_TITLE, SDN_CALL_SIGN, SDN_REMARKS = 11, SDN_COLUMNS };
enum { ALT_NUM, ALT_NAME = 3, ALT_COLUMNS = 5 };
enum { ADD_NUM, ADD_STREET = 2, ADD_CITY, ADD_COUNTRY, ADD_COLUMNS = 6 };
enum { FILES = 3, ENTRY_MOST = 99999999 };

/* An entry while its three files are read. */
struct sdn {
	long num;
	int line;
	struct listed e;
};
struct sdns { struct sdn *row; size_t n, room; };

static void sdns_release(struct sdns *s)
{
	for (size_t i = 0; i < s->n; i++)
		listed_release(&s->row[i].e);
	free(s->row);
}

static const char *value(const char *cell)
{
	return strcmp(cell, "-0-") ? cell : "";
}

static enum code read_num(const char *cell, long *out, struct err *err)
{
	char *end;

	*out = strtol(cell, &end, 10);
	if (!isdigit((unsigned char)*cell) || *end || *out < 1 || *out > ENTRY_MOST)
		return fail(err, E_INVALID, N_("the entry's number \"%.20s\" is no number"), cell);
	return E_OK;
}

/* A name, and what it is in other scripts: "ZHANG, San (Chinese Simplified: 张三; Chinese Traditional: 張三)". */
static enum code add_name(struct listed *e, const char *name, struct err *err)
{
	size_t n = strcspn(name, "(");
	const char *at = name + n, *colon = strchr(at, ':');
	enum code code;

	if (!colon || !n)
		return listed_add(e, &e->names, name, err);
	code = listed_add(e, &e->names, pool_strndup(&e->pool, name, n), err);
	while (!code && colon) {
		at = colon + 1;
		n = strcspn(at, ";)");
		code = listed_add(e, &e->names, pool_strndup(&e->pool, at, n), err);
		colon = strchr(at + n, ':');
	}
	return code;
}

/* ---- remarks: "DOB 17 Apr 1957; nationality Cuba; Passport A123 (Cuba); a.k.a. 'BNC'." ---- */
static bool begins(const char **at, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*at, word, n) != 0)
		return false;
	*at += n;
	return true;
}

/* The number behind "Passport " or "National ID No. ": up to what is in brackets about it. */
static enum code add_number(struct listed *e, const char *at, struct err *err)
{
	at += strspn(at, " ");
	return listed_add(e, &e->numbers, pool_strndup(&e->pool, at, strcspn(at, " (,")), err);
}

static enum code read_remark(struct listed *e, const char *at, struct err *err)
{
	static const char *const numbers[] = {
		"Passport ", "National ID No. ", "National Foreign ID Number ", "Identification Number ", "Tax ID No. ", "Cedula No. ",
		"Registration Number ", "Registration ID ", "Company Number ", "Unified Social Credit Code (USCC) ", "C.U.I.T. ",
		"D-U-N-S Number ", "Organization Code ", "Business Registration Number ", "Commercial Registry Number ",
		"Vessel Registration Identification IMO ", "Residency Number ", "SSN ", "Driver's License No. ", "Citizen's Card Number ",
	};
	char date[LISTED_DATE];

	begins(&at, "alt. ");
	if (begins(&at, "DOB "))
		return listed_date(date, at) ? listed_add(e, &e->born, date, err) : E_OK;
	if (begins(&at, "nationality ") || begins(&at, "citizen "))
		return listed_add(e, &e->nations, at, err);
	if (begins(&at, "a.k.a. '") || begins(&at, "f.k.a. '"))
		return listed_add(e, &e->names, pool_strndup(&e->pool, at, strcspn(at, "'")), err);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (begins(&at, numbers[i]))
			return add_number(e, at, err);
	return E_OK;
}

static enum code read_remarks(struct listed *e, const char *remarks, struct err *err)
{
	enum code code = E_OK;

	while (*remarks && !code) {
		size_t n = strcspn(remarks, ";");
		char *one = pool_strndup(&e->pool, remarks, n);
		size_t len = strlen(one);

		remarks += n + (remarks[n] == ';');
		remarks += strspn(remarks, " ");
		if (!*remarks && len && one[len - 1] == '.')
			one[len - 1] = '\0';
		code = read_remark(e, one, err);
	}
	return code;
}

/* ---- the three files ---- */
static enum listed_kind kind_of(const char *type)
{
	return !strcasecmp(type, "individual") ? LISTED_PERSON : !strcasecmp(type, "vessel") ? LISTED_VESSEL :
	       !strcasecmp(type, "aircraft") ? LISTED_AIRCRAFT : LISTED_ENTITY;
}

static enum code read_sdn(struct sdns *s, const char **cell, int line, struct err *err)
{
	struct sdn *row;
	struct listed *e;
	long num;

	if (read_num(cell[SDN_NUM], &num, err))
		return err->code;
	if (!*value(cell[SDN_NAME]))
		return fail(err, E_INVALID, N_("entry %ld has no name"), num);
	if (s->n && s->row[s->n - 1].num >= num)
		return fail(err, E_INVALID, N_("entry %ld stands behind entry %ld: the list is in the order of its numbers"), num, s->row[s->n - 1].num);
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		s->row = mem_grow(s->row, s->room, sizeof *s->row);
	}
	row = &s->row[s->n++];
	row->num = num;
	row->line = line;
	e = &row->e;
	listed_init(e);
	e->id = pool_strdup(&e->pool, cell[SDN_NUM]);
	e->kind = kind_of(value(cell[SDN_TYPE]));
	e->programme = listed_keep(e, value(cell[SDN_PROGRAM]), strlen(value(cell[SDN_PROGRAM])));
	e->note = listed_keep(e, value(cell[SDN_REMARKS]), strlen(value(cell[SDN_REMARKS])));
	if (add_name(e, cell[SDN_NAME], err) || listed_add(e, &e->numbers, value(cell[SDN_CALL_SIGN]), err))
		return err->code;
	return read_remarks(e, value(cell[SDN_REMARKS]), err);
}

static int compare_num(const void *num, const void *row)
{
	long a = *(const long *)num, b = ((const struct sdn *)row)->num;

	return a < b ? -1 : a > b;
}

static enum code find_sdn(struct sdns *s, const char *cell, struct listed **out, struct err *err)
{
	struct sdn *row;
	long num;

	if (read_num(cell, &num, err))
		return err->code;
	row = s->n ? bsearch(&num, s->row, s->n, sizeof *s->row, compare_num) : NULL;
	if (!row)
		return fail(err, E_INVALID, N_("there is no entry %ld in SDN.CSV; are the files of one day?"), num);
	*out = &row->e;
	return E_OK;
}

static enum code read_alt(struct sdns *s, const char **cell, struct err *err)
{
	struct listed *e;

	if (find_sdn(s, cell[ALT_NUM], &e, err))
		return err->code;
	return add_name(e, value(cell[ALT_NAME]), err);
}

static enum code read_add(struct sdns *s, const char **cell, struct err *err)
{
	AUTO(buf_release) struct buf place = BUF_INIT;
	struct listed *e;

	if (find_sdn(s, cell[ADD_NUM], &e, err))
		return err->code;
	for (int i = ADD_STREET; i <= ADD_COUNTRY; i++)
		if (*value(cell[i]))
			buf_addf(&place, "%s%s", place.len ? ", " : "", cell[i]);
	return listed_add(e, &e->places, place.data, err);
}

static enum code read_file(struct sdns *s, const struct list_file *f, size_t columns, struct err *err)
{
	AUTO(csv_release) struct csv c;
	const char *cell[CSV_CELLS];
	bool more = true;
	enum code code = E_OK;

	csv_init(&c, f->name, f->data, f->n, columns);
	while (!code && !(code = csv_next(&c, cell, &more, err)) && more) {
		code = columns == SDN_COLUMNS ? read_sdn(s, cell, c.line, err) : columns == ALT_COLUMNS ? read_alt(s, cell, err) :
									       read_add(s, cell, err);
		if (code)
			code = csv_fail(&c, err);
	}
	return code;
}

/* How many columns each of the files has in its first line. */
static enum code count_columns(const struct list_file *files, size_t n, size_t *columns, struct err *err)
{
	enum code code = E_OK;

	for (size_t i = 0; i < n && !code; i++) {
		AUTO(csv_release) struct csv c;
		const char *cell[CSV_CELLS];
		bool more;

		csv_init(&c, files[i].name, files[i].data, files[i].n, 0);
		code = csv_next(&c, cell, &more, err);
		columns[i] = c.cells;
	}
	return code;
}

enum code read_ofac(struct listing *l, const struct list_file *files, size_t n, struct err *err)
{
	static const struct { size_t columns; const char *name; } parts[FILES] = {
		{ SDN_COLUMNS, "SDN.CSV" }, { ALT_COLUMNS, "ALT.CSV" }, { ADD_COLUMNS, "ADD.CSV" },
	};
	AUTO(sdns_release) struct sdns s = { 0 };
	size_t columns[FILES] = { 0 };
	enum code code = count_columns(files, n < FILES ? n : FILES, columns, err);

	for (size_t i = 0; i < FILES && !code; i++) {
		size_t k = 0;

		while (k < FILES && columns[k] != parts[i].columns)
			k++;
		code = k < FILES ? read_file(&s, &files[k], parts[i].columns, err) :
				   fail(err, E_INVALID, N_("none of the files is %s, whose lines have %zu cells; the three files belong together"),
					parts[i].name, parts[i].columns);
	}
	if (!code && s.n) /* numbers are given one after the other and never again */
		snprintf(l->issued, sizeof l->issued, "entry %ld", s.row[s.n - 1].num);
	for (size_t i = 0; i < s.n && !code; i++)
		code = listing_add(l, &s.row[i].e, s.row[i].line, err);
	return code ? code : listing_sort(l, err);
}
