/* A disk that fails when told to: a layer under the sealed file system, so that what fails is what would reach the disk. Syncs are
 * not carried out (a test process that dies leaves its writes to the system all the same), which keeps the tests quick. */
#ifndef TESTS_FAULTY_H
#define TESTS_FAULTY_H

#include <stdbool.h>

enum faulty_op { FAULTY_READ, FAULTY_WRITE, FAULTY_SYNC, FAULTY_TRUNCATE, FAULTY_OPEN, FAULTY_OPS };
enum faulty_how {
	FAULTY_EIO,      /* refused, nothing done */
	FAULTY_FULL,     /* refused as by a full disk */
	FAULTY_SHORT,    /* half of it done: a read ends early, a write is torn and then refused */
};

void faulty_install(void);                       /* before any connection is opened; once */
/* The nth (from 1) operation of this kind fails; with on, all that follow too. */
void faulty_arm(enum faulty_op op, int nth, enum faulty_how how, bool on);
bool faulty_disarm(void);                        /* whether it came to the failure */

#endif
