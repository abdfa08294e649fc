#include "store/slots.h"

#include <stdlib.h>
#include <string.h>

#include "store/line.h"

enum { SUM_LINE = 4 + 2 * KEY_BYTES + 1, CERT_LINES = 8 };

static const char magic[] = "paydesk-keys ", vault_domain[] = "paydesk-vault";

void slots_release(struct slots *s)
{
	free(s->slot);
	memset(s, 0, sizeof *s);
}

struct slot *slots_find(const struct slots *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->slot[i].cert.name, name) == 0)
			return &s->slot[i];
	return NULL;
}

void slots_set_id(struct slots *s, const uint8_t id[STORE_ID_LEN / 2])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;

	buf_add_hex(&hex, id, STORE_ID_LEN / 2);
	memcpy(s->store_id, hex.data, sizeof s->store_id);
}

/* ---- the text ---- */

static void hex_line(struct buf *out, const char *word, const void *data, size_t n)
{
	buf_addf(out, "%s ", word);
	buf_add_hex(out, data, n);
	buf_addc(out, '\n');
}

static void cost_lines(struct buf *out, const struct slot *slot)
{
	buf_addf(out, "passes %llu\nmemory %llu\n", (unsigned long long)slot->cost.ops, (unsigned long long)slot->cost.mem);
	hex_line(out, "salt", slot->salt, SALT_BYTES);
}

static void mac_key(uint8_t key[KEY_BYTES], const struct secret *vault)
{
	key_derive(key, secret_peek(vault), "keys-mac", 0);
}

void slots_write(const struct slots *s, const struct secret *vault, struct buf *out)
{
	uint8_t key[KEY_BYTES], mac[KEY_BYTES], sum[KEY_BYTES];
	size_t start = out->len;

	buf_addf(out, "%s1\nstore %s\n", magic, s->store_id);
	hex_line(out, "root", s->root, KEY_BYTES);
	buf_addf(out, "generation %lld\ndata %lld\n", (long long)s->generation, (long long)s->data);
	hex_line(out, "vault", s->vault, KEY_BYTES);
	hex_line(out, "vault-sig", s->vault_sig, SIG_BYTES);
	buf_addf(out, "slots %zu\n", s->n);
	for (const struct slot *slot = s->slot; slot < s->slot + s->n; slot++) {
		buf_addf(out, "slot\n%s", slot->cert.text);
		hex_line(out, "sig", slot->cert.sig, SIG_BYTES);
		if (!slot->cert.active)
			continue;
		cost_lines(out, slot);
		hex_line(out, "seed", slot->seed, SLOT_SEED);
		hex_line(out, "box", slot->box, SLOT_BOX);
	}
	digest(sum, out->data + start, out->len - start);
	mac_key(key, vault);
	digest_keyed(mac, key, sum, KEY_BYTES);
	crypto_wipe(key, sizeof key);
	hex_line(out, "mac", mac, KEY_BYTES);
	digest(sum, out->data + start, out->len - start);
	hex_line(out, "sum", sum, KEY_BYTES);
}

static enum code malformed(const struct lines *l, struct err *err)
{
	return fail(err, E_SEALED, "the key slots are malformed at line %d; put the file back from a copy, or restore a backup", l->number);
}

static bool parse_keys(struct slot *slot, struct lines *l)
{
	int64_t memory, passes;

	if (!line_number(l, "passes", 1, INT64_MAX, &passes) || !line_number(l, "memory", 1, INT64_MAX, &memory)
	    || !line_hex(l, "salt", slot->salt, SALT_BYTES)
	    || !line_hex(l, "seed", slot->seed, SLOT_SEED) || !line_hex(l, "box", slot->box, SLOT_BOX))
		return false;
	slot->cost = (struct kdf_cost){ (uint64_t)passes, (uint64_t)memory };
	return kdf_cost_valid(slot->cost);
}

static enum code parse_slot(struct slots *s, struct lines *l, struct err *err)
{
	struct slot *slot = &s->slot[s->n];
	uint8_t sig[SIG_BYTES];
	const char *text;
	enum code code;
	size_t n;

	if (!line_word(l, "slot") || !line_block(l, CERT_LINES, &text, &n) || !line_hex(l, "sig", sig, SIG_BYTES))
		return malformed(l, err);
	code = cert_read(&slot->cert, text, n, sig, s->root, err);
	if (code == E_SIGNATURE)
		return code;
	if (code || (slot->cert.active && !parse_keys(slot, l)) || slots_find(s, slot->cert.name))
		return malformed(l, err);
	s->n++;
	return E_OK;
}

static enum code parse_lines(struct slots *s, struct lines *l, struct err *err)
{
	const char *start = l->at;
	uint8_t id[STORE_ID_LEN / 2];
	enum code code = E_OK;
	int64_t n;

	if (!line_word(l, "paydesk-keys 1"))
		return fail(err, E_SCHEMA, "the key slots were written by a newer paydesk; use that one");
	if (!line_hex(l, "store", id, sizeof id) || !line_hex(l, "root", s->root, KEY_BYTES) || !line_number(l, "generation", 1, INT64_MAX, &s->generation)
	    || !line_number(l, "data", 1, INT32_MAX, &s->data) || !line_hex(l, "vault", s->vault, KEY_BYTES)
	    || !line_hex(l, "vault-sig", s->vault_sig, SIG_BYTES) || !line_number(l, "slots", 1, SLOTS_MAX, &n))
		return malformed(l, err);
	slots_set_id(s, id);
	s->slot = mem_alloc((size_t)n * sizeof *s->slot);
	while (!code && s->n < (size_t)n)
		code = parse_slot(s, l, err);
	if (code)
		return code;
	digest(s->body, start, (size_t)(l->at - start));
	if (!line_hex(l, "mac", s->mac, KEY_BYTES) || l->left)
		return malformed(l, err);
	return E_OK;
}

enum code slots_parse(struct slots *out, const char *text, size_t n, struct err *err)
{
	struct lines l = { text, n, 1 }, tail;
	uint8_t sum[KEY_BYTES], told[KEY_BYTES];

	*out = (struct slots)SLOTS_INIT;
	if (n < sizeof magic - 1 || memcmp(text, magic, sizeof magic - 1) != 0)
		return fail(err, E_NOTSTORE, "the key slots are not a file of paydesk, or its beginning was damaged");
	if (n > SLOTS_FILE_MAX || n < sizeof magic + SUM_LINE)
		return fail(err, E_SEALED, "the key slots were cut or padded; put the file back from a copy, or restore a backup");
	tail = (struct lines){ text + n - SUM_LINE, SUM_LINE, 1 };
	l.left -= SUM_LINE;
	digest(sum, text, l.left);
	if (!line_hex(&tail, "sum", told, KEY_BYTES) || tail.left || !crypto_equal(sum, told, KEY_BYTES))
		return fail(err, E_SEALED, "the key slots were damaged (their sum does not fit); put the file back from a copy, or restore a backup");
	return parse_lines(out, &l, err);
}

/* ---- opening ---- */

/* What the sealed seed is bound to, besides the passphrase. */
static void seed_context(struct buf *out, const struct slots *s, const struct slot *slot)
{
	buf_addf(out, "paydesk-seed 1\nstore %s\noperator %s\nname %s\n", s->store_id, slot->cert.id, slot->cert.name);
	cost_lines(out, slot);
}

/* What the root operator signs about the vault key. */
static void vault_statement(struct buf *out, const struct slots *s)
{
	buf_addf(out, "store %s\ndata %lld\n", s->store_id, (long long)s->data);
	hex_line(out, "vault", s->vault, KEY_BYTES);
}

static void vault_commitment(uint8_t out[KEY_BYTES], const struct secret *vault)
{
	key_derive(out, secret_peek(vault), "keys-id", 0);
}

enum code slots_verify(const struct slots *s, const struct secret *vault, struct err *err)
{
	AUTO(buf_release) struct buf statement = BUF_INIT;
	uint8_t commitment[KEY_BYTES], key[KEY_BYTES], mac[KEY_BYTES];

	vault_commitment(commitment, vault);
	vault_statement(&statement, s);
	if (!crypto_equal(commitment, s->vault, KEY_BYTES)
	    || !sign_check(s->vault_sig, vault_domain, statement.data, statement.len, s->root))
		return fail(err, E_SIGNATURE, "the vault key in the key slots is not the one that the root operator signed; the file was altered");
	mac_key(key, vault);
	digest_keyed(mac, key, s->body, KEY_BYTES);
	crypto_wipe(key, sizeof key);
	if (!crypto_equal(mac, s->mac, KEY_BYTES))
		return fail(err, E_SIGNATURE, "the key slots were altered by somebody without the vault key; put the file back from a copy");
	return E_OK;
}

/* The seed and the root key that the passphrase vouches for, in one secret of 64 bytes. */
static enum code open_seed(const struct slots *s, const struct slot *slot, const struct secret *passphrase, struct secret *both, struct err *err)
{
	AUTO(buf_release) struct buf context = BUF_INIT;
	AUTO(secret_freep) struct secret *key = NULL;
	const uint8_t *nonce = slot->seed, *tag = nonce + NONCE_BYTES, *cipher = tag + TAG_BYTES;
	enum code code;

	code = secret_new(&key, KEY_BYTES, err);
	if (!code)
		code = kdf(secret_bytes(key), passphrase, slot->salt, slot->cost, err);
	if (code)
		return code;
	seed_context(&context, s, slot);
	if (!aead_open(secret_bytes(both), cipher, 2 * KEY_BYTES, tag, context.data, context.len, nonce, secret_peek(key)))
		return fail(err, E_PASSPHRASE, "no such operator, or the passphrase is wrong");
	return E_OK;
}

/* For a name that nobody may use: the cost of somebody's slot, so that the answer takes as long, and nothing that would open. */
static struct slot nobody(const struct slots *s)
{
	struct slot slot = { .cost = kdf_moderate() };

	for (size_t i = s->n; i-- > 0;)
		if (s->slot[i].cert.active)
			slot.cost = s->slot[i].cost;
	crypto_random(slot.salt, sizeof slot.salt);
	crypto_random(slot.seed, sizeof slot.seed);
	return slot;
}

enum code slots_unlock(const struct slots *s, const char *name, const struct secret *passphrase, struct secret **seed, struct secret **vault,
		       const struct slot **who, struct err *err)
{
	AUTO(secret_freep) struct secret *both = NULL;
	const struct slot *found = slots_find(s, name);
	const struct slot stranger = nobody(s);
	uint8_t pk[KEY_BYTES];
	enum code code;

	*seed = *vault = NULL;
	*who = NULL;
	if (!found || !found->cert.active)
		found = &stranger;
	if ((code = secret_new(&both, 2 * KEY_BYTES, err)) || (code = secret_new(seed, KEY_BYTES, err))
	    || (code = secret_new(vault, KEY_BYTES, err)) || (code = open_seed(s, found, passphrase, both, err)))
		goto out;
	memcpy(secret_bytes(*seed), secret_peek(both), KEY_BYTES);
	sign_public(pk, secret_peek(*seed));
	if (!crypto_equal(secret_peek(both) + KEY_BYTES, s->root, KEY_BYTES) || !crypto_equal(pk, found->cert.key, KEY_BYTES))
		code = fail(err, E_SIGNATURE, "the organisation's root key in the key slots is not the one that %s joined; the file was altered", name);
	else if (!box_open(secret_bytes(*vault), found->box, SLOT_BOX, secret_peek(*seed)))
		code = fail(err, E_SEALED, "the vault key in the slot of %s was damaged or altered; put the file back from a copy", name);
	else
		code = slots_verify(s, *vault, err);
out:
	if (code) {
		secret_freep(seed);
		secret_freep(vault);
		return code;
	}
	*who = found;
	return E_OK;
}

/* ---- changing ---- */

enum code slots_add(struct slots *s, const struct cert *cert, struct err *err)
{
	if (slots_find(s, cert->name))
		return fail(err, E_EXISTS, "there is an operator %s already, or was; take another name", cert->name);
	if (s->n >= SLOTS_MAX)
		return fail(err, E_FULL, "a store has %d operators at most", SLOTS_MAX);
	s->slot = mem_grow(s->slot, s->n + 1, sizeof *s->slot);
	s->slot[s->n++] = (struct slot){ .cert = *cert };
	return E_OK;
}

enum code slots_wrap(const struct slots *s, struct slot *slot, const struct secret *seed, const struct secret *passphrase,
		     struct kdf_cost cost, struct err *err)
{
	AUTO(buf_release) struct buf context = BUF_INIT;
	AUTO(secret_freep) struct secret *both = NULL, *key = NULL;
	uint8_t *nonce = slot->seed, *tag = nonce + NONCE_BYTES, *cipher = tag + TAG_BYTES;
	enum code code;

	slot->cost = cost;
	crypto_random(slot->salt, sizeof slot->salt);
	if ((code = secret_new(&both, 2 * KEY_BYTES, err)) || (code = secret_new(&key, KEY_BYTES, err))
	    || (code = kdf(secret_bytes(key), passphrase, slot->salt, cost, err)))
		return code;
	memcpy(secret_bytes(both), secret_peek(seed), KEY_BYTES);
	memcpy(secret_bytes(both) + KEY_BYTES, s->root, KEY_BYTES);
	seed_context(&context, s, slot);
	crypto_random(nonce, NONCE_BYTES);
	aead_seal(cipher, tag, secret_peek(both), 2 * KEY_BYTES, context.data, context.len, nonce, secret_peek(key));
	return E_OK;
}

enum code slots_box(struct slot *slot, const struct secret *vault, struct err *err)
{
	return box_seal(slot->box, secret_peek(vault), KEY_BYTES, slot->cert.key, err);
}

enum code slots_set_vault(struct slots *s, const struct secret *vault, const struct secret *root_seed, struct err *err)
{
	AUTO(buf_release) struct buf statement = BUF_INIT;
	enum code code = E_OK;

	vault_commitment(s->vault, vault);
	vault_statement(&statement, s);
	sign_make(s->vault_sig, vault_domain, statement.data, statement.len, secret_peek(root_seed));
	for (size_t i = 0; !code && i < s->n; i++)
		if (s->slot[i].cert.active)
			code = slots_box(&s->slot[i], vault, err);
	return code;
}

void slots_close_slot(struct slot *slot, const struct cert *disabled)
{
	*slot = (struct slot){ .cert = *disabled };
}
