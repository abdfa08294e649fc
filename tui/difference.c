/* The pane of differences: two states of a record, field by field. */
#include <string.h>

#include "core/desk/opened.h"
#include "core/proposal.h"
#include "core/values/when.h"
#include "tui/panes.h"
#include "tui/words.h"

enum { DEEDS_SHOWN = 20 };

/* One of the records that a command carries; false where it has none, or one that cannot be read any more. */
static bool read_carried(const struct item *it, const char *field, const struct record *rec, struct item *out)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *text = field ? item_text(it, field) : "";
	const struct json *change;
	bool deleted;

	if (!*text || json_parse(&pool, text, strlen(text), NULL, &change, NULL) || item_read_change(out, change, &deleted, NULL))
		return false;
	if (out->rec == rec && !deleted)
		return true;
	item_release(out);
	*out = (struct item){ 0 };
	return false;
}

static void add_shown(struct buf *out, const struct item *it, size_t f, const struct show *how)
{
	size_t from = out->len;

	item_show(out, it, f, how);
	if (out->len == from)
		buf_adds(out, _("(empty)"));
}

/* Where to look in a list of differences, said by a sign as well as by the colour. */
enum change { CHANGED, FILLED, EMPTIED, BOTH };
static const struct { char sign; enum role role; } shown_as[] = {
	[CHANGED] = { '~', ROLE_INFO }, [FILLED] = { '+', ROLE_GOOD }, [EMPTIED] = { '-', ROLE_DANGER }, [BOTH] = { '!', ROLE_WARNING },
};

/* Two values that look alike behind a mask are said to differ. */
static void add_change(struct doc *out, const struct item *from, const struct item *to, size_t f, enum change what, const struct show *how)
{
	const struct field *field = &from->rec->fields[f];
	AUTO(buf_release) struct buf label = BUF_INIT, before = BUF_INIT, after = BUF_INIT;

	add_shown(&before, from, f, how);
	add_shown(&after, to, f, how);
	if (field_masked(field, how->clearance))
		buf_adds(&after, _(" (masked)"));
	buf_addf(&label, "%c %s", shown_as[what].sign, _(field->label));
	doc_pair(out, label.data, shown_as[what].role, before.data, after.data);
}

struct sides { const char *heading, *from, *to; }; /* N_(): what differs, and what the two states are called */

/* The fields in which two states of a record differ; those in which the third differs from the first as well are where both sides wanted
 * something. Returns how many. */
static size_t add_changes(struct doc *out, const struct sides *called, const struct item *from, const struct item *to, const struct item *other,
			  const struct show *how)
{
	size_t n = 0;

	for (size_t f = 0; f < from->rec->nfields; f++) {
		const struct field *field = &from->rec->fields[f];
		bool both = other && f != F_VERSION && !value_same(from->v[f], other->v[f]);

		if (!(field->show & SHOW_DETAIL) || field->type == FIELD_BYTES || f == F_UPDATED || value_same(from->v[f], to->v[f]))
			continue;
		if (!n++) {
			doc_heading(out, _(called->heading));
			doc_pair(out, "", ROLE_MUTED, _(called->from), _(called->to));
		}
		add_change(out, from, to, f, both ? BOTH : from->v[f].type == VALUE_NULL ? FILLED : to->v[f].type == VALUE_NULL ? EMPTIED : CHANGED,
			   how);
	}
	return n;
}

static const struct sides at_core = { N_("At the core since it was seen"), N_("as its author saw it"), N_("as the core has it") };
static const struct sides was_to_change = { N_("What the command was to change"), N_("as its author saw it"), N_("as it was to become") };
static const struct sides will_change = { N_("What the command changes"), N_("as its author saw it"), N_("as it becomes") };
static const struct sides once_confirmed = { N_("What changes once it is confirmed"), N_("as it is"), N_("as it becomes") };

static const struct sides decided_here = { N_("Decided here, not yet confirmed by the core"), N_("as the core has it"), N_("as it shows here") };

static void of_command(struct doc *out, const struct item *it, const struct record *subject, const struct show *how)
{
	AUTO(item_release) struct item seen = { 0 }, wanted = { 0 }, answered = { 0 };
	bool came_back = *item_text(it, "answer") || *item_text(it, it->rec->answered), has_answer;

	if (!read_carried(it, it->rec->seen, subject, &seen) || !read_carried(it, it->rec->wanted, subject, &wanted)) {
		if (came_back)
			doc_add(out, NULL, ROLE_MUTED, _("what its author saw was not kept"));
		return;
	}
	has_answer = read_carried(it, it->rec->answered, subject, &answered);
	if (came_back && !has_answer)
		doc_add(out, NULL, ROLE_MUTED, _("the core did not tell how the record stands there"));
	else if (has_answer && !add_changes(out, &at_core, &seen, &answered, &wanted, how))
		doc_add(out, NULL, ROLE_MUTED, _("the record is the same at the core; look at what belongs to it, and at the core's answer"));
	add_changes(out, came_back ? &was_to_change : &will_change, &seen, &wanted, has_answer ? &answered : NULL, how);
}

static void of_proposal(struct doc *out, struct desk *d, const struct item *it, const struct show *how)
{
	AUTO(item_release) struct item now = { 0 }, after = { 0 };

	if (!proposal_foresee(it, desk_db(d), store_root_key(desk_store(d)), &now, &after, NULL))
		add_changes(out, &once_confirmed, &now, &after, NULL, how);
}

static void of_pending(struct doc *out, struct desk *d, const struct item *it, const struct show *how)
{
	AUTO(item_release) struct item word = { 0 };

	if (!desk_core_word(d, it->rec->kind, item_id(it), &word, NULL) && word.rec)
		add_changes(out, &decided_here, &word, it, NULL, how);
}

/* ---- since it was last opened ---- */
static const struct sides since_opened = { N_("What has changed since you last opened it"), N_("as you saw it"), N_("as it is") };

static void add_deed(struct doc *out, const struct record *rec, const struct journal_entry *e, const struct show *how)
{
	AUTO(command_release) struct command c;
	AUTO(buf_release) struct buf when = BUF_INIT, what = BUF_INIT;
	const struct action *a;
	char buffer[12];

	command_init(&c);
	if (command_read(&c, e->body, e->body_len, NULL, 0, NULL))
		return;
	a = record_action(rec, c.action);
	when_add_datetime(&when, e->at);
	buf_addf(&what, "%s · %s", a ? _(a->label) : c.action, person_name(how, e->operator, buffer));
	doc_add(out, when.data, ROLE_TEXT, what.data);
}

/* Who did what to it here meanwhile, the newest first. What else has changed came with the feed, whose records name their people themselves. */
static void add_deeds(struct doc *out, struct desk *d, const struct item *it, int64_t since, const struct show *how)
{
	const struct cond about[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(it->rec->kind) },
		{ .op = COND_EQ, .column = "id", .value = value_text(item_id(it)) },
		{ .op = COND_EQ, .column = "verb", .value = value_text("command") },
		{ .op = COND_GT, .column = "at", .value = value_int(since) },
	};
	const struct query q = { .table = &journal_table, .where = { .op = COND_AND, .kids = about, .nkids = COUNT(about) },
				 .order = { { "seq", true } }, .norder = 1, .limit = DEEDS_SHOWN };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	size_t before = out->n;
	bool more = true;

	if (query_open(&c, desk_db(d), &q, NULL))
		return;
	while (!cursor_next(c, row, &more, NULL) && more) {
		journal_from_row(&e, row);
		add_deed(out, it->rec, &e, how);
	}
	if (out->n == before && !(it->rec->flags & RECORD_OWN))
		doc_add(out, NULL, ROLE_MUTED, _("nobody at this desk did it: the core sent it so"));
}

static void of_opened(struct doc *out, struct desk *d, const struct item *it, const struct opened *since, const struct show *how)
{
	AUTO(item_release) struct item from = { 0 };
	AUTO(buf_release) struct buf when = BUF_INIT;

	if (!opened_changes(since, it))
		return;
	item_copy(&from, &since->it);
	for (size_t f = 0; f < it->rec->nfields; f++) /* of what was not kept nothing is said */
		if (!opened_differs(since, it, f) && !(f == F_VERSION && since->known[f]))
			from.v[f] = it->v[f];
	add_changes(out, &since_opened, &from, it, NULL, how);
	when_add_datetime(&when, since->at);
	doc_add(out, _("Last opened"), ROLE_MUTED, when.data);
	add_deeds(out, d, it, since->at, how);
}

void pane_difference(struct doc *out, struct desk *d, const struct item *it, const struct opened *since, const struct show *how)
{
	const struct record *subject = it->rec->subject_kind ? record_find(item_text(it, it->rec->subject_kind)) : NULL;
	struct show plain = *how;
	bool may = subject && actor_may(desk_who(d), subject->permission);
	int state = item_state(it);

	plain.now = 0; /* two ages can look the same */
	if (since && since->it.rec)
		of_opened(out, d, it, since, &plain);
	if (it->rec->seen && may)
		of_command(out, it, subject, &plain);
	else if (it->rec->evidence && may && state >= 0 && it->rec->states[state].open)
		of_proposal(out, d, it, &plain);
	else if (it->v[F_PENDING].num)
		of_pending(out, d, it, &plain);
}
