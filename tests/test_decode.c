/* Pictures decoded in a process of their own: what comes back is checked to the byte, and whatever happens over there, nothing happens here. */
#include "tui/picture/decode.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

#include "sync/paycore/png.h"
#include "tests/check.h"
#include "tui/picture/confine.h"
#include "tui/picture/orientation.h"
#include "tui/picture/unpack.h"

extern char **environ;

enum { PATIENCE_MS = 20 * 1000, NOTHING_AMISS = 41 };

/* ---- what this program is when it is started as a child: like the console, or worse ---- */
static void say(const void *data, size_t n)
{
	if (write(STDOUT_FILENO, data, n) != (ssize_t)n)
		_exit(1);
}

static int count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static int probe(const char *what)
{
	char *volatile big;

	if (!strcmp(what, "bare")) /* two descriptors, no environment */
		return count_fds() == 2 && (!environ || !*environ) ? NOTHING_AMISS : 1;
	if (!strcmp(what, "nonsense")) {
		say("SPECIMEN", 8);
		return 0;
	}
	if (!strcmp(what, "flood")) {
		static char block[64 * 1024];

		for (;;)
			say(block, sizeof block);
	}
	if (!strcmp(what, "killed"))
		raise(SIGKILL);
	if (!confine())
		return 2;
	if (!strcmp(what, "open"))
		_exit(open("/etc/hostname", O_RDONLY) >= 0 ? 3 : 4);
	if (!strcmp(what, "socket"))
		_exit(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 3 : 4);
	if (!strcmp(what, "fork"))
		_exit(fork() >= 0 ? 3 : 4);
	if (!strcmp(what, "exec"))
		_exit(execl("/bin/true", "true", (char *)NULL) ? 4 : 3);
	if (!strcmp(what, "stderr"))
		_exit(dup2(STDOUT_FILENO, STDERR_FILENO) >= 0 ? 3 : 4);
	if (!strcmp(what, "memory")) {
		big = malloc((size_t)CONFINE_MEMORY_MIB * 2 << 20);
		_exit(big ? 3 : NOTHING_AMISS);
	}
	for (;;) /* "spin" */
		big = NULL;
}

/* ---- files to decode ---- */
static const uint32_t two_colours[PNG_COLOURS] = { 0xffffff, 0xc8282d };

/* A chequered PNG: fields of side pixels, white at the top left, red beside it. */
static void chequered(struct buf *out, int cols, int rows, int side)
{
	uint8_t *pixels = mem_alloc((size_t)cols * (size_t)rows);

	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++)
			pixels[row * cols + col] = (uint8_t)((row / side + col / side) % 2);
	png_write(out, pixels, cols, rows, two_colours);
	free(pixels);
}

static void on_write(png_structp png, png_bytep data, size_t n)
{
	buf_add(png_get_io_ptr(png), data, n);
}

static void on_flush(png_structp png)
{
	(void)png;
}

/* Half transparent black over nothing, sixteen bits, interlaced: all that a plain one is not. */
static void fancy_png(struct buf *out, png_uint_32 cols, png_uint_32 rows)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_bytep row = mem_alloc((size_t)cols * 8);

	for (png_uint_32 i = 0; i < cols; i++)
		row[i * 8 + 6] = 0x80;
	png_set_write_fn(png, out, on_write, on_flush);
	png_set_IHDR(png, info, cols, rows, 16, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_ADAM7, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int pass = png_set_interlace_handling(png); pass > 0; pass--)
		for (png_uint_32 i = 0; i < rows; i++)
			png_write_row(png, row);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	free(row);
}

/* inks: 4 for CMYK, 3 for RGB. All of it in one colour. */
static void plain_jpeg(struct buf *out, JDIMENSION cols, JDIMENSION rows, int inks, const uint8_t *colour)
{
	struct jpeg_compress_struct jpeg = { 0 };
	struct jpeg_error_mgr errors;
	unsigned char *data = NULL;
	unsigned long n = 0;
	JSAMPROW row = mem_alloc((size_t)cols * (size_t)inks);

	for (JDIMENSION i = 0; i < cols; i++)
		memcpy(row + i * (JDIMENSION)inks, colour, (size_t)inks);
	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &data, &n);
	jpeg.image_width = cols;
	jpeg.image_height = rows;
	jpeg.input_components = inks;
	jpeg.in_color_space = inks == 4 ? JCS_CMYK : JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < rows)
		jpeg_write_scanlines(&jpeg, &row, 1);
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	buf_add(out, data, n);
	free(data);
	free(row);
}

/* ---- runs ---- */
struct result {
	enum code code;
	struct pixels p;         /* borrows from decoding */
	struct decoding *decoding;
	struct err err;
};

static void run(struct result *r, const void *data, size_t n, const char *word, int most_ms)
{
	*r = (struct result){ 0 };
	assert_ok(decoding_start(&r->decoding, &(struct decode_job){ data, n, word, most_ms }, &r->err), r->err);
	while (!decoding_step(r->decoding)) {
		struct pollfd fd = { .fd = decoding_fd(r->decoding), .events = POLLIN };

		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
	}
	assert_true(decoding_step(r->decoding));
	r->code = decoding_result(r->decoding, &r->p, &r->err);
	assert_true(r->code == E_OK || r->err.msg[0]);
}

static void release(struct result *r)
{
	decoding_free(r->decoding);
}

static enum pixels_what what_of(const struct buf *file)
{
	AUTO(release) struct result r;

	run(&r, file->data, file->len, NULL, 0);
	assert_ok(r.code, r.err);
	return r.p.what;
}

static void assert_pixel(const struct pixels *p, int row, int col, uint32_t want, int tolerance)
{
	for (int part = 0; part < 3; part++) {
		int is = p->rgb[(row * p->cols + col) * 3 + part], should = (int)(want >> (16 - 8 * part) & 0xff);

		if (is - should > tolerance || should - is > tolerance)
			fail_msg("pixel %d,%d part %d: %d, not %d", row, col, part, is, should);
	}
}

static void test_png(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	AUTO(release) struct result plain, fancy;

	(void)state;
	chequered(&file, 31, 17, 8);
	run(&plain, file.data, file.len, NULL, 0);
	assert_ok(plain.code, plain.err);
	assert_int_equal(plain.p.what, PIXELS_PICTURE);
	assert_int_equal(plain.p.cols, 31);
	assert_int_equal(plain.p.rows, 17);
	assert_int_equal(plain.p.full_cols, 31);
	assert_pixel(&plain.p, 0, 0, 0xffffff, 0);
	assert_pixel(&plain.p, 0, 8, 0xc8282d, 0);
	assert_pixel(&plain.p, 16, 30, 0xc8282d, 0);
	buf_clear(&file);
	fancy_png(&file, 20, 10);
	run(&fancy, file.data, file.len, NULL, 0);
	assert_ok(fancy.code, fancy.err);
	assert_int_equal(fancy.p.what, PIXELS_PICTURE);
	assert_true(fancy.p.rgb[0] > 0x60 && fancy.p.rgb[0] < 0xc8); /* on white */
	assert_int_equal(fancy.p.rgb[0], fancy.p.rgb[(20 * 10 - 1) * 3]);
}

static void test_large_ones_are_made_smaller(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	AUTO(release) struct result r;

	(void)state;
	chequered(&file, 5001, 4, 1); /* three by three become one: white and red in turn, five of nine or four */
	run(&r, file.data, file.len, NULL, 0);
	assert_ok(r.code, r.err);
	assert_int_equal(r.p.what, PIXELS_PICTURE);
	assert_int_equal(r.p.cols, 1667);
	assert_int_equal(r.p.rows, 2);
	assert_int_equal(r.p.full_cols, 5001);
	assert_int_equal(r.p.full_rows, 4);
	assert_pixel(&r.p, 0, 0, (0xff * 5 + 0xc8 * 4) / 9 << 16 | (0xff * 5 + 0x28 * 4) / 9 << 8 | (0xff * 5 + 0x2d * 4) / 9, 0);
	assert_pixel(&r.p, 1, 0, (0xff * 1 + 0xc8 * 2) / 3 << 16 | (0xff * 1 + 0x28 * 2) / 3 << 8 | (0xff * 1 + 0x2d * 2) / 3, 0);
}

static void test_jpeg(void **state)
{
	static const uint8_t red[] = { 0xc8, 0x28, 0x2d }, cyan[] = { 0, 255, 255, 255 }; /* as Adobe writes it: 0 is all of an ink */
	AUTO(buf_release) struct buf file = BUF_INIT;
	AUTO(release) struct result r, inks;

	(void)state;
	plain_jpeg(&file, 33, 9, 3, red);
	run(&r, file.data, file.len, NULL, 0);
	assert_ok(r.code, r.err);
	assert_int_equal(r.p.what, PIXELS_PICTURE);
	assert_int_equal(r.p.cols, 33);
	assert_pixel(&r.p, 8, 32, 0xc8282d, 6);
	buf_clear(&file);
	plain_jpeg(&file, 16, 16, 4, cyan);
	run(&inks, file.data, file.len, NULL, 0);
	assert_ok(inks.code, inks.err);
	assert_int_equal(inks.p.what, PIXELS_PICTURE);
	assert_pixel(&inks.p, 3, 3, 0x00ffff, 6);
}

/* ---- how the camera was held ---- */
enum { TURNED_COLS = 48, TURNED_ROWS = 32, FIELD = 16, EXIF_BYTES = 26 };

/* A TIFF header and one directory with one entry. */
static size_t exif_of(uint8_t out[EXIF_BYTES], bool big, unsigned orientation)
{
	static const uint8_t ii[EXIF_BYTES] = { 'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0 };
	static const uint8_t mm[EXIF_BYTES] = { 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1 };

	memcpy(out, big ? mm : ii, EXIF_BYTES);
	out[big ? 19 : 18] = (uint8_t)orientation;
	return EXIF_BYTES;
}

/* Six fields of colour, three beside and two below one another: each stands once, so that every turn and every mirror differs. */
static const uint32_t fields[2][3] = { { 0xff0000, 0x00ff00, 0x0000ff }, { 0xffff00, 0x00ffff, 0xff00ff } };

static void paint(uint8_t *row, int at)
{
	for (int col = 0; col < TURNED_COLS; col++)
		for (int part = 0; part < 3; part++)
			row[3 * col + part] = (uint8_t)(fields[at / FIELD][col / FIELD] >> (16 - 8 * part));
}

static void camera_png(struct buf *out, uint8_t *exif, size_t n)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	uint8_t row[TURNED_COLS * 3];

	png_set_write_fn(png, out, on_write, on_flush);
	png_set_IHDR(png, info, TURNED_COLS, TURNED_ROWS, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_eXIf_1(png, info, (png_uint_32)n, exif);
	png_write_info(png, info);
	for (int i = 0; i < TURNED_ROWS; i++) {
		paint(row, i);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
}

/* marker: what stands in APP1, "Exif" and all. */
static void camera_jpeg(struct buf *out, const uint8_t *marker, size_t n)
{
	struct jpeg_compress_struct jpeg = { 0 };
	struct jpeg_error_mgr errors;
	unsigned char *data = NULL;
	unsigned long len = 0;
	uint8_t pixels[TURNED_COLS * 3];
	JSAMPROW row = pixels;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &data, &len);
	jpeg.image_width = TURNED_COLS;
	jpeg.image_height = TURNED_ROWS;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)"http://ns.adobe.com/xap/1.0/", 29); /* another one that uses it */
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, marker, (unsigned)n);
	while (jpeg.next_scanline < TURNED_ROWS) {
		paint(pixels, (int)jpeg.next_scanline);
		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	buf_add(out, data, len);
	free(data);
}

/* What is seen at the top left, the top right, the bottom left: as Exif 2.32 says of each where the first row and the first column belong. */
static const struct { bool sides; uint32_t top_left, top_right, bottom_left; } stands[ORIENTATION_MOST + 1] = {
	[1] = { false, 0xff0000, 0x0000ff, 0xffff00 }, [2] = { false, 0x0000ff, 0xff0000, 0xff00ff }, [3] = { false, 0xff00ff, 0xffff00, 0x0000ff },
	[4] = { false, 0xffff00, 0xff00ff, 0xff0000 }, [5] = { true, 0xff0000, 0xffff00, 0x0000ff }, [6] = { true, 0xffff00, 0xff0000, 0xff00ff },
	[7] = { true, 0xff00ff, 0x0000ff, 0xffff00 }, [8] = { true, 0x0000ff, 0xff00ff, 0xff0000 },
};

static void check_stands(const struct buf *file, int orientation, int tolerance)
{
	enum { IN = FIELD / 2 };
	int cols = stands[orientation].sides ? TURNED_ROWS : TURNED_COLS, rows = stands[orientation].sides ? TURNED_COLS : TURNED_ROWS;
	AUTO(release) struct result r;

	run(&r, file->data, file->len, NULL, 0);
	assert_ok(r.code, r.err);
	assert_int_equal(r.p.what, PIXELS_PICTURE);
	if (r.p.cols != cols || r.p.rows != rows || r.p.full_cols != cols)
		fail_msg("orientation %d: %d by %d", orientation, r.p.cols, r.p.rows);
	assert_pixel(&r.p, IN, IN, stands[orientation].top_left, tolerance);
	assert_pixel(&r.p, IN, cols - IN, stands[orientation].top_right, tolerance);
	assert_pixel(&r.p, rows - IN, IN, stands[orientation].bottom_left, tolerance);
}

static void test_orientation(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++)
		for (unsigned o = 1; o <= ORIENTATION_MOST; o++) {
			AUTO(buf_release) struct buf png = BUF_INIT, jpeg = BUF_INIT;
			uint8_t marker[6 + EXIF_BYTES] = { 'E', 'x', 'i', 'f' };

			exif_of(marker + 6, big, o);
			assert_int_equal(orientation_of(marker + 6, EXIF_BYTES), o);
			camera_png(&png, marker + 6, EXIF_BYTES);
			check_stands(&png, (int)o, 0);
			camera_jpeg(&jpeg, marker, sizeof marker);
			check_stands(&jpeg, (int)o, 40);
		}
}

/* Whatever is not exactly that leaves the picture as it is, and the picture is shown. */
static void test_malformed_exif(void **state)
{
	static const struct { const char *what; size_t at; uint8_t byte; } spoilt[] = {
		{ "no byte order", 0, 'X' }, { "two byte orders", 1, 'M' }, { "another magic", 2, 43 }, { "a directory in the head", 4, 4 },
		{ "a directory behind the end", 4, 200 }, { "a directory far behind the end", 7, 0xff }, { "one whose count is cut", 4, EXIF_BYTES - 1 },
		{ "no entries", 8, 0 }, { "another tag", 10, 0x13 }, { "another type", 12, 4 }, { "two values", 14, 2 }, { "very many values", 17, 0xff },
		{ "orientation 0", 18, 0 }, { "orientation 9", 18, 9 }, { "orientation 65286", 19, 0xff },
	};
	uint8_t marker[6 + EXIF_BYTES] = { 'E', 'x', 'i', 'f' }, *exif = marker + 6;

	(void)state;
	for (size_t i = 0; i < COUNT(spoilt); i++) {
		AUTO(buf_release) struct buf jpeg = BUF_INIT;

		exif_of(exif, false, 6);
		exif[spoilt[i].at] = spoilt[i].byte;
		if (orientation_of(exif, EXIF_BYTES) != ORIENTATION_UPRIGHT)
			fail_msg("%s", spoilt[i].what);
		camera_jpeg(&jpeg, marker, sizeof marker);
		check_stands(&jpeg, ORIENTATION_UPRIGHT, 40);
	}
	exif_of(exif, false, 6);
	for (size_t n = 0; n < EXIF_BYTES - 4; n++) { /* cut: an entry counts when it is there whole */
		uint8_t *cut = mem_alloc(n ? n : 1); /* so that a sanitizer sees a step beyond it */

		memcpy(cut, exif, n);
		assert_int_equal(orientation_of(cut, n), ORIENTATION_UPRIGHT);
		free(cut);
	}
	exif[8] = 0xff; /* more entries than there are: those that are there count */
	exif[9] = 0xff;
	assert_int_equal(orientation_of(exif, EXIF_BYTES), 6);
	for (size_t n = 0; n < 6; n++) { /* a marker too short to be one */
		AUTO(buf_release) struct buf jpeg = BUF_INIT;

		camera_jpeg(&jpeg, marker, n);
		check_stands(&jpeg, ORIENTATION_UPRIGHT, 40);
	}
}

/* ---- hostile files ---- */
static void put_size(struct buf *png, uint32_t cols, uint32_t rows)
{
	uint8_t *head = (uint8_t *)png->data + 12;
	uint32_t sum;

	for (int i = 0; i < 4; i++) {
		head[4 + i] = (uint8_t)(cols >> (24 - 8 * i));
		head[8 + i] = (uint8_t)(rows >> (24 - 8 * i));
	}
	sum = 0xffffffff; /* the CRC of section 5.5 and annex D, over the chunk's name and data */
	for (int i = 0; i < 17; i++) {
		sum ^= head[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum & 1 ? 0xedb88320 ^ sum >> 1 : sum >> 1;
	}
	sum = ~sum;
	for (int i = 0; i < 4; i++)
		head[17 + i] = (uint8_t)(sum >> (24 - 8 * i));
}

static void test_hostile_png(void **state)
{
	static const struct { uint32_t cols, rows; enum pixels_what what; } sizes[] = {
		{ 100000, 100000, PIXELS_TOO_LARGE }, { 0x7fffffff, 1, PIXELS_TOO_LARGE }, { 20000, 20000, PIXELS_TOO_LARGE }, { 1, 0x7fffffff, PIXELS_TOO_LARGE },
		{ 0, 16, PIXELS_DAMAGED }, { 0xffffffff, 16, PIXELS_DAMAGED }, { 16, 17, PIXELS_DAMAGED } /* a row more than there is */,
	};
	AUTO(buf_release) struct buf good = BUF_INIT, bad = BUF_INIT;

	(void)state;
	chequered(&good, 16, 16, 4);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		buf_clear(&bad);
		buf_add(&bad, good.data, good.len);
		put_size(&bad, sizes[i].cols, sizes[i].rows);
		assert_int_equal(what_of(&bad), sizes[i].what);
	}
	for (size_t n = 8; n < good.len - 12; n += 13) { /* cut; only the last chunk, which says nothing, may be missing */
		buf_clear(&bad);
		buf_add(&bad, good.data, n);
		assert_int_equal(what_of(&bad), PIXELS_DAMAGED);
	}
	buf_clear(&bad);
	buf_add(&bad, good.data, good.len);
	bad.data[good.len - 20] ^= 1; /* in the pixels: their checksum is off */
	assert_int_equal(what_of(&bad), PIXELS_DAMAGED);
}

static void test_hostile_others(void **state)
{
	static const uint8_t grey[] = { 99, 99, 99 };
	AUTO(buf_release) struct buf good = BUF_INIT, bad = BUF_INIT;

	(void)state;
	plain_jpeg(&good, 200, 200, 3, grey);
	for (size_t n = 3; n < good.len - 2; n += 101) {
		buf_clear(&bad);
		buf_add(&bad, good.data, n);
		assert_int_equal(what_of(&bad), PIXELS_DAMAGED);
	}
	buf_clear(&bad);
	assert_int_equal(what_of(&bad), PIXELS_UNKNOWN);
	buf_adds(&bad, "%PDF-1.7 SPECIMEN");
	assert_int_equal(what_of(&bad), PIXELS_UNKNOWN);
	buf_clear(&bad);
	buf_adds(&bad, "GIF89a");
	assert_int_equal(what_of(&bad), PIXELS_UNKNOWN);
}

/* ---- the process ---- */
static void test_confined(void **state)
{
	static const struct { const char *what; int sig, status; } probes[] = {
		{ "bare", 0, NOTHING_AMISS }, { "open", SIGSYS, 0 }, { "socket", SIGSYS, 0 }, { "fork", SIGSYS, 0 }, { "exec", SIGSYS, 0 },
		{ "stderr", SIGSYS, 0 }, { "memory", 0, NOTHING_AMISS }, { "killed", SIGKILL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(probes); i++) {
		AUTO(release) struct result r = { 0 };
		char want[60];

		if (SANITIZED && !strcmp(probes[i].what, "memory"))
			continue; /* a sanitizer's addresses are not bounded */
		run(&r, "x", 1, probes[i].what, PATIENCE_MS);
		snprintf(want, sizeof want, probes[i].sig ? "(signal %d)" : "(status %d)", probes[i].sig ? probes[i].sig : probes[i].status);
		if (r.code != E_FAILED || !strstr(r.err.msg, want))
			fail_msg("%s: %s", probes[i].what, r.err.msg);
	}
}

static void test_what_it_says_is_not_believed(void **state)
{
	AUTO(release) struct result nonsense, flood, slow, dead;
	struct err err;
	struct decoding *d;

	(void)state;
	run(&nonsense, "x", 1, "nonsense", PATIENCE_MS);
	assert_int_equal(nonsense.code, E_INVALID);
	run(&flood, "x", 1, "flood", PATIENCE_MS);
	assert_int_equal(flood.code, E_INVALID);
	run(&slow, "x", 1, "spin", 50);
	assert_int_equal(slow.code, E_FAILED);
	assert_non_null(strstr(slow.err.msg, "too long"));
	run(&dead, "x", 1, "killed", PATIENCE_MS);
	assert_int_equal(dead.code, E_FAILED);
	assert_ok(decoding_start(&d, &(struct decode_job){ "x", 1, "spin", PATIENCE_MS }, &err), err);
	decoding_free(d); /* nobody waits for it any more: it is ended */
	decoding_free(NULL);
}

/* A file larger than a pipe holds goes over in pieces, and nothing waits. */
static void test_large_file(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	uint8_t *noise = mem_alloc(1500 * 1500);
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < 1500 * 1500; i++)
		noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 28);
	png_write(&file, noise, 1500, 1500, two_colours);
	free(noise);
	assert_true(file.len > 500 * 1000);
	assert_int_equal(what_of(&file), PIXELS_PICTURE);
}

/* ---- the form ---- */
static void test_pixel_form(void **state)
{
	static const struct { uint32_t what, cols, rows, full_cols, full_rows; size_t body; bool good; } rows[] = {
		{ PIXELS_PICTURE, 2, 3, 2, 3, 18, true }, { PIXELS_PICTURE, 2, 3, 20, 30, 18, true }, { PIXELS_UNKNOWN, 0, 0, 0, 0, 0, true },
		{ PIXELS_TOO_LARGE, 0, 0, 0, 0, 0, true }, { PIXELS_PICTURE, 2, 3, 2, 3, 17, false }, { PIXELS_PICTURE, 2, 3, 2, 3, 19, false },
		{ PIXELS_PICTURE, 0, 0, 0, 0, 0, false }, { PIXELS_PICTURE, 2, 3, 1, 3, 18, false }, { PIXELS_PICTURE, 2, 3, 2, 2, 18, false },
		{ PIXELS_PICTURE, 2049, 1, 2049, 1, 2049 * 3, false }, { PIXELS_PICTURE, 0x80000001, 1, 0x80000001, 1, 3, false },
		{ PIXELS_PICTURE, 1, 1, 0xffffffff, 1, 3, false }, { PIXELS_DAMAGED, 1, 1, 1, 1, 3, false }, { PIXELS_DAMAGED, 0, 0, 0, 0, 1, false },
		{ PIXELS_WHATS, 0, 0, 0, 0, 0, false },
	};
	AUTO(buf_release) struct buf form = BUF_INIT, turned = BUF_INIT;
	struct pixels p;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t head[PIXELS_HEAD];

		p = (struct pixels){ (enum pixels_what)rows[i].what, (int)rows[i].cols, (int)rows[i].rows, (int)rows[i].full_cols, (int)rows[i].full_rows, NULL };
		pixels_head(head, &p);
		buf_clear(&form);
		buf_add(&form, head, sizeof head);
		for (size_t n = 0; n < rows[i].body; n++)
			buf_addc(&form, 'x');
		if ((pixels_read(&p, form.data, form.len, &err) == E_OK) != rows[i].good)
			fail_msg("row %zu", i);
	}
	for (size_t n = 0; n < PIXELS_HEAD; n++)
		assert_int_equal(pixels_read(&p, form.data, n, &err), E_INVALID);
	pixels_turn(&p, &(struct pixels){ PIXELS_PICTURE, 2, 1, 20, 10, (const uint8_t *)"abcdef" }, ORIENTATION_QUARTER, &turned);
	assert_true(p.cols == 1 && p.rows == 2 && p.full_cols == 10 && p.full_rows == 20);
	assert_memory_equal(p.rgb, "abcdef", 6);
	form.data[0] = 'x';
	assert_int_equal(pixels_read(&p, form.data, PIXELS_HEAD, &err), E_INVALID);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_png), cmocka_unit_test(test_large_ones_are_made_smaller), cmocka_unit_test(test_jpeg),
		cmocka_unit_test(test_orientation), cmocka_unit_test(test_malformed_exif),
		cmocka_unit_test(test_hostile_png), cmocka_unit_test(test_hostile_others), cmocka_unit_test(test_confined),
		cmocka_unit_test(test_what_it_says_is_not_believed), cmocka_unit_test(test_large_file), cmocka_unit_test(test_pixel_form),
	};

	if (argc == 2)
		return strcmp(argv[1], UNPACK_WORD) == 0 ? unpack_main() : probe(argv[1]);
	signal(SIGPIPE, SIG_IGN); /* as the console has it */
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
