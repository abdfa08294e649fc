/* The next item: the first of what the list lets through that this person may take. */
#include <stdlib.h>
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/help.h"
#include "tui/words.h"

enum { NEXT_TRIED = 1000 /* nobody waits for more that are not for them */ };

struct next {
	struct errand errand;
	const struct record *rec;
	const struct action *action;
	struct buf text;            /* of the filter */
	struct item found;          /* rec NULL: nothing */
	size_t tried;
	struct err why;             /* the first that could not be taken */
	bool wider;                 /* without the filter there is something */
};
struct looking { struct next *next; struct desk *desk; struct item found; size_t tried; };

static enum code first_possible(void *ctx, struct item *it, struct err *err)
{
	struct looking *l = ctx;
	struct err why = { 0 };
	enum code code = action_possible_here(l->desk, it, l->next->action, &why);

	if (code == E_SLOW || code == E_CANCELLED) {
		*err = why;
		return code;
	}
	if (code) {
		if (!l->tried)
			l->next->why = why;
		return ++l->tried < NEXT_TRIED ? E_OK : E_CANCELLED;
	}
	l->found = *it;
	*it = (struct item){ 0 };
	return E_CANCELLED; /* enough */
}

/* What is left to take of what this filter lets through, in its order. found.rec NULL: nothing. */
static enum code look(struct looking *l, const char *text, struct err *err)
{
	AUTO(filter_release) struct filter left = { 0 }, shown = { 0 };
	const struct record *rec = l->next->rec;
	struct cond *both;
	size_t n;
	enum code code;

	if (desk_query(l->desk, rec, "is:open is:unclaimed", &left, err) || desk_query(l->desk, rec, text, &shown, err))
		return err->code;
	n = shown.query.where.nkids;
	both = pool_alloc(&shown.pool, (n + left.query.where.nkids) * sizeof *both);
	if (n)
		memcpy(both, shown.query.where.kids, n * sizeof *both);
	memcpy(both + n, left.query.where.kids, left.query.where.nkids * sizeof *both);
	shown.query.where.kids = both;
	shown.query.where.nkids += left.query.where.nkids;
	code = item_each(desk_db(l->desk), rec, &shown.query, first_possible, l, err);
	return code == E_CANCELLED && (l->found.rec || l->tried == NEXT_TRIED) ? E_OK : code;
}

/* And where nothing is, whether the filter is what stands in the way. */
static void run_next(struct work *w, struct desk *d)
{
	struct next *n = (struct next *)w;
	struct looking l = { .next = n, .desk = d }, wider = l;
	struct err *err = &n->errand.err;

	item_release(&n->found); /* of a time before */
	n->errand.code = look(&l, n->text.data, err);
	n->found = l.found;
	n->tried = l.tried;
	if (n->errand.code || l.found.rec || l.tried)
		return;
	n->errand.code = look(&wider, "", err);
	n->wider = wider.found.rec != NULL;
	item_release(&wider.found);
}

static void free_next(struct work *w)
{
	struct next *n = (struct next *)w;

	item_release(&n->found);
	buf_release(&n->text);
	free(n);
}

static void say_nothing_left(struct desktop *d, const struct next *n)
{
	char key[32];

	if (n->tried) {
		desktop_sayf(d, ROLE_WARNING, _("nothing here is for you to claim: %s"), n->why.msg);
	} else if (n->wider) {
		key_label(keymap_key(d->sh->keys, REQ_FILTER), key);
		desktop_sayf(d, ROLE_INFO, _("nothing is left to claim in the filter %s; the desk has more: %s changes the filter"), n->text.data, key);
	} else {
		desktop_say(d, ROLE_INFO, _("nothing left to claim here"));
	}
}

/* If somebody else was first, that is said. */
static enum wish take_next(struct desktop *d, struct errand *e)
{
	struct next *n = (struct next *)e;
	struct request r = { .kind = n->rec->kind, .action = n->action->id };
	enum wish wish = WISH_NONE;
	struct err err = { 0 };

	*d->redone = '\0'; /* this is another decision */
	if (e->code) {
		desktop_say(d, ROLE_DANGER, e->err.msg);
	} else if (!n->found.rec) {
		say_nothing_left(d, n);
	} else {
		r.id = item_id(&n->found);
		r.version = item_version(&n->found);
		if (desktop_decide(d, &r, n->action, &wish, &err)) {
			desktop_say(d, ROLE_WARNING, err.msg);
		} else {
			d->focus = FOCUS_ITEM;
			desktop_open_item(d, r.id);
		}
	}
	return wish;
}

static struct next *next_new(struct desktop *d, const struct record *rec)
{
	struct next *n = mem_alloc(sizeof *n);

	n->errand = (struct errand){ .work = { .run = run_next, .free = free_next }, .done = take_next };
	n->rec = rec;
	n->action = help_next_action(rec);
	buf_init(&n->text);
	buf_adds(&n->text, list_filter_text(d->list));
	return n;
}

enum wish desktop_next(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;

	if (!rec || !d->list || !help_next_action(rec)) {
		desktop_say(d, ROLE_WARNING, _("nothing is claimed on this desk"));
		return WISH_NONE;
	}
	return desktop_send(d, &next_new(d, rec)->errand);
}

bool desktop_can_claim(struct desktop *d)
{
	const struct record *rec = d->rail.row[d->at].rec;
	struct next *n;
	bool found;

	if (!rec || !d->list || !help_next_action(rec))
		return false;
	n = next_new(d, rec);
	db_budget(desk_db(d->sh->desk), d->sh->read_ms);
	run_next(&n->errand.work, d->sh->desk);
	db_budget(desk_db(d->sh->desk), 0);
	found = !n->errand.code && n->found.rec;
	free_next(&n->errand.work);
	return found;
}
