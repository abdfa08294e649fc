/* API keys: with one a merchant's own systems ask the core for payments. The desk orders, renews and revokes them and gets to know a number and
 * the start of a digest; the key goes from the core to the merchant, once. The core keeps SHA-256 of it. In this sandbox the key follows
 * from the core's own and the number, so that it can be handed out later than it is made and is never stored. */
#ifndef SYNC_PAYCORE_KEYS_H
#define SYNC_PAYCORE_KEYS_H

#include "sync/paycore/institution.h"

enum { API_KEY_TEXT = 67 /* "sk_" and 64 hex digits */, API_KEY_SHOWN = 16 /* hex digits of the digest that the record shows */ };

/* What the core does of its own once a merchant has changed: makes a key that was asked for, ends the keys of one that has none any more or
 * is terminated. In the open transaction. */
enum code keys_follow(struct changes *ch, const char *merchant, struct err *err);
/* The merchant fetches its newest key, in the open transaction: its older ones end, and it is not given out again (E_STATE). E_NOTFOUND: no such
 * merchant. key: wiped by the caller. */
enum code keys_claim(struct changes *ch, const char *merchant, int64_t when, char key[API_KEY_TEXT + 1], struct err *err);
/* For a fill: a key that was issued and, an hour later, fetched. It follows from the merchant's number, and nobody has it. The caller puts the
 * merchant. when: UTC ms. */
enum code keys_fill(struct changes *ch, struct item *merchant, int64_t when, struct err *err);
/* Whose key has waited longest to be fetched; E_NOTFOUND: nobody's. */
enum code keys_waiting(struct institution *in, char merchant[RECORD_ID_MAX + 1], struct err *err);

#endif
