/* The same work from the shell: one command a table entry, its options as rows with help; --help and usage errors come from them.
 *
 * A new command is one const entry in tui/cmd/ and one line in tui/cmd/commands.def. */
#ifndef TUI_SHELL_H
#define TUI_SHELL_H

#include <stdio.h>

#include "core/desk.h"

enum { OPTIONS_MAX = 8 };

struct option_row {
	const char *name;          /* "limit": --limit */
	const char *value;         /* what it takes ("N"), NULL: a switch */
	const char *help;          /* N_() */
};

struct args {
	const char *option[OPTIONS_MAX]; /* by place in the options table: the value, "" for a switch, NULL where not given */
	const char *const *word;         /* what is left, in order */
	size_t nwords;
};

struct shell;
struct cmd {
	const char *name;                /* "store check" */
	const char *words;               /* "KIND [FILTER]…" for the usage line */
	size_t min, max;                 /* how many words */
	const char *help;                /* N_(), one line */
	struct option_row options[OPTIONS_MAX];
	enum code (*run)(struct shell *sh, const struct args *a, struct err *err);
};
extern const struct cmd *const commands[];
extern const size_t ncommands;

/* One run of the program. */
struct shell {
	const char *home;                /* absolute or as given; from --home, PAYDESK_HOME, XDG_DATA_HOME, HOME */
	struct store_config config;
	struct store *store;             /* after shell_open */
	struct desk *desk;
};

/* Chooses the operator (PAYDESK_OPERATOR, or the only one there is), gets the passphrase (PAYDESK_PASSPHRASE_FILE, or the terminal)
 * and opens store and desk. Idempotent. */
enum code shell_open(struct shell *sh, struct err *err);
void shell_close(struct shell *sh);
/* Whose turn it is, without opening: for store check and restore. name has CERT_NAME_MAX + 1 bytes. */
enum code shell_operator(struct shell *sh, char *name, struct err *err);
/* The passphrase from the file that the environment variable names; otherwise asked on the terminal, without echo (twice when fresh,
 * which also refuses short ones). E_LOCKED when there is neither. */
enum code shell_passphrase(struct secret **out, const char *variable, const char *prompt, bool fresh, struct err *err);
/* Reads a small file that the user named, whole. E_INVALID beyond max bytes. */
enum code shell_read_file(struct buf *out, const char *path, size_t max, struct err *err);

enum code args_parse(struct args *a, const struct cmd *cmd, int argc, char **argv, const char **words, struct err *err);
const struct cmd *cmd_find(int argc, char **argv, int *used);  /* NULL: none by that name */
void help_all(FILE *out);
void help_one(FILE *out, const struct cmd *cmd);

/* One line of an error to stderr; what came from outside may stand in it, so it is made harmless first. */
void shell_say(const struct err *why);
/* Finished lines to stdout; a reader that went away or a full disk is an error of the command. */
enum code shell_print(const struct buf *line, struct err *err);

#endif
