/* Commands: the form that people sign, pinned byte by byte, and what is not that form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/command.h"
#include "tests/check.h"

static const char pinned[] =
	"{\"v\":1,\"id\":\"019a9f6e-7b00-7abc-8def-0123456789ab\",\"kind\":\"merchant\",\"record\":\"M-1001\",\"version\":7,"
	"\"action\":\"request_resubmission\",\"input\":{\"resubmission_reasons\":\"licence_expired,other\",\"note\":\"a \\\"b\\\" 样本\"},"
	"\"reason\":\"执照已过期\\n请重传\",\"evidence\":\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\","
	"\"operator\":\"00112233445566778899aabbccddeeff\",\"desk\":\"ffeeddccbbaa99887766554433221100\",\"at\":1763700000123}";

static const uint8_t seed[KEY_BYTES] = { 1, 2, 3 };

static void fill(struct command *c)
{
	command_init(c);
	memcpy(c->id, "019a9f6e-7b00-7abc-8def-0123456789ab", 37);
	memcpy(c->operator, "00112233445566778899aabbccddeeff", 33);
	memcpy(c->desk, "ffeeddccbbaa99887766554433221100", 33);
	c->kind = "merchant";
	c->record = "M-1001";
	c->action = "request_resubmission";
	c->reason = "执照已过期\n请重传";
	c->version = 7;
	c->at = 1763700000123;
	for (size_t i = 0; i < KEY_BYTES; i++)
		c->evidence[i] = (uint8_t)i;
	c->input[0] = (struct input){ "resubmission_reasons", "licence_expired,other" };
	c->input[1] = (struct input){ "note", "a \"b\" 样本" };
	c->ninput = 2;
}

static void test_written(void **state)
{
	AUTO(command_release) struct command c;

	(void)state;
	fill(&c);
	command_write(&c);
	assert_string_equal(c.bytes.data, pinned);
	command_write(&c);
	assert_int_equal(c.bytes.len, sizeof pinned - 1);
}

static void test_read(void **state)
{
	AUTO(command_release) struct command c, again;
	uint8_t sig[SIG_BYTES], key[KEY_BYTES], sum[KEY_BYTES], expected[KEY_BYTES];
	struct err err;

	(void)state;
	sign_public(key, seed);
	sign_make(sig, COMMAND_DOMAIN, pinned, sizeof pinned - 1, seed);
	command_init(&c);
	command_init(&again);
	for (int i = 0; i < 2; i++) { /* a command can be read into a second time */
		assert_ok(command_read(&c, pinned, sizeof pinned - 1, sig, sizeof sig, &err), err);
		assert_string_equal(c.id, "019a9f6e-7b00-7abc-8def-0123456789ab");
		assert_string_equal(c.operator, "00112233445566778899aabbccddeeff");
		assert_string_equal(c.desk, "ffeeddccbbaa99887766554433221100");
		assert_string_equal(c.kind, "merchant");
		assert_string_equal(c.record, "M-1001");
		assert_string_equal(c.action, "request_resubmission");
		assert_string_equal(c.reason, "执照已过期\n请重传");
		assert_int_equal(c.version, 7);
		assert_int_equal(c.at, 1763700000123);
		assert_int_equal(c.evidence[31], 31);
		assert_int_equal(c.ninput, 2);
		assert_string_equal(c.input[1].name, "note");
		assert_string_equal(c.input[1].text, "a \"b\" 样本");
	}
	assert_true(command_signed_by(&c, key));
	key[0] ^= 1;
	assert_false(command_signed_by(&c, key));
	command_digest(&c, sum);
	digest(expected, pinned, sizeof pinned - 1);
	assert_memory_equal(sum, expected, KEY_BYTES);
	command_write(&c);
	assert_string_equal(c.bytes.data, pinned);
}

/* The command with one part replaced. */
static char *replaced(const char *from, const char *to)
{
	const char *at = strstr(pinned, from);
	AUTO(buf_release) struct buf out = BUF_INIT;

	assert_non_null(at);
	buf_add(&out, pinned, (size_t)(at - pinned));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	return buf_detach(&out);
}

static enum code reads(const char *text, size_t n)
{
	static const uint8_t sig[SIG_BYTES];
	AUTO(command_release) struct command c;
	struct err err = { 0 };
	enum code code;

	command_init(&c);
	code = command_read(&c, text, n, sig, sizeof sig, &err);
	if (code) {
		assert_int_equal(code, err.code);
		assert_true(err.msg[0]);
		assert_int_equal(c.bytes.len, 0);
		assert_int_equal(c.ninput, 0);
	}
	return code;
}

#define NAMED "\"note\":\"a \\\"b\\\" 样本\""
static const struct { const char *from, *to; } malformed[] = {
	/* another spelling of the same values */
	{ "{\"v\":1,", "{ \"v\":1," }, { "{\"v\":1,", "{\"v\" :1," }, { "{\"v\":1,", "{\"v\":1.0," }, { "\"version\":7,", "\"version\":7e0," },
	{ "\"version\":7,", "\"version\":07," }, { "\"version\":7,", "\"version\":+7," }, { "\"M-1001\"", "\"\\u004d-1001\"" },
	{ "执照", "\\u6267照" }, { "\\n", "\\u000a" }, { "a \\\"b", "a \\u0022b" }, { "M-1001", "M\\u002d1001" },
	{ "\"at\":1763700000123}", "\"at\":1763700000123} " }, { "\"at\":1763700000123}", "\"at\":1763700000123}\n" },
	{ "\"at\":1763700000123}", "\"at\":1763700000123}{}" }, { "\"at\":1763700000123}", "\"at\":1763700000123,}" },
	/* another order, too much, too little, twice */
	{ "\"kind\":\"merchant\",\"record\":\"M-1001\"", "\"record\":\"M-1001\",\"kind\":\"merchant\"" },
	{ "{\"v\":1,", "{" }, { "\"kind\":\"merchant\",", "" }, { "\"reason\":\"执照已过期\\n请重传\",", "" },
	{ "{\"v\":1,", "{\"v\":1,\"v\":1," }, { "{\"v\":1,", "{\"v\":1,\"x\":1," }, { "\"kind\":", "\"Kind\":" },
	{ "\"at\":1763700000123}", "\"at\":1763700000123,\"extra\":null}" }, { NAMED, NAMED "," NAMED },
	{ "\"at\":1763700000123", "\"at\":null" }, { "{\"v\":1,", "{\"v\":2," }, { "{\"v\":1,", "{\"v\":\"1\"," },
	/* values out of range or of another kind */
	{ "\"version\":7,", "\"version\":-1," }, { "\"version\":7,", "\"version\":\"7\"," }, { "\"version\":7,", "\"version\":7.5," },
	{ "\"version\":7,", "\"version\":9007199254740993," }, { "1763700000123", "-1" }, { "1763700000123", "253402300800000" },
	{ "019a9f6e-7b00-7abc", "019A9F6E-7B00-7ABC" }, { "019a9f6e-7b00-7abc", "019a9f6e-7b00-4abc" }, { "-8def-", "-cdef-" },
	{ "019a9f6e-7b00", "019a9f6e07b00" }, { "0123456789ab\"", "0123456789a\"" }, { "0123456789ab\"", "0123456789abc\"" },
	{ "\"merchant\"", "\"\"" }, { "\"merchant\"", "\"Merchant\"" }, { "\"merchant\"", "\"mer chant\"" }, { "\"merchant\"", "7" },
	{ "\"merchant\"", "\"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm\"" }, { "\"M-1001\"", "\"\"" }, { "\"M-1001\"", "\"M 1001\"" },
	{ "\"M-1001\"", "\"../1001\"" }, { "\"M-1001\"", "\"样本\"" }, { "\"M-1001\"", "\"M\\u001b[2J\"" }, { "\"M-1001\"", "null" },
	{ "\"request_resubmission\"", "\"request-resubmission\"" }, { "\"request_resubmission\"", "\"\"" },
	{ "\"000102", "\"00010G" }, { "\"000102", "\"0102" }, { "\"000102", "\"00000102" }, { "1d1e1f", "1D1E1F" },
	{ "\"00112233", "\"0011223" }, { "aabbccddeeff\"", "AABBCCDDEEFF\"" }, { "\"ffeeddcc", "\"ffeeddccaa" }, { "\"ffeeddcc", "\"xfeeddcc" },
	{ "\"note\"", "\"no te\"" }, { "\"note\"", "\"\"" }, { NAMED, "\"note\":7" }, { NAMED, "\"note\":null" }, { NAMED, "\"note\":{}" },
	{ NAMED, "\"note\":[\"a\"]" }, { "\"input\":{", "\"input\":[{" }, { "执照", "\xff\xfe" }, { "执照", "\\ud800" }, { "执照", "\\u0000" },
	{ "执照", "\xed\xa0\x80" }, { "执照", "\xc0\xaf" },
};

static void test_malformed(void **state)
{
	(void)state;
	assert_int_equal(reads(pinned, sizeof pinned - 1), E_OK);
	for (size_t i = 0; i < COUNT(malformed); i++) {
		char *text = replaced(malformed[i].from, malformed[i].to);

		if (reads(text, strlen(text)) != E_INVALID)
			fail_msg("taken: %s", text);
		free(text);
	}
	assert_int_equal(reads("", 0), E_INVALID);
	assert_int_equal(reads("[]", 2), E_INVALID);
	assert_int_equal(reads("null", 4), E_INVALID);
}

static void test_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof pinned - 1; n++) {
		char *text = mem_strndup(pinned, n); /* of that size, so that a read beyond it is noticed */

		assert_int_equal(reads(text, n), E_INVALID);
		free(text);
	}
}

/* A changed byte is either no command, or a command that nobody signed. */
static void test_flipped(void **state)
{
	uint8_t sig[SIG_BYTES], key[KEY_BYTES];

	(void)state;
	sign_public(key, seed);
	sign_make(sig, COMMAND_DOMAIN, pinned, sizeof pinned - 1, seed);
	for (size_t i = 0; i < 8 * (sizeof pinned - 1); i++) {
		char *text = mem_strndup(pinned, sizeof pinned - 1);
		AUTO(command_release) struct command c;

		command_init(&c);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		if (!command_read(&c, text, sizeof pinned - 1, sig, sizeof sig, NULL))
			assert_false(command_signed_by(&c, key));
		free(text);
	}
}

static char *long_text(char c, size_t n)
{
	char *s = mem_alloc(n + 1);

	memset(s, c, n);
	return s;
}

static enum code reads_back(struct command *c)
{
	command_write(c);
	return reads(c->bytes.data, c->bytes.len);
}

static void test_bounds(void **state)
{
	AUTO(command_release) struct command c;
	char *reason = long_text('r', REASON_MAX + 1), *input = long_text('i', 4001), *id = long_text('1', RECORD_ID_MAX + 1);
	char names[INPUTS_MAX + 1][8];

	(void)state;
	fill(&c);
	c.reason = reason;
	assert_int_equal(reads_back(&c), E_INVALID);
	c.reason = reason + 1;
	assert_int_equal(reads_back(&c), E_OK);
	c.input[1].text = input;
	assert_int_equal(reads_back(&c), E_INVALID);
	c.input[1].text = input + 1;
	assert_int_equal(reads_back(&c), E_OK);
	c.record = id;
	assert_int_equal(reads_back(&c), E_INVALID);
	c.record = id + 1;
	assert_int_equal(reads_back(&c), E_OK);
	for (c.ninput = 0; c.ninput < INPUTS_MAX; c.ninput++) {
		snprintf(names[c.ninput], sizeof names[0], "n%zu", c.ninput);
		c.input[c.ninput] = (struct input){ names[c.ninput], "" };
	}
	assert_int_equal(reads_back(&c), E_OK);
	for (size_t i = 0; i < c.ninput; i++)
		c.input[i].text = input + 2001;
	assert_int_equal(reads_back(&c), E_INVALID); /* each within bounds, together beyond COMMAND_MAX */
	free(reason);
	free(input);
	free(id);
}

static void test_too_many_inputs(void **state)
{
	AUTO(buf_release) struct buf inputs = BUF_INIT;
	char *text;

	(void)state;
	for (int i = 0; i < INPUTS_MAX + 1; i++)
		buf_addf(&inputs, "%s\"n%d\":\"\"", i ? "," : "", i);
	text = replaced("\"resubmission_reasons\":\"licence_expired,other\",\"note\":\"a \\\"b\\\" 样本\"", inputs.data);
	assert_int_equal(reads(text, strlen(text)), E_INVALID);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written), cmocka_unit_test(test_read), cmocka_unit_test(test_malformed), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flipped), cmocka_unit_test(test_bounds), cmocka_unit_test(test_too_many_inputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
