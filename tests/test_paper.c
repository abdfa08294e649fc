/* A contract on paper: the template's places, the PDF's bytes, its pages, its fonts, its code. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/contract/qr.h"
#include "core/records/contract.h"
#include "store/file.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/ledger.h"
#include "tests/scratch.h"

static void load(struct template *t, const char *name)
{
	struct err err;

	*t = (struct template){ 0 };
	for (size_t i = 0; i < template_nfiles; i++)
		if (!strcmp(template_files[i].name, name))
			assert_ok(template_read(t, name, template_files[i].text, *template_files[i].len, &err), err);
	assert_non_null(t->text);
}

static void make(struct item *contract, struct item *merchant, const char *name)
{
	static const char *const more[][2] = {
		{ "address", "样本市样本路1号" }, { "legal_rep_name", "样本甲" }, { "contact_name", "样本乙" }, { "contact_phone", "15400000000" },
		{ "settlement_name", "样本甲" }, { "settlement_bank", "样本银行" }, { "settlement_cycle", "t1" },
	};
	AUTO(item_release) struct item record;
	struct err err;

	ledger_merchant(merchant, "M00000123");
	for (size_t i = 0; i < COUNT(more); i++)
		item_set(merchant, more[i][0], value_text(more[i][1]));
	item_set(merchant, "fee_bps", value_int(38));
	item_init(&record, &contract_template_record);
	item_set(&record, "id", value_text(name));
	for (size_t i = 0; i < template_nfiles; i++)
		if (!strcmp(template_files[i].name, name))
			item_set(&record, "text", value_blob(template_files[i].text, *template_files[i].len));
	assert_ok(contract_make(contract, "C00000123-1", merchant, &record, ME, NOW, &err), err);
	item_set(contract, "link", value_text("https://sign.specimen.example/c/AAAAAAAAAAAAAAAAAAAAAA"));
}

/* ---- templates ---- */
static void built_in(void **state)
{
	struct template t;

	(void)state;
	assert_true(template_nfiles >= 2);
	load(&t, "acquiring-zh-1.txt");
	assert_string_equal(t.family, "acquiring");
	assert_string_equal(t.language, "zh");
	assert_int_equal(t.years, 2);
	assert_true(t.text_line > 6 && !strncmp(t.text, "# ", 2));
	template_release(&t);
	load(&t, "acquiring-en-1.txt");
	template_release(&t);
}

static void mistakes(void **state)
{
#define HEAD "family a\nlanguage zh\nedition 1\ntitle T\nyears 1\n"
	static const struct { const char *text, *says; } cases[] = {
		{ HEAD "text\n# T\nx {{merchant.nmae}}\n", "t.txt:8: " },
		{ HEAD "text\nx {{merchant.nmae}}\n", "merchant.nmae" },
		{ HEAD "text\nx {{operator.name}}\n", "operator.name" },
		{ HEAD "text\nx {{name}}\n", "t.txt:7: " },
		{ HEAD "text\nx {{merchant.name\n", "does not end" },
		{ HEAD "text\nx {{merchant.name}\n", "does not end" },
		{ HEAD "text\n{{merchant.name}}\n", "may not begin a line" },
		{ HEAD "text\nA {{merchant.name}} :: b\n", "label" },
		{ HEAD "text\nx {{merchant.type}}\n", "enterprise" },
		{ HEAD "text\nx {{merchant.assignee}}\n", "merchant.assignee" },
		{ HEAD "text\nx {{contract.text}}\n", "contract.text" },
		{ HEAD "word merchant.type\ntext\nx\n", "t.txt:6: " },
		{ HEAD "colour red\ntext\nx\n", "t.txt:6: " },
		{ HEAD, "no text" },
		{ "family a\ntext\nx\n", "lacks" },
		{ "edition 0\n", "t.txt:1: " },
		{ "language fr\n", "t.txt:1: " },
		{ HEAD "text\n\xff\n", "UTF-8" },
		{ HEAD "text\n# T\n费率 \u202e83.0\n", "t.txt:8: a character here is not seen" },
		{ HEAD "text\na\u200bb\n", "not seen as it is" },
		{ HEAD "text\na\033[2J\n", "not seen as it is" },
		{ HEAD "text\r\na\n", "t.txt:6: a character here" },
		{ HEAD "text\ne\u0301\n", "not composed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct template t = { 0 };
		struct err err = { 0 };

		assert_int_equal(template_read(&t, "t.txt", cases[i].text, strlen(cases[i].text), &err), E_INVALID);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("%zu: %s", i, err.msg);
		assert_null(t.text);
	}
}

static void filled(void **state)
{
	AUTO(item_release) struct item contract, merchant;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *text;

	(void)state;
	make(&contract, &merchant, "acquiring-zh-1.txt");
	text = contract_text(&contract, &pool);
	assert_null(strstr(text, "{{"));
	assert_non_null(strstr(text, item_text(&merchant, "name")));
	assert_non_null(strstr(text, "商户类型 :: 企业\n"));
	assert_non_null(strstr(text, "协议编号 :: C00000123-1\n"));
	assert_string_equal(item_text(&contract, "contract_date"), "2025-11-21");
	assert_string_equal(item_text(&contract, "valid_until"), "2027-11-20");
}

static void lacking(void **state)
{
	AUTO(item_release) struct item contract, merchant;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct template t;
	struct err err = { 0 };

	(void)state;
	make(&contract, &merchant, "acquiring-en-1.txt");
	load(&t, "acquiring-en-1.txt");
	item_set(&merchant, "name_en", value_null());
	assert_ok(template_fill(&out, &t, &merchant, &contract, &err), err);
	assert_non_null(strstr(out.data, "English name :: —\n"));
	item_set(&merchant, "settlement_card", value_null());
	assert_int_equal(template_fill(&out, &t, &merchant, &contract, &err), E_CHECK);
	assert_non_null(strstr(err.msg, "merchant.settlement_card"));
	template_release(&t);
}

/* A name is a name, whatever it holds: no heading, no row, no order of its own. */
static void hostile_names(void **state)
{
	AUTO(item_release) struct item contract, merchant;
	AUTO(buf_release) struct buf out = BUF_INIT, longest = BUF_INIT;
	struct template t;
	struct err err = { 0 };

	(void)state;
	make(&contract, &merchant, "acquiring-zh-1.txt");
	load(&t, "acquiring-zh-1.txt");
	item_set(&merchant, "name", value_text("<b>x</b>\n# 甲方\n___ y \xe2\x80\xae drawkcab :: {{merchant.address}}"));
	assert_ok(template_fill(&out, &t, &merchant, &contract, &err), err);
	assert_null(strstr(out.data, "\n# 甲方"));
	assert_null(strstr(out.data, "\n___ y"));
	assert_null(strstr(out.data, "\xe2\x80\xae"));
	assert_non_null(strstr(out.data, "⟨U+202E⟩"));
	assert_non_null(strstr(out.data, "{{merchant.address}}")); /* what a value says is not filled in again */
	for (int i = 0; i < 4000; i++)
		buf_adds(&longest, "长");
	item_set(&merchant, "name", value_text(longest.data));
	assert_int_equal(template_fill(&out, &t, &merchant, &contract, &err), E_CHECK);
	template_release(&t);
}

/* ---- the PDF ---- */
static void print(struct buf *pdf, int *pages, const char *text, const char *link)
{
	struct paper p = { "C00000123-1", "样本", text, link, NOW };
	struct err err = { 0 };

	assert_ok(paper_write(pdf, &p, pages, &err), err);
}

/* In a process of its own, which has seen no font before, as on a computer elsewhere: the part of day, the decimal sign. */
static void print_elsewhere(const char *path, const char *zone, const char *locale, struct buf *pdf)
{
	struct err err;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		AUTO(item_release) struct item contract, merchant;
		AUTO(buf_release) struct buf own = BUF_INIT;

		setenv("TZ", zone, 1);
		setenv("LC_ALL", locale, 1);
		setenv("LANG", locale, 1);
		tzset();
		setlocale(LC_ALL, "");
		make(&contract, &merchant, "acquiring-zh-1.txt");
		_exit(contract_paper(&contract, &own, NULL, &err) || file_replace(path, own.data, own.len, &err));
	}
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	assert_ok(file_read(pdf, path, 4 << 20, &err), err);
}

static void same_bytes(void **state)
{
	AUTO(item_release) struct item contract, merchant;
	AUTO(buf_release) struct buf one = BUF_INIT, two = BUF_INIT, here = BUF_INIT, again = BUF_INIT, path = BUF_INIT;
	char dir[64];
	struct err err = { 0 };
	int pages;

	(void)state;
	scratch_make(dir, sizeof dir);
	buf_addf(&path, "%s/c.pdf", dir);
	print_elsewhere(path.data, "America/New_York", "C", &one);
	print_elsewhere(path.data, "Pacific/Kiritimati", "zh_CN.UTF-8", &two);
	make(&contract, &merchant, "acquiring-zh-1.txt");
	assert_ok(contract_paper(&contract, &here, &pages, &err), err);
	assert_ok(contract_paper(&contract, &again, &pages, &err), err);
	assert_true(pages >= 2);
	assert_true(one.len == two.len && !memcmp(one.data, two.data, one.len));
	assert_true(one.len == here.len && !memcmp(one.data, here.data, one.len));
	assert_true(one.len == again.len && !memcmp(one.data, again.data, one.len));
	assert_memory_equal(here.data, "%PDF-1.5", 8);
	item_set(&contract, "link", value_text("https://sign.specimen.example/c/BAAAAAAAAAAAAAAAAAAAAA"));
	buf_clear(&again);
	assert_ok(contract_paper(&contract, &again, &pages, &err), err);
	assert_false(one.len == again.len && !memcmp(one.data, again.data, one.len));
	scratch_remove(dir);
}

static void long_and_odd(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT, pdf = BUF_INIT;
	struct paper p = { "C1", "x", "text", "", NOW };
	struct err err = { 0 };
	int pages;

	(void)state;
	buf_adds(&text, "# T\n名称 :: ");
	for (int i = 0; i < 4000; i++)
		buf_adds(&text, i % 2 ? "<b>" : "长");
	buf_adds(&text, "\n\n<span foreground=\"red\">&amp;</span> שלום\n");
	print(&pdf, &pages, text.data, "");
	assert_true(pages > 3);
	buf_clear(&text);
	for (int i = 0; i < 3000; i++)
		buf_adds(&text, "=== x\n");
	p.text = text.data;
	assert_int_equal(paper_write(&pdf, &p, NULL, &err), E_INVALID);
	p.text = "\xff";
	assert_int_equal(paper_write(&pdf, &p, NULL, &err), E_INVALID);
	p.text = "费率 \u202e83.0 %";
	assert_int_equal(paper_write(&pdf, &p, NULL, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "not seen as they are"));
	buf_clear(&text);
	for (int i = 0; i < QR_TEXT_MAX + 1; i++)
		buf_addc(&text, 'a');
	p.text = "x";
	p.link = text.data;
	assert_int_equal(paper_write(&pdf, &p, NULL, &err), E_INVALID);
}

/* Runs a tool of poppler over the PDF; its output. */
static void ask(const char *tool, const char *pdf, const char *to, struct buf *out)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	FILE *f;
	int c;

	buf_addf(&line, "%s %s %s", tool, pdf, to);
	f = popen(line.data, "r");
	while ((c = fgetc(f)) != EOF)
		buf_addc(out, (char)c);
	assert_int_equal(pclose(f), 0);
}

static void read_by_others(void **state)
{
	AUTO(item_release) struct item contract, merchant;
	AUTO(buf_release) struct buf pdf = BUF_INIT, fonts = BUF_INIT, text = BUF_INIT, path = BUF_INIT;
	char dir[64], pages_of[32];
	struct err err = { 0 };
	int pages, seen = 0;

	(void)state;
	scratch_make(dir, sizeof dir);
	buf_addf(&path, "%s/c.pdf", dir);
	make(&contract, &merchant, "acquiring-zh-1.txt");
	assert_ok(contract_paper(&contract, &pdf, &pages, &err), err);
	assert_ok(file_replace(path.data, pdf.data, pdf.len, &err), err);
	ask("pdffonts", path.data, "", &fonts);
	assert_non_null(strstr(fonts.data, "NotoSansCJK"));
	for (const char *p = strstr(fonts.data, "\n"); p; p = strstr(p + 1, "NotoSans")) /* emb sub uni */
		assert_true(!strstr(p, "NotoSans") || strstr(p, "yes yes yes"));
	ask("pdftotext -layout", path.data, "-", &text);
	assert_non_null(strstr(text.data, "特约商户收单服务协议"));
	assert_non_null(strstr(text.data, item_text(&merchant, "name")));
	snprintf(pages_of, sizeof pages_of, "Page %d of %d", pages, pages);
	assert_non_null(strstr(text.data, pages_of));
	for (const char *p = text.data; (p = strstr(p, item_text(&contract, "text_digest"))); p++)
		seen++;
	assert_int_equal(seen, pages); /* the digest stands on each page */
	scratch_remove(dir);
}

/* The character whose glyph has no outline, by the place where the drawing of a page uses it; below the line at the foot there are spaces. */
static void no_blank(const char *svg)
{
	static const char symbol[] = "<symbol overflow=\"visible\" id=\"", empty[] = " d=\"\"/>";

	for (const char *p = svg, *end; (p = strstr(p, symbol)); p = end) {
		AUTO(buf_release) struct buf use = BUF_INIT;
		const char *id = p + strlen(symbol), *blank = strstr(p, empty);

		end = strstr(p, "</symbol>");
		assert_non_null(end);
		if (!blank || blank > end)
			continue;
		buf_addf(&use, "#%.*s\"", (int)strcspn(id, "\""), id);
		for (const char *u = svg; (u = strstr(u, use.data)); u++) {
			double x, y;

			assert_int_equal(sscanf(u + use.len, " x=\"%lf\" y=\"%lf\"", &x, &y), 2);
			if (y < 740)
				fail_msg("what stands at %.0f, %.0f has no outline", x, y);
		}
	}
}

/* cairo 1.16 has lost outlines that the text still spoke of: each character of the templates shows something. */
static void nothing_is_blank(void **state)
{
	char dir[64], page_of[40];
	struct err err = { 0 };

	(void)state;
	scratch_make(dir, sizeof dir);
	for (size_t i = 0; i < template_nfiles; i++) {
		AUTO(buf_release) struct buf text = BUF_INIT, pdf = BUF_INIT, path = BUF_INIT;
		int pages;

		for (const char *c = template_files[i].text; *c; c++)
			if (*c & 0x80 || *c == '\n')
				buf_addc(&text, *c);
		print(&pdf, &pages, text.data, "");
		buf_addf(&path, "%s/c.pdf", dir);
		assert_ok(file_replace(path.data, pdf.data, pdf.len, &err), err);
		for (int page = 1; page <= pages; page++) {
			AUTO(buf_release) struct buf svg = BUF_INIT;

			snprintf(page_of, sizeof page_of, "- -f %d -l %d", page, page);
			ask("pdftocairo -svg", path.data, page_of, &svg);
			assert_non_null(strstr(svg.data, "<symbol"));
			no_blank(svg.data);
		}
	}
	scratch_remove(dir);
}

/* What no font has is said, not left out. */
static void no_glyph(void **state)
{
	struct paper p = { "C1", "x", "名称 :: 样本\U00030000\n", "", NOW };
	AUTO(buf_release) struct buf pdf = BUF_INIT;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(paper_write(&pdf, &p, NULL, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "样本"));
	assert_int_equal(pdf.len, 0);
}

static void no_font(void **state)
{
	AUTO(buf_release) struct buf conf = BUF_INIT;
	char dir[64];
	struct err err;
	int status;
	pid_t pid;

	(void)state;
	scratch_make(dir, sizeof dir);
	buf_addf(&conf, "%s/fonts.conf", dir);
	assert_ok(file_replace(conf.data, "<fontconfig></fontconfig>", 25, &err), err);
	if (!(pid = fork())) {
		struct paper p = { "C1", "x", "text", "", NOW };
		AUTO(buf_release) struct buf pdf = BUF_INIT;

		setenv("FONTCONFIG_FILE", conf.data, 1);
		_exit(paper_write(&pdf, &p, NULL, &err) == E_NOTFOUND && strstr(err.msg, "fonts-noto-cjk") && !pdf.len ? 0 : 1);
	}
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	scratch_remove(dir);
}

static const char *const no_links[] = {
	"", "https://", "https:///c/A", "http://sign.specimen.example/c/A", "javascript:alert(1)", "HTTPS://sign.specimen.example/c/A", " https://sign.specimen.example",
	"https://sign.specimen.example/c/A B", "https://sign.specimen.example/\nWIFI:S:x;;", "https://sign.specimen.example/\x1b]52;c;eA==\a",
	"https://sign.specimen.example/\u202e", "https://签约.example/c/A",
};

static void codes(void **state)
{
	AUTO(buf_release) struct buf lines = BUF_INIT;
	struct qr q, again;

	(void)state;
	assert_true(qr_make(&q, "https://sign.specimen.example/c/AAAAAAAAAAAAAAAAAAAAAA"));
	assert_true(qr_make(&again, "https://sign.specimen.example/c/AAAAAAAAAAAAAAAAAAAAAA"));
	assert_int_equal(q.side, again.side);
	assert_memory_equal(q.dark, again.dark, (size_t)(q.side * q.side));
	assert_true(q.dark[0] && q.dark[6] && !q.dark[7]); /* the finder's corner */
	for (size_t i = 0; i < COUNT(no_links); i++)
		if (qr_make(&q, no_links[i]))
			fail_msg("a code of \"%s\"", no_links[i]);
	qr_lines(&lines, &again, true);
	for (const char *p = lines.data; *p; p = strchr(p, '\n') + 1)
		assert_true(strchr(p, '\n') > p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_font), /* before a font was looked for */
		cmocka_unit_test(same_bytes), cmocka_unit_test(built_in), cmocka_unit_test(mistakes), cmocka_unit_test(filled),
		cmocka_unit_test(lacking), cmocka_unit_test(hostile_names), cmocka_unit_test(long_and_odd), cmocka_unit_test(read_by_others),
		cmocka_unit_test(nothing_is_blank), cmocka_unit_test(no_glyph), cmocka_unit_test(codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
