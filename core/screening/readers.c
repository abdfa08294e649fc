#include "core/screening/readers.h"

#include <string.h>

/* Published lists change several times a month: a week without news is a week unscreened. */
const struct list_format list_formats[] = {
	{ "ofac", N_("OFAC SDN list"), read_ofac, 3, 3, 7, true },
	{ "un", N_("UN Security Council list"), read_un, 1, 1, 7, true },
	{ "house", N_("House list"), read_house, 1, 1, 90, false },
};
const size_t nlist_formats = COUNT(list_formats);

const struct list_format *list_format(const char *list)
{
	for (size_t i = 0; i < nlist_formats; i++)
		if (!strcmp(list_formats[i].list, list))
			return &list_formats[i];
	return NULL;
}
