/* The institution's electronic seal on a PDF: PAdES (ETSI EN 319 142-1), a detached CMS signature over the whole file (sub-filter
 * ETSI.CAdES.detached, with the ESS signing certificate of CAdES), added as an incremental update (ISO 32000-1, 7.5.6): what was there
 * stays byte for byte in front, so that signatures over the unsealed file still prove what was sealed. The only room for OpenSSL. */
#ifndef CORE_CONTRACT_SEAL_H
#define CORE_CONTRACT_SEAL_H

#include "store/err.h"
#include "store/mem.h"

enum { SEAL_PEM_MAX = 16 * 1024 };

/* A new P-256 key with a certificate of its own (ECDSA, SHA-256, ten years from now), both PEM, appended. common_name: up to 64 bytes. */
enum code seal_new(struct buf *key_pem, struct buf *cert_pem, const char *common_name, int64_t now, struct err *err);
/* Appends the sealed file. pdf: as core/contract/paper.h makes it (a table of references, no objects in streams); E_INVALID for any other. at:
 * UTC ms, which the signature's dictionary bears. */
enum code seal_pdf(struct buf *out, const void *pdf, size_t n, const char *key_pem, const char *cert_pem, int64_t at, struct err *err);
/* The seal covers the file from its first byte to its last, was made by the certificate's key, and nothing was changed; the first `n` bytes
 * are pdf. at: UTC ms, when it was made: the certificate was in force. E_SIGNATURE, E_INVALID. */
enum code seal_check(const void *sealed, size_t sealed_n, const void *pdf, size_t n, const char *cert_pem, int64_t at, struct err *err);
/* SHA-256 of the certificate (DER), in hex: what people compare. */
enum code seal_fingerprint(struct buf *out, const char *cert_pem, struct err *err);

#endif
