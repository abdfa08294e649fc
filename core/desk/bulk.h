/* One action on many records: looked at first, signed once (core/batch.h), written in one transaction; each has an answer of its own.
 *
 * In the journal the commands of a batch follow an entry of verb "batch", its body {"action","count","root":HEX,"signature":BASE64}: whoever
 * reads an export can hash them again. A single command is signed and kept as any other. */
#ifndef CORE_DESK_BULK_H
#define CORE_DESK_BULK_H

#include <stdatomic.h>

#include "core/desk/desk.h"

enum bulk_fate {
	BULK_POSSIBLE,      /* looked at: it will be taken */
	BULK_LEFT_OUT,      /* looked at: it cannot be taken */
	BULK_APPLIED,       /* signed; applied here */
	BULK_PROPOSED,      /* signed; waits for another person */
	BULK_REFUSED,       /* when it came to it, it could not be taken any more */
	BULK_ACCEPTED,      /* the core has accepted it */
	BULK_TURNED_DOWN,   /* the core has refused it, or found it in conflict: it lies in the outbox */
	BULK_TAKEN_BACK,    /* its author has, before it left */
	BULK_FATES
};
struct bulk_item {
	char id[RECORD_ID_MAX + 1];
	char *title;                /* clean and masked as this person sees it; "" where the record is not there */
	int64_t version;            /* as looked at */
	int state;                  /* likewise; -1: not known to this version, or not there */
	uint8_t evidence[KEY_BYTES];
	enum bulk_fate fate;
	const char *group;          /* N_() what stands in the way, in a few words that others share; NULL: nothing */
	struct err why;             /* the same of this very record; where group is not NULL */
	struct outcome out;         /* once it is signed */
};
struct bulk_sum {               /* of a money column that lists show, over what will be taken; none of a masked one */
	size_t field;
	char currency[4];
	int64_t minor;
	bool beyond;                /* it is more than can be said */
};
struct bulk {
	const struct record *rec;
	const struct action *action;
	struct bulk_item *item;
	size_t n;
	size_t count[BULK_FATES];
	struct bulk_sum *sum;
	size_t nsums;
	struct item sample;         /* the first that will be taken, for checking inputs; rec NULL: none */
	int64_t batch;              /* journal entry under which they were signed; 0: not yet, or one alone */
};
void bulk_release(struct bulk *b);

/* For whoever waits beside it: how far it is, and the moment from which it goes on to its end. */
struct bulk_watch {
	atomic_size_t done;             /* records that were looked at; of a run: judged, and from settle on written. Any thread may look */
	bool (*settle)(void *ctx);      /* a run asks it once, before the first is written; false: nothing is to be done. NULL: nobody minds */
	void *ctx;
};
/* Judges each record without inputs and reason, in one snapshot. An id that comes twice counts once, one that is not there is left out. E_DENIED:
 * this person may not do such a thing at all. E_USAGE: no such action, more than BATCH_MAX. b: uninitialised. w: NULL: nobody
 * watches. Whoever stops d's reading meanwhile uses nothing of what it found, cancelled or not. */
enum code bulk_look(struct bulk *b, struct desk *d, const char *kind, const char *action, const char *const *ids, size_t n,
		    struct bulk_watch *w, struct err *err);
struct bulk_order {
	const char *reason;         /* NULL: none */
	const struct input *input;
	size_t ninput;
	int64_t hold_ms;
};
/* Takes what is possible, in the order of the ids, each only if it still is what was looked at. E_OK with whatever became of them; an error: nothing
 * was done, b is as it was, and when inputs or reason are what is wrong (E_INVALID, E_USAGE) it may be asked again. E_CANCELLED:
 * stopped, or w did not let it settle. */
enum code bulk_run(struct bulk *b, struct desk *d, const struct bulk_order *o, struct bulk_watch *w, struct err *err);
/* What the core has said meanwhile. *waiting: so many have no answer yet. */
enum code bulk_follow(struct bulk *b, struct desk *d, size_t *waiting, struct err *err);

/* Of a command that the journal has at seq: the entry of the batch that it was signed in, and of how many. *batch 0: it was signed alone. */
enum code bulk_of(struct desk *d, const char *kind, int64_t seq, int64_t *batch, int64_t *count, struct err *err);
/* Every batch in the journal against the commands behind it: root, count, signature. E_CHAIN or E_SIGNATURE names the entry. *n: how many. */
enum code bulk_verify(struct desk *d, int64_t *n, struct err *err);

#endif
