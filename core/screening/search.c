#include "core/screening/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/screening/index.h"
#include "core/values/ident.h"

/* Entries that share the most words with the name are compared, the rest is not: a bound on the time that a name of common words takes. */
enum { COMPARED_MOST = 800 };

struct search {
	struct db *db;
	const struct screened *who;
	struct asked *asked;
	char born[LISTED_DATE];
	const char *number;
	int threshold;
	struct list_version version; /* of the list that is searched */
	struct keys keys, found;     /* found: number of the entry << 32 | word */
	uint32_t word;               /* whose entries are being found */
	uint32_t numbers;            /* the word that stands for the number; behind the last where there is none */
	struct hits *hits;
};

static void search_release(struct search *s)
{
	asked_free(s->asked);
	keys_release(&s->keys);
	keys_release(&s->found);
}

void hits_release(struct hits *h)
{
	for (size_t i = 0; i < h->n; i++)
		listed_release(&h->at[i].listed);
	free(h->at);
	pool_release(&h->pool);
	*h = (struct hits){ 0 };
}

/* ---- candidates ---- */
static void note_entry(void *ctx, uint32_t no)
{
	struct search *s = ctx;

	if (s->found.n == s->found.room) {
		s->found.room = s->found.room ? 2 * s->found.room : 1024;
		s->found.at = mem_grow(s->found.at, s->found.room, sizeof *s->found.at);
	}
	s->found.at[s->found.n++] = (uint64_t)no << 32 | s->word;
}

static enum code look_up(struct search *s, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[KEY_COLUMNS] = { value_null() };
	uint32_t bucket = INDEX_BUCKETS;
	bool there = false;

	s->found.n = 0;
	for (size_t i = 0; i < s->keys.n; i++) {
		struct value key[] = { value_text(s->version.list), value_int(key_bucket(s->keys.at[i])) };

		if (key_bucket(s->keys.at[i]) != bucket) {
			pool_clear(&pool);
			bucket = key_bucket(s->keys.at[i]);
			if (db_find(s->db, &list_key_table, key, &pool, row, &there, err))
				return err->code;
		}
		s->word = (uint32_t)s->keys.at[i];
		if (there && !index_each(row[KEY_PAIRS].text, row[KEY_PAIRS].len, (uint32_t)(s->keys.at[i] >> 32), note_entry, s))
			return fail(err, E_SEALED, N_("the index of the list %s is damaged; import the list again"), s->version.list);
	}
	keys_sort(&s->found);
	return E_OK;
}

struct candidate { uint32_t no, words; bool numbered; /* one of its numbers may be the same */ };

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->words != y->words)
		return x->words > y->words ? -1 : 1;
	return x->no < y->no ? -1 : x->no > y->no;
}

/* Counts the words that each entry shares; those that share the most come first. */
static size_t rank(const struct search *s, struct candidate *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->found.n; i++) {
		uint32_t no = (uint32_t)(s->found.at[i] >> 32);

		if (n && out[n - 1].no == no)
			out[n - 1].words++;
		else
			out[n++] = (struct candidate){ no, 1, false };
		out[n - 1].numbered |= (uint32_t)s->found.at[i] == s->numbers;
	}
	if (n)
		qsort(out, n, sizeof *out, compare_candidates);
	return n < COMPARED_MOST ? n : COMPARED_MOST;
}

/* ---- comparing ---- */
static bool of_kind(const struct search *s, const char *kind)
{
	return s->who->as != SCREENED_PERSON || !strcmp(kind, listed_kinds[LISTED_PERSON]);
}

static void weigh_facts(struct search *s, struct hit *h)
{
	for (size_t i = 0; i < h->listed.born.n; i++)
		h->born = born_better(h->born, born_fit(s->born, h->listed.born.at[i]));
	for (size_t i = 0; i < h->listed.numbers.n; i++) {
		enum number_fit fit = number_fit(s->number, h->listed.numbers.at[i]);

		if (fit == NUMBER_SAME || h->number == NUMBER_UNKNOWN)
			h->number = fit;
	}
	h->born = born_weigh(h->born, &h->match);
	h->score = score_with(h->match.score, h->born, h->number);
}

static enum code compare_entry(struct search *s, const struct candidate *c, struct hit *h, bool *is_hit, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key[] = { value_text(s->version.list), value_int(c->no) }, row[ENTRY_COLUMNS];
	enum code code = db_get(s->db, &list_entry_table, key, &pool, row, err);

	*is_hit = false;
	if (code || !of_kind(s, row[ENTRY_KIND].text))
		return code;
	s->hits->compared++;
	name_match(&h->match, s->asked, row[ENTRY_FORMS].text);
	/* what else is known adds at most this to a name; the same number makes up for any name, and has a key of its own */
	if (h->match.score + born_facts[BORN_SAME].points < s->threshold && !c->numbered)
		return E_OK;
	listed_init(&h->listed);
	code = listed_read(&h->listed, row[ENTRY_DATA].text, row[ENTRY_DATA].len, err);
	h->born = BORN_UNKNOWN;
	h->number = NUMBER_UNKNOWN;
	if (!code)
		weigh_facts(s, h);
	*is_hit = !code && h->score >= s->threshold;
	if (!*is_hit) {
		listed_release(&h->listed);
		return code;
	}
	h->entry = pool_strdup(&s->hits->pool, row[ENTRY_ID].text);
	h->digest = pool_strdup(&s->hits->pool, row[ENTRY_DIGEST].text);
	return E_OK;
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	int d = y->score - x->score;

	if (!d)
		d = strcmp(x->list, y->list);
	return d ? d : strcmp(x->entry, y->entry);
}

static void keep_hit(struct search *s, struct hit *h, const char *list, const char *version)
{
	h->list = list;
	h->version = version;
	s->hits->at = mem_grow(s->hits->at, s->hits->n + 1, sizeof *h);
	s->hits->at[s->hits->n++] = *h;
}

static enum code search_list(struct search *s, const char *list, struct err *err)
{
	struct candidate *c;
	struct hit h = { .asked = s->who->name };
	const char *version;
	bool is_hit;
	size_t n;
	enum code code = lists_current(s->db, list, &s->version, err);

	if (code || !s->version.serial)
		return code;
	code = look_up(s, err);
	if (code)
		return code;
	version = pool_strdup(&s->hits->pool, s->version.version);
	c = mem_grow(NULL, s->found.n + 1, sizeof *c);
	n = rank(s, c);
	for (size_t i = 0; i < n && !code; i++) {
		code = compare_entry(s, &c[i], &h, &is_hit, err);
		if (!code && is_hit)
			keep_hit(s, &h, list, version);
	}
	free(c);
	return code;
}

/* A resident identity number tells the birth date (GB 11643: characters 7 to 14). */
static void find_born(struct search *s)
{
	s->born[0] = '\0';
	if (s->who->born && *s->who->born)
		listed_date(s->born, s->who->born);
	else
		ident_resident_born(s->born, s->number);
}

enum code screening_search(struct db *db, const struct screened *who, int threshold, struct hits *h, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(search_release) struct search s = { .db = db, .who = who, .threshold = threshold, .hits = h, .number = who->number ? who->number : "" };
	enum code code = E_OK;

	s.asked = asked_new(who->name);
	if (!asked_form(s.asked, 0))
		return fail(err, E_INVALID, N_("the name has no letters that could be compared"));
	find_born(&s);
	s.numbers = keys_of_asked(&s.keys, s.asked, s.number);
	keys_sort(&s.keys);
	/* one look at the store, and one lock instead of hundreds; a caller's transaction does as well */
	tx_begin_read(&tx, db, NULL);
	for (size_t i = 0; i < nlist_formats && !code; i++)
		code = search_list(&s, list_formats[i].list, err);
	if (h->n)
		qsort(h->at, h->n, sizeof *h->at, compare_hits);
	return code;
}

/* ---- the explanation ---- */
static void write_pairs(const struct name_match *m, struct json_writer *w)
{
	json_open(w, '[');
	for (size_t i = 0; i < m->n; i++) {
		json_open(w, '{');
		json_key(w, "asked");
		json_str(w, m->pair[i].asked);
		json_key(w, "listed");
		json_str(w, m->pair[i].listed);
		json_key(w, "score");
		json_int(w, m->pair[i].score);
		json_key(w, "weight");
		json_int(w, m->pair[i].weight);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void write_fact(struct json_writer *w, const char *name, const struct fact *f)
{
	json_key(w, name);
	json_open(w, '{');
	json_key(w, "fits");
	json_str(w, f->name);
	json_key(w, "points");
	json_int(w, f->points);
	json_close(w, '}');
}

const char *hit_name(const struct hit *h)
{
	size_t n = h->match.score ? (size_t)h->match.number : 0;

	return h->listed.names.n ? h->listed.names.at[n < h->listed.names.n ? n : 0] : "";
}

void hit_write(const struct hit *h, struct json_writer *w)
{
	const struct name_match *m = &h->match;
	const struct { const char *name, *text; } texts[] = {
		{ "list", h->list }, { "version", h->version }, { "entry", h->entry }, { "digest", h->digest },
		{ "kind", listed_kinds[h->listed.kind] }, { "class", listed_classes[h->listed.class] },
		{ "listed_name", hit_name(h) },
	};
	const struct { const char *name, *text; } ways[] = {
		{ "asked_way", way_name(m->asked_way) }, { "listed_way", way_name(m->listed_way) },
		{ "asked_left", m->asked_left }, { "listed_left", m->listed_left },
	};

	json_open(w, '{');
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_key(w, texts[i].name);
		json_str(w, texts[i].text);
	}
	json_key(w, "score");
	json_int(w, h->score);
	json_key(w, "name_score");
	json_int(w, m->score);
	for (size_t i = 0; i < COUNT(ways) && m->score; i++) {
		json_key(w, ways[i].name);
		json_str(w, ways[i].text);
	}
	json_key(w, "homophone");
	json_bool(w, m->homophone);
	json_key(w, "words");
	write_pairs(m, w);
	write_fact(w, "born", &born_facts[h->born]);
	write_fact(w, "number", &number_facts[h->number]);
	json_key(w, "listed");
	listed_write(&h->listed, w);
	json_close(w, '}');
}
