/* The console as a person feels it, the real program in a terminal, and beside it the programs that people already have, through the same
 * hands in the same run: usage bench_console PAYDESK [PAYMENTS [MERCHANTS [PRESSES]]].
 *
 * A store is filled with synthetic merchants, as many identity checks, watch lists of the size of the real ones, and payments; the others get as many rows as they are used for (tests/peers.h). Then: from exec
 * to the first whole screen; from each key to the last byte of the screen that it paints; resident memory after all that. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/screening/lists.h"
#include "core/values/ident.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/payments.h"
#include "tests/peers.h"
#include "tests/pty.h"
#include "tests/specimen.h"
#include "tests/watchlists.h"

enum { BATCH = 500, LISTED = 16000 /* of OFAC's; 2,000 each of the others */, LISTED_OTHERS = 2000, SEED = 20261121, PAYMENTS_BATCH = 10000, SAMPLES = 4096, QUIET_MS = 700 /* what loads on shows how far it is in the meantime; some show a clock each second */ };

/* ---- the store ---- */
static const char *const regions[] = { "华东", "华北", "华南", "西南" };
static const char *const states[] = { "applied", "preliminary_review", "risk_review", "contracting", "active", "active", "active", "rejected" };

static void put(struct desk *d, struct item *it)
{
	struct err err = { 0 };
	bool changed;

	assert_ok(desk_take_fact(d, it, false, &changed, &err), err);
	item_release(it);
}

static void put_merchant(struct desk *d, int i, int64_t now)
{
	char merchant[16], document[16];
	struct item it;

	snprintf(merchant, sizeof merchant, "M%08d", i + 1);
	specimen_merchant(&it, merchant, i, now - i * INT64_C(60000));
	item_set(&it, "state", value_text(states[i % (int)COUNT(states)]));
	item_set(&it, "region", value_text(regions[i / 3 % (int)COUNT(regions)]));
	item_set(&it, "risk_score", value_int(i * 37 % 101));
	item_set(&it, "expected_monthly", value_int(100000 + i * INT64_C(7919)));
	item_set(&it, "due_at", value_int(now + (i % 400 - 90) * INT64_C(3600000)));
	put(d, &it);
	snprintf(document, sizeof document, "D%08d", i + 1);
	specimen_begin(&it, "document", document, "received");
	specimen_put(&it, "type", "business_licence");
	specimen_put(&it, "merchant_id", merchant);
	put(d, &it);
}

static void put_check(struct desk *d, int i)
{
	struct someone who;
	char id[16], user[16], number[20];
	struct item it;

	someone_make(&who, SEED, (uint64_t)(1 << 24) + (uint64_t)i); /* not listed, but by chance */
	snprintf(id, sizeof id, "K%08d", i + 1);
	snprintf(user, sizeof user, "U%08d", i + 1);
	snprintf(number, sizeof number, "1101011990%02d%02d%03d", 1 + i / 28000 % 12, 1 + i / 1000 % 28, i % 1000);
	assert_true(ident_resident_complete(number));
	specimen_check(&it, id, user, "submitted");
	specimen_put(&it, "number", number);
	specimen_put(&it, "ocr_number", number);
	specimen_put(&it, "register_number", number);
	specimen_put(&it, "name", *who.han ? who.han : who.name);
	put(d, &it);
}

static void put_batch(struct desk *d, int from, int to, int64_t now)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	assert_ok(tx_begin(&tx, desk_db(d), &err), err);
	for (int i = from; i < to; i++) {
		put_merchant(d, i, now);
		put_check(d, i);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

static void import(struct desk *d, const char *list, const struct list_file *files, size_t n)
{
	const struct list_offer offer = { list_format(list), files, n, NULL, false };
	struct list_version v;
	struct err err = { 0 };
	bool same;

	assert_ok(lists_import(d, &offer, &v, &same, &err), err);
}

/* What a name is held against is most of what a check costs. */
static void import_lists(struct house *h)
{
	struct buf file[WATCH_FILES] = { BUF_INIT, BUF_INIT, BUF_INIT };
	AUTO(buf_release) struct buf xml = BUF_INIT, csv = BUF_INIT;
	AUTO(store_closep) struct store *s = NULL;
	AUTO(desk_freep) struct desk *d = NULL;

	house_add(h, "zhao", "compliance");
	s = house_open(h, "zhao");
	assert_ok(desk_open(&d, s, &h->err), h->err);
	watch_ofac(file, SEED, 0, LISTED);
	watch_un(&xml, SEED, LISTED, LISTED_OTHERS);
	watch_house(&csv, SEED, LISTED + LISTED_OTHERS, LISTED_OTHERS);
	import(d, "ofac", (const struct list_file[]){ { "SDN.CSV", file[0].data, file[0].len }, { "ALT.CSV", file[1].data, file[1].len },
						       { "ADD.CSV", file[2].data, file[2].len } }, WATCH_FILES);
	import(d, "un", &(struct list_file){ "un.xml", xml.data, xml.len }, 1);
	import(d, "house", &(struct list_file){ "house.csv", csv.data, csv.len }, 1);
	for (size_t i = 0; i < WATCH_FILES; i++)
		buf_release(&file[i]);
}

static void fill_payments(struct desk *d, int64_t payments, int64_t now)
{
	double from = pty_now();

	for (int64_t i = 0; i < payments; i += PAYMENTS_BATCH)
		payments_put(desk_db(d), i, i + PAYMENTS_BATCH < payments ? i + PAYMENTS_BATCH : payments, payments, now);
	if (payments)
		printf("%lld payments put into the store, %.1f us each\n", (long long)payments, (pty_now() - from) * 1e3 / (double)payments);
}

static void fill(struct house *h, int merchants, int64_t payments)
{
	AUTO(store_closep) struct store *s = NULL;
	AUTO(desk_freep) struct desk *d = NULL;
	char path[128];
	FILE *f;

	house_found(h);
	import_lists(h);
	house_add(h, "lin", "reviewer,risk");
	s = house_open(h, "lin");
	assert_ok(desk_open(&d, s, &h->err), h->err);
	for (int i = 0; i < merchants; i += BATCH)
		put_batch(d, i, i + BATCH < merchants ? i + BATCH : merchants, h->clock);
	fill_payments(d, payments, h->clock);
	snprintf(path, sizeof path, "%s/pass", h->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	fputs("SPECIMEN lin", f);
	assert_int_equal(fclose(f), 0);
}

/* What unlocking costs by design: one Argon2id of a slot's strength, which no program can be faster than. */
static double unlock_ms(struct kdf_cost cost)
{
	AUTO(secret_freep) struct secret *pass = house_secret("SPECIMEN lin");
	static const uint8_t salt[SALT_BYTES] = { 1 };
	uint8_t key[KEY_BYTES];
	struct err err = { 0 };
	double from = pty_now();

	assert_ok(kdf(key, pass, salt, cost, &err), err);
	return pty_now() - from;
}

/* ---- the programs ---- */
/* What all of them do, under one name. */
enum sum { SUM_NONE, SUM_DOWN, SUM_PAGE, SUM_END, SUM_FILTER, SUM_DETAIL, SUMS };
static const char *const sums[SUMS] = { [SUM_DOWN] = "down", [SUM_PAGE] = "page down", [SUM_END] = "end", [SUM_FILTER] = "filter", [SUM_DETAIL] = "detail" };
struct step {
	const char *label, *begin, *before, *key; /* begin: once; before: each time, not counted; either may be NULL */
	enum sum sum;
};
static const struct step merchant_steps[] = {
	{ "down", "g", NULL, "j", SUM_DOWN },
	{ "up", NULL, NULL, "k", SUM_NONE },
	{ "page down", "g", NULL, "\x1b[6~", SUM_PAGE },
	{ "page up", NULL, NULL, "\x1b[5~", SUM_NONE },
	{ "to the end", NULL, "g", "G", SUM_END },
	{ "to the start", NULL, "G", "g", SUM_NONE },
	{ "into an item", "1\r", "hj", "\r", SUM_DETAIL },
	{ "its next pane", NULL, NULL, "\t", SUM_NONE },
	{ "out of it", "h", "\r", "h", SUM_NONE },
	{ "filter, a letter", "/", "\x15y", "x", SUM_NONE },
	{ "filter: words", "\r", "/\x15risk_score>80 state:risk_review sort:-risk_score", "\r", SUM_NONE },
	{ "filter: a name", "/\x15\r", "/\x15" "商户 77", "\r", SUM_FILTER },
	{ "filter: none", NULL, "/\x15", "\r", SUM_NONE },
};
static const struct step check_steps[] = {
	{ "down", "g", NULL, "j", SUM_DOWN },
	{ "page down", "g", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "g", "G", SUM_END },
	{ "into an item", "g\r", "hj", "\r", SUM_DETAIL },
	{ "its next pane", NULL, NULL, "\t", SUM_NONE },
	{ "out of it", "h", "\r", "h", SUM_NONE },
	{ "claim and open", NULL, NULL, "n", SUM_NONE },
};
static const struct step payment_steps[] = {
	{ "open the list", NULL, "1:transactions", "\r", SUM_NONE },
	{ "down", "g", NULL, "j", SUM_DOWN },
	{ "page down", "g", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "g", "G", SUM_END },
	{ "page up there", "G", NULL, "\x1b[5~", SUM_NONE },
	{ "to the start", NULL, "G", "g", SUM_NONE },
	{ "into an item", "\r", "hj", "\r", SUM_DETAIL },
	{ "out of it", "h", "\r", "h", SUM_NONE },
	{ "filter: a merchant", NULL, "/\x15merchant_id:M00004711", "\r", SUM_NONE },
	{ "filter: two states", NULL, "/\x15state:failed,closed", "\r", SUM_NONE },
	{ "  page down there", NULL, NULL, "\x1b[6~", SUM_NONE },
	{ "filter: a day", NULL, "/\x15occurred_at:yesterday", "\r", SUM_NONE },
	{ "filter: pending", NULL, "/\x15is:pending", "\r", SUM_NONE },
	{ "find: an order no.", NULL, "/\x15" "SPECIMEN-4711", "\r", SUM_FILTER },
	{ "find: part of a no.", NULL, "/\x15" "0004711", "\r", SUM_NONE },
	{ "find: a card tail", NULL, "/\x15" "card:4711", "\r", SUM_NONE },
	{ "find: in every one", NULL, "/\x15" "SPECIMEN", "\r", SUM_NONE },
	{ "  page down there", NULL, NULL, "\x1b[6~", SUM_NONE },
	{ "find: in none", NULL, "/\x15" "nothing", "\r", SUM_NONE },
	{ "filter: none", NULL, "/\x15", "\r", SUM_NONE },
};
static const struct step less_steps[] = {
	{ "down", "g", NULL, "j", SUM_DOWN },
	{ "page down", "g", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "g", "G", SUM_END },
	{ "filter", NULL, "&\r", "&4711\r", SUM_FILTER },
};
static const struct step visidata_steps[] = {
	{ "down", "gk", NULL, "j", SUM_DOWN },
	{ "page down", "gk", NULL, "\x06", SUM_PAGE },
	{ "to the end", NULL, "gk", "gj", SUM_END },
	{ "a row", "gk\r", "qj", "\r", SUM_DETAIL },
};
static const struct step lnav_steps[] = {
	{ "down", "g", NULL, "j", SUM_DOWN },
	{ "page down", "g", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "g", "G", SUM_END },
	{ "filter", NULL, ":delete-filter 004711\r", ":filter-in 004711\r", SUM_FILTER },
	{ "filter: none", NULL, ":filter-in 004711\r", ":delete-filter 004711\r", SUM_NONE }, /* or it begins with it next time */
};
static const struct step neomutt_steps[] = {
	{ "down", "=", NULL, "j", SUM_DOWN },
	{ "page down", "=", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "=", "*", SUM_END },
	{ "a message", "=\r", "ij", "\r", SUM_DETAIL },
	{ "filter", "i", "lall\r", "l~s 4711\r", SUM_FILTER },
};
static const struct step htop_steps[] = {
	{ "down", "\x1bOH", NULL, "\x1bOB", SUM_DOWN },
	{ "page down", "\x1bOH", NULL, "\x1b[6~", SUM_PAGE },
	{ "to the end", NULL, "\x1bOH", "\x1bOF", SUM_END },
};

struct program {
	const char *name, *work;            /* work: on what */
	const char *argv[6];                /* "@NAME" is a file of the folder */
	const char *ready, *open, *opened;  /* written when its first screen stands; keys that lead from there to the rows, and what is written then */
	int starts;
	const struct step *steps;
	size_t nsteps;
};
#define STEPS(s) (s), COUNT(s)
enum { OWN = 3 /* of them are the console's; the others are held against the last of those */ };
static const struct program programs[] = {
	{ "paydesk", "merchants", { NULL }, "(reviewer,risk)", NULL, NULL, 9, STEPS(merchant_steps) },
	{ "paydesk", "identity checks", { NULL }, "(reviewer,risk)", "2", "K0000", 3, STEPS(check_steps) },
	{ "paydesk", "payments", { NULL }, "(reviewer,risk)", NULL, NULL, 3, STEPS(payment_steps) },
	{ "less", "lines", { "less", "@lines" }, "M00000001", NULL, NULL, 9, STEPS(less_steps) },
	{ "visidata", "rows of SQLite", { "vd", "@deals.db" }, "deal", "\r", "M0000000", 1, STEPS(visidata_steps) },
	{ "lnav", "lines of a log", { "lnav", "@log" }, "settled", NULL, NULL, 3, STEPS(lnav_steps) },
	{ "neomutt", "mails", { "neomutt", "-n", "-F", "/dev/null", "-f", "@mbox" }, "q:Quit", NULL, NULL, 3, STEPS(neomutt_steps) },
	{ "htop", "processes", { "htop", "-d", "100" }, "Quit", NULL, NULL, 3, STEPS(htop_steps) },
};

/* ---- measuring ---- */
struct series { double wall[SAMPLES], cpu[SAMPLES]; size_t n, silent; };
struct result {
	double first, loaded, mib;      /* ms; 0: it was all there at once */
	struct { double p50, p99; } sum[SUMS];
	int64_t rows;
	size_t dead;                    /* keys that never painted anything: what they were to show was not on the screen */
	bool there;
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void note(struct series *s, struct took t)
{
	if (s->n == SAMPLES)
		return;
	s->wall[s->n] = t.wall;
	s->cpu[s->n++] = t.cpu;
}

static double quantile(double *ms, size_t n, double q)
{
	if (!n)
		return 0;
	qsort(ms, n, sizeof *ms, by_size);
	return ms[(size_t)((double)(n - 1) * q + 0.5)];
}

static void walk(struct pty *p, const struct step *step, int presses, struct series *s)
{
	s->n = s->silent = 0;
	if (step->begin)
		pty_press(p, step->begin);
	for (int i = 0; i < presses; i++) {
		struct took t;

		if (step->before)
			pty_press(p, step->before);
		t = pty_press(p, step->key);
		if (t.wall > 0)
			note(s, t);
		else
			s->silent++;
	}
}

/* False: it never painted anything, so nothing was measured. */
static bool print_step(const char *label, struct series *s)
{
	printf("    %-20s %5zu %8.2f %8.2f %8.2f %8.2f %8.2f", label, s->n, quantile(s->wall, s->n, 0.5), quantile(s->wall, s->n, 0.99),
	       quantile(s->wall, s->n, 1), quantile(s->cpu, s->n, 0.5), quantile(s->cpu, s->n, 0.99));
	if (s->silent)
		printf("  %zu painted nothing", s->silent);
	putchar('\n');
	return s->n > 0;
}

static struct pty terminal;
static struct series one, all;

/* 0: what it shows is not what is waited for. */
static double starts(const struct program *g, int rows, int cols, char *const *argv)
{
	one.n = 0;
	for (int i = 0; i < g->starts; i++) {
		double from = pty_now(), to;

		if (i)
			pty_stop(&terminal);
		pty_start(&terminal, rows, cols, argv);
		to = pty_wait(&terminal, g->ready);
		if (to > 0 && g->open) {
			pty_press(&terminal, g->open);
			to = pty_has(&terminal, g->opened) ? pty_now() : pty_wait(&terminal, g->opened);
		}
		if (to <= 0)
			return 0;
		note(&one, (struct took){ to - from, pty_cpu(&terminal) });
	}
	return quantile(one.wall, one.n, 0.5);
}

/* The program stays open from its last start on. */
static void measure(const struct program *g, struct result *r, int rows, int cols, int presses, char *const *argv)
{
	double from = pty_now(), last;

	r->first = starts(g, rows, cols, argv);
	if (r->first <= 0) {
		printf("  %s does not show what it was started for: left out; it shows %.*s\n", g->name, (int)terminal.len, terminal.seen);
		pty_stop(&terminal);
		r->there = false;
		return;
	}
	last = pty_quiet(&terminal, QUIET_MS);
	r->loaded = g->starts == 1 && last > 0 ? last - from : 0;
	printf("  %s, %lld %s: first screen %.1f ms (p50 of %d), CPU %.1f ms", g->name, (long long)r->rows, g->work, r->first, g->starts,
	       quantile(one.cpu, one.n, 0.5));
	if (r->loaded > 0)
		printf(", all there after %.1f s", r->loaded / 1e3);
	printf("\n    %-20s %5s %8s %8s %8s %8s %8s\n", "key to screen, ms", "n", "p50", "p99", "most", "CPU p50", "CPU p99");
	all.n = all.silent = 0;
	for (size_t i = 0; i < g->nsteps; i++) {
		enum sum sum = g->steps[i].sum;

		walk(&terminal, &g->steps[i], presses, &one);
		r->dead += !print_step(g->steps[i].label, &one);
		if (sum) {
			r->sum[sum].p50 = quantile(one.wall, one.n, 0.5);
			r->sum[sum].p99 = quantile(one.wall, one.n, 0.99);
		}
		for (size_t k = 0; k < one.n; k++)
			note(&all, (struct took){ one.wall[k], one.cpu[k] });
	}
	print_step("all of them", &all);
	r->mib = pty_mib(&terminal, "VmRSS:");
	printf("    resident: %.1f MiB now, %.1f MiB at most\n", r->mib, pty_mib(&terminal, "VmHWM:"));
	pty_stop(&terminal);
}

/* One line each, and what the others take of what the console takes for payments. */
static void print_table(const struct result *r)
{
	const struct result *own = &r[OWN - 1];

	printf("  %-34s %10s", "p50/p99 in ms", "first");
	for (int s = SUM_DOWN; s < SUMS; s++)
		printf(" %13s", sums[s]);
	printf(" %9s\n", "MiB");
	for (size_t i = 0; i < COUNT(programs); i++) {
		char what[64];

		if (!r[i].there)
			continue;
		snprintf(what, sizeof what, "%s, %lld %s", programs[i].name, (long long)r[i].rows, programs[i].work);
		printf("  %-34s %10.1f", what, r[i].first);
		for (int s = SUM_DOWN; s < SUMS; s++)
			if (r[i].sum[s].p50 > 0)
				printf(" %6.1f/%6.1f", r[i].sum[s].p50, r[i].sum[s].p99);
			else
				printf(" %13s", "-");
		printf(" %9.1f\n", r[i].mib);
		if (r[i].loaded > 0)
			printf("  %-34s %10.1f\n", "    until all of it is there", r[i].loaded);
		if (!own->there || i < OWN)
			continue;
		printf("  %-34s %9.1fx", "    of paydesk's, p50", r[i].first / own->first);
		for (int s = SUM_DOWN; s < SUMS; s++)
			if (r[i].sum[s].p50 > 0)
				printf(" %12.1fx", r[i].sum[s].p50 / own->sum[s].p50);
			else
				printf(" %13s", "");
		printf(" %8.1fx\n", r[i].mib / own->mib);
	}
}

/* ---- putting it together ---- */
static bool installed(const char *name)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	const char *list = getenv("PATH");

	for (const char *p = list ? list : ""; *p; p += strcspn(p, ":"), p += *p == ':') {
		buf_clear(&path);
		buf_addf(&path, "%.*s/%s", (int)strcspn(p, ":"), p, name);
		if (access(path.data, X_OK) == 0)
			return true;
	}
	return false;
}

static void run(const struct program *g, struct result *r, const struct house *h, const char *paydesk, int rows, int cols, int presses)
{
	char file[128], *argv[COUNT(g->argv) + 1] = { (char *)(uintptr_t)(g->argv[0] ? g->argv[0] : paydesk) };

	r->there = r->rows && (!g->argv[0] || installed(g->argv[0]));
	for (size_t i = 1; g->argv[0] && i < COUNT(g->argv) && g->argv[i]; i++) {
		argv[i] = (char *)(uintptr_t)g->argv[i];
		if (*argv[i] == '@') {
			snprintf(file, sizeof file, "%s/%s", h->dir, argv[i] + 1);
			argv[i] = file;
		}
	}
	if (r->there)
		measure(g, r, rows, cols, presses, argv);
	else if (r->rows)
		printf("  %s is not installed: nothing to compare with\n", g->name);
}

static void settings(const struct house *h)
{
	char path[128];

	snprintf(path, sizeof path, "%s/pass", h->dir);
	setenv("PAYDESK_HOME", h->home, 1);
	setenv("PAYDESK_OPERATOR", "lin", 1);
	setenv("PAYDESK_PASSPHRASE_FILE", path, 1);
	setenv("PAYDESK_LANG", "en", 1);
	setenv("HOME", h->dir, 1); /* nobody's configuration */
	unsetenv("XDG_CONFIG_HOME");
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("LESS");
}

static int64_t number(int argc, char **argv, int at, int64_t otherwise)
{
	return argc > at ? strtoll(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 50, 160 } };
	int64_t payments = number(argc, argv, 2, 100000), merchants = number(argc, argv, 3, 10000), presses = number(argc, argv, 4, 60);
	struct result results[COUNT(sizes)][COUNT(programs)] = { 0 };
	struct peers peers;
	struct house h;

	if (argc < 2 || merchants < 1 || presses < 1 || access(argv[1], X_OK) != 0)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fill(&h, (int)merchants, payments);
	peers_make(&peers, h.dir, merchants, payments);
	settings(&h);
	printf("unlocking takes %.1f ms here, and %.0f ms with the slots that people have\n", unlock_ms(kdf_minimum()), unlock_ms(kdf_moderate()));
	for (size_t z = 0; z < COUNT(sizes); z++) {
		const int64_t rows[] = { merchants, merchants, payments, merchants, peers.deals, peers.lines, peers.mails, peers.processes };

		printf("%dx%d\n", sizes[z].cols, sizes[z].rows);
		for (size_t i = 0; i < COUNT(programs); i++) {
			results[z][i].rows = rows[i];
			run(&programs[i], &results[z][i], &h, argv[1], sizes[z].rows, sizes[z].cols, (int)presses);
		}
	}
	for (size_t z = 0; z < COUNT(sizes); z++) {
		printf("%dx%d, all in one run\n", sizes[z].cols, sizes[z].rows);
		print_table(results[z]);
	}
	house_remove(&h);
	for (size_t z = 0; z < COUNT(sizes); z++)
		for (size_t i = 0; i < COUNT(programs); i++)
			if (results[z][i].dead)
				return fprintf(stderr, "bench_console: %s (%s): keys painted nothing, see above\n", programs[i].name, programs[i].work), 1;
	return 0;
}
