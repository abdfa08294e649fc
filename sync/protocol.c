#include "sync/protocol.h"

#include <stdio.h>
#include <string.h>

#define DESK_DOMAIN "paydesk-desk"

static void desk_cert_text(struct buf *out, const struct desk_cert *c)
{
	buf_addf(out, "paydesk-desk 1\ndesk %s\nkey ", c->desk);
	buf_add_hex(out, c->key, sizeof c->key);
	buf_adds(out, "\nroot ");
	buf_add_hex(out, c->root, sizeof c->root);
	buf_addf(out, "\nscope %s\nregions %s\nissued %lld\n", c->scope, c->regions, (long long)c->issued);
}

void desk_cert_issue(struct desk_cert *c, const uint8_t core_seed[KEY_BYTES])
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	desk_cert_text(&text, c);
	snprintf(c->text, sizeof c->text, "%s", text.data);
	sign_make(c->sig, DESK_DOMAIN, c->text, strlen(c->text), core_seed);
}

/* Takes "NAME value\n" off the text; the value is not empty and fits. */
static bool take_line(const char **p, const char *end, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	const char *nl = memchr(*p, '\n', (size_t)(end - *p));

	if (!nl || (size_t)(nl - *p) < n + 2 || memcmp(*p, name, n) || (*p)[n] != ' ' || (size_t)(nl - *p) - n - 1 >= size)
		return false;
	memcpy(out, *p + n + 1, (size_t)(nl - *p) - n - 1);
	out[(size_t)(nl - *p) - n - 1] = '\0';
	*p = nl + 1;
	return true;
}

/* Comma-separated names, none empty; printable ASCII or the bytes of UTF-8. */
static bool list_valid(const char *s)
{
	for (size_t run = 0;; s++) {
		if (!*s || *s == ',') {
			if (!run)
				return false;
			if (!*s)
				return true;
			run = 0;
		} else if ((unsigned char)*s <= 0x20 || *s == 0x7f) {
			return false;
		} else {
			run++;
		}
	}
}

static bool desk_id_valid(const char *s)
{
	return *s && s[strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

static bool parse_fields(struct desk_cert *c, const char *text, size_t n)
{
	char version[4], key[KEY_BYTES * 2 + 1], root[KEY_BYTES * 2 + 1], issued[20];
	const char *p = text, *end = text + n;

	if (!take_line(&p, end, "paydesk-desk", version, sizeof version) || strcmp(version, "1") ||
	    !take_line(&p, end, "desk", c->desk, sizeof c->desk) || !desk_id_valid(c->desk) ||
	    !take_line(&p, end, "key", key, sizeof key) || !hex_decode(key, strlen(key), c->key, sizeof c->key) ||
	    !take_line(&p, end, "root", root, sizeof root) || !hex_decode(root, strlen(root), c->root, sizeof c->root) ||
	    !take_line(&p, end, "scope", c->scope, sizeof c->scope) || !list_valid(c->scope) ||
	    !take_line(&p, end, "regions", c->regions, sizeof c->regions) || !list_valid(c->regions) ||
	    !take_line(&p, end, "issued", issued, sizeof issued) || strspn(issued, "0123456789") != strlen(issued))
		return false;
	for (const char *d = issued; *d; d++) {
		if (c->issued > (INT64_MAX - 9) / 10)
			return false;
		c->issued = c->issued * 10 + (*d - '0');
	}
	return p == end;
}

enum code desk_cert_read(struct desk_cert *out, const char *text, size_t n, const uint8_t sig[SIG_BYTES], const uint8_t core_key[KEY_BYTES], struct err *err)
{
	AUTO(buf_release) struct buf again = BUF_INIT;
	struct desk_cert c = { 0 };

	if (n >= sizeof c.text || memchr(text, '\0', n) || !parse_fields(&c, text, n))
		return fail(err, E_INVALID, "the desk's certificate cannot be read");
	desk_cert_text(&again, &c); /* one certificate has one spelling */
	if (again.len != n || memcmp(again.data, text, n))
		return fail(err, E_INVALID, "the desk's certificate is not in its canonical form");
	if (!sign_check(sig, DESK_DOMAIN, text, n, core_key))
		return fail(err, E_SIGNATURE, "the desk's certificate was not signed by this payment core");
	memcpy(c.text, text, n);
	memcpy(c.sig, sig, SIG_BYTES);
	*out = c;
	return E_OK;
}

static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(list, "all"))
		return true;
	for (const char *p = list; *p; p += *p == ',') {
		size_t len = strcspn(p, ",");
		if (n && len == n && !memcmp(p, name, n))
			return true;
		p += len;
	}
	return false;
}

bool desk_cert_covers(const struct desk_cert *c, const char *kind, const char *region)
{
	return listed(c->scope, kind) && (!region || listed(c->regions, region));
}
