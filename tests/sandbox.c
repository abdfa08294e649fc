#include "tests/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/file.h"
#include "sync/httpsig.h"
#include "sync/paycore/events.h"
#include "sync/paycore/maker.h"
#include "sync/paycore/outlets.h"
#include "sync/paycore/token.h"
#include "tests/check.h"
#include "tests/scratch.h"

static int64_t sandbox_now(void *ctx)
{
	return ((struct sandbox *)ctx)->clock;
}

static void sandbox_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	crypto_random(out, n);
}

void sandbox_start(struct sandbox *sb)
{
	assert_ok(ca_identity(&sb->identity, sb->home, "127.0.0.1", sb->clock, &sb->err), sb->err);
	sb->service = (struct service){ .in = NULL };
	assert_ok(institution_open(&sb->service.in, sb->home, &sb->world, true, &sb->err), sb->err);
	int64_t head = 0;
	assert_ok(institution_head(sb->service.in, &head, &sb->err), sb->err);
	sb->service.events = events_new(head);
	const struct server_config config = { .host = "127.0.0.1", .port = 0, .identity = &sb->identity, .service = &sb->service };
	assert_ok(server_start(&sb->server, &config, &sb->err), sb->err);
	snprintf(sb->url, sizeof sb->url, "https://127.0.0.1:%d", server_port(sb->server));
}

void sandbox_stop(struct sandbox *sb)
{
	server_stop(sb->server);
	sb->server = NULL;
	events_free(sb->service.events);
	institution_close(sb->service.in);
	identity_release(&sb->identity);
}

void sandbox_make_home(struct sandbox *sb)
{
	*sb = (struct sandbox){ 0 };
	assert_ok(crypto_start(&sb->err), sb->err);
	scratch_make(sb->dir, sizeof sb->dir);
	snprintf(sb->home, sizeof sb->home, "%s/core", sb->dir);
	sb->world = (struct world){ sandbox_now, sandbox_random, sb };
	sb->clock = world_now(world_real());
	assert_ok(institution_open(&sb->in, sb->home, &sb->world, true, &sb->err), sb->err);
}

void sandbox_trust(struct sandbox *sb)
{
	AUTO(buf_release) struct buf ca = BUF_INIT, path = BUF_INIT;
	buf_addf(&path, "%s/ca.pem", sb->home);
	assert_ok(file_read(&ca, path.data, 4096, &sb->err), sb->err);
	const struct http_config config = { .ca_pem = ca.data };
	assert_ok(http_new(&sb->http, &config, &sb->err), sb->err);
}

void sandbox_make(struct sandbox *sb)
{
	sandbox_make_home(sb);
	sandbox_start(sb);
	sandbox_trust(sb);
}

void sandbox_remove_home(struct sandbox *sb)
{
	http_free(sb->http);
	institution_close(sb->in);
	scratch_remove(sb->dir);
}

void sandbox_remove(struct sandbox *sb)
{
	sandbox_stop(sb);
	sandbox_remove_home(sb);
}

/* ---- the program itself ---- */

static void program_path(char *out, size_t size)
{
	const char *build = getenv("PAYDESK_BUILD");
	char self[400];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (build) {
		snprintf(out, size, "%s/paycore", build);
		return;
	}
	assert_true(n > 0);
	self[n] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(self, '/') = '\0'; /* BUILD/tests/test_x */
	snprintf(out, size, "%s/paycore", self);
}

pid_t core_spawn(const char *const *words, int *out)
{
	char path[420];
	char *argv[16] = { "paycore" };
	int ends[2];
	program_path(path, sizeof path);
	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = (char *)(uintptr_t)words[i]; /* execv does not write there */
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int quiet = open("/dev/null", O_WRONLY);
		dup2(ends[1], 1);
		dup2(quiet, 2);
		close(ends[0]);
		close(ends[1]);
		execv(path, argv);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	return pid;
}

/* Until a newline, the end, or size. */
static void read_line(int fd, char *out, size_t size)
{
	size_t n = 0;
	while (n + 1 < size && read(fd, out + n, 1) == 1 && out[n] != '\n')
		n++;
	out[n] = '\0';
}

pid_t core_serve(struct sandbox *sb, const char *const *more)
{
	static const char ready[] = "paycore: listening on ";
	const char *words[12] = { "--home", sb->home };
	char line[200];
	int out;
	for (size_t i = 0; more && more[i]; i++)
		words[2 + i] = more[i];
	pid_t pid = core_spawn(words, &out);
	read_line(out, line, sizeof line);
	close(out);
	if (strncmp(line, ready, sizeof ready - 1) != 0)
		fail_msg("paycore said \"%s\" and left with %d", line, core_end(pid, SIGKILL));
	snprintf(sb->url, sizeof sb->url, "%.60s", line + sizeof ready - 1);
	return pid;
}

int core_end(pid_t pid, int sig)
{
	int status;
	if (sig)
		kill(pid, sig);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int core_run(const char *const *words, char *out, size_t size)
{
	int fd;
	pid_t pid = core_spawn(words, &fd);
	read_line(fd, out, size);
	int status = core_end(pid, 0);
	close(fd);
	return status;
}

void sandbox_merchant(struct sandbox *sb, int64_t number, const char *state, const char *region, bool passed)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it;
	struct chance chance = { (uint64_t)number };
	struct maker maker = { .chance = &chance, .scanner = scanner_new(), .now = sb->clock - 60000 };
	struct made made;
	make_merchant(&maker, number, state, &it, &made);
	item_set(&it, "region", value_text(region));
	item_set(&it, "mcc", value_text("5812"));
	made.licence_expired = made.licence_missing = false;
	item_set(&it, "risk_outcome", value_text(passed ? "passed" : "none"));
	assert_ok(changes_begin(&ch, sb->in, &sb->err), sb->err);
	assert_ok(changes_add(&ch, &it, region, &sb->err), sb->err);
	assert_ok(make_documents(&maker, &it, &made, &ch, &sb->err), sb->err);
	assert_ok(outlets_owners(&(struct outlets){ .chance = &chance, .now = maker.now }, 0, &it, made.place, &ch, &sb->err), sb->err); /* all right */
	scanner_free(maker.scanner);
	assert_ok(changes_commit(&ch, &sb->err), sb->err);
}

void sandbox_give(struct sandbox *sb, const struct item *it)
{
	AUTO(changes_end) struct changes ch = { 0 };
	assert_ok(changes_begin(&ch, sb->in, &sb->err), sb->err);
	assert_ok(changes_put(&ch, it, &sb->err), sb->err);
	assert_ok(changes_commit(&ch, &sb->err), sb->err);
}

/* ---- a desk ---- */

void raw_desk_make(struct raw_desk *d, uint8_t salt)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	*d = (struct raw_desk){ .head = 0 };
	memset(d->seed, salt, KEY_BYTES);
	memset(d->root_seed, salt ^ 0x80, KEY_BYTES);
	sign_public(d->key, d->seed);
	sign_public(d->root, d->root_seed);
	buf_add_hex(&hex, d->key, KEY_BYTES);
	memcpy(d->keyid, hex.data, sizeof d->keyid);
	memset(d->store, 'a' + salt % 6, DESK_ID_LEN);
}

void enrol_body(struct buf *out, const struct raw_desk *d, const char *token)
{
	AUTO(buf_release) struct buf root = BUF_INIT;
	buf_add_hex(&root, d->root, KEY_BYTES);
	struct json_writer w = JSON_WRITER(out);
	json_open(&w, '{');
	json_key(&w, "token");
	json_str(&w, token);
	json_key(&w, "desk_key");
	json_str(&w, d->keyid);
	json_key(&w, "root_key");
	json_str(&w, root.data);
	json_key(&w, "store");
	json_str(&w, d->store);
	json_close(&w, '}');
}

void raw_desk_join(struct sandbox *sb, struct raw_desk *d, const char *scope, const char *regions)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	char token[TOKEN_TEXT + 1];
	assert_ok(token_issue(sb->in, scope, regions, token, &sb->err), sb->err);
	enrol_body(&body, d, token);
	assert_string_equal(raw_problem(sb, d, "POST", "/v1/enrol", body.data, NULL), "");
}

struct headers { char line[6][SIG_HEADER_MAX]; const char *list[7]; size_t n; };

static void add_header(struct headers *h, const char *name, const char *value)
{
	snprintf(h->line[h->n], sizeof h->line[0], "%s: %s", name, value);
	h->list[h->n] = h->line[h->n];
	h->n++;
}

static void sign_call(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *uri, const char *digest,
		      const struct twist *t, struct headers *h)
{
	AUTO(buf_release) struct buf input = BUF_INIT, sig = BUF_INIT;
	char nonce[37];
	uint8_t seed[KEY_BYTES];
	world_uuid(&sb->world, nonce);
	memcpy(seed, d->seed, KEY_BYTES);
	seed[0] ^= t->wrong_key;
	sig_request(&input, &sig, method, t->uri ? t->uri : uri, digest, sb->clock / 1000 - t->age_s, t->nonce ? t->nonce : nonce, d->keyid, seed);
	add_header(h, "Signature-Input", input.data);
	add_header(h, "Signature", sig.data);
}

enum code raw_try(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const void *body, size_t n,
		  const struct twist *t, struct http_answer *a)
{
	static const struct twist none = { 0 };
	AUTO(buf_release) struct buf url = BUF_INIT, digest = BUF_INIT;
	struct headers h = { .n = 0 };
	t = t ? t : &none;
	buf_addf(&url, "%s%s", sb->url, target);
	content_digest(&digest, body, n);
	add_header(&h, "Content-Digest", digest.data);
	if (!t->unsigned_)
		sign_call(sb, d, method, url.data, digest.data, t, &h);
	if (t->host)
		add_header(&h, "Host", t->host);
	if (t->extra)
		h.list[h.n++] = t->extra;
	h.list[h.n] = NULL;
	const struct http_request r = {
		.method = method, .url = url.data, .headers = h.list, .body = t->other_body ? t->other_body : body,
		.body_len = t->other_body ? strlen(t->other_body) : n, .max_bytes = BODY_MAX_BYTES, .timeout_s = 60,
	};
	return http_run(sb->http, &r, a, &sb->err);
}

int raw_call(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const void *body, size_t n,
	     const struct twist *t, struct http_answer *a)
{
	assert_ok(raw_try(sb, d, method, target, body, n, t, a), sb->err);
	return a->status;
}

const char *raw_problem(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const char *body, const struct twist *t)
{
	static char name[64];
	static const char urn[] = "\"urn:paydesk:problem:";
	struct http_answer a = { .body = BUF_INIT };
	int status = raw_call(sb, d, method, target, body ? body : "", body ? strlen(body) : 0, t, &a);
	name[0] = '\0';
	if (status / 100 != 2) {
		const char *at = strstr(a.body.data, urn);
		assert_non_null(at);
		assert_string_equal(a.content_type, "application/problem+json");
		at += strlen(urn);
		snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "\""), at);
	}
	http_answer_release(&a);
	return name;
}

/* ---- people ---- */

void person_make(struct person *p, const struct raw_desk *d, const char *name, const char *duties, uint8_t salt, int64_t issued)
{
	struct err err;
	*p = (struct person){ .cert = { .serial = 1, .issued = issued, .active = true } };
	memset(p->seed, salt, KEY_BYTES);
	snprintf(p->cert.name, sizeof p->cert.name, "%s", name);
	snprintf(p->cert.roles, sizeof p->cert.roles, "%s", duties);
	sign_public(p->cert.key, p->seed);
	assert_ok(cert_issue(&p->cert, d->root_seed, &err), err);
}

void person_show(struct sandbox *sb, const struct raw_desk *d, const struct person *p)
{
	AUTO(buf_release) struct buf line = BUF_INIT, sig = BUF_INIT;
	struct http_answer a = { .body = BUF_INIT };
	struct json_writer w = JSON_WRITER(&line);
	buf_add_base64(&sig, p->cert.sig, SIG_BYTES);
	json_open(&w, '{');
	json_key(&w, "certificate");
	json_str(&w, p->cert.text);
	json_key(&w, "signature");
	json_str(&w, sig.data);
	json_close(&w, '}');
	assert_int_equal(raw_call(sb, d, "POST", "/v1/operators", line.data, line.len, NULL, &a), 200);
	assert_non_null(strstr(a.body.data, "\"result\":\"accepted\""));
	http_answer_release(&a);
}

/* ---- commands ---- */

void stands(struct sandbox *sb, const char *kind, const char *id, char state[40], int64_t *version)
{
	AUTO(item_release) struct item it = { 0 };
	assert_ok(item_load(&it, institution_db(sb->in), record_find(kind), id, &sb->err), sb->err);
	snprintf(state, 40, "%s", item_text(&it, "state"));
	if (version)
		*version = item_version(&it);
}

void order(struct sandbox *sb, const struct raw_desk *d, struct command *c, const struct person *p, const char *kind, const char *id,
	   const char *action, const char *reason)
{
	AUTO(item_release) struct item it = { 0 };
	assert_ok(item_load(&it, institution_db(sb->in), record_find(kind), id, &sb->err), sb->err);
	world_uuid(&sb->world, c->id);
	snprintf(c->operator, sizeof c->operator, "%s", p->cert.id);
	snprintf(c->desk, sizeof c->desk, "%s", d->store);
	c->kind = pool_strdup(&c->pool, kind);
	c->record = pool_strdup(&c->pool, id);
	c->action = pool_strdup(&c->pool, action);
	c->reason = pool_strdup(&c->pool, reason);
	c->version = item_version(&it);
	c->at = sb->clock;
	assert_ok(item_evidence(&it, institution_db(sb->in), c->evidence, &sb->err), sb->err);
}

void order_sign(struct command *c, const struct person *p)
{
	command_write(c);
	sign_make(c->sig.bytes, COMMAND_DOMAIN, c->bytes.data, c->bytes.len, p->seed);
}

void orders_sign(struct command *const *c, size_t n, const struct person *p)
{
	AUTO(batch_freep) struct batch *tree = batch_new();
	AUTO(buf_release) struct buf text = BUF_INIT;
	uint8_t root[KEY_BYTES], sig[SIG_BYTES];
	for (size_t i = 0; i < n; i++) {
		command_write(c[i]);
		batch_add(tree, c[i]->bytes.data, c[i]->bytes.len);
	}
	batch_root(tree, root);
	batch_text(&text, root, n);
	sign_make(sig, BATCH_DOMAIN, text.data, text.len, p->seed);
	for (size_t i = 0; i < n; i++)
		batch_prove(tree, i, sig, &c[i]->sig);
}

void orders_body(struct buf *out, struct raw_desk *d, const struct command *const *c, size_t n)
{
	uint8_t hash[KEY_BYTES];
	AUTO(buf_release) struct buf hex = BUF_INIT;
	d->head++;
	digest(hash, &d->head, sizeof d->head);
	buf_add_hex(&hex, hash, sizeof hash);
	buf_addf(out, "{\"head\":{\"seq\":%lld,\"hash\":\"%s\"}}\n", (long long)d->head, hex.data);
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, "{\"command\":\"");
		buf_add_base64(out, c[i]->bytes.data, c[i]->bytes.len);
		buf_adds(out, "\",\"signature\":\"");
		buf_add_base64(out, c[i]->sig.bytes, c[i]->sig.n);
		buf_adds(out, "\"}\n");
	}
}

static void copy_member(const struct json *doc, const char *name, char *out, size_t size)
{
	const struct json *v = json_member(doc, name);
	snprintf(out, size, "%s", v ? json_text(v) : "");
}

void send_order(struct sandbox *sb, struct raw_desk *d, const struct command *c, struct told *t)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct http_answer a = { .body = BUF_INIT };
	const struct json *doc;
	orders_body(&body, d, &c, 1);
	assert_int_equal(raw_call(sb, d, "POST", "/v1/commands", body.data, body.len, NULL, &a), 200);
	assert_ok(json_parse(&pool, a.body.data, a.body.len, NULL, &doc, &sb->err), sb->err);
	copy_member(doc, "result", t->result, sizeof t->result);
	copy_member(doc, "was", t->was, sizeof t->was);
	copy_member(doc, "reason", t->reason, sizeof t->reason);
	t->record = json_member(doc, "record") != NULL;
	http_answer_release(&a);
}

const char *act(struct sandbox *sb, struct raw_desk *d, const struct person *p, const char *kind, const char *id, const char *action,
		const char *reason, struct told *t)
{
	AUTO(command_release) struct command c;
	command_init(&c);
	order(sb, d, &c, p, kind, id, action, reason);
	order_sign(&c, p);
	send_order(sb, d, &c, t);
	return t->result;
}
