/* Making, opening and closing a store. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/session.h"

/* ---- closing and asking ---- */

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s->db);
	head_close(s->head);
	secret_free(s->seed);
	secret_free(s->vault);
	if (s->lock >= 0)
		close(s->lock);
	free((void *)(uintptr_t)s->config.home);
	free(s);
}

void store_closep(struct store **s)
{
	store_close(*s);
	*s = NULL;
}

struct db *store_db(struct store *s) { return s->db; }
const struct cert *store_who(const struct store *s) { return &s->who; }
const struct world *store_world(const struct store *s) { return s->config.world; }
bool store_is_root(const struct store *s) { return crypto_equal(s->who.key, s->root, KEY_BYTES); }
const uint8_t *store_root_key(const struct store *s) { return s->root; }
const char *store_home(const struct store *s) { return s->config.home; }
const char *store_id(const struct store *s) { return s->id; }

void store_sign(struct store *s, const char *domain, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	sign_make(sig, domain, data, n, secret_peek(s->seed));
}

bool store_exists(const char *home)
{
	AUTO(buf_release) struct buf path = BUF_INIT;

	buf_addf(&path, "%s/keys", home);
	return file_exists(path.data);
}

/* ---- settings ---- */

enum code session_meta_put(struct store *s, const char *key, struct value v, struct err *err)
{
	struct value row[META_COLUMNS] = { [META_KEY] = value_text(key) };

	switch (v.type) {
	case VALUE_INT: row[META_NUM] = v; break;
	case VALUE_TEXT: row[META_TEXT] = v; break;
	case VALUE_BLOB: row[META_DATA] = v; break;
	case VALUE_NULL: break;
	}
	return db_put(s->db, &meta_table, row, err);
}

enum code store_meta_put(struct store *s, const char *key, struct value v, struct err *err)
{
	if (strncmp(key, "store.", 6) == 0)
		return fail(err, E_INVALID, "settings that begin with \"store.\" belong to the store itself");
	return session_meta_put(s, key, v, err);
}

enum code store_meta_get(struct store *s, const char *key, struct pool *pool, struct value *v, struct err *err)
{
	struct value name = value_text(key), row[META_COLUMNS];
	enum code code = db_get(s->db, &meta_table, &name, pool, row, err);

	*v = value_null();
	if (code == E_NOTFOUND)
		return E_OK;
	for (size_t i = META_NUM; !code && i < META_COLUMNS; i++)
		if (row[i].type != VALUE_NULL)
			*v = row[i];
	return code;
}

/* ---- making ---- */

static enum code first_operator(struct store *s, struct slots *slots, const char *name, const char *roles,
				const struct secret *passphrase, struct err *err)
{
	struct cert *c = &s->who;
	uint8_t id[STORE_ID_LEN / 2];
	struct slot *slot;
	enum code code;

	if (!cert_name_valid(name) || strlen(roles) > CERT_ROLES_MAX)
		return fail(err, E_INVALID, "an operator's name is 1 to %d of a-z 0-9 . _ - and begins with a letter; roles take %d characters",
			    CERT_NAME_MAX, CERT_ROLES_MAX);
	if ((code = secret_new(&s->seed, KEY_BYTES, err)) || (code = secret_new(&s->vault, KEY_BYTES, err)))
		return code;
	crypto_random(secret_bytes(s->seed), KEY_BYTES);
	crypto_random(secret_bytes(s->vault), KEY_BYTES);
	crypto_random(id, sizeof id);
	slots_set_id(slots, id);
	memcpy(c->name, name, strlen(name) + 1);
	memcpy(c->roles, roles, strlen(roles) + 1);
	sign_public(c->key, secret_peek(s->seed));
	c->serial = 1;
	c->issued = store_now(s);
	c->active = true;
	memcpy(slots->root, c->key, KEY_BYTES);
	slots->data = 1;
	if ((code = cert_issue(c, secret_peek(s->seed), err)) || (code = slots_add(slots, c, err)))
		return code;
	slot = slots_find(slots, name);
	if ((code = slots_wrap(slots, slot, s->seed, passphrase, s->config.cost, err)))
		return code;
	memcpy(s->id, slots->store_id, sizeof s->id);
	memcpy(s->root, slots->root, sizeof s->root);
	s->data = slots->data;
	return slots_set_vault(slots, s->vault, s->seed, err);
}

static enum code first_commit(struct store *s, struct slots *slots, struct buf *keys, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct db_config config = { .key = s->vault, .create = true };
	enum code code;

	session_path(s, "paydesk", ".db", s->data, &path);
	config.path = path.data;
	if ((code = db_open(&s->db, &config, err)) || (code = db_migrate(s->db, s->config.migrations, s->config.nmigrations, err))
	    || (code = tx_begin(&tx, s->db, err)) || (code = session_meta_put(s, "store.id", value_text(s->id), err))
	    || (code = session_meta_put(s, "store.root", value_blob(s->root, KEY_BYTES), err))
	    || (code = session_set_commits(s, 1, 0, err)) || (code = session_put_keys(s, slots, keys, err))
	    || (code = journal_append(s, "store.create", "operator", s->who.id, s->who.text, strlen(s->who.text), err)))
		return code;
	return tx_commit(&tx, err);
}

enum code session_first_head(struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct journal_head last;
	struct head head = { 0 };
	int64_t keys;
	enum code code;

	session_path(s, "head", "", s->data, &path);
	if ((code = session_commits(s, &head.tick, &keys, err)) || (code = journal_head(s, &last, err)))
		return code;
	head.seq = last.seq;
	memcpy(head.hash, last.hash, KEY_BYTES);
	if (!s->head && (code = head_open(&s->head, path.data, s->id, true, err)))
		return code;
	if ((code = head_advance(s->head, s->vault, &head, 0, err)))
		return code;
	return file_sync_folder(path.data, err); /* the data file's name too, before any HOME/keys speaks of it */
}

enum code session_no_store(const struct store *s, int64_t data, struct err *err)
{
	static const char *const names[][2] = { { "keys", "" }, { "paydesk", ".db" }, { "paydesk", ".db-wal" }, { "head", "" } };
	AUTO(buf_release) struct buf path = BUF_INIT;

	for (size_t i = 0; i < COUNT(names); i++) {
		session_path(s, names[i][0], names[i][1], i ? data : 1, &path);
		if (file_exists(path.data))
			return fail(err, E_EXISTS, "%s is there already; take another folder, or move it away", path.data);
	}
	return E_OK;
}

enum code store_create(const struct store_config *c, const char *operator, const char *roles, const struct secret *passphrase, struct err *err)
{
	AUTO(buf_release) struct buf keys = BUF_INIT, path = BUF_INIT;
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(store_closep) struct store *s = NULL;
	enum code code;

	if ((code = session_new(&s, c, true, LOCK_EXCLUSIVE, err)) || (code = session_no_store(s, 1, err))
	    || (code = first_operator(s, &slots, operator, roles, passphrase, err)))
		return code;
	code = first_commit(s, &slots, &keys, err);
	if (!code)
		code = session_first_head(s, err);
	session_path(s, "keys", "", 1, &path);
	if (!code) /* last: a store is there when its key slots are */
		code = file_replace(path.data, keys.data, keys.len, err);
	if (code) {
		db_close(s->db);
		s->db = NULL;
		unlink(path.data);
		session_remove_data(s, s->data);
	}
	return code;
}

/* ---- opening ---- */

/* Up to the point where head and data can be compared. */
enum code session_begin(struct store **out, const struct store_config *c, const char *operator, const struct secret *passphrase,
			struct slots *slots, struct err *err)
{
	enum code code;

	if ((code = session_new(out, c, false, LOCK_SHARED, err)) || (code = session_read_keys(*out, slots, err)))
		return code;
	return session_unlock(*out, slots, operator, passphrase, err);
}

static enum code login(struct store *s, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code;

	if ((code = tx_begin(&tx, s->db, err)) || (code = journal_append(s, "login", "", "", "", 0, err)))
		return code;
	return tx_commit(&tx, err);
}

/* A rekey that was cut short just before its end leaves what it replaced. */
static enum code remove_replaced(const struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf old = BUF_INIT;
	enum code code;

	session_path(s, "paydesk", ".db", s->data - 1, &old);
	if (s->data == 1 || !file_exists(old.data))
		return E_OK;
	code = file_sync_folder(old.data, err); /* HOME/keys, which names the new one, must last before the old one goes */
	if (!code)
		session_remove_data(s, s->data - 1);
	return code;
}

enum code store_open(struct store **out, const struct store_config *c, const char *operator, const struct secret *passphrase, bool quiet, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(store_closep) struct store *s = NULL;
	enum code code;

	*out = NULL;
	if ((code = session_begin(&s, c, operator, passphrase, &slots, err)) || (code = session_open_head(s, err))
	    || (code = session_open_db(s, false, err)) || (code = session_check_identity(s, err))
	    || (code = session_check_head(s, err)) || (code = db_migrate(s->db, c->migrations, c->nmigrations, err)))
		return code; /* nothing was written before all was known to be well */
	session_follow(s);
	if ((code = session_reconcile(s, &slots, operator, passphrase, err)) || (!quiet && (code = login(s, err))))
		return code;
	if ((code = remove_replaced(s, err)))
		return code;
	*out = s;
	s = NULL;
	return E_OK;
}

static enum code copy_secret(struct secret **to, const struct secret *from, struct err *err)
{
	enum code code = secret_new(to, secret_size(from), err);

	if (!code)
		memcpy(secret_bytes(*to), secret_peek(from), secret_size(from));
	return code;
}

enum code store_another(struct store **out, struct store *s, struct err *err)
{
	AUTO(store_closep) struct store *t = NULL;
	enum code code;

	*out = NULL;
	if ((code = session_new(&t, &s->config, false, LOCK_SHARED, err)) || (code = copy_secret(&t->seed, s->seed, err))
	    || (code = copy_secret(&t->vault, s->vault, err)))
		return code;
	t->who = s->who;
	memcpy(t->id, s->id, sizeof t->id);
	memcpy(t->root, s->root, sizeof t->root);
	t->generation = s->generation;
	t->data = s->data;
	if ((code = session_open_head(t, err)) || (code = session_open_db(t, false, err)))
		return code;
	session_follow(t);
	*out = t;
	t = NULL;
	return E_OK;
}
