/* Looks by meaning: a screen names a role, a theme says what the role looks like.
 *
 * A theme file holds lines "role = foreground background attribute…": colours are #rrggbb or "default", attributes are
 * bold, dim, underline, reverse, italic. A line that starts with # is a comment. A role that the file leaves out looks
 * like "text", which must be there. */
#ifndef TUI_SCREEN_THEME_H
#define TUI_SCREEN_THEME_H

#include <stddef.h>
#include <stdint.h>

#include "store/err.h"

/* X(name, word in the theme file, least contrast on its background in tenths, what it is for)
 * Contrast: WCAG 2.2 success criteria 1.4.3 (4.5:1 for text) and 1.4.11 (3:1 for what only guides the eye). */
#define ROLES(X) \
	X(TEXT, "text", 45, "ordinary text and the ground of the screen") \
	X(MUTED, "muted", 30, "labels, hints, what matters less") \
	X(TITLE, "title", 45, "titles of panes and overlays") \
	X(HEADING, "heading", 45, "the head line of a list's columns") \
	X(BORDER, "border", 30, "rules and boxes") \
	X(BORDER_ACTIVE, "border.active", 30, "the box of the pane that has the keys") \
	X(SELECTED, "selected", 45, "the row under the cursor") \
	X(SELECTED_IDLE, "selected.idle", 45, "that row while another pane has the keys") \
	X(MARKED, "marked", 45, "rows marked for a bulk action; the current desk") \
	X(KEY, "key", 45, "a key in a hint") \
	X(DISABLED, "disabled", 30, "an action that is not possible now") \
	X(INPUT, "input", 45, "a line being typed into") \
	X(GOOD, "good", 45, "passed, active, verified") \
	X(WARNING, "warning", 45, "look here") \
	X(DANGER, "danger", 45, "failed, refused, irreversible") \
	X(INFO, "info", 45, "neutral news") \
	X(PENDING, "pending", 45, "decided here, not yet confirmed by the core") \
	X(BADGE, "badge", 45, "counts beside a desk") \
	X(STATUS, "status", 45, "the status line") \
	X(STATUS_ALERT, "status.alert", 45, "the status line when it must be read") \
	X(MASKED, "masked", 45, "a value hidden by its privacy class") \
	X(MATCH, "match", 45, "what a filter matched") \
	X(OVERLAY, "overlay", 45, "text and ground of what lies over the screen") \
	X(OVERLAY_TITLE, "overlay.title", 45, "its title") \
	X(OVERLAY_KEY, "overlay.key", 45, "a key in it") \
	X(OVERLAY_MUTED, "overlay.muted", 30, "its labels and hints") \
	X(OVERLAY_DANGER, "overlay.danger", 45, "a refusal or a warning in it")

enum role {
#define X(name, word, contrast, what) ROLE_##name,
	ROLES(X)
#undef X
	ROLE_COUNT
};

enum { COLOUR_DEFAULT = -1 }; /* the terminal's own */

enum style_attr {
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_UNDERLINE = 1 << 2,
	ATTR_REVERSE = 1 << 3,
	ATTR_ITALIC = 1 << 4,
};

struct style {
	int32_t fg, bg; /* 0xRRGGBB or COLOUR_DEFAULT */
	unsigned attrs; /* of enum style_attr */
};

enum { THEME_NAME_MAX = 31, THEMES_MAX = 64 };
struct theme {
	char name[THEME_NAME_MAX + 1];
	struct style role[ROLE_COUNT];
};

const char *role_name(enum role role);  /* "status.alert" */
int role_contrast(enum role role);      /* the least contrast, in tenths */

/* Finds NAME.theme in $XDG_CONFIG_HOME/paydesk/themes (~/.config without it), else among the built-in ones.
 * name is letters, digits, - and _ only. E_NOTFOUND names what there is; E_INVALID says file, line and reason. */
enum code theme_load(struct theme *theme, const char *name, struct err *err);

/* The built-in theme of that name, whatever the user has. */
enum code theme_load_builtin(struct theme *theme, const char *name, struct err *err);

/* Reads the text of a theme; origin is what messages call the file. theme is untouched on error. */
enum code theme_parse(struct theme *theme, const char *name, const char *origin, const char *text, size_t len,
	struct err *err);

/* The i-th built-in theme's name, NULL behind the last: what the key for switching walks through. "dark" is the first. */
const char *theme_builtin(size_t i);

/* All there are: the built-in ones, then the files of the operator's own folder that have other names. */
struct theme_names {
	char name[THEMES_MAX][THEME_NAME_MAX + 1];
	size_t n;
};
void theme_names(struct theme_names *out);

/* WCAG 2.2 contrast ratio of two 0xRRGGBB colours, 1.0 to 21.0. */
double theme_contrast(int32_t a, int32_t b);

/* The palette numbers that come nearest to a style's colours on a terminal of so many colours (256, 16 or 8; xterm's
 * values), or COLOUR_DEFAULT. The foreground is the nearest that keeps a contrast of 3:1 on the background. */
void theme_quantise(const struct style *style, int colours, int *fg, int *bg);
/* xterm's value of a palette number, 0 to 255; and the number that comes nearest to a colour, contrast or not: for pictures. */
int32_t theme_palette(int number);
int theme_nearest(int32_t rgb, int colours);

#endif
