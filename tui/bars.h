/* The two lines at the bottom: what may be done here, and how the desk stands with the core. */
#ifndef TUI_BARS_H
#define TUI_BARS_H

#include "core/desk/desk.h"
#include "sync/client.h"
#include "tui/doc.h"
#include "tui/screen/grid.h"
#include "tui/screen/keys.h"

/* The record's actions with their keys, the impossible ones dimmed, then the place's keys. Where there is not room for all, the important
 * ones: the key of the help before anything else. rec: of the desk that is open; it: under the cursor; either may be NULL. possible: what can be
 * done with it; NULL: some are marked, and an action would take these, each of which may stand where it will: all that this person may do at
 * all is shown. */
void hints_draw(struct grid *g, struct rect line, struct desk *d, const struct keymap *keys, enum scope scope, const struct record *rec, const struct item *it,
		const struct possible *possible);

struct standing {
	const char *operator, *roles;
	const struct sync_status *sync;
	const struct keymap *keys;
	int64_t pending, refused;    /* of the outbox */
	int64_t approvals;           /* open proposals */
	int64_t undo_until;          /* UTC ms until which the last decision can be taken back; 0: there is none */
	size_t marked, hidden;       /* rows of this desk that are marked, and those of them that the filter does not let through */
	int64_t revealed;            /* milliseconds for which masked fields still show; 0: none do */
	int64_t now;
};
void status_draw(struct grid *g, struct rect line, const struct standing *s);
/* The Sync desk. */
void sync_write(struct doc *out, const struct standing *s);

#endif
