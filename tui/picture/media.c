#include "tui/picture/media.h"

#include <string.h>

#include "store/mem.h"

/* The signatures are those of the formats' own specifications. */
static const struct { const char *at_start; size_t n; size_t skip; struct media media; } known[] = {
	{ "\x89PNG\r\n\x1a\n", 8, 0, { "PNG", ".png", true } },
	{ "\xff\xd8\xff", 3, 0, { "JPEG", ".jpg", true } },
	{ "GIF8", 4, 0, { "GIF", ".gif", false } },
	{ "%PDF-", 5, 0, { "PDF", ".pdf", false } },
	{ "WEBP", 4, 8, { "WebP", ".webp", false } },
	{ "II*\0", 4, 0, { "TIFF", ".tif", false } },
	{ "MM\0*", 4, 0, { "TIFF", ".tif", false } },
	{ "ftypheic", 8, 4, { "HEIC", ".heic", false } },
	{ "<svg", 4, 0, { "SVG", ".svg", false } },
	{ "<?xml", 5, 0, { "XML", ".xml", false } },
	{ "PK\3\4", 4, 0, { "ZIP", ".zip", false } },
};
static const struct media unknown = { N_("a file of no kind that is known here"), ".bin", false };

const struct media *media_of(const void *data, size_t n)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (n >= known[i].skip + known[i].n && !memcmp((const char *)data + known[i].skip, known[i].at_start, known[i].n))
			return &known[i].media;
	return &unknown;
}
