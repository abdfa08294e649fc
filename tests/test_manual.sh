#!/bin/bash
# What the programs say of themselves: manual pages that are well formed and complete, completions that offer what there is.
. "$(dirname "$0")/flow.sh"
make -s install BUILD="$build" PREFIX=/usr DESTDIR="$work/dest" >"$work/log" 2>&1 || { cat "$work/log"; not_ok 'make install'; }
share=$work/dest/usr/share

# ---- manuals ----
for m in man1/paydesk.1 man1/paycore.1 zh_CN/man1/paydesk.1; do
	page=$share/man/$m
	[ -s "$page" ] && ok "$m is installed" || not_ok "$m is installed"
	if command -v man >/dev/null && command -v groff >/dev/null; then
		man --warnings=w -E UTF-8 -l -Tutf8 -Z "$page" >/dev/null 2>"$work/log"
		is "groff has nothing to say about $m" '' "$(cat "$work/log")"
	else
		echo "skip no groff here: $m"
	fi
	if command -v mandoc >/dev/null; then
		is "mandoc has nothing to say about $m" '' "$(mandoc -T lint -W error "$page")"
	else
		echo "skip no mandoc here: $m"
	fi
done
unroff() { sed -e 's/\\-/-/g' -e 's/\\(aq/'"'"'/g' -e 's/\\(ga/`/g' -e 's/\\f[BR]//g'; }
page=$(unroff <"$share/man/man1/paydesk.1")
lacks() { # lacks WORDS…: those that are no tag, subsection or name in the page
	local w
	for w; do grep -qE "^(\.SS \"(paydesk )?)?$w([ (=:\"]|\$)" <<<"$page" || echo "$w"; done
}
mapfile -t commands < <(sed -n 's/^  paydesk \([a-z][a-z ]*[a-z]\).*/\1/p' <(desk help))
is 'every command' '' "$(lacks "${commands[@]}")"
[ ${#commands[@]} -ge 18 ] && ok 'of which there are many' || not_ok "only ${#commands[@]} commands"
mapfile -t kinds < <(sed -n 's/^RECORD(\(.*\))$/\1/p' core/records.def)
is 'every kind of record' '' "$(lacks "${kinds[@]}")"
is 'every error' '' "$(lacks $(sed -n 's/^\tX(\([A-Z]*\), [1-9].*/E_\1/p' store/err.h))"
is 'every variable that the sources ask for' '' "$(lacks $(grep -rhoE --include='*.c' '"PAYDESK_[A-Z_]+"' store core sync tui | tr -d '"' | sort -u))"
help=$(desk help)
for v in $(grep -rhoE --include='*.c' '"PAYDESK_[A-Z_]+"' store core sync tui | tr -d '"' | sort -u); do
	has "--help names $v" "  $v=" "$help"
done
has 'actions with their keys' $'.TP\napprove (a)\n' "$page"
has 'keys of the console' $'.TP\nPgDn Ctrl-F\n' "$page"
has 'filters' 'sort:-risk_score' "$page"
has 'in Chinese too' '批准' "$(cat "$share/man/zh_CN/man1/paydesk.1")"
is 'nothing of it is left in English' '' "$(sed -n 's/^\.SH "\([A-Z ]*\)"$/\1/p' "$share/man/zh_CN/man1/paydesk.1")"

# ---- bash ----
# offers SHELL "line to the cursor": the candidates, a space between them
offers() {
	case $1 in
	bash) bash --norc -c '
		. "$1/bash-completion/completions/${2%% *}"
		COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDBREAKS=$'"' \\t\\n\"><=;|&(:'"'
		"_${2%% *}"
		echo ${COMPREPLY[@]+"${COMPREPLY[*]}"}' bash "$share" "$2" ;;
	zsh) zsh -f -c '
		compdef() { : }
		compadd() { [ "$1" = -S ] && shift 2; local a=${@[-1]}; print -rn -- "${(P)a} " }
		compset() { : }
		_files() { print -rn -- "<files $*> " }
		. "$1/zsh/site-functions/_${2%% *}"
		words=("${(@s. .)2}") CURRENT=$#words PREFIX=$words[-1]
		"_${2%% *}" | sed "s/ *\$//"' zsh "$share" "$2" ;;
	esac
}
complete_in() {
	local sh=$1
	is "$sh: commands" 'store' "$(offers "$sh" 'paydesk st')"
	is "$sh: their second words" 'restore rekey' "$(offers "$sh" 'paydesk store re')"
	is "$sh: kinds" "${kinds[*]}" "$(offers "$sh" 'paydesk list ')"
	is "$sh: actions of the kind" 'confirm' "$(offers "$sh" 'paydesk act proposal X c')"
	is "$sh: all of them" "$(sed -n '/^\.SS "merchant"/,/^\.SS "document"/s/^\([a-z_]*\) (.)$/\1/p' <<<"$page" | xargs)" \
		"$(offers "$sh" 'paydesk act merchant M000001 ')"
	is "$sh: options" '--limit' "$(offers "$sh" 'paydesk --home /x list merchant --li')"
	is "$sh: options once there is a filter" '--json' "$(offers "$sh" 'paydesk list merchant is:open --j')"
	is "$sh: fields" 'risk_score: risk_level: risk_outcome: risk_officer:' "$(offers "$sh" 'paydesk list merchant is:open risk')"
	is "$sh: turned round" '-region:' "$(offers "$sh" 'paydesk list merchant -regio')"
	is "$sh: roles, the second of a list" 'reviewer,risk' "$(offers "$sh" 'paydesk init --roles reviewer,ri')"
	is "$sh: an option of paycore" '--listen --live' "$(offers "$sh" 'paycore --li')"
	is "$sh: kinds for paycore token" 'merchant,transaction' "$(offers "$sh" 'paycore token --scope merchant,tr')"
	is "$sh: nothing where nothing is known" '' "$(offers "$sh" 'paydesk show merchant ')"
}
complete_in bash
# bash replaces what stands behind the last : or =
is 'bash: states' 'risk_review resubmission_requested rejected' "$(offers bash 'paydesk list merchant state:r')"
is 'bash: inputs of the action' 'resubmission_reasons=' "$(offers bash 'paydesk act merchant M1 request_resubmission r')"
is 'bash: their values' 'licence_unreadable licence_expired' "$(offers bash 'paydesk act merchant M1 request_resubmission resubmission_reasons=li')"
is 'bash: the value of an option' 'reviewer,risk' "$(offers bash 'paydesk init --roles=reviewer,ri')"
mkdir "$work/there" && : >"$work/there.file"
is 'bash: folders' "$work/there" "$(offers bash "paydesk --home $work/the")"
is 'bash: files' "$work/there $work/there.file" "$(offers bash "paydesk store backup $work/the" | tr ' ' '\n' | sort | xargs)"
bash --norc -c '. "$1"; complete -p paydesk' bash "$share/bash-completion/completions/paydesk" >"$work/log" 2>&1
has 'bash: it is registered' '-F _paydesk paydesk' "$(cat "$work/log")"
if command -v zsh >/dev/null; then
	complete_in zsh
	is 'zsh: states' 'state:risk_review state:resubmission_requested state:rejected' "$(offers zsh 'paydesk list merchant state:r')"
	is 'zsh: files' '<files >' "$(offers zsh 'paydesk store backup ')"
	is 'zsh: folders' '<files -/>' "$(offers zsh 'paydesk --home ')"
	is 'zsh: it is registered' '#compdef paydesk' "$(head -n 1 "$share/zsh/site-functions/_paydesk")"
else
	echo 'skip zsh is not here'
fi
finish
