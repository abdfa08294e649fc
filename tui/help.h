/* Help, generated from the tables that the keys themselves are read from. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "core/desk.h"
#include "tui/doc.h"
#include "tui/keys.h"

/* The keys of a place: the record's actions (dimmed, with the reason, where they cannot run on it now), then the requests of the scope. */
void help_write(struct doc *out, struct desk *d, enum scope scope, const struct record *rec, const struct item *it);

#endif
