/* Words that synthetic merchants and people are made of (names.c). */
#ifndef SYNC_PAYCORE_NAMES_H
#define SYNC_PAYCORE_NAMES_H

#include <stddef.h>

/* A city, the sales region that it belongs to, its province's two digits (GB/T 2260), and its middle in thousandths of a degree. */
struct place { const char *region, *city, *city_en, *province; int lat, lon; };
/* What a merchant does. shop: what a small one is called; firm: the middle of a company's name. */
struct trade {
	const char *mcc, *shop, *firm, *en, *scope;
	int low, high;              /* yuan, of one payment */
	const char *hours;          /* 24 digits: how busy each hour of the day is */
};
struct word { const char *zh, *en; };

extern const struct place places[];
extern const size_t nplaces;
extern const struct trade trades[];
extern const size_t ntrades;
extern const struct trade banned_trades[]; /* that may not be acquired */
extern const size_t nbanned_trades;
extern const struct word fancy[];
extern const size_t nfancy;
extern const char *const surnames[], *const givens[], *const banks[], *const hostile_names[];
extern const size_t nsurnames, ngivens, nbanks, nhostile_names;

#endif
