/* A command's bytes: what is accepted is what would be written, to the byte, and no signature of nobody's verifies. */
#include <string.h>

#include "core/command.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t sig[SIG_BYTES], key[KEY_BYTES] = { 0xd7, 0x5a, 0x98, 0x01 };
	AUTO(command_release) struct command c, again;
	struct err err;

	command_init(&c);
	command_init(&again);
	if (command_read(&c, data, size, sig, sizeof sig, &err))
		return 0;
	HOLDS(size <= COMMAND_MAX && c.bytes.len == size && !memcmp(c.bytes.data, data, size));
	HOLDS(!command_signed_by(&c, key));
	HOLDS(c.ninput <= INPUTS_MAX && strlen(c.reason) <= REASON_MAX);
	memcpy(again.id, c.id, sizeof c.id);
	memcpy(again.operator, c.operator, sizeof c.operator);
	memcpy(again.desk, c.desk, sizeof c.desk);
	memcpy(again.evidence, c.evidence, sizeof c.evidence);
	memcpy(again.input, c.input, sizeof c.input);
	again.kind = c.kind;
	again.record = c.record;
	again.action = c.action;
	again.reason = c.reason;
	again.version = c.version;
	again.at = c.at;
	again.ninput = c.ninput;
	command_write(&again);
	HOLDS(again.bytes.len == size && !memcmp(again.bytes.data, data, size));
	return 0;
}
