/* One entry of a watch list, as its publisher has it, and all the entries of a list that is read in. */
#ifndef CORE_SCREENING_LISTED_H
#define CORE_SCREENING_LISTED_H

#include "core/values/json.h"
#include "store/crypto.h"

enum listed_kind { LISTED_PERSON, LISTED_ENTITY, LISTED_VESSEL, LISTED_AIRCRAFT, LISTED_KINDS };
enum listed_class { LISTED_SANCTION, LISTED_PEP, LISTED_HOUSE, LISTED_CLASSES };
extern const char *const listed_kinds[LISTED_KINDS];      /* "person" */
extern const char *const listed_classes[LISTED_CLASSES];  /* "sanction" */

enum {
	LISTED_MANY = 80,      /* names of one entry, or numbers; more are refused */
	LISTED_ID = 64,        /* characters of an id */
};
struct texts { const char *at[LISTED_MANY]; size_t n; };
struct listed {
	const char *id;          /* its publisher's */
	enum listed_kind kind;
	enum listed_class class;
	struct texts names;      /* the first is the main one */
	struct texts born;       /* YYYY, YYYY-MM, YYYY-MM-DD, YYYY/YYYY (both and all between) */
	struct texts numbers;    /* of documents and registers */
	struct texts nations;
	struct texts places;
	const char *programme;   /* under which it is listed; NULL: not said */
	const char *note;        /* NULL: none */
	struct pool pool;        /* owns the texts */
};
void listed_init(struct listed *e);
void listed_release(struct listed *e);
/* A copy of n bytes in the pool, spaces at the ends off and one between words; NULL where nothing is left. */
const char *listed_keep(struct listed *e, const char *text, size_t n);
/* Adds such a copy unless the same is there. E_INVALID: too many. */
enum code listed_add(struct listed *e, struct texts *to, const char *text, struct err *err);

/* The canonical form, of which its digest is and which the store keeps: {"id":…,"kind":…,…}; what is empty is left out. */
void listed_write(const struct listed *e, struct json_writer *w);
enum code listed_read(struct listed *e, const char *json, size_t n, struct err *err); /* e: initialised, empty */

/* A birth date in any of the forms that lists have (17 Apr 1957, Apr 1957, 1957, 1957 to 1960, 1957-04-17; circa 1957:
 * two years more or less). false: none. */
enum { LISTED_DATE = 16 };
bool listed_date(char out[LISTED_DATE], const char *text);

/* ---- all entries of a list that is read in, in their canonical form ---- */
struct listing_row {
	char *id, *json;
	enum listed_kind kind;
	uint8_t digest[KEY_BYTES];   /* BLAKE2b-256 of json */
	int line;                    /* where it stood, for complaints */
};
enum { LISTING_MOST = 200000, LISTING_ISSUED = 32 };
struct listing {
	struct listing_row *row;
	size_t n, room;
	char issued[LISTING_ISSUED]; /* how young it is by its own word: the longer is the younger, of two that are as long the one that sorts later */
};
/* E_INVALID: no name, an id that is none, or too many. */
enum code listing_add(struct listing *l, const struct listed *e, int line, struct err *err);
/* Into the order of ids. E_INVALID: two entries under one. */
enum code listing_sort(struct listing *l, struct err *err);
void listing_release(struct listing *l);

#endif
