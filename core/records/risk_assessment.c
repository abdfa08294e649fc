/* One assessment of a merchant's risk, as it was made: the score, by which card, and what it was made of. The core makes them when the risk
 * review is passed (core/records/merchant_risk.h); they stay. */
#include "core/records/merchant_risk.h"

#include <string.h>

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct choice bands[] = { { "low", N_("Low") }, { "medium", N_("Medium") }, { "high", N_("High") }, { NULL, NULL } };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Assessment no."), 8),
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 1,
	  .ref_kind = "merchant" },
	{ F("score", VALUE_INT), .label = N_("Risk"), .type = FIELD_INT, .show = LISTED, .width = 4, .rank = 2, .warn = 20, .alarm = 40 },
	{ F("band", VALUE_TEXT), .label = N_("Risk level"), .type = FIELD_CHOICE, .show = LISTED, .width = 8, .rank = 3, .choices = bands },
	{ F("scorecard", VALUE_TEXT), .label = N_("Scorecard"), .type = FIELD_TEXT, .show = LISTED, .width = 8, .rank = 5 },
	{ F("assessed_by", VALUE_TEXT), .label = N_("Assessed by"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 6 },
	{ F("assessed_at", VALUE_INT), .label = N_("Assessed"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 4 },
	{ F("contributions", VALUE_TEXT), .label = N_("Contributions"), .type = FIELD_TEXT, .show = SHOW_WIRE,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL },
};

static const struct state states[] = { { .name = "kept", .label = N_("Kept"), .tone = TONE_PLAIN, .core = true } };

const struct record risk_assessment_record = {
	.kind = "risk_assessment", .words = "risk_assessment_words", .label = N_("Risk assessment"), .plural = N_("Risk assessments"),
	.permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.tally = merchant_tally_kept, .tally_label = N_("Risk"), .sort = "-assessed_at",
};
