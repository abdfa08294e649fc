/* The evidence of a contract, in a folder that needs no paydesk: what was signed, every signature, the keys and certificates, and what the
 * journal says of it.
 *
 *     contract.pdf               what three people signed; contract-sealed.pdf: the same with the institution's seal behind it (executed)
 *     contract.txt               its text, whose SHA-256 stands on each page
 *     contract.json              the record, one line, as the core sent it
 *     merchant.minisig, .pub     as `minisign -Vm contract.pdf -x merchant.minisig -p merchant.pub` takes them; signatory-1, signatory-2 likewise
 *     seal.pem                   the certificate of the seal
 *     organisation.pub           the root key of the house that gives the evidence, in minisign's form
 *     people.jsonl               {"certificate","signature"}: whoever acted in the journal entries, signed by the root key
 *     journal.jsonl              the house's own entries on the contract and on proposals about it, as `journal export` writes them: each with
 *                                its predecessor's hash, its own, and its author's signature; the last is the export itself, the head of the
 *                                chain. What lies between them is about others and stays in the house.
 *     SUMMARY.txt                in Chinese and English
 *     MANIFEST                   SHA-256 of every other file, as sha256sum -c takes it
 *     MANIFEST.minisig           by whoever gave the evidence */
#ifndef CORE_CONTRACT_BUNDLE_H
#define CORE_CONTRACT_BUNDLE_H

#include "core/desk.h"

#define BUNDLE_ROLE "exporter"          /* of whoever signs the MANIFEST */

struct bundle_papers { const struct buf *pdf, *sealed; }; /* sealed: NULL where there is none */
/* Writes it into a new folder (0700, files 0600); journaled before the first byte. E_DENIED: below the highest clearance; E_STATE: not issued
 * yet; E_SIGNATURE: the PDF is not the one in the record, or those who signed for us are certified by another root key; E_EXISTS. After an error no folder is left. */
enum code bundle_write(struct desk *d, const struct item *contract, const struct bundle_papers *papers, const char *dir, struct err *err);

/* Checks everything in it, from the folder alone, and goes on after a failure. say is called for each thing: code E_OK, or why not; what is a
 * file's name or a few words (N_()). *failed: how many did not hold. */
enum code bundle_verify(const char *dir, void (*say)(void *ctx, const char *what, enum code code, const char *why), void *ctx, int *failed,
			struct err *err);

#endif
