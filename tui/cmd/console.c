#include "tui/console.h"

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	(void)a;
	return console_run(sh, err);
}

/* Without a name: what the program does when no command is given. */
const struct cmd cmd_console = {
	.name = "", .words = "", .max = 0,
	.help = N_("open the console"),
	.run = run,
};
