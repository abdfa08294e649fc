#include "core/contract/paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#include "core/contract/face.h"
#include "core/contract/qr.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "store/crypto.h"

/* Points, 1/72 inch. A4 is 210 x 297 mm (ISO 216). */
static const double page_width = 595.276, page_height = 841.89, side = 62, top = 58, bottom = 104, label_width = 132;

enum style { BODY, TITLE, HEADING, LABEL, SMALL, MONO };
static const struct { const char *font; double size, before, after; } styles[] = {
	[BODY] = { PAPER_LATIN "," PAPER_FONT, 10, 1, 3 },
	[TITLE] = { PAPER_LATIN "," PAPER_FONT " Bold", 18, 6, 14 },
	[HEADING] = { PAPER_LATIN "," PAPER_FONT " Bold", 11.5, 9, 3 },
	[LABEL] = { PAPER_LATIN "," PAPER_FONT, 10, 1, 2 },
	[SMALL] = { PAPER_LATIN "," PAPER_FONT, 7.5, 0, 0 },
	[MONO] = { PAPER_LATIN "," PAPER_FONT, 7, 0, 0 },
};

/* A font with PostScript outlines, and what is embedded in its place: core/contract/face.h. */
enum { FONTS_MAX = 16 };
struct font {
	hb_face_t *whole;
	hb_set_t *glyphs;               /* that occur */
	hb_map_t *number;               /* of each in the embedded one */
	cairo_font_face_t *embedded;
};

/* One going through the text. It is gone through twice: to count the pages and to see what occurs, then to draw them. */
struct press {
	const struct paper *p;
	cairo_t *cr;
	PangoContext *context;
	struct qr qr;
	char digest[65];
	bool draw;
	const char *lacking;            /* NULL, or the line in which a character has no glyph in any font */
	bool lost;                      /* something could not be embedded */
	int page, pages;
	double y;
	struct font font[FONTS_MAX];
	size_t nfonts;
};

static PangoLayout *set_text(struct press *s, enum style style, const char *text, size_t n, double width)
{
	PangoLayout *l = pango_layout_new(s->context);
	PangoFontDescription *font = pango_font_description_from_string(styles[style].font);

	pango_font_description_set_absolute_size(font, styles[style].size * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_single_paragraph_mode(l, TRUE);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_text(l, text, (int)n); /* never as markup: a name may hold < and & */
	return l;
}

/* ---- glyphs ---- */
/* The font of a run if it has PostScript outlines, otherwise NULL. */
static struct font *font_of(struct press *s, const PangoGlyphItem *run)
{
	hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(run->item->analysis.font));

	for (size_t i = 0; i < s->nfonts; i++)
		if (s->font[i].whole == face)
			return &s->font[i];
	if (s->draw || !face_is_cff(face))
		return NULL;
	if (s->nfonts == FONTS_MAX) {
		s->lost = true;
		return NULL;
	}
	s->font[s->nfonts] = (struct font){ hb_face_reference(face), hb_set_create(), hb_map_create(), NULL };
	return &s->font[s->nfonts++];
}

static void fonts_release(struct press *s)
{
	for (size_t i = 0; i < s->nfonts; i++) {
		hb_face_destroy(s->font[i].whole);
		hb_set_destroy(s->font[i].glyphs);
		hb_map_destroy(s->font[i].number);
		cairo_font_face_destroy(s->font[i].embedded);
	}
}

static void embed(struct press *s)
{
	for (size_t i = 0; i < s->nfonts; i++) {
		s->font[i].embedded = face_of(s->font[i].whole, s->font[i].glyphs, s->font[i].number);
		s->lost = s->lost || !s->font[i].embedded;
	}
}

/* What the letters of a run are by the clusters of its glyphs, so that the text can be searched; glyphs that show nothing are left out. */
static int clusters(const PangoGlyphItem *run, const char *text, cairo_text_cluster_t *out)
{
	PangoGlyphItemIter at;
	int n = 0;

	for (bool more = pango_glyph_item_iter_init_start(&at, (PangoGlyphItem *)run, text); more; more = pango_glyph_item_iter_next_cluster(&at)) {
		bool back = at.end_glyph < at.start_glyph;
		int from = back ? at.end_glyph + 1 : at.start_glyph, to = back ? at.start_glyph + 1 : at.end_glyph;

		out[n] = (cairo_text_cluster_t){ at.end_index - at.start_index, 0 };
		for (int i = from; i < to; i++)
			out[n].num_glyphs += run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY;
		n++;
	}
	return n;
}

static void show_embedded(struct press *s, const struct font *font, const PangoGlyphItem *run, const char *text, double size, double x, double y)
{
	const PangoGlyphString *g = run->glyphs;
	cairo_glyph_t *glyph = mem_alloc(sizeof *glyph * (size_t)(g->num_glyphs + 1));
	cairo_text_cluster_t *cluster = mem_alloc(sizeof *cluster * (size_t)(run->item->num_chars + 1));
	int n = 0, nclusters = clusters(run, text, cluster);

	for (int i = 0; i < g->num_glyphs; i++) {
		const PangoGlyphInfo *info = &g->glyphs[i];

		if (info->glyph != PANGO_GLYPH_EMPTY) {
			glyph[n++] = (cairo_glyph_t){ hb_map_get(font->number, info->glyph), x + (double)info->geometry.x_offset / PANGO_SCALE,
						      y + (double)info->geometry.y_offset / PANGO_SCALE };
			s->lost = s->lost || !hb_map_has(font->number, info->glyph);
		}
		x += (double)info->geometry.width / PANGO_SCALE;
	}
	cairo_set_font_face(s->cr, font->embedded);
	cairo_set_font_size(s->cr, size);
	if (!s->lost)
		cairo_show_text_glyphs(s->cr, text + run->item->offset, run->item->length, glyph, n, cluster, nclusters,
				       run->item->analysis.level & 1 ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
	free(glyph);
	free(cluster);
}

static void show_run(struct press *s, PangoGlyphItem *run, const char *text, double size, double x, double y)
{
	struct font *font = font_of(s, run);

	for (int i = 0; !s->draw && font && i < run->glyphs->num_glyphs; i++)
		if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY)
			hb_set_add(font->glyphs, run->glyphs->glyphs[i].glyph);
	if (!s->draw)
		return;
	if (font) {
		show_embedded(s, font, run, text, size, x, y);
		return;
	}
	cairo_move_to(s->cr, x, y);
	pango_cairo_show_glyph_item(s->cr, text, run);
}

/* Lines of a style stand at the same distance, and a label and its value on the same base line, whatever letters are in them. */
static double height_of(enum style style) { return styles[style].size * 1.6; }

static void draw_line(struct press *s, PangoLayoutLine *line, enum style style, double x, double y)
{
	const char *text = pango_layout_get_text(line->layout);

	y += styles[style].size * 1.15;
	for (GSList *run = line->runs; run; run = run->next) {
		PangoGlyphItem *item = run->data;

		show_run(s, item, text, styles[style].size, x, y);
		x += (double)pango_glyph_string_get_width(item->glyphs) / PANGO_SCALE;
	}
}

/* ---- the foot of a page ---- */
static void small_text(struct press *s, enum style style, double y, const char *text)
{
	PangoLayout *l = set_text(s, style, text, strlen(text), page_width - 2 * side);

	draw_line(s, pango_layout_get_line_readonly(l, 0), style, side, y);
	g_object_unref(l);
}

static void draw_code(struct press *s)
{
	double edge = 62, module = edge / (s->qr.side + 2 * QR_QUIET), x0 = page_width - side - edge, y0 = page_height - bottom + 16;

	for (int y = 0; y < s->qr.side; y++)
		for (int x = 0; x < s->qr.side; x++)
			if (s->qr.dark[y * s->qr.side + x])
				cairo_rectangle(s->cr, x0 + (x + QR_QUIET) * module, y0 + (y + QR_QUIET) * module, module, module);
	cairo_fill(s->cr);
}

static void foot(struct press *s)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	double y = page_height - bottom + 22;

	if (s->draw) {
		cairo_set_line_width(s->cr, 0.5);
		cairo_move_to(s->cr, side, y - 8);
		cairo_line_to(s->cr, page_width - side, y - 8);
		cairo_stroke(s->cr);
	}
	buf_addf(&text, "%s    第 %d 页，共 %d 页    Page %d of %d", s->p->number, s->page, s->pages, s->page, s->pages);
	small_text(s, SMALL, y, text.data);
	small_text(s, SMALL, y + 14, "文本摘要（SHA-256） SHA-256 of the text");
	small_text(s, MONO, y + 26, s->digest);
	if (s->draw && s->qr.side)
		draw_code(s);
}

static void next_page(struct press *s)
{
	if (s->page) {
		foot(s);
		if (s->draw)
			cairo_show_page(s->cr);
	}
	s->page++;
	s->y = top;
}

static void room_for(struct press *s, double height)
{
	if (s->y + height > page_height - bottom)
		next_page(s);
}

/* ---- pieces of the text ---- */
/* A block of lines from x on; one that is longer than the page goes on upon the next. */
static void block(struct press *s, enum style style, const char *text, size_t n, double x, double width, bool centred)
{
	PangoLayout *l = set_text(s, style, text, n, width);
	int count = pango_layout_get_line_count(l);
	double height = height_of(style);

	if (!s->lacking && pango_layout_get_unknown_glyphs_count(l))
		s->lacking = text;
	for (int i = 0; i < count && s->page <= PAPER_PAGES_MAX; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
		PangoRectangle r;

		pango_layout_line_get_extents(line, NULL, &r);
		room_for(s, height);
		draw_line(s, line, style, centred ? x + (width - (double)r.width / PANGO_SCALE) / 2 : x, s->y);
		s->y += height;
	}
	g_object_unref(l);
}

static void spaced(struct press *s, enum style style, const char *text, size_t n, bool centred)
{
	s->y += styles[style].before;
	block(s, style, text, n, side, page_width - 2 * side, centred);
	s->y += styles[style].after;
}

static void row(struct press *s, const char *text, size_t label, size_t n)
{
	int page;
	double y;

	room_for(s, 16);
	page = s->page, y = s->y;
	block(s, LABEL, text, label, side, label_width - 8, false);
	if (s->page == page) { /* the value stands beside its label; the longer of the two says where the next row begins */
		double after = s->y;

		s->y = y;
		block(s, BODY, text + label + 4, n - label - 4, side + label_width, page_width - 2 * side - label_width, false);
		if (s->page == page && s->y < after)
			s->y = after;
	}
	s->y += styles[LABEL].after;
}

static void place_to_sign(struct press *s, const char *text, size_t n)
{
	room_for(s, 64);
	s->y += 8;
	block(s, BODY, text, n, side, page_width - 2 * side, false);
	s->y += 30;
	if (s->draw) {
		cairo_move_to(s->cr, side, s->y);
		cairo_line_to(s->cr, side + 230, s->y);
		cairo_stroke(s->cr);
	}
	s->y += 4;
}

static bool begins(const char *line, size_t n, const char *with)
{
	return n > strlen(with) && !memcmp(line, with, strlen(with));
}

static void piece(struct press *s, const char *line, size_t n)
{
	const char *mark = memmem(line, n, " :: ", 4);

	if (!n) {
		s->y += 5;
	} else if (begins(line, n, "# ")) {
		spaced(s, TITLE, line + 2, n - 2, true);
	} else if (begins(line, n, "## ")) {
		room_for(s, 54); /* a heading does not stand alone at the foot */
		spaced(s, HEADING, line + 3, n - 3, false);
	} else if (begins(line, n, "=== ")) {
		next_page(s);
		spaced(s, TITLE, line + 4, n - 4, true);
	} else if (begins(line, n, "___ ")) {
		place_to_sign(s, line + 4, n - 4);
	} else if (mark) {
		row(s, line, (size_t)(mark - line), n);
	} else {
		spaced(s, BODY, line, n, false);
	}
}

static void print(struct press *s)
{
	s->page = 0;
	next_page(s);
	for (const char *p = s->p->text; *p && s->page <= PAPER_PAGES_MAX;) {
		size_t n = strcspn(p, "\n");

		piece(s, p, n);
		p += n + (p[n] == '\n');
	}
	foot(s);
	s->pages = s->page;
}

/* ---- the file ---- */
static cairo_status_t keep(void *ctx, const unsigned char *data, unsigned n)
{
	buf_add(ctx, data, n);
	return CAIRO_STATUS_SUCCESS;
}

static enum code fonts_there(struct err *err)
{
	static const struct { const char *font, *package; } wanted[] = { { PAPER_FONT, "fonts-noto-cjk" }, { PAPER_LATIN, "fonts-liberation" } };
	PangoFontFamily **all = NULL;
	bool found = true;
	int n = 0;
	size_t w;

	pango_font_map_list_families(pango_cairo_font_map_get_default(), &all, &n);
	for (w = 0; w < COUNT(wanted) && found; w++) {
		found = false;
		for (int i = 0; i < n && !found; i++)
			found = !strcmp(pango_font_family_get_name(all[i]), wanted[w].font);
	}
	g_free(all);
	return found ? E_OK : fail(err, E_NOTFOUND, "the font %s is not installed, and contracts are printed in it; install %s", wanted[w - 1].font,
				   wanted[w - 1].package);
}

static PangoContext *context_for(cairo_t *cr)
{
	PangoContext *context = pango_cairo_create_context(cr);
	cairo_font_options_t *options = cairo_font_options_create();

	/* what a screen is set to must not show on paper */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(context, 72);
	pango_context_set_language(context, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
	return context;
}

static void describe(cairo_surface_t *pdf, const struct paper *p)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	char when[WHEN_RFC3339];

	when_rfc3339(p->at, when);
	when[19] = 'Z', when[20] = '\0'; /* seconds are the finest that a PDF has */
	buf_adds(&clean, p->number);
	buf_addc(&clean, ' ');
	text_clean(&clean, p->title, strlen(p->title), TEXT_LINE);
	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, clean.data);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "paydesk");
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, when);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_MOD_DATE, when);
}

static enum code run(struct press *s, struct buf *out, struct err *err)
{
	size_t before = out->len;
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(keep, out, page_width, page_height);
	cairo_status_t status;

	describe(pdf, s->p);
	s->cr = cairo_create(pdf);
	s->context = context_for(s->cr);
	print(s);
	embed(s);
	s->draw = s->pages <= PAPER_PAGES_MAX && !s->lacking && !s->lost;
	if (s->draw)
		print(s);
	g_object_unref(s->context);
	cairo_destroy(s->cr);
	cairo_surface_finish(pdf);
	status = cairo_surface_status(pdf);
	cairo_surface_destroy(pdf);
	fonts_release(s);
	if (s->draw && !s->lost && status == CAIRO_STATUS_SUCCESS)
		return E_OK;
	buf_setlen(out, before);
	if (s->pages > PAPER_PAGES_MAX)
		return fail(err, E_INVALID, "the contract would have more than %d pages", PAPER_PAGES_MAX);
	if (s->lacking)
		return fail(err, E_INVALID, "a character in this line of the contract is in none of the fonts here, and would stay blank: %.*s",
			    (int)strcspn(s->lacking, "\n"), s->lacking);
	if (s->lost)
		return fail(err, E_FAILED, "the PDF could not be written: one of its fonts cannot be embedded");
	return fail(err, E_FAILED, "the PDF could not be written: %s", cairo_status_to_string(status));
}

enum code paper_write(struct buf *out, const struct paper *p, int *pages, struct err *err)
{
	struct press s = { .p = p };
	AUTO(buf_release) struct buf hex = BUF_INIT, clean = BUF_INIT;
	uint8_t sum[32];
	enum code code;

	if (!text_valid(p->text, strlen(p->text)))
		return fail(err, E_INVALID, "the contract's text is not UTF-8");
	text_clean(&clean, p->text, strlen(p->text), TEXT_LINES);
	if (strcmp(clean.data, p->text) != 0) /* a character that turns the writing round would turn a rate round */
		return fail(err, E_INVALID, "the contract's text holds characters that are not seen as they are");
	if (*p->link && !qr_make(&s.qr, p->link))
		return fail(err, E_INVALID, "the signing link is no https link of up to %d bytes", QR_TEXT_MAX);
	if ((code = fonts_there(err)))
		return code;
	sha256(sum, p->text, strlen(p->text));
	buf_add_hex(&hex, sum, sizeof sum);
	memcpy(s.digest, hex.data, sizeof s.digest);
	code = run(&s, out, err);
	if (!code && pages)
		*pages = s.pages;
	return code;
}
