/* Help, generated from the tables that the keys themselves are read from. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "core/desk/desk.h"
#include "tui/doc.h"
#include "tui/screen/keys.h"

/* The keys of a place, as keys has them: the record's actions (dimmed, with the reason, where they cannot run on it now), then the requests of the scope.
 * g: whose glyphs the lists use. checks: of the item, or zeroed, as action_possible_given takes them. */
void help_write(struct doc *out, const struct grid *g, struct desk *d, const struct keymap *keys, enum scope scope, const struct record *rec, const struct item *it,
		struct checklist *checks);

/* The filter language by example. */
struct help_filter {
	const char *example, *what; /* what: N_() */
};
extern const struct help_filter help_filters[];
extern const size_t nhelp_filters;

/* Why an action cannot be taken on an item: the states that it is for, or what the judgement said. */
void help_why_not(struct buf *out, const struct item *it, const struct action *a, const struct err *err);
/* What takes the next item on (n); NULL: nothing on such a desk. */
const struct action *help_next_action(const struct record *rec);

#endif
