/* A machine, or a printed code, that a merchant takes payments with. PBoC Yinfa [2021] No. 259 (关于加强支付受理终端及相关业务管理的通知),
 * part 1: one terminal has one serial number, and to it are bound five things that stay as they are through every payment: the code of the
 * acquirer, of the merchant, the merchant's unified social credit code (of a micro merchant the identity number of whoever runs it), its
 * settlement account, and the place where the terminal stands. */
#ifndef CORE_RECORDS_TERMINAL_H
#define CORE_RECORDS_TERMINAL_H

#include "core/effect.h"
#include "core/item.h"
#include "core/values/geo.h"

enum { TERMINAL_CHECKS = 3 };
extern const struct check terminal_checks[];
extern const struct record terminal_record;
extern const char *const terminal_rebind_words[];

/* The bound things other than the place, as the merchant's record has them today. */
enum { TERMINAL_BOUND = 4 };
struct terminal_bound { const char *field; const char *now; char buffer[24]; };
/* now borrows from merchant or stands in buffer; "": the record has none. when: UTC ms. */
void terminal_bound(struct terminal_bound out[TERMINAL_BOUND], const struct item *merchant, int64_t when);
/* Where it stands, and where it was last seen. false: not known. */
bool terminal_place(const struct item *terminal, struct geo *out);
bool terminal_seen(const struct item *terminal, struct geo *out);

/* A terminal that was moved is a classic fraud: its word, from the last days, stands behind the new place. E_CHECK where it has none, or where it
 * was seen further away than the check of its place lets pass; E_INVALID for no place on earth, E_STATE for the one that it has. A printed
 * code is located by nothing, and two people are. */
enum code terminal_may_relocate(const struct judge *j, struct err *err);
enum code terminal_relocates(const struct judge *j, const struct item *after, struct err *err);

/* Actions of a merchant on all of its terminals. Rebinding: those that are bound to something else than its record says today, a settlement
 * account that was changed mostly; E_STATE: there are none. Stopping: those that take payments. */
enum code merchant_may_rebind(const struct judge *j, struct err *err);
enum code merchant_rebind(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);
enum code merchant_stop_terminals(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);

/* A check of a merchant: its active terminals, each by its own checks. */
void merchant_terminals(struct db *db, const struct item *merchant, struct checklist *out);

#endif
