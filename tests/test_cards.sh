#!/bin/bash
# A bank card from the shell: a micro-deposit, a wrong answer, the right one; and whose device it is.
. "$(dirname "$0")/flow.sh"
core_start --fill 3000 --seed 7
operator lin reviewer
as lin
enrol >/dev/null
desk sync >/dev/null
customer() { "$build/paycore" customer --home "$work/core" "$@" 2>"$work/err"; }
status_of() { desk show bank_card "$1" --json | grep -o "\"id\":\"$2\",\"status\":\"[a-z]*\"" | sed 's/.*:"//; s/"//'; }

for card in $(desk list bank_card state:blocked --json | member id); do
	[ "$(desk show bank_card "$card" --json | member deposits)" = 1 ] && break
done
is 'three wrong answers are a finding' failed "$(status_of "$card" tries)"
customer "$card" 0.01 && not_ok 'a blocked card waits for no answer' || ok 'a blocked card waits for no answer'
desk_is 0 'another deposit' act bank_card "$card" send_micro_deposit
desk sync >/dev/null
is 'sent' micro_deposit_sent "$(state_of bank_card "$card")"
amount=$(desk show bank_card "$card" --json | member deposit_amount)
desk_is 4 'one at a time' act bank_card "$card" send_micro_deposit
customer "$card" "0.$(printf %02d $((amount % 99 + 1)))" && ok 'a wrong answer' || not_ok 'a wrong answer'
desk sync >/dev/null
is 'counts' 1 "$(desk show bank_card "$card" --json | member tries)"
is 'and wants a look' unknown "$(status_of "$card" tries)"
customer "$card" "0.$(printf %02d "$amount")" && ok 'the right one' || not_ok 'the right one'
desk sync >/dev/null
is 'binds the card' bound "$(state_of bank_card "$card")"
user=$(desk show bank_card "$card" --json | member user_id)
is 'and the account can pay' active "$(state_of user "$user")"
has 'within its limit' '"id":"limit","status":"passed"' "$(desk show user "$user" --json)"
customer "$card" 1.2.3 && not_ok 'an amount is an amount' || ok 'an amount is an amount'

# whose device
device=$(desk list device --json | sed -n 1p | member id)
has 'a device has its users' '"users":[{"id":"U' "$(desk show device "$device" --json)"
user=$(desk list scan --json --limit 1 | member user_id)
has 'a customer has scans' '"scans":[{"id":"S' "$(desk show user "$user" --json)"
has 'and a device' '"devices":[{"id":"V' "$(desk show user "$user" --json)"
finish
