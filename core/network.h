/* How records hang together by what they share: a phone, an address, a device, a card. From one record to those that have something in
 * common with it, and on to what those share further, for any kind whose description says what may be shared (core/record.h). */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include "core/desk/desk.h"

enum { NETWORK_NODES = 24, NETWORK_DEPTH = 2 };
struct network_tie {                    /* one thing, and who has it */
	size_t from;                    /* the node that is nearest to the first */
	const struct shared *what;
	struct item held;               /* the record that holds the value: from's, or one that belongs to it */
	size_t field;                   /* of held */
	size_t to[NETWORK_NODES], nto;  /* the other nodes that have it, in order of their ids */
	int64_t more;                   /* others, for which there was no room */
};
struct network {
	struct network_node {
		struct item it;
		size_t depth;           /* steps from the first */
		size_t tie;             /* by which it was found; not of the first */
	} node[NETWORK_NODES];          /* nearest first; [0]: where it began */
	size_t nnodes;
	struct network_tie *tie;        /* in the order of their nodes, and then of the description */
	size_t nties;
};
#define NETWORK_INIT { .nnodes = 0 }
void network_release(struct network *n);
/* Kinds that the person may not see are left out, and so is what is not in this store. Each look-up is by an index. */
enum code network_read(struct network *out, struct desk *d, const struct item *first, struct err *err);

/* What else has what mine has, a record that may hold it: calls fn with each holder, in order of id, at most so many; also with those of the
 * record itself. when: UTC ms, for the rules. */
enum code shared_each(struct db *db, const struct record *rec, const struct shared *what, const struct item *mine, int64_t when, size_t most,
		      enum code (*fn)(void *ctx, struct item *holder, struct err *err), void *ctx, struct err *err);
const struct record *shared_holders(const struct record *rec, const struct holder *h); /* the kind of the holders */
const struct holder *shared_theirs(const struct shared *what);

#endif
