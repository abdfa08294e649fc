/* The core's own tables, step by step: migrations/NNNN-name.sql, embedded at build. See institution.c for their numbers. */
#ifndef SYNC_PAYCORE_MIGRATIONS_H
#define SYNC_PAYCORE_MIGRATIONS_H

#include "store/db.h"

extern const struct migration paycore_migrations[];
extern const size_t paycore_nmigrations;

#endif
