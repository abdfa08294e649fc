/* Completion: the tables as shell functions that print candidates, and one script per shell that asks them (core/usage/complete/). */
#include <string.h>

#include "core/metrics/metrics.h"
#include "core/record.h"
#include "core/usage/usage.h"

/* core/usage/complete/NAME, embedded at build; PROGRAM in them stands for the program's name. */
extern const char complete_common[], complete_bash_script[], complete_zsh_script[];

/* A candidate line: the word, a tab, what it is. They stand in a here-document whose end is END, and so never alone on a line. */
static void offer(struct buf *out, const struct program *p, const char *word, const char *help)
{
	buf_addf(out, "%s\t%s\n", word, program_word(p, help));
}

static void script(struct buf *out, const struct program *p, const char *text)
{
	static const char mark[] = "PROGRAM";
	const char *at;

	for (; (at = strstr(text, mark)); text = at + strlen(mark)) {
		buf_add(out, text, (size_t)(at - text));
		buf_adds(out, p->name);
	}
	buf_adds(out, text);
}

/* "KIND [FILTER]... FIELD=VALUE" as a word a line: word<TAB>KIND, many<TAB>FILTER. */
static void words_of(struct buf *out, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " "), len;
		const char *word = words + (*words == '['), *many = memmem(words, n, "...", 3);

		/* a list with commas ends in dots of its own */
		if (many && many > words && many[-1] == ',')
			many = NULL;
		len = (size_t)((many ? many : words + n) - word);
		while (len && word[len - 1] == ']')
			len--;
		buf_addf(out, "%s\t%.*s\n", many ? "many" : "word", (int)len, word);
		words += n + strspn(words + n, " ");
	}
}

static void options_of(struct buf *out, const struct program *p, const struct option_row *row)
{
	for (size_t o = 0; o < OPTIONS_MAX && row[o].name; o++)
		buf_addf(out, "option\t--%s\t%s\t%s\n", row[o].name, row[o].value ? row[o].value : "-", program_word(p, row[o].help));
}

/* PROGRAM_spec COMMAND: its words and options. */
static void specs(struct buf *out, const struct program *p)
{
	buf_addf(out, "_%s_spec() {\n\tcase $1 in\n", p->name);
	for (size_t i = 0; i < p->ncmds; i++) {
		buf_addf(out, "\t'%s') cat <<'END'\n", p->cmds[i]->name);
		words_of(out, p->cmds[i]->words);
		options_of(out, p, p->cmds[i]->options);
		options_of(out, p, p->options);
		buf_adds(out, "END\n\t;;\n");
	}
	buf_adds(out, "\tesac\n}\n\n");
}

static void commands(struct buf *out, const struct program *p)
{
	buf_addf(out, "_%s_commands() {\n\tcat <<'END'\n", p->name);
	for (size_t i = 0; i < p->ncmds; i++)
		if (*p->cmds[i]->name)
			offer(out, p, p->cmds[i]->name, p->cmds[i]->help);
	buf_adds(out, "END\n}\n\n");
}

static void values_of(struct buf *out, const struct program *p, const struct field *f, char sign)
{
	for (const struct choice *c = f->choices; c && c->name; c++)
		buf_addf(out, "%s%c%s\t%s\n", f->column.name, sign, c->name, program_word(p, c->label));
}

static void filters(struct buf *out, const struct program *p, const struct record *r)
{
	buf_addf(out, "\t'FILTER %s') cat <<'END'\n", r->kind);
	for (size_t i = 0; i < r->nfields; i++) {
		const struct field *f = &r->fields[i];

		if (f->show & SHOW_HIDDEN || f->type == FIELD_BYTES)
			continue;
		buf_addf(out, "%s:\t%s\n", f->column.name, program_word(p, f->label));
		values_of(out, p, f, ':');
		if (f->type == FIELD_STATE)
			for (size_t s = 0; s < r->nstates; s++)
				buf_addf(out, "%s:%s\t%s\n", f->column.name, r->states[s].name, program_word(p, r->states[s].label));
	}
	offer(out, p, "is:", N_("what is left to do, and whose it is"));
	offer(out, p, "is:open", N_("work is left for somebody"));
	offer(out, p, "is:pending", N_("decided here, not yet confirmed by the core"));
	if (r->assignee) {
		offer(out, p, "is:mine", N_("claimed by you"));
		offer(out, p, "is:claimed", N_("claimed by somebody"));
		offer(out, p, "is:unclaimed", N_("claimed by nobody"));
	}
	offer(out, p, "after:", N_("changed since: 7d, 12h, today, 2026-11-01"));
	offer(out, p, "before:", N_("changed before"));
	offer(out, p, "sort:", N_("order; a minus for the highest first"));
	buf_adds(out, "END\n\t;;\n");
}

static void actions(struct buf *out, const struct program *p, const struct record *r)
{
	buf_addf(out, "\t'ACTION %s') cat <<'END'\n", r->kind);
	for (size_t i = 0; i < r->nactions; i++)
		offer(out, p, r->actions[i].id, r->actions[i].help);
	buf_adds(out, "END\n\t;;\n");
	for (size_t i = 0; i < r->nactions; i++) {
		const char *const *in = r->actions[i].inputs;

		if (!in)
			continue;
		buf_addf(out, "\t'FIELD=VALUE %s %s') cat <<'END'\n", r->kind, r->actions[i].id);
		for (; *in; in++) {
			const struct field *f = &r->fields[record_field(r, *in)];

			buf_addf(out, "%s=\t%s\n", *in, program_word(p, f->label));
			values_of(out, p, f, '=');
		}
		buf_adds(out, "END\n\t;;\n");
	}
}

static void indicators(struct buf *out, const struct program *p)
{
	buf_adds(out, "\tINDICATOR) cat <<'END'\n");
	for (size_t i = 0; i < nmetrics; i++)
		offer(out, p, metrics[i].id, metrics[i].label);
	buf_adds(out, "END\n\t;;\n\tPERIOD) cat <<'END'\n");
	for (int by = 0; by < BY_COUNT; by++)
		offer(out, p, period_names[by], "");
	buf_adds(out, "END\n\t;;\n");
}

static bool takes(const struct program *p, const char *place)
{
	for (size_t i = 0; i < p->ncmds; i++)
		if (strstr(p->cmds[i]->words, place))
			return true;
	return false;
}

/* PROGRAM_offer "PLACEHOLDER [KIND [ACTION]]": what may stand there. */
static void offers(struct buf *out, const struct program *p)
{
	buf_addf(out, "_%s_offer() {\n\tcase $1 in\n\tKIND) cat <<'END'\n", p->name);
	for (size_t i = 0; i < nrecords; i++)
		offer(out, p, records[i]->kind, records[i]->plural);
	buf_adds(out, "END\n\t;;\n\tROLE) cat <<'END'\n");
	for (size_t i = 0; i < nroles; i++)
		offer(out, p, roles[i].name, roles[i].label);
	buf_adds(out, "END\n\t;;\n");
	if (takes(p, "INDICATOR"))
		indicators(out, p);
	for (size_t i = 0; i < nrecords; i++) {
		if (takes(p, "FILTER"))
			filters(out, p, records[i]);
		if (takes(p, "ACTION"))
			actions(out, p, records[i]);
	}
	buf_adds(out, "\tesac\n}\n\n");
}

void complete_bash(struct buf *out, const struct program *p)
{
	buf_addf(out, "# bash completion for %s, written by `%s help --bash`\n\n", p->name, p->name);
	specs(out, p);
	commands(out, p);
	offers(out, p);
	script(out, p, complete_common);
	script(out, p, complete_bash_script);
}

void complete_zsh(struct buf *out, const struct program *p)
{
	buf_addf(out, "#compdef %s\n# zsh completion, written by `%s help --zsh`\n\n", p->name, p->name);
	specs(out, p);
	commands(out, p);
	offers(out, p);
	script(out, p, complete_common);
	script(out, p, complete_zsh_script);
}
