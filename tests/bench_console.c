/* The console as a person feels it, the real program in a terminal of its own: usage bench_console PAYDESK [MERCHANTS [PRESSES [PAYMENTS]]].
 *
 * A store is filled with synthetic merchants and payments. Then: from exec to the first whole screen; from each key to the last byte of the screen that
 * it paints; resident memory after all that. The screen is whole when bytes came, no more are there to read, and the program sleeps (the
 * state in /proc/PID/stat): no fixed wait is in the figures. `less` over as many lines goes through the same hands for comparison. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/desk.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/payments.h"
#include "tests/specimen.h"

enum { BATCH = 500, PAYMENTS_BATCH = 10000, STARTS = 9, SILENT_MS = 1500, START_MS = 60000, SCREEN_BYTES = 1 << 18, SAMPLES = 4096 };

/* ---- the store ---- */
static const char *const regions[] = { "华东", "华北", "华南", "西南" };
static const char *const states[] = { "applied", "preliminary_review", "risk_review", "contracting", "active", "active", "active", "rejected" };

static void put_batch(struct desk *d, int from, int to, int64_t now)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	struct item it;
	bool changed;
	char id[16];

	assert_ok(tx_begin(&tx, desk_db(d), &err), err);
	for (int i = from; i < to; i++) {
		snprintf(id, sizeof id, "M%08d", i + 1);
		specimen_merchant(&it, id, i, now - i * INT64_C(60000));
		item_set(&it, "state", value_text(states[i % (int)COUNT(states)]));
		item_set(&it, "region", value_text(regions[i / 3 % (int)COUNT(regions)]));
		item_set(&it, "risk_score", value_int(i * 37 % 101));
		item_set(&it, "expected_monthly", value_int(100000 + i * INT64_C(7919)));
		item_set(&it, "due_at", value_int(now + (i % 400 - 90) * INT64_C(3600000)));
		assert_ok(desk_take_fact(d, &it, false, &changed, &err), err);
		item_release(&it);
		snprintf(id, sizeof id, "D%08d", i + 1);
		item_init(&it, record_find("document"));
		item_set(&it, "id", value_text(id));
		item_set(&it, "state", value_text("received"));
		item_set(&it, "version", value_int(1));
		item_set(&it, "type", value_text("business_licence"));
		snprintf(id, sizeof id, "M%08d", i + 1);
		item_set(&it, "merchant_id", value_text(id));
		assert_ok(desk_take_fact(d, &it, false, &changed, &err), err);
		item_release(&it);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fill_payments(struct desk *d, int64_t payments, int64_t now)
{
	double from = now_ms();

	for (int64_t i = 0; i < payments; i += PAYMENTS_BATCH)
		payments_put(desk_db(d), i, i + PAYMENTS_BATCH < payments ? i + PAYMENTS_BATCH : payments, payments, now);
	if (payments)
		printf("%lld payments put into the store, %.1f us each\n", (long long)payments, (now_ms() - from) * 1e3 / (double)payments);
}

static void fill(struct house *h, int merchants, int64_t payments)
{
	AUTO(store_closep) struct store *s = NULL;
	AUTO(desk_freep) struct desk *d = NULL;
	char path[128];
	FILE *f;

	house_found(h);
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
	snprintf(path, sizeof path, "%s/lines", h->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < merchants; i++)
		fprintf(f, "M%08d  样本商户 %d  %s  %s  %d\n", i + 1, i, states[i % (int)COUNT(states)], regions[i % (int)COUNT(regions)], i % 101);
	assert_int_equal(fclose(f), 0);
}

/* What unlocking costs by design: one Argon2id of a slot's strength, which no program can be faster than. */
static double unlock_ms(struct kdf_cost cost)
{
	AUTO(secret_freep) struct secret *pass = house_secret("SPECIMEN lin");
	static const uint8_t salt[SALT_BYTES] = { 1 };
	uint8_t key[KEY_BYTES];
	struct err err = { 0 };
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_ok(kdf(key, pass, salt, cost, &err), err);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
}

/* ---- a program in a terminal ---- */
struct run {
	pid_t pid;
	int fd, stat, sched;         /* the terminal; /proc/PID/stat and schedstat */
	char seen[SCREEN_BYTES + 1]; /* what it wrote since the last step began; starts over when it is full */
	size_t len;
};

/* What the program has used of a processor so far: others at work on the machine do not count. */
static double cpu_ms(const struct run *r)
{
	char text[128] = "";

	assert_true(pread(r->sched, text, sizeof text - 1, 0) > 0);
	return strtod(text, NULL) / 1e6;
}

static bool asleep(const struct run *r)
{
	char text[512];
	ssize_t n = pread(r->stat, text, sizeof text - 1, 0);
	const char *name_end;

	if (n <= 0)
		return true; /* it ended: nothing more will come */
	text[n] = '\0';
	name_end = strrchr(text, ')');
	return name_end && name_end[1] && name_end[2] == 'S';
}

static bool take(struct run *r)
{
	char piece[16384];
	ssize_t n = read(r->fd, piece, sizeof piece);

	if (n <= 0)
		return false;
	if (r->len + (size_t)n > SCREEN_BYTES)
		r->len = 0;
	memcpy(r->seen + r->len, piece, (size_t)n);
	r->len += (size_t)n;
	r->seen[r->len] = '\0';
	return true;
}

/* Reads until the screen is whole; the time of its last byte, or 0 when nothing came within patience. */
static double settle(struct run *r, int patience)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	double last = 0, start = now_ms();

	for (;;) {
		if (poll(&p, 1, 1) == 1) {
			if (!take(r))
				return last;
			last = now_ms();
		} else if (last > 0 ? asleep(r) && poll(&p, 1, 0) == 0 : now_ms() - start > patience) {
			return last;
		}
	}
}

static int open_proc(const struct run *r, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)r->pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void start(struct run *r, int rows, int cols, char *const *argv)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	r->len = 0;
	r->seen[0] = '\0';
	r->pid = forkpty(&r->fd, NULL, NULL, &size);
	assert_true(r->pid >= 0);
	if (!r->pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	r->stat = open_proc(r, "stat");
	r->sched = open_proc(r, "schedstat");
}

/* Until text stands in what was written; the time of the last byte of that screen. */
static double wait_for(struct run *r, const char *text)
{
	double last;

	do {
		last = settle(r, START_MS);
		if (last <= 0)
			fail_msg("no \"%s\" on the screen; it has: %s", text, r->seen);
	} while (!strstr(r->seen, text));
	return last;
}

static void stop(struct run *r)
{
	kill(r->pid, SIGTERM);
	while (take(r))
		;
	close(r->fd);
	close(r->stat);
	close(r->sched);
	waitpid(r->pid, NULL, 0);
}

static double memory_mib(const struct run *r, const char *what)
{
	FILE *f = fdopen(open_proc(r, "status"), "r");
	double kib = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, what, strlen(what)) == 0)
			kib = strtod(line + strlen(what) + 1, NULL);
	fclose(f);
	return kib / 1024;
}

/* ---- measuring ---- */
struct took { double wall, cpu; };
struct series { double wall[SAMPLES], cpu[SAMPLES]; size_t n, silent; };

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

static struct took press(struct run *r, const char *keys)
{
	double from = now_ms(), cpu = cpu_ms(r), to;

	r->len = 0;
	assert_int_equal(write(r->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
	to = settle(r, SILENT_MS);
	return (struct took){ to > 0 ? to - from : 0, cpu_ms(r) - cpu };
}

struct step {
	const char *label, *begin, *before, *key; /* begin: once; before: each time, not counted; either may be NULL */
	bool pager;                               /* less knows it too */
};
static const struct step merchant_steps[] = {
	{ "down", "g", NULL, "j", true },
	{ "up", NULL, NULL, "k", true },
	{ "page down", "g", NULL, "\x1b[6~", true },
	{ "page up", NULL, NULL, "\x1b[5~", true },
	{ "to the end", NULL, "g", "G", true },
	{ "to the start", NULL, "G", "g", true },
	{ "into an item", "1\r", "hj", "\r", false },
	{ "its next pane", NULL, NULL, "\t", false },
	{ "out of it", NULL, "\r", "h", false },
	{ "filter, a letter", "/", "\x15y", "x", false },
	{ "filter: words", "\r", "/\x15risk_score>80 state:risk_review sort:-risk_score", "\r", false },
	{ "filter: a name", "/\x15\r", "/\x15" "商户 77", "\r", false },
	{ "filter: none", NULL, "/\x15", "\r", false },
};
static const struct step payment_steps[] = {
	{ "open the list", NULL, "1", "2", false },
	{ "down", "g", NULL, "j", false },
	{ "page down", "g", NULL, "\x1b[6~", false },
	{ "to the end", NULL, "g", "G", false },
	{ "page up there", "G", NULL, "\x1b[5~", false },
	{ "to the start", NULL, "G", "g", false },
	{ "into an item", "2\r", "hj", "\r", false },
	{ "out of it", NULL, "\r", "h", false },
	{ "filter: a merchant", NULL, "/\x15merchant_id:M00004711", "\r", false },
	{ "filter: two states", NULL, "/\x15state:failed,closed", "\r", false },
	{ "  page down there", NULL, NULL, "\x1b[6~", false },
	{ "filter: a day", NULL, "/\x15occurred_at:2026-11-20", "\r", false },
	{ "filter: pending", NULL, "/\x15is:pending", "\r", false },
	{ "find: an order no.", NULL, "/\x15" "SPECIMEN-4711", "\r", false },
	{ "find: part of a no.", NULL, "/\x15" "0004711", "\r", false },
	{ "find: a card tail", NULL, "/\x15" "card:4711", "\r", false },
	{ "find: in every one", NULL, "/\x15" "SPECIMEN", "\r", false },
	{ "  page down there", NULL, NULL, "\x1b[6~", false },
	{ "find: in none", NULL, "/\x15" "nothing", "\r", false },
	{ "filter: none", NULL, "/\x15", "\r", false },
};

static void walk(struct run *r, const struct step *step, int presses, struct series *s)
{
	s->n = s->silent = 0;
	if (step->begin)
		press(r, step->begin);
	for (int i = 0; i < presses; i++) {
		struct took t;

		if (step->before)
			press(r, step->before);
		t = press(r, step->key);
		if (t.wall > 0)
			note(s, t);
		else
			s->silent++;
	}
}

static struct run shown, pager;
static struct series one, other, all;

/* From exec to the first whole screen, of which the last line holds expect. */
static void starts(const char *name, int rows, int cols, char *const *argv, const char *expect)
{
	one.n = 0;
	for (int i = 0; i < STARTS; i++) {
		double from = now_ms(), to;

		start(&shown, rows, cols, argv);
		to = wait_for(&shown, expect);
		note(&one, (struct took){ to - from, cpu_ms(&shown) });
		stop(&shown);
	}
	printf("  exec to first screen, %-8s p50 %7.1f ms   best %7.1f ms   CPU %7.1f ms\n", name, quantile(one.wall, one.n, 0.5),
	       quantile(one.wall, one.n, 0), quantile(one.cpu, one.n, 0.5));
}

static void print_step(const char *label, struct series *s, struct series *base)
{
	printf("  %-18s %5zu %8.2f %8.2f %8.2f %8.2f %8.2f", label, s->n, quantile(s->wall, s->n, 0.5), quantile(s->wall, s->n, 0.99),
	       quantile(s->wall, s->n, 1), quantile(s->cpu, s->n, 0.5), quantile(s->cpu, s->n, 0.99));
	if (base)
		printf("  %6.1fx", quantile(s->cpu, s->n, 0.5) / quantile(base->cpu, base->n, 0.5));
	if (s->silent)
		printf("  %zu painted nothing", s->silent);
	putchar('\n');
}

static void keys(int rows, int cols, int presses, char *const *argv, char *const *less, const struct step *steps, size_t n)
{
	start(&shown, rows, cols, argv);
	wait_for(&shown, "(reviewer,risk)");
	if (less) {
		start(&pager, rows, cols, less);
		wait_for(&pager, "M00000001");
	}
	printf("  %-18s %5s %8s %8s %8s %8s %8s%s\n", "key to screen, ms", "n", "p50", "p99", "most", "CPU p50", "CPU p99",
	       less ? "  of less's CPU" : "");
	all.n = all.silent = 0;
	for (size_t i = 0; i < n; i++) {
		bool both = less && steps[i].pager;

		walk(&shown, &steps[i], presses, &one);
		if (both)
			walk(&pager, &steps[i], presses, &other);
		print_step(steps[i].label, &one, both ? &other : NULL);
		for (size_t k = 0; k < one.n; k++)
			note(&all, (struct took){ one.wall[k], one.cpu[k] });
	}
	print_step("all of them", &all, NULL);
	printf("  resident: %.1f MiB now, %.1f MiB at most\n", memory_mib(&shown, "VmRSS:"), memory_mib(&shown, "VmHWM:"));
	stop(&shown);
	if (less)
		stop(&pager);
}

static void settings(const struct house *h)
{
	char path[128];

	snprintf(path, sizeof path, "%s/pass", h->dir);
	setenv("PAYDESK_HOME", h->home, 1);
	setenv("PAYDESK_OPERATOR", "lin", 1);
	setenv("PAYDESK_PASSPHRASE_FILE", path, 1);
	setenv("PAYDESK_LANG", "en", 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("LESS");
}

int main(int argc, char **argv)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 50, 160 } };
	int merchants = argc > 2 ? atoi(argv[2]) : 10000, presses = argc > 3 ? atoi(argv[3]) : 60;
	int64_t payments = argc > 4 ? atoll(argv[4]) : 0;
	struct house h;
	char lines[96];

	if (argc < 2 || merchants < 1 || presses < 1 || access(argv[1], X_OK) != 0)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fill(&h, merchants, payments);
	settings(&h);
	snprintf(lines, sizeof lines, "%s/lines", h.dir);
	printf("%d merchants; unlocking takes %.1f ms here, and %.0f ms with the slots that people have\n", merchants,
	       unlock_ms(kdf_minimum()), unlock_ms(kdf_moderate()));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *desk[] = { argv[1], NULL }, *less[] = { "/usr/bin/less", lines, NULL };
		bool there = access(less[0], X_OK) == 0;

		printf("%dx%d%s\n", sizes[i].rows, sizes[i].cols, there ? "" : " (less is not installed: nothing to compare with)");
		starts("paydesk", sizes[i].rows, sizes[i].cols, desk, "(reviewer,risk)");
		if (there)
			starts("less", sizes[i].rows, sizes[i].cols, less, "M00000001");
		keys(sizes[i].rows, sizes[i].cols, presses, desk, there ? less : NULL, merchant_steps, COUNT(merchant_steps));
		if (payments)
			keys(sizes[i].rows, sizes[i].cols, presses, desk, NULL, payment_steps, COUNT(payment_steps));
	}
	house_remove(&h);
	return 0;
}
