/* A house with people, one contract that they have executed, and its evidence. Synthetic throughout. */
#ifndef TESTS_MATTER_H
#define TESTS_MATTER_H

#include "core/contract/bundle.h"
#include "core/records/contract.h"
#include "tests/house.h"

#define NUMBER "C00000123-1"

struct matter {
	struct house h;
	struct item contract;
	struct buf pdf, sealed;
	char dir[96];
	struct bundle_folder good, f;   /* as exported, and as it is changed */
	int variants;
};
/* Fixtures of cmocka: *state is a matter. Signatories: qi, who exports, and sun; lin is a reviewer. */
int matter_setup(void **state);
int matter_teardown(void **state);

/* Whoever signs: a session, or a seed. */
struct hand { struct store *s; uint8_t seed[KEY_BYTES]; };
/* Appends what this hand makes of a digest: a deed on the contract with that role and name. */
void matter_deed(struct buf *out, struct hand *h, const uint8_t key[KEY_BYTES], const uint8_t prehash[PREHASH_BYTES], const char *role, const char *name,
		 int64_t at);
void matter_merchant_signs(struct item *it, int64_t at);
void matter_signatory(struct house *house, struct item *it, bool first, const char *name, int64_t at);
/* Exported by qi into a new folder of o->h.dir, which o->dir then names; read into f. */
void matter_export(struct matter *o, const char *into, struct bundle_folder *f);

#endif
