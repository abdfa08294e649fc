#include "tui/screen/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#define term curses_term /* terminfo's header has a struct term of its own */
#include <term.h>
#undef term

#include "tui/screen/input.h"
#include "tui/screen/keys.h"
#include "tui/screen/pairs.h"
#include "tui/screen/signals.h"
#include "tui/words.h"

enum { MAX_FDS = 8, READ_SIZE = 4096, DOUBLE_MS = 400 };

struct term {
	SCREEN *screen;
	struct input *input;
	struct termios saved;                           /* as the shell had it */
	struct signals signals;
	struct grid *shown;                             /* what the terminal has */
	struct theme theme, mono;
	int rows, cols;
	int colours;                                    /* 0: attributes only; 1 << 24: any */
	struct pairs pairs;                             /* of pictures, behind those of the roles */
	bool ascii, stale, left, gone, exact;           /* exact: the palette may be set to our colours */
	const char *paste_on, *paste_off;
	bool mouse;
	int64_t pressed_at;                             /* monotonic ms; where: */
	int pressed_row, pressed_col;
	const char *farewell[4];                        /* what makes the terminal the shell's again, for a program that crashes */
};

/* xterm's ctlseqs: button events with motion while one is held, in the form that has no limit and no raw bytes. */
static const char mouse_on[] = "\033[?1002h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1002l";

/* A process has one terminal, and a signal handler has no argument of ours. */
static struct term *current;

static void say(const char *sequence)
{
	size_t n = sequence ? strlen(sequence) : 0;

	/* a terminal that is gone cannot be told anything */
	if (n && write(STDOUT_FILENO, sequence, n) < 0)
		return;
}

/* Nothing of curses is safe here: the terminal gets what endwin() would send, its modes, and the crash goes on. */
static void on_crash(void)
{
	if (current && !current->left) {
		say(current->mouse ? mouse_off : NULL);
		for (size_t i = 0; i < COUNT(current->farewell); i++)
			say(current->farewell[i]);
		tcsetattr(STDIN_FILENO, TCSANOW, &current->saved);
	}
}

/* ---- taking and giving back ---- */

/* terminfo's string, NULL when the terminal has none. */
static const char *capability(const char *name)
{
	const char *s = tigetstr(name);

	return s && s != (const char *)-1 && *s ? s : NULL;
}

static bool old_terminal(void)
{
	static const char *const names[] = { "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "dumb", "cons25", "sun" };
	const char *term = getenv("TERM");

	for (size_t i = 0; i < COUNT(names); i++)
		if (term && !strncmp(term, names[i], strlen(names[i])))
			return true;
	return false;
}

static enum code check_terminal(struct err *err)
{
	const char *name = getenv("TERM");
	int found = 0;
	bool moves;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(err, E_USAGE, "the console needs a terminal for input and output; in scripts use the commands of paydesk");
	if (!name || !*name)
		return fail(err, E_USAGE, "TERM is not set; say which terminal this is, such as TERM=xterm-256color");
	if (setupterm(NULL, STDOUT_FILENO, &found) != 0)
		return fail(err, E_USAGE, "no description of the terminal in TERM; install ncurses-term or set TERM=xterm-256color");
	moves = capability("cup") && capability("clear");
	del_curterm(cur_term);
	if (!moves)
		return fail(err, E_USAGE, "the terminal in TERM cannot place its cursor; set TERM=xterm-256color if it is another");
	return E_OK;
}

static void measure(struct term *t)
{
	struct winsize size = { 0 };
	int rows, cols;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col) {
		/* a serial line does not know its size: terminfo's guess, which newterm() took */
		rows = t->rows ? t->rows : LINES;
		cols = t->cols ? t->cols : COLS;
	} else {
		rows = size.ws_row;
		cols = size.ws_col;
	}
	t->rows = rows < 1 ? 1 : rows > GRID_MAX_ROWS ? GRID_MAX_ROWS : rows;
	t->cols = cols < 1 ? 1 : cols > GRID_MAX_COLS ? GRID_MAX_COLS : cols;
}

static void define_keys(struct input *in)
{
	static const struct {
		const char *name;
		int key;
	} keys[] = {
		{ "kcuu1", K_UP }, { "kcud1", K_DOWN }, { "kcub1", K_LEFT }, { "kcuf1", K_RIGHT }, { "khome", K_HOME },
		{ "kend", K_END }, { "kpp", K_PGUP }, { "knp", K_PGDN }, { "kich1", K_INSERT }, { "kdch1", K_DELETE },
		{ "kcbt", K_BACKTAB }, { "kent", K_ENTER }, { "kbs", K_BACKSPACE }, { "kf1", K_F1 }, { "kf2", K_F2 },
		{ "kf3", K_F3 }, { "kf4", K_F4 }, { "kf5", K_F5 }, { "kf6", K_F6 }, { "kf7", K_F7 }, { "kf8", K_F8 },
		{ "kf9", K_F9 }, { "kf10", K_F10 }, { "kf11", K_F11 }, { "kf12", K_F12 },
	};

	for (size_t i = 0; i < COUNT(keys); i++) {
		const char *s = capability(keys[i].name);

		if (s)
			input_define(in, s, keys[i].key);
	}
}

static void begin_colours(struct term *t)
{
	const char *no_color = getenv("NO_COLOR"), *depth = getenv("COLORTERM");
	bool deep = depth && (!strcmp(depth, "truecolor") || !strcmp(depth, "24bit"));

	if ((no_color && *no_color) || !has_colors() || start_color() == ERR || COLORS < 8)
		return;
	use_default_colors();
	t->colours = COLORS;
	t->pairs.n = ROLE_COUNT;
	t->exact = deep && COLORS >= 256 && COLORS < 1 << 24 && can_change_color();
}

/* The terminal is ours (again): modes, size, paste. */
static void take(struct term *t)
{
	measure(t);
	raw(); /* Ctrl-C, Ctrl-Z and Ctrl-S are keys: a paste of them does nothing, and term_wait() suspends cleanly */
	noecho();
	nonl();
	typeahead(-1); /* the input is not curses' to look at */
	memset(&t->theme, 0, sizeof t->theme); /* leaving reset the palette */
	t->stale = true;
	t->left = false;
}

enum code term_open(struct term **out, struct err *err)
{
	struct term *t;
	enum code code = check_terminal(err);

	if (code)
		return code;
	t = mem_alloc(sizeof *t);
	code = theme_load_builtin(&t->mono, "mono", err);
	if (code)
		goto out;
	if (tcgetattr(STDIN_FILENO, &t->saved)) {
		code = fail(err, E_IO, "cannot take over the terminal: %s", strerror(errno));
		goto out;
	}
	code = signals_init(&t->signals, err);
	if (code)
		goto out;
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		signals_release(&t->signals);
		code = fail(err, E_USAGE, "curses cannot drive the terminal in TERM; set TERM=xterm-256color if it is another");
		goto out;
	}
	t->input = input_new();
	define_keys(t->input);
	current = t;
	signals_catch(&t->signals, on_crash); /* behind newterm(), which sets handlers of its own */
	t->ascii = words_foreign_charset() || old_terminal();
	begin_colours(t);
	take(t);
	resize_term(t->rows, t->cols);
	t->shown = grid_new(t->rows, t->cols);
	t->paste_on = capability("BE");
	t->paste_off = capability("BD");
	if (!t->paste_on && !old_terminal()) { /* terminals ignore what they do not know, and screen passes it on */
		t->paste_on = "\033[?2004h";
		t->paste_off = "\033[?2004l";
	}
	say(t->paste_on);
	memcpy(t->farewell, (const char *[]){ t->paste_off, capability("sgr0"), capability("cnorm"), capability("rmcup") }, sizeof t->farewell);
	*out = t;
	return E_OK;
out:
	free(t);
	return code;
}

static void give_back(struct term *t)
{
	if (t->left)
		return;
	t->left = true;
	say(t->paste_off);
	say(t->mouse ? mouse_off : NULL);
	curs_set(1);
	endwin();
	tcsetattr(STDIN_FILENO, TCSANOW, &t->saved);
}

void term_restore(void)
{
	if (current)
		give_back(current);
}

void term_close(struct term *t)
{
	if (!t)
		return;
	give_back(t);
	signals_release(&t->signals);
	current = NULL;
	delscreen(t->screen);
	input_free(t->input);
	grid_free(t->shown);
	pairs_release(&t->pairs);
	free(t);
}

void term_leave(struct term *t)
{
	give_back(t);
}

void term_return(struct term *t)
{
	if (!t->left)
		return;
	tcgetattr(STDIN_FILENO, &t->saved);
	reset_prog_mode();
	take(t);
	say(t->paste_on);
	say(t->mouse ? mouse_on : NULL);
}

bool term_mouse(struct term *t, bool on)
{
	if (old_terminal())
		return false;
	if (on != t->mouse && !t->left)
		say(on ? mouse_on : mouse_off);
	t->mouse = on;
	return true;
}

bool term_copy(struct term *t, const char *text)
{
	AUTO(buf_wipe) struct buf sequence = BUF_INIT, coded = BUF_INIT;
	const char *tmux = getenv("TMUX"), *term = getenv("TERM");

	if (t->left || old_terminal() || (term && !strncmp(term, "linux", strlen("linux"))) || strlen(text) > COPY_MAX)
		return false;
	buf_add_base64(&coded, text, strlen(text));
	buf_addf(&sequence, "\033]52;c;%s\a", coded.data);
	if (tmux && *tmux) /* as tmux(1) has it: wrapped, each escape doubled */
		buf_addf(&sequence, "\033Ptmux;\033\033]52;c;%s\a\033\\", coded.data);
	say(sequence.data);
	return true;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

bool term_ascii(const struct term *t)
{
	return t->ascii;
}

int term_colours(const struct term *t)
{
	return pairs_suffice(t->colours, COLOR_PAIRS - ROLE_COUNT - 1);
}

/* ---- output ---- */

/* A byte of colour on curses' scale to 1000; rounded so that it comes back as the same byte. */
static int per_mille(int32_t byte)
{
	return ((byte & 0xff) * 1000 + 254) / 255;
}

/* The palette's entry near index is set to exactly rgb: a terminal that claims to do so and does not shows a near colour.
 * taken[i] is the colour that entry i has from us, or COLOUR_DEFAULT. curses resets the palette on leaving. */
static int exact_colour(int32_t taken[256], int index, int32_t rgb)
{
	/* entries side by side are near each other; the 16 named ones are the user's */
	for (int away = 0; away < 240; away++) {
		int i = index + (away % 2 ? -(away + 1) / 2 : away / 2);

		if (i < 16 || i > 255 || (taken[i] != COLOUR_DEFAULT && taken[i] != rgb))
			continue;
		if (taken[i] != rgb)
			init_extended_color(i, per_mille(rgb >> 16), per_mille(rgb >> 8), per_mille(rgb));
		taken[i] = rgb;
		return i;
	}
	return index;
}

static void set_pairs(const struct term *t, const struct theme *theme)
{
	int32_t taken[256];

	for (size_t i = 0; i < COUNT(taken); i++)
		taken[i] = COLOUR_DEFAULT;
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct style *style = &theme->role[role];
		int fg = style->fg, bg = style->bg;

		if (t->colours < 1 << 24) {
			theme_quantise(style, t->colours, &fg, &bg);
			if (t->exact && fg >= 0)
				fg = exact_colour(taken, fg, style->fg);
			if (t->exact && bg >= 0)
				bg = exact_colour(taken, bg, style->bg);
		}
		init_extended_pair(role + 1, fg, bg);
	}
}

/* Pairs for pictures are made as they are met; term_colours() sees to it that they suffice. */
static int own_pair(struct term *t, const struct cell *cell)
{
	int fg = cell->fg < 0 ? -1 : theme_nearest(cell->fg, t->colours), bg = cell->bg < 0 ? -1 : theme_nearest(cell->bg, t->colours);
	bool any = t->colours >= 1 << 24, fresh;
	int pair = pairs_number(&t->pairs, fg, bg, &fresh);

	if (fresh)
		init_extended_pair(pair, any && fg >= 0 ? cell->fg : fg, any && bg >= 0 ? cell->bg : bg);
	return pair;
}

static attr_t attributes(const struct style *style)
{
	return (style->attrs & ATTR_BOLD ? A_BOLD : A_NORMAL) | (style->attrs & ATTR_DIM ? A_DIM : A_NORMAL) |
		(style->attrs & ATTR_UNDERLINE ? A_UNDERLINE : A_NORMAL) | (style->attrs & ATTR_REVERSE ? A_REVERSE : A_NORMAL) |
		(style->attrs & ATTR_ITALIC ? A_ITALIC : A_NORMAL);
}

/* What words have besides letters, for terminals with nothing but ASCII. */
static wchar_t nearest(wchar_t c)
{
	return c == L'·' ? L'-' : c == L'…' ? L'~' : L'?';
}

/* A cell's text as curses takes it; "?" for what this terminal or this C library cannot place. */
static void widen(const struct term *t, const struct cell *cell, wchar_t out[CCHARW_MAX + 1])
{
	const char *s = cell->text;
	mbstate_t state = { 0 };
	size_t n = mbsrtowcs(out, &s, CCHARW_MAX, &state);

	out[CCHARW_MAX] = L'\0';
	if (n != (size_t)-1 && n > 0 && wcwidth(out[0]) == cell->width && !(t->ascii && out[0] > 0x7e)) {
		if (n < CCHARW_MAX)
			out[n] = L'\0';
		return;
	}
	out[0] = n != (size_t)-1 && n > 0 ? nearest(out[0]) : L'?';
	out[1] = L'\0';
}

static void send_cell(struct term *t, int row, int col, const struct cell *cell)
{
	static const struct style plain = { COLOUR_DEFAULT, COLOUR_DEFAULT, 0 };
	const struct style *style = cell->own ? &plain : &t->theme.role[cell->role];
	int pair = !t->colours ? 0 : cell->own ? own_pair(t, cell) : cell->role + 1;
	wchar_t text[CCHARW_MAX + 1];
	cchar_t c;

	if (cell->width == 0)
		return;
	widen(t, cell, text);
	setcchar(&c, text, attributes(style), 0, &pair);
	/* writing the last cell of the screen "fails", for the cursor has nowhere to go: it is written all the same */
	mvadd_wch(row, col, &c);
	if (cell->width == 2 && wcwidth(text[0]) == 1) {
		setcchar(&c, L" ", attributes(style), 0, &pair);
		mvadd_wch(row, col + 1, &c);
	}
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && a->width == b->width && a->own == b->own && a->fg == b->fg && a->bg == b->bg &&
	       !memcmp(a->text, b->text, sizeof a->text);
}

static void send_cursor(const struct grid *grid)
{
	int row, col;

	if (grid_cursor_at(grid, &row, &col)) {
		move(row, col);
		curs_set(1);
	} else {
		curs_set(0);
	}
}

void term_flush(struct term *t, const struct grid *grid, const struct theme *theme)
{
	int rows = grid_rows(grid) < t->rows ? grid_rows(grid) : t->rows;
	int cols = grid_cols(grid) < t->cols ? grid_cols(grid) : t->cols;

	if (t->gone || t->left)
		return;
	if (!t->colours)
		theme = &t->mono;
	if (memcmp(&t->theme, theme, sizeof *theme) != 0) {
		t->theme = *theme;
		if (t->colours)
			set_pairs(t, theme);
		t->stale = true;
	}
	if (grid_rows(t->shown) != grid_rows(grid) || grid_cols(t->shown) != grid_cols(grid))
		t->stale = true;
	if (t->stale) {
		resize_term(t->rows, t->cols);
		erase();
		clearok(curscr, TRUE);
	}
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++) {
			const struct cell *cell = grid_cell(grid, row, col);

			if (t->stale || !same_cell(cell, grid_cell(t->shown, row, col)))
				send_cell(t, row, col, cell);
		}
	grid_copy(t->shown, grid);
	t->stale = false;
	send_cursor(grid);
	refresh();
}

void term_redraw(struct term *t)
{
	t->stale = true;
}

/* ---- input ---- */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Stops as the terminal driver would stop us on Ctrl-Z: the whole process group, and only after the terminal is sane. */
static void suspend(struct term *t)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN }, ours;

	give_back(t);
	sigaction(SIGTSTP, &ignore, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &stop, NULL);
	raise(SIGTSTP); /* this thread: nothing below runs before SIGCONT */
	sigaction(SIGTSTP, &ours, NULL);
	signals_read(&t->signals);
	(void)signals_take(&t->signals, SIGTSTP);
}

static void sized_event(struct term *t, struct event *event, enum event_type type)
{
	*event = (struct event){ .type = type, .rows = t->rows, .cols = t->cols };
}

static void resume(struct term *t, struct event *event)
{
	/* whoever stopped us may have used the terminal: its modes are set anew even if we had not left it */
	if (!t->left) {
		endwin();
		t->left = true;
	}
	term_return(t);
	(void)signals_take(&t->signals, SIGCONT);
	(void)signals_take(&t->signals, SIGWINCH);
	sized_event(t, event, EVENT_RESUME);
}

static bool next_signal(struct term *t, struct event *event)
{
	int rows = t->rows, cols = t->cols;

	signals_read(&t->signals);
	if (signals_take(&t->signals, SIGHUP))
		t->gone = true;
	if (t->gone) {
		*event = (struct event){ .type = EVENT_HANGUP };
		return true;
	}
	if (signals_take(&t->signals, SIGTERM) || signals_take(&t->signals, SIGINT) || signals_take(&t->signals, SIGQUIT) || signals_take(&t->signals, SIGALRM) || signals_take(&t->signals, SIGUSR1) ||
	    signals_take(&t->signals, SIGUSR2)) {
		*event = (struct event){ .type = EVENT_TERM };
		return true;
	}
	if (signals_take(&t->signals, SIGTSTP)) {
		suspend(t);
		resume(t, event);
		return true;
	}
	if (signals_take(&t->signals, SIGCONT)) {
		resume(t, event);
		return true;
	}
	if (!signals_take(&t->signals, SIGWINCH))
		return false;
	measure(t);
	t->stale = true;
	sized_event(t, event, EVENT_RESIZE);
	return rows != t->rows || cols != t->cols;
}

static void read_keys(struct term *t)
{
	char bytes[READ_SIZE];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n > 0)
		input_feed(t->input, bytes, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		t->gone = true; /* the terminal was closed: end of file, or EIO */
	explicit_bzero(bytes, sizeof bytes);
}

/* Two presses at one place within a moment are a double one; a third begins anew. */
static void look_for_double(struct term *t, struct event *event)
{
	int64_t now = now_ms();

	if (event->mouse != MOUSE_PRESS)
		return;
	if (t->pressed_at && now - t->pressed_at <= DOUBLE_MS && event->row == t->pressed_row && event->col == t->pressed_col) {
		event->mouse = MOUSE_DOUBLE;
		now = 0;
	}
	t->pressed_at = now;
	t->pressed_row = event->row;
	t->pressed_col = event->col;
}

static bool next_key(struct term *t, struct event *event, bool idle)
{
	do { /* what a terminal still tells of the mouse after it was told not to */
		if (!input_next(t->input, event, idle))
			return false;
	} while (event->type == EVENT_MOUSE && !t->mouse);
	if (event->type == EVENT_MOUSE)
		look_for_double(t, event);
	if (event->type == EVENT_KEY && event->key == CTRL_KEY('Z')) {
		suspend(t);
		resume(t, event);
	}
	return true;
}

/* The shorter of two waits, of which a negative one is for ever. */
static int shorter(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

void term_wait(struct term *t, struct event *event, int timeout_ms, const int *fds, size_t n)
{
	struct pollfd polls[2 + MAX_FDS] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = t->signals.pipe[0], .events = POLLIN } };
	int64_t end = now_ms() + (timeout_ms > 0 ? timeout_ms : 0);

	n = n < MAX_FDS ? n : MAX_FDS;
	for (size_t i = 0; i < n; i++)
		polls[2 + i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	for (;;) {
		int64_t left = end - now_ms();
		int wait = timeout_ms < 0 ? -1 : left > 0 ? (int)left : 0, patience, ready;

		if (next_signal(t, event) || next_key(t, event, false))
			return;
		patience = input_patience(t->input);
		ready = poll(polls, 2 + n, shorter(wait, patience));
		if (ready < 0)
			continue;
		if (polls[0].revents)
			read_keys(t);
		for (size_t i = 0; i < n && ready > 0; i++)
			if (polls[2 + i].revents) {
				*event = (struct event){ .type = EVENT_WAKE, .fd = fds[i] };
				return;
			}
		if (ready > 0)
			continue;
		if (patience >= 0 && (wait < 0 || patience <= wait) && next_key(t, event, true))
			return;
		if (timeout_ms >= 0 && now_ms() >= end) {
			*event = (struct event){ .type = EVENT_TICK };
			return;
		}
	}
}
