/* The same work from the shell: what its commands (tui/program.h) share. */
#ifndef TUI_SHELL_H
#define TUI_SHELL_H

#include <stdio.h>

#include "core/desk/desk.h"
#include "core/usage/usage.h"

struct keymap;

/* One run of the program. */
struct shell {
	const char *home;                /* absolute or as given; from --home, PAYDESK_HOME, XDG_DATA_HOME, HOME */
	struct store_config config;
	struct store *store;             /* after shell_open */
	struct desk *desk;
	const struct keymap *keys;       /* of the console; NULL: the built-in ones */
	/* How long a screen waits for a reading itself before the worker takes it over (tui/worker.h), ms; 0: to its end, there is no worker;
	 * negative: not at all. notify is called on the worker's thread when it has something. */
	int read_ms;
	void (*notify)(void *ctx);
	void *notify_ctx;
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

/* Appends a document by its SHA-256 (hex): what is kept here, otherwise the core's, which is kept from then on. */
enum code shell_document(struct shell *sh, const char *digest, struct buf *out, struct err *err);

/* One line of an error to stderr; what came from outside may stand in it, so it is made harmless first. */
void shell_say(const struct err *why);
/* Finished lines to stdout; a reader that went away or a full disk is an error of the command. */
enum code shell_print(const struct buf *line, struct err *err);

#endif
