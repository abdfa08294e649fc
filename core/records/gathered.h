/* One check of a record over its parts: each is looked at by itself, and the worst that is found speaks for all of them. */
#ifndef CORE_RECORDS_GATHERED_H
#define CORE_RECORDS_GATHERED_H

#include "core/item.h"

enum { GATHER_MAX = 1000 /* parts; a card opens at once, whatever the core sends */ };
struct gathered {
	size_t parts, failed, unknown;         /* how many were looked at, and of these */
	bool more;                             /* there are others, at which nobody looked */
	struct check_row worst;                /* the first of the worst: status, why; id: of the part */
};
/* Calls fn with each part of kind whose field holds the record's id, unless its state is but; with the first GATHER_MAX of them, and g says
 * whether there are more. fn's error ends the walk. */
enum code gather_each(struct db *db, const struct item *whole, const char *kind, const char *field, const char *but,
		      enum code (*fn)(void *ctx, struct item *part, struct err *err), void *ctx, struct gathered *g, struct err *err);
/* What a part's checks said of it: the worst of the rows counts. */
void gather(struct gathered *g, const struct item *part, const struct checklist *said);
/* Says the worst, with the part's id and a link to it, or that there are too many to look at; false: nothing is wrong with any, which the caller
 * says. kind: a constant. */
bool gathered_say(const struct gathered *g, const char *kind, struct checklist *out);

#endif
