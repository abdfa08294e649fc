/* Who is screened: a role of a record, what its names find, and what is known of that already. */
#include "core/screening/subject.h"

#include <stdio.h>
#include <string.h>

#include "core/values/ident.h"

static const char *const merchant_past[] = { "rejected", "terminated", NULL };
static const char *const owner_past[] = { "ended", NULL };
static const char *const check_past[] = { "approved", "rejected", NULL }, *const user_past[] = { "closed", NULL };
const struct screened_role screened_roles[] = {
	{ "merchant", "legal_rep", { "legal_rep_name" }, NULL, "legal_rep_number", SCREENED_PERSON, merchant_past, NULL, NULL },
	{ "merchant", "merchant", { "name", "name_en" }, NULL, "credit_code", SCREENED_ENTITY, merchant_past, NULL, NULL },
	{ "beneficial_owner", "owner", { "name" }, "born_on", "number", SCREENED_PERSON, owner_past, NULL, NULL },
	{ "identity_check", "customer", { "name", "ocr_name" }, "born_on", "number", SCREENED_PERSON, check_past, "user", "user_id" },
	{ "user", "customer", { "name" }, NULL, "identity_number", SCREENED_PERSON, user_past, NULL, NULL },
};
const size_t nscreened_roles = COUNT(screened_roles);

/* ---- one role of one record ---- */
struct subject subject_of(const struct screened_role *role, const struct item *it)
{
	struct subject s = { .role = role, .it = it };

	s.who.name = item_text(it, role->names[0]);
	s.who.born = role->born ? item_text(it, role->born) : "";
	s.who.number = role->number ? item_text(it, role->number) : "";
	s.who.as = role->as;
	return s;
}

/* The better of two hits on one entry stays. */
static void merge(struct hits *into, struct hits *more)
{
	for (size_t i = 0; i < more->n; i++) {
		struct hit *h = &more->at[i], *same = NULL;

		for (size_t k = 0; k < into->n && !same; k++)
			if (!strcmp(into->at[k].list, h->list) && !strcmp(into->at[k].entry, h->entry))
				same = &into->at[k];
		if (same && same->score >= h->score)
			continue;
		if (!same) {
			into->at = mem_grow(into->at, into->n + 1, sizeof *into->at);
			same = &into->at[into->n++];
			*same = (struct hit){ 0 };
		}
		listed_release(&same->listed);
		*same = *h;
		same->list = pool_strdup(&into->pool, h->list);
		same->version = pool_strdup(&into->pool, h->version);
		same->entry = pool_strdup(&into->pool, h->entry);
		same->digest = pool_strdup(&into->pool, h->digest);
		same->asked = pool_strdup(&into->pool, h->asked);
		h->listed = (struct listed){ 0 };
	}
}

enum code subject_search(struct db *db, const struct subject *s, struct hits *out, struct err *err)
{
	for (size_t i = 0; i < SCREENED_NAMES && s->role->names[i]; i++) {
		AUTO(hits_release) struct hits more = { 0 };
		struct screened who = s->who;
		enum code code;

		who.name = item_text(s->it, s->role->names[i]);
		code = *who.name ? screening_search(db, &who, SCREENING_THRESHOLD, &more, err) : E_OK;
		if (code && code != E_INVALID)
			return code;
		merge(out, &more);
	}
	return E_OK;
}

/* ---- who a hit is about ---- */
static void hex_digest(struct buf *out, const struct buf *of, size_t bytes)
{
	uint8_t sum[KEY_BYTES];

	digest(sum, of->data, of->len);
	buf_add_hex(out, sum, bytes);
}

bool subject_has_number(const struct subject *s)
{
	return !ident_resident(s->who.number) || !ident_credit_code(s->who.number);
}

void hit_id(struct buf *id, const struct subject *s, const struct hit *h)
{
	AUTO(buf_release) struct buf who = BUF_INIT;

	if (subject_has_number(s))
		buf_addf(&who, "number\n%s", s->who.number);
	else if (s->role->of && *item_text(s->it, s->role->of))
		buf_addf(&who, "record\n%s\n%s\n%s", s->role->of_kind, item_text(s->it, s->role->of), s->role->role);
	else
		buf_addf(&who, "record\n%s\n%s\n%s", s->it->rec->kind, item_id(s->it), s->role->role);
	buf_addf(&who, "\n%s\n%s", h->list, h->entry);
	buf_adds(id, "H-");
	hex_digest(id, &who, 12);
}

void hit_fingerprint(struct buf *out, const struct subject *s, const struct hit *h)
{
	AUTO(buf_release) struct buf all = BUF_INIT;

	buf_addf(&all, "%s\n%s", h->digest, s->who.number);
	if (!subject_has_number(s))
		buf_addf(&all, "\n%s", item_text(s->it, s->role->names[0]));
	hex_digest(out, &all, KEY_BYTES);
}

/* How much a birth date speaks for a hit. */
static int born_speaks(const char *fit)
{
	static const enum born_fit order[] = { BORN_OTHER_SOUND, BORN_OTHER, BORN_OTHER_DAY, BORN_UNKNOWN, BORN_NEAR, BORN_SAME_YEAR, BORN_SAME };
	int at = 0;

	while (at + 1 < (int)COUNT(order) && strcmp(born_facts[order[at]].name, fit) != 0)
		at++;
	return at;
}

bool hit_holds(const struct item *known, const struct hit *h, const struct buf *print)
{
	return !strcmp(item_text(known, "fingerprint"), print->data) && h->score <= item_int(known, "score") &&
	       born_speaks(born_facts[h->born].name) <= born_speaks(item_text(known, "born_fit"));
}

enum code hit_known(struct db *db, const struct subject *s, const struct hit *h, struct known_hit *k, struct err *err)
{
	AUTO(buf_release) struct buf id = BUF_INIT, print = BUF_INIT;
	AUTO(item_release) struct item it = { 0 };
	enum code code;

	hit_id(&id, s, h);
	hit_fingerprint(&print, s, h);
	*k = (struct known_hit){ .state = HIT_NEW };
	code = item_load(&it, db, &screening_hit_record, id.data, err);
	if (code)
		return code == E_NOTFOUND ? E_OK : code;
	snprintf(k->id, sizeof k->id, "%s", id.data);
	if (item_state(&it) == HIT_CONFIRMED || (item_state(&it) == HIT_NONE && hit_holds(&it, h, &print)))
		k->state = item_state(&it);
	return E_OK;
}
