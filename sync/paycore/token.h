/* One-time enrolment tokens. The core keeps a digest only; the token itself is printed once. */
#ifndef SYNC_PAYCORE_TOKEN_H
#define SYNC_PAYCORE_TOKEN_H

#include "sync/paycore/institution.h"

enum { TOKEN_TEXT = 44 /* "pd1-", 40 hex digits */, TOKEN_HOURS = 24 };

/* scope: kinds with commas, or "all"; regions likewise. E_USAGE names what is wrong. */
enum code token_issue(struct institution *in, const char *scope, const char *regions, char out[TOKEN_TEXT + 1], struct err *err);
/* The token's row; E_NOTFOUND. */
enum code token_find(struct db *db, const char *token, struct pool *pool, struct value *row, struct err *err);

#endif
