/* A filter's field and value into a condition. Private to core/filter/. */
#ifndef CORE_FILTER_VALUE_H
#define CORE_FILTER_VALUE_H

#include "core/filter/filter.h"
#include "core/filter/lex.h"
#include "core/item.h"

struct parser {
	struct pool *pool;             /* owns the conditions */
	const struct record *rec;
	const struct filter_reader *by;
	size_t nodes;                  /* conditions so far */
	struct span wrong;             /* of an error */
};
enum code parser_wrong(struct parser *p, struct span span, enum code code); /* notes the place; hands the code back */

/* The field of that name, or of the one name that begins so. ordered: fields that have a size go first, so that risk>80 means
 * risk_score whatever else begins with risk. E_USAGE, or E_DENIED for one that is masked to this person. */
enum code parser_field(struct parser *p, const char *name, struct span span, bool ordered, const struct field **out,
		       struct err *err);
enum code cond_value(struct parser *p, const struct field *f, enum word_op op, const struct word_value *v,
		     struct cond *out, struct err *err);
struct cond cond_empty(struct parser *p, const struct field *f); /* NULL, or no text */

#endif
