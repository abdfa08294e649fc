/* Makes who is behind a synthetic merchant, and the terminals that it takes payments with; see fill.h for what marks them. */
#ifndef SYNC_PAYCORE_OUTLETS_H
#define SYNC_PAYCORE_OUTLETS_H

#include "core/values/geo.h"
#include "sync/paycore/chance.h"
#include "sync/paycore/institution.h"
#include "sync/paycore/names.h"

struct outlets {
	struct chance *chance;
	int64_t now;                    /* UTC ms; nothing that is made lies after it */
	struct geo last;                /* where the terminal before stands: some stand at another merchant's */
	char last_address[200], last_serial[24], last_merchant[24];
};
/* The owners of a merchant of the fill, as new records; number: which merchant. Inside the transaction of ch. */
enum code outlets_owners(struct outlets *o, int64_t number, const struct item *merchant, const struct place *place, struct changes *ch, struct err *err);
/* Its terminals, numbered as its payments name them (ID without its letter, two digits). *n: how many. */
enum code outlets_terminals(struct outlets *o, int64_t number, const struct item *merchant, const struct place *place, struct changes *ch, int *n,
			    struct err *err);
/* Where it is seen now: within metres of where it is registered, or away from there, by 2 km to 33 km. */
void outlets_locate(struct chance *c, bool away, struct item *terminal);

#endif
