#include "core/minisign.h"

#include <string.h>

#include "core/values/text.h"

enum { KEYID_BYTES = 8, HEAD_BYTES = 2 + KEYID_BYTES };
static const char untrusted[] = "untrusted comment: ", trusted_is[] = "trusted comment: ";

void minisign_prehash(uint8_t out[PREHASH_BYTES], const void *data, size_t n)
{
	digest_long(out, data, n);
}

/* The letters and the key's id, with which both a key and a signature begin. */
static void head(uint8_t out[HEAD_BYTES], const char *letters, const uint8_t key[KEY_BYTES])
{
	uint8_t sum[KEY_BYTES];

	digest(sum, key, KEY_BYTES);
	memcpy(out, letters, 2);
	memcpy(out + 2, sum, KEYID_BYTES);
}

/* What the second signature is over. */
static void bind(struct buf *out, const uint8_t sig[SIG_BYTES], const char *trusted, size_t n)
{
	buf_add(out, sig, SIG_BYTES);
	buf_add(out, trusted, n);
}

void minisign_write(struct buf *out, const uint8_t prehash[PREHASH_BYTES], const char *trusted, const struct minisigner *by)
{
	AUTO(buf_release) struct buf bound = BUF_INIT;
	uint8_t line[HEAD_BYTES + SIG_BYTES], sig[SIG_BYTES];

	head(line, "ED", by->key);
	by->sign(by->ctx, prehash, PREHASH_BYTES, line + HEAD_BYTES);
	bind(&bound, line + HEAD_BYTES, trusted, strlen(trusted));
	by->sign(by->ctx, bound.data, bound.len, sig);
	buf_addf(out, "%ssignature from paydesk\n", untrusted);
	buf_add_base64(out, line, sizeof line);
	buf_addf(out, "\n%s%s\n", trusted_is, trusted);
	buf_add_base64(out, sig, sizeof sig);
	buf_addc(out, '\n');
}

/* Takes the next line, which must end in LF and begin so. */
static bool next(const char **p, const char *end, const char *with, const char **line, size_t *n)
{
	const char *nl = memchr(*p, '\n', (size_t)(end - *p));
	size_t skip = strlen(with);

	if (!nl || (size_t)(nl - *p) < skip || memcmp(*p, with, skip) != 0)
		return false;
	*line = *p + skip;
	*n = (size_t)(nl - *line);
	*p = nl + 1;
	return true;
}

static bool decode(const char *text, size_t n, uint8_t *out, size_t size)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;

	if (!base64_decode(text, n, &bytes) || bytes.len != size)
		return false;
	memcpy(out, bytes.data, size);
	return true;
}

static bool harmless(const char *text, size_t n)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;

	text_clean(&clean, text, n, TEXT_LINE);
	return clean.len == n && !memcmp(clean.data, text, n);
}

struct parts { uint8_t line[HEAD_BYTES + SIG_BYTES], global[SIG_BYTES]; const char *trusted; size_t trusted_len; };

static bool take_apart(const char *text, size_t n, struct parts *out)
{
	const char *p = text, *end = text + n, *sig, *global, *comment;
	size_t sig_n, global_n, comment_n;

	return n <= MINISIGN_MAX && next(&p, end, untrusted, &comment, &comment_n) && harmless(comment, comment_n) && next(&p, end, "", &sig, &sig_n) &&
	       next(&p, end, trusted_is, &out->trusted, &out->trusted_len) && next(&p, end, "", &global, &global_n) && p == end &&
	       out->trusted_len <= TRUSTED_MAX && decode(sig, sig_n, out->line, sizeof out->line) &&
	       decode(global, global_n, out->global, sizeof out->global);
}

enum code minisign_check(const char *text, size_t n, const uint8_t prehash[PREHASH_BYTES], const uint8_t key[KEY_BYTES], char trusted[TRUSTED_MAX + 1],
			 struct err *err)
{
	AUTO(buf_release) struct buf bound = BUF_INIT;
	uint8_t want[HEAD_BYTES];
	struct parts s;

	if (!take_apart(text, n, &s))
		return fail(err, E_INVALID, "this is no signature in minisign's form");
	head(want, "ED", key);
	if (memcmp(want, s.line, sizeof want) != 0)
		return fail(err, E_SIGNATURE, "the signature was made with another key");
	if (!sign_check(s.line + HEAD_BYTES, NULL, prehash, PREHASH_BYTES, key))
		return fail(err, E_SIGNATURE, "the signature over the document does not verify");
	bind(&bound, s.line + HEAD_BYTES, s.trusted, s.trusted_len);
	if (!sign_check(s.global, NULL, bound.data, bound.len, key))
		return fail(err, E_SIGNATURE, "the signature over the trusted comment does not verify");
	memcpy(trusted, s.trusted, s.trusted_len);
	trusted[s.trusted_len] = '\0';
	return E_OK;
}

void minisign_key(struct buf *out, const uint8_t key[KEY_BYTES])
{
	uint8_t bytes[HEAD_BYTES + KEY_BYTES];

	head(bytes, "Ed", key);
	memcpy(bytes + HEAD_BYTES, key, KEY_BYTES);
	buf_add_base64(out, bytes, sizeof bytes);
}

void minisign_key_file(struct buf *out, const char *comment, const uint8_t key[KEY_BYTES])
{
	buf_addf(out, "%s%s\n", untrusted, comment);
	minisign_key(out, key);
	buf_addc(out, '\n');
}

enum code minisign_key_parse(uint8_t key[KEY_BYTES], const char *line, size_t n, struct err *err)
{
	uint8_t bytes[HEAD_BYTES + KEY_BYTES], want[HEAD_BYTES];

	if (!decode(line, n, bytes, sizeof bytes))
		return fail(err, E_INVALID, "this is no public key in minisign's form");
	memcpy(key, bytes + HEAD_BYTES, KEY_BYTES);
	head(want, "Ed", key);
	return memcmp(want, bytes, sizeof want) == 0 ? E_OK : fail(err, E_INVALID, "the public key does not bear its own id");
}

enum code minisign_key_read(uint8_t key[KEY_BYTES], const char *text, size_t n, struct err *err)
{
	const char *p = text, *end = text + n, *comment, *line;
	size_t comment_n, line_n;

	if (!next(&p, end, untrusted, &comment, &comment_n) || !harmless(comment, comment_n) || !next(&p, end, "", &line, &line_n) || p != end)
		return fail(err, E_INVALID, "this is no public key in minisign's form");
	return minisign_key_parse(key, line, line_n, err);
}
