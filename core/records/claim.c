#include "core/records/claim.h"

#include <string.h>

#include "core/values/when.h"

bool claim_stands(const struct item *it)
{
	return *item_text(it, "assignee");
}

bool claim_is_mine(const struct judge *j)
{
	return !strcmp(item_text(j->now, "assignee"), j->who->id);
}

enum code claim_needed(const struct judge *j, struct err *err)
{
	if (claim_is_mine(j))
		return E_OK;
	return fail(err, E_STATE, "%s %s is not claimed by you; claim it first", record_noun(j->now->rec).word, item_id(j->now));
}

void claim_end(struct item *it)
{
	item_set(it, "assignee", value_null());
	item_set(it, "claimed_at", value_null());
}

enum code claim_may_take(const struct judge *j, struct err *err)
{
	if (!claim_stands(j->now))
		return E_OK;
	return fail(err, E_STATE, "%s %s is claimed already; it has to be released first", record_noun(j->now->rec).word, item_id(j->now));
}

void claim_take(const struct judge *j, struct item *after)
{
	item_set(after, "assignee", value_text(j->who->id));
	item_set(after, "claimed_at", value_int(j->when));
}

enum code claim_may_release(const struct judge *j, struct err *err)
{
	if (!claim_stands(j->now))
		return fail(err, E_STATE, "nobody has claimed %s %s; there is nothing to release", record_noun(j->now->rec).word, item_id(j->now));
	if (claim_is_mine(j) || j->when - item_int(j->now, "claimed_at") >= WHEN_DAY)
		return E_OK;
	return fail(err, E_DENIED, "%s %s was claimed by somebody else less than a day ago, who has to release it",
		    record_noun(j->now->rec).word, item_id(j->now));
}

void claim_release(const struct judge *j, struct item *after)
{
	(void)j;
	claim_end(after);
}
