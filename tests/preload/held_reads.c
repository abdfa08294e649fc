/* Loaded into the real program (LD_PRELOAD), so that a test finds a long search at work for as long as it wants: while the file that
 * PAYDESK_TEST_HOLD names is there, no thread but the first gets anything from a disk. Half a minute is the end of it. */
#undef _FORTIFY_SOURCE /* under which these are inline functions of the headers already */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS = 3000, LOOK_NS = 10 * 1000 * 1000 };

static void wait_for_it(void)
{
	const char *file = getenv("PAYDESK_TEST_HOLD");

	for (int i = 0; file && i < LOOKS && syscall(SYS_gettid) != getpid() && access(file, F_OK) == 0; i++)
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
}

ssize_t pread(int fd, void *out, size_t n, off_t at)
{
	wait_for_it();
	return syscall(SYS_pread64, fd, out, n, at);
}

ssize_t pread64(int fd, void *out, size_t n, off64_t at)
{
	wait_for_it();
	return syscall(SYS_pread64, fd, out, n, at);
}
