#include "tests/stage.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/migrations.h"
#include "store/journal.h"
#include "tests/check.h"
#include "tests/specimen.h"
#include "tui/screen/keys.h"
#include "tui/words.h"

enum { MERCHANTS = 40, TICK_MS = 10 /* what comes again by itself does so without a word */ };

static void put_merchants(struct stage *s)
{
	static const char *const hostile = "SPECIMEN \x1b[31m\xe2\x80\xae" "gnp.exe 样本";
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	for (int i = 0; i < MERCHANTS; i++) {
		struct item it;
		char id[16];
		bool changed;

		snprintf(id, sizeof id, "M%06d", i + 1);
		specimen_merchant(&it, id, i, s->house.clock - i * INT64_C(3600000));
		if (i == 3)
			item_set(&it, "name", value_text(hostile));
		item_set(&it, "risk_score", value_int(i * 7 % 100));
		item_set(&it, "due_at", value_int(s->house.clock + (i - 4) * INT64_C(86400000)));
		assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
		item_release(&it);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

int stage_begin(void **state)
{
	struct stage *s = calloc(1, sizeof *s);
	struct err err = { 0 };

	s->wake = -1;
	house_found(&s->house);
	house_add(&s->house, "lin", "reviewer,risk");
	s->shell.home = s->house.home;
	s->shell.config = s->house.config;
	s->shell.store = house_open(&s->house, "lin");
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	put_merchants(s);
	s->grid = grid_new(24, 80);
	*state = s;
	return 0;
}

int stage_end(void **state)
{
	struct stage *s = *state;

	desktop_free(s->desktop);
	grid_free(s->grid);
	shell_close(&s->shell);
	house_remove(&s->house);
	if (s->wake >= 0)
		close(s->wake);
	free(s);
	return 0;
}

void stage_open(struct stage *s)
{
	desktop_free(s->desktop);
	s->desktop = desktop_new(&s->shell, NULL);
	stage_refresh(s);
}

static void wake(void *ctx)
{
	assert_int_equal(eventfd_write(((const struct stage *)ctx)->wake, 1), 0);
}

void stage_impatient(struct stage *s)
{
	if (s->wake < 0)
		s->wake = eventfd(0, EFD_CLOEXEC);
	s->shell.read_ms = -1;
	s->shell.notify = wake;
	s->shell.notify_ctx = s;
	stage_open(s);
}

void stage_refresh(struct stage *s)
{
	enum wish wish = desktop_refresh(s->desktop, &(struct sync_status){ .state = SYNC_LIVE, .last_ok = s->house.clock - 3000 });

	if (wish != WISH_NONE)
		s->wish = wish;
}

void stage_settle(struct stage *s)
{
	struct pollfd p = { .fd = s->wake, .events = POLLIN };
	eventfd_t n;

	for (stage_refresh(s); desktop_busy(s->desktop); stage_refresh(s))
		if (poll(&p, 1, TICK_MS) == 1)
			eventfd_read(s->wake, &n);
}

enum wish stage_press(struct stage *s, const char *keys)
{
	enum wish wish = WISH_NONE;

	while (*keys) {
		struct event event = { .type = EVENT_KEY };
		const char *close = *keys == '<' ? strchr(keys, '>') : NULL;
		size_t n = 1;

		if (close) {
			event.key = key_parse(keys + 1, (size_t)(close - keys - 1));
			keys = close + 1;
		} else {
			while (((unsigned char)keys[n] & 0xc0) == 0x80)
				n++;
			memcpy(event.text, keys, n);
			event.key = n == 1 ? (unsigned char)*keys : 0x4e00; /* what matters of a Han character is its text */
			keys += n;
		}
		wish = desktop_event(s->desktop, &event);
	}
	return wish;
}

enum wish stage_point(struct stage *s, enum mouse what, const char *text, int nth, int in)
{
	for (int row = 0; row < grid_rows(s->grid); row++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		for (int col = 0; col < grid_cols(s->grid); col++) {
			buf_clear(&line);
			for (int c = col; c < grid_cols(s->grid); c++)
				buf_adds(&line, grid_cell(s->grid, row, c)->text);
			if (grid_cell(s->grid, row, col)->width && strncmp(line.data, text, strlen(text)) == 0 && --nth == 0)
				return desktop_event(s->desktop, &(struct event){ .type = EVENT_MOUSE, .mouse = what, .row = row, .col = col + in });
		}
	}
	fail_msg("%s is not on the screen", text);
	return WISH_NONE;
}

/* Random bytes (command ids, hashes) would differ in every run: runs of 8 or more hex digits become x. */
static void blur(struct buf *b)
{
	for (size_t i = 0; i < b->len;) {
		size_t n = strspn(b->data + i, "0123456789abcdef-");

		if (n >= 8 && strcspn(b->data + i, "abcdef") < n)
			memset(b->data + i, 'x', n);
		i += n ? n : 1;
	}
}

void stage_draw(struct stage *s, int rows, int cols, struct buf *text)
{
	grid_resize(s->grid, rows, cols);
	desktop_draw(s->desktop, s->grid);
	buf_clear(text);
	grid_text(text, s->grid);
	blur(text);
}

void stage_become(struct stage *s, const char *name, const char *held)
{
	struct err err = { 0 };

	desktop_free(s->desktop);
	s->desktop = NULL;
	house_add(&s->house, name, held);
	shell_close(&s->shell);
	s->shell.store = house_open(&s->house, name);
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	words_open("en");
	stage_open(s);
}

bool stage_shows(struct stage *s, int rows, int cols, const char *text)
{
	AUTO(buf_release) struct buf screen = BUF_INIT;

	stage_draw(s, rows, cols, &screen);
	return strstr(screen.data, text) != NULL;
}

bool stage_journaled(struct stage *s, const char *verb, struct buf *body)
{
	struct query q = { .table = &journal_table, .where = { .op = COND_EQ, .column = "verb", .value = value_text(verb) },
			   .order = { { "seq", true } }, .norder = 1, .limit = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry entry;
	struct err err = { 0 };
	bool more;

	assert_ok(query_open(&c, desk_db(s->shell.desk), &q, &err), err);
	assert_ok(cursor_next(c, row, &more, &err), err);
	buf_clear(body);
	if (more) {
		journal_from_row(&entry, row);
		buf_add(body, entry.body, entry.body_len);
	}
	return more;
}
