#include <stdlib.h>

#include "core/desk/bulk.h"
#include "core/desk/journal_line.h"
#include "core/values/when.h"
#include "tui/program.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

static enum code verify(struct shell *sh, const struct args *a, struct err *err)
{
	int64_t entries, batches;

	(void)a;
	if (shell_open(sh, err) || journal_verify(sh->store, &entries, err) || bulk_verify(sh->desk, &batches, err))
		return err->code;
	printf(_("journal verified: %lld entries, every link and every signature holds\n"), (long long)entries);
	return E_OK;
}

const struct cmd cmd_journal_verify = {
	.name = "journal verify", .words = "", .max = 0,
	.help = N_("check the chain and every signature of the journal, and what was signed at once"),
	.run = verify,
};

/* Journal entries are records like any others. */
static enum code list(struct shell *sh, const struct args *a, struct err *err)
{
	const char *words[66] = { "journal" };
	struct args again = *a;

	for (size_t i = 0; i < a->nwords; i++)
		words[i + 1] = a->word[i];
	again.word = words;
	again.nwords = a->nwords + 1;
	return cmd_find(&paydesk, 1, (char *[]){ (char *)"list" }, &(int){ 0 })->run(sh, &again, err);
}

const struct cmd cmd_journal_list = {
	.name = "journal list", .words = "[FILTER]...", .max = 60,
	.help = N_("the journal's entries, newest first; the same as `list journal`"),
	.options = {
		{ "limit", "N", N_("at most so many") },
		{ "json", NULL, N_("print JSON Lines") },
		{ "csv", NULL, N_("print CSV (RFC 4180); journaled as an export") },
	},
	.run = list,
};

/* What is exported ends with the entry that says so. */
static enum code note_export(struct shell *sh, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	static const char said[] = "{\"form\":\"journal\"}";

	if (tx_begin(&tx, desk_db(sh->desk), err) || journal_append(sh->store, "export", "journal", "", said, sizeof said - 1, err))
		return err->code;
	return tx_commit(&tx, err);
}

static enum code export(struct shell *sh, const struct args *a, struct err *err)
{
	struct query q = { .table = &journal_table };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	enum code code = E_OK;
	bool more = true;

	(void)a;
	if (shell_open(sh, err))
		return err->code;
	if (!actor_may(desk_who(sh->desk), "journal.export"))
		return fail(err, E_DENIED, N_("exporting the journal needs a role such as auditor or compliance"));
	if (note_export(sh, err) || query_open(&c, store_db(sh->store), &q, err))
		return err->code;
	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		AUTO(buf_release) struct buf line = BUF_INIT;
		struct journal_entry e;

		journal_from_row(&e, row);
		if (!journal_line_shown(&e, desk_who(sh->desk)->clearance))
			e.body = NULL;
		journal_line_write(&line, &e);
		code = shell_print(&line, err);
	}
	return code;
}

const struct cmd cmd_journal_export = {
	.name = "journal export", .words = "", .max = 0,
	.help = N_("every entry as JSON Lines with its hashes and signature, for checking elsewhere; itself journaled. A command with what is "
		   "masked to you comes without its body"),
	.run = export,
};
