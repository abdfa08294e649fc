/* Who is calling: each request is signed by a desk that is enrolled, is fresh, and is taken once. */
#include <string.h>

#include "sync/httpsig.h"
#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"

enum { FORGET_AT_ONCE = 64 /* old nonces dropped with each new one */ };

struct lookup {
	struct service *s;
	struct caller *who;
	const uint8_t *newcomer;    /* the one key that will do; NULL: any enrolled desk's */
	struct err err;             /* of the core's own */
};

static enum code read_desk(struct service *s, const char *keyid, struct caller *who, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	uint8_t core_key[KEY_BYTES];
	struct value row[DESK_COLUMNS], key = value_text(keyid);
	AUTO(buf_release) struct buf hex = BUF_INIT;
	enum code c = db_get(institution_db(s->in), &desks_table, &key, &pool, row, err);
	if (c)
		return c;
	if (row[DESK_SIGNATURE].len != SIG_BYTES || row[DESK_STORE].len >= sizeof who->store)
		return fail(err, E_INVALID, "the desk's row cannot be read");
	sign_public(core_key, institution_seed(s->in));
	c = desk_cert_read(&who->cert, row[DESK_CERTIFICATE].text, row[DESK_CERTIFICATE].len, (const uint8_t *)row[DESK_SIGNATURE].text, core_key, err);
	if (c)
		return c;
	memcpy(who->store, row[DESK_STORE].text, row[DESK_STORE].len + 1);
	buf_add_hex(&hex, who->cert.key, KEY_BYTES);
	memcpy(who->key, hex.data, sizeof who->key);
	buf_clear(&hex);
	buf_add_hex(&hex, who->cert.root, KEY_BYTES);
	memcpy(who->root, hex.data, sizeof who->root);
	return E_OK;
}

static bool find_key(void *ctx, const char *keyid, uint8_t key[KEY_BYTES])
{
	struct lookup *l = ctx;
	if (l->newcomer) {
		memcpy(key, l->newcomer, KEY_BYTES);
		uint8_t named[KEY_BYTES];
		return hex_decode(keyid, strlen(keyid), named, sizeof named) && crypto_equal(named, key, KEY_BYTES);
	}
	enum code c = read_desk(l->s, keyid, l->who, &l->err);
	if (c == E_NOTFOUND)
		l->err = (struct err){ 0 };
	if (c)
		return false;
	memcpy(key, l->who->cert.key, KEY_BYTES);
	return true;
}

/* ---- nonces ---- */

static enum code forget_old(struct db *db, int64_t before_s, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value old[FORGET_AT_ONCE][NONCE_COLUMNS];
	const struct query q = {
		.table = &nonces_table, .where = { .op = COND_LT, .column = "created", .value = value_int(before_s) },
		.order = { { "created", false } }, .norder = 1, .limit = FORGET_AT_ONCE,
	};
	struct cursor *cur = NULL;
	size_t n = 0;
	bool more = true;
	enum code c = query_open(&cur, db, &q, err);
	while (!c && n < FORGET_AT_ONCE && !(c = cursor_next(cur, old[n], &more, err)) && more) {
		for (size_t i = 0; i < NONCE_COLUMNS; i++)
			old[n][i] = value_copy(&pool, old[n][i]);
		n++;
	}
	cursor_close(cur);
	for (size_t i = 0; !c && i < n; i++)
		c = db_delete(db, &nonces_table, old[i], err);
	return c;
}

/* On disk, so that a restart of the core does not open the window again. E_EXISTS: seen before. */
static enum code remember(struct service *s, const struct sig_params *p, int64_t now_s, struct err *err)
{
	struct db *db = institution_db(s->in);
	AUTO(tx_end) struct tx tx = { 0 };
	const struct value row[NONCE_COLUMNS] = {
		[NONCE_KEYID] = value_text(p->keyid), [NONCE_NONCE] = value_text(p->nonce), [NONCE_CREATED] = value_int(p->created),
	};
	enum code c = tx_begin(&tx, db, err);
	if (!c)
		c = db_insert(db, &nonces_table, row, err);
	if (!c)
		c = forget_old(db, now_s - 2 * CLOCK_WINDOW_S, err);
	return c ? c : tx_commit(&tx, err);
}

/* ---- the judgement ---- */

static enum code turn_away(enum code why, struct lookup *l, const struct err *said, struct answer *a, struct err *err)
{
	if (l->err.code) {
		*err = l->err;
		return err->code;
	}
	if (why == E_STATE)
		return answer_problem(a, "stale", said->msg);
	return answer_problem(a, why == E_NOTFOUND ? "unknown-desk" : "unsigned", said->msg);
}

static enum code authenticate(struct lookup *l, const struct call *call, bool *known, struct answer *a, struct err *err)
{
	struct service *s = l->s;
	AUTO(buf_release) struct buf uri = BUF_INIT;
	struct sig_params params;
	struct err said = { 0 };
	int64_t now_s = world_now(institution_world(s->in)) / 1000;
	buf_addf(&uri, "https://%s%s", call->host, call->target);
	const struct sig_request_in in = {
		.method = call->method, .uri = uri.data, .digest = call->digest, .signature_input = call->signature_input,
		.signature = call->signature, .body = call->body, .body_len = call->body_len, .now_s = now_s, .window_s = CLOCK_WINDOW_S,
		.find = find_key, .ctx = l,
	};
	enum code c = sig_verify(&in, &params, &said);
	if (c)
		return turn_away(c, l, &said, a, err);
	c = remember(s, &params, now_s, err);
	if (c == E_EXISTS)
		return answer_problem(a, "replayed", NULL);
	*known = !c;
	return c;
}

enum code auth_caller(struct service *s, const struct call *c, struct caller *who, bool *known, struct answer *a, struct err *err)
{
	struct lookup l = { .s = s, .who = who };
	return authenticate(&l, c, known, a, err);
}

enum code auth_newcomer(struct service *s, const struct call *c, const uint8_t key[KEY_BYTES], bool *known, struct answer *a, struct err *err)
{
	struct lookup l = { .s = s, .newcomer = key };
	return authenticate(&l, c, known, a, err);
}
