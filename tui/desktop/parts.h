/* What the files of the main screen share; nobody else includes it. */
#ifndef TUI_DESKTOP_PARTS_H
#define TUI_DESKTOP_PARTS_H

#include "core/desk/habits.h"
#include "core/desk/opened.h"
#include "core/desk/reveal.h"
#include "tui/ask.h"
#include "tui/bars.h"
#include "tui/bulkview.h"
#include "tui/card.h"
#include "tui/column_box.h"
#include "tui/desktop/desktop.h"
#include "tui/find.h"
#include "tui/form.h"
#include "tui/list.h"
#include "tui/metrics/metricview.h"
#include "tui/palette.h"
#include "tui/picture/viewer.h"
#include "tui/rail.h"
#include "tui/tour.h"
#include "tui/worker.h"

enum asked { ASKED_NOTHING, ASKED_PURPOSE, ASKED_COPY, ASKED_EXPORT, ASKED_PICTURE, ASKED_VIEW_NAME, ASKED_VIEW_RENAME,
	     ASKED_VIEW_DELETE, ASKED_VIEW_PURPOSE, ASKED_METRIC };
enum focus { FOCUS_RAIL, FOCUS_LIST, FOCUS_ITEM };

enum { TRAIL_MAX = 32 };
struct tour_state {
	bool offered, on;           /* the question stands; the tour is on */
	size_t step;
	char claim[COMMAND_ID_LEN + 1]; /* what was claimed on it; "": nothing, or it was taken back */
	struct tour_sight before;   /* this event */
	bool watched;               /* it was on when this event came */
};
/* Readings that take long and come again by themselves. */
struct pace {
	bool slow;                  /* the last one was */
	bool stale;                 /* another is due */
	int64_t rests_until;        /* but not before: work_clock() */
};
struct searching {
	int64_t ms;                 /* so far */
	const char *filter;         /* that will hold then; NULL: the one that does */
};
/* A question to the store of which something is done when it is answered. */
struct errand {
	struct work work;           /* its run fills the next two; after E_SLOW it is run again, elsewhere */
	enum code code;
	struct err err;
	enum wish (*done)(struct desktop *d, struct errand *e);
};
/* Where the lines between desks, list and card stand. */
struct layout {
	int rail;                   /* columns of the desks */
	int share;                  /* thousandths of the room for list and card that the list takes */
	bool changed;               /* since it was read or written */
	struct rect whole, split;   /* what each of the two lines divides, when it was last drawn; no columns: it was not there */
};

/* The picture beside the review. */
struct beside {
	struct viewer *viewer;      /* NULL: there is none, or not yet */
	const struct record *rec;   /* of the item that it is about, with its id; NULL: nothing was shown */
	char id[RECORD_ID_MAX + 1];
	bool due;                   /* to be looked for at the next pause */
};

/* What may be done with an item, as it was found out last. */
struct judged {
	const struct record *rec;   /* NULL: of none */
	char id[RECORD_ID_MAX + 1];
	int64_t version;
	unsigned long reading;
	int64_t at;                 /* UTC ms */
	bool whole;                 /* its checks were run for it */
	struct possible possible;
};

struct desktop {
	struct shell *sh;
	struct show how;
	struct rail rail;
	size_t at;                  /* the desk that is open: a row of the rail */
	enum focus focus;
	struct list *list;          /* NULL on the Sync desk */
	struct marks *marks;
	struct { const struct record *rec; int64_t stamp; unsigned long marks; char filter[FILTER_TEXT_MAX + 1]; } counted; /* what standing.hidden was counted over */
	int list_cols;              /* when it was last drawn */
	struct metricview *metrics; /* NULL: that desk was not opened yet */
	struct pace metrics_pace;
	struct card *card;          /* the item under review, or the preview beside the list; NULL: none */
	struct form *form;          /* over everything when not NULL */
	struct bulkview *bulk;      /* likewise */
	struct ask *ask;            /* likewise: what desktop_carry.c asks, and about what */
	enum asked asked;
	char asked_id[RECORD_ID_MAX + 1];
	struct grant grant;         /* what of the item under review shows unmasked, and how long */
	struct viewer *viewer;      /* pictures over the main window; NULL: none */
	struct beside beside;
	struct { const struct record *rec; char id[RECORD_ID_MAX + 1]; } rest; /* where the cursor rests in the list: what is around it is shown too */
	struct judged judged;
	struct { unsigned long reading; int64_t at; } carded; /* when the card was loaded: 0: it has to be again; UTC ms */
	struct buf picture;         /* of the screen: the name of its file */
	struct buf copied;          /* for the terminal's clipboard */
	struct doc text;            /* help, or the Sync desk */
	bool helping;
	bool shows_written;         /* while helping: not the help, but what was written before a lock and does not fit any more */
	struct doc written;
	struct buf written_text;    /* the same, to be copied */
	int scroll;                 /* of text */
	int text_rows, text_lines;  /* when it was last drawn */
	struct find *find;          /* the filter being typed; NULL: none */
	struct habit_notes notes;   /* what the operator did that the store does not know yet: it is written in a pause */
	struct opened_notes seen;   /* records as they were opened: likewise */
	struct place trail[TRAIL_MAX]; /* where the operator was, the last at the end */
	size_t ntrail;
	bool returning;             /* this step goes back along it */
	struct palette *palette;    /* over everything when not NULL */
	struct habit_lines opened;  /* items that it offers */
	char theme[THEME_NAME_MAX + 1]; /* the last one that was chosen by name */
	char message[400];
	enum role message_role;
	int64_t stamp;              /* of the store when it was last read */
	int64_t read_at;            /* UTC ms: and when that was; 0: never */
	unsigned long reading;      /* how many times that was: what was read since the last time still holds */
	struct sync_status sync;
	struct standing standing;
	struct worker *worker;      /* NULL: nothing was slow yet */
	struct worker *exporter;    /* NULL: no list is being taken */
	struct pace pace, counts;   /* of the list and of the numbers beside the desks, where the worker reads them */
	struct {
		struct list *list;
		struct place place;
		enum focus focus;
		size_t ntrail;
	} left;                     /* what was shown before a list that is still being read for the first time; NULL: there is none */
	int64_t hold_ms;            /* what a decision is held for */
	struct layout layout;
	struct column_set columns;  /* as the operator wants them on this desk */
	bool columns_changed;       /* since they were read or written */
	struct column_box *box;     /* over everything when not NULL */
	enum spot dragged;          /* the line that the mouse holds; SPOT_NONE: none */
	size_t dragged_field;       /* of a column's edge; and where it was taken, at what width: */
	int dragged_from, dragged_width;
	const struct grid *shown;   /* as it was last drawn: whose grid it is keeps it until then */
	struct tour_state tour;
	char redone[COMMAND_ID_LEN + 1]; /* a command that came back, and whose action the form is taking anew; "": none */
	bool asks_desk;             /* the letter of a desk is what comes next */
	bool preview;               /* the last layout had room for a card beside the list */
};

/* tui/desktop/read.c: what is read, at once or by the worker. */
/* E_SLOW: it comes later, see desktop_take_read; the list is as it was. */
enum code desktop_step(struct desktop *d, struct list_step *step, struct err *err);
void desktop_list(struct desktop *d, struct list_step step);                     /* the same; says what is wrong */
void desktop_open_desk(struct desktop *d, size_t at);                            /* a row of the rail */
void desktop_open_list(struct desktop *d, size_t at, const char *filter, const struct item *row); /* NULL: its own filter, its top */
enum code desktop_count(struct desktop *d, int64_t since, struct err *err);      /* the numbers; what came back since then is said */
enum wish desktop_send(struct desktop *d, struct errand *e);                     /* takes it over; done now, or when the worker has the answer */
enum { HERE_MOST = 32 }; /* as many records as a key decides on without the worker: half a millisecond each */
enum code desktop_give(struct desktop *d, enum work_slot slot, struct work *work); /* to the worker, before numbers; says what is wrong */
enum wish desktop_take_read(struct desktop *d);                                  /* what the worker has, and what is due */
bool desktop_covered(const struct desktop *d);                                   /* somebody is asked about what is shown, and goes on seeing it */
bool desktop_searching(const struct desktop *d, struct searching *out);          /* somebody waits for it; out: until the next call */
bool desktop_stop_search(struct desktop *d);                                     /* and what was shown before is shown again; false: there is none */
struct worker *desktop_worker(struct desktop *d);
void pace_set(struct pace *p, const struct work *done, int read_ms);             /* what is slow and asked for by nobody is done half of the time at most */
bool pace_rests(const struct pace *p);
/* tui/desktop/metrics.c: the desk of the indicators. */
bool desktop_on_metrics(const struct desktop *d);                                /* it is the one that is open */
void desktop_metrics_open(struct desktop *d);
void desktop_metrics_go(struct desktop *d, const struct place *to);              /* once it is open */
void desktop_metrics_place(const struct desktop *d, struct place *out);
void desktop_metrics_draw(struct desktop *d, struct grid *g, struct rect box);
void desktop_metrics_request(struct desktop *d, enum req req);                   /* another period */
void desktop_metrics_enter(struct desktop *d);                                   /* one indicator, then the records behind its number */
enum code desktop_metrics_answer(struct desktop *d, struct err *err);            /* which of them */
bool desktop_metrics_back(struct desktop *d);                                    /* false: there is nothing to leave but the desk */
void desktop_metrics_reload(struct desktop *d);                                  /* the store has changed */
void desktop_metrics_take(struct desktop *d);                                    /* what was counted, and what is due */
bool desktop_metrics_busy(const struct desktop *d);
/* tui/desktop/act.c: taking actions on the item under the cursor. */
const struct item *desktop_item(const struct desktop *d);                        /* NULL: none */
enum wish desktop_take(struct desktop *d, const struct action *a);               /* asks what must be asked, or runs it */
enum wish desktop_submit(struct desktop *d);                                     /* the form was accepted */
enum wish desktop_undo(struct desktop *d);                                       /* takes the last held decision back */
void desktop_undo_take(struct desktop *d);                                       /* what the worker has taken back */
void desktop_undo_end(struct desktop *d);                                        /* waits until it has */
enum code desktop_decide(struct desktop *d, const struct request *asked, const struct action *a, enum wish *wish, struct err *err);
void desktop_say_came_back(struct desktop *d, int64_t since);                    /* what the core has turned down since, UTC ms */
int64_t desktop_hold_of(const struct desktop *d, const struct action *a);       /* how long it is held; ms */
/* tui/desktop/bulk.c: rows that are marked, and decisions on them. */
void desktop_mark(struct desktop *d, enum req req);
/* Shows what it would do to all that are marked. written: desktop_take_up_many() is to follow. */
enum wish desktop_bulk(struct desktop *d, const struct action *a, bool written);
bool desktop_deciding(const struct desktop *d);                                  /* the worker is at it, and writes perhaps */
enum wish desktop_bulk_take(struct desktop *d);                                  /* what it has judged or signed */
void desktop_bulk_progress(struct desktop *d);
void desktop_finish(struct desktop *d, enum work_slot slot);                     /* waits for it, and for nothing that is only read */
void desktop_bulk_end(struct desktop *d);                                        /* what can be stopped is, the rest waited for and taken */
enum wish desktop_bulk_event(struct desktop *d, const struct event *event);
void desktop_bulk_follow(struct desktop *d);                                     /* what has become of them */
struct form *desktop_form(const struct desktop *d);                              /* the one that is open, wherever; NULL: none */
void desktop_keep_marks(struct desktop *d);                                      /* over a lock */
void desktop_take_marks(struct desktop *d);
void desktop_count_marks(struct desktop *d);                                     /* anew, if they may be others */
/* tui/desktop/tour.c */
void desktop_begin_tour(struct desktop *d);
void desktop_leave_tour(struct desktop *d);                                      /* what was claimed on it is taken back */
void desktop_tour_when_due(struct desktop *d);
bool desktop_tour_takes(struct desktop *d, const struct event *event);           /* the event was for the tour alone */
void desktop_tour_begins_event(struct desktop *d);
void desktop_tour_after_event(struct desktop *d, enum wish wish);
struct rect desktop_draw_tour(const struct desktop *d, struct grid *g, struct rect main); /* what is left of main */
/* tui/desktop/next.c */
enum wish desktop_next(struct desktop *d);                                       /* claims the next item and opens it */
bool desktop_can_claim(struct desktop *d);                                       /* there is one, as far as can be seen at once */
/* tui/desktop/carry.c: reveal, copy, export and picture. */
enum wish desktop_carry(struct desktop *d, enum req req);                        /* asks what must be asked */
enum wish desktop_answer(struct desktop *d, const struct event *event);          /* to d->ask */
void desktop_mask(struct desktop *d);                                            /* ends a reveal */
void desktop_mask_when_due(struct desktop *d);                                   /* its time is over, or the item was left */
/* tui/desktop/beside.c: the picture beside the review. */
bool desktop_beside_room(struct desktop *d, struct rect box, struct rect *card, struct rect *picture); /* false: there is none, or nothing to show */
void desktop_beside_draw(struct desktop *d, struct grid *g, struct rect box);
void desktop_beside_end(struct desktop *d);
int desktop_beside_patience(const struct desktop *d, int otherwise);            /* ms until desktop_beside_when_due wants to be called */
bool desktop_beside_when_due(struct desktop *d);                                 /* false: it was not due */
void desktop_beside_reload(struct desktop *d);                                   /* the store has changed */
enum wish desktop_beside_turn(struct desktop *d, enum req req);                  /* another picture */
/* tui/desktop/rest.c: what is read where the cursor rests. */
bool desktop_rests(const struct desktop *d);                                     /* everything about the item under it may be read now */
void desktop_move_on(struct desktop *d);                                         /* it rests nowhere, and the card is no longer what was read */
void desktop_rest(struct desktop *d);                                            /* the pause is there, or a key cannot wait for it */
int desktop_rest_patience(const struct desktop *d, int otherwise);              /* ms until it wants to be called */
bool desktop_card_holds(const struct desktop *d, const char *id);                /* it shows that one as the store has it */
/* The item's checks as the card has them, if it shows the same; otherwise own, which is zeroed: whoever needs them runs them. */
struct checklist *desktop_checks(const struct desktop *d, const struct item *it, struct checklist *own);
const struct possible *desktop_possible(struct desktop *d, const struct item *it); /* until the next call */
/* tui/desktop/viewer.c: pictures of documents. */
struct viewer *desktop_pictures(const struct desktop *d);                        /* over the window, or else beside; NULL: none */
void desktop_view(struct desktop *d);                                            /* of the item under the cursor */
void desktop_view_end(struct desktop *d);
void desktop_view_reload(struct desktop *d);                                     /* the store has changed */
bool desktop_view_request(struct desktop *d, enum req req, enum wish *wish);     /* false: it is none of theirs */
enum code desktop_view_purpose(struct desktop *d, const char *purpose, struct err *err);
bool desktop_exporting(const struct desktop *d, int64_t *rows, int64_t *of);     /* a list is being taken: so many rows, of so many (0: not counted yet) */
bool desktop_stop_export(struct desktop *d);                                     /* false: there is none */
bool desktop_may_translate(struct desktop *d);                                   /* not while a list is taken; says so */
void desktop_take_export(struct desktop *d);                                     /* says what became of it */
/* tui/desktop/find.c: the filter line. */
void desktop_find(struct desktop *d);                                            /* begins to type one */
enum wish desktop_find_event(struct desktop *d, const struct event *event);
void desktop_keep(struct desktop *d, enum habit what, const struct record *rec, const char *line); /* a habit, at the next pause */
void desktop_write_kept(struct desktop *d);
void desktop_ask(struct desktop *d, struct ask *ask, enum asked what);          /* takes ask over */
/* tui/desktop/views.c */
void desktop_views(struct desktop *d, enum req req);                            /* asks for what it needs */
void desktop_follow_views(struct desktop *d);                                   /* as the store has them now */
const char *desktop_no_view(const struct desktop *d, enum req req);             /* why it cannot, untranslated; NULL: it can */
enum code desktop_save_view(struct desktop *d, const char *name, struct err *err);
enum code desktop_rename_view(struct desktop *d, const char *name, struct err *err);   /* asked_id */
enum code desktop_delete_view(struct desktop *d, bool really, struct err *err);        /* asked_id */
/* tui/desktop/go.c: the trail and the palette. */
void desktop_leave(struct desktop *d, const struct place *before);              /* after each step: notes where it led from */
void desktop_return(struct desktop *d);
void desktop_go(struct desktop *d, const struct place *to);                      /* there, without a step on the trail */
void desktop_palette(struct desktop *d);
void desktop_ask_desk(struct desktop *d);                                        /* those without a digit: by a letter, which is the next key */
enum wish desktop_desk_letter(struct desktop *d, const struct event *event);
/* Offers an item of d->opened, by its number there: line is "KIND\tID", what says what it is (NULL: its kind). false: it is gone, has no desk
 * here, or may not be seen. */
bool desktop_add_item(struct desktop *d, struct palette *p, const char *line, const char *what, size_t i);
/* tui/desktop/links.c: offers the records around the item under the cursor. */
void desktop_links(struct desktop *d);
enum wish desktop_palette_event(struct desktop *d, const struct event *event);
/* tui/desktop/aside.c */
void desktop_close_written(struct desktop *d);                                   /* it has been read */
void desktop_take_up_many(struct desktop *d);                                    /* what was half-written for many: they have been looked at */
/* tui/desktop/layout.c */
void desktop_read_layout(struct desktop *d);
void desktop_write_layout(struct desktop *d);                                    /* if it has changed */
int desktop_rail_cols(const struct desktop *d, int cols);                        /* of so many for all */
int desktop_list_cols(const struct desktop *d, int cols);                        /* of so many for list and card */
void desktop_read_columns(struct desktop *d);                                    /* those of the desk that opens */
void desktop_columns(struct desktop *d);                                         /* opens their box */
enum wish desktop_columns_event(struct desktop *d, enum column_box_answer answer);
void desktop_take_column(struct desktop *d, size_t field, int col);              /* its edge, with the mouse in that column of the screen */
void desktop_reset_column(struct desktop *d, size_t field);
void desktop_drag(struct desktop *d, enum spot edge, int col);                   /* to that column of the screen */
void desktop_shift(struct desktop *d, int by);                                   /* the line that is nearest to the focus, by steps */
/* tui/desktop/mouse.c */
enum wish desktop_point(struct desktop *d, const struct event *event);
/* tui/desktop/desktop.c */
enum wish desktop_input(struct desktop *d, const struct event *event);           /* a key or a paste, for whatever is open to it */
enum scope desktop_place_of(const struct desktop *d);                            /* where the focus is */
enum scope desktop_scope(const struct desktop *d);                               /* the same, or what lies over it */
void desktop_scroll_text(struct desktop *d, int by);                             /* INT_MIN, INT_MAX: to its ends */
enum wish desktop_request(struct desktop *d, enum req req);                      /* in a scope where it holds */
void desktop_follow_cursor(struct desktop *d);
void desktop_drop_card(struct desktop *d);
void desktop_open_item(struct desktop *d, const char *id);                       /* unless it is shown as it is already */
void desktop_load_item(struct desktop *d, const char *id);                       /* in any case */
void desktop_reload(struct desktop *d);
void desktop_sayf(struct desktop *d, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
