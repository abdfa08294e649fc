/* Within the desk (desk.c, run.c, replay.c, leave.c): the outbox rows that wait, and the core's last word under them.
 *
 * While a command waits, each record that it touches has a row in base: the record as the core last told it. What stands in the
 * record's own table then is base with the waiting commands replayed on it, and its pending field is their number. When nothing
 * waits there is no base row, and the record is the core's word itself (or, after an acceptance, what the core will tell). */
#ifndef CORE_DESK_PENDING_H
#define CORE_DESK_PENDING_H

#include "core/desk/desk.h"

struct desk {
	struct store *store;          /* borrowed */
	struct db *db;                /* of the store */
	struct actor who;
	struct cert *people;
	size_t npeople;
};
/* NULL: not known here. Looks again in the store before it says so. Valid until the next refresh. */
const struct cert *desk_person(struct desk *d, const char *operator);

enum code may_see(struct desk *d, const struct record *rec, struct err *err); /* E_DENIED */

extern const struct record outbox_record, proposal_record;     /* core/records/ */
bool is_confirm(const struct record *rec, const char *action); /* the one command on a record that another record waits for */

/* The rows in states pending and sending that touch a record, in sending order. */
struct rows {
	struct item *v;
	size_t n;
};
#define ROWS_INIT { NULL, 0 }
void rows_release(struct rows *r);
struct cond outbox_waits(void);                                /* pending or sending */
enum code outbox_rows(struct desk *d, const struct query *q, struct rows *out, struct err *err); /* of the outbox; added to out */
enum code waiting_rows(struct desk *d, const char *kind, const char *id, struct rows *out, struct err *err);
enum code waiting_count(struct desk *d, const char *kind, const char *id, int64_t *n, struct err *err);

/* Keeps the core's word before the first waiting command changes it. it NULL: the core does not know the record. */
enum code base_keep(struct desk *d, const char *kind, const char *id, const struct item *it, struct err *err);
/* Saves a record with as many pending as wait. */
enum code save_pending(struct desk *d, struct item *it, struct err *err);
/* Makes a record anew from base and what waits, and the proposals whose confirmation waits for it. No base: nothing to do. */
enum code rebuild(struct desk *d, const char *kind, const char *id, struct err *err);
/* Both records that an outbox row touches. */
enum code rebuild_touched(struct desk *d, const struct item *row, struct err *err);

/* An answer about this record and this person; otherwise the trouble is the store's. */
bool is_judgement(enum code code);

#endif
