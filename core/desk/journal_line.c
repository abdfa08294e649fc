#include "core/desk/journal_line.h"

#include <string.h>

static bool inputs_shown(const struct command *c, enum privacy clearance)
{
	const struct record *rec = record_find(c->kind);

	for (size_t i = 0; rec && i < c->ninput; i++) {
		int f = record_field(rec, c->input[i].name);

		if (f >= 0 && rec->fields[f].privacy > clearance)
			return false;
	}
	return rec != NULL;
}

bool journal_line_shown(const struct journal_entry *e, enum privacy clearance)
{
	AUTO(command_release) struct command c;

	command_init(&c);
	if (strcmp(e->verb, "command") != 0 || clearance == PRIVACY_CORE)
		return true;
	return !command_read(&c, e->body, e->body_len, NULL, 0, NULL) && inputs_shown(&c, clearance);
}

void journal_line_write(struct buf *out, const struct journal_entry *e)
{
	const struct { const char *name, *text; } text[] = {
		{ "operator", e->operator }, { "verb", e->verb }, { "kind", e->kind }, { "id", e->id },
	};
	const struct { const char *name; const uint8_t *bytes; size_t n; } hex[] = {
		{ "prev", e->prev, KEY_BYTES }, { "hash", e->hash, KEY_BYTES }, { "sig", e->sig, SIG_BYTES },
	};
	AUTO(buf_release) struct buf cell = BUF_INIT;
	struct json_writer w = JSON_WRITER(out);

	json_open(&w, '{');
	json_key(&w, "seq");
	json_int(&w, e->seq);
	json_key(&w, "at");
	json_int(&w, e->at);
	for (size_t i = 0; i < COUNT(text); i++) {
		json_key(&w, text[i].name);
		json_str(&w, text[i].text);
	}
	json_key(&w, "body");
	if (e->body) {
		buf_add_base64(&cell, e->body, e->body_len);
		json_str(&w, cell.data);
	} else {
		json_null(&w);
	}
	for (size_t i = 0; i < COUNT(hex); i++) {
		buf_clear(&cell);
		buf_add_hex(&cell, hex[i].bytes, hex[i].n);
		json_key(&w, hex[i].name);
		json_str(&w, cell.data);
	}
	json_close(&w, '}');
	buf_addc(out, '\n');
}

enum code journal_line_read(struct journal_entry *e, struct pool *pool, const char *line, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	const struct json *doc;
	const char *body, *prev, *hash, *sig;

	if (json_parse(pool, line, n, NULL, &doc, err) || json_get_int(doc, "seq", &e->seq, err) || json_get_int(doc, "at", &e->at, err) ||
	    json_get_str(doc, "operator", &e->operator, err) || json_get_str(doc, "verb", &e->verb, err) ||
	    json_get_str(doc, "kind", &e->kind, err) || json_get_str(doc, "id", &e->id, err) || json_get_str(doc, "body", &body, err) ||
	    json_get_str(doc, "prev", &prev, err) || json_get_str(doc, "hash", &hash, err) || json_get_str(doc, "sig", &sig, err))
		return E_INVALID;
	if (!base64_decode(body, strlen(body), &bytes) || !hex_decode(prev, strlen(prev), e->prev, KEY_BYTES) ||
	    !hex_decode(hash, strlen(hash), e->hash, KEY_BYTES) || !hex_decode(sig, strlen(sig), e->sig, SIG_BYTES))
		return fail(err, E_INVALID, "this is no entry of a journal");
	e->body = pool_strndup(pool, bytes.data, bytes.len);
	e->body_len = bytes.len;
	return E_OK;
}
