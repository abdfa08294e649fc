/* Documents: drawn by the sandbox core, fetched by digest, believed only when the digest is theirs, kept sealed, and gone again when there is
 * no room. */
#include "sync/client.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/item.h"
#include "sync/link.h"
#include "sync/paycore/scan.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/livecore.h"
#include "tests/specimen.h"

struct fixture {
	struct house house;
	struct livecore core;
	struct store *store;
	struct desk *desk;
	struct link *link;
	struct err err;
};

static int setup_house(void **state)
{
	struct fixture *f = mem_alloc(sizeof *f);

	house_found(&f->house);
	*state = f;
	return 0;
}

static void enter(struct fixture *f)
{
	f->store = house_open(&f->house, "root");
	assert_ok(desk_open(&f->desk, f->store, &f->err), f->err);
}

static int setup_store(void **state)
{
	setup_house(state);
	enter(*state);
	return 0;
}

static int setup_enrolled(void **state)
{
	struct fixture *f;
	char token[TOKEN_TEXT + 1];

	setup_house(state);
	f = *state;
	f->house.config.world = world_real(); /* signatures are dated, and the core has the real time */
	livecore_start(&f->core);
	enter(f);
	livecore_token(&f->core, "all", "all", token);
	assert_ok(sync_enrol(f->desk, f->core.url, f->core.ca.data, NULL, token, &f->err), f->err);
	assert_ok(link_open(&f->link, f->desk, &f->err), f->err);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	link_freep(&f->link);
	desk_freep(&f->desk);
	store_closep(&f->store);
	if (*f->core.dir)
		livecore_remove(&f->core);
	house_remove(&f->house);
	free(f);
	return 0;
}

static void name_of(const void *data, size_t n, char out[65])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[32];

	sha256(sum, data, n);
	buf_add_hex(&hex, sum, sizeof sum);
	memcpy(out, hex.data, 65);
}

/* The i-th document of a test: n bytes. */
static void specimen(int i, size_t n, struct buf *out, char name[65])
{
	buf_clear(out);
	for (size_t at = 0; at < n; at++)
		buf_addc(out, (char)(i + (int)at % 7));
	name_of(out->data, out->len, name);
}

/* ---- the scans ---- */
static void test_scans(void **state)
{
	static const struct scan_line lines[] = {
		{ "名称", "上海样本餐饮有限公司" }, { "住所", "上海市样本区样本路12号" }, { "空", "" }, { "无", NULL },
		{ "经营范围", "餐饮服务；食品销售；日用百货零售；依法须经批准的项目，经相关部门批准后方可开展经营活动；其他一切样本业务" },
		{ "bidi", "\xe2\x80\xae" "evil" }, { "名称", "样本" }, { "名称", "样本" }, { "名称", "样本" }, { "名称", "样本" }, { "名称", "样本" },
	};
	struct scanner *s = scanner_new(), *other = scanner_new();
	AUTO(buf_release) struct buf first = BUF_INIT, again = BUF_INIT;

	(void)state;
	for (enum scan_kind kind = 0; kind < SCAN_KINDS; kind++) {
		struct scan what = { kind, "样本", lines, COUNT(lines), 7 };

		buf_clear(&first);
		buf_clear(&again);
		scan_draw(s, &what, &first);
		scan_draw(other, &what, &again);
		assert_true(first.len > 2000 && first.len <= SCAN_MAX_BYTES);
		assert_memory_equal(first.data, "\x89PNG\r\n\x1a\n", 8);
		assert_memory_equal(first.data + first.len - 8, "IEND\xae\x42\x60\x82", 8);
		assert_int_equal(first.len, again.len); /* from the same seed the same file */
		assert_memory_equal(first.data, again.data, first.len);
		what.seed = 8;
		buf_clear(&again);
		scan_draw(s, &what, &again);
		assert_true(first.len != again.len || memcmp(first.data, again.data, first.len) != 0);
		what.seed = 7;
		what.nlines = 0;
		buf_clear(&again);
		scan_draw(s, &what, &again); /* what the lines say is on it */
		assert_true(first.len != again.len || memcmp(first.data, again.data, first.len) != 0);
	}
	scanner_free(s);
	scanner_free(other);
	scanner_free(NULL);
}

/* ---- what is kept ---- */
static void test_kept(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf data = BUF_INIT, out = BUF_INIT;
	char name[65], other[65];

	specimen(1, 5000, &data, name);
	assert_int_equal(blob_kept(f->desk, name, &out, &f->err), E_NOTFOUND);
	assert_ok(blob_keep(f->desk, name, data.data, data.len, 100000, &f->err), f->err);
	assert_ok(blob_keep(f->desk, name, data.data, data.len, 100000, &f->err), f->err); /* twice is once */
	assert_ok(blob_kept(f->desk, name, &out, &f->err), f->err);
	assert_int_equal(out.len, data.len);
	assert_memory_equal(out.data, data.data, data.len);
	specimen(2, 5000, &data, other);
	assert_int_equal(blob_keep(f->desk, name, data.data, data.len, 100000, &f->err), E_SIGNATURE);
	assert_int_equal(blob_keep(f->desk, "../x", data.data, data.len, 100000, &f->err), E_INVALID);
	assert_int_equal(blob_keep(f->desk, other, data.data, data.len, 4999, &f->err), E_FULL);
	assert_int_equal(blob_kept(f->desk, other, &out, &f->err), E_NOTFOUND);
	buf_clear(&out);
	assert_ok(blob_kept(f->desk, name, &out, &f->err), f->err);
}

static bool is_kept(struct fixture *f, const char *name)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	return blob_kept(f->desk, name, &out, &f->err) == E_OK;
}

static void test_least_recently_used_goes(void **state)
{
	static const int used[] = { 5, 2, 4, 0, 1, 3 }; /* in this order, whatever their names sort like */
	struct fixture *f = *state;
	AUTO(buf_release) struct buf data = BUF_INIT;
	char name[9][65];

	for (int i = 0; i < 6; i++) { /* room for six of them */
		specimen(i, 1000, &data, name[i]);
		assert_ok(blob_keep(f->desk, name[i], data.data, data.len, 6000, &f->err), f->err);
	}
	for (size_t i = 0; i < COUNT(used); i++) {
		f->house.clock += 3600 * 1000;
		assert_true(is_kept(f, name[used[i]]));
	}
	for (int i = 6; i < 9; i++) { /* three more: three go */
		f->house.clock += 3600 * 1000;
		specimen(i, 1000, &data, name[i]);
		assert_ok(blob_keep(f->desk, name[i], data.data, data.len, 6000, &f->err), f->err);
	}
	for (size_t i = 0; i < COUNT(used); i++)
		assert_int_equal(is_kept(f, name[used[i]]), i >= 3);
	specimen(99, 5500, &data, name[0]); /* a large one drives all out */
	assert_ok(blob_keep(f->desk, name[0], data.data, data.len, 6000, &f->err), f->err);
	for (int i = 1; i < 9; i++)
		assert_false(is_kept(f, name[i]));
	assert_true(is_kept(f, name[0]));
}

/* ---- from the core ---- */
static void put_document(struct fixture *f, const char *id, const char *sha256_hex, const struct buf *data)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it;

	item_init(&it, record_find("document"));
	item_set(&it, "id", value_text(id));
	item_set(&it, "state", value_text("received"));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(1763700000000));
	item_set(&it, "merchant_id", value_text("M00001"));
	item_set(&it, "type", value_text("shop_front"));
	item_set(&it, "file_name", value_text("SPECIMEN.png"));
	item_set(&it, "media_type", value_text("image/png"));
	item_set(&it, "sha256", value_text(sha256_hex));
	assert_ok(changes_begin(&ch, f->core.in, &f->err), f->err);
	assert_ok(changes_blob(&ch, sha256_hex, "image/png", data, &it, &f->err), f->err);
	assert_ok(changes_add(&ch, &it, "华东", &f->err), f->err);
	assert_ok(changes_commit(&ch, &f->err), f->err);
}

static void test_fetched(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf data = BUF_INIT, out = BUF_INIT;
	char name[65], false_name[65];

	livecore_merchants(&f->core, 1, 1);
	specimen(3, 100000, &data, name);
	put_document(f, "D1", name, &data);
	assert_ok(sync_blob(f->link, name, NULL, &out, &f->err), f->err);
	assert_int_equal(out.len, data.len);
	assert_memory_equal(out.data, data.data, data.len);
	specimen(4, 10, &out, false_name); /* the core hands out other bytes under this name */
	put_document(f, "D2", false_name, &data);
	buf_clear(&out);
	assert_int_equal(sync_blob(f->link, false_name, NULL, &out, &f->err), E_SIGNATURE);
	assert_int_equal(out.len, 0);
}

static atomic_int told;

static void on_notify(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&told, 1);
}

static enum fetch_state ends(struct follow *w, struct sync_status *st)
{
	static const struct timespec nap = { 0, 5 * 1000000 };

	for (int i = 0; i < 4000; i++) {
		follow_status(w, st);
		if (st->fetch.state >= FETCH_DONE)
			return st->fetch.state;
		nanosleep(&nap, NULL);
	}
	fail_msg("the follower never said what became of it");
	return FETCH_ASKED;
}

static bool state_comes(struct follow *w, enum sync_state state)
{
	static const struct timespec nap = { 0, 5 * 1000000 };
	struct sync_status st;

	for (int i = 0; i < 4000; i++) {
		follow_status(w, &st);
		if (st.state == state)
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

static void test_follower_fetches(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf data = BUF_INIT, out = BUF_INIT;
	char name[3][65];
	struct sync_status st;
	struct follow *w;

	livecore_merchants(&f->core, 1, 1);
	for (int i = 0; i < 2; i++) {
		char id[8];

		specimen(i, 30000, &data, name[i]);
		snprintf(id, sizeof id, "D%d", i);
		put_document(f, id, name[i], &data);
	}
	specimen(9, 10, &out, name[2]);
	put_document(f, "D9", name[2], &data);
	buf_clear(&out);
	assert_ok(follow_start(&w, f->store, on_notify, NULL, &f->err), f->err);
	follow_fetch(w, name[0]); /* before the line stands, or just then */
	assert_int_equal(ends(w, &st), FETCH_DONE);
	assert_string_equal(st.fetch.sha256, name[0]);
	assert_ok(blob_kept(f->desk, name[0], &out, &f->err), f->err);
	assert_true(state_comes(w, SYNC_LIVE));
	follow_fetch(w, name[1]); /* while it listens */
	assert_int_equal(ends(w, &st), FETCH_DONE);
	assert_true(is_kept(f, name[1]));
	follow_fetch(w, name[2]);
	assert_int_equal(ends(w, &st), FETCH_FAILED);
	assert_int_equal(st.fetch.err.code, E_SIGNATURE);
	assert_false(is_kept(f, name[2]));
	assert_true(state_comes(w, SYNC_LIVE)); /* a bad document is no reason to leave the core */
	livecore_stop(&f->core);
	assert_true(state_comes(w, SYNC_OFFLINE));
	follow_fetch(w, "0000000000000000000000000000000000000000000000000000000000000000");
	assert_int_equal(ends(w, &st), FETCH_FAILED);
	assert_int_equal(st.fetch.err.code, E_NETWORK);
	assert_true(st.fetch.err.msg[0]);
	assert_true(is_kept(f, name[0])); /* what is kept opens without the core */
	follow_stop(w);
	assert_true(atomic_load(&told) > 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scans), cmocka_unit_test_setup_teardown(test_kept, setup_store, teardown),
		cmocka_unit_test_setup_teardown(test_least_recently_used_goes, setup_store, teardown),
		cmocka_unit_test_setup_teardown(test_fetched, setup_enrolled, teardown),
		cmocka_unit_test_setup_teardown(test_follower_fetches, setup_enrolled, teardown),
	};

	return cmocka_run_group_tests_name("blobs", tests, NULL, NULL);
}
