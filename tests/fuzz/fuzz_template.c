/* A contract's template, and a contract filled from it. What is accepted fills; no value, whoever wrote it, makes a line or a heading of its own. */
#include <string.h>

#include "core/contract/template.h"
#include "core/values/text.h"
#include "tests/fuzz/fuzz.h"

/* Every text field says something that would like to be more than a value. */
static void fill(struct item *it, const char *kind)
{
	const struct record *rec = record_find(kind);

	item_init(it, rec);
	for (size_t i = 0; i < rec->nfields; i++) {
		const struct field *f = &rec->fields[i];

		if (f->type == FIELD_CHOICE)
			item_set(it, f->column.name, value_text(f->choices->name));
		else if (f->column.type == VALUE_TEXT && f->type != FIELD_STATE)
			item_set(it, f->column.name, value_text("\n# {{merchant.name}} :: \xe2\x80\xae\033[2J"));
		else if (f->column.type == VALUE_INT)
			item_set(it, f->column.name, value_int(1763700000000));
	}
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct template t = { 0 };
	AUTO(item_release) struct item merchant = { 0 }, contract = { 0 };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err err = { 0 };
	enum code code = template_read(&t, "TEMPLATE", (const char *)data, size, &err);

	if (code) {
		HOLDS(code == E_INVALID && !strncmp(err.msg, "TEMPLATE:", 9) && !t.text && !t.pool.head);
		return 0;
	}
	HOLDS(t.family && t.language && t.title && t.edition >= 1 && t.years >= 1 && *t.text && t.text_line > 1);
	fill(&merchant, "merchant");
	fill(&contract, "contract");
	code = template_fill(&out, &t, &merchant, &contract, &err);
	HOLDS(code == E_OK || (code == E_CHECK && *err.msg));
	if (!code) {
		HOLDS(out.len <= CONTRACT_TEXT_MAX + TEMPLATE_MAX && text_valid(out.data, out.len) && lines(out.data) == lines(t.text));
		HOLDS(!strstr(out.data, "\033[") && !strstr(out.data, "\xe2\x80\xae"));
	}
	template_release(&t);
	return 0;
}
