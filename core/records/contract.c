/* The contract with a merchant, from its draft to the three signatures under it. core/contract/ makes its text and its PDF, core/deed.h
 * what is signed; its checks verify the signatures. */
#include "core/records/contract.h"

#include <string.h>

#include "core/note.h"
#include "core/records/merchant.h"
#include "core/values/when.h"

static const struct choice languages[] = { { "zh", N_("Chinese") }, { "en", N_("English") }, { NULL, NULL } };

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Contract no."), 13),
	{ F("merchant_name", VALUE_TEXT), .label = N_("Merchant"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 24,
	  .rank = 1, .group = N_("Contract") },
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12,
	  .rank = 5, .ref_kind = "merchant" },
	{ F("template", VALUE_TEXT), .label = N_("Template"), .type = FIELD_REF, .show = DETAIL, .ref_kind = "contract_template" },
	{ F("language", VALUE_TEXT), .label = N_("Language"), .type = FIELD_CHOICE, .show = LISTED, .width = 7, .rank = 7,
	  .choices = languages },
	{ F("contract_date", VALUE_TEXT), .label = N_("Date"), .type = FIELD_DATE, .show = DETAIL },
	{ F("valid_until", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = LISTED, .width = 10, .rank = 4 },
	{ F("text", VALUE_BLOB), .label = N_("Text"), .type = FIELD_BYTES, .show = SHOW_WIRE, .privacy = PRIVACY_CORE, .mask = MASK_ALL },
	{ F("text_digest", VALUE_TEXT), .label = N_("SHA-256 of the text"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("drafted_by", VALUE_TEXT), .label = N_("Drawn up by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("drafted_at", VALUE_INT), .label = N_("Drawn up"), .type = FIELD_TIME, .show = DETAIL },

	{ F("issued_by", VALUE_TEXT), .label = N_("Issued by"), .type = FIELD_PERSON, .show = DETAIL, .group = N_("Issue") },
	{ F("issued_at", VALUE_INT), .label = N_("Issued"), .type = FIELD_TIME, .show = DETAIL },
	{ F("sign_by", VALUE_INT), .label = N_("To be signed by"), .type = FIELD_TIME, .show = DETAIL },
	{ F("link", VALUE_TEXT), .label = N_("Signing link"), .type = FIELD_TEXT, .show = DETAIL, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_ALL },
	{ F("document", VALUE_TEXT), .label = N_("SHA-256 of the PDF"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("prehash", VALUE_TEXT), .label = N_("BLAKE2b-512 of the PDF"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("size", VALUE_INT), .label = N_("Bytes"), .type = FIELD_INT, .show = DETAIL },
	{ F("pages", VALUE_INT), .label = N_("Pages"), .type = FIELD_INT, .show = DETAIL },

	{ F("signer", VALUE_TEXT), .label = N_("Signed for the merchant by"), .type = FIELD_TEXT, .show = DETAIL,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME, .group = N_("Signatures") },
	{ F("signed_at", VALUE_INT), .label = N_("Merchant signed"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 3 },
	{ F("merchant_key", VALUE_TEXT), .label = N_("Merchant's key"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("merchant_signature", VALUE_TEXT), .label = N_("Merchant's signature"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("first_signatory", VALUE_TEXT), .label = N_("First signatory"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("first_signature", VALUE_TEXT), .label = N_("First signature"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("first_certificate", VALUE_TEXT), .label = N_("First certificate"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("first_cert_sig", VALUE_BLOB), .label = N_("Its signature"), .type = FIELD_BYTES, .show = SHOW_WIRE },
	{ F("second_signatory", VALUE_TEXT), .label = N_("Second signatory"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("second_signature", VALUE_TEXT), .label = N_("Second signature"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("second_certificate", VALUE_TEXT), .label = N_("Second certificate"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("second_cert_sig", VALUE_BLOB), .label = N_("Its signature"), .type = FIELD_BYTES, .show = SHOW_WIRE },
	{ F("organisation", VALUE_TEXT), .label = N_("Organisation's root key"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("executed_at", VALUE_INT), .label = N_("Executed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("sealed", VALUE_TEXT), .label = N_("SHA-256 of the sealed PDF"), .type = FIELD_TEXT, .show = DETAIL },

	{ F("ended_at", VALUE_INT), .label = N_("Ended"), .type = FIELD_TIME, .show = DETAIL, .group = N_("End") },
	{ F("ended_by", VALUE_TEXT), .label = N_("Ended by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("ended_why", VALUE_TEXT), .label = N_("Why"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("seal_certificate", VALUE_TEXT), .label = N_("The seal's certificate"), .type = FIELD_TEXT, .show = SHOW_WIRE },
};

static const struct state states[] = {
	[CONTRACT_DRAFT] = { .name = "draft", .label = N_("Draft"), .tone = TONE_PLAIN, .open = true },
	[CONTRACT_ISSUED] = { .name = "issued", .label = N_("Issued"), .tone = TONE_INFO },
	[CONTRACT_MERCHANT_SIGNED] = { .name = "merchant_signed", .label = N_("Merchant signed"), .tone = TONE_WARNING, .open = true, .core = true },
	[CONTRACT_EXECUTED] = { .name = "executed", .label = N_("Executed"), .tone = TONE_GOOD },
	[CONTRACT_DECLINED] = { .name = "declined", .label = N_("Merchant declined"), .tone = TONE_DANGER, .core = true },
	[CONTRACT_EXPIRED] = { .name = "expired", .label = N_("Expired"), .tone = TONE_MUTED, .core = true },
	[CONTRACT_VOID] = { .name = "void", .label = N_("Void"), .tone = TONE_MUTED },
};

/* ---- actions ---- */
static void do_issue(const struct judge *j, struct item *after)
{
	item_set(after, "issued_by", value_text(j->who->id));
	item_set(after, "issued_at", value_int(j->when));
}

/* The core adds link and document in the moment after; without them nobody could have signed. */
static enum code may_execute(const struct judge *j, struct err *err)
{
	if (!*item_text(j->now, "merchant_signature"))
		return fail(err, E_STATE, "the merchant has not signed contract %s", item_id(j->now));
	return E_OK;
}

static void put_signatory(struct item *after, bool first, const struct cert *who, const char *deed)
{
	item_set(after, first ? "first_signatory" : "second_signatory", value_text(who->id));
	item_set(after, first ? "first_signature" : "second_signature", value_text(deed));
	item_set(after, first ? "first_certificate" : "second_certificate", value_text(who->text));
	item_set(after, first ? "first_cert_sig" : "second_cert_sig", value_blob(who->sig, SIG_BYTES));
}

/* Both signatures come in at once, when the second signatory confirms: between them the contract stands as the merchant signed it, and
 * the first one's signature waits in the proposal. */
static void do_execute(const struct judge *j, struct item *after)
{
	AUTO(buf_release) struct buf root = BUF_INIT;
	const struct seconding *two = j->second;

	item_set(after, "executed_at", value_int(j->when));
	if (!two)
		return;
	put_signatory(after, true, two->maker, judge_input(j, DEED_INPUT));
	put_signatory(after, false, two->checker, two->deed ? two->deed : "");
	buf_add_hex(&root, two->root, KEY_BYTES);
	item_set(after, "organisation", value_text(root.data));
}

/* The merchant waits for nothing else: its terminals can be set up. */
static enum code executed(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	enum code code = effect_load(j, after, "merchant_id", &merchant, err);

	if (code || strcmp(item_text(&merchant, "state"), "contracting") != 0)
		return code;
	effect_touch(&merchant, "configuring", j->when);
	return to->put(to->ctx, &merchant, err);
}

/* Whatever was signed stays in the record. */
static void do_void(const struct judge *j, struct item *after)
{
	item_set(after, "ended_at", value_int(j->when));
	item_set(after, "ended_by", value_text(j->who->id));
	item_set(after, "ended_why", value_text(j->reason));
}

static const char *const void_words[] = {
	N_("The merchant's data have changed; a new contract is drawn up."), N_("The merchant has withdrawn the application."),
	N_("The contract was drawn up by mistake."), N_("Ended by agreement with the merchant."), NULL,
};

static const struct action actions[] = {
	{ .id = "issue", .label = N_("Issue"),
	  .help = N_("Sends the contract to the merchant: the core makes the PDF and the signing link."),
	  .key = 'i', .from = IN(CONTRACT_DRAFT), .to = CONTRACT_ISSUED, .permission = "contract.issue", .gated = true, .apply = do_issue },
	{ .id = "execute", .label = N_("Execute"),
	  .help = N_("Signs the contract for the institution; the second authorised signatory signs when confirming."),
	  .key = 'a', .from = IN(CONTRACT_MERCHANT_SIGNED), .to = CONTRACT_EXECUTED, .permission = "contract.execute", .flags = FOUR_EYES | SIGNS,
	  .gated = true, .check = may_execute, .apply = do_execute, .effect = executed },
	{ .id = "void", .label = N_("Void contract"),
	  .help = N_("Proposes to void the contract, saying why; signatures under it are kept."),
	  .key = 'x', .from = IN(CONTRACT_DRAFT) | IN(CONTRACT_ISSUED) | IN(CONTRACT_MERCHANT_SIGNED) | IN(CONTRACT_EXECUTED), .to = CONTRACT_VOID,
	  .permission = "contract.void", .reasons = void_words, .flags = FOUR_EYES | REASON | DANGER, .apply = do_void },
	NOTE_ACTION,
};

const struct record contract_record = {
	.kind = "contract", .words = "contract_words", .label = N_("Contract"), .plural = N_("Contracts"), .flags = RECORD_DESK,
	.permission = "contract.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .checks = contract_checks, .nchecks = CONTRACT_CHECKS,
	.title = "merchant_name", .prose = "text", .code = "link", .code_states = IN(CONTRACT_ISSUED), .prehash = "prehash", .sort = "-updated_at",
};

/* ---- drawing up ---- */
static void put_date(struct item *it, const char *field, int64_t ms)
{
	AUTO(buf_release) struct buf date = BUF_INIT;

	when_add_date(&date, ms);
	item_set(it, field, value_text(date.data));
}

/* The day before the same day so many years on; after a leap day the last of February. */
static void put_until(struct item *it, int64_t when, int years)
{
	struct civil c = when_civil(when);
	bool leap = c.month == 2 && c.day == 29;

	put_date(it, "valid_until", (when_day_number(c.year + years, leap ? 3 : c.month, leap ? 1 : c.day) - 1) * WHEN_DAY);
}

static enum code put_text(struct item *it, const struct template *t, const struct item *merchant, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT, hex = BUF_INIT;
	uint8_t sum[32];
	enum code code = template_fill(&text, t, merchant, it, err);

	if (code)
		return code;
	sha256(sum, text.data, text.len);
	buf_add_hex(&hex, sum, sizeof sum);
	item_set(it, "text", value_blob(text.data, text.len));
	item_set(it, "text_digest", value_text(hex.data));
	return E_OK;
}

enum code contract_make(struct item *out, const char *id, const struct item *merchant, const struct item *template, const char *who, int64_t when,
			struct err *err)
{
	AUTO(template_release) struct template t = { 0 };
	enum code code = contract_template_read(template, &t, err);

	*out = (struct item){ 0 };
	if (code)
		return code;
	item_init(out, &contract_record);
	item_set(out, "id", value_text(id));
	item_set(out, "state", value_text("draft"));
	item_set(out, "version", value_int(1));
	item_set(out, "updated_at", value_int(when));
	item_set(out, "merchant_id", value_text(item_id(merchant)));
	item_set(out, "merchant_name", value_text(item_text(merchant, "name")));
	item_set(out, "template", value_text(item_id(template)));
	item_set(out, "language", value_text(t.language));
	put_date(out, "contract_date", when);
	put_until(out, when, t.years);
	item_set(out, "drafted_by", value_text(who));
	item_set(out, "drafted_at", value_int(when));
	if ((code = put_text(out, &t, merchant, err)))
		item_release(out);
	return code;
}

/* C00000123-2 is the second contract with merchant M00000123. */
static enum code number(struct db *db, const struct item *merchant, struct buf *id, struct err *err)
{
	struct table table = record_table(&contract_record);
	struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(merchant)) } };
	int64_t before;
	enum code code = query_count(db, &q, &before, err);

	buf_addf(id, "C%s-%lld", item_id(merchant) + (*item_id(merchant) == 'M'), (long long)before + 1);
	if (code || record_id_valid(id->data))
		return code;
	return fail(err, E_INVALID, "the number of merchant %s is too long for a contract's", item_id(merchant));
}

enum code contract_draw_up(const struct judge *j, const struct item *merchant, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item template = { 0 }, contract = { 0 };
	AUTO(buf_release) struct buf id = BUF_INIT;
	enum code code = contract_template_for(j->db, CONTRACT_FAMILY, item_text(merchant, "contract_language"), &template, err);

	if (!code)
		code = number(j->db, merchant, &id, err);
	if (!code)
		code = contract_make(&contract, id.data, merchant, &template, j->who->id, j->when, err);
	return code ? code : to->put(to->ctx, &contract, err);
}

/* ---- what others ask of contracts ---- */
static enum code first_id(void *ctx, struct item *it, struct err *err)
{
	char *id = ctx;

	(void)err;
	memcpy(id, item_id(it), strlen(item_id(it)) + 1);
	return E_OK;
}

enum code contract_open(struct db *db, const char *merchant, char id[RECORD_ID_MAX + 1], struct err *err)
{
	struct table table = record_table(&contract_record);
	const struct cond open[] = {
		{ .op = COND_EQ, .column = "state", .value = value_text("draft") },
		{ .op = COND_EQ, .column = "state", .value = value_text("issued") },
		{ .op = COND_EQ, .column = "state", .value = value_text("merchant_signed") },
	};
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(merchant) },
		{ .op = COND_OR, .kids = open, .nkids = COUNT(open) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) }, .limit = 1 };

	*id = '\0';
	return item_each(db, &contract_record, &q, first_id, id, err);
}

const char *contract_text(const struct item *contract, struct pool *pool)
{
	struct value text = item_get(contract, "text");

	return text.type == VALUE_BLOB ? pool_strndup(pool, text.text, text.len) : "";
}

enum code contract_paper(const struct item *contract, struct buf *pdf, int *pages, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf name = BUF_INIT;
	struct paper p = { .number = item_id(contract), .text = contract_text(contract, &pool), .link = item_text(contract, "link") };

	if (!*p.text)
		return fail(err, E_STATE, "contract %s has no text", item_id(contract));
	buf_adds(&name, item_text(contract, "merchant_name"));
	p.title = name.data;
	if (when_parse_date(item_text(contract, "contract_date"), &p.at, err))
		return err->code;
	return paper_write(pdf, &p, pages, err);
}

/* ---- who signed ---- */
const struct contract_signature contract_signatures[CONTRACT_SIGNERS] = {
	{ "merchant_signature", "merchant.minisig", "merchant.pub" },
	{ "first_signature", "signatory-1.minisig", "signatory-1.pub" },
	{ "second_signature", "signatory-2.minisig", "signatory-2.pub" },
};

static enum code our_signer(const struct item *c, bool first, struct contract_signer *out, struct err *err)
{
	const char *text = item_text(c, first ? "first_certificate" : "second_certificate"), *hex = item_text(c, "organisation");
	struct value sig = item_get(c, first ? "first_cert_sig" : "second_cert_sig");
	uint8_t root[KEY_BYTES];
	struct actor who;

	if (sig.type != VALUE_BLOB || sig.len != SIG_BYTES || !hex_decode(hex, strlen(hex), root, KEY_BYTES))
		return fail(err, E_INVALID, "the signatory's certificate is not there");
	if (cert_read(&out->cert, text, strlen(text), (const uint8_t *)sig.text, root, err))
		return err->code;
	if (strcmp(out->cert.id, item_text(c, first ? "first_signatory" : "second_signatory")) != 0)
		return fail(err, E_SIGNATURE, "the certificate is another person's");
	actor_from_cert(&who, &out->cert, root);
	if (!out->cert.active || !actor_may(&who, "contract.execute"))
		return fail(err, E_SIGNATURE, "%s signed as a signatory without being one", out->cert.name);
	memcpy(out->key, out->cert.key, KEY_BYTES);
	out->deed.signer = out->cert.name;
	return E_OK;
}

enum code contract_signer(const struct item *c, size_t n, struct contract_signer *out, struct err *err)
{
	uint8_t prehash[PREHASH_BYTES];
	const char *hex = item_text(c, "merchant_key");
	enum code code;

	*out = (struct contract_signer){ .ours = n > 0, .there = *item_text(c, contract_signatures[n].field) };
	out->deed = (struct deed){ item_text(c, contract_signatures[n].field), c->rec->kind, item_id(c), n ? DEED_SIGNATORY : CONTRACT_MERCHANT_ROLE,
				    item_text(c, "signer") };
	if (!out->there)
		return E_OK;
	if (!deed_prehash(c, prehash))
		return fail(err, E_INVALID, "the contract does not say which document was signed");
	if (!n && !hex_decode(hex, strlen(hex), out->key, KEY_BYTES))
		return fail(err, E_INVALID, "the merchant's key is not there");
	if (n && (code = our_signer(c, n == 1, out, err)))
		return code;
	return deed_verify(&out->deed, prehash, out->key, &out->at, err);
}
