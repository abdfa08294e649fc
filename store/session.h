/* The inside of an open store, shared by the files of store/ that make, open and keep it; nobody else includes it. */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "store/file.h"
#include "store/head.h"
#include "store/journal.h"
#include "store/slots.h"
#include "store/store.h"

struct store {
	struct store_config config;      /* home is our own copy */
	struct db *db;
	struct secret *seed, *vault;
	struct cert who;                 /* follows the key slots at each commit */
	char id[STORE_ID_LEN + 1];
	uint8_t root[KEY_BYTES];
	int64_t generation, data;        /* of the key slots, as this session knows them */
	int lock;                        /* HOME/lock, held shared while open */
	struct head_file *head;
	struct head next, kept;          /* the commit under way; what HOME/head held when the store was opened */
	bool late;                       /* HOME/head could not be written after the last commit */
};

extern const struct table meta_table, commits_table;
enum { META_KEY, META_NUM, META_TEXT, META_DATA, META_COLUMNS };
enum { COMMITS_ONE, COMMITS_TICK, COMMITS_KEYS, COMMITS_COLUMNS };

/* ---- the folder ---- */
/* HOME/stem.suffix for data 1, HOME/stem-N.suffix later; suffix may be "". */
void session_path(const struct store *s, const char *stem, const char *suffix, int64_t data, struct buf *out);
/* A session without keys or data: the folder checked (made, if asked), the lock file open and held. E_DENIED, E_BUSY, E_NOTSTORE. */
enum code session_new(struct store **out, const struct store_config *c, bool make_home, enum lock_mode mode, struct err *err);
/* E_EXISTS if key slots, or data of that number, lie in the folder. */
enum code session_no_store(const struct store *s, int64_t data, struct err *err);
/* Removes the data file of that number with all that belongs to it. */
void session_remove_data(const struct store *s, int64_t data);

/* ---- keys ---- */
/* HOME/keys, parsed, not yet verified. */
enum code session_read_keys(const struct store *s, struct slots *out, struct err *err);
/* Takes over seed, vault key, certificate and numbers of those slots. */
enum code session_unlock(struct store *s, const struct slots *slots, const char *operator, const struct secret *passphrase, struct err *err);
/* The slots as the sealed file has them: they count. */
enum code session_stored_keys(struct store *s, struct slots *out, struct err *err);
enum code session_stored_text(struct store *s, struct pool *pool, struct value *text, struct err *err); /* as HOME/keys would hold them */
/* Inside a write transaction: the next generation, in the sealed file (not yet committed). text receives the new HOME/keys. */
enum code session_put_keys(struct store *s, struct slots *slots, struct buf *text, struct err *err);
/* One change of the slots: change edits them, then file, slots and journal entry stand together. E_DENIED, and what change says. */
struct keys_change {
	enum code (*change)(struct store *s, struct slots *slots, void *ctx, struct err *err);
	void *ctx;
	const char *verb, *subject;      /* for the journal; subject: the operator's id or "", filled by the time change returns */
	const struct buf *body;
};
enum code session_change_keys(struct store *s, const struct keys_change *c, struct err *err);
/* After opening: HOME/keys and the sealed file agree, or are made to (see keyring.c). */
enum code session_reconcile(struct store *s, const struct slots *file, const char *operator, const struct secret *passphrase, struct err *err);

/* ---- data ---- */
/* E_SCHEMA too. Nothing is migrated yet. */
enum code session_open_db(struct store *s, bool readonly, struct err *err);
enum code session_commits(struct store *s, int64_t *tick, int64_t *keys, struct err *err);
enum code session_set_commits(struct store *s, int64_t tick, int64_t keys, struct err *err);
/* That the sealed file is this store's, and holds what HOME/head says was acknowledged. E_SIGNATURE, E_ROLLBACK. */
enum code session_check_identity(struct store *s, struct err *err);
enum code session_check_head(struct store *s, struct err *err);
/* Opens and reads HOME/head into kept. */
enum code session_open_head(struct store *s, struct err *err);
/* Makes HOME/head for the data as it stands, or brings it forward to that. */
enum code session_first_head(struct store *s, struct err *err);
/* The first half of opening: folder, lock, key slots, passphrase. *out is to be closed even on failure. */
enum code session_begin(struct store **out, const struct store_config *c, const char *operator, const struct secret *passphrase,
			struct slots *slots, struct err *err);
/* From now on every commit is counted and shown to HOME/head, and the log may be folded into the file. */
void session_follow(struct store *s);
/* store_meta_put without its guard of the store's own names. */
enum code session_meta_put(struct store *s, const char *key, struct value v, struct err *err);

#endif
