#include "tui/program.h"

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	(void)sh;
	return help_command(&paydesk, a, err);
}

const struct cmd cmd_help = {
	.name = "help", .words = "[COMMAND]", .max = 2,
	.help = N_("this list, or one command with its options"),
	.options = { HELP_OPTIONS },
	.run = run,
};
