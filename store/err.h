/* Errors are values: a code, and one line that says what failed, why, and what to do about it.
 *
 * A function that can fail returns enum code and takes a caller-owned struct err last:
 *
 *         return fail(err, E_CONFLICT, "merchant %s moved to version %lld; reload and decide again", id, v);
 *
 * The format is looked up in the message catalogue, so a message reads in the operator's language. */
#ifndef STORE_ERR_H
#define STORE_ERR_H

/* X(name, exit status of the shell, what it stands for). The exit statuses are part of the command line's contract. */
#define ERR_CODES(X) \
	X(OK, 0, N_("done")) \
	X(FAILED, 1, N_("failed")) \
	X(IO, 1, N_("the system refused a read or a write")) \
	X(FULL, 1, N_("the disk is full")) \
	X(READONLY, 1, N_("the folder or file cannot be written")) \
	X(BUSY, 1, N_("another process holds the store")) \
	X(EXISTS, 1, N_("already there")) \
	X(NOTFOUND, 1, N_("not there")) \
	X(CANCELLED, 1, N_("stopped on request")) \
	X(SLOW, 1, N_("takes longer than it may here")) \
	X(USAGE, 2, N_("the words of the command are off")) \
	X(DENIED, 3, N_("not permitted to this operator")) \
	X(STATE, 4, N_("not possible in this state")) \
	X(CHECK, 4, N_("a check does not pass")) \
	X(CONFLICT, 4, N_("the record has moved on")) \
	X(INVALID, 4, N_("a value is not acceptable")) \
	X(LOCKED, 5, N_("the store is locked")) \
	X(PASSPHRASE, 5, N_("wrong operator or passphrase")) \
	X(KEY, 6, N_("the key does not fit this file")) \
	X(NOTSTORE, 6, N_("not a paydesk store")) \
	X(SCHEMA, 6, N_("written by a newer paydesk")) \
	X(SEALED, 6, N_("a sealed page or file was damaged or altered")) \
	X(CHAIN, 6, N_("the journal's chain is broken")) \
	X(ROLLBACK, 6, N_("commits that were acknowledged are missing")) \
	X(SIGNATURE, 6, N_("a signature does not verify")) \
	X(NETWORK, 7, N_("the payment core cannot be reached or spoke out of turn")) \
	X(REFUSED, 7, N_("the payment core refused this desk"))

enum code {
#define X(name, status, what) E_##name,
	ERR_CODES(X)
#undef X
};

/* Speaks only of a call that returned something other than E_OK: what a caller below dealt with may still stand in it afterwards. */
struct err {
	enum code code;
	char msg[400]; /* UTF-8, one line, no trailing newline */
};

/* Fills err (which may be NULL) and hands the code back. fmt is a printf format, translated before use. */
enum code fail(struct err *err, enum code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "what: " before a message that came from below. Hands err->code back. */
enum code fail_in(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *code_name(enum code code);  /* "E_SEALED" */
int code_status(enum code code);        /* the shell's exit status, 0 to 7 */

#endif
