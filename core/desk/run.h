/* Within the desk (run.c, bulk.c): one command on its way from the request to the commit. */
#ifndef CORE_DESK_RUN_H
#define CORE_DESK_RUN_H

#include "core/desk/pending.h"

struct run {
	struct desk *d;
	const struct request *r;
	const struct record *rec;
	const struct action *action;
	struct item now, after;
	struct item other;            /* the proposal that is made, or the target of the one that is confirmed; rec NULL: none */
	struct command c;
	bool proposes;
	int64_t batch, batch_size;    /* journal entry of the batch that it belongs to, and how many it has; 0: none */
};
/* Kind and action, bounds, permission to see. at: the command's time, UTC ms. run: uninitialised, released in any case. */
enum code run_begin(struct run *run, struct desk *d, const struct request *r, int64_t at, struct err *err);
void run_release(struct run *run);
/* Reads the record and judges; then the command has its bytes. Nothing is written. Inside the transaction that is to write it, so that
 * nobody else decides on the same version. */
enum code run_weigh(struct run *run, struct err *err);
/* Record, journal and outbox, once c.sig is there. */
enum code run_write(struct run *run, struct err *err);
void run_tell(const struct run *run, struct outcome *out);

/* A confirmed proposal will move its target as soon as the core has it: E_STATE. */
enum code not_awaited(struct desk *d, const struct item *it, struct err *err);

#endif
