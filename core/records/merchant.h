/* What a merchant's application is checked for; shown to its reviewers, heeded by approval at the desk and again at the core. */
#ifndef CORE_RECORDS_MERCHANT_H
#define CORE_RECORDS_MERCHANT_H

#include "core/item.h"

/* Its states, in the order of the table in merchant.c; for checks and actions that belong to some of them. */
enum { APPLIED, PRELIMINARY_REVIEW, RISK_REVIEW, CONTRACTING, CONFIGURING, ACTIVE, RESUBMISSION_REQUESTED, REJECTED,
	SUSPENDED, TERMINATED };

enum { MERCHANT_CHECKS = 21 };
extern const struct check merchant_checks[];
extern const struct record merchant_record;
/* A natural person who trades in a small way and has no entry in the commercial register. */
bool merchant_is_micro(const struct item *it);
/* Where it trades: its business address, or the registered one if it has named no other. */
const char *merchant_trades_at(const struct item *it);

/* What merchants share with one another (core/network.h), and the checks that say so: core/records/merchant_shared.c. */
enum { MERCHANT_SHARED = 8 };
extern const struct shared merchant_shared[];
void merchant_same_credit_code(struct db *db, const struct item *it, struct checklist *out);
void merchant_same_legal_rep(struct db *db, const struct item *it, struct checklist *out);
void merchant_same_card(struct db *db, const struct item *it, struct checklist *out);
void merchant_same_phone(struct db *db, const struct item *it, struct checklist *out);
void merchant_same_address(struct db *db, const struct item *it, struct checklist *out);
void merchant_same_place(struct db *db, const struct item *it, struct checklist *out);

#endif
