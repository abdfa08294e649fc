/* What is dear about the item under the cursor - its checks, what is around it, what may be done with it - is read where the cursor rests, so
 * that moving on never waits for it. Until then its card says what its row says, and nothing of another record. A key that acts does not wait
 * for the pause: it reads first, and is judged by what is true then. */
#include <string.h>

#include "tui/desktop_parts.h"

enum { REST_MS = 60 /* a key that is held down comes twice as often */, FRESH_MS = 60 * 1000 /* some checks go by the clock */ };

static bool is_about(const struct desktop *d, const struct item *it)
{
	return d->rest.rec == it->rec && !strcmp(d->rest.id, item_id(it));
}

bool desktop_rests(const struct desktop *d)
{
	const struct item *it = d->list ? list_current(d->list) : NULL;

	return !d->sh->read_ms || d->focus == FOCUS_ITEM || !it || is_about(d, it);
}

void desktop_rest_on(struct desktop *d, const struct item *it)
{
	d->rest.rec = it->rec;
	snprintf(d->rest.id, sizeof d->rest.id, "%s", item_id(it));
}

void desktop_rest(struct desktop *d)
{
	if (desktop_rests(d))
		return;
	desktop_rest_on(d, list_current(d->list));
	desktop_follow_cursor(d);
}

int desktop_rest_patience(const struct desktop *d, int otherwise)
{
	return !desktop_rests(d) && otherwise > REST_MS ? REST_MS : otherwise;
}

/* ---- what may be done with it ---- */
/* Nothing that it hangs on has changed since. */
static bool still_holds(const struct desktop *d, const struct item *it, bool whole)
{
	const struct judged *j = &d->judged;

	return j->rec == it->rec && !strcmp(j->id, item_id(it)) && j->version == item_version(it) && j->stamp == d->stamp &&
	       d->standing.now - j->at < FRESH_MS && d->standing.now >= j->at && (j->whole || !whole);
}

/* Those of the card, if it shows the same; otherwise they are run here. */
static struct checklist *checks_of(struct desktop *d, const struct item *it, struct checklist *own)
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
	*j = (struct judged){ .rec = it->rec, .version = item_version(it), .stamp = d->stamp, .at = d->standing.now, .whole = whole };
	snprintf(j->id, sizeof j->id, "%s", item_id(it));
	actions_possible_here(d->sh->desk, it, whole ? checks_of(d, it, &own) : NULL, &j->possible);
	return &j->possible;
}
