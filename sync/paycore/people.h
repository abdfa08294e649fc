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
/* One that has just handed in its data: an identity check to review. */
enum code make_applicant(struct crowd *m, int64_t number, struct changes *ch, struct err *err);

#endif
