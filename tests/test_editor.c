/* A text in an editor: what comes back is clean and bounded, and whatever happens nothing stays behind. */
#include <dirent.h>
#include <fcntl.h>
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
#include "tui/editor.h"

enum { LONG_MS = 60 * 1000, PATIENCE_MS = 20 * 1000 };

struct room {
	char dir[64];
	char base[80], out[80];      /* the private folders are made in the first; the editors write into the second */
	struct buf text;
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
	unsetenv("VISUAL");
	buf_init(&r->text);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	buf_release(&r->text);
	scratch_remove(r->dir);
	free(r);
	return 0;
}

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n == 2;
}

/* The editor is a script of the shell; $1 is the file. */
static enum code edit(struct room *r, const char *text, const char *script, int64_t idle_ms)
{
	AUTO(buf_release) struct buf command = BUF_INIT;
	enum code code;

	buf_addf(&command, "sh -c '%s' editor", script);
	setenv("EDITOR", command.data, 1);
	buf_clear(&r->text);
	buf_adds(&r->text, text);
	r->err = (struct err){ 0 };
	code = editor_run(&r->text, 100, idle_ms, &r->err);
	assert_true(is_empty(r->base));
	assert_true(code == E_OK || r->err.msg[0]);
	return code;
}

static void test_comes_back(void **state)
{
	struct room *r = *state;

	assert_ok(edit(r, "before", "printf \"and\\n\\tafter 样本\\n\\n\" >>\"$1\"", LONG_MS), r->err);
	assert_string_equal(r->text.data, "before and  after 样本");
	assert_ok(edit(r, "", "test ! -s \"$1\"", LONG_MS), r->err);
	assert_string_equal(r->text.data, "");
	assert_ok(edit(r, "all of it goes", ": >\"$1\"", LONG_MS), r->err);
	assert_string_equal(r->text.data, "");
	assert_ok(edit(r, "one", "echo another >\"$1.new\"; mv \"$1.new\" \"$1\"", LONG_MS), r->err);
	assert_string_equal(r->text.data, "another");
}

static void test_is_clean_and_bounded(void **state)
{
	struct room *r = *state;

	assert_ok(edit(r, "", "printf \"\\033[31m\\342\\200\\256\\377\" >\"$1\"", LONG_MS), r->err);
	assert_null(strpbrk(r->text.data, "\033\377"));
	assert_non_null(strstr(r->text.data, "U+202E"));
	assert_int_equal(edit(r, "short", "head -c 98 /dev/zero | tr \"\\000\" x >\"$1\"; echo 样本 >>\"$1\"", LONG_MS), E_INVALID);
	assert_int_equal(r->text.len, 98); /* no half character */
	assert_int_equal(edit(r, "short", "head -c 70000 /dev/zero >\"$1\"", LONG_MS), E_FAILED);
	assert_string_equal(r->text.data, "short");
	assert_int_equal(edit(r, "short", "rm \"$1\"; ln -s /etc/passwd \"$1\"", LONG_MS), E_FAILED);
	assert_string_equal(r->text.data, "short");
	assert_int_equal(edit(r, "short", "rm \"$1\"", LONG_MS), E_FAILED);
}

static void test_is_private_and_wiped(void **state)
{
	struct room *r = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, bytes = BUF_INIT;

	assert_ok(edit(r, "secret", "test $(stat -c %a \"$1\") = 600 && test $(stat -c %a \"$(dirname \"$1\")\") = 700 && test -d \"$TMPDIR\" && "
		       "echo more >\"$TMPDIR/.swap\" && mkdir \"$TMPDIR/undo\" && cp \"$1\" \"$TMPDIR/undo/1\" && ln \"$1\" \"$OUT/link\"", LONG_MS), r->err);
	buf_addf(&path, "%s/link", r->out);
	assert_ok(file_read(&bytes, path.data, 10000, &r->err), r->err);
	assert_int_equal(bytes.len > 6, 1);
	for (size_t i = 0; i < bytes.len; i++)
		assert_int_equal(bytes.data[i], 0);
}

static void test_editor_fails(void **state)
{
	struct room *r = *state;

	assert_int_equal(edit(r, "kept", "echo other >\"$1\"; exit 3", LONG_MS), E_FAILED);
	assert_non_null(strstr(r->err.msg, "status 3"));
	assert_string_equal(r->text.data, "kept");
	assert_int_equal(edit(r, "kept", "echo other >\"$1\"; kill -9 $$", LONG_MS), E_FAILED);
	assert_non_null(strstr(r->err.msg, "signal 9"));
	assert_string_equal(r->text.data, "kept");
	assert_int_equal(edit(r, "kept", "exec sleep 1000", 50), E_FAILED); /* its time is up */
	assert_string_equal(r->text.data, "kept");
	setenv("EDITOR", "/nowhere/editor", 1);
	assert_int_equal(editor_run(&r->text, 100, LONG_MS, &r->err), E_FAILED);
	assert_true(is_empty(r->base));
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

/* The program is killed while the editor is open: the editor ends, and what it was given is gone. */
static void test_program_is_killed(void **state)
{
	static const int with[] = { SIGKILL, SIGTERM, SIGHUP };
	struct room *r = *state;
	AUTO(buf_release) struct buf mark = BUF_INIT;

	buf_addf(&mark, "%s/mark", r->out);
	setenv("EDITOR", "sh -c 'trap \"\" TERM; echo . >\"$OUT/mark\"; exec sleep 1000' editor", 1);
	for (size_t i = 0; i < COUNT(with); i++) {
		pid_t pid = fork();

		if (!pid) {
			buf_adds(&r->text, "secret");
			editor_run(&r->text, 100, LONG_MS, &r->err);
			_exit(0);
		}
		assert_true(within(file_exists, mark.data));
		assert_false(is_empty(r->base));
		assert_int_equal(kill(pid, with[i]), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_true(within(is_empty, r->base));
		assert_int_equal(unlink(mark.data), 0);
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_comes_back), T(test_is_clean_and_bounded), T(test_is_private_and_wiped), T(test_editor_fails), T(test_program_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
