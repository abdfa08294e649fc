/* What a card says. It begins with what its row in the list has said already; the record as the store has it comes next, and of the panes each
 * when it is first in sight: a merchant has thirteen, and nobody looks at more than two at once. */
#include <stdlib.h>
#include <string.h>

#include "core/part.h"
#include "tui/card_parts.h"
#include "tui/fields.h"
#include "tui/panes.h"
#include "tui/qrview.h"
#include "tui/words.h"

struct card *card_new(const struct record *rec, const char *id)
{
	struct card *c = mem_alloc(sizeof *c);

	c->rec = rec;
	c->id = mem_strdup(id);
	return c;
}

static void pane_clear(struct pane *p)
{
	doc_release(&p->doc);
	free(p->code);
	p->code = NULL;
	p->sign = NULL;
	p->part = NULL;
	p->written = false;
}

/* What was found out about the record as it was. */
static void forget(struct card *c)
{
	item_release(&c->item);
	item_release(&c->subject);
	free(c->checks);
	free(c->subject_checks);
	c->checks = c->subject_checks = NULL;
}

void card_free(struct card *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < PANES_MAX; i++) /* those too that an earlier load had more */
		pane_clear(&c->pane[i]);
	forget(c);
	opened_release(&c->since);
	free(c->id);
	free(c->title);
	free(c);
}

void card_since(struct card *c, struct opened *o)
{
	opened_release(&c->since);
	c->since = *o;
	*o = (struct opened){ 0 };
}

void card_learn(struct card *c, const struct item *before, const struct item *after)
{
	opened_learn(&c->since, before, after);
}

const struct item *card_item(const struct card *c)
{
	return c->loaded ? &c->item : NULL;
}

bool card_whole(const struct card *c)
{
	return c->loaded && c->whole;
}

struct checklist *card_checks(const struct card *c)
{
	return c->checks;
}

/* What it is called in its head: as its summary shows it. */
static void name(struct card *c, const struct show *how)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	int f = c->rec->title ? record_field(c->rec, c->rec->title) : -1;

	if (f >= 0)
		item_show(&title, &c->item, (size_t)f, how);
	free(c->title);
	c->title = mem_strdup(title.len ? title.data : item_id(&c->item));
}

/* ---- what the panes say ---- */
static void add_empty(struct pane *p)
{
	doc_add(&p->doc, NULL, ROLE_MUTED, "…");
}

static void write_checks(struct pane *p, const struct checklist *list)
{
	if (list)
		pane_checks(&p->doc, list);
	else
		add_empty(p);
	p->sign = list && checks_failed(list) ? "!" : NULL;
}

/* Where several said the same thing, that and the checks are what is decided by: one page, before everything else. */
static enum code review(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_compared(&p->doc, r->d, &c->item, r->own);
	if (!c->rec->nchecks)
		return E_OK;
	doc_heading(&p->doc, _("Checks"));
	write_checks(p, c->checks);
	return E_OK;
}

static enum code summary(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_summary(&p->doc, &c->item, r->own);
	return E_OK;
}

static enum code checks(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)r, (void)err;
	write_checks(p, c->checks);
	return E_OK;
}

static enum code prose(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_prose(&p->doc, &c->item, r->own);
	return E_OK;
}

static enum code tally(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_tally(&p->doc, r->d, &c->item, r->own);
	return E_OK;
}

/* A link for somebody else's telephone, who reads it from this screen. */
static enum code code(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	size_t f = (size_t)record_field(c->rec, c->rec->code);
	AUTO(buf_release) struct buf text = BUF_INIT;

	(void)err;
	field_show(&text, &c->item, f, r->own);
	doc_add(&p->doc, NULL, field_role(&c->item, f, r->own), text.data);
	if (field_masked(&c->rec->fields[f], r->own->clearance))
		return E_OK;
	p->code = mem_alloc(sizeof *p->code);
	if (qr_make(p->code, c->item.v[f].text))
		return E_OK;
	free(p->code);
	p->code = NULL;
	doc_add(&p->doc, NULL, ROLE_DANGER, _("This is no https link; no code is made of it."));
	return E_OK;
}

static enum code subject(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_summary(&p->doc, &c->subject, r->how);
	return E_OK;
}

static enum code subject_checks(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)r, (void)err;
	write_checks(p, c->subject_checks);
	return E_OK;
}

static enum code subject_prose(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_prose(&p->doc, &c->subject, r->how);
	return E_OK;
}

static enum code differences(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	(void)err;
	pane_difference(&p->doc, r->d, &c->item, &c->since, r->how);
	return E_OK;
}

static enum code part(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	return pane_part(&p->doc, r->d, &c->item, p->part, r->how, err);
}

static enum code network(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	return pane_network(&p->doc, r->d, &c->item, r->how, err);
}

static enum code timeline(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	return pane_timeline(&p->doc, r->d, &c->item, r->how, err);
}

static enum code journal(struct card *c, struct pane *p, const struct reading *r, struct err *err)
{
	return pane_journal(&p->doc, r->d, &c->item, r->how, err);
}

/* ---- which panes there are ---- */
/* Panes keep their place and scroll over a reload. */
static struct pane *next_pane(struct card *c, const char *label, pane_writer *write)
{
	struct pane *p = &c->pane[c->npanes++];

	pane_clear(p);
	p->label = label;
	p->write = write;
	return p;
}

static const char *prose_label(const struct record *rec)
{
	return rec->fields[record_field(rec, rec->prose)].label;
}

static bool has_code(const struct card *c)
{
	int f = c->rec->code ? record_field(c->rec, c->rec->code) : -1, state = item_state(&c->item);

	return f >= 0 && state >= 0 && c->rec->code_states & IN(state) && c->item.v[f].type == VALUE_TEXT;
}

/* A proposal, a command, a journal entry is about another record: who answers it sees that record and its checks here. */
static void add_subject(struct card *c)
{
	const struct record *rec = c->subject.rec;

	if (!rec)
		return;
	next_pane(c, rec->label, subject);
	if (rec->nchecks)
		next_pane(c, N_("Checks"), subject_checks);
	if (rec->prose)
		next_pane(c, prose_label(rec), subject_prose);
}

/* Only what it says tells whether there are two states of it, and whether somebody may see them here. */
static void add_differences(struct card *c, const struct reading *r)
{
	struct pane *p = next_pane(c, N_("Differences"), differences);

	differences(c, p, r, NULL);
	p->written = true;
	if (!p->doc.n)
		c->npanes--;
}

static void add_parts(struct card *c, struct desk *d)
{
	for (size_t i = 0; i < c->rec->nparts && c->npanes < PANES_MAX - 2; i++)
		if (part_visible(d, &c->rec->parts[i]))
			next_pane(c, c->rec->parts[i].label, part)->part = &c->rec->parts[i];
}

/* In the pane of that name, wherever it stands now: the differences come and go, and so does a record that this one is about. */
static void stay(struct card *c, const char *label)
{
	if (!label || (c->on < c->npanes && strcmp(c->pane[c->on].label, label) == 0))
		return;
	for (c->on = 0; c->on < c->npanes; c->on++)
		if (strcmp(c->pane[c->on].label, label) == 0)
			return;
	c->on = 0;
}

static void outline(struct card *c, const struct reading *r)
{
	const char *was = c->npanes ? c->pane[c->on].label : NULL;

	c->npanes = 0;
	if (c->rec->ncompared)
		next_pane(c, N_("Review"), review);
	next_pane(c, N_("Summary"), summary);
	if (c->rec->nchecks && !c->rec->ncompared)
		next_pane(c, N_("Checks"), checks);
	if (c->rec->prose)
		next_pane(c, prose_label(c->rec), prose);
	if (c->rec->tally)
		next_pane(c, c->rec->tally_label, tally);
	if (has_code(c))
		next_pane(c, c->rec->fields[record_field(c->rec, c->rec->code)].label, code);
	add_subject(c);
	if (c->whole)
		add_differences(c, r);
	add_parts(c, r->d);
	if (c->rec->nshared && c->npanes < PANES_MAX - 2)
		next_pane(c, N_("Network"), network);
	next_pane(c, N_("Timeline"), timeline);
	next_pane(c, N_("Journal"), journal);
	stay(c, was);
}

/* ---- reading ---- */
/* What a row says is enough for these. */
static bool in_memory(const struct pane *p)
{
	return p->write == review || p->write == summary;
}

static void write_pane(struct card *c, struct pane *p, const struct reading *r)
{
	struct err err = { 0 };

	doc_clear(&p->doc);
	if (p->write(c, p, r, &err))
		doc_add(&p->doc, NULL, ROLE_DANGER, err.msg);
	p->written = true;
}

void card_show(struct card *c, struct desk *d, const struct item *row, const struct show *how)
{
	struct reading r = { d, how, how };

	forget(c);
	item_copy(&c->item, row);
	c->loaded = true;
	c->whole = false;
	c->changes = 0;
	name(c, how);
	outline(c, &r);
	for (size_t i = 0; i < c->npanes; i++)
		if (!in_memory(&c->pane[i]))
			add_empty(&c->pane[i]);
		else if (pane_in_sight(c, i))
			write_pane(c, &c->pane[i], &r);
}

static struct show own_show(const struct card *c, struct desk *d, const struct show *how, const struct grant *granted)
{
	return grant_show(granted, &c->item, how, store_now(desk_store(d)));
}

enum code card_load(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, struct err *err)
{
	struct item fresh = { 0 };
	struct show own;
	struct reading r = { d, how, &own };
	const char *about;

	if (desk_load(d, c->rec->kind, c->id, &fresh, err))
		return err->code;
	forget(c);
	c->item = fresh;
	c->loaded = c->whole = true;
	own = own_show(c, d, how, granted);
	name(c, &own);
	c->changes = opened_changes(&c->since, &c->item);
	about = c->rec->subject_kind ? item_text(&c->item, c->rec->subject_kind) : "";
	if (record_find(about))
		desk_load(d, about, item_text(&c->item, c->rec->subject), &c->subject, NULL);
	outline(c, &r);
	return E_OK;
}

static struct checklist *run_checks(struct desk *d, const struct item *it)
{
	struct checklist *list = mem_alloc(sizeof *list);

	desk_checks(d, it, list);
	return list;
}

/* What the checks are for: it is written again when they have been run. */
static bool tells_checks(const struct pane *p)
{
	return p->write == review || p->write == checks || p->write == subject_checks;
}

static void run_all_checks(struct card *c, struct desk *d)
{
	bool mine = !c->checks && c->rec->nchecks, theirs = !c->subject_checks && c->subject.rec && c->subject.rec->nchecks;

	if (mine)
		c->checks = run_checks(d, &c->item);
	if (theirs)
		c->subject_checks = run_checks(d, &c->subject);
	for (size_t i = 0; (mine || theirs) && i < c->npanes; i++)
		c->pane[i].written &= !tells_checks(&c->pane[i]);
}

void card_read(struct card *c, struct desk *d, const struct show *how, const struct grant *granted, bool checked)
{
	struct show own = own_show(c, d, how, granted);
	struct reading r = { d, how, &own };

	if (!c->whole)
		return;
	if (checked)
		run_all_checks(c, d);
	for (size_t i = 0; i < c->npanes; i++) {
		struct pane *p = &c->pane[i];

		if (!p->written && (pane_in_sight(c, i) || (checked && tells_checks(p)))) /* which sign their tab */
			write_pane(c, p, &r);
	}
}
