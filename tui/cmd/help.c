#include <string.h>

#include "tui/shell.h"
#include "tui/words.h"

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	size_t found = 0;

	(void)sh;
	if (!a->nwords) {
		help_all(stdout);
		return E_OK;
	}
	for (size_t i = 0; i < ncommands; i++) {
		AUTO(buf_release) struct buf name = BUF_INIT;

		buf_adds(&name, a->word[0]);
		if (a->nwords > 1)
			buf_addf(&name, " %s", a->word[1]);
		if (strncmp(commands[i]->name, name.data, name.len) != 0 || (commands[i]->name[name.len] && commands[i]->name[name.len] != ' '))
			continue;
		help_one(stdout, commands[i]);
		found++;
	}
	return found ? E_OK : fail(err, E_USAGE, N_("there is no command %s; `paydesk help` lists them"), a->word[0]);
}

const struct cmd cmd_help = {
	.name = "help", .words = "[COMMAND]", .max = 2,
	.help = N_("this list, or one command with its options"),
	.run = run,
};
