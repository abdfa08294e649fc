#!/bin/sh
# Usage: embed.sh FILE...   writes template_files[]: the templates that come with the program, in the order given.
set -eu
here=$(dirname "$0")
for f in "$@"; do
	n=$(basename "$f" .txt | tr - _); sh "$here/../../embed.sh" "template_$n" "$f"
done
printf '#include "core/contract/template.h"\nconst struct template_file template_files[] = {\n'
for f in "$@"; do
	n=$(basename "$f" .txt | tr - _); printf '\t{ "%s", template_%s, &template_%s_len },\n' "$(basename "$f")" "$n" "$n"
done
printf '};\nconst size_t template_nfiles = sizeof template_files / sizeof template_files[0];\n'
