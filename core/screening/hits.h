/* Our own people and companies held against the watch lists: which names of which records are screened, the check that their reviewers
 * read, and the hits that are kept for somebody to decide.
 *
 * A hit is a record of this desk (core/records/screening_hit.c), one for each person and entry. Whoever has a well-formed number is one
 * person wherever they turn up, so what was decided about them holds for every record; others are told apart by their record, customers by
 * their account. A decision holds as long as its fingerprint does: the entry as it is listed, our number, and our name where that is none
 * that tells people apart; and as long as nothing fits better than what was decided about, as another name or a birth date may. */
#ifndef CORE_SCREENING_HITS_H
#define CORE_SCREENING_HITS_H

#include "core/desk/desk.h"
#include "core/screening/search.h"

enum { HIT_NEW, HIT_CONFIRMED, HIT_NONE, HIT_LAPSED };
extern const struct record screening_hit_record;

/* What is screened of a record kind. */
enum { SCREENED_NAMES = 2 };
struct screened_role {
	const char *kind, *role;                 /* "merchant", "legal_rep" */
	const char *names[SCREENED_NAMES];       /* fields; the second may be NULL, as may the next two */
	const char *born, *number;
	enum screened_as as;
	const char *const *past;                 /* states in which nobody screens it any more (NULL-terminated) */
	const char *of_kind, *of;                /* the record that the person has here for good, and the field that names it; NULL: this one */
};
extern const struct screened_role screened_roles[];
extern const size_t nscreened_roles;

/* A check of a record (struct check): passed, failed or unknown, and why, with the versions of the lists. Failed: a hit is confirmed, or
 * waits for somebody's decision. Unknown: a list that is needed was never imported, or not for as many days as it stays fresh. */
void screening_say(struct db *db, const struct item *it, const char *role, struct checklist *out);

/* ---- keeping hits ---- */
struct screening_counts { int64_t screened, hits, lapsed, left; }; /* hits: new ones; left: records that still wait to be screened */
/* Notes that a record has changed, if its kind is screened. In the caller's transaction. */
enum code screening_due(struct db *db, const struct item *it, struct err *err);
/* Notes every record that has names to be screened, as a new version of a list asks for. In the caller's transaction. */
enum code screening_due_all(struct db *db, struct err *err);
/* Asked before each record, with how many were screened: true stops. */
struct screening_watch { bool (*stop)(void *ctx, int64_t screened); void *ctx; };
/* Screens what is due, at most so many records (0: all of them); everything: the whole store. A few records at a time in one transaction,
 * with a line in the journal where a hit came or went. Without any list nothing is done, and what is due stays. w may be NULL. */
enum code screening_run(struct desk *d, bool everything, int64_t most, const struct screening_watch *w, struct screening_counts *c, struct err *err);

#endif
