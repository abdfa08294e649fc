/* What the kinds around a customer share: the customer, the identity check, the bank card, the device. */
#ifndef CORE_RECORDS_USER_H
#define CORE_RECORDS_USER_H

#include "core/record.h"

extern const struct record user_record, identity_check_record, bank_card_record, device_record, scan_record;
enum { IDENTITY_CHECKS = 13 };
extern const struct check identity_checks[IDENTITY_CHECKS];

/* Classes of payment accounts, PBoC Announcement [2015] No. 43, article 11. */
extern const struct choice account_classes[];
/* How many outside channels must have verified who it is before an account may be of this class ("class_2"); 0: no such class. */
int64_t account_class_channels(const char *class, int64_t when);

/* The outside channels of an identity check that passed. */
int identity_channels_passed(const struct item *check);

#endif
