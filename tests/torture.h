/* What the torture test is made of: workers that are killed, a core that is killed, and the books that say what must stand afterwards.
 *
 * A worker (tests/torture_work.c) is this program run again: it opens the store, decides and syncs at random, and tells through a pipe
 * what was acknowledged to it. The parent kills it, and holds store and core to what it was told. */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "core/command.h"
#include "sync/paycore/chance.h"
#include "sync/paycore/institution.h"
#include "tests/house.h"

/* ---- what a worker says ---- */
#define PHASES(X) \
	X(START, "starting") X(OPEN, "opening") X(DECIDE, "deciding") X(PUSH, "pushing") X(PULL, "pulling") X(CLOSE, "closing")
enum phase {
#define X(name, word) PHASE_##name,
	PHASES(X)
#undef X
	PHASE_COUNT
};
extern const char *const phase_words[];

enum note_what {
	NOTE_PHASE,     /* num: the phase that begins */
	NOTE_COMMAND,   /* id: a command that action_run acknowledged */
	NOTE_ANSWER,    /* id, text: how its outbox row stands after a push that succeeded; "" is gone */
	NOTE_CURSOR,    /* num: where a pull that succeeded ended */
	NOTE_FAULT,     /* text: what a worker must never see */
};
struct note {       /* one write of this to the pipe, below PIPE_BUF: whole or not at all */
	enum note_what what;
	int64_t num;
	char id[COMMAND_ID_LEN + 1];
	char text[400];
};

/* The two people who work on the store; both review and both judge risk, so each may confirm what the other made. */
enum { WORKERS = 2 };
extern const char *const workers[WORKERS];
/* Works until it is killed; returns only after a fault. */
int torture_work(const char *home, uint64_t seed, int pipe);

/* ---- the core: a real paycore, in a process of its own ---- */
struct core {
	char program[400], dir[160], url[80];
	uint64_t seed;
	int pid;                        /* 0: not running */
	struct institution *in;         /* our own view of its file */
	struct { char id[RECORD_ID_MAX + 1]; int64_t version, moves; } *merchant; /* version: when it was filled; moves: made by us */
	size_t nmerchants;
};
void core_make(struct core *c, const char *dir, uint64_t seed);  /* filled, listening, looked into */
void core_start(struct core *c);                                 /* on the port that it had before, if it had one */
void core_kill(struct core *c);                                  /* SIGKILL; nothing if it is not running */
void core_remove(struct core *c);
void core_token(struct core *c, char *out, size_t size);
/* What an institution does by itself: one record changes, be it that a finished application comes in anew. */
void core_moves(struct core *c, struct chance *chance);
/* Starts the program with its standard output in *out (NULL: where ours goes); it dies with us. */
int torture_spawn(char *const argv[], int *out);

/* ---- the books ---- */
struct deed {                       /* a command that stands in the journal */
	char id[COMMAND_ID_LEN + 1], kind[32], record[RECORD_ID_MAX + 1], action[32];
	uint8_t digest[KEY_BYTES];
	bool local, proposes, remark;
	bool acknowledged, answered, discarded, twice; /* twice: the core answered and the desk did not hear it */
	char answer[12];            /* accepted, rejected, conflict; "" while not answered */
};
struct books {
	struct house *house;
	struct core *core;
	struct deed *deed;
	size_t ndeeds;
	int64_t seq;                /* as far as the journal was read */
	int64_t cursor;             /* the furthest that was acknowledged */
	struct note *note;          /* of the workers since the last look */
	size_t nnotes;
	/* totals, for the report */
	int64_t commands, unheard, answers_lost, accepted, rejected, conflicts;
};
void books_note(struct books *b, const struct note *n);
/* After a kill: the store opens, its journal verifies and only grew, and what the notes acknowledge stands in it. */
void books_look(struct books *b);
/* With the core running and nobody at work: after one sync desk and core agree on every command, record and version. */
void books_settle(struct books *b, struct chance *chance);
void books_clear(struct books *b);  /* for another house; the totals stay */
#endif
