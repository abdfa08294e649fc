/* Watch lists of people and companies who do not exist, in the exact formats in which the real ones are published; the same for the same
 * seed. Their remarks say SPECIMEN. */
#ifndef TESTS_WATCHLISTS_H
#define TESTS_WATCHLISTS_H

#include <stdint.h>

#include "store/mem.h"

enum someone_kind { SOMEONE_WESTERN, SOMEONE_ARABIC, SOMEONE_CHINESE, SOMEONE_COMPANY, SOMEONE_KINDS };
struct someone {
	enum someone_kind kind;
	char name[240];            /* given names first; Chinese: pinyin, surname first */
	char given[80], middle[40], family[40];
	char han[40], traditional[40]; /* Chinese ones only, otherwise "" */
	char born[16];             /* YYYY-MM-DD */
};
/* Somebody by number; numbers are apart from each other by chance only, as people are. */
void someone_make(struct someone *s, uint64_t seed, uint64_t number);

enum { WATCH_SDN, WATCH_ALT, WATCH_ADD, WATCH_FILES };
/* Entries from..from + n - 1 as SDN.CSV, ALT.CSV and ADD.CSV. */
void watch_ofac(struct buf file[WATCH_FILES], uint64_t seed, uint64_t from, uint64_t n);
void watch_un(struct buf *xml, uint64_t seed, uint64_t from, uint64_t n);
void watch_house(struct buf *csv, uint64_t seed, uint64_t from, uint64_t n);

/* A whole file, which has to be there. */
void watch_read(struct buf *out, const char *path);

/* A number below n that follows from seed. */
uint64_t watch_pick(uint64_t *seed, uint64_t n);

#endif
