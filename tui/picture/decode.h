/* A picture decoded where nothing is lost if the picture is an attack: in a process of its own that has no keys, no files, no network, no
 * environment, only two pipes, little memory and little time (tui/picture/unpack.h, tui/picture/confine.h). */
#ifndef TUI_PICTURE_DECODE_H
#define TUI_PICTURE_DECODE_H

#include "tui/picture/pixels.h"

struct decoding;
struct decode_job {
	const void *data;        /* the file; borrowed until decoding_free */
	size_t n;
	const char *word;        /* argv[1] of this program; NULL: UNPACK_WORD, which main() must know */
	int most_ms;             /* 0: ten seconds */
};
enum code decoding_start(struct decoding **out, const struct decode_job *job, struct err *err);
void decoding_free(struct decoding *d); /* ends the process if it still runs; wipes the pixels. NULL is fine */
/* Readable whenever there is something for decoding_step to do. */
int decoding_fd(const struct decoding *d);
bool decoding_step(struct decoding *d); /* never waits; true: it is over */
/* Once it is over. E_OK whatever the file was: p->what says. p borrows from d. E_FAILED, E_INVALID: the process died, was too slow, or
 * spoke nonsense. */
enum code decoding_result(const struct decoding *d, struct pixels *p, struct err *err);

#endif
