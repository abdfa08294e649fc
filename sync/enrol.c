/* Enrolment: the desk makes a key of its own, the core certifies it. Nothing is kept before the certificate has been verified. */
#include <string.h>

#include "store/journal.h"
#include "sync/link.h"

enum { ENROL_TIMEOUT_S = 60, TOKEN_MAX = 200, CA_MAX = 256 * 1024 };

struct enrolment {
	struct buf url;
	struct secret *seed;
	uint8_t key[KEY_BYTES], core_key[KEY_BYTES];
	char keyid[KEY_BYTES * 2 + 1];
	struct desk_cert cert;
};

static void enrolment_release(struct enrolment *e)
{
	buf_release(&e->url);
	secret_free(e->seed);
}

static void enrol_body(struct buf *out, const struct enrolment *e, struct store *s, const char *token)
{
	AUTO(buf_release) struct buf root = BUF_INIT;
	struct json_writer w = JSON_WRITER(out);

	buf_add_hex(&root, store_root_key(s), KEY_BYTES);
	json_open(&w, '{');
	json_key(&w, "token"), json_str(&w, token);
	json_key(&w, "desk_key"), json_str(&w, e->keyid);
	json_key(&w, "root_key"), json_str(&w, root.data);
	json_key(&w, "store"), json_str(&w, store_id(s));
	json_close(&w, '}');
	buf_addc(out, '\n');
}

static enum code enrol_read(struct enrolment *e, struct store *s, const struct buf *body, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf sig = BUF_INIT;
	const char *text, *signature, *core_key;
	const struct json *doc;
	enum code rc;

	if ((rc = link_json(&pool, body->data, body->len, &doc, err)) || (rc = json_get_str(doc, "certificate", &text, err)) ||
	    (rc = json_get_str(doc, "signature", &signature, err)) || (rc = json_get_str(doc, "core_key", &core_key, err)))
		return link_garbled(err, "the enrolment");
	if (!base64_decode(signature, strlen(signature), &sig) || sig.len != SIG_BYTES ||
	    !hex_decode(core_key, strlen(core_key), e->core_key, KEY_BYTES))
		return fail(err, E_NETWORK, "the payment core's certificate for this desk has no readable signature or key");
	if ((rc = desk_cert_read(&e->cert, text, strlen(text), (const uint8_t *)sig.data, e->core_key, err)))
		return rc;
	if (!crypto_equal(e->cert.key, e->key, KEY_BYTES) || !crypto_equal(e->cert.root, store_root_key(s), KEY_BYTES))
		return fail(err, E_SIGNATURE, "the payment core's certificate is for another desk or organisation; nothing was kept");
	return E_OK;
}

static enum code enrol_ask(struct enrolment *e, struct store *s, const struct http_config *trust, const char *token, struct err *err)
{
	AUTO(buf_wipe) struct buf body = BUF_INIT;
	struct signer who = { e->url.data, e->keyid, secret_peek(e->seed), store_now(s) / 1000 };
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = LINE_MAX_BYTES, .timeout_s = ENROL_TIMEOUT_S };
	struct http *http;
	enum code rc = http_new(&http, trust, err);

	if (rc)
		return rc;
	enrol_body(&body, e, s, token);
	r.body = body.data;
	r.body_len = body.len;
	if (!(rc = signed_call(&who, http, "POST", "/v1/enrol", &r, &a, err)))
		rc = enrol_read(e, s, &a.body, err);
	http_answer_release(&a);
	http_free(http);
	return rc;
}

static enum code enrol_keep(const struct enrolment *e, struct store *s, const struct http_config *trust, struct err *err)
{
	const struct { const char *key; struct value v; } meta[] = {
		{ "sync.url", value_text(e->url.data) },
		{ "sync.ca", value_text(trust->ca_pem) },
		{ "sync.pin", value_text(trust->pin) },
		{ "sync.seed", value_blob(secret_peek(e->seed), KEY_BYTES) },
		{ "sync.cert", value_text(e->cert.text) },
		{ "sync.cert_sig", value_blob(e->cert.sig, SIG_BYTES) },
		{ "sync.core_key", value_blob(e->core_key, KEY_BYTES) },
	};
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(buf_release) struct buf said = BUF_INIT;
	struct json_writer w = JSON_WRITER(&said);
	enum code rc = tx_begin(&tx, store_db(s), err);

	json_open(&w, '{');
	json_key(&w, "core"), json_str(&w, e->url.data);
	json_key(&w, "scope"), json_str(&w, e->cert.scope);
	json_key(&w, "regions"), json_str(&w, e->cert.regions);
	json_close(&w, '}');
	for (size_t i = 0; !rc && i < COUNT(meta); i++)
		rc = store_meta_put(s, meta[i].key, meta[i].v, err);
	if (!rc)
		rc = journal_append(s, "sync.enrol", "desk", e->cert.desk, said.data, said.len, err);
	return rc ? rc : tx_commit(&tx, err);
}

enum code sync_enrol(struct desk *d, const char *url, const char *ca_pem, const char *pin, const char *token, struct err *err)
{
	AUTO(enrolment_release) struct enrolment e = { .url = BUF_INIT };
	const struct http_config trust = { ca_pem, pin };
	struct store *s = desk_store(d);
	enum code rc;

	if (!actor_may(desk_who(d), "sync.enrol"))
		return fail(err, E_DENIED, "enrolling a desk needs the administrator or the root operator");
	if (sync_enrolled(d))
		return fail(err, E_EXISTS, "this store is enrolled already");
	if (!*token || strlen(token) > TOKEN_MAX || strlen(ca_pem) > CA_MAX)
		return fail(err, E_INVALID, "the enrolment token or the certificate authority's file is empty or too long");
	if ((rc = core_url(&e.url, url, err)) || (rc = secret_new(&e.seed, KEY_BYTES, err)))
		return rc;
	crypto_random(secret_bytes(e.seed), KEY_BYTES);
	sign_public(e.key, secret_peek(e.seed));
	keyid_make(e.keyid, e.key);
	if ((rc = enrol_ask(&e, s, &trust, token, err)))
		return rc;
	return enrol_keep(&e, s, &trust, err);
}
