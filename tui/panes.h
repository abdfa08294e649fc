/* What the panes of a card say, written into documents. Generic: each works for every record kind. */
#ifndef TUI_PANES_H
#define TUI_PANES_H

#include "core/desk/opened.h"
#include "tui/doc.h"

void pane_summary(struct doc *out, const struct item *it, const struct show *how);
/* What several said of the same (record.h, struct compared), one beside the other; differences and doubtful readings stand out. */
void pane_compared(struct doc *out, struct desk *d, const struct item *it, const struct show *how);
/* The text that the record is about (record.h, prose): what is agreed to can be read. Masked as its field is. */
void pane_prose(struct doc *out, const struct item *it, const struct show *how);
void pane_checks(struct doc *out, const struct checklist *list);
/* What its figure is made of (core/tally.h): what follows from the sum, then a bar for each part. Empty where its kind has none. */
void pane_tally(struct doc *out, struct desk *d, const struct item *it, const struct show *how);
enum code pane_part(struct doc *out, struct desk *d, const struct item *it, const struct part *part, const struct show *how, struct err *err);
/* Two states of a record that the store knows, field by field where they differ. Of a command what its author saw and what it makes of it,
 * and once it came back what the core has; of a proposal the record now and once it is confirmed; of a record with something pending what the
 * core has and what shows here. Of any record what has changed since this person last opened it, and who at this desk did what to it since;
 * since NULL, or nothing has: nothing. Empty for anything else, and for whoever may not see such records. */
void pane_difference(struct doc *out, struct desk *d, const struct item *it, const struct opened *since, const struct show *how);
/* What the record has in common with others, as a tree: who has it too, and what those share further. */
enum code pane_network(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err);
/* What a record is called in one line: its title, or what stands first in its list; masked as everywhere. Appended. */
void record_name(struct buf *out, const struct item *it, const struct show *how);
/* The record's own times in their order, with the persons beside them, the notes on it, and this desk's commands on it. */
enum code pane_timeline(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err);
/* This desk's journal entries about it: number, time, person, verb, the start of the hash. */
enum code pane_journal(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err);

/* A name for an operator's id, or the id's first characters. */
const char *person_name(const struct show *how, const char *id, char buffer[12]);

#endif
