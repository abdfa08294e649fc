/* Somebody of ours who could be somebody on a watch list: found by this desk (core/screening/hits.c), decided by a person. The desk's own,
 * since the lists are: what is decided stands signed in the journal. */
#include "core/action.h"
#include "core/screening/hits.h"

static const struct choice as_what[] = {
	{ "customer", N_("Customer") },
	{ "legal_rep", N_("Representative") },
	{ "owner", N_("Beneficial owner") },
	{ "merchant", N_("Merchant") },
	{ NULL, NULL },
};
static const struct choice classes[] = {
	{ "sanction", N_("Sanction") }, { "pep", N_("Politically exposed") }, { "house", N_("House list") }, { NULL, NULL },
};
static const struct choice born_fits[] = {
	{ "unknown", N_("not known of both") }, { "same", N_("the same") }, { "same_year", N_("the same year") }, { "near", N_("a year apart") },
	{ "other_day", N_("another day of the same year") }, { "other", N_("another") },
	{ "other_sound", N_("another, and the name is alike by its sound only") }, { NULL, NULL },
};
static const struct choice number_fits[] = {
	{ "unknown", N_("cannot be compared") }, { "same", N_("the same") }, { "other", N_("another") }, { NULL, NULL },
};
static const struct choice ways[] = {
	{ "plain", N_("as written") }, { "han", N_("as written") }, { "simplified", N_("traditional to simplified") }, { "pinyin", N_("pinyin") },
	{ "pinyin_other", N_("pinyin, another reading") }, { "wade_giles", N_("Wade-Giles") }, { NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { LISTED = SHOW_LIST | SHOW_DETAIL, FOUND = SHOW_DETAIL | SHOW_SEARCH };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Hit"), 10),
	{ F("score", VALUE_INT), .label = N_("Score"), .type = FIELD_INT, .show = LISTED, .width = 5, .rank = 1, .warn = 900, .alarm = 980 },
	{ F("listed_name", VALUE_TEXT), .label = N_("On the list"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 26, .rank = 1 },
	{ F("name", VALUE_TEXT), .label = N_("Ours"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 18, .rank = 3,
	  .privacy = PRIVACY_IMPORTANT, .mask = MASK_NAME },
	{ F("role", VALUE_TEXT), .label = N_("As what"), .type = FIELD_CHOICE, .show = LISTED, .width = 14, .rank = 6, .choices = as_what },
	{ F("subject_kind", VALUE_TEXT), .label = N_("Kind"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("subject", VALUE_TEXT), .label = N_("Record"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 4 },
	{ F("found_at", VALUE_INT), .label = N_("Found"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 7 },

	{ F("list", VALUE_TEXT), .label = N_("List"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 6, .rank = 5,
	  .group = N_("Watch list") },
	{ F("list_version", VALUE_TEXT), .label = N_("List version"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("entry", VALUE_TEXT), .label = N_("Entry"), .type = FIELD_TEXT, .show = FOUND },
	{ F("class", VALUE_TEXT), .label = N_("Why listed"), .type = FIELD_CHOICE, .show = SHOW_DETAIL, .choices = classes },
	{ F("programme", VALUE_TEXT), .label = N_("Programme"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("listed_born", VALUE_TEXT), .label = N_("Born"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("listed_nations", VALUE_TEXT), .label = N_("Nationality"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
	{ F("note", VALUE_TEXT), .label = N_("Remarks"), .type = FIELD_TEXT, .show = SHOW_DETAIL },

	{ F("name_score", VALUE_INT), .label = N_("Score of the name"), .type = FIELD_INT, .show = SHOW_DETAIL, .group = N_("What makes the score") },
	{ F("words", VALUE_TEXT), .label = N_("Word by word"), .type = FIELD_TEXT, .show = SHOW_DETAIL, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_ALL },
	{ F("left_over", VALUE_TEXT), .label = N_("Without a partner"), .type = FIELD_TEXT, .show = SHOW_DETAIL, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_ALL },
	{ F("asked_way", VALUE_TEXT), .label = N_("Our name taken"), .type = FIELD_CHOICE, .show = SHOW_DETAIL, .choices = ways },
	{ F("listed_way", VALUE_TEXT), .label = N_("The listed one taken"), .type = FIELD_CHOICE, .show = SHOW_DETAIL, .choices = ways },
	{ F("homophone", VALUE_INT), .label = N_("Half by sound, half by characters"), .type = FIELD_FLAG, .show = SHOW_DETAIL },
	{ F("born_fit", VALUE_TEXT), .label = N_("Birth date"), .type = FIELD_CHOICE, .show = SHOW_DETAIL, .choices = born_fits },
	{ F("number_fit", VALUE_TEXT), .label = N_("Identity number"), .type = FIELD_CHOICE, .show = SHOW_DETAIL, .choices = number_fits },
	{ F("fingerprint", VALUE_TEXT), .label = N_("Fingerprint"), .type = FIELD_TEXT, .show = SHOW_HIDDEN },
	{ F("explanation", VALUE_TEXT), .label = N_("Explanation"), .type = FIELD_TEXT, .show = SHOW_HIDDEN, .privacy = PRIVACY_CORE,
	  .mask = MASK_ALL },

	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = SHOW_DETAIL, .group = N_("Decision") },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = SHOW_DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = SHOW_DETAIL },
};

static const struct state states[] = {
	[HIT_NEW] = { .name = "new", .label = N_("To be decided"), .tone = TONE_WARNING, .open = true },
	[HIT_CONFIRMED] = { .name = "confirmed_hit", .label = N_("Confirmed hit"), .tone = TONE_DANGER },
	[HIT_NONE] = { .name = "no_hit", .label = N_("No hit"), .tone = TONE_GOOD },
	[HIT_LAPSED] = { .name = "lapsed", .label = N_("No longer a hit"), .tone = TONE_MUTED, .core = true },
};

static void do_decide(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", value_text(j->reason));
}

static const char *const no_hit_words[] = {
	N_("Another birth date and another identity number."), N_("Another nationality and another place."),
	N_("The same name only; documents show another person."), N_("Listed is a company, ours is a person."), NULL,
};
static const char *const confirm_words[] = {
	N_("Name, birth date and nationality are those of the list."), N_("The identity number is that of the list."), NULL,
};
static const char *const reopen_words[] = { N_("New documents have come in."), N_("Decided by mistake."), NULL };

static const struct action actions[] = {
	{ .id = "no_hit", .label = N_("No hit"),
	  .help = N_("Ours is somebody else: does not come up again for this person until the entry, or what we know of the person, changes."),
	  .key = 'o', .from = IN(HIT_NEW), .to = HIT_NONE, .permission = "screening.decide", .flags = LOCAL | REASON, .reasons = no_hit_words,
	  .apply = do_decide },
	{ .id = "confirm_hit", .label = N_("Confirm hit"), .help = N_("Ours is the one on the list: nothing about them can be approved."),
	  .key = 'x', .from = IN(HIT_NEW), .to = HIT_CONFIRMED, .permission = "screening.decide", .flags = LOCAL | REASON | DANGER,
	  .reasons = confirm_words, .apply = do_decide },
	{ .id = "reopen", .label = N_("Decide anew"), .help = N_("Takes the decision back: the hit has to be decided again."),
	  .key = 'w', .from = IN(HIT_CONFIRMED) | IN(HIT_NONE), .to = HIT_NEW, .permission = "screening.decide", .flags = LOCAL | REASON,
	  .reasons = reopen_words, .apply = do_decide },
};

const struct record screening_hit_record = {
	.kind = "screening_hit", .label = N_("Name hit"), .plural = N_("Name hits"), .flags = RECORD_DESK | RECORD_OWN,
	.permission = "screening.check",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .title = "listed_name",
	.subject_kind = "subject_kind", .subject = "subject", .sort = "-score",
};
