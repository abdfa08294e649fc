#include "sync/httpsig.h"

#include <string.h>

#define REQUEST_LABEL "sig1"
#define REQUEST_TAG "paydesk-v1"
#define REQUEST_ALG "ed25519"
static const char *const request_components[] = { "@method", "@target-uri", "content-digest" };

/* ---- structured fields (RFC 8941): a scanner over one header value. loose is set by spelling that is allowed but not canonical;
 * in the member that we verify this is refused, because the signature base (RFC 9421, 2.3) is made of the canonical form. ---- */
struct scan {
	const char *p, *end;
	bool loose;
};
enum bare_type { BARE_NUMBER, BARE_STRING, BARE_TOKEN, BARE_BYTES, BARE_FLAG };
struct bare {
	enum bare_type type;
	bool whole;        /* BARE_NUMBER: an integer, in num; BARE_FLAG: num is 0 or 1 */
	int64_t num;
	const char *text;  /* BARE_STRING, BARE_BYTES: between the delimiters, escapes as they stand */
	size_t len;
};
struct key {
	const char *text;
	size_t len;
};

static bool lower(char c) { return c >= 'a' && c <= 'z'; }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool alpha(char c) { return lower(c) || (c >= 'A' && c <= 'Z'); }
static bool at(const struct scan *s, char c) { return s->p < s->end && *s->p == c; }

static bool take(struct scan *s, char c)
{
	if (!at(s, c))
		return false;
	s->p++;
	return true;
}

static void spaces(struct scan *s)
{
	while (take(s, ' '))
		s->loose = true;
}

static bool scan_key(struct scan *s, struct key *k)
{
	const char *from = s->p;

	if (s->p == s->end || !(lower(*s->p) || *s->p == '*'))
		return false;
	while (s->p < s->end && (lower(*s->p) || digit(*s->p) || (*s->p && strchr("_-.*", *s->p))))
		s->p++;
	*k = (struct key){ from, (size_t)(s->p - from) };
	return true;
}

static bool key_is(struct key k, const char *name)
{
	return k.len == strlen(name) && !memcmp(k.text, name, k.len);
}

static bool scan_number(struct scan *s, struct bare *b)
{
	bool minus = take(s, '-');
	const char *from = s->p;
	size_t n;

	*b = (struct bare){ .type = BARE_NUMBER, .whole = true };
	for (; s->p < s->end && digit(*s->p) && s->p - from < 15; s->p++)
		b->num = b->num * 10 + (*s->p - '0');
	n = (size_t)(s->p - from);
	if (!n || (s->p < s->end && digit(*s->p)))
		return false;
	if ((n > 1 && *from == '0') || (minus && !b->num))
		s->loose = true;
	if (minus)
		b->num = -b->num;
	if (!take(s, '.'))
		return true;
	b->whole = false;
	from = s->p;
	while (s->p < s->end && digit(*s->p))
		s->p++;
	return n <= 12 && s->p - from >= 1 && s->p - from <= 3;
}

static bool scan_string(struct scan *s, struct bare *b)
{
	const char *from = s->p;

	for (; s->p < s->end && *s->p != '"'; s->p++) {
		if (*s->p < 0x20 || *s->p > 0x7e)
			return false;
		if (*s->p == '\\' && (++s->p == s->end || (*s->p != '"' && *s->p != '\\')))
			return false;
	}
	*b = (struct bare){ .type = BARE_STRING, .text = from, .len = (size_t)(s->p - from) };
	return take(s, '"');
}

static bool scan_bytes(struct scan *s, struct bare *b)
{
	const char *from = s->p;

	while (s->p < s->end && (alpha(*s->p) || digit(*s->p) || (*s->p && strchr("+/=", *s->p))))
		s->p++;
	*b = (struct bare){ .type = BARE_BYTES, .text = from, .len = (size_t)(s->p - from) };
	return take(s, ':');
}

static bool scan_bare(struct scan *s, struct bare *b)
{
	if (s->p == s->end)
		return false;
	if (digit(*s->p) || *s->p == '-')
		return scan_number(s, b);
	if (take(s, '"'))
		return scan_string(s, b);
	if (take(s, ':'))
		return scan_bytes(s, b);
	if (take(s, '?')) {
		*b = (struct bare){ .type = BARE_FLAG, .num = at(s, '1') };
		return take(s, '0') || take(s, '1');
	}
	if (!alpha(*s->p) && *s->p != '*')
		return false;
	*b = (struct bare){ .type = BARE_TOKEN, .text = s->p };
	while (s->p < s->end && (alpha(*s->p) || digit(*s->p) || (*s->p && strchr("!#$%&'*+-.^_`|~:/", *s->p))))
		s->p++;
	b->len = (size_t)(s->p - b->text);
	return true;
}

/* The next ";key" or ";key=value"; *more is false at the end of the parameters. */
static bool scan_param(struct scan *s, struct key *k, struct bare *b, bool *more)
{
	*more = take(s, ';');
	if (!*more)
		return true;
	spaces(s);
	if (!scan_key(s, k))
		return false;
	*b = (struct bare){ .type = BARE_FLAG, .num = 1 };
	return !take(s, '=') || scan_bare(s, b);
}

static bool skip_params(struct scan *s)
{
	struct key k;
	struct bare b;
	bool more;

	do {
		if (!scan_param(s, &k, &b, &more))
			return false;
	} while (more);
	return true;
}

/* The next item of an inner list, its own parameters not yet read; *more is false after the closing bracket. */
static bool scan_listed(struct scan *s, bool first, struct bare *b, bool *more)
{
	size_t gap = 0;

	while (take(s, ' '))
		gap++;
	*more = !take(s, ')');
	if (gap != (first || !*more ? 0 : 1))
		s->loose = true;
	return !*more || ((first || gap) && scan_bare(s, b));
}

static bool skip_value(struct scan *s)
{
	struct bare b;
	bool first = true, more;

	if (!take(s, '('))
		return scan_bare(s, &b) && skip_params(s);
	for (;; first = false) {
		if (!scan_listed(s, first, &b, &more))
			return false;
		if (!more)
			return skip_params(s);
		if (!skip_params(s))
			return false;
	}
}

/* Finds label's value in a dictionary and checks the form of all the others on the way. */
static enum code find_member(struct scan *value, const char *label, const char *header, const char *text, struct err *err)
{
	size_t n = strnlen(text, SIG_HEADER_MAX + 1);
	struct scan s = { text, text + n, false };
	bool found = false;
	struct key k;

	if (n > SIG_HEADER_MAX)
		return fail(err, E_INVALID, "%s is longer than %d bytes", header, SIG_HEADER_MAX);
	spaces(&s);
	for (;;) {
		if (!scan_key(&s, &k))
			return fail(err, E_INVALID, "%s cannot be read at byte %zu", header, (size_t)(s.p - text));
		bool valued = take(&s, '='), ours = key_is(k, label);
		const char *from = s.p;
		if (!(valued ? skip_value(&s) : skip_params(&s)))
			return fail(err, E_INVALID, "%s cannot be read at byte %zu", header, (size_t)(s.p - text));
		if (ours && (found || !valued))
			return fail(err, E_INVALID, "%s names the label %s twice, or without a value", header, label);
		if (ours)
			*value = (struct scan){ from, s.p, false };
		found |= ours;
		while (at(&s, ' ') || at(&s, '\t'))
			s.p++;
		if (s.p == s.end)
			break;
		if (!take(&s, ','))
			return fail(err, E_INVALID, "%s cannot be read at byte %zu", header, (size_t)(s.p - text));
		while (at(&s, ' ') || at(&s, '\t'))
			s.p++;
	}
	return found ? E_OK : fail(err, E_INVALID, "%s has no label %s", header, label);
}

/* ---- signatures ---- */
static bool string_copy(const struct bare *b, char *out, size_t size)
{
	size_t n = 0;

	if (b->type != BARE_STRING || !b->len || out[0]) /* empty, or already there */
		return false;
	for (size_t i = 0; i < b->len; i++) {
		if (b->text[i] == '\\')
			i++;
		if (n + 1 >= size)
			return false;
		out[n++] = b->text[i];
	}
	out[n] = '\0';
	return true;
}

static bool seconds_copy(const struct bare *b, int64_t *out)
{
	if (b->type != BARE_NUMBER || !b->whole || b->num < 0 || *out >= 0)
		return false;
	*out = b->num;
	return true;
}

static bool param_take(struct sig_params *sp, struct key k, const struct bare *b)
{
	if (key_is(k, "created"))
		return seconds_copy(b, &sp->created);
	if (key_is(k, "expires"))
		return seconds_copy(b, &sp->expires);
	if (key_is(k, "nonce"))
		return string_copy(b, sp->nonce, sizeof sp->nonce);
	if (key_is(k, "keyid"))
		return string_copy(b, sp->keyid, sizeof sp->keyid);
	if (key_is(k, "alg"))
		return string_copy(b, sp->alg, sizeof sp->alg);
	return key_is(k, "tag") && string_copy(b, sp->tag, sizeof sp->tag);
}

/* A derived component or a lower-case field name, without parameters (";sf", ";req"… are not understood here), not yet listed. */
static bool component_take(struct sig_params *sp, const struct bare *b, const struct scan *s)
{
	char *name;

	if (sp->ncomponents == SIG_COMPONENTS_MAX || at(s, ';'))
		return false;
	name = sp->component[sp->ncomponents];
	if (!string_copy(b, name, sizeof sp->component[0]))
		return false;
	for (const char *c = name; *c; c++)
		if (!lower(*c) && !digit(*c) && *c != '-' && *c != '_' && !(*c == '@' && c == name))
			return false;
	for (size_t i = 0; i < sp->ncomponents; i++)
		if (!strcmp(sp->component[i], name))
			return false;
	sp->ncomponents++;
	return strcmp(name, "@signature-params") != 0;
}

static bool params_read(struct sig_params *sp, struct scan s)
{
	struct bare b;
	struct key k;
	bool more;

	sp->raw = s.p;
	sp->raw_len = (size_t)(s.end - s.p);
	if (!take(&s, '('))
		return false;
	for (bool first = true;; first = false) {
		if (!scan_listed(&s, first, &b, &more))
			return false;
		if (!more)
			break;
		if (!component_take(sp, &b, &s))
			return false;
	}
	for (;;) {
		if (!scan_param(&s, &k, &b, &more))
			return false;
		if (!more)
			return s.p == s.end && !s.loose;
		if (!param_take(sp, k, &b))
			return false;
	}
}

enum code sig_parse(struct sig_params *sp, uint8_t sig[SIG_BYTES], const char *label, const char *input, const char *signature, struct err *err)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct scan s = { NULL, NULL, false };
	struct bare b;
	enum code rc;

	*sp = (struct sig_params){ .created = -1, .expires = -1 };
	if ((rc = find_member(&s, label, "Signature-Input", input, err)))
		return rc;
	if (!params_read(sp, s))
		return fail(err, E_INVALID, "Signature-Input has components or parameters that are not understood, twice there, or not in canonical form");
	if ((rc = find_member(&s, label, "Signature", signature, err)))
		return rc;
	if (!scan_bare(&s, &b) || s.p != s.end || b.type != BARE_BYTES || !base64_decode(b.text, b.len, &bytes) || bytes.len != SIG_BYTES)
		return fail(err, E_INVALID, "Signature is not %d bytes in base64", SIG_BYTES);
	memcpy(sig, bytes.data, SIG_BYTES);
	return E_OK;
}

/* RFC 9421, 2.5: a value that could begin a line of its own, or is not ASCII, would make the base ambiguous. */
static bool value_safe(const char *v)
{
	for (; *v; v++)
		if ((*v < 0x20 && *v != '\t') || *v > 0x7e)
			return false;
	return true;
}

enum code sig_base(struct buf *out, const struct sig_params *sp, const struct sig_part *parts, size_t nparts, struct err *err)
{
	for (size_t i = 0; i < sp->ncomponents; i++) {
		const char *value = NULL;

		for (size_t j = 0; j < nparts; j++)
			if (!strcmp(parts[j].name, sp->component[i])) {
				if (value)
					return fail(err, E_INVALID, "the message has \"%s\" twice", sp->component[i]);
				value = parts[j].value;
			}
		if (!value || !value_safe(value))
			return fail(err, E_INVALID, "the signature covers \"%s\", which the message lacks or has with unprintable bytes", sp->component[i]);
		buf_addf(out, "\"%s\": %s\n", sp->component[i], value);
	}
	buf_adds(out, "\"@signature-params\": ");
	buf_add(out, sp->raw, sp->raw_len);
	return E_OK;
}

void content_digest(struct buf *out, const void *body, size_t n)
{
	uint8_t sum[32];

	sha256(sum, body, n);
	buf_adds(out, "sha-256=:");
	buf_add_base64(out, sum, sizeof sum);
	buf_addc(out, ':');
}

void sig_request(struct buf *signature_input, struct buf *signature, const char *method, const char *uri, const char *digest,
		 int64_t created_s, const char *nonce, const char *keyid, const uint8_t seed[KEY_BYTES])
{
	AUTO(buf_release) struct buf base = BUF_INIT;
	uint8_t sig[SIG_BYTES];
	size_t from;

	buf_adds(signature_input, REQUEST_LABEL "=");
	from = signature_input->len;
	buf_adds(signature_input, "(\"@method\" \"@target-uri\" \"content-digest\")");
	buf_addf(signature_input, ";created=%lld;nonce=\"%s\";keyid=\"%s\";alg=\"" REQUEST_ALG "\";tag=\"" REQUEST_TAG "\"",
		 (long long)created_s, nonce, keyid);
	buf_addf(&base, "\"@method\": %s\n\"@target-uri\": %s\n\"content-digest\": %s\n\"@signature-params\": %s", method, uri, digest,
		 signature_input->data + from);
	sign_make(sig, NULL, base.data, base.len, seed);
	buf_adds(signature, REQUEST_LABEL "=:");
	buf_add_base64(signature, sig, sizeof sig);
	buf_addc(signature, ':');
}

/* Exactly the components that protocol v1 signs, in any order, and every parameter that it needs. */
static enum code coverage(const struct sig_params *sp, struct err *err)
{
	size_t met = 0;

	for (size_t i = 0; i < COUNT(request_components); i++)
		for (size_t j = 0; j < sp->ncomponents; j++)
			met += !strcmp(request_components[i], sp->component[j]);
	if (met != COUNT(request_components) || sp->ncomponents != met)
		return fail(err, E_INVALID, "the signature must cover exactly @method, @target-uri and content-digest");
	if (sp->created < 0 || !sp->nonce[0] || !sp->keyid[0])
		return fail(err, E_INVALID, "the signature must carry created, nonce and keyid");
	if (strcmp(sp->alg, REQUEST_ALG) || strcmp(sp->tag, REQUEST_TAG))
		return fail(err, E_INVALID, "the signature must say alg=\"" REQUEST_ALG "\" and tag=\"" REQUEST_TAG "\"");
	return E_OK;
}

enum code sig_verify(const struct sig_request_in *in, struct sig_params *sp, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct sig_part parts[] = { { "@method", in->method }, { "@target-uri", in->uri }, { "content-digest", in->digest } };
	uint8_t sig[SIG_BYTES], key[KEY_BYTES];
	enum code rc;

	*sp = (struct sig_params){ .created = -1, .expires = -1 };
	if (!in->digest || !in->signature_input || !in->signature)
		return fail(err, E_INVALID, "the request carries no signature");
	if ((rc = sig_parse(sp, sig, REQUEST_LABEL, in->signature_input, in->signature, err)) || (rc = coverage(sp, err)))
		return rc;
	if (sp->created < in->now_s - in->window_s || sp->created > in->now_s + in->window_s || (sp->expires >= 0 && sp->expires < in->now_s))
		return fail(err, E_STATE, "the request was signed at %lld, it is %lld now; set the clock", (long long)sp->created, (long long)in->now_s);
	content_digest(&text, in->body, in->body_len);
	if (strcmp(text.data, in->digest))
		return fail(err, E_SIGNATURE, "the content digest is not that of the body");
	if (!in->find(in->ctx, sp->keyid, key))
		return fail(err, E_NOTFOUND, "no desk is known under the key of the signature");
	buf_clear(&text);
	if ((rc = sig_base(&text, sp, parts, COUNT(parts), err)))
		return rc;
	if (!sign_check(sig, NULL, text.data, text.len, key))
		return fail(err, E_SIGNATURE, "the request's signature does not verify");
	return E_OK;
}
