/* Bytes from the terminal: however they are cut into pieces, the same keys come out, a paste is one event, and nothing is left behind. */
#include <string.h>

#include "core/values/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/screen/input.h"
#include "tui/screen/keys.h"

static void note(struct buf *log, const struct event *e)
{
	HOLDS(e->type == EVENT_KEY || e->type == EVENT_PASTE || e->type == EVENT_MOUSE);
	if (e->type == EVENT_PASTE) {
		HOLDS(e->paste_len <= TERM_PASTE_MAX && e->paste[e->paste_len] == '\0');
		buf_addf(log, "paste %zu %d ", e->paste_len, e->paste_cut);
		buf_add(log, e->paste, e->paste_len);
	} else if (e->type == EVENT_MOUSE) {
		HOLDS(e->row >= 0 && e->col >= 0);
		buf_addf(log, "mouse %d %d %d\n", (int)e->mouse, e->row, e->col);
	} else {
		HOLDS(e->key != K_NONE && memchr(e->text, '\0', sizeof e->text));
		HOLDS(text_valid(e->text, strlen(e->text)));
		buf_addf(log, "key %d %s\n", e->key, e->text);
	}
}

static void drain(struct input *in, struct buf *log, bool idle)
{
	struct event e;

	while (input_next(in, &e, idle))
		note(log, &e);
}

static void decode(struct buf *log, const char *bytes, size_t n, size_t piece)
{
	struct input *in = input_new();

	input_define(in, "\033[25~", K_F1);
	input_define(in, "\033OP", K_F1);
	for (size_t at = 0; at < n; at += piece) {
		input_feed(in, bytes + at, n - at < piece ? n - at : piece);
		drain(in, log, false);
	}
	drain(in, log, true);
	HOLDS(input_patience(in) == -1);
	input_free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf whole = BUF_INIT, pieces = BUF_INIT;

	if (size < 1)
		return 0;
	decode(&whole, (const char *)data + 1, size - 1, size);
	decode(&pieces, (const char *)data + 1, size - 1, 1 + data[0] % 16);
	HOLDS(whole.len == pieces.len && !memcmp(whole.data, pieces.data, whole.len));
	return 0;
}
