/* A theme file: what is accepted names a colour for every role, one that every kind of terminal can be given. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tui/screen/theme.h"

static bool colour(int32_t c)
{
	return c == COLOUR_DEFAULT || (c >= 0 && c <= 0xffffff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int terminals[] = { 8, 16, 256 };
	struct theme theme, untouched;
	struct err err;

	memset(&theme, 0x55, sizeof theme);
	memcpy(&untouched, &theme, sizeof theme);
	if (theme_parse(&theme, "specimen", "specimen.theme", (const char *)data, size, &err)) {
		HOLDS(err.code == E_INVALID && *err.msg);
		HOLDS(!memcmp(&theme, &untouched, sizeof theme));
		return 0;
	}
	HOLDS(!strcmp(theme.name, "specimen"));
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		HOLDS(colour(theme.role[i].fg) && colour(theme.role[i].bg));
		for (size_t t = 0; t < sizeof terminals / sizeof *terminals; t++) {
			int fg, bg;

			theme_quantise(&theme.role[i], terminals[t], &fg, &bg);
			HOLDS(fg >= COLOUR_DEFAULT && fg < terminals[t] && bg >= COLOUR_DEFAULT && bg < terminals[t]);
		}
	}
	return 0;
}
