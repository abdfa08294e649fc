#include "tui/screen/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "store/mem.h"

static const int numbers[SIGNALS] = { SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2 };
static const int crashes[CRASHES] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* A signal handler has no argument of ours. */
static struct signals *current;
static void (*on_crash)(void);

static void handle(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;

	/* a full pipe already holds what there is to say */
	if (current && write(current->pipe[1], &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

static void handle_crash(int number)
{
	if (current)
		on_crash();
	raise(number); /* with the old action: SA_RESETHAND */
}

enum code signals_init(struct signals *s, struct err *err)
{
	*s = (struct signals){ .pending = 0 };
	if (pipe2(s->pipe, O_CLOEXEC | O_NONBLOCK))
		return fail(err, E_IO, "the system gives no pipe: %s", strerror(errno));
	return E_OK;
}

void signals_catch(struct signals *s, void (*crash)(void))
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	struct sigaction last = { .sa_handler = handle_crash, .sa_flags = (int)SA_RESETHAND };

	current = s;
	on_crash = crash;
	sigemptyset(&action.sa_mask);
	sigemptyset(&last.sa_mask);
	for (size_t i = 0; i < COUNT(numbers); i++)
		sigaction(numbers[i], &action, &s->old[i]);
	for (size_t i = 0; i < COUNT(crashes); i++) {
		sigaction(crashes[i], NULL, &s->old_crash[i]);
		if (s->old_crash[i].sa_handler == SIG_DFL) /* a sanitizer's report is worth more than the screen */
			sigaction(crashes[i], &last, NULL);
	}
}

void signals_release(struct signals *s)
{
	for (size_t i = 0; current && i < COUNT(numbers); i++)
		sigaction(numbers[i], &s->old[i], NULL);
	for (size_t i = 0; current && i < COUNT(crashes); i++)
		sigaction(crashes[i], &s->old_crash[i], NULL);
	current = NULL;
	close(s->pipe[0]);
	close(s->pipe[1]);
}

static unsigned bit_of(int number)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (numbers[i] == number)
			return 1u << i;
	return 0;
}

void signals_read(struct signals *s)
{
	unsigned char bytes[256];
	ssize_t n;

	while ((n = read(s->pipe[0], bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n; i++)
			s->pending |= bit_of(bytes[i]);
}

bool signals_take(struct signals *s, int number)
{
	unsigned bit = bit_of(number);
	bool was = s->pending & bit;

	s->pending &= ~bit;
	return was;
}
