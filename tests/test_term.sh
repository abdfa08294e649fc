#!/bin/bash
# The terminal itself, in a real one: sizes, signals, pastes, and what is left behind.
. tests/tmux.sh
probe=$build/tests/probe_term
runs=0
fresh_log() { # one for each run: the program before may still be saying goodbye to its own
	runs=$((runs + 1))
	log=$scratch/log.$runs
	: >"$log"
}

logged() { grep -qxF -- "$1" "$log"; }
wait_log() { poll "${2:-15}" logged "$1"; }
pid() { sed -n 's/^pid //p' "$log" | tail -n 1; }
ended() { ! kill -0 "$1" 2>/dev/null; }
start() { # start ROWS COLS TERM LOCALE [ENV=VALUE...]
	local rows=$1 cols=$2 term=$3 locale=$4
	shift 4
	fresh_log
	term_start "$rows" "$cols" "$term" "$locale" env "$@" "$probe" "$log"
}

for term in xterm-256color screen-256color tmux-256color linux; do
	start 12 40 $term C.UTF-8
	expect "$term draws" term_wait 'size 12x40'
	expect "$term has boxes" term_wait '┌─ 样本 probe ─'
	expect "$term shows hostile text harmless" term_wait '商户 é ⟨U+001B⟩[2J'
	term_keys Up
	expect "$term sends arrows" term_wait 'key Up'
	term_keys F1
	expect "$term sends F1" term_wait 'key F1'
	term_keys PPage
	expect "$term sends PgUp" term_wait 'key PgUp'
	term_keys Escape
	expect "$term sends Esc" term_wait 'key Esc'
	term_keys M-a
	expect "$term sends Alt" term_wait 'key Alt-a'
	term_type '中'
	expect "$term sends Han characters" term_wait 'key 中'
done
# ---- the clipboard (OSC 52): tmux keeps what it is told; terminals that would print it are told nothing ----
tm set -g set-clipboard on
copied() { [ "$(tm show-buffer 2>/dev/null)" = '样本 copied' ]; }
start 12 40 tmux-256color C.UTF-8
term_wait 'size 12x40'
term_type y
expect 'a copy is sent' wait_log 'copy sent'
expect 'and arrives' poll 10 copied
expect 'and leaves no mark' term_lacks '52;'
for term in linux vt100; do
	start 12 40 $term C.UTF-8
	term_wait 'size 12x40'
	term_type y
	expect "$term is not sent one" wait_log 'copy kept'
done
start 12 40 vt100 C.UTF-8
expect 'vt100 draws in ASCII' term_wait '+- ? ?  probe -'
expect 'vt100 shows ? for what it has not' term_wait '? ?  ? ?U+001B?[2J'
start 12 40 xterm-256color C
expect 'no locale is UTF-8' term_wait '样本 probe'

start 12 40 xterm-256color C.UTF-8
term_wait 'size 12x40'
colours() { term_colours | grep -q $'\033\\[[0-9;]*[34]8;'; }
expect 'colours are used' poll 10 colours
term_keys 2
expect 'a theme is switched' term_wait 'light'
term_keys 3
expect 'mono has no colours' poll 10 eval '! colours'
start 12 40 xterm-256color C.UTF-8 COLORTERM=truecolor
expect 'true colour draws' term_wait 'size 12x40'
start 12 40 xterm-256color C.UTF-8 NO_COLOR=1
term_wait 'size 12x40'
any_colour() { term_colours | grep -qE $'\033\\[([0-9]+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]'; }
reversed() { term_colours | grep -q $'\033\\[[0-9;]*7m'; }
expect 'NO_COLOR has no colours' eval '! any_colour'
expect 'NO_COLOR keeps attributes' reversed

# sizes: a storm of changes ends at the last one, and is reported less often than it was made
start 24 80 xterm-256color C.UTF-8
expect 'before the storm' term_wait 'size 24x80'
for i in 1 2 3 4 5 6 7 8; do
	for size in '1 1' '2 300' '100 2' '1 80' '24 1' '40 120'; do term_resize $size; done
done
term_resize 30 100
expect 'after the storm the size is right' term_wait 'size 30x100'
expect 'and the box is whole' term_wait '┌─ 样本 probe ─'
for i in $(seq 200); do kill -WINCH "$(pid)"; done
term_keys q
expect 'it ends' wait_log closed
few() { [ "$(sed -n 's/^resizes //p' "$log")" -le 49 ]; }
expect 'signals without a change are no events' few
start 1 1 xterm-256color C.UTF-8
wait_log "pid $(pid)"
term_keys x
expect 'one cell is enough' wait_log 'key x'

# pastes
start 12 40 xterm-256color C.UTF-8
term_wait 'size 12x40'
term_paste $'qqq\nq'
expect 'a paste is one event' term_wait 'paste 5'
expect 'and no keys' eval '! logged "key q"'
big=$(head -c 120000 /dev/zero | tr '\0' q)
term_paste "$big"
expect 'a big paste is whole' term_wait 'paste 120000'
term_paste "$big$big$big"
expect 'a huge paste is cut' term_wait 'paste 262144 cut'
expect 'and runs nothing' eval '! logged "key q"'

# ---- the mouse: only while it was asked for, and never keys ----
mice() { tm display-message -p -t test '#{mouse_button_flag}#{mouse_sgr_flag}#{mouse_standard_flag}#{mouse_all_flag}'; }
mouse_is() { [ "$(mice)" = "$1" ]; }
on=1100 off=0000
start 12 40 xterm-256color C.UTF-8
term_wait 'size 12x40'
expect 'the mouse is off at first' mouse_is $off
term_type $'\033[<0;5;6M'
term_keys x
expect 'and its bytes are swallowed' wait_log 'key x'
expect 'all of them' eval '! grep -q "^mouse\|key [^x]" "$log"'
term_type o
expect 'it is asked for' wait_log 'mouse on'
expect 'of the terminal' poll 10 mouse_is $on
term_type $'\033[<0;5;6M\033[<0;5;6m'
expect 'a press is an event' wait_log 'mouse press 5,4'
expect 'and so is its end' wait_log 'mouse release 5,4'
term_type $'\033[<0;9;3M\033[<0;9;3m\033[<0;9;3M\033[<32;10;3M\033[<65;1;1M'
expect 'two presses at one place are a double one' wait_log 'mouse double 2,8'
expect 'a drag' wait_log 'mouse drag 2,9'
expect 'the wheel' wait_log 'mouse wheel-down 0,0'
term_type $'\033[M q!\033[<0;1\033[<q\033[<0;0;0M\033[<99999999999;1;1M'
term_keys w
expect 'nonsense is no event' wait_log 'key w'
expect 'and no keys' eval '! grep -q "^key [^xow]" "$log"'
term_keys c
term_wait 'child has the terminal'
expect 'a child has a terminal without it' mouse_is $off
term_keys Enter
expect 'and gives it back' poll 10 mouse_is $on
term_type o
expect 'it is put off' poll 10 mouse_is $off
for end in q k m; do # in order, by a crash, out of memory
	if [ $end = k ] && grep -qa __asan_init "$build/tests/probe_term"; then continue; fi # the sanitizer takes a crash for itself
	start 12 40 xterm-256color C.UTF-8
	term_wait 'size 12x40'
	term_type o
	poll 10 mouse_is $on
	term_type $end
	term_wait_end
	expect "it is off after $end" mouse_is $off
done
for signal in TERM HUP INT; do
	start 12 40 xterm-256color C.UTF-8
	term_wait 'size 12x40'
	term_type o
	poll 10 mouse_is $on
	kill -$signal "$(pid)"
	term_wait_end
	expect "it is off after SIG$signal" mouse_is $off
done
start 12 40 vt100 C.UTF-8
term_wait 'size 12x40'
term_type o
expect 'an old terminal is not asked' wait_log 'mouse unknown'

# descriptors, ticks, a child
term_keys e
expect 'a descriptor wakes it' wait_log wake
term_keys t
expect 'a tick' wait_log tick
term_keys c
expect 'a child gets the terminal' term_wait 'child has the terminal'
term_keys Enter
expect 'and gives it back' term_wait 'size 12x40'
term_keys x
expect 'with its keys' wait_log 'key x'

# what is left behind
run_in_shell() { # the modes of the terminal before and after
	fresh_log
	rm -f "$scratch/before" "$scratch/after"
	term_start 12 60 xterm-256color C.UTF-8 sh -c "stty -g >$scratch/before; $probe $log; echo status \$?; stty -g >$scratch/after; echo done"
	term_wait 'size 12x60'
}
modes_kept() { cmp -s "$scratch/before" "$scratch/after"; }
run_in_shell
kill -TERM "$(pid)"
expect 'SIGTERM ends it in order' term_wait 'status 0'
term_wait 'done'
expect 'SIGTERM leaves the modes as they were' modes_kept
expect 'and the screen' term_lacks 'probe'
run_in_shell
term_keys m
expect 'out of memory is said' term_wait 'paydesk: out of memory'
term_wait 'done'
expect 'out of memory leaves the modes as they were' modes_kept
run_in_shell
kill -INT "$(pid)"
expect 'SIGINT from outside ends it in order' term_wait 'status 0'
run_in_shell
term_keys C-c
expect 'Ctrl-C is a key' term_wait 'key Ctrl-C'

# suspending, from the keyboard and from outside
fresh_log
term_start 12 60 xterm-256color C.UTF-8 bash --norc --noprofile -i
term_type "PS1='shell> '; stty -g >$scratch/before; $probe $log"
term_keys Enter
term_wait 'size 12x60'
term_type o
poll 10 mouse_is $on
term_keys C-z
expect 'Ctrl-Z suspends' term_wait 'Stopped'
expect 'the shell has no mouse' mouse_is $off
term_type "stty -g >$scratch/after; echo still \$((6*7))"
term_keys Enter
expect 'the shell has the terminal' term_wait 'still 42'
expect 'in the modes that it had' modes_kept
term_resize 14 50
term_type fg
term_keys Enter
expect 'it comes back, at the new size' term_wait 'size 14x50'
expect 'says so' wait_log resume
expect 'and has its mouse again' poll 10 mouse_is $on
term_keys y
expect 'and has its keys' term_wait 'key y'
kill -TSTP "$(pid)"
expect 'SIGTSTP suspends' term_wait 'Stopped'
term_type fg
term_keys Enter
expect 'and it comes back again' term_wait 'size 14x50'
kill -STOP "$(pid)"
expect 'SIGSTOP cannot be prepared for' term_wait 'Stopped'
term_keys C-l
term_type fg
term_keys Enter
expect 'but is recovered from' term_wait 'size 14x50'
term_keys z
expect 'with keys' term_wait 'key z'

# a terminal that goes away
start 12 40 xterm-256color C.UTF-8
term_wait 'size 12x40'
gone=$(pid)
tm kill-session -t test
expect 'a lost terminal is noticed' wait_log hangup
expect 'and the program ends in order' wait_log closed
expect 'for good' poll 15 ended "$gone"
start 12 40 xterm-256color C.UTF-8
term_wait 'size 12x40'
kill -HUP "$(pid)"
expect 'SIGHUP ends it' wait_log closed

# where no screen can be: one line, nothing changed
refused() { # refused MESSAGE COMMAND...
	local message=$1
	shift
	"$@" >"$scratch/out" 2>&1 </dev/null
	[ $? -eq 2 ] && [ "$(wc -l <"$scratch/out")" -eq 1 ] && grep -qF "$message" "$scratch/out"
}
expect 'no terminal is one line' refused 'needs a terminal' "$probe" "$log"
for term in nosuch-terminal ../../etc/passwd; do
	start 12 70 "xterm" C.UTF-8 TERM="$term"
	expect "an unknown terminal ($term) is said" term_wait 'no description of the terminal'
	term_wait_end
	expect 'with the status of a wrong call' test "$(term_status)" = 2
done
start 12 70 xterm C.UTF-8 TERM=dumb
expect 'a terminal without a cursor is said' term_wait 'cannot place its cursor'
start 12 70 xterm C.UTF-8 TERM=
expect 'no TERM is said' term_wait 'TERM is not set'
finish
