/* Notes: what a person keeps about a record for everybody who sees it. A kind of record has them with one line of its action table,
 * NOTE_ACTION. A note is a command like any other: signed, queued, sent. The core makes a record of kind `note` of it, which every desk gets
 * and shows in the timeline of what it is about. The record itself stays as it is, at its version: nobody's decision and no proposal is
 * disturbed by a note, and a note on a record that has moved on meanwhile still holds. */
#ifndef CORE_NOTE_H
#define CORE_NOTE_H

#include "core/effect.h"

#define NOTE_ACTION \
	{ .id = "note", .label = N_("Note"), .help = N_("Keeps a note for everybody who sees the record; nothing else of it changes."), \
	  .key = 'e', .from = IN_ANY, .to = STATE_STAY, .permission = "note.write", .flags = REASON | REMARK, .effect = note_effect }

/* The core's part: the note's record, with the command's id, time, author and reason. */
enum code note_effect(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);

/* Calls each with the notes on a record, the latest first, at most limit. it: each may take it over by zeroing it. */
enum code note_each(struct db *db, const struct item *about, size_t limit,
		    enum code (*each)(void *ctx, struct item *it, struct err *err), void *ctx, struct err *err);

extern const struct record note_record;

#endif
