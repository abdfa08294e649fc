/* The journal as a desk: a view over the store's table (store/journal.h), which alone writes it. */
#include "core/record.h"

#define F(name, kind) .column = { name, kind }

static const struct choice verbs[] = {
	{ "command", N_("Decision") },
	{ "batch", N_("Decisions signed at once") },
	{ "login", N_("Unlocked") },
	{ "reveal", N_("Masked fields shown") },
	{ "copy", N_("Field copied") },
	{ "export", N_("Taken away") },
	{ "export.stopped", N_("Taken away, but stopped") },
	{ "sync.accepted", N_("Accepted by the core") },
	{ "sync.refused", N_("Refused by the core") },
	{ "sync.conflict", N_("In conflict at the core") },
	{ "sync.enrol", N_("Enrolled at the core") },
	{ "operator.add", N_("Operator added") },
	{ "operator.disable", N_("Operator disabled") },
	{ "operator.passphrase", N_("Passphrase changed") },
	{ "keys.adopted", N_("Key slots adopted") },
	{ "keys.replaced", N_("Key slots put back") },
	{ "store.create", N_("Store created") },
	{ "store.backup", N_("Store backed up") },
	{ "store.restore", N_("Store restored") },
	{ "store.rekey", N_("Store given a new key") },
	{ "store.loss", N_("Loss accepted") },
	{ NULL, NULL },
};

static const struct field fields[] = {
	{ F("id", VALUE_TEXT), .label = N_("No."), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL, .width = 6, .rank = 1 },
	{ F("state", VALUE_TEXT), .label = N_("State"), .type = FIELD_STATE, .show = SHOW_HIDDEN },
	{ F("version", VALUE_INT), .label = N_("Version"), .type = FIELD_INT, .show = SHOW_HIDDEN },
	{ F("updated_at", VALUE_INT), .label = N_("Time"), .type = FIELD_TIME, .show = SHOW_LIST | SHOW_DETAIL, .width = 6,
	  .rank = 2 },
	{ F("pending", VALUE_INT), .label = N_("Pending"), .type = FIELD_INT, .show = SHOW_HIDDEN },
	{ F("seq", VALUE_INT), .label = N_("Order"), .type = FIELD_INT, .show = SHOW_HIDDEN },
	{ F("operator", VALUE_TEXT), .label = N_("Operator"), .type = FIELD_PERSON, .show = SHOW_LIST | SHOW_DETAIL,
	  .width = 8, .rank = 2 },
	{ F("verb", VALUE_TEXT), .label = N_("Sort of entry"), .type = FIELD_TEXT, .show = SHOW_DETAIL | SHOW_SEARCH, .choices = verbs },
	{ F("what", VALUE_TEXT), .label = N_("What"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL, .width = 21,
	  .rank = 1, .choices = verbs }, /* of a command its action, which its entry has as well, otherwise the verb */
	{ F("kind", VALUE_TEXT), .label = N_("Kind"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL, .width = 10,
	  .rank = 4 },
	{ F("record", VALUE_TEXT), .label = N_("Record"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH,
	  .width = 10, .rank = 3 },
	{ F("body", VALUE_TEXT), .label = N_("Entry"), .type = FIELD_TEXT, .show = SHOW_DETAIL | SHOW_SEARCH,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL }, /* a command with what was filled in: a card's number */
	{ F("prev", VALUE_TEXT), .label = N_("Hash before"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("hash", VALUE_TEXT), .label = N_("Hash"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
};

static const struct state states[] = {
	{ .name = "recorded", .label = N_("Recorded"), .tone = TONE_PLAIN, .core = true },
};

extern const struct record journal_record;
const struct record journal_record = {
	.kind = "journal", .table = "journal_view", .words = "journal_words", .label = N_("Journal entry"), .plural = N_("Journal"),
	.flags = RECORD_CONSOLE | RECORD_OWN, .permission = "journal.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .title = "what",
	.subject_kind = "kind", .subject = "record", .verb = "what", .sort = "-seq",
};
