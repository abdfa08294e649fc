/* Name screening over lists of 20,000 entries who do not exist: how many of those listed are found under names that were misspelt, turned
 * round, shortened or written in another script, how many who are not listed come up, and how long a check takes.
 *
 * usage: bench_screening [ENTRIES [CHECKS]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/screening/lists.h"
#include "core/screening/search.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/watchlists.h"

enum { NAMESAKE = 980 /* the same name, or the same characters' reading */, SEED = 20261121, STRANGERS = 1 << 24 /* numbers of people who are not listed */ };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* whatever else the machine does */
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- what becomes of names ---- */
/* One letter too many, too few, wrong, or two swapped; not the first of a word, which people get right. */
static void misspell(char *name, size_t size, uint64_t *seed)
{
	size_t n = strlen(name), at = 0;

	for (int tries = 0; tries < 50; tries++) {
		at = 1 + watch_pick(seed, n - 1);
		if (name[at] >= 'a' && name[at] <= 'z' && name[at - 1] != ' ' && name[at - 1] != '-')
			break;
	}
	switch (watch_pick(seed, 4)) {
	case 0:
		memmove(name + at, name + at + 1, n - at);
		break;
	case 1:
		if (n + 2 < size) {
			memmove(name + at + 1, name + at, n - at + 1);
			name[at] = (char)('a' + watch_pick(seed, 26));
		}
		break;
	case 2:
		name[at] = (char)('a' + watch_pick(seed, 26));
		break;
	default:
		if (name[at + 1] >= 'a' && name[at + 1] <= 'z') {
			char c = name[at];

			name[at] = name[at + 1];
			name[at + 1] = c;
		}
	}
}

enum variant { EXACT, REORDERED, ONE_EDIT, TWO_EDITS, NO_MIDDLE, PINYIN, HAN, TRADITIONAL, VARIANTS };
static const char *const variant_names[VARIANTS] = {
	"as listed", "words turned round", "one misspelling", "two misspellings", "middle name left out", "pinyin for Chinese",
	"Chinese, simplified", "Chinese, traditional",
};

/* false: does not apply to this one. */
static bool vary(char *out, size_t size, const struct someone *s, enum variant v, uint64_t *seed)
{
	snprintf(out, size, "%s", s->name);
	switch (v) {
	case EXACT: return true;
	case REORDERED:
		if (s->kind == SOMEONE_COMPANY)
			return false;
		snprintf(out, size, "%s %s %s", s->family, s->given, s->middle);
		return true;
	case TWO_EDITS: misspell(out, size, seed); /* fall through */
	case ONE_EDIT: misspell(out, size, seed); return true;
	case NO_MIDDLE: snprintf(out, size, "%s %s", s->given, s->family); return *s->middle && s->kind != SOMEONE_COMPANY;
	case PINYIN: return *s->han;
	case HAN: snprintf(out, size, "%s", s->han); return *s->han;
	default: snprintf(out, size, "%s", s->traditional); return *s->han && strcmp(s->han, s->traditional) != 0;
	}
}

/* ---- measuring ---- */
struct count { int asked, found, hits; double ms, worst; };

static const struct hit *ask(struct db *db, const char *name, const char *entry, int threshold, struct count *c, struct hits *h)
{
	struct screened who = { .name = name };
	const struct hit *mine = NULL;
	struct err err;
	double from = now(), took;

	assert_ok(screening_search(db, &who, threshold, h, &err), err);
	took = now() - from;
	c->ms += took;
	c->worst = took > c->worst ? took : c->worst;
	c->asked++;
	for (size_t i = 0; i < h->n; i++)
		if (entry && !strcmp(h->at[i].entry, entry))
			mine = &h->at[i];
	c->found += mine != NULL;
	c->hits += h->n > 0;
	return mine;
}

static const struct { enum someone_kind kind; bool han; const char *name; } strangers[] = {
	{ SOMEONE_WESTERN, false, "western names" }, { SOMEONE_ARABIC, false, "arabic names" }, { SOMEONE_CHINESE, true, "Chinese names" },
	{ SOMEONE_CHINESE, false, "Chinese in pinyin" }, { SOMEONE_COMPANY, false, "companies" },
};

static void measure(struct db *db, uint64_t entries, uint64_t checks, int threshold)
{
	uint64_t seed = 7;
	double ms = 0, worst = 0;
	int asked = 0;
	struct count c;

	printf("screening at %d/1000:\n", threshold);
	for (int v = 0; v < VARIANTS; v++) {
		c = (struct count){ 0 };
		for (uint64_t k = 0; k < checks; k++) {
			uint64_t number = watch_pick(&seed, entries);
			char name[300], entry[24];
			struct hits h = { 0 };
			struct someone s;

			someone_make(&s, SEED, number);
			if (!vary(name, sizeof name, &s, (enum variant)v, &seed))
				continue;
			snprintf(entry, sizeof entry, "%llu", (unsigned long long)number + 1);
			ask(db, name, entry, threshold, &c, &h);
			hits_release(&h);
		}
		printf("  listed, %-22s %5d of %5d found (%.1f %%), %.2f ms each\n", variant_names[v], c.found, c.asked, 100.0 * c.found / c.asked,
		       c.ms / c.asked);
		ms += c.ms;
		asked += c.asked;
		worst = c.worst > worst ? c.worst : worst;
	}
	for (size_t k = 0; k < COUNT(strangers); k++) {
		int namesakes = 0;

		c = (struct count){ 0 };
		for (uint64_t n = 0; n < checks; n++) {
			struct hits h = { 0 };
			struct someone s;

			someone_make(&s, SEED, STRANGERS + n);
			if (s.kind != strangers[k].kind)
				continue;
			ask(db, strangers[k].han ? s.han : s.name, NULL, threshold, &c, &h);
			namesakes += h.n && h.at[0].score >= NAMESAKE;
			hits_release(&h);
		}
		printf("  not listed, %-18s %5d of %5d come up (%.1f %%), %d of them namesakes of somebody listed, %.2f ms each\n", strangers[k].name,
		       c.hits, c.asked, 100.0 * c.hits / c.asked, namesakes, c.ms / c.asked);
		ms += c.ms;
		asked += c.asked;
		worst = c.worst > worst ? c.worst : worst;
	}
	printf("  %d checks, %.2f ms of the processor on average, %.1f ms at worst\n", asked, ms / asked, worst);
}

int main(int argc, char **argv)
{
	uint64_t entries = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000, checks = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
	int threshold = argc > 3 ? (int)strtol(argv[3], NULL, 10) : SCREENING_THRESHOLD;
	struct buf file[WATCH_FILES] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct house h;
	struct store *s;
	struct desk *d;
	struct list_version v;
	struct err err;
	bool same;
	double from;

	house_found(&h);
	house_add(&h, "zhao", "compliance");
	s = house_open(&h, "zhao");
	assert_ok(desk_open(&d, s, &err), err);
	watch_ofac(file, SEED, 0, entries);
	const struct list_file files[] = { { "SDN.CSV", file[0].data, file[0].len }, { "ALT.CSV", file[1].data, file[1].len },
					   { "ADD.CSV", file[2].data, file[2].len } };
	from = now();
	assert_ok(lists_import(d, list_format("ofac"), files, COUNT(files), NULL, &v, &same, &err), err);
	printf("imported %lld entries in %.0f ms\n", (long long)v.entries, now() - from);
	from = now();
	assert_ok(lists_import(d, list_format("ofac"), files, COUNT(files), NULL, &v, &same, &err), err);
	printf("the same again in %.0f ms\n", now() - from);
	measure(desk_db(d), entries, checks, threshold);
	for (size_t i = 0; i < WATCH_FILES; i++)
		buf_release(&file[i]);
	desk_free(d);
	store_close(s);
	house_remove(&h);
	return 0;
}
