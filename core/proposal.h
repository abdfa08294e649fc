/* Four eyes: a maker's command on a FOUR_EYES action becomes a record of kind "proposal", with actions of its own. Its id is the
 * command's id; its evidence is the digest of the maker's bytes, so that what is confirmed is what was made.
 *
 * Fields of the record after the standard ones (core/records/proposal.c), all SHOW_WIRE: target_kind, target, target_version, title
 * (of the target), action, needs (the permission that one of the two must hold besides, NULL: none), reason (the maker's), maker (PERSON),
 * made_at, digest (hex, rec->evidence), command (BYTES: the maker's bytes), signature (BYTES), certificate (TEXT: the maker's, as signed),
 * cert_sig (BYTES), checker (PERSON), answer (the checker's reason). States: open, confirmed, declined, void. Actions: confirm, decline (not FOUR_EYES; decline takes a reason). */
#ifndef CORE_PROPOSAL_H
#define CORE_PROPOSAL_H

#include "core/effect.h"

/* The record that a maker's command makes, the same at the desk and at the core (state open, version 1). out: uninitialised. */
void proposal_make(struct item *out, struct db *db, const struct command *c, const struct item *target, const struct cert *maker);
/* For the tables of core/records/proposal.c. Who confirms is not the maker, holds the permission of the target's action, is one of the
 * two whom it takes (action_two), and finds the target at the version that the maker saw: that is what dims the key; proposal_carry_out judges the rest. Whoever could confirm may
 * decline; the maker may, too: that withdraws the proposal. Both applies note the checker and the answer. */
enum code proposal_may_confirm(const struct judge *j, struct err *err);
enum code proposal_may_decline(const struct judge *j, struct err *err);
void proposal_answered(const struct judge *j, struct item *after);
/* The id of an open proposal to take this action on this record at this version; "" when there is none. */
enum code proposal_waiting(struct db *db, const struct item *target, const struct action *a, char id[COMMAND_ID_LEN + 1],
			   struct err *err);

/* The record that it is about, as it stands. E_NOTFOUND, E_INVALID: its kind is not known. target: uninitialised. */
enum code proposal_target(const struct item *proposal, struct db *db, struct item *target, struct err *err);
/* Verifies bytes, digest, signature, certificate (under root), that the record's fields say what the bytes say, and reads the maker's
 * command back. E_SIGNATURE, E_INVALID. c: initialised. */
enum code proposal_command(const struct item *proposal, const uint8_t root[KEY_BYTES], struct command *c, struct cert *maker, struct err *err);
/* What a confirmed proposal does to its target: everything verified (proposal_command), the checker another person under another key
 * (E_DENIED), the target at the version and with the evidence that the maker saw (E_CONFLICT), the action judged again as the maker, at the
 * checker's time. deed: the checker's signature over the target's document, which the judgement of the confirmation has verified; NULL where the
 * action asks for none. target_after: uninitialised. to: carries out the action's effect (core/effect.h); NULL at a desk. */
enum code proposal_carry_out(const struct item *proposal, struct db *db, const uint8_t root[KEY_BYTES], const struct cert *checker,
			     int64_t when, const char *deed, struct item *target_after, const struct effects *to, struct err *err);
/* The record that an open proposal is about as it stands, and as the maker's command would make it: to be shown, not to be carried out.
 * E_CONFLICT when it has moved since, and what proposal_command and the judgement say. Both: zeroed; released on error. */
enum code proposal_foresee(const struct item *proposal, struct db *db, const uint8_t root[KEY_BYTES], struct item *now, struct item *after,
			   struct err *err);
/* The action that a proposal is about; NULL: it is no proposal, or of a kind that is not known. */
const struct action *proposal_action(const struct item *it);
/* Would `a` confirm something dangerous? Whoever does sees before and after, one proposal at a time. */
bool proposal_wants_look(const struct item *it, const struct action *a);
/* Open proposals on a record that has moved to `version`: voided (state void, version + 1, updated_at when) through fn, which may write. */
enum code proposal_void_stale(struct db *db, const char *kind, const char *id, int64_t version, int64_t when,
			      enum code (*fn)(void *ctx, struct item *proposal, struct err *err), void *ctx, struct err *err);

#endif
