/* Somebody who in the end owns or controls a merchant. The core's alone: it is looked at here with the merchant, and held against the
 * watch lists. */
#include "core/records/beneficial_owner.h"

#include "core/note.h"

static const struct choice document_kinds[] = {
	{ "resident_identity_card", N_("Resident identity card") },
	{ "passport", N_("Passport") },
	{ "hk_macao_permit", N_("Travel permit, Hong Kong and Macao residents") },
	{ "taiwan_permit", N_("Travel permit, Taiwan residents") },
	{ "foreign_permanent_residence", N_("Foreign permanent resident card") },
	{ NULL, NULL },
};
/* ISO 3166-1 alpha-2; those that are met often have a label. */
static const struct choice nations[] = {
	{ "CN", N_("China") }, { "HK", N_("Hong Kong, China") }, { "MO", N_("Macao, China") }, { "TW", N_("Taiwan, China") },
	{ "JP", N_("Japan") }, { "KR", N_("Korea, Republic of") }, { "SG", N_("Singapore") }, { "MY", N_("Malaysia") }, { "US", N_("United States") },
	{ "GB", N_("United Kingdom") }, { "DE", N_("Germany") }, { "FR", N_("France") }, { "CA", N_("Canada") }, { "AU", N_("Australia") },
	{ NULL, NULL },
};
/* By which of the criteria of article 6. */
static const struct choice bases[] = {
	{ "equity", N_("Equity, shares or partnership interest") },
	{ "rights", N_("Income or voting rights") },
	{ "control", N_("Actual control") },
	{ "manager", N_("Daily management, as nobody else qualifies") },
	{ NULL, NULL },
};
static const struct choice ways[] = { { "direct", N_("Directly") }, { "indirect", N_("Through others") }, { NULL, NULL } };
static const struct choice sources[] = {
	{ "merchant", N_("Declared by the merchant") },
	{ "filing", N_("Filing of beneficial owners (PBoC)") },
	{ "register", N_("Commercial register") },
	{ "articles", N_("Articles of association") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Owner no."), 12),
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 4,
	  .ref_kind = "merchant" },
	{ F("name", VALUE_TEXT), .label = N_("Name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 14, .rank = 1,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME },
	{ F("document_kind", VALUE_TEXT), .label = N_("Kind of document"), .type = FIELD_CHOICE, .show = DETAIL, .choices = document_kinds },
	{ F("number", VALUE_TEXT), .label = N_("Number"), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH, .privacy = PRIVACY_CORE,
	  .mask = MASK_IDENTITY },
	{ F("born_on", VALUE_TEXT), .label = N_("Born"), .type = FIELD_DATE, .show = DETAIL, .privacy = PRIVACY_IMPORTANT, .mask = MASK_ALL },
	{ F("nationality", VALUE_TEXT), .label = N_("Nationality"), .type = FIELD_TEXT, .show = LISTED, .width = 8, .rank = 7, .choices = nations },

	{ F("basis", VALUE_TEXT), .label = N_("Owner by"), .type = FIELD_CHOICE, .show = LISTED, .width = 20, .rank = 3, .choices = bases,
	  .group = N_("Ownership") },
	{ F("share_bps", VALUE_INT), .label = N_("Share %"), .type = FIELD_INT, .decimals = 2, .show = LISTED, .width = 7,
	  .rank = 2 },
	{ F("held", VALUE_TEXT), .label = N_("Held"), .type = FIELD_CHOICE, .show = DETAIL, .choices = ways },
	{ F("through", VALUE_TEXT), .label = N_("Through whom, or by what"), .type = FIELD_TEXT, .show = DETAIL,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_ALL },
	{ F("since", VALUE_TEXT), .label = N_("Since"), .type = FIELD_DATE, .show = LISTED, .width = 10, .rank = 6 },
	{ F("source", VALUE_TEXT), .label = N_("Known from"), .type = FIELD_CHOICE, .show = DETAIL, .choices = sources },
	{ F("confirmed_at", VALUE_INT), .label = N_("Verified"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 5 },
};

enum { DECLARED, CONFIRMED, CONTRADICTED, ENDED };

static const struct state states[] = {
	[DECLARED] = { .name = "declared", .label = N_("As declared"), .tone = TONE_INFO, .core = true },
	[CONFIRMED] = { .name = "confirmed", .label = N_("Verified"), .tone = TONE_GOOD, .core = true },
	[CONTRADICTED] = { .name = "contradicted", .label = N_("Contradicted"), .tone = TONE_WARNING, .core = true },
	[ENDED] = { .name = "ended", .label = N_("No longer"), .tone = TONE_MUTED, .core = true },
};

static const struct action actions[] = { NOTE_ACTION };

const struct record beneficial_owner_record = {
	.kind = "beneficial_owner", .words = "beneficial_owner_words", .label = N_("Beneficial owner"), .plural = N_("Owners"),
	.flags = RECORD_LOOKUP, .permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = beneficial_owner_checks, .nchecks = BENEFICIAL_OWNER_CHECKS, .sort = "merchant_id",
};
