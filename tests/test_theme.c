#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tui/screen/theme.h"
#include "tui/screen/theme_files.h"

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
	assert_int_equal(measured, 6 * ROLE_COUNT); /* every theme but mono */
	/* the two ends of the scale, and a pair from the standard's own worked examples */
	assert_int_equal((int)(theme_contrast(0x000000, 0xffffff) * 10 + 0.5), 210);
	assert_int_equal((int)(theme_contrast(0x777777, 0x777777) * 10 + 0.5), 10);
	assert_int_equal((int)(theme_contrast(0x777777, 0xffffff) * 100), 447);
}

/* WCAG 2.2, success criterion 1.4.6 (enhanced): 7:1, for whatever it draws. */
static void high_contrast_is_high(void **state)
{
	struct theme theme;
	struct err err;

	(void)state;
	assert_ok(theme_load_builtin(&theme, "high-contrast", &err), err);
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (theme_contrast(theme.role[role].fg, theme.role[role].bg) < 7)
			fail_msg("%s has a contrast of %.2f", role_name(role), theme_contrast(theme.role[role].fg, theme.role[role].bg));
}

/* What a colour looks like to people without red, green or blue cones, in linear sRGB: Machado, Oliveira and Fernandes, A
 * Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1.0. */
static const double blindness[][3][3] = {
	{ { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	{ { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
	{ { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
	{ { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } },
};

static double lab_curve(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* CIE L*a*b* of a colour under a matrix, white point D65. */
static void seen(int32_t rgb, const double m[3][3], double lab[3])
{
	double linear[3], s[3], x, y, z;

	for (int i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		linear[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
	for (int i = 0; i < 3; i++) {
		s[i] = m[i][0] * linear[0] + m[i][1] * linear[1] + m[i][2] * linear[2];
		s[i] = s[i] < 0 ? 0 : s[i] > 1 ? 1 : s[i];
	}
	x = lab_curve((0.4124 * s[0] + 0.3576 * s[1] + 0.1805 * s[2]) / 0.95047);
	y = lab_curve(0.2126 * s[0] + 0.7152 * s[1] + 0.0722 * s[2]);
	z = lab_curve((0.0193 * s[0] + 0.1192 * s[1] + 0.9505 * s[2]) / 1.08883);
	lab[0] = 116 * y - 16;
	lab[1] = 500 * (x - y);
	lab[2] = 200 * (y - z);
}

/* The least difference (CIE 1976) between two of the colours that say what state something is in. */
static double least_difference(const char *name)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_GOOD, ROLE_WARNING, ROLE_DANGER, ROLE_PENDING };
	struct theme theme;
	struct err err;
	double least = 1000;

	assert_ok(theme_load_builtin(&theme, name, &err), err);
	for (size_t k = 0; k < COUNT(blindness); k++)
		for (size_t i = 0; i < COUNT(roles); i++)
			for (size_t j = 0; j < i; j++) {
				double a[3], b[3], d;

				seen(theme.role[roles[i]].fg, blindness[k], a);
				seen(theme.role[roles[j]].fg, blindness[k], b);
				d = sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2));
				least = d < least ? d : least;
			}
	return least;
}

static void colour_blind_people_tell_states_apart(void **state)
{
	(void)state;
	assert_true(least_difference("colour-blind") > 20);
	assert_true(least_difference("dark") < 20); /* the measure does tell themes apart */
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

/* How often it is offered. */
static int count_theme(const char *name)
{
	struct theme_names all;
	int n = 0;

	theme_names(&all);
	for (size_t i = 0; i < all.n; i++)
		n += strcmp(all.name[i], name) == 0;
	assert_string_equal(all.name[0], theme_builtin(0));
	return n;
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
	assert_int_equal(count_theme("dark"), 1);
	assert_int_equal(count_theme("mine"), 0);
	snprintf(path, sizeof path, "%s/paydesk/themes/mine.theme", dir);
	write_file(path, "text = #123456 default\n");
	snprintf(path, sizeof path, "%s/paydesk/themes/not a name.theme", dir);
	write_file(path, "text = #123456 default\n");
	snprintf(path, sizeof path, "%s/paydesk/themes/a-name-that-is-longer-than-any-theme-may-have.theme", dir);
	write_file(path, "text = #123456 default\n");
	assert_int_equal(count_theme("dark"), 1); /* one file of a built-in name, one theme */
	assert_int_equal(count_theme("mine"), 1);
	assert_int_equal(count_theme("not a name"), 0);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_themes_name_every_role),
		cmocka_unit_test(everything_is_legible),
		cmocka_unit_test(high_contrast_is_high),
		cmocka_unit_test(colour_blind_people_tell_states_apart),
		cmocka_unit_test(few_colours_stay_legible),
		cmocka_unit_test(colours_come_near),
		cmocka_unit_test(errors_name_file_line_and_reason),
		cmocka_unit_test(a_theme_is_read),
		cmocka_unit_test(the_users_file_wins),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
