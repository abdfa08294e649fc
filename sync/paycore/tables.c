#include "sync/paycore/tables.h"

#define TABLE(variable, table_name, keys) \
	const struct table variable = { table_name, variable##_columns, COUNT(variable##_columns), sizeof(struct column), keys, NULL, 0 }

static const struct column feed_table_columns[FEED_COLUMNS] = {
	{ "kind", VALUE_TEXT }, { "id", VALUE_TEXT }, { "seq", VALUE_INT }, { "region", VALUE_TEXT },
};
TABLE(feed_table, "feed", 2);

static const struct column desks_table_columns[DESK_COLUMNS] = {
	{ "key", VALUE_TEXT }, { "desk", VALUE_TEXT }, { "certificate", VALUE_TEXT }, { "signature", VALUE_BLOB },
	{ "store", VALUE_TEXT }, { "enrolled", VALUE_INT }, { "head_seq", VALUE_INT }, { "head_hash", VALUE_BLOB },
};
TABLE(desks_table, "desks", 1);

static const struct column tokens_table_columns[TOKEN_COLUMNS] = {
	{ "hash", VALUE_TEXT }, { "scope", VALUE_TEXT }, { "regions", VALUE_TEXT }, { "expires", VALUE_INT }, { "used_by", VALUE_TEXT },
};
TABLE(tokens_table, "tokens", 1);

static const struct column roster_table_columns[ROSTER_COLUMNS] = {
	{ "root", VALUE_TEXT }, { "operator", VALUE_TEXT }, { "serial", VALUE_INT }, { "certificate", VALUE_TEXT }, { "signature", VALUE_BLOB },
};
TABLE(roster_table, "roster", 2);

static const struct column nonces_table_columns[NONCE_COLUMNS] = {
	{ "keyid", VALUE_TEXT }, { "nonce", VALUE_TEXT }, { "created", VALUE_INT },
};
TABLE(nonces_table, "nonces", 2);

static const struct column results_table_columns[RESULT_COLUMNS] = {
	{ "id", VALUE_TEXT }, { "desk", VALUE_TEXT }, { "digest", VALUE_BLOB }, { "result", VALUE_TEXT },
	{ "reason", VALUE_TEXT }, { "kind", VALUE_TEXT }, { "record", VALUE_TEXT }, { "at", VALUE_INT },
};
TABLE(results_table, "results", 1);

static const struct column blobs_table_columns[BLOB_COLUMNS] = { { "sha256", VALUE_TEXT }, { "type", VALUE_TEXT }, { "data", VALUE_BLOB } };
TABLE(blobs_table, "blobs", 1);

static const struct column blob_refs_table_columns[REF_COLUMNS] = { { "sha256", VALUE_TEXT }, { "kind", VALUE_TEXT }, { "id", VALUE_TEXT } };
TABLE(blob_refs_table, "blob_refs", 3);

static const struct column facts_table_columns[FACT_COLUMNS] = { { "name", VALUE_TEXT }, { "value", VALUE_TEXT } };
TABLE(facts_table, "facts", 1);

static const struct column api_keys_table_columns[KEY_COLUMNS] = {
	{ "id", VALUE_TEXT }, { "merchant", VALUE_TEXT }, { "hash", VALUE_BLOB }, { "issued", VALUE_INT }, { "claimed", VALUE_INT }, { "ended", VALUE_INT },
};
TABLE(api_keys_table, "api_keys", 1);
