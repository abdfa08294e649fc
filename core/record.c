#include "core/record.h"

#include <ctype.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>

const struct record *record_find(const char *kind)
{
	for (size_t i = 0; i < nrecords; i++)
		if (!strcmp(records[i]->kind, kind))
			return records[i];
	return NULL;
}

static struct noun inside_a_sentence(const char *label)
{
	struct noun noun;

	snprintf(noun.word, sizeof noun.word, "%s", gettext(label));
	if (isupper((unsigned char)noun.word[0]) && islower((unsigned char)noun.word[1]))
		noun.word[0] = (char)tolower((unsigned char)noun.word[0]);
	return noun;
}

struct noun record_noun(const struct record *r)
{
	return inside_a_sentence(r->label);
}

struct noun action_verb(const struct action *a)
{
	return inside_a_sentence(a->label);
}

struct noun state_noun(const struct record *r, const char *name)
{
	int state = record_state(r, name);
	struct noun noun;

	if (state >= 0)
		return inside_a_sentence(r->states[state].label);
	snprintf(noun.word, sizeof noun.word, "%s", name);
	return noun;
}

int record_field(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nfields; i++)
		if (!strcmp(r->fields[i].column.name, name))
			return (int)i;
	return -1;
}

int record_state(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->nstates; i++)
		if (!strcmp(r->states[i].name, name))
			return (int)i;
	return -1;
}

const struct action *record_action(const struct record *r, const char *id)
{
	for (size_t i = 0; i < r->nactions; i++)
		if (!strcmp(r->actions[i].id, id))
			return &r->actions[i];
	return NULL;
}

static uint64_t searched(const struct record *r)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < r->nfields; i++)
		if (r->fields[i].show & SHOW_SEARCH)
			bits |= UINT64_C(1) << i; /* the tests hold searched fields to the first 64 */
	return bits;
}

struct table record_table(const struct record *r)
{
	return (struct table){
		.name = r->table ? r->table : r->kind,
		.columns = &r->fields->column,
		.ncolumns = r->nfields,
		.stride = sizeof *r->fields,
		.nkey = 1,
		.words = r->words,
		.searched = r->words ? searched(r) : 0,
	};
}

const struct choice *field_choice(const struct field *f, const char *name, size_t n)
{
	for (const struct choice *c = f->choices; c && c->name; c++)
		if (strlen(c->name) == n && !memcmp(c->name, name, n))
			return c;
	return NULL;
}

bool field_choices_valid(const struct field *f, const char *names)
{
	uint64_t seen = 0;

	for (;;) {
		size_t n = strcspn(names, ",");
		const struct choice *c = field_choice(f, names, n);
		uint64_t bit = c ? UINT64_C(1) << (c - f->choices) : 0;

		if (!c || seen & bit)
			return false;
		seen |= bit;
		if (!names[n])
			return true;
		names += n + 1;
	}
}

bool record_id_valid(const char *id)
{
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

	return n && n <= RECORD_ID_MAX && !id[n];
}
