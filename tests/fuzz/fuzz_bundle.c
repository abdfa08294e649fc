/* The evidence of a contract with one file replaced: the first byte says which (of tests/data/evidence, in the order of their names), the rest
 * is what lies there now. Half of the time the list of files fits what lies there. Whatever it is, it is named; nothing else passes. */
#include <string.h>

#include "core/contract/bundle.h"
#include "tests/fuzz/fuzz.h"

enum { LIST_FITS = 0x80 };

static struct bundle_folder good;

static void let_go(void)
{
	bundle_release(&good);
}

struct said { int things, failed; };

static void say(void *ctx, const char *what, enum code code, const char *why)
{
	struct said *s = ctx;

	HOLDS(*what && (!code || *why));
	s->things++;
	s->failed += code != E_OK;
}

static void rests(void *ctx, const char *what, const char *value)
{
	(void)ctx;
	HOLDS(*what && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == strlen(value));
}

static int check(const struct bundle_folder *f)
{
	struct said said = { 0, 0 };
	const struct bundle_hearer to = { say, rests, &said };
	int failed = bundle_check(f, NULL, &to);

	HOLDS(failed == said.failed && said.things > 5);
	return failed;
}

static void start(void)
{
	struct err err;

	HOLDS(crypto_start(NULL) == E_OK && bundle_open(&good, "tests/data/evidence", &err) == E_OK);
	atexit(let_go);
	HOLDS(!check(&good));
}

static struct buf *file(struct bundle_folder *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->file[i].name, name))
			return &f->file[i].data;
	return NULL;
}

/* Its line in the list of files says what the file is now. */
static void fit(struct bundle_folder *f, const struct bundle_file *changed)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	char *line = strstr(file(f, "MANIFEST")->data, changed->name);
	uint8_t sum[32];

	if (!line || line - file(f, "MANIFEST")->data < 66)
		return;
	sha256(sum, changed->data.data, changed->data.len);
	buf_add_hex(&hex, sum, sizeof sum);
	memcpy(line - 66, hex.data, 64);
}

/* The first line is a comment, nobody's word; only the list of files does not hold it fast. */
static bool same_but_comment(const struct buf *a, const char *b, size_t n)
{
	const char *x = strchr(a->data, '\n'), *y = memchr(b, '\n', n);

	return y && (size_t)(b + n - y) == strlen(x) && !memcmp(x, y, strlen(x));
}

static size_t which(const uint8_t *data)
{
	return (size_t)(data[0] % LIST_FITS) % good.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bundle_folder f = { .n = 0 };
	const struct bundle_file *changed;
	bool same;

	if (!good.n)
		start();
	if (!size)
		return 0;
	for (f.n = 0; f.n < good.n; f.n++) {
		f.file[f.n] = (struct bundle_file){ .name = mem_strdup(good.file[f.n].name), .data = BUF_INIT };
		if (f.n != which(data))
			buf_add(&f.file[f.n].data, good.file[f.n].data.data, good.file[f.n].data.len);
		else
			buf_add(&f.file[f.n].data, data + 1, size - 1);
	}
	changed = &f.file[which(data)];
	same = changed->data.len == file(&good, changed->name)->len && !memcmp(changed->data.data, file(&good, changed->name)->data, changed->data.len);
	if (data[0] & LIST_FITS && strncmp(changed->name, "MANIFEST", 8) != 0)
		fit(&f, changed);
	if (!strcmp(changed->name, "MANIFEST.minisig") && same_but_comment(file(&good, changed->name), changed->data.data, changed->data.len))
		(void)check(&f);
	else
		HOLDS(!check(&f) == same);
	bundle_release(&f);
	return 0;
}
