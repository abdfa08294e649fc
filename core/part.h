/* The records that belong to one (core/record.h, struct part), as the panes, the shell, links and pictures go through them. */
#ifndef CORE_PART_H
#define CORE_PART_H

#include "core/desk/desk.h"

/* Whoever may see a record may not always see all that belongs to it. */
bool part_visible(struct desk *d, const struct part *part);
/* Calls fn for each of them, at most limit (0: all), as item_each does. Nothing where the part is not visible. */
enum code part_each(struct desk *d, const struct item *it, const struct part *part, size_t limit,
		    enum code (*fn)(void *ctx, struct item *piece, struct err *err), void *ctx, struct err *err);

#endif
