#!/bin/bash
# make demo in a terminal: broken off at any moment it can be started again; it opens twice on the same data; nothing stays behind.
. tests/tmux.sh
demo=$scratch/demo
pid_of_core() { pgrep -f "paycore --home $demo/core"; }
no_core() { ! pid_of_core >/dev/null; }
leave() { pid_of_core | xargs -r kill; }
at_exit leave

term_start 30 100 xterm-256color C.UTF-8 env "PAYDESK_DEMO=$demo" bash --norc --noprofile -i # Ctrl-C must not end more than the demo
start() { # the marker of the end is not what is typed
	term_type "clear; sh tests/demo.sh $build; echo ended with \$?"
	term_keys Enter
}
# broken_off WHAT MARKER: Ctrl-C once the marker is on the screen
broken_off() {
	start
	expect "$1" term_wait "$2" 120
	term_keys C-c
	expect "$1: Ctrl-C ends it" term_wait 'ended with 130'
	expect "$1: no payment core is left" poll 10 no_core
}
broken_off 'filling' 'filling a payment core'
broken_off 'the first sync' '[#'
start
expect 'it goes on' term_wait 'Press Enter' 120
expect 'and names its operators' term_has 'passphrase: demo only: demo-reviewer'
term_keys Enter
expect 'the console opens on the merchants' term_wait 'Merchants  ' 30
expect 'live' term_wait ' live' 30
term_keys Q
expect 'Q ends it' term_wait 'ended with 0'
expect 'and its payment core' poll 10 no_core
start
expect 'a second time it opens at once' term_wait 'Press Enter'
term_keys Enter
expect 'on the same data' term_wait 'is:open' 30
tm kill-session -t test
expect 'a lost terminal ends the payment core too' poll 20 no_core
finish
