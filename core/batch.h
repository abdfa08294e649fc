/* One signature over many commands, each of which is then kept, sent and verified alone, in whatever order.
 *
 * The commands' bytes are the leaves of a tree (store/tree.h). Signed is, domain BATCH_DOMAIN,
 *
 *     paydesk-batch 1 / count N / root HEX            (a line each, as in a certificate)
 *
 * A command of a batch carries the proof that it is one of them, in the place of a signature of its own:
 *
 *     signature (64) | count (2, most significant first) | index from 0 (2) | path from the leaf up (32 each)
 *
 * The path is as long as index and count say, no more, no less: there is one proof for each place in a batch. */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H

#include "store/crypto.h"
#include "store/mem.h"

#define COMMAND_DOMAIN "paydesk-command"
#define BATCH_DOMAIN "paydesk-batch"
enum {
	BATCH_MAX = 1000,       /* what one person can answer for at once, and a path of ten steps */
	BATCH_STEPS = 10,       /* of the longest path */
	SIGNATURE_MAX = SIG_BYTES + 4 + BATCH_STEPS * KEY_BYTES,
};

/* What stands under a command: Ed25519 over its own bytes (domain COMMAND_DOMAIN, SIG_BYTES long), or a proof (longer). */
struct signature {
	uint8_t bytes[SIGNATURE_MAX];
	size_t n;
};
/* Strict: a length that is neither, a count beyond 2..BATCH_MAX, an index beyond it, a path of another length are E_INVALID. */
enum code signature_read(struct signature *s, const void *bytes, size_t n, struct err *err);
/* s: as signature_read leaves it. */
bool signature_check(const struct signature *s, const void *command, size_t n, const uint8_t key[KEY_BYTES]);
/* How many commands were signed at once, and which of them (from 0) this is; 1 for a signature of its own. */
size_t signature_count(const struct signature *s, size_t *index);

/* ---- making one ---- */
struct batch;
struct batch *batch_new(void);
void batch_freep(struct batch **b);
void batch_add(struct batch *b, const void *command, size_t n);          /* up to BATCH_MAX; before batch_text */
void batch_root(struct batch *b, uint8_t root[KEY_BYTES]);               /* of one at least */
void batch_text(struct buf *out, const uint8_t root[KEY_BYTES], size_t count);  /* what is signed */
/* sig: over batch_text of a batch of two at least. */
void batch_prove(struct batch *b, size_t index, const uint8_t sig[SIG_BYTES], struct signature *out);

#endif
