#include "tests/court.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/specimen.h"

int room_setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);

	assert_ok(crypto_start(&r->err), r->err);
	scratch_make(r->dir, sizeof r->dir);
	r->db = specimen_db(r->dir);
	r->root_seed[0] = 7;
	sign_public(r->root, r->root_seed);
	*state = r;
	return 0;
}

int room_teardown(void **state)
{
	struct room *r = *state;

	db_close(r->db);
	scratch_remove(r->dir);
	free(r);
	return 0;
}

struct actor person(const char *id, const char *held)
{
	struct actor a = { .name = "specimen" };

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.roles, sizeof a.roles, "%s", held);
	return a;
}

enum code decide(struct room *r, const struct item *now, const char *action, const struct actor *who, const char *reason,
		 const struct input *input, size_t ninput, struct item *after)
{
	struct judge j = { .db = r->db, .now = now, .action = record_action(now->rec, action), .who = who, .when = NOW,
			   .input = input, .ninput = ninput, .reason = reason };
	bool proposes = false;
	enum code code;

	assert_non_null(j.action);
	r->err = (struct err){ 0 };
	code = action_decide(&j, after, &proposes, &r->err);
	assert_int_equal(code, r->err.code);
	assert_true(!code == !r->err.msg[0]);
	if (!code)
		assert_int_equal(proposes, (j.action->flags & FOUR_EYES) != 0);
	return code;
}
