#include "tui/picture/unpack.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

#include "sync/protocol.h"
#include "tui/picture/confine.h"
#include "tui/picture/orientation.h"
#include "tui/picture/pixels.h"

enum { FULL_SIDE_MAX = 20000, FULL_PIXELS_MAX = 100 * 1000 * 1000, INTERLACED_PIXELS_MAX = 16 * 1000 * 1000, CHUNK_MAX = 1024 * 1024 };

/* ---- rows in, a picture that fits out: each pixel is the mean of step * step of them ---- */
struct shrink {
	struct pixels p;
	int step, row;           /* of the file */
	int orientation;         /* as it says it lies */
	uint32_t *sum;
	struct buf *out;
};

static bool shrink_begin(struct shrink *s, uint32_t cols, uint32_t rows, struct buf *out)
{
	uint8_t head[PIXELS_HEAD];
	int side = (int)(cols > rows ? cols : rows);

	if (cols > FULL_SIDE_MAX || rows > FULL_SIDE_MAX || (uint64_t)cols * rows > FULL_PIXELS_MAX)
		return false;
	s->step = (side + PIXELS_SIDE_MAX - 1) / PIXELS_SIDE_MAX;
	s->p = (struct pixels){ PIXELS_PICTURE, ((int)cols + s->step - 1) / s->step, ((int)rows + s->step - 1) / s->step, (int)cols, (int)rows, NULL };
	s->sum = mem_alloc((size_t)s->p.cols * 3 * sizeof *s->sum);
	s->out = out;
	pixels_head(head, &s->p);
	buf_add(out, head, sizeof head);
	buf_reserve(out, (size_t)s->p.cols * (size_t)s->p.rows * 3);
	return true;
}

static void shrink_flush(struct shrink *s, int rows)
{
	for (int col = 0; col < s->p.cols; col++) {
		int wide = s->p.full_cols - col * s->step < s->step ? s->p.full_cols - col * s->step : s->step;

		for (int part = 0; part < 3; part++)
			buf_addc(s->out, (char)(s->sum[3 * col + part] / (uint32_t)(wide * rows)));
	}
	memset(s->sum, 0, (size_t)s->p.cols * 3 * sizeof *s->sum);
}

static void shrink_row(struct shrink *s, const uint8_t *rgb)
{
	if (s->step == 1) {
		buf_add(s->out, rgb, (size_t)s->p.cols * 3);
		s->row++;
		return;
	}
	for (int col = 0; col < s->p.full_cols; col++)
		for (int part = 0; part < 3; part++)
			s->sum[3 * (col / s->step) + part] += rgb[3 * col + part];
	if (++s->row % s->step == 0 || s->row == s->p.full_rows)
		shrink_flush(s, s->row % s->step ? s->row % s->step : s->step);
}

/* What was made of it, from before on, stands as its camera was held. */
static void stand_up(struct buf *out, size_t before, const struct shrink *s)
{
	AUTO(buf_release) struct buf turned = BUF_INIT;
	struct pixels p = s->p;
	uint8_t head[PIXELS_HEAD];

	if (s->orientation <= ORIENTATION_UPRIGHT)
		return;
	p.rgb = (const uint8_t *)out->data + before + PIXELS_HEAD;
	pixels_turn(&p, &p, s->orientation, &turned);
	pixels_head(head, &p);
	buf_setlen(out, before);
	buf_add(out, head, sizeof head);
	buf_add(out, turned.data, turned.len);
}

/* ---- PNG ---- */
struct png_job {
	const uint8_t *at;
	size_t left;
	png_structp png;
	png_infop info;
	uint8_t *row;            /* or, interlaced, all of them */
	png_bytep *rows;
	jmp_buf failed;
};

static void png_feed(png_structp png, png_bytep to, size_t n)
{
	struct png_job *j = png_get_io_ptr(png);

	if (n > j->left)
		png_error(png, "cut");
	memcpy(to, j->at, n);
	j->at += n;
	j->left -= n;
}

static _Noreturn void png_fails(png_structp png, png_const_charp why)
{
	struct png_job *j = png_get_error_ptr(png);

	(void)why;
	longjmp(j->failed, 1);
}

static void png_ignores(png_structp png, png_const_charp why)
{
	(void)png;
	(void)why;
}

/* Whatever it is, it becomes eight bits of red, green and blue on white. */
static void png_plain(struct png_job *j)
{
	static const png_color_16 white = { 0, 255, 255, 255, 255 };

	png_set_expand(j->png);
	png_set_scale_16(j->png);
	png_set_gray_to_rgb(j->png);
	png_set_background_fixed(j->png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, PNG_FP_1);
}

/* A chunk that stands behind the pixels comes too late: nobody waits for the end of a file that has said all that can be seen. */
static int png_orientation(struct png_job *j)
{
	png_bytep exif;
	png_uint_32 n;

	return png_get_eXIf_1(j->png, j->info, &n, &exif) ? orientation_of(exif, n) : ORIENTATION_UPRIGHT;
}

static void png_rows(struct png_job *j, struct shrink *s, int passes)
{
	size_t stride = (size_t)s->p.full_cols * 3, n = passes > 1 ? (size_t)s->p.full_rows : 1;

	png_read_update_info(j->png, j->info);
	if (png_get_rowbytes(j->png, j->info) != stride)
		png_error(j->png, "another form");
	j->row = mem_alloc(stride * n);
	j->rows = mem_alloc(n * sizeof *j->rows);
	for (size_t i = 0; i < n; i++)
		j->rows[i] = j->row + i * stride;
	if (passes > 1)
		png_read_image(j->png, j->rows);
	for (int i = 0; i < s->p.full_rows; i++) {
		if (passes == 1)
			png_read_row(j->png, j->row, NULL);
		shrink_row(s, passes > 1 ? j->rows[i] : j->row);
	}
}

static enum pixels_what png_decode(struct png_job *j, struct shrink *s, struct buf *out)
{
	png_uint_32 cols, rows;
	int passes;

	j->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, j, png_fails, png_ignores);
	j->info = j->png ? png_create_info_struct(j->png) : NULL;
	if (!j->info || setjmp(j->failed))
		return PIXELS_DAMAGED;
	png_set_read_fn(j->png, j, png_feed);
	png_set_user_limits(j->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* ours come below, and have a word of their own */
	png_set_chunk_malloc_max(j->png, CHUNK_MAX);
	png_read_info(j->png, j->info);
	cols = png_get_image_width(j->png, j->info);
	rows = png_get_image_height(j->png, j->info);
	passes = png_set_interlace_handling(j->png);
	if ((passes > 1 && (uint64_t)cols * rows > INTERLACED_PIXELS_MAX) || !shrink_begin(s, cols, rows, out))
		return PIXELS_TOO_LARGE;
	s->orientation = png_orientation(j);
	png_plain(j);
	png_rows(j, s, passes);
	return PIXELS_PICTURE;
}

static enum pixels_what take_png(const void *data, size_t n, struct buf *out)
{
	struct png_job j = { .at = data, .left = n };
	struct shrink s = { 0 };
	size_t before = out->len;
	enum pixels_what what = png_decode(&j, &s, out);

	if (what == PIXELS_PICTURE)
		stand_up(out, before, &s);
	png_destroy_read_struct(&j.png, &j.info, NULL);
	free(j.row);
	free(j.rows);
	free(s.sum);
	return what;
}

/* ---- JPEG ---- */
enum { EXIF_MARKER = JPEG_APP0 + 1, MARKER_MOST = 0xffff };
static const uint8_t exif[] = { 'E', 'x', 'i', 'f', 0, 0 };

struct jpeg_job {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	uint8_t *row;
	jmp_buf failed;
};

static _Noreturn void jpeg_fails(j_common_ptr jpeg)
{
	struct jpeg_job *j = jpeg->client_data;

	longjmp(j->failed, 1);
}

static void jpeg_warns(j_common_ptr jpeg, int level)
{
	if (level < 0)
		jpeg->err->num_warnings++;
}

static void jpeg_is_silent(j_common_ptr jpeg)
{
	(void)jpeg;
}

/* Four inks, which Adobe writes inverted: 255 is no ink. */
static void from_inks(uint8_t *row, JDIMENSION cols, bool inverted)
{
	for (JDIMENSION i = 0; i < cols; i++) {
		const uint8_t *from = row + 4 * i;
		unsigned black = inverted ? from[3] : 255u - from[3];
		uint8_t rgb[3];

		for (int part = 0; part < 3; part++)
			rgb[part] = (uint8_t)((inverted ? from[part] : 255u - from[part]) * black / 255);
		memcpy(row + 3 * i, rgb, sizeof rgb);
	}
}

static int jpeg_orientation(const struct jpeg_decompress_struct *d)
{
	for (const struct jpeg_marker_struct *m = d->marker_list; m; m = m->next)
		if (m->marker == EXIF_MARKER && m->data_length >= sizeof exif && !memcmp(m->data, exif, sizeof exif))
			return orientation_of(m->data + sizeof exif, m->data_length - sizeof exif);
	return ORIENTATION_UPRIGHT;
}

static enum pixels_what jpeg_decode(struct jpeg_job *j, struct shrink *s, const void *data, size_t n, struct buf *out)
{
	struct jpeg_decompress_struct *d = &j->jpeg;
	bool inks;

	d->err = jpeg_std_error(&j->errors);
	j->errors.error_exit = jpeg_fails;
	j->errors.emit_message = jpeg_warns;
	j->errors.output_message = jpeg_is_silent;
	d->client_data = j;
	if (setjmp(j->failed))
		return PIXELS_DAMAGED;
	jpeg_create_decompress(d);
	d->client_data = j;
	jpeg_mem_src(d, data, n);
	jpeg_save_markers(d, EXIF_MARKER, MARKER_MOST);
	jpeg_read_header(d, TRUE);
	s->orientation = jpeg_orientation(d);
	if (!shrink_begin(s, d->image_width, d->image_height, out))
		return PIXELS_TOO_LARGE;
	inks = d->jpeg_color_space == JCS_CMYK || d->jpeg_color_space == JCS_YCCK;
	d->out_color_space = inks ? JCS_CMYK : JCS_RGB;
	jpeg_start_decompress(d);
	j->row = mem_alloc((size_t)d->output_width * 4);
	while (d->output_scanline < d->output_height) {
		if (jpeg_read_scanlines(d, &j->row, 1) != 1)
			return PIXELS_DAMAGED;
		if (inks)
			from_inks(j->row, d->output_width, d->saw_Adobe_marker);
		shrink_row(s, j->row);
	}
	return j->errors.num_warnings ? PIXELS_DAMAGED : PIXELS_PICTURE; /* half a document must not pass for a whole one */
}

static enum pixels_what take_jpeg(const void *data, size_t n, struct buf *out)
{
	struct jpeg_job j = { 0 };
	struct shrink s = { 0 };
	size_t before = out->len;
	enum pixels_what what = jpeg_decode(&j, &s, data, n, out);

	if (what == PIXELS_PICTURE)
		stand_up(out, before, &s);
	jpeg_destroy_decompress(&j.jpeg);
	free(j.row);
	free(s.sum);
	return what;
}

/* ---- the process ---- */
void unpack(const void *data, size_t n, struct buf *out)
{
	size_t before = out->len;
	enum pixels_what what = PIXELS_UNKNOWN;
	uint8_t head[PIXELS_HEAD];

	if (n >= 8 && !png_sig_cmp(data, 0, 8))
		what = take_png(data, n, out);
	else if (n >= 3 && !memcmp(data, "\xff\xd8\xff", 3))
		what = take_jpeg(data, n, out);
	if (what == PIXELS_PICTURE)
		return;
	buf_setlen(out, before);
	pixels_head(head, &(struct pixels){ .what = what });
	buf_add(out, head, sizeof head);
}

static bool is_pipe(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISFIFO(st.st_mode);
}

static bool read_all(struct buf *in)
{
	char chunk[64 * 1024];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			buf_add(in, chunk, (size_t)n);
		if (in->len > BLOB_MAX_BYTES)
			return false;
	}
	return true;
}

static bool write_all(const struct buf *out)
{
	for (size_t at = 0; at < out->len;) {
		ssize_t n = write(STDOUT_FILENO, out->data + at, out->len - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

int unpack_main(void)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	if (!is_pipe(STDIN_FILENO) || !is_pipe(STDOUT_FILENO)) {
		fputs("paydesk: " UNPACK_WORD " is for the console alone, which starts it by itself; `paydesk help` lists what there is\n", stderr);
		return code_status(E_USAGE);
	}
	if (!confine())
		return code_status(E_FAILED);
	if (!read_all(&in))
		_exit(code_status(E_IO));
	unpack(in.data, in.len, &out);
	_exit(write_all(&out) ? 0 : code_status(E_IO)); /* nothing but this is left to it */
}
