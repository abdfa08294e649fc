#!/bin/sh
# Usage: run.sh BUILD TEST...   runs programs and scripts, two at a time, and ends with the counts.
# A cmocka program counts itself; a script prints "ok …", "not ok …" and "skip …" lines. Logs: BUILD/tests/log. Each has a folder for
# temporary files of its own, which has to be empty again when it ends.
set -eu
build=$1
shift
log=$build/tests/log
mkdir -p "$log"
rm -f "$log"/*
PAYDESK_BUILD=$(cd "$build" && pwd)
export PAYDESK_BUILD LC_ALL=C.UTF-8 PAYDESK_LOG="$log"
unset PAYDESK_HOME PAYDESK_OPERATOR PAYDESK_PASSPHRASE_FILE PAYDESK_LANG NO_COLOR

one='
	t=$1; n=$(basename "$t" .sh); start=$(date +%s)
	case $t in *.sh) run="bash $t" ;; *) run=$t ;; esac
	tmp=$(mktemp -d /tmp/pd.XXXXXX); chmod 711 "$tmp"
	TMPDIR=$tmp timeout 900 $run >"$PAYDESK_LOG/$n.log" 2>&1; s=$?
	left=$(ls -A "$tmp"); rm -rf "$tmp"
	if [ $s -eq 0 ] && [ -n "$left" ]; then s=1; printf "not ok %s leaves files behind: %s\n" "$n" "$(echo $left | head -c 200)" >>"$PAYDESK_LOG/$n.log"; fi
	if [ $s -eq 0 ]; then word=ok; else word="FAILED ($s)"; fi
	printf "%s" "$s" >"$PAYDESK_LOG/$n.status"
	printf "  %-24s %s  %ss\n" "$n" "$word" "$(($(date +%s) - start))"
'
printf '%s\n' "$@" | xargs -P 2 -I TEST sh -c "$one" sh TEST

sum() { cat "$log"/*.log | sed -n "s/$1/\\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum '^\[  PASSED  \] \([0-9]*\) test.*')
failed=$(sum '^\[  FAILED  \] \([0-9]*\) test.*')
skipped=$(sum '^\[  SKIPPED \] \([0-9]*\) test.*')
passed=$((passed + $(cat "$log"/*.log | grep -c '^ok ' || true)))
failed=$((failed + $(cat "$log"/*.log | grep -c '^not ok ' || true)))
skipped=$((skipped + $(cat "$log"/*.log | grep -c '^skip ' || true)))
bad=
for s in "$log"/*.status; do
	[ "$(cat "$s")" = 0 ] && continue
	bad="$bad $(basename "$s" .status)"
done
for n in $bad; do
	printf '\n---- %s ----\n' "$n"
	tail -n 60 "$log/$n.log"
done
# a program that died without counting is a failure too
[ -n "$bad" ] && [ "$failed" -eq 0 ] && failed=$(printf '%s\n' $bad | wc -l)
echo "$passed passed, $failed failed, $skipped skipped"
[ -z "$bad" ] && [ "$failed" -eq 0 ]
