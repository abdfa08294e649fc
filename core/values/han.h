/* Chinese characters as names need them: the simplified form and the readings of each, surnames that are read in their own way, and the
 * syllables of pinyin beside those of Wade-Giles. The tables are core/data/{han,surnames,syllables}.csv, so scores depend on this tree alone
 * and on no dictionary that happens to be installed. */
#ifndef CORE_VALUES_HAN_H
#define CORE_VALUES_HAN_H

#include <stdbool.h>
#include <stdint.h>

#include "store/mem.h"

enum { HAN_READINGS = 72 };
struct han {
	uint32_t cp, simplified;       /* simplified: 0 where it is itself */
	char readings[HAN_READINGS];   /* "dan chan shan", the most usual first; "": none known */
};
extern const struct han han_table[]; /* by code point */
extern const size_t han_count;
bool han_is(uint32_t cp);            /* a unified ideograph, known to the table or not */
const struct han *han_find(uint32_t cp); /* NULL: none of the table */
void han_add(struct buf *out, uint32_t cp); /* in UTF-8 */

struct surname { char name[16], reading[16]; }; /* UTF-8, simplified; "ouyang" */
extern const struct surname surname_table[];    /* by bytes */
extern const size_t surname_count;
const struct surname *surname_find(const char *name, size_t n);

struct syllable { char pinyin[8], old[8]; };    /* "zhong", "chung" */
extern const struct syllable syllable_table[];  /* by bytes */
extern const size_t syllable_count;
/* A word in Wade-Giles that can be read as pinyin to its end ("zedong": "tsetung"), longest syllables first, appended to out. Its number
 * of syllables, at most four, or 0: it cannot, and out is as it was. */
int syllables_old(struct buf *out, const char *word, size_t n);

#endif
