#include "core/effect.h"

enum code effects_run(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	return to && j->action->effect ? j->action->effect(j, after, to, err) : E_OK;
}

void effect_touch(struct item *it, const char *state, int64_t when)
{
	if (state)
		item_set(it, "state", value_text(state));
	item_set(it, "version", value_int(item_version(it) + 1));
	item_set(it, "updated_at", value_int(when));
}

enum code effect_load(const struct judge *j, const struct item *of, const char *field, struct item *it, struct err *err)
{
	int f = record_field(of->rec, field);
	const struct record *rec = record_find(of->rec->fields[f].ref_kind);
	enum code code = item_load(it, j->db, rec, item_text(of, field), err);

	if (code == E_NOTFOUND)
		return fail(err, E_STATE, "%s %s is about %s %s, which is not there", record_noun(of->rec).word, item_id(of), record_noun(rec).word,
			    item_text(of, field));
	return code;
}
