/* The institution moves on by itself: merchants are paid, answer contracts and fetch their API keys, applications come in, scores change, customers
 * register, bind their cards and pay from their accounts, terminals are seen.
 * A thread of its own with a database handle of its own. */
#ifndef SYNC_PAYCORE_LIVE_H
#define SYNC_PAYCORE_LIVE_H

#include "sync/paycore/chance.h"
#include "sync/paycore/events.h"
#include "sync/paycore/institution.h"

enum { LIVE_MAX = 1000 /* changes a second */ };
struct live;
/* rate: changes a second, above 0, may be a fraction. */
enum code live_start(struct live **out, const char *home, uint64_t seed, double rate, struct events *ev, struct err *err);
void live_stop(struct live *l); /* after the change under way; NULL is fine */
/* One change, of whatever kind comes up. *head: where the feed ends then. */
enum code live_step(struct institution *in, struct chance *chance, int64_t *head, struct err *err);
/* One change among the customers, within the write that is open. now: UTC ms. */
enum code live_people(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err);
/* A payment, within the write that is open; E_NOTFOUND: nobody sells anything now. now: UTC ms. */
enum code live_payment(struct institution *in, struct changes *ch, struct chance *chance, int64_t now, struct err *err);
/* For how many days up to yesterday a merchant was paid every day, into its field; not before it came on. */
enum code live_trading_days(struct institution *in, struct item *merchant, int64_t now, struct err *err);

#endif
