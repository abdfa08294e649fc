/* A picture that a customer sent in for an identity check. The picture itself is fetched by its SHA-256. */
#include "core/records/user.h"

static const struct choice types[] = {
	{ "identity_front", N_("Identity document, front") },
	{ "identity_back", N_("Identity document, back") },
	{ "face", N_("Face, from the liveness test") },
	{ "guardian_consent", N_("Guardian's consent") },
	{ "other", N_("Something else") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Scan no."), 14),
	{ F("check_id", VALUE_TEXT), .label = N_("Identity check"), .type = FIELD_REF, .show = DETAIL | SHOW_SEARCH, .ref_kind = "identity_check" },
	{ F("user_id", VALUE_TEXT), .label = N_("User no."), .type = FIELD_REF, .show = LISTED, .width = 12, .rank = 4, .ref_kind = "user" },
	{ F("type", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = LISTED, .width = 24, .rank = 1, .choices = types },
	{ F("media_type", VALUE_TEXT), .label = N_("Media type"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("size", VALUE_INT), .label = N_("Bytes"), .type = FIELD_INT, .show = DETAIL },
	{ F("sha256", VALUE_TEXT), .label = N_("SHA-256"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("received_at", VALUE_INT), .label = N_("Received"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 3 },
};

enum { RECEIVED, REPLACED };

static const struct state states[] = {
	[RECEIVED] = { .name = "received", .label = N_("Received"), .tone = TONE_PLAIN, .core = true },
	[REPLACED] = { .name = "replaced", .label = N_("Replaced"), .tone = TONE_MUTED, .core = true },
};

/* Every one shows a person, or the number of one. */
static enum privacy shows(const struct item *it)
{
	(void)it;
	return PRIVACY_CORE;
}

const struct record scan_record = {
	.kind = "scan", .words = "scan_words", .label = N_("Scan"), .plural = N_("Scans"), .flags = RECORD_LOOKUP, .permission = "kyc.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .sort = "type",
	.picture = "sha256", .picture_class = shows,
};
