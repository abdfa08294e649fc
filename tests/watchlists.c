#include "tests/watchlists.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/check.h"

static uint64_t mix(uint64_t x) /* splitmix64 */
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

uint64_t watch_pick(uint64_t *seed, uint64_t n)
{
	*seed = mix(*seed);
	return *seed % n;
}

/* Few of n are common, many are rare. */
static size_t skewed(uint64_t *seed, size_t n)
{
	uint64_t u = watch_pick(seed, 1000), v = watch_pick(seed, 1000);

	return (size_t)(u * v * (uint64_t)n / 1000000);
}

/* A word of syllables that follows from its number. */
static void coin(char *out, size_t size, const char *const *first, size_t nfirst, const char *const *last, size_t nlast, size_t number)
{
	uint64_t seed = mix(number);
	size_t n = 2 + number % 2, len = 0;

	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%s", i + 1 < n ? first[watch_pick(&seed, nfirst)] : last[watch_pick(&seed, nlast)]);
}

static void western(char *out, size_t size, size_t number)
{
	static const char *const first[] = { "al", "ber", "car", "dan", "ed", "fran", "ger", "hel", "iv", "jon", "kar", "leo", "mar", "nor", "ol",
					     "pav", "ro", "ste", "tor", "val", "ser", "mi", "gre", "wil", "bor", "vlad", "chris", "an" };
	static const char *const last[] = { "a", "en", "is", "ov", "ski", "ton", "man", "ez", "ard", "ert", "ina", "mir", "son", "ler", "ic", "o",
					    "as", "enko", "ini", "ley" };

	coin(out, size, first, COUNT(first), last, COUNT(last), number);
}

static void arabic(char *out, size_t size, size_t number)
{
	static const char *const first[] = { "ah", "bah", "fa", "ha", "ib", "ja", "kha", "mu", "na", "qa", "ra", "sa", "ta", "ya", "za", "ab", "ma",
					     "sha", "gha", "ju" };
	static const char *const last[] = { "mad", "rim", "san", "lil", "mmed", "sir", "dir", "shid", "lim", "riq", "hya", "yad", "mil", "wan",
					    "him", "fiz", "zir", "ri", "dani", "wi" };

	coin(out, size, first, COUNT(first), last, COUNT(last), number + 7777);
}

/* Simplified, traditional, pinyin. */
static const char *const surnames[][3] = {
	{ "王", "王", "Wang" }, { "李", "李", "Li" }, { "张", "張", "Zhang" }, { "刘", "劉", "Liu" }, { "陈", "陳", "Chen" }, { "杨", "楊", "Yang" },
	{ "赵", "趙", "Zhao" }, { "黄", "黃", "Huang" }, { "周", "周", "Zhou" }, { "吴", "吳", "Wu" }, { "徐", "徐", "Xu" }, { "孙", "孫", "Sun" },
	{ "胡", "胡", "Hu" }, { "朱", "朱", "Zhu" }, { "高", "高", "Gao" }, { "林", "林", "Lin" }, { "何", "何", "He" }, { "郭", "郭", "Guo" },
	{ "马", "馬", "Ma" }, { "罗", "羅", "Luo" }, { "梁", "梁", "Liang" }, { "宋", "宋", "Song" }, { "郑", "鄭", "Zheng" }, { "谢", "謝", "Xie" },
	{ "韩", "韓", "Han" }, { "唐", "唐", "Tang" }, { "冯", "馮", "Feng" }, { "于", "于", "Yu" }, { "董", "董", "Dong" }, { "萧", "蕭", "Xiao" },
	{ "单", "單", "Shan" }, { "曾", "曾", "Zeng" }, { "仇", "仇", "Qiu" }, { "解", "解", "Xie" }, { "欧阳", "歐陽", "Ouyang" },
	{ "诸葛", "諸葛", "Zhuge" }, { "钟", "鍾", "Zhong" }, { "蒋", "蔣", "Jiang" }, { "叶", "葉", "Ye" }, { "邓", "鄧", "Deng" },
};
static const char *const given[][3] = {
	{ "伟", "偉", "wei" }, { "芳", "芳", "fang" }, { "娜", "娜", "na" }, { "敏", "敏", "min" }, { "静", "靜", "jing" }, { "丽", "麗", "li" },
	{ "强", "強", "qiang" }, { "磊", "磊", "lei" }, { "军", "軍", "jun" }, { "洋", "洋", "yang" }, { "勇", "勇", "yong" }, { "艳", "艷", "yan" },
	{ "杰", "傑", "jie" }, { "娟", "娟", "juan" }, { "涛", "濤", "tao" }, { "明", "明", "ming" }, { "超", "超", "chao" }, { "兰", "蘭", "lan" },
	{ "霞", "霞", "xia" }, { "平", "平", "ping" }, { "刚", "剛", "gang" }, { "桂", "桂", "gui" }, { "国", "國", "guo" }, { "华", "華", "hua" },
	{ "建", "建", "jian" }, { "文", "文", "wen" }, { "志", "志", "zhi" }, { "海", "海", "hai" }, { "晓", "曉", "xiao" }, { "东", "東", "dong" },
	{ "雪", "雪", "xue" }, { "梅", "梅", "mei" }, { "云", "雲", "yun" }, { "鹏", "鵬", "peng" }, { "飞", "飛", "fei" }, { "玉", "玉", "yu" },
	{ "红", "紅", "hong" }, { "成", "成", "cheng" }, { "龙", "龍", "long" }, { "凤", "鳳", "feng" }, { "春", "春", "chun" }, { "秀", "秀", "xiu" },
	{ "波", "波", "bo" }, { "辉", "輝", "hui" }, { "宇", "宇", "yu" }, { "浩", "浩", "hao" }, { "凯", "凱", "kai" }, { "琳", "琳", "lin" },
	{ "学", "學", "xue" }, { "义", "義", "yi" }, { "庆", "慶", "qing" }, { "宝", "寶", "bao" }, { "忠", "忠", "zhong" }, { "福", "福", "fu" },
	{ "泽", "澤", "ze" }, { "坤", "坤", "kun" }, { "睿", "睿", "rui" }, { "彤", "彤", "tong" }, { "楠", "楠", "nan" }, { "颖", "穎", "ying" },
};

static void chinese(struct someone *s, uint64_t *seed)
{
	const char *const *f = surnames[skewed(seed, COUNT(surnames))];
	const char *const *a = given[watch_pick(seed, COUNT(given))], *const *b = given[watch_pick(seed, COUNT(given))];
	bool two = watch_pick(seed, 4) > 0;

	snprintf(s->family, sizeof s->family, "%s", f[2]);
	snprintf(s->given, sizeof s->given, "%s%s", a[2], two ? b[2] : "");
	s->given[0] = (char)toupper((unsigned char)s->given[0]);
	snprintf(s->name, sizeof s->name, "%s %s", s->family, s->given);
	snprintf(s->han, sizeof s->han, "%s%s%s", f[0], a[0], two ? b[0] : "");
	snprintf(s->traditional, sizeof s->traditional, "%s%s%s", f[1], a[1], two ? b[1] : "");
}

static void capitalise(char *word)
{
	word[0] = (char)toupper((unsigned char)word[0]);
}

void someone_make(struct someone *s, uint64_t seed, uint64_t number)
{
	static const char *const forms[] = { "Trading LLC", "Shipping Company", "Holding", "International Ltd", "Group", "Industries Co., Ltd" };
	uint64_t r = mix(seed ^ mix(number));

	*s = (struct someone){ .kind = (enum someone_kind)watch_pick(&r, SOMEONE_KINDS) };
	snprintf(s->born, sizeof s->born, "%04u-%02u-%02u", 1940 + (unsigned)watch_pick(&r, 60), 1 + (unsigned)watch_pick(&r, 12),
		 1 + (unsigned)watch_pick(&r, 28));
	if (s->kind == SOMEONE_CHINESE) {
		chinese(s, &r);
		return;
	}
	if (s->kind == SOMEONE_ARABIC) {
		arabic(s->given, sizeof s->given, skewed(&r, 400));
		arabic(s->middle, sizeof s->middle, skewed(&r, 400));
		arabic(s->family, sizeof s->family, skewed(&r, 3000));
	} else {
		western(s->given, sizeof s->given, skewed(&r, 600));
		western(s->middle, sizeof s->middle, skewed(&r, 600));
		western(s->family, sizeof s->family, skewed(&r, 5000));
	}
	capitalise(s->given);
	capitalise(s->middle);
	capitalise(s->family);
	if (s->kind == SOMEONE_COMPANY)
		snprintf(s->name, sizeof s->name, "%s %s %s", s->given, s->family, forms[watch_pick(&r, COUNT(forms))]);
	else
		snprintf(s->name, sizeof s->name, "%s %s %s%s", s->given, s->middle, s->kind == SOMEONE_ARABIC && watch_pick(&r, 2) ? "al-" : "",
			 s->family);
}

/* "ZHANG, Weiguo", as OFAC writes people. */
static void add_sdn_name(struct buf *out, const struct someone *s)
{
	if (s->kind == SOMEONE_COMPANY) {
		buf_adds(out, s->name);
		return;
	}
	for (const char *c = s->family; *c; c++)
		buf_addc(out, (char)toupper((unsigned char)*c));
	buf_addf(out, ", %s%s%s", s->given, *s->middle ? " " : "", s->middle);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

void watch_ofac(struct buf file[WATCH_FILES], uint64_t seed, uint64_t from, uint64_t n)
{
	for (uint64_t i = from; i < from + n; i++) {
		struct someone s, other;
		AUTO(buf_release) struct buf name = BUF_INIT, alias = BUF_INIT;
		bool person;

		someone_make(&s, seed, i);
		someone_make(&other, seed + 1, i);
		person = s.kind != SOMEONE_COMPANY;
		add_sdn_name(&name, &s);
		buf_addf(&file[WATCH_SDN], "%llu,\"%s", (unsigned long long)i + 1, name.data);
		if (*s.han)
			buf_addf(&file[WATCH_SDN], " (Chinese Simplified: %s; Chinese Traditional: %s)", s.han, s.traditional);
		buf_addf(&file[WATCH_SDN], "\",%s,\"SPECIMEN\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,", person ? "\"individual\"" : "-0- ");
		if (person)
			buf_addf(&file[WATCH_SDN], "\"DOB %c%c %s %.4s; nationality Utopia; Passport S%07llu (Utopia) 样本.\"\r\n", s.born[8], s.born[9],
				 months[(s.born[5] - '0') * 10 + s.born[6] - '1'], s.born, (unsigned long long)i);
		else
			buf_adds(&file[WATCH_SDN], "\"SPECIMEN.\"\r\n");
		if (i % 3 == 0) {
			other.kind = s.kind;
			add_sdn_name(&alias, &other);
			buf_addf(&file[WATCH_ALT], "%llu,%llu,\"aka\",\"%s\",-0- \r\n", (unsigned long long)i + 1, (unsigned long long)i + 1, alias.data);
		}
		buf_addf(&file[WATCH_ADD], "%llu,%llu,\"%llu Specimen Street\",\"Nowhere\",\"Utopia\",-0- \r\n", (unsigned long long)i + 1,
			 (unsigned long long)i + 1, (unsigned long long)i % 90);
	}
	for (size_t f = 0; f < WATCH_FILES; f++)
		buf_addc(&file[f], 0x1a);
}

void watch_un(struct buf *xml, uint64_t seed, uint64_t from, uint64_t n)
{
	buf_adds(xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CONSOLIDATED_LIST dateGenerated=\"2026-11-21T00:00:00.000Z\">\n");
	for (int companies = 0; companies < 2; companies++) {
		buf_adds(xml, companies ? "  <ENTITIES>\n" : "  <INDIVIDUALS>\n");
		for (uint64_t i = from; i < from + n; i++) {
			const char *tag = companies ? "ENTITY" : "INDIVIDUAL";
			struct someone s;

			someone_make(&s, seed, i);
			if ((s.kind == SOMEONE_COMPANY) != companies)
				continue;
			buf_addf(xml, "    <%s><DATAID>%llu</DATAID><VERSIONNUM>1</VERSIONNUM>", tag, (unsigned long long)6900000 + i);
			if (companies)
				buf_addf(xml, "<FIRST_NAME>%s</FIRST_NAME>", s.name);
			else
				buf_addf(xml, "<FIRST_NAME>%s</FIRST_NAME><SECOND_NAME>%s</SECOND_NAME><THIRD_NAME>%s</THIRD_NAME>", s.given, s.middle,
					 s.family);
			buf_addf(xml, "<UN_LIST_TYPE>SPECIMEN</UN_LIST_TYPE><REFERENCE_NUMBER>SPi.%llu</REFERENCE_NUMBER><COMMENTS1>样本</COMMENTS1>",
				 (unsigned long long)i);
			if (*s.han)
				buf_addf(xml, "<NAME_ORIGINAL_SCRIPT>%s</NAME_ORIGINAL_SCRIPT>", s.traditional);
			buf_addf(xml, "<NATIONALITY><VALUE>Utopia</VALUE></NATIONALITY><%s_ALIAS><QUALITY/><ALIAS_NAME/></%s_ALIAS>", tag, tag);
			if (!companies)
				buf_addf(xml, "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>%s</DATE></INDIVIDUAL_DATE_OF_BIRTH>", s.born);
			buf_addf(xml, "</%s>\n", tag);
		}
		buf_adds(xml, companies ? "  </ENTITIES>\n" : "  </INDIVIDUALS>\n");
	}
	buf_adds(xml, "</CONSOLIDATED_LIST>\n");
}

void watch_house(struct buf *csv, uint64_t seed, uint64_t from, uint64_t n)
{
	buf_adds(csv, "id,class,type,name,aliases,born,number,nationality,note\n");
	for (uint64_t i = from; i < from + n; i++) {
		struct someone s;

		someone_make(&s, seed, i);
		buf_addf(csv, "S-%llu,%s,%s,\"%s\",%s,%s,,CN,SPECIMEN 样本\n", (unsigned long long)i, i % 3 ? "house" : "pep",
			 s.kind == SOMEONE_COMPANY ? "entity" : "person", *s.han ? s.han : s.name, s.traditional,
			 s.kind == SOMEONE_COMPANY ? "" : s.born);
	}
}

void watch_read(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "rb");
	char piece[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}
