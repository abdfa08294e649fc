/* The judgement: may this person take this action on this record now, and what does the record become? A pure function of its
 * arguments (db is only read), so that the desk and the payment core judge with the same code. */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include "core/command.h"

/* What the second of four eyes adds when a proposal is carried out; all borrowed. */
struct seconding {
	const struct cert *maker, *checker;
	const uint8_t *root;           /* under which both certificates verify, KEY_BYTES */
	const char *deed;              /* the checker's signature over the document, where the action SIGNS; NULL: none */
};

struct judge {
	struct db *db;                 /* for checks: duplicates, the target of a proposal */
	const struct item *now;        /* the record as it stands */
	const struct action *action;
	const struct actor *who;
	int64_t when;                  /* UTC ms: the command's time */
	const struct input *input;
	size_t ninput;
	const char *reason;            /* "" where none */
	const struct seconding *second; /* NULL: nobody has confirmed yet */
	bool carrying;                 /* a proposal is being carried out, so that it was proposed already is not in its way */
	struct checklist *checks;      /* of now at when, for several judgements of the same: the first that needs them fills it in, unless its
					* when says that somebody has; NULL: each has them run anew */
};
const char *judge_input(const struct judge *j, const char *name); /* NULL: not given */

/* For apply, once the inputs have been checked: puts one into the field of its name, as that field has it (an amount in minor units, a time in
 * UTC ms); NULL where it was left empty. */
void judge_take(const struct judge *j, const char *name, struct item *after);
bool action_takes_empty(const struct action *a, const char *name); /* an input that may be left empty */

/* Is text what this field of now takes? E_INVALID and why: "not a whole number". The field's own check is asked as well. */
enum code input_check(const struct item *now, const struct field *f, const char *text, struct err *err);
/* Is it possible at all (permission, state, assignment, the action's check, gates)? Inputs and reason are not looked at: this is what
 * dims a key. err says why not: E_DENIED, E_STATE, E_CHECK. */
enum code action_possible(const struct judge *j, struct err *err);
/* Nothing in the record itself (permission, state, assignment) is against it; what has to be looked up was not asked. */
bool action_in_reach(const struct judge *j);
/* Whether this person's roles are for it, whatever the record. E_DENIED says whose are. */
enum code action_permitted(const struct actor *who, const struct action *a, struct err *err);
/* The same as action_possible by what stands in the way, for whoever counts such things. err: as there. */
enum hindrance { HINDRANCE_NONE, HINDRANCE_PERMISSION, HINDRANCE_STATE, HINDRANCE_CLAIM, HINDRANCE_RULE /* the action's check */,
		 HINDRANCE_CHECK /* of the record's */, HINDRANCE_PROPOSED };
enum hindrance action_hindrance(const struct judge *j, struct err *err);
/* Only whether a check stands in the way of a gated action on j->now at j->when. E_CHECK: which, and why. */
enum code action_gates(const struct judge *j, struct err *err);
/* Of a FOUR_EYES action on j->now at j->when: the permission that one of its two people must hold besides the action's own; NULL: none. */
const char *action_either(const struct judge *j);
/* E_DENIED and who is needed, unless one of the two holds it. */
enum code action_two(const struct judge *j, const struct actor *maker, const struct actor *checker, struct err *err);
/* The whole judgement, inputs and reason included (E_INVALID, E_USAGE for an unknown input). after: uninitialised; a copy of now with the
 * new state, updated_at = when, version + 1 and whatever apply changed; of a REMARK, now as it is. proposes: FOUR_EYES, then after is what it would become. */
enum code action_decide(const struct judge *j, struct item *after, bool *proposes, struct err *err);

/* What a person gives as the reason for something: UTF-8, 1 to 500 characters that are not all spaces, or nothing where none is needed.
 * E_INVALID; what: the name of the thing done. */
enum code reason_check(const char *what, const char *reason, bool needed, struct err *err);

#endif
