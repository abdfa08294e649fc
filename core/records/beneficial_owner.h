/* Who in the end owns or controls a merchant: what one of them is checked for, and a merchant as to all of its own.
 *
 * Measures on the management of beneficial owner information (受益所有人信息管理办法), PBoC and SAMR Order [2024] No. 3, in force since
 * 2024-11-01. Article 6: whoever holds 25 % or more of the equity, shares or partnership interest, directly or not; or 25 % or more of the
 * income or voting rights; or controls it, alone or with others; if nobody does, whoever is in charge of its daily management. Article 2:
 * an individual business files none. Article 3: with registered capital of 10 million yuan or less and natural persons as only partners,
 * a promise may stand in for the filing. Thresholds: core/rules.h, owner_share and owner_filing_capital. */
#ifndef CORE_RECORDS_BENEFICIAL_OWNER_H
#define CORE_RECORDS_BENEFICIAL_OWNER_H

#include "core/item.h"

enum { BENEFICIAL_OWNER_CHECKS = 3 };
extern const struct check beneficial_owner_checks[];
extern const struct record beneficial_owner_record;

/* Checks of a merchant. */
void merchant_owners(struct db *db, const struct item *merchant, struct checklist *out);
void merchant_owners_screened(struct db *db, const struct item *merchant, struct checklist *out);

#endif
