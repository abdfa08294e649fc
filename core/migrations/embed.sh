#!/bin/sh
# Usage: embed.sh PREFIX FILE...   writes PREFIX_migrations[] and PREFIX_nmigrations: the numbered .sql files (0001-name.sql) in their order.
set -eu
here=$(dirname "$0")
prefix=$1
shift
for f in "$@"; do
	n=$(basename "$f" .sql); sh "$here/../embed.sh" "${prefix}_sql_${n%%-*}" "$f"
done
printf '#include "store/db.h"\nextern const struct migration %s_migrations[];\nextern const size_t %s_nmigrations;\n' "$prefix" "$prefix"
printf 'const struct migration %s_migrations[] = {\n' "$prefix"
for f in "$@"; do
	n=$(basename "$f" .sql)
	printf '\t{ %d, "%s", %s_sql_%s },\n' "$(expr "${n%%-*}" + 0)" "${n#*-}" "$prefix" "${n%%-*}"
done
printf '};\nconst size_t %s_nmigrations = sizeof %s_migrations / sizeof %s_migrations[0];\n' "$prefix" "$prefix" "$prefix"
