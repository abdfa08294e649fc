/* Makes payments as merchants take them; see fill.h for what marks them as synthetic. */
#ifndef SYNC_PAYCORE_PAYMENTS_H
#define SYNC_PAYCORE_PAYMENTS_H

#include "sync/paycore/chance.h"
#include "sync/paycore/institution.h"
#include "sync/paycore/names.h"

struct payee {                          /* a merchant that takes payments */
	char id[RECORD_ID_MAX + 1], region[16];
	const struct trade *trade;
	int64_t fee_bps;
	int terminals;                  /* numbered as outlets_terminals does; 0: the caller names the one */
};
struct payment {
	int64_t number, at;             /* at: UTC ms */
	int64_t amount;                 /* fen */
	const char *state, *channel;
	const char *failure;            /* NULL: none */
	char channel_no[40], terminal[RECORD_ID_MAX + 1], card[8], payer[64];
};
/* Is the merchant busy at this time? As its trade is, by the hour. */
bool payments_busy(struct chance *c, const struct trade *trade, int64_t at);
/* How it went, by chance. out: number and at stand in it already. */
void payments_draw(struct chance *c, const struct payee *to, struct payment *out);
/* Keeps it, in the open write, as a row without an item, for there are many. E_SCHEMA: the table is not the one that this was written for. */
enum code payments_add(struct changes *ch, const struct table *transactions, const struct payee *to, const struct payment *p, struct err *err);

#endif
