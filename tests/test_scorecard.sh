#!/bin/bash
# What is not whole in core/data/scorecard.csv is refused by the build, with its line.
. "$(dirname "$0")/count.sh"
work=$(mktemp -d)
at_exit "rm -rf $work"
card='card,1.1,2026-01-01
points,type,micro,6
points,type,else,0
points,age,0..5,3
points,age,5..,1
points,age,else,2
band,low,0..10,
band,high,10..,merchant.approve_high'

made() { LC_ALL=C awk -f core/data/scorecard.awk "$work/card.csv" >"$work/out" 2>"$work/err"; }
# refused WHAT LINE WORDS SED…: the card, changed by sed, is refused in that line
refused() {
	local what=$1 line=$2 words=$3
	shift 3
	echo "$card" | sed "$@" >"$work/card.csv"
	if made; then not_ok "$what is refused"; else ok "$what is refused"; fi
	has "$what: its line" "scorecard.csv: line $line: " "$(cat "$work/err")"
	has "$what: why" "$words" "$(cat "$work/err")"
}

echo "$card" >"$work/card.csv"
if made; then ok "a whole card"; else not_ok "a whole card: $(cat "$work/err")"; fi
has "its bands" '{ "high", INT64_C(10), INT64_MAX, "merchant.approve_high" },' "$(cat "$work/out")"

refused "a factor without an else-row" 3 "type has no else-row" 3d
refused "the last factor without one" 6 "age has no else-row" 6d
refused "a row after the else-row" 4 "after the else-row" '3a points,type,enterprise,1'
refused "a factor in two places" 7 "do not stand together" '6a points,type,else,1'
refused "a word twice" 3 "is there twice" '2a points,type,micro,1'
refused "a gap between ranges" 5 "does not go on" 's/age,5\.\./age,6../'
refused "ranges that overlap" 5 "does not go on" 's/age,5\.\./age,4../'
refused "a range behind an open one" 6 "does not go on" '5a points,age,9..,1'
refused "an empty range" 4 "is empty" 's/0\.\.5/5..5/'
refused "a word among ranges" 5 "a word among ranges" '4a points,age,old,1'
refused "a range among words" 3 "a range among words" '2a points,type,0..5,1'
refused "points that are no number" 2 "neither" 's/micro,6/micro,six/'
refused "points beyond two digits" 2 "neither" 's/micro,6/micro,100/'
refused "bands that begin late" 7 "does not begin where" 's/low,0\.\./low,1../'
refused "a gap between bands" 8 "does not begin where" 's/high,10/high,11/'
refused "bands that overlap" 8 "does not begin where" 's/high,10/high,9/'
refused "bands that end" 8 "end before" 's/high,10\.\./high,10..20/'
refused "a band twice" 8 "is there twice" 's/band,high/band,low/'
refused "no bands" 6 "end before" '7,8d'
refused "a factor behind the bands" 9 "after the bands" '8a points,more,else,1'
refused "no card" 1 "a card comes first" 1d
refused "a day that is none" 1 "a card has a version" 's/2026-01-01/2026-1-1/'
refused "a version twice" 9 "is there already" '8a card,1.1,2027-01-01'
refused "a card before the one before it" 9 "not in force after" '8a card,1.2,2026-01-01'
finish
