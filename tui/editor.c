#include "tui/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"
#include "store/file.h"

enum { FILE_MAX_BYTES = 64 * 1024, WIPE_STEP = 4096, GRACE_MS = 2000, TREE_FDS = 16, EDITOR_COMMAND_MAX = 1000 };

struct draft {
	char dir[PATH_MAX], path[PATH_MAX];
	pid_t keeper;
	int alive, ended;        /* closing the first tells the keeper that we are done; on the second it says how the editor ended */
	struct sigaction old[5];
};
static const int stand_aside[5] = { SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP };

/* ---- the file ---- */
static void wipe_file(const char *path, off_t size)
{
	static const char zeros[WIPE_STEP];
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	for (off_t at = 0; at < size; at += WIPE_STEP)
		if (pwrite(fd, zeros, WIPE_STEP, at) < 0)
			break;
	fsync(fd);
	close(fd);
}

static int wipe_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F && S_ISREG(st->st_mode))
		wipe_file(path, st->st_size);
	remove(path);
	return 0;
}

static void wipe_folder(const char *dir)
{
	nftw(dir, wipe_one, TREE_FDS, FTW_DEPTH | FTW_PHYS);
}

static bool make_folder(struct draft *d)
{
	const char *const bases[] = { getenv("XDG_RUNTIME_DIR"), "/dev/shm", getenv("TMPDIR"), "/tmp" };

	for (size_t i = 0; i < COUNT(bases); i++) {
		if (!bases[i] || *bases[i] != '/' || strlen(bases[i]) > PATH_MAX - 64)
			continue;
		snprintf(d->dir, sizeof d->dir, "%s/paydesk.XXXXXX", bases[i]);
		if (mkdtemp(d->dir)) {
			snprintf(d->path, sizeof d->path, "%.*s/reason.txt", PATH_MAX - 16, d->dir);
			return true;
		}
	}
	return false;
}

static enum code write_file(const struct draft *d, const struct buf *text, struct err *err)
{
	int fd = open(d->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	enum code code;

	if (fd < 0)
		return fail(err, E_IO, N_("no private file for the editor: %s"), strerror(errno));
	code = file_write_all(fd, text->data, text->len, d->path, err);
	if (!code && text->len)
		code = file_write_all(fd, "\n", 1, d->path, err);
	close(fd);
	return code;
}

static const char *name_of_editor(void)
{
	const char *name = getenv("VISUAL");

	return name && *name ? name : getenv("EDITOR");
}

bool editor_named(void)
{
	const char *name = name_of_editor();

	return name && *name;
}

/* ---- the process that waits, and cleans up whatever happens to us ---- */
static _Noreturn void become_editor(const struct draft *d)
{
	const char *name = name_of_editor();
	char command[EDITOR_COMMAND_MAX + 32];

	if (!name || !*name)
		name = "vi";
	if (strlen(name) > EDITOR_COMMAND_MAX)
		_exit(127);
	for (size_t i = 0; i < COUNT(stand_aside); i++)
		signal(stand_aside[i], SIG_DFL);
	setenv("TMPDIR", d->dir, 1); /* for what the editor keeps beside the file */
	snprintf(command, sizeof command, "exec %s \"$1\"", name); /* the shell's words, as git and crontab take it */
	execl("/bin/sh", "sh", "-c", command, "sh", d->path, (char *)NULL);
	_exit(127);
}

static int end_editor(pid_t pid, int pidfd)
{
	struct pollfd over = { .fd = pidfd, .events = POLLIN };
	int status = 0;

	kill(pid, SIGHUP);
	kill(pid, SIGCONT);
	if (poll(&over, 1, GRACE_MS) <= 0)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

/* The store's locks belong to open files: this process must not hold them. */
static void close_all_but(int low, int high)
{
	close_range(STDERR_FILENO + 1, (unsigned)low - 1, 0);
	close_range((unsigned)low + 1, (unsigned)high - 1, 0);
	close_range((unsigned)high + 1, ~0u, 0);
}

/* It outlives us and the terminal, so that what the editor was given does not. */
static _Noreturn void keep(const struct draft *d, int alive, int ended)
{
	static const int deaf[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE };
	struct pollfd fds[2] = { { .fd = alive, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	int status = 0;
	pid_t pid;

	for (size_t i = 0; i < COUNT(deaf); i++)
		signal(deaf[i], SIG_IGN);
	close_all_but(alive < ended ? alive : ended, alive < ended ? ended : alive);
	pid = fork();
	if (!pid)
		become_editor(d);
	if (pid > 0 && (fds[1].fd = pidfd_open(pid, 0)) >= 0) {
		while (poll(fds, 2, -1) < 0 && errno == EINTR)
			;
		if (fds[1].revents)
			waitpid(pid, &status, 0);
		else
			status = end_editor(pid, fds[1].fd);
	} else {
		status = -1;
		if (pid > 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
	}
	if (write(ended, &status, sizeof status) == (ssize_t)sizeof status)
		while (poll(fds, 1, -1) < 0 && errno == EINTR)
			;
	wipe_folder(d->dir);
	_exit(0);
}

static enum code start(struct draft *d, struct err *err)
{
	int alive[2], ended[2];

	if (pipe2(alive, O_CLOEXEC))
		return fail(err, E_IO, N_("the editor cannot be started: %s"), strerror(errno));
	if (pipe2(ended, O_CLOEXEC)) {
		close(alive[0]);
		close(alive[1]);
		return fail(err, E_IO, N_("the editor cannot be started: %s"), strerror(errno));
	}
	d->keeper = fork();
	if (!d->keeper) {
		close(alive[1]);
		close(ended[0]);
		keep(d, alive[0], ended[1]);
	}
	close(alive[0]);
	close(ended[1]);
	d->alive = alive[1];
	d->ended = ended[0];
	if (d->keeper > 0)
		return E_OK;
	close(d->alive);
	close(d->ended);
	return fail(err, E_IO, N_("the editor cannot be started: %s"), strerror(errno));
}

/* ---- ours ---- */
/* Keys that interrupt are the editor's while it has the terminal; what ends or stops us does so at once, for nobody listens to events. */
static void aside(struct draft *d, bool on)
{
	for (size_t i = 0; i < COUNT(stand_aside); i++) {
		struct sigaction plain = { .sa_handler = stand_aside[i] == SIGINT || stand_aside[i] == SIGQUIT ? SIG_IGN : SIG_DFL };

		if (on)
			sigaction(stand_aside[i], &plain, &d->old[i]);
		else
			sigaction(stand_aside[i], &d->old[i], NULL);
	}
}

/* The status that wait(2) gave for the editor; false: its time was up, or there was no editor. */
static bool wait_for_end(const struct draft *d, int64_t idle_ms, int *status)
{
	struct pollfd fd = { .fd = d->ended, .events = POLLIN };
	int n;

	do
		n = poll(&fd, 1, idle_ms > INT_MAX ? INT_MAX : (int)idle_ms);
	while (n < 0 && errno == EINTR);
	return n > 0 && read(d->ended, status, sizeof *status) == (ssize_t)sizeof *status && *status != -1;
}

/* One line: line ends and tabs become spaces, those at the end go. */
static enum code take_text(const struct draft *d, struct buf *text, size_t max, struct err *err)
{
	AUTO(buf_release) struct buf raw = BUF_INIT, clean = BUF_INIT;
	const char *p;
	size_t fits = 0;
	int width;

	if (file_read(&raw, d->path, FILE_MAX_BYTES, err))
		return fail(err, E_FAILED, N_("what the editor wrote cannot be read, or is longer than %d bytes; the text is as it was"), FILE_MAX_BYTES);
	while (raw.len && strchr(" \t\r\n", raw.data[raw.len - 1]))
		buf_setlen(&raw, raw.len - 1);
	for (size_t i = 0; i < raw.len; i++)
		if (raw.data[i] == '\n' || raw.data[i] == '\r' || raw.data[i] == '\t')
			raw.data[i] = ' ';
	text_clean(&clean, raw.data, raw.len, TEXT_LINE);
	p = clean.data;
	for (size_t n; (n = text_next(&p, &width)) && fits + n <= max;)
		fits += n;
	buf_clear(text);
	buf_add(text, clean.data, fits);
	return fits == clean.len ? E_OK : fail(err, E_INVALID, N_("the text is longer than %zu bytes; the end of it was cut"), max);
}

enum code editor_run(struct buf *text, size_t max, int64_t idle_ms, struct err *err)
{
	struct draft d = { .keeper = -1 };
	int status = 0;
	enum code code;

	if (!make_folder(&d))
		return fail(err, E_IO, N_("no private folder for the editor: %s"), strerror(errno));
	code = write_file(&d, text, err);
	aside(&d, true);
	if (!code)
		code = start(&d, err);
	if (code) {
		wipe_folder(d.dir);
	} else {
		if (!wait_for_end(&d, idle_ms, &status))
			code = fail(err, E_FAILED, N_("the editor was ended; the text is as it was"));
		else if (WIFSIGNALED(status))
			code = fail(err, E_FAILED, N_("the editor died of signal %d; the text is as it was"), WTERMSIG(status));
		else if (WEXITSTATUS(status))
			code = fail(err, E_FAILED, N_("the editor ended with status %d; the text is as it was"), WEXITSTATUS(status));
		else
			code = take_text(&d, text, max, err);
		close(d.alive);
		close(d.ended);
		while (waitpid(d.keeper, NULL, 0) < 0 && errno == EINTR)
			;
	}
	aside(&d, false);
	return code;
}
