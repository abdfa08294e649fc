#!/bin/bash
# The merchant flow from the shell, with two people, against a real payment core.
. "$(dirname "$0")/flow.sh"
core_start --fill demo --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
operator he support
operator chu compliance
as lin
desk_is 4 "sync before enrolment is refused" sync
desk_is 0 "the desk enrols" enrol "$url" --ca "$work/core/ca.pem" --token-file <("$build/paycore" token --home "$work/core" --scope all)
desk_is 0 "the first sync" sync --json
has "it reports counts" '"pulled":' "$out"
applied=$(desk list merchant state:applied --json | head -n 1 | member id)
[ -n "$applied" ] && ok "an application arrived" || not_ok "an application arrived"

# nothing is known of names before there are lists
case $(desk show merchant "$applied" --json) in *'"id":"screened_rep","status":"unknown"'*) ok "no list, nothing known" ;; *) not_ok "no list, nothing known" ;; esac
watch_lists
as lin
desk_is 3 "lists are for compliance" screening import house tests/data/screening/house.csv
case $(desk show merchant "$applied" --json) in *'"id":"screened_rep","status":"passed","why":"nobody on ofac 2026-11-20, un '*) ok "the check names the versions" ;; *) not_ok "the check names the versions" ;; esac

# somebody of ours is listed: a hit, which stops the approval until somebody has decided
rep=$(desk show merchant "$applied" --json | member legal_rep_name)
printf 'id,class,type,name,aliases,born,number,nationality,note\nS-1,house,person,%s,,1901,,,SPECIMEN\n' "$rep" >"$work/house.csv"
as chu
desk_is 4 "a list that lacks what the last one had" screening import house "$work/house.csv" --version flow
has "says how many" 'lacks 3 of the 3 entries' "$said"
desk_is 0 "another version of the house list" screening import house "$work/house.csv" --version flow --anyway
has "says what it changed" '1 added, 3 removed, 0 changed' "$out"
as lin
desk_is 0 "the hits" list screening_hit "subject:$applied" --json
hit=$(printf '%s\n' "$out" | head -n 1 | member id)
is "a hit on the representative" new "$(state_of screening_hit "$hit")"
case $(desk show merchant "$applied" --json) in *'"id":"screened_rep","status":"failed","why":"1 to be decided; '*) ok "and the check fails" ;; *) not_ok "and the check fails" ;; esac
desk_is 4 "a decision needs a reason" act screening_hit "$hit" no_hit
desk_is 0 "no hit" act screening_hit "$hit" no_hit --reason "SPECIMEN: 样本"
case $(desk show merchant "$applied" --json) in *'"id":"screened_rep","status":"passed","why":"1 cleared earlier, '*) ok "and the check passes" ;; *) not_ok "and the check passes" ;; esac
desk_is 0 "a check of a name" screening check "$rep" --born 1901-02-03 --json
is "says how the birth date fits" same_year "$(printf '%s\n' "$out" | sed -n 's/.*"born":{"fits":"\([a-z_]*\)".*/\1/p')"
desk_is 0 "every version is listed" screening lists --json
is "two of the house list" 2 "$(printf '%s\n' "$out" | grep -c '"list":"house"')"
as he
desk_is 3 "support does not screen" screening check "$rep"
as lin

# sent back, rejected, passed on
desk_is 0 "claim" act merchant "$applied" claim --json
is "applied at once" applied "$(printf '%s' "$out" | member outcome)"
desk_is 4 "a second claim is refused by state" act merchant "$applied" claim
as wu
desk_is 3 "what somebody else claimed is not for me" act merchant "$applied" pass_review
as lin
desk_is 4 "a rejection needs a reason" act merchant "$applied" reject
desk_is 0 "rejected with a reason" act merchant "$applied" reject --reason "SPECIMEN: 样本"
desk_is 0 "the core accepts both" sync --json
is "two commands accepted" 2 "$(printf '%s' "$out" | member accepted)"
is "rejected is the core's word" rejected "$(state_of merchant "$applied")"
desk_is 0 "and the core says the same" show merchant "$applied" --remote --json
second=$(desk list merchant state:applied --json | head -n 1 | member id)
desk act merchant "$second" claim >/dev/null
desk_is 4 "an unknown resubmission reason is refused" act merchant "$second" request_resubmission resubmission_reasons=nonsense --reason x
desk_is 0 "sent back for resubmission" act merchant "$second" request_resubmission resubmission_reasons=licence_expired --reason "please mend"

# the long way: review, risk, two people, the core
third=$(sound applied)
desk_is 0 "claim the third" act merchant "$third" claim
desk_is 0 "pass it to risk review" act merchant "$third" pass_review
desk_is 4 "no approval before risk review has passed" act merchant "$third" approve --reason "complete"
desk_is 0 "the risk officer claims it" act merchant "$third" claim
desk_is 0 "and passes it" act merchant "$third" pass_risk
desk_is 0 "sync" sync
desk_is 0 "approval is proposed" act merchant "$third" approve --reason "complete" --json
is "as a proposal" proposed "$(printf '%s' "$out" | member outcome)"
proposal=$(printf '%s' "$out" | member command)
is "the merchant has not moved" risk_review "$(state_of merchant "$third")"
desk_is 3 "its maker cannot confirm it" act proposal "$proposal" confirm
as he
desk_is 3 "support cannot confirm" act proposal "$proposal" confirm
desk_is 0 "support sees masks" list merchant "$third" --json
has "identity numbers are masked" '********' "$out"
as wu
desk_is 0 "another person confirms" act proposal "$proposal" confirm
is "still not moved before the core says so" risk_review "$(state_of merchant "$third")"
desk_is 0 "sync" sync --json
is "nothing refused" 0 "$(printf '%s' "$out" | member refused)"
is "the core moved it on" contracting "$(state_of merchant "$third")"

# a failed check stops an approval
for bad in $(desk list merchant state:risk_review is:unclaimed --json | member id); do
	case $(desk show merchant "$bad" --json) in *'"status":"failed"'*) break ;; esac
done
desk act merchant "$bad" claim >/dev/null 2>&1; desk act merchant "$bad" pass_risk >/dev/null 2>&1
desk_is 4 "approval with a failed check is not possible" act merchant "$bad" approve --reason "try"
has "and names the check" "the check " "$said"

# conflict and refusal are shown, never lost
desk_is 4 "an old version is a conflict" act merchant "$third" suspend --reason x --version 1

# what leaves the house is written down: exports from here, exports of what the core found, the journal itself
as he
desk_is 0 "an export" list merchant state:applied --csv
has "is masked" '********' "$out"
desk_is 0 "an export of what the core found" list merchant --remote "$third" --csv
has "holds the record" "$third" "$out"
desk list merchant --csv | head -c 1 >/dev/null # nor does it help to hang up
desk_is 3 "the journal is not for everybody" journal export
as chu
is "every export is journaled" 3 "$(desk list journal verb:export --json | grep -c '"verb":"export"')"
desk_is 0 "the journal is exported" journal export
is "down to the entry that says so" export "$(printf '%s' "$out" | tail -n 1 | member verb)"
as lin
desk_is 0 "the journal verifies" journal verify
desk_is 2 "what is typed is not drawn as it is" "$(printf '\302\233[2J')"
has "but named" "U+009B" "$said"
desk_is 2 "an unknown kind is a usage error" list nonsense
has "and names the kinds" merchant "$said"
desk_is 2 "a wrong filter is a usage error" list merchant 'nonsense>3'
core_stop
desk_is 7 "no core: the network's exit status" sync
finish
