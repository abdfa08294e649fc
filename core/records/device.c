/* A device that customers sign in from, as the app and the risk engine know it. */
#include "core/records/user.h"

static const struct choice systems[] = { { "android", "Android" }, { "ios", "iOS" }, { "harmony", "HarmonyOS" }, { "other", N_("Something else") }, { NULL, NULL } };

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Device no."), 12),
	{ F("model", VALUE_TEXT), .label = N_("Model"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 16, .rank = 2 },
	{ F("system", VALUE_TEXT), .label = N_("System"), .type = FIELD_CHOICE, .show = LISTED, .width = 9, .rank = 4, .choices = systems },
	{ F("fingerprint", VALUE_TEXT), .label = N_("Fingerprint"), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH },
	{ F("rooted", VALUE_INT), .label = N_("Rooted"), .type = FIELD_FLAG, .show = LISTED, .width = 6, .rank = 5 },
	{ F("emulator", VALUE_INT), .label = N_("Emulator"), .type = FIELD_FLAG, .show = LISTED, .width = 8, .rank = 6 },
	{ F("first_seen_at", VALUE_INT), .label = N_("First seen"), .type = FIELD_TIME, .show = DETAIL },
	{ F("last_seen_at", VALUE_INT), .label = N_("Last seen"), .type = FIELD_TIME, .show = LISTED | SHOW_RUNNING, .width = 6, .rank = 3 },
};

enum { KNOWN, DISTRUSTED };

static const struct state states[] = {
	[KNOWN] = { .name = "known", .label = N_("Known"), .tone = TONE_PLAIN, .core = true },
	[DISTRUSTED] = { .name = "distrusted", .label = N_("Not trusted"), .tone = TONE_DANGER, .core = true },
};

static const struct part parts[] = {
	{ .kind = "user", .field = "device_id", .label = N_("Users"), .brief = true },
	{ .kind = "identity_check", .field = "device_id", .label = N_("Identity checks"), .brief = true }, /* of those too who have changed it since */
};

const struct record device_record = {
	.kind = "device", .words = "device_words", .label = N_("Device"), .plural = N_("Devices"), .flags = RECORD_LOOKUP, .permission = "user.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .parts = parts, .nparts = COUNT(parts),
	.title = "model", .sort = "-last_seen_at",
};
