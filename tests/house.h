/* A store for tests: in a scratch folder, with a clock that stands still unless moved, the cheapest Argon2id, and operators
 * whose passphrases follow from their names. Synthetic throughout. */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include "store/store.h"

struct house {
	char dir[64], home[96];
	struct world world;
	int64_t clock;                     /* UTC ms */
	struct store_config config;
	struct err err;
};

void house_make(struct house *h);          /* the folder, no store yet */
void house_found(struct house *h);         /* and a store whose root operator is "root" with roles admin,reviewer */
void house_remove(struct house *h);
/* The same as fixtures of cmocka: *state is a house with a store. */
int house_setup(void **state);
int house_teardown(void **state);
struct secret *house_secret(const char *text);
struct secret *house_pass(const char *operator);   /* "SPECIMEN name" */
/* Open as that operator, quietly; the call must succeed. */
struct store *house_open(struct house *h, const char *operator);
enum code house_try(struct house *h, const char *operator);         /* opens and closes; what came of it */
void house_add(struct house *h, const char *operator, const char *roles);
void house_path(const struct house *h, const char *name, char *out, size_t size);
/* Files of the home, whole. */
void house_read(const struct house *h, const char *name, struct buf *out);
void house_write(const struct house *h, const char *name, const void *data, size_t n);
bool house_has(const struct house *h, const char *name);
/* One journal entry, in a commit of its own; what came of it. */
enum code house_note(struct house *h, struct store *s, const char *verb);

#endif
