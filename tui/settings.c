#include "tui/settings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tui/config.h"

static const struct {
	const char *name;
	size_t at;      /* of a bool in struct settings */
} switches[] = {
	{ "mouse", offsetof(struct settings, mouse) },
};

static size_t trim(const char **at, const char *end)
{
	while (*at < end && strchr(" \t\r", **at))
		(*at)++;
	while (end > *at && strchr(" \t\r", end[-1]))
		end--;
	return (size_t)(end - *at);
}

static bool is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

/* The file may hold anything, and a message repeats only what is plain. */
static int plain(const char *s, size_t n)
{
	int len = 0;

	while ((size_t)len < n && len < 40 && s[len] > ' ' && s[len] <= '~')
		len++;
	return len;
}

static enum code read_line(struct settings *s, const char *origin, int line, const char *at, const char *end, struct err *err)
{
	size_t n = trim(&at, end);
	const char *equals = n ? memchr(at, '=', n) : NULL, *value = equals ? equals + 1 : NULL;
	size_t value_n;

	if (!n || *at == '#')
		return E_OK;
	if (!equals)
		return fail(err, E_INVALID, N_("%s:%d: no = behind \"%.*s\""), origin, line, plain(at, n), at);
	value_n = trim(&value, at + n);
	n = trim(&at, equals);
	for (size_t i = 0; i < COUNT(switches); i++) {
		if (!is(at, n, switches[i].name))
			continue;
		if (!is(value, value_n, "on") && !is(value, value_n, "off"))
			return fail(err, E_INVALID, N_("%s:%d: %s is on or off"), origin, line, switches[i].name);
		*(bool *)((char *)s + switches[i].at) = is(value, value_n, "on");
		return E_OK;
	}
	return fail(err, E_INVALID, N_("%s:%d: there is no setting \"%.*s\"; there is: mouse"), origin, line, plain(at, n), at);
}

enum code settings_parse(struct settings *s, const char *origin, const char *text, size_t len, struct err *err)
{
	const char *end = text + len;

	for (int line = 1; text < end; line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline ? newline : end;

		if (memchr(text, '\0', (size_t)(stop - text)))
			return fail(err, E_INVALID, N_("%s:%d: this is no text"), origin, line);
		if (read_line(s, origin, line, text, stop, err))
			return err->code;
		text = newline ? newline + 1 : end;
	}
	return E_OK;
}

static enum code read_environment(struct settings *s, struct err *err)
{
	const char *mouse = getenv("PAYDESK_MOUSE");

	if (!mouse || !*mouse)
		return E_OK;
	if (strcmp(mouse, "0") != 0 && strcmp(mouse, "1") != 0)
		return fail(err, E_USAGE, N_("PAYDESK_MOUSE is 1 (the console hears the mouse) or 0"));
	s->mouse = *mouse == '1';
	return E_OK;
}

enum code settings_load(struct settings *s, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	char path[PATH_MAX];
	enum code code = config_read(&file, path, sizeof path, "settings", err);

	*s = (struct settings){ .mouse = false };
	if (!code)
		code = settings_parse(s, path, file.data, file.len, err);
	return code && code != E_NOTFOUND ? code : read_environment(s, err);
}
