/* Loaded into the real program (LD_PRELOAD), so that a test finds the same ages, days and deadlines on its screens every time: its wall
 * clock begins at PAYDESK_TEST_CLOCK (UTC, ms since 1970) and runs from there. Nothing else changes; monotonic clocks are the real ones. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct timespec began;   /* really, when the program was loaded */
static long long from_ms;       /* 0: the clock is left alone */

__attribute__((constructor)) static void begin(void)
{
	const char *from = getenv("PAYDESK_TEST_CLOCK");

	from_ms = from ? strtoll(from, NULL, 10) : 0;
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &began);
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	long status = syscall(SYS_clock_gettime, id, t);

	if (status || id != CLOCK_REALTIME || !from_ms)
		return (int)status;
	t->tv_sec += from_ms / 1000 - began.tv_sec;
	t->tv_nsec += from_ms % 1000 * 1000000 - began.tv_nsec;
	if (t->tv_nsec < 0) {
		t->tv_sec--;
		t->tv_nsec += 1000000000;
	} else if (t->tv_nsec >= 1000000000) {
		t->tv_sec++;
		t->tv_nsec -= 1000000000;
	}
	return 0;
}
