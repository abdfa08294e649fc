/* HTTP message signatures (RFC 9421) with Ed25519, and content digests (RFC 9530, sha-256), as both sides need them.
 *
 * Every request of protocol v1 is signed with the label "sig1" over ("@method" "@target-uri" "content-digest") with the parameters
 * created, nonce, keyid, alg="ed25519", tag="paydesk-v1". */
#ifndef SYNC_HTTPSIG_H
#define SYNC_HTTPSIG_H

#include "store/crypto.h"
#include "store/err.h"
#include "store/mem.h"

enum { SIG_NONCE_MAX = 64, SIG_KEYID_MAX = 64, SIG_COMPONENTS_MAX = 16, SIG_HEADER_MAX = 2048 };

/* A message, for building the signature base: derived components and fields by lower-case name, in any order. */
struct sig_part { const char *name, *value; }; /* "@method" -> "POST"; "content-digest" -> "sha-256=:…:" */
struct sig_params {
	int64_t created;                       /* seconds; -1: absent */
	int64_t expires;                       /* seconds; -1: absent */
	char nonce[SIG_NONCE_MAX + 1], keyid[SIG_KEYID_MAX + 1], alg[16], tag[32]; /* "" where absent */
	char component[SIG_COMPONENTS_MAX][32];
	size_t ncomponents;
	const char *raw;                       /* the parameters as they stood on the wire, for the base */
	size_t raw_len;
};

/* Strict parser of one label's Signature-Input member and its Signature (RFC 8941 dictionaries); bounded; anything that is not
 * understood is E_INVALID. params.raw points into input. */
enum code sig_parse(struct sig_params *params, uint8_t sig[SIG_BYTES], const char *label, const char *input, const char *signature, struct err *err);
/* The signature base (RFC 9421, section 2.5). E_INVALID when a covered component is not among the parts. */
enum code sig_base(struct buf *out, const struct sig_params *params, const struct sig_part *parts, size_t nparts, struct err *err);
void content_digest(struct buf *out, const void *body, size_t n);  /* "sha-256=:…:" */

/* The desk's side: header values for one request, appended. nonce and keyid: printable without quote or backslash. seed: the desk's
 * Ed25519 seed. */
void sig_request(struct buf *signature_input, struct buf *signature, const char *method, const char *uri, const char *digest,
		 int64_t created_s, const char *nonce, const char *keyid, const uint8_t seed[KEY_BYTES]);
/* The core's side: all that can be judged without a store: form, coverage, tag, alg, digest of the body, age within window_s of now_s,
 * and the signature. Leaves nonce and keyid in params for replay and desk look-ups; the key is asked for by keyid through find. */
struct sig_request_in {
	const char *method, *uri, *digest, *signature_input, *signature;
	const void *body;
	size_t body_len;
	int64_t now_s, window_s;
	bool (*find)(void *ctx, const char *keyid, uint8_t key[KEY_BYTES]);
	void *ctx;
};
/* E_INVALID: no signature, or not of this form; E_STATE: signed too long ago or ahead; E_NOTFOUND: find does not know the keyid;
 * E_SIGNATURE: the digest is not that of the body, or the signature does not verify. The values may be NULL where a header is absent. */
enum code sig_verify(const struct sig_request_in *in, struct sig_params *params, struct err *err);

#endif
