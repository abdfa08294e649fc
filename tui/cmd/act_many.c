#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/bulk.h"
#include "core/values/money.h"
#include "tui/cmd/act.h"
#include "tui/words.h"

/* ---- which records ---- */
struct ids {
	struct pool pool;
	const char *v[BATCH_MAX];
	size_t n;
	bool more;
};

static void ids_release(struct ids *ids)
{
	pool_release(&ids->pool);
}

static void add_id(struct ids *ids, const char *id, size_t n)
{
	if (n && ids->n < COUNT(ids->v))
		ids->v[ids->n++] = pool_strndup(&ids->pool, id, n);
	else if (n)
		ids->more = true;
}

static void split_ids(struct ids *ids, const char *list)
{
	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		add_id(ids, list, n);
	}
}

static enum code read_ids(struct ids *ids, struct err *err)
{
	char line[RECORD_ID_MAX + 3];

	while (fgets(line, sizeof line, stdin)) {
		size_t n = strcspn(line, "\r\n");

		if (!line[n] && !feof(stdin))
			return fail(err, E_USAGE, N_("standard input holds no ids, one in each line"));
		add_id(ids, line, n);
	}
	return ferror(stdin) ? fail(err, E_IO, N_("standard input cannot be read")) : E_OK;
}

static enum code take_id(void *ctx, struct item *it, struct err *err)
{
	(void)err;
	add_id(ctx, item_id(it), strlen(item_id(it)));
	return E_OK;
}

static enum code find_ids(struct ids *ids, struct desk *d, const struct act *a, struct err *err)
{
	const struct record *rec = record_find(a->kind);
	AUTO(filter_release) struct filter f = { 0 };

	if (desk_query(d, rec, a->filter, &f, err))
		return err->code;
	f.query.limit = COUNT(ids->v) + 1;
	return item_each(desk_db(d), rec, &f.query, take_id, ids, err);
}

static enum code gather(struct ids *ids, struct desk *d, const struct act *a, struct err *err)
{
	enum code code = E_OK;

	if (!a->ids)
		code = find_ids(ids, d, a, err);
	else if (!strcmp(a->ids, "-"))
		code = read_ids(ids, err);
	else
		split_ids(ids, a->ids);
	if (!code && ids->more)
		return fail(err, E_USAGE, N_("at most %d records at once, so that a person can answer for them; take fewer at a time"), BATCH_MAX);
	return code || ids->n ? code : fail(err, E_NOTFOUND, N_("there is no such record"));
}

/* ---- what is said of each ---- */
static const char *fate_name(enum bulk_fate fate)
{
	static const char *const names[BULK_FATES] = {
		[BULK_POSSIBLE] = "possible", [BULK_LEFT_OUT] = "left_out", [BULK_APPLIED] = "applied", [BULK_PROPOSED] = "proposed",
		[BULK_REFUSED] = "refused",
	};

	return names[fate];
}

static void write_json(struct buf *out, const struct bulk *b, const struct bulk_item *i)
{
	struct json_writer w = JSON_WRITER(out);

	json_open(&w, '{');
	json_key(&w, "kind"), json_str(&w, b->rec->kind);
	json_key(&w, "id"), json_str(&w, i->id);
	json_key(&w, "action"), json_str(&w, b->action->id);
	json_key(&w, "outcome"), json_str(&w, fate_name(i->fate));
	if (i->group) {
		json_key(&w, "code"), json_str(&w, code_name(i->why.code));
		json_key(&w, "why"), json_str(&w, i->why.msg);
	} else if (i->fate != BULK_POSSIBLE) {
		json_key(&w, "command"), json_str(&w, i->out.command);
		json_key(&w, "state"), json_str(&w, i->out.state);
		json_key(&w, "version"), json_int(&w, i->out.version);
	}
	if (b->batch && !i->group)
		json_key(&w, "batch"), json_int(&w, b->batch);
	json_close(&w, '}');
	buf_addc(out, '\n');
}

static void write_text(struct buf *out, const struct bulk *b, const struct bulk_item *i)
{
	const char *dash = *i->title && strcmp(i->title, i->id) ? " · " : "";

	buf_addf(out, "%s%s%s: ", i->id, dash, *dash ? i->title : "");
	if (i->group)
		buf_addf(out, _("not taken: %s"), i->why.msg);
	else if (i->fate == BULK_POSSIBLE)
		buf_addf(out, _("would be taken: %s"), _(b->action->label));
	else if (i->fate == BULK_PROPOSED)
		buf_addf(out, _("proposed as %s"), i->out.command);
	else
		buf_addf(out, _("%s, now %s; queued for the core as %s"), b->action->id, i->out.state, i->out.command);
	buf_addc(out, '\n');
}

static void write_totals(struct buf *out, const struct bulk *b)
{
	buf_addf(out, _("%zu of %zu would be taken"), b->count[BULK_POSSIBLE], b->n);
	for (size_t i = 0; i < b->nsums; i++) {
		const struct currency *c = currency_find(b->sum[i].currency);

		if (b->sum[i].beyond || !c)
			continue;
		buf_addf(out, "; %s ", _(b->rec->fields[b->sum[i].field].label));
		money_format(out, b->sum[i].minor, c, MONEY_FULL);
	}
	buf_addc(out, '\n');
}

static enum code print_all(const struct bulk *b, const struct act *a, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	for (size_t i = 0; i < b->n; i++)
		(a->json ? write_json : write_text)(&text, b, &b->item[i]);
	if (a->dry_run && !a->json)
		write_totals(&text, b);
	return shell_print(&text, err);
}

/* ---- doing it ---- */
static enum code as_expected(const struct bulk *b, const struct act *a, struct err *err)
{
	size_t n = b->count[BULK_POSSIBLE];
	char count[24];

	snprintf(count, sizeof count, "%zu", n);
	if (a->expect && strcmp(a->expect, count) != 0)
		return fail(err, E_STATE, N_("it is %zu that would be taken, not %s; nothing was done"), n, a->expect);
	if (!a->expect && n > 1 && b->action->flags & DANGER)
		return fail(err, E_USAGE, N_("%s cannot be undone easily: look with --dry-run, then say how many with --expect %zu"), b->action->id, n);
	return E_OK;
}

enum code act_many(struct shell *sh, const struct act *a, struct err *err)
{
	AUTO(ids_release) struct ids ids = { .n = 0 };
	AUTO(bulk_release) struct bulk b = { 0 };
	const struct bulk_order order = { .reason = a->reason, .input = a->input, .ninput = a->ninput };

	if (shell_open(sh, err) || gather(&ids, sh->desk, a, err) ||
	    bulk_look(&b, sh->desk, a->kind, a->action, ids.v, ids.n, NULL, err))
		return err->code;
	if (!a->dry_run && (as_expected(&b, a, err) || bulk_run(&b, sh->desk, &order, NULL, err)))
		return err->code;
	if (print_all(&b, a, err))
		return err->code;
	if (b.count[BULK_LEFT_OUT] + b.count[BULK_REFUSED])
		return fail(err, E_STATE, a->dry_run ? N_("%zu of %zu would not be taken") : N_("%zu of %zu were not taken"),
			    b.count[BULK_LEFT_OUT] + b.count[BULK_REFUSED], b.n);
	return E_OK;
}
