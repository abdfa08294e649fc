/* A program in a terminal of its own, driven from outside: what it writes, and how long it takes with it.
 *
 * A screen is whole when bytes came, no more are there to read, and the program sleeps (the state in /proc/PID/stat): no fixed wait is in
 * the figures. */
#ifndef TESTS_PTY_H
#define TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PTY_BYTES = 1 << 18 };
struct pty {
	pid_t pid;
	int fd, stat, sched;         /* the terminal; /proc/PID/stat and schedstat */
	char seen[PTY_BYTES + 1];    /* what it wrote since the last press; starts over when it is full */
	size_t len;
};
struct took { double wall, cpu; }; /* ms; of the main thread's processor time: others at work on the machine do not count in cpu */

double pty_now(void);                                  /* ms of a clock that only goes forward */
void pty_start(struct pty *p, int rows, int cols, char *const *argv); /* argv[0] is looked for in PATH */
void pty_stop(struct pty *p);
double pty_cpu(const struct pty *p);                   /* ms of the processor so far */
bool pty_has(const struct pty *p, const char *text);   /* in what was seen */
/* Until text was written and the screen is whole; when its last byte came; 0: it never was. The text may be in pieces for the eye, but not in the bytes. */
double pty_wait(struct pty *p, const char *text);
/* Until nothing came for so long, or two minutes are over; when the last byte came, or 0 when none did. */
double pty_quiet(struct pty *p, int ms);
struct took pty_press(struct pty *p, const char *keys); /* until the screen is whole; wall 0: nothing was painted */
double pty_mib(const struct pty *p, const char *what);  /* of /proc/PID/status: "VmRSS:", "VmHWM:" */

#endif
