/* A program's command line as constant tables: the parser, --help, the manual page and the completions of bash and zsh come from them.
 *
 * What a command takes is read from the placeholders in its words and options: KIND, ACTION, FILTER, FIELD=VALUE, ROLE, COMMAND are
 * completed from the tables of records and roles, INDICATOR and PERIOD from those of core/metrics, FILE and PATH from the folder, DIR
 * from its folders; "X,X" and "X,..." are lists with commas; "..." at the end of the last one says that it may be repeated. */
#ifndef CORE_USAGE_USAGE_H
#define CORE_USAGE_USAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "store/err.h"
#include "store/mem.h"

enum { OPTIONS_MAX = 8 };

struct option_row {
	const char *name;          /* "limit": --limit; NULL ends a list */
	const char *value;         /* what it takes ("N"), NULL: a switch */
	const char *help;          /* N_() */
};

struct args {
	const char *option[OPTIONS_MAX]; /* by place in the options table: the value, "" for a switch, NULL where not given */
	const char *const *word;         /* what is left, in order */
	size_t nwords;
};

struct shell;                            /* one run of a program, as that program defines it */
struct cmd {
	const char *name;                /* "store check"; "": what the program does without a command */
	const char *words;               /* "KIND [FILTER]..." for the usage line */
	size_t min, max;                 /* how many words */
	const char *help;                /* N_(), one line */
	struct option_row options[OPTIONS_MAX];
	enum code (*run)(struct shell *sh, const struct args *a, struct err *err);
};

/* A variable of the environment that the program heeds, or a file that it reads or writes. */
struct named_row {
	const char *name;          /* "PAYDESK_LANG"; NULL ends a list */
	const char *value;         /* what it holds ("FILE"), NULL: nothing to say */
	const char *help;          /* N_() */
};

struct program;
/* A section of the manual that only this program has. */
struct manual_part {
	const char *heading;       /* N_(), upper case; NULL ends the list */
	void (*write)(struct buf *out, const struct program *p);
};

struct program {
	const char *name;                     /* "paydesk" */
	const char *what;                     /* N_(): what it is, in half a line */
	const char *about;                    /* N_(): a paragraph for the manual */
	const struct cmd *const *cmds;
	size_t ncmds;
	const struct option_row *options;     /* that every command takes */
	const struct named_row *variables, *files;
	const struct manual_part *parts;
	const char *see;                      /* "paycore(1)" */
	bool brief;                           /* --help leaves the options to --help of each command */
	const char *(*word)(const char *text); /* translates; NULL: English */
};

/* Runs what the words after the program's name ask for: --help, --version or a command. */
enum code program_run(const struct program *p, struct shell *sh, int argc, char **argv, struct err *err);

/* What the command `help` does, for whoever has p: [COMMAND], or one of these options. */
#define HELP_OPTIONS \
	{ "man", NULL, N_("print the manual page, for man(1)") }, \
	{ "bash", NULL, N_("print the completion for bash") }, \
	{ "zsh", NULL, N_("print the completion for zsh") }
enum code help_command(const struct program *p, const struct args *a, struct err *err);

const char *program_word(const struct program *p, const char *text);       /* in the language of p */
const char *status_what(int status);                                      /* of the exit status, N_(); NULL behind the last */
void usage_line(struct buf *out, const struct program *p, const struct cmd *cmd); /* "paydesk list KIND [FILTER]... [--limit N]" */
void help_all(struct buf *out, const struct program *p);
void help_one(struct buf *out, const struct program *p, const struct cmd *cmd);
const struct cmd *cmd_find(const struct program *p, int argc, char **argv, int *used); /* NULL: none by that name */
/* words has room for argc pointers. */
enum code args_parse(struct args *a, const struct program *p, const struct cmd *cmd, int argc, char **argv, const char **words,
	struct err *err);

/* core/usage/manual.c: the manual page, as man(7) has it; UTF-8. */
void manual_write(struct buf *out, const struct program *p);
void roff_section(struct buf *out, const char *heading);
void roff_subsection(struct buf *out, const char *heading);
void roff_item(struct buf *out, const char *tag, const char *text);       /* a tag in bold with its text indented below */
void roff_paragraph(struct buf *out, const char *text);
void manual_records(struct buf *out, const struct program *p);            /* a manual_part: kinds, their fields, states and actions */

/* core/usage/complete.c: the completions, each one file for its shell. */
void complete_bash(struct buf *out, const struct program *p);
void complete_zsh(struct buf *out, const struct program *p);

#endif
