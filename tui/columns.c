#include "tui/columns.h"

#include <string.h>

enum { GAP = 1 };

static bool is_title(const struct record *rec, size_t f)
{
	return rec->title && strcmp(rec->fields[f].column.name, rec->title) == 0;
}

/* While the most important columns are placed the title may be cut short; the others must leave it its full width. */
enum { RANK_FIRST = 3, TITLE_LEAST = 12, TITLE_MOST = 40, RANK_LAST = 20 };

static int wanted(const struct record *rec, size_t f, int rank)
{
	int width = rec->fields[f].width;

	return is_title(rec, f) && rank <= RANK_FIRST && width > TITLE_LEAST ? TITLE_LEAST : width;
}

void columns_fit(struct columns *c, const struct record *rec, int cols)
{
	int width[64] = { 0 };
	int used = COLUMN_SIGNS, col = COLUMN_SIGNS;
	size_t shown = 0;

	*c = (struct columns){ .n = 0 };
	for (int rank = 1; rank <= RANK_LAST; rank++) {
		for (size_t f = 0; f < rec->nfields && f < COUNT(width) && shown < COLUMNS_MAX; f++) {
			if (width[f] && rank == RANK_FIRST + 1 && is_title(rec, f)) {
				int more = rec->fields[f].width - width[f], room = cols - used;

				more = more < room ? more : room > 0 ? room : 0;
				width[f] += more;
				used += more;
			}
			if (!(rec->fields[f].show & SHOW_LIST) || rec->fields[f].rank != rank)
				continue;
			if (shown && used + wanted(rec, f, rank) > cols) /* behind the last there is no gap */
				continue;
			width[f] = wanted(rec, f, rank);
			shown++;
			used += width[f] + GAP;
		}
	}
	for (size_t f = 0; f < rec->nfields && f < COUNT(width); f++) {
		const struct field *field = &rec->fields[f];

		if (!width[f])
			continue;
		if (is_title(rec, f) && cols > used)
			width[f] += cols - used < TITLE_MOST ? cols - used : TITLE_MOST;
		c->place[c->n++] = (struct column_place){ .field = f, .col = col, .width = width[f],
							 .right = field->type == FIELD_MONEY || field->type == FIELD_INT };
		col += width[f] + GAP;
	}
}
