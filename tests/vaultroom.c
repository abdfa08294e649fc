#include "tests/vaultroom.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/scratch.h"

static const struct column columns[] = { { "id", VALUE_INT }, { "batch", VALUE_INT }, { "note", VALUE_TEXT } };
const struct table deals = { "deal", columns, COUNT(columns), sizeof(struct column), 1, NULL, 0 };
static const struct migration schema[] = {
	{ 1, "deals", "CREATE TABLE deal(id INTEGER PRIMARY KEY, batch INTEGER, note TEXT) STRICT; CREATE INDEX deal_batch ON deal(batch, id);" },
};

void room_make(struct vaultroom *r)
{
	memset(r, 0, sizeof *r);
	assert_ok(crypto_start(&r->err), r->err);
	scratch_make(r->dir, sizeof r->dir);
	snprintf(r->path, sizeof r->path, "%s/vault.db", r->dir);
	assert_ok(secret_new(&r->key, KEY_BYTES, &r->err), r->err);
	memset(secret_bytes(r->key), 0x5a, KEY_BYTES);
	struct db_config c = { .path = r->path, .key = r->key, .create = true };
	assert_ok(db_open(&r->db, &c, &r->err), r->err);
	assert_ok(db_migrate(r->db, schema, COUNT(schema), &r->err), r->err);
}

void room_remove(struct vaultroom *r)
{
	room_close(r);
	secret_freep(&r->key);
	scratch_remove(r->dir);
}

enum code room_try(struct vaultroom *r)
{
	struct db_config c = { .path = r->path, .key = r->key };
	return db_open(&r->db, &c, &r->err);
}

void room_open(struct vaultroom *r)
{
	assert_ok(room_try(r), r->err);
}

void room_close(struct vaultroom *r)
{
	db_close(r->db);
	r->db = NULL;
}

static void note_of(int64_t id, char note[DEAL_TEXT + 1])
{
	int n = snprintf(note, DEAL_TEXT + 1, CANARY " %lld ", (long long)id);
	memset(note + n, 'a' + (int)(id % 26), (size_t)(DEAL_TEXT - n));
	note[DEAL_TEXT] = '\0';
}

enum code room_commit(struct vaultroom *r, int64_t first, int64_t n, int64_t batch)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code = tx_begin(&tx, r->db, &r->err);
	for (int64_t i = first; i < first + n && !code; i++) {
		char note[DEAL_TEXT + 1];
		note_of(i, note);
		struct value v[] = { value_int(i), value_int(batch), value_text(note) };
		code = db_put(r->db, &deals, v, &r->err);
	}
	return code ? code : tx_commit(&tx, &r->err);
}

int64_t room_count(struct vaultroom *r)
{
	int64_t n;
	struct query q = { .table = &deals };
	assert_ok(query_count(r->db, &q, &n, &r->err), r->err);
	return n;
}

enum code room_read_all(struct vaultroom *r, int64_t *n)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct query q = { .table = &deals };
	struct value row[COUNT(columns)];
	char note[DEAL_TEXT + 1];
	bool more = true;
	enum code code = query_open(&c, r->db, &q, &r->err);
	for (*n = 0; !code; ++*n) {
		code = cursor_next(c, row, &more, &r->err);
		if (code || !more)
			break;
		note_of(row[0].num, note);
		assert_string_equal(row[2].text, note); /* an error is right, wrong data never is */
	}
	return code;
}

void room_file(const struct vaultroom *r, const char *tail, char out[128])
{
	snprintf(out, 128, "%s%s", r->path, tail);
}

void room_snapshot(const struct vaultroom *r, const char *name, struct vaultroom *out)
{
	char from[128], to[128];
	*out = *r;
	out->db = NULL;
	snprintf(out->path, sizeof out->path, "%s/%s", r->dir, name);
	static const char *const tails[] = { "", "-wal" };
	for (size_t i = 0; i < COUNT(tails); i++) {
		room_file(r, tails[i], from);
		room_file(out, tails[i], to);
		unlink(to);
		if (access(from, F_OK) != 0)
			continue;
		AUTO(bytes_free) struct bytes b = bytes_read(from);
		bytes_write(to, b);
	}
	room_file(out, "-shm", to);
	unlink(to);
}

struct bytes bytes_read(const char *path)
{
	struct bytes b = { mem_alloc(file_size(path) + 1), file_size(path) };
	FILE *f = fopen(path, "rb");
	if (f) {
		assert_int_equal(fread(b.data, 1, b.n, f), b.n);
		fclose(f);
	}
	return b;
}

void bytes_write(const char *path, struct bytes b)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(b.data, 1, b.n, f), b.n);
	assert_int_equal(fclose(f), 0);
}

void bytes_free(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ NULL, 0 };
}

bool bytes_same(const char *path, struct bytes b)
{
	AUTO(bytes_free) struct bytes now = bytes_read(path);
	return now.n == b.n && memcmp(now.data, b.data, b.n) == 0;
}

/* Only on files that no connection of this process has open: closing the descriptor would drop its locks. */
void flip(const char *path, size_t at, int bit)
{
	uint8_t byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= (uint8_t)(1 << bit);
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

size_t file_size(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}
