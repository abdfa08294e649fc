/* A picture as pixels, in the one form that the decoding process may hand to the console. Strict: whatever is not exactly that form is
 * refused, so that a decoder that was taken over can do no more than draw.
 *
 *     "PDPIXEL1"   8 bytes
 *     what, cols, rows, full_cols, full_rows   4 bytes each, little endian
 *     rows * cols * 3 bytes of RGB, from the top left; nothing for an answer that is no picture, all four sizes 0 then */
#ifndef TUI_PICTURE_PIXELS_H
#define TUI_PICTURE_PIXELS_H

#include <stdint.h>

#include "store/err.h"
#include "store/mem.h"

enum { PIXELS_SIDE_MAX = 2048, PIXELS_FULL_MAX = 1 << 20, PIXELS_HEAD = 28 };
enum { PIXELS_MOST = PIXELS_HEAD + PIXELS_SIDE_MAX * PIXELS_SIDE_MAX * 3 };
enum pixels_what { PIXELS_PICTURE, PIXELS_UNKNOWN /* no form that is drawn here */, PIXELS_DAMAGED, PIXELS_TOO_LARGE, PIXELS_WHATS };

struct pixels {
	enum pixels_what what;
	int cols, rows;                 /* 1…PIXELS_SIDE_MAX */
	int full_cols, full_rows;       /* of the file, which may have been made smaller; at least cols and rows */
	const uint8_t *rgb;             /* borrowed from what was read */
};
/* E_INVALID: not that form, or cut, or something behind it. data must outlive out. */
enum code pixels_read(struct pixels *out, const void *data, size_t n, struct err *err);
/* As it stands upright: orientation (tui/picture/orientation.h) says how it lies. to: emptied; out borrows from it. */
void pixels_turn(struct pixels *out, const struct pixels *p, int orientation, struct buf *to);
void pixels_head(uint8_t out[PIXELS_HEAD], const struct pixels *p);

#endif
