/* What a mask hides, shown to somebody who says what for: written into the journal first, for one record, for a short time.
 *
 * How far a role's reveal goes stands in core/roles.c. A grant lives in memory only and opens nothing by itself: whoever shows a record
 * asks it each time, so that a grant that has run out masks again without anybody having to take it back. */
#ifndef CORE_DESK_REVEAL_H
#define CORE_DESK_REVEAL_H

#include "core/desk/desk.h"

enum { REVEAL_MS = 60 * 1000 };

struct grant {
	const struct record *rec;          /* NULL: nothing is granted */
	char id[RECORD_ID_MAX + 1];
	enum privacy clearance;            /* up to which the record's fields show */
	int64_t from, until;               /* UTC ms */
};
/* E_STATE: nothing of it is masked to this person. E_DENIED: something is, and no role of theirs may have it shown. */
enum code reveal_possible(struct desk *d, const struct item *it, struct err *err);
/* Journals "reveal" with the names of the fields and the purpose (as a reason: 1 to 500 characters, E_INVALID), in a transaction of its own,
 * then grants. On error nothing is granted. it: as desk_load or the core gave it. */
enum code reveal_take(struct desk *d, const struct item *it, const char *purpose, struct grant *out, struct err *err);
/* Milliseconds that are left for this record: 0 for any other record, after its time, and when the clock was set back behind its start. */
int64_t grant_left(const struct grant *g, const struct item *it, int64_t now);
/* how, or with the grant's clearance while it holds for this record; only for the record's own fields, not for what belongs to it. */
struct show grant_show(const struct grant *g, const struct item *it, const struct show *how, int64_t now);

/* ---- pictures (record.h: picture) ---- */
bool has_picture(const struct item *it);
/* Is its picture hidden from somebody of that clearance? A grant on the record opens it with its fields. */
bool picture_masked(const struct item *it, enum privacy clearance);
/* E_NOTFOUND: it has none. E_DENIED: it is above the clearance, even with the grant at this time; *askable: reveal_take would open it. */
enum code picture_possible(struct desk *d, const struct item *it, const struct grant *g, bool *askable, struct err *err);
/* Before its file leaves the console, for another program or a file of the person's: journals "open" with the file's digest and where to. */
enum code picture_opened(struct desk *d, const struct item *it, const char *where, struct err *err);

/* Before a field of a record is copied: journals "copy" with its name when it is one that masks are for and how shows it without. */
enum code reveal_copied(struct desk *d, const struct item *it, size_t f, const struct show *how, struct err *err);

#endif
