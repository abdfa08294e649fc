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

/* A record of this kind with its standard fields, version 1; the fields are put one by one, "" for none. it: uninitialised. */
void specimen_begin(struct item *it, const char *kind, const char *id, const char *state);
void specimen_put(struct item *it, const char *field, const char *text);
#define SPECIMEN_REVIEW_TIME INT64_C(1763700000000) /* 21 November 2025 in Shanghai */
/* An identity check of that day, for class II, against which nothing can be said. */
void specimen_check(struct item *it, const char *id, const char *user, const char *state);

#endif
