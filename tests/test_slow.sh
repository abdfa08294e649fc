#!/bin/bash
# The console over more payments than a moment suffices to look through: keys go on working while it searches, Esc stops it, a list is
# exported beside the screen, and a lock waits for none of it. What the worker reads is held back for as long as the test looks at it.
. tests/tmux.sh
. tests/flow.sh

payments=40000
operator lin reviewer,risk
as lin
is 'there are payments' 0 "$("$build/tests/probe_fill" "$PAYDESK_HOME" lin "$PAYDESK_PASSPHRASE_FILE" $payments; echo $?)"
slow="$(printf -- '-order_no:x%03d ' $(seq 48))amount>999999" # each payment is asked 48 times, and none is so large
hold() { : >"$scratch/hold"; }
let_go() { rm -f "$scratch/hold"; }
row_under() { term_capture | grep -F '›' | grep -qF "$1"; }
on() { poll 15 row_under "$1"; }
esc() { term_keys Escape; expect "Esc: $1" term_wait "$2"; } # waits: what is typed right behind Esc would be Alt

console() { # console ROWS COLS LANG
	let_go
	term_start "$1" "$2" xterm-256color C.UTF-8 env PAYDESK_HOME="$PAYDESK_HOME" PAYDESK_OPERATOR=lin PAYDESK_PASSPHRASE_FILE="$PAYDESK_PASSPHRASE_FILE" \
		PAYDESK_LANG="$3" PAYDESK_TEST_HOLD="$scratch/hold" LD_PRELOAD="$build/tests/preload/held_reads.so" \
		ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" "$build/paydesk"
	expect "the console opens ($3, $2x$1)" term_wait '(reviewer,risk)'
}
search() { # search WORDS
	term_keys /
	term_wait "$desk  /"
	term_keys C-u
	term_type "$1"
	term_wait "${1: -12}"
	term_keys Enter
}
take() { # take FILE
	term_keys E
	term_wait "$question"
	term_keys C-u
	term_type "$1"
	term_keys Enter
}

desk=Transactions question='Into which file?'
console 24 80 en
term_keys 5
expect 'the payments' on T000000000001

# ---- searching ----
hold
search "$slow"
expect 'what takes long is searched for, and Esc is offered' term_wait 'Searching… 0 s  Esc stops'
expect 'the old rows stand there' row_under T000000000001
term_keys j
expect 'and keys move on them' on T000000000002
expect 'the seconds are counted' term_wait 'Searching… 1 s'
term_keys Enter
expect 'an item opens meanwhile' term_wait 'Summary'
esc 'back to the search' 'Searching…'
esc 'it is stopped' 'stopped; the list is as it was'
expect 'nothing is searched for any more' term_lacks 'Searching…'
expect 'and the cursor is where it was' row_under T000000000002
search "$slow"
term_wait 'Searching…'
let_go
expect 'the answer comes when it is there' term_wait 'Nothing matches'
esc 'back to all' "$desk  10000+"

# ---- exporting ----
hold
take "$scratch/all.csv"
expect 'the rows of an export are counted' term_wait 'Export: counting the rows  Esc stops'
term_keys j
expect 'while keys go on working' on T000000000002
let_go
expect 'all of them are taken' term_wait "$payments rows are in" 60
is 'a line each, and the heading' $((payments + 1)) "$(wc -l <"$scratch/all.csv")"
hold
take "$scratch/none.xlsx"
term_wait 'Export:'
term_keys Escape
let_go
expect 'Esc stops it' term_wait 'stopped;'
is 'and nothing is left of it' 1 "$([ -e "$scratch/none.xlsx" ]; echo $?)"

# ---- locking ----
hold
search "$slow"
term_wait 'Searching…'
take "$scratch/locked.csv"
term_wait 'Export:'
let_go
term_keys L
expect 'the screen locks' term_wait 'Passphrase'
is 'a file is whole or not there' 0 "$([ ! -e "$scratch/locked.csv" ] || [ "$(wc -l <"$scratch/locked.csv")" -eq $((payments + 1)) ]; echo $?)"
term_keys C-c
term_stop

# ---- in Chinese, where there is room ----
desk=交易 question='导出到哪个文件'
console 40 120 zh_CN
term_keys 5
on T000000000001
hold
search "$slow"
expect 'in Chinese too' term_wait '查询中… 1 秒  Esc 停止'
esc 'and stopped' '已停止；列表保持原样'
let_go
term_keys Q
expect 'it quits' term_wait_end
desk_is 0 'the journal verifies' journal verify
finish
