#include "tui/rail.h"

#include <string.h>

#include "tui/words.h"

static void add(struct rail *r, const struct record *rec)
{
	if (r->n < RAIL_MAX)
		r->row[r->n++] = (struct rail_row){ .rec = rec };
}

void rail_build(struct rail *r, const struct actor *who)
{
	*r = (struct rail){ .n = 0 };
	for (size_t i = 0; i < nrecords; i++)
		if (records[i]->flags & RECORD_DESK && actor_may(who, records[i]->permission))
			add(r, records[i]);
	r->own = r->n;
	for (size_t i = 0; i < nrecords; i++)
		if (records[i]->flags & RECORD_CONSOLE && actor_may(who, records[i]->permission))
			add(r, records[i]);
	add(r, NULL);
}

enum code rail_count(struct rail *r, struct desk *d, struct err *err)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->row[i].rec && desk_count_open(d, r->row[i].rec, &r->row[i].open, err))
			return err->code;
	return E_OK;
}

int rail_find(const struct rail *r, const char *kind)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->row[i].rec ? r->row[i].rec->kind : "", kind) == 0)
			return (int)i;
	return -1;
}

const char *rail_label(const struct rail_row *row)
{
	return row->rec ? _(row->rec->plural) : _("Sync");
}

void rail_draw(const struct rail *r, struct grid *g, struct rect box, size_t current, bool active)
{
	int row = box.row;

	grid_fill(g, box, ROLE_TEXT);
	for (size_t i = 0; i < r->n; i++, row++) {
		enum role role = active && i == r->cur ? ROLE_SELECTED : i == current ? ROLE_MARKED : ROLE_TEXT;
		struct rect line = rect_meet(box, (struct rect){ row, box.col, 1, box.cols });
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (i == r->own && i) {
			grid_hline(g, row, box.col, box.cols, ROLE_BORDER);
			row++;
			line.row++;
		}
		if (row >= box.row + box.rows)
			return;
		grid_fill(g, line, role);
		if (i < 9)
			buf_addf(&text, "%zu ", i + 1);
		else
			buf_adds(&text, "  ");
		buf_adds(&text, rail_label(&r->row[i]));
		grid_put(g, line, row, box.col, role, text.data);
		if (r->row[i].open) {
			buf_clear(&text);
			buf_addf(&text, r->row[i].open < DESK_COUNT_MAX ? " %lld" : " %lld+", (long long)r->row[i].open);
			grid_put(g, line, row, box.col + box.cols - (int)text.len, role == ROLE_TEXT ? ROLE_BADGE : role, text.data);
		}
	}
}
