#include <stdlib.h>

#include "core/roles.h"
#include "core/values/json.h"
#include "core/values/when.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { ADD_OPERATOR, ADD_ROLES };

static enum code add(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(secret_freep) struct secret *pass = NULL;

	if (!a->option[ADD_OPERATOR] || !a->option[ADD_ROLES])
		return fail(err, E_USAGE, N_("operator add needs --operator NAME and --roles ROLE,ROLE"));
	if (!cert_name_valid(a->option[ADD_OPERATOR]))
		return fail(err, E_USAGE, N_("an operator's name has 1 to %d of a-z, 0-9, dot, dash, underscore, and begins with a letter"), CERT_NAME_MAX);
	if (roles_check(a->option[ADD_ROLES], err) || shell_open(sh, err))
		return err->code;
	if (!store_is_root(sh->store))
		return fail(err, E_DENIED, N_("only the root operator can add operators"));
	if (shell_passphrase(&pass, "PAYDESK_NEW_PASSPHRASE_FILE", _("Passphrase of the new operator: "), true, err))
		return err->code;
	if (store_operator_add(sh->store, a->option[ADD_OPERATOR], a->option[ADD_ROLES], pass, err))
		return err->code;
	printf(_("operator %s added with the roles %s\n"), a->option[ADD_OPERATOR], a->option[ADD_ROLES]);
	return E_OK;
}

const struct cmd cmd_operator_add = {
	.name = "operator add", .words = "", .max = 0,
	.help = N_("add an operator; the new passphrase comes from PAYDESK_NEW_PASSPHRASE_FILE or the terminal"),
	.options = {
		[ADD_OPERATOR] = { "operator", "NAME", N_("name of the new operator") },
		[ADD_ROLES] = { "roles", "ROLE,ROLE", N_("roles: reviewer, risk, support, finance, compliance, admin, auditor") },
	},
	.run = add,
};

static void print_person(const struct cert *c, bool root, bool json, struct buf *line)
{
	struct json_writer w = JSON_WRITER(line);

	if (!json) {
		buf_addf(line, "%-20s %-8s %-40s %s%s\n", c->name, c->active ? _("active") : _("disabled"), c->roles, c->id, root ? _("  root") : "");
		return;
	}
	json_open(&w, '{');
	json_key(&w, "id");
	json_str(&w, c->id);
	json_key(&w, "name");
	json_str(&w, c->name);
	json_key(&w, "roles");
	json_str(&w, c->roles);
	json_key(&w, "active");
	json_bool(&w, c->active);
	json_key(&w, "root");
	json_bool(&w, root);
	json_key(&w, "serial");
	json_int(&w, c->serial);
	json_close(&w, '}');
	buf_addc(line, '\n');
}

static enum code list(struct shell *sh, const struct args *a, struct err *err)
{
	struct cert *all = NULL;
	size_t n = 0;
	enum code code = E_OK;

	if (shell_open(sh, err) || store_operators(sh->store, &all, &n, err))
		return err->code;
	for (size_t i = 0; i < n && !code; i++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		print_person(&all[i], crypto_equal(all[i].key, store_root_key(sh->store), KEY_BYTES), a->option[0], &line);
		code = shell_print(&line, err);
	}
	free(all);
	return code;
}

const struct cmd cmd_operator_list = {
	.name = "operator list", .words = "", .max = 0,
	.help = N_("the operators, their roles and whether they may still sign"),
	.options = { { "json", NULL, N_("print JSON Lines") } },
	.run = list,
};

static enum code disable(struct shell *sh, const struct args *a, struct err *err)
{
	if (shell_open(sh, err) || store_operator_disable(sh->store, a->word[0], err))
		return err->code;
	printf(_("operator %s is disabled; what they signed stays valid\n"), a->word[0]);
	return E_OK;
}

const struct cmd cmd_operator_disable = {
	.name = "operator disable", .words = "NAME", .min = 1, .max = 1,
	.help = N_("take an operator's access away; the core learns of it at the next sync"),
	.run = disable,
};

static enum code passphrase(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(secret_freep) struct secret *pass = NULL;

	(void)a;
	if (shell_open(sh, err) || shell_passphrase(&pass, "PAYDESK_NEW_PASSPHRASE_FILE", _("New passphrase: "), true, err) ||
	    store_operator_passphrase(sh->store, pass, err))
		return err->code;
	printf(_("the passphrase of %s is changed\n"), store_who(sh->store)->name);
	return E_OK;
}

const struct cmd cmd_operator_passphrase = {
	.name = "operator passphrase", .words = "", .max = 0,
	.help = N_("change your own passphrase (PAYDESK_NEW_PASSPHRASE_FILE or the terminal)"),
	.run = passphrase,
};
