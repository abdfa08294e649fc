/* Looks for words in files: usage probe_find PATH... <WORDS. Each line of WORDS is looked for as it stands, in hexadecimal, in base64 (at
 * each of its three alignments), in UTF-16 and percent-encoded, in every file below each PATH. Prints where, and as what; never the word.
 * Exit status: 0 nothing found, 1 found, 2 cannot tell. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/mem.h"

enum { WORD_MIN = 6, FORMS = 400 };

static struct form { const char *name; int line; struct buf bytes; } form[FORMS];
static size_t nforms;
static int found, searched, unreadable;

static struct buf *add_form(const char *name, int line)
{
	if (nforms == FORMS) {
		fprintf(stderr, "probe_find: too many words\n");
		exit(2);
	}
	form[nforms] = (struct form){ name, line, BUF_INIT };
	return &form[nforms++].bytes;
}

/* What of the base64 of "…word…" depends on the word alone, when the word begins at a multiple of three bytes plus shift. */
static void add_base64(const char *word, size_t n, size_t shift, int line)
{
	AUTO(buf_release) struct buf whole = BUF_INIT, text = BUF_INIT;
	size_t from = (shift * 8 + 5) / 6, to = (shift + n) * 8 / 6;
	struct buf *url;

	buf_add(&whole, "xx", shift);
	buf_add(&whole, word, n);
	buf_add_base64(&text, whole.data, whole.len);
	buf_add(add_form("base64", line), text.data + from, to - from);
	url = add_form("base64url", line);
	for (size_t i = from; i < to; i++)
		buf_addc(url, text.data[i] == '+' ? '-' : text.data[i] == '/' ? '_' : text.data[i]);
}

/* The words are well-formed UTF-8 of characters below U+10000. */
static void add_utf16(const char *word, size_t n, int line)
{
	struct buf *little = add_form("UTF-16LE", line), *big = add_form("UTF-16BE", line);

	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)word[i];
		size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : 3;
		unsigned cp = len == 1 ? c : len == 2 ? c & 0x1fu : c & 0xfu;

		for (size_t k = 1; k < len; k++)
			cp = cp << 6 | ((unsigned char)word[i + k] & 0x3fu);
		buf_addc(little, (char)(cp & 0xff));
		buf_addc(little, (char)(cp >> 8));
		buf_addc(big, (char)(cp >> 8));
		buf_addc(big, (char)(cp & 0xff));
		i += len;
	}
}

static void add_word(const char *word, size_t n, int line)
{
	struct buf *upper, *percent;

	buf_add(add_form("UTF-8", line), word, n);
	buf_add_hex(add_form("hexadecimal", line), word, n);
	upper = add_form("HEXADECIMAL", line);
	percent = add_form("percent", line);
	for (size_t i = 0; i < n; i++) {
		buf_addf(upper, "%02X", (unsigned char)word[i]);
		buf_addf(percent, "%%%02X", (unsigned char)word[i]);
	}
	for (size_t shift = 0; shift < 3; shift++)
		add_base64(word, n, shift, line);
	add_utf16(word, n, line);
}

static void search(const char *path, const struct buf *bytes)
{
	searched++;
	for (size_t i = 0; i < nforms; i++)
		if (memmem(bytes->data, bytes->len, form[i].bytes.data, form[i].bytes.len)) {
			printf("%s: word %d as %s\n", path, form[i].line, form[i].name);
			found++;
		}
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	char piece[65536];
	ssize_t n;
	int fd;

	(void)at;
	search(path, &(struct buf){ .data = (char *)path, .len = strlen(path) }); /* a name tells as well */
	if (type != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	while (fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0)
		buf_add(&bytes, piece, (size_t)n);
	if (fd < 0 || n < 0) {
		if (errno == ENOENT)
			return 0; /* a log that was removed meanwhile */
		fprintf(stderr, "probe_find: %s: %s\n", path, strerror(errno));
		unreadable++;
	}
	if (fd >= 0)
		close(fd);
	search(path, &bytes);
	return 0;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	for (int i = 1; (n = getline(&line, &room, stdin)) > 0; i++) {
		if (line[n - 1] == '\n')
			n--;
		if (n < WORD_MIN) {
			fprintf(stderr, "probe_find: word %d is too short to tell from chance\n", i);
			return 2;
		}
		add_word(line, (size_t)n, i);
	}
	free(line);
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], visit, 16, FTW_PHYS) != 0) {
			fprintf(stderr, "probe_find: %s: %s\n", argv[i], strerror(errno));
			unreadable++;
		}
	for (size_t i = 0; i < nforms; i++)
		buf_release(&form[i].bytes);
	if (!nforms || !searched)
		return 2;
	return unreadable ? 2 : found ? 1 : 0;
}
