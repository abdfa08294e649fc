/* The load of the store's benchmark: card transactions, the same for every engine, and what is measured of it. */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { LOAD_BATCH = 10000, LOAD_HOT = 200, LOAD_LAST = 50, LOAD_CACHE_KIB = 8192, LOAD_LOOKUPS = 20000, LOAD_LISTS = 2000, LOAD_PASSES = 5 };

/* The product's own four: the key's and these three. */
static const char load_schema[] =
	"CREATE TABLE deal(id TEXT PRIMARY KEY, merchant TEXT, at INTEGER, amount INTEGER, currency TEXT, state TEXT, channel TEXT,"
	" card TEXT, terminal TEXT, note TEXT) STRICT;"
	"CREATE INDEX deal_merchant ON deal(merchant, at, id); CREATE INDEX deal_at ON deal(at, id); CREATE INDEX deal_state ON deal(state, at, id);";

struct load_row {
	char id[48], merchant[24], card[24], terminal[16], note[64];
	const char *state, *channel;
	int64_t at, amount;
};

static inline uint64_t load_mix(uint64_t x) /* splitmix64 */
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* Ten thousand merchants of which a tenth make half of the trade. */
static inline void load_merchant(char out[24], uint64_t r)
{
	double u = (double)(r >> 11) / 9007199254740992.0;
	snprintf(out, 24, "M%012d", (int)(u * u * u * 10000));
}

/* Identifiers begin with the time, as UUIDv7 do. */
static inline void load_id(char out[48], int64_t i)
{
	uint64_t r = load_mix((uint64_t)i);
	snprintf(out, 48, "%08llx-%04llx-7%03llx-%04llx-%012llx", (unsigned long long)(0x19a00000 + i / 16),
		 (unsigned long long)(i % 16), (unsigned long long)(r & 0xfff), (unsigned long long)(0x8000 | (r >> 12 & 0x3fff)),
		 (unsigned long long)(r >> 16));
}

static inline void load_fill(struct load_row *row, int64_t i)
{
	static const char *const states[] = { "settled", "settled", "settled", "pending", "refunded", "failed" };
	static const char *const channels[] = { "card", "qr", "nfc", "online" };
	uint64_t r = load_mix((uint64_t)i * 3 + 1);
	load_id(row->id, i);
	load_merchant(row->merchant, load_mix(r));
	snprintf(row->card, sizeof row->card, "622848******%04llu", (unsigned long long)(r >> 20 & 0x1fff) % 10000);
	snprintf(row->terminal, sizeof row->terminal, "T%08llu", (unsigned long long)(r >> 8) % 100000000);
	snprintf(row->note, sizeof row->note, "SPECIMEN order %016llx of the day", (unsigned long long)r);
	row->state = states[r % 6];
	row->channel = channels[r >> 4 & 3];
	row->at = 1763700000000 + i * 37;
	row->amount = (int64_t)(r >> 24 & 0xffffff);
}

/* Seconds, and microseconds for one lookup. */
struct load_result {
	double insert_wall, insert_cpu, hit_id, miss_id, hit_list, miss_list;
};
#define LOAD_FORMAT "%lf %lf %lf %lf %lf %lf"

struct load_clock { double wall, cpu; };

static inline struct load_clock load_now(void)
{
	struct timespec t;
	struct rusage u;
	clock_gettime(CLOCK_MONOTONIC, &t);
	getrusage(RUSAGE_SELF, &u);
	return (struct load_clock){ (double)t.tv_sec + (double)t.tv_nsec / 1e9,
				    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6 };
}

#endif
