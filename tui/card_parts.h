/* What the files of the card share; nobody else includes it. */
#ifndef TUI_CARD_PARTS_H
#define TUI_CARD_PARTS_H

#include "tui/card.h"

enum { PANES_MAX = 16 };

struct pane;
/* What a pane is written from. */
struct reading {
	struct desk *d;
	const struct show *how, *own;   /* own: of the item itself, of which some may be revealed */
};
typedef enum code pane_writer(struct card *c, struct pane *p, const struct reading *r, struct err *err);

struct pane {
	const char *label;      /* msgid */
	pane_writer *write;
	bool written;           /* since the card was loaded */
	struct doc doc;
	int scroll;
	int rows, lines;        /* of its place when it was last drawn, and of its text there */
	const char *sign;       /* a mark beside the tab: failed checks are seen from every pane */
	struct qr *code;        /* drawn before the text; NULL: none */
	const struct part *part; /* that it shows; NULL: none */
};

struct card {
	const struct record *rec;
	char *id, *title;       /* title: as it shows; NULL before the first load */
	struct item item;
	bool loaded, whole;     /* whole: as the store has it; otherwise as a row has it, with nothing around it yet */
	bool wide;              /* two panes stand beside each other */
	struct item subject;    /* the record that this one is about, with what was found out about it; rec NULL: none */
	struct checklist *checks, *subject_checks; /* NULL: not run */
	struct opened since;
	size_t changes;         /* fields that have changed since then */
	struct pane pane[PANES_MAX];
	size_t npanes, on;
};

bool pane_in_sight(const struct card *c, size_t pane);

#endif
