#include <stdlib.h>

#include "core/values/json.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { CHECK_ACCEPT_LOSS, CHECK_JSON };

static void write_report(struct buf *out, const struct store_report *r, bool json)
{
	struct json_writer w = JSON_WRITER(out);
	size_t shown = r->bad_pages < (int64_t)COUNT(r->first_bad) ? (size_t)r->bad_pages : COUNT(r->first_bad);

	if (!json) {
		buf_addf(out, _("pages %lld, damaged %lld; journal entries %lld; SQLite says: %s\n"), (long long)r->pages,
			 (long long)r->bad_pages, (long long)r->journal_entries, r->sqlite);
		for (size_t i = 0; i < shown; i++)
			buf_addf(out, _("damaged page: %lld\n"), (long long)r->first_bad[i]);
		return;
	}
	json_open(&w, '{');
	json_key(&w, "pages");
	json_int(&w, r->pages);
	json_key(&w, "bad_pages");
	json_int(&w, r->bad_pages);
	json_key(&w, "first_bad");
	json_open(&w, '[');
	for (size_t i = 0; i < shown; i++)
		json_int(&w, r->first_bad[i]);
	json_close(&w, ']');
	json_key(&w, "journal_entries");
	json_int(&w, r->journal_entries);
	json_key(&w, "sqlite");
	json_str(&w, r->sqlite);
	json_close(&w, '}');
	buf_addc(out, '\n');
}

/* check and restore judge a store that may not open: they take operator and passphrase, not a session. */
static enum code who(struct shell *sh, char *name, struct secret **pass, struct err *err)
{
	if (shell_operator(sh, name, err))
		return err->code;
	return shell_passphrase(pass, "PAYDESK_PASSPHRASE_FILE", _("Passphrase: "), false, err);
}

static enum code check(struct shell *sh, const struct args *a, struct err *err)
{
	char name[CERT_NAME_MAX + 1];
	AUTO(secret_freep) struct secret *pass = NULL;
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct store_report report = { 0 };
	enum code code;

	if (!store_exists(sh->home))
		return fail(err, E_NOTFOUND, N_("there is no store in %s"), sh->home);
	if (who(sh, name, &pass, err))
		return err->code;
	if (a->option[CHECK_ACCEPT_LOSS])
		return store_accept_loss(&sh->config, name, pass, err);
	code = store_check(&sh->config, name, pass, &report, err);
	if (report.pages) {
		write_report(&line, &report, a->option[CHECK_JSON]);
		if (!code)
			code = shell_print(&line, err);
		else
			shell_print(&line, NULL); /* the finding is the error, not the pipe that went away */
	}
	return code;
}

const struct cmd cmd_store_check = {
	.name = "store check", .words = "", .max = 0,
	.help = N_("read every page, verify the journal, say which pages are damaged; changes nothing"),
	.options = {
		[CHECK_ACCEPT_LOSS] = { "accept-loss", NULL, N_("root operator: go on although acknowledged commits are missing; journaled") },
		[CHECK_JSON] = { "json", NULL, N_("print JSON Lines") },
	},
	.run = check,
};

static enum code backup(struct shell *sh, const struct args *a, struct err *err)
{
	if (shell_open(sh, err) || store_backup(sh->store, a->word[0], err))
		return err->code;
	printf(_("backup written to %s\n"), a->word[0]);
	return E_OK;
}

const struct cmd cmd_store_backup = {
	.name = "store backup", .words = "FILE", .min = 1, .max = 1,
	.help = N_("write a sealed copy of the store while it is in use"),
	.run = backup,
};

static enum code restore(struct shell *sh, const struct args *a, struct err *err)
{
	const char *env = getenv("PAYDESK_OPERATOR");
	AUTO(secret_freep) struct secret *pass = NULL;

	if (!env || !cert_name_valid(env))
		return fail(err, E_USAGE, N_("set PAYDESK_OPERATOR to an operator of the backup"));
	if (store_exists(sh->home))
		return fail(err, E_EXISTS, N_("%s holds a store already; nothing was changed"), sh->home);
	if (shell_passphrase(&pass, "PAYDESK_PASSPHRASE_FILE", _("Passphrase: "), false, err) ||
	    store_restore(&sh->config, a->word[0], env, pass, err))
		return err->code;
	printf(_("backup verified and restored to %s\n"), sh->home);
	return E_OK;
}

const struct cmd cmd_store_restore = {
	.name = "store restore", .words = "FILE", .min = 1, .max = 1,
	.help = N_("put a backup in place after every page and the journal were verified"),
	.run = restore,
};

static enum code rekey(struct shell *sh, const struct args *a, struct err *err)
{
	(void)a;
	if (shell_open(sh, err) || store_rekey(sh->store, err))
		return err->code;
	printf(_("the store has a new key; everybody's passphrase stays as it is\n"));
	return E_OK;
}

const struct cmd cmd_store_rekey = {
	.name = "store rekey", .words = "", .max = 0,
	.help = N_("encrypt the whole store under a new key; root operator"),
	.run = rekey,
};
