#include "core/records/gathered.h"

#include <stdio.h>

#include "core/values/text.h"

struct walk { enum code (*fn)(void *ctx, struct item *part, struct err *err); void *ctx; struct gathered *g; size_t n; };

static enum code next(void *ctx, struct item *part, struct err *err)
{
	struct walk *w = ctx;

	if (w->n++ < GATHER_MAX)
		return w->fn(w->ctx, part, err);
	w->g->more = true;
	return E_OK;
}

enum code gather_each(struct db *db, const struct item *whole, const char *kind, const char *field, const char *but,
		      enum code (*fn)(void *ctx, struct item *part, struct err *err), void *ctx, struct gathered *g, struct err *err)
{
	struct walk w = { fn, ctx, g, 0 };
	const struct record *rec = record_find(kind);
	struct table table = record_table(rec);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = field, .value = value_text(item_id(whole)) },
		{ .op = COND_NE, .column = "state", .value = value_text(but) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) }, .order = { { "id", false } },
				 .norder = 1, .limit = GATHER_MAX + 1 };

	return item_each(db, rec, &q, next, &w, err);
}

void gather(struct gathered *g, const struct item *part, const struct checklist *said)
{
	const struct check_row *worst = NULL;

	for (size_t i = 0; i < said->n; i++)
		if (!worst || check_gravity(said->row[i].status) > check_gravity(worst->status))
			worst = &said->row[i];
	g->parts++;
	if (!worst)
		return;
	g->failed += worst->status == CHECK_FAILED;
	g->unknown += worst->status == CHECK_UNKNOWN;
	if (check_gravity(worst->status) <= check_gravity(g->worst.status) && g->parts > 1)
		return;
	g->worst = *worst;
	snprintf(g->worst.id, sizeof g->worst.id, "%s", item_id(part));
}

bool gathered_say(const struct gathered *g, const char *kind, struct checklist *out)
{
	size_t wrong = g->failed ? g->failed : g->unknown;

	if (!g->failed && g->more) {
		check_say(out, CHECK_UNKNOWN, N_("more than %d; nobody has looked at the others"), GATHER_MAX);
		return true;
	}
	if (!wrong)
		return false;
	if (g->parts == 1)
		check_say(out, g->worst.status, "%s: %s", g->worst.id, g->worst.why);
	else
		check_say(out, g->worst.status, N_("%d of %d, first %s: %s"), (int)wrong, (int)g->parts, g->worst.id, g->worst.why);
	check_link(out, kind, g->worst.id);
	return true;
}
