/* Keys that the operator has given to requests of the console, in a file `keys` of their own (tui/config.h):
 *
 *     # as in other programs of mine
 *     help = F1 H
 *     quit = Ctrl-Q
 *
 * A line names a request (tui/screen/keys.h) and all its keys from now on. What is typed or chosen in a box over the screen keeps its keys. */
#ifndef TUI_SCREEN_KEYMAP_H
#define TUI_SCREEN_KEYMAP_H

#include "store/err.h"
#include "tui/screen/keys.h"

/* Reads the operator's file; without one map is the built-in keys. E_INVALID says file, line and reason: no such request, no such key, a
 * key that another request or an action of some record has already. map is untouched on error. */
enum code keymap_load(struct keymap *map, struct err *err);
/* Reads the text of such a file; origin is what messages call it. */
enum code keymap_parse(struct keymap *map, const char *origin, const char *text, size_t len, struct err *err);

#endif
