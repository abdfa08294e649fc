/* Somebody of ours in one role of one record, as the lists are asked for them, and who a hit on them is about. */
#ifndef CORE_SCREENING_SUBJECT_H
#define CORE_SCREENING_SUBJECT_H

#include "core/item.h"
#include "core/screening/hits.h"

struct subject {                     /* borrows from the item */
	const struct screened_role *role;
	const struct item *it;
	struct screened who;         /* by the first name */
};
struct subject subject_of(const struct screened_role *role, const struct item *it);
/* A number that tells people apart wherever they turn up. */
bool subject_has_number(const struct subject *s);
/* What each of its names finds; one of which nothing can be compared is no name. out: zeroed. */
enum code subject_search(struct db *db, const struct subject *s, struct hits *out, struct err *err);

/* ---- who a hit is about ---- */
/* Appends "H-" and 24 digits of who it is and which entry. */
void hit_id(struct buf *id, const struct subject *s, const struct hit *h);
/* What a decision is about. Somebody with a number stays the same however their name is written. What only adds to the evidence, a birth
 * date or a second name, is not in it: one record of a person has it, another has not (hit_holds). */
void hit_fingerprint(struct buf *out, const struct subject *s, const struct hit *h);
/* Whether a record of a hit still speaks of it: the entry and the person are as they were, and nothing fits better than it did. The score
 * alone does not tell: it ends at 1000. */
bool hit_holds(const struct item *known, const struct hit *h, const struct buf *print);
struct known_hit { int state; char id[RECORD_ID_MAX + 1]; }; /* HIT_NEW as long as nobody decided what it is now; id "": it is not kept yet */
enum code hit_known(struct db *db, const struct subject *s, const struct hit *h, struct known_hit *k, struct err *err);

#endif
