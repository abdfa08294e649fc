/* The rows that somebody has marked, by record kind and id: marks stay through refreshes, other filters and visits to other desks. */
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include "core/batch.h"
#include "core/record.h"

enum { MARKS_MAX = BATCH_MAX /* of one kind: what one decision takes */ };

struct marks;
struct marks *marks_new(void);
void marks_free(struct marks *m);
/* false: as many are marked as may be. One that is marked already stays where it is in the order. */
bool marks_add(struct marks *m, const struct record *rec, const char *id);
void marks_drop(struct marks *m, const struct record *rec, const char *id);
void marks_clear(struct marks *m, const struct record *rec);
bool marks_has(const struct marks *m, const struct record *rec, const char *id);
size_t marks_count(const struct marks *m, const struct record *rec);   /* rec NULL: 0 */
const char *const *marks_ids(const struct marks *m, const struct record *rec); /* marks_count of them, as they were marked; until the next change */
unsigned long marks_stamp(const struct marks *m);                      /* changes with every change */

#endif
