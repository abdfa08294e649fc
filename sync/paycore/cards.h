/* Bank cards as the core binds them: it sends the micro-deposit, and hears from the customer how much came. */
#ifndef SYNC_PAYCORE_CARDS_H
#define SYNC_PAYCORE_CARDS_H

#include "sync/paycore/institution.h"

/* What the core adds of its own once a command on a card is accepted: the amount of a deposit that is to be sent. In the open transaction. */
enum code cards_follow(struct changes *ch, const char *id, struct err *err);
/* The customer says how much came (fen): core/records/user.h, card_answer. Puts the card, and the account that becomes active with it. */
enum code cards_answer(struct changes *ch, struct item *card, int64_t amount, int64_t when, struct err *err);

#endif
