#include "tui/picture/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/part.h"
#include "tui/fields.h"
#include "tui/picture/decode.h"
#include "tui/picture/media.h"
#include "tui/picture/orientation.h"
#include "tui/picture/sketch.h"
#include "tui/words.h"

enum { PICTURES_MAX = 100, HEAD_ROWS = 2, PAN_COLS = 8, PAN_ROWS = 4 };

/* Where the picture under the cursor stands. */
enum stage { STAGE_DENIED, STAGE_WANTED, STAGE_FETCHING, STAGE_DECODING, STAGE_SHOWN, STAGE_FAILED };

struct viewer {
	struct desk *desk;
	char kind[40], id[RECORD_ID_MAX + 1];   /* whose pictures these are */
	struct item item[PICTURES_MAX];
	size_t n, at;
	enum stage stage;
	bool askable;
	struct err why;                         /* denied, failed */
	struct grant grant;
	struct buf bytes;                       /* the file, once it is here */
	char name[20];                          /* for another program: document.png */
	struct decoding *decoding;
	struct buf turned;                      /* the pixels, once they were turned */
	struct pixels pixels;                   /* borrowed from one of the two */
	size_t zoom;                            /* of zooms[] */
	int left, top;                          /* of the piece, in cells of the picture as it is zoomed */
	/* what was drawn last, and from what */
	struct sketch sketch;
	struct rect piece;
	int colours;
	bool ascii;
};
static const int zooms[] = { 100, 150, 200, 300, 400, 600, 800, 1200, 1600 }; /* percent of what fits */

/* ---- which ---- */
static enum code take(void *ctx, struct item *it, struct err *err)
{
	struct viewer *v = ctx;

	(void)err;
	if (v->n == PICTURES_MAX)
		return E_CANCELLED;
	if (!has_picture(it))
		return E_OK;
	v->item[v->n++] = *it;
	*it = (struct item){ 0 };
	return E_OK;
}

static void forget(struct viewer *v)
{
	for (size_t i = 0; i < v->n; i++)
		item_release(&v->item[i]);
	v->n = 0;
}

static enum code collect(struct viewer *v, struct err *err)
{
	struct item of = { 0 };

	forget(v);
	if (desk_load(v->desk, v->kind, v->id, &of, err))
		return err->code;
	for (size_t i = 0; i < of.rec->nparts; i++) {
		const struct part *part = &of.rec->parts[i];
		enum code code = record_find(part->kind)->picture ? part_each(v->desk, &of, part, 0, take, v, err) : E_OK;

		if (code && code != E_CANCELLED) {
			item_release(&of);
			return code;
		}
	}
	take(v, &of, err);
	item_release(&of);
	return v->n ? E_OK : fail(err, E_NOTFOUND, N_("there is no picture here"));
}

const struct item *viewer_item(const struct viewer *v)
{
	return &v->item[v->at];
}

static const char *file_name(const struct viewer *v)
{
	const struct item *it = viewer_item(v);

	return item_text(it, it->rec->picture);
}

/* ---- from the file to pixels ---- */
static void drop(struct viewer *v)
{
	decoding_free(v->decoding);
	v->decoding = NULL;
	v->pixels = (struct pixels){ 0 };
	buf_wipe(&v->bytes);
	buf_wipe(&v->turned);
	sketch_release(&v->sketch);
}

static void fails(struct viewer *v)
{
	decoding_free(v->decoding);
	v->decoding = NULL;
	v->stage = STAGE_FAILED;
}

static void decode(struct viewer *v)
{
	const struct media *media = media_of(v->bytes.data, v->bytes.len);

	v->stage = STAGE_DECODING;
	if (!media->drawn) {
		fail(&v->why, E_INVALID, N_("%s: not a picture that is drawn here"), _(media->name));
		fails(v);
	} else if (decoding_start(&v->decoding, &(struct decode_job){ .data = v->bytes.data, .n = v->bytes.len }, &v->why)) {
		fails(v);
	}
}

/* If it is kept here. */
static void look(struct viewer *v)
{
	if (!blob_kept(v->desk, file_name(v), &v->bytes, &v->why))
		decode(v);
	else if (v->why.code != E_NOTFOUND)
		fails(v);
}

static void load(struct viewer *v)
{
	drop(v);
	v->stage = STAGE_WANTED;
	if (picture_possible(v->desk, viewer_item(v), &v->grant, &v->askable, &v->why))
		v->stage = STAGE_DENIED;
	else
		look(v);
}

static void show(struct viewer *v, size_t at)
{
	v->at = at;
	v->zoom = 0;
	v->left = v->top = 0;
	v->grant = (struct grant){ 0 }; /* whoever leaves a picture leaves it masked */
	load(v);
}

enum code viewer_new(struct viewer **out, struct desk *d, const struct item *of, struct err *err)
{
	struct viewer *v = mem_alloc(sizeof *v);

	v->desk = d;
	buf_init(&v->bytes);
	buf_init(&v->turned);
	snprintf(v->kind, sizeof v->kind, "%s", of->rec->kind);
	snprintf(v->id, sizeof v->id, "%s", item_id(of));
	if (collect(v, err)) {
		viewer_free(v);
		return err->code;
	}
	show(v, 0);
	*out = v;
	return E_OK;
}

void viewer_follow(struct viewer *v, const struct viewer *other)
{
	for (size_t i = 0; other->n && i < v->n; i++)
		if (i != v->at && !strcmp(item_id(&v->item[i]), item_id(viewer_item(other)))) {
			show(v, i);
			return;
		}
}

void viewer_free(struct viewer *v)
{
	if (!v)
		return;
	drop(v);
	forget(v);
	free(v);
}

bool viewer_refresh(struct viewer *v)
{
	char id[RECORD_ID_MAX + 1], sum[65];
	struct err err;

	snprintf(id, sizeof id, "%s", item_id(viewer_item(v)));
	snprintf(sum, sizeof sum, "%s", file_name(v));
	if (collect(v, &err))
		return false;
	for (v->at = 0; v->at < v->n && strcmp(item_id(viewer_item(v)), id) != 0;)
		v->at++;
	if (v->at == v->n) /* it went away */
		show(v, 0);
	else if (strcmp(file_name(v), sum) != 0)
		show(v, v->at);
	else if (v->stage == STAGE_WANTED || v->stage == STAGE_FETCHING)
		viewer_status(v, NULL);
	return true;
}

/* ---- from the core ---- */
void viewer_status(struct viewer *v, const struct sync_status *sync)
{
	if (v->stage != STAGE_WANTED && v->stage != STAGE_FETCHING)
		return;
	if (!sync) {
		look(v);
	} else if (sync->state == SYNC_NOT_ENROLLED) {
		fail(&v->why, E_NOTFOUND, N_("the file is not kept here, and this store is enrolled with no payment core"));
		fails(v);
	} else if (v->stage == STAGE_FETCHING && strcmp(sync->fetch.sha256, file_name(v)) != 0) {
		v->stage = STAGE_WANTED; /* the follower is another one, or was asked for something else */
	} else if (v->stage == STAGE_FETCHING && sync->fetch.state == FETCH_DONE) {
		look(v);
	} else if (v->stage == STAGE_FETCHING && sync->fetch.state == FETCH_FAILED) {
		v->why = sync->fetch.err;
		fail_in(&v->why, N_("the file is not kept here, and cannot be fetched"));
		fails(v);
	}
}

const char *viewer_wanted(struct viewer *v)
{
	if (v->stage != STAGE_WANTED)
		return NULL;
	v->stage = STAGE_FETCHING;
	return file_name(v);
}

int viewer_fd(const struct viewer *v)
{
	return v->stage == STAGE_DECODING ? decoding_fd(v->decoding) : -1;
}

static void take_pixels(struct viewer *v)
{
	static const char *const whats[PIXELS_WHATS] = {
		[PIXELS_UNKNOWN] = N_("this file is no picture"),
		[PIXELS_DAMAGED] = N_("this picture is damaged, or not all of it is there"),
		[PIXELS_TOO_LARGE] = N_("this picture is larger than what is drawn here"),
	};

	if (decoding_result(v->decoding, &v->pixels, &v->why)) {
		fails(v);
	} else if (v->pixels.what != PIXELS_PICTURE) {
		fail(&v->why, E_INVALID, "%s", _(whats[v->pixels.what]));
		fails(v);
	} else {
		v->stage = STAGE_SHOWN;
	}
}

void viewer_step(struct viewer *v)
{
	if (v->stage == STAGE_DECODING && decoding_step(v->decoding))
		take_pixels(v);
}

/* ---- masks ---- */
bool viewer_askable(const struct viewer *v, struct err *why)
{
	*why = v->why;
	if (v->stage != STAGE_DENIED)
		fail(why, E_STATE, N_("nothing of this %s is masked to you"), viewer_item(v)->rec->kind);
	return v->stage == STAGE_DENIED && v->askable;
}

enum code viewer_reveal(struct viewer *v, const char *purpose, struct err *err)
{
	if (reveal_take(v->desk, viewer_item(v), purpose, &v->grant, err))
		return err->code;
	load(v);
	return E_OK;
}

void viewer_mask(struct viewer *v)
{
	if (!v->grant.rec)
		return;
	v->grant = (struct grant){ 0 };
	load(v);
}

int64_t viewer_revealed(struct viewer *v)
{
	int64_t left = grant_left(&v->grant, viewer_item(v), store_now(desk_store(v->desk)));

	if (!left)
		viewer_mask(v);
	return left;
}

enum code viewer_file(struct viewer *v, const struct buf **bytes, const char **name, struct err *err)
{
	if (picture_possible(v->desk, viewer_item(v), &v->grant, &v->askable, err))
		return err->code;
	if (!v->bytes.len)
		return fail(err, E_NOTFOUND, N_("the file is not here yet"));
	snprintf(v->name, sizeof v->name, "document%s", media_of(v->bytes.data, v->bytes.len)->ending);
	*name = v->name;
	*bytes = &v->bytes;
	return E_OK;
}

/* ---- keys ---- */
static void zoom(struct viewer *v, int by)
{
	size_t to = by > 0 && v->zoom + 1 < COUNT(zooms) ? v->zoom + 1 : by < 0 && v->zoom ? v->zoom - 1 : by ? v->zoom : 0;
	/* the middle stays where it is */
	int cols = v->sketch.cols / 2, rows = v->sketch.rows / 2;

	v->left = (v->left + cols) * zooms[to] / zooms[v->zoom] - cols;
	v->top = (v->top + rows) * zooms[to] / zooms[v->zoom] - rows;
	v->zoom = to;
}

/* Scans are put in sideways, and cameras only note how they were held. */
static void turn(struct viewer *v)
{
	struct buf to = BUF_INIT;

	if (v->stage != STAGE_SHOWN)
		return;
	pixels_turn(&v->pixels, &v->pixels, ORIENTATION_QUARTER, &to);
	buf_wipe(&v->turned);
	v->turned = to;
	v->left = v->top = 0;
	sketch_release(&v->sketch);
}

bool viewer_request(struct viewer *v, enum req req)
{
	switch (req) {
	case REQ_ZOOM_IN: zoom(v, 1); break;
	case REQ_ZOOM_OUT: zoom(v, -1); break;
	case REQ_ZOOM_WHOLE: zoom(v, 0); break;
	case REQ_TURN: turn(v); break;
	case REQ_UP: v->top -= PAN_ROWS; break;
	case REQ_DOWN: v->top += PAN_ROWS; break;
	case REQ_PAN_LEFT: v->left -= PAN_COLS; break;
	case REQ_PAN_RIGHT: v->left += PAN_COLS; break;
	case REQ_NEXT_PICTURE: show(v, (v->at + 1) % v->n); break;
	case REQ_PREVIOUS_PICTURE: show(v, (v->at + v->n - 1) % v->n); break;
	default: return false;
	}
	return true;
}

/* ---- drawing ---- */
static int between(int n, int low, int high)
{
	return n > high ? high : n < low ? low : n;
}

/* The size in cells of the whole picture as it is zoomed; a cell is twice as high as it is wide. */
static void zoomed(const struct viewer *v, struct rect box, int *cols, int *rows)
{
	int64_t wide = v->pixels.cols, high = v->pixels.rows, c = box.cols, r = box.rows;

	if (wide * 2 * r > high * c) /* the width is what fits */
		r = (high * c + wide) / (2 * wide);
	else
		c = (2 * wide * r + high / 2) / high;
	*cols = (int)(between((int)c, 1, box.cols) * (int64_t)zooms[v->zoom] / 100);
	*rows = (int)(between((int)r, 1, box.rows) * (int64_t)zooms[v->zoom] / 100);
}

/* Only what has changed is drawn anew: a screen is flushed at every key. */
static void sketch_piece(struct viewer *v, const struct grid *g, struct rect box)
{
	int all_cols, all_rows, cols, rows;
	struct rect piece;

	zoomed(v, box, &all_cols, &all_rows);
	cols = between(all_cols, 1, box.cols);
	rows = between(all_rows, 1, box.rows);
	v->left = between(v->left, 0, all_cols - cols);
	v->top = between(v->top, 0, all_rows - rows);
	piece = (struct rect){ (int)((int64_t)v->top * v->pixels.rows / all_rows), (int)((int64_t)v->left * v->pixels.cols / all_cols),
			       (int)((int64_t)rows * v->pixels.rows / all_rows), (int)((int64_t)cols * v->pixels.cols / all_cols) };
	piece.rows = between(piece.rows, 1, v->pixels.rows - piece.row);
	piece.cols = between(piece.cols, 1, v->pixels.cols - piece.col);
	if (v->sketch.cell && v->sketch.cols == cols && v->sketch.rows == rows && !memcmp(&piece, &v->piece, sizeof piece) &&
	    v->colours == grid_colours(g) && v->ascii == grid_ascii(g))
		return;
	v->piece = piece;
	v->colours = grid_colours(g);
	v->ascii = grid_ascii(g);
	sketch_draw(&v->sketch, &v->pixels, piece, cols, rows, v->colours, v->ascii);
}

static void draw_picture(struct viewer *v, struct grid *g, struct rect box, bool alone)
{
	int row0, col0;

	sketch_piece(v, g, box);
	row0 = box.row + (alone ? (box.rows - v->sketch.rows) / 2 : 0);
	col0 = box.col + (box.cols - v->sketch.cols) / 2;
	for (int row = 0; row < v->sketch.rows; row++)
		for (int col = 0; col < v->sketch.cols; col++) {
			const struct sketch_cell *c = &v->sketch.cell[row * v->sketch.cols + col];

			if (c->fg < 0 && c->bg < 0)
				grid_put(g, box, row0 + row, col0 + col, ROLE_TEXT, c->text);
			else
				grid_put_own(g, box, row0 + row, col0 + col, c->fg, c->bg, c->text);
		}
}

/* The first choice that lists show is what kind of thing it is. */
static void add_name(struct buf *out, const struct item *it, const struct show *how)
{
	for (size_t f = F_STANDARD; f < it->rec->nfields; f++)
		if (it->rec->fields[f].type == FIELD_CHOICE && it->rec->fields[f].show & SHOW_LIST) {
			item_show(out, it, f, how);
			break;
		}
	if (!out->len)
		buf_adds(out, _(it->rec->label));
}

static void draw_head(struct viewer *v, struct grid *g, struct rect line, const struct show *how, bool alone)
{
	const struct item *it = viewer_item(v);
	AUTO(buf_release) struct buf name = BUF_INIT, right = BUF_INIT, title = BUF_INIT;
	int f = it->rec->title ? record_field(it->rec, it->rec->title) : F_ID, state = item_state(it), col = line.col, room, least;
	const char *stands = state >= 0 ? _(it->rec->states[state].label) : "";

	add_name(&name, it, how);
	item_show(&title, it, (size_t)(f < 0 ? F_ID : f), how);
	if (alone && v->stage == STAGE_SHOWN)
		buf_addf(&right, "%dx%d  %d%%  ", v->pixels.full_cols, v->pixels.full_rows, zooms[v->zoom]);
	buf_addf(&right, "%zu/%zu", v->at + 1, v->n);
	room = line.cols - grid_width(right.data) - 1;
	grid_put(g, line, line.row, line.col + room + 1, ROLE_MUTED, right.data);
	line.cols = room > 0 ? room : 0;
	least = line.cols - grid_width(stands) - 2; /* that a paper was replaced is not pushed off by its name */
	if (least > grid_width(name.data))
		least = grid_width(name.data);
	grid_field(g, (struct rect){ line.row, col, 1, least }, ALIGN_LEFT, ROLE_TITLE, name.data);
	col += least + 2;
	if (state >= 0)
		col += grid_put(g, line, line.row, col, tone_role(it->rec->states[state].tone), stands) + 2;
	grid_put(g, line, line.row, col, ROLE_MUTED, title.data);
}

static void draw_words(const struct viewer *v, struct grid *g, struct rect box, const struct keymap *keys, bool alone)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	char key[32];

	if (v->stage == STAGE_WANTED || v->stage == STAGE_FETCHING)
		buf_adds(&text, _("Fetching the file from the payment core…"));
	else if (v->stage == STAGE_DECODING)
		buf_adds(&text, _("Decoding…"));
	else
		buf_adds(&text, v->why.msg);
	if (alone && v->stage == STAGE_FAILED && v->bytes.len) {
		key_label(keymap_key(keys, REQ_OPEN_FILE), key);
		buf_addf(&text, _(" · %s opens the file in another program"), key);
	} else if (alone && v->stage == STAGE_DENIED && v->askable) {
		key_label(keymap_key(keys, REQ_REVEAL), key);
		buf_addf(&text, _(" · %s asks for it"), key);
	}
	grid_wrap(g, rect_inset(box, alone ? box.rows / 3 : 1, alone ? 2 : 0), 0, v->stage < STAGE_FAILED && v->stage != STAGE_DENIED ? ROLE_MUTED : ROLE_WARNING, text.data);
}

void viewer_draw(struct viewer *v, struct grid *g, struct rect box, const struct show *how, const struct keymap *keys, bool alone)
{
	struct rect body = { box.row + HEAD_ROWS, box.col, box.rows - HEAD_ROWS, box.cols };

	grid_cursor_hide(g);
	grid_spot(g, box, SPOT_PICTURE, 0);
	grid_fill(g, box, ROLE_TEXT);
	draw_head(v, g, (struct rect){ box.row, box.col, 1, box.cols }, how, alone);
	grid_hline(g, box.row + 1, box.col, box.cols, ROLE_BORDER_ACTIVE);
	if (body.rows < 1 || body.cols < 1)
		return;
	if (v->stage == STAGE_SHOWN)
		draw_picture(v, g, body, alone);
	else
		draw_words(v, g, body, keys, alone);
}
