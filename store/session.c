/* How a store is opened, and what happens at each of its commits. */
#include "store/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 10000 };

static const struct column meta_columns[] = {
	[META_KEY] = { "key", VALUE_TEXT }, [META_NUM] = { "num", VALUE_INT },
	[META_TEXT] = { "text", VALUE_TEXT }, [META_DATA] = { "data", VALUE_BLOB },
};
const struct table meta_table = { "meta", meta_columns, COUNT(meta_columns), sizeof *meta_columns, 1, NULL, 0 };

static const struct column commits_columns[] = {
	[COMMITS_ONE] = { "one", VALUE_INT }, [COMMITS_TICK] = { "tick", VALUE_INT }, [COMMITS_KEYS] = { "keys", VALUE_INT },
};
const struct table commits_table = { "commits", commits_columns, COUNT(commits_columns), sizeof *commits_columns, 1, NULL, 0 };

/* ---- the folder ---- */

void session_path(const struct store *s, const char *stem, const char *suffix, int64_t data, struct buf *out)
{
	buf_clear(out);
	buf_addf(out, "%s/%s", s->config.home, stem);
	if (data > 1)
		buf_addf(out, "-%lld", (long long)data);
	buf_adds(out, suffix);
}

static enum code make_folder(const char *path, struct err *err)
{
	AUTO(buf_release) struct buf part = BUF_INIT;
	const char *p = path;

	do {
		p = strchrnul(p + 1, '/');
		buf_clear(&part);
		buf_add(&part, path, (size_t)(p - path));
		if (mkdir(part.data, 0700) != 0 && errno != EEXIST)
			return fail(err, io_code(errno), "cannot make the folder %s: %s", part.data, strerror(errno));
	} while (*p);
	return E_OK;
}

static enum code check_folder(const char *home, struct err *err)
{
	struct stat st;

	if (stat(home, &st) != 0)
		return fail(err, errno == ENOENT ? E_NOTSTORE : io_code(errno), "no store in %s: %s", home, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(err, E_NOTSTORE, "%s is not a folder", home);
	if (st.st_uid != geteuid())
		return fail(err, E_DENIED, "%s belongs to another user; a store is opened by its owner", home);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fail(err, E_DENIED, "others may write in %s; take that from them (chmod 700) and look what they left there", home);
	return E_OK;
}

enum code session_new(struct store **out, const struct store_config *c, bool make_home, enum lock_mode mode, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct store *s;
	enum code code;

	*out = NULL;
	if (make_home && (code = make_folder(c->home, err)))
		return code;
	code = check_folder(c->home, err);
	if (code)
		return code;
	s = mem_alloc(sizeof *s);
	s->config = *c;
	s->config.home = mem_strdup(c->home);
	if (!s->config.cost.ops)
		s->config.cost = kdf_moderate();
	session_path(s, "lock", "", 1, &path);
	s->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0 && mode == LOCK_SHARED) /* enough to look at a store that cannot be written */
		s->lock = open(path.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (s->lock < 0)
		code = fail(err, io_code(errno), "cannot open %s: %s", path.data, strerror(errno));
	else
		code = file_lock(s->lock, 0, mode, LOCK_WAIT_MS, err);
	if (code)
		store_close(s);
	else
		*out = s;
	return code;
}

void session_remove_data(const struct store *s, int64_t data)
{
	static const char *const suffixes[] = { ".db", ".db-wal", ".db-shm" };
	AUTO(buf_release) struct buf path = BUF_INIT;

	for (size_t i = 0; i < COUNT(suffixes); i++) {
		session_path(s, "paydesk", suffixes[i], data, &path);
		unlink(path.data);
	}
	session_path(s, "head", "", data, &path);
	unlink(path.data);
}

/* ---- opening ---- */

enum code session_open_db(struct store *s, bool readonly, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct db_config config = { .key = s->vault, .readonly = readonly };
	enum code code;
	int64_t form;

	session_path(s, "paydesk", ".db", s->data, &path);
	config.path = path.data;
	if (!file_exists(path.data))
		return fail(err, E_NOTFOUND, "%s is gone, or the key slots are older than the data; restore what is missing or a backup", path.data);
	code = db_open(&s->db, &config, err);
	if (code)
		return code;
	/* An older log put beside the file looks whole. Opening must not merge it with newer pages before the head has been asked. */
	db_keep_log(s->db, true);
	return db_form(s->db, s->config.migrations, s->config.nmigrations, &form, err);
}

enum code session_open_head(struct store *s, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	enum code code;

	session_path(s, "head", "", s->data, &path);
	code = head_open(&s->head, path.data, s->id, false, err);
	return code ? code : head_read(s->head, s->vault, &s->kept, err);
}

enum code session_commits(struct store *s, int64_t *tick, int64_t *keys, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_int(1), row[COMMITS_COLUMNS];
	enum code code = db_get(s->db, &commits_table, &key, &pool, row, err);

	if (code == E_NOTFOUND)
		return fail(err, E_NOTSTORE, "the data file holds no paydesk store");
	if (!code) {
		*tick = row[COMMITS_TICK].num;
		*keys = row[COMMITS_KEYS].num;
	}
	return code;
}

enum code session_set_commits(struct store *s, int64_t tick, int64_t keys, struct err *err)
{
	const struct value row[] = { [COMMITS_ONE] = value_int(1), [COMMITS_TICK] = value_int(tick), [COMMITS_KEYS] = value_int(keys) };

	return db_put(s->db, &commits_table, row, err);
}

enum code session_check_identity(struct store *s, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value id, root;
	enum code code;

	if ((code = store_meta_get(s, "store.id", &pool, &id, err)) || (code = store_meta_get(s, "store.root", &pool, &root, err)))
		return code;
	if (!value_same(id, value_text(s->id)))
		return fail(err, E_SIGNATURE, "the key slots and the data belong to two different stores");
	if (!value_same(root, value_blob(s->root, KEY_BYTES)))
		return fail(err, E_SIGNATURE, "the organisation's root key in the key slots is not the one in the data; the file was altered");
	return E_OK;
}

/* HOME/head was read before the data, and is written after it: whoever commits meanwhile, it cannot be ahead. */
enum code session_check_head(struct store *s, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_int(s->kept.seq), row[JOURNAL_COLUMNS];
	struct journal_entry entry;
	int64_t keys, tick;
	enum code code = session_commits(s, &tick, &keys, err);

	if (code)
		return code;
	if (s->kept.tick > tick)
		return fail(err, E_ROLLBACK, "%lld commits that were acknowledged are missing (the last was number %lld, journal entry %lld): "
			    "the data was cut or is an older copy; restore the newest data or backup, or let the root operator accept the loss",
			    (long long)(s->kept.tick - tick), (long long)s->kept.tick, (long long)s->kept.seq);
	code = db_get(s->db, &journal_table, &key, &pool, row, err);
	if (code && code != E_NOTFOUND)
		return code;
	if (!code)
		journal_from_row(&entry, row);
	if (code || !crypto_equal(entry.hash, s->kept.hash, KEY_BYTES))
		return fail(err, E_ROLLBACK, "journal entry %lld is not the one that was acknowledged: the data is another copy of this store; "
			    "restore the newest data or backup, or let the root operator accept the loss", (long long)s->kept.seq);
	return E_OK;
}

/* ---- each commit ---- */

/* Another session changed the slots: this operator's certificate may have changed, or be gone. */
static enum code refresh(struct store *s, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	enum code code = session_stored_keys(s, &slots, err);
	const struct slot *mine;

	if (code)
		return code;
	mine = slots_find(&slots, s->who.name);
	if (!mine || !mine->cert.active || !crypto_equal(mine->cert.key, s->who.key, KEY_BYTES))
		return fail(err, E_DENIED, "%s is no longer an operator of this store; nothing was saved", s->who.name);
	s->who = mine->cert;
	s->generation = slots.generation;
	return E_OK;
}

static enum code before_commit(void *ctx, struct err *err)
{
	struct journal_head head;
	struct store *s = ctx;
	int64_t keys, tick;
	enum code code;

	/* At most one commit may be unknown to HOME/head. */
	if (s->late && (code = head_advance(s->head, s->vault, &s->next, LOCK_WAIT_MS, err)))
		return code;
	s->late = false;
	if ((code = session_commits(s, &tick, &keys, err)) || (keys != s->generation && (code = refresh(s, err)))
	    || (code = session_set_commits(s, tick + 1, keys, err)) || (code = journal_head(s, &head, err)))
		return code;
	s->next = (struct head){ .tick = tick + 1, .seq = head.seq };
	memcpy(s->next.hash, head.hash, KEY_BYTES);
	return E_OK;
}

/* A head that lags is no fault of the data, so the commit stands; the next one insists. */
static void after_commit(void *ctx)
{
	struct store *s = ctx;

	s->late = head_advance(s->head, s->vault, &s->next, LOCK_WAIT_MS, NULL) != E_OK;
}

void session_follow(struct store *s)
{
	db_set_hooks(s->db, (struct db_hooks){ before_commit, after_commit, s });
	db_keep_log(s->db, false);
}
