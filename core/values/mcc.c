#include "core/values/mcc.h"

#include <stdlib.h>
#include <string.h>

static int compare_code(const void *code, const void *m)
{
	return strcmp(code, ((const struct mcc *)m)->code);
}

const struct mcc *mcc_find(const char *code)
{
	return bsearch(code, mcc_table, mcc_count, sizeof *mcc_table, compare_code);
}
