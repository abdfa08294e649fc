/* From one record to those around it: what its fields name, what its checks found, what belongs to it. */
#include <stdio.h>
#include <string.h>

#include "core/network.h"
#include "core/part.h"
#include "tui/desktop/parts.h"
#include "tui/words.h"

struct links { struct desktop *d; struct palette *p; };

/* why: what ties it to the item, translated. What has no desk here, or is not here, leads nowhere. */
static void add_link(struct links *l, const struct record *rec, const char *id, const char *why)
{
	struct desktop *d = l->d;
	AUTO(buf_release) struct buf line = BUF_INIT;

	buf_addf(&line, "%s\t%s", rec->kind, id);
	for (size_t i = 0; i < d->opened.n; i++)
		if (!strcmp(d->opened.line[i], line.data))
			return;
	if (d->opened.n < HABIT_LINES && desktop_add_item(d, l->p, line.data, why, d->opened.n))
		d->opened.line[d->opened.n++] = pool_strdup(&d->opened.pool, line.data);
}

static void add_fields(struct links *l, const struct item *it)
{
	const struct record *rec = it->rec;

	for (size_t f = 0; f < rec->nfields; f++)
		if (rec->fields[f].type == FIELD_REF && it->v[f].type == VALUE_TEXT)
			add_link(l, record_find(rec->fields[f].ref_kind), it->v[f].text, _(rec->fields[f].label));
	if (rec->subject_kind && record_find(item_text(it, rec->subject_kind)))
		add_link(l, record_find(item_text(it, rec->subject_kind)), item_text(it, rec->subject), _("what it is about"));
}

static void add_found(struct links *l, const struct item *it)
{
	struct checklist list = { 0 };

	desk_checks(l->d->sh->desk, it, &list);
	for (size_t i = 0; i < list.n; i++)
		if (list.row[i].kind)
			add_link(l, record_find(list.row[i].kind), list.row[i].id, _(list.row[i].check->label));
}

struct piece { struct links *l; const char *label; };

static enum code add_piece(void *ctx, struct item *it, struct err *err)
{
	struct piece *p = ctx;

	(void)err;
	add_link(p->l, it->rec, item_id(it), p->label);
	return E_OK;
}

static void add_part(struct links *l, const struct item *it, const struct part *part)
{
	struct piece piece = { l, _(part->label) };

	if (rail_find(&l->d->rail, part->kind) >= 0)
		part_each(l->d->sh->desk, it, part, HABIT_LINES, add_piece, &piece, NULL);
}

static void add_parts(struct links *l, const struct item *it)
{
	for (size_t i = 0; i < it->rec->nparts; i++)
		add_part(l, it, &it->rec->parts[i]);
}

/* Whoever shares something with it, and by what they are tied. */
static void add_network(struct links *l, const struct item *it)
{
	struct network n = NETWORK_INIT;

	if (it->rec->nshared && !network_read(&n, l->d->sh->desk, it, NULL))
		for (size_t i = 1; i < n.nnodes; i++)
			add_link(l, n.node[i].it.rec, item_id(&n.node[i].it), _(n.tie[n.node[i].tie].what->label));
	network_release(&n);
}

void desktop_links(struct desktop *d)
{
	const struct item *it = desktop_item(d);
	struct links l = { .d = d };

	if (!it)
		return;
	habit_lines_release(&d->opened);
	l.p = palette_new();
	if (d->focus == FOCUS_ITEM && card_part(d->card)) /* what is looked at comes first */
		add_part(&l, it, card_part(d->card));
	add_fields(&l, it);
	add_found(&l, it);
	add_network(&l, it);
	add_parts(&l, it);
	if (!d->opened.n) {
		palette_free(l.p);
		desktop_say(d, ROLE_MUTED, _("nothing that has a desk here belongs to it"));
		return;
	}
	palette_type(l.p, "");
	palette_free(d->palette);
	d->palette = l.p;
}
