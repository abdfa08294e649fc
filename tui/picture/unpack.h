/* The decoding of pictures, for the process that does nothing else (tui/picture/decode.h starts it): reads a PNG or JPEG file from its standard input,
 * writes pixels (tui/picture/pixels.h) to its standard output, confined before the first byte. The only room for libpng and libjpeg: straight, not
 * behind a library that loads a module for each of thirty formats, for what is small can be confined tightly. */
#ifndef TUI_PICTURE_UNPACK_H
#define TUI_PICTURE_UNPACK_H

#include "store/mem.h"

/* argv[1] of the program for that; not for people: it is refused unless both ends are pipes. */
#define UNPACK_WORD "--decode-picture"
int unpack_main(void);  /* the exit status */

/* The answer to a file, appended to out. */
void unpack(const void *data, size_t n, struct buf *out);

#endif
