#!/bin/bash
# A canary of customer data and of secrets is in no file of the desk in the clear, whatever was done with the store; and a process that dies
# leaves no core behind. All that the desk writes lies below $desk_side; the payment core, which is no part of it, lies beside.
. tests/tmux.sh
. tests/flow.sh
trap 'house_close; term_cleanup' EXIT
desk_side=$work/desk
mkdir -p "$desk_side/tmp" "$desk_side/user" "$desk_side/cwd"
export PAYDESK_HOME=$desk_side/store TMPDIR=$desk_side/tmp HOME=$desk_side/user
unset XDG_DATA_HOME
case $build in /*) ;; *) build=$PWD/$build ;; esac
cd "$desk_side/cwd" || exit 1

words=$work/words
word() { printf '%s\n' "$1" >>"$words"; }
clean() { # clean "what": no word in any file
	find_out=$("$build/tests/probe_find" "$desk_side" <"$words" 2>&1)
	is "no customer data in the clear $1" 0 $?
	[ -z "$find_out" ] || printf '%s\n' "$find_out" | sed 's/^/# /'
}
value() { desk show merchant "$1" --json | head -n 1 | member "$2"; }
alive() { kill -0 "$1" 2>/dev/null; }
console() { # in a terminal of its own; sets pid
	term_start 30 132 xterm-256color C.UTF-8 env PAYDESK_HOME="$PAYDESK_HOME" PAYDESK_OPERATOR="$PAYDESK_OPERATOR" \
		PAYDESK_PASSPHRASE_FILE="$PAYDESK_PASSPHRASE_FILE" TMPDIR="$TMPDIR" HOME="$HOME" \
		sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$work/pid" "$build/paydesk"
	expect "the console opens" term_wait "$PAYDESK_OPERATOR (reviewer,risk)" 60
	pid=$(cat "$work/pid")
}

core_start --fill 4000 --seed 11
operator lin reviewer,risk
operator wu reviewer,risk
as lin
for name in lin wu; do word "specimen passphrase of $name"; done
word 'SPECIMEN reason of the shell 理由样本甲'
word 'SPECIMEN reason of the console'
clean "after init and operator add"
desk_is 0 "the desk enrols" enrol "$url" --ca "$work/core/ca.pem" --token-file <("$build/paycore" token --home "$work/core" --scope all | tee "$work/token")
word "$(tr -d '\n' <"$work/token")"
desk_is 0 "the first sync" sync
mapfile -t ids < <(desk list merchant state:applied --json --limit 4 | member id)
[ "${#ids[@]}" -eq 4 ] || not_ok "too few applications to work on: ${#ids[@]}"
for id in "${ids[@]}"; do
	for field in name credit_code legal_rep_number settlement_card legal_rep_name contact_phone; do
		text=$(value "$id" $field)
		case $text in '' | null | *'*'*) continue ;; esac
		[ "$(printf '%s' "$text" | wc -c)" -ge 9 ] && word "$text"
	done
done
[ "$(wc -l <"$words")" -ge 20 ] && ok "there are words to look for" || not_ok "too few words to look for: $(wc -l <"$words")"

# the search sees what it looks for, in every form, in the store's own folder
plant=$PAYDESK_HOME/planted
sees() { # sees FORM COMMAND...   the middle word, with something before it, through the command
	{ printf 'x'; sed -n 12p "$words" | tr -d '\n'; printf 'y'; } | "${@:2}" >"$plant"
	has "a planted word is seen as $1" "$plant: word 12 as $1" "$("$build/tests/probe_find" "$desk_side" <"$words")"
	rm "$plant"
}
sees UTF-8 cat
sees base64 base64 -w 0
sees UTF-16LE iconv -f UTF-8 -t UTF-16LE
sees UTF-16BE iconv -f UTF-8 -t UTF-16BE
hex() { od -An -v -tx1 | tr -d ' \n'; }
sees hexadecimal hex
has "and in the payment core's own file, which is not sealed" 'as UTF-8' "$("$build/tests/probe_find" "$work/core" <"$words")"

clean "after enrolment and sync"
desk_is 0 "an action with a reason" act merchant "${ids[0]}" claim
desk_is 0 "a rejection" act merchant "${ids[0]}" reject --reason 'SPECIMEN reason of the shell 理由样本甲'
clean "after actions"
desk_is 0 "they go to the core" sync
desk list merchant --csv >/dev/null
desk journal list >/dev/null
desk_is 0 "the journal verifies" journal verify
clean "after sync, export and journal"
desk_is 0 "a backup" store backup "$desk_side/backup"
clean "with a backup"
desk_is 0 "a new key" store rekey
clean "after rekey"
store_db=$(find "$PAYDESK_HOME" -name 'paydesk*.db' | head -n 1)

# an open console with a log that is not yet in the file: searched while it runs, killed, searched again
console
word_of_console='SPECIMEN reason of the console'
term_type "/${ids[1]}"
term_keys Enter
expect 'the merchant is found' term_wait "${ids[1]}"
term_type c
expect 'claimed' term_wait 'signed and queued'
term_type x
expect 'the reason is asked for' term_wait 'Reason'
term_type "$word_of_console"
expect 'and typed' term_wait "$word_of_console"
clean "while a reason is typed"
term_keys Enter
expect 'rejected' term_wait 'takes it back'
[ -s "$store_db-wal" ] && ok "the log is hot" || not_ok "the log is hot"
clean "while the console is open"
"$build/tests/probe_find" "/proc/$pid/cmdline" "/proc/$pid/environ" <"$words" >"$work/found" 2>&1
is "no secret in the arguments and the environment" 0 $?
has "the environment has the file's name only" "PAYDESK_PASSPHRASE_FILE=$PAYDESK_PASSPHRASE_FILE" "$(tr '\0' '\n' <"/proc/$pid/environ")"
kill -KILL "$pid"
expect 'the console is gone' poll 15 eval '! alive "$pid"'
[ -s "$store_db-wal" ] && ok "its log is left behind" || not_ok "its log is left behind"
clean "after kill -9"
desk_is 0 "the store opens again" journal verify
is "and knows what was done" rejected "$(state_of merchant "${ids[1]}")"
clean "after recovery"

# no core: not by a fault, whatever the limits; not to be looked into by others of the same user
ulimit -c unlimited
{ sh -c 'kill -SEGV $$'; } 2>/dev/null
if ls core* >/dev/null 2>&1; then ok "a process that does not care leaves a core here"; else echo "skip this machine writes no cores into the folder"; fi
rm -f core*
# a sanitizer would catch the signal itself
ASAN_OPTIONS=handle_segv=0 TSAN_OPTIONS=handle_segv=0 "$build/paydesk" sync --follow >"$work/follow" 2>&1 &
pid=$!
expect 'it follows' poll 30 grep -q pulled "$work/follow"
is "the limit of cores is zero" 0 "$(awk '/^Max core file size/ { print $5 + $6 }' "/proc/$pid/limits")"
{ kill -SEGV "$pid"; wait "$pid"; } 2>"$work/died"
is "it died of the signal" 139 $?
is "no core of it" '' "$(ls core* 2>/dev/null)"
clean "after a fault"

# another user's eyes: /proc/PID of a process that may not be dumped belongs to root
other=$work/other
cp -r "$PAYDESK_HOME" "$other"
cp "$PAYDESK_PASSPHRASE_FILE" "$other/pass"
user=()
if [ "$(id -u)" -eq 0 ]; then
	chown -R 65534:65534 "$other"
	chmod 711 "$work"
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
owner_is() { [ "$(stat -c %u "/proc/$pid/mem" 2>/dev/null)" "$1" 0 ]; }
if "${user[@]}" test -x "$build/paydesk"; then
	"${user[@]}" sleep 60 &
	pid=$!
	expect "an ordinary process can be looked into by its user" poll 10 owner_is -ne
	kill "$pid"
	PAYDESK_HOME=$other PAYDESK_PASSPHRASE_FILE=$other/pass "${user[@]}" "$build/paydesk" sync --follow >"$work/follow" 2>&1 &
	pid=$!
	expect 'it follows as another user' poll 30 grep -q pulled "$work/follow"
	expect "paydesk cannot be looked into" owner_is -eq
	kill "$pid"
	wait "$pid"
else
	echo "skip the build folder is closed to other users"
fi
finish
