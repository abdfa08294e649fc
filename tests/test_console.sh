#!/bin/bash
# The console in a real terminal, as its users meet it: two people at one desk, a payment core, and a second desk that is quicker.
. tests/tmux.sh
. tests/flow.sh

row() { term_capture | grep -F -- "$1" | tail -n 1; } # the last: above the list stands the filter
desk_to() { term_type ":$1"; term_wait "$1" && term_keys Enter; } # by its name: there are more desks than numbers
row_has() { row "$1" | grep -qF -- "$2"; }              # row_has ID WORDS: its line on the screen says so
row_wait() { poll 20 row_has "$1" "$2"; }
under_cursor() { row_has '›' "$1"; }
cursor_on() { poll 15 under_cursor "$1"; }
cursor_line() { term_capture | grep -nF '›' | cut -d : -f 1; }
running() { kill -0 "$(cat "$scratch/pid")" 2>/dev/null; }
gone() { ! running; }
modes_kept() { cmp -s "$scratch/before" "$scratch/after"; }
press() { term_keys "$1"; shift; expect "$@"; }         # press KEY WHAT COMMAND…
esc() { term_keys Escape; expect "Esc: $1" term_wait "$2"; }     # waits: what is typed right behind Esc would be Alt
tab_to() { # tab_to WORDS: pane by pane, until they are there
	local was
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		was=$(term_capture)
		term_keys Tab
		poll 2 changed "$was"
		poll 0 term_has "$1" && return
	done
	return 1
}
changed() { [ "$(term_capture)" != "$1" ]; }
page_to() { # page_to WORDS: page by page, until they are there
	for _ in 1 2 3 4 5 6 7 8; do
		poll 0 term_has "$1" && return
		term_keys NPage
	done
	return 1
}
look_up() { # look_up ID: the filter finds it, whatever its state
	term_type /
	term_wait '/'
	term_keys C-u
	term_type "$1"
	term_keys Enter
	cursor_on "$1"
}
mkdir -m 700 "$scratch/run"
cat >"$scratch/editor" <<'EDITOR'
#!/bin/bash
trap '' INT
echo "editing $(cat "$1")"
read -r line
echo "$line" >>"$1"
EDITOR
chmod +x "$scratch/editor"
console() { # console ROWS COLS [ENV=VALUE…]: without a hold if nothing else is said; from a shell, which has the terminal before and after
	local rows=$1 cols=$2
	shift 2
	rm -f "$scratch/after"
	term_start "$rows" "$cols" xterm-256color C.UTF-8 env -u PAYDESK_PASSPHRASE_FILE "PAYDESK_HOME=$PAYDESK_HOME" PAYDESK_OPERATOR=lin PAYDESK_HOLD=0 \
		VISUAL="$scratch/editor" XDG_RUNTIME_DIR="$scratch/run" \
		"$@" bash --norc --noprofile -i
	term_type "PS1='shell> '; stty -g >$scratch/before; sh -c 'echo \$\$ >$scratch/pid; exec $build/paydesk'; echo status \$?; stty -g >$scratch/after; echo back \$((6*7))"
	term_keys Enter
}
unlock() { # unlock NAME [MARKER]
	term_type "specimen passphrase of $1"
	term_keys Enter
	term_wait "${2:-is:open}"
}
sound() { # what a console leaves behind, however it ended
	desk_is 0 "$1: the journal verifies" journal verify
	desk_is 0 "$1: the store is whole" store check
}

# in_memory TEXT: is it in memory that the console could write? Only root may look.
in_memory() {
	local at=/proc/$(cat "$scratch/pid") range rights rest from to

	while read -r range rights rest; do
		from=$((16#${range%-*} / 4096)) to=$((16#${range#*-} / 4096))
		case $rights in rw*) dd if="$at/mem" bs=4096 skip="$from" count=$((to - from)) 2>/dev/null ;; esac
	done <"$at/maps" | grep -qaF -- "$1"
}
can_look() { [ "$(id -u)" -eq 0 ] && ! grep -qa __asan_init "$build/paydesk"; } # the sanitizer keeps what was freed

core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
watch_lists
as lin
desk_is 0 'who brought the lists goes again' operator disable chu
passphrase zhao
other() { PAYDESK_HOME=$work/other PAYDESK_OPERATOR=zhao PAYDESK_PASSPHRASE_FILE=$work/pass-zhao "$build/paydesk" "$@"; }
"$build/paycore" token --home "$work/core" --scope all >"$work/other-token"
{ other init --operator zhao --roles reviewer,risk && other enrol "$url" --ca "$work/core/ca.pem" --token-file "$work/other-token" &&
	other sync; } >"$work/other.log" 2>&1 &
second=$!
as lin
enrol >/dev/null
desk sync >/dev/null
desk list merchant is:open --json >"$work/open"
open=$(wc -l <"$work/open")
mapfile -t applied < <(grep '"state":"applied"' "$work/open" | member id)
wait "$second" || { cat "$work/other.log"; not_ok "the second desk is there"; }

# ---- who is there ----
console 24 80
expect 'the unlock screen proposes an operator' term_wait 'Operator      lin'
press Tab 'Tab chooses another' term_wait 'Operator      wu'
press Tab 'and comes round' term_wait 'Operator      lin'
term_type 'wrong passphrase'
press Enter 'a wrong passphrase is said' term_wait 'passphrase is wrong'
for i in 2 3; do
	term_type 'wrong passphrase'
	term_keys Enter
done
expect 'three of them cost time' term_wait 'Too many wrong tries: wait 2 s'
term_type 'specimen passphrase of lin'
press Enter 'the wait counts down, whatever is pressed' term_wait 'wait 1 s'
expect 'and ends' term_wait_not 'Too many wrong tries'
press Enter 'the right passphrase opens' term_wait 'is:open'
expect 'a first start offers a tour' term_wait 'Are you new here?'

# ---- the queue ----
expect 'the queue has its count' term_wait "Merchants  $open  is:open"
expect 'and so has the desk' row_has '1 Merchants ' " $open│"
expect 'the desk is live' term_wait ' live'
press z 'an unbound key says so' term_wait 'z does nothing here'
expect 'and declines the tour' term_lacks 'Are you new here?'
press a 'an impossible action says why' term_wait 'Approve: '
term_type '/nonsense>3'
press Enter 'a wrong filter is explained' term_wait 'no field "nonsense"'
esc 'leaves the filter as it was' "$open  is:open"
term_type '/nonsense>3 x'
expect 'a pause is enough' term_wait 'no field "nonsense"'
esc 'the line goes' "$open  is:open"
term_type / # what stands in the line is the filter that holds
term_keys C-u
term_type 'state:ri'
expect 'values are offered' term_wait 'Risk review'
press Tab 'Tab completes' term_wait '/state:risk_review'
esc 'the filter is as it was' "$open  is:open"
press : 'the palette' term_wait 'Go to or do'
term_type 'outb'
press Enter 'leads to a desk' term_wait 'Outbox  0'
press - 'and - back' term_wait "Merchants  $open  is:open"
term_type '/state:rejected,terminated name:nobody'
press Enter 'an empty list says what to do' term_wait 'Nothing matches.'
esc 'gives the filter up' "Merchants  $open  is:open"
term_paste $'QxL\nQ'
press j 'a paste is no keys' term_wait "Merchants  $open  is:open"
expect 'and the console is there' running

press F2 'the tour begins' term_wait 'Tour 1/'
press Down 'and goes on when it was done' term_wait 'Tour 2/'
term_keys Escape
expect 'Esc leaves it' term_wait_not 'Tour 2/'

# ---- a card and its panes ----
for clean in "${applied[@]}"; do
	case $(desk show merchant "$clean" --json) in *'"status":"failed"'* | *'"status":"unknown"'*) continue ;; esac
	break
done
look_up "$clean"
press Enter 'Enter opens the card' term_wait 'Merchant no.'
press Tab 'checks' term_wait 'passed: '
expect 'what the risk is made of' tab_to 'What they are made of'
expect 'documents' tab_to 'SHA-256'
expect 'timeline' tab_to '  Due'
press Tab 'journal' term_wait 'none'
press Tab 'and round' term_wait 'English name'
press '?' 'help' term_wait 'Help · Esc closes'
expect 'help says why not' term_wait 'possible only in: '
esc 'closes help' 'English name'

# ---- the flow: review, risk, two people, the core ----
press c 'claimed at once' term_wait 'Prelim. review'
expect 'the core confirms' term_wait_not 'not effective'
press p 'passed to risk review' term_wait 'Risk review'
expect 'the core confirms that' term_wait_not 'not effective'
press a 'no approval before risk review has passed' term_wait 'has not passed risk review'
press c 'the risk officer claims it' term_wait 'Claim: signed'
expect 'the core confirms the claim' term_wait_not 'not effective'
press o 'risk review is passed' term_wait 'Pass risk review: signed'
expect 'the core confirms the outcome' term_wait_not 'not effective'
press a 'approval is a form' term_wait 'another person confirms · Esc'
esc 'nothing is proposed' 'Approve'
term_keys a
term_wait 'may be left empty'
term_paste $'complete\nand true'
expect 'a pasted line end submits nothing' term_wait 'complete and true'
press Enter 'Enter proposes' term_wait 'it waits under Approvals for another person'
expect 'the status line says so' term_wait '1 to approve'
name=$(desk show merchant "$clean" --json | member name)
if can_look; then expect 'an open console has the customer in memory' in_memory "$name"; else echo 'skip the memory of an open console'; fi
term_keys L
expect 'L locks' term_wait 'Tab chooses another'
press Escape 'one Esc at a locked screen leaves nothing' term_wait 'Esc once more quits'
expect 'a locked screen shows no customer' term_lacks "$name"
if can_look; then expect 'nor has its memory' eval '! in_memory "$name"'; else echo 'skip the memory of a locked console'; fi
press Tab 'the second person' term_wait 'Operator      wu'
unlock wu
desk_to Approvals
expect 'Approvals has it' row_wait '›' 'Approve'
term_keys Enter
press Tab 'with the merchant itself' term_wait 'English name'
press Tab 'and its checks' term_wait 'passed: '
press a 'confirmed' term_wait 'Confirm: signed'
expect 'the core carries it out' term_wait 'Confirmed'
press 1 'back to the merchants' term_wait 'Merchants  '
look_up "$clean"
expect 'the merchant moves on when the core says so' row_wait "$clean" 'Contracting'
esc 'the desk opens on its own filter' 'is:open'

# ---- rejection and resubmission ----
todo=()
for id in "${applied[@]}"; do [ "$id" = "$clean" ] || todo+=("$id"); done
reject=${todo[0]} resubmit=${todo[1]} race=${todo[2]}
look_up "$reject"
press c 'claimed in the list' row_wait "$reject" 'Prelim.'
expect 'and marked as mine' row_has "$reject" '●'
press x 'a rejection asks' term_wait 'for good.'
esc 'leaves it' 'Prelim.'
term_keys x
term_wait 'Reason'
press Enter 'a rejection needs a reason' term_wait 'reason'
press C-t 'ready-made reasons' term_wait 'The business is one that we may not serve.'
press C-x 'an editor opens it' term_wait 'editing The business'
term_keys C-c
term_type 'SPECIMEN 样本'
term_keys Enter
expect 'and what it wrote is in the form' term_wait 'may not serve. SPECIMEN 样本'
expect 'nothing of it stays behind' eval '[ -z "$(ls -A "$scratch/run")" ]'
term_keys Enter
expect 'rejected' row_wait "$reject" 'Rejected'
esc 'is:open again' 'is:open'
look_up "$resubmit"
term_keys c
expect 'another one claimed' row_wait "$resubmit" 'Prelim.'
press b 'resubmission lists its reasons' term_wait 'Business licence has expired'
press Space 'Space chooses' term_wait '[x] Business licence cannot be read'
term_keys Down
press Space 'more than one' term_wait '[x] Business licence has expired'
term_keys Enter
term_type 'please mend'
term_keys Enter
expect 'sent back' row_wait "$resubmit" 'Resubmission'
esc 'is:open once more' 'is:open'

# ---- n claims ----
press n 'n claims the next and opens it' term_wait 'Claim: signed'
next=$(term_capture | head -n 1 | grep -oE 'M[0-9]{8}')
esc 'back to the list' 'is:open'
expect 'with the cursor on it' cursor_on "$next"
expect 'as mine' row_has "$next" '●'

# ---- the queue moves by itself ----
at_end() { [ "$(cursor_line)" -gt 3 ]; }
press G 'at the end of the queue' poll 10 at_end
at=$(cursor_line)
mine=$(row '›' | grep -oE 'M[0-9]{8}')
seen=$(term_capture | grep -oE 'M[0-9]{8}')
for live in "${todo[@]:3}"; do case $seen in *"$live"*) break ;; esac; done
other act merchant "$live" claim >/dev/null
other sync >/dev/null
expect 'what another desk does is seen at once' row_wait "$live" 'Prelim.'
expect 'and not mine' row_has "$live" '○'
expect 'the cursor is where it was' under_cursor "$mine"
is 'on the line where it was' "$at" "$(cursor_line)"

# ---- offline; refused ----
core_stop
expect 'offline is said' term_wait ' offline'
look_up "$race"
press c 'work goes on' row_wait "$race" 'Prelim.'
expect 'queued' term_wait '1 queued'
expect 'with its mark' row_has "$race" '↑'
term_keys C-z
expect 'Ctrl-Z suspends' term_wait 'Stopped'
core_start
other act merchant "$race" claim >/dev/null
other sync >/dev/null
stty_now() { term_type "clear; stty -g >$scratch/after; echo \$((6*7)) sane"; term_keys Enter; term_wait '42 sane'; }
expect 'the shell has the terminal' stty_now
expect 'in its modes' modes_kept
term_type "fg; echo status \$?; stty -g >$scratch/after; echo back \$((6*7))"
term_keys Enter
expect 'fg repaints' term_wait "$race"
term_keys S
expect 'the core is back, the command was too late' term_wait '1 refused'
expect 'and live again' term_wait ' live'
desk_to Outbox
expect 'the outbox shows it' row_wait "$race" 'Claim'
term_keys Enter
expect 'with the answer of the core' term_wait "The core's answer"
term_keys Tab Tab Tab
expect 'field by field' term_wait 'At the core since it was seen'
expect 'both sides of it' term_wait 'What the command was to change'
shown=$(desk show outbox "$(desk list outbox --json | member id)")
has 'as the shell shows it' 'At the core since it was seen' "$shown"
has 'before and after' 'as its author saw it → as it was to become' "$shown"
press a 'it cannot be done again, for somebody else has it' term_wait 'claimed already'
press x 'discard asks' term_wait 'Enter does it'
term_keys Enter
expect 'discarded' term_wait_not '1 refused'
expect 'with nothing left' term_wait 'Nothing to do here.'

# ---- the other desks ----
press : 'the palette has those without a number' term_wait 'Go to or do'
term_type 'sync'
press Enter 'the Sync desk' term_wait 'Commands sent'
press 1 'the first desk' term_wait 'is:open'

# ---- looks and sizes ----
before=$(term_colours)
repainted() { [ "$(term_colours)" != "$before" ]; }
press T 'T changes the theme' poll 10 repainted
for i in 1 2 3; do
	for size in '1 1' '2 300' '10 40' '100 2' '1 80' '24 1' '40 120'; do term_resize $size; done
done
expect 'after a storm of sizes there is room for a preview' term_wait 'English name'
expect 'with its panes named' term_wait 'Summary Checks'
term_resize 10 40
expect 'and a small screen has its list' term_wait 'Merchants  '
term_resize 24 80
expect 'as before' term_wait '1 Merchants'

# ---- endings ----
term_keys Q
expect 'Q quits' term_wait 'status 0'
term_wait "back 42"
expect 'the terminal is as it was' modes_kept
sound 'quit'
console 24 80 PAYDESK_HOLD=8
term_wait Passphrase
unlock lin
queued() { [ "$(desk list outbox --json | wc -l)" = "$1" ]; }
sent() { desk sync >/dev/null; queued 0; }
press n 'a claim is not held' term_wait 'Claim: signed and queued'
expect 'it leaves at once' poll 15 queued 0
press f 'a decision is held' term_wait 'takes it back'
press u 'and taken back' term_wait 'taken back: Release'
expect 'nothing is queued' queued 0
press f 'held again' term_wait 'undo: u ('
kill -TERM "$(cat "$scratch/pid")"
expect 'SIGTERM ends it' term_wait 'status '
term_wait "back 42"
expect 'with a sane terminal' modes_kept
expect 'what was held stays queued' queued 1
expect 'and leaves when its time has come' poll 15 sent
console 24 80
term_wait Passphrase
unlock lin
kill -ABRT "$(cat "$scratch/pid")"
term_wait "back 42"
expect 'even a crash leaves a sane terminal' modes_kept
console 24 80
term_wait Passphrase
unlock lin
term_keys n
term_wait 'Claim: signed'
tm kill-session -t test
expect 'a lost terminal ends it' poll 15 gone
sound 'hangup'

# ---- keys of one's own ----
mkdir -p "$scratch/config/paydesk"
printf '# mine\nquit = Ctrl-Q\nhelp = F1 F10\nlock = n\n' >"$scratch/config/paydesk/keys"
console 24 80 XDG_CONFIG_HOME="$scratch/config"
expect 'a wrong file of keys is refused with its line' term_wait '/keys:4: n is "lock"'
term_wait "back 42"
expect 'before the terminal is touched' modes_kept
sed -i '$d' "$scratch/config/paydesk/keys"
console 24 80 XDG_CONFIG_HOME="$scratch/config"
term_wait Passphrase
unlock lin
desk_to Outbox
expect 'the hints have the keys' term_wait 'F1 help'
press Q 'the old key does nothing, and who pressed it reads the new ones' term_wait 'Q does nothing here; F1 lists the keys, Ctrl-Q quits'
press F10 'the new one does' term_wait 'Help · Esc closes'
expect 'and help shows it' page_to 'F1 F10'
press Escape 'closes help' term_wait_not 'Help · Esc closes'
term_keys C-q
expect 'and Ctrl-Q quits' term_wait 'back 42'

# ---- a note: in an editor, or in a line; the other desk reads it ----
noted=${applied[0]}
version() { desk show merchant "$noted" --json | head -n 1 | member version; }
notes() { other sync >/dev/null && other list note "about:$noted" --json; }
has_note() { notes | grep -qF -- "$1"; }
before=$(version)
console 24 80
term_wait 'Passphrase'
unlock lin
look_up "$noted"
term_type e
expect 'e opens the editor' term_wait 'editing'
term_type 'SPECIMEN note of an editor'
term_keys Enter
expect 'what it brings back can be looked at' term_wait 'SPECIMEN note of an editor'
expect 'before it is signed' term_wait 'Keeps a note'
press Enter 'Enter signs it' term_wait 'Note: signed and queued'
expect 'the other desk has it' poll 20 has_note 'SPECIMEN note of an editor'
term_keys Enter
term_wait 'Summary'
term_keys BTab BTab
expect 'the timeline shows it' term_wait 'Note: SPECIMEN note of an editor'
term_keys Q
term_wait 'back 42'
is 'the record is as it was' "$before" "$(version)"
console 24 80 PAYDESK_LANG=zh_CN VISUAL= EDITOR=
term_wait 口令
unlock lin
look_up "$noted"
press e 'without an editor a line opens' term_wait '添加一条备注'
term_type '样本备注'
press Enter 'which is signed' term_wait '备注：已签名'
expect 'and arrives' poll 20 has_note 样本备注
term_keys Q
term_wait 'back 42'

# ---- half-written when the screen locks by itself ----
for lang in en zh_CN; do
	case $lang in en) pass=Passphrase reject='Turns the application down' ;; *) pass=口令 reject='拒绝该申请' ;; esac
	console 24 80 PAYDESK_LANG=$lang PAYDESK_IDLE=5
	term_wait "$pass"
	unlock lin
	term_type n
	term_wait 'Journal\|审计日志' 1
	term_type x
	expect "$lang: a form" term_wait "$reject"
	term_type "SPECIMEN half a reason $lang"
	expect "$lang: is being filled in" term_wait "half a reason $lang"
	if can_look; then expect "$lang: it is in memory" in_memory "half a reason $lang"; else echo 'skip the memory of an open form'; fi
	expect "$lang: it locks" term_wait "$pass"
	expect "$lang: and shows nothing of it" term_lacks 'half a reason'
	if can_look; then expect "$lang: nor has its memory" eval '! in_memory "half a reason $lang"'; else echo 'skip the memory of a locked form'; fi
	expect "$lang: nor has a file" eval '! grep -raqF "half a reason" "$PAYDESK_HOME"'
	unlock lin "$reject"
	expect "$lang: it is here again" term_has "SPECIMEN half a reason $lang"
	term_type ' and a half'
	expect "$lang: and goes on" term_wait "$lang and a half"
	esc "$lang: nobody is rejected by it" ' lin'
	term_wait_not "$reject"
	term_keys Q
	term_wait 'back 42'
done
sound 'half-written'

# ---- the mouse: asked for in the environment, in a file, or with a key ----
click() { # click TEXT: the end of where it stands first on the screen, as a terminal tells it
	local at row

	at=$(term_capture | grep -nF -- "$1" | head -n 1)
	row=${at%%:*} at=${at#*:}
	at=${at%%"$1"*}$1
	at=$(printf '%s' "$at" | LC_ALL=C.UTF-8 wc -L)
	term_type "$(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$at" "$row" "$at" "$row")"
}
mouse_is() { [ "$(tm display-message -p -t test '#{mouse_button_flag}#{mouse_sgr_flag}')" = "$1" ]; }
for lang in en zh_CN; do
	case $lang in en) words='Outbox ▼Risk ▲Risk' size='24 80' ;; *) words='发件箱 ▼风险 ▲风险' size='40 120' ;; esac
	read -r outbox down up <<<"$words"
	console $size PAYDESK_LANG=$lang PAYDESK_MOUSE=1
	term_wait 'lin'
	unlock lin
	expect "$lang: the mouse is on" poll 10 mouse_is 11
	click "$outbox"
	expect "$lang: a desk is opened" term_wait "│ $outbox"
	click '1 '
	expect "$lang: and the first again" term_wait 'is:open'
	click "$down"
	expect "$lang: a heading turns the order" term_wait "$up"
	click "$up"
	expect "$lang: and back" term_wait "$down"
	term_type C
	expect "$lang: the columns" term_wait '[x]'
	term_keys Right Right Right
	case $lang in en) width='15*' ;; *) width='18*' ;; esac # the second time from where the first one left it
	expect "$lang: are made wider, and kept" term_wait "$width"
	term_keys Escape
	term_wait_not '┌─'
	term_type M
	expect "$lang: M gives it back to the terminal" poll 10 mouse_is 00
	click "$outbox"
	term_type :
	expect "$lang: its bytes are no keys then" term_wait '┌─'
	term_keys Escape
	term_wait_not '┌─'
	term_keys Q
	term_wait 'back 42'
	expect "$lang: the terminal has it" mouse_is 00
done
mkdir -p "$scratch/config/paydesk"
echo 'mouse = maybe' >"$scratch/config/paydesk/settings"
console 24 160 XDG_CONFIG_HOME="$scratch/config" # wide: it names the whole path
expect 'a setting that is wrong is refused with its line' term_wait 'settings:1: mouse is on or off'
echo 'mouse = on' >"$scratch/config/paydesk/settings"
console 24 80 XDG_CONFIG_HOME="$scratch/config"
expect 'a file turns it on' poll 10 mouse_is 11
term_wait 'Passphrase'
kill -TERM "$(cat "$scratch/pid")"
term_wait 'back 42'
expect 'and a signal off' mouse_is 00

# ---- 120 columns, Chinese, no colours, idle ----
console 40 120 PAYDESK_LANG=zh_CN NO_COLOR=1 PAYDESK_IDLE=5 PAYDESK_THEME=nord
expect 'Chinese' term_wait '口令'
unlock lin
expect 'the desks in Chinese' term_wait '1 商户'
expect 'a preview beside the list' term_wait '摘要'
any_colour() { term_colours | grep -qE $'\033\\[([0-9]+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]'; }
expect 'NO_COLOR has no colours' eval '! any_colour'
press Z 'Z changes the language' term_wait '1 Merchants'
expect 'of all that is on the screen' eval 'term_wait "Language: English" && term_wait Summary && term_wait "Merchant no." && ! term_capture | grep -q 状态'
press Z 'and changes it back' term_wait '语言：中文'
expect 'the preview too' term_wait '商户编号'
press T 'the theme behind the one that was asked for' term_wait '主题：solarized'
press T 'and from the last to the first' term_wait '主题：dark'
press Enter 'the card takes the room' term_wait '检查'
expect 'an idle console locks itself' term_wait '口令'
expect 'and shows no customer' term_lacks '商户'
unlock lin '检查'
expect 'whoever comes back finds the place' term_has '检查'
term_keys Q
term_wait "back 42"
finish
