#include "tests/livecore.h"

#include <stdio.h>

#include "store/file.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/specimen.h"

void livecore_start(struct livecore *sb)
{
	struct server_config config = { .host = "127.0.0.1", .port = sb->port, .service = &sb->service };
	char path[96];
	int64_t head;
	struct err err;

	if (!sb->dir[0]) {
		scratch_make(sb->dir, sizeof sb->dir);
		assert_ok(institution_open(&sb->in, sb->dir, world_real(), true, &err), err);
	}
	assert_ok(institution_open(&sb->served, sb->dir, world_real(), false, &err), err);
	assert_ok(ca_identity(&sb->identity, sb->dir, "127.0.0.1", world_now(world_real()), &err), err);
	assert_ok(institution_head(sb->in, &head, &err), err);
	sb->service = (struct service){ .in = sb->served, .events = events_new(head) };
	config.identity = &sb->identity;
	assert_ok(server_start(&sb->server, &config, &err), err);
	sb->port = server_port(sb->server);
	snprintf(sb->url, sizeof sb->url, "https://127.0.0.1:%d", sb->port);
	if (!sb->ca.cap) {
		buf_init(&sb->ca);
		snprintf(path, sizeof path, "%s/ca.pem", sb->dir);
		assert_ok(file_read(&sb->ca, path, 64 * 1024, &err), err);
	}
}

void livecore_stop(struct livecore *sb)
{
	if (!sb->server)
		return;
	server_stop(sb->server);
	sb->server = NULL;
	events_free(sb->service.events);
	institution_close(sb->served);
	identity_release(&sb->identity);
}

void livecore_remove(struct livecore *sb)
{
	livecore_stop(sb);
	institution_close(sb->in);
	buf_release(&sb->ca);
	scratch_remove(sb->dir);
}

void livecore_token(struct livecore *sb, const char *scope, const char *regions, char out[TOKEN_TEXT + 1])
{
	struct err err;

	assert_ok(token_issue(sb->in, scope, regions, out, &err), err);
}

void livecore_put(struct livecore *sb, const struct item *it)
{
	AUTO(changes_end) struct changes ch = { 0 };
	struct err err;

	assert_ok(changes_begin(&ch, sb->in, &err), err);
	assert_ok(changes_put(&ch, it, &err), err);
	assert_ok(changes_commit(&ch, &err), err);
	if (sb->server)
		events_grown(sb->service.events, ch.head);
}

void livecore_merchants(struct livecore *sb, int from, int n)
{
	AUTO(changes_end) struct changes ch = { 0 };
	struct err err;

	assert_ok(changes_begin(&ch, sb->in, &err), err);
	for (int i = from; i < from + n; i++) {
		AUTO(item_release) struct item it = { 0 };
		char id[16];

		snprintf(id, sizeof id, "M%05d", i);
		specimen_merchant(&it, id, i, 1763700000000);
		item_set(&it, "region", value_text("华东"));
		assert_ok(changes_add(&ch, &it, "华东", &err), err);
	}
	assert_ok(changes_commit(&ch, &err), err);
	if (sb->server)
		events_grown(sb->service.events, ch.head);
}

void livecore_load(struct livecore *sb, const char *kind, const char *id, struct item *it)
{
	struct err err;

	assert_ok(item_load(it, institution_db(sb->in), record_find(kind), id, &err), err);
}
