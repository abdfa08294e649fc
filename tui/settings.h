/* How the operator wants the console to begin, in a file `settings` of their own (tui/config.h):
 *
 *     # the terminal's own selection then needs Shift
 *     mouse = on
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/err.h"

struct settings {
	bool mouse;     /* off at first; PAYDESK_MOUSE, 1 or 0, goes before the file */
};
/* Reads file and environment. E_INVALID says file, line and reason; E_USAGE what is wrong in the environment. */
enum code settings_load(struct settings *s, struct err *err);
/* Reads the text of such a file over what s holds; origin is what messages call it. */
enum code settings_parse(struct settings *s, const char *origin, const char *text, size_t len, struct err *err);

#endif
