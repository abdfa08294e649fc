#include "tui/columns.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 1 };

static bool is_title(const struct record *rec, size_t f)
{
	return rec->title && strcmp(rec->fields[f].column.name, rec->title) == 0;
}

/* While the most important columns are placed the title may be cut short; the others must leave it its full width. */
enum { RANK_FIRST = 3, TITLE_LEAST = 12, TITLE_MOST = 40, RANK_LAST = 20 };

static int wanted(const struct record *rec, const struct column_set *want, size_t f, int rank)
{
	int width = rec->fields[f].width;

	if (want->of[f].width)
		return want->of[f].width;
	return is_title(rec, f) && rank <= RANK_FIRST && width > TITLE_LEAST ? TITLE_LEAST : width;
}

bool column_listed(const struct record *rec, size_t field)
{
	return field < COLUMN_FIELDS && field < rec->nfields && rec->fields[field].show & SHOW_LIST && rec->fields[field].rank;
}

/* Those that are wanted always come before rank 1. */
static int rank_of(const struct record *rec, const struct column_set *want, size_t f)
{
	return want->of[f].wish == COLUMN_ALWAYS ? 0 : want->of[f].wish == COLUMN_HIDDEN ? RANK_LAST + 1 : rec->fields[f].rank;
}

void columns_fit(struct columns *c, const struct record *rec, const struct column_set *want, int cols)
{
	static const struct column_set nothing;
	int width[COLUMN_FIELDS] = { 0 };
	int used = COLUMN_SIGNS, col = COLUMN_SIGNS;
	size_t shown = 0;

	*c = (struct columns){ .n = 0 };
	want = want ? want : &nothing;
	for (int rank = 0; rank <= RANK_LAST; rank++) {
		for (size_t f = 0; f < rec->nfields && f < COLUMN_FIELDS && shown < COLUMNS_MAX; f++) {
			if (width[f] && rank == RANK_FIRST + 1 && is_title(rec, f) && !want->of[f].width) {
				int more = rec->fields[f].width - width[f], room = cols - used;

				more = more < room ? more : room > 0 ? room : 0;
				width[f] += more;
				used += more;
			}
			if (!column_listed(rec, f) || rank_of(rec, want, f) != rank)
				continue;
			if (shown && used + wanted(rec, want, f, rank) > cols) /* behind the last there is no gap */
				continue;
			width[f] = wanted(rec, want, f, rank);
			shown++;
			used += width[f] + GAP;
		}
	}
	for (size_t f = 0; f < rec->nfields && f < COLUMN_FIELDS; f++) {
		const struct field *field = &rec->fields[f];

		if (!width[f])
			continue;
		if (is_title(rec, f) && cols > used && !want->of[f].width)
			width[f] += cols - used < TITLE_MOST ? cols - used : TITLE_MOST;
		c->place[c->n++] = (struct column_place){ .field = f, .col = col, .width = width[f],
							 .right = field->type == FIELD_MONEY || field->type == FIELD_INT };
		col += width[f] + GAP;
	}
}

const struct column_place *columns_find(const struct columns *c, size_t field)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->place[i].field == field)
			return &c->place[i];
	return NULL;
}

/* ---- what an operator wants ---- */
void column_widen(struct column_set *set, size_t field, int width)
{
	set->of[field].width = width < COLUMN_LEAST ? COLUMN_LEAST : width > COLUMN_MOST ? COLUMN_MOST : width;
}

void column_toggle(struct column_set *set, const struct record *rec, size_t field, const struct columns *now)
{
	size_t others = 0;

	for (size_t f = 0; f < rec->nfields; f++)
		others += f != field && column_listed(rec, f) && set->of[f].wish != COLUMN_HIDDEN;
	if (!columns_find(now, field))
		set->of[field].wish = COLUMN_ALWAYS;
	else if (others)
		set->of[field].wish = COLUMN_HIDDEN;
}

void column_reset(struct column_set *set, size_t field)
{
	set->of[field].wish = COLUMN_IF_ROOM;
	set->of[field].width = 0;
}

static const char *const wishes[] = { [COLUMN_IF_ROOM] = "room", [COLUMN_ALWAYS] = "always", [COLUMN_HIDDEN] = "hidden" };

bool column_write(const struct column_set *set, const struct record *rec, size_t field, struct buf *out)
{
	if (!set->of[field].width && set->of[field].wish == COLUMN_IF_ROOM)
		return false;
	buf_addf(out, "%s %d %s", rec->fields[field].column.name, set->of[field].width, wishes[set->of[field].wish]);
	return true;
}

void column_read(struct column_set *set, const struct record *rec, const char *line)
{
	const char *number = strchr(line, ' '), *wish = number ? strchr(number + 1, ' ') : NULL;

	for (size_t f = 0; wish && f < rec->nfields; f++) {
		const char *name = rec->fields[f].column.name;
		long width = strtol(number + 1, NULL, 10);

		if (!column_listed(rec, f) || strlen(name) != (size_t)(number - line) || memcmp(line, name, strlen(name)) != 0)
			continue;
		if (width > 0)
			column_widen(set, f, width < COLUMN_MOST ? (int)width : COLUMN_MOST);
		for (size_t i = 0; i < COUNT(wishes); i++)
			if (strcmp(wish + 1, wishes[i]) == 0)
				set->of[f].wish = (enum column_wish)i;
	}
}
