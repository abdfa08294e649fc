/* Money: integer minor units (fen, cents) of an ISO 4217 currency. Never floating point. */
#ifndef CORE_VALUES_MONEY_H
#define CORE_VALUES_MONEY_H

#include "store/err.h"
#include "store/mem.h"

/* An amount lies in -MONEY_MAX .. MONEY_MAX minor units: exact in every JSON reader (2^53 - 1), 90 million million yuan. */
#define MONEY_MAX ((INT64_C(1) << 53) - 1)

struct currency {
	char code[4];      /* "CNY" */
	short number;      /* 156 */
	short digits;      /* minor units as a power of ten: CNY 2, JPY 0, KWD 3 */
};

/* Currencies in circulation that have minor units (core/data/iso4217.csv); NULL: not one of them. */
const struct currency *currency_find(const char *code);     /* "CNY", upper case; NULL asks for CNY */
extern const struct currency currencies[];                  /* by code */
extern const size_t ncurrencies;

/* Reads what people type, in major units: "1234.5" "1,234.50" "-3" "¥1,234.5" "1.2万" (= 12000) "3亿" "CNY 5" "5元"; full-width digits,
 * comma, point and sign as Chinese input methods type them. Refused with the reason, E_INVALID: commas that do not group by three, more
 * decimals than the currency has (1.500 could mean fifteen hundred), a bare point, two scales, the sign or code of another
 * currency, an amount out of range. Never rounds. *minor is untouched on failure. */
enum code money_parse(const char *text, const struct currency *c, int64_t *minor, struct err *err);

enum money_style {
	MONEY_PLAIN,    /* 1234.50     files, forms */
	MONEY_GROUPED,  /* 1,234.50    lists whose heading names the currency */
	MONEY_FULL,     /* ¥1,234.50 for CNY, otherwise USD 1,234.50 */
};
/* Appends the amount exactly, with all of its decimals. Any int64_t. */
void money_format(struct buf *out, int64_t minor, const struct currency *c, enum money_style style);

#endif
