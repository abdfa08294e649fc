#include "tui/unlock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/keys.h"
#include "tui/words.h"

enum { PASSPHRASE_MAX = 1024, FREE_TRIES = 3, WAIT_MAX_S = 60 };

struct unlock {
	struct shell *sh;
	char **name;
	size_t n, cur;
	struct secret *typed;     /* PASSPHRASE_MAX bytes */
	size_t len;
	int failures;
	bool locked, leaving;     /* after work, not before it; the first of two Esc was pressed */
	int64_t wait_until;       /* UTC ms */
	char message[400];
};

enum code unlock_new(struct unlock **out, struct shell *sh, const char *last, struct err *err)
{
	struct unlock *u = mem_alloc(sizeof *u);
	const char *wanted = last ? last : getenv("PAYDESK_OPERATOR");

	u->sh = sh;
	u->locked = last;
	if (store_operator_names(sh->home, &u->name, &u->n, err) || secret_new(&u->typed, PASSPHRASE_MAX, err)) {
		unlock_free(u);
		return err->code;
	}
	for (size_t i = 0; wanted && i < u->n; i++)
		if (strcmp(u->name[i], wanted) == 0)
			u->cur = i;
	*out = u;
	return E_OK;
}

void unlock_free(struct unlock *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->n; i++)
		free(u->name[i]);
	free(u->name);
	secret_free(u->typed);
	free(u);
}

static void forget(struct unlock *u)
{
	crypto_wipe(secret_bytes(u->typed), PASSPHRASE_MAX);
	u->len = 0;
}

static void type(struct unlock *u, const char *bytes, size_t n)
{
	*u->message = '\0';
	if (n > PASSPHRASE_MAX - u->len) {
		snprintf(u->message, sizeof u->message, "%s", _("That is longer than a passphrase can be; nothing of it was taken."));
		return;
	}
	memcpy(secret_bytes(u->typed) + u->len, bytes, n);
	u->len += n;
}

/* Takes back a whole UTF-8 character. */
static void erase(struct unlock *u)
{
	uint8_t *p = secret_bytes(u->typed);

	while (u->len && (p[u->len - 1] & 0xc0) == 0x80)
		p[--u->len] = 0;
	if (u->len)
		p[--u->len] = 0;
}

/* Whoever comes back to a locked screen may press Esc to wake it: work is left by a second one only. */
static enum unlock_answer leave(struct unlock *u)
{
	if (!u->locked || u->leaving)
		return UNLOCK_QUIT;
	u->leaving = true;
	snprintf(u->message, sizeof u->message, "%s", _("Locked. Esc once more quits; any other key stays."));
	return UNLOCK_WAITING;
}

enum unlock_answer unlock_event(struct unlock *u, const struct event *event, int64_t now)
{
	enum req req = event->type == EVENT_KEY ? req_for(SCOPE_INPUT, event->key) : REQ_NONE;

	if (u->leaving && req != REQ_CANCEL) {
		u->leaving = false;
		*u->message = '\0';
	}
	if (event->type == EVENT_PASTE) {
		size_t n = strcspn(event->paste, "\r\n");

		type(u, event->paste, n < event->paste_len ? n : event->paste_len);
		return UNLOCK_WAITING;
	}
	switch (req) {
	case REQ_CANCEL:
		if (!u->len)
			return leave(u);
		forget(u);
		break;
	case REQ_NEXT_FIELD:
		u->cur = u->n ? (u->cur + 1) % u->n : 0;
		break;
	case REQ_PREVIOUS_FIELD:
		u->cur = u->n ? (u->cur + u->n - 1) % u->n : 0;
		break;
	case REQ_ERASE:
		erase(u);
		break;
	case REQ_ERASE_LINE:
		forget(u);
		break;
	case REQ_ACCEPT:
		return u->n && u->len && now >= u->wait_until ? UNLOCK_TRY : UNLOCK_WAITING;
	default:
		if (event->type == EVENT_KEY && req == REQ_NONE)
			type(u, event->text, strlen(event->text));
	}
	return UNLOCK_WAITING;
}

enum code unlock_try(struct unlock *u, struct err *err)
{
	AUTO(secret_freep) struct secret *pass = NULL;
	enum code code;

	if (secret_new(&pass, u->len, err))
		return err->code;
	memcpy(secret_bytes(pass), secret_peek(u->typed), u->len);
	forget(u);
	code = store_open(&u->sh->store, &u->sh->config, u->name[u->cur], pass, false, err);
	if (!code)
		code = desk_open(&u->sh->desk, u->sh->store, err);
	if (!code) {
		u->failures = 0;
		return E_OK;
	}
	shell_close(u->sh);
	snprintf(u->message, sizeof u->message, "%s", err->msg);
	if (code == E_PASSPHRASE && ++u->failures >= FREE_TRIES) {
		int shift = u->failures - FREE_TRIES;
		int64_t wait = shift > 5 ? WAIT_MAX_S : INT64_C(2) << shift;

		u->wait_until = world_now(u->sh->config.world) + wait * 1000; /* the try itself took its time */
	}
	return code;
}

void unlock_draw(struct unlock *u, struct grid *g, int64_t now, bool working)
{
	struct rect screen = grid_rect(g), box, in;
	int cols = screen.cols < 60 ? screen.cols : 60, rows = screen.rows < 12 ? screen.rows : 12;
	AUTO(buf_wipe) struct buf dots = BUF_INIT;

	grid_clear(g);
	box = (struct rect){ (screen.rows - rows) / 2, (screen.cols - cols) / 2, rows, cols };
	grid_box(g, box, ROLE_BORDER, "paydesk", ROLE_TITLE);
	in = rect_inset(box, 1, 2);
	grid_put(g, in, in.row + 1, in.col, ROLE_MUTED, _("Operator"));
	grid_put(g, in, in.row + 1, in.col + 14, ROLE_TEXT, u->n ? u->name[u->cur] : _("this store has no active operator"));
	if (u->n > 1)
		grid_put(g, in, in.row + 2, in.col + 14, ROLE_MUTED, _("Tab chooses another"));
	grid_put(g, in, in.row + 4, in.col, ROLE_MUTED, _("Passphrase"));
	grid_fill(g, (struct rect){ in.row + 4, in.col + 14, 1, in.cols - 14 }, ROLE_INPUT);
	for (size_t i = 0; i < u->len && (int)dots.len < in.cols - 16; i++)
		buf_addc(&dots, '*');
	grid_put(g, in, in.row + 4, in.col + 14, ROLE_INPUT, dots.data);
	grid_cursor(g, in.row + 4, in.col + 14 + (int)dots.len);
	if (working) {
		grid_put(g, in, in.row + 6, in.col, ROLE_INFO, _("Opening the store…"));
	} else if (now < u->wait_until) {
		AUTO(buf_release) struct buf wait = BUF_INIT;

		buf_addf(&wait, _("Too many wrong tries: wait %lld s"), (long long)((u->wait_until - now + 999) / 1000));
		grid_put(g, in, in.row + 6, in.col, ROLE_WARNING, wait.data);
	} else if (*u->message) {
		grid_wrap(g, (struct rect){ in.row + 6, in.col, in.rows - 7, in.cols }, 0, ROLE_DANGER, u->message);
	}
	grid_put(g, in, in.row + in.rows - 1, in.col, ROLE_MUTED, u->locked ? _("Enter unlocks · Esc twice quits") : _("Enter unlocks · Esc quits"));
}
