/* How each operator last saw the records that they opened, to show what has changed in one since. A copy of the fields that its card shows,
 * unmasked: it lies in the sealed store and nowhere else, is masked whenever it is shown, and goes when the core says that its record is gone. */
#ifndef CORE_DESK_OPENED_H
#define CORE_DESK_OPENED_H

#include "core/desk/desk.h"

enum { OPENED_MAX = 500 /* copies for each operator: the least recently opened go first */,
       OPENED_BYTES = 64 * 1024 /* a larger one is not kept */, OPENED_NOTES = 32 };

/* What was opened and the store does not know yet: opening an item never waits for the disk. Zeroed: nothing. Beyond OPENED_NOTES the oldest
 * is forgotten. */
struct opened_notes {
	struct opened_note { const struct record *rec; char *id, *data; int64_t at, version; bool written; } note[OPENED_NOTES];
	size_t n;
};
void opened_notes_clear(struct opened_notes *n);
/* This person sees it as it is here, at that time (UTC ms). The same as the last time it was noted: nothing to write. */
void opened_note(struct opened_notes *n, const struct item *it, int64_t at);
/* For core/desk/habits.h, which writes them. put: in the caller's transaction; *wrote turns true if there was anything. */
bool opened_waiting(const struct opened_notes *n);
enum code opened_put(struct desk *d, const struct opened_notes *n, bool *wrote, struct err *err);
void opened_written(struct opened_notes *n);

struct opened {
	struct item it;             /* rec NULL: never opened */
	bool *known;                /* for each field: whether it was kept; of the others nothing is said */
	int64_t at;                 /* UTC ms */
};
void opened_release(struct opened *o);
/* As this person saw it last. out: zeroed, or used before. */
enum code opened_recall(struct desk *d, const struct opened_notes *n, const struct record *rec, const char *id, struct opened *out, struct err *err);
/* Whether a card would show something else in this field. Versions and the time of the last change are no change by themselves. */
bool opened_differs(const struct opened *o, const struct item *now, size_t field);
size_t opened_changes(const struct opened *o, const struct item *now); /* in how many */
/* What this person changed themselves is no news to them: the fields that differ between the two are as in after. */
void opened_learn(struct opened *o, const struct item *before, const struct item *after);
/* Of every operator, in the caller's transaction: the record is gone. */
enum code opened_forget(struct db *db, const char *kind, const char *id, struct err *err);

#endif
