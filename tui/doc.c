#include "tui/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void doc_clear(struct doc *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->line[i].label);
		free(d->line[i].text);
	}
	d->n = 0;
}

void doc_release(struct doc *d)
{
	doc_clear(d);
	free(d->line);
	*d = (struct doc)DOC_INIT;
}

static struct doc_line *add_line(struct doc *d)
{
	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 32;
		d->line = mem_grow(d->line, d->cap, sizeof *d->line);
	}
	d->line[d->n] = (struct doc_line){ .role = ROLE_TEXT };
	return &d->line[d->n++];
}

void doc_heading(struct doc *d, const char *text)
{
	struct doc_line *l;

	if (d->n)
		add_line(d)->text = mem_strdup("");
	l = add_line(d);
	l->text = mem_strdup(text);
	l->heading = true;
}

void doc_add(struct doc *d, const char *label, enum role role, const char *text)
{
	struct doc_line *l = add_line(d);

	l->label = mem_strdup(label);
	l->text = mem_strdup(text);
	l->role = role;
}

void doc_addf(struct doc *d, const char *label, enum role role, const char *fmt, ...)
{
	struct doc_line *l = add_line(d);
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&l->text, fmt, ap) < 0)
		l->text = mem_strdup("");
	va_end(ap);
	l->label = mem_strdup(label);
	l->role = role;
}

static int label_columns(const struct doc *d, int cols)
{
	int most = 0;

	for (size_t i = 0; i < d->n; i++) {
		int w = d->line[i].label ? grid_width(d->line[i].label) : 0;

		if (w > most)
			most = w;
	}
	return most > cols / 2 ? cols / 2 : most;
}

int doc_draw(const struct doc *d, struct grid *g, struct rect box, int skip, enum role label_role, enum role heading_role)
{
	int labels = label_columns(d, box.cols), row = -skip;

	for (size_t i = 0; i < d->n; i++) {
		const struct doc_line *l = &d->line[i];
		int indent = l->label ? labels + 2 : 0, lines, above = row < 0 ? -row : 0;
		struct rect text = { box.row + row + above, box.col + indent, box.rows - row - above, box.cols - indent };

		lines = grid_wrap(NULL, text, 0, ROLE_TEXT, l->text);
		if (lines < 1)
			lines = 1;
		if (text.rows > lines - above)
			text.rows = lines - above; /* its ground ends with it */
		if (g && text.rows > 0)
			grid_wrap(g, text, above, l->heading ? heading_role : l->role, l->text);
		if (g && l->label && row >= 0 && row < box.rows)
			grid_field(g, (struct rect){ box.row + row, box.col, 1, labels }, ALIGN_LEFT, label_role, l->label);
		row += lines;
	}
	return row + skip;
}
