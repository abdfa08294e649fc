/* A program that shows what the terminal tells it; tests/test_term.sh drives it. argv[1]: a file that gets a line per event.
 * Keys: q quits, e wakes itself through a descriptor, t waits for a tick, c leaves the terminal to a child, m runs out of
 * memory, o turns the mouse on or off, k crashes, 1 2 3 choose a theme. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "store/mem.h"
#include "tui/screen/grid.h"
#include "tui/screen/keys.h"
#include "tui/screen/term.h"
#include "tui/words.h"

struct probe {
	struct term *term;
	struct grid *grid;
	struct theme theme;
	FILE *log;
	int fd, timeout, resizes;
	char last[200];
	bool mouse, done;
};

static void draw(struct probe *p)
{
	struct rect all;
	char line[80];
	int rows, cols;

	term_size(p->term, &rows, &cols);
	if (rows != grid_rows(p->grid) || cols != grid_cols(p->grid))
		grid_resize(p->grid, rows, cols);
	all = grid_rect(p->grid);
	grid_clear(p->grid);
	grid_box(p->grid, all, ROLE_BORDER, "样本 probe", ROLE_TITLE);
	snprintf(line, sizeof line, "size %dx%d", rows, cols);
	grid_put(p->grid, all, 1, 2, ROLE_TEXT, line);
	grid_put(p->grid, all, 2, 2, ROLE_INFO, p->last);
	grid_put(p->grid, all, 3, 2, ROLE_SELECTED, "商户 é \033[2J");
	grid_put(p->grid, all, 4, 2, ROLE_MUTED, p->theme.name);
	grid_cursor(p->grid, 2, 2);
	term_flush(p->term, p->grid, &p->theme);
}

static void on_key(struct probe *p, const struct event *e)
{
	static const char *const themes[] = { "dark", "light", "mono" };
	uint64_t one = 1;
	struct err err;

	p->timeout = -1;
	switch (e->key) {
	case 'q':
		p->done = true;
		break;
	case 'e':
		if (write(p->fd, &one, sizeof one) < 0)
			p->done = true;
		break;
	case 't':
		p->timeout = 10;
		break;
	case 'c':
		term_leave(p->term);
		printf("child has the terminal\n");
		fflush(stdout);
		if (getchar() == EOF)
			p->done = true;
		term_return(p->term);
		break;
	case 'y':
		fprintf(p->log, "copy %s\n", term_copy(p->term, "样本 copied") ? "sent" : "kept");
		break;
	case 'o':
		p->mouse = !p->mouse;
		fprintf(p->log, "mouse %s\n", term_mouse(p->term, p->mouse) ? p->mouse ? "on" : "off" : "unknown");
		break;
	case 'k':
		raise(SIGSEGV);
		break;
	case 'm':
		free(mem_grow(NULL, SIZE_MAX, 2));
		break;
	case '1': case '2': case '3':
		if (theme_load_builtin(&p->theme, themes[e->key - '1'], &err))
			p->done = true;
		break;
	default:
		break;
	}
}

static void on_event(struct probe *p, const struct event *e)
{
	static const char *const names[] = { "tick", "key", "paste", "mouse", "resize", "wake", "resume", "hangup", "term" };
	static const char *const mice[] = { "press", "double", "drag", "release", "wheel-up", "wheel-down" };
	uint64_t count;
	char key[32];

	snprintf(p->last, sizeof p->last, "%s", names[e->type]);
	if (e->type == EVENT_KEY) {
		key_label(e->key, key);
		snprintf(p->last, sizeof p->last, "key %s", key);
		on_key(p, e);
	} else if (e->type == EVENT_PASTE) {
		snprintf(p->last, sizeof p->last, "paste %zu%s", e->paste_len, e->paste_cut ? " cut" : "");
	} else if (e->type == EVENT_MOUSE) {
		snprintf(p->last, sizeof p->last, "mouse %s %d,%d", mice[e->mouse], e->row, e->col);
	} else if (e->type == EVENT_RESIZE) {
		p->resizes++;
	} else if (e->type == EVENT_WAKE && read(e->fd, &count, sizeof count) < 0) {
		p->done = true;
	} else if (e->type == EVENT_TICK) {
		p->timeout = -1;
	} else if (e->type == EVENT_HANGUP || e->type == EVENT_TERM) {
		p->done = true;
	}
	fprintf(p->log, "%s\n", p->last);
	fflush(p->log);
}

int main(int argc, char **argv)
{
	struct probe p = { .timeout = -1 };
	struct event event;
	struct err err;
	enum code code;

	words_open(NULL);
	p.log = argc > 1 ? fopen(argv[1], "a") : NULL;
	p.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!p.log || p.fd < 0)
		return 1;
	mem_on_exhausted(term_restore);
	code = theme_load(&p.theme, "dark", &err);
	if (!code)
		code = term_open(&p.term, &err);
	if (code) {
		fprintf(stderr, "probe: %s\n", err.msg);
		fclose(p.log);
		return code_status(code);
	}
	p.grid = grid_new(1, 1);
	grid_set_ascii(p.grid, term_ascii(p.term));
	fprintf(p.log, "pid %d\n", (int)getpid());
	fflush(p.log);
	while (!p.done) {
		draw(&p);
		term_wait(p.term, &event, p.timeout, &p.fd, 1);
		on_event(&p, &event);
	}
	term_close(p.term);
	fprintf(p.log, "resizes %d\nclosed\n", p.resizes);
	fclose(p.log);
	grid_free(p.grid);
	close(p.fd);
	return 0;
}
