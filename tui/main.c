#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/migrations.h"
#include "tui/picture/unpack.h"
#include "tui/program.h"
#include "tui/shell.h"
#include "tui/words.h"

/* --home may stand anywhere; it is taken out of argv. */
static enum code take_home(struct shell *sh, int *argc, char **argv, struct buf *home, struct err *err)
{
	const char *env = getenv("PAYDESK_HOME"), *data = getenv("XDG_DATA_HOME"), *user = getenv("HOME"), *given = NULL;
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < *argc)
				argv[kept++] = argv[i++];
		} else if (strncmp(argv[i], "--home=", 7) == 0) {
			given = argv[i] + 7;
		} else if (strcmp(argv[i], "--home") == 0) {
			if (++i >= *argc)
				return fail(err, E_USAGE, N_("--home needs a folder"));
			given = argv[i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	*argc = kept;
	if (given || (env && *env))
		buf_adds(home, given ? given : env);
	else if (data && *data == '/')
		buf_addf(home, "%s/paydesk", data);
	else if (user && *user)
		buf_addf(home, "%s/.local/share/paydesk", user);
	else
		return fail(err, E_USAGE, N_("no folder for the store: set HOME or give --home DIR"));
	if (!home->len)
		return fail(err, E_USAGE, N_("--home needs a folder"));
	sh->home = sh->config.home = home->data;
	return E_OK;
}

int main(int argc, char **argv)
{
	AUTO(buf_release) struct buf home = BUF_INIT;
	struct shell sh = { .config = { .world = world_real(), .migrations = core_migrations, .nmigrations = core_nmigrations } };
	struct err err = { 0 };
	enum code code;

	if (argc == 2 && strcmp(argv[1], UNPACK_WORD) == 0)
		return unpack_main();
	signal(SIGPIPE, SIG_IGN); /* a reader that went away, and a limit of file sizes, are errors to be told */
	signal(SIGXFSZ, SIG_IGN);
	words_open(NULL);
	argc--;
	argv++;
	code = crypto_start(&err);
	if (!code)
		code = take_home(&sh, &argc, argv, &home, &err);
	if (!code)
		code = program_run(&paydesk, &sh, argc, argv, &err);
	shell_close(&sh);
	if ((fflush(stdout) || ferror(stdout)) && !code)
		code = fail(&err, E_IO, N_("the output cannot be written"));
	if (code)
		shell_say(&err);
	return code_status(code);
}
