/* A journal entry as a line of JSON, as `journal export` and the evidence of a contract have it: seq, at, operator, verb, kind, id, body
 * (base64), prev, hash, sig (hex). */
#ifndef CORE_JOURNAL_LINE_H
#define CORE_JOURNAL_LINE_H

#include "core/json.h"
#include "store/journal.h"

void journal_line_write(struct buf *out, const struct journal_entry *e); /* with its newline */
/* Texts and body live in pool. Nothing is verified. E_INVALID. */
enum code journal_line_read(struct journal_entry *e, struct pool *pool, const char *line, size_t n, struct err *err);

#endif
