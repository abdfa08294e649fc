#!/bin/bash
# The contract of the shell: exit statuses, one line of error, JSON Lines and nothing else, harmless output, damaged and unwritable stores.
. "$(dirname "$0")/flow.sh"
json=$build/tests/probe_json
clean() { is "$1" 0 "$("$json" text <"$2" >"$work/why"; echo $?)"; }
# refused STATUS "what" arguments…: that status, nothing on stdout, and one clean line on stderr
refused() {
	desk_is "$@"
	is "$2: one line on stderr" 1 "$(wc -l <"$work/err")"
	case $said in 'paydesk: '?*) ;; *) not_ok "$2: who says it: $said" ;; esac
	clean "$2: a clean line" "$work/err"
	is "$2: nothing on stdout" '' "$out"
}
# lines "what" arguments…: succeeds, and prints JSON Lines only; how many in $count
lines() {
	desk "${@:2}" >"$work/out" 2>"$work/err"
	is "$1: done" 0 $?
	count=$("$json" <"$work/out")
	is "$1: JSON Lines and nothing else" 0 $?
	is "$1: nothing on stderr" '' "$(cat "$work/err")"
}
text() { # text "what" arguments…: succeeds, and prints what a terminal may show
	desk "${@:2}" >"$work/out" 2>"$work/err"
	is "$1: done" 0 $?
	clean "$1: clean" "$work/out"
}
escape=$(printf '\033[2J\033]0;x\007\xe2\x80\xae')

# ---- usage (2), before there is anything ----
refused 2 "an unknown command" nonsense
refused 2 "an unknown command with an escape sequence" "$escape"
refused 2 "half a command" store
refused 2 "an unknown option" list merchant --nonsense
refused 2 "an option twice" list merchant --json --json
refused 2 "an option without its value" list merchant --limit
refused 2 "a value for a switch" list merchant --json=1
refused 2 "--home without a folder" list merchant --home
refused 2 "two forms" list merchant --json --csv
refused 2 "a limit of nothing" list merchant --limit 0
refused 2 "too few words" show merchant
refused 2 "too many words" show merchant M1 M2
refused 2 "help for what is not there" help nonsense
refused 2 "init without a name" init
refused 2 "init with a bad name" init --operator 'Not A Name' --roles admin
refused 2 "init with an unknown role" init --operator lin --roles emperor
refused 2 "an address without TLS" enrol http://127.0.0.1:1 --ca /dev/null --token-file /dev/null
refused 2 "enrolling without a CA" enrol https://127.0.0.1:1
refused 1 "no store" list merchant
text "help" help
text "--help" --help
is "help names every command" '' "$(sed -n 's/^X(\(.*\))$/\1/p' tui/cmd/commands.def | tr _ ' ' | while IFS= read -r c; do grep -q "^  paydesk $c" "$work/out" || echo "$c"; done)"
text "--version" --version
sed -n 's/^X(\(.*\))$/\1/p' tui/cmd/commands.def | tr _ ' ' >"$work/commands"
while IFS= read -r command; do
	# shellcheck disable=SC2086 # two words of argv
	text "help $command" help $command
	desk $command --help >"$work/same" 2>&1
	is "$command --help says the same" "$(cat "$work/out")" "$(cat "$work/same")"
done <"$work/commands"

# ---- a passphrase from a file ----
core_start --fill demo --seed 11
passphrase lin
as lin
chmod 644 "$work/pass-lin"
refused 3 "a passphrase file that others may read" init --operator lin --roles reviewer,risk,compliance
chmod 600 "$work/pass-lin"
[ -e "$PAYDESK_HOME/keys" ] && not_ok "nothing was made" || ok "nothing was made"
printf short >"$work/short"
PAYDESK_PASSPHRASE_FILE=$work/short refused 2 "a short passphrase" init --operator lin --roles reviewer
passphrase lin
passphrase he
as lin
desk_is 0 "the program makes a store" --home "$work/own" init --operator lin --roles admin
PAYDESK_NEW_PASSPHRASE_FILE=$work/pass-he desk_is 0 "and adds an operator" --home "$work/own" operator add --operator he --roles support
as he
desk_is 0 "who opens it" --home "$work/own" operator list
as lin
operator lin reviewer,risk,compliance
operator he support
operator chen admin
refused 1 "init over a store" init --operator wu --roles reviewer
refused 4 "sync before enrolment" sync
refused 1 "a token file that is not there" enrol "$url" --ca "$work/core/ca.pem" --token-file "$work/none"
desk_is 0 "enrol" enrol "$url" --ca "$work/core/ca.pem" --token-file <("$build/paycore" token --home "$work/core" --scope merchant,document)
desk_is 0 "--home after the command" operator list --home "$PAYDESK_HOME"
PAYDESK_HOME=$work/none desk_is 0 "--home wins" --home="$work/store" operator list
refused 1 "another --home" --home "$work/none" operator list

# ---- JSON Lines, and harmless text, of every command that prints records ----
lines "sync --json" sync --json
lines "list --json" list merchant --json
merchants=$count
[ "$merchants" -gt 20 ] && ok "there are merchants" || not_ok "there are merchants: $merchants"
lines "list --limit" list merchant --limit 3 --json
is "the limit holds" 3 "$count"
lines "an empty list" list merchant state:terminated risk_score\>100 --json
is "has no lines" 0 "$count"
lines "list journal" list journal --json
lines "journal list" journal list --json
lines "journal export" journal export
lines "operator list" operator list --json
is "three operators" 3 "$count"
lines "store check" store check --json
text "list" list merchant
text "show" show merchant "$(desk list merchant --json --limit 1 | member id)"
text "journal list" journal list
text "store check" store check

# ---- hostile names: each of the fill's, in every form; a formula is none ----
desk list merchant --json >"$work/all"
for mark in 'U+001B' 'U+202E' 'U+200B' 'U+009B' 'HYPERLINK' 'DROP TABLE'; do
	id=$(grep -F "$mark" "$work/all" | head -n 1 | member id)
	[ -n "$id" ] && ok "a name with $mark" || not_ok "a name with $mark"
	lines "show --json of it" show merchant "$id" --json
	text "show of it" show merchant "$id"
	text "list of it" list merchant "$id"
	lines "show --remote of it" show merchant "$id" --json --remote
done
text "list --csv" list merchant --csv
is "CSV has a line for each and a head" $((merchants + 1)) "$(wc -l <"$work/out")"
is "no cell of it is a formula" '' "$(grep -E '(^|,)"([=@]|[+-][^0-9])' "$work/out")"
has "the formula is text" "\"'=HYPERLINK(\"\"" "$(cat "$work/out")"
has "the export is in the journal" '"export"' "$(desk list journal --json --limit 3)"
text "list --xlsx" list merchant --xlsx "$work/a.xlsx"
is "a workbook" PK "$(head -c 2 "$work/a.xlsx")"
is "is private" 600 "$(stat -c %a "$work/a.xlsx")"
has "and in the journal" '\"form\":\"xlsx\"' "$(desk list journal verb:export --json --limit 1)"
refused 1 "a workbook over a file" list merchant --xlsx "$work/a.xlsx"
refused 2 "two forms, one a workbook" list merchant --json --xlsx "$work/b.xlsx"
refused 2 "a workbook of what is not here" list merchant --remote x --xlsx "$work/b.xlsx"
text "list --remote" list merchant 样本 --remote
refused 1 "show of nothing" show merchant M404
refused 1 "show of an id that cannot be" show merchant "$escape"
refused 2 "list of an unknown kind" list "$escape"
refused 2 "a filter that is wrong" list merchant "nonsense:$escape"

# ---- not permitted (3), refused by state, check or conflict (4) ----
id=$(desk list merchant state:applied --json --limit 1 | member id)
as he
refused 3 "an action without the permission" act merchant "$id" claim
refused 3 "an operator's work without being root" operator add --operator x --roles support
refused 3 "the journal's export without the role" journal export
phone() { member contact_phone <"$work/out"; }
lines "what support sees" show merchant "$id" --json
has "is masked" '****' "$(phone)"
refused 2 "to reveal without a reason" show merchant "$id" --reveal
refused 2 "a reason for nothing" show merchant "$id" --reason 'SPECIMEN call'
refused 4 "a reason that is empty" show merchant "$id" --reveal --reason ' '
lines "support reveals" show merchant "$id" --json --reveal --reason 'SPECIMEN call back'
is "a phone number" 11 "$(phone | tr -cd 0-9 | wc -c)"
has "but no identity number" '********' "$(member legal_rep_number <"$work/out")"
lines "what support sees next" show merchant "$id" --json
has "is masked again" '****' "$(phone)"
text "in words" show merchant "$id" --reveal --reason 'SPECIMEN call back'
as lin
has "the purpose is in the journal" 'SPECIMEN call back' "$(desk list journal verb:reveal --json --limit 1)"
refused 4 "who sees all has nothing to reveal" show merchant "$id" --reveal --reason 'SPECIMEN'
as chen
refused 3 "records that a role does not see" list merchant
as lin
lines "act --json" act merchant "$id" claim --json
refused 4 "a second claim" act merchant "$id" claim
refused 4 "no reason" act merchant "$id" reject
refused 4 "a reason that is not text" act merchant "$id" reject --reason "$(printf 'x\xff')"
refused 4 "an old version" act merchant "$id" release --version 1
refused 2 "a version that is no number" act merchant "$id" release --version x
refused 2 "an unknown action" act merchant "$id" "$escape"
refused 2 "no FIELD=VALUE" act merchant "$id" request_resubmission x

# ---- where the output cannot go ----
desk list merchant --json >/dev/full 2>"$work/err"
is "a full disk for the output" 1 $?
is "is one line" 1 "$(wc -l <"$work/err")"
desk help >/dev/full 2>"$work/err"
is "for help too" 1 $?
is "in one line" 1 "$(wc -l <"$work/err")"
mkfifo "$work/pipe"
{ desk list merchant --json 2>"$work/err" >"$work/pipe"; echo $? >"$work/status"; } &
head -c 1 <"$work/pipe" >/dev/null
wait $!
is "a reader that went away" 1 "$(cat "$work/status")"
is "is one line too" 1 "$(wc -l <"$work/err")"
desk list merchant --json >&- 2>"$work/err"
is "no output at all" 1 $?

# ---- operators and passphrases (5) ----
PAYDESK_PASSPHRASE_FILE=$work/pass-he refused 5 "a wrong passphrase" list merchant
PAYDESK_OPERATOR=nobody refused 5 "nobody's passphrase" list merchant
refused 2 "an operator's name that is none" --home "$work/store" operator add --operator '' --roles support
env -u PAYDESK_PASSPHRASE_FILE setsid "$build/paydesk" list merchant </dev/null >"$work/out" 2>"$work/err"
is "no passphrase and no terminal" 5 $?
env -u PAYDESK_OPERATOR "$build/paydesk" list merchant >"$work/out" 2>"$work/err"
is "several operators, none chosen" 2 $?
printf 'another specimen passphrase' >"$work/fresh"
PAYDESK_NEW_PASSPHRASE_FILE=$work/short refused 2 "a new passphrase that is short" operator passphrase
as he
PAYDESK_NEW_PASSPHRASE_FILE=$work/fresh desk_is 0 "a new passphrase" operator passphrase
refused 5 "the old one opens nothing" operator list
cp "$work/fresh" "$work/pass-he"
desk_is 0 "the new one does" operator list
as lin
PAYDESK_NEW_PASSPHRASE_FILE=$work/fresh refused 1 "an operator who is there already" operator add --operator he --roles support
desk_is 0 "disabled" operator disable he
refused 1 "nobody to disable" operator disable nobody
as he
refused 5 "a disabled operator opens nothing" operator list
as lin
has "and is listed so" '"name":"he","roles":"support","active":false' "$(desk operator list --json)"

# ---- backup, restore, rekey ----
desk_is 0 "backup" store backup "$work/backup"
is "the backup is nobody else's" 600 "$(stat -c %a "$work/backup")"
refused 1 "never over another file" store backup "$work/backup"
refused 1 "restore over a store" store restore "$work/backup"
desk_is 0 "restore" --home "$work/again" store restore "$work/backup"
is "has every merchant" "$merchants" "$(desk --home "$work/again" list merchant --json | wc -l)"
head -c 20000 "$work/backup" >"$work/cut"
refused 6 "a backup that is cut" --home "$work/cut-home" store restore "$work/cut"
[ -e "$work/cut-home/keys" ] && not_ok "nothing is put in place" || ok "nothing is put in place"
as chen
refused 3 "rekey takes the root operator" --home "$work/again" store rekey
as lin
desk_is 0 "rekey" --home "$work/again" store rekey
desk_is 0 "check after it" --home "$work/again" store check
is "every merchant is there" "$merchants" "$(desk --home "$work/again" list merchant --json | wc -l)"

# ---- damage (6): named, and the file kept byte for byte ----
desk_is 0 "the journal verifies" journal verify
flip() { # flip FILE OFFSET: one bit
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((byte ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
hurt=$work/hurt
fresh() { rm -rf "$hurt"; cp -r "$PAYDESK_HOME" "$hurt"; }
sums() { (cd "$hurt" && find . -type f -size +0 ! -name '*-shm' -exec sha256sum {} + | sort); }
damaged() { # damaged STATUS "what" arguments…: refused so, and nothing changed
	local before
	before=$(sums)
	refused "$1" "$2" --home "$hurt" "${@:3}"
	is "$2: kept byte for byte" "$before" "$(sums)"
}
page=4096
pages=$(($(stat -c %s "$PAYDESK_HOME/paydesk.db") / page))
for p in 1 2 $((pages / 2)) "$pages"; do
	fresh
	flip "$hurt/paydesk.db" $(((p - 1) * page + 1234))
	before=$(sums)
	desk --home "$hurt" store check --json >"$work/out" 2>"$work/err"
	is "a bit of page $p: found" 6 $?
	is "in one line" 1 "$(wc -l <"$work/err")"
	if [ "$p" -gt 1 ]; then has "named" "\"first_bad\":[$p]" "$(cat "$work/out")"; fi
	is "kept byte for byte" "$before" "$(sums)"
done
fresh; flip "$hurt/paydesk.db" $((page + 99)); damaged 6 "a bit of a page that opening reads" list merchant
fresh; flip "$hurt/keys" 300; damaged 6 "a bit of the key slots" list merchant
fresh; flip "$hurt/head" 40; desk_is 0 "a bit of one of the head's two blocks costs nothing" --home "$hurt" journal verify
fresh; flip "$hurt/head" 40; flip "$hurt/head" $((512 + 40)); damaged 6 "a bit of both" list merchant
fresh; truncate -s $((page * (pages / 2) + 100)) "$hurt/paydesk.db"; damaged 6 "a truncated file" list merchant
fresh; truncate -s 0 "$hurt/paydesk.db"; damaged 6 "an empty file" list merchant
fresh; head -c $((page * 8)) /dev/urandom >"$hurt/paydesk.db"; damaged 6 "not a store" list merchant
fresh; echo "not key slots" >"$hurt/keys"; damaged 6 "no key slots" list merchant
fresh; rm "$hurt/paydesk.db"; refused 1 "the data is gone" --home "$hurt" list merchant
fresh; "$build/tests/probe_newer" "$hurt" lin "$work/pass-lin"; damaged 6 "a newer paydesk's" list merchant
"$build/paydesk" sync --follow >"$work/follow" 2>&1 & # holds the store open: the log stays
pid=$!
for _ in $(seq 300); do grep -q pulled "$work/follow" && break; sleep 0.1; done
desk act merchant "$id" release >/dev/null
desk act merchant "$id" claim >/dev/null
rm -rf "$hurt"; cp -r "$PAYDESK_HOME" "$hurt"; rm -f "$hurt"/*-shm
kill "$pid"; wait "$pid"
[ -s "$hurt/paydesk.db-wal" ] && ok "there is a log" || not_ok "there is a log"
flip "$hurt/paydesk.db-wal" $((32 + 24 + 500))
damaged 6 "a bit of the log" list merchant

# ---- where nothing can be written ----
room() { # room KIB arguments…: no file may grow beyond that
	(ulimit -f "$1"; desk "${@:2}")
}
room 8 --home "$work/small" init --operator lin --roles reviewer >"$work/out" 2>"$work/err"
is "no room for a new store" 1 $?
is "said in one line" 1 "$(wc -l <"$work/err")"
desk_is 0 "which can be made afterwards" --home "$work/small" init --operator lin --roles reviewer
room 16 store backup "$work/large" 2>"$work/err"
is "no room for a backup" 1 $?
is "said in a line" 1 "$(wc -l <"$work/err")"
[ -e "$work/large" ] && not_ok "half a backup is left" || ok "no half backup is left"
mkdir "$work/disk"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=2m none "$work/disk" 2>/dev/null; then
	trap 'umount "$work/disk"; house_close' EXIT
	head -c 1800000 /dev/zero >"$work/disk/filler"
	refused 1 "a full disk" store backup "$work/disk/backup"
	has "is named" 'full' "$said"
	rm "$work/disk/filler"
	desk --home "$work/disk/store" init --operator lin --roles reviewer,risk >/dev/null 2>"$work/err"
	head -c 2200000 /dev/zero >"$work/disk/filler" 2>/dev/null
	refused 1 "a store on a full disk" --home "$work/disk/store" operator passphrase
	rm "$work/disk/filler"
	desk_is 0 "works again when there is room" --home "$work/disk/store" journal verify
else
	echo "skip no small disk can be mounted here"
fi
fresh
cp "$work/pass-lin" "$work/readers"
user=()
if [ "$(id -u)" -eq 0 ]; then # who may write everywhere
	chown -R 65534:65534 "$hurt" "$work/readers"
	chmod 711 "$work"
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
if "${user[@]}" test -x "$build/paydesk"; then
	chmod -R a-w "$hurt"
	before=$(sums)
	PAYDESK_HOME=$hurt PAYDESK_PASSPHRASE_FILE=$work/readers "${user[@]}" "$build/paydesk" act merchant "$id" release >"$work/out" 2>"$work/err"
	is "a folder that cannot be written" 1 $?
	is "is said in one line" 1 "$(wc -l <"$work/err")"
	has "which says so" 'written' "$(cat "$work/err")"
	is "and is kept byte for byte" "$before" "$(sums)"
	chmod -R u+w "$hurt"
else
	echo "skip the build folder is closed to other users"
fi

# ---- no network (7) ----
core_stop
refused 7 "no payment core" sync
refused 7 "nor to ask" show merchant "$id" --remote
finish
