#include "core/usage/usage.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 128 };

static const char *const statuses[] = {
	N_("done"), N_("failed"), N_("usage"), N_("not permitted"), N_("refused by state, check or conflict"),
	N_("locked or wrong passphrase"), N_("integrity"), N_("network"),
};

const char *status_what(int status)
{
	return status >= 0 && (size_t)status < COUNT(statuses) ? statuses[status] : NULL;
}

const char *program_word(const struct program *p, const char *text)
{
	return p->word ? p->word(text) : text;
}

/* "store check" takes two words of argv, "" none: it is what stands before options only. */
const struct cmd *cmd_find(const struct program *p, int argc, char **argv, int *used)
{
	for (size_t i = 0; i < p->ncmds; i++) {
		const char *name = p->cmds[i]->name, *space = strchr(name, ' ');
		size_t first = space ? (size_t)(space - name) : strlen(name);

		*used = space ? 2 : *name ? 1 : 0;
		if (!*name && (!argc || !strncmp(argv[0], "--", 2)))
			return p->cmds[i];
		if (!*name || argc < *used || strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0)
			continue;
		if (!space || strcmp(argv[1], space + 1) == 0)
			return p->cmds[i];
	}
	return NULL;
}

static enum code take_option(struct args *a, const struct program *p, const struct cmd *cmd, int argc, char **argv, int *i,
	struct err *err)
{
	const char *word = argv[*i] + 2, *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);

	for (size_t o = 0; o < OPTIONS_MAX && cmd->options[o].name; o++) {
		const struct option_row *row = &cmd->options[o];

		if (strlen(row->name) != n || memcmp(row->name, word, n) != 0)
			continue;
		if (a->option[o])
			return fail(err, E_USAGE, N_("--%s stands twice"), row->name);
		if (!row->value && equals)
			return fail(err, E_USAGE, N_("--%s takes no value"), row->name);
		if (!row->value)
			a->option[o] = "";
		else if (equals)
			a->option[o] = equals + 1;
		else if (*i + 1 < argc)
			a->option[o] = argv[++*i];
		else
			return fail(err, E_USAGE, N_("--%s needs a value: %s"), row->name, row->value);
		return E_OK;
	}
	return fail(err, E_USAGE, N_("`%s%s%s` has no option --%.*s; `%s help %s` lists them"), p->name, *cmd->name ? " " : "", cmd->name,
		    (int)n, word, p->name, cmd->name);
}

enum code args_parse(struct args *a, const struct program *p, const struct cmd *cmd, int argc, char **argv, const char **words,
	struct err *err)
{
	bool only_words = false;

	*a = (struct args){ .word = words };
	for (int i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0)
			only_words = true;
		else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
			if (take_option(a, p, cmd, argc, argv, &i, err))
				return err->code;
		} else {
			words[a->nwords++] = argv[i];
		}
	}
	if (a->nwords < cmd->min || a->nwords > cmd->max)
		return fail(err, E_USAGE, N_("usage: %s %s %s"), p->name, cmd->name, cmd->words);
	return E_OK;
}

void usage_line(struct buf *out, const struct program *p, const struct cmd *cmd)
{
	buf_addf(out, *cmd->name ? "%s %s" : "%s", p->name, cmd->name);
	if (*cmd->words)
		buf_addf(out, " %s", cmd->words);
	for (size_t o = 0; o < OPTIONS_MAX && cmd->options[o].name; o++) {
		const struct option_row *row = &cmd->options[o];

		buf_addf(out, row->value ? " [--%s %s]" : " [--%s]", row->name, row->value);
	}
}

static void option_lines(struct buf *out, const struct program *p, const struct option_row *row, int indent)
{
	for (size_t o = 0; o < OPTIONS_MAX && row[o].name; o++)
		buf_addf(out, "%*s--%s%s%s\n%*s%s\n", indent, "", row[o].name, row[o].value ? " " : "", row[o].value ? row[o].value : "",
			 indent + 4, "", program_word(p, row[o].help));
}

static void named_lines(struct buf *out, const struct program *p, const char *heading, const struct named_row *row)
{
	if (row->name)
		buf_addf(out, "\n%s\n", heading);
	for (; row->name; row++)
		buf_addf(out, "  %s%s%s\n      %s\n", row->name, row->value ? "=" : "", row->value ? row->value : "",
			 program_word(p, row->help));
}

void help_all(struct buf *out, const struct program *p)
{
	buf_addf(out, "%s: %s\n\n", p->name, program_word(p, p->what));
	for (size_t i = 0; i < p->ncmds; i++) {
		const struct cmd *cmd = p->cmds[i];

		buf_adds(out, "  ");
		usage_line(out, p, cmd);
		buf_addf(out, "\n      %s\n", program_word(p, cmd->help));
		if (!p->brief)
			option_lines(out, p, cmd->options, 6);
	}
	buf_addf(out, "\n%s\n", program_word(p, N_("Every command takes:")));
	option_lines(out, p, p->options, 2);
	named_lines(out, p, program_word(p, N_("Environment:")), p->variables);
	buf_addf(out, "\n%s", program_word(p, N_("Exit status:")));
	for (int s = 0; status_what(s); s++)
		buf_addf(out, "%s %d %s", s ? "," : "", s, program_word(p, status_what(s)));
	buf_adds(out, ".\n");
}

void help_one(struct buf *out, const struct program *p, const struct cmd *cmd)
{
	usage_line(out, p, cmd);
	buf_addf(out, "\n\n%s\n", program_word(p, cmd->help));
	option_lines(out, p, cmd->options, 2);
	option_lines(out, p, p->options, 2);
}

static enum code put(const struct buf *text, struct err *err)
{
	if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout))
		return fail(err, E_IO, N_("the output cannot be written"));
	return E_OK;
}

/* "store" stands for all commands that begin with that word. */
static bool named_by(const struct cmd *cmd, const struct args *a)
{
	AUTO(buf_release) struct buf name = BUF_INIT;

	buf_adds(&name, a->word[0]);
	if (a->nwords > 1)
		buf_addf(&name, " %s", a->word[1]);
	return name.len && !strncmp(cmd->name, name.data, name.len) && (!cmd->name[name.len] || cmd->name[name.len] == ' ');
}

enum code help_command(const struct program *p, const struct args *a, struct err *err)
{
	static void (*const writers[])(struct buf *out, const struct program *p) = { manual_write, complete_bash, complete_zsh };
	AUTO(buf_release) struct buf out = BUF_INIT;

	for (size_t i = 0; i < COUNT(writers); i++)
		if (a->option[i]) {
			writers[i](&out, p);
			return put(&out, err);
		}
	if (!a->nwords)
		help_all(&out, p);
	for (size_t i = 0; a->nwords && i < p->ncmds; i++)
		if (named_by(p->cmds[i], a))
			help_one(&out, p, p->cmds[i]);
	return out.len ? put(&out, err) : fail(err, E_USAGE, N_("there is no command %s; `%s help` lists them"), a->word[0], p->name);
}

static bool asks(const char *word, const char *name)
{
	return strcmp(word, name) == 0;
}

enum code program_run(const struct program *p, struct shell *sh, int argc, char **argv, struct err *err)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	const char *words[WORDS_MAX];
	const struct cmd *cmd;
	struct args args;
	int used = 0;

	if (argc && (asks(argv[0], "--help") || asks(argv[0], "-h"))) {
		help_all(&out, p);
		return put(&out, err);
	}
	if (argc && asks(argv[0], "--version")) {
		buf_addf(&out, "%s %s\n", p->name, PAYDESK_VERSION);
		return put(&out, err);
	}
	cmd = cmd_find(p, argc, argv, &used);
	if (!cmd)
		return fail(err, E_USAGE, N_("there is no command %s; `%s help` lists them"), argv[0], p->name);
	for (int i = used; i < argc && !asks(argv[i], "--"); i++)
		if (asks(argv[i], "--help")) {
			help_one(&out, p, cmd);
			return put(&out, err);
		}
	if (argc > WORDS_MAX)
		return fail(err, E_USAGE, N_("too many words on the command line"));
	if (args_parse(&args, p, cmd, argc - used, argv + used, words, err))
		return err->code;
	return cmd->run(sh, &args, err);
}
