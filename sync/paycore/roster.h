/* Who works where: the operators of each organisation, by its root key. */
#ifndef SYNC_PAYCORE_ROSTER_H
#define SYNC_PAYCORE_ROSTER_H

#include "store/cert.h"
#include "sync/paycore/institution.h"

/* The certificate that stands for an operator, verified again under the root; E_NOTFOUND. */
enum code roster_find(struct institution *in, const char *root_hex, const uint8_t root[KEY_BYTES], const char *operator, struct cert *out, struct err *err);

#endif
