#include "tui/screen/pairs.h"

#include <stdlib.h>

#include "store/mem.h"

enum { SIDE = 1 + 256 };

void pairs_release(struct pairs *p)
{
	free(p->of);
	p->of = NULL;
}

int pairs_number(struct pairs *p, int fg, int bg, bool *fresh)
{
	int *at;

	if (!p->of)
		p->of = mem_alloc((size_t)SIDE * SIDE * sizeof *p->of);
	at = &p->of[(fg + 1) * SIDE + bg + 1];
	*fresh = !*at;
	if (*fresh)
		*at = ++p->n;
	return *at;
}

int pairs_suffice(int colours, int pairs)
{
	static const struct { int colours, used; } rows[] = { { 256, 240 }, { 16, 16 }, { 8, 8 } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (colours >= rows[i].colours && pairs > rows[i].used * rows[i].used)
			return rows[i].colours;
	return 0;
}
