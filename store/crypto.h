/* Everything that paydesk asks of libsodium; no other file includes its header.
 *
 * Keys that matter live in one guarded, locked arena (struct secret), never in ordinary memory for longer than a call. */
#ifndef STORE_CRYPTO_H
#define STORE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/err.h"

enum {
	KEY_BYTES = 32,         /* symmetric keys, seeds, Ed25519 public keys, digests */
	SIG_BYTES = 64,         /* Ed25519, RFC 8032 */
	NONCE_BYTES = 24,       /* XChaCha20-Poly1305-IETF */
	TAG_BYTES = 16,
	SALT_BYTES = 16,        /* Argon2id */
	BOX_EXTRA = 48,         /* what box_seal adds */
};

/* Starts libsodium, makes the process undumpable (PR_SET_DUMPABLE 0, RLIMIT_CORE 0), and has the allocator overwrite what is freed
 * (M_PERTURB; blocks of a kilobyte and more): pages and rows do not linger once a store is locked. Call first in main; idempotent. */
enum code crypto_start(struct err *err);

/* ---- secrets: locked, guarded, never swapped, wiped when freed. A failed mlock is an error, not a silence. ---- */
struct secret;
enum code secret_new(struct secret **out, size_t size, struct err *err); /* size 1..4096, zeroed */
void secret_free(struct secret *s);                                      /* NULL is fine; wipes */
void secret_freep(struct secret **s);                                    /* for AUTO */
uint8_t *secret_bytes(struct secret *s);
const uint8_t *secret_peek(const struct secret *s);
size_t secret_size(const struct secret *s);
void secret_shrink(struct secret *s, size_t size);                       /* a passphrase turned out shorter */
/* Reads a passphrase file: mode 0600 or stricter and owned by the caller or refused (E_DENIED); one trailing newline dropped;
 * 1..1024 bytes. The bytes never touch ordinary memory. */
enum code secret_from_file(struct secret **out, const char *path, struct err *err);

void crypto_wipe(void *p, size_t n);
bool crypto_equal(const void *a, const void *b, size_t n);               /* constant time */
void crypto_random(void *p, size_t n);                                   /* the system's generator; drawn in blocks, fork-safe, thread-safe */

/* ---- digests ---- */
void digest(uint8_t out[KEY_BYTES], const void *data, size_t n);                         /* BLAKE2b-256 */
void digest_keyed(uint8_t out[KEY_BYTES], const uint8_t key[KEY_BYTES], const void *data, size_t n);
void digest_long(uint8_t out[64], const void *data, size_t n);                           /* BLAKE2b-512 */
void sha256(uint8_t out[32], const void *data, size_t n);                                /* RFC 9530 content-digest, blob names */
struct digest_state { _Alignas(64) unsigned char opaque[448]; };
void digest_start(struct digest_state *s);
void digest_add(struct digest_state *s, const void *data, size_t n);
void digest_end(struct digest_state *s, uint8_t out[KEY_BYTES]);
/* Derives a 32-byte key for a purpose (an 8-byte label) from a vault key: BLAKE2b KDF of libsodium. */
void key_derive(uint8_t out[KEY_BYTES], const uint8_t key[KEY_BYTES], const char label[8], uint64_t number);

/* ---- sealing: XChaCha20-Poly1305-IETF, detached ---- */
void aead_seal(uint8_t *cipher, uint8_t tag[TAG_BYTES], const uint8_t *plain, size_t n, const void *ad, size_t ad_n,
	       const uint8_t nonce[NONCE_BYTES], const uint8_t key[KEY_BYTES]);        /* cipher may be plain */
bool aead_open(uint8_t *plain, const uint8_t *cipher, size_t n, const uint8_t tag[TAG_BYTES], const void *ad, size_t ad_n,
	       const uint8_t nonce[NONCE_BYTES], const uint8_t key[KEY_BYTES]);        /* plain may be cipher; false: untouched or zeroed */

/* ---- passphrases: Argon2id (RFC 9106) ---- */
struct kdf_cost { uint64_t ops; uint64_t mem; }; /* passes; bytes */
struct kdf_cost kdf_moderate(void);              /* libsodium's MODERATE: about 0.4 s and 256 MiB */
struct kdf_cost kdf_minimum(void);               /* the least that libsodium takes: for tests only */
/* Up to 16 passes and 4 GiB. The cost may come from a file that somebody altered: it must not stall the desk or take all its memory. */
bool kdf_cost_valid(struct kdf_cost cost);
enum code kdf(uint8_t out[KEY_BYTES], const struct secret *passphrase, const uint8_t salt[SALT_BYTES], struct kdf_cost cost, struct err *err);

/* ---- signatures: Ed25519. seed is 32 bytes. Verification is libsodium's strict one; tests pin it on 914 odd encodings. ---- */
void sign_public(uint8_t pk[KEY_BYTES], const uint8_t seed[KEY_BYTES]);
/* Signs domain NUL data: a signature made for one purpose never serves another. domain NULL: the bare data (RFC 9421). */
void sign_make(uint8_t sig[SIG_BYTES], const char *domain, const void *data, size_t n, const uint8_t seed[KEY_BYTES]);
bool sign_check(const uint8_t sig[SIG_BYTES], const char *domain, const void *data, size_t n, const uint8_t pk[KEY_BYTES]);

/* ---- sealed to a person: the vault key for one operator's Ed25519 key (through its X25519 form), crypto_box_seal ---- */
enum code box_seal(uint8_t *out, const uint8_t *data, size_t n, const uint8_t pk[KEY_BYTES], struct err *err); /* out: n + BOX_EXTRA */
bool box_open(uint8_t *out, const uint8_t *boxed, size_t boxed_n, const uint8_t seed[KEY_BYTES]);

#endif
