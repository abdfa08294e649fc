#include "core/screening/csv.h"

#include <string.h>

#include "core/values/text.h"

void csv_init(struct csv *c, const char *name, const char *data, size_t n, size_t cells)
{
	*c = (struct csv){ .name = name, .at = data, .end = data + n, .cells = cells, .next = 1, .pool = POOL_INIT };
	if (n >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) /* spreadsheets put a byte order mark first */
		c->at += 3;
}

void csv_release(struct csv *c)
{
	pool_release(&c->pool);
}

enum code csv_fail(const struct csv *c, struct err *err)
{
	return fail_in(err, N_("%s: line %d"), c->name, c->line);
}

static bool at_line_end(const struct csv *c)
{
	return c->at == c->end || *c->at == '\n' || (*c->at == '\r' && c->at + 1 < c->end && c->at[1] == '\n');
}

static enum code read_quoted(struct csv *c, struct buf *cell, struct err *err)
{
	for (c->at++; c->at < c->end; c->at++) {
		if (*c->at == '"' && c->at + 1 < c->end && c->at[1] == '"')
			c->at++;
		else if (*c->at == '"')
			break;
		c->next += *c->at == '\n';
		buf_addc(cell, *c->at);
	}
	if (c->at == c->end)
		return fail(err, E_INVALID, N_("a quote is opened and never closed"));
	c->at++;
	while (c->at < c->end && *c->at == ' ')
		c->at++;
	if (!at_line_end(c) && *c->at != ',')
		return fail(err, E_INVALID, N_("after a closing quote comes a comma or the end of the line"));
	return E_OK;
}

static enum code read_bare(struct csv *c, struct buf *cell, struct err *err)
{
	while (!at_line_end(c) && *c->at != ',') {
		if (*c->at == '"' || *c->at == '\r')
			return fail(err, E_INVALID, N_("a quote, or half a line end, stands inside a cell that is not quoted"));
		buf_addc(cell, *c->at++);
	}
	while (cell->len && cell->data[cell->len - 1] == ' ')
		buf_setlen(cell, cell->len - 1);
	return E_OK;
}

static enum code read_cell(struct csv *c, const char **out, struct err *err)
{
	AUTO(buf_release) struct buf cell = BUF_INIT;
	enum code code;

	while (c->at < c->end && *c->at == ' ')
		c->at++;
	code = c->at < c->end && *c->at == '"' ? read_quoted(c, &cell, err) : read_bare(c, &cell, err);
	if (code)
		return code;
	if (cell.len > CSV_CELL_BYTES)
		return fail(err, E_INVALID, N_("a cell is longer than %d bytes"), CSV_CELL_BYTES);
	if (!text_valid(cell.data, cell.len))
		return fail(err, E_INVALID, N_("a cell is not UTF-8; save the list as CSV in UTF-8"));
	*out = pool_strndup(&c->pool, cell.data, cell.len);
	return E_OK;
}

static enum code read_row(struct csv *c, const char *cell[CSV_CELLS], struct err *err)
{
	size_t n = 0;
	enum code code;

	for (;;) {
		if (n == CSV_CELLS)
			return fail(err, E_INVALID, N_("the line has more than %d cells"), CSV_CELLS);
		if ((code = read_cell(c, &cell[n++], err)))
			return code;
		if (at_line_end(c))
			break;
		c->at++; /* the comma */
	}
	if (c->at < c->end) {
		c->at += *c->at == '\r' ? 2 : 1;
		c->next++;
	}
	if (!c->cells)
		c->cells = n;
	if (n != c->cells)
		return fail(err, E_INVALID, N_("the line has %zu cells, not %zu"), n, c->cells);
	return E_OK;
}

static bool only_the_end(const struct csv *c)
{
	const char *at = c->at;

	while (at < c->end && (*at == '\r' || *at == '\n'))
		at++;
	if (at + 1 == c->end && *at == 0x1a)
		at++;
	return at == c->end;
}

enum code csv_next(struct csv *c, const char *cell[CSV_CELLS], bool *more, struct err *err)
{
	pool_clear(&c->pool);
	c->line = c->next;
	*more = !only_the_end(c);
	if (!*more || !read_row(c, cell, err))
		return E_OK;
	return csv_fail(c, err);
}
