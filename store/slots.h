/* The key slots: who may open the store, and with what. One text file, lines in a fixed order (store/line.h):
 *
 *     paydesk-keys 1
 *     store 5e1c…                     the store's id, 16 bytes; for life
 *     root 9c41…                      the organisation's root public key, which is the root operator's own
 *     generation 7                    grows with every change of this file
 *     data 1                          which data file and head belong to it: paydesk.db and head, from 2 on paydesk-2.db and head-2…
 *     vault 77ab…                     a commitment to the vault key (derived from it), so that nobody can slip in another one
 *     vault-sig 01fe…                 by the root key over "store data vault", domain "paydesk-vault"
 *     slots 2
 *     slot                            for each operator:
 *     paydesk-operator 1 …            the certificate, eight lines (store/cert.h)
 *     sig 44d0…                       by the root key
 *     passes 3                        Argon2id; this line and the next four only while the operator is active
 *     memory 268435456                bytes
 *     salt 8d0f…
 *     seed …                          nonce, tag, and the operator's signing seed and the root public key, sealed under the passphrase's
 *                                     key; associated data: the store's id, the operator's id and name, passes, memory and salt
 *     box …                           the vault key sealed to the operator's public key (so rekey needs nobody's passphrase)
 *     mac 3b77…                       BLAKE2b keyed from the vault key, over BLAKE2b of everything above
 *     sum 90c2…                       BLAKE2b of everything above: accidents are told apart from wrong passphrases
 *
 * An old copy of this file opens nothing here, for the sealed file knows the newest; but with the passphrase of then it still yields
 * that operator's seed, and the vault key until the next rekey. Whoever may have kept one is disabled, and the store rekeyed.
 *
 * Nothing in it grants anything by itself: roles come only from a certificate that verifies under the root key, the root key is what
 * the operator's own passphrase vouches for, and the vault key is what the root operator signed. */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "store/cert.h"
#include "store/crypto.h"
#include "store/mem.h"

enum {
	SLOTS_MAX = 256,                 /* operators of one store */
	SLOTS_FILE_MAX = 512 * 1024,     /* bytes of the file */
	SLOT_SEED = NONCE_BYTES + TAG_BYTES + 2 * KEY_BYTES,
	SLOT_BOX = KEY_BYTES + BOX_EXTRA,
	STORE_ID_LEN = 32,               /* hex */
};

struct slot {
	struct cert cert;
	/* While cert.active: */
	struct kdf_cost cost;
	uint8_t salt[SALT_BYTES], seed[SLOT_SEED], box[SLOT_BOX];
};

struct slots {
	char store_id[STORE_ID_LEN + 1];
	uint8_t root[KEY_BYTES];
	int64_t generation, data;
	uint8_t vault[KEY_BYTES], vault_sig[SIG_BYTES];
	struct slot *slot;               /* n of them, owned */
	size_t n;
	uint8_t body[KEY_BYTES], mac[KEY_BYTES]; /* of the text it was read from */
};
#define SLOTS_INIT { .slot = NULL }
void slots_release(struct slots *s);
void slots_set_id(struct slots *s, const uint8_t id[STORE_ID_LEN / 2]);

/* Pure and bounded. Checks the sum, the form and every certificate, not yet the mac. out is to be released even on failure.
 * E_NOTSTORE: another kind of file; E_SCHEMA: a newer form; E_SEALED: damaged; E_SIGNATURE: a certificate does not verify. */
enum code slots_parse(struct slots *out, const char *text, size_t n, struct err *err);
/* Appends the file's text, mac and sum included. */
void slots_write(const struct slots *s, const struct secret *vault, struct buf *out);

struct slot *slots_find(const struct slots *s, const char *name); /* NULL: none of that name, active or not */

/* What a passphrase opens: the operator's signing seed and the vault key, each 32 bytes; the caller frees them, also on failure NULL.
 * Does the same work whoever asks. E_PASSPHRASE; E_SIGNATURE: the file was put together by somebody else; E_SEALED. */
enum code slots_unlock(const struct slots *s, const char *name, const struct secret *passphrase, struct secret **seed, struct secret **vault,
		       const struct slot **who, struct err *err);
/* That this text was written by somebody who holds the vault key, and the vault key is the one that the root operator signed. */
enum code slots_verify(const struct slots *s, const struct secret *vault, struct err *err);

/* Appends a slot; the certificate is issued already. E_EXISTS by name, E_FULL at SLOTS_MAX. */
enum code slots_add(struct slots *s, const struct cert *cert, struct err *err);
/* Seals the seed of an active slot under a passphrase. */
enum code slots_wrap(const struct slots *s, struct slot *slot, const struct secret *seed, const struct secret *passphrase,
		     struct kdf_cost cost, struct err *err);
/* Makes vault the store's key: commitment, root signature, and a box for every active operator. */
enum code slots_set_vault(struct slots *s, const struct secret *vault, const struct secret *root_seed, struct err *err);
/* A box for one more operator. */
enum code slots_box(struct slot *slot, const struct secret *vault, struct err *err);
/* Puts a certificate of an operator who may no longer open the store, and forgets his keys. */
void slots_close_slot(struct slot *slot, const struct cert *disabled);

#endif
