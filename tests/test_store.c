/* Stores: made, opened, shared; what their head notices; what a crash at any step leaves behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

static int64_t entries(struct house *h, struct store *s)
{
	int64_t n;

	assert_ok(journal_verify(s, &n, &h->err), h->err);
	return n;
}

/* How many entries of that verb. */
static int64_t count(struct house *h, struct store *s, const char *verb)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_EQ, .column = "verb", .value = value_text(verb) } };
	int64_t n;

	assert_ok(query_count(store_db(s), &q, &n, &h->err), h->err);
	return n;
}

/* ---- making and opening ---- */

static void test_create_and_open(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	AUTO(store_closep) struct store *s = NULL;
	struct stat st;

	assert_true(store_exists(h->home));
	assert_int_equal(store_create(&h->config, "root", "admin", pass, &h->err), E_EXISTS);
	assert_ok(store_open(&s, &h->config, "root", pass, false, &h->err), h->err);
	assert_true(store_is_root(s));
	assert_string_equal(store_who(s)->name, "root");
	assert_string_equal(store_who(s)->roles, "admin,reviewer");
	assert_memory_equal(store_who(s)->key, store_root_key(s), KEY_BYTES);
	assert_int_equal(strlen(store_id(s)), STORE_ID_LEN);
	assert_int_equal(store_now(s), h->clock);
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(entries(h, s), 3); /* create, login, note */
	assert_int_equal(stat(h->home, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void test_modes(void **state)
{
	static const char *const names[] = { "paydesk.db", "paydesk.db-wal", "keys", "head", "lock" };
	struct house *h = *state;
	struct store *s = house_open(h, "root");
	char path[160];
	struct stat st;

	for (size_t i = 0; i < COUNT(names); i++) {
		house_path(h, names[i], path, sizeof path);
		assert_int_equal(stat(path, &st), 0);
		if ((st.st_mode & 0777) != 0600)
			fail_msg("%s has mode %o", names[i], st.st_mode & 0777);
	}
	store_close(s);
	assert_int_equal(chmod(h->home, 0770), 0);
	assert_int_equal(house_try(h, "root"), E_DENIED);
	assert_int_equal(chmod(h->home, 0707), 0);
	assert_int_equal(house_try(h, "root"), E_DENIED);
	assert_int_equal(chmod(h->home, 0750), 0);
	assert_ok(house_try(h, "root"), h->err);
}

static void test_refused_makings(void **state)
{
	struct house h;
	AUTO(secret_freep) struct secret *pass = NULL;

	(void)state;
	house_make(&h);
	pass = house_pass("root");
	assert_int_equal(store_create(&h.config, "Root", "admin", pass, &h.err), E_INVALID);
	assert_int_equal(store_create(&h.config, "root", "admin, x", pass, &h.err), E_INVALID);
	assert_false(store_exists(h.home));
	assert_int_equal(house_try(&h, "root"), E_NOTSTORE);
	house_write(&h, "paydesk.db", "precious", 8);
	assert_int_equal(store_create(&h.config, "root", "admin", pass, &h.err), E_EXISTS);
	assert_true(house_has(&h, "paydesk.db"));
	house_remove(&h);
}

static void test_settings(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = house_open(h, "root");
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct value values[] = { value_int(-7), value_text("样本"), value_blob("a\0b", 3), value_null() };
	struct value v;

	assert_ok(store_meta_get(s, "absent", &pool, &v, &h->err), h->err);
	assert_int_equal(v.type, VALUE_NULL);
	for (size_t i = 0; i < COUNT(values); i++) {
		assert_ok(store_meta_put(s, "sync.cursor", values[i], &h->err), h->err);
		assert_ok(store_meta_get(s, "sync.cursor", &pool, &v, &h->err), h->err);
		assert_true(value_same(v, values[i]));
	}
	assert_int_equal(store_meta_put(s, "store.keys", value_int(1), &h->err), E_INVALID);
}

/* ---- operators ---- */

static void test_operators(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("lin"), *other = house_pass("other");
	struct store *s, *t;
	struct cert *all;
	char **names;
	size_t n;

	assert_int_equal(house_try(h, "lin"), E_PASSPHRASE);
	house_add(h, "lin", "reviewer");
	s = house_open(h, "lin");
	assert_false(store_is_root(s));
	assert_int_equal(store_operator_add(s, "wang", "admin", pass, &h->err), E_DENIED);
	assert_int_equal(store_operator_disable(s, "root", &h->err), E_DENIED);
	assert_int_equal(store_rekey(s, &h->err), E_DENIED);
	assert_ok(store_operators(s, &all, &n, &h->err), h->err);
	assert_int_equal(n, 2);
	assert_string_equal(store_operator_find(all, n, store_who(s)->id)->roles, "reviewer");
	assert_null(store_operator_find(all, n, "00"));
	free(all);
	assert_ok(store_operator_passphrase(s, other, &h->err), h->err);
	store_close(s);
	assert_int_equal(house_try(h, "lin"), E_PASSPHRASE);
	assert_ok(store_open(&s, &h->config, "lin", other, false, &h->err), h->err);
	t = house_open(h, "root");
	assert_int_equal(store_operator_add(t, "lin", "reviewer", pass, &h->err), E_EXISTS);
	assert_int_equal(store_operator_disable(t, "root", &h->err), E_INVALID);
	assert_int_equal(store_operator_disable(t, "wang", &h->err), E_NOTFOUND);
	assert_ok(store_operator_disable(t, "lin", &h->err), h->err);
	assert_int_equal(store_operator_disable(t, "lin", &h->err), E_STATE);
	assert_int_equal(house_note(h, s, "test.note"), E_DENIED);
	store_close(s);
	assert_int_equal(store_open(&s, &h->config, "lin", other, false, &h->err), E_PASSPHRASE);
	assert_null(s);
	assert_ok(store_operator_names(h->home, &names, &n, &h->err), h->err);
	assert_int_equal(n, 1);
	assert_string_equal(names[0], "root");
	free(names[0]);
	free(names);
	store_close(t);
}

/* ---- the files of the home, damaged or exchanged ---- */

static void test_flipped_keys(void **state)
{
	struct house *h = *state;
	AUTO(buf_release) struct buf keys = BUF_INIT;

	house_read(h, "keys", &keys);
	for (size_t i = 0; i < keys.len; i++) {
		enum code code;

		keys.data[i] = (char)(keys.data[i] ^ 1 << i % 8);
		house_write(h, "keys", keys.data, keys.len);
		code = house_try(h, "root");
		keys.data[i] = (char)(keys.data[i] ^ 1 << i % 8);
		if (code != E_SEALED && !(code == E_NOTSTORE && i < 13))
			fail_msg("byte %zu: %s", i, code_name(code));
	}
	house_write(h, "keys", keys.data, keys.len);
	assert_ok(house_try(h, "root"), h->err);
}

/* Slots from before a passphrase was changed or an operator disabled open nothing, and the right ones are put back. */
static void test_older_keys(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *other = house_pass("other");
	AUTO(buf_release) struct buf now = BUF_INIT, old = BUF_INIT;
	struct store *s;

	house_add(h, "lin", "reviewer");
	house_add(h, "wang", "reviewer");
	house_read(h, "keys", &old);
	s = house_open(h, "root");
	assert_ok(store_operator_disable(s, "lin", &h->err), h->err);
	store_close(s);
	s = house_open(h, "wang");
	assert_ok(store_operator_passphrase(s, other, &h->err), h->err);
	store_close(s);
	house_read(h, "keys", &now);

	house_write(h, "keys", old.data, old.len);
	assert_int_equal(house_try(h, "lin"), E_PASSPHRASE);
	house_read(h, "keys", &old);
	assert_string_equal(old.data, now.data);
	assert_int_equal(house_try(h, "wang"), E_PASSPHRASE);
	assert_ok(house_try(h, "root"), h->err);
	assert_ok(store_open(&s, &h->config, "wang", other, true, &h->err), h->err);
	store_close(s);
}

static void test_keys_of_another_store(void **state)
{
	struct house *h = *state, other;
	AUTO(buf_release) struct buf keys = BUF_INIT;
	enum code code;

	house_found(&other);
	house_read(&other, "keys", &keys);
	house_write(h, "keys", keys.data, keys.len);
	code = house_try(h, "root"); /* the same name and passphrase open those slots; the head and the data are not theirs */
	assert_true(code == E_SEALED || code == E_KEY);
	house_read(&other, "head", &keys);
	house_write(h, "head", keys.data, keys.len);
	code = house_try(h, "root");
	assert_true(code == E_SIGNATURE || code == E_KEY);
	house_remove(&other);
}

/* ---- the head ---- */

static void test_old_data(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root"), *lins = house_pass("lin");
	AUTO(buf_release) struct buf old = BUF_INIT;
	struct store *s;

	house_add(h, "lin", "reviewer");
	assert_int_equal(store_accept_loss(&h->config, "root", pass, &h->err), E_STATE);
	house_read(h, "paydesk.db", &old);
	s = house_open(h, "root");
	for (int i = 0; i < 3; i++)
		assert_ok(house_note(h, s, "test.note"), h->err);
	store_close(s);
	assert_false(house_has(h, "paydesk.db-wal"));
	house_write(h, "paydesk.db", old.data, old.len);

	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
	assert_non_null(strstr(h->err.msg, "3 commits"));
	assert_int_equal(store_accept_loss(&h->config, "lin", lins, &h->err), E_DENIED);
	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
	assert_ok(store_accept_loss(&h->config, "root", pass, &h->err), h->err);
	s = house_open(h, "root");
	assert_int_equal(entries(h, s), 3); /* create, add, loss */
	assert_int_equal(count(h, s, "store.loss"), 1);
	assert_ok(house_note(h, s, "test.note"), h->err);
	store_close(s);
	assert_ok(house_try(h, "lin"), h->err);
}

/* In a process of its own: notes, then gone without closing, so that the log stays. */
static void write_and_die(struct house *h, int notes)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		AUTO(secret_freep) struct secret *pass = house_pass("root");
		struct store *s;

		if (store_open(&s, &h->config, "root", pass, true, &h->err) != E_OK)
			_exit(1);
		while (notes-- > 0)
			if (house_note(h, s, "test.note") != E_OK)
				_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_killed(void **state)
{
	struct house *h = *state;
	struct store *s;

	write_and_die(h, 10);
	assert_true(house_has(h, "paydesk.db-wal"));
	s = house_open(h, "root");
	assert_int_equal(entries(h, s), 11);
	store_close(s);
}

static void test_cut_log(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	AUTO(buf_release) struct buf log = BUF_INIT;
	struct store *s;
	long missing;
	int64_t left;

	write_and_die(h, 10);
	house_read(h, "paydesk.db-wal", &log);
	house_write(h, "paydesk.db-wal", log.data, log.len / 2);
	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
	missing = strtol(h->err.msg, NULL, 10);
	assert_true(missing > 0 && missing <= 10);
	assert_ok(store_accept_loss(&h->config, "root", pass, &h->err), h->err);
	s = house_open(h, "root");
	left = count(h, s, "test.note");
	assert_int_equal(left, 10 - missing);
	assert_int_equal(entries(h, s), 1 + left + 1);
	store_close(s);
}

enum { LOG_HEADER = 72 }; /* sealed: without it no frame can be read */

/* One bit anywhere in a log: the commits from there on are missed, and the log is kept as it was. */
static void test_flipped_log(void **state)
{
	static const char *const names[] = { "paydesk.db", "paydesk.db-wal", "head" };
	struct house *h = *state;
	struct buf files[COUNT(names)] = { BUF_INIT, BUF_INIT, BUF_INIT }, after = BUF_INIT;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	struct buf *log = &files[1];
	struct store *s;
	enum code code;
	char name[64], shm[160];

	write_and_die(h, 5);
	for (size_t i = 0; i < COUNT(names); i++)
		house_read(h, names[i], &files[i]);
	house_path(h, "paydesk.db-shm", shm, sizeof shm);
	for (size_t at = 40; at < log->len; at += log->len / 29) {
		for (size_t i = 0; i < COUNT(names); i++)
			house_write(h, names[i], files[i].data, files[i].len);
		unlink(shm);
		log->data[at] = (char)(log->data[at] ^ 1 << at % 8);
		house_write(h, "paydesk.db-wal", log->data, log->len);
		code = house_try(h, "root");
		if (code != E_ROLLBACK && !(code == E_SEALED && at < LOG_HEADER))
			fail_msg("byte %zu of %zu: %s %s", at, log->len, code_name(code), h->err.msg);
		house_read(h, "paydesk.db-wal", &after);
		assert_int_equal(after.len, log->len);
		assert_memory_equal(after.data, log->data, log->len);
		log->data[at] = (char)(log->data[at] ^ 1 << at % 8);
	}
	/* Without its header the whole log is lost; the root operator can go on without it, and it is kept. */
	log->data[50] = (char)(log->data[50] ^ 1);
	for (size_t i = 0; i < COUNT(names); i++)
		house_write(h, names[i], files[i].data, files[i].len);
	assert_int_equal(house_try(h, "root"), E_SEALED);
	assert_ok(store_accept_loss(&h->config, "root", pass, &h->err), h->err);
	snprintf(name, sizeof name, "paydesk.db-wal.damaged-%lld", (long long)h->clock);
	house_read(h, name, &after);
	assert_int_equal(after.len, log->len);
	s = house_open(h, "root");
	assert_int_equal(count(h, s, "test.note"), 0);
	assert_int_equal(count(h, s, "store.loss"), 1);
	store_close(s);
	for (size_t i = 0; i < COUNT(names); i++)
		buf_release(&files[i]);
	buf_release(&after);
}

/* A log from earlier, put back beside a newer file: whole in itself, and nothing that may be folded in. */
static void test_old_log(void **state)
{
	static const char *const names[] = { "paydesk.db", "paydesk.db-wal" };
	struct house *h = *state;
	AUTO(buf_release) struct buf log = BUF_INIT, data = BUF_INIT, after = BUF_INIT;
	struct buf *const before[] = { &data, &log };
	struct store *s;
	enum code code;
	char path[160];

	write_and_die(h, 5);
	house_read(h, names[1], &log);
	s = house_open(h, "root");
	assert_ok(house_note(h, s, "test.note"), h->err);
	store_close(s);
	assert_false(house_has(h, names[1]));
	house_read(h, names[0], &data);
	house_write(h, names[1], log.data, log.len);
	for (int i = 0; i < 2; i++) {
		code = house_try(h, "root");
		if (code != E_ROLLBACK && code != E_SEALED)
			fail_msg("an old log: %s %s", code_name(code), h->err.msg);
	}
	for (size_t i = 0; i < COUNT(before); i++) {
		house_read(h, names[i], &after);
		assert_int_equal(after.len, before[i]->len);
		assert_memory_equal(after.data, before[i]->data, after.len);
	}
	house_path(h, names[1], path, sizeof path);
	assert_int_equal(unlink(path), 0);
	s = house_open(h, "root");
	assert_int_equal(count(h, s, "test.note"), 6);
	store_close(s);
}

/* The file is taken away from under an open store: what would be saved into nothing is refused. */
static void test_moved_data(void **state)
{
	struct house *h = *state;
	struct store *s = house_open(h, "root");
	char path[160], away[160];

	house_path(h, "paydesk.db", path, sizeof path);
	house_path(h, "away.db", away, sizeof away);
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(house_note(h, s, "test.note"), E_IO);
	house_write(h, "paydesk.db", "another", 7);
	assert_int_equal(house_note(h, s, "test.note"), E_IO);
	assert_int_equal(rename(away, path), 0);
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(entries(h, s), 2);
	house_path(h, "paydesk.db-wal", path, sizeof path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(house_note(h, s, "test.lost"), E_IO);
	house_write(h, "paydesk.db-wal", "", 0);
	assert_int_equal(house_note(h, s, "test.lost"), E_IO);
	assert_int_equal(unlink(path), 0);
	store_close(s); /* what was acknowledged is still in the removed log, and saved from it */
	s = house_open(h, "root");
	assert_int_equal(entries(h, s), 2);
	store_close(s);
}

static void put_pipe(const char *path) { assert_int_equal(mkfifo(path, 0600), 0); }
static void put_folder(const char *path) { assert_int_equal(mkdir(path, 0700), 0); }
/* To the very file that was there, under the name that it is moved to. */
static void put_link(const char *path) { assert_int_equal(symlink("away", path), 0); }
static void put_dangling(const char *path) { assert_int_equal(symlink("nowhere", path), 0); }

/* Other things in the place of the store's files: a named error, no hang, nothing followed. */
static void test_odd_files(void **state)
{
	static void (*const put[])(const char *path) = { put_pipe, put_folder, put_link, put_dangling };
	static const char *const names[] = { "keys", "head", "paydesk.db", "paydesk.db-wal", "paydesk.db-shm", "lock" };
	enum { HOLD_DATA = 4 }; /* of those; the others serve as an index that is made anew, and as something to lock */
	struct house *h = *state;
	char path[160], away[160];
	enum code code;

	write_and_die(h, 2);
	house_path(h, "away", away, sizeof away);
	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t k = 0; k < COUNT(put); k++) {
			house_path(h, names[i], path, sizeof path);
			assert_int_equal(rename(path, away), 0);
			put[k](path);
			code = house_try(h, "root");
			if (!code && (i < HOLD_DATA || put[k] == put_link || put[k] == put_dangling))
				fail_msg("%s, thing %zu: taken for the real one", names[i], k);
			assert_false(house_has(h, "nowhere"));
			assert_int_equal(remove(path), 0);
			assert_int_equal(rename(away, path), 0);
		}
	assert_ok(house_try(h, "root"), h->err);
}

/* What a store held of its rows in memory is gone once it is closed. The word that is looked for never stands in memory itself. */
static const uint8_t masked[] = { 'R', 'O', 'D', 'B', 'H', 'L', 'D', 'M', ',', 'b', '`', 'o', '`', 's', 'x', ',' }; /* each with its last bit flipped */

static int found_in(const uint8_t *p, const uint8_t *end)
{
	int n = 0;

	for (; p + sizeof masked <= end; p++) {
		size_t i = 0;

		while (i < sizeof masked && p[i] == (masked[i] ^ 1))
			i++;
		n += i == sizeof masked;
	}
	return n;
}

static int found_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], rights[8];
	unsigned long from, to;
	int n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && strncmp(rights, "rw", 2) == 0 && !strstr(line, "[stack]"))
			n += found_in((const uint8_t *)(uintptr_t)from, (const uint8_t *)(uintptr_t)to);
	fclose(maps);
	return n;
}

static void test_memory_after_closing(void **state)
{
	struct house *h = *state;
	struct store *s = house_open(h, "root");
	char text[2000], key[32];

	for (int i = 0; i < 40; i++) {
		memset(text, '.', sizeof text);
		text[sizeof text - 1] = '\0';
		for (size_t k = 0; k < sizeof masked; k++)
			text[k] = (char)(masked[k] ^ 1);
		snprintf(key, sizeof key, "sync.%d", i);
		assert_ok(store_meta_put(s, key, value_text(text), &h->err), h->err);
		explicit_bzero(text, sizeof text);
	}
	assert_true(SANITIZED || found_in_memory() >= 40);
	store_close(s);
	assert_true(SANITIZED || found_in_memory() == 0);
}

/* ---- check ---- */

static void test_check(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root"), *wrong = house_pass("wrong");
	AUTO(buf_release) struct buf old = BUF_INIT, now = BUF_INIT;
	struct store_report r;
	struct store *s;

	house_read(h, "paydesk.db", &old);
	assert_ok(store_check(&h->config, "root", pass, &r, &h->err), h->err);
	assert_true(r.pages > 0);
	assert_int_equal(r.bad_pages, 0);
	assert_int_equal(r.journal_entries, 1);
	assert_string_equal(r.sqlite, "ok");
	house_read(h, "paydesk.db", &now);
	assert_int_equal(now.len, old.len);
	assert_memory_equal(now.data, old.data, old.len);
	assert_int_equal(store_check(&h->config, "root", wrong, &r, &h->err), E_PASSPHRASE);
	s = house_open(h, "root");
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_ok(store_check(&h->config, "root", pass, &r, &h->err), h->err);
	assert_int_equal(r.journal_entries, 2);
	store_close(s);
	house_write(h, "paydesk.db", old.data, old.len);
	assert_int_equal(store_check(&h->config, "root", pass, &r, &h->err), E_ROLLBACK);
	assert_int_equal(r.bad_pages, 0);
}

/* Every page has its turn; the check names it, and what can be known beside it is still said. */
static void test_flipped_pages(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	AUTO(buf_release) struct buf data = BUF_INIT;
	struct store_report r;

	house_read(h, "paydesk.db", &data);
	assert_int_equal(data.len % 4096, 0);
	for (size_t page = 0; page < data.len / 4096; page++) {
		size_t at = page * 4096 + 50 + page * 37 % 4000;

		data.data[at] = (char)(data.data[at] ^ 1 << page % 8);
		house_write(h, "paydesk.db", data.data, data.len);
		data.data[at] = (char)(data.data[at] ^ 1 << page % 8);
		assert_int_equal(store_check(&h->config, "root", pass, &r, &h->err), E_SEALED);
		assert_int_equal(r.bad_pages, 1);
		assert_int_equal(r.first_bad[0], page + 1);
	}
	house_write(h, "paydesk.db", data.data, data.len - 4096);
	assert_int_equal(store_check(&h->config, "root", pass, &r, &h->err), E_SEALED);
	house_write(h, "paydesk.db", data.data, data.len);
	assert_ok(store_check(&h->config, "root", pass, &r, &h->err), h->err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_create_and_open), TEST(test_modes), cmocka_unit_test(test_refused_makings), TEST(test_settings),
		TEST(test_operators), TEST(test_flipped_keys), TEST(test_older_keys), TEST(test_keys_of_another_store), TEST(test_old_data),
		TEST(test_killed), TEST(test_cut_log), TEST(test_flipped_log),
		TEST(test_old_log), TEST(test_moved_data), TEST(test_odd_files), TEST(test_memory_after_closing), TEST(test_check), TEST(test_flipped_pages),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
