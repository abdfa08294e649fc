#include "core/screening/hits.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/screening/subject.h"
#include "core/values/when.h"

static const struct column due_columns[] = { { "kind", VALUE_TEXT }, { "id", VALUE_TEXT } };
static const struct table due_table = { "screening_due", due_columns, COUNT(due_columns), sizeof *due_columns, 2, NULL, 0 };

/* ---- the check ---- */
struct freshness {
	char versions[160];          /* "ofac 2026-11-20, un 2026-11-19" */
	const struct list_format *missing, *old;
};

static enum code look_at_lists(struct db *db, int64_t when, struct freshness *f, struct err *err)
{
	*f = (struct freshness){ .missing = NULL };
	for (size_t i = 0; i < nlist_formats; i++) {
		const struct list_format *l = &list_formats[i];
		size_t n = strlen(f->versions);
		struct list_version v;

		if (lists_current(db, l->list, &v, err))
			return err->code;
		if (!v.serial) {
			f->missing = f->missing || !l->needed ? f->missing : l;
			continue;
		}
		if (!f->old && when - v.confirmed_at > l->days * WHEN_DAY)
			f->old = l;
		snprintf(f->versions + n, sizeof f->versions - n, "%s%s %s", n ? ", " : "", l->list, v.version);
	}
	return E_OK;
}

struct tally { int open, confirmed, cleared; const struct hit *worst; struct known_hit known; /* of the worst */ };

static enum code count_hits(struct db *db, const struct subject *s, const struct hits *h, struct tally *t, struct err *err)
{
	for (size_t i = 0; i < h->n; i++) {
		struct known_hit k;

		if (hit_known(db, s, &h->at[i], &k, err))
			return err->code;
		t->open += k.state == HIT_NEW;
		t->confirmed += k.state == HIT_CONFIRMED;
		t->cleared += k.state == HIT_NONE;
		if ((k.state == HIT_CONFIRMED && t->confirmed == 1) || (k.state == HIT_NEW && !t->worst)) {
			t->worst = &h->at[i];
			t->known = k;
		}
	}
	return E_OK;
}

static void say_tally(const struct tally *t, const struct freshness *f, struct checklist *out)
{
	const struct hit *h = t->worst;

	if (t->confirmed)
		check_say(out, CHECK_FAILED, N_("confirmed: %s, entry %s of list %s"), hit_name(h), h->entry, h->list);
	else if (t->open)
		check_say(out, CHECK_FAILED, N_("%d to be decided; %d.%d %% like %s, entry %s of list %s %s"), t->open, h->score / 10, h->score % 10,
			  hit_name(h), h->entry, h->list, h->version);
	else if (f->missing)
		check_say(out, CHECK_UNKNOWN, N_("the %s was never imported: paydesk screening import"), gettext(f->missing->label));
	else if (f->old)
		check_say(out, CHECK_UNKNOWN, N_("the %s is older than %d days; screened against %s"), gettext(f->old->label), f->old->days, f->versions);
	else if (t->cleared)
		check_say(out, CHECK_PASSED, N_("%d cleared earlier, nobody else on %s"), t->cleared, f->versions);
	else
		check_say(out, CHECK_PASSED, N_("nobody on %s"), f->versions);
	if (h && *t->known.id)
		check_link(out, screening_hit_record.kind, t->known.id);
}

static const struct screened_role *find_role(const struct record *rec, const char *role)
{
	for (size_t i = 0; i < nscreened_roles; i++)
		if (!strcmp(screened_roles[i].kind, rec->kind) && !strcmp(screened_roles[i].role, role))
			return &screened_roles[i];
	return NULL;
}

void screening_say(struct db *db, const struct item *it, const char *role, struct checklist *out)
{
	const struct screened_role *r = find_role(it->rec, role);
	AUTO(hits_release) struct hits h = { 0 };
	struct freshness fresh;
	struct tally t = { 0 };
	struct subject s;
	struct err err;

	if (!r || !*item_text(it, r->names[0])) {
		check_say(out, CHECK_UNKNOWN, N_("not given"));
		return;
	}
	s = subject_of(r, it);
	if (look_at_lists(db, out->when, &fresh, &err) || subject_search(db, &s, &h, &err) || count_hits(db, &s, &h, &t, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else
		say_tally(&t, &fresh, out);
}

/* ---- keeping hits ---- */
static void join_texts(struct buf *out, const struct texts *t)
{
	buf_clear(out);
	for (size_t i = 0; i < t->n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", t->at[i]);
}

static void put(struct item *rec, const char *field, const char *text)
{
	item_set(rec, field, text && *text ? value_text(text) : value_null());
}

static void fill_listed(struct item *rec, const struct hit *h)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	put(rec, "list", h->list);
	put(rec, "list_version", h->version);
	put(rec, "entry", h->entry);
	put(rec, "class", listed_classes[h->listed.class]);
	put(rec, "listed_name", hit_name(h));
	put(rec, "programme", h->listed.programme);
	put(rec, "note", h->listed.note);
	join_texts(&text, &h->listed.born);
	put(rec, "listed_born", text.data);
	join_texts(&text, &h->listed.nations);
	put(rec, "listed_nations", text.data);
}

static void fill_reasons(struct item *rec, const struct hit *h)
{
	AUTO(buf_release) struct buf text = BUF_INIT, json = BUF_INIT;
	struct json_writer w = JSON_WRITER(&json);
	const struct name_match *m = &h->match;

	for (size_t i = 0; i < m->n; i++)
		buf_addf(&text, "%s%s = %s %d", i ? ", " : "", m->pair[i].asked, m->pair[i].listed, m->pair[i].score);
	put(rec, "words", text.data);
	buf_clear(&text);
	if (*m->asked_left || *m->listed_left)
		buf_addf(&text, "%s / %s", m->asked_left, m->listed_left);
	put(rec, "left_over", text.data);
	item_set(rec, "score", value_int(h->score));
	item_set(rec, "name_score", value_int(m->score));
	put(rec, "asked_way", way_name(m->asked_way));
	put(rec, "listed_way", way_name(m->listed_way));
	item_set(rec, "homophone", value_int(m->homophone));
	put(rec, "born_fit", born_facts[h->born].name);
	put(rec, "number_fit", number_facts[h->number].name);
	hit_write(h, &w);
	put(rec, "explanation", json.data);
}

/* An open hit shows its own record as that is now, and any record that fits better. */
static bool is_shown(const struct item *known, const struct subject *s, const struct hit *h, const struct buf *print)
{
	if (item_state(known) == HIT_LAPSED || !hit_holds(known, h, print))
		return false;
	if (item_state(known) != HIT_NEW || strcmp(item_text(known, "subject"), item_id(s->it)) != 0)
		return true;
	return item_int(known, "score") == h->score && !strcmp(item_text(known, "name"), h->asked);
}

static void fill_subject(struct item *rec, const struct subject *s, const struct hit *h)
{
	put(rec, "subject_kind", s->it->rec->kind);
	put(rec, "subject", item_id(s->it));
	put(rec, "role", s->role->role);
	put(rec, "name", h->asked);
}

/* A hit that is not known becomes one to be decided; one of which the entry or the person is another now, or which fits better, has to be
 * decided again, unless it is confirmed. */
static enum code keep_hit(struct desk *d, const struct subject *s, const struct hit *h, struct screening_counts *c, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT, print = BUF_INIT;
	AUTO(item_release) struct item rec = { 0 };
	int64_t now = store_now(desk_store(d));
	enum code code;

	hit_id(&id, s, h);
	hit_fingerprint(&print, s, h);
	code = item_load(&rec, desk_db(d), &screening_hit_record, id.data, err);
	if (code && code != E_NOTFOUND)
		return code;
	if (code)
		item_init(&rec, &screening_hit_record);
	else if (is_shown(&rec, s, h, &print))
		return E_OK;
	if (code || item_state(&rec) == HIT_NONE || item_state(&rec) == HIT_LAPSED) {
		put(&rec, "state", screening_hit_record.states[HIT_NEW].name);
		item_set(&rec, "found_at", value_int(now));
		c->hits++;
	}
	put(&rec, "id", id.data);
	item_set(&rec, "version", value_int(item_version(&rec) + 1));
	item_set(&rec, "updated_at", value_int(now));
	put(&rec, "fingerprint", print.data);
	fill_subject(&rec, s, h);
	fill_listed(&rec, h);
	fill_reasons(&rec, h);
	return item_save(&rec, desk_db(d), err);
}

static bool still_hit(const struct subject *s, const struct hits *h, const char *id)
{
	for (size_t i = 0; i < h->n; i++) {
		AUTO(buf_release) struct buf mine = BUF_INIT;

		hit_id(&mine, s, &h->at[i]);
		if (!strcmp(mine.data, id))
			return true;
	}
	return false;
}

struct others { struct db *db; const struct item *but; };

static enum code make_other_due(void *ctx, struct item *it, struct err *err)
{
	const struct others *o = ctx;
	bool same = it->rec == o->but->rec && !strcmp(item_id(it), item_id(o->but));

	return same ? E_OK : screening_due(o->db, it, err);
}

/* A hit is about a person and lapses with the record that it shows; another record of the same person may bear it out. */
static enum code make_others_due(struct db *db, const struct subject *s, struct err *err)
{
	struct others o = { db, s->it };
	enum code code = E_OK;

	for (size_t i = 0; i < nscreened_roles && !code && *s->who.number; i++) {
		const struct record *rec = record_find(screened_roles[i].kind);
		const struct table table = record_table(rec);
		const struct query q = { .table = &table, .where = { .op = COND_EQ, .column = screened_roles[i].number,
								     .value = value_text(s->who.number) } };

		code = item_each(db, rec, &q, make_other_due, &o, err);
	}
	return code;
}

/* Undecided hits of a record but those that h still bears out. s NULL: the record is gone, and all of them with it. */
static enum code lapse_hits(struct desk *d, const char *kind, const char *id, const struct subject *s, const struct hits *h,
			    struct screening_counts *c, struct err *err)
{
	struct table table = record_table(&screening_hit_record);
	const struct cond all[] = {
		{ .op = COND_EQ, .column = "subject_kind", .value = value_text(kind) },
		{ .op = COND_EQ, .column = "subject", .value = value_text(id) },
		{ .op = COND_EQ, .column = "state", .value = value_text(screening_hit_record.states[HIT_NEW].name) },
		{ .op = COND_EQ, .column = "role", .value = value_text(s ? s->role->role : "") },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = all, .nkids = s ? COUNT(all) : COUNT(all) - 1 } };
	AUTO(items_release) struct items open = { NULL, 0 };
	enum code code = item_each(desk_db(d), &screening_hit_record, &q, items_keep, &open, err);

	for (size_t i = 0; !code && i < open.n; i++) {
		struct item *it = &open.it[i];

		if (s && still_hit(s, h, item_id(it)))
			continue;
		put(it, "state", screening_hit_record.states[HIT_LAPSED].name);
		item_set(it, "version", value_int(item_version(it) + 1));
		item_set(it, "updated_at", value_int(store_now(desk_store(d))));
		code = item_save(it, desk_db(d), err);
		c->lapsed++;
	}
	return code;
}

static enum code lapse(struct desk *d, const struct subject *s, const struct hits *h, struct screening_counts *c, struct err *err)
{
	int64_t before = c->lapsed;
	enum code code = lapse_hits(d, s->it->rec->kind, item_id(s->it), s, h, c, err);

	return code || c->lapsed == before ? code : make_others_due(desk_db(d), s, err);
}

/* The core has taken the record away. Whose it was nobody knows any more, so anybody may be who bears its hits out. */
static enum code lapse_gone(struct desk *d, const char *kind, const char *id, struct screening_counts *c, struct err *err)
{
	int64_t before = c->lapsed;
	enum code code = lapse_hits(d, kind, id, NULL, NULL, c, err);

	return code || c->lapsed == before ? code : screening_due_all(desk_db(d), err);
}

static bool is_past(const struct subject *s)
{
	for (const char *const *p = s->role->past; p && *p; p++)
		if (!strcmp(*p, item_text(s->it, "state")))
			return true;
	return false;
}

static enum code screen_role(struct desk *d, const struct screened_role *role, const struct item *it, struct screening_counts *c,
			     struct err *err)
{
	AUTO(hits_release) struct hits h = { 0 };
	struct subject s = subject_of(role, it);
	enum code code = is_past(&s) ? E_OK : subject_search(desk_db(d), &s, &h, err);

	for (size_t i = 0; i < h.n && !code; i++)
		code = keep_hit(d, &s, &h.at[i], c, err);
	return code ? code : lapse(d, &s, &h, c, err);
}

/* ---- what is due ---- */
static bool is_screened(const char *kind)
{
	for (size_t i = 0; i < nscreened_roles; i++)
		if (!strcmp(screened_roles[i].kind, kind))
			return true;
	return false;
}

enum code screening_due(struct db *db, const struct item *it, struct err *err)
{
	const struct value row[] = { value_text(it->rec->kind), value_text(item_id(it)) };

	return is_screened(it->rec->kind) ? db_put(db, &due_table, row, err) : E_OK;
}

static enum code make_due(void *ctx, struct item *it, struct err *err)
{
	return screening_due(ctx, it, err);
}

enum code screening_due_all(struct db *db, struct err *err)
{
	enum code code = E_OK;

	for (size_t i = 0; i < nscreened_roles && !code; i++) {
		const struct record *rec = record_find(screened_roles[i].kind);
		struct table table = record_table(rec);
		struct query q = { .table = &table };

		if (!i || strcmp(screened_roles[i].kind, screened_roles[i - 1].kind) != 0)
			code = item_each(db, rec, &q, make_due, db, err);
	}
	return code;
}

static enum code make_all_due(struct desk *d, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code = tx_begin(&tx, desk_db(d), err);

	if (!code)
		code = screening_due_all(desk_db(d), err);
	return code ? code : tx_commit(&tx, err);
}

static enum code next_due(struct desk *d, struct pool *pool, struct value *row, bool *more, struct err *err)
{
	struct query q = { .table = &due_table, .limit = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	enum code code = query_open(&c, desk_db(d), &q, err);

	if (!code)
		code = cursor_next(c, row, more, err);
	for (size_t i = 0; !code && *more && i < COUNT(due_columns); i++)
		row[i] = value_copy(pool, row[i]);
	return code;
}

static enum code screen_record(struct desk *d, const struct value *row, struct screening_counts *c, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	const struct record *rec = record_find(row[0].text);
	enum code code = db_delete(desk_db(d), &due_table, row, err);

	c->screened++;
	if (code || !rec)
		return code;
	code = item_load(&it, desk_db(d), rec, row[1].text, err);
	if (code == E_NOTFOUND)
		return lapse_gone(d, row[0].text, row[1].text, c, err);
	for (size_t i = 0; !code && i < nscreened_roles; i++)
		if (!strcmp(screened_roles[i].kind, rec->kind))
			code = screen_role(d, &screened_roles[i], &it, c, err);
	return code;
}

static enum code any_list(struct desk *d, bool *any, struct err *err)
{
	struct freshness f;
	enum code code = look_at_lists(desk_db(d), 0, &f, err);

	*any = *f.versions != '\0';
	return code;
}

static enum code note_run(struct desk *d, const struct screening_counts *c, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct freshness f;

	if (!c->hits && !c->lapsed)
		return E_OK;
	if (look_at_lists(desk_db(d), 0, &f, err))
		return err->code;
	buf_addf(&body, "{\"screened\":%lld,\"hits\":%lld,\"lapsed\":%lld,\"lists\":\"%s\"}", (long long)c->screened, (long long)c->hits,
		 (long long)c->lapsed, f.versions);
	return journal_append(desk_store(d), "screening.run", "screening_hit", "", body.data, body.len, err);
}

/* Some records in one transaction, with what the journal says of them: a disk that has to be waited for is waited for once. */
static enum code screen_some(struct desk *d, int64_t most, const struct screening_watch *w, bool *more, struct screening_counts *all, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct screening_counts c = { 0 };
	enum code code = tx_begin(&tx, desk_db(d), err);

	while (!code && c.screened < most && !(w && w->stop(w->ctx, all->screened + c.screened))) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		struct value row[COUNT(due_columns)];

		code = next_due(d, &pool, row, more, err);
		if (code || !*more)
			break;
		code = screen_record(d, row, &c, err);
	}
	if (code || (code = note_run(d, &c, err)) || (code = tx_commit(&tx, err)))
		return code;
	*more &= c.screened == most; /* otherwise it was stopped, or there are none */
	all->screened += c.screened;
	all->hits += c.hits;
	all->lapsed += c.lapsed;
	return E_OK;
}

enum code screening_run(struct desk *d, bool everything, int64_t most, const struct screening_watch *w, struct screening_counts *c, struct err *err)
{
	enum { AT_ONCE = 20 };
	struct query left = { .table = &due_table };
	bool more = true;
	enum code code;

	*c = (struct screening_counts){ 0 };
	if ((code = any_list(d, &more, err)) || !more || (everything && (code = make_all_due(d, err))))
		return code;
	while (!code && more && (!most || c->screened < most))
		code = screen_some(d, most && most - c->screened < AT_ONCE ? most - c->screened : AT_ONCE, w, &more, c, err);
	return code ? code : query_count(desk_db(d), &left, &c->left, err);
}
