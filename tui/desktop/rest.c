/* What is dear about the item under the cursor - its checks, what is around it, what may be done with it - is read where the cursor rests, so
 * that moving on never waits for it. Until then its card says what its row says, and nothing of another record. A key that acts does not wait
 * for the pause: it reads first, and is judged by what is true then. */
#include <string.h>

#include "tui/desktop/parts.h"

enum {
	REST_MS = 60,          /* in a list: a key that is held down comes twice as often */
	OPENED_MS = 30,        /* an item that was opened: it is drawn first */
	FRESH_MS = 60 * 1000,  /* ages and some checks go by the clock */
};

static const struct item *under_cursor(const struct desktop *d)
{
	if (d->focus == FOCUS_ITEM && d->card)
		return card_item(d->card);
	return d->list ? list_current(d->list) : NULL;
}

static bool is_about(const struct desktop *d, const struct item *it)
{
	return d->rest.rec == it->rec && !strcmp(d->rest.id, item_id(it));
}

bool desktop_rests(const struct desktop *d)
{
	const struct item *it = under_cursor(d);

	return !d->sh->read_ms || !it || is_about(d, it);
}

void desktop_move_on(struct desktop *d)
{
	d->rest.rec = NULL;
	d->carded.reading = 0;
}

void desktop_rest(struct desktop *d)
{
	const struct item *it = under_cursor(d);

	if (desktop_rests(d))
		return;
	d->rest.rec = it->rec;
	snprintf(d->rest.id, sizeof d->rest.id, "%s", item_id(it));
	desktop_follow_cursor(d);
}

int desktop_rest_patience(const struct desktop *d, int otherwise)
{
	int mine = d->focus == FOCUS_ITEM ? OPENED_MS : REST_MS;

	return !desktop_rests(d) && otherwise > mine ? mine : otherwise;
}

bool desktop_card_holds(const struct desktop *d, const char *id)
{
	int64_t age = store_now(d->sh->store) - d->carded.at;

	return d->card && card_whole(d->card) && !strcmp(item_id(card_item(d->card)), id) && d->carded.reading == d->reading &&
	       age >= 0 && age < FRESH_MS;
}

/* ---- what may be done with it ---- */
/* Nothing that it hangs on has changed since. */
static bool still_holds(const struct desktop *d, const struct item *it, bool whole)
{
	const struct judged *j = &d->judged;

	return j->rec == it->rec && !strcmp(j->id, item_id(it)) && j->version == item_version(it) && j->reading == d->reading &&
	       d->standing.now - j->at < FRESH_MS && d->standing.now >= j->at && (j->whole || !whole);
}

struct checklist *desktop_checks(const struct desktop *d, const struct item *it, struct checklist *own)
{
	const struct item *shown = d->card ? card_item(d->card) : NULL;
	bool same = shown && shown->rec == it->rec && item_version(shown) == item_version(it) && !strcmp(item_id(shown), item_id(it));

	return same && card_checks(d->card) ? card_checks(d->card) : own;
}

const struct possible *desktop_possible(struct desktop *d, const struct item *it)
{
	struct judged *j = &d->judged;
	struct checklist own = { .when = 0 };
	bool whole = desktop_rests(d);

	if (still_holds(d, it, whole))
		return &j->possible;
	*j = (struct judged){ .rec = it->rec, .version = item_version(it), .reading = d->reading, .at = d->standing.now, .whole = whole };
	snprintf(j->id, sizeof j->id, "%s", item_id(it));
	actions_possible_here(d->sh->desk, it, whole ? desktop_checks(d, it, &own) : NULL, &j->possible);
	return &j->possible;
}
