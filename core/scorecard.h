/* Scorecards: points for what is known of a record, a sum, and the band that the sum falls into. Which card holds on which day, its
 * points and its bands stand in core/data/scorecard.csv; the arithmetic is whole numbers, so that the same record scores the same everywhere
 * and for ever. What the factors are worth to a merchant is read by core/records/merchant_risk.h. */
#ifndef CORE_SCORECARD_H
#define CORE_SCORECARD_H

#include "store/db.h"

enum score_kind { SCORE_WORD, SCORE_RANGE, SCORE_ELSE };
struct score_row {
	const char *factor;
	enum score_kind kind;
	const char *word;              /* SCORE_WORD */
	int64_t from, to;              /* SCORE_RANGE: from <= number < to; to INT64_MAX: without an end */
	int64_t points;
};
struct score_band {
	const char *name;
	int64_t from, to;              /* likewise */
	const char *permission;        /* that one of the two who approve must hold; NULL: any two who may approve */
};
struct scorecard {
	const char *version;
	const char *from;              /* YYYY-MM-DD, Asia/Shanghai: the first day on which it is in force */
	const struct score_row *row;   /* a factor's rows stand together, SCORE_ELSE last */
	size_t nrows;
	const struct score_band *band; /* by points */
	size_t nbands;
};
extern const struct scorecard scorecards[]; /* by day */
extern const size_t nscorecards;

/* The card in force at this time (UTC ms); NULL: none was yet. */
const struct scorecard *scorecard_at(int64_t when);
const struct scorecard *scorecard_find(const char *version);   /* NULL: no such card */

/* The factor's rows begin at c->row[i]: the one that fits what was looked at, text or a number; NULL and what fits no other row take the
 * else-row. */
const struct score_row *scorecard_fit(const struct scorecard *c, size_t i, struct value v);
int64_t scorecard_most(const struct scorecard *c, size_t i);    /* the most points that the factor can bring */
size_t scorecard_next(const struct scorecard *c, size_t i);     /* where the next factor begins; c->nrows: there is none */
const struct score_band *scorecard_band(const struct scorecard *c, int64_t points);
const struct score_band *scorecard_band_find(const struct scorecard *c, const char *name); /* NULL: no such band */

#endif
