/* A contract's template: a plain text file with places to fill in, and the contract's text that comes of it.
 *
 *     family acquiring            [a-z][a-z0-9_]*: the agreement; its languages and editions belong together
 *     language zh                 zh or en
 *     edition 1                   1..9999
 *     title 特约商户收单服务协议
 *     years 2                     1..20: how long a contract of it holds
 *     word merchant.type micro 小微商户    what a choice is called in this language; every choice of a field that is named below
 *     text                        the rest is the text
 *     # Title                     heading of the contract
 *     ## Heading                  heading of a clause
 *     === Annex                   heading on a new page
 *     Label :: value              a row of a table; the first " :: " counts
 *     ___ Label                   a line to sign on
 *     anything else               a paragraph; empty lines part
 *
 * {{merchant.name}} is the value of a field of the merchant's record, {{contract.id}} of the contract's; {{merchant.name_en?}} may be
 * empty. A place never begins a line nor stands in a label, so that no value, whoever wrote it, becomes a heading or a row.
 *
 * The filled text (UTF-8, NFC, lines ended by LF, what terminals and readers would act on made visible by core/values/text.h) is what a contract
 * says: its SHA-256 is printed on each page of the PDF, which is made of nothing else (core/contract/paper.h). */
#ifndef CORE_CONTRACT_TEMPLATE_H
#define CORE_CONTRACT_TEMPLATE_H

#include "core/item.h"

enum { TEMPLATE_MAX = 16 * 1024, CONTRACT_TEXT_MAX = 24 * 1000 /* bytes: as much as a field of bytes holds on the wire (core/item_wire.c) */, TEMPLATE_WORDS = 64 };

struct template {
	const char *family, *language, *title, *text; /* in pool; text: from the line after "text" on */
	int edition, years, text_line;           /* text_line: where text begins in the file, from 1 */
	struct template_word { const char *field, *choice, *word; } word[TEMPLATE_WORDS];
	size_t nwords;
	struct pool pool;
};
void template_release(struct template *t);       /* a zeroed one is fine */
/* Reads a template and checks all of it: form, places, words. E_INVALID as "file:line: what". t: zeroed; released on error. file: for messages. */
enum code template_read(struct template *t, const char *file, const char *source, size_t n, struct err *err);
/* The contract's text. E_CHECK where the merchant's record lacks what the contract names, or the text grows beyond CONTRACT_TEXT_MAX. */
enum code template_fill(struct buf *out, const struct template *t, const struct item *merchant, const struct item *contract, struct err *err);

/* The templates that come with the program (core/contract/templates/, embedded). */
struct template_file { const char *name, *text; const size_t *len; };
extern const struct template_file template_files[];
extern const size_t template_nfiles;

#endif
