/* The vault: a folder with one sealed SQLite file, the key slots that open it, and the signed head of its journal.
 *
 *     HOME/paydesk.db, -wal, -shm     sealed pages (store/vfs.c); after the first rekey paydesk-2.db and so on: HOME/keys says which
 *     HOME/keys                       operators' key slots and certificates (store/slots.c)
 *     HOME/head                       the last commit that was acknowledged, sealed (store/head.c); head-2 beside paydesk-2.db
 *     HOME/lock                       held by every open store; holds nothing
 *
 * Any number of processes and threads may have the same store open; each thread has a struct store of its own. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/cert.h"
#include "store/db.h"
#include "store/world.h"

struct store_config {
	const char *home;
	const struct world *world;
	const struct migration *migrations;
	size_t nmigrations;
	struct kdf_cost cost;               /* for slots that are made; zeroed: MODERATE. Opening takes what the slot says. */
};

struct store;
/* Makes the folder (0700) if need be, the file, the organisation's root key and its first operator, who is the root operator. */
enum code store_create(const struct store_config *c, const char *operator, const char *roles, const struct secret *passphrase, struct err *err);
bool store_exists(const char *home);
/* E_PASSPHRASE: no such operator, disabled, or wrong passphrase (one answer for all three). E_SEALED, E_KEY, E_NOTSTORE, E_SCHEMA,
 * E_ROLLBACK, E_CHAIN: see err. A "login" entry goes into the journal unless quiet. */
enum code store_open(struct store **out, const struct store_config *c, const char *operator, const struct secret *passphrase, bool quiet, struct err *err);
/* A second handle for another thread, for the same operator; both must be closed. */
enum code store_another(struct store **out, struct store *s, struct err *err);
void store_close(struct store *s);
void store_closep(struct store **s);

struct db *store_db(struct store *s);
const struct cert *store_who(const struct store *s);
const struct world *store_world(const struct store *s);
static inline int64_t store_now(const struct store *s) { return world_now(store_world(s)); }
bool store_is_root(const struct store *s);
const uint8_t *store_root_key(const struct store *s);      /* the organisation's root public key, 32 bytes */
const char *store_home(const struct store *s);
const char *store_id(const struct store *s);               /* 32 hex characters, for life (rekey keeps it) */
void store_sign(struct store *s, const char *domain, const void *data, size_t n, uint8_t sig[SIG_BYTES]); /* as the operator */

/* Small settings of the store itself (desk key, feed cursor, core's address); inside the sealed file. Run in the open transaction. */
enum code store_meta_put(struct store *s, const char *key, struct value v, struct err *err);
enum code store_meta_get(struct store *s, const char *key, struct pool *pool, struct value *v, struct err *err); /* absent: VALUE_NULL, E_OK */

/* ---- operators. add and disable need the root operator's session (E_DENIED). All are journaled. ---- */
enum code store_operator_add(struct store *s, const char *name, const char *roles, const struct secret *passphrase, struct err *err);
enum code store_operator_disable(struct store *s, const char *name, struct err *err);
enum code store_operator_passphrase(struct store *s, const struct secret *passphrase, struct err *err); /* one's own */
/* Every certificate of the store, the highest serial of each operator; verified. */
enum code store_operators(struct store *s, struct cert **out, size_t *n, struct err *err); /* caller frees *out */
const struct cert *store_operator_find(const struct cert *all, size_t n, const char *id);
/* Names of the active operators without opening the store (the unlock screen). Unverified: for display. Caller frees each and *names. */
enum code store_operator_names(const char *home, char ***names, size_t *n, struct err *err);

/* ---- upkeep ---- */
struct store_report {
	int64_t pages, bad_pages;
	int64_t first_bad[16];         /* page numbers, 1 based */
	int64_t journal_entries;
	char sqlite[200];              /* "ok", or the first line of SQLite's integrity check */
};
/* Reads every page and verifies the journal. Opens what can still be opened; never writes. The report is filled on E_SEALED as well. */
enum code store_check(const struct store_config *c, const char *operator, const struct secret *passphrase, struct store_report *r, struct err *err);
/* Takes the shortened journal as it is, after E_ROLLBACK: says so in the journal, signed by the root operator. */
enum code store_accept_loss(const struct store_config *c, const char *operator, const struct secret *passphrase, struct err *err);
enum code store_backup(struct store *s, const char *file, struct err *err);      /* online; one sealed file, 0600; E_EXISTS */
/* Verifies every page and the journal of the backup before anything is put in place; home must not hold a store (E_EXISTS). */
enum code store_restore(const struct store_config *c, const char *file, const char *operator, const struct secret *passphrase, struct err *err);
/* A new vault key; rewrites the data into a new file, which the key slots then name. Root operator (E_DENIED); nobody else may have the
 * store open, no thread either (E_BUSY). store_db() is another one afterwards: no cursor or transaction may be open. */
enum code store_rekey(struct store *s, struct err *err);

#endif
