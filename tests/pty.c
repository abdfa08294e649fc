#include "tests/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"

enum { SILENT_MS = 1500, START_MS = 60000, END_MS = 2000, LOAD_MS = 120000 };

double pty_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double pty_cpu(const struct pty *p)
{
	char text[128] = "";

	assert_true(pread(p->sched, text, sizeof text - 1, 0) > 0);
	return strtod(text, NULL) / 1e6;
}

static bool asleep(const struct pty *p)
{
	char text[512];
	ssize_t n = pread(p->stat, text, sizeof text - 1, 0);
	const char *name_end;

	if (n <= 0)
		return true; /* it ended: nothing more will come */
	text[n] = '\0';
	name_end = strrchr(text, ')');
	return name_end && name_end[1] && name_end[2] == 'S';
}

static bool take(struct pty *p)
{
	char piece[16384];
	ssize_t n = read(p->fd, piece, sizeof piece);

	if (n <= 0)
		return false;
	if (p->len + (size_t)n > PTY_BYTES)
		p->len = 0;
	memcpy(p->seen + p->len, piece, (size_t)n);
	p->len += (size_t)n;
	p->seen[p->len] = '\0';
	return true;
}

/* When the last byte of a whole screen came, or 0 when nothing came within patience. */
static double settle(struct pty *p, int patience)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };
	double last = 0, start = pty_now();

	for (;;) {
		if (poll(&fd, 1, 1) == 1) {
			if (!take(p))
				return last;
			last = pty_now();
		} else if (last > 0 ? asleep(p) && poll(&fd, 1, 0) == 0 : pty_now() - start > patience) {
			return last;
		}
	}
}

double pty_quiet(struct pty *p, int ms)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };
	double last = 0, end = pty_now() + LOAD_MS;

	while (pty_now() < end && poll(&fd, 1, ms) == 1 && take(p))
		last = pty_now();
	return last;
}

static int open_proc(const struct pty *p, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)p->pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

void pty_start(struct pty *p, int rows, int cols, char *const *argv)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	p->len = 0;
	p->seen[0] = '\0';
	p->pid = forkpty(&p->fd, NULL, NULL, &size);
	assert_true(p->pid >= 0);
	if (!p->pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	p->stat = open_proc(p, "stat");
	p->sched = open_proc(p, "schedstat");
}

bool pty_has(const struct pty *p, const char *text)
{
	return memmem(p->seen, p->len, text, strlen(text)); /* some pad with NUL bytes */
}

double pty_wait(struct pty *p, const char *text)
{
	double last, end = pty_now() + START_MS;

	do
		last = settle(p, START_MS);
	while (last > 0 && !pty_has(p, text) && last < end);
	return pty_has(p, text) ? last : 0;
}

void pty_stop(struct pty *p)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	kill(p->pid, SIGTERM);
	for (double end = pty_now() + END_MS; pty_now() < end && (poll(&fd, 1, 100) < 1 || take(p));)
		;
	kill(p->pid, SIGKILL); /* some do not mind being asked */
	close(p->fd);
	close(p->stat);
	close(p->sched);
	waitpid(p->pid, NULL, 0);
}

struct took pty_press(struct pty *p, const char *keys)
{
	double from = pty_now(), cpu = pty_cpu(p), to;

	p->len = 0;
	assert_int_equal(write(p->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
	to = settle(p, SILENT_MS);
	return (struct took){ to > 0 ? to - from : 0, pty_cpu(p) - cpu };
}

double pty_mib(const struct pty *p, const char *what)
{
	FILE *f = fdopen(open_proc(p, "status"), "r");
	double kib = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, what, strlen(what)) == 0)
			kib = strtod(line + strlen(what) + 1, NULL);
	fclose(f);
	return kib / 1024;
}
