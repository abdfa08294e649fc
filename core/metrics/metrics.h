/* The indicators: how the institution fares, a number for a day, a week or a month.
 *
 * An indicator is one row of metrics[] (core/metrics/metrics.c). It is about records of one kind, in the period in which their time `on`
 * lies: the cohort of those days, by the civil calendar of Asia/Shanghai. Whom of them it is about, and who of those is counted, are
 * filters of the filter language (core/filter/filter.h). So a figure is the length of a list, and metric_filter is the filter of that list: what
 * shows the number leads to the records behind it. A record without the time `on` is in no period.
 *
 * Everything is a whole number. A share is kept as numerator and denominator; its value is hundredths of a per cent, rounded half up, and
 * there is none where the denominator is 0. A duration is the sum of milliseconds over the number of records, likewise.
 *
 * Figures are of the store as it stands: what the desk's scope does not bring is not counted, and a cohort goes on changing after its
 * period (who registered in March may become active in May).
 *
 * Targets (core/data/targets.csv) are data: one more line for a new target, with the day from which it holds. */
#ifndef CORE_METRICS_METRICS_H
#define CORE_METRICS_METRICS_H

#include "core/desk/desk.h"
#include "core/metrics/period.h"

enum metric_kind {
	METRIC_COUNT,   /* how many */
	METRIC_RATE,    /* which share of them is counted besides */
	METRIC_TIME,    /* how long it took on average, from `since` to `on` */
	METRIC_SPREAD,  /* how many of each value of `by`; its value is the share of those that are counted */
};
struct metric {
	const char *id;                 /* "new_users": in the shell and in targets.csv */
	const char *label;              /* N_() */
	const char *what;               /* N_() its definition in a sentence or two */
	const char *among_label;        /* N_() what the denominator is: "decided" */
	const char *counted_label;      /* N_() what the numerator is: "approved"; NULL where all are counted */
	enum metric_kind kind;
	const char *record;             /* the kind of record */
	const char *on;                 /* FIELD_TIME: the day that puts a record into a period */
	const char *among;              /* filter: whom it is about; "": everybody */
	const char *counted;            /* filter, besides: RATE, SPREAD */
	const char *since;              /* TIME: FIELD_TIME */
	const char *by;                 /* SPREAD: FIELD_CHOICE of at most METRIC_PARTS choices */
};
enum { METRIC_PARTS = 8 };
extern const struct metric metrics[];
extern const size_t nmetrics;
const struct metric *metric_find(const char *id);               /* NULL: there is none */
const struct choice *metric_part(const struct metric *m, size_t i); /* SPREAD: its i-th part; NULL behind the last */

/* One indicator in one period. */
struct figure {
	bool known;                     /* there is a value: something to divide by */
	int64_t value;                  /* a number; hundredths of a per cent; ms */
	int64_t counted, of;            /* numerator and denominator; TIME: the sum in ms, and the records */
	int64_t part[METRIC_PARTS];     /* SPREAD */
};
#define METRICS_PERMISSION "metrics.view"
/* E_DENIED: they are not this person's to see. It is counted over all records in the store, whether or not this person may see those of
 * that kind: a number tells of nobody. E_CANCELLED. */
enum code metric_measure(struct desk *d, const struct metric *m, const struct period *p, struct figure *out, struct err *err);
/* The filter of the records behind a figure: all that it is about, those that are counted, or, from 0, those of a part. */
enum { METRIC_AMONG = -2, METRIC_COUNTED = -1 };
void metric_filter(struct buf *out, const struct metric *m, const struct period *p, int which);

/* ---- for people ---- */
/* Appends a value of that indicator: "57", "90.48 %", "26h 40m". */
void metric_add_value(struct buf *out, const struct metric *m, int64_t value);
/* Appends how much b is more than a: of a rate and a spread in points ("+1.20"), otherwise in per cent of a ("+12 %"); nothing where that
 * says nothing. */
void metric_add_change(struct buf *out, const struct metric *m, const struct figure *a, const struct figure *b);

/* ---- targets ---- */
enum target_for { FOR_DAY = BY_DAY, FOR_WEEK = BY_WEEK, FOR_MONTH = BY_MONTH, FOR_ANY };
struct target {
	const char *metric;
	enum target_for per;            /* which periods it is for: a number of them is another one by day than by month */
	const char *from;               /* YYYY-MM-DD, Asia/Shanghai: the first day that a period may begin on */
	int64_t value;                  /* as in a figure */
	bool most;                      /* the value is to be so much at most; otherwise at least */
	const char *source;
};
extern const struct target target_table[];                      /* by indicator, period and day */
extern const size_t target_count;
const struct target *target_of(const struct metric *m, enum period_by by, const struct period *p); /* NULL: there is none */
bool target_met(const struct target *t, const struct figure *f); /* f is known */

#endif
