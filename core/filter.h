/* The filter language, one everywhere:
 *
 *     state:risk_review risk_score>80 amount>=10000 after:2026-11-01 is:mine -region:华东 sort:-risk_score 张三 "two words"
 *
 *     field:value   equals (text of a SHOW_SEARCH field: contains); several values: state:applied,risk_review
 *     field>v >= < <= =    comparisons; money in major units; dates YYYY-MM-DD, today, 7d (ago)
 *     after:D before:D     on the record's time (updated_at)
 *     is:mine is:unclaimed is:claimed is:pending is:open
 *     -word         not        sort:field sort:-field      free words: contained in any SHOW_SEARCH field
 *
 * A field may be named by an unambiguous prefix (risk for risk_score). */
#ifndef CORE_FILTER_H
#define CORE_FILTER_H

#include "core/record.h"

struct filter {
	struct table table;
	struct query query;      /* ready for query_open; borrows from pool and table */
	struct pool pool;
};
/* Masked fields may not be searched or sorted by whoever may not see them (E_DENIED): a filter must not guess what a mask hides.
 * On error *at and *len (may be NULL) tell which bytes of text are wrong. f: uninitialised; released on error. */
enum code filter_parse(struct filter *f, const struct record *rec, const char *text, const struct actor *who, int64_t now,
		       size_t *at, size_t *len, struct err *err);
void filter_release(struct filter *f);

#endif
