/* What synthetic merchants and customers are put together from; see fill.h for what marks them as synthetic. */
#ifndef SYNC_PAYCORE_PIECES_H
#define SYNC_PAYCORE_PIECES_H

#include "core/item.h"
#include "core/values/ident.h"
#include "sync/paycore/chance.h"

enum { CARD_LEN = 19 };

void put(struct item *it, const char *field, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void put_int(struct item *it, const char *field, int64_t n);
void put_date(struct item *it, const char *field, int64_t ms); /* UTC ms: the day in Shanghai */

/* Another last character than the right one. */
void spoil(char *number, size_t len);
/* A resident's number over a division code that was never given out. province: two digits of GB/T 2260. */
void make_identity(struct chance *c, const char *province, int year, char out[RESIDENT_LEN + 1]);
/* A card number under an issuer number that was never given out. */
void make_card(struct chance *c, char out[CARD_LEN + 1]);
void make_person(struct chance *c, char *out, size_t size);
void make_phone(struct chance *c, char out[12]); /* of a block that no operator gives out to customers */

#endif
