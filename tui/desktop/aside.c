/* What is half-written when the screen locks: set aside in the sealed store, where nobody reads it without the operator's passphrase, and
 * taken up again when the same operator comes back. Nothing of it is a decision, so the journal has nothing of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

/* The lines that are kept, their parts divided by tabs: "find KIND TEXT", or "form KIND ID ACTION VERSION EVIDENCE" and then for each line of
 * the form "FIELD TEXT", with no field for the reason; of a decision on many, "many KIND HOW-MANY ACTION - -" and the same. None of the parts holds a tab or a newline: what is typed is one clean line. */
enum { PARTS = 6, LINES_MAX = 2 + INPUTS_MAX };
enum { FORM_KIND = 1, FORM_ID, FORM_ACTION, FORM_VERSION, FORM_EVIDENCE };

/* What a form was about, as its first line says. */
struct about {
	const char *part[PARTS];
	const struct record *rec;
	const struct action *action;
};

struct kept {
	struct buf line[LINES_MAX];
	size_t n;
};

static void kept_release(struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		buf_wipe(&k->line[i]);
}

static struct buf *next_line(struct kept *k)
{
	buf_init(&k->line[k->n]);
	return &k->line[k->n++];
}

/* many: on how many records it would decide; 0: on the one that it was opened on. */
static void keep_form(struct kept *k, struct form *form, size_t many)
{
	struct request r;
	struct buf *head = next_line(k);

	form_request(form, &r);
	if (many) {
		buf_addf(head, "many\t%s\t%zu\t%s\t-\t-", r.kind, many, r.action);
	} else {
		buf_addf(head, "form\t%s\t%s\t%s\t%lld\t", r.kind, r.id, r.action, (long long)r.version);
		buf_add_hex(head, r.evidence, KEY_BYTES);
	}
	for (size_t i = 0; i < r.ninput; i++)
		buf_addf(next_line(k), "%s\t%s", r.input[i].name, r.input[i].text);
	if (r.reason)
		buf_addf(next_line(k), "\t%s", r.reason);
}

static void write_lines(struct desktop *d, const struct kept *k)
{
	struct habit_lines lines = { .n = k->n };

	for (size_t i = 0; i < k->n; i++)
		lines.line[i] = k->line[i].data;
	habit_write(d->sh->desk, HABIT_ASIDE, NULL, &lines, NULL); /* the lock does not wait for a store that cannot be written */
}

void desktop_set_aside(struct desktop *d)
{
	AUTO(kept_release) struct kept k = { .n = 0 };

	desktop_bulk_end(d);
	desktop_undo_end(d);
	desktop_keep_marks(d);
	if (d->form)
		keep_form(&k, d->form, 0);
	else if (d->bulk && bulkview_form(d->bulk))
		keep_form(&k, bulkview_form(d->bulk), bulkview_bulk(d->bulk)->count[BULK_POSSIBLE]);
	else if (d->find)
		buf_addf(next_line(&k), "find\t%s\t%s", d->rail.row[d->at].rec->kind, find_text(d->find));
	if (k.n)
		write_lines(d, &k);
}

static void forget(struct desktop *d)
{
	write_lines(d, &(struct kept){ .n = 0 });
}

/* Cuts line at its tabs, in place; the last part may hold the rest. Returns how many there are. */
static size_t split(char *line, const char *part[PARTS], size_t most)
{
	size_t n = 0;

	part[n++] = line;
	while (n < most && (line = strchr(line, '\t'))) {
		*line++ = '\0';
		part[n++] = line;
	}
	return n;
}

/* Where its record is, so that the form is not over another one. */
static void go_to(struct desktop *d, const char *kind, const char *id)
{
	const struct record *here = d->rail.row[d->at].rec;
	const struct item *it = desktop_item(d);
	struct place to;

	if (here && !strcmp(here->kind, kind) && it && !strcmp(item_id(it), id))
		return;
	desktop_place(d, &to);
	if (!here || strcmp(here->kind, kind) != 0) {
		to = (struct place){ 0 };
		snprintf(to.kind, sizeof to.kind, "%s", kind);
		snprintf(to.filter, sizeof to.filter, "%s", list_own_filter(record_find(kind)));
	}
	*to.id = '\0';
	snprintf(to.row, sizeof to.row, "%s", id);
	desktop_go(d, &to);
}

/* Why it cannot go on as it was; "": it can. evidence is of now. */
static void write_changed(struct buf *why, struct desktop *d, const struct item *it, const char *const part[PARTS], uint8_t evidence[KEY_BYTES])
{
	AUTO(buf_release) struct buf now = BUF_INIT;
	long long version = strtoll(part[FORM_VERSION], NULL, 10);

	if (item_version(it) != version) {
		buf_addf(why, _("The record has changed since you began: it was version %lld, it is %lld now. Nothing was sent. This is what you had written:"),
			 version, (long long)item_version(it));
	} else {
		if (!item_evidence(it, desk_db(d->sh->desk), evidence, NULL))
			buf_add_hex(&now, evidence, KEY_BYTES);
		if (strcmp(now.data, part[FORM_EVIDENCE]) != 0)
			buf_adds(why, _("What belongs to the record has changed since you began. Nothing was sent. This is what you had written:"));
	}
}

static const char *label_of(const struct record *rec, const struct action *a, const char *field)
{
	int f = *field ? record_field(rec, field) : -1;

	return f < 0 ? a->flags & REMARK ? _(a->label) : _("Reason") : _(rec->fields[f].label);
}

/* To be read and copied: the form that it was in would sign what nobody has looked at. */
static void show_written(struct desktop *d, const struct record *rec, const struct action *a, const char *title, const char *why,
			 const struct habit_lines *lines)
{
	AUTO(buf_release) struct buf heading = BUF_INIT;

	doc_clear(&d->written);
	buf_wipe(&d->written_text);
	buf_addf(&heading, "%s · %s", _(a->label), title);
	doc_heading(&d->written, heading.data);
	doc_add(&d->written, NULL, ROLE_OVERLAY_DANGER, why);
	for (size_t i = 1; i < lines->n; i++) {
		const char *part[PARTS];

		if (split((char *)lines->line[i], part, 2) != 2)
			continue;
		doc_add(&d->written, label_of(rec, a, part[0]), ROLE_OVERLAY, part[1]);
		buf_addf(&d->written_text, d->written_text.len ? "\n%s" : "%s", part[1]);
	}
	d->helping = d->shows_written = true;
	d->scroll = 0;
}

void desktop_close_written(struct desktop *d)
{
	d->shows_written = false;
	doc_release(&d->written);
	buf_wipe(&d->written_text);
	forget(d);
}

static void fill(struct form *form, const struct habit_lines *lines)
{
	for (size_t i = 1; i < lines->n; i++) {
		const char *typed[PARTS];

		if (split((char *)lines->line[i], typed, 2) == 2)
			form_fill(form, typed[0], typed[1]);
	}
}

/* What cannot go on is read once more, if there was anything written. */
static void give_up(struct desktop *d, const struct about *about, const char *why, const struct habit_lines *lines)
{
	if (lines->n == 1)
		forget(d);
	else
		show_written(d, about->rec, about->action, about->part[FORM_ID], why, lines);
}

static bool is_many(const struct about *about)
{
	return strcmp(about->part[0], "many") == 0;
}

static void give_up_many(struct desktop *d, const struct about *about, const struct habit_lines *lines)
{
	give_up(d, about, _("None of the marked records can be taken by now. Nothing was sent. This is what you had written:"), lines);
}

/* false: it is of another version of the program, or of a role that this person had. */
static bool read_about(struct about *about, const struct desktop *d, const struct habit_lines *lines)
{
	if (split((char *)lines->line[0], about->part, PARTS) != PARTS || !(about->rec = record_find(about->part[FORM_KIND])))
		return false;
	about->action = record_action(about->rec, about->part[FORM_ACTION]);
	return about->action && rail_find(&d->rail, about->rec->kind) >= 0;
}

void desktop_take_up_many(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines lines = { 0 };
	struct about about;

	if (habit_read(d->sh->desk, HABIT_ASIDE, NULL, &lines, NULL) || !lines.n || !read_about(&about, d, &lines))
		return;
	if (desktop_form(d)) {
		fill(desktop_form(d), &lines);
		forget(d);
		return;
	}
	bulkview_free(d->bulk);
	d->bulk = NULL;
	give_up_many(d, &about, &lines);
}

/* Everything that is marked is looked at anew; then it goes on. */
static void take_up_marked(struct desktop *d, const struct about *about, const struct habit_lines *lines)
{
	if (!marks_count(d->marks, about->rec)) {
		give_up_many(d, about, lines);
		return;
	}
	if (d->rail.row[d->at].rec != about->rec)
		desktop_open_desk(d, (size_t)rail_find(&d->rail, about->rec->kind));
	d->focus = FOCUS_LIST;
	desktop_bulk(d, about->action, true);
}

static void take_up_one(struct desktop *d, const struct about *about, const struct habit_lines *lines)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf why = BUF_INIT;
	const char *const *part = about->part;
	const struct record *rec = about->rec;
	const struct action *a = about->action;
	uint8_t evidence[KEY_BYTES];

	if (desk_load(d->sh->desk, rec->kind, part[FORM_ID], &it, NULL))
		buf_adds(&why, _("The record is not here any more. This is what you had written:"));
	else
		write_changed(&why, d, &it, part, evidence);
	if (why.len) {
		give_up(d, about, why.data, lines);
		return;
	}
	go_to(d, rec->kind, part[FORM_ID]);
	d->form = form_new(&it, a, evidence, store_now(d->sh->store));
	form_present(d->form, &d->how);
	fill(d->form, lines);
	forget(d);
	desktop_sayf(d, ROLE_INFO, _("%s: what you had written is here again"), _(a->label));
}

static void take_up_form(struct desktop *d, const struct habit_lines *lines)
{
	struct about about;

	if (!read_about(&about, d, lines))
		forget(d);
	else if (is_many(&about))
		take_up_marked(d, &about, lines);
	else
		take_up_one(d, &about, lines);
}

static void take_up_find(struct desktop *d, const struct habit_lines *lines)
{
	const struct record *rec = d->rail.row[d->at].rec;
	const char *part[PARTS];

	if (split((char *)lines->line[0], part, 3) == 3 && rec && !strcmp(part[1], rec->kind)) {
		desktop_find(d);
		find_type(d->find, part[2]);
	}
	forget(d);
}

void desktop_take_up(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines lines = { 0 };

	desktop_take_marks(d);
	if (habit_read(d->sh->desk, HABIT_ASIDE, NULL, &lines, NULL) || !lines.n)
		return;
	if (!strncmp(lines.line[0], "find\t", strlen("find\t")))
		take_up_find(d, &lines);
	else
		take_up_form(d, &lines);
}
