#include "sync/paycore/payments.h"

#include <stdio.h>
#include <string.h>

#include "core/values/when.h"

enum { T_MERCHANT = F_STANDARD, T_AT, T_AMOUNT, T_CURRENCY, T_FEE, T_CHANNEL, T_PAYER, T_CARD, T_ORDER, T_CHANNEL_NO, T_TERMINAL, T_MCC, T_FAILURE, T_COLUMNS };
static const char *const columns[T_COLUMNS] = {
	"id", "state", "version", "updated_at", "pending", "merchant_id", "occurred_at", "amount", "currency", "fee", "channel", "payer",
	"card_tail", "order_no", "channel_no", "terminal", "mcc", "failure",
};

static bool columns_fit(const struct table *t)
{
	bool fit = t->ncolumns == T_COLUMNS;
	for (size_t i = 0; fit && i < T_COLUMNS; i++)
		fit = strcmp(table_column(t, i)->name, columns[i]) == 0;
	return fit;
}

bool payments_busy(struct chance *c, const struct trade *trade, int64_t at)
{
	return trade->hours[when_civil(at).hour] - '0' > chance_between(c, 0, 8);
}

/* Small amounts are common, large ones rare; shops like .90 and whole yuan. */
static int64_t pick_amount(struct chance *c, const struct trade *t)
{
	int64_t span = t->high - t->low, a = chance_between(c, 0, 1000), b = chance_between(c, 0, 1000);
	int64_t yuan = t->low + span * a * b / 1000000, ending = chance_between(c, 0, 9);
	return yuan * 100 + (ending < 5 ? 0 : ending < 8 ? 90 : chance_between(c, 1, 99));
}

static const char *pick_channel(struct chance *c)
{
	int64_t n = chance_between(c, 1, 100);
	return n <= 46 ? "wechat_pay" : n <= 84 ? "alipay" : n <= 93 ? "unionpay_quickpass" : n <= 98 ? "bank_card" : "e_cny";
}

void payments_draw(struct chance *c, const struct payee *to, struct payment *out)
{
	static const char *const failures[] = { "余额不足", "超出限额", "用户取消", "发卡行拒绝" };
	out->amount = pick_amount(c, to->trade);
	int64_t luck = chance_between(c, 1, 1000);
	out->channel = pick_channel(c);
	out->state = luck <= 965 ? "succeeded" : luck <= 985 ? "failed" : luck <= 995 ? "refunded" : "closed";
	snprintf(out->channel_no, sizeof out->channel_no, "SPECIMEN%014llx", (unsigned long long)chance_draw(c) >> 8);
	if (to->terminals)
		snprintf(out->terminal, sizeof out->terminal, "%.20s%02d", to->id + 1, (int)chance_between(c, 1, to->terminals));
	snprintf(out->card, sizeof out->card, "%04d", (int)chance_between(c, 0, 9999));
	snprintf(out->payer, sizeof out->payer, "%s%s", surnames[chance_between(c, 0, (int64_t)nsurnames - 1)],
		 givens[chance_between(c, 0, (int64_t)ngivens - 1)]);
	out->failure = *out->state == 'f' ? *CHANCE_PICK(c, failures) : NULL;
}

enum code payments_add(struct changes *ch, const struct table *transactions, const struct payee *to, const struct payment *p, struct err *err)
{
	char id[24], order[RECORD_ID_MAX + 24];
	bool by_card = *p->channel == 'u' || *p->channel == 'b', paid = *p->state == 's' || *p->state == 'r';
	snprintf(id, sizeof id, "T%012lld", (long long)p->number);
	snprintf(order, sizeof order, "%s-%lld", to->id, (long long)p->number);
	const struct value row[T_COLUMNS] = {
		[F_ID] = value_text(id), [F_STATE] = value_text(p->state), [F_VERSION] = value_int(1), [F_UPDATED] = value_int(p->at),
		[F_PENDING] = value_int(0), [T_MERCHANT] = value_text(to->id), [T_AT] = value_int(p->at), [T_AMOUNT] = value_int(p->amount),
		[T_CURRENCY] = value_text("CNY"), [T_FEE] = value_int(paid ? (p->amount * to->fee_bps + 5000) / 10000 : 0),
		[T_CHANNEL] = value_text(p->channel), [T_PAYER] = value_text(p->payer), [T_CARD] = value_text(by_card ? p->card : NULL),
		[T_ORDER] = value_text(order), [T_CHANNEL_NO] = value_text(p->channel_no),
		[T_TERMINAL] = value_text(*p->terminal ? p->terminal : NULL), [T_MCC] = value_text(to->trade->mcc), [T_FAILURE] = value_text(p->failure),
	};
	if (!columns_fit(transactions))
		return fail(err, E_SCHEMA, "the transactions' table is not the one that payments were written for");
	enum code c = db_insert(institution_db(ch->in), transactions, row, err);
	return c ? c : changes_feed(ch, "transaction", id, *to->region ? to->region : NULL, err);
}
