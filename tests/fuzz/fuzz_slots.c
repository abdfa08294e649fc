/* The key slots as text: taken as they come, and once more with a sum that fits, so that what stands behind the sum is reached. What is
 * accepted says the same after it was written and read again. */
#include <string.h>

#include "store/slots.h"
#include "tests/fuzz/fuzz.h"

static struct secret *vault;

static void let_go(void)
{
	secret_freep(&vault);
}

static void start(void)
{
	HOLDS(crypto_start(NULL) == E_OK && secret_new(&vault, KEY_BYTES, NULL) == E_OK);
	atexit(let_go);
}

static bool same_slot(const struct slot *a, const struct slot *b)
{
	if (strcmp(a->cert.text, b->cert.text) || memcmp(a->cert.sig, b->cert.sig, SIG_BYTES) || a->cert.active != b->cert.active)
		return false;
	return !a->cert.active || (a->cost.ops == b->cost.ops && a->cost.mem == b->cost.mem && !memcmp(a->salt, b->salt, SALT_BYTES) &&
				   !memcmp(a->seed, b->seed, SLOT_SEED) && !memcmp(a->box, b->box, SLOT_BOX));
}

static void parses(const char *text, size_t n)
{
	struct slots s, again;
	AUTO(buf_release) struct buf out = BUF_INIT, twice = BUF_INIT;
	struct err err;
	enum code code = slots_parse(&s, text, n, &err);

	HOLDS(code == E_OK || ((code == E_NOTSTORE || code == E_SCHEMA || code == E_SEALED || code == E_SIGNATURE) && *err.msg));
	if (!code) {
		HOLDS(s.n >= 1 && s.n <= SLOTS_MAX && strlen(s.store_id) == STORE_ID_LEN);
		HOLDS(slots_verify(&s, vault, &err) == E_SIGNATURE); /* nobody signed this vault key */
		slots_write(&s, vault, &out);
		HOLDS(slots_parse(&again, out.data, out.len, &err) == E_OK);
		HOLDS(again.n == s.n && again.generation == s.generation && again.data == s.data && !strcmp(again.store_id, s.store_id));
		for (size_t i = 0; i < s.n; i++)
			HOLDS(same_slot(&s.slot[i], &again.slot[i]) && slots_find(&s, s.slot[i].cert.name) == &s.slot[i]);
		slots_write(&again, vault, &twice);
		HOLDS(out.len == twice.len && !memcmp(out.data, twice.data, out.len));
		slots_release(&again);
	}
	slots_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf mended = BUF_INIT;
	const size_t sum_line = 4 + 2 * KEY_BYTES + 1;
	uint8_t sum[KEY_BYTES];

	if (!vault)
		start();
	parses((const char *)data, size);
	if (size < sum_line)
		return 0;
	buf_add(&mended, data, size - sum_line);
	digest(sum, mended.data, mended.len);
	buf_adds(&mended, "sum ");
	buf_add_hex(&mended, sum, sizeof sum);
	buf_addc(&mended, '\n');
	parses(mended.data, mended.len);
	return 0;
}
