#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/check.h"
#include "tests/scratch.h"
#include "tui/screen/keymap.h"

static void given_keys_replace_the_built_in_ones(void **state)
{
	static const char text[] = "# mine\n\n\tup =  Alt-k  F5\r\nfilter= 中 /\n  # more\nsort-turn = =\nquit = Ctrl-Q";
	struct keymap map;
	struct err err = { 0 };

	(void)state;
	assert_ok(keymap_parse(&map, "mine", text, sizeof text - 1, &err), err);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, K_ALT | 'k'), REQ_UP);
	assert_int_equal(keymap_req(&map, SCOPE_ITEM, K_F5), REQ_UP);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, 'k'), REQ_NONE);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, K_UP), REQ_NONE);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, 0x4e2d), REQ_FILTER);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, '='), REQ_SORT_TURN);
	assert_int_equal(keymap_req(&map, SCOPE_DESKS, CTRL_KEY('Q')), REQ_QUIT);
	assert_int_equal(keymap_req(&map, SCOPE_DESKS, 'Q'), REQ_NONE);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, 'j'), REQ_DOWN);
	assert_string_equal(keymap_keys(&map, REQ_UP), "Alt-k F5");
	assert_string_equal(keymap_keys(&map, REQ_DOWN), req_keys(REQ_DOWN));
	assert_int_equal(keymap_key(&map, REQ_FILTER), 0x4e2d);
	/* without a map, and in a line being typed, everything is as built in */
	assert_int_equal(keymap_req(NULL, SCOPE_LIST, 'k'), REQ_UP);
	assert_int_equal(req_for(SCOPE_CHOICE, 'k'), REQ_UP);
}

/* Two requests may change places. */
static void keys_are_swapped(void **state)
{
	static const char text[] = "lock = T\ntheme = L\n";
	struct keymap map;
	struct err err = { 0 };

	(void)state;
	assert_ok(keymap_parse(&map, "mine", text, sizeof text - 1, &err), err);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, 'T'), REQ_LOCK);
	assert_int_equal(keymap_req(&map, SCOPE_LIST, 'L'), REQ_THEME);
}

static void wrong_n(const char *text, size_t n, const char *message)
{
	struct keymap map = { .keys[REQ_UP] = "untouched" };
	struct err err = { 0 };

	assert_int_equal(keymap_parse(&map, "keys", text, n, &err), E_INVALID);
	if (!strstr(err.msg, message))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, message);
	assert_string_equal(map.keys[REQ_UP], "untouched");
}

static void wrong(const char *text, const char *message)
{
	wrong_n(text, strlen(text), message);
}

static void errors_name_file_line_and_reason(void **state)
{
	char many[400] = "up =";

	(void)state;
	wrong("down = j\njump = x\n", "keys:2: there is no request \"jump\"");
	wrong("# x\n\nup = Upp\n", "keys:3: \"Upp\" is no key");
	wrong("up = Ctrl-Z\n", "keys:1: \"Ctrl-Z\" is no key"); /* it suspends the program and never arrives */
	wrong("up\n", "keys:1: no = behind \"up\"");
	wrong("up k\n", "keys:1: no = behind \"up\"");
	wrong("up =\n", "keys:1: \"up\" needs a key");
	wrong("up = F7\ndown = F8\nup = F9\n", "keys:3: \"up\" has its keys already, in line 1");
	wrong("accept = y\n", "keys:1: the keys of \"accept\" stay as they are");
	wrong("quit = n\n", "keys:1: n is \"quit\" and \"next-item\"");
	wrong("theme = F9\nlock = F9\n", "keys:2: F9 is \"lock\" and \"theme\"");
	wrong("lock = j\n", "keys:1: j is \"lock\" and \"down\"");
	wrong("down = q\n", "keys:1: q is \"close\" and \"down\""); /* in help */
	wrong("sync = a\n", "keys:1: a takes the action approve of a merchant; \"sync\" needs another key");
	for (int i = 0; i < 60; i++)
		strncat(many, " F12", sizeof many - strlen(many) - 1);
	wrong(many, "keys:1: too many keys");
	wrong_n("up = w\n\0", 8, "keys:2: this is no text");
	/* nothing of a hostile file reaches the screen */
	wrong("\033]0;x\a = w\n", "keys:1: there is no request \"\"");
	wrong("up = \xe2\x80\xaex\n", "keys:1: \"\" is no key");
}

static void every_key_may_be_given_again(void **state)
{
	struct err err = { 0 };

	(void)state;
	for (enum req r = REQ_NONE + 1; r < REQ_COUNT; r++) {
		char line[160];
		struct keymap map;

		if (!req_holds(r, SCOPE_MAIN))
			continue;
		snprintf(line, sizeof line, "%s = %s\n", req_word(r), req_keys(r));
		assert_ok(keymap_parse(&map, "mine", line, strlen(line), &err), err);
		assert_string_equal(keymap_keys(&map, r), req_keys(r));
	}
}

static void the_file_is_found(void **state)
{
	char dir[128], path[256];
	struct keymap map;
	struct err err = { 0 };
	FILE *f;

	(void)state;
	scratch_make(dir, sizeof dir);
	setenv("XDG_CONFIG_HOME", dir, 1);
	assert_ok(keymap_load(&map, &err), err);
	assert_string_equal(keymap_keys(&map, REQ_UP), req_keys(REQ_UP));
	snprintf(path, sizeof path, "%s/paydesk", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/paydesk/keys", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("up = F9\nnonsense\n", f);
	fclose(f);
	assert_int_equal(keymap_load(&map, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "/paydesk/keys:2:"));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("up = F9\n", f);
	fclose(f);
	assert_ok(keymap_load(&map, &err), err);
	assert_string_equal(keymap_keys(&map, REQ_UP), "F9");
	remove(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(keymap_load(&map, &err), E_INVALID);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_keys_replace_the_built_in_ones),
		cmocka_unit_test(keys_are_swapped),
		cmocka_unit_test(errors_name_file_line_and_reason),
		cmocka_unit_test(every_key_may_be_given_again),
		cmocka_unit_test(the_file_is_found),
	};

	return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
