#include "tui/console.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/desktop/desktop.h"
#include "tui/editor.h"
#include "tui/opener.h"
#include "tui/screen/keymap.h"
#include "tui/settings.h"
#include "tui/unlock.h"
#include "tui/words.h"

enum { IDLE_S = 600, IDLE_MIN_S = 5, IDLE_MAX_S = 4 * 3600, HOLD_S = 10, TICK_MS = 1000, READ_MS = 15 };
enum { FREED_BYTE = 0xa5, CACHED_BYTES = 1032, CACHED_EACH = 8 }; /* of glibc's allocator: mallopt(3), malloc/malloc.c (tcache) */

struct console {
	struct shell *sh;
	struct term *term;
	struct grid *grid;
	struct keymap keys;
	struct settings settings;
	struct theme theme;
	char theme_name[THEME_NAME_MAX + 1]; /* what was asked for last: T goes on from there */
	struct unlock *unlock;      /* one of the two is there */
	struct desktop *desktop;
	struct follow *follow;      /* NULL: not enrolled, or locked */
	int wake;                   /* eventfd: the follower or the worker has news */
	struct guest *left;         /* a program beside the console that still has a document; NULL: none */
	int64_t last_key, idle_ms;
	int64_t hold_ms;            /* how long a decision can be taken back */
	struct place place;         /* where the operator was before the lock */
	char operator[CERT_NAME_MAX + 1];
	bool quit;
	enum code fatal;            /* ends the console; why says what */
	struct err why;
};

static void notify(void *ctx)
{
	ssize_t n = eventfd_write(((const struct console *)ctx)->wake, 1);

	(void)n;
}

static int64_t now_of(const struct console *c)
{
	return world_now(c->sh->config.world);
}

static void put_theme_on(struct console *c, const char *name)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct err err = { 0 };

	snprintf(c->theme_name, sizeof c->theme_name, "%s", name);
	if (theme_load(&c->theme, name, &err)) {
		desktop_say(c->desktop, ROLE_DANGER, err.msg);
		return;
	}
	buf_addf(&text, _("Theme: %s"), c->theme.name);
	desktop_say(c->desktop, ROLE_INFO, text.data);
}

/* T walks on from the one that is on; one that cannot be read says so and is passed by with the next T. */
static void next_theme(struct console *c)
{
	struct theme_names all;
	size_t at = 0;

	theme_names(&all);
	while (at < all.n && strcmp(all.name[at], c->theme_name) != 0)
		at++;
	put_theme_on(c, all.name[at + 1 < all.n ? at + 1 : 0]);
}

static enum code first_theme(struct console *c, struct err *err)
{
	const char *name = getenv("PAYDESK_THEME");

	if (!name || !*name)
		name = theme_builtin(0);
	snprintf(c->theme_name, sizeof c->theme_name, "%s", name);
	return theme_load(&c->theme, name, err);
}

static void status_of(struct console *c, struct sync_status *s)
{
	*s = (struct sync_status){ .state = SYNC_NOT_ENROLLED };
	if (c->follow)
		follow_status(c->follow, s);
}

static void start_desktop(struct console *c)
{
	bool same = strcmp(c->operator, desk_who(c->sh->desk)->name) == 0;
	struct sync_status status;

	c->desktop = desktop_new(c->sh, same ? &c->place : NULL);
	desktop_hold(c->desktop, c->hold_ms);
	desktop_take_up(c->desktop);
	snprintf(c->operator, sizeof c->operator, "%s", desk_who(c->sh->desk)->name);
	if (sync_enrolled(c->sh->desk))
		c->fatal = follow_start(&c->follow, c->sh->store, notify, c, &c->why);
	if (c->fatal)
		return;
	status_of(c, &status);
	desktop_refresh(c->desktop, &status);
	desktop_offer_tour(c->desktop);
}

/* Freed memory is written over (M_PERTURB), so a locked console keeps nothing of what it has read; but not the small pieces that the
 * allocator has at hand for the next who asks. They are asked for, emptied and given back. */
static void sweep(void)
{
	for (size_t size = 24; size <= CACHED_BYTES; size += 16) {
		void *piece[CACHED_EACH];

		for (size_t i = 0; i < COUNT(piece); i++)
			explicit_bzero(piece[i] = mem_grow(NULL, size, 1), size);
		for (size_t i = 0; i < COUNT(piece); i++)
			free(piece[i]);
	}
}

/* Where Han characters cannot be drawn, Chinese would be question marks. */
static void choose_language(const struct console *c)
{
	if (term_ascii(c->term))
		words_open("en");
}

/* gettext reads the environment: nobody else may do so while it changes, and the follower and the worker speak of errors. */
static void next_language(struct console *c)
{
	struct sync_status status;

	if (term_ascii(c->term)) {
		desktop_say(c->desktop, ROLE_WARNING, _("This terminal cannot show Chinese."));
		return;
	}
	follow_stop(c->follow);
	c->follow = NULL;
	desktop_pause(c->desktop, true);
	words_open(strcmp(words_lang(), "en") == 0 ? "zh_CN" : "en");
	desktop_pause(c->desktop, false);
	if (sync_enrolled(c->sh->desk))
		c->fatal = follow_start(&c->follow, c->sh->store, notify, c, &c->why);
	status_of(c, &status);
	desktop_refresh(c->desktop, &status);
	desktop_translate(c->desktop);
}

/* The file goes with the program: beside the console there is one at a time. */
static void let_go(struct console *c)
{
	guest_free(c->left);
	c->left = NULL;
}

static void lock(struct console *c)
{
	if (c->desktop) {
		desktop_place(c->desktop, &c->place);
		desktop_set_aside(c->desktop);
	}
	let_go(c);
	follow_stop(c->follow);
	c->follow = NULL;
	desktop_free(c->desktop);
	c->desktop = NULL;
	shell_close(c->sh);
	grid_clear(c->grid);
	sweep();
	c->fatal = unlock_new(&c->unlock, c->sh, *c->operator ? c->operator : NULL, &c->why);
}

static void draw(struct console *c)
{
	int rows, cols;

	term_size(c->term, &rows, &cols);
	if (rows != grid_rows(c->grid) || cols != grid_cols(c->grid))
		grid_resize(c->grid, rows, cols);
	if (c->desktop)
		desktop_draw(c->desktop, c->grid);
	else
		unlock_draw(c->unlock, c->grid, now_of(c), false);
	term_flush(c->term, c->grid, &c->theme);
}

static void try_unlock(struct console *c)
{
	struct err err = { 0 };

	unlock_draw(c->unlock, c->grid, now_of(c), true);
	term_flush(c->term, c->grid, &c->theme);
	if (unlock_try(c->unlock, &err))
		return;
	unlock_free(c->unlock);
	c->unlock = NULL;
	start_desktop(c);
}

static void unlock_key(struct console *c, const struct event *event)
{
	switch (unlock_event(c->unlock, event, now_of(c))) {
	case UNLOCK_TRY:
		try_unlock(c);
		break;
	case UNLOCK_QUIT:
		c->quit = true;
		break;
	default:
		break;
	}
}

/* Nobody sees keys while the editor is open, so it may stay open as long as the console may stand unattended. */
static void edit(struct console *c)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct err err = { 0 };
	size_t max = 0;
	const char *draft = desktop_draft(c->desktop, &max);
	int64_t began = now_of(c);

	if (!draft)
		return;
	buf_adds(&text, draft);
	term_leave(c->term);
	if (editor_run(&text, max, c->idle_ms, &err))
		desktop_say(c->desktop, ROLE_WARNING, err.msg);
	desktop_redraft(c->desktop, text.data);
	term_return(c->term);
	term_redraw(c->term);
	if (now_of(c) - began < c->idle_ms)
		c->last_key = now_of(c);
	explicit_bzero(text.data, text.len);
}

/* For this time only: what is wanted for always stands in a file. */
static void switch_mouse(struct console *c)
{
	if (!term_mouse(c->term, !c->settings.mouse)) {
		desktop_say(c->desktop, ROLE_WARNING, _("this terminal tells nothing of a mouse"));
		return;
	}
	c->settings.mouse = !c->settings.mouse;
	desktop_say(c->desktop, ROLE_INFO, c->settings.mouse ? _("Mouse on: the terminal selects text with Shift held. For always: mouse = on in ~/.config/paydesk/settings") :
							       _("Mouse off: the terminal selects text by itself again"));
}

static void look_after(struct console *c)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	int status;

	if (c->left && guest_ended(c->left, &status) && status && c->desktop) {
		buf_addf(&text, _("the viewer ended with status %d"), WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		desktop_say(c->desktop, ROLE_WARNING, text.data);
	}
	if (c->left && guest_gone(c->left))
		let_go(c);
}

/* Nobody sees keys while the viewer has the terminal, as with the editor. */
static void open_file(struct console *c)
{
	struct opener o;
	struct err err = { 0 };
	const struct buf *bytes;
	const char *name;
	int64_t began = now_of(c);
	enum code code;

	if (opener_find(&o, &err) || desktop_file(c->desktop, o.command, &bytes, &name, &err)) {
		desktop_say(c->desktop, ROLE_WARNING, err.msg);
		return;
	}
	let_go(c);
	if (o.front)
		term_leave(c->term);
	code = opener_run(&o, name, bytes, c->idle_ms, &c->left, &err);
	if (o.front) {
		term_return(c->term);
		term_redraw(c->term);
	}
	if (code)
		desktop_say(c->desktop, ROLE_WARNING, err.msg);
	else if (c->left)
		desktop_say(c->desktop, ROLE_INFO, _("the file is open in another program; its copy is wiped in a minute, and when the console locks"));
	if (now_of(c) - began < c->idle_ms)
		c->last_key = now_of(c);
}

static void grant(struct console *c, enum wish wish)
{
	switch (wish) {
	case WISH_QUIT:
		c->quit = true;
		break;
	case WISH_LOCK:
		lock(c);
		break;
	case WISH_THEME:
		next_theme(c);
		break;
	case WISH_THEME_AT:
		put_theme_on(c, desktop_theme(c->desktop));
		break;
	case WISH_LANGUAGE:
		next_language(c);
		break;
	case WISH_SYNC:
		if (c->follow)
			follow_poke(c->follow);
		break;
	case WISH_HELD:
		if (c->follow)
			follow_poke_at(c->follow, desktop_held_until(c->desktop));
		break;
	case WISH_COPY:
		desktop_copied(c->desktop, term_copy(c->term, desktop_clipboard(c->desktop)));
		break;
	case WISH_PICTURE:
		desktop_picture(c->desktop, c->grid, &c->theme);
		break;
	case WISH_MOUSE:
		switch_mouse(c);
		break;
	case WISH_EDITOR:
		edit(c);
		break;
	case WISH_OPEN:
		open_file(c);
		break;
	case WISH_REDRAW:
		term_redraw(c->term);
		break;
	default:
		break;
	}
}

/* Without a follower the status has said already that nothing can be fetched. */
static void fetch(struct console *c)
{
	const char *digest = desktop_wanted(c->desktop);

	if (digest && c->follow)
		follow_fetch(c->follow, digest);
}

static void handle(struct console *c, const struct event *event)
{
	struct sync_status status;
	eventfd_t n;

	switch (event->type) {
	case EVENT_KEY:
	case EVENT_PASTE:
	case EVENT_MOUSE:
		c->last_key = now_of(c);
		if (c->desktop)
			grant(c, desktop_event(c->desktop, event));
		else
			unlock_key(c, event);
		break;
	case EVENT_TICK:
		look_after(c);
		if (c->desktop)
			grant(c, desktop_event(c->desktop, event));
		break;
	case EVENT_WAKE:
		if (event->fd == c->wake)
			eventfd_read(c->wake, &n);
		else if (c->desktop)
			desktop_picture_step(c->desktop);
		break;
	case EVENT_HANGUP:
	case EVENT_TERM:
		if (c->desktop)
			desktop_set_aside(c->desktop);
		c->quit = true;
		return;
	default:
		break;
	}
	if (c->desktop && now_of(c) - c->last_key >= c->idle_ms)
		lock(c);
	if (c->desktop) {
		status_of(c, &status);
		grant(c, desktop_refresh(c->desktop, &status));
		fetch(c);
	}
}

/* *ms stays as it is when the environment says nothing; false: what it says is no number of seconds from least to most. */
static bool read_seconds(const char *name, long least, long most, int64_t *ms)
{
	const char *text = getenv(name);
	char *end;
	long s;

	if (!text || !*text)
		return true;
	s = strtol(text, &end, 10);
	*ms = s * INT64_C(1000);
	return !*end && s >= least && s <= most;
}

static enum code read_times(struct console *c, struct err *err)
{
	c->idle_ms = IDLE_S * 1000;
	c->hold_ms = HOLD_S * 1000;
	if (!read_seconds("PAYDESK_IDLE", IDLE_MIN_S, IDLE_MAX_S, &c->idle_ms))
		return fail(err, E_USAGE, N_("PAYDESK_IDLE takes the seconds after which the console locks, %d to %d"), IDLE_MIN_S, IDLE_MAX_S);
	if (!read_seconds("PAYDESK_HOLD", 0, HOLD_MAX_MS / 1000, &c->hold_ms))
		return fail(err, E_USAGE, N_("PAYDESK_HOLD takes the seconds for which a decision can be taken back, 0 to %d"), HOLD_MAX_MS / 1000);
	return E_OK;
}

static void release(struct console *c)
{
	let_go(c);
	follow_stop(c->follow);
	desktop_free(c->desktop);
	unlock_free(c->unlock);
	grid_free(c->grid);
	term_close(c->term);
	if (c->wake >= 0)
		close(c->wake);
}

/* With a passphrase file the console opens at once; a wrong one is an error, not a question. */
static enum code begin(struct console *c, struct err *err)
{
	const char *file = getenv("PAYDESK_PASSPHRASE_FILE"), *term = getenv("TERM") ? getenv("TERM") : "";

	if (!store_exists(c->sh->home))
		return fail(err, E_NOTFOUND, N_("there is no store in %s: `paydesk init` creates one, `make demo` shows one"), c->sh->home);
	if (read_times(c, err) || first_theme(c, err) || keymap_load(&c->keys, err) || settings_load(&c->settings, err))
		return err->code;
	guest_sweep();
	c->sh->keys = &c->keys;
	c->sh->notify = notify;
	c->sh->notify_ctx = c;
	if (!c->sh->read_ms)
		c->sh->read_ms = READ_MS;
	if (file && *file && shell_open(c->sh, err))
		return err->code;
	mallopt(M_PERTURB, FREED_BYTE);
	c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->wake < 0)
		return fail(err, E_IO, N_("the system gives no descriptors: %s"), strerror(errno));
	if (term_open(&c->term, err))
		return err->code;
	mem_on_exhausted(term_restore);
	choose_language(c);
	if (c->settings.mouse && !term_mouse(c->term, true))
		c->settings.mouse = false;
	c->grid = grid_new(24, 80);
	grid_set_ascii(c->grid, term_ascii(c->term));
	grid_set_halves(c->grid, strncmp(term, "linux", strlen("linux")) == 0);
	grid_set_colours(c->grid, term_colours(c->term));
	if (c->sh->desk)
		start_desktop(c);
	else
		c->fatal = unlock_new(&c->unlock, c->sh, NULL, &c->why);
	return E_OK;
}

enum code console_run(struct shell *sh, struct err *err)
{
	struct console c = { .sh = sh, .wake = -1 };

	if (begin(&c, err)) {
		release(&c);
		return err->code;
	}
	c.last_key = now_of(&c);
	while (!c.quit && !c.fatal) {
		int fds[] = { c.wake, c.desktop ? desktop_picture_fd(c.desktop) : -1 };
		struct event event;

		draw(&c);
		term_wait(c.term, &event, c.desktop ? desktop_patience(c.desktop) : TICK_MS, fds, fds[1] >= 0 ? 2 : 1);
		handle(&c, &event);
	}
	release(&c);
	sh->keys = NULL;
	if (c.fatal)
		*err = c.why;
	return c.fatal;
}
