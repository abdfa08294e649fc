/* What somebody has written about a record of another kind. The core makes them of the command `note` (core/note.h). */
#include "core/note.h"

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Note no."), 8),
	{ F("about_kind", VALUE_TEXT), .label = N_("Kind"), .type = FIELD_TEXT, .show = LISTED, .width = 10, .rank = 5 },
	{ F("about", VALUE_TEXT), .label = N_("Record"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 2 },
	{ F("text", VALUE_TEXT), .label = N_("Note"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 40, .rank = 1 },
	{ F("author", VALUE_TEXT), .label = N_("Written by"), .type = FIELD_PERSON, .show = LISTED, .width = 10, .rank = 3 },
	{ F("written_at", VALUE_INT), .label = N_("Written"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 4 },
};

static const struct state states[] = { { .name = "kept", .label = N_("Kept"), .tone = TONE_PLAIN, .core = true } };

const struct record note_record = {
	.kind = "note", .words = "note_words", .label = N_("Note"), .plural = N_("Notes"), .permission = "note.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .title = "text",
	.subject_kind = "about_kind", .subject = "about", .sort = "-written_at",
};

enum code note_effect(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(item_release) struct item note = { 0 };

	item_init(&note, &note_record);
	item_set(&note, "id", value_text(to->cause));
	item_set(&note, "state", value_text("kept"));
	item_set(&note, "version", value_int(1));
	item_set(&note, "updated_at", value_int(j->when));
	item_set(&note, "about_kind", value_text(after->rec->kind));
	item_set(&note, "about", value_text(item_id(after)));
	item_set(&note, "text", value_text(j->reason));
	item_set(&note, "author", value_text(j->who->id));
	item_set(&note, "written_at", value_int(j->when));
	return to->put(to->ctx, &note, err);
}

enum code note_each(struct db *db, const struct item *about, size_t limit,
		    enum code (*each)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err)
{
	struct table table = record_table(&note_record);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "about_kind", .value = value_text(about->rec->kind) },
		{ .op = COND_EQ, .column = "about", .value = value_text(item_id(about)) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) },
			   .order = { { "written_at", true } }, .norder = 1, .limit = limit };

	return item_each(db, &note_record, &q, each, ctx, err);
}
