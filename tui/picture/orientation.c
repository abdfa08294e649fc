#include "tui/picture/orientation.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { TIFF_HEAD = 8, ENTRY_BYTES = 12, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

static uint32_t number(const uint8_t *at, int bytes, bool big)
{
	uint32_t n = 0;

	for (int i = 0; i < bytes; i++)
		n = n << 8 | at[big ? i : bytes - 1 - i];
	return n;
}

/* tag, type, count, and as much of the value as fits */
static int value_of(const uint8_t *entry, bool big)
{
	uint32_t value = number(entry + 8, 2, big);

	if (number(entry + 2, 2, big) != TYPE_SHORT || number(entry + 4, 4, big) != 1 || value < ORIENTATION_UPRIGHT || value > ORIENTATION_MOST)
		return ORIENTATION_UPRIGHT;
	return (int)value;
}

int orientation_of(const void *data, size_t n)
{
	const uint8_t *at = data;
	bool big = n >= TIFF_HEAD && !memcmp(at, "MM\0*", 4);
	size_t from, entries;

	if (n < TIFF_HEAD || (!big && memcmp(at, "II*\0", 4) != 0))
		return ORIENTATION_UPRIGHT;
	from = number(at + 4, 4, big);
	if (from < TIFF_HEAD || from > n - 2)
		return ORIENTATION_UPRIGHT;
	entries = number(at + from, 2, big);
	from += 2;
	for (size_t i = 0; i < entries && (i + 1) * ENTRY_BYTES <= n - from; i++)
		if (number(at + from + i * ENTRY_BYTES, 2, big) == TAG_ORIENTATION)
			return value_of(at + from + i * ENTRY_BYTES, big);
	return ORIENTATION_UPRIGHT;
}
