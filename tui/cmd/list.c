#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "sync/client.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_LIMIT, OPT_JSON, OPT_CSV, OPT_REMOTE };
enum { FILTER_MAX_WORDS = 64, REMOTE_LIMIT = 50, REMOTE_MOST = 500 };

struct listing {
	struct shell *sh;
	const struct record *rec;
	enum row_form form;
	struct show how;
	int64_t printed;
};

static enum code print_item(void *ctx, struct item *it, struct err *err)
{
	struct listing *l = ctx;
	AUTO(buf_release) struct buf line = BUF_INIT;

	if (!l->printed++)
		row_head(&line, l->rec, l->form);
	row_write(&line, it, l->form, &l->how);
	return shell_print(&line, err);
}

static enum code print_local(struct listing *l, const char *filter_text, int64_t limit, struct err *err)
{
	AUTO(filter_release) struct filter filter = { 0 };

	if (desk_query(l->sh->desk, l->rec, filter_text, &filter, err))
		return err->code;
	filter.query.limit = (size_t)limit;
	return item_each(desk_db(l->sh->desk), l->rec, &filter.query, print_item, l, err);
}

/* An export is journaled: who took what away, and how much of it. */
static enum code journal_export_of(struct listing *l, const char *filter_text, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	json_open(&w, '{');
	json_key(&w, "form");
	json_str(&w, "csv");
	json_key(&w, "filter");
	json_str(&w, filter_text);
	json_key(&w, "rows");
	json_int(&w, l->printed);
	json_close(&w, '}');
	if (tx_begin(&tx, desk_db(l->sh->desk), err) ||
	    journal_append(l->sh->store, "export", l->rec->kind, "", body.data, body.len, err))
		return err->code;
	return tx_commit(&tx, err);
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
	struct listing l = { .sh = sh, .rec = record_find(a->word[0]) };
	AUTO(buf_release) struct buf filter = BUF_INIT;
	AUTO(link_freep) struct link *link = NULL;
	int64_t limit;

	if (!l.rec)
		return record_unknown(a->word[0], err);
	if (a->option[OPT_JSON] && a->option[OPT_CSV])
		return fail(err, E_USAGE, N_("--json and --csv exclude each other"));
	l.form = a->option[OPT_JSON] ? ROW_JSON : a->option[OPT_CSV] ? ROW_CSV : ROW_TEXT;
	for (size_t i = 1; i < a->nwords; i++)
		buf_addf(&filter, i > 1 ? " %s" : "%s", a->word[i]);
	if (parse_limit(a->option[OPT_LIMIT], &limit, err) || shell_open(sh, err))
		return err->code;
	desk_show(sh->desk, &l.how, words_get);
	if (a->option[OPT_REMOTE]) {
		if (link_open(&link, sh->desk, err))
			return err->code;
		return sync_search(link, l.rec, filter.data, limit && limit < REMOTE_MOST ? (int)limit : REMOTE_LIMIT, print_item, &l, err);
	}
	if (print_local(&l, filter.data, limit, err))
		return err->code;
	return l.form == ROW_CSV ? journal_export_of(&l, filter.data, err) : E_OK;
}

const struct cmd cmd_list = {
	.name = "list", .words = "KIND [FILTER]...", .min = 1, .max = FILTER_MAX_WORDS,
	.help = N_("records of a kind: state:risk_review risk_score>80 after:7d is:mine -region:华东 sort:-risk_score name"),
	.options = {
		[OPT_LIMIT] = { "limit", "N", N_("at most so many") },
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
		[OPT_CSV] = { "csv", NULL, N_("print CSV (RFC 4180); journaled as an export") },
		[OPT_REMOTE] = { "remote", NULL, N_("ask the payment core; FILTER is plain text to search for") },
	},
	.run = run,
};
