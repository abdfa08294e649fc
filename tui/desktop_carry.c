/* What leaves the screen of the main window or shows more than a mask lets through: all of it is asked for, and journaled first. */
#include <string.h>

#include "core/text.h"
#include "tui/desktop_parts.h"
#include "tui/words.h"

static void ask_again(struct desktop *d, struct ask *ask, enum asked what)
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

	if (!d->grant.rec)
		return;
	buf_adds(&id, d->grant.id);
	d->grant = (struct grant){ 0 };
	if (d->asked == ASKED_COPY) /* its choices show what has to go */
		ask_again(d, NULL, ASKED_NOTHING);
	if (d->card && card_item(d->card) && strcmp(item_id(card_item(d->card)), id.data) == 0)
		desktop_open_item(d, id.data);
}

void desktop_mask_when_due(struct desktop *d)
{
	const struct item *it = d->focus == FOCUS_ITEM && d->card ? card_item(d->card) : NULL;

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
	ask_again(d, ask_line(_("Reveal"), _("For what purpose? It is journaled with the names of the fields; they are shown for a minute."),
			      REASON_MAX, ""), ASKED_PURPOSE);
}

static enum code take_purpose(struct desktop *d, const char *purpose, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT;
	const struct item *it = d->card ? card_item(d->card) : NULL;

	if (!it || reveal_take(d->sh->desk, it, purpose, &d->grant, err))
		return it ? err->code : E_OK;
	buf_adds(&id, item_id(it)); /* the reload frees the item */
	desktop_open_item(d, id.data);
	return E_OK;
}

/* ---- questions ---- */
enum wish desktop_carry(struct desktop *d, enum req req)
{
	if (req == REQ_REVEAL)
		begin_reveal(d);
	return WISH_NONE;
}

enum wish desktop_answer(struct desktop *d, const struct event *event)
{
	struct err err = { 0 };
	enum wish wish = WISH_NONE;
	enum ask_answer answer = ask_event(d->ask, event);

	if (answer == ASK_OPEN)
		return WISH_NONE;
	if (answer == ASK_ACCEPTED && d->asked == ASKED_PURPOSE && take_purpose(d, ask_text(d->ask), &err)) {
		ask_complain(d->ask, err.msg);
		return WISH_NONE;
	}
	ask_again(d, NULL, ASKED_NOTHING);
	return wish;
}
