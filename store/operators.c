/* Adding, disabling and listing operators; each change is a new generation of the key slots. */
#include <stdlib.h>
#include <string.h>

#include "store/session.h"

static enum code need_root(const struct store *s, struct err *err)
{
	if (!store_is_root(s))
		return fail(err, E_DENIED, "only the root operator may change who has access");
	return E_OK;
}

/* ---- add ---- */

struct addition {
	struct cert cert;
	const struct secret *passphrase;
	struct buf *body;
};

static enum code add(struct store *s, struct slots *slots, void *ctx, struct err *err)
{
	AUTO(secret_freep) struct secret *seed = NULL;
	struct addition *a = ctx;
	struct slot *slot;
	enum code code = secret_new(&seed, KEY_BYTES, err);

	if (code)
		return code;
	crypto_random(secret_bytes(seed), KEY_BYTES);
	sign_public(a->cert.key, secret_peek(seed));
	a->cert.serial = 1;
	a->cert.issued = store_now(s);
	a->cert.active = true;
	if ((code = cert_issue(&a->cert, secret_peek(s->seed), err)) || (code = slots_add(slots, &a->cert, err)))
		return code;
	slot = slots_find(slots, a->cert.name);
	buf_adds(a->body, a->cert.text);
	if ((code = slots_wrap(slots, slot, seed, a->passphrase, s->config.cost, err)))
		return code;
	return slots_box(slot, s->vault, err);
}

enum code store_operator_add(struct store *s, const char *name, const char *roles, const struct secret *passphrase, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct addition a = { .passphrase = passphrase, .body = &body };
	const struct keys_change change = { add, &a, "operator.add", a.cert.id, &body };
	enum code code = need_root(s, err);

	if (code)
		return code;
	if (!cert_name_valid(name))
		return fail(err, E_INVALID, "an operator's name is 1 to %d of a-z 0-9 . _ - and begins with a letter", CERT_NAME_MAX);
	if (strlen(roles) > CERT_ROLES_MAX)
		return fail(err, E_INVALID, "roles are names separated by commas, %d characters at most", CERT_ROLES_MAX);
	memcpy(a.cert.name, name, strlen(name) + 1);
	memcpy(a.cert.roles, roles, strlen(roles) + 1);
	return session_change_keys(s, &change, err);
}

/* ---- disable ---- */

struct closing {
	const char *name;
	struct cert cert;
	struct buf *body;
};

static enum code disable(struct store *s, struct slots *slots, void *ctx, struct err *err)
{
	struct closing *c = ctx;
	struct slot *slot = slots_find(slots, c->name);
	enum code code;

	if (!slot)
		return fail(err, E_NOTFOUND, "there is no operator of that name");
	if (!slot->cert.active)
		return fail(err, E_STATE, "%s is disabled already", c->name);
	if (crypto_equal(slot->cert.key, slots->root, KEY_BYTES))
		return fail(err, E_INVALID, "the root operator cannot be disabled: nobody could certify operators any more");
	c->cert = slot->cert;
	c->cert.active = false;
	c->cert.serial++;
	c->cert.issued = store_now(s);
	code = cert_issue(&c->cert, secret_peek(s->seed), err);
	if (code)
		return code;
	slots_close_slot(slot, &c->cert);
	buf_adds(c->body, c->cert.text);
	return E_OK;
}

enum code store_operator_disable(struct store *s, const char *name, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct closing c = { .name = name, .body = &body };
	const struct keys_change change = { disable, &c, "operator.disable", c.cert.id, &body };
	enum code code = need_root(s, err);

	return code ? code : session_change_keys(s, &change, err);
}

/* ---- passphrase ---- */

static enum code rewrap(struct store *s, struct slots *slots, void *ctx, struct err *err)
{
	struct slot *slot = slots_find(slots, s->who.name);
	const struct secret *passphrase = ctx;

	if (!slot || !slot->cert.active)
		return fail(err, E_DENIED, "%s is no longer an operator of this store", s->who.name);
	return slots_wrap(slots, slot, s->seed, passphrase, s->config.cost, err);
}

enum code store_operator_passphrase(struct store *s, const struct secret *passphrase, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	const struct keys_change change = { rewrap, (void *)(uintptr_t)passphrase, "operator.passphrase", s->who.id, &body };

	return session_change_keys(s, &change, err);
}

/* ---- list ---- */

enum code store_operators(struct store *s, struct cert **out, size_t *n, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	enum code code = session_stored_keys(s, &slots, err);

	*out = NULL;
	*n = 0;
	if (code)
		return code;
	*out = mem_alloc(slots.n * sizeof **out);
	for (; *n < slots.n; ++*n)
		(*out)[*n] = slots.slot[*n].cert;
	return E_OK;
}

const struct cert *store_operator_find(const struct cert *all, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].id, id) == 0)
			return &all[i];
	return NULL;
}

enum code store_operator_names(const char *home, char ***names, size_t *n, struct err *err)
{
	AUTO(slots_release) struct slots slots = SLOTS_INIT;
	const struct store look = { .config = { .home = home } };
	enum code code = session_read_keys(&look, &slots, err);

	*names = NULL;
	*n = 0;
	if (code)
		return code;
	*names = mem_alloc(slots.n * sizeof **names);
	for (size_t i = 0; i < slots.n; i++)
		if (slots.slot[i].cert.active)
			(*names)[(*n)++] = mem_strdup(slots.slot[i].cert.name);
	return E_OK;
}
