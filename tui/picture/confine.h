/* A cell to work in for whoever handles what strangers sent. The only room for libseccomp. */
#ifndef TUI_PICTURE_CONFINE_H
#define TUI_PICTURE_CONFINE_H

#include <stdbool.h>

enum { CONFINE_MEMORY_MIB = 512, CONFINE_CPU_S = 5 };
/* From here on this process can read its standard input, write its standard output, get memory and end; anything else ends it (SIGSYS).
 * Bounded memory and time, no core dump, no new privileges, ended when its parent is. false: the system cannot do that, and nothing may be
 * tried then. */
bool confine(void);

#endif
