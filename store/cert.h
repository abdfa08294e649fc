/* An operator's certificate: who may act under which key and in which roles, as the organisation's root operator signed it.
 * The bytes are kept and passed on as they were signed; the payment core reads the same form.
 *
 *     paydesk-operator 1
 *     operator 3f2a…            the first 16 bytes of BLAKE2b-256 over the public key, in hex: the id that stands in records and journals
 *     name lin
 *     key 9c41…                 Ed25519 public key, hex
 *     roles reviewer,risk       as given; their meaning belongs to core/roles.c
 *     serial 3                  grows with each certificate of this operator; the highest wins
 *     issued 1763700000000      UTC ms
 *     status active             or disabled
 */
#ifndef STORE_CERT_H
#define STORE_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/crypto.h"
#include "store/err.h"
#include "store/mem.h"

enum { CERT_NAME_MAX = 32, CERT_ROLES_MAX = 120, CERT_TEXT_MAX = 512, OPERATOR_ID_LEN = 32 };

struct cert {
	char id[OPERATOR_ID_LEN + 1];
	char name[CERT_NAME_MAX + 1];   /* [a-z][a-z0-9._-]{0,31} */
	uint8_t key[KEY_BYTES];
	char roles[CERT_ROLES_MAX + 1]; /* comma separated */
	int64_t serial, issued;
	bool active;
	char text[CERT_TEXT_MAX];       /* the signed bytes, NUL-terminated */
	uint8_t sig[SIG_BYTES];         /* by the organisation's root key, domain "paydesk-operator" */
};

void operator_id(char out[OPERATOR_ID_LEN + 1], const uint8_t key[KEY_BYTES]);
bool cert_name_valid(const char *name);
/* Fills id, text and sig from name, key, roles, serial, issued, active. */
enum code cert_issue(struct cert *c, const uint8_t root_seed[KEY_BYTES], struct err *err);
/* Strict: exactly this form, the signature verified under root, the id matching the key. E_SIGNATURE, E_INVALID. */
enum code cert_read(struct cert *out, const char *text, size_t n, const uint8_t sig[SIG_BYTES], const uint8_t root[KEY_BYTES], struct err *err);

#endif
