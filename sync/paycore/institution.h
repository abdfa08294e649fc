/* The institution as the core keeps it: one plain SQLite file with the records of core/ and the core's own tables, and the key
 * with which it signs desks' certificates. A handle belongs to one thread; each thread opens its own.
 *
 *     HOME/paycore.db, HOME/core.key (Ed25519 seed, 0600) */
#ifndef SYNC_PAYCORE_INSTITUTION_H
#define SYNC_PAYCORE_INSTITUTION_H

#include "core/item.h"
#include "store/world.h"

struct institution;
/* create: makes the folder (0700), the file and the key if they are missing; otherwise E_NOTFOUND. */
enum code institution_open(struct institution **out, const char *home, const struct world *w, bool create, struct err *err);
void institution_close(struct institution *in);
void institution_closep(struct institution **in);
struct db *institution_db(struct institution *in);
const struct world *institution_world(const struct institution *in);
const uint8_t *institution_seed(const struct institution *in);               /* 32 bytes */
/* What the core remembers of itself, by name; absent: "". value: copied into pool. */
enum code institution_fact(struct institution *in, const char *name, struct pool *pool, const char **value, struct err *err);
enum code institution_head(struct institution *in, int64_t *head, struct err *err); /* where the feed ends; 0: empty */

/* The record of this kind and state that has waited longest; E_NOTFOUND. it: uninitialised. */
enum code institution_oldest(struct institution *in, const char *kind, const char *state, struct item *it, struct err *err);

/* One write: everything or nothing. AUTO(changes_end) struct changes ch = { 0 }; */
struct changes {
	struct institution *in;
	struct tx tx;
	int64_t head;               /* of the feed, as this write leaves it */
};
enum code changes_begin(struct changes *ch, struct institution *in, struct err *err);
/* Saves a record and moves it to the end of the feed. Open proposals on what has changed are voided. */
enum code changes_put(struct changes *ch, const struct item *it, struct err *err);
/* The same for a record that is new, so that nothing can be proposed about it yet. region: see record_region; NULL: none. */
enum code changes_add(struct changes *ch, const struct item *it, const char *region, struct err *err);
/* Only the row of the feed, for a record that the caller has saved itself. */
enum code changes_feed(struct changes *ch, const char *kind, const char *id, const char *region, struct err *err);
/* A document's bytes under their SHA-256 in hex, reached through the record that names them. */
enum code changes_blob(struct changes *ch, const char *sha256_hex, const char *type, const struct buf *data, const struct item *of, struct err *err);
enum code changes_fact(struct changes *ch, const char *name, const char *value, struct err *err);
enum code changes_commit(struct changes *ch, struct err *err);
void changes_end(struct changes *ch);

/* The region whose desks may see a record: its own, or that of the record that it points to (a document's merchant, what a proposal
 * or a note is about). Copied into pool; *region NULL: bound to none, every region sees it. */
enum code record_region(struct db *db, const struct item *it, struct pool *pool, const char **region, struct err *err);

#endif
