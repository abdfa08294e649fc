/* What a file is, by its first bytes: nobody's word is taken for it. */
#ifndef TUI_PICTURE_MEDIA_H
#define TUI_PICTURE_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

struct media {
	const char *name;    /* "PNG" */
	const char *ending;  /* ".png": of a file that another program opens */
	bool drawn;          /* tui/picture/decode.h can */
};
/* Never NULL: what is not known has a name too, an untranslated N_(). */
const struct media *media_of(const void *data, size_t n);

#endif
