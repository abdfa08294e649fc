/* The core's own certificate authority and its server certificate, kept in the home folder as ca.pem, ca.key, server.pem, server.key.
 * The only room for GnuTLS. */
#ifndef SYNC_PAYCORE_CA_H
#define SYNC_PAYCORE_CA_H

#include "store/err.h"
#include "store/mem.h"

struct identity {
	struct buf cert, key;   /* PEM, as the TLS server takes them */
};
void identity_release(struct identity *id);
/* Makes what is missing: the CA for ten years (ECDSA P-256), a certificate for localhost, 127.0.0.1, ::1 and host. The certificate is made
 * anew when it ends within 30 days or does not name host. All files are 0600. now: UTC ms. out: initialised here; released on error. */
enum code ca_identity(struct identity *out, const char *home, const char *host, int64_t now, struct err *err);

#endif
