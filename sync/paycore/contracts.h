/* Contracts as the core keeps them: their papers when they are issued, and the merchant's side, which the sandbox plays. In reality a
 * merchant signs with a key of its own, on its own telephone, behind the signing link; here the core derives one for each merchant. */
#ifndef SYNC_PAYCORE_CONTRACTS_H
#define SYNC_PAYCORE_CONTRACTS_H

#include "sync/paycore/institution.h"

enum { CONTRACT_TOKEN = 16 /* bytes of chance in a signing link */ };
#define CONTRACT_LINK "https://sign.specimen.example/c/"

/* What the core adds of its own once a command on a contract is accepted: link and PDF to one that is issued, the institution's seal to one
 * that is executed. In the open transaction. */
enum code contracts_follow(struct changes *ch, const char *id, struct err *err);
/* The papers of an issued contract: link, PDF as a blob, digests, the day by which it is to be signed. It moves on by a version; the caller
 * puts it. */
enum code contracts_print(struct changes *ch, struct item *contract, const uint8_t token[CONTRACT_TOKEN], int64_t when, struct err *err);

/* Makes the institution's seal, valid from this day on, unless there is one. */
enum code contracts_make_seal(struct changes *ch, int64_t when, struct err *err);
/* Seals the PDF of an executed contract with the institution's key (made when first needed), as a blob beside the unsealed one. The
 * contract moves on by a version; the caller puts it. */
enum code contracts_seal(struct changes *ch, struct item *contract, int64_t when, struct err *err);

/* The merchant signs, declines, or lets the link run out. E_STATE unless it is issued, or when it is signed too late. The caller puts it. */
enum contract_answer { CONTRACT_SIGN, CONTRACT_DECLINE, CONTRACT_EXPIRE };
enum code contracts_answer(struct institution *in, struct item *contract, enum contract_answer what, int64_t when, struct err *err);
bool contracts_answer_named(const char *name, enum contract_answer *out); /* sign, decline, expire */

/* ---- templates ---- */
/* A draft from the text of a file (core/contract/template.h has its form); E_INVALID says in which line of it what is wrong. name: of the file.
 * it: zeroed. */
enum code contracts_make_template(struct item *it, const char *name, const char *text, size_t n, int64_t when, struct err *err);
/* The draft as a new record, for two people to approve. id: of that record. E_EXISTS: there is such an edition. */
enum code contracts_add_template(struct changes *ch, const char *name, const struct buf *text, int64_t when, char id[RECORD_ID_MAX + 1], struct err *err);

/* ---- of a fill ---- */
struct chance;
enum code contracts_fill_templates(struct changes *ch, int64_t now, struct err *err);
/* A contract in a state that fits the merchant's; n: how many merchants of this state came before. None for most. */
enum code contracts_fill(struct changes *ch, struct chance *chance, const struct item *merchant, int64_t n, struct err *err);

#endif
