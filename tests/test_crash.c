/* What was acknowledged is there afterwards: killed processes, failing disks, several writers, pages written in odd ways. */
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sealed.h"
#include "tests/check.h"
#include "tests/faulty.h"
#include "tests/vaultroom.h"

enum { KILLS = 40, WRITERS = 3, WRITER_COMMITS = 60 };

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
	faulty_disarm();
	room_remove(r);
	free(r);
	return 0;
}

static void assert_sound(struct vaultroom *r)
{
	char line[200];
	assert_ok(db_integrity(r->db, line, sizeof line, &r->err), r->err);
	assert_string_equal(line, "ok");
}

/* ---- kill -9 ---- */

/* Commits row after row and says so through the pipe, until killed. */
static void commit_and_tell(struct vaultroom *r, int64_t from, int out)
{
	if (room_try(r) != E_OK)
		_exit(1);
	for (int64_t i = from;; i++)
		if (room_commit(r, i, 1, i) != E_OK || write(out, &i, sizeof i) != sizeof i)
			_exit(2);
}

static void acknowledged_commits_survive_a_kill(void **state)
{
	struct vaultroom *r = *state;
	int64_t known = 0; /* rows 0..known-1 were acknowledged */
	room_close(r);
	for (int round = 0; round < KILLS; round++) {
		int fds[2];
		int64_t last, acks = 0, n;
		assert_int_equal(pipe(fds), 0);
		pid_t pid = fork(); /* no connection is open on either side */
		if (pid == 0)
			commit_and_tell(r, known, fds[1]);
		close(fds[1]);
		while (read(fds[0], &last, sizeof last) == sizeof last) {
			known = last + 1;
			if (++acks == 1 + round % 9)
				kill(pid, SIGKILL); /* and on, for what it had still said before it died */
		}
		close(fds[0]);
		waitpid(pid, NULL, 0);
		assert_true(acks > 0);
		room_open(r);
		assert_ok(room_read_all(r, &n), r->err);
		if (n < known || n > known + 1)
			fail_msg("round %d: %lld rows, %lld were acknowledged", round, (long long)n, (long long)known);
		known = n; /* one more may have been committed and not told */
		assert_sound(r);
		if (round % 3)
			room_close(r); /* otherwise the next one recovers a log that is in nobody's hands */
		else {
			struct vaultroom crashed;
			room_snapshot(r, "left.db", &crashed);
			room_close(r);
			room_open(&crashed);
			assert_int_equal(room_count(&crashed), known);
			room_close(&crashed);
		}
	}
}

/* ---- several writers ---- */

static void writers_in_several_processes_lose_nothing(void **state)
{
	struct vaultroom *r = *state;
	pid_t pids[WRITERS];
	int64_t n;
	room_close(r);
	for (int w = 0; w < WRITERS; w++) {
		pids[w] = fork();
		if (pids[w] == 0) {
			bool ok = room_try(r) == E_OK;
			for (int64_t i = 0; i < WRITER_COMMITS && ok; i++)
				ok = room_commit(r, w * 100000 + i * 3, 3, w) == E_OK && room_read_all(r, &n) == E_OK;
			room_close(r);
			_exit(ok ? 0 : 1);
		}
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;
		waitpid(pids[w], &status, 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	room_open(r);
	assert_ok(room_read_all(r, &n), r->err);
	assert_int_equal(n, WRITERS * WRITER_COMMITS * 3);
	assert_sound(r);
}

/* ---- threads ---- */

struct worker {
	struct vaultroom room;
	int64_t first;
	enum code code;
	atomic_bool done;
};

static void *commit_some(void *arg)
{
	struct worker *w = arg;
	int64_t n;
	w->code = room_try(&w->room);
	for (int64_t i = 0; i < 20 && !w->code; i++) {
		w->code = room_commit(&w->room, w->first + i, 1, i);
		if (!w->code)
			w->code = room_read_all(&w->room, &n);
	}
	room_close(&w->room);
	return NULL;
}

static void threads_have_handles_of_their_own(void **state)
{
	struct vaultroom *r = *state;
	struct worker workers[WRITERS];
	pthread_t threads[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		workers[i] = (struct worker){ .room = *r, .first = i * 1000 };
		assert_int_equal(pthread_create(&threads[i], NULL, commit_some, &workers[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(threads[i], NULL);
		assert_ok(workers[i].code, workers[i].room.err);
	}
	assert_int_equal(room_count(r), WRITERS * 20);
}

static void *read_until_stopped(void *arg)
{
	struct worker *w = arg;
	int64_t n;
	while (!w->code)
		w->code = room_read_all(&w->room, &n);
	atomic_store(&w->done, true);
	return NULL;
}

static void a_running_query_can_be_stopped(void **state)
{
	struct vaultroom *r = *state;
	assert_ok(room_commit(r, 0, 400, 1), r->err);
	struct worker w = { .room = *r };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, read_until_stopped, &w), 0);
	while (!atomic_load(&w.done))
		db_interrupt(r->db);
	pthread_join(thread, NULL);
	assert_int_equal(w.code, E_CANCELLED);
	assert_int_equal(room_count(r), 400); /* and the next one runs */
}

/* ---- a cache too small for the transaction: pages go to the log early and are written there again ---- */

static void pages_rewritten_in_the_log_are_recovered(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom crashed;
	int64_t n;
	room_close(r);
	struct db_config c = { .path = r->path, .key = r->key, .cache_kib = 48 };
	assert_ok(db_open(&r->db, &c, &r->err), r->err);
	assert_ok(room_commit(r, 0, 300, 1), r->err);
	{
		AUTO(tx_end) struct tx tx = { 0 };
		assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
		for (int pass = 0; pass < 4; pass++) /* each pass drives the pages of the one before out of the cache */
			for (int64_t i = 0; i < 300; i++) {
				struct value key = value_int(i), row[3];
				AUTO(pool_release) struct pool pool = POOL_INIT;
				assert_ok(db_get(r->db, &deals, &key, &pool, row, &r->err), r->err);
				row[1] = value_int(pass + 100);
				assert_ok(db_put(r->db, &deals, row, &r->err), r->err);
			}
		assert_ok(tx_commit(&tx, &r->err), r->err);
	}
	room_snapshot(r, "crashed.db", &crashed);
	room_open(&crashed);
	struct query q = { .table = &deals, .where = { .op = COND_EQ, .column = "batch", .value = value_int(103) } };
	assert_ok(query_count(crashed.db, &q, &n, &crashed.err), crashed.err);
	assert_int_equal(n, 300);
	assert_ok(room_read_all(&crashed, &n), crashed.err);
	assert_sound(&crashed);
	room_close(&crashed);
}

/* ---- the log's file by hand: what SQLite does only on some disks ---- */

static sqlite3_file *open_one(struct vault *v, const char *path, int flags)
{
	sqlite3_file *f = mem_alloc((size_t)v->vfs.szOsFile);
	int out;
	assert_int_equal(v->vfs.xOpen(&v->vfs, path, f, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &out), SQLITE_OK);
	return f;
}

static void pieces_and_headers_come_apart(void **state)
{
	struct vaultroom *r = *state;
	struct vault *v;
	enum { PAGE = 4096, FRAME = 24 + PAGE };
	uint8_t head[32] = { 1, 2, 3 }, frame[24] = { 0, 0, 0, 7, 9 }, page[PAGE], got[FRAME];
	char log[128];
	room_close(r);
	assert_ok(vault_new(&v, r->key, &r->err), r->err);
	sqlite3_file *file = open_one(v, r->path, SQLITE_OPEN_MAIN_DB);
	assert_int_equal(file->pMethods->xRead(file, got, 100, 0), SQLITE_OK);
	assert_memory_equal(got, "SQLite format 3", 16);
	room_file(r, "-wal", log);
	sqlite3_file *f = open_one(v, log, SQLITE_OPEN_WAL);
	const sqlite3_io_methods *m = f->pMethods;
	memset(page, 'p', sizeof page);
	memset(page + PAGE - PAGE_EXTRA, 0, PAGE_EXTRA);
	assert_int_equal(m->xWrite(f, head, 32, 0), SQLITE_OK);
	assert_int_equal(m->xWrite(f, frame, 24, 32), SQLITE_OK);
	assert_int_equal(m->xWrite(f, page, 1000, 32 + 24), SQLITE_OK);                   /* a page in three pieces, a sync between */
	assert_int_equal(m->xSync(f, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(m->xWrite(f, page + 1000, 96, 32 + 24 + 1000), SQLITE_OK);
	assert_int_equal(m->xWrite(f, page + 1096, PAGE - 1096, 32 + 24 + 1096), SQLITE_OK);
	assert_int_equal(m->xRead(f, got, FRAME, 32), SQLITE_OK);
	assert_memory_equal(got, frame, 24);
	assert_memory_equal(got + 24, page, PAGE);
	frame[23] = 5;                                                                    /* the header anew, read back just before */
	assert_int_equal(m->xWrite(f, frame, 24, 32), SQLITE_OK);
	assert_int_equal(m->xRead(f, got, 8, 32 + 16), SQLITE_OK);
	assert_memory_equal(got, frame + 16, 8);
	page[17] = 'q';                                                                   /* the page anew, without its header */
	assert_int_equal(m->xWrite(f, page, PAGE, 32 + 24), SQLITE_OK);
	assert_int_equal(m->xRead(f, got, PAGE, 32 + 24), SQLITE_OK);
	assert_memory_equal(got, page, PAGE);
	assert_int_equal(m->xRead(f, got, 10, 32 + 24 + 10), SQLITE_OK);                  /* a part of a page */
	assert_memory_equal(got, page + 10, 10);
	sqlite3_int64 size;
	assert_int_equal(m->xFileSize(f, &size), SQLITE_OK);
	assert_int_equal(size, 32 + FRAME);
	page[PAGE - 1] = 1;                                                               /* reserved bytes in use */
	assert_int_equal(m->xWrite(f, page, PAGE, 32 + 24), SQLITE_IOERR_WRITE);
	assert_int_equal(m->xWrite(f, page, 50, 32 + 24 + 30), SQLITE_IOERR_WRITE);       /* a piece out of line */
	assert_int_equal(m->xTruncate(f, 32), SQLITE_OK);
	assert_int_equal(file_size(log), 72);
	assert_int_equal(m->xTruncate(f, 0), SQLITE_OK);
	assert_int_equal(file_size(log), 0);
	m->xClose(f);
	file->pMethods->xClose(file);
	free(f);
	free(file);
	vault_free(v);
}

/* Every kind of file but the two that are sealed. */
static void other_files_are_refused(void **state)
{
	struct vaultroom *r = *state;
	struct vault *v;
	static const int kinds[] = { SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_TEMP_DB, SQLITE_OPEN_TRANSIENT_DB, SQLITE_OPEN_TEMP_JOURNAL,
				     SQLITE_OPEN_SUBJOURNAL, SQLITE_OPEN_SUPER_JOURNAL };
	room_close(r);
	assert_ok(vault_new(&v, r->key, &r->err), r->err);
	sqlite3_file *f = mem_alloc((size_t)v->vfs.szOsFile);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		char path[128];
		room_file(r, "-other", path);
		assert_int_equal(v->vfs.xOpen(&v->vfs, path, f, kinds[i] | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_CANTOPEN);
		assert_null(f->pMethods);
		assert_int_not_equal(access(path, F_OK), 0);
		assert_int_equal(v->vfs.xOpen(&v->vfs, NULL, f, kinds[i] | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_CANTOPEN);
	}
	sqlite3_file *file = open_one(v, r->path, SQLITE_OPEN_MAIN_DB); /* nor a second database: ATTACH would not leave room to seal it */
	assert_int_equal(v->vfs.xOpen(&v->vfs, r->path, f, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE, NULL), SQLITE_CANTOPEN);
	file->pMethods->xClose(file);
	free(file);
	free(f);
	vault_free(v);
}

/* ---- a disk that fails, once or for good, at each of its operations ---- */

struct work { enum code open, commits[4]; int64_t acked; };

/* Opens a file with a log to recover, commits four times, closes (which moves the log into the file). */
static struct work work_on(struct vaultroom *r)
{
	struct work w = { .open = room_try(r), .acked = 0 };
	for (int i = 0; i < 4 && !w.open; i++) {
		int64_t n;
		w.commits[i] = room_commit(r, 1000 + i * 25, 25, i);
		w.acked |= (w.commits[i] == E_OK) << i;
		room_read_all(r, &n);
	}
	room_close(r);
	return w;
}

static bool is_named(enum code code, enum faulty_how how)
{
	if (code == E_OK || code == E_IO || code == E_SEALED)
		return true; /* a page that cannot be read whole counts as damaged */
	return how == FAULTY_FULL ? code == E_FULL : code == E_READONLY || code == E_BUSY;
}

/* After the failure: every acknowledged commit is there, every other is there whole or not at all, the file is sound. */
static void assert_consistent(struct vaultroom *r, const struct work *w, const char *when)
{
	struct db_pages pages;
	int64_t n, base = 0;
	assert_ok(room_try(r), r->err);
	assert_ok(room_read_all(r, &n), r->err);
	for (int i = -1; i < 4; i++) {
		struct query q = { .table = &deals, .where = { .op = COND_AND, .nkids = 2, .kids = (struct cond[]){
			{ .op = COND_GE, .column = "id", .value = value_int(i < 0 ? 0 : 1000 + i * 25) },
			{ .op = COND_LT, .column = "id", .value = value_int(i < 0 ? 1000 : 1025 + i * 25) } } } };
		assert_ok(query_count(r->db, &q, &n, &r->err), r->err);
		if (i < 0)
			base = n;
		else if (n != 25 && (n != 0 || w->acked >> i & 1))
			fail_msg("%s: commit %d has %lld rows, acknowledged %d", when, i, (long long)n, (int)(w->acked >> i & 1));
	}
	if (base != 60)
		fail_msg("%s: %lld rows of those committed before", when, (long long)base);
	assert_sound(r);
	room_close(r);
	assert_ok(db_verify_pages(r->path, r->key, &pages, &r->err), r->err);
}

static void a_failing_disk_loses_nothing(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom crashed;
	int failures = 0;
	assert_ok(room_commit(r, 0, 40, 7), r->err);
	room_close(r);
	room_open(r);
	assert_ok(room_commit(r, 40, 20, 8), r->err); /* 40 rows in the file, 20 in the log */
	room_snapshot(r, "base.db", &crashed);
	room_close(r);
	struct vaultroom base = crashed;
	for (int op = 0; op < FAULTY_OPS; op++)
		for (int how = FAULTY_EIO; how <= FAULTY_SHORT; how++)
			for (int on = 0; on < 2; on++)
				for (int nth = 1;; nth++) {
					char when[80];
					room_snapshot(&base, "victim.db", &crashed);
					snprintf(when, sizeof when, "operation %d, failure %d, at %d%s", op, how, nth, on ? " and on" : "");
					faulty_arm((enum faulty_op)op, nth, (enum faulty_how)how, on);
					struct work w = work_on(&crashed);
					bool reached = faulty_disarm();
					bool named = is_named(w.open, (enum faulty_how)how);
					for (int i = 0; i < 4; i++)
						named = named && (is_named(w.commits[i], (enum faulty_how)how) || w.open);
					if (!named)
						fail_msg("%s: answered with %s %s", when, code_name(crashed.err.code), crashed.err.msg);
					assert_consistent(&crashed, &w, when);
					if (!reached)
						break;
					failures++;
				}
	print_message("%d failures\n", failures);
	assert_true(failures > 150);
}

/* Acknowledged means on the disk. */
static void a_commit_that_is_not_synced_fails(void **state)
{
	struct vaultroom *r = *state;
	assert_ok(room_commit(r, 0, 1, 1), r->err); /* the log has begun: from here on each commit syncs it once, at its end */
	faulty_arm(FAULTY_SYNC, 1, FAULTY_EIO, false);
	enum code code = room_commit(r, 1, 1, 2);
	assert_true(faulty_disarm());
	assert_int_equal(code, E_IO);
	assert_int_equal(room_count(r), 1);
}

/* A sort that outgrows the cache would go to a temporary file, which we refuse. */
static void a_large_sort_needs_no_file(void **state)
{
	struct vaultroom *r = *state;
	struct value row[3];
	struct cursor *cursor;
	int64_t n = 0;
	bool more = true;
	assert_ok(room_commit(r, 0, 8000, 1), r->err);
	room_close(r);
	struct db_config c = { .path = r->path, .key = r->key, .cache_kib = 48 };
	assert_ok(db_open(&r->db, &c, &r->err), r->err);
	struct query q = { .table = &deals, .order = { { "note", true } }, .norder = 1 };
	assert_ok(query_open(&cursor, r->db, &q, &r->err), r->err);
	while (more) {
		assert_ok(cursor_next(cursor, row, &more, &r->err), r->err);
		n += more;
	}
	cursor_close(cursor);
	assert_int_equal(n, 8000);
}

static void a_full_disk_is_named_and_leaves_no_new_file(void **state)
{
	struct vaultroom *r = *state;
	char path[128];
	struct db *db;
	assert_ok(room_commit(r, 0, 40, 7), r->err);
	faulty_arm(FAULTY_WRITE, 1, FAULTY_FULL, true);
	assert_int_equal(room_commit(r, 50, 10, 8), E_FULL);
	room_file(r, ".copy", path);
	assert_int_equal(db_copy(r->db, path, r->key, &r->err), E_FULL);
	assert_int_not_equal(access(path, F_OK), 0);
	struct db_config c = { .path = path, .key = r->key, .create = true };
	assert_int_equal(db_open(&db, &c, &r->err), E_FULL);
	assert_int_not_equal(access(path, F_OK), 0);
	faulty_disarm();
	assert_ok(room_commit(r, 50, 10, 8), r->err);
	assert_int_equal(room_count(r), 50);
}

/* Creating a store fails at every write in turn: then there is none. */
static void a_store_is_made_whole_or_not_at_all(void **state)
{
	struct vaultroom *r = *state;
	struct vaultroom made = *r;
	bool reached = true;
	snprintf(made.path, sizeof made.path, "%s/made.db", r->dir);
	struct db_config c = { .path = made.path, .key = r->key, .create = true };
	for (int nth = 1; reached; nth++) {
		faulty_arm(FAULTY_WRITE, nth, FAULTY_EIO, false);
		enum code code = db_open(&made.db, &c, &made.err);
		reached = faulty_disarm();
		assert_true(reached == (code != E_OK));
		assert_true((access(made.path, F_OK) == 0) == (code == E_OK));
		room_close(&made);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(acknowledged_commits_survive_a_kill),
		TEST(writers_in_several_processes_lose_nothing),
		TEST(threads_have_handles_of_their_own),
		TEST(a_running_query_can_be_stopped),
		TEST(pages_rewritten_in_the_log_are_recovered),
		TEST(pieces_and_headers_come_apart),
		TEST(other_files_are_refused),
		TEST(a_failing_disk_loses_nothing),
		TEST(a_commit_that_is_not_synced_fails),
		TEST(a_large_sort_needs_no_file),
		TEST(a_full_disk_is_named_and_leaves_no_new_file),
		TEST(a_store_is_made_whole_or_not_at_all),
	};
	faulty_install();
	return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
