/* The sanitiser: whatever comes in, what comes out is valid, harmless, stable, and as wide as it is said to be.
 * Input: a byte for flags, a byte for columns, then the text. */
#include <string.h>

#include "core/values/text.h"
#include "tests/fuzz/fuzz.h"

static uint32_t code_point(const unsigned char **s)
{
	const unsigned char *p = *s;
	int more = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? p[0] : p[0] & (0x3fu >> more);

	for (int i = 1; i <= more; i++)
		c = c << 6 | (p[i] & 0x3fu);
	*s = p + more + 1;
	return c;
}

/* Said a second time, from the ranges of Unicode, without utf8proc. */
static bool harmless(const char *s, int flags)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p) {
		uint32_t c = code_point(&p);

		if (flags == TEXT_LINES && (c == '\n' || c == '\t'))
			continue;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e)
			return false;
		if ((c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f || c == 0x8e2) /* Arabic and Syriac signs that enclose what follows */
			return false;
		if ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f))
			return false;
		if ((c >= 0xd800 && c <= 0xf8ff) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) || (c & 0xfffe) == 0xfffe || c >= 0xe0000)
			return false;
	}
	return true;
}

static void fits(const char *s, int columns)
{
	for (int align = TEXT_LEFT; align <= TEXT_CENTER; align++) {
		AUTO(buf_release) struct buf cut = BUF_INIT;

		text_fit(&cut, s, columns, (enum text_align)align, columns & 1);
		HOLDS(columns < 1 ? cut.len == 0 : text_width(cut.data) == columns);
		HOLDS(text_valid(cut.data, cut.len));
	}
}

static void wraps(const char *s, int columns)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	for (const char *at = s, *before = s; text_wrap(&line, &at, columns); before = at) {
		HOLDS(at > before);
		HOLDS(text_width(line.data) <= columns);
		HOLDS(text_valid(line.data, line.len) && harmless(line.data, TEXT_LINE));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf once = BUF_INIT, twice = BUF_INIT;
	int flags, columns, width, sum = 0;

	if (size < 2)
		return 0;
	flags = data[0] & 1 ? TEXT_LINES : TEXT_LINE;
	columns = data[1] % 100;
	text_clean(&once, (const char *)data + 2, size - 2, flags);
	HOLDS(once.len <= (size - 2) * 12);
	HOLDS(text_valid(once.data, once.len));
	HOLDS(harmless(once.data, flags));
	text_clean(&twice, once.data, once.len, flags);
	HOLDS(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
	for (const char *at = once.data; text_next(&at, &width) > 0; sum += width)
		HOLDS(width == 1 || width == 2);
	HOLDS(text_width(once.data) == sum);
	fits(once.data, columns);
	wraps(once.data, columns + 2);
	return 0;
}
