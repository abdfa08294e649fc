/* The seal on a PDF: made, checked, looked at by pdfsig, and each changed byte found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/contract/paper.h"
#include "core/contract/seal.h"
#include "store/crypto.h"
#include "store/file.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/scratch.h"

struct sealed { struct buf key, cert, pdf, file; };

static void make(struct sealed *s)
{
	struct paper p = { "C1", "样本", "# 样本\n条 :: 值\n", "https://sign.specimen.example/c/A", NOW };
	struct err err = { 0 };

	*s = (struct sealed){ BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	assert_ok(seal_new(&s->key, &s->cert, "SPECIMEN 样本", NOW, &err), err);
	assert_ok(paper_write(&s->pdf, &p, NULL, &err), err);
	assert_ok(seal_pdf(&s->file, s->pdf.data, s->pdf.len, s->key.data, s->cert.data, NOW, &err), err);
}

static void release(struct sealed *s)
{
	buf_wipe(&s->key);
	buf_release(&s->cert);
	buf_release(&s->pdf);
	buf_release(&s->file);
}

static enum code check(const struct sealed *s)
{
	struct err err;

	return seal_check(s->file.data, s->file.len, s->pdf.data, s->pdf.len, s->cert.data, NOW, &err);
}

static void stands(void **state)
{
	AUTO(release) struct sealed s, other;
	struct err err = { 0 };

	(void)state;
	make(&s);
	make(&other);
	assert_memory_equal(s.file.data, s.pdf.data, s.pdf.len);
	assert_ok(check(&s), err);
	assert_int_equal(seal_check(s.file.data, s.file.len, s.pdf.data, s.pdf.len, other.cert.data, NOW, &err), E_SIGNATURE);
	assert_int_equal(seal_check(s.file.data, s.file.len, "x", 1, s.cert.data, NOW, &err), E_SIGNATURE);
	assert_int_equal(seal_check(s.pdf.data, s.pdf.len, s.pdf.data, s.pdf.len, s.cert.data, NOW, &err), E_SIGNATURE);
	assert_int_equal(seal_check(s.file.data, s.file.len, s.pdf.data, s.pdf.len, "no certificate", NOW, &err), E_INVALID);
	assert_int_equal(seal_check(s.file.data, s.file.len, s.pdf.data, s.pdf.len, s.cert.data, NOW - INT64_C(86400000), &err), E_SIGNATURE);
	assert_int_equal(seal_check(s.file.data, s.file.len, s.pdf.data, s.pdf.len, s.cert.data, NOW + 11 * 365 * INT64_C(86400000), &err), E_SIGNATURE);
	buf_adds(&s.file, "\n"); /* something added later is not covered */
	assert_int_equal(check(&s), E_SIGNATURE);
}

/* In the update each byte, in the document some: all of them are covered by the one digest. */
static void every_byte_counts(void **state)
{
	AUTO(release) struct sealed s;

	(void)state;
	make(&s);
	for (size_t i = s.pdf.len; i < s.file.len; i += i < s.file.len - 13000 || i > s.file.len - 600 ? 1 : 97) {
		s.file.data[i] ^= 1;
		if (check(&s) == E_OK)
			fail_msg("byte %zu of %zu does not count", i - s.pdf.len, s.file.len - s.pdf.len);
		s.file.data[i] ^= 1;
	}
	assert_int_equal(check(&s), E_OK);
}

static void only_our_own(void **state)
{
	AUTO(release) struct sealed s;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err err;

	(void)state;
	make(&s);
	assert_int_equal(seal_pdf(&out, s.file.data, s.file.len, s.key.data, s.cert.data, NOW, &err), E_INVALID); /* sealed already */
	assert_int_equal(seal_pdf(&out, "%PDF-1.5\n", 9, s.key.data, s.cert.data, NOW, &err), E_INVALID);
	assert_int_equal(seal_pdf(&out, "", 0, s.key.data, s.cert.data, NOW, &err), E_INVALID);
	assert_int_equal(seal_pdf(&out, s.pdf.data, s.pdf.len, "x", s.cert.data, NOW, &err), E_INVALID);
	for (size_t i = s.pdf.len - 2000; i < s.pdf.len; i++) { /* a broken table: refused, or at least nothing is read beyond the file */
		char was = s.pdf.data[i];

		s.pdf.data[i] = '9';
		buf_clear(&out);
		(void)seal_pdf(&out, s.pdf.data, s.pdf.len, s.key.data, s.cert.data, NOW, &err);
		s.pdf.data[i] = was;
	}
}

static void pdfsig_says(const char *path, struct buf *out)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	FILE *f;
	int c;

	buf_addf(&line, "pdfsig %s 2>&1", path);
	f = popen(line.data, "r");
	while ((c = fgetc(f)) != EOF)
		buf_addc(out, (char)c);
	pclose(f);
}

static void others_agree(void **state)
{
	AUTO(release) struct sealed s;
	AUTO(buf_release) struct buf path = BUF_INIT, said = BUF_INIT;
	char dir[64];
	struct err err;

	(void)state;
	scratch_make(dir, sizeof dir);
	buf_addf(&path, "%s/sealed.pdf", dir);
	make(&s);
	assert_ok(file_replace(path.data, s.file.data, s.file.len, &err), err);
	pdfsig_says(path.data, &said);
	if (!strstr(said.data, "Signature is Valid") || !strstr(said.data, "Total document signed") || !strstr(said.data, "ETSI.CAdES.detached"))
		fail_msg("%s", said.data);
	assert_null(strstr(s.file.data + s.pdf.len, "2a864886f70d010905")); /* signing-time, which PAdES leaves out */
	assert_non_null(strstr(s.file.data + s.pdf.len, "2a864886f70d010910022f")); /* signing-certificate-v2, which it wants */
	s.file.data[s.pdf.len / 2] ^= 1;
	assert_ok(file_replace(path.data, s.file.data, s.file.len, &err), err);
	buf_clear(&said);
	pdfsig_says(path.data, &said);
	assert_null(strstr(said.data, "Signature is Valid"));
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stands), cmocka_unit_test(every_byte_counts), cmocka_unit_test(only_our_own), cmocka_unit_test(others_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
