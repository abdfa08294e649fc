#!/bin/bash
# Another settlement account for a merchant that is live: two people, the shell and the console, a real payment core.
. tests/tmux.sh
. tests/flow.sh

CARD=6222020000000000026
core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,compliance
operator he support
operator shen auditor
said_of() { desk show merchant "$m" --json; }
field_of() { said_of | sed 's/,"checks":.*//' | member "$1"; }   # of the merchant, not of what belongs to it
as lin
enrol >/dev/null
desk sync >/dev/null
m=$(desk list merchant state:active --json | member id | head -n 1)

was=$(field_of settlement_card)
holder=$(field_of settlement_name)
console() { # console NAME MARKER…: opened and unlocked
	term_start 24 80 xterm-256color C.UTF-8 env -u PAYDESK_PASSPHRASE_FILE "PAYDESK_HOME=$PAYDESK_HOME" "PAYDESK_OPERATOR=$1" PAYDESK_HOLD=0 "$build/paydesk"
	expect "$1 comes in" term_wait Passphrase
	term_type "specimen passphrase of $1"
	term_keys Enter
	expect "unlocked" term_wait is:open
}
open_desk() { # open_desk LETTERS: by name
	term_type :
	expect "the palette" term_wait "Enter"
	term_type "$1"
	term_keys Enter
}
look_up() { # look_up WORDS ID
	term_type /
	expect "a filter" term_wait '/'
	term_keys C-u
	term_type "$1"
	term_keys Enter
	expect "$2 is found" term_wait "› ${3:-}"
}
as lin
desk_is 0 "proposed, not sent yet" act merchant "$m" change_settlement "settlement_bank=样本银行" "settlement_name=$holder" settlement_card=$CARD --reason SPECIMEN --json
own=$(printf '%s' "$out" | member command)
has "the outbox shows both" "$was → $CARD" "$(desk show outbox "$own")"
desk_is 0 "taken back" act outbox "$own" discard
console lin
open_desk Merchants
look_up "$m" "the merchant"
term_type B
expect "the form says the present bank" term_wait "Settlement bank · now: "
expect "and the present card beside the line" term_wait "now: $was"
term_type "样本银行"
term_keys Enter
term_type "李样本"
term_keys Enter
term_type "$CARD"
term_keys Enter
term_type "SPECIMEN"
term_keys Enter
expect "another's account is refused, and the form stays" term_wait "name"
expect "with what was typed" term_has "$CARD"
term_keys BTab BTab
term_keys C-u
term_type "$holder"
term_keys Enter Enter Enter
expect "proposed" term_wait_not "now: $was"
term_type Q
expect "lin goes" term_wait_end
is "the account stands" "$was" "$(field_of settlement_card)"
proposal=$(desk list proposal state:open --json | member id | head -n 1)
as he
tails=$(desk show proposal "$proposal")
has "to others only the tails, and that they differ" "**** ${was: -4} → **** ${CARD: -4} (masked)" "$tails"
case $tails in *"$was"* | *"$CARD"*) not_ok "never the numbers" ;; *) ok "never the numbers" ;; esac
as lin
desk sync >/dev/null
as wu
desk_is 4 "not among many" act proposal "$proposal,NOTHING" confirm --json
has "says why" "confirm it by itself" "$out"
console wu
open_desk Approvals
term_keys Enter
expect "the proposal" term_wait "Differences"
term_type a
expect "confirming shows what changes" term_wait "$was → $CARD"
expect "and what it is" term_has "Change settlement account"
term_keys Escape
expect "leaving it does nothing" term_wait_not "$was → $CARD"
is "still open" open "$(state_of proposal "$proposal")"
term_type a
expect "asked again" term_wait "$was → $CARD"
term_keys Enter
expect "confirmed" term_wait_not "$was → $CARD"
term_type Q
expect "wu goes" term_wait_end
desk sync >/dev/null
is "the core has the new account" "$CARD" "$(field_of settlement_card)"
is "its bank as well" "样本银行" "$(field_of settlement_bank)"
desk_is 0 "the journal verifies" journal verify

# what was filled in is masked wherever a command is kept: a card of somebody's is no auditor's, nor support's
holds() { printf '%s' "$out" | member "$1" | while read -r body; do printf '%s' "$body" | base64 -d 2>/dev/null; echo; done | grep -c "$CARD"; }
desk_is 0 "whoever sees cards exports the journal" journal export
[ "$(holds body)" -gt 0 ] && ok "with the commands" || not_ok "with the commands"
as shen
desk_is 0 "an auditor exports it too" journal export
is "without" 0 "$(holds body)"
has "which is said" '"verb":"command","kind":"merchant","id":"'"$m"'","body":null' "$out"
for kind in proposal outbox journal; do
	desk_is 0 "$kind" list $kind --json
	is "no card in $kind" 0 "$(($(printf '%s' "$out" | grep -c "$CARD") + $(holds command)))"
done
finish
