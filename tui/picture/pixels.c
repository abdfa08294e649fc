#include "tui/picture/pixels.h"

#include <string.h>

#include "tui/picture/orientation.h"

static const char magic[8] = { 'P', 'D', 'P', 'I', 'X', 'E', 'L', '1' };

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put32(uint8_t *at, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(n >> (8 * i));
}

static bool sizes_fit(const uint32_t size[4])
{
	for (int i = 0; i < 2; i++)
		if (size[i] < 1 || size[i] > PIXELS_SIDE_MAX || size[i + 2] < size[i] || size[i + 2] > PIXELS_FULL_MAX)
			return false;
	return true;
}

enum code pixels_read(struct pixels *out, const void *data, size_t n, struct err *err)
{
	const uint8_t *at = data;
	uint32_t what, size[4];
	bool fits;

	if (n < PIXELS_HEAD || memcmp(at, magic, sizeof magic) != 0)
		return fail(err, E_INVALID, N_("what decodes pictures gave no picture"));
	what = get32(at + sizeof magic);
	for (int i = 0; i < 4; i++)
		size[i] = get32(at + sizeof magic + 4 + 4 * i);
	if (what == PIXELS_PICTURE)
		fits = sizes_fit(size) && n - PIXELS_HEAD == (size_t)size[0] * size[1] * 3;
	else
		fits = what < PIXELS_WHATS && n == PIXELS_HEAD && !size[0] && !size[1] && !size[2] && !size[3];
	if (!fits)
		return fail(err, E_INVALID, N_("what decodes pictures gave no picture"));
	*out = (struct pixels){ (enum pixels_what)what, (int)size[0], (int)size[1], (int)size[2], (int)size[3], at + PIXELS_HEAD };
	return E_OK;
}

void pixels_head(uint8_t out[PIXELS_HEAD], const struct pixels *p)
{
	const int size[] = { p->cols, p->rows, p->full_cols, p->full_rows };

	memcpy(out, magic, sizeof magic);
	put32(out + sizeof magic, (uint32_t)p->what);
	for (int i = 0; i < 4; i++)
		put32(out + sizeof magic + 4 + 4 * i, (uint32_t)size[i]);
}

/* For each orientation: whether the sides are exchanged, and then whether a row and a column of what is shown is counted from the other end
 * of the side that it comes from. */
static const struct { bool sides, rows, cols; } lies[ORIENTATION_MOST + 1] = {
	[2] = { .cols = true }, [3] = { .rows = true, .cols = true }, [4] = { .rows = true }, [5] = { .sides = true },
	[6] = { .sides = true, .cols = true }, [7] = { .sides = true, .rows = true, .cols = true }, [8] = { .sides = true, .rows = true },
};

void pixels_turn(struct pixels *out, const struct pixels *p, int orientation, struct buf *to)
{
	bool sides = lies[orientation].sides, back_rows = lies[orientation].rows, back_cols = lies[orientation].cols;
	int rows = sides ? p->cols : p->rows, cols = sides ? p->rows : p->cols;

	buf_clear(to);
	buf_reserve(to, (size_t)cols * (size_t)rows * 3);
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++) {
			int a = back_rows ? rows - 1 - row : row, b = back_cols ? cols - 1 - col : col;

			buf_add(to, p->rgb + ((size_t)(sides ? b : a) * (size_t)p->cols + (size_t)(sides ? a : b)) * 3, 3);
		}
	*out = (struct pixels){ p->what, cols, rows, sides ? p->full_rows : p->full_cols, sides ? p->full_cols : p->full_rows,
				(const uint8_t *)to->data };
}
