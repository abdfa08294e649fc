/* Merchants are looked at again: when a document of theirs runs out, and from time to time by their risk. The core makes these reviews, each
 * once for its cause, closes those that a new document answers, and takes back to the queue what nobody answered in time.
 *
 * That customers are reviewed by their risk, and that business stops when a document has run out and is not renewed within a reasonable time
 * without a good reason, were articles 18 and 19 of PBoC Order [2007] No. 2 and are asked for on the institution's own measure since; the
 * days are house rules in core/data/rules.csv. */
#ifndef CORE_RECORDS_MERCHANT_REVIEW_H
#define CORE_RECORDS_MERCHANT_REVIEW_H

#include "core/item.h"

enum { REVIEW_OPEN, REVIEW_IN_WORK, REVIEW_ESCALATED, REVIEW_AWAITING, REVIEW_COMPLETED, REVIEW_STOPPED, REVIEW_RENEWED, REVIEW_LAPSED };
extern const struct record merchant_review_record;
extern const struct choice document_types[], merchant_risk_levels[];

/* The day (YYYY-MM-DD, appended) on which a merchant of this risk is due again, if it was looked at on the day of `from`, UTC ms. A risk level
 * that is not known counts as the highest. */
void review_next_day(const struct item *merchant, int64_t from, struct buf *day);
/* Its risk was assessed at this time: where its level asks for another look sooner than it is due, it is due then, today at the earliest. A
 * level that has fallen puts nothing off; the next review does. */
void review_bring_forward(struct item *merchant, int64_t when);
/* House rules in days, today: 0 where a rule is not in force. */
int64_t review_days(const char *rule, int64_t when);
/* May the document stand for its type: neither refused nor replaced? */
bool document_stands(const struct item *document);
/* Has another document of its merchant and type come that holds longer? */
enum code document_superseded(struct db *db, const struct item *document, bool *superseded, struct err *err);

#endif
