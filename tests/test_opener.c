/* A document in another program: it sees the whole file, nobody else does, and whatever happens the file is wiped. */
#include "tui/opener.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/file.h"
#include "tests/check.h"
#include "tests/scratch.h"

enum { LONG_MS = 60 * 1000, PATIENCE_MS = 20 * 1000 };

struct room {
	char dir[64];
	char base[80], out[80];      /* the private folders are made in the first; the programs write into the second */
	struct buf bytes;
	struct err err;
};

static int setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);

	scratch_make(r->dir, sizeof r->dir);
	snprintf(r->base, sizeof r->base, "%s/base", r->dir);
	snprintf(r->out, sizeof r->out, "%s/out", r->dir);
	assert_int_equal(mkdir(r->base, 0700), 0);
	assert_int_equal(mkdir(r->out, 0700), 0);
	setenv("XDG_RUNTIME_DIR", r->base, 1);
	setenv("OUT", r->out, 1);
	unsetenv("PAYDESK_VIEWER");
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	buf_init(&r->bytes);
	buf_add(&r->bytes, "SPECIMEN\0 bytes", 15);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	buf_release(&r->bytes);
	scratch_remove(r->dir);
	free(r);
	return 0;
}

static int count(const char *dir)
{
	DIR *d = opendir(dir);
	int n = -2;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool is_empty(const char *dir)
{
	return count(dir) == 0;
}

static bool within(bool (*yes)(const char *path), const char *path)
{
	const struct timespec moment = { .tv_nsec = 5 * 1000000L };

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (yes(path))
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

/* What a program linked away from the private folder was overwritten. */
static bool is_zeros(const char *path)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct err err;

	if (file_read(&bytes, path, 100000, &err) || !bytes.len)
		return false;
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.data[i])
			return false;
	return true;
}

static void out_path(const struct room *r, const char *name, struct buf *path)
{
	buf_clear(path);
	buf_addf(path, "%s/%s", r->out, name);
}

static void test_which(void **state)
{
	struct room *r = *state;
	struct opener o;
	char long_words[1200];

	assert_int_equal(opener_find(&o, &r->err), E_USAGE);
	assert_non_null(strstr(r->err.msg, "PAYDESK_VIEWER"));
	setenv("DISPLAY", ":9", 1);
	assert_ok(opener_find(&o, &r->err), r->err);
	assert_false(o.front);
	assert_string_equal(o.command, "xdg-open");
	setenv("PAYDESK_VIEWER", "see --this", 1);
	assert_ok(opener_find(&o, &r->err), r->err);
	assert_true(o.front);
	assert_string_equal(o.command, "see --this");
	memset(long_words, 'x', sizeof long_words - 1);
	long_words[sizeof long_words - 1] = '\0';
	setenv("PAYDESK_VIEWER", long_words, 1);
	assert_int_equal(opener_find(&o, &r->err), E_USAGE);
}

static enum code open_in_front(struct room *r, const char *command, int64_t most_ms)
{
	struct opener o = { .front = true };
	struct guest *left;
	enum code code;

	snprintf(o.command, sizeof o.command, "%s", command);
	code = opener_run(&o, "document.png", &r->bytes, most_ms, &left, &r->err);
	assert_null(left);
	assert_true(is_empty(r->base));
	return code;
}

static void test_in_front(void **state)
{
	struct room *r = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, bytes = BUF_INIT;

	assert_ok(open_in_front(r, "sh -c 'cp \"$1\" \"$OUT/copy\" && ln \"$1\" \"$OUT/link\" && test $(stat -c %a \"$1\") = 600 && "
				   "test $(stat -c %a \"$(dirname \"$1\")\") = 700 && basename \"$1\" >\"$OUT/name\"' viewer", LONG_MS), r->err);
	out_path(r, "copy", &path);
	assert_ok(file_read(&bytes, path.data, 1000, &r->err), r->err);
	assert_int_equal(bytes.len, r->bytes.len); /* to the byte, and no more */
	assert_memory_equal(bytes.data, r->bytes.data, bytes.len);
	out_path(r, "link", &path);
	assert_true(is_zeros(path.data));
	buf_clear(&bytes);
	out_path(r, "name", &path);
	assert_ok(file_read(&bytes, path.data, 1000, &r->err), r->err);
	assert_string_equal(bytes.data, "document.png\n");
	assert_int_equal(open_in_front(r, "sh -c 'exit 3' viewer", LONG_MS), E_FAILED);
	assert_non_null(strstr(r->err.msg, "status 3"));
	assert_int_equal(open_in_front(r, "sh -c 'kill -9 $$' viewer", LONG_MS), E_FAILED);
	assert_non_null(strstr(r->err.msg, "signal 9"));
	assert_int_equal(open_in_front(r, "sh -c 'exec sleep 1000' viewer", 50), E_FAILED);
}

static bool ended(struct guest *g, int *status)
{
	const struct timespec moment = { .tv_nsec = 5 * 1000000L };

	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (guest_ended(g, status))
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

static void test_beside(void **state)
{
	struct room *r = *state;
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct guest *g;
	int status;

	/* a program that only hands the file on: it stays until the time is up */
	assert_ok(guest_new(&g, "document.pdf", r->bytes.data, r->bytes.len, &r->err), r->err);
	assert_ok(guest_start(g, "sh -c 'ln \"$1\" \"$OUT/link\"; exit 4' viewer", 300, &r->err), r->err);
	assert_true(ended(g, &status));
	assert_int_equal(WEXITSTATUS(status), 4);
	assert_false(guest_ended(g, &status)); /* once */
	assert_true(within(is_empty, r->base));
	out_path(r, "link", &path);
	assert_true(is_zeros(path.data));
	while (!guest_gone(g))
		;
	guest_free(g);
	/* the console locks: at once */
	assert_ok(guest_new(&g, "document.pdf", r->bytes.data, r->bytes.len, &r->err), r->err);
	assert_ok(guest_start(g, "true", LONG_MS, &r->err), r->err);
	assert_true(ended(g, &status));
	assert_false(guest_gone(g));
	assert_false(is_empty(r->base));
	guest_free(g);
	assert_true(is_empty(r->base));
	/* one that goes on is ended with its time */
	assert_ok(guest_new(&g, "document.pdf", r->bytes.data, r->bytes.len, &r->err), r->err);
	assert_ok(guest_start(g, "sleep 1000 #", 100, &r->err), r->err);
	assert_true(within(is_empty, r->base));
	guest_free(g);
	guest_free(NULL);
}

static void test_console_is_killed(void **state)
{
	static const int with[] = { SIGKILL, SIGTERM, SIGHUP };
	struct room *r = *state;
	AUTO(buf_release) struct buf mark = BUF_INIT, link = BUF_INIT;

	out_path(r, "mark", &mark);
	out_path(r, "link", &link);
	for (size_t i = 0; i < 2 * COUNT(with); i++) {
		pid_t pid = fork();

		if (!pid) {
			static const char command[] = "sh -c 'trap \"\" TERM; ln \"$1\" \"$OUT/link\"; echo . >\"$OUT/mark\"; exec sleep 1000' viewer";
			struct guest *g;

			if (i % 2)
				open_in_front(r, command, LONG_MS);
			else if (!guest_new(&g, "document.png", r->bytes.data, r->bytes.len, &r->err) && !guest_start(g, command, LONG_MS, &r->err))
				pause();
			_exit(0);
		}
		assert_true(within(file_exists, mark.data));
		assert_false(is_empty(r->base));
		assert_int_equal(kill(pid, with[i / 2]), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_true(within(is_empty, r->base));
		assert_true(is_zeros(link.data));
		assert_int_equal(unlink(mark.data), 0);
		assert_int_equal(unlink(link.data), 0);
	}
}

static void folder(const struct room *r, const char *name, mode_t mode)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", r->base, name);
	assert_int_equal(mkdir(path, mode), 0);
	assert_int_equal(chmod(path, mode), 0);
	snprintf(path + strlen(path), 20, "/kept");
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("SPECIMEN", f);
	fclose(f);
}

/* The console and whoever waited for it died: power, or kill -9 to all. What is somebody's is left alone. */
static void test_left_behind(void **state)
{
	struct room *r = *state;
	AUTO(buf_release) struct buf link_path = BUF_INIT;
	struct guest *alive;
	pid_t pid = fork();

	out_path(r, "link", &link_path);
	if (!pid) {
		struct guest *g;

		_exit(guest_new(&g, "document.png", r->bytes.data, r->bytes.len, &r->err) || link(guest_path(g), link_path.data));
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(count(r->base), 1);
	folder(r, ".paydesk-private-backup-of-mine", 0700);
	folder(r, ".paydesk-private-aB3dE6", 0755);
	folder(r, "paydesk.aB3dE6", 0700);
	assert_ok(guest_new(&alive, "document.png", r->bytes.data, r->bytes.len, &r->err), r->err);
	assert_int_equal(count(r->base), 5);
	guest_sweep();
	assert_int_equal(count(r->base), 4);
	assert_true(is_zeros(link_path.data));
	assert_true(file_exists(guest_path(alive)));
	guest_free(alive);
	assert_int_equal(count(r->base), 3);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(test_which), T(test_in_front), T(test_beside), T(test_console_is_killed), T(test_left_behind),
	};

	return cmocka_run_group_tests_name("opener", tests, NULL, NULL);
}
