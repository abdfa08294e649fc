#include "tui/screen/theme.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "store/mem.h"
#include "tui/config.h"
#include "tui/screen/theme_files.h"

static const struct {
	const char *word;
	int contrast;
} roles[ROLE_COUNT] = {
#define X(name, word, contrast, what) { word, contrast },
	ROLES(X)
#undef X
};

static const struct {
	const char *word;
	unsigned attr;
} attributes[] = {
	{ "bold", ATTR_BOLD },
	{ "dim", ATTR_DIM },
	{ "underline", ATTR_UNDERLINE },
	{ "reverse", ATTR_REVERSE },
	{ "italic", ATTR_ITALIC },
};

/* Where a theme's text is being read; a word points into the line. */
struct reader {
	const char *origin;
	int line;
	const char *at, *end;
};

struct word {
	const char *s;
	int n;
};

const char *role_name(enum role role)
{
	return roles[role].word;
}

int role_contrast(enum role role)
{
	return roles[role].contrast;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct word next_word(struct reader *r)
{
	struct word w;

	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	w.s = r->at;
	while (r->at < r->end && !is_blank(*r->at) && *r->at != '=')
		r->at++;
	w.n = r->at - w.s > 40 ? 40 : (int)(r->at - w.s);
	/* the file may hold anything: a message repeats a word only if it is plain */
	for (int i = 0; i < w.n; i++)
		if (w.s[i] <= ' ' || w.s[i] > '~')
			w.n = i;
	return w;
}

static bool same(struct word w, const char *s)
{
	return strlen(s) == (size_t)w.n && !strncmp(w.s, s, (size_t)w.n);
}

static enum code read_colour(struct reader *r, int32_t *out, struct err *err)
{
	struct word w = next_word(r);
	unsigned char rgb[3];

	if (same(w, "default")) {
		*out = COLOUR_DEFAULT;
		return E_OK;
	}
	if (w.n != 7 || w.s[0] != '#' || !hex_decode(w.s + 1, 6, rgb, 3))
		return fail(err, E_INVALID, "%s:%d: \"%.*s\" is no colour; write #rrggbb or default", r->origin, r->line, w.n, w.s);
	*out = rgb[0] << 16 | rgb[1] << 8 | rgb[2];
	return E_OK;
}

static enum code read_attributes(struct reader *r, unsigned *out, struct err *err)
{
	for (;;) {
		struct word w = next_word(r);
		size_t i = 0;

		if (w.s == r->end)
			return E_OK;
		while (i < COUNT(attributes) && !same(w, attributes[i].word))
			i++;
		if (i == COUNT(attributes))
			return fail(err, E_INVALID,
				"%s:%d: \"%.*s\" is no attribute; there are bold, dim, underline, reverse, italic",
				r->origin, r->line, w.n, w.s);
		*out |= attributes[i].attr;
	}
}

/* One line: empty, a comment, or "role = fg bg attribute…". */
static enum code read_line(struct reader *r, struct theme *theme, bool *seen, struct err *err)
{
	struct style style = { 0 };
	struct word w;
	enum role role = 0;
	enum code code;

	if (r->at < r->end && *r->at == '#')
		return E_OK;
	w = next_word(r);
	if (w.s == r->end)
		return E_OK;
	while (role < ROLE_COUNT && !same(w, roles[role].word))
		role++;
	if (role == ROLE_COUNT)
		return fail(err, E_INVALID, "%s:%d: there is no role \"%.*s\"", r->origin, r->line, w.n, w.s);
	if (seen[role])
		return fail(err, E_INVALID, "%s:%d: the role \"%.*s\" is set twice", r->origin, r->line, w.n, w.s);
	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	if (r->at == r->end || *r->at++ != '=')
		return fail(err, E_INVALID, "%s:%d: no = behind the role", r->origin, r->line);
	if ((code = read_colour(r, &style.fg, err)) || (code = read_colour(r, &style.bg, err)) ||
		(code = read_attributes(r, &style.attrs, err)))
		return code;
	theme->role[role] = style;
	seen[role] = true;
	return E_OK;
}

enum code theme_parse(struct theme *theme, const char *name, const char *origin, const char *text, size_t len,
	struct err *err)
{
	struct theme parsed = { 0 };
	bool seen[ROLE_COUNT] = { false };
	struct reader r = { origin, 0, NULL, NULL };
	const char *end = text + len;
	enum code code;

	snprintf(parsed.name, sizeof parsed.name, "%s", name);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		r.line++;
		r.at = text;
		r.end = newline ? newline : end;
		code = read_line(&r, &parsed, seen, err);
		if (code)
			return code;
		text = newline ? newline + 1 : end;
	}
	if (!seen[ROLE_TEXT])
		return fail(err, E_INVALID, "%s: the role \"text\" is missing", origin);
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (!seen[role])
			parsed.role[role] = parsed.role[ROLE_TEXT];
	*theme = parsed;
	return E_OK;
}

static bool plain_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return n && !name[n] && n < sizeof((struct theme *)0)->name;
}

enum code theme_load_builtin(struct theme *theme, const char *name, struct err *err)
{
	AUTO(buf_release) struct buf names = BUF_INIT;

	for (size_t i = 0; i < theme_nfiles; i++)
		if (!strcmp(theme_files[i].name, name))
			return theme_parse(theme, name, name, theme_files[i].text, *theme_files[i].len, err);
	for (size_t i = 0; i < theme_nfiles; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", theme_files[i].name);
	return fail(err, E_NOTFOUND, "there is no theme \"%s\"; built in are %s", name, names.data);
}

enum code theme_load(struct theme *theme, const char *name, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	char path[PATH_MAX], own[64];
	enum code code;

	if (!plain_name(name))
		return fail(err, E_INVALID, "a theme's name has letters, digits, - and _ only");
	snprintf(own, sizeof own, "themes/%s.theme", name);
	code = config_read(&file, path, sizeof path, own, err);
	if (code == E_NOTFOUND)
		return theme_load_builtin(theme, name, err);
	return code ? code : theme_parse(theme, name, path, file.data, file.len, err);
}

const char *theme_builtin(size_t i)
{
	return i < theme_nfiles ? theme_files[i].name : NULL;
}

void theme_names(struct theme_names *out)
{
	char own[THEMES_MAX][CONFIG_NAME_MAX + 1];
	size_t n = config_names("themes", ".theme", own, COUNT(own));
	struct theme none;

	for (out->n = 0; out->n < theme_nfiles && out->n < THEMES_MAX; out->n++)
		snprintf(out->name[out->n], sizeof *out->name, "%s", theme_files[out->n].name);
	for (size_t i = 0; i < n && out->n < THEMES_MAX; i++)
		if (plain_name(own[i]) && theme_load_builtin(&none, own[i], NULL)) /* one of a built-in name stands in its place already */
			snprintf(out->name[out->n++], sizeof *out->name, "%s", own[i]);
}

/* WCAG 2.2, "relative luminance". */
static double luminance(int32_t rgb)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double theme_contrast(int32_t a, int32_t b)
{
	double la = luminance(a), lb = luminance(b);

	return ((la > lb ? la : lb) + 0.05) / ((la > lb ? lb : la) + 0.05);
}

/* xterm's palette: 16 named colours, a 6x6x6 cube, 24 greys. */
int32_t theme_palette(int i)
{
	static const int32_t named[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const int32_t step[6] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };

	if (i < 16)
		return named[i];
	i -= 16;
	if (i < 216)
		return step[i / 36] << 16 | step[i / 6 % 6] << 8 | step[i % 6];
	return (8 + 10 * (i - 216)) * 0x010101;
}

static int distance(int32_t a, int32_t b)
{
	int sum = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int d = (a >> shift & 0xff) - (b >> shift & 0xff);

		sum += d * d;
	}
	return sum;
}

/* against: a colour to keep a contrast of 3 to, or COLOUR_DEFAULT. */
static int nearest(int32_t rgb, int32_t against, int colours)
{
	/* terminals let people redefine the 16 named colours: where there are more, those are left alone */
	int best = -1;

	for (int i = colours > 16 ? 16 : 0; i < colours; i++)
		if ((best < 0 || distance(rgb, theme_palette(i)) < distance(rgb, theme_palette(best))) &&
			(against < 0 || theme_contrast(theme_palette(i), against) >= 3))
			best = i;
	return best;
}

static int palette_size(int colours)
{
	return colours >= 256 ? 256 : colours >= 16 ? 16 : 8;
}

int theme_nearest(int32_t rgb, int colours)
{
	return nearest(rgb, COLOUR_DEFAULT, palette_size(colours));
}

void theme_quantise(const struct style *style, int colours, int *fg, int *bg)
{
	colours = palette_size(colours);
	*bg = style->bg < 0 ? COLOUR_DEFAULT : nearest(style->bg, COLOUR_DEFAULT, colours);
	*fg = style->fg < 0 ? COLOUR_DEFAULT : nearest(style->fg, *bg < 0 ? COLOUR_DEFAULT : theme_palette(*bg), colours);
}
