/* Connections, statements, transactions, migrations. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/conn.h"
#include "store/file.h"
#include "store/page.h"
#include "store/vfs.h"

enum { CACHE_KIB = 32768, BUSY_MS = 10000 };

/* ---- errors ---- */

static enum code code_of(struct db *db, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL: return E_FULL;
	case SQLITE_READONLY: return E_READONLY;
	case SQLITE_BUSY:
	case SQLITE_PROTOCOL: /* too many at the locks at once */
	case SQLITE_LOCKED: return E_BUSY;
	case SQLITE_INTERRUPT: return db->limits.ran_out ? E_SLOW : E_CANCELLED;
	case SQLITE_NOTADB: return E_NOTSTORE;
	case SQLITE_CORRUPT: return E_SEALED;
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH: return E_INVALID;
	case SQLITE_CONSTRAINT:
		return rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_ROWID
		       ? E_EXISTS : E_INVALID;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		switch (sqlite3_system_errno(db->handle)) {
		case ENOSPC:
		case EDQUOT: return E_FULL;
		case EACCES:
		case EPERM:
		case EROFS: return E_READONLY;
		default: return E_IO;
		}
	default: return E_FAILED;
	}
}

static enum code fail_sealed(struct db *db, struct vault_fault f, struct err *err)
{
	switch (f.code) {
	case E_KEY: return fail(err, E_KEY, "%s was sealed under another key", db->path);
	case E_NOTSTORE: return fail(err, E_NOTSTORE, "%s is not a paydesk store", db->path);
	case E_SEALED:
		if (f.page && f.log)
			return fail(err, E_SEALED, "%s: page %u in its log was damaged or altered; nothing was changed", db->path, f.page);
		if (f.page)
			return fail(err, E_SEALED, "%s: page %u was damaged or altered; nothing was changed", db->path, f.page);
		return fail(err, E_SEALED, "%s: the log was damaged or altered; nothing was changed", db->path);
	default: return fail(err, E_FAILED, "%s: SQLite asked for what the vault does not do", db->path);
	}
}

enum code conn_fail(struct db *db, int rc, struct err *err)
{
	/* The vault knows better than SQLite's code why it failed, unless the reason is one of SQLite's own. */
	struct vault_fault fault = { E_OK, 0, false };
	if (db->vault)
		fault = vault_fault(db->vault);
	if (fault.code && ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN))
		return fail_sealed(db, fault, err);
	enum code code = code_of(db, rc);
	int why = sqlite3_system_errno(db->handle);
	switch (code) {
	case E_BUSY: return fail(err, code, "%s: another process holds the store; try again when it is done", db->path);
	case E_FULL: return fail(err, code, "%s: the disk is full; make room and try again", db->path);
	case E_READONLY: return fail(err, code, "%s cannot be written; check the rights of the file and its folder", db->path);
	case E_NOTSTORE: return fail(err, code, "%s is not a paydesk store", db->path);
	case E_CANCELLED: return fail(err, code, N_("stopped on request"));
	case E_SLOW: return fail(err, code, N_("this takes longer to read than anybody should wait"));
	case E_IO: return fail(err, code, "%s: %s: %s", db->path, sqlite3_errmsg(db->handle), why ? strerror(why) : "-");
	default: return fail(err, code, "%s: %s", db->path, sqlite3_errmsg(db->handle));
	}
}

/* ---- statements ---- */

/* FNV-1a in steps of eight bytes: an insert into a wide table is a kilobyte of text, hashed twice a row. */
static uint64_t hash_of(const char *s, size_t n)
{
	uint64_t h = 14695981039346656037ULL, word;
	for (; n >= sizeof word; s += sizeof word, n -= sizeof word) {
		memcpy(&word, s, sizeof word);
		h = (h ^ word) * 1099511628211ULL;
		h ^= h >> 32;
	}
	for (; n; s++, n--)
		h = (h ^ (unsigned char)*s) * 1099511628211ULL;
	return h;
}

enum code conn_prepare(struct db *db, sqlite3_stmt **out, struct err *err)
{
	uint64_t hash = hash_of(db->sql.data, db->sql.len);
	for (size_t i = 0; i < DB_STATEMENTS; i++) {
		sqlite3_stmt *stmt = db->cache[i].stmt;
		if (stmt && db->cache[i].hash == hash && strcmp(sqlite3_sql(stmt), db->sql.data) == 0) {
			db->cache[i].stmt = NULL; /* in use: a second reader of the same text gets a statement of its own */
			*out = stmt;
			return E_OK;
		}
	}
	int rc = sqlite3_prepare_v3(db->handle, db->sql.data, (int)db->sql.len + 1, SQLITE_PREPARE_PERSISTENT, out, NULL);
	return rc ? conn_fail(db, rc, err) : E_OK;
}

void conn_done(struct db *db, sqlite3_stmt *stmt)
{
	size_t oldest = 0;
	if (!stmt)
		return;
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	for (size_t i = 0; i < DB_STATEMENTS; i++) {
		if (!db->cache[i].stmt) {
			oldest = i;
			break;
		}
		if (db->cache[i].used < db->cache[oldest].used)
			oldest = i;
	}
	sqlite3_finalize(db->cache[oldest].stmt);
	db->cache[oldest].stmt = stmt;
	db->cache[oldest].hash = hash_of(sqlite3_sql(stmt), strlen(sqlite3_sql(stmt)));
	db->cache[oldest].used = ++db->clock;
}

enum code conn_bind(struct db *db, sqlite3_stmt *stmt, int at, struct value v, struct err *err)
{
	int rc;
	switch (v.type) {
	case VALUE_INT: rc = sqlite3_bind_int64(stmt, at, v.num); break;
	case VALUE_TEXT: rc = sqlite3_bind_text64(stmt, at, v.text, v.len, SQLITE_STATIC, SQLITE_UTF8); break;
	/* A pointer even for no bytes, or SQLite would make it NULL. */
	case VALUE_BLOB: rc = sqlite3_bind_blob64(stmt, at, v.len ? v.text : "", v.len, SQLITE_STATIC); break;
	default: rc = sqlite3_bind_null(stmt, at);
	}
	return rc ? conn_fail(db, rc, err) : E_OK;
}

enum code conn_exec(struct db *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return rc ? conn_fail(db, rc, err) : E_OK;
}

enum code conn_number(struct db *db, const char *sql, int64_t *n, struct err *err)
{
	sqlite3_stmt *stmt;
	*n = 0;
	buf_clear(&db->sql);
	buf_adds(&db->sql, sql);
	enum code code = conn_prepare(db, &stmt, err);
	if (code)
		return code;
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*n = sqlite3_column_int64(stmt, 0);
	else if (rc != SQLITE_DONE)
		code = conn_fail(db, rc, err);
	conn_done(db, stmt);
	return code;
}

/* ---- opening ---- */

/* Other databases would lie beside the store in the clear; nothing here attaches any. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *database, const char *trigger)
{
	(void)ctx, (void)a, (void)b, (void)database, (void)trigger;
	return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

static enum code configure(struct db *db, const struct db_config *c, struct err *err)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	sqlite3_busy_timeout(db->handle, c->busy_ms ? c->busy_ms : BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_set_authorizer(db->handle, authorize, NULL);
	buf_addf(&sql, "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=0;PRAGMA cell_size_check=ON;PRAGMA foreign_keys=ON;"
		       "PRAGMA cache_size=-%d;PRAGMA synchronous=FULL;", c->cache_kib ? c->cache_kib : CACHE_KIB);
	return conn_exec(db, sql.data, err);
}

/* A new file: its form is settled before anything is written. The journal of that first write stays in memory. */
static enum code form_file(struct db *db, struct err *err)
{
	int reserve = PAGE_EXTRA;
	if (db->vault && sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) != SQLITE_OK)
		return fail(err, E_FAILED, "SQLite leaves no room for sealing");
	return conn_exec(db, "PRAGMA page_size=4096;PRAGMA journal_mode=MEMORY;", err);
}

static enum code start_log(struct db *db, struct err *err)
{
	/* A page that is written again before the checkpoint is moved once: 64 MB of log cost 0.1 s after a crash and save a fifth of
	 * a large import. */
	return conn_exec(db, "PRAGMA journal_mode=WAL;PRAGMA wal_autocheckpoint=16000;PRAGMA journal_size_limit=134217728;", err);
}

/* SQLite would create the file with the umask's rights, and would not say whether it was there before. */
static enum code make_file(const char *path, struct err *err)
{
	AUTO(buf_release) struct buf log = BUF_INIT;
	buf_addf(&log, "%s-wal", path);
	if (access(log.data, F_OK) == 0) /* SQLite would delete it: it may hold what is left of a store */
		return fail(err, E_EXISTS, "%s is there, the log of a store whose file is gone; move it away first", log.data);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == EEXIST)
		return fail(err, E_EXISTS, "%s is there already", path);
	if (fd < 0)
		return fail(err, io_code(errno), "%s cannot be created: %s", path, strerror(errno));
	close(fd);
	return E_OK;
}

static enum code find_file(const char *path, struct err *err)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return fail(err, errno == ENOENT || errno == ENOTDIR ? E_NOTFOUND : errno == EACCES ? E_DENIED : E_IO, "%s: %s", path,
			    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, E_NOTSTORE, "%s is not a file", path);
	if (st.st_size <= 1) /* SQLite takes one byte for none, and none for a database to be */
		return fail(err, E_NOTSTORE, "%s is empty", path);
	return E_OK;
}

static enum code open_handle(struct db *db, const struct db_config *c, bool log, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	if (db->path[0] != '/')
		buf_adds(&path, "./"); /* "file:…" would be taken for a URI */
	buf_adds(&path, db->path);
	int flags = (c->readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	enum code code = c->key ? vault_new(&db->vault, c->key, err) : E_OK;
	if (code)
		return code;
	int rc = sqlite3_open_v2(path.data, &db->handle, flags, db->vault ? vault_name(db->vault) : NULL);
	if (!db->handle)
		return fail(err, E_FAILED, "SQLite has no memory for a connection");
	sqlite3_extended_result_codes(db->handle, 1);
	if (rc)
		return conn_fail(db, sqlite3_extended_errcode(db->handle), err);
	code = configure(db, c, err);
	if (!code && c->create)
		code = form_file(db, err);
	if (!code && log && !c->readonly)
		code = start_log(db, err);
	int64_t tables;
	return code ? code : conn_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
}

static enum code open_db(struct db **out, const struct db_config *config, bool log, struct err *err)
{
	*out = NULL;
	enum code code = config->create ? make_file(config->path, err) : find_file(config->path, err);
	if (code)
		return code;
	struct db *db = mem_alloc(sizeof *db);
	buf_init(&db->sql);
	buf_init(&db->asked.of);
	buf_init(&db->asked.match);
	db->path = mem_strdup(config->path);
	code = open_handle(db, config, log, err);
	if (code) {
		db_close(db);
		if (config->create)
			unlink(config->path); /* made above, by us */
		return code;
	}
	*out = db;
	return E_OK;
}

enum code db_open(struct db **out, const struct db_config *config, struct err *err)
{
	return open_db(out, config, true, err);
}

enum code conn_open_target(struct db **out, const char *path, const struct secret *key, struct err *err)
{
	struct db_config c = { .path = path, .key = key, .create = true };
	enum code code = open_db(out, &c, false, err);
	if (!code)
		code = conn_exec(*out, "PRAGMA synchronous=OFF", err); /* the copy is brought to the disk once, at its end */
	if (code && *out) {
		db_close(*out);
		*out = NULL;
		unlink(path);
	}
	return code;
}

void db_keep_log(struct db *db, bool keep)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, (int)keep, NULL);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < DB_STATEMENTS; i++)
		sqlite3_finalize(db->cache[i].stmt);
	if (db->vault && vault_log_was_cut(db->vault))
		db_keep_log(db, true);
	sqlite3_close(db->handle);
	vault_free(db->vault);
	buf_release(&db->sql);
	buf_release(&db->asked.of);
	buf_release(&db->asked.match);
	free(db->path);
	free(db);
}

enum code db_cache(struct db *db, int kib, struct err *err)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	buf_addf(&sql, "PRAGMA cache_size=-%d", kib);
	return conn_exec(db, sql.data, err);
}

void db_interrupt(struct db *db)
{
	sqlite3_interrupt(db->handle);
}

int64_t db_stamp(struct db *db)
{
	int64_t others;
	/* data_version counts the commits of all others; both numbers only grow. */
	if (conn_number(db, "PRAGMA data_version", &others, NULL) == E_OK)
		db->stamp = others + db->commits;
	return db->stamp;
}

enum code db_integrity(struct db *db, char *line, size_t size, struct err *err)
{
	sqlite3_stmt *stmt;
	buf_clear(&db->sql);
	buf_adds(&db->sql, "PRAGMA integrity_check(1)");
	enum code code = conn_prepare(db, &stmt, err);
	if (code)
		return code;
	int rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		snprintf(line, size, "%s", (const char *)sqlite3_column_text(stmt, 0));
	else
		code = conn_fail(db, rc, err);
	for (char *p = line; rc == SQLITE_ROW && *p; p++)
		if (*p == '\n')
			*p = ' ';
	conn_done(db, stmt);
	return code;
}

/* ---- transactions ---- */

enum code conn_usable(struct db *db, struct err *err)
{
	if (db->tx != TX_NONE && sqlite3_get_autocommit(db->handle))
		return fail(err, E_FAILED, "the transaction was rolled back by an earlier failure; nothing of it stands");
	return E_OK;
}

static enum code begin(struct tx *tx, struct db *db, bool write, struct err *err)
{
	tx->db = NULL;
	if (db->tx != TX_NONE)
		return fail(err, E_FAILED, "a transaction is open already");
	enum code code = conn_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
	if (code)
		return code;
	db->tx = write ? TX_WRITE : TX_READ;
	tx->db = db;
	return E_OK;
}

enum code tx_begin(struct tx *tx, struct db *db, struct err *err)
{
	return begin(tx, db, true, err);
}

enum code tx_begin_read(struct tx *tx, struct db *db, struct err *err)
{
	int64_t n;
	enum code code = begin(tx, db, false, err);
	if (!code)
		code = conn_number(db, "SELECT 1 FROM sqlite_schema LIMIT 1", &n, err); /* BEGIN alone takes no snapshot */
	if (code)
		tx_end(tx);
	return code;
}

/* A file that was removed or replaced under us still takes commits, which nobody would ever see again. */
static enum code check_place(struct db *db, struct err *err)
{
	int moved = 0;
	if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved)
		return fail(err, E_IO, "%s was moved away or replaced while it was open; nothing was saved, close it and look what became of it",
			    db->path);
	return E_OK;
}

enum code tx_commit(struct tx *tx, struct err *err)
{
	struct db *db = tx->db;
	if (!db)
		return fail(err, E_FAILED, "no transaction is open");
	bool write = db->tx == TX_WRITE;
	enum code code = conn_usable(db, err);
	if (!code && write)
		code = check_place(db, err);
	if (!code && write && db->hooks.before)
		code = db->hooks.before(db->hooks.ctx, err);
	if (!code)
		code = conn_exec(db, "COMMIT", err);
	if (code) {
		tx_end(tx);
		return code;
	}
	db->tx = TX_NONE;
	tx->db = NULL;
	if (write) {
		db->commits++;
		if (db->hooks.after)
			db->hooks.after(db->hooks.ctx);
	}
	return E_OK;
}

void tx_end(struct tx *tx)
{
	struct db *db = tx->db;
	if (!db)
		return;
	tx->db = NULL;
	db->tx = TX_NONE;
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

void db_set_hooks(struct db *db, struct db_hooks hooks)
{
	db->hooks = hooks;
}

/* ---- migrations ---- */

static enum code migrate_one(struct db *db, const struct migration *m, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	int64_t version;
	enum code code = tx_begin(&tx, db, err);
	if (!code)
		code = conn_number(db, "PRAGMA user_version", &version, err);
	if (code)
		return code;
	if (version >= m->number)
		return E_OK; /* another process was first */
	code = conn_exec(db, m->sql, err);
	if (!code)
		code = conn_usable(db, err); /* the text must not end the transaction */
	if (code)
		return fail_in(err, "migration %d (%s)", m->number, m->name);
	AUTO(buf_release) struct buf sql = BUF_INIT;
	buf_addf(&sql, "PRAGMA user_version=%d", m->number);
	code = conn_exec(db, sql.data, err);
	return code ? code : tx_commit(&tx, err);
}

enum code db_form(struct db *db, const struct migration *m, size_t n, int64_t *form, struct err *err)
{
	int known = n ? m[n - 1].number : 0;
	enum code code = conn_number(db, "PRAGMA user_version", form, err);
	if (!code && (*form < 0 || *form > known))
		return fail(err, E_SCHEMA, "%s was written by a newer paydesk (form %lld, this one knows %d); use that one", db->path,
			    (long long)*form, known);
	return code;
}

enum code db_migrate(struct db *db, const struct migration *m, size_t n, struct err *err)
{
	int64_t form;
	int last = 0;
	for (size_t i = 0; i < n; last = m[i++].number)
		if (m[i].number <= last)
			return fail(err, E_FAILED, "migration %s is out of line: %d after %d", m[i].name, m[i].number, last);
	enum code code = db_form(db, m, n, &form, err);
	for (size_t i = 0; i < n && !code; i++)
		if (m[i].number > form)
			code = migrate_one(db, &m[i], err);
	return code;
}
