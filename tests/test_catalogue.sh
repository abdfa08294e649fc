#!/bin/bash
# Every text that the sources mark is in tui/po/zh_CN.po, translated, not fuzzy, with the same conversions. `make po` adds
# what is missing; then translate it.
set -u
scratch=$(mktemp -d "${TMPDIR:-/tmp}/paydesk-po.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failures=0
tell() { # tell WHAT STATUS LOG
	if [ "$2" -eq 0 ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		sed 's/^/    /' "$3" | head -n 60
		failures=1
	fi
}

sh tui/po/extract.sh >"$scratch/paydesk.pot" 2>"$scratch/log"
tell 'texts are extracted' $? "$scratch/log"
[ -s "$scratch/log" ] && tell 'extraction has nothing to complain about' 1 "$scratch/log"
[ "$(grep -c '^msgid' "$scratch/paydesk.pot")" -gt 100 ]
tell 'there are texts' $? /dev/null
msgfmt -c -o /dev/null tui/po/zh_CN.po 2>"$scratch/log"
tell 'the catalogue is well formed' $? "$scratch/log"
msgcmp tui/po/zh_CN.po "$scratch/paydesk.pot" 2>"$scratch/log"
tell 'every text is translated' $? "$scratch/log"
msgcmp "$scratch/paydesk.pot" tui/po/zh_CN.po --use-untranslated 2>"$scratch/log"
tell 'no text is left over' $? "$scratch/log"
exit $failures
