#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/values/text.h"
#include "sync/client.h"
#include "tui/export.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_LIMIT, OPT_JSON, OPT_CSV, OPT_XLSX, OPT_REMOTE };
enum { FILTER_MAX_WORDS = 64, REMOTE_LIMIT = 50, REMOTE_MOST = 500 };

struct listing {
	struct shell *sh;
	const struct record *rec;
	enum row_form form;
	struct show how;
	struct buf text;
	int64_t rows;
};

static enum code hold_item(void *ctx, struct item *it, struct err *err)
{
	struct listing *l = ctx;

	(void)err;
	if (!l->rows++)
		row_head(&l->text, l->rec, l->form);
	row_write(&l->text, it, l->form, &l->how);
	return E_OK;
}

static enum code print_item(void *ctx, struct item *it, struct err *err)
{
	struct listing *l = ctx;

	buf_clear(&l->text);
	hold_item(l, it, err);
	return shell_print(&l->text, err);
}

/* An export is journaled: who takes what away, and how much of it. That comes first: whoever reads it may hang up at any row. */
static enum code journal_export_of(struct listing *l, const char *filter_text, int64_t rows, struct err *err)
{
	return l->form == ROW_CSV ? export_note(l->sh->desk, l->rec->kind, "csv", filter_text, rows, err) : E_OK;
}

static enum code print_local(struct listing *l, const char *filter_text, int64_t limit, struct err *err)
{
	AUTO(filter_release) struct filter filter = { 0 };
	struct db *db = desk_db(l->sh->desk);
	int64_t rows = 0;

	if (desk_query(l->sh->desk, l->rec, filter_text, &filter, err))
		return err->code;
	filter.query.limit = (size_t)limit;
	if (l->form == ROW_CSV && query_count(db, &filter.query, &rows, err))
		return err->code;
	if (journal_export_of(l, filter_text, limit && limit < rows ? limit : rows, err))
		return err->code;
	return item_each(db, l->rec, &filter.query, print_item, l, err);
}

static enum code print_remote(struct listing *l, const char *text, int64_t limit, struct err *err)
{
	AUTO(link_freep) struct link *link = NULL;

	if (link_open(&link, l->sh->desk, err) ||
	    sync_search(link, l->rec, text, limit && limit < REMOTE_MOST ? (int)limit : REMOTE_LIMIT, hold_item, l, err) ||
	    journal_export_of(l, text, l->rows, err))
		return err->code;
	return shell_print(&l->text, err);
}

static enum code parse_limit(const char *text, int64_t *limit, struct err *err)
{
	char *end;

	*limit = 0;
	if (!text)
		return E_OK;
	*limit = strtoll(text, &end, 10);
	if (*end || end == text || *limit < 1 || *limit > INT32_MAX)
		return fail(err, E_USAGE, N_("--limit takes a whole number from 1"));
	return E_OK;
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	struct listing l = { .sh = sh, .rec = record_find(a->word[0]), .text = BUF_INIT };
	AUTO(buf_release) struct buf filter = BUF_INIT;
	int64_t limit;
	enum code code;

	if (!l.rec)
		return record_unknown(a->word[0], err);
	if (!!a->option[OPT_JSON] + !!a->option[OPT_CSV] + !!a->option[OPT_XLSX] > 1)
		return fail(err, E_USAGE, N_("--json, --csv and --xlsx exclude each other"));
	if (a->option[OPT_XLSX] && a->option[OPT_REMOTE])
		return fail(err, E_USAGE, N_("--xlsx takes what is here; --remote goes with --json or --csv"));
	l.form = a->option[OPT_JSON] ? ROW_JSON : a->option[OPT_CSV] ? ROW_CSV : ROW_TEXT;
	for (size_t i = 1; i < a->nwords; i++)
		buf_addf(&filter, i > 1 ? " %s" : "%s", a->word[i]);
	if (parse_limit(a->option[OPT_LIMIT], &limit, err) || shell_open(sh, err))
		return err->code;
	if (a->option[OPT_XLSX])
		return export_list(sh->desk, &(struct export_order){ l.rec, filter.data, EXPORT_XLSX, a->option[OPT_XLSX], limit, 0 }, &l.rows, err);
	desk_show(sh->desk, &l.how, words_get);
	if (l.form == ROW_CSV)
		l.how.now = 0; /* an age is true today only */
	code = a->option[OPT_REMOTE] ? print_remote(&l, filter.data, limit, err) : print_local(&l, filter.data, limit, err);
	buf_release(&l.text);
	return code;
}

const struct cmd cmd_list = {
	.name = "list", .words = "KIND [FILTER]...", .min = 1, .max = FILTER_MAX_WORDS,
	.help = N_("records of a kind: state:risk_review risk_score>80 after:7d is:mine -region:华东 sort:-risk_score name"),
	.options = {
		[OPT_LIMIT] = { "limit", "N", N_("at most so many") },
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
		[OPT_CSV] = { "csv", NULL, N_("print CSV (RFC 4180); journaled as an export") },
		[OPT_XLSX] = { "xlsx", "FILE", N_("write a workbook, a new file; journaled as an export") },
		[OPT_REMOTE] = { "remote", NULL, N_("ask the payment core; FILTER is plain text to search for") },
	},
	.run = run,
};
