/* How soon a merchant may have its money. Same-day settlement is for merchants that are known: not within 90 days of the day they came
 * on, nor before 30 days of normal trading without a gap (PBoC Yinfa [2016] No. 261, section 2 (12); the numbers stand in
 * core/data/rules.csv); nor, by a rule of the house, in the days after another settlement account. */
#ifndef CORE_RECORDS_MERCHANT_SETTLEMENT_H
#define CORE_RECORDS_MERCHANT_SETTLEMENT_H

#include "core/item.h"

/* May this merchant be settled in this cycle ("d0", "t1", …) at this time (UTC ms)? E_CHECK and why not, with the article. Reads what the
 * core keeps of the merchant (activated_at, trading_days, settlement_changed_at), so that a desk, which holds a window of the payments only,
 * judges as the core does. */
enum code settlement_cycle_allowed(struct db *db, const struct item *merchant, const char *cycle, int64_t when, struct err *err);
/* The same of the cycle that it has, as a check of the merchant. One that has it already keeps it when its account is changed; what the core
 * owes it waits. */
void settlement_cycle_check(struct db *db, const struct item *merchant, struct checklist *out);

#endif
