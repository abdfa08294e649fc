/* Where one judgement is tried: a store's schema in a scratch folder, a root key, and whoever is wanted. Synthetic throughout. */
#ifndef TESTS_COURT_H
#define TESTS_COURT_H

#include "core/proposal.h"

#define NOW INT64_C(1763700000000)
#define ME "11111111111111111111111111111111"
#define OTHER "22222222222222222222222222222222"

struct room {
	char dir[64];
	struct db *db;
	uint8_t root_seed[KEY_BYTES], root[KEY_BYTES];
	struct err err;
};
int room_setup(void **state);
int room_teardown(void **state);
struct actor person(const char *id, const char *held);
/* action_decide at NOW. That code, error and message agree, and that four eyes are heeded, is asserted. */
enum code decide(struct room *r, const struct item *now, const char *action, const struct actor *who, const char *reason,
		 const struct input *input, size_t ninput, struct item *after);

#endif
