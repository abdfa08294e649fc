/* Claims: who works on a record now. For the action tables of records that have the fields "assignee" (FIELD_PERSON) and "claimed_at"
 * (FIELD_TIME); what else a claim means there, its own functions add. */
#ifndef CORE_RECORDS_CLAIM_H
#define CORE_RECORDS_CLAIM_H

#include "core/action.h"

bool claim_stands(const struct item *it);                              /* somebody has it */
bool claim_is_mine(const struct judge *j);
enum code claim_needed(const struct judge *j, struct err *err);        /* E_STATE unless it is mine */
void claim_end(struct item *it);

enum code claim_may_take(const struct judge *j, struct err *err);      /* E_STATE: somebody has it already */
void claim_take(const struct judge *j, struct item *after);
/* Whoever claimed it lets go of it. A claim of yesterday may be released by any colleague: people fall ill. E_STATE, E_DENIED. */
enum code claim_may_release(const struct judge *j, struct err *err);
void claim_release(const struct judge *j, struct item *after);

#endif
