/* Commands of this desk that the core has not accepted. core/desk/desk.c writes them, sync sends them. */
#include "core/action.h"

#include <string.h>

#define F(name, kind) .column = { name, kind }

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Command"), 8),
	{ F("kind", VALUE_TEXT), .label = N_("Kind"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL, .width = 10,
	  .rank = 5 },
	{ F("record", VALUE_TEXT), .label = N_("Record"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH,
	  .width = 10, .rank = 1 },
	{ F("touches_kind", VALUE_TEXT), .label = N_("Also touches"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("touches", VALUE_TEXT), .label = N_("Record touched"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("action", VALUE_TEXT), .label = N_("Action"), .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL, .width = 20,
	  .rank = 1 },
	{ F("reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = SHOW_DETAIL | SHOW_SEARCH },
	{ F("operator", VALUE_TEXT), .label = N_("Made by"), .type = FIELD_PERSON, .show = SHOW_LIST | SHOW_DETAIL,
	  .width = 10, .rank = 4 },
	{ F("made_at", VALUE_INT), .label = N_("Made"), .type = FIELD_TIME, .show = SHOW_LIST | SHOW_DETAIL, .width = 6,
	  .rank = 4 },
	{ F("seq", VALUE_INT), .label = N_("Order"), .type = FIELD_INT, .show = SHOW_DETAIL },
	{ F("command", VALUE_BLOB), .label = N_("Signed bytes"), .type = FIELD_BYTES, .show = SHOW_HIDDEN,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL }, /* with what was filled in: a card's number */
	{ F("signature", VALUE_BLOB), .label = N_("Signature"), .type = FIELD_BYTES, .show = SHOW_HIDDEN },
	{ F("answer", VALUE_TEXT), .label = N_("The core's answer"), .type = FIELD_TEXT,
	  .show = SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH, .width = 30, .rank = 3 },
	{ F("core_record", VALUE_TEXT), .label = N_("The core's record"), .type = FIELD_TEXT, .show = SHOW_HIDDEN,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL },
	{ F("hold_until", VALUE_INT), .label = N_("Held until"), .type = FIELD_TIME, .show = SHOW_DETAIL },
	{ F("seen", VALUE_TEXT), .label = N_("The record as it was seen"), .type = FIELD_TEXT, .show = SHOW_HIDDEN,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL },
	{ F("wanted", VALUE_TEXT), .label = N_("The record as it was to become"), .type = FIELD_TEXT, .show = SHOW_HIDDEN,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL },
	{ F("batch", VALUE_INT), .label = N_("Batch"), .type = FIELD_INT, .show = SHOW_LIST | SHOW_DETAIL, .width = 6, .rank = 7 },
	{ F("batch_size", VALUE_INT), .label = N_("Commands in the batch"), .type = FIELD_INT, .show = SHOW_DETAIL },
};

enum { PENDING, SENDING, REFUSED, CONFLICT };

static const struct state states[] = {
	[PENDING] = { .name = "pending", .label = N_("Queued, not effective"), .tone = TONE_INFO, .open = true },
	[SENDING] = { .name = "sending", .label = N_("Being sent"), .tone = TONE_INFO, .open = true, .core = true },
	[REFUSED] = { .name = "refused", .label = N_("Refused"), .tone = TONE_DANGER, .open = true, .core = true },
	[CONFLICT] = { .name = "conflict", .label = N_("In conflict"), .tone = TONE_DANGER, .open = true, .core = true },
};

/* Nobody drops what somebody else has signed, nor what may have taken effect already. */
static enum code may_discard(const struct judge *j, struct err *err)
{
	if (item_state(j->now) == SENDING)
		return fail(err, E_STATE, "command %s was sent and the core has not answered; sync first, what it answers decides", item_id(j->now));
	if (strcmp(item_text(j->now, "operator"), j->who->id))
		return fail(err, E_DENIED, "command %s was made by somebody else; its author discards it", item_id(j->now));
	return E_OK;
}

static enum code may_redo(const struct judge *j, struct err *err)
{
	if (strcmp(item_text(j->now, "operator"), j->who->id))
		return fail(err, E_DENIED, "command %s was made by somebody else; its author does it again", item_id(j->now));
	return E_OK;
}

static const struct action actions[] = {
	{ .id = "redo", .label = N_("Do again"), .help = N_("Opens the action on the record as it stands now, filled in as it was, to be signed anew; this command goes then."),
	  .key = 'a', .from = IN(REFUSED) | IN(CONFLICT), .to = STATE_STAY, .permission = "outbox.view", .flags = LOCAL | AGAIN,
	  .check = may_redo },
	{ .id = "discard", .label = N_("Discard"), .help = N_("Takes the command back for good; the journal keeps it."),
	  .key = 'x', .from = IN_ANY, .to = STATE_STAY, .permission = "outbox.view",
	  .flags = LOCAL | DANGER, .check = may_discard },
};

extern const struct record outbox_record;
const struct record outbox_record = {
	.kind = "outbox", .words = "outbox_words", .label = N_("Command"), .plural = N_("Outbox"), .flags = RECORD_CONSOLE | RECORD_OWN,
	.permission = "outbox.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .assignee = "operator", .subject_kind = "kind",
	.subject = "record", .verb = "action", .seen = "seen", .wanted = "wanted",
	.answered = "core_record", .sort = "seq",
};
