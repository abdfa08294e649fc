/* How one field of an item looks, in a list and on its card. */
#ifndef TUI_FIELDS_H
#define TUI_FIELDS_H

#include "core/item.h"
#include "tui/screen/grid.h"

enum role tone_role(enum tone tone);
/* How a field of an item shows on the screen: its role (state, mask, deadline, risk, plain text), and its text. What a colour says a
 * sign says as well: "!" before a time that open work is late for and before an alarming number, "~" before what comes close to it. */
enum role field_role(const struct item *it, size_t f, const struct show *how);
const char *tone_sign(const struct grid *g, enum tone tone); /* "" where the tone says nothing by itself */
void field_show(struct buf *out, const struct item *it, size_t f, const struct show *how);

#endif
