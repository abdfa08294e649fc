#include "tests/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/migrations.h"
#include "store/journal.h"
#include "tests/check.h"
#include "tests/scratch.h"

static int64_t house_now(void *ctx)
{
	const struct house *h = ctx;

	return h->clock;
}

static void house_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	crypto_random(out, n);
}

void house_make(struct house *h)
{
	memset(h, 0, sizeof *h);
	assert_ok(crypto_start(&h->err), h->err);
	scratch_make(h->dir, sizeof h->dir);
	snprintf(h->home, sizeof h->home, "%s/home", h->dir);
	h->clock = 1763700000000;
	h->world = (struct world){ house_now, house_random, h };
	h->config = (struct store_config){ h->home, &h->world, core_migrations, core_nmigrations, kdf_minimum() };
}

struct secret *house_secret(const char *text)
{
	struct secret *s;
	struct err err;

	assert_ok(secret_new(&s, strlen(text), &err), err);
	memcpy(secret_bytes(s), text, strlen(text));
	return s;
}

struct secret *house_pass(const char *operator)
{
	char text[64];

	snprintf(text, sizeof text, "SPECIMEN %s", operator);
	return house_secret(text);
}

void house_found(struct house *h)
{
	AUTO(secret_freep) struct secret *pass = NULL;

	house_make(h);
	pass = house_pass("root");
	assert_ok(store_create(&h->config, "root", "admin,reviewer", pass, &h->err), h->err);
}

void house_remove(struct house *h)
{
	scratch_remove(h->dir);
}

struct store *house_open(struct house *h, const char *operator)
{
	AUTO(secret_freep) struct secret *pass = house_pass(operator);
	struct store *s;

	assert_ok(store_open(&s, &h->config, operator, pass, true, &h->err), h->err);
	return s;
}

enum code house_try(struct house *h, const char *operator)
{
	AUTO(secret_freep) struct secret *pass = house_pass(operator);
	AUTO(store_closep) struct store *s = NULL;

	return store_open(&s, &h->config, operator, pass, true, &h->err);
}

void house_add(struct house *h, const char *operator, const char *roles)
{
	AUTO(secret_freep) struct secret *pass = house_pass(operator);
	AUTO(store_closep) struct store *s = house_open(h, "root");

	assert_ok(store_operator_add(s, operator, roles, pass, &h->err), h->err);
}

void house_path(const struct house *h, const char *name, char *out, size_t size)
{
	snprintf(out, size, "%s/%s", h->home, name);
}

void house_read(const struct house *h, const char *name, struct buf *out)
{
	char path[160], piece[4096];
	size_t n;
	FILE *f;

	house_path(h, name, path, sizeof path);
	f = fopen(path, "rb");
	assert_non_null(f);
	buf_clear(out);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

void house_write(const struct house *h, const char *name, const void *data, size_t n)
{
	char path[160];
	FILE *f;

	house_path(h, name, path, sizeof path);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

bool house_has(const struct house *h, const char *name)
{
	char path[160];

	house_path(h, name, path, sizeof path);
	return access(path, F_OK) == 0;
}

enum code house_note(struct house *h, struct store *s, const char *verb)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code = tx_begin(&tx, store_db(s), &h->err);

	if (!code)
		code = journal_append(s, verb, "merchant", "m-1", "{}", 2, &h->err);
	return code ? code : tx_commit(&tx, &h->err);
}

int house_setup(void **state)
{
	struct house *h = mem_alloc(sizeof *h);

	house_found(h);
	*state = h;
	return 0;
}

int house_teardown(void **state)
{
	house_remove(*state);
	free(*state);
	return 0;
}
