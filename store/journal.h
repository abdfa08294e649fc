/* The journal: an append-only, hash-chained list, each entry signed by the operator who acted.
 *
 *     hash = BLAKE2b-256 over prev | seq | at | operator | verb | kind | id | body   (each with its length, so nothing can slide)
 *     sig  = Ed25519 by the operator over hash, domain "paydesk-journal"
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/store.h"

struct journal_entry {
	int64_t seq;             /* from 1, without gaps */
	int64_t at;              /* UTC ms */
	const char *operator;    /* id */
	const char *verb;        /* "command", "login", "operator.add", "sync.refused"… */
	const char *kind, *id;   /* what it is about; "" where nothing */
	const char *body;        /* a command's signed bytes, or a line of JSON */
	size_t body_len;
	uint8_t prev[KEY_BYTES], hash[KEY_BYTES], sig[SIG_BYTES];
};
enum { JOURNAL_SEQ, JOURNAL_AT, JOURNAL_OPERATOR, JOURNAL_VERB, JOURNAL_KIND, JOURNAL_ID, JOURNAL_BODY, JOURNAL_PREV, JOURNAL_HASH,
       JOURNAL_SIG, JOURNAL_COLUMNS };
extern const struct table journal_table; /* those columns: seq at operator verb kind id body prev hash sig */

/* Inside the caller's open transaction. */
enum code journal_append(struct store *s, const char *verb, const char *kind, const char *id, const void *body, size_t n, struct err *err);
void journal_from_row(struct journal_entry *e, const struct value *row);
/* The entry by itself: its hash is that of what it says, and the signature over the hash is by this key. */
bool journal_entry_holds(const struct journal_entry *e, const uint8_t key[KEY_BYTES]);
struct journal_head { int64_t seq; uint8_t hash[KEY_BYTES]; };
enum code journal_head(struct store *s, struct journal_head *head, struct err *err); /* seq 0: empty */
/* Every entry: chain, signature, certificate of its operator. E_CHAIN or E_SIGNATURE names the entry. *entries: how many stand. */
enum code journal_verify(struct store *s, int64_t *entries, struct err *err);

/* ---- some entries, without the others ----
 * The entries' hashes, from the first to the last, are the leaves of a tree (store/tree.h). An entry with its path proves, to whoever knows the
 * root, that it stands at its place among so many, and shows nothing of what stands between. */
enum { JOURNAL_STEPS = 63 };
struct journal_proof { int64_t seq; uint8_t hash[KEY_BYTES], path[JOURNAL_STEPS][KEY_BYTES]; size_t steps; };
/* Proves n entries (seq given, ascending) among the first count, which are read once; root: of all of them. In a transaction of the caller's, so
 * that they are the same ones. E_CHAIN: one is missing. */
enum code journal_prove(struct store *s, int64_t count, struct journal_proof *p, size_t n, uint8_t root[KEY_BYTES], struct err *err);
bool journal_proof_holds(const struct journal_proof *p, int64_t count, const uint8_t root[KEY_BYTES]);

#endif
