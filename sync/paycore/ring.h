/* Merchants that hang together: six of every two hundred share phones, addresses and a representative in a ring, as applicants do who are one
 * behind many names. */
#ifndef SYNC_PAYCORE_RING_H
#define SYNC_PAYCORE_RING_H

#include "core/item.h"

enum { RING_EVERY = 200, RING_FROM = 190, RING_SIZE = 6 };
/* Gives merchant `number` what it shares, if it is one of a ring. No chance but the number's own is drawn. */
void ring_join(int64_t number, struct item *merchant);

#endif
