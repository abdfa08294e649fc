#include "core/desk/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "core/desk/run.h"
#include "core/proposal.h"

void bulk_release(struct bulk *b)
{
	free(b->sum);
	item_release(&b->sample);
	for (size_t i = 0; i < b->n; i++)
		free(b->item[i].title);
	free(b->item);
	*b = (struct bulk){ 0 };
}

/* One more, for whoever watches. */
static void count(struct bulk_watch *w)
{
	if (w)
		atomic_fetch_add_explicit(&w->done, 1, memory_order_relaxed);
}

static void set_fate(struct bulk *b, struct bulk_item *i, enum bulk_fate fate, const char *group)
{
	b->count[i->fate]--;
	b->count[fate]++;
	i->fate = fate;
	i->group = group;
}

/* ---- looking ---- */
static const char *hindrance_words(const struct item *it, enum hindrance h, const struct actor *who, enum code code)
{
	const char *holder = it->rec->assignee ? item_text(it, it->rec->assignee) : "";

	switch (h) {
	case HINDRANCE_STATE: return N_("in another state");
	case HINDRANCE_CHECK: return N_("with failing checks");
	case HINDRANCE_PROPOSED: return N_("proposed already");
	case HINDRANCE_CLAIM: return *holder ? N_("claimed by others") : N_("claimed by nobody");
	default:
		if (*holder && strcmp(holder, who->id) != 0)
			return N_("claimed by others");
		return code == E_DENIED ? N_("not yours to decide") : N_("not ready for it");
	}
}

/* What stands in the way of this record; NULL: nothing, or (err) the store's trouble. */
static const char *hindered(struct desk *d, const struct item *it, const struct action *a, struct err *err)
{
	struct judge j = { .db = d->db, .now = it, .action = a, .who = &d->who, .when = store_now(d->store), .reason = "" };
	enum hindrance h = action_hindrance(&j, err);

	if (h)
		return is_judgement(err->code) ? hindrance_words(it, h, &d->who, err->code) : NULL;
	if (!not_awaited(d, it, err)) {
		err->code = E_OK;
		return NULL;
	}
	return is_judgement(err->code) ? N_("waiting for the core") : NULL;
}

static void add_sum(struct bulk *b, size_t field, const struct item *it)
{
	const struct field *f = &it->rec->fields[field];
	const char *code = f->currency_field ? item_text(it, f->currency_field) : "CNY";
	size_t n = 0;

	while (n < b->nsums && (b->sum[n].field != field || strcmp(b->sum[n].currency, code) != 0))
		n++;
	if (strlen(code) >= sizeof b->sum->currency)
		return; /* no currency that anybody knows */
	if (n == b->nsums) {
		b->sum = mem_grow(b->sum, ++b->nsums, sizeof *b->sum);
		b->sum[n] = (struct bulk_sum){ .field = field };
		memcpy(b->sum[n].currency, code, strlen(code) + 1);
	}
	b->sum[n].beyond |= __builtin_add_overflow(b->sum[n].minor, it->v[field].num, &b->sum[n].minor);
}

static void add_sums(struct bulk *b, const struct item *it, enum privacy clearance)
{
	for (size_t f = 0; f < b->rec->nfields; f++) {
		const struct field *field = &b->rec->fields[f];

		if (field->type == FIELD_MONEY && field->show & SHOW_LIST && it->v[f].type == VALUE_INT && !field_masked(field, clearance))
			add_sum(b, f, it);
	}
}

static char *title_of(const struct item *it, struct desk *d)
{
	AUTO(buf_release) struct buf title = BUF_INIT;
	int f = it->rec->title ? record_field(it->rec, it->rec->title) : F_ID;
	struct show how;

	desk_show(d, &how, NULL);
	if (f >= 0)
		item_show(&title, it, (size_t)f, &how);
	return buf_detach(&title);
}

static enum code look_at(struct bulk *b, struct desk *d, struct bulk_item *i, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	const char *group;
	enum code code = item_load(&it, d->db, b->rec, i->id, &i->why);

	if (code == E_NOTFOUND) {
		i->title = mem_strdup("");
		i->state = -1;
		set_fate(b, i, BULK_LEFT_OUT, N_("not there any more"));
		return E_OK;
	}
	if (!code) {
		i->title = title_of(&it, d);
		i->version = item_version(&it);
		i->state = item_state(&it);
		group = hindered(d, &it, b->action, &i->why);
		if (!group && !i->why.code && proposal_wants_look(&it, b->action)) {
			fail(&i->why, E_STATE, "it proposes something dangerous: look at what it changes, and confirm it by itself");
			group = N_("to be looked at and confirmed one by one");
		}
		if (group) {
			set_fate(b, i, BULK_LEFT_OUT, group);
			return E_OK;
		}
		code = i->why.code ? i->why.code : item_evidence(&it, d->db, i->evidence, &i->why);
	}
	if (code) {
		if (err)
			*err = i->why;
		return code;
	}
	add_sums(b, &it, d->who.clearance);
	if (!b->sample.rec)
		item_copy(&b->sample, &it);
	return E_OK;
}

static bool known(const struct bulk *b, const char *id)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strcmp(b->item[i].id, id))
			return true;
	return false;
}

static enum code begin(struct bulk *b, struct desk *d, const char *kind, const char *action, struct err *err)
{
	b->rec = record_find(kind);
	if (!b->rec)
		return fail(err, E_USAGE, "there is no kind of record named %s", kind);
	b->action = record_action(b->rec, action);
	if (!b->action)
		return fail(err, E_USAGE, "%s is no action of a %s", action, kind);
	if (action_permitted(&d->who, b->action, err))
		return E_DENIED;
	return may_see(d, b->rec, err);
}

static enum code add_ids(struct bulk *b, const char *const *ids, size_t n, struct err *err)
{
	b->item = mem_alloc((n < BATCH_MAX ? n : BATCH_MAX) * sizeof *b->item);
	for (size_t i = 0; i < n; i++) {
		if (!record_id_valid(ids[i]))
			return fail(err, E_USAGE, "an id is 1 to %d of A-Z a-z 0-9 . _ -", RECORD_ID_MAX);
		if (known(b, ids[i]))
			continue;
		if (b->n == BATCH_MAX)
			return fail(err, E_USAGE, "at most %d records at once, so that a person can answer for them; take fewer at a time", BATCH_MAX);
		memcpy(b->item[b->n].id, ids[i], strlen(ids[i]) + 1);
		b->count[BULK_POSSIBLE] = ++b->n;
	}
	return E_OK;
}

enum code bulk_look(struct bulk *b, struct desk *d, const char *kind, const char *action, const char *const *ids, size_t n,
		    struct bulk_watch *w, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code;

	*b = (struct bulk){ 0 };
	if (!(code = begin(b, d, kind, action, err)) && !(code = add_ids(b, ids, n, err)))
		code = tx_begin_read(&tx, d->db, err);
	for (size_t i = 0; !code && i < b->n; i++, count(w))
		code = look_at(b, d, &b->item[i], err);
	if (code)
		bulk_release(b);
	return code;
}

/* ---- taking ---- */
struct job {
	struct bulk_item *item;
	struct request r;
	struct run run;
	struct err why;               /* code E_OK: it can be taken */
};
struct jobs {
	struct job *v;
	size_t n, good;
	int64_t batch;
};

static void jobs_release(struct jobs *all)
{
	for (size_t i = 0; i < all->n; i++)
		run_release(&all->v[i].run);
	free(all->v);
}

/* A refusal is this record's own; anything else ends it for all. */
static enum code weigh(struct jobs *all, struct job *job, struct desk *d, int64_t now, struct err *err)
{
	enum code code = run_begin(&job->run, d, &job->r, now, err);

	all->n++;
	if (code)
		return code;
	code = run_weigh(&job->run, &job->why);
	if (!code) {
		job->why.code = E_OK;
		all->good++;
	} else if (!is_judgement(code) && code != E_SIGNATURE) {
		if (err)
			*err = job->why;
		return code;
	}
	return E_OK;
}

static enum code weigh_all(struct jobs *all, struct bulk *b, struct desk *d, const struct bulk_order *o, struct bulk_watch *w,
			  struct err *err)
{
	int64_t now = store_now(d->store);
	enum code code = E_OK;

	all->v = mem_alloc(b->count[BULK_POSSIBLE] * sizeof *all->v);
	for (size_t i = 0; !code && i < b->n; i++) {
		struct job *job = &all->v[all->n];

		if (b->item[i].fate != BULK_POSSIBLE)
			continue;
		job->item = &b->item[i];
		job->r = (struct request){ .kind = b->rec->kind, .id = b->item[i].id, .action = b->action->id, .reason = o->reason,
					   .version = b->item[i].version, .evidence = b->item[i].evidence, .input = o->input,
					   .ninput = o->ninput, .hold_ms = o->hold_ms };
		code = weigh(all, job, d, now, err);
		count(w);
	}
	return code;
}

static enum code note_batch(struct jobs *all, const struct bulk *b, struct desk *d, const uint8_t root[KEY_BYTES],
			    const uint8_t sig[SIG_BYTES], struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT, hex = BUF_INIT, sig64 = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);
	struct journal_head head;
	enum code code;

	buf_add_hex(&hex, root, KEY_BYTES);
	buf_add_base64(&sig64, sig, SIG_BYTES);
	json_open(&w, '{');
	json_key(&w, "action"), json_str(&w, b->action->id);
	json_key(&w, "count"), json_int(&w, (int64_t)all->good);
	json_key(&w, "root"), json_str(&w, hex.data);
	json_key(&w, "signature"), json_str(&w, sig64.data);
	json_close(&w, '}');
	code = journal_append(d->store, "batch", b->rec->kind, "", body.data, body.len, err);
	if (!code)
		code = journal_head(d->store, &head, err);
	if (!code)
		all->batch = head.seq;
	return code;
}

/* The one moment of signing. */
static enum code sign_all(struct jobs *all, const struct bulk *b, struct desk *d, struct err *err)
{
	AUTO(batch_freep) struct batch *tree = batch_new();
	AUTO(buf_release) struct buf text = BUF_INIT;
	uint8_t root[KEY_BYTES], sig[SIG_BYTES];
	size_t index = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct command *c = &all->v[i].run.c;

		if (all->good == 1 && !all->v[i].why.code)
			store_sign(d->store, COMMAND_DOMAIN, c->bytes.data, c->bytes.len, c->sig.bytes);
		else if (!all->v[i].why.code)
			batch_add(tree, c->bytes.data, c->bytes.len);
	}
	if (all->good == 1)
		return E_OK;
	batch_root(tree, root);
	batch_text(&text, root, all->good);
	store_sign(d->store, BATCH_DOMAIN, text.data, text.len, sig);
	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i].why.code)
			batch_prove(tree, index++, sig, &all->v[i].run.c.sig);
	return note_batch(all, b, d, root, sig, err);
}

/* What is judged while reading is being stopped may be judged wrongly, so nobody signs it. */
static enum code settle(struct bulk_watch *w, struct err *err)
{
	if (!w || !w->settle)
		return E_OK;
	if (!w->settle(w->ctx))
		return fail(err, E_CANCELLED, "stopped; nothing was signed");
	atomic_store_explicit(&w->done, 0, memory_order_relaxed);
	return E_OK;
}

static enum code write_all(struct jobs *all, struct bulk_watch *w, struct err *err)
{
	enum code code = E_OK;

	for (size_t i = 0; !code && i < all->n; i++) {
		struct run *run = &all->v[i].run;

		run->batch = all->batch;
		run->batch_size = all->batch ? (int64_t)all->good : 0;
		if (!all->v[i].why.code)
			code = run_write(run, err);
		count(w);
	}
	return code;
}

static const char *refusal_words(enum code code)
{
	return code == E_CONFLICT || code == E_NOTFOUND ? N_("changed meanwhile") :
	       code == E_INVALID || code == E_USAGE ? N_("not acceptable") : N_("not possible any more");
}

static void tell(struct bulk *b, const struct jobs *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct job *job = &all->v[i];

		job->item->why = job->why;
		if (job->why.code) {
			set_fate(b, job->item, BULK_REFUSED, refusal_words(job->why.code));
			continue;
		}
		set_fate(b, job->item, job->run.proposes ? BULK_PROPOSED : BULK_APPLIED, NULL);
		run_tell(&job->run, &job->item->out);
	}
	b->batch = all->batch;
}

enum code bulk_run(struct bulk *b, struct desk *d, const struct bulk_order *o, struct bulk_watch *w, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(jobs_release) struct jobs all = { 0 };
	enum code code = tx_begin(&tx, d->db, err), first;

	if (code || (code = weigh_all(&all, b, d, o, w, err)))
		return code;
	first = all.n ? all.v[0].why.code : E_OK;
	if (!all.good && (first == E_INVALID || first == E_USAGE)) {
		if (err)
			*err = all.v[0].why;
		return first;
	}
	if ((code = settle(w, err)))
		return code;
	if (all.good && ((code = sign_all(&all, b, d, err)) || (code = write_all(&all, w, err)) || (code = tx_commit(&tx, err))))
		return code;
	tell(b, &all);
	return E_OK;
}

/* ---- what the core says of it ---- */
/* Has the core accepted this command? The journal keeps what the outbox has let go of. */
static enum code was_accepted(struct desk *d, const struct bulk *b, const struct bulk_item *i, bool *accepted, struct err *err)
{
	const struct cond about[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(b->rec->kind) },
		{ .op = COND_EQ, .column = "id", .value = value_text(i->id) },
		{ .op = COND_EQ, .column = "verb", .value = value_text("sync.accepted") },
	};
	const struct query q = { .table = &journal_table, .where = { .op = COND_AND, .kids = about, .nkids = COUNT(about) },
				 .order = { { "seq", true } }, .norder = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	enum code code = query_open(&c, d->db, &q, err);
	bool more = true;

	*accepted = false;
	while (!code && !*accepted && !(code = cursor_next(c, row, &more, err)) && more) {
		journal_from_row(&e, row);
		*accepted = memmem(e.body, e.body_len, i->out.command, COMMAND_ID_LEN) != NULL;
	}
	return code;
}

static enum code follow_one(struct bulk *b, struct desk *d, struct bulk_item *i, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	enum code code = item_load(&row, d->db, &outbox_record, i->out.command, err);
	bool accepted;

	if (code == E_NOTFOUND) {
		code = was_accepted(d, b, i, &accepted, err);
		if (!code)
			set_fate(b, i, accepted ? BULK_ACCEPTED : BULK_TAKEN_BACK, NULL);
		return code;
	}
	if (code)
		return code;
	if (strcmp(item_text(&row, "state"), "refused") != 0 && strcmp(item_text(&row, "state"), "conflict") != 0)
		return E_OK;
	set_fate(b, i, BULK_TURNED_DOWN, N_("refused by the core"));
	fail(&i->why, E_REFUSED, "the core says: %.300s", item_text(&row, "answer"));
	return E_OK;
}

/* As long as all of them wait nothing was said, and that is one number to read instead of each of them. */
static enum code all_wait(const struct bulk *b, struct desk *d, bool *all, struct err *err)
{
	const struct table table = record_table(&outbox_record);
	const struct cond of[] = { outbox_waits(), { .op = COND_EQ, .column = "batch", .value = value_int(b->batch) } };
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = of, .nkids = COUNT(of) } };
	int64_t n;

	*all = false;
	if (!b->batch)
		return E_OK;
	if (query_count(d->db, &q, &n, err))
		return err->code;
	*all = n == (int64_t)(b->count[BULK_APPLIED] + b->count[BULK_PROPOSED]);
	return E_OK;
}

enum code bulk_follow(struct bulk *b, struct desk *d, size_t *waiting, struct err *err)
{
	bool local = b->action->flags & LOCAL, all = local;
	enum code code = local ? E_OK : all_wait(b, d, &all, err);

	*waiting = 0;
	for (size_t i = 0; !code && i < b->n && !all; i++)
		if (b->item[i].fate == BULK_APPLIED || b->item[i].fate == BULK_PROPOSED)
			code = follow_one(b, d, &b->item[i], err);
	if (!local)
		*waiting = b->count[BULK_APPLIED] + b->count[BULK_PROPOSED];
	return code;
}
