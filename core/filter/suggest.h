/* What could stand where somebody is typing a filter: fields, and the values that a field may have. */
#ifndef CORE_FILTER_SUGGEST_H
#define CORE_FILTER_SUGGEST_H

#include "core/filter/filter.h"

enum { SUGGESTIONS_MAX = 40 };

struct suggestion {
	const char *text;        /* to be put in, quoted where it has to be */
	const char *label;       /* what people call it, translated; "" where there is no more to say */
};
/* Zeroed: empty. Kept between calls, for it remembers which values it has seen. */
struct suggestions {
	size_t from, to;         /* the bytes that a suggestion takes the place of */
	struct suggestion row[SUGGESTIONS_MAX];
	size_t n;
	struct pool pool;        /* owns the texts */
	const struct field *seen_of;             /* whose values these are */
	const char *seen[SUGGESTIONS_MAX];
	size_t nseen;
	struct pool seen_pool;
};
struct suggest_from {
	struct db *db;           /* values of plain text fields are those of the records in it, as far as a look at some of them tells */
	const struct record *rec;
	const struct filter_reader *by;
	const char *(*words)(const char *msgid); /* labels are found as well, in the language of whoever types */
};
/* For the text before byte at, best first: what begins so, then what contains it, then what is called so. Nothing that is masked to this
 * person. What stands there already, whole, is not suggested. */
void filter_suggest(struct suggestions *s, const struct suggest_from *from, const char *text, size_t at);
void suggestions_release(struct suggestions *s);

#endif
