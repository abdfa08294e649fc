#!/bin/sh
# Usage: theme_embed.sh FILE...   writes theme_files[]: the built-in themes, in the order given.
set -eu
here=$(dirname "$0")
for f in "$@"; do
	n=$(basename "$f" .theme | tr - _); sh "$here/../../core/embed.sh" "theme_$n" "$f"
done
printf '#include "tui/screen/theme_files.h"\nconst struct theme_file theme_files[] = {\n'
for f in "$@"; do
	n=$(basename "$f" .theme | tr - _); printf '\t{ "%s", theme_%s, &theme_%s_len },\n' "$(basename "$f" .theme)" "$n" "$n"
done
printf '};\nconst size_t theme_nfiles = sizeof theme_files / sizeof theme_files[0];\n'
