#include "core/command.h"

#include <string.h>

#include "core/values/when.h"

enum { WORD_MAX = 40, INPUT_MAX = 4000 /* bytes */ };

void command_init(struct command *c)
{
	*c = (struct command){ .kind = "", .record = "", .action = "", .reason = "", .sig.n = SIG_BYTES };
	buf_init(&c->bytes);
}

void command_release(struct command *c)
{
	buf_release(&c->bytes);
	pool_release(&c->pool);
	command_init(c);
}

static void write_fields(const struct command *c, struct buf *out)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	struct json_writer w = JSON_WRITER(out);

	buf_add_hex(&hex, c->evidence, sizeof c->evidence);
	json_open(&w, '{');
	json_key(&w, "v"), json_int(&w, 1);
	json_key(&w, "id"), json_str(&w, c->id);
	json_key(&w, "kind"), json_str(&w, c->kind);
	json_key(&w, "record"), json_str(&w, c->record);
	json_key(&w, "version"), json_int(&w, c->version);
	json_key(&w, "action"), json_str(&w, c->action);
	json_key(&w, "input"), json_open(&w, '{');
	for (size_t i = 0; i < c->ninput; i++)
		json_key(&w, c->input[i].name), json_str(&w, c->input[i].text);
	json_close(&w, '}');
	json_key(&w, "reason"), json_str(&w, c->reason);
	json_key(&w, "evidence"), json_str(&w, hex.data);
	json_key(&w, "operator"), json_str(&w, c->operator);
	json_key(&w, "desk"), json_str(&w, c->desk);
	json_key(&w, "at"), json_int(&w, c->at);
	json_close(&w, '}');
}

void command_write(struct command *c)
{
	buf_clear(&c->bytes);
	write_fields(c, &c->bytes);
}

static bool is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && n <= WORD_MAX && !s[n];
}

static bool is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

/* RFC 9562, section 5.7, lower case: xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx */
static bool is_uuid7(const char *s)
{
	if (strlen(s) != COMMAND_ID_LEN)
		return false;
	for (size_t i = 0; i < COMMAND_ID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !strchr("0123456789abcdef", s[i]))
			return false;
	}
	return s[14] == '7' && strchr("89ab", s[19]);
}

static enum code read_inputs(struct command *c, const struct json *input, struct err *err)
{
	for (const struct json *m = json_first(input); m; m = json_next(m)) {
		if (c->ninput == INPUTS_MAX)
			return fail(err, E_INVALID, "the command has more than %d inputs", INPUTS_MAX);
		if (!is_word(json_name(m)) || json_type(m) != JSON_STR || strlen(json_text(m)) > INPUT_MAX)
			return fail(err, E_INVALID, "the command has an input that is not a word with a text of up to %d bytes", INPUT_MAX);
		c->input[c->ninput].name = pool_strdup(&c->pool, json_name(m));
		c->input[c->ninput++].text = pool_strdup(&c->pool, json_text(m));
	}
	return E_OK;
}

static enum code read_names(struct command *c, const struct json *doc, struct err *err)
{
	const char *id, *kind, *record, *action, *reason, *evidence, *operator, *desk;

	if (json_get_str(doc, "id", &id, err) || json_get_str(doc, "kind", &kind, err) || json_get_str(doc, "record", &record, err) ||
	    json_get_str(doc, "action", &action, err) || json_get_str(doc, "reason", &reason, err) ||
	    json_get_str(doc, "evidence", &evidence, err) || json_get_str(doc, "operator", &operator, err) ||
	    json_get_str(doc, "desk", &desk, err))
		return err->code;
	if (!is_uuid7(id) || !is_word(kind) || !record_id_valid(record) || !is_word(action))
		return fail(err, E_INVALID, "the command's id, kind, record or action is malformed");
	if (strlen(reason) > REASON_MAX)
		return fail(err, E_INVALID, "the command's reason is longer than %d bytes", REASON_MAX);
	if (!is_hex(operator, OPERATOR_ID_LEN) || !is_hex(desk, DESK_ID_LEN) || !hex_decode(evidence, strlen(evidence), c->evidence, KEY_BYTES))
		return fail(err, E_INVALID, "the command's operator, desk or evidence is malformed");
	memcpy(c->id, id, sizeof c->id);
	memcpy(c->operator, operator, sizeof c->operator);
	memcpy(c->desk, desk, sizeof c->desk);
	c->kind = pool_strdup(&c->pool, kind);
	c->record = pool_strdup(&c->pool, record);
	c->action = pool_strdup(&c->pool, action);
	c->reason = pool_strdup(&c->pool, reason);
	return E_OK;
}

static enum code read_fields(struct command *c, const struct json *doc, struct err *err)
{
	const struct json *input;
	int64_t v;

	if (json_get_int(doc, "v", &v, err) || json_get_int(doc, "version", &c->version, err) || json_get_int(doc, "at", &c->at, err) ||
	    json_get_object(doc, "input", &input, err))
		return err->code;
	if (v != 1)
		return fail(err, E_INVALID, "the command is of form %lld; this program knows form 1", (long long)v);
	if (c->version < 0 || c->at < 0 || c->at > WHEN_MAX)
		return fail(err, E_INVALID, "the command's version or time is out of range");
	if (read_names(c, doc, err))
		return err->code;
	return read_inputs(c, input, err);
}

enum code command_read(struct command *c, const void *bytes, size_t n, const void *sig, size_t nsig, struct err *err)
{
	static const struct json_limits limits = { .bytes = COMMAND_MAX, .depth = 2 };
	AUTO(pool_release) struct pool tmp = POOL_INIT;
	AUTO(buf_release) struct buf again = BUF_INIT;
	struct err own = { 0 };
	const struct json *doc;

	command_release(c);
	if (json_parse(&tmp, bytes, n, &limits, &doc, &own) || read_fields(c, doc, &own) || (sig && signature_read(&c->sig, sig, nsig, &own)))
		goto out;
	write_fields(c, &again);
	if (again.len != n || memcmp(again.data, bytes, n)) {
		fail(&own, E_INVALID, "the command is not in its canonical form");
		goto out;
	}
	buf_add(&c->bytes, bytes, n);
	return E_OK;
out:
	command_release(c);
	if (err)
		*err = own;
	return own.code;
}

const char *command_input(const struct command *c, const char *name)
{
	for (size_t i = 0; i < c->ninput; i++)
		if (!strcmp(c->input[i].name, name))
			return c->input[i].text;
	return NULL;
}

bool command_signed_by(const struct command *c, const uint8_t key[KEY_BYTES])
{
	return signature_check(&c->sig, c->bytes.data, c->bytes.len, key);
}

void command_digest(const struct command *c, uint8_t out[KEY_BYTES])
{
	digest(out, c->bytes.data, c->bytes.len);
}
