/* The text that contracts are made of, one record for each edition in each language; two people approve it. core/contract/template.h
 * has its form. */
#include "core/records/contract.h"

#include <string.h>

static const struct choice languages[] = { { "zh", N_("Chinese") }, { "en", N_("English") }, { NULL, NULL } };

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Template no."), 16),
	{ F("title", VALUE_TEXT), .label = N_("Title"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 30, .rank = 1 },
	{ F("family", VALUE_TEXT), .label = N_("Agreement"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 4 },
	{ F("language", VALUE_TEXT), .label = N_("Language"), .type = FIELD_CHOICE, .show = LISTED, .width = 8, .rank = 2,
	  .choices = languages },
	{ F("edition", VALUE_INT), .label = N_("Edition"), .type = FIELD_INT, .show = LISTED, .width = 7, .rank = 3 },
	{ F("text", VALUE_BLOB), .label = N_("Text"), .type = FIELD_BYTES, .show = SHOW_WIRE },
	{ F("digest", VALUE_TEXT), .label = N_("SHA-256"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("drafted_at", VALUE_INT), .label = N_("Drafted"), .type = FIELD_TIME, .show = DETAIL },
	{ F("approved_by", VALUE_TEXT), .label = N_("Approved by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("confirmed_by", VALUE_TEXT), .label = N_("Confirmed by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("approved_at", VALUE_INT), .label = N_("Approved"), .type = FIELD_TIME, .show = DETAIL },
	{ F("retired_by", VALUE_TEXT), .label = N_("Retired by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("retired_at", VALUE_INT), .label = N_("Retired"), .type = FIELD_TIME, .show = DETAIL },
	{ F("reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { DRAFT, APPROVED, RETIRED };

static const struct state states[] = {
	[DRAFT] = { .name = "draft", .label = N_("Draft"), .tone = TONE_WARNING, .open = true },
	[APPROVED] = { .name = "approved", .label = N_("Approved"), .tone = TONE_GOOD },
	[RETIRED] = { .name = "retired", .label = N_("Retired"), .tone = TONE_MUTED },
};

static void do_approve(const struct judge *j, struct item *after)
{
	item_set(after, "approved_by", value_text(j->who->id));
	item_set(after, "approved_at", value_int(j->when));
	if (j->second)
		item_set(after, "confirmed_by", value_text(j->second->checker->id));
}

static void do_retire(const struct judge *j, struct item *after)
{
	item_set(after, "retired_by", value_text(j->who->id));
	item_set(after, "retired_at", value_int(j->when));
	item_set(after, "reason", value_text(j->reason));
}

static const char *const retire_words[] = { N_("A newer edition has taken its place."), N_("The law has changed."), NULL };

static const struct action actions[] = {
	{ .id = "approve", .label = N_("Approve"), .help = N_("Proposes that contracts be drawn up from it; another person confirms."),
	  .key = 'a', .from = IN(DRAFT), .to = APPROVED, .permission = "template.approve", .flags = FOUR_EYES, .gated = true,
	  .apply = do_approve },
	{ .id = "retire", .label = N_("Retire"), .help = N_("No contract is drawn up from it any more; those that are stay as they are."),
	  .key = 'x', .from = IN(DRAFT) | IN(APPROVED), .to = RETIRED, .permission = "template.approve", .reasons = retire_words,
	  .flags = REASON, .apply = do_retire },
};

const struct record contract_template_record = {
	.kind = "contract_template", .words = "contract_template_words", .label = N_("Contract template"), .plural = N_("Templates"),
	.flags = RECORD_CONSOLE, .permission = "template.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .checks = contract_template_checks, .nchecks = CONTRACT_TEMPLATE_CHECKS,
	.title = "title", .prose = "text", .sort = "-edition",
};

enum code contract_template_read(const struct item *record, struct template *t, struct err *err)
{
	struct value text = item_get(record, "text");

	if (text.type != VALUE_BLOB)
		return fail(err, E_INVALID, "contract template %s has no text", item_id(record));
	return template_read(t, item_id(record), text.text, text.len, err);
}

static enum code take_one(void *ctx, struct item *it, struct err *err)
{
	struct item *mine = ctx;

	(void)err;
	*mine = *it;
	*it = (struct item){ 0 };
	return E_OK;
}

enum code contract_template_for(struct db *db, const char *family, const char *language, struct item *it, struct err *err)
{
	struct table table = record_table(&contract_template_record);
	const struct cond all[] = {
		{ .op = COND_EQ, .column = "family", .value = value_text(family) },
		{ .op = COND_EQ, .column = "language", .value = value_text(language) },
		{ .op = COND_EQ, .column = "state", .value = value_text("approved") },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = all, .nkids = COUNT(all) }, .order = { { "edition", true } },
			   .norder = 1, .limit = 1 };
	enum code code;

	*it = (struct item){ 0 };
	code = item_each(db, &contract_template_record, &q, take_one, it, err);
	if (code)
		return code;
	return it->rec ? E_OK : fail(err, E_NOTFOUND, "there is no approved template of %s in the language %s", family, language);
}
