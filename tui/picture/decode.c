#include "tui/picture/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/picture/unpack.h"

enum { MOST_MS = 10 * 1000, CHUNK = 64 * 1024, PIPE_BYTES = 1024 * 1024 };

struct decoding {
	struct decode_job job;
	size_t written;
	struct buf answer;
	int to, from, timer, all;  /* pipes to and from it; all: an epoll(7) over the three */
	pid_t pid;
	int status;                /* as wait(2) gives it */
	bool over, late, too_much;
};

static enum code no_process(struct err *err)
{
	return fail(err, E_FAILED, N_("the process that decodes pictures cannot be started: %s"), strerror(errno));
}

static bool watch(struct decoding *d, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	return !epoll_ctl(d->all, EPOLL_CTL_ADD, fd, &e);
}

/* posix_spawn shares no memory that could be copied on the way, and with closefrom nothing else is open over there. */
static bool spawn(struct decoding *d, int in, int out)
{
	char word[64], *argv[] = { (char[]){ "paydesk" }, word, NULL }, *env[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	snprintf(word, sizeof word, "%s", d->job.word ? d->job.word : UNPACK_WORD);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	rc = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO) || posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) ||
	     posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO) || posix_spawnattr_setsigmask(&attr, &none) ||
	     posix_spawnattr_setsigdefault(&attr, &all) || posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (!rc)
		rc = posix_spawn(&d->pid, "/proc/self/exe", &files, &attr, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (rc > 0)
		errno = rc;
	return !rc;
}

static bool open_pipes(struct decoding *d, int *in, int *out)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC))
		return false;
	d->to = to[1];
	*in = to[0];
	if (pipe2(from, O_CLOEXEC))
		return false;
	d->from = from[0];
	*out = from[1];
	fcntl(d->to, F_SETPIPE_SZ, PIPE_BYTES); /* quicker where it is allowed */
	fcntl(d->from, F_SETPIPE_SZ, PIPE_BYTES);
	return !fcntl(d->to, F_SETFL, O_NONBLOCK) && !fcntl(d->from, F_SETFL, O_NONBLOCK);
}

enum code decoding_start(struct decoding **out, const struct decode_job *job, struct err *err)
{
	struct decoding *d = mem_alloc(sizeof *d);
	int most = job->most_ms ? job->most_ms : MOST_MS, in = -1, their_out = -1;
	const struct itimerspec when = { .it_value = { most / 1000, most % 1000 * 1000000L } };
	bool ok;

	*d = (struct decoding){ .job = *job, .answer = BUF_INIT, .to = -1, .from = -1, .pid = -1 };
	d->all = epoll_create1(EPOLL_CLOEXEC);
	d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ok = d->all >= 0 && d->timer >= 0 && open_pipes(d, &in, &their_out) && !timerfd_settime(d->timer, 0, &when, NULL) &&
	     watch(d, d->to, EPOLLOUT) && watch(d, d->from, EPOLLIN) && watch(d, d->timer, EPOLLIN) && spawn(d, in, their_out);
	if (!ok)
		no_process(err);
	if (in >= 0)
		close(in);
	if (their_out >= 0)
		close(their_out);
	if (!ok) {
		decoding_free(d);
		return E_FAILED;
	}
	*out = d;
	return E_OK;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd); /* which takes it out of the epoll as well */
	*fd = -1;
}

static void end(struct decoding *d)
{
	if (d->over)
		return;
	d->over = true;
	close_one(&d->to);
	close_one(&d->from);
	if (d->pid <= 0)
		return;
	if (d->late || d->too_much)
		kill(d->pid, SIGKILL);
	while (waitpid(d->pid, &d->status, 0) < 0 && errno == EINTR)
		;
}

void decoding_free(struct decoding *d)
{
	if (!d)
		return;
	d->late |= !d->over;
	end(d);
	close_one(&d->timer);
	close_one(&d->all);
	buf_wipe(&d->answer);
	free(d);
}

int decoding_fd(const struct decoding *d)
{
	return d->all;
}

static void feed(struct decoding *d)
{
	while (d->to >= 0) {
		ssize_t n = write(d->to, (const char *)d->job.data + d->written, d->job.n - d->written);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		d->written += n > 0 ? (size_t)n : 0;
		if (n < 0 || d->written == d->job.n) /* it wants no more: what it says of that comes from the other side */
			close_one(&d->to);
	}
}

/* true: it has said all. */
static bool hear(struct decoding *d)
{
	char chunk[CHUNK];

	for (;;) {
		ssize_t n = read(d->from, chunk, sizeof chunk);

		if (n < 0)
			return errno != EAGAIN && errno != EINTR;
		if (n == 0)
			return true;
		if (d->answer.len + (size_t)n > PIXELS_MOST) {
			d->too_much = true;
			return true;
		}
		buf_add(&d->answer, chunk, (size_t)n);
	}
}

bool decoding_step(struct decoding *d)
{
	uint64_t ticks;

	if (d->over)
		return true;
	if (read(d->timer, &ticks, sizeof ticks) == (ssize_t)sizeof ticks)
		d->late = true;
	feed(d);
	if (d->late || hear(d))
		end(d);
	return d->over;
}

enum code decoding_result(const struct decoding *d, struct pixels *p, struct err *err)
{
	if (d->late)
		return fail(err, E_FAILED, N_("the picture takes too long to decode"));
	if (!d->too_much && WIFSIGNALED(d->status))
		return fail(err, E_FAILED, N_("the process that decodes the picture was ended (signal %d): the file may be an attack"), WTERMSIG(d->status));
	if (!d->too_much && WEXITSTATUS(d->status))
		return fail(err, E_FAILED, N_("the process that decodes the picture failed (status %d)"), WEXITSTATUS(d->status));
	return pixels_read(p, d->answer.data, d->too_much ? 0 : d->answer.len, err);
}
