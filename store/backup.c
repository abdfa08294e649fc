/* Backup and restore. A backup is one file:
 *
 *     the data file as it is sealed | HOME/keys | trailer of 64 bytes: "paydesk-backup 1", length of the data, length of the keys
 *     (8 bytes each, big-endian), and BLAKE2b keyed from the vault key over BLAKE2b of everything before
 *
 * so a passphrase and this file are enough on a bare machine, and every byte of it is accounted for before it is trusted. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/bytes.h"
#include "store/session.h"

enum { MAGIC = 16, LENGTHS = MAGIC, MAC = MAGIC + 16, TRAILER = MAC + KEY_BYTES, PIECE = 64 * 1024 };

static const char magic[MAGIC + 1] = "paydesk-backup 1";

static int64_t length_at(const uint8_t *p) /* -1: none that a file can have */
{
	uint64_t n = get64(p);

	return n > INT64_MAX ? -1 : (int64_t)n;
}

static void backup_mac(uint8_t mac[KEY_BYTES], struct digest_state *all, const struct secret *vault)
{
	uint8_t key[KEY_BYTES], sum[KEY_BYTES];

	digest_end(all, sum);
	key_derive(key, secret_peek(vault), "backup\0", 0);
	digest_keyed(mac, key, sum, KEY_BYTES);
	crypto_wipe(key, sizeof key);
}

/* n bytes at that place of the file, whole. */
static enum code read_at(int fd, void *out, size_t n, int64_t at, const char *path, struct err *err)
{
	char *p = out;

	while (n) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(err, E_IO, "cannot read %s: %s", path, strerror(errno));
		if (got == 0)
			return fail(err, E_SEALED, "%s ends too early", path);
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return E_OK;
}

/* Feeds bytes from..to of fd to the digest and, if to_fd is not negative, to that file. */
static enum code pass(int fd, int64_t size, struct digest_state *all, int to_fd, const char *path, const char *to_path, struct err *err)
{
	uint8_t piece[PIECE];
	enum code code = E_OK;

	for (int64_t at = 0; !code && at < size;) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

		code = read_at(fd, piece, n, at, path, err);
		if (code)
			break;
		digest_add(all, piece, n);
		if (to_fd >= 0)
			code = file_write_all(to_fd, piece, n, to_path, err);
		at += (int64_t)n;
	}
	return code;
}

/* ---- backup ---- */

static enum code append_keys(const char *path, const struct value *keys, const struct secret *vault, struct err *err)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	uint8_t trailer[TRAILER];
	struct digest_state all;
	enum code code;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		code = fail(err, io_code(errno), "cannot open %s: %s", path, strerror(errno));
		goto out;
	}
	memcpy(trailer, magic, MAGIC);
	put64(trailer + LENGTHS, (uint64_t)st.st_size);
	put64(trailer + LENGTHS + 8, keys->len);
	digest_start(&all);
	code = pass(fd, st.st_size, &all, -1, path, NULL, err);
	if (code)
		goto out;
	digest_add(&all, keys->text, keys->len);
	digest_add(&all, trailer, MAC);
	backup_mac(trailer + MAC, &all, vault);
	if ((code = file_write_all(fd, keys->text, keys->len, path, err)) || (code = file_write_all(fd, trailer, TRAILER, path, err)))
		goto out;
	if (fsync(fd) != 0)
		code = fail(err, io_code(errno), "cannot sync %s: %s", path, strerror(errno));
out:
	if (fd >= 0)
		close(fd);
	return code;
}

/* The slots as they stood just before the copy: their vault key opens it, and the copy holds the newest for after the restore. */
static enum code start_backup(struct store *s, struct pool *pool, struct value *keys, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code;

	if ((code = tx_begin(&tx, s->db, err)) || (code = journal_append(s, "store.backup", "", "", "", 0, err))
	    || (code = session_stored_text(s, pool, keys, err)))
		return code;
	return tx_commit(&tx, err);
}

enum code store_backup(struct store *s, const char *file, struct err *err)
{
	AUTO(buf_release) struct buf part = BUF_INIT;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value keys;
	uint8_t tail[4];
	enum code code;

	if (file_exists(file))
		return fail(err, E_EXISTS, "%s is there already; a backup never replaces a file", file);
	crypto_random(tail, sizeof tail);
	buf_addf(&part, "%s.part-", file);
	buf_add_hex(&part, tail, sizeof tail);
	if ((code = start_backup(s, &pool, &keys, err)) || (code = db_copy(s->db, part.data, s->vault, err)))
		return code;
	code = append_keys(part.data, &keys, s->vault, err);
	if (!code)
		code = file_move(part.data, file, err);
	if (code)
		unlink(part.data);
	return code;
}

/* ---- restore ---- */

struct source {
	const char *path;
	int fd;
	int64_t data;                    /* bytes of the data file in it */
	struct buf keys;
	uint8_t trailer[TRAILER];
};

static enum code read_source(struct source *in, struct err *err)
{
	int64_t keys, rest;
	struct stat st;
	enum code code;

	in->fd = open(in->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd < 0 || fstat(in->fd, &st) != 0)
		return fail(err, io_code(errno), "cannot open %s: %s", in->path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < TRAILER)
		return fail(err, E_NOTSTORE, "%s is not a backup of paydesk, or was cut", in->path);
	rest = st.st_size - TRAILER;
	if ((code = read_at(in->fd, in->trailer, TRAILER, rest, in->path, err)))
		return code;
	if (memcmp(in->trailer, magic, MAGIC) != 0)
		return fail(err, E_NOTSTORE, "%s is not a backup of paydesk, or its end was cut or damaged", in->path);
	in->data = length_at(in->trailer + LENGTHS);
	keys = length_at(in->trailer + LENGTHS + 8);
	if (in->data < 1 || keys < 1 || keys > SLOTS_FILE_MAX || in->data > rest || in->data + keys != rest)
		return fail(err, E_SEALED, "%s was cut or damaged: its parts do not add up", in->path);
	buf_reserve(&in->keys, (size_t)keys);
	code = read_at(in->fd, in->keys.data, (size_t)keys, in->data, in->path, err);
	if (!code)
		buf_setlen(&in->keys, (size_t)keys);
	return code;
}

static enum code copy_data(struct source *in, const char *to, const struct secret *vault, struct err *err)
{
	uint8_t mac[KEY_BYTES];
	struct digest_state all;
	enum code code;
	int fd;

	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(err, io_code(errno), "cannot create %s: %s", to, strerror(errno));
	digest_start(&all);
	code = pass(in->fd, in->data, &all, fd, in->path, to, err);
	digest_add(&all, in->keys.data, in->keys.len);
	digest_add(&all, in->trailer, MAC);
	backup_mac(mac, &all, vault);
	if (!code && !crypto_equal(mac, in->trailer + MAC, KEY_BYTES))
		code = fail(err, E_SEALED, "%s was damaged or altered; nothing was restored, take another backup", in->path);
	if (!code && fsync(fd) != 0)
		code = fail(err, io_code(errno), "cannot sync %s: %s", to, strerror(errno));
	close(fd);
	return code;
}

/* Everything that can be known about the copy, before it is put in place. */
static enum code examine(struct store *s, const char *copy, struct err *err)
{
	struct db_config config = { .path = copy, .key = s->vault };
	struct db_pages pages;
	char line[200];
	int64_t entries;
	enum code code;

	if ((code = db_verify_pages(copy, s->vault, &pages, err)) || (code = db_open(&s->db, &config, err))
	    || (code = db_migrate(s->db, s->config.migrations, s->config.nmigrations, err)) || (code = session_check_identity(s, err))
	    || (code = db_integrity(s->db, line, sizeof line, err)))
		return code;
	if (strcmp(line, "ok") != 0)
		return fail(err, E_SEALED, "SQLite finds the backup out of order: %s", line);
	return journal_verify(s, &entries, err);
}

static enum code enter_restore(struct store *s, struct buf *keys, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	int64_t generation, tick;
	struct value text;
	enum code code;

	if ((code = tx_begin(&tx, s->db, err)) || (code = session_commits(s, &tick, &generation, err))
	    || (code = session_set_commits(s, tick + 1, generation, err)) || (code = session_stored_text(s, &pool, &text, err))
	    || (code = journal_append(s, "store.restore", "", "", "", 0, err)) || (code = tx_commit(&tx, err)))
		return code;
	buf_add(keys, text.text, text.len);
	return session_first_head(s, err);
}

/* Names appear in this order: head, data, and last the key slots, which make it a store. */
static enum code put_in_place(struct store *s, const char *copy, const struct buf *keys, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	enum code code;

	db_close(s->db); /* the last one to close folds the log into the file */
	s->db = NULL;
	buf_addf(&path, "%s-wal", copy);
	if (file_exists(path.data))
		return fail(err, E_IO, "%s could not be written to its end; is the disk full?", copy);
	session_path(s, "paydesk", ".db", s->data, &path);
	if ((code = file_move(copy, path.data, err)))
		return code;
	session_path(s, "keys", "", 1, &path);
	code = file_replace(path.data, keys->data, keys->len, err);
	if (code)
		unlink(path.data);
	return code;
}

static enum code restore(struct store *s, struct source *in, const char *operator, const struct secret *passphrase, const char *copy,
			 struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(buf_release) struct buf keys = BUF_INIT;
	enum code code;

	if ((code = session_no_store(s, 1, err)) || (code = read_source(in, err))
	    || (code = slots_parse(&slots, in->keys.data, in->keys.len, err))
	    || (code = session_unlock(s, &slots, operator, passphrase, err)) || (code = session_no_store(s, s->data, err)))
		return code;
	code = copy_data(in, copy, s->vault, err);
	if (!code)
		code = examine(s, copy, err);
	if (!code)
		code = enter_restore(s, &keys, err);
	if (!code)
		code = put_in_place(s, copy, &keys, err);
	if (code) {
		db_close(s->db);
		s->db = NULL;
		session_remove_data(s, s->data);
	}
	return code;
}

/* That name is the restore's alone. path ends as the copy's own. */
static void remove_copy(const struct store *s, struct buf *path)
{
	static const char *const suffixes[] = { ".db-shm", ".db-wal", ".db" };

	for (size_t i = 0; i < COUNT(suffixes); i++) {
		session_path(s, "restoring", suffixes[i], 1, path);
		unlink(path->data);
	}
}

enum code store_restore(const struct store_config *c, const char *file, const char *operator, const struct secret *passphrase, struct err *err)
{
	AUTO(buf_release) struct buf copy = BUF_INIT;
	AUTO(store_closep) struct store *s = NULL;
	struct source in = { .path = file, .fd = -1, .keys = BUF_INIT };
	enum code code;

	code = session_new(&s, c, true, LOCK_EXCLUSIVE, err);
	if (code)
		return code;
	remove_copy(s, &copy); /* left by a restore that was cut short */
	code = restore(s, &in, operator, passphrase, copy.data, err);
	remove_copy(s, &copy);
	if (in.fd >= 0)
		close(in.fd);
	buf_release(&in.keys);
	return code;
}
