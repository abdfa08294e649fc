/* POST /v1/operators: the certificates of an organisation's people, as its root operator signed them. The highest serial stands. */
#include <string.h>

#include "sync/paycore/roster.h"
#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"

enum code roster_find(struct institution *in, const char *root_hex, const uint8_t root[KEY_BYTES], const char *operator, struct cert *out, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct value key[] = { value_text(root_hex), value_text(operator) };
	struct value row[ROSTER_COLUMNS];
	enum code c = db_get(institution_db(in), &roster_table, key, &pool, row, err);
	if (c)
		return c;
	if (row[ROSTER_SIGNATURE].len != SIG_BYTES)
		return fail(err, E_INVALID, "the roster's row of %s cannot be read", operator);
	return cert_read(out, row[ROSTER_CERTIFICATE].text, row[ROSTER_CERTIFICATE].len, (const uint8_t *)row[ROSTER_SIGNATURE].text, root, err);
}

static bool read_line(const char *line, size_t n, const struct caller *who, struct cert *cert, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf sig = BUF_INIT;
	const struct json_limits limits = { .bytes = LINE_MAX_BYTES, .depth = 2 };
	const struct json *doc;
	const char *text, *sig64;
	if (json_parse(&pool, line, n, &limits, &doc, err) || json_get_str(doc, "certificate", &text, err) || json_get_str(doc, "signature", &sig64, err))
		return false;
	if (!base64_decode(sig64, strlen(sig64), &sig) || sig.len != SIG_BYTES) {
		fail(err, E_INVALID, "the signature is not %d bytes in base64", SIG_BYTES);
		return false;
	}
	return cert_read(cert, text, strlen(text), (const uint8_t *)sig.data, who->cert.root, err) == E_OK;
}

/* In the caller's transaction. err: why it is rejected, or the core's own error. */
static enum code take(struct service *s, const struct caller *who, const struct cert *cert, struct err *err)
{
	struct cert stands;
	enum code c = roster_find(s->in, who->root, who->cert.root, cert->id, &stands, err);
	if (c && c != E_NOTFOUND)
		return c;
	if (!c && stands.serial == cert->serial && strcmp(stands.text, cert->text) == 0)
		return E_OK;
	if (!c && stands.serial >= cert->serial)
		return fail(err, E_CONFLICT, "a certificate with serial %lld stands for %s; this one is older", (long long)stands.serial, cert->name);
	const struct value row[ROSTER_COLUMNS] = {
		[ROSTER_ROOT] = value_text(who->root), [ROSTER_OPERATOR] = value_text(cert->id), [ROSTER_SERIAL] = value_int(cert->serial),
		[ROSTER_CERTIFICATE] = value_text(cert->text), [ROSTER_SIGNATURE] = value_blob(cert->sig, SIG_BYTES),
	};
	return db_put(institution_db(s->in), &roster_table, row, err);
}

static void write_result(struct buf *out, const char *operator, const char *reason)
{
	struct json_writer w = JSON_WRITER(out);
	json_open(&w, '{');
	json_key(&w, "operator");
	json_str(&w, operator);
	json_key(&w, "result");
	json_str(&w, reason ? "rejected" : "accepted");
	if (reason) {
		json_key(&w, "reason");
		json_str(&w, reason);
	}
	json_close(&w, '}');
	buf_addc(out, '\n');
}

enum code handle_operators(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)r;
	AUTO(tx_end) struct tx tx = { 0 };
	const char *p = call->body, *line;
	size_t n;
	enum code c = tx_begin(&tx, institution_db(s->in), err);
	while (!c && next_line(&p, call->body + call->body_len, &line, &n)) {
		struct cert cert = { 0 };
		struct err why = { 0 };
		if (!read_line(line, n, who, &cert, &why)) {
			write_result(&a->body, cert.id, why.msg);
			continue;
		}
		c = take(s, who, &cert, &why);
		if (c == E_OK || c == E_CONFLICT) {
			write_result(&a->body, cert.id, c ? why.msg : NULL);
			c = E_OK;
		} else if (err) {
			*err = why;
		}
	}
	a->type = "application/x-ndjson";
	return c ? c : tx_commit(&tx, err);
}
