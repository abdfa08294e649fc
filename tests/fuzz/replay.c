/* Runs one fuzz target over its corpus: replay_NAME [FILE…], NAME being part of the program's own name. Without files it takes all of
 * tests/fuzz/corpus/NAME, below the working folder. Counts as one test, which fails by crashing or for want of a corpus. */
#include <dirent.h>
#include <string.h>

#include "store/mem.h"
#include "tests/fuzz/fuzz.h"

static bool replay(const char *path)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	char piece[4096];
	FILE *f = fopen(path, "rb");
	uint8_t *exact;
	size_t n;

	if (!f) {
		perror(path);
		return false;
	}
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&bytes, piece, n);
	fclose(f);
	/* exactly as long as the input, so that AddressSanitizer sees a read behind its end */
	exact = malloc(bytes.len ? bytes.len : 1);
	if (!exact)
		return false;
	memcpy(exact, bytes.data, bytes.len);
	fprintf(stderr, "%s\n", path); /* the last one named is the one that it died of */
	LLVMFuzzerTestOneInput(exact, bytes.len);
	free(exact);
	return true;
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *program = slash ? slash + 1 : argv[0], *name = strchr(program, '_');
	char folder[200], path[500];
	struct dirent **files;
	bool good = true;
	int n;

	for (int i = 1; i < argc; i++)
		good = replay(argv[i]) && good;
	if (argc > 1)
		return !good;
	snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", name ? name + 1 : program);
	n = scandir(folder, &files, visible, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
		good = replay(path) && good;
		free(files[i]);
	}
	if (n > 0)
		free(files);
	else
		printf("not ok %s: there is nothing in %s\n", program, folder);
	if (n > 0)
		printf("%s %s: %d inputs\n", good ? "ok" : "not ok", program, n);
	return n <= 0 || !good;
}
