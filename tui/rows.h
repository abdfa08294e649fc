/* Records as lines of output: text columns, JSON Lines, CSV. Masked by clearance, harmless for terminal and spreadsheet. */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "core/item.h"

enum row_form { ROW_TEXT, ROW_JSON, ROW_CSV };

void row_head(struct buf *out, const struct record *rec, enum row_form form);   /* JSON: nothing */
void row_write(struct buf *out, const struct item *it, enum row_form form, const struct show *how);
/* The members of a record's JSON object: id, state, version, pending, then its fields by their wire names. */
void row_members(struct json_writer *w, const struct item *it, const struct show *how);
/* E_USAGE that lists the kinds there are. */
enum code record_unknown(const char *kind, struct err *err);

#endif
