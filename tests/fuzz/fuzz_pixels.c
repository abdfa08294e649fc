/* What the decoding process says: accepted is a picture that has every pixel it speaks of, or a plain word. */
#include "tests/fuzz/fuzz.h"
#include "tui/picture/pixels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pixels p = { .what = PIXELS_WHATS };
	uint8_t head[PIXELS_HEAD];
	struct err err;
	unsigned sum = 0;

	if (pixels_read(&p, data, size, &err)) {
		HOLDS(err.code == E_INVALID && *err.msg);
		HOLDS(p.what == PIXELS_WHATS);
		return 0;
	}
	HOLDS(p.what < PIXELS_WHATS);
	pixels_head(head, &p);
	for (size_t i = 0; i < PIXELS_HEAD; i++)
		HOLDS(head[i] == data[i]);
	if (p.what != PIXELS_PICTURE) {
		HOLDS(size == PIXELS_HEAD);
		return 0;
	}
	HOLDS(p.cols >= 1 && p.cols <= PIXELS_SIDE_MAX && p.rows >= 1 && p.rows <= PIXELS_SIDE_MAX);
	HOLDS(p.full_cols >= p.cols && p.full_rows >= p.rows);
	for (size_t i = 0; i < (size_t)p.cols * (size_t)p.rows * 3; i++)
		sum += p.rgb[i];
	HOLDS(p.rgb + (size_t)p.cols * (size_t)p.rows * 3 == data + size && sum <= 255u * size);
	return 0;
}
