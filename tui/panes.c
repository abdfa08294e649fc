#include "tui/panes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/bulk.h"
#include "core/note.h"
#include "core/part.h"
#include "core/rules.h"
#include "core/tally.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "tui/fields.h"
#include "tui/words.h"

enum { EVENTS_MAX = 200, JOURNAL_SHOWN = 100, PIECES_MAX = 200, COMMANDS_SHOWN = 50, NOTES_SHOWN = 100 };

const char *person_name(const struct show *how, const char *id, char buffer[12])
{
	const struct cert *c = store_operator_find(how->people, how->npeople, id);

	if (c)
		return c->name;
	snprintf(buffer, 12, "%.8s", id);
	return buffer;
}

/* There is room for a whole time here, with its age behind it. */
static void show_exactly(struct buf *out, const struct item *it, size_t f, const struct show *how)
{
	bool time = it->rec->fields[f].type == FIELD_TIME && it->v[f].type == VALUE_INT && !field_masked(&it->rec->fields[f], how->clearance);

	if (time) {
		when_add_datetime(out, it->v[f].num);
		buf_setlen(out, out->len - strlen(":00")); /* the timeline has the seconds */
		buf_adds(out, " (");
	}
	field_show(out, it, f, how);
	if (time)
		buf_addc(out, ')');
}

void pane_summary(struct doc *out, const struct item *it, const struct show *how)
{
	AUTO(buf_release) struct buf cell = BUF_INIT;
	const char *heading = NULL;

	for (size_t f = 0; f < it->rec->nfields; f++) {
		const struct field *field = &it->rec->fields[f];

		if (field->group)
			heading = field->group;
		buf_clear(&cell);
		show_exactly(&cell, it, f, how);
		if (!(field->show & SHOW_DETAIL) || !cell.len || field->type == FIELD_BYTES)
			continue;
		if (heading)
			doc_heading(out, _(heading));
		heading = NULL;
		doc_add(out, _(field->label), field_role(it, f, how), cell.data);
	}
}

/* A line of a text as core/contract/template.h has them; gap: an empty one stood before it. */
static void prose_line(struct doc *out, char *line, bool gap)
{
	char *value = strstr(line, " :: ");

	if (*line == '#' || !strncmp(line, "=== ", 4)) { /* comes with a gap of its own */
		doc_heading(out, line + strspn(line, "#= "));
		return;
	}
	if (gap)
		doc_add(out, NULL, ROLE_TEXT, "");
	if (value)
		*value = '\0';
	doc_add(out, value ? line : NULL, ROLE_TEXT, value ? value + strlen(" :: ") : line);
}

void pane_prose(struct doc *out, const struct item *it, const struct show *how)
{
	AUTO(buf_wipe) struct buf text = BUF_INIT;
	int f = record_field(it->rec, it->rec->prose);
	const struct value *v = &it->v[f];
	bool gap = false;

	if (v->type == VALUE_BLOB)
		text_clean(&text, v->text, v->len, TEXT_LINES);
	if (!text.len || field_masked(&it->rec->fields[f], how->clearance)) {
		doc_add(out, NULL, ROLE_MUTED, text.len ? "***" : _("none"));
		return;
	}
	for (char *line = text.data, *end; line && *line; line = end) {
		if ((end = strchr(line, '\n')))
			*end++ = '\0';
		if (*line)
			prose_line(out, line, gap);
		gap = !*line;
	}
}

/* Did the i-th look for it? The first is who says it; of the others those that say how well they could read it. */
static bool looked(const struct item *it, const struct compared *c, size_t i)
{
	return !i || (c->sure[i] && item_get(it, c->sure[i]).type == VALUE_INT);
}

/* Does the i-th say something else than the first? Nothing is an answer too where it means something. */
static bool contradicts(const struct item *it, const struct compared *c, size_t i)
{
	const char *first = item_text(it, c->field[0]), *said = item_text(it, c->field[i]);

	if (!i || (!*said && !(c->none && looked(it, c, i))))
		return false;
	return !*first != !*said || !text_alike(said, first);
}

/* One cell: what this one says, marked where it is not what the first says, or was hard to read. */
static struct doc_cell compared_cell(struct buf *text, const struct item *it, const struct compared *c, size_t i, int64_t sure_from,
				     const struct show *how)
{
	int f = record_field(it->rec, c->field[i]), sure = c->sure[i] ? record_field(it->rec, c->sure[i]) : -1;
	bool differs = contradicts(it, c, i), said = it->v[f].type != VALUE_NULL;
	bool doubtful = sure >= 0 && it->v[sure].type == VALUE_INT && it->v[sure].num < sure_from;

	if (!said && !(c->none && looked(it, c, i)))
		return (struct doc_cell){ text->data, ROLE_MUTED };
	buf_adds(text, differs ? "! " : doubtful ? "~ " : "");
	if (said)
		field_show(text, it, (size_t)f, how);
	else
		buf_adds(text, _(c->none(it)));
	if (doubtful)
		buf_addf(text, " (%lld%%)", (long long)it->v[sure].num);
	return (struct doc_cell){ text->data, differs ? ROLE_DANGER : doubtful ? ROLE_WARNING : ROLE_TEXT };
}

void pane_compared(struct doc *out, struct desk *d, const struct item *it, const struct show *how)
{
	const struct rule *rule = it->rec->compared_rule ? rule_at(it->rec->compared_rule, store_now(desk_store(d))) : NULL;
	struct doc_cell cell[COMPARED_MAX];
	size_t n = 0;

	for (; it->rec->compared_heads[n]; n++)
		cell[n] = (struct doc_cell){ (char *)_(it->rec->compared_heads[n]), ROLE_HEADING };
	doc_cells(out, "", cell, n);
	for (size_t i = 0; i < it->rec->ncompared; i++) {
		struct buf text[COMPARED_MAX];

		for (size_t k = 0; k < n; k++) {
			buf_init(&text[k]);
			cell[k] = it->rec->compared[i].field[k] ? compared_cell(&text[k], it, &it->rec->compared[i], k, rule ? rule->value : 0, how) :
								  (struct doc_cell){ "", ROLE_MUTED };
		}
		doc_cells(out, _(it->rec->compared[i].label), cell, n);
		for (size_t k = 0; k < n; k++)
			buf_wipe(&text[k]);
	}
}

void pane_checks(struct doc *out, const struct checklist *list)
{
	static const struct { const char *word; enum role role; } shown[] = {
		[CHECK_PASSED] = { N_("passed"), ROLE_GOOD },
		[CHECK_FAILED] = { N_("failed"), ROLE_DANGER },
		[CHECK_UNKNOWN] = { N_("unknown"), ROLE_WARNING },
	};
	struct checklist sorted = *list;

	checks_by_gravity(&sorted); /* what is wrong is seen on the smallest screen */
	for (size_t i = 0; i < sorted.n; i++)
		doc_addf(out, _(sorted.row[i].check->label), shown[sorted.row[i].status].role, _("%s: %s"),
			 _(shown[sorted.row[i].status].word), sorted.row[i].why);
}

static void tally_line(struct doc *out, const struct tally_row *r)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	enum role role = r->points * 2 >= r->most ? ROLE_DANGER : r->points ? ROLE_WARNING : ROLE_GOOD;

	buf_addf(&text, "%2lld/%-2lld  %s", (long long)r->points, (long long)r->most, r->value);
	if (*r->why)
		buf_addf(&text, " (%s)", r->why);
	doc_bar(out, _(r->label), role, r->points, r->most, text.data);
}

void pane_tally(struct doc *out, struct desk *d, const struct item *it, const struct show *how)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct tally t;

	if (!tally_run(desk_db(d), it, store_now(desk_store(d)), how->clearance, &t))
		return;
	buf_addf(&text, _("%lld of %lld"), (long long)t.total, (long long)t.most);
	doc_add(out, _("Points"), ROLE_TITLE, text.data);
	for (size_t i = 0; i < t.nfacts; i++)
		doc_add(out, _(t.fact[i].label), tone_role(t.fact[i].tone), t.fact[i].text);
	doc_heading(out, _("What they are made of"));
	for (size_t i = 0; i < t.n; i++)
		tally_line(out, &t.row[i]);
}

struct part_pane { struct doc *out; const struct show *how; const struct part *part; };

/* A heading of its own, and below it what lists show, but for whose it is. */
static void write_brief(struct doc *out, const struct item *piece, const struct part *part, const struct show *how)
{
	AUTO(buf_release) struct buf cell = BUF_INIT;

	doc_heading(out, item_id(piece));
	for (size_t f = F_STATE; f < piece->rec->nfields; f++) {
		buf_clear(&cell);
		if (piece->rec->fields[f].show & SHOW_LIST && strcmp(piece->rec->fields[f].column.name, part->field) != 0)
			show_exactly(&cell, piece, f, how);
		if (cell.len)
			doc_add(out, _(piece->rec->fields[f].label), field_role(piece, f, how), cell.data);
	}
}

static enum code write_piece(void *ctx, struct item *piece, struct err *err)
{
	struct part_pane *p = ctx;

	(void)err;
	if (p->part->brief) {
		write_brief(p->out, piece, p->part, p->how);
	} else {
		doc_heading(p->out, item_title(piece));
		pane_summary(p->out, piece, p->how);
	}
	return E_OK;
}

enum code pane_part(struct doc *out, struct desk *d, const struct item *it, const struct part *part, const struct show *how, struct err *err)
{
	struct part_pane p = { out, how, part };

	if (part_each(d, it, part, PIECES_MAX, write_piece, &p, err))
		return err->code;
	if (!out->n)
		doc_add(out, NULL, ROLE_MUTED, _("none"));
	return E_OK;
}

struct event_line { int64_t at; char *text; enum role role; };
struct events { struct event_line line[EVENTS_MAX]; size_t n; };

static void add_event(struct events *e, int64_t at, enum role role, const char *what, const char *who)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (e->n == EVENTS_MAX)
		return;
	buf_addf(&text, *who ? "%s · %s" : "%s", what, who);
	e->line[e->n++] = (struct event_line){ at, buf_detach(&text), role };
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct event_line *)a)->at, y = ((const struct event_line *)b)->at;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* A time of the record, with the person whose field stands right before or after it. */
static void own_times(struct events *e, const struct item *it, const struct show *how)
{
	for (size_t f = F_STANDARD; f < it->rec->nfields; f++) {
		const struct field *field = &it->rec->fields[f];
		const char *who = "";
		char buffer[12];

		if (field->type != FIELD_TIME || it->v[f].type != VALUE_INT)
			continue;
		if (it->rec->fields[f - 1].type == FIELD_PERSON && it->v[f - 1].type == VALUE_TEXT)
			who = person_name(how, it->v[f - 1].text, buffer);
		add_event(e, it->v[f].num, field_role(it, f, how), _(field->label), who);
	}
}

static const char *action_label(const struct record *rec, const char *id)
{
	const struct action *a = record_action(rec, id);

	return a ? _(a->label) : id;
}

struct notes_pane { struct events *events; const struct show *how; };

static enum code write_note(void *ctx, struct item *note, struct err *err)
{
	struct notes_pane *p = ctx;
	AUTO(buf_release) struct buf what = BUF_INIT;
	char buffer[12];

	(void)err;
	buf_addf(&what, _("Note: %s"), item_text(note, "text"));
	add_event(p->events, item_int(note, "written_at"), ROLE_TEXT, what.data, person_name(p->how, item_text(note, "author"), buffer));
	return E_OK;
}

static enum code notes(struct events *e, struct desk *d, const struct item *it, const struct show *how, struct err *err)
{
	struct notes_pane p = { e, how };

	return actor_may(desk_who(d), note_record.permission) ? note_each(desk_db(d), it, NOTES_SHOWN, write_note, &p, err) : E_OK;
}

struct commands_pane { struct events *events; const struct show *how; const struct record *rec; };

static enum code write_command(void *ctx, struct item *out, struct err *err)
{
	struct commands_pane *p = ctx;
	AUTO(buf_release) struct buf what = BUF_INIT;
	const struct action *action = record_action(p->rec, item_text(out, "action"));
	int state = item_state(out);
	char buffer[12];

	(void)err;
	buf_addf(&what, _("%s: %s"), action_label(p->rec, item_text(out, "action")), state < 0 ? "?" : _(out->rec->states[state].label));
	if (action && action->flags & REMARK)
		buf_addf(&what, " - %s", item_text(out, "reason"));
	if (*item_text(out, "answer"))
		buf_addf(&what, " - %s", item_text(out, "answer"));
	add_event(p->events, item_int(out, "made_at"), state < 0 ? ROLE_TEXT : tone_role(out->rec->states[state].tone), what.data,
		  person_name(p->how, item_text(out, "operator"), buffer));
	return E_OK;
}

/* Commands that wait in the outbox, or that came back from the core. */
static enum code own_commands(struct events *e, struct desk *d, const struct item *it, const struct show *how, struct err *err)
{
	const struct record *rec = record_find("outbox");
	struct table table = record_table(rec);
	struct cond both[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(it->rec->kind) },
		{ .op = COND_EQ, .column = "record", .value = value_text(item_id(it)) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) }, .limit = COMMANDS_SHOWN };
	struct commands_pane p = { e, how, it->rec };

	return item_each(desk_db(d), rec, &q, write_command, &p, err);
}

enum code pane_timeline(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err)
{
	struct events e = { .n = 0 };
	enum code code;

	own_times(&e, it, how);
	code = notes(&e, d, it, how, err);
	if (!code)
		code = own_commands(&e, d, it, how, err);
	qsort(e.line, e.n, sizeof *e.line, newest_first);
	for (size_t i = 0; i < e.n; i++) {
		AUTO(buf_release) struct buf when = BUF_INIT;

		when_add_datetime(&when, e.line[i].at);
		doc_add(out, when.data, e.line[i].role, e.line[i].text);
		free(e.line[i].text);
	}
	if (!out->n)
		doc_add(out, NULL, ROLE_MUTED, _("none"));
	return code;
}

/* A command's entry says its action and reason; the others say their verb. */
static void entry_words(struct buf *out, struct desk *d, const struct journal_entry *entry, const struct record *rec)
{
	int64_t batch, count;
	struct command cmd;
	struct err ignored = { 0 };

	command_init(&cmd);
	if (strcmp(entry->verb, "command") == 0 && !command_read(&cmd, entry->body, entry->body_len, NULL, 0, &ignored)) {
		buf_adds(out, action_label(rec, cmd.action));
		if (*cmd.reason)
			buf_addf(out, " - %s", cmd.reason);
		if (!bulk_of(d, entry->kind, entry->seq, &batch, &count, &ignored) && batch)
			buf_addf(out, _(" · one of %lld signed at once, #%lld"), (long long)count, (long long)batch);
	} else {
		buf_adds(out, entry->verb);
	}
	command_release(&cmd);
}

enum code pane_journal(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err)
{
	struct cond both[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(it->rec->kind) },
		{ .op = COND_EQ, .column = "id", .value = value_text(item_id(it)) },
	};
	struct query q = { .table = &journal_table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) },
			   .order = { { "seq", true } }, .norder = 1, .limit = JOURNAL_SHOWN };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	enum code code = query_open(&c, desk_db(d), &q, err);
	bool more = true;

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		AUTO(buf_release) struct buf label = BUF_INIT, text = BUF_INIT;
		struct journal_entry entry;
		char buffer[12];

		journal_from_row(&entry, row);
		buf_addf(&label, "#%lld ", (long long)entry.seq);
		when_add_datetime(&label, entry.at);
		entry_words(&text, d, &entry, it->rec);
		buf_addf(&text, " · %s · ", person_name(how, entry.operator, buffer));
		buf_add_hex(&text, entry.hash, 6);
		doc_add(out, label.data, ROLE_TEXT, text.data);
	}
	if (!out->n)
		doc_add(out, NULL, ROLE_MUTED, _("none"));
	return code;
}
