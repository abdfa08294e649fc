/* The tables that the reference core has beside the records (migrations/0150-paycore.sql), as store/db.h wants them described. */
#ifndef SYNC_PAYCORE_TABLES_H
#define SYNC_PAYCORE_TABLES_H

#include "store/db.h"

enum { FEED_KIND, FEED_ID, FEED_SEQ, FEED_REGION, FEED_COLUMNS };
enum { DESK_KEY, DESK_ID, DESK_CERTIFICATE, DESK_SIGNATURE, DESK_STORE, DESK_ENROLLED, DESK_HEAD_SEQ, DESK_HEAD_HASH, DESK_COLUMNS };
enum { TOKEN_HASH, TOKEN_SCOPE, TOKEN_REGIONS, TOKEN_EXPIRES, TOKEN_USED_BY, TOKEN_COLUMNS };
enum { ROSTER_ROOT, ROSTER_OPERATOR, ROSTER_SERIAL, ROSTER_CERTIFICATE, ROSTER_SIGNATURE, ROSTER_COLUMNS };
enum { NONCE_KEYID, NONCE_NONCE, NONCE_CREATED, NONCE_COLUMNS };
enum { RESULT_ID, RESULT_DESK, RESULT_DIGEST, RESULT_RESULT, RESULT_REASON, RESULT_KIND, RESULT_RECORD, RESULT_AT, RESULT_COLUMNS };
enum { BLOB_SHA256, BLOB_TYPE, BLOB_DATA, BLOB_COLUMNS };
enum { REF_SHA256, REF_KIND, REF_ID, REF_COLUMNS };
enum { FACT_NAME, FACT_VALUE, FACT_COLUMNS };

extern const struct table feed_table, desks_table, tokens_table, roster_table, nonces_table, results_table, blobs_table, blob_refs_table,
	facts_table;

#endif
