/* Card payments for a large store: synthetic, the same every time, in the order of time. */
#ifndef TESTS_PAYMENTS_H
#define TESTS_PAYMENTS_H

#include "core/item.h"

enum { PAYMENTS_MERCHANTS = 10000 };
/* Payment number i of n; now: the time of the last, UTC ms, each a second or so after the one before. it: uninitialised. */
void payment_make(struct item *it, int64_t i, int64_t n, int64_t now);
/* Numbers from to to - 1 in one transaction. */
void payments_put(struct db *db, int64_t from, int64_t to, int64_t n, int64_t now);

#endif
