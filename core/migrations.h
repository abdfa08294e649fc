/* The store's schema, step by step: core/migrations/NNNN-name.sql, embedded at build. A number that has shipped never changes. */
#ifndef CORE_MIGRATIONS_H
#define CORE_MIGRATIONS_H

#include <stddef.h>

#include "store/db.h"

extern const struct migration core_migrations[];
extern const size_t core_nmigrations;

#endif
