# Sourced by flow.sh and tmux.sh: the words with which a script counts, and what it does when it ends.
build=${PAYDESK_BUILD:-build}
failures=0
cleanups=
# at_exit COMMAND: run when the script ends, the latest first
at_exit() { cleanups="$1; $cleanups"; }
trap 'eval "$cleanups"' EXIT
trap 'exit 1' HUP INT TERM

ok() { echo "ok $*"; }
not_ok() { echo "not ok $*"; failures=$((failures + 1)); }
# is "what" EXPECTED ACTUAL
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: expected '$2', got '$3'"; fi; }
# has "what" NEEDLE HAYSTACK
has() { case $3 in *"$2"*) ok "$1" ;; *) not_ok "$1: no '$2' in '$3'" ;; esac; }
finish() { [ "$failures" -eq 0 ]; exit $?; }
