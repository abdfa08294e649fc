/* What leaves the screen of the main window or shows more than a mask lets through: all of it is asked for, and journaled first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/when.h"
#include "tui/desktop/parts.h"
#include "tui/export.h"
#include "tui/words.h"

enum { FILE_NAME_MAX = 1000 };

void desktop_ask(struct desktop *d, struct ask *ask, enum asked what)
{
	ask_free(d->ask);
	d->ask = ask;
	d->asked = what;
}

/* ---- reveal ---- */
/* What is on the screen is masked again: at once, whatever else fails. */
void desktop_mask(struct desktop *d)
{
	AUTO(buf_release) struct buf id = BUF_INIT;

	if (d->viewer)
		viewer_mask(d->viewer);
	if (!d->grant.rec)
		return;
	buf_adds(&id, d->grant.id);
	d->grant = (struct grant){ 0 };
	if (d->asked == ASKED_COPY) /* its choices show what has to go */
		desktop_ask(d, NULL, ASKED_NOTHING);
	if (d->card && card_item(d->card) && strcmp(item_id(card_item(d->card)), id.data) == 0)
		desktop_load_item(d, id.data);
}

void desktop_mask_when_due(struct desktop *d)
{
	const struct item *it = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;

	if (d->viewer)
		viewer_revealed(d->viewer);
	if (d->grant.rec && !grant_left(&d->grant, it, store_now(d->sh->store)))
		desktop_mask(d);
}

static void begin_reveal(struct desktop *d)
{
	const struct item *it = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;
	struct err err = { 0 };

	if (!it)
		return;
	if (reveal_possible(d->sh->desk, it, &err)) {
		desktop_say(d, ROLE_WARNING, err.msg);
		return;
	}
	desktop_ask(d, ask_line(_("Reveal"), _("For what purpose? It is journaled with the names of the fields; they are shown for a minute."),
			      REASON_MAX, ""), ASKED_PURPOSE);
}

static enum code take_purpose(struct desktop *d, const char *purpose, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT;
	const struct item *it = d->card ? card_item(d->card) : NULL;

	if (!it || reveal_take(d->sh->desk, it, purpose, &d->grant, err))
		return it ? err->code : E_OK;
	buf_adds(&id, item_id(it)); /* the reload frees the item */
	desktop_load_item(d, id.data);
	return E_OK;
}

/* ---- copy ---- */
/* As its card shows it, but with times that are still true tomorrow. */
static struct show copied_as(const struct desktop *d, const struct item *it)
{
	struct show how = grant_show(&d->grant, it, &d->how, store_now(d->sh->store));

	if (d->focus != FOCUS_ITEM)
		how = d->how;
	how.now = 0;
	return how;
}

static void begin_copy(struct desktop *d)
{
	const struct item *it = desktop_item(d);
	struct ask *ask;
	struct show how;

	if (!it) {
		desktop_say(d, ROLE_WARNING, _("there is nothing under the cursor"));
		return;
	}
	how = copied_as(d, it);
	ask = ask_choice(_("Copy"), _("Masked fields are copied masked; what shows unmasked is journaled."));
	for (size_t f = 0; f < it->rec->nfields; f++) {
		const struct field *field = &it->rec->fields[f];
		AUTO(buf_wipe) struct buf text = BUF_INIT;

		item_show(&text, it, f, &how);
		if (text.len && field->show & SHOW_DETAIL && field->type != FIELD_BYTES)
			ask_add(ask, _(field->label), text.data, (int)f);
	}
	desktop_ask(d, ask, ASKED_COPY);
	snprintf(d->asked_id, sizeof d->asked_id, "%s", item_id(it));
}

static enum code take_copy(struct desktop *d, const char *text, int f, enum wish *wish, struct err *err)
{
	const struct item *it = desktop_item(d);
	struct show how;

	if (!it || f < 0 || strcmp(item_id(it), d->asked_id) != 0) { /* it went away while the question stood */
		desktop_say(d, ROLE_WARNING, _("there is nothing under the cursor"));
		return E_OK;
	}
	how = copied_as(d, it);
	if (reveal_copied(d->sh->desk, it, (size_t)f, &how, err))
		return err->code;
	buf_clear(&d->copied);
	buf_adds(&d->copied, text);
	*wish = WISH_COPY;
	return E_OK;
}

const char *desktop_clipboard(const struct desktop *d)
{
	return d->copied.data;
}

void desktop_copied(struct desktop *d, bool sent)
{
	buf_wipe(&d->copied);
	desktop_say(d, sent ? ROLE_GOOD : ROLE_WARNING,
		    sent ? _("copied, if the terminal lets programs write its clipboard") : _("this terminal takes no copies"));
}

/* ---- files ---- */
/* merchant-20261121-220600.csv: what it is, and when, in Shanghai. */
static void propose_name(struct buf *out, const struct desktop *d, const char *ending)
{
	const struct record *rec = d->rail.row[d->at].rec;
	struct civil t = when_civil(store_now(d->sh->store));

	buf_addf(out, "%s-%04d%02d%02d-%02d%02d%02d%s", rec ? rec->kind : "paydesk", t.year, t.month, t.day, t.hour, t.minute, t.second, ending);
}

/* A list on its way into a file: beside the screen, by a worker of its own, for it may take long while lists are read. */
struct taking {
	struct work work;
	struct export *x;
	enum code code;
	struct err err;
};

static void run_taking(struct work *w, struct desk *d)
{
	struct taking *t = (struct taking *)w;

	t->code = export_run(t->x, d, &t->err);
	work_settle(w, d); /* what became of it is written down, whoever asks to stop */
	t->code = export_end(t->x, d, t->code, &t->err);
}

static void free_taking(struct work *w)
{
	struct taking *t = (struct taking *)w;

	export_free(t->x);
	free(t);
}

static const struct taking *taking_of(const struct desktop *d)
{
	return d->exporter ? (const struct taking *)worker_busy(d->exporter, WORK_EXPORT) : NULL;
}

bool desktop_exporting(const struct desktop *d, int64_t *rows, int64_t *of)
{
	const struct taking *t = taking_of(d);

	if (!t)
		return false;
	*rows = export_rows(t->x);
	*of = export_of(t->x);
	return true;
}

bool desktop_stop_export(struct desktop *d)
{
	if (!taking_of(d))
		return false;
	worker_stop(d->exporter, WORK_EXPORT);
	return true;
}

/* What is in the file is in one language. */
bool desktop_may_translate(struct desktop *d)
{
	if (!taking_of(d))
		return true;
	desktop_say(d, ROLE_WARNING, _("a list is being taken already; it comes first"));
	return false;
}

static void say_taken(struct desktop *d, const struct taking *t)
{
	if (t->code == E_CANCELLED)
		desktop_sayf(d, ROLE_WARNING, _("stopped; %s was removed, and the journal says so"), export_path(t->x));
	else if (t->code)
		desktop_say(d, ROLE_DANGER, t->err.msg);
	else
		desktop_sayf(d, ROLE_GOOD, _("%lld rows are in %s"), (long long)export_rows(t->x), export_path(t->x));
}

void desktop_take_export(struct desktop *d)
{
	struct work *w = d->exporter && !desktop_covered(d) ? worker_take(d->exporter, WORK_EXPORT) : NULL;

	if (!w)
		return;
	say_taken(d, (struct taking *)w);
	w->free(w);
	worker_free(d->exporter);
	d->exporter = NULL;
}

static void begin_export(struct desktop *d)
{
	AUTO(buf_release) struct buf name = BUF_INIT;

	if (!d->list)
		return;
	if (taking_of(d)) {
		desktop_say(d, ROLE_WARNING, _("a list is being taken already; it comes first"));
		return;
	}
	propose_name(&name, d, ".csv");
	desktop_ask(d, ask_line(_("Export the list"), _("Into which file? It ends in .csv, .jsonl or .xlsx and is new; the filter holds, masks hold, "
						       "and the journal says that it was taken."), FILE_NAME_MAX, name.data), ASKED_EXPORT);
}

static enum code take_beside(struct desktop *d, struct taking *t, struct err *err)
{
	d->exporter = worker_new(d->sh->store, d->sh->notify, d->sh->notify_ctx);
	if (!worker_give(d->exporter, WORK_EXPORT, &t->work, err))
		return E_OK;
	worker_free(d->exporter);
	d->exporter = NULL;
	return err->code;
}

static enum code take_here(struct desktop *d, struct taking *t, struct err *err)
{
	enum code code;

	run_taking(&t->work, d->sh->desk);
	code = t->code;
	if (code)
		*err = t->err;
	else
		say_taken(d, t);
	free_taking(&t->work);
	return code;
}

static enum code take_export(struct desktop *d, const char *path, struct err *err)
{
	struct export_order o = { .rec = d->rail.row[d->at].rec, .filter = list_filter_text(d->list), .path = path };
	struct export *x;
	struct taking *t;

	if (export_form_of(path, &o.form, err) || export_begin(&x, d->sh->desk, &o, err))
		return err->code;
	t = mem_alloc(sizeof *t);
	t->work = (struct work){ .run = run_taking, .free = free_taking };
	t->x = x;
	return d->sh->read_ms ? take_beside(d, t, err) : take_here(d, t, err);
}

static void begin_picture(struct desktop *d)
{
	AUTO(buf_release) struct buf name = BUF_INIT;

	propose_name(&name, d, ".svg");
	desktop_ask(d, ask_line(_("Picture of the screen"), _("Into which file? It is an SVG and new; what was revealed is masked again first."),
			      FILE_NAME_MAX, name.data), ASKED_PICTURE);
}

static enum code take_picture(struct desktop *d, const char *path, enum wish *wish, struct err *err)
{
	if (!*path)
		return fail(err, E_USAGE, N_("a file needs a name"));
	buf_clear(&d->picture);
	buf_adds(&d->picture, path);
	*wish = WISH_PICTURE;
	return E_OK;
}

void desktop_picture(struct desktop *d, struct grid *g, const struct theme *theme)
{
	const struct record *rec = d->rail.row[d->at].rec;
	AUTO(buf_wipe) struct buf svg = BUF_INIT;
	struct err err = { 0 };

	desktop_mask(d);
	*d->message = '\0';
	desktop_draw(d, g);
	grid_svg(&svg, g, theme);
	if (export_note(d->sh->desk, rec ? rec->kind : "", "svg", d->list ? list_filter_text(d->list) : "", -1, &err) ||
	    export_save(d->picture.data, svg.data, svg.len, &err))
		desktop_say(d, ROLE_DANGER, err.msg);
	else
		desktop_sayf(d, ROLE_GOOD, _("the picture is in %s"), d->picture.data);
}

/* ---- questions ---- */
enum wish desktop_carry(struct desktop *d, enum req req)
{
	if (req == REQ_REVEAL)
		begin_reveal(d);
	else if (req == REQ_COPY)
		begin_copy(d);
	else if (req == REQ_EXPORT)
		begin_export(d);
	else if (req == REQ_PICTURE)
		begin_picture(d);
	return WISH_NONE;
}

static enum code take_answer(struct desktop *d, enum wish *wish, struct err *err)
{
	switch (d->asked) {
	case ASKED_PURPOSE: return take_purpose(d, ask_text(d->ask), err);
	case ASKED_COPY: return take_copy(d, ask_text(d->ask), ask_value(d->ask), wish, err);
	case ASKED_EXPORT: return take_export(d, ask_text(d->ask), err);
	case ASKED_VIEW_NAME: return desktop_save_view(d, ask_text(d->ask), err);
	case ASKED_VIEW_RENAME: return desktop_rename_view(d, ask_text(d->ask), err);
	case ASKED_VIEW_DELETE: return desktop_delete_view(d, ask_value(d->ask) == 1, err);
	case ASKED_VIEW_PURPOSE: return desktop_view_purpose(d, ask_text(d->ask), err);
	case ASKED_METRIC: return desktop_metrics_answer(d, err);
	case ASKED_PICTURE: return take_picture(d, ask_text(d->ask), wish, err);
	default: return E_OK;
	}
}

enum wish desktop_answer(struct desktop *d, const struct event *event)
{
	struct err err = { 0 };
	enum wish wish = WISH_NONE;
	enum ask_answer answer = ask_event(d->ask, event);

	if (answer == ASK_OPEN)
		return WISH_NONE;
	if (answer == ASK_ACCEPTED && take_answer(d, &wish, &err)) {
		ask_complain(d->ask, err.msg);
		return WISH_NONE;
	}
	desktop_ask(d, NULL, ASKED_NOTHING);
	return wish;
}
