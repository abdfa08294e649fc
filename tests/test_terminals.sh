#!/bin/bash
# The console in every terminal that it is made for: golden screens at three sizes in both languages, and what terminals do to programs.
# The store is that of tests/test_screens.c and the clock stands where it was made, so the screens are the same in every run.
. tests/tmux.sh
read -r home clock < <(TMPDIR=$scratch "$build/tests/probe_stage")
[ -n "$home" ] && cp -r "$home" "$scratch/home" || { not_ok 'the store of the golden screens'; exit 1; }
mkdir "$scratch/empty" "$scratch/locales"
pid() { cat "$scratch/pid"; }
gone() { ! kill -0 "$(pid)" 2>/dev/null; }
desk() { env PAYDESK_TEST_CLOCK="$clock" "${preload[@]}" PAYDESK_HOME="$scratch/home" PAYDESK_OPERATOR=lin PAYDESK_PASSPHRASE_FILE="$scratch/pass" "$build/paydesk" "$@"; }
(umask 077 && printf 'SPECIMEN lin' >"$scratch/pass")
# the sanitizer wants to be first and does not need to be
preload=("LD_PRELOAD=$build/tests/preload/still_clock.so" "ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS:-}")

# console ROWS COLS TERM LOCALE [ENV=VALUE…]: the unlock screen, on a store that nobody has touched; LOCPATH: no locale is generated here
console() {
	local rows=$1 cols=$2 term=$3 locale=$4
	shift 4
	term_stop
	rm -rf "$scratch/home"
	cp -r "$home" "$scratch/home"
	term_start "$rows" "$cols" "$term" "$locale" env LOCPATH="$scratch/empty" PAYDESK_HOME="$scratch/home" PAYDESK_OPERATOR=lin \
		PAYDESK_TEST_CLOCK="$clock" XDG_CONFIG_HOME="$scratch/empty" "$@" "${preload[@]}" sh -c 'echo $$ >"$1"; exec "$2"' sh "$scratch/pid" "$build/paydesk"
	expect "$term, $locale $*: the unlock screen" term_wait lin
}
unlock() {
	term_type 'SPECIMEN lin'
	term_keys Enter
	term_wait 'is:open'
}

# what a form needs; an hour later nobody sees how long anything took here
is 'a merchant is claimed' 0 "$(desk act merchant M000002 claim >/dev/null; echo $?)"
rm -rf "$home" && mv "$scratch/home" "$home"
clock=$((clock + 3600000))

# ---- golden screens ----
# screen NAME MARKER: as it is approved for this size and KIND, which is the language and how poor the terminal is
screen() {
	expect "$what: $1 at $size" term_wait "$2" && expect "$what: $1 at $size as approved" term_golden "term/$1.$kind.$size"
}
leave() { term_keys Escape && term_wait_not "$1"; } # waits: what is typed right behind Esc would be Alt
resize() { size=${1#* }x${1% *} && term_resize $1; }
# walk KIND TERM LOCALE [ENV=VALUE…]: as few changes of size as can be, since tmux takes a quarter of a second for each
walk() {
	local at
	kind=$1 lang=${1%.*}
	shift
	what="$*"
	console 24 80 "$@"
	for at in '24 80' '10 40' '40 120'; do
		resize "$at"
		screen unlock lin
	done
	unlock
	for at in '40 120' '24 80' '10 40'; do
		resize "$at"
		screen first M000015
		term_keys '?'
		screen help "${marker[$lang.help]}"
		leave "${marker[$lang.help]}"
		term_type ':lock'
		screen palette "${marker[$lang.palette]}"
		leave "${marker[$lang.palette]}"
		term_type '/M000002'
		term_keys Enter
		term_wait_not M000015
		term_keys Enter
		screen card M000002
		term_keys x
		screen form "${marker[$lang.form]}"
		leave "${marker[$lang.form]}"
		term_keys 1
	done
}
declare -A marker=(
	[en.help]='Esc closes' [en.palette]='lock the screen' [en.form]='for good.'
	[zh_CN.help]='Esc 关闭' [zh_CN.palette]='锁定屏幕' [zh_CN.form]='彻底拒绝'
)
walk en xterm-256color C.UTF-8
walk zh_CN xterm-256color zh_CN.UTF-8
walk en linux C.UTF-8
walk zh_CN linux C.UTF-8 PAYDESK_LANG=zh_CN
walk en.ascii vt100 C.UTF-8

# ---- colours: as many as the terminal has ----
seen() { term_colours | grep -qE "$1"; }
many=$'\033\\[([0-9;]+;)?[34]8;[25];' eight=$'\033\\[([0-9]+;)*[34][0-7](;[0-9]+)*m'
for try in "xterm-256color $many" "linux $eight"; do
	console 24 80 "${try%% *}" C.UTF-8
	unlock
	expect "${try%% *} has its colours" poll 10 seen "${try#* }"
	[ "${try%% *}" = linux ] && expect 'and no others' eval '! seen "$many"'
done
console 24 80 vt100 C.UTF-8
unlock
expect 'vt100 has none' eval '! seen "$many" && ! seen "$eight"'
press() { term_keys "$1"; shift; expect "$@"; }
press Z 'and no Chinese' term_wait 'This terminal cannot show Chinese.'

# ---- a locale that is generated ----
if localedef --no-archive -i zh_CN -f UTF-8 "$scratch/locales/zh_CN.UTF-8" 2>"$scratch/log"; then
	kind=zh_CN size=80x24 what='zh_CN.UTF-8, generated'
	console 24 80 xterm-256color zh_CN.UTF-8 LOCPATH="$scratch/locales"
	screen unlock lin
	unlock
	screen first M000015
else
	echo "skip a generated zh_CN.UTF-8: $(head -n 1 "$scratch/log")"
fi

# ---- pastes of 100 kB: never keys; where text is taken, bounded, and what was not taken is said ----
paste=$(yes $'Qx\tLy1\e[A' | head -c 100000)
stands() { [ "$(desk list outbox --json | wc -l)" = "$1" ]; }
big_paste() { # big_paste WHERE MARKER [WHAT]
	term_paste "${3:-$paste}"
	expect "100 kB into $1" term_wait "$2"
}
console 24 80 xterm-256color C.UTF-8
big_paste 'the passphrase' 'longer than a passphrase can be' "${paste//$'\n'/x}"
unlock
big_paste 'the list' 'A paste runs no keys'
expect 'leave it where it is' term_has 'is:open'
term_type /
big_paste 'the filter' 'too long: not taken'
term_type 'M0000'
expect 'which takes what is typed' term_wait 'is:open M0000'
leave 'is:open M0000'
term_type :
big_paste 'the palette' 'too long: not taken'
leave 'Esc leaves'
term_type '/M000002'
term_keys Enter
term_wait_not M000015
term_keys x
term_wait 'for good.'
big_paste 'a form' 'too long: not taken'
term_type 'SPECIMEN'
expect 'which takes what is typed too' term_wait '│ SPECIMEN '
term_paste "$(head -c 400 <<<"$paste" | tr -d '\t\033')"
term_paste $'\nand more'
expect 'and a shorter one, whatever stands in it' term_wait ' and more'
expect 'nothing was signed' stands 1
expect 'nobody left' eval '! gone'
leave 'for good.'

# ---- sizes: a storm, one cell, and back ----
term_keys 1
for i in 1 2 3 4; do
	for at in '1 1' '2 300' '100 2' '1 80' '24 1' '40 120' '1 1'; do term_resize $at; done
done
kill -WINCH "$(pid)"
term_keys j
kind=en size=80x24 what='after a storm'
term_resize 24 80
term_keys g
screen first M000015

# ---- a terminal that hangs up: signed work is kept, the store is closed in order, the terminal is as it was ----
sound() {
	expect "$1: the store was closed" test ! -e "$scratch/home/paydesk.db-wal"
	expect "$1: the command is kept" stands 2
	expect "$1: the journal verifies" eval 'desk journal verify >/dev/null'
	expect "$1: the store is whole" eval 'desk store check >/dev/null'
}
half_written() { # lin has signed a claim, and is in the middle of a form
	unlock
	term_keys n
	expect 'a claim is signed' term_wait 'Claim: signed'
	expect 'and is in the log of the store' test -s "$scratch/home/paydesk.db-wal"
	term_keys x
	term_wait 'for good.'
	term_type 'half a rea'
	expect 'a reason is half written' term_wait 'half a rea'
}
console 24 80 xterm-256color C.UTF-8
half_written
tm kill-session -t test
expect 'a lost terminal ends the console' poll 15 gone
sound 'a lost terminal'
modes_kept() { cmp -s "$scratch/before" "$scratch/after"; }
console 24 80 xterm-256color C.UTF-8 bash -c 'stty -g >"$0"; "$@"; echo "status $?"; stty -g >"${0%before}after"; echo "back $((6 * 7))"' "$scratch/before" env
half_written
kill -HUP "$(pid)"
expect 'SIGHUP alone ends it too' term_wait 'back 42'
expect 'in order' term_has 'status 0'
expect 'with the screen of before' term_lacks 'half a rea'
expect 'and its modes' modes_kept
sound SIGHUP
finish
