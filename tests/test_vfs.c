/* The sealed file: what lies on the disk, and what comes of damage to it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/page.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/vaultroom.h"

enum { PAGE = 4096, FRAME = 24 + PAGE_EXTRA + PAGE, HEAD = 32 + PAGE_EXTRA };

static int setup(void **state)
{
	struct vaultroom *r = mem_alloc(sizeof *r);
	room_make(r);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct vaultroom *r = *state;
	room_remove(r);
	free(r);
	return 0;
}

/* ---- nothing in the clear ---- */

static void assert_no_clear_text(const struct vaultroom *r, int expected_files)
{
	static const char *const words[] = { CANARY, "SPECIMEN", "deal_batch", "CREATE TABLE", "SQLite format", "user_version", "aaaaaaaa" };
	DIR *d = opendir(r->dir);
	int files = 0;
	for (struct dirent *e; (e = readdir(d));) {
		char path[400];
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", r->dir, e->d_name);
		AUTO(bytes_free) struct bytes b = bytes_read(path);
		for (size_t i = 0; i < COUNT(words); i++)
			if (memmem(b.data, b.n, words[i], strlen(words[i])))
				fail_msg("\"%s\" lies in the clear in %s", words[i], e->d_name);
		struct stat st;
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		files++;
	}
	closedir(d);
	assert_int_equal(files, expected_files);
}

static void nothing_lies_in_the_clear(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom other = *r;
	assert_ok(room_commit(r, 0, 500, 1), r->err);
	/* Reading the files here would drop this connection's locks when they are closed: nobody else needs them in this test. */
	assert_no_clear_text(r, 3);
	room_open(&other);
	assert_ok(room_commit(&other, 500, 500, 2), other.err);
	room_close(r);
	assert_no_clear_text(&other, 3);
	room_close(&other);
	assert_no_clear_text(r, 1);
	room_open(r);
	char copy[128];
	room_file(r, ".copy", copy);
	assert_ok(db_copy(r->db, copy, r->key, &r->err), r->err);
	room_close(r);
	assert_no_clear_text(r, 2);
}

/* ---- damage to the file ---- */

static void fill_and_close(struct vaultroom *r)
{
	assert_ok(room_commit(r, 0, 400, 1), r->err);
	room_close(r);
	assert_int_equal(file_size(r->path) % PAGE, 0);
}

/* Opens the file and reads all of it: ends in a named error or in the right rows, never in a crash or other rows. */
static enum code use(struct vaultroom *r)
{
	char line[200];
	int64_t n;
	enum code code = room_try(r);
	if (code)
		return code;
	code = room_read_all(r, &n);
	if (!code)
		assert_int_equal(n, 400);
	enum code whole = db_integrity(r->db, line, sizeof line, &r->err);
	if (!whole && strcmp(line, "ok") != 0)
		whole = E_SEALED;
	room_close(r);
	return code ? code : whole;
}

static void a_flip_in_any_page_is_found(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	fill_and_close(r);
	AUTO(bytes_free) struct bytes before = bytes_read(r->path);
	int64_t count = (int64_t)(before.n / PAGE);
	assert_true(count > 30);
	assert_ok(db_verify_pages(r->path, r->key, &pages, &r->err), r->err);
	assert_int_equal(pages.pages, count);
	assert_int_equal(pages.bad, 0);
	for (int64_t page = 1; page <= count; page++) {
		size_t at = (size_t)(page - 1) * PAGE + (size_t)(page * 997) % PAGE;
		flip(r->path, at, (int)(page % 8));
		AUTO(bytes_free) struct bytes damaged = bytes_read(r->path);
		assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_SEALED);
		assert_int_equal(pages.bad, 1);
		assert_int_equal(pages.first_bad[0], page);
		assert_int_equal(use(r), E_SEALED);
		assert_true(bytes_same(r->path, damaged)); /* kept as it was found */
		flip(r->path, at, (int)(page % 8));
	}
	assert_ok(use(r), r->err);
}

static void a_flip_in_the_head_is_damage_and_not_another_key(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	fill_and_close(r);
	for (size_t at = 0; at < PAGE_HEAD + 60; at++) {
		flip(r->path, at, (int)(at % 8));
		assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_SEALED);
		assert_int_equal(pages.first_bad[0], 1);
		assert_int_equal(room_try(r), E_SEALED);
		assert_null(r->db);
		flip(r->path, at, (int)(at % 8));
	}
}

static void swapped_pages_are_found(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	fill_and_close(r);
	AUTO(bytes_free) struct bytes b = bytes_read(r->path);
	uint8_t page[PAGE];
	memcpy(page, b.data + 2 * PAGE, PAGE);
	memcpy(b.data + 2 * PAGE, b.data + 4 * PAGE, PAGE);
	memcpy(b.data + 4 * PAGE, page, PAGE);
	bytes_write(r->path, b);
	assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_SEALED);
	assert_int_equal(pages.bad, 2);
	assert_int_equal(pages.first_bad[0], 3);
	assert_int_equal(pages.first_bad[1], 5);
	assert_int_equal(use(r), E_SEALED);
}

static void a_page_of_another_file_is_found(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	char copy[128];
	assert_ok(room_commit(r, 0, 400, 1), r->err);
	room_file(r, ".copy", copy);
	assert_ok(db_copy(r->db, copy, r->key, &r->err), r->err); /* the same rows under the same key */
	room_close(r);
	AUTO(bytes_free) struct bytes mine = bytes_read(r->path);
	AUTO(bytes_free) struct bytes theirs = bytes_read(copy);
	memcpy(mine.data + 2 * PAGE, theirs.data + 2 * PAGE, PAGE);
	bytes_write(r->path, mine);
	assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_SEALED);
	assert_int_equal(pages.first_bad[0], 3);
	assert_int_equal(use(r), E_SEALED);
}

static void a_cut_file_is_found(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	fill_and_close(r);
	AUTO(bytes_free) struct bytes whole = bytes_read(r->path);
	size_t cuts[] = { 1, 8, 20, PAGE_HEAD - 1, PAGE_HEAD, 100, PAGE - 1, PAGE, PAGE + 1, 7 * PAGE, 7 * PAGE + 100, whole.n - PAGE, whole.n - 1 };
	for (size_t i = 0; i < COUNT(cuts); i++) {
		bytes_write(r->path, (struct bytes){ whole.data, cuts[i] });
		enum code code = db_verify_pages(r->path, r->key, &pages, &r->err), opened = use(r);
		if (cuts[i] >= 8)
			assert_int_equal(code, E_SEALED);
		if (cuts[i] >= PAGE)
			assert_int_equal(pages.bad, (whole.n - cuts[i] + PAGE - 1) / PAGE);
		assert_true(code == E_SEALED || code == E_NOTSTORE);
		assert_true(opened == E_SEALED || (opened == E_NOTSTORE && cuts[i] < 8));
		assert_int_equal(file_size(r->path), cuts[i]);
	}
}

static void what_is_no_store_is_said_to_be_none(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	uint8_t noise[3 * PAGE] = { 0 };
	fill_and_close(r);
	static const struct { const char *bytes; size_t n; } others[] = {
		{ "", 0 }, { "x", 1 }, { "SQLite format 3", 16 }, { "#!/bin/sh\necho this is some script, not a store at all\n", 55 },
	};
	for (size_t i = 0; i < COUNT(others); i++) {
		bytes_write(r->path, (struct bytes){ (uint8_t *)(uintptr_t)others[i].bytes, others[i].n });
		assert_int_equal(room_try(r), E_NOTSTORE);
		assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_NOTSTORE);
		assert_int_equal(file_size(r->path), others[i].n);
	}
	for (int i = 0; i < 20; i++) {
		crypto_random(noise, sizeof noise);
		bytes_write(r->path, (struct bytes){ noise, sizeof noise });
		assert_int_equal(room_try(r), E_NOTSTORE);
	}
	unlink(r->path);
	assert_int_equal(room_try(r), E_NOTFOUND);
	struct db_config plain = { .path = r->path, .create = true }; /* real SQLite, but none of ours */
	assert_ok(db_open(&r->db, &plain, &r->err), r->err);
	room_close(r);
	assert_int_equal(room_try(r), E_NOTSTORE);
}

static void another_key_is_named(void **state)
{
	struct vaultroom *r = *state;
	struct db_pages pages;
	fill_and_close(r);
	AUTO(bytes_free) struct bytes before = bytes_read(r->path);
	for (int i = 0; i < 8; i++) {
		secret_bytes(r->key)[i * 4] ^= 1;
		assert_int_equal(room_try(r), E_KEY);
		assert_int_equal(db_verify_pages(r->path, r->key, &pages, &r->err), E_KEY);
		secret_bytes(r->key)[i * 4] ^= 1;
	}
	assert_true(bytes_same(r->path, before));
	assert_ok(use(r), r->err);
}

/* ---- damage to the log ---- */

/* Ten commits that are only in the log, in a file as a crash would leave it; ends[i]: the log's size after commit i. */
static void make_log(struct vaultroom *r, struct vaultroom *crashed, size_t ends[11])
{
	char log[128];
	room_close(r); /* the table itself goes into the file */
	room_open(r);
	room_file(r, "-wal", log);
	ends[0] = file_size(log);
	for (int i = 1; i <= 10; i++) {
		assert_ok(room_commit(r, i * 20, 20, i), r->err);
		ends[i] = file_size(log);
		assert_true(ends[i] > ends[i - 1] && (ends[i] - HEAD) % FRAME == 0);
	}
	room_snapshot(r, "crashed.db", crashed);
	room_close(r);
}

static void a_torn_log_holds_every_commit_before_the_tear(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom c;
	size_t ends[11];
	char log[128];
	make_log(r, &c, ends);
	room_file(&c, "-wal", log);
	AUTO(bytes_free) struct bytes whole = bytes_read(log);
	AUTO(bytes_free) struct bytes file = bytes_read(c.path);
	for (int i = 1; i <= 10; i++) {
		size_t cuts[] = { ends[i], ends[i] - 1, ends[i] - FRAME + 10, ends[i] - FRAME, ends[i] + 64 };
		for (size_t k = 0; k < COUNT(cuts) && cuts[k] <= whole.n; k++) {
			bytes_write(c.path, file);
			bytes_write(log, (struct bytes){ whole.data, cuts[k] });
			room_open(&c);
			assert_int_equal(room_count(&c), (cuts[k] >= ends[i] ? i : i - 1) * 20);
			assert_ok(room_commit(&c, 5000, 20, 99), c.err); /* and it goes on from there */
			room_close(&c);
			room_open(&c);
			assert_int_equal(room_count(&c), (cuts[k] >= ends[i] ? i : i - 1) * 20 + 20);
			room_close(&c);
		}
	}
}

static void a_flip_in_the_log_ends_it_there_and_destroys_nothing(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom c;
	struct db_pages pages;
	size_t ends[11];
	char log[128];
	make_log(r, &c, ends);
	room_file(&c, "-wal", log);
	AUTO(bytes_free) struct bytes whole = bytes_read(log);
	assert_ok(db_verify_pages(c.path, c.key, &pages, &c.err), c.err);
	assert_int_equal(pages.log_frames, (whole.n - HEAD) / FRAME);
	assert_int_equal(pages.log_bad, 0);
	for (size_t at = HEAD; at < whole.n; at += 811) {
		int commits = 0;
		while (commits < 10 && ends[commits + 1] <= at)
			commits++;
		flip(log, at, (int)(at % 8));
		AUTO(bytes_free) struct bytes damaged = bytes_read(log);
		db_verify_pages(c.path, c.key, &pages, &c.err);
		assert_int_equal(pages.log_bad, 1);
		room_open(&c);
		assert_int_equal(room_count(&c), commits * 20);
		room_close(&c);
		assert_true(bytes_same(log, damaged)); /* the frames behind the flip are still there for whoever can mend it */
		flip(log, at, (int)(at % 8));
	}
	room_open(&c);
	assert_int_equal(room_count(&c), 200);
	room_close(&c);
	assert_int_equal(file_size(log), 0);
}

static void a_flip_in_the_logs_head_is_named(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom c;
	size_t ends[11];
	char log[128];
	make_log(r, &c, ends);
	room_file(&c, "-wal", log);
	for (size_t at = 0; at < HEAD; at++) {
		flip(log, at, (int)(at % 8));
		AUTO(bytes_free) struct bytes damaged = bytes_read(log);
		assert_int_equal(room_try(&c), E_SEALED);
		assert_true(bytes_same(log, damaged));
		flip(log, at, (int)(at % 8));
	}
	room_open(&c);
	assert_int_equal(room_count(&c), 200);
	room_close(&c);
}

static void a_flip_in_a_log_in_use_is_named(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom other = *r;
	char log[128];
	int64_t n;
	assert_ok(room_commit(r, 0, 400, 1), r->err);
	room_file(r, "-wal", log);
	for (size_t at = HEAD + 500; at < file_size(log); at += FRAME)
		flip(log, at, 3);
	enum code code = room_try(&other); /* no recovery: the index of the log is in use */
	if (!code)
		code = room_read_all(&other, &n);
	assert_int_equal(code, E_SEALED);
	assert_non_null(strstr(other.err.msg, "log"));
	room_close(&other);
}

static void an_emptied_log_is_no_error(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom c;
	size_t ends[11];
	char log[128];
	make_log(r, &c, ends);
	room_file(&c, "-wal", log);
	static uint8_t zeroes[HEAD + FRAME];
	bytes_write(log, (struct bytes){ zeroes, sizeof zeroes }); /* room was made on the disk, nothing came to be written */
	room_open(&c);
	assert_int_equal(room_count(&c), 0);
	room_close(&c);
}

/* A rollback journal that somebody put there must not be played back. */
static void a_planted_journal_is_not_played(void **state)
{
	struct vaultroom *r = *state;
	char journal[128];
	uint8_t hot[512 + 8 + PAGE] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 2, 0, 0, 0, 0x10, 0 };
	fill_and_close(r);
	room_file(r, "-journal", journal);
	hot[512 + 3] = 2;
	bytes_write(journal, (struct bytes){ hot, sizeof hot });
	AUTO(bytes_free) struct bytes before = bytes_read(journal);
	assert_ok(use(r), r->err);
	assert_true(bytes_same(journal, before));
}

static void the_log_of_a_lost_file_is_not_deleted(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom c;
	size_t ends[11];
	char log[128];
	make_log(r, &c, ends);
	room_file(&c, "-wal", log);
	unlink(c.path);
	struct db_config config = { .path = c.path, .key = c.key, .create = true };
	assert_int_equal(db_open(&c.db, &config, &c.err), E_EXISTS);
	assert_int_equal(file_size(log), ends[10]);
	assert_int_not_equal(access(c.path, F_OK), 0);
}

/* ---- copies ---- */

static void copies_are_whole_and_under_their_own_key(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom writer = *r, copy = *r;
	struct db_pages pages;
	AUTO(secret_freep) struct secret *new_key = NULL;
	snprintf(copy.path, sizeof copy.path, "%s/copy.db", r->dir);
	assert_ok(room_commit(r, 0, 400, 1), r->err);
	room_open(&writer);
	struct tx tx;
	assert_ok(tx_begin(&tx, writer.db, &writer.err), writer.err); /* somebody is at work meanwhile */
	assert_ok(secret_new(&new_key, KEY_BYTES, &r->err), r->err);
	crypto_random(secret_bytes(new_key), KEY_BYTES);
	assert_ok(db_copy(r->db, copy.path, new_key, &r->err), r->err);
	tx_end(&tx);
	room_close(&writer);
	assert_int_equal(db_copy(r->db, copy.path, new_key, &r->err), E_EXISTS);
	assert_int_equal(db_copy(r->db, copy.path, NULL, &r->err), E_INVALID); /* nothing leaves in the clear */
	assert_int_equal(room_try(&copy), E_KEY);
	copy.key = new_key;
	assert_ok(db_verify_pages(copy.path, new_key, &pages, &r->err), r->err);
	int64_t n;
	room_open(&copy);
	assert_ok(room_read_all(&copy, &n), copy.err);
	assert_int_equal(n, 400);
	assert_ok(room_commit(&copy, 400, 10, 2), copy.err); /* a store like any other */
	room_close(&copy);
	room_open(&copy);
	assert_int_equal(room_count(&copy), 410);
	room_close(&copy);
}

static void a_damaged_store_is_not_copied(void **state)
{
	struct vaultroom *r = *state;
	char copy[128];
	fill_and_close(r);
	flip(r->path, 20 * PAGE + 77, 1);
	room_open(r);
	room_file(r, ".copy", copy);
	assert_int_equal(db_copy(r->db, copy, r->key, &r->err), E_SEALED);
	assert_non_null(strstr(r->err.msg, "page 21"));
	assert_int_not_equal(access(copy, F_OK), 0);
}

/* ---- places that cannot be written ---- */

/* Root may write anywhere, so a child without its rights tries. */
static void a_closed_folder_is_named(void **state)
{
	struct vaultroom *r = *state;
	room_close(r);
	enum { NOBODY = 65534 };
	if (geteuid() == 0 && (chown(r->dir, NOBODY, NOBODY) != 0 || chown(r->path, NOBODY, NOBODY) != 0))
		skip();
	assert_int_equal(chmod(r->dir, 0500), 0);
	pid_t pid = fork();
	if (pid == 0) {
		char other[128];
		if (geteuid() == 0 && setuid(NOBODY) != 0)
			_exit(100);
		enum code code = room_try(r);
		room_close(r);
		room_file(r, ".new", other);
		struct db_config c = { .path = other, .key = r->key, .create = true };
		enum code made = db_open(&r->db, &c, &r->err);
		_exit(made == E_READONLY ? (int)code : 101);
	}
	int status;
	waitpid(pid, &status, 0);
	chmod(r->dir, 0700);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), E_READONLY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_lies_in_the_clear), TEST(a_flip_in_any_page_is_found), TEST(a_flip_in_the_head_is_damage_and_not_another_key),
		TEST(swapped_pages_are_found), TEST(a_page_of_another_file_is_found), TEST(a_cut_file_is_found),
		TEST(what_is_no_store_is_said_to_be_none), TEST(another_key_is_named),
		TEST(a_torn_log_holds_every_commit_before_the_tear), TEST(a_flip_in_the_log_ends_it_there_and_destroys_nothing),
		TEST(a_flip_in_the_logs_head_is_named), TEST(a_flip_in_a_log_in_use_is_named), TEST(an_emptied_log_is_no_error),
		TEST(a_planted_journal_is_not_played), TEST(the_log_of_a_lost_file_is_not_deleted),
		TEST(copies_are_whole_and_under_their_own_key), TEST(a_damaged_store_is_not_copied), TEST(a_closed_folder_is_named),
	};
	return cmocka_run_group_tests_name("vfs", tests, NULL, NULL);
}
