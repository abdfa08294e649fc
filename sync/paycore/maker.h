/* Makes synthetic merchants and their documents; see fill.h for what marks them. */
#ifndef SYNC_PAYCORE_MAKER_H
#define SYNC_PAYCORE_MAKER_H

#include "sync/paycore/chance.h"
#include "sync/paycore/institution.h"
#include "sync/paycore/names.h"
#include "sync/paycore/scan.h"

struct maker {
	struct chance *chance;
	struct scanner *scanner;        /* for make_documents */
	int64_t now;                    /* UTC ms; nothing that is made lies after it */
	char credit_code[24], legal_rep[24], card[24]; /* of the merchant before: some applicants give another's */
};
struct made {
	const struct trade *trade;
	const struct place *place;
	bool licence_expired, licence_missing;
};
/* Merchant `number` in this state of its life. it: uninitialised. */
void make_merchant(struct maker *m, int64_t number, const char *state, struct item *it, struct made *made);
/* Its risk by the scorecard that was in force at this time, into the merchant, which the caller keeps; keep: and a record of the
 * assessment. */
enum code rate_merchant(struct item *it, int64_t when, bool keep, struct changes *ch, struct err *err);
/* Its documents, with their pictures, as new records. Inside the transaction of ch. */
enum code make_documents(struct maker *m, const struct item *merchant, const struct made *made, struct changes *ch, struct err *err);

/* A new version of one of its documents, which replaces the old one. old: as it becomes. Inside the transaction of ch. */
enum code make_renewed(struct maker *m, const struct item *merchant, struct item *old, struct changes *ch, struct err *err);

#endif
