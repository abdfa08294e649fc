/* The watch lists of the store: imported whole or not at all, the latest version of each, and the history of all of them. */
#ifndef CORE_SCREENING_LISTS_H
#define CORE_SCREENING_LISTS_H

#include "core/desk/desk.h"
#include "core/screening/readers.h"

enum { VERSION_MAX = 40 };
struct list_version {
	char list[16];
	int64_t serial;              /* from 1; 0: none was imported */
	char version[VERSION_MAX + 1];
	int64_t imported_at, confirmed_at; /* UTC ms; confirmed: the same entries were imported again */
	char operator[OPERATOR_ID_LEN + 1];
	char digest[2 * KEY_BYTES + 1];    /* hex, of all entries in the order of their ids */
	int64_t entries, added, removed, changed; /* against the version before */
	char issued[LISTING_ISSUED]; /* struct listing */
};

/* What is to be imported. */
struct list_offer {
	const struct list_format *format;
	const struct list_file *files;
	size_t n;
	const char *version;         /* NULL: the day, as 2026-11-21, with .2 and so on behind it where the day has one */
	bool anyway;                 /* also if it is older than what is there, or lets go of many */
};
/* Reads the files, and in one transaction takes their entries for the list's, says so in the journal, keeps the version before as history and
 * makes everybody due to be screened. The same entries again change nothing but the day on which they were confirmed (and are made ready
 * anew, where another paydesk had done that): then *same. E_DENIED
 * without the permission screening.import, E_USAGE for a number of files that the format does not have, E_EXISTS for a version that is
 * another's, E_INVALID for a file that is not in its format; E_CONFLICT for a list that is older than the one that holds, by what it says
 * of itself or because it was replaced before, E_CHECK for one that lets go of more than a tenth of that one: somebody has to say so. */
enum code lists_import(struct desk *d, const struct list_offer *o, struct list_version *out, bool *same, struct err *err);

/* The version that holds; serial 0: none. */
enum code lists_current(struct db *db, const char *list, struct list_version *out, struct err *err);
/* Every version of every list, by list, the latest first. */
enum code lists_each(struct db *db, enum code (*fn)(void *ctx, const struct list_version *v, struct err *err), void *ctx, struct err *err);

/* ---- the tables (core/migrations/0009-screening.sql, 0027-screening-issued.sql) ---- */
enum { LIST_LIST, LIST_SERIAL, LIST_VERSION, LIST_IMPORTED, LIST_CONFIRMED, LIST_OPERATOR, LIST_FILES, LIST_DIGEST, LIST_ENTRIES, LIST_ADDED,
       LIST_REMOVED, LIST_CHANGED, LIST_ISSUED, LIST_COLUMNS };
enum { ENTRY_LIST, ENTRY_NO, ENTRY_ID, ENTRY_KIND, ENTRY_DIGEST, ENTRY_DATA, ENTRY_FORMS, ENTRY_COLUMNS };
enum { KEY_LIST, KEY_BUCKET, KEY_PAIRS, KEY_COLUMNS };
extern const struct table list_table, list_entry_table, list_key_table;

#endif
