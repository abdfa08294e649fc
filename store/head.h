/* The last commit that was acknowledged, kept outside the data file so that a lost tail or an older file put back is noticed.
 *
 * HOME/head holds two blocks of HEAD_BLOCK bytes, written in turn, so that a torn write never loses both; the block with the higher
 * tick counts. A block: nonce, tag, and sealed under a key derived from the vault key (with the store's id as associated data):
 *     tick 8 | seq 8 | hash 32, numbers big-endian.
 * It is written after the commit is on disk: behind the data file is an interrupted write and harmless, ahead of it is a loss. */
#ifndef STORE_HEAD_H
#define STORE_HEAD_H

#include "store/crypto.h"

enum { HEAD_BLOCK = 512 };

struct head {
	int64_t tick;              /* counts commits, from 1 */
	int64_t seq;               /* of the journal's last entry */
	uint8_t hash[KEY_BYTES];   /* and its hash, which its operator signed */
};

struct head_file;
/* create: makes it, or takes one that is there. Otherwise E_ROLLBACK if it is gone: nobody can tell then what is missing. */
enum code head_open(struct head_file **out, const char *path, const char *store_id, bool create, struct err *err);
void head_close(struct head_file *h);
/* E_SEALED: neither block opens. */
enum code head_read(struct head_file *h, const struct secret *vault, struct head *out, struct err *err);
/* Moves forward only: if the file is at that tick or beyond, nothing is written. One write and one sync; any process may call it.
 * E_ROLLBACK: another commit was acknowledged under that number, so two histories are being written. E_BUSY if the others hold it
 * for wait_ms. */
enum code head_advance(struct head_file *h, const struct secret *vault, const struct head *to, int wait_ms, struct err *err);

#endif
