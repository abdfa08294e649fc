#include "core/screening/lists.h"

#include <stdio.h>
#include <string.h>

#include "core/screening/hits.h"
#include "core/screening/index.h"
#include "core/values/when.h"

#define TABLE(variable, table_name, keys) \
	const struct table variable = { table_name, variable##_columns, COUNT(variable##_columns), sizeof(struct column), keys, NULL, 0 }

static const struct column list_table_columns[LIST_COLUMNS] = {
	{ "list", VALUE_TEXT }, { "serial", VALUE_INT }, { "version", VALUE_TEXT }, { "imported_at", VALUE_INT }, { "confirmed_at", VALUE_INT },
	{ "operator", VALUE_TEXT }, { "files", VALUE_TEXT }, { "digest", VALUE_TEXT }, { "entries", VALUE_INT }, { "added", VALUE_INT },
	{ "removed", VALUE_INT }, { "changed", VALUE_INT }, { "issued", VALUE_TEXT },
};
TABLE(list_table, "screening_list", 2);

static const struct column list_entry_table_columns[ENTRY_COLUMNS] = {
	{ "list", VALUE_TEXT }, { "no", VALUE_INT }, { "entry", VALUE_TEXT }, { "kind", VALUE_TEXT }, { "digest", VALUE_TEXT },
	{ "data", VALUE_TEXT }, { "forms", VALUE_TEXT },
};
TABLE(list_entry_table, "screening_entry", 2);

static const struct column list_key_table_columns[KEY_COLUMNS] = {
	{ "list", VALUE_TEXT }, { "bucket", VALUE_INT }, { "pairs", VALUE_BLOB },
};
TABLE(list_key_table, "screening_key", 2);

/* ---- reading ---- */
static void put(char *out, size_t size, struct value v)
{
	size_t n = v.len < size ? v.len : size - 1;

	memcpy(out, v.text ? v.text : "", v.text ? n : 0);
	out[v.text ? n : 0] = '\0';
}

static void from_row(struct list_version *v, const struct value *row)
{
	put(v->list, sizeof v->list, row[LIST_LIST]);
	put(v->version, sizeof v->version, row[LIST_VERSION]);
	put(v->operator, sizeof v->operator, row[LIST_OPERATOR]);
	put(v->digest, sizeof v->digest, row[LIST_DIGEST]);
	put(v->issued, sizeof v->issued, row[LIST_ISSUED]);
	v->serial = row[LIST_SERIAL].num;
	v->imported_at = row[LIST_IMPORTED].num;
	v->confirmed_at = row[LIST_CONFIRMED].num;
	v->entries = row[LIST_ENTRIES].num;
	v->added = row[LIST_ADDED].num;
	v->removed = row[LIST_REMOVED].num;
	v->changed = row[LIST_CHANGED].num;
}

static enum code each_version(struct db *db, struct query *q, enum code (*fn)(void *ctx, const struct list_version *v, struct err *err),
			      void *ctx, struct err *err)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[LIST_COLUMNS];
	struct list_version v;
	bool more = true;
	enum code code = query_open(&c, db, q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		from_row(&v, row);
		code = fn(ctx, &v, err);
	}
	return code;
}

enum code lists_each(struct db *db, enum code (*fn)(void *ctx, const struct list_version *v, struct err *err), void *ctx, struct err *err)
{
	struct query q = { .table = &list_table, .order = { { "list", false }, { "serial", true } }, .norder = 2 };

	return each_version(db, &q, fn, ctx, err);
}

static enum code keep_version(void *ctx, const struct list_version *v, struct err *err)
{
	(void)err;
	*(struct list_version *)ctx = *v;
	return E_OK;
}

enum code lists_current(struct db *db, const char *list, struct list_version *out, struct err *err)
{
	struct query q = { .table = &list_table, .where = { .op = COND_EQ, .column = "list", .value = value_text(list) },
			   .order = { { "serial", true } }, .norder = 1, .limit = 1 };

	*out = (struct list_version){ 0 };
	return each_version(db, &q, keep_version, out, err);
}

/* ---- importing ---- */
struct import {
	struct desk *d;
	const struct list_format *format;
	const struct list_offer *offer;
	struct listing listing;
	struct list_version before, now;
	struct buf files;            /* JSON: names and SHA-256 */
	struct keys keys;
	bool rewritten;              /* an entry stands there otherwise than before */
};

static void import_release(struct import *i)
{
	listing_release(&i->listing);
	buf_release(&i->files);
	keys_release(&i->keys);
}

static void describe_files(struct import *i)
{
	const struct list_file *files = i->offer->files;
	struct json_writer w = JSON_WRITER(&i->files);

	json_open(&w, '[');
	for (size_t f = 0; f < i->offer->n; f++) {
		AUTO(buf_release) struct buf hex = BUF_INIT;
		const char *base = strrchr(files[f].name, '/');
		uint8_t sum[KEY_BYTES];

		sha256(sum, files[f].data, files[f].n);
		buf_add_hex(&hex, sum, sizeof sum);
		json_open(&w, '{');
		json_key(&w, "name");
		json_str(&w, base ? base + 1 : files[f].name);
		json_key(&w, "sha256");
		json_str(&w, hex.data);
		json_close(&w, '}');
	}
	json_close(&w, ']');
}

static void digest_entries(struct import *i)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	struct digest_state s;
	uint8_t sum[KEY_BYTES];

	digest_start(&s);
	for (size_t r = 0; r < i->listing.n; r++)
		digest_add(&s, i->listing.row[r].digest, KEY_BYTES);
	digest_end(&s, sum);
	buf_add_hex(&hex, sum, sizeof sum);
	memcpy(i->now.digest, hex.data, sizeof i->now.digest);
}

/* What became of the entries of the version before: both are in the order of ids. */
static enum code compare(struct import *i, struct err *err)
{
	struct query q = { .table = &list_entry_table, .where = { .op = COND_EQ, .column = "list", .value = value_text(i->format->list) },
			   .order = { { "entry", false } }, .norder = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value old[ENTRY_COLUMNS];
	struct list_version *v = &i->now;
	size_t r = 0;
	bool more = true;
	enum code code = query_open(&c, desk_db(i->d), &q, err);

	while (!code && !(code = cursor_next(c, old, &more, err)) && more) {
		AUTO(buf_release) struct buf hex = BUF_INIT;

		while (r < i->listing.n && strcmp(i->listing.row[r].id, old[ENTRY_ID].text) < 0) {
			r++;
			v->added++;
		}
		if (r == i->listing.n || strcmp(i->listing.row[r].id, old[ENTRY_ID].text) != 0) {
			v->removed++;
			continue;
		}
		buf_add_hex(&hex, i->listing.row[r++].digest, KEY_BYTES);
		v->changed += strcmp(hex.data, old[ENTRY_DIGEST].text) != 0;
	}
	v->added += (int64_t)(i->listing.n - r);
	return code;
}

/* The same entry may have been made ready by an earlier paydesk, which knew less of names. */
static enum code put_entry(struct import *i, const struct value *v, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value old[ENTRY_COLUMNS];
	bool there;
	enum code code = db_find(desk_db(i->d), &list_entry_table, v, &pool, old, &there, err);

	if (code || (there && !strcmp(old[ENTRY_DIGEST].text, v[ENTRY_DIGEST].text) && !strcmp(old[ENTRY_ID].text, v[ENTRY_ID].text) &&
		     !strcmp(old[ENTRY_FORMS].text, v[ENTRY_FORMS].text)))
		return code;
	i->rewritten = true;
	return db_put(desk_db(i->d), &list_entry_table, v, err);
}

static enum code write_entry(struct import *i, uint32_t no, const struct listing_row *row, struct err *err)
{
	AUTO(buf_release) struct buf hex = BUF_INIT, forms = BUF_INIT;
	AUTO(listed_release) struct listed e;
	struct value v[ENTRY_COLUMNS];

	listed_init(&e);
	if (listed_read(&e, row->json, strlen(row->json), err))
		return err->code;
	names_write(&forms, e.names.at, e.names.n);
	keys_of_entry(&i->keys, no, forms.data, &e);
	buf_add_hex(&hex, row->digest, KEY_BYTES);
	v[ENTRY_LIST] = value_text(i->format->list);
	v[ENTRY_NO] = value_int(no);
	v[ENTRY_ID] = value_text(row->id);
	v[ENTRY_KIND] = value_text(listed_kinds[row->kind]);
	v[ENTRY_DIGEST] = value_text(hex.data);
	v[ENTRY_DATA] = value_text(row->json);
	v[ENTRY_FORMS] = value_text(forms.data);
	return put_entry(i, v, err);
}

static enum code write_entries(struct import *i, struct err *err)
{
	enum code code = E_OK;

	for (size_t r = 0; r < i->listing.n && !code; r++)
		code = write_entry(i, (uint32_t)r + 1, &i->listing.row[r], err);
	for (int64_t no = i->now.entries + 1; no <= i->before.entries && !code; no++) {
		struct value key[] = { value_text(i->format->list), value_int(no) };

		code = db_delete(desk_db(i->d), &list_entry_table, key, err);
	}
	return code;
}

static enum code write_keys(struct import *i, struct err *err)
{
	AUTO(buf_release) struct buf pairs = BUF_INIT;
	size_t at = 0;
	enum code code = E_OK;

	keys_sort(&i->keys);
	for (uint32_t bucket = 0; bucket < INDEX_BUCKETS && !code; bucket++) {
		struct value row[KEY_COLUMNS] = { value_text(i->format->list), value_int(bucket) };

		if (at == i->keys.n || key_bucket(i->keys.at[at]) != bucket) {
			code = i->before.serial ? db_delete(desk_db(i->d), &list_key_table, row, err) : E_OK;
			continue;
		}
		buf_clear(&pairs);
		at += index_pack(&pairs, &i->keys, at);
		row[KEY_PAIRS] = value_blob(pairs.data, pairs.len);
		code = db_put(desk_db(i->d), &list_key_table, row, err);
	}
	return code;
}

static enum code write_version(struct import *i, const struct list_version *v, const char *files, struct err *err)
{
	struct value row[LIST_COLUMNS] = {
		value_text(v->list), value_int(v->serial), value_text(v->version), value_int(v->imported_at), value_int(v->confirmed_at),
		value_text(v->operator), value_text(files), value_text(v->digest), value_int(v->entries), value_int(v->added),
		value_int(v->removed), value_int(v->changed), value_text(v->issued),
	};

	return db_put(desk_db(i->d), &list_table, row, err);
}

/* Who, which list, the digests of the files and of the entries, and what it changed. */
static enum code note(struct import *i, const char *verb, const struct list_version *v, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);
	const struct { const char *name; int64_t n; } counts[] = {
		{ "serial", v->serial }, { "entries", v->entries }, { "added", v->added }, { "removed", v->removed }, { "changed", v->changed },
	};

	json_open(&w, '{');
	json_key(&w, "version");
	json_str(&w, v->version);
	for (size_t n = 0; n < COUNT(counts); n++) {
		json_key(&w, counts[n].name);
		json_int(&w, counts[n].n);
	}
	if (i->offer->anyway) {
		json_key(&w, "anyway");
		json_bool(&w, true);
	}
	json_key(&w, "digest");
	json_str(&w, v->digest);
	json_key(&w, "files");
	json_raw(&w, i->files.data, i->files.len);
	json_close(&w, '}');
	return journal_append(desk_store(i->d), verb, "screening_list", v->list, body.data, body.len, err);
}

/* ---- versions ---- */
/* Whether a version of this list has such a name, or had these entries; which. */
struct looked_for { const char *list, *version, *digest; struct list_version found; };

static enum code compare_version(void *ctx, const struct list_version *v, struct err *err)
{
	struct looked_for *l = ctx;

	(void)err;
	if (!strcmp(v->list, l->list) && (!l->version || !strcmp(v->version, l->version)) && (!l->digest || !strcmp(v->digest, l->digest)))
		l->found = *v;
	return E_OK;
}

static enum code is_taken(struct import *i, const char *version, bool *taken, struct err *err)
{
	struct looked_for l = { .list = i->format->list, .version = version };
	enum code code = lists_each(desk_db(i->d), compare_version, &l, err);

	*taken = l.found.serial > 0;
	return code;
}

static enum code choose_version(struct import *i, const char *version, struct err *err)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	bool taken = true;
	size_t n;

	if (version) {
		if (is_taken(i, version, &taken, err))
			return err->code;
		if (taken)
			return fail(err, E_EXISTS, N_("version %s of the list %s is there already, with other entries; give this one another --version"),
				    version, i->format->list);
		snprintf(i->now.version, sizeof i->now.version, "%s", version);
		return E_OK;
	}
	when_add_date(&day, i->now.imported_at);
	n = day.len;
	for (int k = 2; ; k++) {
		if (is_taken(i, day.data, &taken, err))
			return err->code;
		if (!taken)
			break;
		buf_setlen(&day, n);
		buf_addf(&day, ".%d", k);
	}
	snprintf(i->now.version, sizeof i->now.version, "%s", day.data);
	return E_OK;
}

/* ---- what somebody has to say so for ---- */
/* By what it says of itself. */
static bool is_younger(const char *a, const char *than)
{
	size_t n = strlen(a), m = strlen(than);

	return n == m ? strcmp(a, than) > 0 : n > m;
}

static enum code not_older(struct import *i, struct err *err)
{
	struct looked_for l = { .list = i->format->list, .digest = i->now.digest };

	if (i->offer->anyway)
		return E_OK;
	if (*i->now.issued && *i->before.issued && is_younger(i->before.issued, i->now.issued))
		return fail(err, E_CONFLICT, N_("%s is of %s, version %s, which holds now, of %s: it is older, or not whole; --anyway takes it all the same"),
			    i->offer->files[0].name, i->now.issued, i->before.version, i->before.issued);
	if (!strcmp(i->now.digest, i->before.digest))
		return E_OK;
	if (lists_each(desk_db(i->d), compare_version, &l, err))
		return err->code;
	if (l.found.serial)
		return fail(err, E_CONFLICT, N_("%s is what version %s was, which version %s has replaced; --anyway takes it all the same"),
			    i->offer->files[0].name, l.found.version, i->before.version);
	return E_OK;
}

/* A list that was cut off at the end of a line is well formed: only what it lacks tells. */
static enum code not_shrunk(struct import *i, struct err *err)
{
	enum { PART = 10, FEW = 1 };
	int64_t removed = i->now.removed, before = i->before.entries;

	if (i->offer->anyway || removed <= FEW || removed * PART <= before)
		return E_OK;
	return fail(err, E_CHECK, N_("%s lacks %lld of the %lld entries of version %s; if it is whole, --anyway takes it"), i->offer->files[0].name,
		    (long long)removed, (long long)before, i->before.version);
}

static enum code check_words(struct desk *d, const struct list_offer *o, struct err *err)
{
	const struct list_format *f = o->format;
	const char *version = o->version;
	size_t n = o->n;

	if (!actor_may(desk_who(d), "screening.import"))
		return fail(err, E_DENIED, N_("importing watch lists needs a role such as compliance"));
	if (n < f->least || n > f->most)
		return fail(err, E_USAGE, f->least == 1 ? N_("the list %s is one file") : N_("the list %s is three files: SDN.CSV, ALT.CSV and ADD.CSV"),
			    f->list);
	if (version && (!*version || strlen(version) > VERSION_MAX || strspn(version, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != strlen(version)))
		return fail(err, E_USAGE, N_("a version is 1 to %d letters, digits, dots, dashes and underscores"), VERSION_MAX);
	return E_OK;
}

/* Whoever was held against the entries as they stood before is held against them as they stand now. */
static enum code write_all(struct import *i, const char *verb, struct err *err)
{
	enum code code = write_entries(i, err);

	i->rewritten |= i->now.entries < i->before.entries;
	if (!code && i->rewritten && !(code = write_keys(i, err)))
		code = screening_due_all(desk_db(i->d), err);
	if (!code)
		code = write_version(i, &i->now, i->files.data, err);
	return code ? code : note(i, verb, &i->now, err);
}

static enum code store_list(struct import *i, bool *same, struct err *err)
{
	struct list_version *v = &i->now;
	enum code code = lists_current(desk_db(i->d), i->format->list, &i->before, err);

	if (code || (code = not_older(i, err)))
		return code;
	*same = i->before.serial && !strcmp(i->before.digest, v->digest);
	if (*same) {
		i->before.confirmed_at = v->imported_at;
		if (*v->issued)
			memcpy(i->before.issued, v->issued, sizeof v->issued);
		*v = i->before;
		return write_all(i, "screening.confirm", err);
	}
	v->serial = i->before.serial + 1;
	if ((code = choose_version(i, i->offer->version, err)) || (code = compare(i, err)) || (code = not_shrunk(i, err)))
		return code;
	return write_all(i, "screening.import", err);
}

enum code lists_import(struct desk *d, const struct list_offer *o, struct list_version *out, bool *same, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(import_release) struct import i = { .d = d, .format = o->format, .offer = o, .files = BUF_INIT };
	enum code code = check_words(d, o, err);

	if (!code)
		code = o->format->read(&i.listing, o->files, o->n, err);
	if (code)
		return code;
	if (!i.listing.n)
		return fail(err, E_INVALID, N_("%s holds no entries; a list is never emptied by an import"), o->files[0].name);
	describe_files(&i);
	digest_entries(&i);
	snprintf(i.now.list, sizeof i.now.list, "%s", o->format->list);
	snprintf(i.now.operator, sizeof i.now.operator, "%s", desk_who(d)->id);
	memcpy(i.now.issued, i.listing.issued, sizeof i.now.issued);
	i.now.imported_at = i.now.confirmed_at = store_now(desk_store(d));
	i.now.entries = (int64_t)i.listing.n;
	if ((code = tx_begin(&tx, desk_db(d), err)) || (code = store_list(&i, same, err)) || (code = tx_commit(&tx, err)))
		return code;
	*out = i.now;
	return E_OK;
}
