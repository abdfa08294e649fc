#include "core/desk/reveal.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/desk/pending.h"

/* Does f become readable when somebody is let up to this class? */
static bool opens(const struct field *f, const struct actor *who)
{
	return field_masked(f, who->clearance) && !field_masked(f, who->reveal);
}

bool has_picture(const struct item *it)
{
	return it->rec->picture && *item_text(it, it->rec->picture);
}

bool picture_masked(const struct item *it, enum privacy clearance)
{
	return has_picture(it) && it->rec->picture_class && it->rec->picture_class(it) > clearance;
}

enum code reveal_possible(struct desk *d, const struct item *it, struct err *err)
{
	bool masked = false;
	enum code code = may_see(d, it->rec, err);

	for (size_t i = 0; !code && i < it->rec->nfields; i++) {
		const struct field *f = &it->rec->fields[i];

		if (it->v[i].type == VALUE_NULL || !(f->show & SHOW_DETAIL))
			continue;
		if (opens(f, &d->who))
			return E_OK;
		masked |= field_masked(f, d->who.clearance);
	}
	if (code)
		return code;
	if (picture_masked(it, d->who.clearance) && !picture_masked(it, d->who.reveal))
		return E_OK;
	if (!masked && !picture_masked(it, d->who.clearance))
		return fail(err, E_STATE, N_("nothing of this %s is masked to you"), record_noun(it->rec).word);
	return fail(err, E_DENIED, N_("the roles of %s (%s) may not have the masked fields of this %s shown"), d->who.name, d->who.roles,
		    record_noun(it->rec).word);
}

/* Every field that the grant opens, filled or not: a value may come in while it holds. */
static void write_body(struct buf *body, const struct item *it, const struct actor *who, const char *purpose)
{
	const struct record *rec = it->rec;
	struct json_writer w = JSON_WRITER(body);

	json_open(&w, '{');
	json_key(&w, "fields");
	json_open(&w, '[');
	for (size_t i = 0; i < rec->nfields; i++)
		if (opens(&rec->fields[i], who))
			json_str(&w, rec->fields[i].column.name);
	json_close(&w, ']');
	if (picture_masked(it, who->clearance) && !picture_masked(it, who->reveal)) {
		json_key(&w, "picture");
		json_str(&w, item_text(it, rec->picture));
	}
	json_key(&w, "purpose");
	json_str(&w, purpose);
	json_close(&w, '}');
}

enum code reveal_take(struct desk *d, const struct item *it, const char *purpose, struct grant *out, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	int64_t now = store_now(d->store);
	enum code code = reveal_possible(d, it, err);

	if (!code)
		code = reason_check(gettext(N_("revealing")), purpose, true, err);
	if (code)
		return code;
	write_body(&body, it, &d->who, purpose);
	if (desk_note(d, "reveal", it->rec->kind, item_id(it), &body, err))
		return err->code;
	*out = (struct grant){ .rec = it->rec, .clearance = d->who.reveal, .from = now, .until = now + REVEAL_MS };
	snprintf(out->id, sizeof out->id, "%s", item_id(it));
	return E_OK;
}

int64_t grant_left(const struct grant *g, const struct item *it, int64_t now)
{
	if (!g->rec || !it || it->rec != g->rec || strcmp(item_id(it), g->id) != 0 || now < g->from || now >= g->until)
		return 0;
	return g->until - now;
}

struct show grant_show(const struct grant *g, const struct item *it, const struct show *how, int64_t now)
{
	struct show own = *how;

	if (grant_left(g, it, now) && g->clearance > own.clearance)
		own.clearance = g->clearance;
	return own;
}

enum code reveal_copied(struct desk *d, const struct item *it, size_t f, const struct show *how, struct err *err)
{
	const struct field *field = &it->rec->fields[f];
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	if (field->privacy == PRIVACY_GENERAL || field_masked(field, how->clearance))
		return E_OK;
	json_open(&w, '{');
	json_key(&w, "field");
	json_str(&w, field->column.name);
	json_close(&w, '}');
	return desk_note(d, "copy", it->rec->kind, item_id(it), &body, err);
}

enum code picture_possible(struct desk *d, const struct item *it, const struct grant *g, bool *askable, struct err *err)
{
	enum privacy clearance = d->who.clearance;
	struct err why;

	*askable = false;
	if (may_see(d, it->rec, err))
		return err->code;
	if (!has_picture(it))
		return fail(err, E_NOTFOUND, N_("there is no picture of this %s"), record_noun(it->rec).word);
	if (grant_left(g, it, store_now(d->store)) && g->clearance > clearance)
		clearance = g->clearance;
	if (!picture_masked(it, clearance))
		return E_OK;
	*askable = reveal_possible(d, it, &why) == E_OK && !picture_masked(it, d->who.reveal);
	if (*askable)
		return fail(err, E_DENIED, N_("this picture is above the clearance of %s (%s); it shows for a purpose that is journaled"), d->who.name, d->who.roles);
	return fail(err, E_DENIED, N_("this picture is above the clearance of %s (%s)"), d->who.name, d->who.roles);
}

enum code picture_opened(struct desk *d, const struct item *it, const char *where, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	json_open(&w, '{');
	json_key(&w, "file");
	json_str(&w, item_text(it, it->rec->picture));
	json_key(&w, "where");
	json_str(&w, where);
	json_close(&w, '}');
	return desk_note(d, "open", it->rec->kind, item_id(it), &body, err);
}
