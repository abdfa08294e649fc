/* Addresses: which name the same place, however they are written, and which do not. */
#include <string.h>

#include "core/values/address.h"
#include "core/values/text.h"
#include "tests/check.h"

static const struct { const char *address, *key; } keys[] = {
	{ "广东省深圳市南山区样本路12号3栋2单元501室", "样本路12号3栋2单元501室" },
	{ "广东省深圳市南山区样本路１２號３棟2單元５０１室", "样本路12号3栋2单元501室" },
	{ "深圳南山区样本路12号3-2-501", "样本路12号3栋2单元501室" },
	{ "深圳市南山区粤海街道样本路 12 号 3号楼 2-501", "样本路12号3栋2单元501室" },
	{ "样本路十二号三幢二单元五〇一", "样本路12号3栋2单元501室" },
	{ "样本路12号3#501", "样本路12号3栋501室" },
	{ "样本路12号3栋5层501室", "样本路12号3栋501室" },
	{ "样本路12号3栋5楼", "样本路12号3栋5层" },
	{ "样本路12号3栋5F", "样本路12号3栋5层" },
	{ "样本路12号3栋第五层", "样本路12号3栋第5层" },
	{ "样本路12号负一层", "样本路12号负1层" },
	{ "样本路12号地下1层", "样本路12号负1层" },
	{ "样本路12号B1层", "样本路12号负1层" },
	{ "样本路12号Ｂ座1203", "样本路12号b栋1203室" },
	{ "样本路12", "样本路12号" },
	{ "样本路012号", "样本路12号" },
	{ "样本路12-1号", "样本路12-1号" },
	{ "样本路一百二十号二零三室", "样本路120号203室" },
	{ "上海市上海市浦东新区样本路12弄3号501", "样本路12弄3号501室" },
	{ "上海浦东新区样本路12弄3号501室（样本大厦旁）", "样本路12弄3号501室" },
	{ "北京东路12号", "北京东路12号" },
	{ "上海市北京东路12号", "北京东路12号" },
	{ "中山北一路12号", "中山北一路12号" },
	{ "长春市吉林大路12号", "吉林大路12号" },
	{ "三里屯五一路12号", "三里屯五一路12号" },
	{ "样本小区三栋501室", "样本小区3栋501室" },
	{ "青岛市市南区样本路12号", "样本路12号" },
	{ "荆州市沙市区样本路12号", "样本路12号" },
	{ "吉林省延边朝鲜族自治州延吉市样本街12号", "样本街12号" },
	{ "延边州延吉市样本街12号", "样本街12号" },
	{ "内蒙古自治区呼和浩特市样本区样本街12号", "样本街12号" },
	{ "浙江省金华市义乌市样本市场3区12号商铺", "样本市场3区12室" },
	{ "重庆市市辖区样本区样本镇样本村7组3号", "样本村7组3号" },
	{ "No. 12, Sample Road", "no12sampleroad" },
	{ "广东省深圳市南山区", "" },
	{ "样本路", "" },
	{ "", "" },
	{ "\xff\xfe", "" },
};

static void every_spelling_has_its_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		AUTO(buf_release) struct buf key = BUF_INIT, again = BUF_INIT;

		address_key(&key, keys[i].address);
		if (strcmp(key.data, keys[i].key) != 0)
			fail_msg("%s: %s, not %s", keys[i].address, key.data, keys[i].key);
		if ((unsigned char)key.data[0] < 0x80) /* spaces between Latin words are gone */
			continue;
		address_key(&again, key.data); /* a key is its own key */
		if (strcmp(again.data, key.data) != 0)
			fail_msg("%s becomes %s", key.data, again.data);
	}
}

static const struct { const char *one, *other; bool alike; } pairs[] = {
	{ "广东省深圳市南山区样本路12号", "深圳样本路12號", true },
	{ "南山区样本路12号", "深圳市样本路12号", true },           /* neither says otherwise */
	{ "样本路12号", "上海市浦东新区样本路12号", true },
	{ "上海市浦东新区样本路12号", "上海浦东新区样本路12号", true },
	{ "延边州样本街12号", "吉林省样本街12号", true },
	{ "广州市样本路12号", "深圳市样本路12号", false },
	{ "广东省样本路12号", "上海市样本路12号", false },
	{ "海南省海口市样本路12号", "青海省样本路12号", false },
	{ "深圳市南山区样本路12号", "深圳市福田区样本路12号", false },
	{ "样本市样本路12号", "深圳市样本路12号", false },
	{ "样本市样本路12号", "范例市样本路12号", false },
	{ "样本路12号3栋", "样本路12号4栋", false },
	{ "样本路12号501室", "样本路12号", false },
	{ "样本路3-201", "样本路3201", false },
	{ "", "", false },
	{ "样本路", "样本路", false },                               /* a street is not a place in it */
};

static void what_is_said_must_not_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		if (address_alike(pairs[i].one, pairs[i].other) != pairs[i].alike)
			fail_msg("%s and %s", pairs[i].one, pairs[i].other);
		assert_int_equal(address_alike(pairs[i].other, pairs[i].one), pairs[i].alike);
	}
}

/* However long and whatever it holds, it ends, and what comes out is text. */
static void hostile_addresses_end(void **state)
{
	static const char *const pieces[] = { "1 ", "市", "样本路", "十", "号楼", "(", "区", "\xe2\x80\xae", "地下", "f", "1号" };

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		AUTO(buf_release) struct buf text = BUF_INIT, key = BUF_INIT;

		for (int k = 0; k < 5000; k++)
			buf_adds(&text, pieces[i]);
		address_key(&key, text.data);
		assert_true(key.len < 8192 && text_valid(key.data, key.len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_has_its_key), cmocka_unit_test(what_is_said_must_not_differ), cmocka_unit_test(hostile_addresses_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
