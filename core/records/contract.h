/* What the files of a contract share. */
#ifndef CORE_RECORDS_CONTRACT_H
#define CORE_RECORDS_CONTRACT_H

#include "core/contract/paper.h"
#include "core/contract/template.h"
#include "core/deed.h"
#include "core/effect.h"

extern const struct record contract_record, contract_template_record;

enum { CONTRACT_DRAFT, CONTRACT_ISSUED, CONTRACT_MERCHANT_SIGNED, CONTRACT_EXECUTED, CONTRACT_DECLINED, CONTRACT_EXPIRED, CONTRACT_VOID };
enum { CONTRACT_CHECKS = 5, CONTRACT_TEMPLATE_CHECKS = 2 };
extern const struct check contract_checks[], contract_template_checks[];

#define CONTRACT_FAMILY "acquiring"
#define CONTRACT_MERCHANT_ROLE "merchant"

/* The newest approved template of this family and language. E_NOTFOUND. it: uninitialised. */
enum code contract_template_for(struct db *db, const char *family, const char *language, struct item *it, struct err *err);
/* The effect of drawing up: a draft for the merchant after (whose language it names), numbered after the command. E_NOTFOUND: no template;
 * E_CHECK: the merchant's record lacks what the contract names. */
enum code contract_draw_up(const struct judge *j, const struct item *merchant, const struct effects *to, struct err *err);
/* A draft from this template. id: valid; number and dates from when. out: uninitialised. */
enum code contract_make(struct item *out, const char *id, const struct item *merchant, const struct item *template, const char *who, int64_t when,
			struct err *err);
/* A contract of this merchant that is not over yet (draft, issued, merchant_signed); id "": none. */
enum code contract_open(struct db *db, const char *merchant, char id[RECORD_ID_MAX + 1], struct err *err);
/* Reads the template that a contract_template record carries. t: zeroed. */
enum code contract_template_read(const struct item *record, struct template *t, struct err *err);
/* The text of a contract ("": none yet), as a C string in pool. */
const char *contract_text(const struct item *contract, struct pool *pool);
/* The PDF as the record says it: the same bytes here as at the core, with the same fonts. E_STATE: there is no text. */
enum code contract_paper(const struct item *contract, struct buf *pdf, int *pages, struct err *err);

/* The three who sign, in their order: the merchant and our two signatories. */
enum { CONTRACT_SIGNERS = 3 };
/* Where each one's signature stands: in the record, and in the evidence (core/contract/bundle.h). */
extern const struct contract_signature { const char *field, *file, *key; } contract_signatures[CONTRACT_SIGNERS];
struct contract_signer {
	bool there;                      /* has signed */
	bool ours;
	struct deed deed;                /* borrows from the record */
	uint8_t key[KEY_BYTES];
	struct cert cert;                /* of ours */
	int64_t at;
};
/* Reads and verifies the n-th signature (0..2), for ours the certificate as well: under the organisation that the record
 * names, in force, and of somebody who may execute contracts.
 * E_SIGNATURE, E_INVALID; not there: E_OK with there false. out borrows from contract and name. */
enum code contract_signer(const struct item *contract, size_t n, struct contract_signer *out, struct err *err);

#endif
