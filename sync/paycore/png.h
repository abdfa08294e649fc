/* PNG files (W3C Portable Network Graphics, third edition) of sixteen colours: all that a synthetic scan needs, and quick to write. */
#ifndef SYNC_PAYCORE_PNG_H
#define SYNC_PAYCORE_PNG_H

#include "store/mem.h"

enum { PNG_COLOURS = 16 };

/* Appends the file. pixels: rows * cols bytes, each a colour's place in palette (0xRRGGBB). */
void png_write(struct buf *out, const uint8_t *pixels, int cols, int rows, const uint32_t palette[PNG_COLOURS]);

#endif
