/* A plain database with the schema of the desk, and records to put into it. Synthetic throughout. */
#ifndef TESTS_LEDGER_H
#define TESTS_LEDGER_H

#include "core/item.h"

struct ledger {
	char dir[64];
	struct db *db;
};
void ledger_open(struct ledger *l);
void ledger_close(struct ledger *l);
/* A SPECIMEN merchant for which every check passes once ledger_papers has been called; state risk_review, version 3. */
void ledger_merchant(struct item *it, const char *id);
void ledger_document(struct item *it, const char *id, const char *merchant, const char *type);
void ledger_papers(struct ledger *l, const char *merchant); /* a licence and an identity card, both valid; and the one owner */
/* Who holds this share of 10000 of a merchant's equity (of anything but "equity": none), directly, under a well-formed number. */
void ledger_owner(struct item *it, const char *id, const char *merchant, const char *basis, int64_t share);
void ledger_put(struct ledger *l, const struct item *it);
#define SPECIMEN_TIME INT64_C(1795225500000) /* 2026-11-21T01:45:00Z */

#endif
