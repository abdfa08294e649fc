#include "tui/help.h"

#include <stdio.h>

#include "tui/words.h"

void help_why_not(struct buf *out, const struct item *it, const struct action *a, const struct err *err)
{
	const struct record *rec = it->rec;
	int state = item_state(it);
	size_t n = 0;

	if (state < 0 || a->from & IN(state)) {
		buf_adds(out, err->msg);
		return;
	}
	buf_adds(out, _("possible only in: "));
	for (size_t i = 0; i < rec->nstates; i++)
		if (a->from & IN(i))
			buf_addf(out, "%s%s", n++ ? _(", ") : "", _(rec->states[i].label));
}

const struct action *help_next_action(const struct record *rec)
{
	for (size_t i = 0; i < rec->nactions; i++)
		if (rec->actions[i].flags & NEXT)
			return &rec->actions[i];
	return NULL;
}

static void write_actions(struct doc *out, struct desk *d, const struct record *rec, const struct item *it, struct checklist *checks)
{
	doc_heading(out, _("Actions"));
	for (size_t i = 0; i < rec->nactions; i++) {
		const struct action *a = &rec->actions[i];
		struct err why = { 0 };
		char key[32];

		key_label(a->key, key);
		if (it && action_possible_given(d, it, a, checks, &why)) {
			AUTO(buf_release) struct buf text = BUF_INIT;

			help_why_not(&text, it, a, &why);
			doc_addf(out, key, ROLE_OVERLAY_MUTED, _("%s: %s"), _(a->label), text.data);
		} else {
			doc_addf(out, key, ROLE_OVERLAY, _("%s: %s"), _(a->label), _(a->help));
		}
	}
}

const struct help_filter help_filters[] = {
	{ "state:applied", N_("a field has this value; commas for several") },
	{ "risk_score>80", N_("comparisons: > >= < <= =") },
	{ "after:7d before:2026-11-01", N_("changed since, changed before") },
	{ "is:open is:mine is:unclaimed is:pending", N_("what is left to do, and whose it is") },
	{ "-region:华东", N_("a minus turns it round") },
	{ "sort:-risk_score", N_("order; a minus for the highest first") },
	{ "\"two words\"", N_("free words are looked for in names and numbers") },
};
const size_t nhelp_filters = COUNT(help_filters);

static const struct { enum glyph glyph; const char *what; } signs[] = {
	{ GLYPH_PENDING, N_("decided here, not yet confirmed by the core") },
	{ GLYPH_MINE, N_("claimed by you") },
	{ GLYPH_TAKEN, N_("claimed by somebody else") },
	{ GLYPH_MARKED, N_("marked: an action takes all that are marked") },
};

static void write_signs(struct doc *out, const struct grid *g)
{
	doc_heading(out, _("Signs in a list"));
	for (size_t i = 0; i < COUNT(signs); i++)
		doc_add(out, grid_glyph(g, signs[i].glyph), ROLE_OVERLAY, _(signs[i].what));
	doc_add(out, "!", ROLE_OVERLAY, _("a deadline that has passed; before a time: late by so much"));
	doc_add(out, "~", ROLE_OVERLAY, _("a deadline within a day, a number or a state that wants attention; ! where it alarms"));
	doc_addf(out, NULL, ROLE_OVERLAY, "%s %s   %s", grid_glyph(g, GLYPH_UP), grid_glyph(g, GLYPH_DOWN), _("the column that the list is sorted by"));
}

void help_write(struct doc *out, const struct grid *g, struct desk *d, const struct keymap *keys, enum scope scope, const struct record *rec, const struct item *it,
		struct checklist *checks)
{
	doc_clear(out);
	if (rec && rec->nactions)
		write_actions(out, d, rec, it, checks);
	doc_heading(out, _("Keys here"));
	for (int r = REQ_NONE + 1; r < REQ_COUNT; r++)
		if (req_holds((enum req)r, scope))
			doc_add(out, keymap_keys(keys, (enum req)r), ROLE_OVERLAY, _(req_what((enum req)r)));
	write_signs(out, g);
	doc_heading(out, _("Filter"));
	for (int r = REQ_NONE + 1; r < REQ_COUNT; r++)
		if (req_holds((enum req)r, SCOPE_FIND) && !req_holds((enum req)r, SCOPE_OVERLAY))
			doc_add(out, req_keys((enum req)r), ROLE_OVERLAY, _(req_what((enum req)r)));
	for (size_t i = 0; i < nhelp_filters; i++)
		doc_addf(out, NULL, ROLE_OVERLAY, "%s   %s", help_filters[i].example, _(help_filters[i].what));
}
