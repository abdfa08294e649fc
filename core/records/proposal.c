/* What one person proposed and another has to confirm. core/proposal.c makes, judges and carries them out. */
#include "core/proposal.h"

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

/* Permissions by those who hold them (core/roles.c). */
static const struct choice needs[] = {
	{ "merchant.approve_medium", N_("Risk officer or compliance officer") }, { "merchant.approve_high", N_("Compliance officer") }, { NULL, NULL },
};

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Proposal no."), 8),
	{ F("target_kind", VALUE_TEXT), .label = N_("Kind"), .type = FIELD_TEXT, .show = LISTED, .width = 10, .rank = 6 },
	{ F("target", VALUE_TEXT), .label = N_("Record"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12,
	  .rank = 3 },
	{ F("target_version", VALUE_INT), .label = N_("Version seen"), .type = FIELD_INT, .show = DETAIL },
	{ F("title", VALUE_TEXT), .label = N_("Name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 24,
	  .rank = 1 },
	{ F("action", VALUE_TEXT), .label = N_("Action"), .type = FIELD_TEXT, .show = LISTED, .width = 12, .rank = 1 },
	{ F("needs", VALUE_TEXT), .label = N_("One of the two must be"), .type = FIELD_TEXT, .show = DETAIL, .choices = needs },
	{ F("reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH },
	{ F("maker", VALUE_TEXT), .label = N_("Made by"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 4 },
	{ F("made_at", VALUE_INT), .label = N_("Made"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 5 },
	{ F("digest", VALUE_TEXT), .label = N_("Digest"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("command", VALUE_BLOB), .label = N_("Command"), .type = FIELD_BYTES, .show = SHOW_WIRE,
	  .privacy = PRIVACY_CORE, .mask = MASK_ALL }, /* with what was filled in: a card's number */
	{ F("signature", VALUE_BLOB), .label = N_("Signature"), .type = FIELD_BYTES, .show = SHOW_WIRE },
	{ F("certificate", VALUE_TEXT), .label = N_("Maker's certificate"), .type = FIELD_TEXT, .show = SHOW_WIRE },
	{ F("cert_sig", VALUE_BLOB), .label = N_("Its signature"), .type = FIELD_BYTES, .show = SHOW_WIRE },
	{ F("checker", VALUE_TEXT), .label = N_("Answered by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("answer", VALUE_TEXT), .label = N_("Answer"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { OPEN, CONFIRMED, DECLINED, VOID };

static const struct state states[] = {
	[OPEN] = { .name = "open", .label = N_("Open"), .tone = TONE_WARNING, .open = true },
	[CONFIRMED] = { .name = "confirmed", .label = N_("Confirmed"), .tone = TONE_GOOD },
	[DECLINED] = { .name = "declined", .label = N_("Declined"), .tone = TONE_DANGER },
	[VOID] = { .name = "void", .label = N_("Void"), .tone = TONE_MUTED, .core = true }, /* its target moved on */
};

static const char *const decline_words[] = {
	N_("The evidence is not enough."), N_("The documents are not the ones that were decided on."), N_("To be decided by somebody else."), NULL,
};

static const struct action actions[] = {
	{ .id = "confirm", .label = N_("Confirm"), .help = N_("Signs what the maker made; it takes effect."),
	  .key = 'a', .from = IN(OPEN), .to = CONFIRMED, .permission = "proposal.check", .check = proposal_may_confirm,
	  .apply = proposal_answered },
	{ .id = "decline", .label = N_("Decline"), .help = N_("Turns the proposal down, saying why; nothing changes."),
	  .key = 'x', .from = IN(OPEN), .to = DECLINED, .permission = "proposal.check", .reasons = decline_words, .flags = REASON,
	  .check = proposal_may_decline, .apply = proposal_answered },
};

extern const struct record proposal_record;
const struct record proposal_record = {
	.kind = "proposal", .words = "proposal_words", .label = N_("Proposal"), .plural = N_("Approvals"), .flags = RECORD_CONSOLE,
	.permission = "proposal.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .title = "title", .subject_kind = "target_kind",
	.subject = "target", .verb = "action", .sort = "-made_at", .evidence = "digest",
};
