/* The console: from the unlock screen to Q. */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include "tui/shell.h"

/* Owns the terminal until the operator quits, the terminal goes away or SIGTERM comes. E_USAGE: not a terminal. */
enum code console_run(struct shell *sh, struct err *err);

#endif
