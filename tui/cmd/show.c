#include <stdlib.h>
#include <string.h>

#include "core/desk/reveal.h"
#include "core/network.h"
#include "core/part.h"
#include "core/tally.h"
#include "sync/client.h"
#include "tui/export.h"
#include "tui/panes.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_JSON, OPT_REMOTE, OPT_NETWORK, OPT_FILE, OPT_REVEAL, OPT_REASON };

static const char *const check_words[] = { N_("passed"), N_("failed"), N_("unknown") };

struct output {
	struct buf text;
	struct json_writer w;
	struct show how;
	struct show own;      /* of the record itself, which may be revealed; what belongs to it is not */
};

static enum code part_text(void *ctx, struct item *piece, struct err *err)
{
	struct output *o = ctx;

	(void)err;
	row_write(&o->text, piece, ROW_TEXT, &o->how);
	return E_OK;
}

static enum code part_json(void *ctx, struct item *piece, struct err *err)
{
	struct output *o = ctx;

	(void)err;
	json_open(&o->w, '{');
	row_members(&o->w, piece, &o->how);
	json_close(&o->w, '}');
	return E_OK;
}

/* What the console has as a pane: of a command, of a proposal. */
static void add_difference(struct shell *sh, const struct item *it, struct output *o)
{
	struct doc doc = DOC_INIT;

	pane_difference(&doc, sh->desk, it, NULL, &o->how);
	for (size_t i = 0; i < doc.n; i++) {
		const struct doc_line *l = &doc.line[i];

		if (l->heading)
			buf_addf(&o->text, "\n%s\n", l->text);
		else if (*l->text)
			buf_addf(&o->text, "  %s%s%s%s%s\n", l->label ? l->label : "", l->label && *l->label ? ": " : "", l->text,
				 l->after ? " → " : "", l->after ? l->after : "");
	}
	doc_release(&doc);
}

/* What its figure is made of. */
static void add_tally(struct shell *sh, const struct item *it, struct output *o)
{
	struct tally t;

	if (!tally_run(desk_db(sh->desk), it, store_now(desk_store(sh->desk)), o->own.clearance, &t))
		return;
	buf_addf(&o->text, "\n%s\n  %s: ", _(it->rec->tally_label), _("Points"));
	buf_addf(&o->text, _("%lld of %lld"), (long long)t.total, (long long)t.most);
	for (size_t i = 0; i < t.nfacts; i++)
		buf_addf(&o->text, "\n  %s: %s", _(t.fact[i].label), t.fact[i].text);
	for (size_t i = 0; i < t.n; i++)
		buf_addf(&o->text, "\n  %3lld/%-3lld %s: %s%s%s%s", (long long)t.row[i].points, (long long)t.row[i].most, _(t.row[i].label), t.row[i].value,
			 *t.row[i].why ? " (" : "", t.row[i].why, *t.row[i].why ? ")" : "");
	buf_addc(&o->text, '\n');
}

static void tally_json(struct shell *sh, const struct item *it, struct output *o)
{
	struct json_writer *w = &o->w;
	struct tally t;

	if (!tally_run(desk_db(sh->desk), it, store_now(desk_store(sh->desk)), o->own.clearance, &t))
		return;
	json_key(w, "tally");
	json_open(w, '{');
	json_key(w, "total");
	json_int(w, t.total);
	json_key(w, "most");
	json_int(w, t.most);
	for (size_t i = 0; i < t.nfacts; i++) {
		json_key(w, t.fact[i].id);
		json_str(w, t.fact[i].word);
	}
	json_key(w, "parts");
	json_open(w, '[');
	for (size_t i = 0; i < t.n; i++) {
		json_open(w, '{');
		json_key(w, "id");
		json_str(w, t.row[i].id);
		json_key(w, "value");
		json_str(w, t.row[i].word);
		json_key(w, "points");
		json_int(w, t.row[i].points);
		json_key(w, "most");
		json_int(w, t.row[i].most);
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
}

static enum code as_text(struct shell *sh, const struct item *it, struct output *o, struct err *err)
{
	struct checklist checks = { 0 };

	for (size_t i = 0; i < it->rec->nfields; i++) {
		const struct field *f = &it->rec->fields[i];

		if (f->group)
			buf_addf(&o->text, "\n%s\n", _(f->group));
		if (!(f->show & SHOW_DETAIL) || f->type == FIELD_BYTES)
			continue;
		buf_addf(&o->text, "  %s: ", _(f->label));
		item_show(&o->text, it, i, &o->own);
		buf_addc(&o->text, '\n');
	}
	add_difference(sh, it, o);
	desk_checks(sh->desk, it, &checks);
	if (checks.n)
		buf_addf(&o->text, "\n%s\n", _("Checks"));
	for (size_t i = 0; i < checks.n; i++)
		buf_addf(&o->text, "  %-10s %s: %s\n", _(check_words[checks.row[i].status]), _(checks.row[i].check->label), checks.row[i].why);
	add_tally(sh, it, o);
	for (size_t i = 0; i < it->rec->nparts; i++) {
		if (!part_visible(sh->desk, &it->rec->parts[i]))
			continue;
		buf_addf(&o->text, "\n%s\n", _(it->rec->parts[i].label));
		if (part_each(sh->desk, it, &it->rec->parts[i], 0, part_text, o, err))
			return err->code;
	}
	if (it->rec->nactions)
		buf_addf(&o->text, "\n%s\n", _("Actions"));
	for (size_t i = 0; i < it->rec->nactions; i++) {
		const struct action *a = &it->rec->actions[i];
		struct err why = { 0 };

		bool possible = !action_possible_given(sh->desk, it, a, &checks, &why);

		buf_addf(&o->text, "  %-22s %s%s%s\n", a->id, _(a->label), possible ? "" : " - ", possible ? "" : why.msg);
	}
	return E_OK;
}

static enum code as_json(struct shell *sh, const struct item *it, struct output *o, struct err *err)
{
	struct checklist checks = { 0 };
	struct json_writer *w = &o->w;

	json_open(w, '{');
	row_members(w, it, &o->own);
	desk_checks(sh->desk, it, &checks);
	json_key(w, "checks");
	json_open(w, '[');
	for (size_t i = 0; i < checks.n; i++) {
		json_open(w, '{');
		json_key(w, "id");
		json_str(w, checks.row[i].check->id);
		json_key(w, "status");
		json_str(w, check_words[checks.row[i].status]);
		json_key(w, "why");
		json_str(w, checks.row[i].why);
		json_close(w, '}');
	}
	json_close(w, ']');
	tally_json(sh, it, o);
	for (size_t i = 0; i < it->rec->nparts; i++) {
		AUTO(buf_release) struct buf name = BUF_INIT;

		if (!part_visible(sh->desk, &it->rec->parts[i]))
			continue;
		buf_addf(&name, "%ss", it->rec->parts[i].kind);
		json_key(w, name.data);
		json_open(w, '[');
		if (part_each(sh->desk, it, &it->rec->parts[i], 0, part_json, o, err))
			return err->code;
		json_close(w, ']');
	}
	json_key(w, "actions");
	json_open(w, '[');
	for (size_t i = 0; i < it->rec->nactions; i++) {
		struct err why = { 0 };
		bool possible = !action_possible_given(sh->desk, it, &it->rec->actions[i], &checks, &why);

		json_open(w, '{');
		json_key(w, "id");
		json_str(w, it->rec->actions[i].id);
		json_key(w, "possible");
		json_bool(w, possible);
		if (!possible) {
			json_key(w, "why");
			json_str(w, why.msg);
		}
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
	buf_addc(&o->text, '\n');
	return E_OK;
}

/* ---- what it shares with others ---- */
static enum code network_text(struct shell *sh, const struct item *it, struct output *o, struct err *err)
{
	struct doc doc = DOC_INIT;
	enum code code = pane_network(&doc, sh->desk, it, &o->how, err);

	for (size_t i = 0; i < doc.n; i++) {
		for (const char *s = doc.line[i].stem; s && *s; s++)
			buf_adds(&o->text, *s == '|' ? "│  " : *s == '+' ? "├─ " : *s == '`' ? "└─ " : "   ");
		buf_addf(&o->text, "%s  %s", doc.line[i].text, doc.line[i].after ? doc.line[i].after : "");
		while (o->text.len && o->text.data[o->text.len - 1] == ' ')
			buf_setlen(&o->text, o->text.len - 1);
		buf_addc(&o->text, '\n');
	}
	doc_release(&doc);
	return code;
}

static void tie_json(struct json_writer *w, const struct network *n, const struct network_tie *t, const struct show *how)
{
	json_open(w, '{');
	json_key(w, "field"), json_str(w, t->what->mine.field);
	json_key(w, "value"), item_show_json(w, &t->held, t->field, how);
	json_key(w, "of"), json_str(w, item_id(&n->node[t->from].it));
	json_key(w, "shared_with");
	json_open(w, '[');
	for (size_t i = 0; i < t->nto; i++)
		json_str(w, item_id(&n->node[t->to[i]].it));
	json_close(w, ']');
	json_key(w, "more"), json_int(w, t->more);
	json_close(w, '}');
}

static enum code network_json(struct shell *sh, const struct item *it, struct output *o, struct err *err)
{
	struct network n = NETWORK_INIT;
	struct json_writer *w = &o->w;
	enum code code = network_read(&n, sh->desk, it, err);

	json_open(w, '{');
	json_key(w, "records");
	json_open(w, '[');
	for (size_t i = 0; i < n.nnodes; i++) {
		json_open(w, '{');
		json_key(w, "kind"), json_str(w, n.node[i].it.rec->kind);
		json_key(w, "steps"), json_int(w, (int64_t)n.node[i].depth);
		row_members(w, &n.node[i].it, &o->how);
		json_close(w, '}');
	}
	json_close(w, ']');
	json_key(w, "ties");
	json_open(w, '[');
	for (size_t i = 0; i < n.nties; i++)
		tie_json(w, &n, &n.tie[i], &o->how);
	json_close(w, ']');
	json_close(w, '}');
	buf_addc(&o->text, '\n');
	network_release(&n);
	return code;
}

/* The document itself, its digest checked, into a new file of the caller's. Journaled first. */
static enum code save_document(struct shell *sh, const struct item *it, const char *path, const char *reason, struct err *err)
{
	AUTO(buf_wipe) struct buf bytes = BUF_INIT;
	struct grant grant = { 0 };
	bool askable;

	if (!has_picture(it))
		return fail(err, E_USAGE, N_("%s %s has no document behind it"), it->rec->kind, item_id(it));
	if ((reason && reveal_take(sh->desk, it, reason, &grant, err)) || picture_possible(sh->desk, it, &grant, &askable, err) ||
	    shell_document(sh, item_text(it, it->rec->picture), &bytes, err) || picture_opened(sh->desk, it, "--file", err))
		return err->code;
	return export_save(path, bytes.data, bytes.len, err);
}

/* What a mask hides, once: the entry in the journal comes before the first byte of output. */
static enum code reveal_once(struct shell *sh, const struct item *it, const char *reason, struct output *o, struct err *err)
{
	struct grant grant = { 0 };

	o->own = o->how;
	if (reason && reveal_take(sh->desk, it, reason, &grant, err))
		return err->code;
	o->own = grant_show(&grant, it, &o->how, grant.from);
	return E_OK;
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	const struct record *rec = record_find(a->word[0]);
	AUTO(item_release) struct item it = { 0 };
	AUTO(link_freep) struct link *link = NULL;
	struct output o = { .text = BUF_INIT };
	enum code code;

	if (!rec)
		return record_unknown(a->word[0], err);
	if (!a->option[OPT_REVEAL] != !a->option[OPT_REASON])
		return fail(err, E_USAGE, N_("--reveal and --reason go together: the journal keeps for what purpose"));
	if (shell_open(sh, err))
		return err->code;
	if (a->option[OPT_REMOTE] ? link_open(&link, sh->desk, err) || sync_record(link, rec, a->word[1], &it, err)
				  : desk_load(sh->desk, a->word[0], a->word[1], &it, err))
		return err->code;
	if (a->option[OPT_FILE])
		return save_document(sh, &it, a->option[OPT_FILE], a->option[OPT_REASON], err);
	o.w = (struct json_writer)JSON_WRITER(&o.text);
	desk_show(sh->desk, &o.how, words_get);
	if (reveal_once(sh, &it, a->option[OPT_REASON], &o, err))
		return err->code;
	if (a->option[OPT_NETWORK])
		code = a->option[OPT_JSON] ? network_json(sh, &it, &o, err) : network_text(sh, &it, &o, err);
	else
		code = a->option[OPT_JSON] ? as_json(sh, &it, &o, err) : as_text(sh, &it, &o, err);
	if (!code)
		code = shell_print(&o.text, err);
	buf_wipe(&o.text);
	return code;
}

const struct cmd cmd_show = {
	.name = "show", .words = "KIND ID", .min = 2, .max = 2,
	.help = N_("one record with its checks, parts and the actions that are possible"),
	.options = {
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
		[OPT_REMOTE] = { "remote", NULL, N_("ask the payment core") },
		[OPT_NETWORK] = { "network", NULL, N_("only what the record has in common with others, and what those share further") },
		[OPT_REVEAL] = { "reveal", NULL, N_("show what is masked, as far as a role may; takes --reason; journaled") },
		[OPT_REASON] = { "reason", "TEXT", N_("for what purpose masked fields are shown") },
		[OPT_FILE] = { "file", "PATH", N_("save the document itself into a new file; journaled") },
	},
	.run = run,
};
