/* Long readings beside the event loop: one thread with a store handle of its own, so that no key ever waits for a query.
 *
 * Whoever gives work away leaves it alone until worker_take hands it back. The thread and its handle come with the first work. */
#ifndef TUI_WORKER_H
#define TUI_WORKER_H

#include "core/desk/desk.h"

/* One place for each kind of work: what comes later takes the place of what was there. In this order they are done. */
enum work_slot { WORK_BULK, WORK_UNDO, WORK_LIST, WORK_ERRAND, WORK_METRICS, WORK_COUNTS, WORK_EXPORT, WORK_SLOTS };

struct worker;
/* The head of a larger struct. */
struct work {
	/* On the worker's thread. d: its own, of the same operator; what it reads ends with E_CANCELLED once the work is to stop. */
	void (*run)(struct work *w, struct desk *d);
	void (*free)(struct work *w);     /* on either thread */
	int64_t since;                    /* when it was given away: CLOCK_MONOTONIC, ms */
	atomic_bool stop;                 /* set by the worker alone; run may look at it between readings */
	bool settled;                     /* under the worker's lock */
	struct worker *worker;
};

/* Borrows s, the handle of the calling thread. notify: called on the worker's thread when there is something to take. */
struct worker *worker_new(struct store *s, void (*notify)(void *ctx), void *ctx);
/* What runs is stopped, what it held is given back. */
void worker_free(struct worker *w);

/* Takes work over, on failure too; what was in the slot is dropped. */
enum code worker_give(struct worker *w, enum work_slot slot, struct work *work, struct err *err);
/* What is in the slot, given away and not yet taken; NULL: nothing. Only its since and what it says is shared may be looked at. */
struct work *worker_busy(struct worker *w, enum work_slot slot);
/* What is in the slot stops and is never handed back. */
void worker_drop(struct worker *w, enum work_slot slot);
/* It stops as soon as it can, and is handed back as ever. */
void worker_stop(struct worker *w, enum work_slot slot);
/* Waits until what is in the slot has ended. */
void worker_finish(struct worker *w, enum work_slot slot);
/* What runs stops and is put back, to begin anew; nothing runs when it returns, until it is called with false. Not for work that cannot
 * be run twice. */
void worker_pause(struct worker *w, bool pause);
/* Work that has ended, to be freed by whoever takes it; NULL: none. */
struct work *worker_take(struct worker *w, enum work_slot slot);

/* By run: from here on nothing is stopped any more, because it has to be written down. false: it had been stopped before, so what it has
 * read may be less than there is. */
bool work_settle(struct work *w, struct desk *d);
int64_t work_age(const struct work *w);   /* ms since it was given away */
int64_t work_clock(void);                 /* CLOCK_MONOTONIC, ms */

#endif
