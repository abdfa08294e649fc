/* Asking the watch lists for a name. */
#ifndef CORE_SCREENING_SEARCH_H
#define CORE_SCREENING_SEARCH_H

#include "core/screening/listed.h"
#include "core/screening/lists.h"
#include "core/screening/match.h"

/* Thousandths from which on a name is a hit. Chosen by `make bench-screening`, 20,000 synthetic entries: at 850 it finds 99.6 % of names with
 * one misspelling, 90 % with two, and all that were turned round, shortened or written in another script; of names that are not listed 2 % of
 * the western ones come up, 9 % of the arabic, 10 % of companies, of Chinese ones in characters hardly more than the namesakes, and 56 % of
 * those in pinyin, which with their birth dates are 26 %. 830 finds three in a thousand more of those with two misspellings, at
 * twice the false hits on companies; 900 loses three in a hundred of them. */
enum { SCREENING_THRESHOLD = 850 };

enum screened_as { SCREENED_ANY, SCREENED_PERSON, SCREENED_ENTITY };
struct screened {
	const char *name;
	const char *born;            /* YYYY-MM-DD, or shorter; "" or NULL: not known (a resident identity number tells it) */
	const char *number;          /* "" or NULL: not known */
	enum screened_as as;         /* a person is not held against companies and ships */
};
struct hit {
	const char *list, *version, *entry, *digest; /* digest: of the entry, hex */
	const char *asked;           /* the name that was asked for */
	struct listed listed;
	int score;                   /* thousandths, with what else is known */
	struct name_match match;
	enum born_fit born;
	enum number_fit number;
};
struct hits {
	struct hit *at;              /* the highest score first, then by list and entry */
	size_t n;
	int64_t compared;            /* entries that were looked at closely */
	struct pool pool;
};
void hits_release(struct hits *h);
/* E_INVALID: a name of which nothing is left to compare. h: zeroed. */
enum code screening_search(struct db *db, const struct screened *who, int threshold, struct hits *h, struct err *err);
const char *hit_name(const struct hit *h); /* the listed name that fits best */
/* One object: entry, list, version, score and everything that made it. The same inputs give the same bytes. */
void hit_write(const struct hit *h, struct json_writer *w);

#endif
