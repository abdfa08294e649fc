/* A command: an action that somebody took, as bytes that this person signed. The bytes are kept and sent as they were signed.
 *
 *     {"v":1,"id":UUIDv7,"kind":…,"record":ID,"version":N,"action":…,"input":{…},"reason":…,"evidence":HEX,"operator":ID,"desk":ID,"at":MS}
 *
 * kind, action and the names of inputs are words of [a-z0-9_]; desk is the store's id (32 hex), which the core learns at enrolment, so
 * that a desk can decide before it is enrolled. The inputs keep the order in which they were given.
 *
 * Signature: the author's, over these bytes alone or over a batch that they are one of (core/batch.h). */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "core/batch.h"
#include "core/item.h"

enum { COMMAND_MAX = 16 * 1024, INPUTS_MAX = 16, REASON_MAX = 2000 /* bytes */, COMMAND_ID_LEN = 36, DESK_ID_LEN = 32 };

struct input { const char *name; const char *text; }; /* values as people typed them, already checked; borrowed */

struct command {
	char id[COMMAND_ID_LEN + 1];
	char operator[OPERATOR_ID_LEN + 1];
	char desk[DESK_ID_LEN + 1];
	const char *kind, *record, *action, *reason;   /* in pool; reason "" where none */
	int64_t version;                               /* of the record that its author saw */
	int64_t at;                                    /* UTC ms */
	uint8_t evidence[KEY_BYTES];
	struct input input[INPUTS_MAX];
	size_t ninput;
	struct buf bytes;                              /* as signed */
	struct signature sig;
	struct pool pool;
};
void command_init(struct command *c);
void command_release(struct command *c);
void command_write(struct command *c);             /* fields -> bytes; the caller sees to it that they are within bounds */
/* bytes -> fields; strict: exactly these members, bounded, canonical (writing it again gives the same bytes). sig: NULL where none is at
 * hand, as in the journal; then nobody has signed it. c: initialised. */
enum code command_read(struct command *c, const void *bytes, size_t n, const void *sig, size_t nsig, struct err *err);
bool command_signed_by(const struct command *c, const uint8_t key[KEY_BYTES]);
const char *command_input(const struct command *c, const char *name); /* NULL: not given */
void command_digest(const struct command *c, uint8_t out[KEY_BYTES]); /* BLAKE2b-256 of bytes: what a checker confirms */

#endif
