/* A deed: what a person signs besides the command when an action SIGNS. The command says that somebody did it; the deed stands under the
 * document itself, in minisign's form, so that anybody can verify it with the document and a public key alone.
 *
 * It travels in the command as the input DEED_INPUT, which core/desk/run.c makes with the key of the session (nobody gives it by hand), so
 * that it is signed, queued, sent and judged with everything else. Of an action with FOUR_EYES the maker's command carries one and the
 * checker's confirmation the other.
 *
 * The trusted comment: timestamp:SECONDS TAB file:KIND.pdf TAB KIND:ID TAB role:ROLE TAB signer:NAME */
#ifndef CORE_DEED_H
#define CORE_DEED_H

#include "core/action.h"
#include "core/minisign.h"

#define DEED_INPUT "signature"
#define DEED_SIGNATORY "signatory"                 /* the role of our own people */

/* Does this take a deed: does the action SIGN, or does the proposal that is confirmed lead to one that does? */
bool deed_wanted(const struct judge *j);
/* Appends the deed of j->who at j->when. E_STATE: the record has no document yet. */
enum code deed_make(struct buf *out, const struct judge *j, const struct minisigner *by, struct err *err);
/* The deed among the inputs: by j->who's key, over the document of the record as it stands, its comment saying so. E_INVALID, E_SIGNATURE. */
enum code deed_check(const struct judge *j, struct err *err);

/* ---- for whoever reads deeds from a record ---- */
struct deed { const char *text, *kind, *id, *role, *signer; };  /* text: the four lines */
/* Verified under key over the prehash, the comment as it should be. *at: UTC ms, whole seconds, as the comment says. */
enum code deed_verify(const struct deed *d, const uint8_t prehash[PREHASH_BYTES], const uint8_t key[KEY_BYTES], int64_t *at, struct err *err);
void deed_comment(struct buf *out, const struct deed *d, int64_t at);
bool deed_prehash(const struct item *it, uint8_t prehash[PREHASH_BYTES]); /* of the record's document; false: it has none */

#endif
