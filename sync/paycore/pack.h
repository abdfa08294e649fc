/* Compression of answers. The only room for zstd. */
#ifndef SYNC_PAYCORE_PACK_H
#define SYNC_PAYCORE_PACK_H

#include "store/mem.h"

/* Is zstd (RFC 8878) among the codings of an Accept-Encoding header (RFC 9110, section 12.5.3)? NULL: no. */
bool pack_accepted(const char *accept_encoding);
/* Replaces the bytes by one zstd frame; false, and nothing done, when they do not become fewer. */
bool pack(struct buf *body);

#endif
