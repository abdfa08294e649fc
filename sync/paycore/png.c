#include "sync/paycore/png.h"

#include <stdlib.h>
#include <zlib.h>

static void put32(uint8_t *at, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(n >> (24 - 8 * i));
}

/* Length, name, data, and a checksum over name and data (section 5.3). */
static void add_chunk(struct buf *out, const char *name, const void *data, size_t n)
{
	uint8_t word[4];
	uLong sum = crc32(crc32(0, (const Bytef *)name, 4), n ? data : (const void *)"", (uInt)n);
	put32(word, (uint32_t)n);
	buf_add(out, word, sizeof word);
	buf_add(out, name, 4);
	buf_add(out, data, n);
	put32(word, (uint32_t)sum);
	buf_add(out, word, sizeof word);
}

/* Two pixels a byte, no filter: large flat areas, of which the run lengths are all there is to win. */
static void add_pixels(struct buf *out, const uint8_t *pixels, int cols, int rows)
{
	size_t stride = 1 + ((size_t)cols + 1) / 2, n = stride * (size_t)rows;
	uint8_t *raw = mem_alloc(n), *packed;
	z_stream z = { .next_in = raw, .avail_in = (uInt)n };
	for (int row = 0; row < rows; row++, pixels += cols) {
		uint8_t *to = raw + (size_t)row * stride + 1;
		for (int col = 0; col < cols; col += 2)
			*to++ = (uint8_t)(pixels[col] << 4 | (col + 1 < cols ? pixels[col + 1] & 15 : 0));
	}
	if (deflateInit2(&z, 6, Z_DEFLATED, 15, 8, Z_RLE) != Z_OK)
		abort(); /* for want of memory, which ends the program everywhere */
	uLong room = deflateBound(&z, (uLong)n);
	packed = mem_alloc(room);
	z.next_out = packed;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FINISH);
	add_chunk(out, "IDAT", packed, z.total_out);
	deflateEnd(&z);
	free(packed);
	free(raw);
}

void png_write(struct buf *out, const uint8_t *pixels, int cols, int rows, const uint32_t palette[PNG_COLOURS])
{
	uint8_t head[13] = { [8] = 4, [9] = 3 }, colours[PNG_COLOURS * 3]; /* 4 bits, palette; deflate, no filter, no interlace */
	put32(head, (uint32_t)cols);
	put32(head + 4, (uint32_t)rows);
	for (int i = 0; i < PNG_COLOURS; i++)
		for (int part = 0; part < 3; part++)
			colours[3 * i + part] = (uint8_t)(palette[i] >> (16 - 8 * part));
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	add_chunk(out, "IHDR", head, sizeof head);
	add_chunk(out, "PLTE", colours, sizeof colours);
	add_pixels(out, pixels, cols, rows);
	add_chunk(out, "IEND", NULL, 0);
}
