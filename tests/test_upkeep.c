/* Backup, restore and rekey; and every change of the home cut short at each of its steps. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/conn.h"
#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

/* ---- a process that dies, or a system that refuses, at the nth step: these stand before the C library's own, for SQLite as well ---- */

enum { DIED = 42 };
static int steps_left; /* 0: not counting */
static int refusal;    /* the errno to give instead of dying */

static bool refused(void)
{
	if (steps_left == 0 || --steps_left > 0)
		return false;
	if (!refusal)
		_exit(DIED);
	errno = refusal;
	return true;
}

int fsync(int fd)
{
	if (refused())
		return -1;
	return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	if (refused())
		return -1;
	return (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to)
{
	if (refused())
		return -1;
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	if (refused())
		return -1;
	return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}

int unlink(const char *path)
{
	if (refused())
		return -1;
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* ---- the room ---- */

struct room {
	struct house h;
	struct secret *root, *lin;
	char backup[128];
	int round;
};

static int setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);

	house_found(&r->h);
	house_add(&r->h, "lin", "reviewer");
	r->root = house_pass("root");
	r->lin = house_pass("lin");
	snprintf(r->backup, sizeof r->backup, "%s/backup.paydesk", r->h.dir);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	secret_free(r->root);
	secret_free(r->lin);
	house_remove(&r->h);
	free(r);
	return 0;
}

static int64_t entries(struct house *h, const char *operator)
{
	AUTO(store_closep) struct store *s = house_open(h, operator);
	int64_t n;

	assert_ok(journal_verify(s, &n, &h->err), h->err);
	return n;
}

static void make_backup(struct room *r)
{
	AUTO(store_closep) struct store *s = house_open(&r->h, "root");

	assert_ok(store_backup(s, r->backup, &r->h.err), r->h.err);
}

/* Another home beside the first. */
static struct store_config elsewhere(struct room *r, char *home, size_t size)
{
	struct store_config c = r->h.config;

	snprintf(home, size, "%s/elsewhere-%d", r->h.dir, ++r->round);
	c.home = home;
	return c;
}

static bool has(const char *home, const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", home, name);
	return access(path, F_OK) == 0;
}

/* ---- backup and restore ---- */

static void test_round_trip(void **state)
{
	struct room *r = *state;
	struct err *err = &r->h.err;
	struct store *s = house_open(&r->h, "root");
	char home[128], id[STORE_ID_LEN + 1];
	struct store_config c;
	struct stat st;
	int64_t n;

	assert_ok(house_note(&r->h, s, "test.note"), *err);
	snprintf(id, sizeof id, "%s", store_id(s));
	assert_ok(store_backup(s, r->backup, err), *err);
	assert_int_equal(store_backup(s, r->backup, err), E_EXISTS);
	assert_ok(house_note(&r->h, s, "test.after"), *err);
	store_close(s);
	assert_int_equal(stat(r->backup, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(store_restore(&r->h.config, r->backup, "root", r->root, err), E_EXISTS);

	c = elsewhere(r, home, sizeof home);
	assert_int_equal(store_restore(&c, r->backup, "root", r->lin, err), E_PASSPHRASE);
	assert_false(store_exists(home));
	assert_ok(store_restore(&c, r->backup, "lin", r->lin, err), *err);
	assert_false(has(home, "restoring.db"));
	assert_ok(store_open(&s, &c, "root", r->root, true, err), *err);
	assert_string_equal(store_id(s), id);
	assert_ok(journal_verify(s, &n, err), *err);
	assert_int_equal(n, 5); /* create, add, note, backup, restore */
	assert_ok(house_note(&r->h, s, "test.note"), *err);
	store_close(s);
	assert_ok(store_open(&s, &c, "lin", r->lin, true, err), *err);
	store_close(s);
}

static void test_damaged_backup(void **state)
{
	struct room *r = *state;
	AUTO(buf_release) struct buf bytes = BUF_INIT, keys = BUF_INIT;
	char home[128];
	struct store_config c = elsewhere(r, home, sizeof home);
	size_t data;

	make_backup(r);
	house_read(&r->h, "../backup.paydesk", &bytes);
	house_read(&r->h, "keys", &keys);
	data = bytes.len - keys.len - 64; /* one byte in each kilobyte of the data; every byte of the key slots and the trailer */
	for (size_t i = 0; i < bytes.len; i += i < data ? 1021 : 1) {
		enum code code;

		bytes.data[i] = (char)(bytes.data[i] ^ 1 << i % 8);
		house_write(&r->h, "../backup.paydesk", bytes.data, bytes.len);
		bytes.data[i] = (char)(bytes.data[i] ^ 1 << i % 8);
		code = store_restore(&c, r->backup, "root", r->root, &r->h.err);
		if (code != E_SEALED && code != E_NOTSTORE)
			fail_msg("byte %zu of %zu: %s %s", i, bytes.len, code_name(code), r->h.err.msg);
		assert_false(has(home, "keys") || has(home, "paydesk.db") || has(home, "head") || has(home, "restoring.db"));
	}
	for (size_t n = 0; n < bytes.len; n += 1 + n / 3) {
		enum code code;

		house_write(&r->h, "../backup.paydesk", bytes.data, n);
		code = store_restore(&c, r->backup, "root", r->root, &r->h.err);
		assert_true(code == E_SEALED || code == E_NOTSTORE);
	}
	house_write(&r->h, "../backup.paydesk", bytes.data, bytes.len);
	assert_ok(store_restore(&c, r->backup, "root", r->root, &r->h.err), r->h.err);
}

/* Whole and under the right key, but not what this organisation wrote: it is not put in place. */
static void test_forged_backup(void **state)
{
	static const struct { const char *sql; enum code code; } forgeries[] = {
		{ "DROP TRIGGER journal_no_update; UPDATE journal SET verb='x' WHERE seq=2", E_CHAIN },
		{ "UPDATE meta SET text='00112233445566778899aabbccddeeff' WHERE key='store.id'", E_SIGNATURE },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(forgeries); i++) {
		struct store *s = house_open(&r->h, "root");
		char home[128];
		struct store_config c = elsewhere(r, home, sizeof home);

		assert_ok(conn_exec(store_db(s), forgeries[i].sql, &r->h.err), r->h.err);
		assert_ok(store_backup(s, r->backup, &r->h.err), r->h.err);
		store_close(s);
		assert_int_equal(store_restore(&c, r->backup, "root", r->root, &r->h.err), forgeries[i].code);
		assert_false(has(home, "keys") || has(home, "paydesk.db") || has(home, "head") || has(home, "restoring.db"));
		assert_int_equal(unlink(r->backup), 0);
	}
}

/* ---- rekey ---- */

static void test_rekey(void **state)
{
	struct room *r = *state;
	struct err *err = &r->h.err;
	AUTO(secret_freep) struct secret *old = NULL;
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	AUTO(buf_release) struct buf keys = BUF_INIT;
	struct store *s = house_open(&r->h, "root"), *t;
	struct db_config config = { .path = NULL };
	struct db *db;
	char path[160];

	assert_ok(secret_new(&old, KEY_BYTES, err), *err);
	memcpy(secret_bytes(old), secret_peek(s->vault), KEY_BYTES);
	assert_ok(store_another(&t, s, err), *err);
	assert_int_equal(store_rekey(s, err), E_BUSY);
	store_close(t);
	assert_ok(store_rekey(s, err), *err);
	assert_ok(house_note(&r->h, s, "test.note"), *err);
	assert_memory_not_equal(secret_peek(old), secret_peek(s->vault), KEY_BYTES);
	store_close(s);
	assert_false(house_has(&r->h, "paydesk.db") || house_has(&r->h, "head"));
	assert_int_equal(entries(&r->h, "lin"), 4);
	assert_int_equal(entries(&r->h, "root"), 4);

	house_read(&r->h, "keys", &keys);
	assert_ok(slots_parse(&slots, keys.data, keys.len, err), *err);
	assert_int_equal(slots_verify(&slots, old, err), E_SIGNATURE);
	house_path(&r->h, "paydesk-2.db", path, sizeof path);
	config.path = path;
	config.key = old;
	assert_int_equal(db_open(&db, &config, err), E_KEY);

	s = house_open(&r->h, "root");
	assert_ok(store_rekey(s, err), *err);
	assert_ok(store_backup(s, r->backup, err), *err);
	store_close(s);
	assert_true(house_has(&r->h, "paydesk-3.db"));
	assert_false(house_has(&r->h, "paydesk-2.db"));
}

/* ---- cut short ---- */

/* Runs the change in a process that dies at its nth step. false: it came to its end before. */
static bool dies_at(struct room *r, int n, enum code (*change)(struct room *r))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		steps_left = n;
		_exit(change(r) == E_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 1)
		fail_msg("the change fails by itself before step %d", n);
	return WEXITSTATUS(status) == DIED;
}

static enum code open_for(struct room *r, const char *operator, struct store **s)
{
	int steps = steps_left;
	enum code code;

	steps_left = 0; /* opening is not what is being cut here */
	code = store_open(s, &r->h.config, operator, operator[0] == 'r' ? r->root : r->lin, true, &r->h.err);
	steps_left = steps;
	return code;
}

static enum code do_rekey(struct room *r)
{
	struct store *s;
	enum code code = open_for(r, "root", &s);

	if (!code)
		code = store_rekey(s, &r->h.err);
	store_close(s);
	return code;
}

static bool has_data(struct room *r, int number)
{
	char name[32];

	snprintf(name, sizeof name, number > 1 ? "paydesk-%d.db" : "paydesk.db", number);
	return house_has(&r->h, name);
}

static void test_cut_rekey(void **state)
{
	struct room *r = *state;
	int64_t before = entries(&r->h, "root"), now;
	int data = 1, n;

	for (n = 1; dies_at(r, n, do_rekey); n++) {
		now = entries(&r->h, "lin");
		assert_true(now == before || now == before + 1);
		if (now != before)
			assert_false(has_data(r, ++data - 1));
		before = now;
	}
	assert_true(n > 10);
	assert_int_equal(entries(&r->h, "root"), before + 1);
}

static enum code do_add(struct room *r)
{
	struct store *s;
	char name[16];
	enum code code = open_for(r, "root", &s);

	snprintf(name, sizeof name, "op%d", r->round);
	if (!code)
		code = store_operator_add(s, name, "reviewer", r->lin, &r->h.err);
	store_close(s);
	return code;
}

static void test_cut_add(void **state)
{
	struct room *r = *state;
	struct store *s;
	bool cut = true;
	int n, there = 0;

	for (n = 1; cut; n++) {
		char name[16];
		enum code code;

		r->round = n;
		cut = dies_at(r, n, do_add);
		snprintf(name, sizeof name, "op%d", n);
		code = store_open(&s, &r->h.config, name, r->lin, false, &r->h.err);
		assert_true(code == E_OK || (cut && code == E_PASSPHRASE));
		there += code == E_OK;
		store_close(s);
		entries(&r->h, "root");
	}
	assert_true(n > 4 && there > 1 && there < n);
}

static enum code do_passphrase(struct room *r)
{
	AUTO(secret_freep) struct secret *next = NULL;
	struct store *s;
	char text[32];
	enum code code = open_for(r, "lin", &s);

	snprintf(text, sizeof text, "SPECIMEN %d", r->round);
	next = house_secret(text);
	if (!code)
		code = store_operator_passphrase(s, next, &r->h.err);
	store_close(s);
	return code;
}

static void test_cut_passphrase(void **state)
{
	struct room *r = *state;
	bool cut = true;

	for (r->round = 1; cut; r->round++) {
		AUTO(secret_freep) struct secret *next = NULL;
		struct store *s;
		char text[32];
		enum code old;

		cut = dies_at(r, r->round, do_passphrase);
		snprintf(text, sizeof text, "SPECIMEN %d", r->round);
		next = house_secret(text);
		old = store_open(&s, &r->h.config, "lin", r->lin, true, &r->h.err);
		store_close(s);
		if (old == E_OK) {
			assert_true(cut);
			continue;
		}
		assert_int_equal(old, E_PASSPHRASE);
		assert_ok(store_open(&s, &r->h.config, "lin", next, true, &r->h.err), r->h.err);
		store_close(s);
		secret_free(r->lin);
		r->lin = next;
		next = NULL;
		entries(&r->h, "root");
	}
	assert_true(r->round > 4);
}

static enum code do_create(struct room *r)
{
	char home[128];
	struct store_config c;

	r->round--;
	c = elsewhere(r, home, sizeof home);
	return store_create(&c, "root", "admin", r->root, &r->h.err);
}

static enum code do_restore(struct room *r)
{
	char home[128];
	struct store_config c;

	r->round--;
	c = elsewhere(r, home, sizeof home);
	return store_restore(&c, r->backup, "root", r->root, &r->h.err);
}

/* Whatever was cut: either there is no store, or there is a whole one. */
static void cut_making(struct room *r, enum code (*make)(struct room *r))
{
	bool cut = true;
	int n;

	for (n = 1; cut; n++) {
		char home[128];
		struct store_config c = elsewhere(r, home, sizeof home);
		struct store *s;
		enum code code;
		int64_t entry;

		cut = dies_at(r, n, make);
		code = store_open(&s, &c, "root", r->root, true, &r->h.err);
		assert_true(code == E_OK || (cut && code == E_NOTSTORE));
		if (code)
			continue;
		assert_ok(journal_verify(s, &entry, &r->h.err), r->h.err);
		store_close(s);
	}
	assert_true(n > 5);
}

static void test_cut_create(void **state)
{
	cut_making(*state, do_create);
}

static void test_cut_restore(void **state)
{
	make_backup(*state);
	cut_making(*state, do_restore);
}

/* ---- refused by the system ---- */

/* Each step in turn is refused; the store is whole after each, and what was not done was not done. */
static void refuse_each(struct room *r, enum code (*change)(struct room *r), int least)
{
	int n, refusals = 0;

	for (n = 1; ; n++) {
		enum code code;
		bool reached;

		r->round = n;
		refusal = n % 2 ? ENOSPC : EIO;
		steps_left = n;
		code = change(r);
		reached = steps_left == 0;
		steps_left = refusal = 0;
		assert_true(code == E_OK || code == E_IO || code == E_FULL);
		refusals += code != E_OK;
		entries(&r->h, "root");
		entries(&r->h, "lin");
		if (!reached)
			break;
	}
	assert_true(n > least && refusals > 1);
}

/* Whether it came about or not, the session goes on with what HOME/keys names. */
static enum code do_rekey_and_note(struct room *r)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_EQ, .column = "verb", .value = value_text("test.note") } };
	AUTO(store_closep) struct store *s = NULL;
	int64_t before, after;
	enum code code = open_for(r, "root", &s);
	int left;

	if (!code)
		code = store_rekey(s, &r->h.err);
	left = steps_left;
	steps_left = 0;
	assert_ok(query_count(store_db(s), &q, &before, &r->h.err), r->h.err);
	assert_ok(house_note(&r->h, s, "test.note"), r->h.err);
	store_close(s);
	s = house_open(&r->h, "root");
	assert_ok(query_count(store_db(s), &q, &after, &r->h.err), r->h.err);
	assert_int_equal(after, before + 1);
	steps_left = left;
	return code;
}

static void test_refused_rekey(void **state)
{
	refuse_each(*state, do_rekey_and_note, 10);
}

static void test_refused_add(void **state)
{
	refuse_each(*state, do_add, 4);
}

static enum code do_backup(struct room *r)
{
	struct store *s;
	enum code code = open_for(r, "root", &s);

	snprintf(r->backup, sizeof r->backup, "%s/backup-%d", r->h.dir, r->round);
	if (!code)
		code = store_backup(s, r->backup, &r->h.err);
	store_close(s);
	if (code && access(r->backup, F_OK) == 0)
		fail_msg("a backup that failed is there all the same");
	return code;
}

static void test_refused_backup(void **state)
{
	refuse_each(*state, do_backup, 4);
}

static void test_refused_making(void **state)
{
	static enum code (*const makings[])(struct room *r) = { do_create, do_restore };
	struct room *r = *state;

	make_backup(r);
	for (size_t i = 0; i < COUNT(makings); i++) {
		bool reached = true;

		for (int n = 1; reached; n++) {
			char home[128];
			enum code code;

			elsewhere(r, home, sizeof home); /* the name of the folder that the next call will take */
			refusal = ENOSPC;
			steps_left = n;
			code = makings[i](r);
			reached = steps_left == 0;
			steps_left = refusal = 0;
			assert_true(code == E_OK || (reached && (code == E_FULL || code == E_IO)));
			assert_int_equal(code == E_OK, store_exists(home));
			assert_int_equal(code == E_OK, has(home, "paydesk.db"));
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_damaged_backup), TEST(test_forged_backup), TEST(test_rekey), TEST(test_cut_rekey), TEST(test_cut_add),
		TEST(test_cut_passphrase), TEST(test_cut_create), TEST(test_cut_restore), TEST(test_refused_rekey),
		TEST(test_refused_add), TEST(test_refused_backup), TEST(test_refused_making),
	};

	return cmocka_run_group_tests_name("upkeep", tests, NULL, NULL);
}
