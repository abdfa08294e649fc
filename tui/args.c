#include <string.h>

#include "tui/shell.h"
#include "tui/words.h"

#define X(name) extern const struct cmd cmd_##name;
#include "tui/cmd/commands.def"
#undef X
const struct cmd *const commands[] = {
#define X(name) &cmd_##name,
#include "tui/cmd/commands.def"
#undef X
};
const size_t ncommands = COUNT(commands);

/* "store check" takes two words of argv. */
const struct cmd *cmd_find(int argc, char **argv, int *used)
{
	for (size_t i = 0; i < ncommands; i++) {
		const char *name = commands[i]->name, *space = strchr(name, ' ');
		size_t first = space ? (size_t)(space - name) : strlen(name);

		if (argc < (space ? 2 : 1) || strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0)
			continue;
		if (space && strcmp(argv[1], space + 1) != 0)
			continue;
		*used = space ? 2 : 1;
		return commands[i];
	}
	return NULL;
}

static enum code take_option(struct args *a, const struct cmd *cmd, int argc, char **argv, int *i, struct err *err)
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
	return fail(err, E_USAGE, N_("`%s` has no option --%.*s; `paydesk help %s` lists them"), cmd->name, (int)n, word, cmd->name);
}

enum code args_parse(struct args *a, const struct cmd *cmd, int argc, char **argv, const char **words, struct err *err)
{
	bool only_words = false;

	*a = (struct args){ .word = words };
	for (int i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0)
			only_words = true;
		else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
			if (take_option(a, cmd, argc, argv, &i, err))
				return err->code;
		} else {
			words[a->nwords++] = argv[i];
		}
	}
	if (a->nwords < cmd->min || a->nwords > cmd->max)
		return fail(err, E_USAGE, N_("usage: paydesk %s %s"), cmd->name, cmd->words);
	return E_OK;
}

static void usage_line(struct buf *out, const struct cmd *cmd)
{
	buf_addf(out, "paydesk %s", cmd->name);
	if (*cmd->words)
		buf_addf(out, " %s", cmd->words);
	for (size_t o = 0; o < OPTIONS_MAX && cmd->options[o].name; o++) {
		const struct option_row *row = &cmd->options[o];

		buf_addf(out, row->value ? " [--%s %s]" : " [--%s]", row->name, row->value);
	}
}

void help_all(FILE *out)
{
	fprintf(out, "%s\n\n", _("paydesk: the operations console of a payment institution"));
	fprintf(out, "  paydesk [--home DIR]\n      %s\n", _("open the console"));
	for (size_t i = 0; i < ncommands; i++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		usage_line(&line, commands[i]);
		fprintf(out, "  %s\n      %s\n", line.data, _(commands[i]->help));
	}
	fprintf(out, "\n%s\n", _("Every command takes --home DIR (or PAYDESK_HOME; otherwise $XDG_DATA_HOME/paydesk)."));
	fprintf(out, "%s\n", _("PAYDESK_OPERATOR names who acts, PAYDESK_PASSPHRASE_FILE a file (mode 0600) with the passphrase, PAYDESK_LANG the language (en, zh_CN)."));
	fprintf(out, "%s\n", _("Exit status: 0 done, 1 failed, 2 usage, 3 not permitted, 4 refused by state, check or conflict, 5 locked or wrong passphrase, 6 integrity, 7 network."));
}

void help_one(FILE *out, const struct cmd *cmd)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	usage_line(&line, cmd);
	fprintf(out, "%s\n\n%s\n", line.data, _(cmd->help));
	for (size_t o = 0; o < OPTIONS_MAX && cmd->options[o].name; o++) {
		const struct option_row *row = &cmd->options[o];

		fprintf(out, "  --%s%s%s\n      %s\n", row->name, row->value ? " " : "", row->value ? row->value : "", _(row->help));
	}
}
