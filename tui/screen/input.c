#include "tui/screen/input.h"

#include <stdlib.h>
#include <string.h>

#include "store/mem.h"
#include "tui/screen/keys.h"

enum {
	ESC_PATIENCE = 40,      /* ms: longer than a sequence is torn apart on its way, shorter than a person notices */
	PASTE_PATIENCE = 3000,  /* ms: a paste whose end was lost must not swallow the keys for ever */
	SEQUENCE_MAX = 64,      /* no key is longer */
	STRING_MAX = 4096,      /* an answer of the terminal that we did not ask for */
	DEFINED_MAX = 64,
	FOUND_MOUSE = -1,
};

static const char paste_end[] = "\033[201~";

struct input {
	struct buf bytes;       /* from pos on: not yet decoded */
	size_t pos;
	bool pasting, cut;
	bool overlong;          /* the rest of a sequence that is longer than any comes now */
	enum mouse mouse;       /* as find_mouse read it */
	int row, col;
	struct buf paste;
	struct {
		char sequence[16];
		int key;
	} defined[DEFINED_MAX];
	size_t ndefined;
};

/* What a decoder found at the start of the bytes. */
struct found {
	size_t len; /* 0: more bytes are needed */
	int key;    /* K_NONE: swallowed; FOUND_MOUSE: what in->mouse, row and col say */
};

struct input *input_new(void)
{
	struct input *in = mem_alloc(sizeof *in);

	buf_init(&in->bytes);
	buf_init(&in->paste);
	return in;
}

void input_free(struct input *in)
{
	if (!in)
		return;
	buf_wipe(&in->bytes);
	buf_wipe(&in->paste);
	free(in);
}

void input_define(struct input *in, const char *sequence, int key)
{
	size_t n = strlen(sequence);

	if (n < 2 || n >= sizeof in->defined[0].sequence || sequence[0] != '\033' || in->ndefined == DEFINED_MAX)
		return;
	memcpy(in->defined[in->ndefined].sequence, sequence, n + 1);
	in->defined[in->ndefined++].key = key;
}

void input_feed(struct input *in, const char *bytes, size_t n)
{
	size_t left = in->bytes.len - in->pos;

	if (in->pos) {
		memmove(in->bytes.data, in->bytes.data + in->pos, left);
		explicit_bzero(in->bytes.data + left, in->pos);
		buf_setlen(&in->bytes, left);
		in->pos = 0;
	}
	buf_add(&in->bytes, bytes, n);
}

static int numbered_key(int number)
{
	/* ESC [ number ~ of the VT220 and of xterm; the gaps are history */
	static const int keys[] = {
		[1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END, [5] = K_PGUP, [6] = K_PGDN, [7] = K_HOME, [8] = K_END,
		[11] = K_F1, [12] = K_F2, [13] = K_F3, [14] = K_F4, [15] = K_F5, [17] = K_F6, [18] = K_F7, [19] = K_F8,
		[20] = K_F9, [21] = K_F10, [23] = K_F11, [24] = K_F12,
	};

	return number >= 0 && (size_t)number < COUNT(keys) ? keys[number] : K_NONE;
}

static int lettered_key(char final)
{
	switch (final) {
	case 'A': return K_UP;
	case 'B': return K_DOWN;
	case 'C': return K_RIGHT;
	case 'D': return K_LEFT;
	case 'F': return K_END;
	case 'H': return K_HOME;
	case 'M': return K_ENTER; /* of the keypad, after ESC O */
	case 'P': return K_F1;
	case 'Q': return K_F2;
	case 'R': return K_F3;
	case 'S': return K_F4;
	default: return K_NONE;
	}
}

/* xterm's ctlseqs, "Mouse Tracking", SGR: the button's number with bits for motion, wheel and modifiers; column and row from 1. What is
 * no press, motion or wheel of a kind that we know, or lies nowhere, is swallowed. */
static struct found find_mouse(struct input *in, const char *s, size_t n, bool release)
{
	enum { MOTION = 32, WHEEL = 64, PARTS = 3 };
	int part[PARTS] = { 0 }, which = 0;
	struct found f = { n + 4, K_NONE };

	for (size_t i = 0; i < n; i++) {
		if (s[i] == ';' && i && s[i - 1] != ';' && ++which < PARTS)
			continue;
		if (which == PARTS || s[i] < '0' || s[i] > '9' || part[which] > GRID_MAX_COLS)
			return f;
		part[which] = part[which] * 10 + (s[i] - '0');
	}
	if (which != PARTS - 1 || part[1] < 1 || part[1] > GRID_MAX_COLS || part[2] < 1 || part[2] > GRID_MAX_ROWS)
		return f;
	switch (part[0]) {
	case 0: in->mouse = release ? MOUSE_RELEASE : MOUSE_PRESS; break;
	case MOTION: in->mouse = MOUSE_DRAG; break;
	case WHEEL: in->mouse = MOUSE_WHEEL_UP; break;
	case WHEEL + 1: in->mouse = MOUSE_WHEEL_DOWN; break;
	default: return f;
	}
	f.key = FOUND_MOUSE;
	in->row = part[2] - 1;
	in->col = part[1] - 1;
	return f;
}

/* A terminal that does not know the SGR form sends "ESC [ M" and three bytes, which would be letters: they belong to it. */
static struct found skip_old_mouse(const char *s, size_t n)
{
	for (size_t i = 3; i < 6; i++) {
		if (i == n)
			return (struct found){ 0 };
		if ((unsigned char)s[i] < 0x20)
			return (struct found){ i, K_NONE };
	}
	return (struct found){ 6, K_NONE };
}

/* "ESC [ parameters intermediates final", ECMA-48 section 5.4; s[2…] is at hand. */
static struct found find_csi(struct input *in, const char *s, size_t n)
{
	size_t i = 2;
	int number[2] = { 0, 1 }, which = 0; /* the second is xterm's modifier: 1 none, 2 shift */
	bool marked = false;

	if (n > 2 && s[2] == '[') /* the Linux console: ESC [ [ A is F1 */
		return n > 3 ? (struct found){ 4, s[3] >= 'A' && s[3] <= 'E' ? K_F1 + (s[3] - 'A') : K_NONE } : (struct found){ 0 };
	if (n > 2 && s[2] == 'M')
		return skip_old_mouse(s, n);
	for (; i < n && s[i] >= 0x20 && s[i] < 0x40; i++) {
		if (s[i] == ';' && which == 0) {
			which = 1;
			number[1] = 0;
		} else if (s[i] >= '0' && s[i] <= '9' && number[which] < 1000) {
			number[which] = number[which] * 10 + (s[i] - '0');
		} else {
			marked = true;
		}
		if (i == SEQUENCE_MAX) {
			in->overlong = true;
			return (struct found){ i, K_NONE };
		}
	}
	if (i == n)
		return (struct found){ 0 };
	if (s[i] < 0x40 || s[i] == 0x7f) /* broken off: whatever this byte is, it starts anew */
		return (struct found){ i, K_NONE };
	if (s[2] == '<' && (s[i] == 'M' || s[i] == 'm'))
		return find_mouse(in, s + 3, i - 3, s[i] == 'm');
	if (marked || number[1] < 1 || number[1] > 2)
		return (struct found){ i + 1, K_NONE };
	if (s[i] == '~' && number[0] == 200)
		in->pasting = true;
	if (s[i] == 'Z')
		return (struct found){ i + 1, K_BACKTAB };
	return (struct found){ i + 1, s[i] == '~' ? numbered_key(number[0]) : s[i] == 'M' ? K_NONE : lettered_key(s[i]) };
}

/* OSC, DCS, SOS, PM, APC: a string up to BEL or ESC \. Always swallowed. */
static struct found find_string(const char *s, size_t n)
{
	for (size_t i = 2; i < n; i++) {
		if (s[i] == '\a')
			return (struct found){ i + 1, K_NONE };
		if (s[i] == '\033')
			return i + 1 == n ? (struct found){ 0 } : (struct found){ s[i + 1] == '\\' ? i + 2 : i, K_NONE };
		if (i == STRING_MAX)
			return (struct found){ i, K_NONE };
	}
	return (struct found){ 0 };
}

/* One UTF-8 character (RFC 3629); what is none is dropped byte by byte. C1 controls are dropped as well. */
static struct found find_character(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	static const int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;
	int c;

	if (len == 1)
		return (struct found){ 1, u[0] };
	if (len == 0)
		return (struct found){ 1, K_NONE };
	c = u[0] & (0xff >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (i == n)
			return (struct found){ 0 };
		if ((u[i] & 0xc0) != 0x80)
			return (struct found){ i, K_NONE };
		c = c << 6 | (u[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || c < 0xa0)
		c = K_NONE;
	return (struct found){ len, c };
}

/* A sequence that terminfo told us. len SIZE_MAX: none begins like this. */
static struct found find_defined(const struct input *in, const char *s, size_t n)
{
	bool begun = false;

	for (size_t i = 0; i < in->ndefined; i++) {
		size_t len = strlen(in->defined[i].sequence);

		if (n >= len && !memcmp(s, in->defined[i].sequence, len))
			return (struct found){ len, in->defined[i].key };
		begun |= n < len && !memcmp(s, in->defined[i].sequence, n);
	}
	return (struct found){ begun ? 0 : SIZE_MAX, K_NONE };
}

static struct found find_escape(struct input *in, const char *s, size_t n)
{
	struct found f = find_defined(in, s, n);

	if (f.len != SIZE_MAX || n == 1)
		return f.len == SIZE_MAX ? (struct found){ 0 } : f;
	if (s[1] == '[')
		return find_csi(in, s, n);
	if (s[1] == 'O')
		return n > 2 ? (struct found){ 3, lettered_key(s[2]) } : (struct found){ 0 };
	if (strchr("]PX^_", s[1]))
		return find_string(s, n);
	if (s[1] == '\033')
		return (struct found){ 1, K_ESC };
	f = find_character(s + 1, n - 1);
	if (f.len)
		f.len++;
	if (f.key != K_NONE)
		f.key |= K_ALT;
	return f;
}

/* Nothing more comes: what was begun is what it is. */
static struct found give_up(const char *s, size_t n)
{
	if (s[0] != '\033')
		return (struct found){ n, K_NONE };
	if (n == 1)
		return (struct found){ 1, K_ESC };
	return (struct found){ n, n == 2 && s[1] > ' ' ? s[1] | K_ALT : K_NONE };
}

static void add_paste(struct input *in, const char *s, size_t n)
{
	size_t room = TERM_PASTE_MAX - in->paste.len;

	if (n > room) {
		n = room;
		in->cut = true;
	}
	buf_add(&in->paste, s, n);
}

/* Moves pasted bytes over; true when the paste is complete. */
static bool take_paste(struct input *in, struct event *event, bool idle)
{
	const char *s = in->bytes.data + in->pos;
	size_t n = in->bytes.len - in->pos, end_len = sizeof paste_end - 1, keep;
	const char *end = memmem(s, n, paste_end, end_len);

	if (end) {
		add_paste(in, s, (size_t)(end - s));
		in->pos += (size_t)(end - s) + end_len;
	} else {
		/* the end may be half here */
		keep = n < end_len - 1 ? n : end_len - 1;
		while (keep && memcmp(s + n - keep, paste_end, keep) != 0)
			keep--;
		if (idle)
			keep = 0;
		add_paste(in, s, n - keep);
		in->pos += n - keep;
		if (!idle)
			return false;
		in->cut = true;
	}
	in->pasting = false;
	*event = (struct event){ .type = EVENT_PASTE, .paste = in->paste.data, .paste_len = in->paste.len, .paste_cut = in->cut };
	return true;
}

static void set_key(struct event *event, const char *s, size_t n, int key)
{
	*event = (struct event){ .type = EVENT_KEY, .key = key };
	if (key >= ' ' && key != K_BACKSPACE && key < K_FIRST)
		memcpy(event->text, s, n);
}

/* Up to its final byte, or whatever cannot belong to it; digits must not become keys because there are too many of them. */
static void skip_overlong(struct input *in, bool idle)
{
	while (in->overlong && in->pos < in->bytes.len) {
		unsigned char c = (unsigned char)in->bytes.data[in->pos];

		in->overlong = c >= 0x20 && c < 0x40;
		in->pos += c >= 0x20 && c < 0x7f;
	}
	in->overlong &= !idle;
}

static void wipe(struct buf *b)
{
	explicit_bzero(b->data, b->len);
	buf_clear(b);
}

/* What was handed out is not kept: it may have been a passphrase, or about a customer. */
static void forget_used(struct input *in)
{
	if (in->pos == in->bytes.len && in->pos) {
		wipe(&in->bytes);
		in->pos = 0;
	}
	if (!in->pasting && in->paste.len)
		wipe(&in->paste);
}

bool input_next(struct input *in, struct event *event, bool idle)
{
	forget_used(in);
	skip_overlong(in, idle);
	while (in->pos < in->bytes.len || (in->pasting && idle)) {
		const char *s = in->bytes.data + in->pos;
		size_t n = in->bytes.len - in->pos;
		struct found f;

		if (in->pasting)
			return take_paste(in, event, idle);
		f = s[0] == '\033' ? find_escape(in, s, n) : find_character(s, n);
		if (!f.len && !idle)
			return false;
		if (!f.len)
			f = give_up(s, n);
		in->pos += f.len;
		skip_overlong(in, idle);
		if (in->pasting) {
			in->cut = false;
		}
		if (f.key == FOUND_MOUSE) {
			*event = (struct event){ .type = EVENT_MOUSE, .mouse = in->mouse, .row = in->row, .col = in->col };
			return true;
		}
		if (f.key != K_NONE) {
			set_key(event, s, f.len, f.key);
			return true;
		}
	}
	return false;
}

int input_patience(const struct input *in)
{
	if (in->pasting)
		return PASTE_PATIENCE;
	return in->overlong || in->pos < in->bytes.len ? ESC_PATIENCE : -1;
}
