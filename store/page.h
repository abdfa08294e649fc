/* The form of sealed pages. Pure functions over bytes: nothing here opens a file, and anything may be thrown at the openers.
 *
 * A page of SIZE bytes as SQLite sees it ends in 40 reserved bytes, always zero. On disk they hold what sealed the rest:
 *
 *     0          cipher, SIZE-40 bytes        XChaCha20-Poly1305-IETF
 *     SIZE-40    nonce, 24 bytes              fresh and random for every write
 *     SIZE-16    tag, 16 bytes                over the cipher and over: role, page number, file id
 *
 * The log's copy of a page is sealed in just the same way, so that a checkpoint moves it into the file untouched.
 *
 * Page 1 begins with 44 bytes in the clear, which its tag covers as well. They take the place of SQLite's magic (constant) and of
 * the 20 bytes of its header that it leaves unused (72 to 91, zero); what stood at 24 to 71 moves behind them:
 *
 *     0    "paydesk1"
 *     8    key check, 8 bytes: tells a wrong key from a damaged page
 *     16   8 bytes of SQLite's header as they are: page size, format versions, reserved bytes, three constants
 *     24   file id, 16 random bytes, bound into every page of this file
 *     40   zero, 4 bytes
 *
 * The log's header and frame headers hold checksums over plaintext, so they are sealed too, each grown by 40 bytes (store/log.c). */
#ifndef STORE_PAGE_H
#define STORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/crypto.h"

enum {
	PAGE_EXTRA = NONCE_BYTES + TAG_BYTES,
	PAGE_SIZE_MIN = 1024, PAGE_SIZE_MAX = 65536,
	PAGE_HEAD = 44,
	FILE_ID_BYTES = 16, KEY_CHECK_BYTES = 8,
};

struct seal {
	const uint8_t *key;             /* 32 bytes, in a secret: made by seal_key, not the vault key itself */
	uint8_t check[KEY_CHECK_BYTES];
	uint8_t file_id[FILE_ID_BYTES];
};

void seal_key(uint8_t page_key[KEY_BYTES], const uint8_t vault_key[KEY_BYTES]);
void seal_init(struct seal *s, const uint8_t page_key[KEY_BYTES]);      /* borrows the key; the file id is zero yet */

/* Reads the beginning of a file (n bytes, as much of page 1 as there is, PAGE_SIZE_MAX suffices) and takes file id and page size
 * from it. E_NOTSTORE: none of ours. E_KEY: ours, sealed under another key. E_SEALED: ours and under this key, but page 1 is
 * damaged. E_OK promises only that the head fits; page_open says whether the page does. */
enum code page_identify(struct seal *s, size_t *size, const uint8_t *bytes, size_t n);

/* number counts from 1. sealed and plain are size bytes and may be the same. false: the reserved bytes are not zero, or page 1 is
 * not the first page of a database with 40 reserved bytes and this page size. */
bool page_seal(uint8_t *sealed, const uint8_t *plain, size_t size, uint32_t number, const struct seal *s);
/* false: damaged, moved, or of another file or key; plain holds nothing of use then. An older state of the same page of the same
 * file opens: what notices that is above (store/head.h, store/journal.h). */
bool page_open(uint8_t *plain, const uint8_t *sealed, size_t size, uint32_t number, const struct seal *s);

/* What the clear bytes of a page 1 that does not open still say: SQLite's magic, page size and format, 24 bytes, the other 76 zero.
 * Nothing of it is verified. false: those bytes were damaged as well. */
bool page_clear_head(uint8_t out[100], const uint8_t *sealed, size_t size);

/* Small parts of the log. out is n + PAGE_EXTRA bytes. role: four letters; at: where it stands. */
void part_seal(uint8_t *out, const uint8_t *plain, size_t n, const char role[5], uint64_t at, const struct seal *s);
bool part_open(uint8_t *plain, const uint8_t *sealed, size_t n, const char role[5], uint64_t at, const struct seal *s);

#endif
