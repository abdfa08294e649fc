/* Makes a store that a later paydesk has written: usage probe_newer HOME OPERATOR PASSPHRASE-FILE. */
#include <stdio.h>

#include "core/migrations.h"
#include "store/store.h"

enum { MIGRATIONS_MAX = 64 };

int main(int argc, char **argv)
{
	struct migration later[MIGRATIONS_MAX];
	struct store_config config = { .world = world_real(), .migrations = later, .nmigrations = core_nmigrations + 1 };
	AUTO(secret_freep) struct secret *pass = NULL;
	AUTO(store_closep) struct store *s = NULL;
	struct err err = { 0 };

	if (argc != 4 || core_nmigrations >= MIGRATIONS_MAX)
		return 2;
	for (size_t i = 0; i < core_nmigrations; i++)
		later[i] = core_migrations[i];
	later[core_nmigrations] = (struct migration){ core_migrations[core_nmigrations - 1].number + 1, "later", "CREATE TABLE later (id INTEGER) STRICT;" };
	config.home = argv[1];
	if (crypto_start(&err) || secret_from_file(&pass, argv[3], &err) || store_open(&s, &config, argv[2], pass, true, &err)) {
		fprintf(stderr, "probe_newer: %s\n", err.msg);
		return 1;
	}
	return 0;
}
