/* paydesk as a program: its commands, options, variables and manual. A new command is one const entry in tui/cmd/ and one line in
 * tui/cmd/commands.def. */
#ifndef TUI_PROGRAM_H
#define TUI_PROGRAM_H

#include "core/usage/usage.h"

extern const struct program paydesk;

#endif
