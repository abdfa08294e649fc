/* The unlock screen: who, and the passphrase, typed into locked memory. Wrong ones slow the next try down. */
#ifndef TUI_UNLOCK_H
#define TUI_UNLOCK_H

#include "tui/screen/grid.h"
#include "tui/screen/term.h"
#include "tui/shell.h"

struct unlock;
/* last: the operator who had it before a lock, chosen at first; it then takes two Esc to quit. NULL: none. */
enum code unlock_new(struct unlock **out, struct shell *sh, const char *last, struct err *err);
void unlock_free(struct unlock *u);
enum unlock_answer { UNLOCK_WAITING, UNLOCK_TRY, UNLOCK_QUIT };
/* now: UTC ms. TRY: the caller draws once (it takes half a second), then calls unlock_try. */
enum unlock_answer unlock_event(struct unlock *u, const struct event *event, int64_t now);
/* Opens shell's store and desk. A wrong passphrase is remembered for the slow-down and shown; other errors too. */
enum code unlock_try(struct unlock *u, struct err *err);
void unlock_draw(struct unlock *u, struct grid *g, int64_t now, bool working);

#endif
