#include "tui/screen/keymap.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/record.h"
#include "tui/config.h"

static const enum scope scopes[] = { SCOPE_DESKS, SCOPE_LIST, SCOPE_ITEM, SCOPE_METRICS, SCOPE_OVERLAY, SCOPE_PICTURE };

struct reader {
	const char *origin;
	int line;
	struct keymap map;
	int line_of[REQ_COUNT];  /* where a request was given its keys; 0: built in */
};

/* A word of the line: the file may hold anything, and a message repeats only what is plain. */
struct word {
	const char *s;
	size_t n;
};

static struct word word_until(const char **at, const char *end, const char *stop)
{
	struct word w;

	while (*at < end && strchr(" \t\r", **at))
		(*at)++;
	w.s = *at;
	while (*at < end && **at && !strchr(stop, **at))
		(*at)++;
	w.n = (size_t)(*at - w.s);
	return w;
}

static int plain(struct word w)
{
	int n = 0;

	while ((size_t)n < w.n && n < 40 && w.s[n] > ' ' && w.s[n] <= '~')
		n++;
	return n;
}

static enum req find(struct word w)
{
	for (enum req r = REQ_NONE + 1; r < REQ_COUNT; r++)
		if (strlen(req_word(r)) == w.n && memcmp(req_word(r), w.s, w.n) == 0)
			return r;
	return REQ_NONE;
}

/* One line: empty, a comment, or "request = key key…". */
static enum code read_line(struct reader *rd, const char *at, const char *end, struct err *err)
{
	struct word w;
	enum req req;
	size_t len = 0;

	w = word_until(&at, end, " \t\r=");
	if (w.s == end || *w.s == '#')
		return E_OK;
	req = find(w);
	if (req == REQ_NONE)
		return fail(err, E_INVALID, N_("%s:%d: there is no request \"%.*s\"; the manual paydesk(1) lists them"), rd->origin, rd->line, plain(w), w.s);
	if (!req_holds(req, SCOPE_MAIN | SCOPE_PICTURE))
		return fail(err, E_INVALID, N_("%s:%d: the keys of \"%s\" stay as they are"), rd->origin, rd->line, req_word(req));
	if (rd->line_of[req])
		return fail(err, E_INVALID, N_("%s:%d: \"%s\" has its keys already, in line %d"), rd->origin, rd->line, req_word(req), rd->line_of[req]);
	while (at < end && strchr(" \t\r", *at))
		at++;
	if (at == end || *at++ != '=')
		return fail(err, E_INVALID, N_("%s:%d: no = behind \"%s\""), rd->origin, rd->line, req_word(req));
	for (w = word_until(&at, end, " \t\r"); w.n; w = word_until(&at, end, " \t\r")) {
		if (key_parse(w.s, w.n) == K_NONE || key_parse(w.s, w.n) == CTRL_KEY('Z'))
			return fail(err, E_INVALID, N_("%s:%d: \"%.*s\" is no key; keys are called a, A, 中, Space, F5, PgDn, Ctrl-X, Alt-x"), rd->origin, rd->line,
				    plain(w), w.s);
		if (len + w.n + 2 > KEYMAP_KEYS_MAX)
			return fail(err, E_INVALID, N_("%s:%d: too many keys"), rd->origin, rd->line);
		len += (size_t)snprintf(rd->map.keys[req] + len, KEYMAP_KEYS_MAX - len, len ? " %.*s" : "%.*s", (int)w.n, w.s);
	}
	if (!len)
		return fail(err, E_INVALID, N_("%s:%d: \"%s\" needs a key"), rd->origin, rd->line, req_word(req));
	rd->line_of[req] = rd->line;
	return E_OK;
}

/* Two requests with one key are wrong where the later of them was given it. */
static enum code check_requests(const struct reader *rd, enum req req, int key, const char *label, struct err *err)
{
	for (size_t s = 0; s < COUNT(scopes); s++) {
		enum req other;

		if (!req_holds(req, scopes[s]))
			continue;
		other = keymap_req(&rd->map, scopes[s], key);
		if (other != req)
			return fail(err, E_INVALID, N_("%s:%d: %s is \"%s\" and \"%s\"; give one of them another key"), rd->origin,
				    rd->line_of[req] > rd->line_of[other] ? rd->line_of[req] : rd->line_of[other], label, req_word(req), req_word(other));
	}
	return E_OK;
}

static enum code check_actions(const struct reader *rd, enum req req, int key, const char *label, struct err *err)
{
	if (!req_holds(req, SCOPE_LIST) && !req_holds(req, SCOPE_ITEM))
		return E_OK;
	for (size_t i = 0; i < nrecords; i++)
		for (size_t a = 0; a < records[i]->nactions; a++)
			if (records[i]->actions[a].key == key)
				return fail(err, E_INVALID, N_("%s:%d: %s takes the action %s of a %s; \"%s\" needs another key"), rd->origin, rd->line_of[req], label,
					    records[i]->actions[a].id, records[i]->kind, req_word(req));
	return E_OK;
}

static enum code check(const struct reader *rd, struct err *err)
{
	for (enum req r = REQ_NONE + 1; r < REQ_COUNT; r++) {
		const char *at = keymap_keys(&rd->map, r);

		while (*at && req_holds(r, SCOPE_READ | SCOPE_PICTURE)) {
			size_t n = strcspn(at, " ");
			int key = key_parse(at, n);
			char label[32];

			key_label(key, label);
			if (check_requests(rd, r, key, label, err) || check_actions(rd, r, key, label, err))
				return err->code;
			at += n + strspn(at + n, " ");
		}
	}
	return E_OK;
}

enum code keymap_parse(struct keymap *map, const char *origin, const char *text, size_t len, struct err *err)
{
	struct reader rd = { .origin = origin };
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline ? newline : end;

		rd.line++;
		if (memchr(text, '\0', (size_t)(stop - text)))
			return fail(err, E_INVALID, N_("%s:%d: this is no text"), origin, rd.line);
		if (read_line(&rd, text, stop, err))
			return err->code;
		text = newline ? newline + 1 : end;
	}
	if (check(&rd, err))
		return err->code;
	*map = rd.map;
	return E_OK;
}

enum code keymap_load(struct keymap *map, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	char path[PATH_MAX];
	enum code code = config_read(&file, path, sizeof path, "keys", err);

	*map = (struct keymap){ 0 };
	if (code == E_NOTFOUND)
		return E_OK;
	return code ? code : keymap_parse(map, path, file.data, file.len, err);
}
