#!/bin/bash
# One customer from the first code on the phone to a higher class, by hand: `paycore customer` on their side, a reviewer's shell on ours,
# with every step that comes too early turned down on the way.
. "$(dirname "$0")/flow.sh"
core_start --fill 3000 --seed 7
operator lin reviewer
operator zhao compliance
operator wu reviewer
as lin
enrol >/dev/null
desk sync >/dev/null
customer() { "$build/paycore" customer --home "$work/core" "$@" 2>"$work/err"; }
customer_is() { # customer_is STATUS "what" NUMBER ANSWER
	local want=$1 what=$2
	shift 2
	customer "$@"
	is "$what" "$want" $?
}
field_of() { desk show "$1" "$2" --json | sed 's/,"checks":.*//' | member "$3"; } # its own, not that of what belongs to it
does() { # does "what" KIND ID ACTION…: done here and accepted by the core
	local what=$1
	shift
	desk_is 0 "$what" act "$@"
	desk_is 0 "$what: sync" sync --json
	is "$what: nothing refused" 0 "$(printf '%s' "$out" | member refused)"
}

# ---- contact, data: of somebody who has nothing wrong with them ----
for user in $(desk list user state:registered --json | member id); do
	check=K${user#U}
	customer "$user" submit && not_ok "no data before the phone is verified"
	customer "$user" contact || not_ok "the code that came to the phone"
	customer "$user" submit || not_ok "real-name data"
	desk sync >/dev/null
	case $(desk show identity_check "$check" --json) in *'"status":"failed"'*) ;; *) break ;; esac
done
is 'the data is here' submitted "$(state_of user "$user")"
is 'and is to be reviewed' submitted "$(state_of identity_check "$check")"
is 'with two pictures' 2 "$(desk list scan "$check" --json | grep -c '"state":"received"')"
customer_is 4 'the phone is verified once' "$user" contact
customer_is 4 'the data is handed in once' "$user" submit
customer_is 4 'nothing was asked for again' "$check" resend
customer_is 4 'nothing higher yet' "$user" upgrade
customer_is 2 'nobody does anything else' "$user" dance

# ---- one document again ----
desk_is 4 'nobody decides what they have not claimed' act identity_check "$check" approve account_class=class_1
does 'claimed' identity_check "$check" claim
does 'one document again' identity_check "$check" request_resubmission resubmission_reasons=back_unreadable --reason 样本：背面反光
is 'the customer stands where they stood' contact_verified "$(state_of user "$user")"
customer_is 4 'not another one meanwhile' "$user" submit
customer_is 0 'the customer sends it again' "$check" resend
desk sync >/dev/null
is 'back in the queue' submitted "$(state_of identity_check "$check")"
is 'the old picture is replaced' 1 "$(desk list scan "$check" --json | grep '"type":"identity_back"' | grep -c '"state":"replaced"')"
is 'by a new one' 1 "$(desk list scan "$check" --json | grep '"type":"identity_back"' | grep -c '"state":"received"')"
is 'the front was good' 1 "$(desk list scan "$check" --json | grep -c '"type":"identity_front"')"

# ---- verified, bound, active ----
does 'claimed again' identity_check "$check" claim
desk_is 4 'no class that there is not' act identity_check "$check" approve account_class=class_9
does 'escalated' identity_check "$check" escalate --reason 样本：请合规判断
desk_is 3 'not decided by a reviewer' act identity_check "$check" approve account_class=class_1
as zhao
does 'sent back' identity_check "$check" send_back --reason 样本：没有疑点
as lin
does 'claimed once more' identity_check "$check" claim
does 'approved' identity_check "$check" approve account_class=class_1
is 'verified, without a card' verified "$(state_of user "$user")"
is 'at the class that was decided' class_1 "$(field_of user "$user" account_class)"
card=B${user#U}
does 'a micro-deposit' bank_card "$card" send_micro_deposit
desk sync >/dev/null
amount=$(field_of bank_card "$card" deposit_amount)
customer_is 0 'the customer says how much' "$card" "0.$(printf %02d "$amount")"
desk sync >/dev/null
is 'active' active "$(state_of user "$user")"

# ---- more: a review of its own ----
customer_is 0 'asks for more' "$user" upgrade
customer_is 4 'once' "$user" upgrade
desk sync >/dev/null
check=$check-2
is 'another review' upgrade "$(field_of identity_check "$check" purpose)"
does 'claimed' identity_check "$check" claim
desk_is 4 'nothing is gained by the same class' act identity_check "$check" approve account_class=class_1
has 'says why' 'can only raise' "$said"
does 'raised' identity_check "$check" approve account_class=class_2
is 'to the next class' class_2 "$(field_of user "$user" account_class)"
is 'and is active as before' active "$(state_of user "$user")"

# ---- frozen by two, while more is asked for ----
customer_is 0 'asks for the highest' "$user" upgrade
desk_is 0 'sync' sync
desk_is 0 'a freeze is proposed' act user "$user" freeze --reason 样本：疑似盗用 --json
proposal=$(printf '%s' "$out" | member command)
desk_is 3 'not by one person' act proposal "$proposal" confirm
as wu
does 'another confirms' proposal "$proposal" confirm
is 'frozen' frozen "$(state_of user "$user")"
check=${check%-2}-3
as lin
does 'claimed' identity_check "$check" claim
desk_is 4 'nobody raises a frozen account' act identity_check "$check" approve account_class=class_3
has 'says why' frozen "$said"
does 'it can be turned down' identity_check "$check" reject reject_code=suspected_fraud --reason 样本：账户已冻结
is 'the class is as it was' class_2 "$(field_of user "$user" account_class)"
finish
