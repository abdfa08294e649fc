#include "tui/rows.h"

#include <string.h>

#include "core/values/text.h"
#include "tui/words.h"

static bool shown(const struct field *f, enum row_form form)
{
	if (f->show & SHOW_HIDDEN)
		return false;
	return form == ROW_TEXT ? f->show & SHOW_LIST : f->type != FIELD_BYTES;
}

/* What a spreadsheet would take for a formula: also in full width, which those of East Asia take for the same. A number is none. */
static bool formula(const char *text)
{
	static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠" };
	size_t number = strspn(text, "+-");

	if (number <= 1 && text[number] && !text[number + strspn(text + number, "0123456789.,")])
		return false;
	for (size_t i = 0; i < COUNT(signs); i++)
		if (strncmp(text, signs[i], strlen(signs[i])) == 0)
			return true;
	return false;
}

/* RFC 4180; a cell that a spreadsheet would take for a formula is set off with an apostrophe. */
static void csv_cell(struct buf *out, const char *text, bool first)
{
	if (!first)
		buf_addc(out, ',');
	buf_addc(out, '"');
	if (formula(text))
		buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_addc(out, '"');
		buf_addc(out, *text);
	}
	buf_addc(out, '"');
}

static void text_cell(struct buf *out, const char *text, const struct field *f)
{
	bool right = f->type == FIELD_MONEY || f->type == FIELD_INT;

	text_fit(out, text, f->width ? f->width : 12, right ? TEXT_RIGHT : TEXT_LEFT, true);
	buf_adds(out, "  ");
}

static void text_line_end(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		buf_setlen(out, out->len - 1);
	buf_addc(out, '\n');
}

void row_head(struct buf *out, const struct record *rec, enum row_form form)
{
	bool first = true;

	if (form == ROW_JSON)
		return;
	for (size_t i = 0; i < rec->nfields; i++) {
		const struct field *f = &rec->fields[i];

		if (!shown(f, form))
			continue;
		if (form == ROW_CSV)
			csv_cell(out, f->column.name, first);
		else
			text_cell(out, _(f->label), f);
		first = false;
	}
	if (form == ROW_CSV)
		buf_adds(out, "\r\n");
	else
		text_line_end(out);
}

void row_members(struct json_writer *w, const struct item *it, const struct show *how)
{
	static const size_t lead[] = { F_ID, F_STATE, F_VERSION, F_PENDING };

	for (size_t i = 0; i < COUNT(lead); i++) {
		json_key(w, it->rec->fields[lead[i]].column.name);
		item_show_json(w, it, lead[i], how);
	}
	json_key(w, it->rec->fields[F_UPDATED].column.name);
	item_show_json(w, it, F_UPDATED, how);
	for (size_t i = F_STANDARD; i < it->rec->nfields; i++) {
		if (it->rec->fields[i].derive)
			continue;
		json_key(w, it->rec->fields[i].column.name);
		item_show_json(w, it, i, how);
	}
}

void row_write(struct buf *out, const struct item *it, enum row_form form, const struct show *how)
{
	AUTO(buf_release) struct buf cell = BUF_INIT;
	bool first = true;

	if (form == ROW_JSON) {
		struct json_writer w = JSON_WRITER(out);

		json_open(&w, '{');
		row_members(&w, it, how);
		json_close(&w, '}');
		buf_addc(out, '\n');
		return;
	}
	for (size_t i = 0; i < it->rec->nfields; i++) {
		if (!shown(&it->rec->fields[i], form))
			continue;
		buf_clear(&cell);
		item_show(&cell, it, i, how);
		if (form == ROW_CSV)
			csv_cell(out, cell.data, first);
		else
			text_cell(out, cell.data, &it->rec->fields[i]);
		first = false;
	}
	if (form == ROW_CSV) {
		buf_adds(out, "\r\n");
		return;
	}
	if (it->v[F_PENDING].num)
		buf_adds(out, _("pending"));
	text_line_end(out);
}

enum code record_unknown(const char *kind, struct err *err)
{
	AUTO(buf_release) struct buf names = BUF_INIT, clean = BUF_INIT;

	for (size_t i = 0; i < nrecords; i++)
		buf_addf(&names, i ? ", %s" : "%s", records[i]->kind);
	text_clean(&clean, kind, strlen(kind), TEXT_LINE);
	return fail(err, E_USAGE, N_("there is no record kind %s; there are: %s"), clean.data, names.data);
}
