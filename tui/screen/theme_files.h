/* The built-in themes: themes/NAME.theme, embedded at build by tui/screen/theme_embed.sh, dark first. */
#ifndef TUI_SCREEN_THEME_FILES_H
#define TUI_SCREEN_THEME_FILES_H

#include <stddef.h>

struct theme_file {
	const char *name, *text;
	const size_t *len;
};
extern const struct theme_file theme_files[];
extern const size_t theme_nfiles;

#endif
