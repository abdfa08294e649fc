/* A journal entry as a line of JSON, as `journal export` and the evidence of a contract have it: seq, at, operator, verb, kind, id, body
 * (base64; null: withheld), prev, hash, sig (hex). Whoever has no body still checks the chain and the signature, which is over the hash. */
#ifndef CORE_DESK_JOURNAL_LINE_H
#define CORE_DESK_JOURNAL_LINE_H

#include "core/command.h"
#include "store/journal.h"

/* May somebody of this clearance have the body? Not that of a command with an input that is masked to them. */
bool journal_line_shown(const struct journal_entry *e, enum privacy clearance);
void journal_line_write(struct buf *out, const struct journal_entry *e); /* with its newline; body NULL: withheld */
/* Texts and body live in pool. Nothing is verified. E_INVALID. */
enum code journal_line_read(struct journal_entry *e, struct pool *pool, const char *line, size_t n, struct err *err);

#endif
