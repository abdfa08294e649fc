/* Looking a store over, living with a loss, and changing its key. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/session.h"

/* ---- check ---- */

/* The first thing that is wrong is what the check says; it goes on for the report. */
static void keep_first(enum code code, const struct err *now, enum code *first, struct err *err)
{
	if (!code || *first)
		return;
	*first = code;
	if (err)
		*err = *now;
}

static enum code check_data(struct store *s, struct store_report *r, struct err *err)
{
	enum code code = session_open_db(s, true, err);

	if (!code)
		code = session_check_identity(s, err);
	if (!code)
		code = db_integrity(s->db, r->sqlite, sizeof r->sqlite, err);
	if (!code && strcmp(r->sqlite, "ok") != 0)
		code = fail(err, E_SEALED, "SQLite finds the data out of order: %s; restore a backup", r->sqlite);
	return code;
}

enum code store_check(const struct store_config *c, const char *operator, const struct secret *passphrase, struct store_report *r, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(buf_release) struct buf path = BUF_INIT;
	AUTO(store_closep) struct store *s = NULL;
	struct db_pages pages = { 0 };
	struct err now = { .code = E_OK };
	enum code code, first = E_OK;
	bool readable;

	memset(r, 0, sizeof *r);
	code = session_begin(&s, c, operator, passphrase, &slots, err);
	if (code)
		return code;
	keep_first(session_open_head(s, &now), &now, &first, err);
	session_path(s, "paydesk", ".db", s->data, &path);
	keep_first(db_verify_pages(path.data, s->vault, &pages, &now), &now, &first, err);
	r->pages = pages.pages;
	r->bad_pages = pages.bad;
	_Static_assert(sizeof r->first_bad == sizeof pages.first_bad, "the report has room for what the file's check lists");
	memcpy(r->first_bad, pages.first_bad, sizeof r->first_bad);
	code = check_data(s, r, &now);
	readable = s->db != NULL;
	keep_first(code, &now, &first, err);
	if (readable && s->kept.tick)
		keep_first(session_check_head(s, &now), &now, &first, err);
	if (readable)
		keep_first(journal_verify(s, &r->journal_entries, &now), &now, &first, err);
	return first;
}

/* ---- loss ---- */

static enum code record_loss(struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct journal_head last;
	int64_t keys, tick;
	enum code code;

	if ((code = tx_begin(&tx, s->db, err)) || (code = session_commits(s, &tick, &keys, err)) || (code = journal_head(s, &last, err)))
		return code;
	buf_addf(&body, "{\"commits\":%lld,\"acknowledged_commit\":%lld,\"acknowledged_entry\":%lld,\"entries\":%lld}",
		 (long long)(s->kept.tick > tick ? s->kept.tick - tick : 0), (long long)s->kept.tick, (long long)s->kept.seq, (long long)last.seq);
	/* The count goes on from the higher of the two, so that HOME/head moves forward as ever. */
	if ((code = session_set_commits(s, s->kept.tick > tick ? s->kept.tick : tick, keys, err))
	    || (code = journal_append(s, "store.loss", "", "", body.data, body.len, err)))
		return code;
	return tx_commit(&tx, err);
}

/* A log of which not even the header can be read keeps the data shut. Without it the data is as of the last time that it was folded
 * in, if that was not cut short as well. The log is kept under another name, or put back. */
static enum code set_log_aside(struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf aside = BUF_INIT, log = BUF_INIT, shm = BUF_INIT;
	char line[200];
	enum code code;

	session_path(s, "paydesk", ".db-wal", s->data, &log);
	session_path(s, "paydesk", ".db-shm", s->data, &shm);
	buf_addf(&aside, "%s.damaged-%lld", log.data, (long long)store_now(s));
	if ((code = file_move(log.data, aside.data, err)))
		return code;
	unlink(shm.data); /* an index of the log; made anew from it */
	code = session_open_db(s, false, err);
	if (!code)
		code = db_integrity(s->db, line, sizeof line, err);
	if (!code && strcmp(line, "ok") != 0)
		code = fail(err, E_SEALED, "the log cannot be read, and without it SQLite finds the data out of order: %s; restore a backup", line);
	if (code) {
		db_close(s->db);
		s->db = NULL;
		unlink(log.data);
		file_move(aside.data, log.data, NULL);
	}
	return code;
}

static enum code open_what_is_left(struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf log = BUF_INIT;
	enum code code = session_open_db(s, false, err);

	session_path(s, "paydesk", ".db-wal", s->data, &log);
	if (code != E_SEALED || !file_exists(log.data) || file_lock(s->lock, 0, LOCK_EXCLUSIVE, 0, NULL) != E_OK)
		return code;
	code = set_log_aside(s, err);
	file_lock(s->lock, 0, LOCK_SHARED, 0, NULL);
	return code;
}

enum code store_accept_loss(const struct store_config *c, const char *operator, const struct secret *passphrase, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(buf_release) struct buf path = BUF_INIT;
	AUTO(store_closep) struct store *s = NULL;
	enum code code, head;

	code = session_begin(&s, c, operator, passphrase, &slots, err);
	if (code)
		return code;
	if (!store_is_root(s))
		return fail(err, E_DENIED, "only the root operator may accept a loss");
	head = session_open_head(s, err);
	if (head && head != E_ROLLBACK && head != E_SEALED) /* gone, damaged */
		return head;
	if ((code = open_what_is_left(s, err)) || (code = session_check_identity(s, err)))
		return code;
	if (!head)
		head = session_check_head(s, err);
	if (!head)
		return fail(err, E_STATE, "nothing is missing, so there is no loss to accept");
	if (head != E_ROLLBACK && head != E_SEALED)
		return head;
	session_path(s, "head", "", s->data, &path);
	if (!s->head && (code = head_open(&s->head, path.data, s->id, true, err)))
		return code;
	code = db_migrate(s->db, c->migrations, c->nmigrations, err);
	session_follow(s);
	if (!code)
		code = record_loss(s, err);
	return code ? code : session_reconcile(s, &slots, operator, passphrase, err);
}

/* ---- rekey ---- */

/* What the new data file holds beyond the copy: the new slots and a line in the journal. text receives the new HOME/keys. */
static enum code enter_new_key(struct store *t, struct slots *slots, struct buf *text, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	int64_t keys, tick;
	enum code code;

	buf_addf(&body, "{\"data\":%lld}", (long long)t->data);
	if ((code = tx_begin(&tx, t->db, err)) || (code = session_commits(t, &tick, &keys, err))
	    || (code = session_set_commits(t, tick + 1, keys, err)) || (code = session_put_keys(t, slots, text, err))
	    || (code = journal_append(t, "store.rekey", "", "", body.data, body.len, err)))
		return code;
	code = tx_commit(&tx, err);
	if (!code)
		t->generation = slots->generation;
	return code;
}

/* The new file and its head are complete before HOME/keys, in one rename, makes them the store. */
static enum code build_new(struct store *s, struct store *t, struct slots *slots, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT, text = BUF_INIT;
	enum code code;

	session_path(t, "paydesk", ".db", t->data, &path);
	if ((code = slots_set_vault(slots, t->vault, s->seed, err)) || (code = db_copy(s->db, path.data, t->vault, err))
	    || (code = session_open_db(t, false, err)) || (code = enter_new_key(t, slots, &text, err))
	    || (code = session_first_head(t, err)))
		return code;
	session_path(t, "keys", "", 1, &path);
	return file_replace(path.data, text.data, text.len, err);
}

/* A rename can have happened though it was not made to last: what HOME/keys names is what counts. */
static bool keys_name(const struct store *s, int64_t data)
{
	AUTO(slots_release) struct slots now = SLOTS_INIT;

	return session_read_keys(s, &now, NULL) == E_OK && now.data == data;
}

static void drop_data(const struct store *s)
{
	db_close(s->db);
	head_close(s->head);
	secret_free(s->vault);
}

static enum code swap_key(struct store *s, struct store *t, struct slots *slots, struct err *err)
{
	const struct store old = *s;
	enum code code;

	session_remove_data(s, t->data); /* left by a rekey that was cut short */
	slots->data = t->data;
	crypto_random(secret_bytes(t->vault), KEY_BYTES);
	code = build_new(s, t, slots, err);
	if (code && !keys_name(s, t->data)) {
		drop_data(t);
		if (keys_name(s, s->data))
			session_remove_data(s, t->data);
		return code;
	}
	*s = *t;
	session_follow(s);
	drop_data(&old);
	if (!code) /* otherwise the folder may still come back with the old names after a crash: the next opening removes them */
		session_remove_data(s, old.data);
	return E_OK;
}

enum code store_rekey(struct store *s, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	struct store t = *s;
	enum code code;

	if (!store_is_root(s))
		return fail(err, E_DENIED, "only the root operator may change the vault key");
	code = file_lock(s->lock, 0, LOCK_EXCLUSIVE, 0, err);
	if (code)
		return fail(err, code, "the store is open elsewhere; close every other console, sync and command first");
	t.db = NULL;
	t.head = NULL;
	t.vault = NULL;
	t.late = false;
	t.data = s->data + 1;
	code = session_stored_keys(s, &slots, err);
	if (!code)
		code = secret_new(&t.vault, KEY_BYTES, err);
	if (!code)
		code = swap_key(s, &t, &slots, err);
	file_lock(s->lock, 0, LOCK_SHARED, 0, NULL);
	return code;
}
