#include <libintl.h>
#include <string.h>

#include "core/records/contract.h"
#include "core/records/merchant.h"

/* ---- a contract ---- */
static void text_whole(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf hex = BUF_INIT;
	const char *text = contract_text(it, &pool);
	uint8_t sum[32];

	(void)db;
	sha256(sum, text, strlen(text));
	buf_add_hex(&hex, sum, sizeof sum);
	if (!*text)
		check_say(out, CHECK_FAILED, N_("there is no text"));
	else if (strcmp(hex.data, item_text(it, "text_digest")) != 0)
		check_say(out, CHECK_FAILED, N_("the text is not the one whose digest stands in the record"));
	else
		check_say(out, CHECK_PASSED, N_("the digest on each page is the digest of this text"));
}

/* Says what is in the way of filling the template anew, or whether that gives the same text. */
static enum code fill_again(struct db *db, const struct item *it, bool *same, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 }, record = { 0 };
	AUTO(template_release) struct template t = { 0 };
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct value stands = item_get(it, "text");
	enum code code = item_load(&merchant, db, &merchant_record, item_text(it, "merchant_id"), err);

	if (!code)
		code = item_load(&record, db, &contract_template_record, item_text(it, "template"), err);
	if (!code)
		code = contract_template_read(&record, &t, err);
	if (!code)
		code = template_fill(&text, &t, &merchant, it, err);
	*same = !code && stands.type == VALUE_BLOB && stands.len == text.len && !memcmp(stands.text, text.data, text.len);
	return code;
}

/* Until it is executed a contract has to say of the merchant what the merchant's record says. */
static void merchant_same(struct db *db, const struct item *it, struct checklist *out)
{
	struct err err = { 0 };
	bool same;
	enum code code;

	if (*item_text(it, "second_signature") || item_int(it, "ended_at")) {
		check_say(out, CHECK_PASSED, N_("signed, or over: the text stands as it was"));
		return;
	}
	code = fill_again(db, it, &same, &err);
	if (code == E_NOTFOUND)
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (code)
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else if (same)
		check_say(out, CHECK_PASSED, N_("the contract says what the merchant's record says"));
	else
		check_say(out, CHECK_FAILED, N_("the merchant's record or the template has changed since; void the contract and draw it up anew"));
}

/* A signature is over the PDF, and people read the text: whoever signs next has to know that the one says what the other does. The core made
 * the PDF; made anew here it is the same file, unless the fonts differ. */
static void document_same(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT, hex = BUF_INIT;
	uint8_t prehash[PREHASH_BYTES];
	struct err err = { 0 };

	(void)db;
	if (contract_paper(it, &pdf, NULL, &err)) {
		check_say(out, CHECK_UNKNOWN, N_("the PDF cannot be made here: %s"), err.msg);
		return;
	}
	minisign_prehash(prehash, pdf.data, pdf.len);
	buf_add_hex(&hex, prehash, sizeof prehash);
	if (!strcmp(hex.data, item_text(it, "prehash")))
		check_say(out, CHECK_PASSED, N_("made anew from this text it is the file that was signed"));
	else
		check_say(out, CHECK_UNKNOWN, N_("made anew here it is another file: other fonts, or another text; read the PDF itself before you sign it"));
}

static void merchant_signed(struct db *db, const struct item *it, struct checklist *out)
{
	struct contract_signer s;
	struct err err = { 0 };
	enum code code = contract_signer(it, 0, &s, &err);

	(void)db;
	if (code)
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else if (!s.there)
		check_say(out, CHECK_UNKNOWN, N_("the merchant has not signed yet"));
	else
		check_say(out, CHECK_PASSED, N_("the signature over the PDF verifies under the merchant's key"));
}

/* The record brings the root key of its certificates along, which proves nothing unless it is the house's that looks. */
static bool of_this_house(const struct item *it, const uint8_t *root)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;

	if (!root)
		return true;
	buf_add_hex(&hex, root, KEY_BYTES);
	return !strcmp(hex.data, item_text(it, "organisation"));
}

static void signatories(struct db *db, const struct item *it, struct checklist *out)
{
	struct contract_signer one, two;
	struct err err = { 0 };

	(void)db;
	if (contract_signer(it, 1, &one, &err) || contract_signer(it, 2, &two, &err))
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else if (!one.there && !two.there)
		check_say(out, CHECK_UNKNOWN, N_("our signatories have not signed yet"));
	else if (!one.there || !two.there || crypto_equal(one.key, two.key, KEY_BYTES))
		check_say(out, CHECK_FAILED, N_("it takes the signatures of two persons"));
	else if (!of_this_house(it, out->root))
		check_say(out, CHECK_UNKNOWN, N_("%s and %s have signed, but are certified under another root key than this desk's"), one.cert.name, two.cert.name);
	else
		check_say(out, CHECK_PASSED, N_("%s and %s have signed; both signatures and certificates verify"), one.cert.name, two.cert.name);
}

const struct check contract_checks[] = {
	{ .id = "text", .label = N_("Text"), .run = text_whole },
	{ .id = "merchant_same", .label = N_("Merchant's data"), .run = merchant_same },
	{ .id = "document", .label = N_("PDF"), .run = document_same, .states = IN(CONTRACT_MERCHANT_SIGNED) },
	{ .id = "merchant_signature", .label = N_("Merchant's signature"), .run = merchant_signed },
	{ .id = "signatories", .label = N_("Our signatories"), .run = signatories },
};
_Static_assert(COUNT(contract_checks) == CONTRACT_CHECKS, "its header counts the checks");

/* ---- a template ---- */
static void template_digest(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	struct value text = item_get(it, "text");
	uint8_t sum[32];

	(void)db;
	sha256(sum, text.type == VALUE_BLOB ? text.text : "", text.type == VALUE_BLOB ? text.len : 0);
	buf_add_hex(&hex, sum, sizeof sum);
	if (strcmp(hex.data, item_text(it, "digest")) != 0)
		check_say(out, CHECK_FAILED, N_("the text is not the one whose digest stands in the record"));
	else
		check_say(out, CHECK_PASSED, N_("the digest is the text's"));
}

static void template_places(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(template_release) struct template t = { 0 };
	struct err err = { 0 };

	(void)db;
	if (contract_template_read(it, &t, &err))
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else if (strcmp(t.family, item_text(it, "family")) || strcmp(t.language, item_text(it, "language")) || t.edition != item_int(it, "edition"))
		check_say(out, CHECK_FAILED, N_("the text is of another family, language or edition than the record says"));
	else
		check_say(out, CHECK_PASSED, N_("every place that is filled in has its field"));
}

const struct check contract_template_checks[] = {
	{ .id = "digest", .label = N_("Digest"), .run = template_digest },
	{ .id = "places", .label = N_("Places"), .run = template_places },
};
_Static_assert(COUNT(contract_template_checks) == CONTRACT_TEMPLATE_CHECKS, "its header counts the checks");
