#include "store/err.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int status;
} codes[] = {
#define X(name, status, what) { "E_" #name, status },
	ERR_CODES(X)
#undef X
};

/* A message is one line whatever went into it: a file name may hold a newline. */
static void flatten(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
}

/* A message that did not fit ends on a whole UTF-8 character. */
static void trim_utf8(char *s, size_t size, int wanted)
{
	size_t n = strlen(s);

	if (wanted < 0 || (size_t)wanted < size)
		return;
	while (n && ((unsigned char)s[n - 1] & 0xc0) == 0x80)
		n--;
	if (n)
		s[n - 1] = '\0';
}

enum code fail(struct err *err, enum code code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = vsnprintf(err->msg, sizeof err->msg, gettext(fmt), ap);
#pragma GCC diagnostic pop
	va_end(ap);
	trim_utf8(err->msg, sizeof err->msg, n);
	flatten(err->msg);
	return code;
}

enum code fail_in(struct err *err, const char *fmt, ...)
{
	char old[sizeof err->msg], where[160];
	va_list ap;
	int n;

	if (!err)
		return E_FAILED;
	memcpy(old, err->msg, sizeof old);
	va_start(ap, fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = vsnprintf(where, sizeof where, gettext(fmt), ap);
#pragma GCC diagnostic pop
	va_end(ap);
	trim_utf8(where, sizeof where, n);
	n = snprintf(err->msg, sizeof err->msg, "%s: %s", where, old);
	trim_utf8(err->msg, sizeof err->msg, n);
	flatten(err->msg);
	return err->code;
}

const char *code_name(enum code code)
{
	return codes[code].name;
}

int code_status(enum code code)
{
	return codes[code].status;
}
