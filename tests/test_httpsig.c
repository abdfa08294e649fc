/* HTTP message signatures: the RFC's own example, our requests, and what a hostile peer could send instead. Desk certificates too. */
#include "sync/httpsig.h"
#include "sync/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* after err.h: it has a macro named fail */

/* RFC 9421, appendix B.2.6 */
static const uint8_t b26_seed[] = {
	0x9f, 0x83, 0x62, 0xf8, 0x7a, 0x48, 0x4a, 0x95, 0x4e, 0x6e, 0x74, 0x0c, 0x5b, 0x4c, 0x0e, 0x84,
	0x22, 0x91, 0x39, 0xa2, 0x0a, 0xa8, 0xab, 0x56, 0xff, 0x66, 0x58, 0x6f, 0x6a, 0x7d, 0x29, 0xc5,
};
static const uint8_t b26_key[] = {
	0x26, 0xb4, 0x0b, 0x8f, 0x93, 0xff, 0xf3, 0xd8, 0x97, 0x11, 0x2f, 0x7e, 0xbc, 0x58, 0x2b, 0x23,
	0x2d, 0xbd, 0x72, 0x51, 0x7d, 0x08, 0x2f, 0xe8, 0x3c, 0xfb, 0x30, 0xdd, 0xce, 0x43, 0xd1, 0xbb,
};
#define B26_PARAMS "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\""
#define B26_SIGNATURE "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
static const char b26_base[] = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n"
	"\"content-type\": application/json\n\"content-length\": 18\n\"@signature-params\": " B26_PARAMS;

static void test_rfc_vector(void **state)
{
	static const struct sig_part parts[] = {
		{ "content-length", "18" }, { "date", "Tue, 20 Apr 2021 02:07:55 GMT" }, { "@method", "POST" }, { "@path", "/foo" },
		{ "@authority", "example.com" }, { "content-type", "application/json" },
	};
	AUTO(buf_release) struct buf base = BUF_INIT;
	uint8_t sig[SIG_BYTES], made[SIG_BYTES], pk[KEY_BYTES];
	struct sig_params sp;
	struct err err;

	(void)state;
	assert_int_equal(sig_parse(&sp, sig, "sig-b26", "sig-b26=" B26_PARAMS, B26_SIGNATURE, &err), E_OK);
	assert_int_equal(sp.created, 1618884473);
	assert_int_equal(sp.expires, -1);
	assert_string_equal(sp.keyid, "test-key-ed25519");
	assert_string_equal(sp.alg, "");
	assert_int_equal(sp.ncomponents, 6);
	assert_int_equal(sig_base(&base, &sp, parts, COUNT(parts), &err), E_OK);
	assert_string_equal(base.data, b26_base);
	sign_public(pk, b26_seed);
	assert_memory_equal(pk, b26_key, KEY_BYTES);
	sign_make(made, NULL, base.data, base.len, b26_seed);
	assert_memory_equal(made, sig, SIG_BYTES);
	assert_true(sign_check(sig, NULL, base.data, base.len, b26_key));
	/* a part that is missing, or there twice, or would begin a line of its own */
	struct sig_part bad[COUNT(parts) + 1];
	memcpy(bad, parts, sizeof parts);
	assert_int_equal(sig_base(&base, &sp, bad, COUNT(parts) - 1, &err), E_INVALID);
	bad[COUNT(parts)] = (struct sig_part){ "date", "x" };
	assert_int_equal(sig_base(&base, &sp, bad, COUNT(bad), &err), E_INVALID);
	bad[1].value = "x\n\"@method\": GET";
	assert_int_equal(sig_base(&base, &sp, bad, COUNT(parts), &err), E_INVALID);
}

#define SIG64 "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
static void test_parse_table(void **state)
{
	static const struct { const char *input, *signature; enum code rc; } rows[] = {
		{ "sig1=(\"@method\");created=1", "sig1=:" SIG64 ":", E_OK },
		{ "sig1=()", "sig1=:" SIG64 ":", E_OK },
		{ " sig1=(\"a\");tag=\"q\\\"\\\\\" ", "sig1=:" SIG64 ":", E_OK },
		/* other labels are passed over, in whatever spelling */
		{ "other=( \"x\";sf   \"y\" ); created=007;z , sig1=(\"a\"),t=tok/en;q=?1;d=-12.345", "a=:YQ==:;x, sig1=:" SIG64 ":", E_OK },
		{ "flag, sig1=(\"a\")", "sig1=:" SIG64 ":", E_OK },
		{ "", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig2=(\"a\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"),sig1=(\"a\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=\"a\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"),", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\") x", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"\"b\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"  \"b\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=( \"a\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\" )", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\"); created=1", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\" \"a\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"A\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"x@y\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\";req)", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"@signature-params\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(a)", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"\")", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=1;created=1", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");nonce=\"a\";nonce=\"a\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");nonce=\"\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=01", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=-1", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=1.0", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=\"1\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created=1234567890123456", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");created", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");alg=ed25519", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");unheard=1", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");tag=\"\xff\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");tag=\"\\n\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\");tag=\"0123456789012345678901234567890123456789\"", "sig1=:" SIG64 ":", E_INVALID },
		{ "sig1=(\"a\")", "sig1=\"" SIG64 "\"", E_INVALID },
		{ "sig1=(\"a\")", "sig1=:" SIG64 ":;x", E_INVALID },
		{ "sig1=(\"a\")", "sig1=:" SIG64, E_INVALID },
		{ "sig1=(\"a\")", "sig1=:YQ==:", E_INVALID },
		{ "sig1=(\"a\")", "", E_INVALID },
		{ "sig1=(\"a\")", "sig1=:" SIG64 ":, sig1=:" SIG64 ":", E_INVALID },
	};
	uint8_t sig[SIG_BYTES];
	struct sig_params sp;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (sig_parse(&sp, sig, "sig1", rows[i].input, rows[i].signature, &err) != rows[i].rc)
			fail_msg("row %zu: %s", i, rows[i].input);
}

static void test_parse_bounds(void **state)
{
	AUTO(buf_release) struct buf in = BUF_INIT;
	uint8_t sig[SIG_BYTES];
	struct sig_params sp;
	struct err err;

	(void)state;
	buf_adds(&in, "sig1=(\"a0\"");
	for (int i = 1; i < SIG_COMPONENTS_MAX; i++)
		buf_addf(&in, " \"a%d\"", i);
	size_t full = in.len;
	buf_addc(&in, ')');
	assert_int_equal(sig_parse(&sp, sig, "sig1", in.data, "sig1=:" SIG64 ":", &err), E_OK);
	buf_setlen(&in, full);
	buf_adds(&in, " \"z\")");
	assert_int_equal(sig_parse(&sp, sig, "sig1", in.data, "sig1=:" SIG64 ":", &err), E_INVALID);
	buf_clear(&in);
	buf_adds(&in, "sig1=(\"a\"),x=\"");
	while (in.len < SIG_HEADER_MAX)
		buf_addc(&in, 'x');
	buf_addc(&in, '"');
	assert_int_equal(sig_parse(&sp, sig, "sig1", in.data, "sig1=:" SIG64 ":", &err), E_INVALID);
	/* every prefix of a good header is refused and reads nothing outside */
	static const char good[] = "sig1=(\"@method\" \"x\");created=12;nonce=\"n\\\"\";tag=\"t\"";
	for (size_t n = 0; n + 1 < sizeof good; n++) {
		char *cut = mem_strndup(good, n);
		enum code rc = sig_parse(&sp, sig, "sig1", cut, "sig1=:" SIG64 ":", &err);
		bool whole = n && (cut[n - 1] == ')' || cut[n - 1] == '1' || cut[n - 1] == '2' || (cut[n - 1] == '"' && cut[n - 2] == '"'));
		buf_release(&(struct buf){ cut, n, n + 1 });
		assert_true(rc == E_INVALID || whole);
	}
}

static bool find_key(void *ctx, const char *keyid, uint8_t key[KEY_BYTES])
{
	(void)ctx;
	memcpy(key, b26_key, KEY_BYTES);
	return !strcmp(keyid, "desk-key");
}

struct signed_request {
	struct buf digest, input, signature;
	struct sig_request_in in;
};

static void signed_release(struct signed_request *r)
{
	buf_release(&r->digest);
	buf_release(&r->input);
	buf_release(&r->signature);
}

static void signed_make(struct signed_request *r, const char *body, const char *keyid)
{
	*r = (struct signed_request){ .digest = BUF_INIT, .input = BUF_INIT, .signature = BUF_INIT };
	content_digest(&r->digest, body, strlen(body));
	sig_request(&r->input, &r->signature, "POST", "https://core.test:8443/v1/commands", r->digest.data, 1000, "nonce-1", keyid, b26_seed);
	r->in = (struct sig_request_in){ .method = "POST", .uri = "https://core.test:8443/v1/commands", .digest = r->digest.data,
		.signature_input = r->input.data, .signature = r->signature.data, .body = body, .body_len = strlen(body),
		.now_s = 1000, .window_s = CLOCK_WINDOW_S, .find = find_key };
}

static void test_request(void **state)
{
	AUTO(signed_release) struct signed_request r;
	struct sig_request_in in;
	struct sig_params sp;
	struct err err;

	(void)state;
	signed_make(&r, "hello", "desk-key");
	assert_int_equal(sig_verify(&r.in, &sp, &err), E_OK);
	assert_string_equal(sp.nonce, "nonce-1");
	assert_string_equal(sp.keyid, "desk-key");
	in = r.in;
	in.method = "GET";
	assert_int_equal(sig_verify(&in, &sp, &err), E_SIGNATURE);
	in = r.in;
	in.uri = "https://core.test:8443/v1/feed";
	assert_int_equal(sig_verify(&in, &sp, &err), E_SIGNATURE);
	in = r.in;
	in.body = "hellO";
	assert_int_equal(sig_verify(&in, &sp, &err), E_SIGNATURE);
	in = r.in;
	in.now_s = 1000 + CLOCK_WINDOW_S;
	assert_int_equal(sig_verify(&in, &sp, &err), E_OK);
	in.now_s++;
	assert_int_equal(sig_verify(&in, &sp, &err), E_STATE);
	in.now_s = 1000 - CLOCK_WINDOW_S;
	assert_int_equal(sig_verify(&in, &sp, &err), E_OK);
	in.now_s--;
	assert_int_equal(sig_verify(&in, &sp, &err), E_STATE);
	in = r.in;
	in.signature = NULL;
	assert_int_equal(sig_verify(&in, &sp, &err), E_INVALID);
	AUTO(signed_release) struct signed_request unknown;
	signed_make(&unknown, "hello", "somebody");
	assert_int_equal(sig_verify(&unknown.in, &sp, &err), E_NOTFOUND);
}

/* Well signed, but not in the way that the protocol wants it. */
static void test_coverage(void **state)
{
#define ALL "(\"@method\" \"@target-uri\" \"content-digest\")"
#define REST ";created=1000;nonce=\"n\";keyid=\"desk-key\";alg=\"ed25519\";tag=\"paydesk-v1\""
	static const struct { const char *params; enum code rc; } rows[] = {
		{ ALL REST, E_OK },
		{ "(\"content-digest\" \"@target-uri\" \"@method\")" REST, E_OK },
		{ ALL REST ";expires=1000", E_OK },
		{ ALL REST ";expires=999", E_STATE },
		{ "(\"@method\" \"@target-uri\")" REST, E_INVALID },
		{ "(\"@method\" \"@target-uri\" \"content-digest\" \"x\")" REST, E_INVALID },
		{ "(\"@method\" \"@path\" \"content-digest\")" REST, E_INVALID },
		{ "()" REST, E_INVALID },
		{ ALL ";nonce=\"n\";keyid=\"desk-key\";alg=\"ed25519\";tag=\"paydesk-v1\"", E_INVALID },
		{ ALL ";created=1000;keyid=\"desk-key\";alg=\"ed25519\";tag=\"paydesk-v1\"", E_INVALID },
		{ ALL ";created=1000;nonce=\"n\";alg=\"ed25519\";tag=\"paydesk-v1\"", E_INVALID },
		{ ALL ";created=1000;nonce=\"n\";keyid=\"desk-key\";tag=\"paydesk-v1\"", E_INVALID },
		{ ALL ";created=1000;nonce=\"n\";keyid=\"desk-key\";alg=\"hmac-sha256\";tag=\"paydesk-v1\"", E_INVALID },
		{ ALL ";created=1000;nonce=\"n\";keyid=\"desk-key\";alg=\"ed25519\";tag=\"other\"", E_INVALID },
	};
	AUTO(signed_release) struct signed_request r;
	AUTO(buf_release) struct buf base = BUF_INIT;
	struct sig_part parts[] = { { "@method", "POST" }, { "@target-uri", NULL }, { "content-digest", NULL }, { "x", "" }, { "@path", "/" } };
	uint8_t sig[SIG_BYTES];
	struct sig_params sp;
	struct err err;

	(void)state;
	signed_make(&r, "hello", "desk-key");
	parts[1].value = r.in.uri;
	parts[2].value = r.digest.data;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&r.input);
		buf_addf(&r.input, "sig1=%s", rows[i].params);
		r.in.signature_input = r.input.data;
		assert_int_equal(sig_parse(&sp, sig, "sig1", r.input.data, r.signature.data, &err), E_OK);
		buf_clear(&base);
		assert_int_equal(sig_base(&base, &sp, parts, COUNT(parts), &err), E_OK);
		sign_make(sig, NULL, base.data, base.len, b26_seed);
		buf_clear(&r.signature);
		buf_adds(&r.signature, "sig1=:");
		buf_add_base64(&r.signature, sig, sizeof sig);
		buf_addc(&r.signature, ':');
		r.in.signature = r.signature.data;
		enum code rc = sig_verify(&r.in, &sp, &err);
		if (rc != rows[i].rc)
			fail_msg("row %zu: %s, %s", i, rows[i].params, code_name(rc));
	}
}

static void test_desk_cert(void **state)
{
	struct desk_cert c = { .desk = "desk-7", .scope = "merchant,document", .regions = "华东,华南", .issued = 1763700000000 }, back;
	struct err err;

	(void)state;
	memcpy(c.key, b26_key, KEY_BYTES);
	memset(c.root, 7, KEY_BYTES);
	desk_cert_issue(&c, b26_seed);
	size_t n = strlen(c.text);
	assert_int_equal(desk_cert_read(&back, c.text, n, c.sig, b26_key, &err), E_OK);
	assert_memory_equal(&back, &c, sizeof c);
	assert_true(desk_cert_covers(&back, "merchant", NULL));
	assert_true(desk_cert_covers(&back, "merchant", "华南"));
	assert_false(desk_cert_covers(&back, "merchant", "华北"));
	assert_false(desk_cert_covers(&back, "merchant", ""));
	assert_false(desk_cert_covers(&back, "merch", NULL));
	assert_false(desk_cert_covers(&back, "merchant,document", NULL));
	assert_false(desk_cert_covers(&back, "alert", NULL));
	assert_int_equal(desk_cert_read(&back, c.text, n, c.sig, c.root, &err), E_SIGNATURE);
	for (size_t i = 0; i <= n; i++) { /* cut anywhere, changed anywhere */
		char text[sizeof c.text];
		if (i < n)
			assert_int_not_equal(desk_cert_read(&back, c.text, i, c.sig, b26_key, &err), E_OK);
		memcpy(text, c.text, n);
		text[i] ^= 1;
		if (i < n)
			assert_int_not_equal(desk_cert_read(&back, text, n, c.sig, b26_key, &err), E_OK);
	}
	/* well signed but not in the one spelling */
	static const char *const bad[][2] = { { "a,,b", "all" }, { "a b", "all" }, { "", "all" }, { "a\nissued 1", "all" }, { "all", "x,\x7f" } };
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(c.scope, sizeof c.scope, "%s", bad[i][0]);
		snprintf(c.regions, sizeof c.regions, "%s", bad[i][1]);
		desk_cert_issue(&c, b26_seed);
		assert_int_equal(desk_cert_read(&back, c.text, strlen(c.text), c.sig, b26_key, &err), E_INVALID);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_vector), cmocka_unit_test(test_parse_table), cmocka_unit_test(test_parse_bounds),
		cmocka_unit_test(test_request), cmocka_unit_test(test_coverage), cmocka_unit_test(test_desk_cert),
	};
	struct err err;

	if (crypto_start(&err))
		return 1;
	return cmocka_run_group_tests_name("httpsig", tests, NULL, NULL);
}
