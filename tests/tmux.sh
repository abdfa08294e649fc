# Drives the real programs in a terminal of their own: source this from a tests/test_*.sh (run by bash).
#
#     . tests/tmux.sh
#     term_start 24 80 xterm-256color C.UTF-8 build/paydesk --home "$scratch/home"
#     expect 'the unlock screen opens' term_wait 'Passphrase'
#     term_type 'demo'; term_keys Enter
#     expect 'the queue' term_golden queue-80x24
#     finish
#
# Nothing sleeps for a fixed time: term_wait polls the screen until a deadline. $scratch is a folder of this script,
# removed at the end together with its tmux server.
set -u
[ -n "${cleanups+set}" ] || . "$(dirname "${BASH_SOURCE[0]}")/count.sh"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/paydesk-tmux.XXXXXX")
mkdir "$scratch/tmux"

# The server is ours alone: a socket in our own folder, nobody's configuration, no outer session.
tm() { env -u TMUX -u TMUX_PANE TMUX_TMPDIR="$scratch/tmux" tmux -u -L test -f /dev/null "$@"; }
term_cleanup() {
	tm kill-server 2>/dev/null
	rm -rf "$scratch"
}
at_exit term_cleanup
tm new-session -d -s keep -x 1 -y 1 cat \; set -g status off \; set -g history-limit 0

# term_start ROWS COLS TERM LOCALE PROGRAM ARG...: one program at a time. What it leaves on the screen when it ends stays readable.
term_start() {
	local rows=$1 cols=$2 term=$3 locale=$4
	shift 4
	term_stop
	rm -f "$scratch/ended"
	tm set -g default-terminal "$term" \; \
		new-session -d -s test -x "$cols" -y "$rows" \
		env -u NO_COLOR -u COLORTERM -u LANGUAGE -u LC_ALL -u PAYDESK_LANG TERM="$term" LC_ALL="$locale" \
		sh -c 'ended=$1; shift; "$@"; echo $? >"$ended"; exec cat >/dev/null' sh "$scratch/ended" "$@"
}
term_stop() { tm kill-session -t test 2>/dev/null; }

term_keys() { tm send-keys -t test "$@"; }          # tmux's names: Enter Escape C-z Up PPage NPage F1 BTab
term_type() { tm send-keys -t test -l -- "$1"; }    # a text, as typed
# a bracketed paste, as a terminal sends it when the program asked for it
term_paste() { printf '%s' "$1" | tm load-buffer - && tm paste-buffer -p -r -d -t test; }
term_resize() { tm resize-window -t test -y "$1" -x "$2"; }
term_capture() { tm capture-pane -p -t test; }
term_colours() { tm capture-pane -e -p -t test; }
term_ended() { [ -s "$scratch/ended" ]; }
term_status() { cat "$scratch/ended"; }             # its exit status, once it ended

# poll SECONDS COMMAND...: until it succeeds; false after the deadline.
poll() {
	local end=$((SECONDS + $1 + 1))
	shift
	while ! "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}
term_has() { term_capture 2>/dev/null | grep -qF -- "$1"; }
term_lacks() { ! term_has "$1"; }
term_wait() { poll "${2:-15}" term_has "$1"; }       # MARKER [SECONDS]
term_wait_not() { poll "${2:-15}" term_lacks "$1"; }
term_wait_end() { poll "${1:-15}" term_ended; }

# term_golden NAME [SED-SCRIPT]: the screen is tests/golden/NAME.txt; the script blanks what changes from run to run.
# The screen may still be on its way: it has ten seconds to become right. GOLDEN=approve writes the file instead, once it stands still.
term_screen() { term_capture | sed -e 's/[[:space:]]*$//' -e "${1:-}"; }
golden_stands() { # nothing says when a screen is whole; whoever approves looks at the difference
	mkdir -p "${1%/*}"
	term_screen "$2" >"$1"
	sleep 0.4
	term_screen "$2" | cmp -s - "$1"
}
golden_same() { term_screen "$2" | cmp -s - "tests/golden/$1.txt"; }
term_golden() {
	if [ "${GOLDEN:-}" = approve ]; then
		poll 10 golden_stands "tests/golden/$1.txt" "${2:-}"
		return
	fi
	poll 10 golden_same "$1" "${2:-}" && return
	term_screen "${2:-}" | diff -u "tests/golden/$1.txt" - | head -n 80
	return 1
}

# expect WHAT COMMAND...: counts; shows the screen when it fails.
expect() {
	local what=$1
	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what"
		echo "    failed: $*"
		term_capture 2>/dev/null | sed 's/^/    |/'
		return 1
	fi
}
