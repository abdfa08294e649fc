/* What an accepted action does beyond its own record: another record that moves with it, one that comes to be. Only the payment core
 * carries effects out, in the transaction of the action; a desk learns them from the feed, so that it never shows as done what is not. */
#ifndef CORE_EFFECT_H
#define CORE_EFFECT_H

#include "core/action.h"

struct effects {
	const char *cause;              /* the id of the command: what comes to be may bear it, so that doing it again makes no second one */
	enum code (*put)(void *ctx, const struct item *it, struct err *err); /* keeps a record, new or changed, and tells the desks */
	void *ctx;
};
/* The effect of j's action, if it has one. after: the action's own record as it has become. to NULL: nobody carries effects out here. */
enum code effects_run(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);

/* For effects: it as the next version, at this time (UTC ms), in this state (NULL: as it was). The caller puts it. */
void effect_touch(struct item *it, const char *state, int64_t when);
/* Loads the record that a field of `of` names. E_STATE: there is none, and the action says so. it: uninitialised. */
enum code effect_load(const struct judge *j, const struct item *of, const char *field, struct item *it, struct err *err);

#endif
