#!/bin/bash
# What README shows of the shell can be typed as it stands: every line of it, one after another, on the institution that it names. Both languages
# show the same lines. The core listens where a port is free, and the operators have the cheapest key derivation: tests/test_shell.sh makes some
# with the program itself.
. "$(dirname "$0")/flow.sh"
PATH=$build:$PATH
HOME=$work
# shown FILE HEADING: the lines below that heading, without what they explain
shown() { sed -n "/^## $2\$/,/^[^ #]/s/^    \([^ ]\)/\1/p" "$1" | sed 's/  *# .*//'; }
shown README.md "The same from the shell" >"$work/lines"
shown README.zh-CN.md "从命令行操作" >"$work/lines.zh"
is "both languages show the same" "$(cat "$work/lines")" "$(cat "$work/lines.zh")"

served=$(grep '^paycore .*--listen' "$work/lines")
is "a core is served" 1 "$(printf '%s\n' "$served" | grep -c .)"
# shellcheck disable=SC2046
core_start $(printf '%s\n' "$served" | sed 's/.*\(--fill [a-z]*\).*/\1/')
while read -r name roles; do
	operator "$name" "$roles"
	cp "$work/pass-$name" "$HOME/$name.pass"
done < <(sed -nE 's/.*paydesk (init|operator add) --operator ([a-z]+) --roles ([a-z,]+)$/\2 \3/p' "$work/lines")
sed 's/^edition .*/edition 3/' core/contract/templates/acquiring-zh-2.txt >"$work/acquiring-zh-3.txt"
cd "$work" || exit 1
ln -s core CORE
proposal=
while IFS= read -r line; do
	case $line in "$served" | *"paydesk init"* | *"paydesk operator add"*) continue ;; esac
	line=${line//https:\/\/127.0.0.1:8443/$url}
	eval "${line/PROPOSAL/$proposal}" >out 2>err </dev/null
	is "$line" 0 $?
	sed 's/^/# /' err
	proposal=$(sed -n 's/.*act proposal \([^ ]*\) confirm.*/\1/p' out)
done <lines
is "which takes a merchant from its application to live" active "$(state_of merchant M00000376)"
finish
