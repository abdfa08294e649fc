#include "core/scorecard.h"

#include <string.h>

#include "core/values/when.h"

const struct scorecard *scorecard_at(int64_t when)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	const struct scorecard *in_force = NULL;

	when_add_date(&day, when);
	for (size_t i = 0; i < nscorecards; i++)
		if (strcmp(scorecards[i].from, day.data) <= 0)
			in_force = &scorecards[i];
	return in_force;
}

const struct scorecard *scorecard_find(const char *version)
{
	for (size_t i = 0; i < nscorecards; i++)
		if (!strcmp(scorecards[i].version, version))
			return &scorecards[i];
	return NULL;
}

static bool fits(const struct score_row *r, struct value v)
{
	switch (r->kind) {
	case SCORE_WORD:
		return v.type == VALUE_TEXT && strlen(r->word) == v.len && !memcmp(r->word, v.text, v.len);
	case SCORE_RANGE:
		return v.type == VALUE_INT && v.num >= r->from && (v.num < r->to || r->to == INT64_MAX);
	case SCORE_ELSE:
		break;
	}
	return true;
}

const struct score_row *scorecard_fit(const struct scorecard *c, size_t i, struct value v)
{
	while (!fits(&c->row[i], v))
		i++;
	return &c->row[i];
}

size_t scorecard_next(const struct scorecard *c, size_t i)
{
	while (c->row[i].kind != SCORE_ELSE)
		i++;
	return i + 1;
}

int64_t scorecard_most(const struct scorecard *c, size_t i)
{
	int64_t most = 0;

	for (size_t end = scorecard_next(c, i); i < end; i++)
		if (c->row[i].points > most)
			most = c->row[i].points;
	return most;
}

const struct score_band *scorecard_band(const struct scorecard *c, int64_t points)
{
	size_t i = 0;

	while (i + 1 < c->nbands && points >= c->band[i].to)
		i++;
	return &c->band[i];
}

const struct score_band *scorecard_band_find(const struct scorecard *c, const char *name)
{
	for (size_t i = 0; i < c->nbands; i++)
		if (!strcmp(c->band[i].name, name))
			return &c->band[i];
	return NULL;
}
