#include "tui/help.h"

#include <stdio.h>

#include "tui/words.h"

static void write_actions(struct doc *out, struct desk *d, const struct record *rec, const struct item *it)
{
	doc_heading(out, _("Actions"));
	for (size_t i = 0; i < rec->nactions; i++) {
		const struct action *a = &rec->actions[i];
		struct err why = { 0 };
		char key[32];

		key_label(a->key, key);
		if (it && action_possible_here(d, it, a, &why))
			doc_addf(out, key, ROLE_OVERLAY_MUTED, "%s: %s", _(a->label), why.msg);
		else
			doc_addf(out, key, ROLE_OVERLAY, "%s: %s", _(a->label), _(a->help));
	}
}

static const struct { const char *example, *what; } filter_words[] = {
	{ "state:applied", N_("a field has this value; commas for several") },
	{ "risk_score>80", N_("comparisons: > >= < <= =") },
	{ "after:7d before:2026-11-01", N_("changed since, changed before") },
	{ "is:open is:mine is:unclaimed is:pending", N_("what is left to do, and whose it is") },
	{ "-region:华东", N_("a minus turns it round") },
	{ "sort:-risk_score", N_("order; a minus for the highest first") },
	{ "\"two words\"", N_("free words are looked for in names and numbers") },
};

void help_write(struct doc *out, struct desk *d, enum scope scope, const struct record *rec, const struct item *it)
{
	doc_clear(out);
	if (rec && rec->nactions)
		write_actions(out, d, rec, it);
	doc_heading(out, _("Keys here"));
	for (int r = REQ_NONE + 1; r < REQ_COUNT; r++)
		if (req_holds((enum req)r, scope))
			doc_add(out, req_keys((enum req)r), ROLE_OVERLAY, _(req_what((enum req)r)));
	doc_heading(out, _("Filter"));
	for (size_t i = 0; i < COUNT(filter_words); i++)
		doc_addf(out, NULL, ROLE_OVERLAY, "%s   %s", filter_words[i].example, _(filter_words[i].what));
}
