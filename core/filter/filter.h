/* The filter language, one everywhere:
 *
 *     state:risk_review risk_score>80 amount>=10000 after:2026-11-01 is:mine -region:华东 sort:-risk_score 张三 "two words"
 *
 *     field:value   equals (text of a SHOW_SEARCH field: contains); several values: state:applied,risk_review
 *     field>v >= < <= =    comparisons; money in major units; dates YYYY-MM-DD, today, 7d (ago)
 *     after:D before:D     on the record's time (updated_at)
 *     assignee:lin, assignee:me   people by name, by id or its beginning, or oneself
 *     is:mine is:unclaimed is:claimed is:pending is:open
 *     -word         not        sort:field sort:-field      free words: any SHOW_SEARCH field contains it; one or two
 *                      characters: begins with it
 *
 * A field or a choice may be named by an unambiguous prefix; comparisons and sort: prefer fields that have a size, so that risk>80 is
 * risk_score. A day stands for all of it (> is behind its end); 12h is a moment. A bare amount is in yuan; amount>="USD 5" in dollars.
 * field:"" is empty. Quotes keep spaces, commas and signs; \" and \\ inside. The signs may be typed full width. */
#ifndef CORE_FILTER_FILTER_H
#define CORE_FILTER_FILTER_H

#include "core/record.h"

struct filter {
	struct table table;
	struct query query;      /* ready for query_open; borrows from pool and table */
	struct pool pool;
};
/* Whoever asks, and when; people: whose names may be written for their ids (may be none). */
struct filter_reader {
	const struct actor *who;
	int64_t now;
	const struct cert *people;
	size_t npeople;
};
/* Masked fields may not be searched or sorted by whoever may not see them (E_DENIED): a filter must not guess what a mask hides.
 * On error *at and *len (may be NULL) tell which bytes of text are wrong. f: uninitialised; released on error. */
enum code filter_parse(struct filter *f, const struct record *rec, const char *text, const struct filter_reader *by,
		       size_t *at, size_t *len, struct err *err);
void filter_release(struct filter *f);
/* The same filter in another order: appends text without its sort words, and with one for this column. Text that does not parse as words
 * is appended as it stands. */
void filter_sorted(struct buf *out, const char *text, const char *column, bool descending);

#endif
