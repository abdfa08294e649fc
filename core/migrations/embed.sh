#!/bin/sh
# Usage: embed.sh FILE...   writes core_migrations[]: the numbered .sql files (0001-name.sql) in their order.
set -eu
here=$(dirname "$0")
for f in "$@"; do
	n=$(basename "$f" .sql); sh "$here/../embed.sh" "sql_${n%%-*}" "$f"
done
printf '#include "core/migrations.h"\nconst struct migration core_migrations[] = {\n'
for f in "$@"; do
	n=$(basename "$f" .sql)
	printf '\t{ %d, "%s", sql_%s },\n' "$(expr "${n%%-*}" + 0)" "${n#*-}" "${n%%-*}"
done
printf '};\nconst size_t core_nmigrations = sizeof core_migrations / sizeof core_migrations[0];\n'
