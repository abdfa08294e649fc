/* What is made of a merchant's score: the assessment that the risk review fixes, and who has to approve. */
#include "core/records/merchant_risk.h"

#include <libintl.h>
#include <string.h>

#include "core/records/merchant.h"
#include "core/records/merchant_review.h"
#include "core/values/when.h"

/* ---- the card and the band that hold ---- */

/* An assessment holds from the risk review on; what the core reckoned before is a first guess. */
static const struct scorecard *fixed_card(const struct item *it)
{
	return strcmp(item_text(it, "risk_outcome"), "passed") ? NULL : scorecard_find(item_text(it, "scorecard"));
}

static const struct score_band *fixed_band(const struct item *it)
{
	const struct scorecard *card = fixed_card(it);

	return card ? scorecard_band_find(card, item_text(it, "risk_level")) : NULL;
}

/* By the card that it was assessed by, so that a newer card does not undo what was decided; otherwise by the one in force. */
static const struct score_band *reckon(struct db *db, const struct item *it, struct tally *t, const struct scorecard **card)
{
	*card = fixed_card(it) ? fixed_card(it) : scorecard_at(t->when);
	if (!*card)
		return NULL;
	merchant_assess(db, it, *card, t);
	return scorecard_band(*card, t->total);
}

const char *merchant_approver(const struct judge *j)
{
	const struct score_band *band = fixed_band(j->now);
	struct tally t = { .when = j->when };
	const struct scorecard *card;

	if (!band)
		band = reckon(j->db, j->now, &t, &card);
	return band ? band->permission : NULL;
}

/* By the name of the band: each card has its own points. A band that the card in force does not have any more says nothing, so the new one counts. */
const char *merchant_risk_raised(struct db *db, const struct item *merchant, int64_t when)
{
	const struct scorecard *card = scorecard_at(when);
	const struct score_band *was = card ? scorecard_band_find(card, item_text(merchant, "risk_level")) : NULL, *is;
	struct tally t = { .when = when };

	if (!card)
		return NULL;
	merchant_assess(db, merchant, card, &t);
	is = scorecard_band(card, t.total);
	return !was || is->from > was->from ? is->permission : NULL;
}

/* ---- fixing it ---- */
void merchant_risk_put(struct item *merchant, const struct scorecard *card, const struct tally *t)
{
	item_set(merchant, "risk_score", value_int(t->total));
	item_set(merchant, "risk_level", value_text(scorecard_band(card, t->total)->name));
	item_set(merchant, "scorecard", value_text(card->version));
	item_set(merchant, "assessed_at", value_int(t->when));
}

void merchant_risk_fix(const struct judge *j, struct item *after)
{
	const struct scorecard *card = scorecard_at(j->when);
	struct tally t = { .when = j->when };

	if (!card)
		return;
	merchant_assess(j->db, after, card, &t);
	merchant_risk_put(after, card, &t);
	review_bring_forward(after, j->when);
}

void merchant_risk_record(struct item *out, const char *id, const struct item *merchant, const struct tally *t, const char *who)
{
	AUTO(buf_release) struct buf lines = BUF_INIT;

	tally_write(&lines, t);
	item_init(out, &risk_assessment_record);
	item_set(out, "id", value_text(id));
	item_set(out, "state", value_text("kept"));
	item_set(out, "version", value_int(1));
	item_set(out, "updated_at", value_int(t->when));
	item_set(out, "merchant_id", value_text(item_id(merchant)));
	item_set(out, "score", value_int(t->total));
	item_set(out, "band", item_get(merchant, "risk_level"));
	item_set(out, "scorecard", item_get(merchant, "scorecard"));
	item_set(out, "assessed_by", value_text(who));
	item_set(out, "assessed_at", value_int(t->when));
	item_set(out, "contributions", value_text(lines.data));
}

enum code merchant_risk_keep(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	const struct scorecard *card = scorecard_at(j->when);
	AUTO(item_release) struct item kept = { 0 };
	struct tally t = { .when = j->when };

	if (!card)
		return E_OK;
	merchant_assess(j->db, after, card, &t);
	merchant_risk_record(&kept, to->cause, after, &t, j->who->id);
	return to->put(to->ctx, &kept, err);
}

/* ---- showing it ---- */
static const char *band_label(const char *name)
{
	const struct field *f = &merchant_record.fields[record_field(&merchant_record, "risk_level")];
	const struct choice *c = field_choice(f, name, strlen(name));

	return c ? gettext(c->label) : name;
}

static enum tone band_tone(const struct scorecard *card, const struct score_band *band)
{
	return band == card->band ? TONE_GOOD : band == &card->band[card->nbands - 1] ? TONE_DANGER : TONE_WARNING;
}

static void say_card(struct tally *out, const struct scorecard *card)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_addf(&text, gettext(N_("%s, in force since %s")), card->version, card->from);
	tally_say(out, "scorecard", N_("Scorecard"), TONE_PLAIN, card->version, text.data);
}

static void say_approver(struct tally *out, const char *permission)
{
	AUTO(buf_release) struct buf text = BUF_INIT, who = BUF_INIT;

	if (permission) {
		roles_holding(&who, permission);
		buf_addf(&text, gettext(N_("two people, one of them: %s")), who.data);
	} else {
		buf_adds(&text, gettext(N_("any two who may approve")));
	}
	tally_say(out, "approval", N_("Approved by"), TONE_PLAIN, permission ? permission : "", text.data);
}

static void say_assessed(struct tally *out, const struct item *it)
{
	AUTO(buf_release) struct buf text = BUF_INIT, score = BUF_INIT, at = BUF_INIT;
	bool same = item_int(it, "risk_score") == out->total;

	if (!fixed_band(it)) {
		tally_say(out, "assessed", N_("Assessed"), TONE_MUTED, "", gettext(N_("not fixed yet; passing the risk review does that")));
		return;
	}
	buf_addf(&score, "%lld", (long long)item_int(it, "risk_score"));
	when_add_datetime(&at, item_int(it, "assessed_at"));
	buf_addf(&text, same ? gettext(N_("%s points, %s, on %s")) : gettext(N_("%s points, %s, on %s; facts have changed since")), score.data,
		 band_label(item_text(it, "risk_level")), at.data);
	tally_say(out, "assessed", N_("Assessed"), same ? TONE_PLAIN : TONE_WARNING, score.data, text.data);
}

void merchant_tally(struct db *db, const struct item *merchant, struct tally *out)
{
	const struct scorecard *card;
	const struct score_band *band = reckon(db, merchant, out, &card), *fixed = fixed_band(merchant);

	if (!band)
		return;
	tally_say(out, "band", N_("Risk level"), band_tone(card, band), band->name, band_label(band->name));
	say_card(out, card);
	say_approver(out, (fixed ? fixed : band)->permission);
	say_assessed(out, merchant);
}

/* Nobody approves, lets live or reinstates what has become riskier since; what takes payments goes on, and is to be looked at. Years go by, so
 * the points of whoever was taken on long ago move within the band. */
static void say_moved(const struct item *merchant, bool higher, const char *now, const char *then, struct checklist *out)
{
	int state = item_state(merchant);

	if (state == RISK_REVIEW)
		check_say(out, higher ? CHECK_FAILED : CHECK_UNKNOWN,
			  N_("now %s; assessed at %s: return it to preliminary review to have it assessed anew"), now, then);
	else if (higher)
		check_say(out, state == ACTIVE ? CHECK_UNKNOWN : CHECK_FAILED, N_("now %s; assessed at %s: have it assessed anew"), now, then);
	else
		check_say(out, CHECK_PASSED, N_("now %s; assessed at %s"), now, then);
}

static void add_points(struct buf *out, int64_t points, const struct score_band *band)
{
	buf_addf(out, gettext(N_("%lld points, %s")), (long long)points, band_label(band->name));
}

void merchant_risk_check(struct db *db, const struct item *merchant, struct checklist *out)
{
	AUTO(buf_release) struct buf now = BUF_INIT, as = BUF_INIT;
	const struct score_band *fixed = fixed_band(merchant), *band;
	const struct scorecard *card;
	struct tally t = { .when = out->when };
	int64_t then = item_int(merchant, "risk_score");

	band = reckon(db, merchant, &t, &card);
	if (!band) {
		check_say(out, CHECK_UNKNOWN, N_("no scorecard is in force"));
		return;
	}
	add_points(&now, t.total, band);
	add_points(&as, then, fixed ? fixed : band);
	if (!fixed)
		check_say(out, CHECK_PASSED, N_("%s; passing the risk review fixes it"), now.data);
	else if (t.total == then)
		check_say(out, CHECK_PASSED, N_("%s, as it was assessed"), as.data);
	else
		say_moved(merchant, band->from > fixed->from, now.data, as.data, out);
}
