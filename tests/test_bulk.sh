#!/bin/bash
# One decision on many records, as its users make it: from the shell and in the console, up to the payment core.
. tests/tmux.sh
. tests/flow.sh

press() { term_keys "$1"; shift; expect "$@"; }

core_start --fill 10000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
as lin
enrol >/dev/null
desk sync >/dev/null
mapfile -t ids < <(desk list merchant state:applied is:unclaimed --json --limit 12 | member id)
is "there are applications" 12 "${#ids[@]}"
some=$(IFS=,; echo "${ids[*]:0:3}")

# ---- the shell ----
desk_is 0 "what would be done" act merchant "$some" claim --dry-run
is "a line for each, and the sum" 4 "$(wc -l <<<"$out")"
has "how many" "3 of 3 would be taken" "$out"
desk_is 0 "nothing was done" list outbox --json
is "the outbox is empty" "" "$out"
desk_is 0 "several ids" act merchant "$some" claim --json
is "an answer for each" 3 "$(grep -c '"outcome":"applied"' <<<"$out")"
is "one batch" 1 "$(member batch <<<"$out" | sort -u | wc -l)"
desk_is 4 "one is claimed already" act merchant "${ids[0]},${ids[3]}" claim --json
is "the other is taken all the same" 1 "$(grep -c '"outcome":"applied"' <<<"$out")"
has "and why not the first" '"outcome":"left_out","code":"E_STATE"' "$out"
has "the error says how many" "1 of 2 were not taken" "$said"
out=$(printf '%s\n' "${ids[@]:4:2}" | desk act merchant - claim)
is "ids from standard input" 2 "$(grep -c "queued for the core" <<<"$out")"
desk_is 4 "another count than expected" act merchant reject --filter is:mine --reason "SPECIMEN" --expect 9
has "nothing was done" "nothing was done" "$said"
desk_is 2 "what is dangerous wants the count" act merchant reject --filter is:mine --reason "SPECIMEN"
desk_is 2 "no action" act merchant --filter is:mine
desk_is 2 "no version for many" act merchant "$some" claim --version 1
desk_is 2 "more than one decision takes" act merchant "$(seq -s, 1001)" claim
desk_is 4 "none that is there" act merchant NOBODY,NOTHING claim
desk_is 0 "the core takes all of them" sync --json
has "six" '"accepted":6' "$out"
is "claimed at the core" preliminary_review "$(state_of merchant "${ids[0]}")"
desk_is 0 "by filter" act merchant pass_review --filter "is:mine state:preliminary_review" --expect 6 --json
desk_is 0 "the core takes these too" sync --json
has "six again" '"accepted":6' "$out"
desk_is 0 "the journal verifies" journal verify

# ---- the console ----
console() { # console LANGUAGE PROMPT
	term_start 24 80 xterm-256color C.UTF-8 env -u PAYDESK_PASSPHRASE_FILE PAYDESK_HOME="$PAYDESK_HOME" PAYDESK_OPERATOR=lin PAYDESK_HOLD=10 \
		PAYDESK_LANG="$1" "$build/paydesk"
	term_wait "$2"
	term_type "specimen passphrase of lin"
	term_keys Enter
}
console en Passphrase
expect "the desk opens" term_wait 'is:open'
term_type /
term_keys C-u
term_type "state:applied is:unclaimed sort:id"
term_keys Enter
expect "applications" term_wait 'sort:id'
term_keys Space Space Space
expect "three are marked" term_wait '3 marked'
press c "what it would do" term_wait '3 will be queued under one signature'
press Enter "the core's answers come in by themselves" term_wait '3 accepted by the core'
press Escape "back to the list" term_wait_not 'accepted by the core'
expect "no mark is left" term_wait_not 'marked'
term_type /
term_keys C-u
term_type "state:preliminary_review is:mine"
term_keys Enter
expect "what was claimed" term_wait 'is:mine'
press '*' "all of them are marked" term_wait '3 marked'
press x "a dangerous one" term_wait 'Turns the application down for good'
term_type "SPECIMEN 样本"
press Enter "the number is asked for" term_wait 'type how many will be taken: 3'
term_type 2
press Enter "another number is not taken" term_wait 'that is not the number'
term_type 3
press Enter "held" term_wait 'undo: u'
press u "taken back, all of it" term_wait '3 taken back'
press Escape "back again" term_wait_not 'taken back'
press Q "ends" term_wait_end
is "status" 0 "$(term_status)"
console zh_CN 口令
expect "in Chinese" term_wait 'is:open'
press Space "marked" term_wait '已标记 1'
press c "the question" term_wait '一次签名'
press Escape "left" term_wait_not '一次签名'
press Q "ends again" term_wait_end
desk_is 0 "all is sent" sync --json
desk_is 0 "nothing is left in the outbox" list outbox --json
is "nothing" "" "$out"
is "what the core has accepted" 3 "$(desk list merchant is:mine state:preliminary_review --json | wc -l)"
desk_is 0 "the journal verifies at the end" journal verify
finish
