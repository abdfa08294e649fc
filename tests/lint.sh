#!/bin/sh
# The laws of the house, as far as a search can see them: floors, rooms, the place of SQL, banned functions, sizes.
set -eu
bad=0
complain() { bad=1; printf '%s\n' "$1"; printf '%s\n' "$2" | sed 's/^/    /'; }
law() { # law "what" "found lines"
	if [ -n "$2" ]; then complain "lint: $1" "$2"; fi
}
files() { git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r f; do [ -f "$f" ] && printf '%s\n' "$f"; done; }
code=$(files 'store/*.[ch]' 'core/*.[ch]' 'sync/*.[ch]' 'tui/*.[ch]')

# an include goes down the house, never up, never sideways
up() { # up FLOOR "floors above it"
	files "$1/*.[ch]" | xargs -r grep -nE "^#[[:space:]]*include \"($2)/" /dev/null || true
}
law 'an include goes up the house' "$(up store 'core|sync|tui'; up core 'sync|tui'; up sync 'tui')"
law 'the client reaches into the sandbox core' "$(files 'sync/*.[ch]' 'tui/*.[ch]' | grep -v '^sync/paycore/' | xargs grep -n '"sync/paycore/' /dev/null || true)"

# one room for each foreign library
room() { # room 'header' 'file pattern that may include it'
	printf '%s\n' "$code" | grep -vE "$2" | xargs -r grep -nE "^#[[:space:]]*include <$1" /dev/null || true
}
law 'sqlite3 lives in store/' "$(room 'sqlite3' '^store/')"
law 'libsodium lives in store/crypto.c' "$(room 'sodium' '^store/crypto\.c$')"
law 'ncurses lives in tui/screen/term.c' "$(room '(ncurses|ncursesw|curses|term)(\.h|/)' '^tui/screen/term\.c$')"
law 'libxlsxwriter lives in tui/xlsx.c' "$(room 'xlsxwriter' '^tui/xlsx\.c$')"
law 'libchafa lives in tui/picture/sketch.c' "$(room '(chafa|glib)' '^tui/picture/sketch\.c$')"
law 'libpng and libjpeg live in tui/picture/unpack.c' "$(room '(png|jpeglib|turbojpeg)\.h' '^tui/picture/unpack\.c$')"
law 'libseccomp lives in tui/picture/confine.c' "$(room 'seccomp' '^tui/picture/confine\.c$')"
law 'libcurl lives in sync/http.c' "$(room 'curl' '^sync/http\.c$')"
law 'cJSON lives in core/values/json.c' "$(room '(cjson/|cJSON)' '^core/values/json\.c$')"
law 'utf8proc lives in core/values/text.c' "$(room 'utf8proc' '^core/values/text\.c$')"
law 'libxml2 lives in core/screening/xml.c' "$(room 'libxml' '^core/screening/xml\.c$')"
law 'Pango lives in core/contract/paper.c' "$(room '(pango|glib|fontconfig)' '^core/contract/paper\.c$')"
law 'libqrencode lives in core/contract/qr.c' "$(room 'qrencode' '^core/contract/qr\.c$')"
law 'OpenSSL lives in core/contract/seal.c' "$(room 'openssl' '^core/contract/seal\.c$')"
law 'libmicrohttpd lives in sync/paycore/server.c' "$(room 'microhttpd' '^sync/paycore/server\.c$')"
law 'GnuTLS lives in sync/paycore/ca.c' "$(room 'gnutls' '^sync/paycore/ca\.c$')"
law 'cairo lives in core/contract/paper.c and face.c and sync/paycore/scan.c' "$(room 'cairo' '^(core/contract/(paper\.c|face\.[ch])|sync/paycore/scan\.c)$')"
law 'FreeType and HarfBuzz live in core/contract/face.c' "$(room '(ft2build|freetype|hb)' '^core/contract/face\.[ch]$')"
law 'zlib lives in sync/paycore/png.c' "$(room 'zlib' '^sync/paycore/png\.c$')"
law 'zstd lives in sync/paycore/pack.c' "$(room 'zstd' '^sync/paycore/pack\.c$')"

# SQL is generated in store/ or stands in catalogued .sql files
law 'SQL outside store/ and the .sql files' "$(printf '%s\n' "$code" | grep -v '^store/' | xargs grep -nE \
	'"[^"]*\b(SELECT [^"]* FROM|INSERT (OR [A-Z]+ )?INTO|UPDATE [a-z_]+ SET|DELETE FROM|CREATE (TABLE|INDEX|VIEW|TRIGGER)|PRAGMA )' /dev/null || true)"

law 'a banned function' "$(printf '%s\n' "$code" | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|alloca|system|popen|tmpnam|mktemp|atoi|atol)[[:space:]]*\(' /dev/null || true)"
law 'a promise left in the code' "$(printf '%s\n' "$code" | xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' /dev/null || true)"
law 'a file longer than 650 lines' "$(files '*.c' '*.h' | xargs wc -l | awk '$2 != "total" && $1 > 650')"
law 'white space at the end of a line' "$(files '*.c' '*.h' '*.sh' '*.sql' Makefile | xargs grep -nE '[[:space:]]+$' /dev/null | head -20 || true)"
# a function fits on a screen, with some grace: from a line that opens in column 0 to the brace that closes there
law 'a function longer than 80 lines' "$(printf '%s\n' "$code" | grep '\.c$' | xargs awk '
	FNR == 1 { open = 0 }
	/^{/ { open = FNR }
	/^}/ { if (open && FNR - open > 80) print FILENAME ":" open ": " FNR - open " lines"; open = 0 }')"
law 'something beside the floors at the top' "$(git ls-files --cached --others --exclude-standard | sed 's|/.*||' | sort -u | grep -vE '^(tui|core|store|sync|themes|tests|Makefile|README\.md|README\.zh-CN\.md|CHANGELOG\.md|LICENSE|\..*)$' || true)"
[ $bad -eq 0 ] && echo 'lint: the house is in order'
exit $bad
