#include <stdio.h>
#include <string.h>

#include "core/contract/bundle.h"
#include "core/contract/qr.h"
#include "core/records/contract.h"
#include "core/values/text.h"
#include "tui/export.h"
#include "tui/shell.h"
#include "tui/words.h"

/* ---- the PDF ---- */
static bool is_document(const char *hex, const struct buf *data)
{
	AUTO(buf_release) struct buf sum_hex = BUF_INIT;
	uint8_t sum[32];

	sha256(sum, data->data, data->len);
	buf_add_hex(&sum_hex, sum, sizeof sum);
	return !strcmp(hex, sum_hex.data);
}

/* The PDF that was signed: made here from the record, if this computer's fonts make the same bytes; otherwise the core's. *own: made here. */
static enum code get_pdf(struct shell *sh, const struct item *it, struct buf *out, bool *own, struct err *err)
{
	struct err why;

	*own = !contract_paper(it, out, NULL, &why) && is_document(item_text(it, "document"), out);
	if (*own)
		return E_OK;
	buf_clear(out);
	return shell_document(sh, item_text(it, "document"), out, err);
}

static enum code load_issued(struct shell *sh, const char *id, struct item *it, struct err *err)
{
	if (shell_open(sh, err) || desk_load(sh->desk, contract_record.kind, id, it, err))
		return err->code;
	if (!*item_text(it, "document"))
		return fail(err, E_STATE, N_("contract %s is not issued yet; it has no document"), id);
	if (desk_who(sh->desk)->clearance < PRIVACY_CORE)
		return fail(err, E_DENIED, N_("the document of a contract needs a role with the highest clearance"));
	return E_OK;
}

/* ---- show ---- */
enum { SHOW_PDF, SHOW_LIGHT };

static void add_clean(struct buf *out, const char *text, int flags)
{
	text_clean(out, text, strlen(text), flags);
	buf_addc(out, '\n');
}

static void add_code(struct buf *out, const char *link, bool light)
{
	struct qr qr;

	buf_addc(out, '\n');
	add_clean(out, link, TEXT_LINE);
	if (qr_make(&qr, link))
		qr_lines(out, &qr, light);
	else
		buf_addf(out, "%s\n", _("This is no https link; no code is made of it."));
}

static enum code save_pdf(struct shell *sh, const struct item *it, const struct buf *pdf, const char *path, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT, sealed = BUF_INIT;
	bool has = *item_text(it, "sealed");

	if (has && shell_document(sh, item_text(it, "sealed"), &sealed, err))
		return err->code;
	buf_adds(&body, "{\"form\":\"pdf\"}");
	if (desk_note(sh->desk, "export", it->rec->kind, item_id(it), &body, err))
		return err->code;
	return export_save(path, has ? sealed.data : pdf->data, has ? sealed.len : pdf->len, err);
}

static enum code show(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf out = BUF_INIT, pdf = BUF_INIT;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	bool own;

	if (load_issued(sh, a->word[0], &it, err) || get_pdf(sh, &it, &pdf, &own, err))
		return err->code;
	if (a->option[SHOW_PDF] && save_pdf(sh, &it, &pdf, a->option[SHOW_PDF], err))
		return err->code;
	add_clean(&out, contract_text(&it, &pool), TEXT_LINES);
	buf_addf(&out, "%s: ", _("SHA-256 of the text"));
	add_clean(&out, item_text(&it, "text_digest"), TEXT_LINE);
	buf_addf(&out, "%s: ", _("SHA-256 of the PDF"));
	add_clean(&out, item_text(&it, "document"), TEXT_LINE);
	buf_addf(&out, "%s\n", own ? _("The PDF made here from the record is that very file.") : _("The fonts here make other bytes: the PDF is the core's, its digest checked."));
	add_code(&out, item_text(&it, "link"), a->option[SHOW_LIGHT]);
	return shell_print(&out, err);
}

const struct cmd cmd_contract_show = {
	.name = "contract show", .words = "CONTRACT", .min = 1, .max = 1,
	.help = N_("a contract's text, its digests, and the signing link as a QR code"),
	.options = {
		[SHOW_PDF] = { "pdf", "PATH", N_("save the PDF into a new file, sealed if it is executed; journaled") },
		[SHOW_LIGHT] = { "light", NULL, N_("the QR code for a terminal with a light background") },
	},
	.run = show,
};

/* ---- export ---- */
/* Whoever gives the evidence should know that it is not this house alone that it rests on. */
static enum code say_whose(struct shell *sh, const struct item *it, struct err *err)
{
	AUTO(buf_release) struct buf ours = BUF_INIT, out = BUF_INIT;

	buf_add_hex(&ours, store_root_key(desk_store(sh->desk)), KEY_BYTES);
	if (!*item_text(it, "organisation") || !strcmp(ours.data, item_text(it, "organisation")))
		return E_OK;
	buf_addf(&out, _("contract %s: who signed for the institution is certified under another root key than this desk's; SUMMARY.txt names both"), item_id(it));
	buf_addc(&out, '\n');
	return shell_print(&out, err);
}

static enum code export(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf pdf = BUF_INIT, sealed = BUF_INIT;
	struct bundle_papers papers = { &pdf, NULL };
	bool own;

	if (load_issued(sh, a->word[0], &it, err) || get_pdf(sh, &it, &pdf, &own, err))
		return err->code;
	if (*item_text(&it, "sealed")) {
		if (shell_document(sh, item_text(&it, "sealed"), &sealed, err))
			return err->code;
		papers.sealed = &sealed;
	}
	if (bundle_write(sh->desk, &it, &papers, a->word[1], err))
		return err->code;
	return say_whose(sh, &it, err);
}

const struct cmd cmd_contract_export = {
	.name = "contract export", .words = "CONTRACT DIR", .min = 2, .max = 2,
	.help = N_("the evidence of a contract into a new folder: PDF, signatures for minisign, keys, certificates, journal, summary; journaled"),
	.run = export,
};

/* ---- verify ---- */
enum { VERIFY_ROOT };

/* what: words of ours, or the name of a file, which may be anything. */
static void say(void *ctx, const char *what, enum code code, const char *why)
{
	AUTO(buf_release) struct buf thing = BUF_INIT, reason = BUF_INIT, line = BUF_INIT;
	const char *words = _(what), *because = code ? why : *why ? _(why) : "";

	(void)ctx;
	text_clean(&thing, words, strlen(words), TEXT_LINE);
	text_clean(&reason, because, strlen(because), TEXT_LINE);
	if (code)
		buf_addf(&line, _("%s: %s"), thing.data, reason.data);
	else if (reason.len)
		buf_addf(&line, _("%s; %s"), thing.data, reason.data);
	printf("%-7s %s\n", code ? _("FAILED") : _("holds"), line.len ? line.data : thing.data);
}

static void rests(void *ctx, const char *what, const char *value)
{
	bool *begun = ctx;

	if (!*begun)
		printf("\n%s\n", _("It rests on these, which nothing in the folder can prove; compare them with what their owners publish:"));
	*begun = true;
	printf("  %s\n    %s\n", _(what), value);
}

static enum code verify(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(bundle_release) struct bundle_folder folder = { .n = 0 };
	const char *asked = a->option[VERIFY_ROOT];
	uint8_t root[KEY_BYTES];
	bool begun = false;
	struct bundle_hearer to = { say, rests, &begun };
	int failed;

	(void)sh;
	if (asked && minisign_key_parse(root, asked, strlen(asked), err))
		return fail(err, E_USAGE, "--root takes a public key in minisign's form: 56 characters that begin with RW");
	if (bundle_open(&folder, a->word[0], err))
		return err->code;
	failed = bundle_check(&folder, asked ? root : NULL, &to);
	return failed ? fail(err, E_SIGNATURE, N_("%s: %d things do not hold"), a->word[0], failed) : E_OK;
}

const struct cmd cmd_contract_verify = {
	.name = "contract verify", .words = "DIR", .min = 1, .max = 1,
	.help = N_("checks the evidence of a contract from its folder alone, without a store, names what fails, and the keys that it rests on"),
	.options = {
		[VERIFY_ROOT] = { "root", "KEY", N_("the organisation's root key as you have it from elsewhere; evidence under another one fails") },
	},
	.run = verify,
};
