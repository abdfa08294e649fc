#include "tui/screen/keys.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/mem.h"

static const struct {
	const char *word, *keys, *what;
	unsigned scopes;
} requests[REQ_COUNT] = {
	[REQ_NONE] = { "none", "", "", 0 },
#define X(name, word, keys, scopes, what) [REQ_##name] = { word, keys, what, scopes },
	REQUESTS(X)
#undef X
};

static const struct {
	int key;
	const char *word;
} names[] = {
	{ K_TAB, "Tab" },
	{ K_ENTER, "Enter" },
	{ K_ESC, "Esc" },
	{ K_SPACE, "Space" },
	{ K_BACKSPACE, "Backspace" },
#define X(name, word) { K_##name, word },
	KEY_NAMES(X)
#undef X
};

/* Calls key by key; *at moves behind the word. K_NONE at the end. */
static int next_key(const char **at)
{
	size_t n;

	*at += strspn(*at, " ");
	n = strcspn(*at, " ");
	*at += n;
	return n ? key_parse(*at - n, n) : K_NONE;
}

const char *keymap_keys(const struct keymap *map, enum req req)
{
	return map && *map->keys[req] ? map->keys[req] : requests[req].keys;
}

enum req keymap_req(const struct keymap *map, enum scope scope, int key)
{
	if (key == K_NONE)
		return REQ_NONE;
	for (enum req req = 1; req < REQ_COUNT; req++) {
		const char *at = keymap_keys(map, req);

		if (!req_holds(req, scope))
			continue;
		for (int k; (k = next_key(&at)) != K_NONE;)
			if (k == key)
				return req;
	}
	return REQ_NONE;
}

int keymap_key(const struct keymap *map, enum req req)
{
	const char *at = keymap_keys(map, req);

	return next_key(&at);
}

enum req req_for(enum scope scope, int key)
{
	return keymap_req(NULL, scope, key);
}

const char *req_word(enum req req)
{
	return requests[req].word;
}

const char *req_what(enum req req)
{
	return requests[req].what;
}

bool req_holds(enum req req, enum scope scope)
{
	return (requests[req].scopes & (unsigned)scope) != 0;
}

const char *req_keys(enum req req)
{
	return requests[req].keys;
}

int req_key(enum req req)
{
	return keymap_key(NULL, req);
}

/* A code point as UTF-8, RFC 3629. Surrogates and what lies behind U+10FFFF give "". */
static void put_utf8(char out[5], uint32_t c)
{
	int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		n = 0;
	out[n] = '\0';
	for (int i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	if (n)
		out[0] = (char)(lead[n] | c);
}

void key_label(int key, char out[32])
{
	const char *prefix = key & K_ALT ? "Alt-" : "";
	char text[5];

	key &= ~K_ALT;
	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].key == key) {
			snprintf(out, 32, "%s%s", prefix, names[i].word);
			return;
		}
	if (key > 0 && key <= 26) {
		snprintf(out, 32, "%sCtrl-%c", prefix, 'A' + key - 1);
	} else if (key > K_SPACE && key < 0x110000) {
		put_utf8(text, (uint32_t)key);
		snprintf(out, 32, "%s%s", prefix, text);
	} else {
		snprintf(out, 32, "?");
	}
}

/* The one code point that s is, or K_NONE. */
static int one_character(const char *s, size_t n)
{
	unsigned char first = (unsigned char)s[0];
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	char again[5];
	uint32_t c;

	if (!len || len != n || first <= ' ' || first == 0x7f)
		return K_NONE;
	c = first & mask[len];
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	put_utf8(again, c);
	return !strncmp(again, s, n) && strlen(again) == n ? (int)c : K_NONE;
}

int key_parse(const char *name, size_t n)
{
	if (n > 4 && !strncmp(name, "Alt-", 4)) {
		int key = key_parse(name + 4, n - 4);

		return key == K_NONE || key & K_ALT ? K_NONE : key | K_ALT;
	}
	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i].word) == n && !strncmp(names[i].word, name, n))
			return names[i].key;
	if (n == 6 && !strncmp(name, "Ctrl-", 5) && name[5] >= 'A' && name[5] <= 'Z')
		return CTRL_KEY(name[5]);
	return n ? one_character(name, n) : K_NONE;
}
