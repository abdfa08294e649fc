/* The words of a filter, taken apart (core/filter/filter.h says what they mean). Private to core/filter/. */
#ifndef CORE_FILTER_LEX_H
#define CORE_FILTER_LEX_H

#include "store/err.h"
#include "store/mem.h"

enum { FILTER_MAX_BYTES = 1000, FILTER_MAX_TERMS = 50, FILTER_MAX_VALUES = 50 };

struct span { size_t at, len; }; /* bytes of the filter's text */

enum word_op { OP_NONE /* a free word */, OP_IS /* : */, OP_EQ, OP_LT, OP_LE, OP_GT, OP_GE };

struct word_value {
	const char *text;      /* unquoted; in the pool */
	bool quoted;           /* some of it was: then it may be empty */
	struct span span;
};
struct word {
	bool negated;
	const char *name;      /* lower case; in the pool; NULL for a free word */
	enum word_op op;
	struct word_value value[FILTER_MAX_VALUES];
	size_t nvalues;        /* at least 1 */
	struct span span, name_span;
};
struct lexer {
	const char *text;
	size_t pos;
	struct pool *pool;     /* owns the words' bytes */
	struct span wrong;     /* of an error */
};
/* Takes the next word; *more is false at the end. E_USAGE with lexer.wrong set. */
enum code lex_word(struct lexer *l, struct word *w, bool *more, struct err *err);

/* The word that ends at a byte, however unfinished: what somebody is typing there. */
struct word_under {
	size_t begin;          /* of the word, its minus included */
	struct span name;      /* before an operator */
	enum word_op op;       /* OP_NONE: no operator yet */
	size_t value;          /* where its value, or the last of them, begins */
};
void lex_under(const char *text, size_t at, struct word_under *w);
bool lex_plain(const char *value); /* stands for itself without quotes */

#endif
