/* The outbox goes out: signed commands in their order, as the bytes that were signed, and the core's verdict on each comes back. A
 * request that dies on the way is made again later with the same commands; the core knows them by their ids. */
#include <stdlib.h>
#include <string.h>

#include "store/journal.h"
#include "sync/link.h"

enum { PUSH_TIMEOUT_S = 120 };

struct sent {
	char id[COMMAND_ID_LEN + 1];
	const char *kind, *record;    /* in the batch's pool */
	bool first;                   /* it never went out before */
	bool answered, told;          /* told: the core sent the record as it has it */
	struct verdict verdict;
	struct item current;
};
struct outgoing {
	const struct sync_watch *w;
	struct pool pool;             /* for the batch */
	struct pool line;             /* for the line being read */
	struct buf body;
	struct sent sent[COMMANDS_MAX];
	size_t n, answers;
};

static void outgoing_free(struct outgoing **o)
{
	for (size_t i = 0; i < (*o)->n; i++)
		if ((*o)->sent[i].told)
			item_release(&(*o)->sent[i].current);
	buf_release(&(*o)->body);
	pool_release(&(*o)->pool);
	pool_release(&(*o)->line);
	free(*o);
}

static struct outgoing *outgoing_new(const struct sync_watch *w)
{
	struct outgoing *o = mem_alloc(sizeof *o);

	o->w = w;
	buf_init(&o->body);
	return o;
}

/* ---- what goes out ---- */
static void add_head(struct buf *out, const struct journal_head *head)
{
	AUTO(buf_release) struct buf hash = BUF_INIT;
	struct json_writer w = JSON_WRITER(out);

	buf_add_hex(&hash, head->hash, KEY_BYTES);
	json_open(&w, '{');
	json_key(&w, "head");
	json_open(&w, '{');
	json_key(&w, "seq"), json_int(&w, head->seq);
	json_key(&w, "hash"), json_str(&w, hash.data);
	json_close(&w, '}');
	json_close(&w, '}');
	buf_addc(out, '\n');
}

/* {"NAME":text,"signature":base64}: name is "command" with base64 of the bytes, or "certificate" with the text itself. */
static void add_signed(struct buf *out, const char *name, const char *text, const uint8_t *sig, size_t n)
{
	AUTO(buf_release) struct buf sig64 = BUF_INIT;
	struct json_writer w = JSON_WRITER(out);

	buf_add_base64(&sig64, sig, n);
	json_open(&w, '{');
	json_key(&w, name), json_str(&w, text);
	json_key(&w, "signature"), json_str(&w, sig64.data);
	json_close(&w, '}');
	buf_addc(out, '\n');
}

static void add_command(struct outgoing *o, const struct command *c)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct sent *s = &o->sent[o->n++];

	buf_add_base64(&bytes, c->bytes.data, c->bytes.len);
	add_signed(&o->body, "command", bytes.data, c->sig.bytes, c->sig.n);
	memcpy(s->id, c->id, sizeof s->id);
	s->kind = pool_strdup(&o->pool, c->kind);
	s->record = pool_strdup(&o->pool, c->record);
}

static enum code leave_first(struct link *l, struct sent *s, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	enum code rc = item_load(&row, store_db(l->s), record_find("outbox"), s->id, err);

	s->first = !rc && !strcmp(item_text(&row, "state"), "pending");
	return s->first ? desk_command_leaves(l->d, s->id, true, err) : rc;
}

/* What is collected is marked as sent in the same transaction: from then on nobody can discard it. */
static enum code collect(struct outgoing *o, struct link *l, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code rc = tx_begin(&tx, store_db(l->s), err);

	while (!rc && o->n < COMMANDS_MAX && o->body.len < REQUEST_MAX_BYTES - COMMAND_MAX * 2) {
		AUTO(command_release) struct command c;
		struct err none;

		command_init(&c);
		rc = desk_next_command(l->d, o->n ? o->sent[o->n - 1].id : NULL, &c, &none);
		if (rc && rc != E_NOTFOUND && err)
			*err = none;
		if (rc)
			break;
		add_command(o, &c);
		rc = leave_first(l, &o->sent[o->n - 1], err);
	}
	rc = rc == E_NOTFOUND ? E_OK : rc;
	return rc || !o->n ? rc : tx_commit(&tx, err);
}

/* The request was not taken at all: what had not gone out before is as it was, and may be discarded again. */
static void take_back(const struct outgoing *o, struct link *l)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code rc = tx_begin(&tx, store_db(l->s), NULL);

	for (size_t i = 0; !rc && i < o->n; i++)
		rc = o->sent[i].first ? desk_command_leaves(l->d, o->sent[i].id, false, NULL) : E_OK;
	if (!rc)
		tx_commit(&tx, NULL); /* otherwise they stay marked until the next answer */
}

/* ---- what comes back ---- */
static enum code result_read(const struct json *doc, struct verdict *v, struct err *err)
{
	static const struct { const char *word; enum verdict_what what; } words[] = {
		{ "accepted", VERDICT_ACCEPTED }, { "rejected", VERDICT_REJECTED }, { "conflict", VERDICT_CONFLICT },
	};
	const char *result;
	enum code rc = json_get_str(doc, "result", &result, err);

	if (!rc && !strcmp(result, "duplicate"))
		rc = json_get_str(doc, "was", &result, err);
	for (size_t i = 0; !rc && i < COUNT(words); i++)
		if (!strcmp(result, words[i].word)) {
			v->what = words[i].what;
			return E_OK;
		}
	return rc ? rc : fail(err, E_INVALID, "a result that is not known");
}

static enum code current_read(struct sent *s, const struct json *record, struct err *err)
{
	bool deleted;
	enum code rc = item_read_change(&s->current, record, &deleted, err);

	if (rc)
		return rc;
	s->told = true;
	if (strcmp(s->current.rec->kind, s->kind) || strcmp(item_id(&s->current), s->record))
		return fail(err, E_INVALID, "the record is not the command's");
	s->verdict.current = deleted ? NULL : &s->current;
	return E_OK;
}

static enum code answer_read(struct outgoing *o, struct sent *s, const struct json *doc, struct err *err)
{
	const struct json *record = json_member(doc, "record");
	const char *reason = "";
	enum code rc = result_read(doc, &s->verdict, err);

	if (!rc && json_member(doc, "reason"))
		rc = json_get_str(doc, "reason", &reason, err);
	if (!rc && strlen(reason) > REASON_MAX)
		rc = fail(err, E_INVALID, "a reason longer than %d bytes", REASON_MAX);
	if (!rc && record && json_type(record) != JSON_NULL)
		rc = current_read(s, record, err);
	s->verdict.reason = pool_strdup(&o->pool, reason);
	s->answered = !rc;
	o->answers += !rc;
	return rc;
}

static enum code on_line(void *ctx, const char *line, size_t n, struct err *err)
{
	struct outgoing *o = ctx;
	const struct json *doc;
	const char *id;
	enum code rc;

	pool_clear(&o->line);
	if ((rc = link_json(&o->line, line, n, &doc, err)) || (rc = json_get_str(doc, "id", &id, err)))
		return link_garbled(err, "answer %zu to the commands", o->answers + 1);
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->sent[i].id, id) && !o->sent[i].answered) {
			rc = answer_read(o, &o->sent[i], doc, err);
			return rc ? link_garbled(err, "the answer to command %s", o->sent[i].id) : E_OK;
		}
	return fail(err, E_NETWORK, "the payment core answered a command that it was not asked about, or one of them twice");
}

static bool on_stop(void *ctx)
{
	return watch_stop(((struct outgoing *)ctx)->w);
}

static void count(struct sync_counts *c, const struct verdict *v)
{
	c->accepted += v->what == VERDICT_ACCEPTED;
	c->refused += v->what == VERDICT_REJECTED;
	c->conflicts += v->what == VERDICT_CONFLICT;
}

static enum code keep_verdicts(const struct outgoing *o, struct link *l, struct sync_counts *c, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code rc = tx_begin(&tx, store_db(l->s), err);

	for (size_t i = 0; !rc && i < o->n; i++)
		rc = o->sent[i].answered ? desk_take_verdict(l->d, o->sent[i].id, &o->sent[i].verdict, err) : E_OK;
	if (rc || (rc = tx_commit(&tx, err)))
		return rc;
	for (size_t i = 0; i < o->n; i++)
		if (o->sent[i].answered)
			count(c, &o->sent[i].verdict);
	return E_OK;
}

static enum code post_lines(struct outgoing *o, struct link *l, const char *target, struct err *err)
{
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .body = o->body.data, .body_len = o->body.len, .max_bytes = BODY_MAX_BYTES, .timeout_s = PUSH_TIMEOUT_S,
				  .line = on_line, .line_max = LINE_MAX_BYTES, .stop = on_stop, .ctx = o };
	enum code rc = link_call(l, l->http, "POST", target, &r, &a, err);

	if (rc && (!a.sent || rc == E_REFUSED || rc == E_ROLLBACK))
		take_back(o, l);
	http_answer_release(&a);
	return rc;
}

/* One request; *more: there may be further commands. The journal's head goes first, and alone when nothing waits but the journal has grown
 * since this link last showed it. */
static enum code push_batch(struct link *l, const struct sync_watch *w, struct sync_counts *c, bool *more, struct err *err)
{
	AUTO(outgoing_free) struct outgoing *o = outgoing_new(w);
	struct journal_head head;
	enum code rc;

	*more = false;
	if ((rc = journal_head(l->s, &head, err)))
		return rc;
	add_head(&o->body, &head);
	if ((rc = collect(o, l, err)) || (!o->n && head.seq == l->shown) || (rc = post_lines(o, l, "/v1/commands", err)))
		return rc;
	l->shown = head.seq;
	c->sent += (int64_t)o->n;
	if (o->n && (rc = keep_verdicts(o, l, c, err)))
		return rc;
	if (o->n && w && w->progress)
		w->progress(w->ctx, c);
	*more = o->n > 0;
	return o->answers == o->n ? E_OK : fail(err, E_NETWORK, "the payment core answered %zu of %zu commands", o->answers, o->n);
}

enum code push_run(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err)
{
	bool more = true;
	enum code rc = E_OK;

	while (more && !rc)
		rc = watch_stop(w) ? fail(err, E_CANCELLED, "stopped on request") : push_batch(l, w, c, &more, err);
	return rc;
}

enum code sync_push(struct link *l, const struct sync_watch *w, struct sync_counts *c, struct err *err)
{
	AUTO(turn_end) struct turn turn = TURN_NONE;
	enum code rc = turn_begin(&turn, l, w, err);

	return rc ? rc : push_run(l, w, c, err);
}

/* ---- operators ---- */
struct roll_call {
	const struct sync_watch *w;
	struct pool pool;
	const struct cert *all;
	size_t n, answers;
	struct err refusal;           /* the first one; E_OK: none */
};

static enum code on_operator(void *ctx, const char *line, size_t n, struct err *err)
{
	struct roll_call *r = ctx;
	const char *id, *result, *reason = "";
	const struct cert *who;
	const struct json *doc;

	pool_clear(&r->pool);
	if (link_json(&r->pool, line, n, &doc, err) || json_get_str(doc, "operator", &id, err) || json_get_str(doc, "result", &result, err) ||
	    (json_member(doc, "reason") && json_get_str(doc, "reason", &reason, err)))
		return link_garbled(err, "the answer about an operator");
	if (!(who = store_operator_find(r->all, r->n, id)) || ++r->answers > r->n)
		return fail(err, E_NETWORK, "the payment core answered about an operator that it was not asked about");
	if (strcmp(result, "accepted") && !r->refusal.code)
		fail(&r->refusal, E_REFUSED, "the payment core did not take the certificate of %s: %.200s", who->name, reason);
	return E_OK;
}

static bool on_roll_stop(void *ctx)
{
	return watch_stop(((struct roll_call *)ctx)->w);
}

static enum code operators_keep(struct link *l, const uint8_t sum[KEY_BYTES], struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code rc = tx_begin(&tx, store_db(l->s), err);

	if (!rc && !(rc = store_meta_put(l->s, "sync.operators", value_blob(sum, KEY_BYTES), err)))
		rc = tx_commit(&tx, err);
	return rc;
}

static enum code operators_ask(struct roll_call *roll, struct link *l, const struct buf *body, struct err *err)
{
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .body = body->data, .body_len = body->len, .max_bytes = BODY_MAX_BYTES, .timeout_s = PUSH_TIMEOUT_S,
				  .line = on_operator, .line_max = LINE_MAX_BYTES, .stop = on_roll_stop, .ctx = roll };
	enum code rc = link_call(l, l->http, "POST", "/v1/operators", &r, &a, err);

	http_answer_release(&a);
	if (!rc && roll->answers != roll->n)
		rc = fail(err, E_NETWORK, "the payment core answered about %zu of %zu operators", roll->answers, roll->n);
	if (!rc && roll->refusal.code) {
		rc = roll->refusal.code;
		if (err)
			*err = roll->refusal;
	}
	return rc;
}

enum code push_operators(struct link *l, const struct sync_watch *w, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct roll_call roll = { .w = w, .pool = POOL_INIT, .refusal = { .code = E_OK } };
	struct cert *all = NULL;
	uint8_t sum[KEY_BYTES];
	struct value known;
	enum code rc;

	if ((rc = store_operators(l->s, &all, &roll.n, err)) || (rc = store_meta_get(l->s, "sync.operators", &pool, &known, err)))
		goto out;
	for (size_t i = 0; i < roll.n; i++)
		add_signed(&body, "certificate", all[i].text, all[i].sig, SIG_BYTES);
	digest(sum, body.data, body.len);
	roll.all = all;
	if (!value_same(known, value_blob(sum, sizeof sum)) && !(rc = operators_ask(&roll, l, &body, err)))
		rc = operators_keep(l, sum, err);
out:
	pool_release(&roll.pool);
	free(all);
	return rc;
}
