#include "core/roles.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_OPERATOR, OPT_ROLES };

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(secret_freep) struct secret *pass = NULL;

	if (!a->option[OPT_OPERATOR] || !a->option[OPT_ROLES])
		return fail(err, E_USAGE, N_("init needs --operator NAME and --roles ROLE,ROLE"));
	if (!cert_name_valid(a->option[OPT_OPERATOR]))
		return fail(err, E_USAGE, N_("an operator's name has 1 to %d of a-z, 0-9, dot, dash, underscore, and begins with a letter"), CERT_NAME_MAX);
	if (roles_check(a->option[OPT_ROLES], err))
		return err->code;
	if (store_exists(sh->home))
		return fail(err, E_EXISTS, N_("%s holds a store already; nothing was changed"), sh->home);
	if (shell_passphrase(&pass, "PAYDESK_PASSPHRASE_FILE", _("New passphrase: "), true, err))
		return err->code;
	if (store_create(&sh->config, a->option[OPT_OPERATOR], a->option[OPT_ROLES], pass, err))
		return err->code;
	printf(_("store created in %s; %s is its root operator\n"), sh->home, a->option[OPT_OPERATOR]);
	return E_OK;
}

const struct cmd cmd_init = {
	.name = "init", .words = "", .max = 0,
	.help = N_("create a store and its first operator, who is the organisation's root operator"),
	.options = {
		[OPT_OPERATOR] = { "operator", "NAME", N_("name of the first operator") },
		[OPT_ROLES] = { "roles", "ROLE,ROLE", N_("roles: reviewer, risk, support, finance, compliance, admin, auditor") },
	},
	.run = run,
};
