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
 *                                its predecessor's hash, its own, and its author's signature; the last is the export itself, whose body says
 *                                how many entries there were before it and the root of their tree. What lies between is about others and
 *                                stays in the house.
 *     chain.jsonl                {"seq","hash","path"}: for each of them but the last, and for the one before the last, the way up to that root
 *                                (store/journal.h; path: the digests beside it, the nearest first, in hex)
 *     SUMMARY.txt                in Chinese and English
 *     MANIFEST                   SHA-256 of every other file, as sha256sum --strict -c takes it
 *     MANIFEST.minisig           by whoever gave the evidence */
#ifndef CORE_CONTRACT_BUNDLE_H
#define CORE_CONTRACT_BUNDLE_H

#include "core/desk/desk.h"

#define BUNDLE_ROLE "exporter"          /* of whoever signs the MANIFEST */

struct bundle_papers { const struct buf *pdf, *sealed; }; /* sealed: NULL where there is none */
/* Writes it into a new folder (0700, files 0600); journaled before the first byte. E_DENIED: below the highest clearance; E_STATE: not issued
 * yet; E_SIGNATURE: the PDF is not the one in the record; E_EXISTS. After an error no folder is left. */
enum code bundle_write(struct desk *d, const struct item *contract, const struct bundle_papers *papers, const char *dir, struct err *err);

/* SUMMARY.txt: what happened, what the files are and how to check them, for people, in both languages. root: of whoever gives the evidence. */
void bundle_summary(struct buf *out, const struct item *contract, const uint8_t root[KEY_BYTES]);

/* ---- checking ---- */
/* A folder as it was found: whoever handed it over may have put anything there. */
enum { BUNDLE_FILES_MAX = 32 };
struct bundle_file { char *name; struct buf data; struct err why; }; /* why.code: E_OK, or why it cannot be read */
struct bundle_folder { struct bundle_file file[BUNDLE_FILES_MAX]; size_t n; };
void bundle_release(struct bundle_folder *f);   /* a zeroed one is fine */
/* f: zeroed. E_NOTFOUND, E_IO; E_INVALID: this is no evidence of a contract. */
enum code bundle_open(struct bundle_folder *f, const char *dir, struct err *err);

struct bundle_hearer {
	/* For each thing: code E_OK, or why not. what: a file's name, as it is there, or a few words (N_()). why, of what holds: "", or what one
	 * should know besides. */
	void (*say)(void *ctx, const char *what, enum code code, const char *why);
	/* What all of it rests on and only somebody else can vouch for. what: N_(). value: a key as minisign -P takes it, or a digest. */
	void (*rests)(void *ctx, const char *what, const char *value);
	void *ctx;
};
/* Checks everything in it, from the folder alone, and goes on after a failure. root: the organisation's key that its people and its signatories
 * have to be under; NULL: whatever key the folder names. Returns how many things did not hold. */
int bundle_check(const struct bundle_folder *f, const uint8_t *root, const struct bundle_hearer *to);

#endif
