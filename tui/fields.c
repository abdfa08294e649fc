#include "tui/fields.h"

#include <string.h>

#include "tui/words.h"

enum { SOON_MS = 24 * 3600 * 1000 };

enum role tone_role(enum tone tone)
{
	static const enum role role[] = {
		[TONE_PLAIN] = ROLE_TEXT, [TONE_GOOD] = ROLE_GOOD, [TONE_WARNING] = ROLE_WARNING,
		[TONE_DANGER] = ROLE_DANGER, [TONE_INFO] = ROLE_INFO, [TONE_MUTED] = ROLE_MUTED,
	};

	return role[tone];
}

const char *tone_sign(const struct grid *g, enum tone tone)
{
	return tone == TONE_DANGER ? "!" : tone == TONE_WARNING ? "~" : tone == TONE_GOOD ? grid_glyph(g, GLYPH_PASSED) : "";
}

/* Milliseconds that are left for open work until a deadline; INT64_MAX for what is no deadline or done. */
static int64_t time_left(const struct item *it, size_t f, int64_t now)
{
	int state = item_state(it);

	if (!(it->rec->fields[f].show & SHOW_DEADLINE) || it->v[f].type != VALUE_INT || state < 0 || !it->rec->states[state].open)
		return INT64_MAX;
	return it->v[f].num - now;
}

/* How much a deadline or a number stands out: plain, warning or danger. */
static enum tone urgency(const struct item *it, size_t f, int64_t now)
{
	const struct field *field = &it->rec->fields[f];
	int64_t left = time_left(it, f, now);

	if (field->type == FIELD_INT && it->v[f].type == VALUE_INT && field->warn)
		return it->v[f].num >= field->alarm ? TONE_DANGER : it->v[f].num >= field->warn ? TONE_WARNING : TONE_PLAIN;
	return left < 0 ? TONE_DANGER : left < SOON_MS ? TONE_WARNING : TONE_PLAIN;
}

enum role field_role(const struct item *it, size_t f, const struct show *how)
{
	int state = item_state(it);

	if (field_masked(&it->rec->fields[f], how->clearance))
		return ROLE_MASKED;
	if (it->rec->fields[f].type == FIELD_STATE && state >= 0)
		return tone_role(it->rec->states[state].tone);
	return tone_role(urgency(it, f, how->now));
}

void field_show(struct buf *out, const struct item *it, size_t f, const struct show *how)
{
	enum tone tone = urgency(it, f, how->now);

	if (tone != TONE_PLAIN && !field_masked(&it->rec->fields[f], how->clearance))
		buf_addc(out, tone == TONE_DANGER ? '!' : '~');
	item_show(out, it, f, how);
}
