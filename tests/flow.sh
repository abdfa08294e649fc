# Sourced by the tests in shell: a payment core and a store of their own, and the words of count.sh.
# After `house_open [fill arguments]`: $work, $url, $core (pid); `as NAME` chooses the operator; `desk …` runs paydesk.
[ -n "${cleanups+set}" ] || . "$(dirname "${BASH_SOURCE[0]}")/count.sh"
work=$(mktemp -d)
core=
umask 077
unset PAYDESK_HOME PAYDESK_OPERATOR PAYDESK_PASSPHRASE_FILE PAYDESK_NEW_PASSPHRASE_FILE PAYDESK_LANG
export PAYDESK_HOME=$work/store LC_ALL=C.UTF-8

house_close() {
	[ -n "$core" ] && kill "$core" 2>/dev/null && wait "$core" 2>/dev/null
	core=
	rm -rf "$work"
}
at_exit house_close

passphrase() { printf 'specimen passphrase of %s' "$1" >"$work/pass-$1"; }
as() { PAYDESK_OPERATOR=$1 PAYDESK_PASSPHRASE_FILE=$work/pass-$1; export PAYDESK_OPERATOR PAYDESK_PASSPHRASE_FILE; }
desk() { "$build/paydesk" "$@"; }
# desk_is STATUS "what" paydesk arguments…: the exit status, and the one line of the error in $said
desk_is() {
	local want=$1 what=$2 got
	shift 2
	out=$(desk "$@" 2>"$work/err")
	got=$?
	said=$(cat "$work/err")
	is "$what" "$want" "$got"
	if [ "$got" -ne "$want" ]; then echo "# $said"; fi
}

core_start() { # core_start ARGUMENTS…   sets core and url
	: >"$work/core.log"
	"$build/paycore" --home "$work/core" --listen "127.0.0.1:${port:-0}" "$@" >"$work/core.log" 2>&1 </dev/null &
	core=$!
	url=
	for _ in $(seq 600); do
		url=$(sed -n 's/^paycore: listening on //p' "$work/core.log")
		[ -n "$url" ] && break
		kill -0 "$core" 2>/dev/null || break
		sleep 0.1
	done
	if [ -z "$url" ]; then
		cat "$work/core.log"
		not_ok "the payment core starts"
		exit 1
	fi
	port=${url##*:}
}
core_stop() { kill "$core" && wait "$core" 2>/dev/null; core=; }

# operator NAME ROLES: the first one creates the store and stays the one who adds. The cheapest key derivation, since these tests open
# the store hundreds of times; tests/test_shell.sh makes one with the program itself.
operator() {
	passphrase "$1"
	if [ -e "$PAYDESK_HOME/keys" ]; then
		"$build/tests/probe_operator" "$PAYDESK_HOME" "$1" "$2" "$work/pass-$1" "$founder" "$work/pass-$founder"
	else
		founder=$1
		"$build/tests/probe_operator" "$PAYDESK_HOME" "$1" "$2" "$work/pass-$1"
	fi
}
enrol() {
	"$build/paycore" token --home "$work/core" --scope "${1:-all}" >"$work/token"
	desk enrol "$url" --ca "$work/core/ca.pem" --token-file "$work/token"
}
# member NAME: the values of a member in JSON Lines on stdin
member() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p"; }
state_of() { desk show "$1" "$2" --json | sed -E 's/^\{"id":"[^"]*","state":"([^"]*)".*/\1/'; }
# watch_lists: imports the lists of tests/data, without which nobody's name is known to be on none; by chu, whom it adds
watch_lists() {
	local lists=tests/data/screening
	[ -e "$work/pass-chu" ] || operator chu compliance
	as chu
	desk_is 0 "a list of three files" screening import ofac $lists/sdn.csv $lists/alt.csv $lists/add.csv --version 2026-11-20
	desk_is 0 "a list in XML" screening import un $lists/un.xml
	desk_is 0 "a list of the house" screening import house $lists/house.csv
}
# sound STATE: the first merchant in that state of which every check is good
sound() {
	local m
	for m in $(desk list merchant "state:$1" --json | member id); do
		case $(desk show merchant "$m" --json) in *'"status":"failed"'* | *'"status":"unknown"'*) continue ;; esac
		echo "$m"
		return
	done
	return 1
}
# merchant NUMBER WHAT: the sandbox plays it
merchant() { "$build/paycore" merchant --home "$work/core" "$@" 2>"$work/err"; }
