#include "tui/words.h"

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "paydesk"

/* The language is one for the process, as gettext has it. */
static struct {
	const char *lang;
	bool foreign;
} words = { "en", false };

static bool reads_chinese(const char *locale)
{
	/* zh_TW and zh_HK have a script of their own, which we do not ship: they get English, as gettext does it */
	return !strcmp(locale, "zh") || !strncmp(locale, "zh_CN", 5) || !strncmp(locale, "zh-CN", 5) ||
		!strncmp(locale, "zh_SG", 5) || !strncmp(locale, "zh_Hans", 7) || !strncmp(locale, "zh.", 3);
}

/* The order of glibc: LANGUAGE wins, but only where a locale other than C is asked for. */
static const char *language_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *own = getenv("PAYDESK_LANG"), *list = getenv("LANGUAGE");

	if (own && *own)
		return own;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		if (!strcmp(value, "C") || !strcmp(value, "POSIX"))
			return "en";
		return list && *list ? list : value;
	}
	return "en";
}

/* build/locale beside the program, beside the folder of a test program, or PREFIX/share/locale of an installation. */
static void bind_catalogue(const char *lang)
{
	static const char *const places[] = { "locale", "../locale", "../share/locale" };
	char exe[PATH_MAX], file[PATH_MAX + 80];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;

	if (n <= 0)
		return;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return;
	slash[1] = '\0';
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(file, sizeof file, "%s%s/%s/LC_MESSAGES/" DOMAIN ".mo", exe, places[i], lang);
		if (access(file, R_OK))
			continue;
		snprintf(file, sizeof file, "%s%s", exe, places[i]);
		bindtextdomain(DOMAIN, file);
		bind_textdomain_codeset(DOMAIN, "UTF-8");
		textdomain(DOMAIN);
		return;
	}
}

void words_open(const char *lang)
{
	const char *charset;

	if (!lang)
		lang = language_of_environment();
	words.lang = reads_chinese(lang) ? "zh_CN" : "en";
	words.foreign = false;
	if (setlocale(LC_CTYPE, "")) {
		charset = nl_langinfo(CODESET);
		/* glibc calls the charset of the C locale ANSI_X3.4-1968; terminals started without a locale show UTF-8 today */
		words.foreign = strcmp(charset, "UTF-8") != 0 && strcmp(charset, "ANSI_X3.4-1968") != 0;
	}
	/* C.UTF-8 is in every libc6 package, a Chinese locale is not; LANGUAGE works in any locale but plain C */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
	if (!setlocale(LC_MESSAGES, "C.UTF-8"))
		setlocale(LC_MESSAGES, "");
	setenv("LANGUAGE", words.lang, 1);
	bind_catalogue("zh_CN");
}

const char *words_lang(void)
{
	return words.lang;
}

bool words_foreign_charset(void)
{
	return words.foreign;
}

const char *words_get(const char *text)
{
	/* the catalogue's entry for "" is its header */
	return *text ? gettext(text) : text;
}
