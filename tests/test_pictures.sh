#!/bin/bash
# Pictures of documents through the real programs: fetched, decoded by a confined process, drawn with and without colours, opened elsewhere.
. tests/tmux.sh
. tests/flow.sh

press() { term_keys "$1"; shift; expect "$@"; }         # press KEY WHAT COMMAND…
running() { kill -0 "$(cat "$scratch/pid")" 2>/dev/null; }
gone() { ! running; }
empty() { [ -z "$(ls -A "$1")" ]; }
wiped() { [ -s "$1" ] && [ -z "$(tr -d '\0' <"$1" | head -c 1)" ]; }
mkdir -m 700 "$scratch/run"
# the file is linked away, so that what became of its bytes can be seen
cat >"$scratch/viewer" <<'VIEWER'
#!/bin/bash
trap '' TERM
ln -f "$1" "$(dirname "$0")/link"
echo "viewing $(head -c 4 "$1" | tail -c 3) $(stat -c %a "$1") $(stat -c %s "$1")"
read -r line
VIEWER
chmod +x "$scratch/viewer"
console() { # console NAME ROWS COLS TERM LOCALE [ENV=VALUE…]
	local name=$1 rows=$2 cols=$3 term=$4 locale=$5
	shift 5
	term_start "$rows" "$cols" "$term" "$locale" env PAYDESK_PASSPHRASE_FILE="$work/pass-$name" PAYDESK_HOME="$PAYDESK_HOME" PAYDESK_OPERATOR="$name" \
		XDG_RUNTIME_DIR="$scratch/run" PAYDESK_VIEWER="$scratch/viewer" "$@" sh -c "echo \$\$ >$scratch/pid; exec $build/paydesk"
}

core_start --fill 1500 --seed 7
operator lin reviewer
operator tao finance
operator mei support
as lin
enrol >/dev/null
desk sync >/dev/null
id=$(desk list merchant is:open --json | head -n 1 | member id)
other=$(desk list merchant is:open --json | sed -n 2p | member id)
doc=$(desk list document "merchant_id:$id type:legal_rep_identity" --json | member id)
shop=$(desk list document type:shop_front --json | head -n 1 | member id)

# ---- the process that decodes ----
"$build/paydesk" --decode-picture </dev/null >"$work/out" 2>"$work/err"
is 'the decoder is for the console alone' 2 $?
is 'and says so' 1 "$(grep -c 'is for the console alone' "$work/err")"
mkfifo "$scratch/in"
"$build/paydesk" --decode-picture <"$scratch/in" 2>/dev/null > >(cat >/dev/null) &
pid=$!
exec 8>"$scratch/in"
confined() { grep -q '^Seccomp:[[:space:]]*2' "/proc/$pid/status" && grep -q '^NoNewPrivs:[[:space:]]*1' "/proc/$pid/status"; }
expect 'before the first byte comes it is confined' poll 10 confined
exec 8>&-
wait "$pid"

# ---- the file from the shell ----
desk_is 0 'a reviewer saves a scan' show document "$doc" --file "$work/scan.png"
is 'it is a PNG' PNG "$(head -c 4 "$work/scan.png" | tail -c 3)"
is 'it has the digest that the record names' "$(desk show document "$doc" --json | member sha256)" "$(sha256sum "$work/scan.png" | cut -d ' ' -f 1)"
as mei
desk_is 3 'support saves no identity card' show document "$doc" --file "$work/not.png"
desk_is 0 'but what a shop looks like' show document "$shop" --file "$work/shop.png"
as tao
desk_is 3 'finance not without a purpose' show document "$doc" --file "$work/not.png"
desk_is 0 'and for one' show document "$doc" --reveal --reason SPECIMEN --file "$work/for-a-purpose.png"
expect 'refused is not written' [ ! -e "$work/not.png" ]
as lin

# ---- in the console ----
of() { # of ID: the list is this merchant
	term_type /
	term_keys C-u
	term_type "$1"
	term_keys Enter
	poll 10 eval "term_capture | grep -F '›' | grep -qF '$1'"
}
console lin 24 80 xterm-256color C.UTF-8
expect 'the console opens' term_wait 'is:open'
of "$id"
press v 'v shows the first scan' term_wait '640x400  100%'
expect 'in colours' poll 5 eval 'term_colours | grep -q "48;5;"'
expect 'with its type' term_has 'Business licence'
term_golden_body() { term_capture | sed -n 5,20p | grep -q '[▆▄▟▞▌▏]'; }
expect 'as blocks' term_golden_body
press + '+ is larger' term_wait '150%'
press 0 '0 is the whole' term_wait '100%'
press n 'n is the next' term_wait '2/'
press p 'p the one before' term_wait '1/'
expect 'keys are at the bottom' term_has 'n next picture'
term_resize 12 40
expect 'a small terminal has it too' term_wait 'Business l'
term_resize 40 120
expect 'and a large one' term_wait '640x400  100%'
press V 'V opens the file, to nobody else' term_wait 'viewing PNG 600'
expect 'in a private folder' [ -n "$(ls -A "$scratch/run")" ]
press Enter 'the viewer ends, the picture is back' term_wait '640x400  100%'
expect 'its file is gone' poll 10 empty "$scratch/run"
expect 'and was overwritten' wiped "$scratch/link"
expect 'the journal has it' [ -n "$(desk journal list --json 2>/dev/null | grep '"open"' || desk list journal verb:open --json)" ]
rm -f "$scratch/link"
press V 'once more' poll 10 [ -s "$scratch/link" ]
kill -TERM "$(cat "$scratch/pid")"
expect 'killed while it is open' poll 15 gone
expect 'the file is gone all the same' poll 15 empty "$scratch/run"
expect 'and was overwritten too' wiped "$scratch/link"

# ---- beside the console ----
mkdir "$scratch/bin"
cat >"$scratch/bin/xdg-open" <<'OPENER'
#!/bin/bash
ln -f "$1" "$(dirname "$0")/link"
[ -t 0 ] || [ -t 1 ] || touch "$(dirname "$0")/without-a-terminal"
OPENER
chmod +x "$scratch/bin/xdg-open"
mkdir -m 700 "$scratch/run/.paydesk-private-Ab3De6"
echo SPECIMEN >"$scratch/run/.paydesk-private-Ab3De6/document.png"
ln "$scratch/run/.paydesk-private-Ab3De6/document.png" "$scratch/left"
console lin 24 80 xterm-256color C.UTF-8 PAYDESK_VIEWER= DISPLAY=:9 PATH="$scratch/bin:$PATH"
term_wait 'is:open'
expect 'what a crash left is wiped at the next start' poll 10 wiped "$scratch/left"
expect 'folder and all' empty "$scratch/run"
press v 'a picture' term_wait '100%'
press V 'xdg-open has the file' term_wait 'the file is open in another program'
expect 'without the terminal' poll 10 [ -e "$scratch/bin/without-a-terminal" ]
expect 'which stays for a while' [ -n "$(ls -A "$scratch/run")" ]
press L 'until the console locks' term_wait 'Passphrase'
expect 'then it is gone' poll 10 empty "$scratch/run"
expect 'and overwritten' wiped "$scratch/bin/link"
term_keys C-c
console lin 24 80 xterm-256color C.UTF-8 PAYDESK_VIEWER= DISPLAY= WAYLAND_DISPLAY=
term_wait 'is:open'
press v 'another picture' term_wait '100%'
press V 'no desktop, no viewer: what to set' term_wait 'set PAYDESK_VIEWER'
expect 'and no file' empty "$scratch/run"

# ---- without colours, without Unicode, in Chinese ----
look() { # look WHAT TERM LOCALE ENV=VALUE…: the first merchant's pictures
	local what=$1 term=$2 locale=$3
	shift 3
	console lin 24 80 "$term" "$locale" "$@"
	term_wait 'is:open'
	press v "$what" term_wait '100%'
	[ "${shade:-}" ] && expect "$what: shades" poll 5 eval 'term_capture | sed -n 5,20p | grep -q "$shade"'
	expect "$what: no colour" eval '! term_colours | grep -q "48;5;"'
	term_type Q
	term_wait_end
}
shade='[█▓▒░▆▟▞]' look 'NO_COLOR' xterm-256color C.UTF-8 NO_COLOR=1
shade='[#@%&MWB]' look 'a vt100' vt100 C.UTF-8
shade= look 'a Linux console' linux C.UTF-8
console lin 24 80 xterm-256color C.UTF-8 PAYDESK_LANG=zh_CN
term_wait 'is:open'
press v '中文' term_wait '营业执照'
expect '的提示' term_wait '下一张'

# ---- who may see it, and without the core ----
console mei 24 80 xterm-256color C.UTF-8
term_wait 'is:open'
of "$id"
press v 'support gets the reason' term_wait 'above the clearance of mei'
core_stop
console lin 24 80 xterm-256color C.UTF-8
term_wait 'offline' 30
of "$id"
press v 'what was seen once opens without the core' term_wait '640x400  100%'
press q 'q is back' term_wait_not '640x400'
of "$other"
press v 'what was not is said in a line' term_wait 'the file is not kept here, and cannot be fetched'
term_type q
term_wait_not 'cannot be fetched'
term_type Q
term_wait_end
desk_is 0 'the journal verifies' journal verify
desk_is 0 'the store is whole' store check
finish
