/* Manual pages as man(7) of groff and mandoc describes them. */
#include <string.h>

#include "core/record.h"
#include "core/usage/usage.h"

/* What would be taken for an escape or a typographic sign stands for itself; a text is one line. */
static void roff_char(struct buf *out, char c)
{
	static const struct { char c; const char *name; } special[] = {
		{ '\\', "\\e" }, { '-', "\\-" }, { '`', "\\(ga" }, { '\'', "\\(aq" }, { '"', "\\(dq" }, { '^', "\\(ha" }, { '~', "\\(ti" }, { '\n', " " },
	};

	for (size_t i = 0; i < COUNT(special); i++)
		if (special[i].c == c) {
			buf_adds(out, special[i].name);
			return;
		}
	buf_addc(out, c);
}

/* A point at the beginning of a line would make it a request. */
static void roff_text(struct buf *out, const char *text)
{
	if (*text == '.')
		buf_adds(out, "\\&");
	for (; *text; text++)
		roff_char(out, *text);
}

static void roff_line(struct buf *out, const char *request, const char *text)
{
	buf_adds(out, request);
	roff_text(out, text);
	buf_addc(out, '\n');
}

static void roff_quoted(struct buf *out, const char *request, const char *text)
{
	buf_addf(out, "%s \"", request);
	for (; *text; text++)
		roff_char(out, *text);
	buf_adds(out, "\"\n");
}

void roff_section(struct buf *out, const char *heading)
{
	roff_quoted(out, ".SH", heading);
}

void roff_subsection(struct buf *out, const char *heading)
{
	roff_quoted(out, ".SS", heading);
}

void roff_item(struct buf *out, const char *tag, const char *text)
{
	buf_adds(out, ".TP\n\\fB");
	roff_line(out, "", tag);
	buf_setlen(out, out->len - 1);
	buf_adds(out, "\\fR\n");
	roff_line(out, "", text);
}

void roff_paragraph(struct buf *out, const char *text)
{
	roff_line(out, ".PP\n", text);
}

static void options_of(struct buf *out, const struct program *p, const struct option_row *row)
{
	for (size_t o = 0; o < OPTIONS_MAX && row[o].name; o++) {
		AUTO(buf_release) struct buf tag = BUF_INIT;

		buf_addf(&tag, row[o].value ? "--%s %s" : "--%s", row[o].name, row[o].value);
		roff_item(out, tag.data, program_word(p, row[o].help));
	}
}

static void commands_of(struct buf *out, const struct program *p)
{
	for (size_t i = 0; i < p->ncmds; i++) {
		const struct cmd *cmd = p->cmds[i];
		AUTO(buf_release) struct buf line = BUF_INIT;

		buf_addf(&line, "%s%s%s%s%s", p->name, *cmd->name ? " " : "", cmd->name, *cmd->words ? " " : "", cmd->words);
		roff_subsection(out, line.data);
		roff_line(out, "", program_word(p, cmd->help));
		options_of(out, p, cmd->options);
	}
	roff_subsection(out, program_word(p, N_("Options of every command")));
	options_of(out, p, p->options);
}

static void rows_of(struct buf *out, const struct program *p, const char *heading, const struct named_row *row)
{
	if (row->name)
		roff_section(out, heading);
	for (; row->name; row++) {
		AUTO(buf_release) struct buf tag = BUF_INIT;

		buf_addf(&tag, row->value ? "%s=%s" : "%s", row->name, row->value);
		roff_item(out, tag.data, program_word(p, row->help));
	}
}

/* The statuses, each with the errors that end in it. */
static void statuses_of(struct buf *out, const struct program *p)
{
	static const struct { enum code code; const char *what; } codes[] = {
#define X(name, status, what) { E_##name, what },
		ERR_CODES(X)
#undef X
	};

	roff_section(out, program_word(p, N_("EXIT STATUS")));
	for (int s = 0; status_what(s); s++) {
		char tag[2] = { (char)('0' + s), '\0' };

		roff_item(out, tag, program_word(p, status_what(s)));
		for (size_t i = 0; s && i < COUNT(codes); i++) {
			if (code_status(codes[i].code) != s)
				continue;
			buf_adds(out, ".br\n");
			roff_line(out, "", code_name(codes[i].code));
			buf_setlen(out, out->len - 1);
			roff_line(out, ": ", program_word(p, codes[i].what));
		}
	}
}

void manual_write(struct buf *out, const struct program *p)
{
	AUTO(buf_release) struct buf name = BUF_INIT;

	for (const char *s = p->name; *s; s++)
		buf_addc(&name, (char)(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s));
	buf_addf(out, ".\\\" written by `%s help --man`\n.TH %s 1 \"\" \"%s %s\"\n.ad l\n", p->name, name.data, p->name, PAYDESK_VERSION);
	roff_section(out, program_word(p, N_("NAME")));
	roff_text(out, p->name);
	buf_adds(out, " \\- ");
	roff_line(out, "", program_word(p, p->what));
	roff_section(out, program_word(p, N_("SYNOPSIS")));
	for (size_t i = 0; i < p->ncmds; i++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		usage_line(&line, p, p->cmds[i]);
		roff_line(out, i ? ".br\n" : "", line.data);
	}
	roff_section(out, program_word(p, N_("DESCRIPTION")));
	roff_line(out, "", program_word(p, p->about));
	roff_section(out, program_word(p, N_("COMMANDS")));
	commands_of(out, p);
	for (const struct manual_part *part = p->parts; part && part->heading; part++) {
		roff_section(out, program_word(p, part->heading));
		part->write(out, p);
	}
	rows_of(out, p, program_word(p, N_("ENVIRONMENT")), p->variables);
	rows_of(out, p, program_word(p, N_("FILES")), p->files);
	statuses_of(out, p);
	roff_section(out, program_word(p, N_("SEE ALSO")));
	roff_line(out, "", p->see);
}

static void names_of_states(struct buf *out, const struct record *r, const struct program *p)
{
	for (size_t i = 0; i < r->nstates; i++)
		buf_addf(out, "%s%s (%s)", i ? ", " : "", r->states[i].name, program_word(p, r->states[i].label));
}

static void names_of_fields(struct buf *out, const struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfields; i++)
		if (!(r->fields[i].show & SHOW_HIDDEN) && r->fields[i].type != FIELD_BYTES)
			buf_addf(out, "%s%s", n++ ? ", " : "", r->fields[i].column.name);
}

void manual_records(struct buf *out, const struct program *p)
{
	for (size_t i = 0; i < nrecords; i++) {
		const struct record *r = records[i];
		AUTO(buf_release) struct buf states = BUF_INIT, fields = BUF_INIT;

		roff_subsection(out, r->kind);
		roff_line(out, "", program_word(p, r->plural));
		names_of_states(&states, r, p);
		names_of_fields(&fields, r);
		roff_item(out, program_word(p, N_("fields")), fields.data);
		roff_item(out, program_word(p, N_("states")), states.data);
		for (size_t a = 0; a < r->nactions; a++) {
			AUTO(buf_release) struct buf tag = BUF_INIT, text = BUF_INIT;

			buf_addf(&tag, "%s (%c)", r->actions[a].id, r->actions[a].key);
			buf_addf(&text, "%s: %s", program_word(p, r->actions[a].label), program_word(p, r->actions[a].help));
			roff_item(out, tag.data, text.data);
		}
	}
}
