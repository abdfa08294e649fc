/* Signatures that minisign(1) verifies: `minisign -Vm contract.pdf -P KEY` (https://jedisct1.github.io/minisign/, prehashed form "ED").
 *
 *     untrusted comment: …
 *     base64("ED" | key id (8) | Ed25519 over BLAKE2b-512 of the file (64))
 *     trusted comment: …
 *     base64(Ed25519 over those 64 bytes and the trusted comment (64))
 *
 * The key id is ours to choose: the first 8 bytes of BLAKE2b-256 over the public key. What is signed is 64 bytes of a digest, or 64 bytes
 * of a signature and a comment, neither of which can be mistaken for a domain and its NUL (store/crypto.h). */
#ifndef CORE_MINISIGN_H
#define CORE_MINISIGN_H

#include "store/crypto.h"
#include "store/mem.h"

enum { PREHASH_BYTES = 64, MINISIGN_MAX = 1500 /* bytes of a signature file */, TRUSTED_MAX = 600 };

void minisign_prehash(uint8_t out[PREHASH_BYTES], const void *data, size_t n);   /* BLAKE2b-512 */
struct minisigner {
	void (*sign)(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES]);    /* the bare data */
	void *ctx;
	uint8_t key[KEY_BYTES];
};
/* Appends the four lines. trusted: one line of up to TRUSTED_MAX bytes. */
void minisign_write(struct buf *out, const uint8_t prehash[PREHASH_BYTES], const char *trusted, const struct minisigner *by);
/* Both signatures, under this key, over this digest. Strict: exactly four lines, and nothing in the untrusted comment, which is nobody's word,
 * that a terminal would act on. trusted: the comment. E_INVALID: no such form;
 * E_SIGNATURE: it does not verify, or another key's. */
enum code minisign_check(const char *text, size_t n, const uint8_t prehash[PREHASH_BYTES], const uint8_t key[KEY_BYTES], char trusted[TRUSTED_MAX + 1],
			 struct err *err);
/* The public key as -P takes it (56 characters), and as a file with its comment line. */
void minisign_key(struct buf *out, const uint8_t key[KEY_BYTES]);
void minisign_key_file(struct buf *out, const char *comment, const uint8_t key[KEY_BYTES]);
enum code minisign_key_read(uint8_t key[KEY_BYTES], const char *text, size_t n, struct err *err); /* of such a file */
enum code minisign_key_parse(uint8_t key[KEY_BYTES], const char *line, size_t n, struct err *err); /* as -P takes it */

#endif
