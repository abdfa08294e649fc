/* The key slots of an open store: HOME/keys is what opens it, the copy in the sealed file is what counts.
 *
 * A change writes HOME/keys first, inside the write transaction that stores the same text, so a crash can only leave the file one
 * generation ahead: the next to open adopts it. A file that is behind was put back by somebody: it is replaced from the sealed copy,
 * and its operator is judged by that. */
#include "store/session.h"

#include <stdlib.h>
#include <string.h>

static const char stored_name[] = "store.keys";

enum code session_read_keys(const struct store *s, struct slots *out, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT, text = BUF_INIT;
	enum code code;

	session_path(s, "keys", "", 1, &path);
	code = file_read(&text, path.data, SLOTS_FILE_MAX, err);
	if (code == E_NOTFOUND)
		return fail(err, E_NOTSTORE, "no store in %s: there are no key slots", s->config.home);
	return code ? code : slots_parse(out, text.data, text.len, err);
}

enum code session_unlock(struct store *s, const struct slots *slots, const char *operator, const struct secret *passphrase, struct err *err)
{
	struct secret *seed, *vault;
	const struct slot *who;
	enum code code = slots_unlock(slots, operator, passphrase, &seed, &vault, &who, err);

	if (code)
		return code;
	secret_free(s->seed);
	s->seed = seed;
	if (s->vault && crypto_equal(secret_peek(s->vault), secret_peek(vault), KEY_BYTES))
		secret_free(vault); /* the data file, open already, holds on to the first */
	else
		s->vault = vault;
	s->who = who->cert;
	memcpy(s->id, slots->store_id, sizeof s->id);
	memcpy(s->root, slots->root, sizeof s->root);
	s->generation = slots->generation;
	s->data = slots->data;
	return E_OK;
}

enum code session_stored_text(struct store *s, struct pool *pool, struct value *text, struct err *err)
{
	enum code code = store_meta_get(s, stored_name, pool, text, err);

	if (!code && text->type != VALUE_BLOB)
		return fail(err, E_NOTSTORE, "the data file holds no key slots");
	return code;
}

enum code session_stored_keys(struct store *s, struct slots *out, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value text;
	enum code code;

	if ((code = session_stored_text(s, &pool, &text, err)) || (code = slots_parse(out, text.text, text.len, err))
	    || (code = slots_verify(out, s->vault, err)))
		return code;
	if (!crypto_equal(out->root, s->root, KEY_BYTES))
		return fail(err, E_SIGNATURE, "the key slots in the data have another root key");
	return E_OK;
}

/* ---- changing ---- */

enum code session_put_keys(struct store *s, struct slots *slots, struct buf *text, struct err *err)
{
	int64_t keys, tick;
	enum code code = session_commits(s, &tick, &keys, err);

	if (code)
		return code;
	slots->generation = keys + 1;
	buf_clear(text);
	slots_write(slots, s->vault, text);
	if ((code = session_meta_put(s, stored_name, value_blob(text->data, text->len), err)))
		return code;
	return session_set_commits(s, tick, slots->generation, err);
}

static enum code write_file(const struct store *s, const void *text, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;

	session_path(s, "keys", "", 1, &path);
	return file_replace(path.data, text, n, err);
}

enum code session_change_keys(struct store *s, const struct keys_change *c, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct value before;
	enum code code;

	if ((code = tx_begin(&tx, s->db, err)) || (code = session_stored_text(s, &pool, &before, err))
	    || (code = session_stored_keys(s, &slots, err)) || (code = c->change(s, &slots, c->ctx, err))
	    || (code = session_put_keys(s, &slots, &text, err))
	    || (code = journal_append(s, c->verb, "operator", c->subject, c->body->data, c->body->len, err)))
		return code;
	code = write_file(s, text.data, text.len, err);
	if (!code)
		code = tx_commit(&tx, err);
	if (code) /* it did not happen, so it must not happen at the next opening either; if even this fails, it is adopted there */
		write_file(s, before.text, before.len, NULL);
	return code;
}

/* ---- agreeing ---- */

/* Nobody but the root operator makes certificates, so slots that are ahead can only lack some or hold old ones. */
static enum code check_ahead(const struct slots *file, const struct slots *stored, struct err *err)
{
	for (const struct slot *old = stored->slot; old < stored->slot + stored->n; old++) {
		const struct slot *now = slots_find(file, old->cert.name);

		if (!now || strcmp(now->cert.id, old->cert.id) != 0 || now->cert.serial < old->cert.serial)
			return fail(err, E_SIGNATURE, "the key slots lack the newest certificate of %s; the file was altered", old->cert.name);
	}
	return E_OK;
}

static enum code journal_keys(struct store *s, const char *verb, const struct slots *from, int64_t to, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;

	buf_addf(&body, "{\"from\":%lld,\"to\":%lld}", (long long)from->generation, (long long)to);
	return journal_append(s, verb, "", "", body.data, body.len, err);
}

/* A crash, or a full disk, between HOME/keys and the commit. */
static enum code adopt(struct store *s, const struct slots *file, const struct slots *stored, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	int64_t keys, tick;
	enum code code;

	if ((code = check_ahead(file, stored, err)) || (code = session_commits(s, &tick, &keys, err)))
		return code;
	slots_write(file, s->vault, &text);
	if ((code = session_meta_put(s, stored_name, value_blob(text.data, text.len), err))
	    || (code = session_set_commits(s, tick, file->generation, err)))
		return code;
	return journal_keys(s, "keys.adopted", stored, file->generation, err);
}

enum code session_reconcile(struct store *s, const struct slots *file, const char *operator, const struct secret *passphrase, struct err *err)
{
	AUTO(slots_release) struct slots now = SLOTS_INIT, stored = SLOTS_INIT;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct value text;
	enum code code;

	if ((code = session_stored_keys(s, &stored, err)))
		return code;
	if (stored.generation == file->generation && crypto_equal(stored.body, file->body, KEY_BYTES))
		return E_OK;
	slots_release(&stored);
	/* Once more under the write lock: a change may have been under way. */
	if ((code = tx_begin(&tx, s->db, err)) || (code = session_read_keys(s, &now, err)) || (code = slots_verify(&now, s->vault, err))
	    || (code = session_stored_keys(s, &stored, err)) || (code = session_stored_text(s, &pool, &text, err)))
		return code;
	if (now.generation > stored.generation) {
		if ((code = session_unlock(s, &now, operator, passphrase, err)) || (code = adopt(s, &now, &stored, err)))
			return code;
		return tx_commit(&tx, err);
	}
	if (now.generation == stored.generation && !crypto_equal(now.body, stored.body, KEY_BYTES))
		return fail(err, E_SIGNATURE, "the key slots are not the ones in the data, though they claim to be; the file was altered");
	if (now.generation < stored.generation && (code = write_file(s, text.text, text.len, err)))
		return code;
	if ((code = session_unlock(s, &stored, operator, passphrase, err)))
		return code;
	if (now.generation < stored.generation && (code = journal_keys(s, "keys.replaced", &now, stored.generation, err)))
		return code;
	return tx_commit(&tx, err);
}
