/* A record kind is a constant table of fields and of actions; everything else (the SQL table, the wire form, list columns, detail
 * lines, forms, filter words, masks, the state machine, menus, keys, help) is read from it.
 *
 * A new queue is one file in core/records/, one line in core/records.def and a migration. core/records/merchant.c is the example. */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/roles.h"
#include "store/db.h"

struct effects;
struct item;
struct judge;
struct checklist;
struct tally;

/* ---- fields ---- */
enum field_type {
	FIELD_TEXT,
	FIELD_INT,
	FIELD_MONEY,    /* minor units; currency_field names the column that holds the ISO 4217 code (NULL: CNY) */
	FIELD_TIME,     /* UTC ms */
	FIELD_DATE,     /* text YYYY-MM-DD, civil, Asia/Shanghai */
	FIELD_CHOICE,   /* one of choices[] */
	FIELD_CHOICES,  /* some of choices[], their names joined by commas */
	FIELD_STATE,    /* one of the record's states */
	FIELD_FLAG,     /* 0 or 1 */
	FIELD_PERSON,   /* an operator's id; shown by name */
	FIELD_REF,      /* the id of a record of ref_kind */
	FIELD_MCC,      /* four digits, ISO 18245 */
	FIELD_BYTES,    /* a blob; base64 on the wire; never shown in lists */
};
enum mask { MASK_NONE, MASK_PHONE, MASK_IDENTITY, MASK_CARD, MASK_NAME, MASK_ALL };
enum { /* where a field shows */
	SHOW_LIST = 1,     /* a list column, hidden on narrow screens by rank */
	SHOW_DETAIL = 2,
	SHOW_SEARCH = 4,   /* free words of the filter look here */
	SHOW_WIRE = 8,     /* part of the core's data (and of the evidence digest); otherwise the desk's own */
	SHOW_HIDDEN = 16,  /* machinery: only in --json where it is a standard column */
	SHOW_DEADLINE = 32, /* a time until which open work should be done: what is late stands out */
	SHOW_RUNNING = 64,  /* goes on by itself, whatever anybody decides (a balance, where a terminal was seen): no part of what a decision has
	                     * seen, and no new version when nothing else moves, or whoever makes it move could keep anybody from deciding */
};
struct choice { const char *name, *label; };

struct field {
	struct column column;      /* first: a fields array serves as the table's columns */
	const char *label;         /* N_() */
	enum field_type type;
	unsigned show;
	int width;                 /* list columns: the width it would like */
	int rank;                  /* list columns: 1 is the last to be hidden */
	enum privacy privacy;
	enum mask mask;
	const struct choice *choices; /* NULL-terminated by name; of a FIELD_TEXT: words that have a label, among others that have none */
	const char *currency_field;
	const char *ref_kind;
	const char *group;         /* N_() heading over this and the following fields in the detail; NULL: same as before */
	const char *(*check)(const char *text); /* of an input's text; NULL is fine, otherwise an untranslated N_() reason */
	short decimals;            /* FIELD_INT: people see and filter so many of them; kept, sent and --json without the point */
	int64_t warn, alarm;       /* FIELD_INT: from these values on it stands out, a little and much; 0: never */
	/* The desk's own, so that records can be looked up by what a field means and not by how it was written: made of that field, a FIELD_TEXT,
	 * whenever the record is kept (core/item.h, item_save). derive appends to out; NULL: the field is what it is. */
	const char *derived_from;
	void (*derive)(struct buf *out, const char *text);
};

/* Every record's first fields, in this order. */
enum { F_ID, F_STATE, F_VERSION, F_UPDATED, F_PENDING, F_STANDARD };
#define RECORD_STANDARD_FIELDS(id_label, id_width) \
	{ .column = { "id", VALUE_TEXT }, .label = id_label, .type = FIELD_TEXT, .show = SHOW_LIST | SHOW_DETAIL | SHOW_SEARCH, .width = id_width, .rank = 1 }, \
	{ .column = { "state", VALUE_TEXT }, .label = N_("State"), .type = FIELD_STATE, .show = SHOW_LIST | SHOW_DETAIL | SHOW_WIRE, .width = 14, .rank = 2 }, \
	{ .column = { "version", VALUE_INT }, .label = N_("Version"), .type = FIELD_INT, .show = SHOW_DETAIL | SHOW_HIDDEN }, \
	{ .column = { "updated_at", VALUE_INT }, .label = N_("Updated"), .type = FIELD_TIME, .show = SHOW_LIST | SHOW_DETAIL | SHOW_WIRE, .width = 6, .rank = 6 }, \
	{ .column = { "pending", VALUE_INT }, .label = N_("Pending"), .type = FIELD_INT, .show = SHOW_HIDDEN }

/* ---- states ---- */
enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARNING, TONE_DANGER, TONE_INFO, TONE_MUTED };
struct state {
	const char *name, *label;  /* stable English id; N_() */
	enum tone tone;
	bool open;                 /* work left for somebody here: counted beside the desk */
	bool core;                 /* the core moves records here by itself */
};
enum { STATES_MAX = 32, STATE_STAY = -1 };
#define IN(state) (1u << (state))
#define IN_ANY (~0u)

/* ---- actions: this table is the state machine ---- */
enum {
	FOUR_EYES = 1,      /* the maker's command is a proposal; another person confirms it */
	REASON = 2,         /* a reason must be given, 1..500 characters */
	DANGER = 4,         /* asks once more, in the danger colour */
	ASSIGNED = 8,       /* only whoever has claimed the record */
	LOCAL = 16,         /* stays on this desk: journaled, never sent (outbox upkeep) */
	NEXT = 32,          /* what `n` does to the next item (claim) */
	AGAIN = 64,         /* the action that this command was is taken anew on its record as it stands: asked for on a screen, by its author */
	REMARK = 128,       /* says something about the record and changes nothing of it, so it holds whatever version was seen (core/note.h) */
	SIGNS = 256,        /* besides the command the person's key signs the record's document (core/deed.h); with FOUR_EYES both do */
	KEEPS = 512,        /* its form begins with what the record has: most of that stays as it is */
	GRANTS = 1024,      /* what the record has of its inputs is what was asked for, and not yet what is */
};
struct action {
	const char *id;               /* the verb on the wire, in the shell and in the journal */
	const char *label;            /* N_() */
	const char *help;             /* N_() one line: what will happen */
	char key;                     /* on the desk of its record; unique there */
	unsigned from;                /* IN(state) | … */
	int to;                       /* state index, or STATE_STAY; where it depends on the state before, STATE_STAY and apply */
	const char *permission;       /* "merchant.approve" */
	unsigned flags;
	const char *const *reasons;   /* N_() ready-made reasons, a start that people may change (NULL-terminated); NULL: none */
	const char *const *inputs;    /* names of fields that the person fills in (NULL-terminated); NULL: none */
	const char *const *optional;  /* those of them that may be left empty (NULL-terminated); NULL: none may */
	bool gated;                   /* the record's checks must have no failure */
	const char *(*either)(const struct judge *j); /* FOUR_EYES: the permission that one of the two must hold besides; NULL, or NULL given: none */
	enum code (*check)(const struct judge *j, struct err *err);               /* may it, beyond the table? NULL: yes */
	void (*apply)(const struct judge *j, struct item *after);                 /* what else changes; NULL: state only */
	enum code (*fits)(const struct judge *j, const struct item *after, struct err *err); /* what the inputs made of it holds? NULL: yes */
	/* What the core does to other records when it accepts this (core/effect.h); NULL: nothing. */
	enum code (*effect)(const struct judge *j, const struct item *after, const struct effects *to, struct err *err);
};

/* ---- checks that a reviewer reads and a gated action heeds ---- */
enum check_status { CHECK_PASSED, CHECK_FAILED, CHECK_UNKNOWN };
enum { CHECKS_MAX = 32 };
struct check {
	const char *id, *label;       /* N_() */
	/* Says passed, failed or unknown and why, in one line: check_say(list, CHECK_FAILED, N_("…"), …) exactly once. */
	void (*run)(struct db *db, const struct item *item, struct checklist *out);
	unsigned states;              /* IN(state) | …: where it is asked; 0: everywhere */
};

/* ---- parts: records of another kind that belong to this one; shown as a pane, and covered by the evidence digest ---- */
struct part {
	const char *kind;             /* "document" */
	const char *field;            /* the field there that holds this record's id */
	const char *label;            /* N_() */
	bool evidence;                /* its rows are part of what a decision has seen */
	bool brief;                   /* each is shown as lists show it: there is more of it than belongs here, and Enter leads to it */
	const char *here;             /* FIELD_REF of this record that names the part, whose field is "id" then; NULL: field holds this one's id */
};

/* ---- what several records have in common, by which they hang together; shown as a network (core/network.h) ---- */
struct holder {
	const char *kind;             /* of the records that hold the value; NULL: this record's own kind */
	const char *field;            /* the value as people read it */
	const char *by;               /* the field, derived from it, that is looked up: it has an index; NULL: field itself */
	const char *also, *also_by;   /* of theirs: a second field that may hold the value as well, and its by; NULL: none */
	const char *of;               /* FIELD_REF to the record whose value it is; NULL: it is the holder's own */
};
struct shared {
	const char *label;            /* N_() */
	struct holder mine, theirs;   /* theirs.field NULL: the same as mine */
	bool (*alike)(const char *mine, const char *theirs); /* of two values that were found as one; NULL: they are */
	const char *lat, *lon;        /* of the holders, in millionths of a degree: they are found by where they are, not by the value; NULL: by it */
	const char *metres;           /* then the rule (core/rules.h) that says how near is the same place */
};

/* ---- one thing said by several: what a person declared beside what a document and a register say; a pane marks where they differ ---- */
enum { COMPARED_MAX = 4 };
struct compared {
	const char *label;                  /* N_() */
	const char *field[COMPARED_MAX];    /* one for each heading; NULL: that one says nothing of it */
	const char *sure[COMPARED_MAX];     /* FIELD_INT beside it: how sure its reader was, per cent; NULL: nobody read it */
	const char *(*none)(const struct item *item); /* N_() what it means that nothing stands where somebody looked; NULL: nothing */
};

enum { /* record flags */
	RECORD_DESK = 1,       /* has a place among the desks */
	RECORD_OWN = 2,        /* the desk's own (outbox, journal): never in the feed */
	RECORD_CONSOLE = 4,    /* listed under the console's own desks */
	RECORD_LOOKUP = 8,     /* looked up, not worked through: listed below all desks */
};
struct record {
	const char *kind;             /* "merchant": the table, the wire's kind, the shell's KIND */
	const char *table;            /* NULL: the kind */
	const char *words;            /* the index of its searched fields (core/migrations/0003-find.sql); NULL: free words read every row */
	const char *label, *plural;   /* N_() */
	unsigned flags;
	const char *permission;       /* to see it: "merchant.view" */
	const struct field *fields;
	size_t nfields;
	const struct state *states;
	size_t nstates;
	const struct action *actions;
	size_t nactions;
	const struct check *checks;
	size_t nchecks;
	const struct part *parts;
	size_t nparts;
	const struct shared *shared;
	size_t nshared;
	const char *stands_for;       /* FIELD_REF to the record that this one is about: what it has in common with that one is no news; NULL: none */
	const char *const *compared_heads; /* N_(), NULL-terminated: who says what compared[] holds */
	const struct compared *compared;
	size_t ncompared;
	const char *compared_rule;    /* core/rules.h: from which confidence on a reading counts as sure, per cent */
	void (*tally)(struct db *db, const struct item *item, struct tally *out); /* what a figure of it is made of (core/tally.h); NULL: there is none */
	const char *tally_label;      /* N_() over it: "Risk" */
	const char *title;            /* field that names it to people ("name"); NULL: the id */
	const char *assignee;         /* FIELD_PERSON field of whoever has claimed it; NULL: cannot be claimed */
	const char *region;           /* field that scopes of the core look at; NULL: none */
	const char *sort;             /* how a list opens: "-risk_score", a filter's sort word */
	const char *subject_kind, *subject; /* fields with kind (shown by its label) and id of the record that this one is about; NULL: about none */
	const char *seen, *wanted, *answered; /* fields with that record as a change: as the author of a command on it saw it, what it was to
	                               * become, and as the core has it; NULL: there are none */
	const char *verb;             /* field with the id of an action of the subject's kind, shown by its label; NULL: none */
	const char *picture;          /* field with the SHA-256 (hex) of a file that shows it, which the core has; NULL: none */
	enum privacy (*picture_class)(const struct item *it); /* of what that file shows; NULL: general */
	const char *prose;            /* FIELD_BYTES with the text that a decision is about, shown in a pane; NULL: none */
	const char *code;             /* field with a link for somebody's telephone, shown as a QR code too (core/contract/qr.h); NULL: none */
	unsigned code_states;         /* IN(state) | …: while it is still good for something */
	const char *prehash;          /* field with the BLAKE2b-512, in hex, of the document that SIGNS actions sign; NULL: there is none */
	const char *evidence;         /* field that itself is the evidence digest in hex (a proposal's); NULL: computed */
};

extern const struct record *const records[]; /* core/kinds.c, from core/records.def */
extern const size_t nrecords;
const struct record *record_find(const char *kind);               /* NULL: no such kind */
/* What it is called inside a sentence, in the reader's language: "bank card". */
struct noun { char word[64]; };
struct noun record_noun(const struct record *r);
struct noun action_verb(const struct action *a);                  /* likewise what somebody does with it: "request resubmission" */
struct noun state_noun(const struct record *r, const char *name); /* and how it is: "frozen"; the name itself where it is not known */
int record_field(const struct record *r, const char *name);       /* index, or -1 */
int record_state(const struct record *r, const char *name);       /* index, or -1 */
const struct action *record_action(const struct record *r, const char *id);
struct table record_table(const struct record *r);                /* for store/db.h; key: id */
const struct choice *field_choice(const struct field *f, const char *name, size_t n); /* NULL: not one of them */
bool field_choices_valid(const struct field *f, const char *names);  /* names joined by commas: each known, none twice, at least one */
enum { RECORD_ID_MAX = 64 };
bool record_id_valid(const char *id);                             /* [A-Za-z0-9._-]{1,64} */

#endif
