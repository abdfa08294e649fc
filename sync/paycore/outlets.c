#include "sync/paycore/outlets.h"

#include <stdio.h>
#include <string.h>

#include "core/records/merchant.h"
#include "core/rules.h"
#include "core/values/when.h"
#include "sync/paycore/pieces.h"

/* Which merchants have something wrong with their owners or terminals: every n-th, by number, so that a given seed always has some of each.
 * What is wrong with owners is found before a merchant is taken on; what is wrong with terminals, afterwards. */
enum flaw { UNDER_THRESHOLD, OVER_THE_WHOLE, NOBODY_NAMED, NEEDLESS_MANAGER, BAD_NUMBER, OTHER_SOURCE,
	    OLD_ACCOUNT, FAR_AWAY, SAME_PLACE, OTHER_MERCHANT, SAME_SERIAL, NEVER_SEEN };
static const struct { int every, at; } flaws[] = {
	[UNDER_THRESHOLD] = { 31, 4 }, [OVER_THE_WHOLE] = { 53, 8 }, [NOBODY_NAMED] = { 37, 15 }, [NEEDLESS_MANAGER] = { 73, 21 }, [BAD_NUMBER] = { 83, 2 },
	[OTHER_SOURCE] = { 29, 11 }, [OLD_ACCOUNT] = { 13, 2 }, [FAR_AWAY] = { 19, 9 }, [SAME_PLACE] = { 17, 5 }, [OTHER_MERCHANT] = { 59, 18 },
	[SAME_SERIAL] = { 79, 40 }, [NEVER_SEEN] = { 31, 13 },
};

static bool has(enum flaw f, int64_t number)
{
	return number % flaws[f].every == flaws[f].at;
}

static bool is(const struct item *it, const char *field, const char *text)
{
	return strcmp(item_text(it, field), text) == 0;
}

/* ---- owners ---- */

struct holding { const char *basis; int64_t share; bool indirect; const char *through; };

/* Of one merchant in a hundred: how it is owned. What ends a row is the last that is named. */
static const struct { int share; struct holding by[3]; } patterns[] = {
	{ 46, { { "equity", 10000, false, NULL } } },
	{ 22, { { "equity", 6000, false, NULL }, { "equity", 4000, false, NULL } } },
	{ 12, { { "equity", 5100, true, "样本控股有限公司" }, { "equity", 2600, false, NULL } } },
	{ 8, { { "equity", 2500, false, NULL }, { "rights", 3000, true, "样本投资合伙企业" }, { "equity", 5100, false, NULL } } },
	{ 7, { { "control", 0, false, "一致行动协议" } } },
	{ 5, { { "manager", 0, false, NULL } } },
};

static const struct holding *pattern_of(struct outlets *o)
{
	int64_t slot = chance_between(o->chance, 0, 99);
	size_t i = 0;
	for (; slot >= patterns[i].share; i++)
		slot -= patterns[i].share;
	return patterns[i].by;
}

/* Who it is: of the first owner mostly the legal representative. */
static void put_owner(struct outlets *o, const struct item *merchant, const struct place *place, bool first, struct item *it)
{
	char name[64], number[RESIDENT_LEN + 1];
	bool rep = first && chance_percent(o->chance, 75);
	make_person(o->chance, name, sizeof name);
	make_identity(o->chance, place->province, when_civil(o->now).year - (int)chance_between(o->chance, 24, 66), number);
	if (rep && !ident_resident(item_text(merchant, "legal_rep_number"))) {
		snprintf(name, sizeof name, "%s", item_text(merchant, "legal_rep_name"));
		snprintf(number, sizeof number, "%.18s", item_text(merchant, "legal_rep_number"));
	}
	put(it, "name", "%s", name);
	if (!rep && chance_percent(o->chance, 6)) {
		put(it, "document_kind", "hk_macao_permit");
		put(it, "number", "H%08d", (int)chance_between(o->chance, 0, 99999999));
		put(it, "nationality", "HK");
	} else {
		put(it, "document_kind", "resident_identity_card");
		put(it, "number", "%s", number);
		put(it, "nationality", "CN");
	}
	put(it, "born_on", "%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
}

static void put_holding(struct outlets *o, const struct item *merchant, const struct holding *h, struct item *it)
{
	int64_t received = item_int(merchant, "applied_at"), confirmed = item_int(merchant, "reviewed_at");
	put(it, "basis", "%s", h->basis);
	if (h->share)
		put_int(it, "share_bps", h->share);
	put(it, "held", h->indirect ? "indirect" : "direct");
	if (h->through)
		put(it, "through", "%s", h->through);
	put_date(it, "since", received - chance_between(o->chance, 100, 3000) * WHEN_DAY);
	put(it, "source", chance_percent(o->chance, 60) ? "filing" : "merchant");
	put(it, "state", confirmed ? "confirmed" : "declared");
	put_int(it, "version", confirmed ? 2 : 1);
	put_int(it, "updated_at", confirmed ? confirmed : received);
	if (confirmed)
		put_int(it, "confirmed_at", confirmed);
}

static enum code add_owner(struct outlets *o, int64_t number, const struct item *merchant, const struct place *place, const struct holding *h, int nth,
			   struct changes *ch, struct err *err)
{
	AUTO(item_release) struct item it;
	bool served = item_int(merchant, "activated_at") > 0;
	item_init(&it, record_find("beneficial_owner"));
	put(&it, "id", "O%s-%d", item_id(merchant) + 1, nth);
	put(&it, "merchant_id", "%s", item_id(merchant));
	put_owner(o, merchant, place, nth == 1, &it);
	put_holding(o, merchant, h, &it);
	if (nth == 1 && !served && has(BAD_NUMBER, number)) {
		char wrong[RESIDENT_LEN + 1];
		snprintf(wrong, sizeof wrong, "%.18s", item_text(&it, "number"));
		spoil(wrong, strlen(wrong));
		put(&it, "number", "%s", wrong);
	}
	if (nth == 1 && has(OTHER_SOURCE, number))
		put(&it, "state", "contradicted");
	return changes_add(ch, &it, item_text(merchant, "region"), err);
}

enum code outlets_owners(struct outlets *o, int64_t number, const struct item *merchant, const struct place *place, struct changes *ch, struct err *err)
{
	static const struct holding under[3] = { { "equity", 2400, false, NULL } };
	static const struct holding over[3] = { { "equity", 7000, false, NULL }, { "equity", 4000, false, NULL } };
	static const struct holding needless[3] = { { "equity", 8000, false, NULL }, { "manager", 0, false, NULL } };
	const struct holding *h = pattern_of(o);
	enum code c = E_OK;
	if (!is(merchant, "type", "enterprise"))
		return E_OK;
	if (!item_int(merchant, "activated_at")) {
		if (has(NOBODY_NAMED, number))
			return E_OK;
		h = has(UNDER_THRESHOLD, number) ? under : has(OVER_THE_WHOLE, number) ? over : has(NEEDLESS_MANAGER, number) ? needless : h;
	}
	for (int i = 0; !c && i < 3 && h[i].basis; i++)
		c = add_owner(o, number, merchant, place, &h[i], i + 1, ch, err);
	return c;
}

/* ---- terminals ---- */

static const struct kind { const char *type, *model; int percent; } kinds[] = {
	{ "smart_pos", "SPECIMEN A8", 45 }, { "pos", "SPECIMEN P90", 20 }, { "qr_dynamic", "SPECIMEN Q3", 15 }, { "qr_static", "SPECIMEN 码牌", 15 },
	{ "self_service", "SPECIMEN K12", 5 },
};

static const struct kind *kind_of(struct outlets *o)
{
	int64_t slot = chance_between(o->chance, 0, 99);
	const struct kind *k = kinds;
	for (; slot >= k->percent; k++)
		slot -= k->percent;
	return k;
}

/* How far each state of a merchant's life has its terminals, and how many there are. */
static const struct fleet { const char *merchant, *terminal; int least, most; } fleets[] = {
	{ "contracting", "ordered", 0, 1 }, { "configuring", "installed", 1, 2 }, { "active", "active", 1, 3 }, { "suspended", "active", 1, 2 },
	{ "terminated", "removed", 1, 1 },
};

static void put_binding(struct outlets *o, int64_t number, const struct item *merchant, struct item *it)
{
	const struct rule *acquirer = rule_at("house_acquirer_code", o->now);
	char card[CARD_LEN + 1];
	bool micro = is(merchant, "type", "micro");
	put(it, "acquirer_code", "%lld", (long long)(acquirer ? acquirer->value : 0));
	put(it, "merchant_code", "%s", has(OTHER_MERCHANT, number) && *o->last_merchant ? o->last_merchant : item_id(merchant));
	put(it, "holder_code", "%s", item_text(merchant, micro ? "legal_rep_number" : "credit_code"));
	make_card(o->chance, card); /* of an account that was closed since */
	put(it, "settlement_card", "%s", has(OLD_ACCOUNT, number) ? card : item_text(merchant, "settlement_card"));
}

/* Every terminal of a merchant stands in its shop, a few metres from the others. */
static void put_place(struct outlets *o, const struct item *merchant, struct geo shop, bool elsewhere, struct item *it)
{
	struct geo at = elsewhere ? o->last : (struct geo){ shop.lat + chance_between(o->chance, -40, 40), shop.lon + chance_between(o->chance, -40, 40) };
	put(it, "place_address", "%s", elsewhere ? o->last_address : merchant_trades_at(merchant));
	put_int(it, "place_lat", at.lat);
	put_int(it, "place_lon", at.lon);
	o->last = at;
	snprintf(o->last_address, sizeof o->last_address, "%s", item_text(it, "place_address"));
}

void outlets_locate(struct chance *c, bool away, struct item *terminal)
{
	int64_t off = away ? chance_between(c, 20000, 300000) : chance_between(c, -700, 700);
	put_int(terminal, "seen_lat", item_int(terminal, "place_lat") + off);
	put_int(terminal, "seen_lon", item_int(terminal, "place_lon") + chance_between(c, -700, 700));
}

static void put_seen(struct outlets *o, bool away, struct item *it)
{
	outlets_locate(o->chance, away, it);
	put_int(it, "seen_at", o->now - chance_between(o->chance, 10, 2 * 24 * 60) * WHEN_MINUTE);
}

static void put_fleet_life(const struct item *merchant, const char *state, struct item *it)
{
	int64_t decided = item_int(merchant, "decided_at"), active = item_int(merchant, "activated_at");
	put(it, "state", "%s", state);
	put_int(it, "version", strcmp(state, "ordered") == 0 ? 1 : strcmp(state, "installed") == 0 ? 2 : 3);
	put_int(it, "ordered_at", decided);
	put_int(it, "updated_at", active ? active : decided);
	if (strcmp(state, "ordered") != 0)
		put_int(it, "installed_at", active ? active : decided + WHEN_HOUR);
	if (active)
		put_int(it, "activated_at", active);
}

static enum code add_terminal(struct outlets *o, int64_t number, const struct item *merchant, const char *state, struct geo shop, int nth,
			      struct changes *ch, struct err *err)
{
	AUTO(item_release) struct item it;
	const struct kind *k = kind_of(o);
	bool first = nth == 1, running = strcmp(state, "active") == 0;
	char serial[24];
	snprintf(serial, sizeof serial, "SP%02d%012lld", (int)(k - kinds), (long long)chance_between(o->chance, 0, INT64_C(999999999999)));
	item_init(&it, record_find("terminal"));
	put(&it, "id", "%s%02d", item_id(merchant) + 1, nth);
	put(&it, "serial", "%s", first && running && has(SAME_SERIAL, number) && *o->last_serial ? o->last_serial : serial);
	put(&it, "type", "%s", k->type);
	put(&it, "model", "%s", k->model);
	put(&it, "merchant_id", "%s", item_id(merchant));
	put_fleet_life(merchant, state, &it);
	put_binding(o, strcmp(state, "ordered") == 0 ? 0 : number, merchant, &it);
	put_place(o, merchant, shop, first && running && has(SAME_PLACE, number) && *o->last_address, &it);
	if (running && strcmp(k->type, "qr_static") != 0 && !has(NEVER_SEEN, number))
		put_seen(o, first && has(FAR_AWAY, number), &it);
	snprintf(o->last_serial, sizeof o->last_serial, "%s", item_text(&it, "serial"));
	snprintf(o->last_merchant, sizeof o->last_merchant, "%s", item_id(merchant));
	return changes_add(ch, &it, item_text(merchant, "region"), err);
}

enum code outlets_terminals(struct outlets *o, int64_t number, const struct item *merchant, const struct place *place, struct changes *ch, int *n,
			    struct err *err)
{
	enum code c = E_OK;
	*n = 0;
	for (size_t i = 0; i < COUNT(fleets); i++) {
		struct geo shop = { place->lat * INT64_C(1000) + chance_between(o->chance, -60000, 60000),
				    place->lon * INT64_C(1000) + chance_between(o->chance, -60000, 60000) };
		int many = (int)chance_between(o->chance, fleets[i].least, fleets[i].most);
		if (!is(merchant, "state", fleets[i].merchant))
			continue;
		while (!c && *n < many)
			c = add_terminal(o, number, merchant, fleets[i].terminal, shop, ++*n, ch, err);
	}
	return c;
}
