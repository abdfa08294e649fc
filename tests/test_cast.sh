#!/bin/bash
# Approving a merchant, from the queue to the second person's word, recorded as an asciicast in both languages while it is driven, and then
# played. CAST=DIR keeps the recordings there, with pauses in which one can read (`make cast`).
. tests/tmux.sh
. tests/flow.sh
cast=$build/tests/probe_cast
keep=${CAST:-}
read_for() { [ -z "$keep" ] || sleep "$1"; } # for whoever watches it later; nothing here waits for it
type_slowly() {
	local i
	[ -n "$keep" ] || { term_type "$1"; return; }
	for ((i = 0; i < ${#1}; i++)); do
		term_type "${1:i:1}"
		sleep 0.07
	done
}
step() { # step KEY WHAT MARKER SECONDS-TO-READ
	term_keys "$1"
	expect "$lang: $2" term_wait "$3"
	read_for "$4"
}
unlock() {
	type_slowly "specimen passphrase of $1"
	step Enter "$1 unlocks" is:open 2.2
}
filter() { # filter TEXT MARKER
	term_type /
	term_wait '/'
	term_keys C-u
	type_slowly "$1"
	step Enter "the filter $1" "$2" 1.6
}
desk_to() { type_slowly ":$1"; step Enter "$2" "$3" "$4"; } # by its name: there are more desks than numbers
gone() { ! kill -0 "$(cat "$scratch/pid")" 2>/dev/null; }

core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
watch_lists
as lin
enrol >/dev/null
desk sync >/dev/null
clean=()
for id in $(desk list merchant state:applied --json | member id); do
	case $(desk show merchant "$id" --json) in *'"status":"failed"'* | *'"status":"unknown"'*) continue ;; esac
	for action in claim pass_review claim pass_risk; do desk act merchant "$id" "$action" >/dev/null; done
	clean+=("$id")
	[ ${#clean[@]} -lt 2 ] || break
done
desk sync >/dev/null
is 'two merchants are up to approval' 'risk_review risk_review' "$(echo $(for id in "${clean[@]}"; do state_of merchant "$id"; done))"

console() { # console COMMAND…: the console, run by it; both operators have declined the tour before the first one
	term_start 30 100 xterm-256color C.UTF-8 env -u PAYDESK_PASSPHRASE_FILE PAYDESK_HOME="$PAYDESK_HOME" PAYDESK_OPERATOR=lin PAYDESK_HOLD=0 \
		PAYDESK_LANG="$lang" "$@" sh -c 'echo $$ >"$1"; exec "$2"' sh "$scratch/pid" "$build/paydesk"
	term_wait lin
}
lang=en
console env
for who in lin wu; do
	term_type "specimen passphrase of $who"
	term_keys Enter
	term_wait 'Are you new here?'
	term_keys Escape
	term_wait_not 'Are you new here?'
	[ "$who" = lin ] && { term_keys L; term_wait Passphrase; term_keys Tab; term_wait 'wu'; }
done
term_keys Q
term_wait_end

# what the screens say, and lin
declare -A say=(
	[en.title]='paydesk: approving a merchant takes two' [zh_CN.title]='paydesk：批准商户需要两人'
	[en.review]='Risk review' [zh_CN.review]='风险审核'
	[en.card]='Merchant no.' [zh_CN.card]='商户编号'
	[en.checks]='passed: ' [zh_CN.checks]='通过：'
	[en.risk]='Scorecard' [zh_CN.risk]='评分卡'
	[en.form]='another person confirms' [zh_CN.form]='另一人'
	[en.reason]='complete, licence seen' [zh_CN.reason]='资料齐全，执照已核对'
	[en.proposed]='1 to approve' [zh_CN.proposed]='1 条待复核'
	[en.locked]=Passphrase [zh_CN.locked]='口令'
	[en.approvals]=Approvals [zh_CN.approvals]='复核'
	[en.confirmed]=Confirmed [zh_CN.confirmed]='已通过'
	[en.approved]=Contracting [zh_CN.approved]='签约中'
)
approve() { # approve LANGUAGE ID
	local id=$2 file=$scratch/$1.cast
	lang=$1
	console "$cast" record "$file" "${say[$lang.title]}"
	read_for 1
	unlock lin
	filter "$id" "${say[$lang.review]}"
	step Enter 'the card' "${say[$lang.card]}" 2
	step Tab 'its checks' "${say[$lang.checks]}" 2.4
	step Tab 'its risk' "${say[$lang.risk]}" 2
	step Tab 'its documents' SHA-256 1.6
	step a 'approving asks why' "${say[$lang.form]}" 1.4
	type_slowly "${say[$lang.reason]}"
	read_for 0.8
	step Enter 'proposed, not yet effective' "${say[$lang.proposed]}" 2.4
	step L 'locked' "${say[$lang.locked]}" 1
	step Tab 'the second person' wu 0.8
	unlock wu
	desk_to "${say[$lang.approvals]}" 'what waits for a second person' "$id" 1.8
	step Enter 'the proposal' "${say[$lang.reason]}" 1.8
	step Tab 'the merchant behind it' "${say[$lang.card]}" 1.8
	step a 'confirmed' "${say[$lang.confirmed]}" 2
	step 1 'back' is:open 0.6
	filter "$id" "${say[$lang.approved]}"
	read_for 1
	tm kill-session -t test
	poll 10 gone
	plays "$file" "$lang: what was recorded" "$id" "${say[$lang.approved]}"
	[ -z "$keep" ] || install -m 644 "$file" "$keep/approve.$lang.cast"
}
# plays FILE WHAT MARKER…: it is an asciicast, and its last screen has every marker in one line
plays() {
	local file=$1 what=$2 marker
	shift 2
	expect "$what is an asciicast" eval '"$cast" play "$file" >/dev/null'
	term_start 30 100 xterm-256color C.UTF-8 "$cast" play "$file"
	expect "$what ends" term_wait_end
	for marker; do expect "$what ends with the merchant approved ($marker)" term_has "$marker"; done
}
approve en "${clean[0]}"
approve zh_CN "${clean[1]}"
if [ -z "$keep" ]; then
	plays tui/pictures/approve.en.cast 'the one in README' "${say[en.approved]}"
	plays tui/pictures/approve.zh_CN.cast 'the one in README, in Chinese' "${say[zh_CN.approved]}"
fi
expect 'nothing else is one' eval '! "$cast" play README.md 2>/dev/null'
finish
