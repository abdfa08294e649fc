/* Inside address_key: an address as characters, and where the street begins in it. */
#ifndef CORE_VALUES_ADDRESS_PARTS_H
#define CORE_VALUES_ADDRESS_PARTS_H

#include "core/values/address.h"

enum { ADDRESS_MAX = 400 }; /* characters; what is longer is cut, which two writers of one address do alike */

struct span { size_t at, n; };
struct address {
	uint32_t c[ADDRESS_MAX + 1];   /* folded and simplified; a space only where it parts two words of letters and digits; 0 at the end */
	size_t n;
	int province, city;            /* of province_table; the number of the city in its province; -1: not said, or not of the table */
	struct span other_city, district; /* named by their suffix and without it; n 0: not said */
	size_t street;                 /* where the rest begins */
};
void address_read(struct address *a, const char *text);
/* The UTF-8 word at this place? Its length in characters, 0 if not. */
size_t address_word(const struct address *a, size_t at, const char *word, size_t bytes);
bool address_is_one_of(uint32_t c, const char *set);
bool address_is_alnum(uint32_t c);  /* of the folded: 0-9, a-z */
/* 路, 东路, 北一路, 大道: what follows a name that is a street's and no city's. */
bool address_street_goes_on(const struct address *a, size_t at);

#endif
