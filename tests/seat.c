#include "tests/seat.h"

#include <stdio.h>
#include <string.h>

#include "store/file.h"
#include "sync/paycore/token.h"
#include "tests/check.h"
#include "tui/words.h"

enum { EACH = 2 /* persons of a role */ };

static void join(struct hall *h)
{
	AUTO(buf_release) struct buf ca = BUF_INIT, path = BUF_INIT;
	char token[TOKEN_TEXT + 1];

	buf_addf(&path, "%s/ca.pem", h->sb->home);
	assert_ok(file_read(&ca, path.data, 64 * 1024, &h->err), h->err);
	assert_ok(token_issue(h->sb->in, "all", "all", token, &h->err), h->err);
	h->store = house_open(&h->house, "root");
	assert_ok(desk_open(&h->desk, h->store, &h->err), h->err);
	assert_ok(sync_enrol(h->desk, h->sb->url, ca.data, NULL, token, &h->err), h->err);
	assert_ok(link_open(&h->link, h->desk, &h->err), h->err);
	hall_sync(h);
}

static void sit(struct hall *h, struct seat *s, const char *name)
{
	s->hall = h;
	buf_init(&s->words);
	s->stage = (struct stage){ .house = h->house, .grid = h->grid, .wake = -1 };
	s->stage.shell.home = h->house.home;
	s->stage.shell.config = h->house.config;
	s->stage.shell.store = house_open(&h->house, name);
	assert_ok(desk_open(&s->stage.shell.desk, s->stage.shell.store, &h->err), h->err);
	stage_open(&s->stage);
}

void hall_open(struct hall *h, struct sandbox *sb)
{
	char names[SEATS_MAX][40];

	*h = (struct hall){ .sb = sb };
	house_found(&h->house);
	h->house.config.world = &sb->world;
	for (size_t i = 0; i < nroles; i++)
		for (int k = 0; k < EACH; k++) {
			assert_true(h->nseats < SEATS_MAX);
			snprintf(names[h->nseats], sizeof names[0], "%s-%d", roles[i].name, k + 1);
			house_add(&h->house, names[h->nseats++], roles[i].name);
		}
	join(h);
	h->grid = grid_new(SEAT_ROWS, SEAT_COLS);
	for (size_t i = 0; i < h->nseats; i++)
		sit(h, &h->seat[i], names[i]);
}

void hall_close(struct hall *h)
{
	for (size_t i = 0; i < h->nseats; i++) {
		desktop_free(h->seat[i].stage.desktop);
		shell_close(&h->seat[i].stage.shell);
		buf_release(&h->seat[i].words);
	}
	grid_free(h->grid);
	link_free(h->link);
	desk_free(h->desk);
	store_close(h->store);
	house_remove(&h->house);
}

void hall_sync(struct hall *h)
{
	struct sync_counts c = { 0 };

	assert_ok(sync_once(h->link, NULL, &c, &h->err), h->err);
}

struct desk *seat_desk(struct seat *s)
{
	return s->stage.shell.desk;
}

const struct actor *seat_who(struct seat *s)
{
	return desk_who(seat_desk(s));
}

void seat_press(struct seat *s, const char *keys)
{
	stage_press(&s->stage, keys);
}

void seat_press_key(struct seat *s, int key)
{
	desktop_event(s->stage.desktop, &(struct event){ .type = EVENT_KEY, .key = key, .text = { (char)key } });
}

void seat_open(struct seat *s, const struct record *rec, const char *id)
{
	AUTO(buf_release) struct buf keys = BUF_INIT;
	struct place at;

	stage_refresh(&s->stage);
	desktop_place(s->stage.desktop, &at);
	if (strcmp(at.kind, rec->kind) == 0 && strcmp(at.id, id) == 0)
		return;
	if (strcmp(at.kind, rec->kind) != 0)
		buf_addf(&keys, ":%s<Enter>", words_get(rec->plural));
	buf_addf(&keys, "/<Ctrl-U>id=%s<Enter><Enter>", id);
	seat_press(s, keys.data);
	desktop_place(s->stage.desktop, &at);
	assert_string_equal(at.kind, rec->kind);
	assert_string_equal(at.id, id);
}

/* What stands between the frame of a box, or the whole line. */
static void add_line(struct buf *out, const char *line, size_t n)
{
	static const char frame[] = "│";
	const char *from = memmem(line, n, frame, strlen(frame)), *end = line + n, *to = NULL;

	for (const char *p = from; p && p < end; p = memmem(p + 1, (size_t)(end - p - 1), frame, strlen(frame)))
		to = p;
	if (from && to != from) {
		line = from + strlen(frame);
		end = to;
	}
	for (; line < end; line++)
		if (*line != ' ')
			buf_addc(out, *line);
}

bool seat_says(struct seat *s, const char *text)
{
	AUTO(buf_release) struct buf screen = BUF_INIT, wanted = BUF_INIT;
	const char *line = NULL;

	grid_resize(s->hall->grid, SEAT_ROWS, SEAT_COLS);
	desktop_draw(s->stage.desktop, s->hall->grid);
	grid_text(&screen, s->hall->grid);
	buf_clear(&s->words);
	for (line = screen.data; *line; line += strcspn(line, "\n"), line += *line == '\n')
		add_line(&s->words, line, strcspn(line, "\n"));
	add_line(&wanted, text, strlen(text));
	return strstr(s->words.data, wanted.data) != NULL;
}

/* Has the line of choices this one, as the form begins? */
static bool begins_with(const struct item *now, const struct action *a, const struct field *f, const char *name)
{
	const char *at = item_text(now, f->column.name);
	size_t n = strlen(name);

	while (a->flags & KEEPS && at && !(!strncmp(at, name, n) && (at[n] == ',' || !at[n])))
		at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
	return a->flags & KEEPS && at;
}

static bool listed(const char *names, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = names; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (!strncmp(at, name, n) && (at[n] == ',' || !at[n]))
			return true;
	return false;
}

void seat_fill(struct seat *s, const struct item *now, const struct action *a, const struct field *f, const char *text)
{
	seat_press(s, "<Ctrl-U>");
	if (!f || !f->choices) {
		seat_press(s, text);
	} else {
		for (size_t i = 0; f->choices[i].name; i++) {
			bool is = f->type == FIELD_CHOICES && begins_with(now, a, f, f->choices[i].name), wanted = listed(text, f->choices[i].name);

			if (is != wanted)
				seat_press(s, "<Space>");
			if (f->choices[i + 1].name)
				seat_press(s, "<Down>");
		}
	}
	seat_press(s, "<Enter>");
}

static enum code keep_first(void *ctx, struct item *it, struct err *err)
{
	struct queued *out = ctx;

	(void)err;
	snprintf(out->id, sizeof out->id, "%s", item_id(it));
	snprintf(out->state, sizeof out->state, "%s", item_text(it, "state"));
	snprintf(out->answer, sizeof out->answer, "%s", item_text(it, "answer"));
	return E_CANCELLED; /* the newest */
}

bool seat_queued(struct seat *s, const char *kind, const char *record, const struct action *a, struct queued *out)
{
	struct table table = record_table(record_find("outbox"));
	const struct cond of[] = {
		{ .op = COND_EQ, .column = "record", .value = value_text(record) }, { .op = COND_EQ, .column = "kind", .value = value_text(kind) },
		{ .op = COND_EQ, .column = "action", .value = value_text(a->id) },
		{ .op = COND_EQ, .column = "operator", .value = value_text(seat_who(s)->id) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = of, .nkids = COUNT(of) },
			   .order = { { "seq", true } }, .norder = 1 };
	enum code code;

	*out = (struct queued){ .id = "" };
	code = item_each(desk_db(seat_desk(s)), record_find("outbox"), &q, keep_first, out, &s->hall->err);
	if (code != E_CANCELLED)
		assert_ok(code, s->hall->err);
	return *out->id;
}
