#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/err.h"
#include "store/mem.h"
#include "tests/check.h"
#include "tui/screen/keys.h"
#include "tui/words.h"

/* A word of the catalogue, and what it is in Chinese. */
#define ENGLISH N_("accept")
#define CHINESE "确定"

static void opens(const char *want, const char *own, const char *language, const char *lc_all, const char *lang)
{
	static const char *const names[] = { "PAYDESK_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *values[] = { own, language, lc_all, NULL, lang };

	for (size_t i = 0; i < COUNT(names); i++)
		if (values[i])
			setenv(names[i], values[i], 1);
		else
			unsetenv(names[i]);
	words_open(NULL);
	assert_string_equal(words_lang(), want);
	assert_string_equal(_(ENGLISH), strcmp(want, "en") ? CHINESE : ENGLISH);
}

static void the_language_is_found(void **state)
{
	(void)state;
	opens("en", NULL, NULL, NULL, NULL);
	opens("en", NULL, NULL, NULL, "en_US.UTF-8");
	opens("zh_CN", NULL, NULL, NULL, "zh_CN.UTF-8"); /* which this machine may not have */
	opens("zh_CN", NULL, NULL, "zh_SG", "en_US.UTF-8");
	opens("en", NULL, NULL, "C", "zh_CN.UTF-8");
	opens("zh_CN", NULL, "zh_CN:en", NULL, "C.UTF-8");
	opens("en", NULL, "zh_CN", "POSIX", NULL); /* the plain C locale is English whatever LANGUAGE says, as in glibc */
	opens("zh_CN", "zh_CN", NULL, "C", NULL);
	opens("en", "en", "zh_CN", NULL, "zh_CN.UTF-8");
	opens("en", "fr", NULL, NULL, "zh_CN.UTF-8");
}

static void text_stays_utf8_and_numbers_stay_c(void **state)
{
	char number[32];

	(void)state;
	opens("zh_CN", "zh_CN", NULL, "C", NULL);
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	assert_string_equal(setlocale(LC_TIME, NULL), "C");
	snprintf(number, sizeof number, "%.2f", 1234.5);
	assert_string_equal(number, "1234.50");
	assert_int_equal(MB_CUR_MAX > 1, 1);
	assert_false(words_foreign_charset());
	assert_string_equal(_(""), "");
	assert_string_equal(_("no such text in any catalogue"), "no such text in any catalogue");
}

static void errors_are_translated(void **state)
{
	struct err err, english;

	(void)state;
	words_open("en");
	(void)fail(&english, E_NOTFOUND, "there is no theme \"%s\"; built in are %s", "x", "dark");
	words_open("zh_CN");
	(void)fail(&err, E_NOTFOUND, "there is no theme \"%s\"; built in are %s", "x", "dark");
	assert_string_not_equal(err.msg, english.msg);
	assert_non_null(strstr(err.msg, "dark"));
}

/* The table of requests is the help text: all of it is there in Chinese. */
static void help_is_translated(void **state)
{
	(void)state;
	words_open("zh_CN");
	for (enum req req = 1; req < REQ_COUNT; req++)
		if (!strcmp(_(req_what(req)), req_what(req)))
			fail_msg("\"%s\" is not translated", req_what(req));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_is_found),
		cmocka_unit_test(text_stays_utf8_and_numbers_stay_c),
		cmocka_unit_test(errors_are_translated),
		cmocka_unit_test(help_is_translated),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
