#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tui/theme.h"
#include "tui/theme_files.h"

static void built_in_themes_name_every_role(void **state)
{
	struct theme theme;
	struct err err;

	(void)state;
	assert_string_equal(theme_builtin(0), "dark");
	for (size_t i = 0; theme_builtin(i); i++) {
		assert_ok(theme_load_builtin(&theme, theme_builtin(i), &err), err);
		assert_string_equal(theme.name, theme_builtin(i));
		for (enum role role = 0; role < ROLE_COUNT; role++) {
			char line[64];

			snprintf(line, sizeof line, "\n%s = ", role_name(role));
			if (!strstr(theme_files[i].text, line))
				fail_msg("%s.theme has no %s", theme.name, role_name(role));
		}
	}
}

/* WCAG 2.2: text 4.5:1, what only guides the eye 3:1. "default" is the terminal's affair. */
static void everything_is_legible(void **state)
{
	struct theme theme;
	struct err err;
	int measured = 0;

	(void)state;
	for (size_t i = 0; theme_builtin(i); i++) {
		assert_ok(theme_load_builtin(&theme, theme_builtin(i), &err), err);
		for (enum role role = 0; role < ROLE_COUNT; role++) {
			const struct style *s = &theme.role[role];

			if (s->fg < 0 || s->bg < 0)
				continue;
			measured++;
			if (theme_contrast(s->fg, s->bg) * 10 < role_contrast(role))
				fail_msg("%s: %s has a contrast of %.2f", theme.name, role_name(role), theme_contrast(s->fg, s->bg));
		}
	}
	assert_int_equal(measured, 2 * ROLE_COUNT);
	/* the two ends of the scale, and a pair from the standard's own worked examples */
	assert_int_equal((int)(theme_contrast(0x000000, 0xffffff) * 10 + 0.5), 210);
	assert_int_equal((int)(theme_contrast(0x777777, 0x777777) * 10 + 0.5), 10);
	assert_int_equal((int)(theme_contrast(0x777777, 0xffffff) * 100), 447);
}

static void few_colours_stay_legible(void **state)
{
	static const int depths[] = { 8, 16, 88, 256 };
	struct theme theme;
	struct err err;

	(void)state;
	for (size_t i = 0; theme_builtin(i); i++) {
		assert_ok(theme_load_builtin(&theme, theme_builtin(i), &err), err);
		for (size_t d = 0; d < COUNT(depths); d++)
			for (enum role role = 0; role < ROLE_COUNT; role++) {
				const struct style *s = &theme.role[role];
				int fg, bg, limit = depths[d] == 88 ? 16 : depths[d];

				theme_quantise(s, depths[d], &fg, &bg);
				assert_in_range(fg + 1, 0, limit);
				assert_in_range(bg + 1, 0, limit);
				assert_true((fg < 0) == (s->fg < 0) && (bg < 0) == (s->bg < 0));
				assert_true(fg < 0 || fg != bg);
			}
	}
}

static void colours_come_near(void **state)
{
	int fg, bg;

	(void)state;
	theme_quantise(&(struct style){ 0xff0000, 0x000000, 0 }, 256, &fg, &bg);
	assert_int_equal(fg, 196);
	assert_int_equal(bg, 16);
	theme_quantise(&(struct style){ 0xf00000, 0xeeeeee, 0 }, 16, &fg, &bg);
	assert_int_equal(fg, 9);
	theme_quantise(&(struct style){ 0x222222, 0xdddddd, 0 }, 8, &fg, &bg);
	assert_int_equal(fg, 0);
	assert_int_equal(bg, 7);
}

static void wrong(const char *text, const char *message)
{
	struct theme theme = { .name = "untouched" };
	struct err err;

	assert_int_equal(theme_parse(&theme, "mine", "mine.theme", text, strlen(text), &err), E_INVALID);
	if (!strstr(err.msg, message))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, message);
	assert_string_equal(theme.name, "untouched");
}

static void errors_name_file_line_and_reason(void **state)
{
	(void)state;
	wrong("text = default default\nsparkle = #ffffff #000000\n", "mine.theme:2: there is no role \"sparkle\"");
	wrong("text = red default\n", "mine.theme:1: \"red\" is no colour");
	wrong("text = #fff #000\n", "mine.theme:1: \"#fff\" is no colour");
	wrong("text = #ffffff\n", "mine.theme:1: \"\" is no colour");
	wrong("text = #ffffff #00000g\n", "mine.theme:1: \"#00000g\"");
	wrong("\n\ntext = default default blinking\n", "mine.theme:3: \"blinking\" is no attribute");
	wrong("text default default\n", "mine.theme:1: no =");
	wrong("text = default default\ntext = default default", "mine.theme:2: the role \"text\" is set twice");
	wrong("muted = default default\n", "mine.theme: the role \"text\" is missing");
	wrong("", "is missing");
	/* nothing of a hostile file reaches the screen */
	wrong("\033]0;x\a = default default\n", "mine.theme:1: there is no role \"\"");
}

static void a_theme_is_read(void **state)
{
	static const char text[] = "# mine\n\n  text\t=  #c0ffee default bold underline \r\nmuted=#010203 #a0b0c0";
	struct theme theme;
	struct err err;

	(void)state;
	assert_ok(theme_parse(&theme, "mine", "mine", text, sizeof text - 1, &err), err);
	assert_string_equal(theme.name, "mine");
	assert_int_equal(theme.role[ROLE_TEXT].fg, 0xc0ffee);
	assert_int_equal(theme.role[ROLE_TEXT].bg, COLOUR_DEFAULT);
	assert_int_equal(theme.role[ROLE_TEXT].attrs, ATTR_BOLD | ATTR_UNDERLINE);
	assert_int_equal(theme.role[ROLE_MUTED].fg, 0x010203);
	assert_int_equal(theme.role[ROLE_MUTED].bg, 0xa0b0c0);
	assert_memory_equal(&theme.role[ROLE_DANGER], &theme.role[ROLE_TEXT], sizeof(struct style));
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void the_users_file_wins(void **state)
{
	char dir[128], path[256];
	struct theme theme;
	struct err err;

	(void)state;
	scratch_make(dir, sizeof dir);
	setenv("XDG_CONFIG_HOME", dir, 1);
	assert_ok(theme_load(&theme, "dark", &err), err);
	assert_int_not_equal(theme.role[ROLE_TEXT].fg, 0x123456);
	snprintf(path, sizeof path, "%s/paydesk", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/paydesk/themes", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/paydesk/themes/dark.theme", dir);
	write_file(path, "text = #123456 default\n");
	assert_ok(theme_load(&theme, "dark", &err), err);
	assert_int_equal(theme.role[ROLE_TEXT].fg, 0x123456);
	write_file(path, "nonsense\n");
	assert_int_equal(theme_load(&theme, "dark", &err), E_INVALID);
	assert_non_null(strstr(err.msg, "dark.theme:1:"));
	snprintf(path, sizeof path, "%s/paydesk/themes/fifo.theme", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(theme_load(&theme, "fifo", &err), E_INVALID);
	assert_int_equal(theme_load(&theme, "none", &err), E_NOTFOUND);
	assert_non_null(strstr(err.msg, "dark, light, mono"));
	assert_int_equal(theme_load(&theme, "../dark", &err), E_INVALID);
	assert_int_equal(theme_load(&theme, "", &err), E_INVALID);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_themes_name_every_role),
		cmocka_unit_test(everything_is_legible),
		cmocka_unit_test(few_colours_stay_legible),
		cmocka_unit_test(colours_come_near),
		cmocka_unit_test(errors_name_file_line_and_reason),
		cmocka_unit_test(a_theme_is_read),
		cmocka_unit_test(the_users_file_wins),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
