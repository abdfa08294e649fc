/* A document that a merchant handed in: what the core knows about a scan. The picture itself is fetched by its SHA-256. */
#include <string.h>

#include "core/item.h"
#include "core/records/merchant_review.h"

const struct choice document_types[] = {
	{ "business_licence", N_("Business licence") },
	{ "legal_rep_identity", N_("Legal representative's identity card") },
	{ "settlement_proof", N_("Proof of the settlement account") },
	{ "shop_front", N_("Shop front") },
	{ "shop_inside", N_("Inside the shop") },
	{ "trade_permit", N_("Trade permit") },
	{ "lease", N_("Lease of the premises") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Document no."), 14),
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = DETAIL | SHOW_SEARCH,
	  .ref_kind = "merchant" },
	{ F("type", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = LISTED, .width = 24, .rank = 1,
	  .choices = document_types },
	{ F("file_name", VALUE_TEXT), .label = N_("File"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 20,
	  .rank = 4 },
	{ F("media_type", VALUE_TEXT), .label = N_("Media type"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("size", VALUE_INT), .label = N_("Bytes"), .type = FIELD_INT, .show = DETAIL },
	{ F("sha256", VALUE_TEXT), .label = N_("SHA-256"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("issued_on", VALUE_TEXT), .label = N_("Issued on"), .type = FIELD_DATE, .show = DETAIL },
	/* NULL: valid for good (长期) */
	{ F("expires_on", VALUE_TEXT), .label = N_("Valid until"), .type = FIELD_DATE, .show = LISTED, .width = 10, .rank = 3 },
	{ F("received_at", VALUE_INT), .label = N_("Received"), .type = FIELD_TIME, .show = DETAIL },
	{ F("requested_at", VALUE_INT), .label = N_("New one asked for"), .type = FIELD_TIME, .show = DETAIL },
};

enum { RECEIVED, VERIFIED, REFUSED, REPLACED };

static const struct state states[] = {
	[RECEIVED] = { .name = "received", .label = N_("Received"), .tone = TONE_PLAIN, .core = true },
	[VERIFIED] = { .name = "verified", .label = N_("Verified"), .tone = TONE_GOOD, .core = true },
	[REFUSED] = { .name = "refused", .label = N_("Refused"), .tone = TONE_DANGER, .core = true },
	[REPLACED] = { .name = "replaced", .label = N_("Replaced"), .tone = TONE_MUTED, .core = true },
};

/* As grave as the gravest of what stands on such a paper (core/records/merchant.c); what nobody knows is taken for the worst. */
static enum privacy shows(const struct item *it)
{
	static const struct { const char *type; enum privacy privacy; } papers[] = {
		{ "business_licence", PRIVACY_IMPORTANT }, { "legal_rep_identity", PRIVACY_CORE }, { "settlement_proof", PRIVACY_CORE },
		{ "shop_front", PRIVACY_GENERAL }, { "shop_inside", PRIVACY_GENERAL }, { "trade_permit", PRIVACY_IMPORTANT },
		{ "lease", PRIVACY_IMPORTANT },
	};

	for (size_t i = 0; i < COUNT(papers); i++)
		if (strcmp(item_text(it, "type"), papers[i].type) == 0)
			return papers[i].privacy;
	return PRIVACY_CORE;
}

extern const struct record document_record;
const struct record document_record = {
	.kind = "document", .words = "document_words", .label = N_("Document"), .plural = N_("Documents"), .permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .title = "file_name",
	.sort = "type", .picture = "sha256", .picture_class = shows,
};
