/* How risky a merchant is, by the scorecard in force (core/scorecard.h): each factor's points, their sum, the band, and who must approve.
 * Desk and core reckon from the same record with the same card, so both come to the same. */
#ifndef CORE_RECORDS_MERCHANT_RISK_H
#define CORE_RECORDS_MERCHANT_RISK_H

#include "core/effect.h"
#include "core/scorecard.h"
#include "core/tally.h"

/* Reckons by this card, at out->when. out: only when set. */
void merchant_assess(struct db *db, const struct item *merchant, const struct scorecard *card, struct tally *out);
/* Writes what was reckoned into the merchant: risk_score, risk_level, scorecard, assessed_at. */
void merchant_risk_put(struct item *merchant, const struct scorecard *card, const struct tally *t);
/* The record of one assessment. who: an operator's id, NULL: the core did it by itself. out: uninitialised. */
void merchant_risk_record(struct item *out, const char *id, const struct item *merchant, const struct tally *t, const char *who);

/* For the tables of a merchant and of its assessments. */
void merchant_tally(struct db *db, const struct item *merchant, struct tally *out);
void merchant_tally_kept(struct db *db, const struct item *assessment, struct tally *out); /* of a risk_assessment, as it was kept */
void merchant_risk_check(struct db *db, const struct item *merchant, struct checklist *out);
/* Puts what after is reckoned at by the card in force: the risk review fixes it, and whatever changes of the merchant later fixes it anew. A
 * higher level brings the next re-review forward. */
void merchant_risk_fix(const struct judge *j, struct item *after);
enum code merchant_risk_keep(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);
/* The permission that one of the two who approve it must hold: of the band that it was assessed into, or would be now. */
const char *merchant_approver(const struct judge *j);
/* The permission that keeping it takes, where it falls into a higher band of the card in force than it was assessed into; NULL: none more. */
const char *merchant_risk_raised(struct db *db, const struct item *merchant, int64_t when);

extern const struct record risk_assessment_record;

#endif
