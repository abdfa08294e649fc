#include "sync/paycore/cards.h"

#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"

enum { DEPOSIT_MOST = 99 /* fen */ };

enum code cards_follow(struct changes *ch, const char *id, struct err *err)
{
	const struct world *w = institution_world(ch->in);
	AUTO(item_release) struct item it = { 0 };
	uint64_t chance;
	enum code c = item_load(&it, institution_db(ch->in), &bank_card_record, id, err);
	if (c || strcmp(item_text(&it, "state"), "micro_deposit_sent") != 0 || item_get(&it, "deposit_amount").type != VALUE_NULL)
		return c;
	w->random(w->ctx, &chance, sizeof chance);
	item_set(&it, "deposit_amount", value_int((int64_t)(chance % DEPOSIT_MOST) + 1));
	item_set(&it, "sent_at", value_int(world_now(w))); /* the command may come days late: the customer's time runs from now */
	effect_touch(&it, NULL, world_now(w));
	return changes_put(ch, &it, err);
}

/* With its first card a verified account can pay. */
static enum code activate(struct changes *ch, struct item *user, int64_t when, struct err *err)
{
	if (strcmp(item_text(user, "state"), "verified") != 0)
		return E_OK;
	item_set(user, "activated_at", value_int(when));
	effect_touch(user, "active", when);
	return changes_put(ch, user, err);
}

enum code cards_answer(struct changes *ch, struct item *card, int64_t amount, int64_t when, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code c = item_load(&user, institution_db(ch->in), &user_record, item_text(card, "user_id"), err);
	if (c)
		return c;
	if (user_is_stopped(&user))
		return fail(err, E_STATE, "the account of card %s is %s; no card is bound to it now", item_id(card), item_text(&user, "state"));
	c = card_answer(card, amount, when, err);
	if (c)
		return c;
	effect_touch(card, NULL, when);
	c = changes_put(ch, card, err);
	return c || !item_int(card, "bound_at") ? c : activate(ch, &user, when, err);
}
