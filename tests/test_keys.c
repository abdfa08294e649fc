#include <string.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tui/screen/keys.h"

static const enum scope scopes[] = { SCOPE_DESKS, SCOPE_LIST, SCOPE_ITEM, SCOPE_METRICS, SCOPE_OVERLAY, SCOPE_INPUT, SCOPE_CHOICE, SCOPE_FIND, SCOPE_COLUMNS,
					SCOPE_PICTURE };

static void every_name_reads_back(void **state)
{
	char name[32];

	(void)state;
	for (int key = 1; key < K_LAST; key++) {
		bool surrogate = key >= 0xd800 && key < 0xe000;

		if (key == K_FIRST || surrogate || (key > 26 && key < ' ' && key != K_ESC))
			continue;
		key_label(key, name);
		assert_int_equal(key_parse(name, strlen(name)), key);
		if (key < K_FIRST)
			continue;
		key_label(key | K_ALT, name);
		assert_int_equal(key_parse(name, strlen(name)), key | K_ALT);
	}
	key_label(CTRL_KEY('L'), name);
	assert_string_equal(name, "Ctrl-L");
	key_label(K_ALT | 'x', name);
	assert_string_equal(name, "Alt-x");
	key_label(0x4e2d, name);
	assert_string_equal(name, "中");
}

static void nonsense_names_no_key(void **state)
{
	static const char *const wrong[] = {
		"", "Ctrl-", "Ctrl-l", "Ctrl-1", "ab", "PgUpp", "Alt-", "Alt-Alt-x", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xe4\xb8",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(key_parse(wrong[i], strlen(wrong[i])), K_NONE);
}

/* Every word in the table is a key, and within a scope it asks for one thing. */
static void keys_are_unique_in_each_scope(void **state)
{
	(void)state;
	for (enum req req = 1; req < REQ_COUNT; req++) {
		const char *word = req_keys(req);

		assert_true(*req_what(req) && *req_word(req) && *word);
		while (*word) {
			size_t n = strcspn(word, " ");
			int key = key_parse(word, n);

			if (key == K_NONE)
				fail_msg("%s: \"%.*s\" is no key", req_word(req), (int)n, word);
			for (size_t i = 0; i < COUNT(scopes); i++)
				if (req_holds(req, scopes[i]) && req_for(scopes[i], key) != req)
					fail_msg("%.*s is %s and %s", (int)n, word, req_word(req), req_word(req_for(scopes[i], key)));
			word += n + strspn(word + n, " ");
		}
	}
}

static void scopes_hold_apart(void **state)
{
	(void)state;
	assert_int_equal(req_for(SCOPE_LIST, 'j'), REQ_DOWN);
	assert_int_equal(req_for(SCOPE_LIST, K_DOWN), REQ_DOWN);
	assert_int_equal(req_for(SCOPE_INPUT, 'j'), REQ_NONE);
	assert_int_equal(req_for(SCOPE_INPUT, K_DOWN), REQ_NEXT_FIELD);
	assert_int_equal(req_for(SCOPE_OVERLAY, 'n'), REQ_NONE);
	assert_int_equal(req_for(SCOPE_LIST, 'n'), REQ_NEXT_ITEM);
	assert_int_equal(req_for(SCOPE_LIST, K_ALT | 'j'), REQ_NONE);
	assert_int_equal(req_for(SCOPE_LIST, K_NONE), REQ_NONE);
	assert_int_equal(req_key(REQ_UP), K_UP);
	/* whatever is typed into a line is text */
	for (int key = ' '; key <= '~'; key++) {
		assert_int_equal(req_for(SCOPE_INPUT, key), REQ_NONE);
		assert_int_equal(req_for(SCOPE_FIND, key), REQ_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_reads_back),
		cmocka_unit_test(nonsense_names_no_key),
		cmocka_unit_test(keys_are_unique_in_each_scope),
		cmocka_unit_test(scopes_hold_apart),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
