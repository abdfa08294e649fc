#include "store/cert.h"

#include <string.h>

#include "store/line.h"

static const char domain[] = "paydesk-operator";

void operator_id(char out[OPERATOR_ID_LEN + 1], const uint8_t key[KEY_BYTES])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[KEY_BYTES];

	digest(sum, key, KEY_BYTES);
	buf_add_hex(&hex, sum, OPERATOR_ID_LEN / 2);
	memcpy(out, hex.data, OPERATOR_ID_LEN + 1);
}

bool cert_name_valid(const char *name)
{
	size_t n = strlen(name);

	return n >= 1 && n <= CERT_NAME_MAX && name[0] >= 'a' && name[0] <= 'z'
	       && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* Names of roles with single commas between them. */
static bool roles_valid(const char *roles)
{
	size_t n = strlen(roles);

	return n >= 1 && n <= CERT_ROLES_MAX && strspn(roles, "abcdefghijklmnopqrstuvwxyz0123456789_-,") == n
	       && roles[0] != ',' && roles[n - 1] != ',' && !strstr(roles, ",,");
}

static void render(struct buf *out, const struct cert *c)
{
	buf_addf(out, "paydesk-operator 1\noperator %s\nname %s\nkey ", c->id, c->name);
	buf_add_hex(out, c->key, KEY_BYTES);
	buf_addf(out, "\nroles %s\nserial %lld\nissued %lld\nstatus %s\n", c->roles, (long long)c->serial,
		 (long long)c->issued, c->active ? "active" : "disabled");
}

enum code cert_issue(struct cert *c, const uint8_t root_seed[KEY_BYTES], struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (!cert_name_valid(c->name))
		return fail(err, E_INVALID, "an operator's name is 1 to %d of a-z 0-9 . _ - and begins with a letter", CERT_NAME_MAX);
	if (!roles_valid(c->roles))
		return fail(err, E_INVALID, "roles are names separated by commas, %d characters at most", CERT_ROLES_MAX);
	if (c->serial < 1 || c->issued < 0)
		return fail(err, E_INVALID, "the certificate of %s has no serial or date", c->name);
	operator_id(c->id, c->key);
	render(&text, c);
	if (text.len >= sizeof c->text)
		return fail(err, E_INVALID, "the certificate of %s is too long", c->name);
	memcpy(c->text, text.data, text.len + 1);
	sign_make(c->sig, domain, text.data, text.len, root_seed);
	return E_OK;
}

static bool parse(struct cert *c, struct lines *l)
{
	char status[16];

	if (!line_word(l, "paydesk-operator 1") || !line_text(l, "operator", c->id, sizeof c->id)
	    || !line_text(l, "name", c->name, sizeof c->name) || !line_hex(l, "key", c->key, KEY_BYTES)
	    || !line_text(l, "roles", c->roles, sizeof c->roles) || !line_number(l, "serial", 1, INT64_MAX, &c->serial)
	    || !line_number(l, "issued", 0, INT64_MAX, &c->issued) || !line_text(l, "status", status, sizeof status))
		return false;
	c->active = strcmp(status, "active") == 0;
	return (c->active || strcmp(status, "disabled") == 0) && l->left == 0 && cert_name_valid(c->name) && roles_valid(c->roles);
}

enum code cert_read(struct cert *out, const char *text, size_t n, const uint8_t sig[SIG_BYTES], const uint8_t root[KEY_BYTES], struct err *err)
{
	struct lines l = { text, n, 1 };
	char id[OPERATOR_ID_LEN + 1];

	memset(out, 0, sizeof *out);
	if (n >= sizeof out->text || !parse(out, &l))
		return fail(err, E_INVALID, "an operator's certificate is malformed at line %d", l.number);
	if (!sign_check(sig, domain, text, n, root))
		return fail(err, E_SIGNATURE, "the certificate of %s is not signed by this organisation's root operator", out->name);
	operator_id(id, out->key);
	if (strcmp(id, out->id) != 0)
		return fail(err, E_SIGNATURE, "the certificate of %s names another key's id", out->name);
	memcpy(out->text, text, n);
	memcpy(out->sig, sig, SIG_BYTES);
	return E_OK;
}
