#!/bin/sh
# Usage: extract.sh   from the top of the tree; writes the catalogue's template: every text that the sources mark, and the sources of rules.
# The sandbox core is left out: it speaks to machines and to its starter, in English.
set -eu
rules=$(mktemp "${TMPDIR:-/tmp}/rules.XXXXXX")
trap 'rm -f "$rules"' EXIT
sed -n 's/^[a-z][^,]*,[^,]*,[^,]*,\(.*\)/N_("\1")/p' core/data/rules.csv >"$rules"
{ find store core sync tui -name '*.[ch]' ! -path 'sync/paycore/*' | LC_ALL=C sort; echo "$rules"; } |
	xgettext --files-from=- --from-code=UTF-8 --language=C --no-location --package-name=paydesk \
		--keyword=_ --keyword=N_ --keyword=fail:3 --keyword=fail_in:2 \
		--flag=fail:3:c-format --flag=fail_in:2:c-format -o - | sed '/^"POT-Creation-Date/d'
