#include "tui/columns.h"

#include <string.h>

enum { GAP = 1 };

static bool is_title(const struct record *rec, size_t f)
{
	return rec->title && strcmp(rec->fields[f].column.name, rec->title) == 0;
}

/* The narrowest that a column may get before it is left out: only the title may shrink. */
static int least(const struct record *rec, size_t f)
{
	int width = rec->fields[f].width;

	return is_title(rec, f) && width > 12 ? 12 : width;
}

void columns_fit(struct columns *c, const struct record *rec, int cols)
{
	bool in[64] = { false };
	int used = COLUMN_SIGNS, col = COLUMN_SIGNS;
	size_t shown = 0;

	*c = (struct columns){ .n = 0 };
	for (int rank = 1; rank <= 20; rank++) {
		for (size_t f = 0; f < rec->nfields && f < COUNT(in) && shown < COLUMNS_MAX; f++) {
			if (!(rec->fields[f].show & SHOW_LIST) || rec->fields[f].rank != rank)
				continue;
			if (shown && used + least(rec, f) + GAP > cols)
				continue;
			in[f] = true;
			shown++;
			used += least(rec, f) + GAP;
		}
	}
	for (size_t f = 0; f < rec->nfields && f < COUNT(in); f++) {
		const struct field *field = &rec->fields[f];
		int width = in[f] ? least(rec, f) : 0;

		if (!in[f])
			continue;
		if (is_title(rec, f) && cols > used)
			width += cols - used < 40 ? cols - used : 40;
		c->place[c->n++] = (struct column_place){ f, col, width, field->type == FIELD_MONEY || field->type == FIELD_INT };
		col += width + GAP;
	}
}
