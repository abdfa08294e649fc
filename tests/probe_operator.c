/* Usage: probe_operator HOME NAME ROLES PASSPHRASE-FILE [ROOT ROOT-PASSPHRASE-FILE]
 * Creates a store with its first operator, or adds one as ROOT, with the cheapest key derivation there is: the tests in shell open
 * stores hundreds of times, and the program itself makes no such slots. */
#include <stdio.h>

#include "core/migrations.h"
#include "store/store.h"

static enum code run(int argc, char **argv, struct err *err)
{
	const struct store_config config = { .home = argv[1], .world = world_real(), .migrations = core_migrations,
					     .nmigrations = core_nmigrations, .cost = kdf_minimum() };
	AUTO(secret_freep) struct secret *pass = NULL, *root = NULL;
	AUTO(store_closep) struct store *s = NULL;
	enum code code = crypto_start(err);

	if (!code)
		code = secret_from_file(&pass, argv[4], err);
	if (!code && argc == 5)
		return store_create(&config, argv[2], argv[3], pass, err);
	if (!code)
		code = secret_from_file(&root, argv[6], err);
	if (!code)
		code = store_open(&s, &config, argv[5], root, true, err);
	return code ? code : store_operator_add(s, argv[2], argv[3], pass, err);
}

int main(int argc, char **argv)
{
	struct err err = { 0 };

	if (argc != 5 && argc != 7)
		return 2;
	if (!run(argc, argv, &err))
		return 0;
	fprintf(stderr, "probe_operator: %s\n", err.msg);
	return 1;
}
