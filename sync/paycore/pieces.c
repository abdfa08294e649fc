#include "sync/paycore/pieces.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/values/when.h"
#include "sync/paycore/names.h"

void put(struct item *it, const char *field, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	item_set(it, field, value_text(text));
}

void put_int(struct item *it, const char *field, int64_t n)
{
	item_set(it, field, value_int(n));
}

void put_date(struct item *it, const char *field, int64_t ms)
{
	AUTO(buf_release) struct buf date = BUF_INIT;
	when_add_date(&date, ms);
	item_set(it, field, value_text(date.data));
}

void spoil(char *number, size_t len)
{
	number[len - 1] = number[len - 1] == '1' ? '2' : '1';
}

void make_identity(struct chance *c, const char *province, int year, char out[RESIDENT_LEN + 1])
{
	char body[40];
	snprintf(body, sizeof body, "%.2s9999%04d%02d%02d%03d", province, year, (int)chance_between(c, 1, 12), (int)chance_between(c, 1, 28),
		 (int)chance_between(c, 1, 999));
	memcpy(out, body, RESIDENT_LEN - 1);
	ident_resident_complete(out);
}

void make_card(struct chance *c, char out[CARD_LEN + 1])
{
	char body[40];
	snprintf(body, sizeof body, "620000%012lld", (long long)chance_between(c, 0, INT64_C(999999999999)));
	memcpy(out, body, CARD_LEN - 1);
	ident_luhn_complete(out, CARD_LEN - 1);
}

void make_person(struct chance *c, char *out, size_t size)
{
	snprintf(out, size, "%s%s", surnames[chance_between(c, 0, (int64_t)nsurnames - 1)], givens[chance_between(c, 0, (int64_t)ngivens - 1)]);
}

void make_phone(struct chance *c, char out[12])
{
	snprintf(out, 12, "154%08d", (int)chance_between(c, 0, 99999999));
}
