/* Makes synthetic customers with their devices, bank cards and identity checks; see fill.h for what marks them. */
#ifndef SYNC_PAYCORE_PEOPLE_H
#define SYNC_PAYCORE_PEOPLE_H

#include "sync/paycore/chance.h"
#include "sync/paycore/institution.h"
#include "sync/paycore/scan.h"

struct crowd {
	struct chance *chance;
	struct scanner *scanner;
	int64_t now;                    /* UTC ms; nothing that is made lies after it */
	char device[16], card[24], identity[24]; /* of a customer before: some give another's */
};
/* Customer `number` and all that belongs to it, as new records. Inside the transaction of ch. */
enum code make_user(struct crowd *m, int64_t number, struct changes *ch, struct err *err);
/* One that has just registered. */
enum code make_newcomer(struct crowd *m, int64_t number, struct changes *ch, struct err *err);
/* What a customer who is here already hands in: an identity check to review, of who they are or, once that is verified, for the next class;
 * and a first card, if there is none. */
enum code make_check(struct crowd *m, const struct item *user, struct changes *ch, struct err *err);

/* What was held before the camera for a check: what stands on the document, whatever was declared. nth: of the check, from 1; at: UTC ms. */
enum paper { PAPER_FRONT, PAPER_BACK, PAPER_CONSENT, PAPERS };
enum code make_scan(struct crowd *m, const struct item *check, enum paper paper, int nth, int64_t at, struct changes *ch, struct err *err);

#endif
