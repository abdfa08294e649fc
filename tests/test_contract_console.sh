#!/bin/bash
# A contract through the console's keys, in both languages and sizes: drawn up, issued, signed by the merchant, read, executed by two signatories;
# declined, expired, voided by two.
. tests/tmux.sh
. tests/flow.sh

press() { term_keys "$1"; shift; expect "$@"; }         # press KEY WHAT COMMAND…
console() { # console NAME ROWS COLS LANGUAGE
	as "$1"
	term_start "$2" "$3" xterm-256color C.UTF-8 env PAYDESK_LANG="$4" PAYDESK_PASSPHRASE_FILE="$work/pass-$1" PAYDESK_HOME="$PAYDESK_HOME" \
		PAYDESK_OPERATOR="$1" PAYDESK_HOLD=0 "$build/paydesk"
	term_wait 'is:open'
}
desk_named() { # desk_named LETTERS HEADING
	term_type ":$1"
	term_keys Enter
	term_wait "$2  "
}
look_up() { # look_up ID: the list is this one, and it is open
	term_type /
	term_keys C-u
	term_type "$1"
	term_keys Enter
	poll 10 eval "term_capture | grep -F '›' | grep -qF '$1'"
	term_keys Enter
	poll 10 term_lacks '›'
}
soon() { # soon TEXT: within the time that a key takes to be drawn
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		term_has "$1" && return
		sleep 0.02
	done
	return 1
}
pane() { # pane TEXT: turns until it is there
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		soon "$1" && return
		term_keys Tab
	done
	return 1
}
approved() { # approved: a merchant that was approved by two, in $m
	as lin
	m=$(sound applied)
	desk act merchant "$m" claim && desk act merchant "$m" pass_review && desk act merchant "$m" claim && desk act merchant "$m" pass_risk
	desk sync
	proposal=$(desk act merchant "$m" approve --json | member command)
	as wu
	desk act proposal "$proposal" confirm
	desk sync
}

core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
operator qi signatory
operator sun signatory,compliance
as lin
enrol >/dev/null
desk sync >/dev/null
watch_lists
approved >/dev/null
is 'a merchant is approved' contracting "$(state_of merchant "$m")"

# ---- in English, on a small screen: to the last signature ----
console lin 24 80 en
desk_named merchants Merchants
look_up "$m"
press d 'drawing up asks for the language' term_wait 'Contract language'
term_keys Space
press Enter 'it is signed' term_wait 'Draw up contract: signed and queued'
c=C${m#M}-1
expect 'the core makes a draft' poll 20 eval "desk list contract '$m' --json | grep -q '$c'"
expect 'which the merchant has in a pane' pane "$c"
expect 'as a draft' term_has 'Draft'
press Enter 'Enter leads on' term_wait 'Go to or do'
press Enter 'to what the pane shows first of all' term_wait "$c  Draft"
expect 'its text can be read' pane '特约商户收单服务协议'
term_keys Tab
press i 'i issues it' term_wait "$c  Issued"
expect 'the link comes from the core, as a code' pane 'https://sign'
expect 'black on white' eval 'term_colours | grep -q "▀▀▀▀▀"'
expect 'nobody can execute what the merchant has not signed' term_lacks 'Execute'
expect 'the merchant signs' merchant "$c" sign
press S 'and the console hears of it' term_wait "$c  Merchant signed"
expect 'the code has gone: there is nothing to sign any more' term_lacks 'Signing link'
expect 'the signature is verified here' pane 'passed: the signature over the PDF verifies'
press Enter 'from the contract' term_wait 'Go to or do'
press Enter 'back to its merchant' term_wait "$m  Contracting"
console qi 24 80 en
desk_named contracts Contracts
look_up "$c"
expect 'a signatory reads what is signed' pane '协议编号'
press a 'a signs' term_wait 'Signs the contract for the institution'
press Enter 'as a proposal' term_wait 'Execute: proposed'
console sun 24 80 en
desk_named approvals Approvals
poll 10 term_has "$c"
term_keys Enter
expect 'the second one has the text before the eyes as well' pane '特约商户收单服务协议'
press a 'and signs too' term_wait 'Confirm: signed'
expect 'executed' poll 20 eval "[ \"\$(state_of contract $c)\" = executed ]"
desk_named contracts Contracts
look_up "$c"
expect 'both have signed' pane 'have signed; both signatures and'

# ---- in Chinese, on a larger one: void by two, keeping the signatures ----
console sun 40 120 zh_CN
desk_named 合同 合同
look_up "$c"
press x '作废要说明理由' term_wait '理由'
term_type 'SPECIMEN 样本：协商终止'
term_keys Enter
expect '再次确认' term_wait '作废'
poll 5 term_has '已提交复核' || term_keys Enter
expect '等待另一人' poll 10 eval "[ -n \"\$(desk list proposal is:open --json)\" ]"
console qi 40 120 zh_CN
desk_named 复核 复核
poll 10 term_has "$c"
term_keys Enter
press a '确认之前再看一遍变更' term_wait '复核通过 ·'
term_keys Enter
expect '已作废' poll 20 eval "[ \"\$(state_of contract $c)\" = void ]"
has 'every signature stands' '"id":"signatories","status":"passed"' "$(desk show contract "$c" --json)"

# ---- declined and expired ----
for end in decline:declined:商户拒签 expire:expired:已过期; do
	IFS=: read -r how state word <<<"$end"
	approved >/dev/null
	as lin
	desk act merchant "$m" draw_up contract_language=zh >/dev/null && desk sync >/dev/null
	c=C${m#M}-1
	console lin 40 120 zh_CN
	desk_named 合同 合同
	look_up "$c"
	press i "签发 $c" term_wait "$c  已发出"
	expect '二维码' pane 'https://sign'
	expect "$how" merchant "$c" "$how"
	press S "$word" term_wait "$c  $word"
	is "$how: the contract is over" "$state" "$(state_of contract "$c")"
	expect 'and nothing can be done to it' term_lacks '执行  '
done
finish
