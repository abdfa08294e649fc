/* Merchant category codes, ISO 18245 and the card schemes' airline, car and hotel ranges. The table is core/data/mcc.csv; its risk
 * column is house policy, kept as data: change the file, not the code. */
#ifndef CORE_VALUES_MCC_H
#define CORE_VALUES_MCC_H

#include <stddef.h>

enum mcc_risk {
	MCC_ALLOWED,
	MCC_HIGH_RISK,   /* may be approved, after a closer look */
	MCC_PROHIBITED,  /* may not be acquired in mainland China */
};

struct mcc {
	char code[5];
	enum mcc_risk risk;
	const char *name;     /* English */
	const char *name_zh;  /* NULL where the file has none */
};

extern const struct mcc mcc_table[];  /* by code */
extern const size_t mcc_count;

/* NULL: no such category (or not four digits). */
const struct mcc *mcc_find(const char *code);

#endif
