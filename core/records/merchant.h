/* What a merchant's application is checked for; shown to its reviewers, heeded by approval at the desk and again at the core. */
#ifndef CORE_RECORDS_MERCHANT_H
#define CORE_RECORDS_MERCHANT_H

#include "core/item.h"

/* Its states, in the order of the table in merchant.c; for checks and actions that belong to some of them. */
enum { APPLIED, PRELIMINARY_REVIEW, RISK_REVIEW, CONTRACTING, CONFIGURING, ACTIVE, RESUBMISSION_REQUESTED, REJECTED,
	SUSPENDED, TERMINATED };

enum { MERCHANT_CHECKS = 10 };
extern const struct check merchant_checks[MERCHANT_CHECKS];
extern const struct record merchant_record;

#endif
