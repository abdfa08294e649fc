#include <string.h>

#include "sync/client.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_CA, OPT_TOKEN, OPT_PIN };
enum { CA_MAX = 256 * 1024, TOKEN_MAX = 1024 };

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(buf_release) struct buf ca = BUF_INIT;
	AUTO(buf_wipe) struct buf token = BUF_INIT;

	if (!a->option[OPT_CA] || !a->option[OPT_TOKEN])
		return fail(err, E_USAGE, N_("enrol needs --ca FILE (the core's certificate authority) and --token-file FILE"));
	if (strncmp(a->word[0], "https://", 8) != 0)
		return fail(err, E_USAGE, N_("the core's address begins with https://"));
	if (shell_read_file(&ca, a->option[OPT_CA], CA_MAX, err) || shell_read_file(&token, a->option[OPT_TOKEN], TOKEN_MAX, err))
		return err->code;
	while (token.len && strchr(" \t\r\n", token.data[token.len - 1]))
		buf_setlen(&token, token.len - 1);
	if (shell_open(sh, err) || sync_enrol(sh->desk, a->word[0], ca.data, a->option[OPT_PIN], token.data, err))
		return err->code;
	printf(_("enrolled with %s\n"), a->word[0]);
	return E_OK;
}

const struct cmd cmd_enrol = {
	.name = "enrol", .words = "URL", .min = 1, .max = 1,
	.help = N_("make this desk known to the payment core, with a one-time token"),
	.options = {
		[OPT_CA] = { "ca", "FILE", N_("certificate authority of the core, PEM; nothing else is trusted") },
		[OPT_TOKEN] = { "token-file", "FILE", N_("file with the one-time token") },
		[OPT_PIN] = { "pin", "sha256//…", N_("also pin the core's public key") },
	},
	.run = run,
};
