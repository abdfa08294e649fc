/* A folder of a test's own, under $TMPDIR or /tmp. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stddef.h>

void scratch_make(char *dir, size_t size); /* size >= 64; ends the test when it cannot */
void scratch_remove(const char *dir);      /* with the files in it, folders included */

#endif
