/* What the law fixes: thresholds, limits and periods, each with the day from which it is in force and where it stands. The table is
 * core/data/rules.csv: a new version of a rule is one more line there, never a constant in the code. */
#ifndef CORE_RULES_H
#define CORE_RULES_H

#include <stddef.h>
#include <stdint.h>

struct rule {
	const char *id;
	const char *from;      /* YYYY-MM-DD, Asia/Shanghai: the first day of this version */
	int64_t value;         /* fen, days, years, hundredths or a count, as its name says */
	const char *source;    /* the law or announcement, and the article */
};
extern const struct rule rule_table[]; /* by id, then by day */
extern const size_t rule_count;

/* The version of a rule that is in force at this time (UTC ms); NULL: none is, or there is no such rule. */
const struct rule *rule_at(const char *id, int64_t when);

#endif
