/* The customers' side of the flow: each of these moves one of them, and what belongs to it, one step on. All inside the transaction of ch.
 * E_STATE, with the reason: it is not their turn. */
#ifndef SYNC_PAYCORE_CUSTOMERS_H
#define SYNC_PAYCORE_CUSTOMERS_H

#include "sync/paycore/people.h"

/* Says the code that came to the phone: registered becomes contact_verified. */
enum code customers_contact(struct changes *ch, struct item *user, int64_t when, struct err *err);
/* Hands in real-name data: contact_verified becomes submitted, with an identity check. */
enum code customers_submit(struct changes *ch, struct crowd *m, struct item *user, struct err *err);
/* Asks for the next class of an account that is active: an identity check, and nothing else moves. */
enum code customers_upgrade(struct changes *ch, struct crowd *m, const struct item *user, struct err *err);
/* Sends again what was asked for: new pictures in the place of those that were not good enough, and better readings. */
enum code customers_resend(struct changes *ch, struct crowd *m, struct item *check, struct err *err);

#endif
