/* The key slots as a text: what opens them, and what every kind of tampering comes to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/slots.h"
#include "tests/check.h"
#include "tests/house.h"

/* Slots of two operators, root and lin, made without a store around them. */
struct ring {
	struct slots slots;
	struct secret *root_seed, *lin_seed, *vault;
	struct buf text;
	struct err err;
};

static void add_operator(struct ring *r, const char *name, const char *roles, const struct secret *seed)
{
	AUTO(secret_freep) struct secret *pass = house_pass(name);
	struct cert c = { .serial = 1, .issued = 1763700000000, .active = true };
	struct slot *slot;

	snprintf(c.name, sizeof c.name, "%s", name);
	snprintf(c.roles, sizeof c.roles, "%s", roles);
	sign_public(c.key, secret_peek(seed));
	assert_ok(cert_issue(&c, secret_peek(r->root_seed), &r->err), r->err);
	assert_ok(slots_add(&r->slots, &c, &r->err), r->err);
	slot = slots_find(&r->slots, name);
	assert_ok(slots_wrap(&r->slots, slot, seed, pass, kdf_minimum(), &r->err), r->err);
}

static struct secret *random_secret(void)
{
	struct secret *s;
	struct err err;

	assert_ok(secret_new(&s, KEY_BYTES, &err), err);
	crypto_random(secret_bytes(s), KEY_BYTES);
	return s;
}

static void ring_make(struct ring *r)
{
	uint8_t id[STORE_ID_LEN / 2];

	memset(r, 0, sizeof *r);
	buf_init(&r->text);
	assert_ok(crypto_start(&r->err), r->err);
	r->root_seed = random_secret();
	r->lin_seed = random_secret();
	r->vault = random_secret();
	crypto_random(id, sizeof id);
	slots_set_id(&r->slots, id);
	sign_public(r->slots.root, secret_peek(r->root_seed));
	r->slots.generation = r->slots.data = 1;
	add_operator(r, "root", "admin", r->root_seed);
	add_operator(r, "lin", "reviewer", r->lin_seed);
	assert_ok(slots_set_vault(&r->slots, r->vault, r->root_seed, &r->err), r->err);
	slots_write(&r->slots, r->vault, &r->text);
}

static void ring_drop(struct ring *r)
{
	slots_release(&r->slots);
	secret_free(r->root_seed);
	secret_free(r->lin_seed);
	secret_free(r->vault);
	buf_release(&r->text);
}

static int setup(void **state)
{
	ring_make(*state = mem_alloc(sizeof(struct ring)));
	return 0;
}

static int teardown(void **state)
{
	ring_drop(*state);
	free(*state);
	return 0;
}

/* What an operator with the right passphrase comes to with that text. E_OK is access. */
static enum code try_text(const char *text, size_t n, const char *name, struct err *err)
{
	AUTO(slots_release) struct slots s = SLOTS_INIT;
	AUTO(secret_freep) struct secret *pass = house_pass(name), *seed = NULL, *vault = NULL;
	const struct slot *who;
	enum code code = slots_parse(&s, text, n, err);

	return code ? code : slots_unlock(&s, name, pass, &seed, &vault, &who, err);
}

/* The same after somebody without the vault key has mended the sum. */
static enum code try_forged(struct buf *text, const char *name, struct err *err)
{
	uint8_t sum[KEY_BYTES];
	char *at = strstr(text->data, "\nsum ");

	assert_non_null(at);
	buf_setlen(text, (size_t)(at + 1 - text->data));
	digest(sum, text->data, text->len);
	buf_adds(text, "sum ");
	buf_add_hex(text, sum, KEY_BYTES);
	buf_addc(text, '\n');
	return try_text(text->data, text->len, name, err);
}

static void test_opens(void **state)
{
	struct ring *r = *state;
	AUTO(slots_release) struct slots s = SLOTS_INIT;
	AUTO(secret_freep) struct secret *pass = house_pass("lin"), *seed = NULL, *vault = NULL;
	AUTO(buf_release) struct buf again = BUF_INIT;
	const struct slot *who;

	assert_ok(slots_parse(&s, r->text.data, r->text.len, &r->err), r->err);
	assert_int_equal(s.n, 2);
	assert_ok(slots_unlock(&s, "lin", pass, &seed, &vault, &who, &r->err), r->err);
	assert_string_equal(who->cert.name, "lin");
	assert_memory_equal(secret_peek(seed), secret_peek(r->lin_seed), KEY_BYTES);
	assert_memory_equal(secret_peek(vault), secret_peek(r->vault), KEY_BYTES);
	slots_write(&s, vault, &again);
	assert_string_equal(again.data, r->text.data);
}

static void test_one_answer(void **state)
{
	struct ring *r = *state;
	AUTO(slots_release) struct slots s = SLOTS_INIT;
	AUTO(secret_freep) struct secret *pass = house_pass("lin"), *wrong = house_secret("SPECIMEN lim"), *seed = NULL, *vault = NULL;
	struct cert gone = r->slots.slot[1].cert;
	const struct slot *who;
	char first[sizeof r->err.msg];

	assert_int_equal(slots_unlock(&r->slots, "lin", wrong, &seed, &vault, &who, &r->err), E_PASSPHRASE);
	assert_null(seed);
	assert_null(vault);
	snprintf(first, sizeof first, "%s", r->err.msg);
	assert_int_equal(slots_unlock(&r->slots, "nobody", pass, &seed, &vault, &who, &r->err), E_PASSPHRASE);
	assert_string_equal(r->err.msg, first);
	gone.active = false;
	gone.serial++;
	assert_ok(cert_issue(&gone, secret_peek(r->root_seed), &r->err), r->err);
	slots_close_slot(&r->slots.slot[1], &gone);
	buf_clear(&r->text);
	slots_write(&r->slots, r->vault, &r->text);
	assert_ok(slots_parse(&s, r->text.data, r->text.len, &r->err), r->err);
	assert_int_equal(slots_unlock(&s, "lin", pass, &seed, &vault, &who, &r->err), E_PASSPHRASE);
	assert_string_equal(r->err.msg, first);
}

/* An accident: any bit of any byte. Never access, and never blamed on the passphrase. */
static void test_flips(void **state)
{
	struct ring *r = *state;

	for (size_t i = 0; i < r->text.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			enum code code;

			r->text.data[i] = (char)(r->text.data[i] ^ 1 << bit);
			code = try_text(r->text.data, r->text.len, "root", &r->err);
			r->text.data[i] = (char)(r->text.data[i] ^ 1 << bit);
			if (code != E_SEALED && !(code == E_NOTSTORE && i < 13))
				fail_msg("byte %zu bit %d: %s", i, bit, code_name(code));
		}
	assert_ok(try_text(r->text.data, r->text.len, "root", &r->err), r->err);
}

static void test_cuts(void **state)
{
	struct ring *r = *state;

	for (size_t n = 0; n < r->text.len; n++) {
		enum code code = try_text(r->text.data, n, "root", &r->err);

		assert_true(code == E_SEALED || (code == E_NOTSTORE && n < 13));
	}
	buf_addc(&r->text, '\n');
	assert_int_equal(try_text(r->text.data, r->text.len, "root", &r->err), E_SEALED);
}

/* The same flips by somebody who mends the sum: still never access. */
static void test_forged_flips(void **state)
{
	struct ring *r = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	size_t body = (size_t)(strstr(r->text.data, "\nsum ") - r->text.data);

	for (size_t i = 0; i <= body; i++) {
		buf_clear(&text);
		buf_add(&text, r->text.data, r->text.len);
		text.data[i] = (char)(text.data[i] ^ 1);
		if (!strstr(text.data, "\nsum "))
			continue; /* the line before it is gone: that is a cut */
		assert_int_not_equal(try_forged(&text, "root", &r->err), E_OK);
	}
}

/* Replaces the first occurrence after a mark. */
static void edit(struct buf *text, const char *after, const char *from, const char *to)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	char *at = strstr(text->data, after);

	assert_non_null(at);
	at = strstr(at, from);
	assert_non_null(at);
	buf_add(&out, text->data, (size_t)(at - text->data));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	buf_clear(text);
	buf_add(text, out.data, out.len);
}

static void test_edits(void **state)
{
	static const struct { const char *after, *from, *to; enum code code; } edits[] = {
		{ "name lin", "roles reviewer", "roles admin", E_SIGNATURE },
		{ "name lin", "name lin", "name lim", E_SIGNATURE },
		{ "name lin", "serial 1", "serial 2", E_SIGNATURE },
		{ "name lin", "status active", "status disabled", E_SIGNATURE },
		{ "name lin", "passes 1", "passes 17", E_SEALED },
		{ "name lin", "memory 8192", "memory 4294967297", E_SEALED },
		{ "name lin", "memory 8192", "memory 08192", E_SEALED },
		{ "name lin", "passes 1", "passes 2", E_PASSPHRASE },
		{ "paydesk", "generation 1", "generation 2", E_SIGNATURE },
		{ "paydesk", "data 1", "data 2", E_SIGNATURE },
		{ "paydesk", "slots 2", "slots 1", E_SEALED },
		{ "paydesk", "slots 2", "slots 257", E_SEALED },
		{ "paydesk", "paydesk-keys 1", "paydesk-keys 2", E_SCHEMA },
		{ "paydesk", "store ", "store 00", E_SEALED },
	};
	struct ring *r = *state;

	for (size_t i = 0; i < COUNT(edits); i++) {
		AUTO(buf_release) struct buf text = BUF_INIT;
		enum code code;

		buf_add(&text, r->text.data, r->text.len);
		edit(&text, edits[i].after, edits[i].from, edits[i].to);
		code = try_forged(&text, "lin", &r->err);
		if (code != edits[i].code)
			fail_msg("%s -> %s: %s, not %s (%s)", edits[i].from, edits[i].to, code_name(code), code_name(edits[i].code), r->err.msg);
	}
}

/* The text from a mark up to another. */
static char *piece(const struct buf *text, const char *from, const char *to)
{
	char *a = strstr(text->data, from), *b;

	assert_non_null(a);
	b = strstr(a + 1, to);
	assert_non_null(b);
	return mem_strndup(a, (size_t)(b - a));
}

static void test_slot_of_another_store(void **state)
{
	struct ring *r = *state, other;
	char *ours, *theirs;

	ring_make(&other);
	ours = piece(&r->text, "slot\npaydesk-operator 1\noperator", "slot\n");
	theirs = piece(&other.text, "slot\npaydesk-operator 1\noperator", "slot\n");
	edit(&r->text, "slots", ours, theirs);
	assert_int_equal(try_forged(&r->text, "root", &r->err), E_SIGNATURE);
	free(ours);
	free(theirs);
	ring_drop(&other);
}

static void test_forged_certificate(void **state)
{
	struct ring *r = *state;
	AUTO(secret_freep) struct secret *mallory = random_secret();

	/* Signed by a key of one's own, everything else as it should be, even the mac. */
	snprintf(r->slots.slot[1].cert.roles, sizeof r->slots.slot[1].cert.roles, "admin");
	assert_ok(cert_issue(&r->slots.slot[1].cert, secret_peek(mallory), &r->err), r->err);
	buf_clear(&r->text);
	slots_write(&r->slots, r->vault, &r->text);
	assert_int_equal(try_text(r->text.data, r->text.len, "lin", &r->err), E_SIGNATURE);
}

/* All certificates signed anew under another root, with a vault key of one's own: what the operator's passphrase vouches for differs. */
static void test_root_replaced(void **state)
{
	struct ring *r = *state;
	AUTO(secret_freep) struct secret *mallory = random_secret(), *vault = random_secret();

	sign_public(r->slots.root, secret_peek(mallory));
	for (size_t i = 0; i < r->slots.n; i++)
		assert_ok(cert_issue(&r->slots.slot[i].cert, secret_peek(mallory), &r->err), r->err);
	assert_ok(slots_set_vault(&r->slots, vault, mallory, &r->err), r->err);
	buf_clear(&r->text);
	slots_write(&r->slots, vault, &r->text);
	assert_int_equal(try_text(r->text.data, r->text.len, "lin", &r->err), E_SIGNATURE);
}

/* Anybody can seal a key to a public key; only the root operator can say that it is the vault's. */
static void test_vault_replaced(void **state)
{
	struct ring *r = *state;
	AUTO(secret_freep) struct secret *mallory = random_secret(), *vault = random_secret();

	assert_ok(slots_set_vault(&r->slots, vault, mallory, &r->err), r->err);
	buf_clear(&r->text);
	slots_write(&r->slots, vault, &r->text);
	assert_int_equal(try_text(r->text.data, r->text.len, "lin", &r->err), E_SIGNATURE);
}

/* The root operator's words left as they are, but the box holds another key. */
static void test_box_replaced(void **state)
{
	struct ring *r = *state;
	AUTO(secret_freep) struct secret *vault = random_secret();

	assert_ok(slots_box(&r->slots.slot[1], vault, &r->err), r->err);
	buf_clear(&r->text);
	slots_write(&r->slots, vault, &r->text);
	assert_int_equal(try_text(r->text.data, r->text.len, "lin", &r->err), E_SIGNATURE);
}

static void test_changes(void **state)
{
	struct ring *r = *state;
	AUTO(secret_freep) struct secret *pass = house_secret("SPECIMEN other"), *seed = NULL, *vault = NULL;
	const struct slot *who;
	struct cert c = r->slots.slot[1].cert;

	assert_int_equal(slots_add(&r->slots, &c, &r->err), E_EXISTS);
	assert_ok(slots_wrap(&r->slots, &r->slots.slot[1], r->lin_seed, pass, kdf_minimum(), &r->err), r->err);
	buf_clear(&r->text);
	slots_write(&r->slots, r->vault, &r->text);
	assert_int_equal(try_text(r->text.data, r->text.len, "lin", &r->err), E_PASSPHRASE);
	slots_release(&r->slots);
	assert_ok(slots_parse(&r->slots, r->text.data, r->text.len, &r->err), r->err);
	assert_ok(slots_unlock(&r->slots, "lin", pass, &seed, &vault, &who, &r->err), r->err);
}

static void test_certificates(void **state)
{
	static const char *const bad[] = { "", "Lin", "1in", "lin wang", "lin\n", "123456789012345678901234567890123", "l/n", "林" };
	struct ring *r = *state;
	struct cert c = r->slots.slot[1].cert, out;

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(cert_name_valid(bad[i]));
	assert_true(cert_name_valid("lin.wang-2_x"));
	assert_ok(cert_read(&out, c.text, strlen(c.text), c.sig, r->slots.root, &r->err), r->err);
	assert_memory_equal(out.key, c.key, KEY_BYTES);
	for (size_t i = 0; i < strlen(c.text); i++) {
		c.text[i] = (char)(c.text[i] ^ 1);
		assert_int_not_equal(cert_read(&out, c.text, strlen(c.text), c.sig, r->slots.root, &r->err), E_OK);
		c.text[i] = (char)(c.text[i] ^ 1);
	}
	char *id = strstr(c.text, "\noperator ") + strlen("\noperator "); /* signed by the right key, for another one's id */
	id[0] = id[0] == '0' ? '1' : '0';
	sign_make(c.sig, "paydesk-operator", c.text, strlen(c.text), secret_peek(r->root_seed));
	assert_int_equal(cert_read(&out, c.text, strlen(c.text), c.sig, r->slots.root, &r->err), E_SIGNATURE);
	snprintf(c.roles, sizeof c.roles, "a,,b");
	assert_int_equal(cert_issue(&c, secret_peek(r->root_seed), &r->err), E_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_opens), TEST(test_one_answer), TEST(test_flips), TEST(test_cuts), TEST(test_forged_flips), TEST(test_edits),
		TEST(test_slot_of_another_store), TEST(test_forged_certificate), TEST(test_root_replaced), TEST(test_vault_replaced),
		TEST(test_box_replaced), TEST(test_changes), TEST(test_certificates),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
