/* A person at work on a store: the one write path and the replay of pending commands over the core's facts. */
#ifndef CORE_DESK_DESK_H
#define CORE_DESK_DESK_H

#include "core/action.h"
#include "core/filter/filter.h"
#include "store/journal.h"

struct desk;
enum code desk_open(struct desk **out, struct store *s, struct err *err); /* borrows s */
void desk_free(struct desk *d);
void desk_freep(struct desk **d);
struct store *desk_store(struct desk *d);
struct db *desk_db(struct desk *d);
const struct actor *desk_who(struct desk *d);
const struct cert *desk_people(struct desk *d, size_t *n);      /* every operator of the store, and the makers met in proposals */
enum code desk_refresh_people(struct desk *d, struct err *err);
void desk_show(struct desk *d, struct show *how, const char *(*words)(const char *));

/* ---- reading: permission to see the kind is asked here (E_DENIED) ---- */
/* Whoever asks, now: for filter_parse. Valid until the people are read anew. */
void desk_reader(struct desk *d, struct filter_reader *by);
enum code desk_load(struct desk *d, const char *kind, const char *id, struct item *it, struct err *err);
void desk_checks(struct desk *d, const struct item *it, struct checklist *out); /* now, under this house's root key */
enum code desk_query(struct desk *d, const struct record *rec, const char *filter_text, struct filter *f, struct err *err);
/* Records in open states; DESK_COUNT_MAX stands for that many or more. */
enum { DESK_COUNT_MAX = 10000 };
enum code desk_count_open(struct desk *d, const struct record *rec, int64_t *open, struct err *err);

/* ---- writing ---- */
struct outcome {
	char command[COMMAND_ID_LEN + 1];
	bool proposed;                  /* otherwise applied (to this desk; the core has the last word) */
	int64_t version;                /* of the record as it now shows */
	char state[40];
};
struct request {
	const char *kind, *id, *action, *reason; /* reason NULL: none */
	int64_t version;                         /* that the person saw; -1: as it stands now */
	const uint8_t *evidence;                 /* item_evidence of what the person saw (KEY_BYTES); NULL: as it stands now */
	const struct input *input;
	size_t ninput;
	int64_t hold_ms;                         /* 0..HOLD_MAX_MS: how long its author can take it back before it leaves */
};
enum { HOLD_MAX_MS = 60 * 1000 };
/* The one write path: permission, state, version (E_CONFLICT), check, four eyes; then one transaction for record, journal and outbox. */
enum code action_run(struct desk *d, const struct request *r, struct outcome *out, struct err *err);
/* The same judgement without the writing, for dimming keys. */
enum code action_possible_here(struct desk *d, const struct item *it, const struct action *a, struct err *err);
/* The same for several of its actions in a row. checks: of the item at this moment, or zeroed, for the first that asks to have them run. */
enum code action_possible_given(struct desk *d, const struct item *it, const struct action *a, struct checklist *checks, struct err *err);
/* All of its actions at once, a bit for each (a record has fewer than 64): what can be done now, and what nothing in the record itself is
 * against, but its checks, which were not run. */
struct possible { uint64_t can, open; };
/* checks: as above; NULL: they are too dear now, and what they are for is only open. */
void actions_possible_here(struct desk *d, const struct item *it, struct checklist *checks, struct possible *out);

/* One journal entry, in a transaction of its own, for what changes no record: a reveal, a copy, an export. body: a line of JSON. */
enum code desk_note(struct desk *d, const char *verb, const char *kind, const char *id, const struct buf *body, struct err *err);

/* ---- facts from the core (called by sync, in its transaction) ---- */
/* Stores the core's word on a record unless an equal or newer version is known, then replays what is pending on it. *changed: it was new. */
enum code desk_take_fact(struct desk *d, const struct item *fact, bool deleted, bool *changed, struct err *err);

/* The outbox is a record kind ("outbox", RECORD_OWN): a row for each command that the core has not accepted; its id is the command's.
 * States: pending, sending (it may have reached the core, whose answer is not known), refused, conflict (these two no longer count as
 * pending on a record). Fields after the standard ones:
 * kind, record (what the command is on), touches_kind, touches (a second record that shows the mark: the proposal that the command makes,
 * or the target of a proposal that it confirms; NULL where none), action, reason, operator (PERSON), made_at, seq (INT: of its journal
 * entry, the sending order), command (BYTES), signature (BYTES), answer (TEXT: the core's reason), core_record (TEXT: a change, the
 * record as the core has it), hold_until (INT: UTC ms before which it does not leave; NULL: at once), batch (INT: the journal entry under which it was signed together with others, batch_size of
 * them; NULL: alone). Actions: discard (LOCAL). The table base (kind, id, version, change) keeps the core's last word on each
 * record that has something pending; change is NULL where the core does not know the record yet. */
/* The core's last word on a record that has something pending here; rec NULL: nothing is pending, or the core does not know it. out: zeroed. */
enum code desk_core_word(struct desk *d, const char *kind, const char *id, struct item *out, struct err *err);
/* What was signed. c: initialised. */
enum code outbox_command(const struct item *row, struct command *c, struct err *err);
struct verdict {
	enum verdict_what { VERDICT_ACCEPTED, VERDICT_REJECTED, VERDICT_CONFLICT } what; /* a duplicate is reported as what it first was */
	const char *reason;             /* the core's, "" where none */
	const struct item *current;     /* the record as the core has it; NULL: not told */
};
/* Accepted: the row goes, the journal says so. Refused or in conflict: the row stays with the reason and the core's record, and the
 * record on screen falls back to the core's word. In the caller's transaction. */
enum code desk_take_verdict(struct desk *d, const char *command, const struct verdict *v, struct err *err);
/* Before a command leaves this computer: from now on only the core can say what became of it, and nobody can discard it. leaves false:
 * none of it did leave. In the caller's transaction. */
enum code desk_command_leaves(struct desk *d, const char *command, bool leaves, struct err *err);
/* The oldest command that may leave, after the given one in sending order; E_NOTFOUND when there is none. One that is held does not, nor
 * does a later one on the same record, which would overtake it. c: initialised. */
enum code desk_next_command(struct desk *d, const char *after, struct command *c, struct err *err);
struct held {
	int64_t next;                       /* when the first hold of anybody ends, UTC ms; 0: nothing is held */
	char mine[COMMAND_ID_LEN + 1];      /* the last command of this person that is held, which `discard` takes back; "": none */
	int64_t mine_until;                 /* UTC ms */
	int64_t mine_many;                  /* how many were signed together with it, itself among them; 0: none */
};
enum code desk_held(struct desk *d, struct held *out, struct err *err);
/* Takes back the last decision of this person that is held, with all that was signed together with it. E_NOTFOUND: nothing is held any more. */
struct undone {
	size_t n, late;             /* taken back; what left in the meantime and was not */
	char kind[48], action[48], record[RECORD_ID_MAX + 1]; /* of the last one */
};
enum code desk_undo(struct desk *d, struct undone *out, struct err *err);

#endif
