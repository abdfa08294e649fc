#include "tui/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/values/text.h"
#include "sync/client.h"
#include "tui/words.h"

enum { PASSPHRASE_MAX = 1024, PASSPHRASE_MIN = 8 };

enum code shell_operator(struct shell *sh, char *name, struct err *err)
{
	const char *env = getenv("PAYDESK_OPERATOR");
	char **names = NULL;
	size_t n = 0;
	enum code code = E_OK;

	if (env && *env) {
		if (!cert_name_valid(env))
			return fail(err, E_USAGE, N_("PAYDESK_OPERATOR is not an operator's name: use a-z, 0-9, dot, dash; at most %d"), CERT_NAME_MAX);
		snprintf(name, CERT_NAME_MAX + 1, "%s", env);
		return E_OK;
	}
	if (store_operator_names(sh->home, &names, &n, err))
		return err->code;
	if (n == 1)
		snprintf(name, CERT_NAME_MAX + 1, "%s", names[0]);
	else
		code = fail(err, E_USAGE, N_("this store has %zu operators: set PAYDESK_OPERATOR to the one who acts"), n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return code;
}

/* Reads one line without echo straight into locked memory. */
static enum code ask(struct secret **out, const char *prompt, struct err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios old, quiet;
	struct secret *s = NULL;
	size_t n = 0;
	enum code code = E_OK;

	if (tty < 0 || tcgetattr(tty, &old)) {
		if (tty >= 0)
			close(tty);
		return fail(err, E_LOCKED, N_("no passphrase: set PAYDESK_PASSPHRASE_FILE to a file with mode 0600, or run in a terminal"));
	}
	if (secret_new(&s, PASSPHRASE_MAX, err)) {
		close(tty);
		return err->code;
	}
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	tcsetattr(tty, TCSAFLUSH, &quiet);
	if (write(tty, prompt, strlen(prompt)) < 0)
		code = fail(err, E_IO, N_("the terminal cannot be written"));
	while (!code && n < PASSPHRASE_MAX) {
		ssize_t got = read(tty, secret_bytes(s) + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || secret_bytes(s)[n] == '\n')
			break;
		n++;
	}
	tcsetattr(tty, TCSAFLUSH, &old);
	if (write(tty, "\n", 1) < 0 && !code)
		code = fail(err, E_IO, N_("the terminal cannot be written"));
	close(tty);
	if (!code && !n)
		code = fail(err, E_LOCKED, N_("no passphrase was typed"));
	if (code) {
		secret_free(s);
		return code;
	}
	secret_shrink(s, n);
	*out = s;
	return E_OK;
}

enum code shell_passphrase(struct secret **out, const char *variable, const char *prompt, bool fresh, struct err *err)
{
	const char *file = getenv(variable);
	AUTO(secret_freep) struct secret *s = NULL, *again = NULL;

	if (file && *file) {
		if (secret_from_file(&s, file, err))
			return err->code;
	} else {
		if (ask(&s, prompt, err))
			return err->code;
		if (fresh) {
			if (ask(&again, _("The same once more: "), err))
				return err->code;
			if (secret_size(s) != secret_size(again) || !crypto_equal(secret_peek(s), secret_peek(again), secret_size(s)))
				return fail(err, E_USAGE, N_("the two passphrases differ; nothing was changed"));
		}
	}
	if (fresh && secret_size(s) < PASSPHRASE_MIN)
		return fail(err, E_USAGE, N_("a passphrase has at least %d characters; several words are easy to remember"), PASSPHRASE_MIN);
	*out = s;
	s = NULL;
	return E_OK;
}

enum code shell_open(struct shell *sh, struct err *err)
{
	char name[CERT_NAME_MAX + 1];
	AUTO(secret_freep) struct secret *pass = NULL;

	if (sh->desk)
		return E_OK;
	if (!store_exists(sh->home))
		return fail(err, E_NOTFOUND, N_("there is no store in %s: `paydesk init` creates one, --home names another"), sh->home);
	if (shell_operator(sh, name, err) || shell_passphrase(&pass, "PAYDESK_PASSPHRASE_FILE", _("Passphrase: "), false, err))
		return err->code;
	if (store_open(&sh->store, &sh->config, name, pass, false, err))
		return err->code;
	return desk_open(&sh->desk, sh->store, err);
}

void shell_close(struct shell *sh)
{
	desk_freep(&sh->desk);
	store_closep(&sh->store);
}

enum code shell_read_file(struct buf *out, const char *path, size_t max, struct err *err)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;
	bool bad;

	if (!f)
		return fail(err, errno == ENOENT ? E_NOTFOUND : E_IO, N_("%s cannot be read: %s"), path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && out->len <= max)
		buf_add(out, chunk, n);
	bad = ferror(f) != 0;
	fclose(f);
	crypto_wipe(chunk, sizeof chunk);
	if (bad)
		return fail(err, E_IO, N_("%s cannot be read to its end"), path);
	if (out->len > max)
		return fail(err, E_INVALID, N_("%s is larger than the %zu bytes that are read here"), path, max);
	return E_OK;
}

void shell_say(const struct err *why)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	text_clean(&clean, why->msg, strlen(why->msg), TEXT_LINE);
	fprintf(stderr, "paydesk: %s\n", clean.data);
}

enum code shell_print(const struct buf *line, struct err *err)
{
	if (fwrite(line->data, 1, line->len, stdout) != line->len)
		return fail(err, E_IO, N_("the output cannot be written: %s"), strerror(errno));
	return E_OK;
}

enum code shell_document(struct shell *sh, const char *digest, struct buf *out, struct err *err)
{
	AUTO(link_freep) struct link *link = NULL;
	enum code code = blob_kept(sh->desk, digest, out, err);

	if (code != E_NOTFOUND)
		return code;
	if (link_open(&link, sh->desk, err) || sync_blob(link, digest, NULL, out, err))
		return err->code;
	return blob_keep(sh->desk, digest, out->data, out->len, BLOBS_KEPT_BYTES, err);
}
