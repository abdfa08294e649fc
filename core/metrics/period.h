/* Days, weeks and months by the civil calendar of Asia/Shanghai: what a figure is about. A week begins on Monday (ISO 8601). */
#ifndef CORE_METRICS_PERIOD_H
#define CORE_METRICS_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/mem.h"

enum period_by { BY_DAY, BY_WEEK, BY_MONTH, BY_COUNT };
extern const char *const period_names[BY_COUNT];        /* "day", "week", "month" */
/* "week", or nothing of that name: -1. */
int period_named(const char *name);

struct period {
	int64_t from, to;       /* UTC ms: the midnights in Shanghai between which it lies, from included, to not */
	bool cut;               /* only a part of the day, week or month was asked for */
	bool over;              /* it had ended at the time that was given as now */
};

/* Where the one begins that `when` lies in, the one after that begins, the one before begins. UTC ms. */
int64_t period_start(enum period_by by, int64_t when);
int64_t period_after(enum period_by by, int64_t when);
int64_t period_before(enum period_by by, int64_t when);

/* Those that meet the days from `from` to `last` (midnights in Shanghai; both included), oldest first; the first and the last are cut to
 * these days. Fills at most max and returns how many there are. */
size_t periods_between(enum period_by by, int64_t from, int64_t last, int64_t now, struct period *out, size_t max);
/* The last n up to and with the one that now lies in. */
void periods_last(enum period_by by, int64_t now, struct period *out, size_t n);
/* Appends "2026-11-16 - 2026-11-22", one day alone "2026-11-16". */
void period_add(struct buf *out, const struct period *p);

#endif
