/* The core's part of the re-reviews of merchants (core/records/merchant_review.h): it makes those that are due, each once for its cause, closes
 * what a new document has answered, and brings back what nobody answered. */
#ifndef SYNC_PAYCORE_REVIEWS_H
#define SYNC_PAYCORE_REVIEWS_H

#include "sync/paycore/institution.h"

/* Looks through everything as of this moment, in the open write. The same moment again changes nothing. */
enum code reviews_run(struct changes *ch, int64_t now, struct err *err);
/* The same in a write of its own, unless that was done on this day already. *head: where the feed ends then; as it was if nothing was done. */
enum code reviews_daily(struct institution *in, int64_t *head, struct err *err);

/* A merchant has just changed: its periodic review comes up at once where it is due now. Inside the transaction of ch. */
enum code reviews_due(struct changes *ch, const char *merchant, struct err *err);

/* The document that a review waits for: its own, or of the type that was asked for. E_NOTFOUND: there is none. it: uninitialised. */
enum code reviews_document(struct institution *in, const struct item *review, struct item *it, struct err *err);

/* ---- of a fill ---- */
/* When an active merchant is due again, spread by its number over the past weeks and the coming months. */
void reviews_spread(struct item *merchant, int64_t number, int64_t now);
/* What was under way when a merchant was suspended. */
enum code reviews_lapsed(struct changes *ch, const struct item *merchant, int64_t now, struct err *err);

#endif
