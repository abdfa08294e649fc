/* One record in memory: a value for each field of its description. */
#ifndef CORE_ITEM_H
#define CORE_ITEM_H

#include "core/record.h"
#include "core/values/json.h"

struct item {
	const struct record *rec;
	struct value *v;          /* rec->nfields; never NULL after item_init */
	struct pool pool;         /* owns the values' bytes */
};
void item_init(struct item *it, const struct record *rec);         /* all NULL but version 0, pending 0 */
void item_release(struct item *it);                                /* also fit for AUTO; a zeroed item is fine */
void item_copy(struct item *to, const struct item *from);          /* to: uninitialised or released */
void item_from_row(struct item *it, const struct record *rec, const struct value *row); /* copies; it: uninitialised */
void item_set(struct item *it, const char *field, struct value v); /* copies; the field must exist */
struct value item_get(const struct item *it, const char *field);   /* VALUE_NULL where the field does not exist */
const char *item_text(const struct item *it, const char *field);   /* "" for NULL */
int64_t item_int(const struct item *it, const char *field);        /* 0 for NULL */
const char *item_id(const struct item *it);
int64_t item_version(const struct item *it);
int item_state(const struct item *it);                             /* index, -1: a state this version does not know */
const char *item_title(const struct item *it);                     /* rec->title, or the id */

enum code item_load(struct item *it, struct db *db, const struct record *rec, const char *id, struct err *err); /* E_NOTFOUND */
/* Every record that the query yields, in its order. fn may keep the item by moving it out (*mine = *it; *it = (struct item){ 0 }); what it
 * leaves is released. fn's error ends the walk and is the answer; E_CANCELLED is how fn ends it early. */
enum code item_each(struct db *db, const struct record *rec, const struct query *q,
		    enum code (*fn)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err);
/* All of them, for who writes while it goes through them: nothing is written under an open walk. */
struct items { struct item *it; size_t n; };
void items_release(struct items *all); /* a zeroed one is fine */
enum code items_keep(void *ctx, struct item *it, struct err *err); /* fn for item_each; ctx: a struct items */
/* Fields that are derived from others are made anew for the row; the item keeps what it has. */
enum code item_save(const struct item *it, struct db *db, struct err *err);
/* Derived fields of rows that were kept before there were such fields, or whose migration took them away because they are made otherwise
 * now. Nothing to do costs a look into an index for each of them. */
enum code item_derive_all(struct db *db, struct err *err);

/* ---- the wire (§6): {"state":…, fields by their names}, only SHOW_WIRE fields, table order, NULLs left out ---- */
void item_write_data(const struct item *it, struct json_writer *w);
void item_write_change(const struct item *it, struct json_writer *w); /* {"kind","id","version","data"} */
/* {"kind","id","version","data"} as a change of the feed carries it. Strict types; unknown members are ignored (a newer core), a state
 * or choice that is not known is E_INVALID. it: uninitialised; released on error. */
enum code item_read_change(struct item *it, const struct json *change, bool *deleted, struct err *err);
/* BLAKE2b-256 over the canonical wire form of the record, without what is SHOW_RUNNING, and, in order of id, of its evidence parts as they
 * stand in db. */
enum code item_evidence(const struct item *it, struct db *db, uint8_t out[KEY_BYTES], struct err *err);

/* ---- for people: clean text (core/values/text), masked above the clearance. f: field index. ---- */
struct show {
	enum privacy clearance;
	int64_t now;                       /* ages are counted from here; 0: absolute times */
	const struct cert *people;         /* names for FIELD_PERSON */
	size_t npeople;
	const char *(*words)(const char *msgid); /* translation of labels of states and choices; NULL: ids as they stand */
};
void item_show(struct buf *out, const struct item *it, size_t f, const struct show *how);
/* The value as a JSON member's value; same masks; numbers as numbers, times as RFC 3339 text, money as minor units. */
void item_show_json(struct json_writer *w, const struct item *it, size_t f, const struct show *how);
bool field_masked(const struct field *f, enum privacy clearance);
void mask_apply(struct buf *out, enum mask mask, const char *text);  /* 138****1234, 110101********1234, **** 1234, 张** */

/* ---- checks ---- */
struct checklist {
	int64_t when;
	const uint8_t *root;                       /* under which whoever looks has people certified, KEY_BYTES; NULL: nobody said */
	struct check_row {
		const struct check *check;
		enum check_status status;
		char why[240];
		const char *kind;                  /* of another record that the reason is about, NULL: none; and its id */
		char id[RECORD_ID_MAX + 1];
	} row[CHECKS_MAX];
	size_t n;
};
void check_say(struct checklist *list, enum check_status status, const char *fmt, ...) __attribute__((format(printf, 3, 4))); /* fmt is translated */
void check_link(struct checklist *list, const char *kind, const char *id); /* after check_say; kind: a constant */
/* Those that are asked in the record's state. when: UTC ms, the day on which documents have to be valid and people of age; a judgement passes the command's time. */
void checks_run(struct db *db, const struct item *it, int64_t when, struct checklist *out);
void checks_run_under(struct db *db, const struct item *it, int64_t when, const uint8_t *root, struct checklist *out);
bool checks_failed(const struct checklist *list);
/* For whoever reads them: what failed first, then what is unknown, then what passed; else in the order of the record's table. */
void checks_by_gravity(struct checklist *list);
int check_gravity(enum check_status s); /* passed 0, unknown 1, failed 2 */

#endif
