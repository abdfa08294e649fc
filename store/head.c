#include "store/head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/bytes.h"
#include "store/file.h"

enum { PLAIN = 8 + 8 + KEY_BYTES, AT_TAG = NONCE_BYTES, AT_CIPHER = NONCE_BYTES + TAG_BYTES, BLOCKS = 2, WAIT_MS = 10000 };

struct head_file {
	int fd;
	char *path, *store_id;
};

enum code head_open(struct head_file **out, const char *path, const char *store_id, bool create, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
	struct head_file *h;

	*out = NULL;
	if (fd < 0 && (errno == EROFS || errno == EACCES)) /* enough for a check */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); /* a pipe in its place must not hang us */
	if (fd < 0 && errno == ENOENT)
		return fail(err, E_ROLLBACK, "%s is gone, so nobody can tell whether commits are missing; restore a backup, "
			    "or let the root operator accept the data as it is", path);
	if (fd < 0)
		return fail(err, io_code(errno), "cannot open %s: %s", path, strerror(errno));
	h = mem_alloc(sizeof *h);
	h->fd = fd;
	h->path = mem_strdup(path);
	h->store_id = mem_strdup(store_id);
	*out = h;
	return E_OK;
}

void head_close(struct head_file *h)
{
	if (!h)
		return;
	close(h->fd);
	free(h->path);
	free(h->store_id);
	free(h);
}

static void seal(const struct head_file *h, const uint8_t key[KEY_BYTES], const struct head *head, uint8_t block[HEAD_BLOCK])
{
	uint8_t plain[PLAIN];

	memset(block, 0, HEAD_BLOCK);
	put64(plain, (uint64_t)head->tick);
	put64(plain + 8, (uint64_t)head->seq);
	memcpy(plain + 16, head->hash, KEY_BYTES);
	crypto_random(block, NONCE_BYTES);
	aead_seal(block + AT_CIPHER, block + AT_TAG, plain, PLAIN, h->store_id, strlen(h->store_id), block, key);
}

static bool unseal(const struct head_file *h, const uint8_t key[KEY_BYTES], const uint8_t block[HEAD_BLOCK], struct head *out)
{
	uint8_t plain[PLAIN];

	if (!aead_open(plain, block + AT_CIPHER, PLAIN, block + AT_TAG, h->store_id, strlen(h->store_id), block, key))
		return false;
	out->tick = (int64_t)get64(plain);
	out->seq = (int64_t)get64(plain + 8);
	memcpy(out->hash, plain + 16, KEY_BYTES);
	return true;
}

/* Under the file's lock. at: which of the two blocks counts, -1 if neither opens. */
static enum code read_both(struct head_file *h, const uint8_t key[KEY_BYTES], struct head *out, int *at, struct err *err)
{
	uint8_t blocks[BLOCKS * HEAD_BLOCK] = { 0 };
	ssize_t n;

	do
		n = pread(h->fd, blocks, sizeof blocks, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(err, E_IO, "cannot read %s: %s", h->path, strerror(errno));
	*at = -1;
	for (int i = 0; i < BLOCKS; i++) {
		struct head head;

		if (unseal(h, key, blocks + i * HEAD_BLOCK, &head) && (*at < 0 || head.tick > out->tick)) {
			*out = head;
			*at = i;
		}
	}
	return E_OK;
}

static void head_key(uint8_t key[KEY_BYTES], const struct secret *vault)
{
	key_derive(key, secret_peek(vault), "pd-head", 0);
}

enum code head_read(struct head_file *h, const struct secret *vault, struct head *out, struct err *err)
{
	uint8_t key[KEY_BYTES];
	enum code code;
	int at = -1;

	code = file_lock(h->fd, 0, LOCK_SHARED, WAIT_MS, err);
	if (code)
		return code;
	head_key(key, vault);
	code = read_both(h, key, out, &at, err);
	crypto_wipe(key, sizeof key);
	file_lock(h->fd, 0, LOCK_NONE, 0, NULL);
	if (!code && at < 0)
		return fail(err, E_SEALED, "%s was damaged or altered, so nobody can tell whether commits are missing; restore a backup, "
			    "or let the root operator accept the data as it is", h->path);
	return code;
}

static enum code write_block(struct head_file *h, const uint8_t block[HEAD_BLOCK], int at, struct err *err)
{
	ssize_t n;

	do
		n = pwrite(h->fd, block, HEAD_BLOCK, (off_t)at * HEAD_BLOCK);
	while (n < 0 && errno == EINTR);
	if (n != HEAD_BLOCK || fdatasync(h->fd) != 0)
		return fail(err, n < 0 ? io_code(errno) : E_IO, "cannot write %s: %s", h->path, strerror(errno));
	return E_OK;
}

enum code head_advance(struct head_file *h, const struct secret *vault, const struct head *to, int wait_ms, struct err *err)
{
	uint8_t key[KEY_BYTES], block[HEAD_BLOCK];
	struct head now = { 0 };
	enum code code;
	int at = -1;

	code = file_lock(h->fd, 0, LOCK_EXCLUSIVE, wait_ms, err);
	if (code)
		return code;
	head_key(key, vault);
	code = read_both(h, key, &now, &at, err);
	if (!code && at >= 0 && now.tick == to->tick && (now.seq != to->seq || !crypto_equal(now.hash, to->hash, KEY_BYTES)))
		code = fail(err, E_ROLLBACK, "commit %lld was acknowledged with another content: a file of the store was replaced while it was "
			    "open; close every console and sync, and check the store", (long long)to->tick);
	if (!code && (at < 0 || now.tick < to->tick)) {
		seal(h, key, to, block);
		code = write_block(h, block, at == 0 ? 1 : 0, err);
	}
	crypto_wipe(key, sizeof key);
	file_lock(h->fd, 0, LOCK_NONE, 0, NULL);
	return code;
}
