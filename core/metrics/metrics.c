/* The indicators, a row each. */
#include "core/metrics/metrics.h"

#include <string.h>

#include "core/values/when.h"

const struct metric metrics[] = {
	{ .id = "new_users", .label = N_("New registered users"), .kind = METRIC_COUNT, .record = "user", .on = "registered_at", .among = "",
	  .what = N_("Customers who registered in the period, whatever became of them."),
	  .among_label = N_("registered") },
	{ .id = "real_name_pass_rate", .label = N_("Real-name pass rate"), .kind = METRIC_RATE, .record = "identity_check", .on = "decided_at",
	  .among = "purpose:real_name state:approved,rejected", .counted = "state:approved",
	  .what = N_("Of the identity checks for the real name that were approved or rejected in the period, those that were approved. What was sent "
		     "back, is escalated or waits is not decided; raising the class of an account is another check."),
	  .among_label = N_("decided"), .counted_label = N_("approved") },
	{ .id = "card_binding_rate", .label = N_("Card binding rate"), .kind = METRIC_RATE, .record = "bank_card", .on = "added_at", .among = "",
	  .counted = "-bound_at:\"\"",
	  .what = N_("Of the bank cards that customers added in the period, those that were bound since, also if they were unbound later."),
	  .among_label = N_("added"), .counted_label = N_("bound") },
	{ .id = "registration_conversion", .label = N_("Registration conversion"), .kind = METRIC_RATE, .record = "user", .on = "registered_at",
	  .among = "", .counted = "-activated_at:\"\"",
	  .what = N_("Of the customers who registered in the period, those whose account became active since, also if it was frozen or closed later."),
	  .among_label = N_("registered"), .counted_label = N_("became active") },
	{ .id = "new_merchants", .label = N_("New merchants"), .kind = METRIC_COUNT, .record = "merchant", .on = "activated_at", .among = "",
	  .what = N_("Merchants that went live in the period, also if they were suspended or terminated later."),
	  .among_label = N_("went live") },
	{ .id = "merchant_approval_rate", .label = N_("Merchant approval rate"), .kind = METRIC_RATE, .record = "merchant", .on = "concluded_at",
	  .among = "", .counted = "-state:rejected",
	  .what = N_("Of the merchants whose review was concluded in the period, by approval or rejection, those that were approved."),
	  .among_label = N_("concluded"), .counted_label = N_("approved") },
	{ .id = "merchant_review_time", .label = N_("Average review time"), .kind = METRIC_TIME, .record = "merchant", .on = "concluded_at",
	  .since = "applied_at", .among = "",
	  .what = N_("From the application of a merchant to the approval or rejection, time with the merchant included, on average over the reviews "
		     "that were concluded in the period."),
	  .among_label = N_("concluded") },
	{ .id = "merchant_risk", .label = N_("Risk distribution"), .kind = METRIC_SPREAD, .record = "merchant", .on = "applied_at", .by = "risk_level",
	  .among = "-risk_level:\"\"", .counted = "risk_level:high",
	  .what = N_("Merchants that applied in the period, by their risk level of now; the value is the share of high risk."),
	  .among_label = N_("assessed"), .counted_label = N_("of high risk") },
};
const size_t nmetrics = COUNT(metrics);

const struct metric *metric_find(const char *id)
{
	for (size_t i = 0; i < nmetrics; i++)
		if (strcmp(metrics[i].id, id) == 0)
			return &metrics[i];
	return NULL;
}

const struct choice *metric_part(const struct metric *m, size_t i)
{
	const struct record *rec;

	if (m->kind != METRIC_SPREAD || i >= METRIC_PARTS)
		return NULL;
	rec = record_find(m->record);
	for (const struct choice *c = rec->fields[record_field(rec, m->by)].choices; c->name; c++)
		if (!i--)
			return c;
	return NULL;
}

/* ---- targets ---- */
const struct target *target_of(const struct metric *m, enum period_by by, const struct period *p)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	const struct target *found = NULL;

	when_add_date(&day, p->from);
	for (size_t i = 0; i < target_count; i++) {
		const struct target *t = &target_table[i];

		if (strcmp(t->metric, m->id) == 0 && (t->per == FOR_ANY || (int)t->per == (int)by) && strcmp(t->from, day.data) <= 0 &&
		    (!found || strcmp(t->from, found->from) >= 0))
			found = t;
	}
	return found;
}

bool target_met(const struct target *t, const struct figure *f)
{
	return t->most ? f->value <= t->value : f->value >= t->value;
}
