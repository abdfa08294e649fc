/* Between the files of the command `act`. */
#ifndef TUI_CMD_ACT_H
#define TUI_CMD_ACT_H

#include "tui/shell.h"

struct act {
	const char *kind, *action, *reason;
	const char *ids;             /* "A,B" or "-": a line each on standard input; NULL: those of the filter */
	const char *filter;
	const char *expect;          /* so many, or nothing is done; NULL: not said */
	struct input input[INPUTS_MAX];
	size_t ninput;
	bool json, dry_run;
};
/* Prints a line for each record. An error says that some were not taken. */
enum code act_many(struct shell *sh, const struct act *a, struct err *err);

#endif
