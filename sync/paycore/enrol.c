/* POST /v1/enrol: a one-time token and a desk's public key become a certificate. */
#include <stdio.h>
#include <string.h>

#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"
#include "sync/paycore/token.h"

enum { ENROL_MAX = 4096, STORE_ID_LEN = 32 };

struct newcomer {
	const char *token, *desk_key, *root_key, *store;
	uint8_t key[KEY_BYTES], root[KEY_BYTES];
};

static bool read_newcomer(struct newcomer *n, const struct call *c, struct pool *pool)
{
	const struct json_limits limits = { .bytes = ENROL_MAX, .depth = 2 };
	const struct json *doc;
	struct err err;
	return !json_parse(pool, c->body, c->body_len, &limits, &doc, &err) && !json_get_str(doc, "token", &n->token, &err) &&
	       !json_get_str(doc, "desk_key", &n->desk_key, &err) && !json_get_str(doc, "root_key", &n->root_key, &err) &&
	       !json_get_str(doc, "store", &n->store, &err) && hex_decode(n->desk_key, strlen(n->desk_key), n->key, KEY_BYTES) &&
	       hex_decode(n->root_key, strlen(n->root_key), n->root, KEY_BYTES) && strlen(n->store) == STORE_ID_LEN &&
	       strspn(n->store, "0123456789abcdef") == STORE_ID_LEN;
}

static enum code write_certificate(struct service *s, const struct desk_cert *cert, struct answer *a)
{
	AUTO(buf_release) struct buf sig = BUF_INIT, key = BUF_INIT;
	uint8_t core_key[KEY_BYTES];
	sign_public(core_key, institution_seed(s->in));
	buf_add_base64(&sig, cert->sig, SIG_BYTES);
	buf_add_hex(&key, core_key, KEY_BYTES);
	struct json_writer w = JSON_WRITER(&a->body);
	a->status = 201;
	json_open(&w, '{');
	json_key(&w, "certificate");
	json_str(&w, cert->text);
	json_key(&w, "signature");
	json_str(&w, sig.data);
	json_key(&w, "core_key");
	json_str(&w, key.data);
	json_close(&w, '}');
	return E_OK;
}

static enum code add_desk(struct service *s, const struct newcomer *n, const struct value *token, struct desk_cert *cert, struct err *err)
{
	const struct world *w = institution_world(s->in);
	world_uuid(w, cert->desk);
	memcpy(cert->key, n->key, KEY_BYTES);
	memcpy(cert->root, n->root, KEY_BYTES);
	snprintf(cert->scope, sizeof cert->scope, "%s", token[TOKEN_SCOPE].text);
	snprintf(cert->regions, sizeof cert->regions, "%s", token[TOKEN_REGIONS].text);
	cert->issued = world_now(w);
	desk_cert_issue(cert, institution_seed(s->in));
	const struct value row[DESK_COLUMNS] = {
		[DESK_KEY] = value_text(n->desk_key), [DESK_ID] = value_text(cert->desk), [DESK_CERTIFICATE] = value_text(cert->text),
		[DESK_SIGNATURE] = value_blob(cert->sig, SIG_BYTES), [DESK_STORE] = value_text(n->store),
		[DESK_ENROLLED] = value_int(cert->issued), [DESK_HEAD_SEQ] = value_int(0),
	};
	return db_insert(institution_db(s->in), &desks_table, row, err);
}

/* An answer may get lost on its way: the same desk, under the same root, is told again what it was told. */
static enum code tell_again(struct service *s, const struct newcomer *n, struct desk_cert *cert, bool *good, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[DESK_COLUMNS], key = value_text(n->desk_key);
	uint8_t core_key[KEY_BYTES];
	enum code c = db_get(institution_db(s->in), &desks_table, &key, &pool, row, err);
	if (c)
		return c;
	sign_public(core_key, institution_seed(s->in));
	c = desk_cert_read(cert, row[DESK_CERTIFICATE].text, row[DESK_CERTIFICATE].len, (const uint8_t *)row[DESK_SIGNATURE].text, core_key, err);
	*good = !c && crypto_equal(cert->root, n->root, KEY_BYTES) && strcmp(row[DESK_STORE].text, n->store) == 0;
	return c;
}

/* Uses the token up and adds the desk in one transaction. *good: the certificate is issued. */
static enum code enrol(struct service *s, const struct newcomer *n, struct desk_cert *cert, bool *good, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct db *db = institution_db(s->in);
	struct value token[TOKEN_COLUMNS];
	enum code c = tx_begin(&tx, db, err);
	if (!c)
		c = token_find(db, n->token, &pool, token, err);
	if (c == E_NOTFOUND || (!c && token[TOKEN_EXPIRES].num < world_now(institution_world(s->in))))
		return E_OK;
	if (c)
		return c;
	if (token[TOKEN_USED_BY].type != VALUE_NULL)
		return strcmp(token[TOKEN_USED_BY].text, n->desk_key) == 0 ? tell_again(s, n, cert, good, err) : E_OK;
	token[TOKEN_USED_BY] = value_text(n->desk_key);
	c = db_put(db, &tokens_table, token, err);
	if (!c)
		c = add_desk(s, n, token, cert, err);
	if (c == E_EXISTS) /* this key is enrolled already, by another token: the transaction, and so the token, stays unused */
		return E_OK;
	if (!c)
		c = tx_commit(&tx, err);
	*good = !c;
	return c;
}

enum code handle_enrol(struct service *s, const struct call *call, struct answer *a, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct newcomer n = { 0 };
	struct desk_cert cert = { 0 };
	bool known = false, good = false;
	if (!read_newcomer(&n, call, &pool))
		return answer_problem(a, "malformed", "token, desk_key, root_key and store are wanted");
	enum code c = auth_newcomer(s, call, n.key, &known, a, err);
	if (c || !known)
		return c;
	c = enrol(s, &n, &cert, &good, err);
	if (c)
		return c;
	return good ? write_certificate(s, &cert, a) : answer_problem(a, "bad-token", NULL);
}
