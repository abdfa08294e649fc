/* Synthetic people and merchants for tests: well formed in every number, and nobody's. */
#ifndef TESTS_SPECIMEN_H
#define TESTS_SPECIMEN_H

#include "core/item.h"

/* A plain SQLite file with the schema of the desk, in a folder that the test removes. */
struct db *specimen_db(const char *dir);
/* An application in state applied, version 1, that passes every check; n tells one from another. it: uninitialised. */
void specimen_merchant(struct item *it, const char *id, int n, int64_t when);
/* Appends what the core would send of it. */
void specimen_wire(struct buf *out, const struct item *it);

#endif
