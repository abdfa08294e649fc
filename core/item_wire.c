/* Records as the core sends and stores them: canonical JSON, strictly read. */
#include <libintl.h>
#include <string.h>

#include "core/item.h"
#include "core/values/text.h"
#include "core/values/when.h"

enum { TEXT_MAX_BYTES = 4096, BLOB_MAX = 32 * 1024 };

/* ---- writing ---- */
static void write_value(struct json_writer *w, const struct field *f, struct value v)
{
	if (v.type == VALUE_BLOB) {
		AUTO(buf_release) struct buf base64 = BUF_INIT;

		buf_add_base64(&base64, v.text, v.len);
		json_strn(w, base64.data, base64.len);
	} else if (v.type == VALUE_TEXT) {
		json_strn(w, v.text, v.len);
	} else if (f->type == FIELD_FLAG) {
		json_bool(w, v.num);
	} else {
		json_int(w, v.num);
	}
}

static void write_fields(const struct item *it, unsigned but, struct json_writer *w)
{
	json_open(w, '{');
	for (size_t f = 0; f < it->rec->nfields; f++) {
		const struct field *field = &it->rec->fields[f];

		if (!(field->show & SHOW_WIRE) || field->show & but || it->v[f].type == VALUE_NULL)
			continue;
		json_key(w, field->column.name);
		write_value(w, field, it->v[f]);
	}
	json_close(w, '}');
}

static void write_record(const struct item *it, unsigned but, struct json_writer *w)
{
	json_open(w, '{');
	json_key(w, "kind");
	json_str(w, it->rec->kind);
	json_key(w, "id");
	json_str(w, item_id(it));
	json_key(w, "version");
	json_int(w, item_version(it));
	json_key(w, "data");
	write_fields(it, but, w);
	json_close(w, '}');
}

void item_write_data(const struct item *it, struct json_writer *w)
{
	write_fields(it, 0, w);
}

void item_write_change(const struct item *it, struct json_writer *w)
{
	write_record(it, 0, w);
}

/* ---- reading: whatever the core sends is checked against the table before it is believed ---- */
static enum code bad(const struct field *f, const char *what, struct err *err)
{
	return fail(err, E_INVALID, "%s %s", f->column.name, gettext(what));
}

static bool name_known(const struct record *rec, const struct field *f, const char *text)
{
	if (f->type == FIELD_STATE)
		return record_state(rec, text) >= 0;
	return f->type == FIELD_CHOICE ? field_choice(f, text, strlen(text)) != NULL : field_choices_valid(f, text);
}

static enum code read_text(const struct record *rec, const struct field *f, const char *text, struct err *err)
{
	int64_t day;

	if (strlen(text) > TEXT_MAX_BYTES)
		return bad(f, N_("is longer than a record may hold"), err);
	if (!*text && f->type != FIELD_STATE)
		return E_OK; /* nothing there */
	switch (f->type) {
	case FIELD_STATE:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return name_known(rec, f, text) ? E_OK :
		       fail(err, E_INVALID, "%s \"%.60s\" is not known to this version of paydesk", f->column.name, text);
	case FIELD_DATE:
		return when_parse_date(text, &day, err) ? bad(f, N_("is not a date (YYYY-MM-DD)"), err) : E_OK;
	case FIELD_PERSON:
	case FIELD_REF:
		return record_id_valid(text) ? E_OK : bad(f, N_("is not an id"), err);
	case FIELD_MCC:
		return strlen(text) == 4 && strspn(text, "0123456789") == 4 ? E_OK : bad(f, N_("is not four digits"), err);
	default:
		return E_OK;
	}
}

static enum code read_number(const struct field *f, int64_t n, struct err *err)
{
	if (f->type == FIELD_TIME && (n < WHEN_MIN || n > WHEN_MAX))
		return bad(f, N_("is not a time"), err);
	return E_OK;
}

static enum code read_bytes(struct item *it, size_t i, const char *text, struct err *err)
{
	const struct field *f = &it->rec->fields[i];
	AUTO(buf_release) struct buf bytes = BUF_INIT;

	if (strlen(text) > BLOB_MAX)
		return bad(f, N_("is longer than a record may hold"), err);
	if (!base64_decode(text, strlen(text), &bytes))
		return bad(f, N_("is not base64"), err);
	it->v[i] = value_copy(&it->pool, value_blob(bytes.data, bytes.len));
	return E_OK;
}

static enum code read_member(struct item *it, size_t i, const struct json *v, struct err *err)
{
	const struct field *f = &it->rec->fields[i];
	enum json_type wanted = f->column.type != VALUE_INT ? JSON_STR : f->type == FIELD_FLAG ? JSON_BOOL : JSON_INT;

	if (json_type(v) == JSON_NULL)
		return E_OK;
	if (json_type(v) != wanted && wanted == JSON_STR)
		return bad(f, N_("is not text"), err);
	if (json_type(v) != wanted)
		return bad(f, wanted == JSON_BOOL ? N_("is neither true nor false") : N_("is not a whole number"), err);
	if (f->column.type == VALUE_BLOB)
		return read_bytes(it, i, json_text(v), err);
	if (f->column.type == VALUE_TEXT) {
		it->v[i] = value_copy(&it->pool, value_text(json_text(v)));
		return read_text(it->rec, f, json_text(v), err);
	}
	it->v[i] = value_int(json_number(v));
	return read_number(f, json_number(v), err);
}

static enum code read_data(struct item *it, const struct json *data, struct err *err)
{
	for (size_t i = 0; i < it->rec->nfields; i++) {
		const struct field *f = &it->rec->fields[i];
		const struct json *v = f->show & SHOW_WIRE ? json_member(data, f->column.name) : NULL;
		enum code code = v ? read_member(it, i, v, err) : E_OK;

		if (code)
			return code;
	}
	if (it->v[F_STATE].type != VALUE_TEXT)
		return fail(err, E_INVALID, "the change carries no state");
	return E_OK;
}

static enum code read_envelope(const struct json *change, const struct record **rec, const char **id, int64_t *version,
			       bool *deleted, struct err *err)
{
	const char *kind;
	enum code code = json_get_str(change, "kind", &kind, err);

	if (!code)
		code = json_get_str(change, "id", id, err);
	if (!code)
		code = json_get_int(change, "version", version, err);
	*deleted = false;
	if (!code && json_member(change, "deleted"))
		code = json_get_bool(change, "deleted", deleted, err);
	if (code)
		return code;
	*rec = record_find(kind);
	if (!*rec || (*rec)->flags & RECORD_OWN)
		return fail(err, E_INVALID, "a record of kind \"%.40s\" is not known to this version of paydesk", kind);
	if (!record_id_valid(*id))
		return fail(err, E_INVALID, "\"%.80s\" cannot be the id of a record", *id);
	if (*version < 1)
		return fail(err, E_INVALID, "%s %s has version %lld; versions begin at 1", kind, *id, (long long)*version);
	return E_OK;
}

enum code item_read_change(struct item *it, const struct json *change, bool *deleted, struct err *err)
{
	const struct record *rec;
	const struct json *data;
	const char *id;
	int64_t version;
	enum code code;

	*it = (struct item){ .pool = POOL_INIT };
	code = read_envelope(change, &rec, &id, &version, deleted, err);
	if (code)
		return code;
	item_init(it, rec);
	it->v[F_ID] = value_copy(&it->pool, value_text(id));
	it->v[F_VERSION] = value_int(version);
	if (*deleted)
		return E_OK;
	code = json_get_object(change, "data", &data, err);
	if (!code)
		code = read_data(it, data, err);
	if (code) {
		fail_in(err, "%s %s", rec->kind, item_id(it));
		item_release(it);
	}
	return code;
}

/* ---- evidence ---- */
static void add_evidence(struct digest_state *sum, const struct item *it)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct json_writer w = JSON_WRITER(&line);

	write_record(it, SHOW_RUNNING, &w);
	buf_addc(&line, '\n');
	digest_add(sum, line.data, line.len);
}

static enum code add_part(struct digest_state *sum, const struct item *whole, const struct part *part, struct db *db,
			  struct err *err)
{
	const struct record *rec = record_find(part->kind);
	struct table table = record_table(rec);
	struct query q = { .table = &table,
			   .where = { .op = COND_EQ, .column = part->field, .value = value_text(item_id(whole)) } };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value *row = pool_alloc(&pool, rec->nfields * sizeof *row);
	AUTO(cursor_closep) struct cursor *c = NULL;
	bool more = true;
	enum code code = query_open(&c, db, &q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		AUTO(item_release) struct item it = { 0 };

		item_from_row(&it, rec, row);
		add_evidence(sum, &it);
	}
	return code;
}

enum code item_evidence(const struct item *it, struct db *db, uint8_t out[KEY_BYTES], struct err *err)
{
	const struct record *rec = it->rec;
	struct digest_state sum;

	if (rec->evidence) {
		struct value hex = item_get(it, rec->evidence);

		return hex.type == VALUE_TEXT && hex_decode(hex.text, hex.len, out, KEY_BYTES) ? E_OK :
		       fail(err, E_INVALID, "%s %s does not carry a digest of its evidence", rec->kind, item_id(it));
	}
	digest_start(&sum);
	add_evidence(&sum, it);
	for (size_t i = 0; i < rec->nparts; i++) {
		enum code code = rec->parts[i].evidence ? add_part(&sum, it, &rec->parts[i], db, err) : E_OK;

		if (code)
			return code;
	}
	digest_end(&sum, out);
	return E_OK;
}
