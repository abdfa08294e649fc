#include "tui/guest.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/file.h"

#define PREFIX ".paydesk-private-"
enum { WIPE_STEP = 4096, GRACE_MS = 2000, TREE_FDS = 16, COMMAND_MAX = 1000, RANDOM_LETTERS = 6, TRIES = 8 };

struct guest {
	char dir[PATH_MAX], path[PATH_MAX];
	int lock;                /* the folder, locked: somebody looks after it */
	pid_t keeper;
	int alive, ended;        /* closing the first tells the keeper that we are done; on the second it says how the program ended */
	int64_t keep_ms;         /* -1: as long as we want */
	bool front;              /* it has the terminal */
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

/* NULL: there is none such. */
static const char *base(size_t i)
{
	const char *const all[] = { getenv("XDG_RUNTIME_DIR"), "/dev/shm", getenv("TMPDIR"), "/tmp" };

	return i < COUNT(all) ? all[i] && *all[i] == '/' && strlen(all[i]) < PATH_MAX - 64 ? all[i] : "" : NULL;
}

/* Locked: by nobody else. -1 otherwise. */
static int lock_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Between being made and being locked a folder can be swept away by another console that starts: then the next one is taken. */
static bool make_folder(struct guest *g)
{
	const char *in;

	for (size_t i = 0; (in = base(i)); i++)
		for (int try = 0; *in && try < TRIES; try++) {
			snprintf(g->dir, sizeof g->dir, "%s/" PREFIX "XXXXXX", in);
			if (!mkdtemp(g->dir))
				break;
			if ((g->lock = lock_folder(g->dir)) >= 0 && file_exists(g->dir))
				return true;
			if (g->lock >= 0)
				close(g->lock);
			g->lock = -1;
		}
	*g->dir = '\0';
	return false;
}

enum code guest_new(struct guest **out, const char *name, const void *data, size_t n, struct err *err)
{
	struct guest *g = mem_alloc(sizeof *g);
	enum code code = E_OK;
	int fd = -1;

	*g = (struct guest){ .lock = -1, .keeper = -1, .alive = -1, .ended = -1 };
	if (!make_folder(g))
		code = fail(err, E_IO, N_("no private folder for another program: %s"), strerror(errno));
	if (!code) {
		snprintf(g->path, sizeof g->path, "%.*s/%s", PATH_MAX - 64, g->dir, name);
		fd = open(g->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		code = fd < 0 ? fail(err, E_IO, N_("no private file for another program: %s"), strerror(errno)) : file_write_all(fd, data, n, g->path, err);
	}
	if (fd >= 0)
		close(fd);
	if (code) {
		guest_free(g);
		return code;
	}
	*out = g;
	return E_OK;
}

const char *guest_path(const struct guest *g)
{
	return g->path;
}

/* ---- the process that waits, and cleans up whatever happens to us ---- */
static void without_terminal(void)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
}

static _Noreturn void become_program(const struct guest *g, const char *command)
{
	char words[COMMAND_MAX + 32];

	if (strlen(command) > COMMAND_MAX)
		_exit(127);
	for (size_t i = 0; i < COUNT(stand_aside); i++)
		signal(stand_aside[i], SIG_DFL);
	if (g->front)
		setenv("TMPDIR", g->dir, 1); /* for what it keeps beside the file */
	else
		without_terminal();
	snprintf(words, sizeof words, "exec %s \"$1\"", command); /* the shell's words, as git and crontab take it */
	execl("/bin/sh", "sh", "-c", words, "sh", g->path, (char *)NULL);
	_exit(127);
}

static int end_program(pid_t pid, int pidfd)
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
static void close_all_but(const int *keep, size_t n)
{
	int from = STDERR_FILENO + 1;

	for (size_t done = 0; done < n; done++) { /* in their order */
		int next = INT_MAX;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= from && keep[i] < next)
				next = keep[i];
		if (next > from)
			close_range((unsigned)from, (unsigned)next - 1, 0);
		from = next + 1;
	}
	close_range((unsigned)from, ~0u, 0);
}

static int patience(int64_t ms)
{
	return ms < 0 ? -1 : ms > INT_MAX ? INT_MAX : (int)ms;
}

/* It outlives us and the terminal, so that what the program was given does not. */
static _Noreturn void keep(const struct guest *g, const char *command, int alive, int ended)
{
	static const int deaf[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP };
	struct pollfd fds[2] = { { .fd = alive, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	int status = -1;
	pid_t pid;

	for (size_t i = 0; i < COUNT(deaf); i++)
		signal(deaf[i], SIG_IGN);
	close_all_but((const int[]){ alive, ended, g->lock }, 3);
	pid = fork();
	if (!pid)
		become_program(g, command);
	if (pid > 0 && (fds[1].fd = pidfd_open(pid, 0)) >= 0) {
		while (poll(fds, 2, patience(g->keep_ms)) < 0 && errno == EINTR)
			;
		if (fds[1].revents)
			waitpid(pid, &status, 0);
		else
			status = end_program(pid, fds[1].fd);
	} else if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (write(ended, &status, sizeof status) == (ssize_t)sizeof status)
		while (poll(fds, 1, patience(g->keep_ms)) < 0 && errno == EINTR)
			;
	wipe_folder(g->dir);
	_exit(0);
}

static enum code start(struct guest *g, const char *command, struct err *err)
{
	int alive[2], ended[2];

	if (pipe2(alive, O_CLOEXEC))
		return fail(err, E_IO, N_("another program cannot be started: %s"), strerror(errno));
	if (pipe2(ended, O_CLOEXEC | O_NONBLOCK)) {
		close(alive[0]);
		close(alive[1]);
		return fail(err, E_IO, N_("another program cannot be started: %s"), strerror(errno));
	}
	g->keeper = fork();
	if (!g->keeper) {
		close(alive[1]);
		close(ended[0]);
		keep(g, command, alive[0], ended[1]);
	}
	close(alive[0]);
	close(ended[1]);
	g->alive = alive[1];
	g->ended = ended[0];
	return g->keeper > 0 ? E_OK : fail(err, E_IO, N_("another program cannot be started: %s"), strerror(errno));
}

/* ---- ours ---- */
/* Keys that interrupt are the program's while it has the terminal; what ends or stops us does so at once, for nobody listens to events. */
static void aside(struct guest *g, bool on)
{
	for (size_t i = 0; i < COUNT(stand_aside); i++) {
		struct sigaction plain = { .sa_handler = stand_aside[i] == SIGINT || stand_aside[i] == SIGQUIT ? SIG_IGN : SIG_DFL };

		if (on)
			sigaction(stand_aside[i], &plain, &g->old[i]);
		else
			sigaction(stand_aside[i], &g->old[i], NULL);
	}
}

bool guest_ended(struct guest *g, int *status)
{
	return g->ended >= 0 && read(g->ended, status, sizeof *status) == (ssize_t)sizeof *status;
}

enum code guest_run(struct guest *g, const char *command, int64_t most_ms, int *status, struct err *err)
{
	struct pollfd fd = { .events = POLLIN };
	enum code code;
	int n;

	g->front = true;
	g->keep_ms = -1;
	*status = -1;
	aside(g, true);
	code = start(g, command, err);
	if (!code) {
		fd.fd = g->ended;
		do
			n = poll(&fd, 1, patience(most_ms));
		while (n < 0 && errno == EINTR);
		if (n <= 0 || !guest_ended(g, status))
			*status = -1;
	}
	aside(g, false);
	return code;
}

enum code guest_start(struct guest *g, const char *command, int64_t keep_ms, struct err *err)
{
	g->front = false;
	g->keep_ms = keep_ms;
	return start(g, command, err);
}

bool guest_gone(struct guest *g)
{
	if (g->keeper > 0 && waitpid(g->keeper, NULL, WNOHANG) == g->keeper)
		g->keeper = 0;
	return !g->keeper;
}

void guest_free(struct guest *g)
{
	if (!g)
		return;
	if (g->alive >= 0)
		close(g->alive);
	while (g->keeper > 0 && waitpid(g->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	if (*g->dir && g->keeper < 0) /* nobody was there to do it */
		wipe_folder(g->dir);
	if (g->ended >= 0)
		close(g->ended);
	if (g->lock >= 0)
		close(g->lock);
	free(g);
}

/* ---- what was left behind ---- */
static bool is_ours(const char *dir, const char *name)
{
	struct stat st;
	size_t n = strlen(PREFIX);

	if (strncmp(name, PREFIX, n) != 0 || strlen(name) != n + RANDOM_LETTERS)
		return false;
	for (const char *p = name + n; *p; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	return !lstat(dir, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077);
}

void guest_sweep(void)
{
	const char *in;

	for (size_t i = 0; (in = base(i)); i++) {
		DIR *d = *in ? opendir(in) : NULL;

		for (struct dirent *e; d && (e = readdir(d));) {
			char dir[PATH_MAX + NAME_MAX + 2];
			int lock;

			snprintf(dir, sizeof dir, "%s/%s", in, e->d_name);
			if (!is_ours(dir, e->d_name) || (lock = lock_folder(dir)) < 0)
				continue; /* somebody's else, or somebody still looks after it */
			wipe_folder(dir);
			close(lock);
		}
		if (d)
			closedir(d);
	}
}
