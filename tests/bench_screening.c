/* Name screening over lists of 20,000 entries who do not exist (eight in ten OFAC's, one the UN's, one the house's): how many of those listed
 * are found under names that were misspelt, turned round, shortened or written in another script, how many others come up with them, how many
 * who are not listed come up, with and without their birth date, and how long a check takes.
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
/* What is known of whoever is asked for: the name alone, or the birth date as well, which an identity number tells. */
enum knowing { NAME_ALONE, WITH_BIRTH, KNOWINGS };
struct count {
	int asked, found[KNOWINGS], come_up[KNOWINGS], namesakes; /* come_up: with anybody at all; namesakes: of those, by the name alone */
	int64_t others;              /* hits on entries that were not meant, by the name alone */
	double ms, worst;            /* of every check */
	int checks;
};

static void ask_once(struct db *db, const struct screened *who, const char *entry, int threshold, enum knowing k, struct count *c)
{
	struct hits h = { 0 };
	bool mine = false;
	struct err err;
	double from = now(), took;

	assert_ok(screening_search(db, who, threshold, &h, &err), err);
	took = now() - from;
	c->ms += took;
	c->worst = took > c->worst ? took : c->worst;
	c->checks++;
	for (size_t i = 0; i < h.n; i++)
		mine |= entry && !strcmp(h.at[i].entry, entry);
	c->found[k] += mine;
	c->come_up[k] += h.n > 0;
	if (k == NAME_ALONE) {
		c->others += (int64_t)h.n - mine;
		c->namesakes += h.n && h.at[0].score >= NAMESAKE;
	}
	hits_release(&h);
}

static void ask(struct db *db, const struct someone *s, const char *name, const char *entry, int threshold, struct count *c)
{
	const struct screened who[KNOWINGS] = { { .name = name }, { .name = name, .born = s->kind == SOMEONE_COMPANY ? "" : s->born } };

	c->asked++;
	for (int k = 0; k < KNOWINGS; k++)
		ask_once(db, &who[k], entry, threshold, (enum knowing)k, c);
}

static void add_time(struct count *all, const struct count *c)
{
	all->ms += c->ms;
	all->checks += c->checks;
	all->worst = c->worst > all->worst ? c->worst : all->worst;
}

static double share(int n, const struct count *c)
{
	return c->asked ? 100.0 * n / c->asked : 0;
}

/* Numbers below ofac are in that list, those behind it in the UN's and in the house's, half of them each. */
struct shelf { uint64_t ofac, each; };

static void entry_of(const struct shelf *shelf, uint64_t number, char out[32])
{
	if (number < shelf->ofac)
		snprintf(out, 32, "%llu", (unsigned long long)number + 1);
	else if (number < shelf->ofac + shelf->each)
		snprintf(out, 32, "%llu", (unsigned long long)number + 6900000);
	else
		snprintf(out, 32, "S-%llu", (unsigned long long)number);
}

static void measure_listed(struct db *db, const struct shelf *shelf, uint64_t checks, int threshold, struct count *all)
{
	uint64_t seed = 7;

	for (int v = 0; v < VARIANTS; v++) {
		struct count c = { 0 };

		for (uint64_t k = 0; k < checks; k++) {
			uint64_t number = watch_pick(&seed, shelf->ofac + 2 * shelf->each);
			char name[300], entry[32];
			struct someone s;

			someone_make(&s, SEED, number);
			if (!vary(name, sizeof name, &s, (enum variant)v, &seed))
				continue;
			entry_of(shelf, number, entry);
			ask(db, &s, name, entry, threshold, &c);
		}
		printf("  listed, %-22s %5d of %5d found (%.1f %%), %.1f others each; with the birth date %.1f %% found\n", variant_names[v],
		       c.found[NAME_ALONE], c.asked, share(c.found[NAME_ALONE], &c), c.asked ? (double)c.others / c.asked : 0, share(c.found[WITH_BIRTH], &c));
		add_time(all, &c);
	}
}

static const struct { enum someone_kind kind; bool han; const char *name; } strangers[] = {
	{ SOMEONE_WESTERN, false, "western names" }, { SOMEONE_ARABIC, false, "arabic names" }, { SOMEONE_CHINESE, true, "Chinese names" },
	{ SOMEONE_CHINESE, false, "Chinese in pinyin" }, { SOMEONE_COMPANY, false, "companies" },
};

static void measure_strangers(struct db *db, uint64_t checks, int threshold, struct count *all)
{
	for (size_t k = 0; k < COUNT(strangers); k++) {
		struct count c = { 0 };

		for (uint64_t n = 0; n < checks; n++) {
			struct someone s;

			someone_make(&s, SEED, STRANGERS + n);
			if (s.kind == strangers[k].kind)
				ask(db, &s, strangers[k].han ? s.han : s.name, NULL, threshold, &c);
		}
		printf("  not listed, %-18s %5d of %5d come up (%.1f %%), %d of them namesakes of somebody listed; with the birth date %.1f %%\n",
		       strangers[k].name, c.come_up[NAME_ALONE], c.asked, share(c.come_up[NAME_ALONE], &c), c.namesakes, share(c.come_up[WITH_BIRTH], &c));
		add_time(all, &c);
	}
}

/* ---- lists ---- */
static void import(struct desk *d, const char *list, const struct list_file *files, size_t n)
{
	const struct list_offer offer = { list_format(list), files, n, NULL, false };
	struct list_version v;
	struct err err;
	double from = now(), took;
	bool same;

	assert_ok(lists_import(d, &offer, &v, &same, &err), err);
	took = now() - from;
	from = now();
	assert_ok(lists_import(d, &offer, &v, &same, &err), err);
	printf("imported %s, %lld entries, in %.0f ms; the same again in %.0f ms\n", list, (long long)v.entries, took, now() - from);
}

static void import_all(struct desk *d, const struct shelf *shelf)
{
	struct buf file[WATCH_FILES] = { BUF_INIT, BUF_INIT, BUF_INIT };
	AUTO(buf_release) struct buf xml = BUF_INIT, csv = BUF_INIT;

	watch_ofac(file, SEED, 0, shelf->ofac);
	watch_un(&xml, SEED, shelf->ofac, shelf->each);
	watch_house(&csv, SEED, shelf->ofac + shelf->each, shelf->each);
	import(d, "ofac", (const struct list_file[]){ { "SDN.CSV", file[0].data, file[0].len }, { "ALT.CSV", file[1].data, file[1].len },
						       { "ADD.CSV", file[2].data, file[2].len } }, WATCH_FILES);
	import(d, "un", &(struct list_file){ "un.xml", xml.data, xml.len }, 1);
	import(d, "house", &(struct list_file){ "house.csv", csv.data, csv.len }, 1);
	for (size_t i = 0; i < WATCH_FILES; i++)
		buf_release(&file[i]);
}

int main(int argc, char **argv)
{
	uint64_t entries = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000, checks = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
	int threshold = argc > 3 ? (int)strtol(argv[3], NULL, 10) : SCREENING_THRESHOLD;
	const struct shelf shelf = { entries - 2 * (entries / 10), entries / 10 };
	struct count all = { 0 };
	struct house h;
	struct store *s;
	struct desk *d;
	struct err err;

	house_found(&h);
	house_add(&h, "zhao", "compliance");
	s = house_open(&h, "zhao");
	assert_ok(desk_open(&d, s, &err), err);
	import_all(d, &shelf);
	printf("screening at %d/1000, by the name alone unless it says so:\n", threshold);
	measure_listed(desk_db(d), &shelf, checks, threshold, &all);
	measure_strangers(desk_db(d), checks, threshold, &all);
	printf("  %d checks, %.2f ms of the processor on average, %.1f ms at worst\n", all.checks, all.ms / all.checks, all.worst);
	desk_free(d);
	store_close(s);
	house_remove(&h);
	return 0;
}
