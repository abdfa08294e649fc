/* A synthetic institution for the sandbox, the same for the same seed and day. Nothing in it is a real person or firm:
 *   identity numbers and credit codes carry right check characters over division codes that end in 9999, which GB/T 2260 never gave out;
 *   phones are 154…, a range that no operator was given; cards are 620000…, the range of UnionPay's own test cards;
 *   every document is a picture with SPECIMEN 样本 across it.
 * Some merchants fail a check on purpose, and a few bear names with control and bidi characters. */
#ifndef SYNC_PAYCORE_FILL_H
#define SYNC_PAYCORE_FILL_H

#include "sync/paycore/institution.h"

enum { FILL_MAX = 100 * 1000 * 1000 };
bool fill_valid(const char *what);                  /* "demo", or a number of transactions 1..FILL_MAX */
/* E_EXISTS: there is something else in it already. The same fill again is E_OK and does nothing. */
enum code fill(struct institution *in, const char *what, uint64_t seed, struct err *err);

#endif
