#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tui/screen/input.h"
#include "tui/screen/keys.h"

static const char *const mice[] = { [MOUSE_PRESS] = "press", [MOUSE_DRAG] = "drag", [MOUSE_RELEASE] = "release", [MOUSE_WHEEL_UP] = "wheel-up",
				    [MOUSE_WHEEL_DOWN] = "wheel-down" };

/* What comes out of bytes that arrive in pieces of `step`, as words: keys by name, pastes in brackets. */
static void decode(struct buf *out, struct input *in, const char *bytes, size_t n, size_t step)
{
	struct event e;
	char name[32];
	bool idle = false;

	buf_clear(out);
	for (size_t i = 0; i <= n || !idle; i += step) {
		if (i < n)
			input_feed(in, bytes + i, n - i < step ? n - i : step);
		else
			idle = true;
		while (input_next(in, &e, idle)) {
			if (out->len)
				buf_addc(out, ' ');
			if (e.type == EVENT_PASTE) {
				assert_int_equal(e.paste[e.paste_len], '\0');
				buf_addf(out, "[%.40s]%s", e.paste, e.paste_cut ? "cut" : "");
				continue;
			}
			if (e.type == EVENT_MOUSE) {
				buf_addf(out, "%s@%d,%d", mice[e.mouse], e.row, e.col);
				continue;
			}
			key_label(e.key, name);
			buf_adds(out, name);
			/* what types a character says so */
			assert_int_equal(e.text[0] != '\0', e.key >= ' ' && e.key < K_FIRST && e.key != K_BACKSPACE);
		}
	}
	assert_int_equal(input_patience(in), -1);
}

static void becomes(const char *bytes, size_t n, const char *want)
{
	AUTO(buf_release) struct buf got = BUF_INIT;

	for (size_t step = 1; step <= n; step += step == 1 ? 1 : n) {
		struct input *in = input_new();

		input_define(in, "\033[24;9z", K_F7);
		input_define(in, "\033#up", K_UP);
		decode(&got, in, bytes, n, step == 1 ? 1 : n);
		if (strcmp(got.data, want) != 0)
			fail_msg("in steps of %zu: \"%s\" is not \"%s\"", step, got.data, want);
		input_free(in);
	}
}
#define BECOMES(bytes, want) becomes(bytes, sizeof bytes - 1, want)

static void keys_are_read(void **state)
{
	(void)state;
	BECOMES("a\r\t\x7f\x08\n", "a Enter Tab Backspace Ctrl-H Ctrl-J");
	BECOMES("\x03\x1a\x0c", "Ctrl-C Ctrl-Z Ctrl-L");
	BECOMES("中é😀", "中 é 😀");
	BECOMES("\033[A\033OA\033[B\033[C\033[D\033[H\033[F", "Up Up Down Right Left Home End");
	BECOMES("\033[1~\033[3~\033[5~\033[6~\033[15~\033[24~", "Home Del PgUp PgDn F5 F12");
	BECOMES("\033OP\033[[E\033[Z\033[1;2A", "F1 F5 Shift-Tab Up");
	BECOMES("\033#up\033[24;9z", "Up F7");
	BECOMES("\033", "Esc");
	BECOMES("\033x\033中\033[", "Alt-x Alt-中 Alt-[");
}

/* Letters are actions: nothing that the terminal says by itself may fall apart into them. */
static void unknown_sequences_are_swallowed(void **state)
{
	(void)state;
	BECOMES("a\033[?1;2cb", "a b");
	BECOMES("a\033[Ib\033[O", "a b");
	BECOMES("a\033]11;rgb:0000/0000/0000\033\\b", "a b");
	BECOMES("a\033]52;c;YWFh\ab", "a b");
	BECOMES("a\033P1$r0m\033\\b\033_app\033\\c", "a b c");
	BECOMES("a\033[1;5Ab\033[1;9999999999999999999999Ac", "a b c");
	BECOMES("a\033Ozb", "a b");
	BECOMES("a\033[99~b\033[201~c", "a b c");
	BECOMES("a\033[12\033[A", "a Up");
	BECOMES("a\033]0;never ends", "a");
}

static void the_mouse_is_read(void **state)
{
	(void)state;
	BECOMES("\033[<0;1;1M\033[<32;10;20M\033[<0;10;20m", "press@0,0 drag@19,9 release@19,9");
	BECOMES("\033[<64;80;24M\033[<65;1000;500M", "wheel-up@23,79 wheel-down@499,999");
	BECOMES("a\033[<0;3;4Mb", "a press@3,2 b");
}

/* Other buttons, modifiers, places that are none, forms that we never asked for, and what is no report at all: none of it is a key. */
static void odd_mice_are_swallowed(void **state)
{
	(void)state;
	BECOMES("a\033[<1;1;1M\033[<2;1;1M\033[<4;1;1M\033[<16;1;1M\033[<35;1;1M\033[<66;1;1M\033[<128;1;1Mb", "a b");
	BECOMES("a\033[<0;0;1M\033[<0;1;0M\033[<0;1001;1M\033[<0;1;501M\033[<0;99999999999999999999;1Mb", "a b");
	BECOMES("a\033[<0;1M\033[<0;1;1;1M\033[<0;;1M\033[<;1;1M\033[<M\033[<-1;1;1M\033[<0;1;1Q\033[<0;1;1~b", "a b");
	BECOMES("a\033[M Qxb\033[M#!!c", "a b c"); /* X10: three bytes that look like keys */
	BECOMES("a\033[M\x20\xc3\xa9" "b", "a b");
	BECOMES("a\033[M Q\033[Ab", "a Up b");
	BECOMES("a\033[M Q", "a");
	BECOMES("a\033[0;10;20Mb", "a b"); /* urxvt's */
	BECOMES("a\033[<0;10;2", "a");
	BECOMES("a\033[<0;10\033[<0;1;1M", "a press@0,0");
	BECOMES("a\033[<00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000;111;222Mb", "a b");
	BECOMES("a\033[<1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111\033[Ab", "a Up b");
}

static void broken_utf8_is_dropped(void **state)
{
	(void)state;
	BECOMES("a\xff\x80" "b\xc0\x80" "c\xed\xa0\x80" "d\xf4\x90\x80\x80" "e", "a b c d e");
	BECOMES("a\xe4\xb8" "b\xc2\x9b" "c\xe4", "a b c");
	BECOMES("a\0b", "a b");
}

static void a_paste_is_one_event(void **state)
{
	(void)state;
	BECOMES("x\033[200~Qa\r\033[A\x1a\x03\033[201~y", "x [Qa\r\033[A\x1a\x03] y");
	BECOMES("\033[200~\033[201~", "[]");
	BECOMES("\033[200~a\033[201\033[201~b", "[a\033[201] b");
	BECOMES("\033[200~one\033[201~\033[200~two\033[201~", "[one] [two]");
	BECOMES("\033[200~its end was lost\033[20", "[its end was lost\033[20]cut");
}

static void a_paste_is_bounded(void **state)
{
	struct input *in = input_new();
	char block[4096];
	struct event e;

	(void)state;
	memset(block, 'Q', sizeof block);
	input_feed(in, "\033[200~", 6);
	for (int i = 0; i < 100; i++) { /* 400 kB */
		input_feed(in, block, sizeof block);
		assert_false(input_next(in, &e, false));
	}
	assert_int_equal(input_patience(in) > 1000, 1);
	input_feed(in, "\033[201~z", 7);
	assert_true(input_next(in, &e, false));
	assert_int_equal(e.type, EVENT_PASTE);
	assert_int_equal(e.paste_len, TERM_PASTE_MAX);
	assert_true(e.paste_cut);
	assert_true(input_next(in, &e, false));
	assert_int_equal(e.key, 'z');
	assert_false(input_next(in, &e, true));
	input_free(in);
}

/* Any bytes in any pieces: it ends, and nothing but keys and pastes comes out. */
static void noise_is_survived(void **state)
{
	static const char *const bits[] = { "\033", "[", "O", "]", "P", "200~", "201~", ";", "1", "~", "<", "M", "m", "A", "\a", "\\", "中", "\xe4", "q", "\0" };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		AUTO(buf_release) struct buf bytes = BUF_INIT, out = BUF_INIT;
		struct input *in = input_new();

		for (int i = 0; i < 200; i++) {
			seed = seed * 1664525u + 1013904223u;
			buf_adds(&bytes, bits[(seed >> 16) % COUNT(bits)]);
		}
		decode(&out, in, bytes.data, bytes.len, 1 + (size_t)(seed >> 20) % 9);
		input_free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_read),
		cmocka_unit_test(unknown_sequences_are_swallowed),
		cmocka_unit_test(the_mouse_is_read),
		cmocka_unit_test(odd_mice_are_swallowed),
		cmocka_unit_test(broken_utf8_is_dropped),
		cmocka_unit_test(a_paste_is_one_event),
		cmocka_unit_test(a_paste_is_bounded),
		cmocka_unit_test(noise_is_survived),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
