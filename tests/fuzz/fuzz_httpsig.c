/* RFC 9421: a Signature-Input line, a Signature line, and the rest as body. What is parsed stays within its bounds and gives a base of one
 * line for each component; a request verifies exactly if whoever holds the key signed it. */
#include <string.h>

#include "sync/httpsig.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1763700000)
#define URI "https://127.0.0.1:8443/v1/commands"

static uint8_t desk_key[KEY_BYTES];

static bool find(void *ctx, const char *keyid, uint8_t key[KEY_BYTES])
{
	(void)ctx, (void)keyid;
	memcpy(key, desk_key, KEY_BYTES);
	return true;
}

static const char *next_line(char **at, char *end)
{
	char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));

	*at = stop ? stop + 1 : end;
	*(stop ? stop : end) = '\0';
	return line;
}

static size_t count_lines(const struct buf *b)
{
	size_t n = 1;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

static void parses(const char *input, const char *signature)
{
	AUTO(buf_release) struct buf base = BUF_INIT;
	struct sig_part parts[SIG_COMPONENTS_MAX];
	struct sig_params p;
	uint8_t sig[SIG_BYTES];
	struct err err;

	if (sig_parse(&p, sig, "sig1", input, signature, &err)) {
		HOLDS(err.code == E_INVALID && *err.msg);
		return;
	}
	HOLDS(p.ncomponents <= SIG_COMPONENTS_MAX && p.created >= -1 && p.expires >= -1);
	HOLDS(p.raw >= input && p.raw + p.raw_len <= input + strlen(input));
	for (size_t i = 0; i < p.ncomponents; i++)
		parts[i] = (struct sig_part){ p.component[i], "SPECIMEN" };
	HOLDS(sig_base(&base, &p, parts, p.ncomponents, &err) == E_OK);
	HOLDS(count_lines(&base) == p.ncomponents + 1);
	HOLDS(base.len >= p.raw_len && !memcmp(base.data + base.len - p.raw_len, p.raw, p.raw_len));
	if (p.ncomponents)
		HOLDS(sig_base(&base, &p, parts, p.ncomponents - 1, &err) == E_INVALID);
}

/* Nobody has the key of these zeroes' digest, so whatever stands there is not its signature. */
static void is_refused(const char *input, const char *signature, const struct buf *digest_of_body, const char *body, size_t n)
{
	const struct sig_request_in in = { .method = "POST", .uri = URI, .digest = digest_of_body->data, .signature_input = input,
					   .signature = signature, .body = body, .body_len = n, .now_s = NOW, .window_s = 300, .find = find };
	struct sig_params p;

	memset(desk_key, 0, sizeof desk_key);
	digest(desk_key, desk_key, sizeof desk_key);
	HOLDS(sig_verify(&in, &p, NULL) != E_OK);
}

static void own_is_taken(const struct buf *digest_of_body, const char *body, size_t n)
{
	static const uint8_t seed[KEY_BYTES] = { 1, 2, 3 };
	AUTO(buf_release) struct buf input = BUF_INIT, signature = BUF_INIT;
	struct sig_request_in in = { .method = "POST", .uri = URI, .digest = digest_of_body->data, .body = body, .body_len = n, .now_s = NOW,
				     .window_s = 300, .find = find };
	struct sig_params p;

	sign_public(desk_key, seed);
	sig_request(&input, &signature, "POST", URI, digest_of_body->data, NOW, "nonce", "desk", seed);
	in.signature_input = input.data;
	in.signature = signature.data;
	HOLDS(sig_verify(&in, &p, NULL) == E_OK);
	in.method = "PUT";
	HOLDS(sig_verify(&in, &p, NULL) == E_SIGNATURE);
	in.method = "POST";
	if (n) {
		in.body_len = n - 1;
		HOLDS(sig_verify(&in, &p, NULL) == E_SIGNATURE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf body_digest = BUF_INIT;
	char *text = mem_strndup((const char *)data, size), *at = text, *end = text + strlen(text);
	const char *input = next_line(&at, end), *signature = next_line(&at, end);
	size_t n = (size_t)(end - at);

	content_digest(&body_digest, at, n);
	parses(input, signature);
	is_refused(input, signature, &body_digest, at, n);
	own_is_taken(&body_digest, at, n);
	free(text);
	return 0;
}
