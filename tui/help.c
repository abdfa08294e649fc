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
	doc_add(out, "state:applied", ROLE_OVERLAY, _("a field has this value; commas for several"));
	doc_add(out, "risk_score>80", ROLE_OVERLAY, _("comparisons: > >= < <= ="));
	doc_add(out, "after:7d before:2026-11-01", ROLE_OVERLAY, _("changed since, changed before"));
	doc_add(out, "is:open is:mine is:unclaimed is:pending", ROLE_OVERLAY, _("what is left to do, and whose it is"));
	doc_add(out, "-region:华东", ROLE_OVERLAY, _("a minus turns it round"));
	doc_add(out, "sort:-risk_score", ROLE_OVERLAY, _("order; a minus for the highest first"));
	doc_add(out, "\"two words\"", ROLE_OVERLAY, _("free words are looked for in names and numbers"));
}
