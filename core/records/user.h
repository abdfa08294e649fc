/* What the kinds around a customer share: the customer, the identity check, the bank card, the device. */
#ifndef CORE_RECORDS_USER_H
#define CORE_RECORDS_USER_H

#include "core/record.h"
#include "core/rules.h"

extern const struct record user_record, identity_check_record, bank_card_record, device_record, scan_record;
enum { IDENTITY_CHECKS = 17, USER_CHECKS = 3, BANK_CARD_CHECKS = 4 };
extern const struct check identity_checks[], user_checks[], bank_card_checks[];

/* Classes of payment accounts, PBoC Announcement [2015] No. 43, article 11. */
extern const struct choice account_classes[];
/* 0, 1, 2 for class I, II, III; -1: no such class. */
int account_class_rank(const char *class);
/* The highest class for which so many outside channels are enough; class I where they are for none. */
const char *account_class_reached(int channels, int64_t when);
/* How many outside channels must have verified who it is before an account may be of this class ("class_2"); 0: no such class. */
int64_t account_class_channels(const char *class, int64_t when);

/* What may be paid from the balances of an account of this class, in fen: for life (class I), or in a calendar year over all accounts of a
 * customer together (II and III; PBoC Announcement [2015] No. 43, article 11). NULL: no such class, or no rule in force yet. */
const struct rule *account_class_limit(const char *class, int64_t when, bool *lifetime);
/* What may still be paid from the balance of this account, in fen; 0: nothing, or it has no class. */
enum code account_room(struct db *db, const struct item *user, int64_t when, int64_t *room, struct err *err);
/* Says how far an account of this class is from its limit, given what the customer has paid. over: what it is to be beyond the limit. */
void account_limit_say(struct db *db, const struct item *user, const char *class, enum check_status over, struct checklist *out);

/* ---- customers ---- */
bool user_is_stopped(const struct item *user); /* frozen or closed */
/* Has this customer a record of this kind in this state? state NULL: in any open one. rec: one with a user_id. */
enum code user_has(struct db *db, const char *user, const struct record *rec, const char *state, bool *has, struct err *err);

/* ---- micro-deposits ---- */
/* The last moment at which the customer may say how much came, UTC ms; 0: nothing was sent. */
int64_t card_deposit_until(const struct item *card);
/* The customer says how much came, in fen: the card becomes bound, counts a wrong answer, or is blocked by the last one allowed. E_STATE:
 * there is nothing to answer, or it comes too late. The caller touches and puts it. */
enum code card_answer(struct item *card, int64_t amount, int64_t when, struct err *err);

/* The outside channels of an identity check that passed. */
int identity_channels_passed(const struct item *check);

#endif
