#include "sync/paycore/scan.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/text.h"
#include "sync/paycore/chance.h"
#include "sync/paycore/png.h"

#define FONT "Noto Sans CJK SC"
enum { TITLE_SIZE = 34, LINE_SIZE = 19, SPECKS = 60, RED = 8 /* of the palette: from here on shades of the specimen's red */ };

/* Ink on paper, and what is printed over it: a byte of coverage for each pixel. */
struct sheet {
	cairo_surface_t *surface;
	cairo_t *pen;
};
struct scanner {
	struct sheet ink;                        /* of the scan that is being drawn */
	uint8_t *ground[SCAN_KINDS];             /* what all scans of a kind have, as pixels; made when first wanted */
	uint8_t *pixels;
};

/* ---- drawing ---- */
static void sheet_make(struct sheet *s)
{
	s->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, SCAN_COLS, SCAN_ROWS);
	s->pen = cairo_create(s->surface);
	cairo_select_font_face(s->pen, FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
}

static void sheet_clear(struct sheet *s)
{
	cairo_set_operator(s->pen, CAIRO_OPERATOR_CLEAR);
	cairo_paint(s->pen);
	cairo_set_operator(s->pen, CAIRO_OPERATOR_OVER);
}

static void sheet_release(struct sheet *s)
{
	cairo_destroy(s->pen);
	cairo_surface_destroy(s->surface);
}

static void ink(struct sheet *s, double strength)
{
	cairo_set_source_rgba(s->pen, 0, 0, 0, strength);
}

static void write_at(struct sheet *s, double x, double y, double size, const char *text)
{
	cairo_set_font_size(s->pen, size);
	cairo_move_to(s->pen, x, y);
	cairo_show_text(s->pen, text);
}

static void write_centred(struct sheet *s, double x, double y, double size, double widest, const char *text)
{
	cairo_text_extents_t e;
	cairo_set_font_size(s->pen, size);
	cairo_text_extents(s->pen, text, &e);
	if (e.x_advance > widest)
		size *= widest / e.x_advance;
	write_at(s, x - (e.x_advance > widest ? widest : e.x_advance) / 2, y, size, text);
}

static void box(struct sheet *s, double x, double y, double w, double h, double strength)
{
	ink(s, strength);
	cairo_rectangle(s->pen, x, y, w, h);
	cairo_fill(s->pen);
}

static void frame(struct sheet *s, double inset, double width)
{
	ink(s, 0.8);
	cairo_set_line_width(s->pen, width);
	cairo_rectangle(s->pen, inset, inset, SCAN_COLS - 2 * inset, SCAN_ROWS - 2 * inset);
	cairo_stroke(s->pen);
}

/* Nobody: a circle over shoulders. */
static void draw_portrait(struct sheet *s)
{
	box(s, 450, 90, 150, 190, 0.15);
	ink(s, 0.45);
	cairo_arc(s->pen, 525, 160, 38, 0, 2 * M_PI);
	cairo_fill(s->pen);
	cairo_save(s->pen);
	cairo_rectangle(s->pen, 450, 90, 150, 190);
	cairo_clip(s->pen);
	cairo_arc(s->pen, 525, 285, 68, 0, 2 * M_PI);
	cairo_fill(s->pen);
	cairo_restore(s->pen);
}

static void draw_front(struct sheet *s)
{
	box(s, 40, 40, 560, 320, 0.15);
	box(s, 60, 60, 520, 90, 0.75);
	cairo_set_operator(s->pen, CAIRO_OPERATOR_CLEAR);
	box(s, 66, 66, 508, 78, 1);
	cairo_set_operator(s->pen, CAIRO_OPERATOR_OVER);
	box(s, 80, 180, 150, 160, 0.35);
	box(s, 410, 180, 150, 160, 0.35);
	box(s, 260, 170, 120, 190, 0.6);
}

static void draw_inside(struct sheet *s)
{
	for (int shelf = 0; shelf < 4; shelf++) {
		box(s, 50, 110 + shelf * 65, 540, 8, 0.7);
		for (int i = 0; i < 16; i++)
			box(s, 60 + i * 33, 80 + shelf * 65 + (i * 7 + shelf * 5) % 13, 22, 30 - (i * 7 + shelf * 5) % 13, 0.25 + 0.1 * ((i + shelf) % 4));
	}
}

static void draw_ground(struct sheet *s, enum scan_kind kind)
{
	switch (kind) {
	case SCAN_LICENCE:
		frame(s, 12, 6);
		frame(s, 24, 2);
		break;
	case SCAN_IDENTITY:
		frame(s, 6, 2);
		draw_portrait(s);
		break;
	case SCAN_BANK:
		box(s, 0, 0, SCAN_COLS, 14, 0.6);
		box(s, 0, SCAN_ROWS - 14, SCAN_COLS, 14, 0.6);
		break;
	case SCAN_FRONT:
		draw_front(s);
		break;
	case SCAN_INSIDE:
		draw_inside(s);
		break;
	default:
		frame(s, 10, 1);
	}
}

/* In red: SPECIMEN 样本 across, and the seal of an authority that does not exist on what would bear one. */
static void draw_over(struct sheet *s, enum scan_kind kind)
{
	ink(s, 0.55);
	cairo_save(s->pen);
	cairo_translate(s->pen, SCAN_COLS / 2.0, SCAN_ROWS / 2.0);
	cairo_rotate(s->pen, -0.42);
	write_centred(s, 0, 24, 78, 560, "SPECIMEN 样本");
	cairo_restore(s->pen);
	if (kind != SCAN_LICENCE && kind != SCAN_BANK && kind != SCAN_PAPER)
		return;
	ink(s, 0.9);
	cairo_set_line_width(s->pen, 4);
	cairo_new_path(s->pen); /* the words left the pen where they ended */
	cairo_arc(s->pen, 545, 318, 50, 0, 2 * M_PI);
	cairo_stroke(s->pen);
	write_centred(s, 545, 327, 28, 90, "样本章");
}

/* ---- pixels: 0 the paper, 1 to 7 ink, 8 to 15 red ---- */
static uint8_t shade(uint8_t coverage)
{
	return (uint8_t)((coverage * 7 + 127) / 255);
}

/* Most of a sheet is empty: eight pixels at a time are passed by. A fill draws thousands of these. */
static void lay_ink(uint8_t *pixels, const struct sheet *s)
{
	int stride = cairo_image_surface_get_stride(s->surface);
	cairo_surface_flush(s->surface);
	const uint8_t *from = cairo_image_surface_get_data(s->surface);
	for (int row = 0; row < SCAN_ROWS; row++, from += stride, pixels += SCAN_COLS)
		for (int col = 0; col < SCAN_COLS; col += 8) {
			uint64_t eight;
			memcpy(&eight, from + col, sizeof eight);
			for (int i = col; eight && i < col + 8; i++) {
				uint8_t dark = shade(from[i]);
				if (dark > 2 || dark > pixels[i]) /* what was written is read through what was printed over it */
					pixels[i] = dark;
			}
		}
}

static const uint8_t *ground_of(struct scanner *sc, enum scan_kind kind)
{
	struct sheet over;
	int stride;
	if (sc->ground[kind])
		return sc->ground[kind];
	uint8_t *to = sc->ground[kind] = mem_alloc((size_t)SCAN_COLS * SCAN_ROWS);
	sheet_clear(&sc->ink);
	draw_ground(&sc->ink, kind);
	lay_ink(to, &sc->ink);
	sheet_make(&over);
	draw_over(&over, kind);
	cairo_surface_flush(over.surface);
	const uint8_t *from = cairo_image_surface_get_data(over.surface);
	stride = cairo_image_surface_get_stride(over.surface);
	for (int row = 0; row < SCAN_ROWS; row++, from += stride)
		for (int col = 0; col < SCAN_COLS; col++, to++)
			if (shade(from[col]))
				*to = (uint8_t)(RED + shade(from[col]));
	sheet_release(&over);
	return sc->ground[kind];
}

static uint32_t mix(uint32_t a, uint32_t b, int part, int whole)
{
	uint32_t out = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		int x = (int)(a >> shift & 0xff), y = (int)(b >> shift & 0xff);
		out |= (uint32_t)(x + (y - x) * part / whole) << shift;
	}
	return out;
}

/* ---- a scan ---- */
static double write_line(struct sheet *s, double y, const struct scan_line *line, double x, double right)
{
	AUTO(buf_release) struct buf clean = BUF_INIT, piece = BUF_INIT;
	double value = x + 8.5 * LINE_SIZE /* the longest label has eight characters */;
	const char *rest;
	ink(s, 0.65);
	write_at(s, x, y, LINE_SIZE, line->label);
	ink(s, 1);
	text_clean(&clean, line->value, strlen(line->value), TEXT_LINE);
	rest = clean.data;
	for (int n = 0; n < 2 && text_wrap(&piece, &rest, (int)((right - value) * 2 / LINE_SIZE)); n++, y += LINE_SIZE * 1.35)
		write_at(s, value, y, LINE_SIZE, piece.data);
	return y + LINE_SIZE * 0.25;
}

static void write_words(struct sheet *s, const struct scan *what)
{
	bool place = what->kind == SCAN_FRONT || what->kind == SCAN_INSIDE;
	double y = place ? 385 : 112, right = what->kind == SCAN_IDENTITY ? 440 : 600;
	AUTO(buf_release) struct buf title = BUF_INIT;
	text_clean(&title, what->title, strlen(what->title), TEXT_LINE);
	ink(s, 1);
	if (what->kind == SCAN_FRONT)
		write_centred(s, SCAN_COLS / 2.0, 118, 40, 480, title.data);
	else
		write_centred(s, SCAN_COLS / 2.0, 66, TITLE_SIZE, 560, title.data);
	for (size_t i = 0; i < what->nlines && y < SCAN_ROWS - 10; i++)
		if (what->line[i].value && *what->line[i].value)
			y = write_line(s, y, &what->line[i], 50, right);
}

/* The glass of a scanner is never clean. */
static void add_dust(uint8_t *pixels, struct chance *c)
{
	for (int i = 0; i < SPECKS; i++)
		pixels[chance_between(c, 0, SCAN_COLS * SCAN_ROWS - 1)] = (uint8_t)chance_between(c, 1, 3);
}

void scan_draw(struct scanner *s, const struct scan *what, struct buf *png)
{
	static const uint32_t papers[] = { 0xf6f1e4, 0xe8f0f6, 0xeef6ea, 0xf6eaea, 0xf4f4f0 };
	struct chance c = { what->seed };
	uint32_t palette[PNG_COLOURS], paper = *CHANCE_PICK(&c, papers);
	memcpy(s->pixels, ground_of(s, what->kind), (size_t)SCAN_COLS * SCAN_ROWS);
	sheet_clear(&s->ink);
	write_words(&s->ink, what);
	lay_ink(s->pixels, &s->ink);
	add_dust(s->pixels, &c);
	for (int i = 0; i < PNG_COLOURS; i++)
		palette[i] = i < RED ? mix(paper, 0x1a1a22, i, RED - 1) : mix(paper, 0xc8282d, i - RED, PNG_COLOURS - 1 - RED);
	png_write(png, s->pixels, SCAN_COLS, SCAN_ROWS, palette);
}

struct scanner *scanner_new(void)
{
	struct scanner *s = mem_alloc(sizeof *s);
	sheet_make(&s->ink);
	s->pixels = mem_alloc((size_t)SCAN_COLS * SCAN_ROWS);
	return s;
}

void scanner_free(struct scanner *s)
{
	if (!s)
		return;
	sheet_release(&s->ink);
	for (size_t i = 0; i < SCAN_KINDS; i++)
		free(s->ground[i]);
	free(s->pixels);
	free(s);
}
