#include "tests/payments.h"

#include <stdio.h>

#include "tests/check.h"

enum { EVERY_MS = 1300 };

static uint64_t mix(uint64_t x) /* splitmix64 */
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static void set_text(struct item *it, const char *field, const char *format, long long n)
{
	char text[48];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof text, format, n);
#pragma GCC diagnostic pop
	item_set(it, field, value_text(text));
}

/* In a hundred payments 96 succeed; one of a thousand merchants takes part in each tenth. */
void payment_make(struct item *it, int64_t i, int64_t n, int64_t now)
{
	static const char *const channels[] = { "wechat_pay", "alipay", "unionpay_quickpass", "bank_card" };
	uint64_t r = mix((uint64_t)i);
	long long merchant = (long long)(r % 10 ? mix(r) % PAYMENTS_MERCHANTS : mix(r) % (PAYMENTS_MERCHANTS / 1000)) + 1;
	int64_t at = now - (n - i) * EVERY_MS;
	unsigned luck = (unsigned)(r >> 20) % 100;

	item_init(it, record_find("transaction"));
	set_text(it, "id", "T%012lld", i + 1);
	item_set(it, "state", value_text(luck < 96 ? "succeeded" : luck < 98 ? "failed" : luck < 99 ? "refunded" : "closed"));
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(at));
	set_text(it, "merchant_id", "M%08lld", merchant);
	item_set(it, "occurred_at", value_int(at));
	item_set(it, "amount", value_int((int64_t)(r >> 30 & 0xfffff)));
	item_set(it, "currency", value_text("CNY"));
	item_set(it, "fee", value_int((int64_t)(r >> 38 & 0xfff)));
	item_set(it, "channel", value_text(channels[r >> 12 & 3]));
	item_set(it, "payer", value_text("样本张三"));
	set_text(it, "card_tail", "%04lld", (long long)(r >> 44) % 10000);
	set_text(it, "order_no", "SPECIMEN-%lld", i + 1);
	set_text(it, "channel_no", "SPECIMEN%014llx", (long long)(mix(r + 1) >> 8));
	set_text(it, "terminal", "%010lld", merchant * 100 + (long long)(r >> 50) % 3);
	item_set(it, "mcc", value_text("5411"));
}

void payments_put(struct db *db, int64_t from, int64_t to, int64_t n, int64_t now)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	assert_ok(tx_begin(&tx, db, &err), err);
	for (int64_t i = from; i < to; i++) {
		AUTO(item_release) struct item it;

		payment_make(&it, i, n, now);
		assert_ok(item_save(&it, db, &err), err);
	}
	assert_ok(tx_commit(&tx, &err), err);
}
