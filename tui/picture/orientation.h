/* Which way up a camera was held, as its pictures say in their Exif data. */
#ifndef TUI_PICTURE_ORIENTATION_H
#define TUI_PICTURE_ORIENTATION_H

#include <stddef.h>

/* The tag Orientation: where the first row and the first column of the pixels belong (CIPA DC-008, Exif 2.32, 4.6.4; TIFF 6.0, section 8).
 * 1 is how they stand; those from 5 on have their sides exchanged. */
enum { ORIENTATION_UPRIGHT = 1, ORIENTATION_TRANSPOSED = 5, ORIENTATION_QUARTER = 6 /* to be turned clockwise once */, ORIENTATION_MOST = 8 };

/* 1…8. data: a TIFF header and what follows it, from a file that nobody trusts; whatever is not exactly that says ORIENTATION_UPRIGHT. */
int orientation_of(const void *data, size_t n);

#endif
