#include "core/network.h"

#include <stdlib.h>
#include <string.h>

#include "core/rules.h"
#include "core/values/geo.h"

enum { HOLDERS_MAX = 200 /* of one value */, PARTS_MAX = 20 /* of one record that may hold one */ };

void network_release(struct network *n)
{
	for (size_t i = 0; i < n->nnodes; i++)
		item_release(&n->node[i].it);
	for (size_t i = 0; i < n->nties; i++)
		item_release(&n->tie[i].held);
	free(n->tie);
	*n = (struct network)NETWORK_INIT;
}

/* ---- looking up ---- */
const struct record *shared_holders(const struct record *rec, const struct holder *h)
{
	return h->kind ? record_find(h->kind) : rec;
}

const struct holder *shared_theirs(const struct shared *what)
{
	return what->theirs.field ? &what->theirs : &what->mine;
}

/* As it stands in the column that is looked up. */
static const char *key_of(const struct record *holders, const struct holder *h, const char *value, struct buf *key)
{
	if (!h->by)
		return value;
	holders->fields[record_field(holders, h->by)].derive(key, value);
	return key->data;
}

struct alike { const struct shared *what; const struct item *mine; int64_t when; enum code (*fn)(void *, struct item *, struct err *); void *ctx; };

static bool place_of(const struct shared *what, const struct item *holder, struct geo *at)
{
	*at = (struct geo){ item_int(holder, what->lat), item_int(holder, what->lon) };
	return item_get(holder, what->lat).type == VALUE_INT && item_get(holder, what->lon).type == VALUE_INT && geo_valid(*at);
}

static int64_t metres_of(const struct shared *what, int64_t when)
{
	const struct rule *rule = rule_at(what->metres, when);

	return rule ? rule->value : 0;
}

static bool alike(const struct shared *what, const char *mine, const char *theirs)
{
	return what->alike ? what->alike(mine, theirs) : !strcmp(mine, theirs);
}

/* One holder of mine, and one of theirs. */
static bool same(const struct shared *what, const struct item *mine, const struct item *theirs, int64_t when)
{
	const struct holder *h = shared_theirs(what);
	const char *value = item_text(mine, what->mine.field);
	struct geo a, b;

	if (what->lat)
		return place_of(what, mine, &a) && place_of(what, theirs, &b) && geo_metres(a, b) <= metres_of(what, when);
	return alike(what, value, item_text(theirs, h->field)) || (h->also && alike(what, value, item_text(theirs, h->also)));
}

static enum code only_same(void *ctx, struct item *holder, struct err *err)
{
	const struct alike *a = ctx;

	return same(a->what, a->mine, holder, a->when) ? a->fn(a->ctx, holder, err) : E_OK;
}

/* A degree of latitude is 111 km; one of longitude is a third of that in the far north of what is mapped. The index goes by latitude. */
static enum code near_each(struct db *db, const struct record *holders, struct alike *a, size_t most, struct err *err)
{
	const int64_t metres = metres_of(a->what, a->when), lat = metres * GEO_DEGREE / 111000 + 1, lon = 3 * lat;
	struct table table = record_table(holders);
	struct geo at;
	bool known = place_of(a->what, a->mine, &at);
	const struct cond box[] = {
		{ .op = COND_GE, .column = a->what->lat, .value = value_int(at.lat - lat) },
		{ .op = COND_LE, .column = a->what->lat, .value = value_int(at.lat + lat) },
		{ .op = COND_GE, .column = a->what->lon, .value = value_int(at.lon - lon) },
		{ .op = COND_LE, .column = a->what->lon, .value = value_int(at.lon + lon) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = box, .nkids = COUNT(box) }, .limit = most };

	return known ? item_each(db, holders, &q, only_same, a, err) : E_OK;
}

enum code shared_each(struct db *db, const struct record *rec, const struct shared *what, const struct item *mine, int64_t when, size_t most,
		      enum code (*fn)(void *ctx, struct item *holder, struct err *err), void *ctx, struct err *err)
{
	const struct holder *h = shared_theirs(what);
	const struct record *holders = shared_holders(rec, h);
	struct table table = record_table(holders);
	AUTO(buf_release) struct buf key = BUF_INIT;
	const char *text = key_of(holders, h, item_text(mine, what->mine.field), &key);
	const struct cond in[] = {
		{ .op = COND_EQ, .column = h->by ? h->by : h->field, .value = value_text(text) },
		{ .op = COND_EQ, .column = h->also_by ? h->also_by : h->also, .value = value_text(text) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_OR, .kids = in, .nkids = h->also ? 2 : 1 }, .limit = most };
	struct alike a = { what, mine, when, fn, ctx };

	if (what->lat)
		return near_each(db, holders, &a, most, err);
	return *text ? item_each(db, holders, &q, only_same, &a, err) : E_OK;
}

/* ---- the network ---- */
struct weaver {
	struct network *n;
	struct desk *d;
	int64_t when;
	size_t from;
	const struct shared *what;
	struct network_tie tie;        /* being made */
	const struct record *owners;   /* the kind of the nodes that it leads to */
	const char *of;                /* the holder's field with the owner's id; NULL: it is the owner */
};

static struct item *node_item(const struct weaver *w)
{
	return &w->n->node[w->from].it;
}

static bool may_see(const struct weaver *w, const struct record *rec)
{
	return actor_may(desk_who(w->d), rec->permission);
}

static size_t find_node(const struct network *n, const struct record *rec, const char *id)
{
	size_t i = 0;

	while (i < n->nnodes && (n->node[i].it.rec != rec || strcmp(item_id(&n->node[i].it), id)))
		i++;
	return i;
}

/* A check of a customer and the customer are one. */
static bool is_itself(const struct weaver *w, const char *id)
{
	const struct item *it = &w->n->node[w->from].it;
	const char *about = it->rec->stands_for;

	if (it->rec == w->owners && !strcmp(item_id(it), id))
		return true;
	return about && record_find(it->rec->fields[record_field(it->rec, about)].ref_kind) == w->owners && !strcmp(item_text(it, about), id);
}

static bool has(const struct network_tie *t, size_t node)
{
	for (size_t i = 0; i < t->nto; i++)
		if (t->to[i] == node)
			return true;
	return false;
}

static enum code meet(void *ctx, struct item *holder, struct err *err)
{
	struct weaver *w = ctx;
	const char *id = w->of ? item_text(holder, w->of) : item_id(holder);
	size_t at = find_node(w->n, w->owners, id);

	if (!*id || is_itself(w, id) || has(&w->tie, at))
		return E_OK;
	if (at == NETWORK_NODES) {
		w->tie.more++;
		return E_OK;
	}
	if (at == w->n->nnodes) {
		struct network_node *node = &w->n->node[at];
		struct err gone = { 0 };
		enum code code = item_load(&node->it, desk_db(w->d), w->owners, id, &gone);

		if (code)
			return code == E_NOTFOUND ? E_OK : fail(err, code, "%s", gone.msg);
		node->depth = w->n->node[w->from].depth + 1;
		node->tie = w->n->nties;
		w->n->nnodes++;
	}
	w->tie.to[w->tie.nto++] = at;
	return E_OK;
}

/* What another node has in common with the same others was said there. */
static bool was_said(const struct weaver *w, const struct item *holder)
{
	const struct holder *h = shared_theirs(w->what);
	const struct record *holders = shared_holders(node_item(w)->rec, h);

	for (size_t i = 0; i < w->n->nties; i++) {
		const struct network_tie *t = &w->n->tie[i];
		const struct holder *other = shared_theirs(t->what);

		if (shared_holders(w->n->node[t->from].it.rec, other) == holders && !strcmp(other->field, h->field) &&
		    !t->what->lat == !w->what->lat && (w->what->lat ? same(w->what, holder, &t->held, w->when) :
		     alike(w->what, item_text(holder, w->what->mine.field), item_text(&t->held, t->what->mine.field))))
			return true;
	}
	return false;
}

static bool ties(const struct network_tie *t, size_t node)
{
	return t->from == node || has(t, node);
}

/* The same value said in another word (a representative who is the owner too) leads to the same others once. */
static bool leads_nowhere_new(const struct weaver *w)
{
	for (size_t i = 0; i < w->n->nties; i++) {
		const struct network_tie *t = &w->n->tie[i];
		size_t known = 0;

		if (!ties(t, w->from) || w->tie.more || !value_same(t->held.v[t->field], w->tie.held.v[w->tie.field]))
			continue;
		for (size_t k = 0; k < w->tie.nto; k++)
			known += ties(t, w->tie.to[k]);
		if (known == w->tie.nto)
			return true;
	}
	return false;
}

/* holder: the node itself, or a record that belongs to it. */
static enum code follow_value(void *ctx, struct item *holder, struct err *err)
{
	struct weaver *w = ctx;
	enum code code;

	if (!*item_text(holder, w->what->mine.field) || was_said(w, holder))
		return E_OK;
	w->tie = (struct network_tie){ .from = w->from, .what = w->what, .field = (size_t)record_field(holder->rec, w->what->mine.field) };
	code = shared_each(desk_db(w->d), node_item(w)->rec, w->what, holder, w->when, HOLDERS_MAX, meet, w, err);
	if (code || (!w->tie.nto && !w->tie.more))
		return code;
	item_copy(&w->tie.held, holder);
	if (leads_nowhere_new(w)) {
		item_release(&w->tie.held);
		return E_OK;
	}
	w->n->tie = mem_grow(w->n->tie, w->n->nties + 1, sizeof *w->n->tie);
	w->n->tie[w->n->nties++] = w->tie;
	return E_OK;
}

static enum code follow(struct weaver *w, struct err *err)
{
	const struct record *rec = node_item(w)->rec, *mine = shared_holders(rec, &w->what->mine);
	const struct holder *h = shared_theirs(w->what);
	const struct record *holders = shared_holders(rec, h);
	struct table table = record_table(mine);
	const struct query q = { .table = &table, .limit = PARTS_MAX,
				 .where = { .op = COND_EQ, .column = w->what->mine.of, .value = value_text(item_id(node_item(w))) } };

	w->of = h->of;
	w->owners = h->of ? record_find(holders->fields[record_field(holders, h->of)].ref_kind) : holders;
	if (!may_see(w, mine) || !may_see(w, holders) || !may_see(w, w->owners))
		return E_OK;
	return w->what->mine.of ? item_each(desk_db(w->d), mine, &q, follow_value, w, err) : follow_value(w, node_item(w), err);
}

enum code network_read(struct network *out, struct desk *d, const struct item *first, struct err *err)
{
	struct weaver w = { .n = out, .d = d, .when = store_now(desk_store(d)) };
	enum code code = E_OK;

	*out = (struct network)NETWORK_INIT;
	item_copy(&out->node[out->nnodes++].it, first);
	for (; !code && w.from < out->nnodes; w.from++) {
		const struct record *rec = node_item(&w)->rec;

		for (size_t i = 0; !code && i < rec->nshared && out->node[w.from].depth < NETWORK_DEPTH; i++) {
			w.what = &rec->shared[i];
			code = follow(&w, err);
		}
	}
	return code;
}
