#!/bin/sh
# Usage: embed.sh NAME FILE   writes a C file that defines NAME[] (the file's bytes, NUL after them) and NAME_len.
set -eu
printf '#include <stddef.h>\nextern const char %s[];\nextern const size_t %s_len;\nconst char %s[] = {\n' "$1" "$1" "$1"
od -An -v -tx1 "$2" | sed "s/\([0-9a-f][0-9a-f]\)/'\\\\x\1',/g"
printf "'\\\\0' };\nconst size_t %s_len = sizeof %s - 1;\n" "$1" "$1"
