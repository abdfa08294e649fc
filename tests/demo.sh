#!/bin/sh
# Usage: demo.sh BUILD   a payment core with a synthetic institution, a store with demo operators, and the console on it.
# Everything lives in BUILD/demo (PAYDESK_DEMO names another folder); a second run opens at once on the same data.
set -eu
build=$(cd "$1" && pwd)
demo=${PAYDESK_DEMO:-$build/demo}
home=$demo/store
umask 077
mkdir -p "$demo/pass"
unset PAYDESK_HOME PAYDESK_OPERATOR PAYDESK_PASSPHRASE_FILE PAYDESK_NEW_PASSPHRASE_FILE
export PAYDESK_HOME="$home"

core=
stop() { if [ -n "$core" ]; then kill "$core" 2>/dev/null && wait "$core" 2>/dev/null || true; core=; fi; }
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
die() { echo "demo: $*" >&2; exit 1; }

# ---- the payment core; its port is kept, since the desk is enrolled under it ----
fill=
if [ ! -f "$demo/filled" ]; then
	echo "demo: filling a payment core with a synthetic institution (SPECIMEN / 样本)"
	rm -rf "$demo/core" "$demo/store"
	fill='--fill demo --seed 1'
fi
port=$(cat "$demo/port" 2>/dev/null || echo 0)
: >"$demo/core.log"
# shellcheck disable=SC2086
"$build/paycore" --home "$demo/core" --listen "127.0.0.1:$port" --live 0.2 $fill >"$demo/core.log" 2>&1 </dev/null &
core=$!
url=
i=0
while [ -z "$url" ]; do
	url=$(sed -n 's/^paycore: listening on //p' "$demo/core.log")
	kill -0 "$core" 2>/dev/null || { core=; cat "$demo/core.log" >&2; die "the payment core did not start; if its port is taken, remove $demo and try again"; }
	i=$((i + 1))
	[ $i -le 1200 ] || die "the payment core was not ready within two minutes"
	sleep 0.1
done
echo "${url##*:}" >"$demo/port"
touch "$demo/filled"

# ---- the store and its operators ----
operators='demo-root:admin,compliance demo-reviewer:reviewer demo-risk:risk,signatory demo-checker:reviewer,risk,signatory demo-auditor:auditor'
as() { PAYDESK_OPERATOR=$1 PAYDESK_PASSPHRASE_FILE=$demo/pass/$1; export PAYDESK_OPERATOR PAYDESK_PASSPHRASE_FILE; }
if [ ! -f "$demo/ready" ]; then
	rm -rf "$home"
	echo "demo: creating a store and its demo operators"
	for o in $operators; do
		name=${o%%:*}
		printf 'demo only: %s' "$name" >"$demo/pass/$name"
		as demo-root
		if [ "$name" = demo-root ]; then
			"$build/paydesk" init --operator "$name" --roles "${o#*:}" >/dev/null
		else
			PAYDESK_NEW_PASSPHRASE_FILE=$demo/pass/$name "$build/paydesk" operator add --operator "$name" --roles "${o#*:}" >/dev/null
		fi
	done
	"$build/paycore" token --home "$demo/core" --scope all >"$demo/token"
	"$build/paydesk" enrol "$url" --ca "$demo/core/ca.pem" --token-file "$demo/token"
	rm -f "$demo/token"
	echo "demo: first sync"
	"$build/paydesk" sync
	echo "demo: importing watch lists"
	lists=$(dirname "$0")/data/screening
	as demo-root
	"$build/paydesk" screening import ofac "$lists/sdn.csv" "$lists/alt.csv" "$lists/add.csv"
	"$build/paydesk" screening import un "$lists/un.xml"
	"$build/paydesk" screening import house "$lists/demo.csv"
	touch "$demo/ready"
fi

echo
echo "DEMO operators, for this synthetic data only (DEMO ONLY, not for real use):"
for o in $operators; do
	printf '  %-14s %-23s passphrase: demo only: %s\n' "${o%%:*}" "${o#*:}" "${o%%:*}"
done
echo "The console opens as demo-reviewer. L locks it, so that another operator can unlock; Q quits and stops the payment core."
if [ -t 0 ] && [ -t 1 ]; then
	[ -n "${PAYDESK_DEMO_NOW:-}" ] || { printf 'Press Enter. '; read -r _ || true; }
	as demo-reviewer
	"$build/paydesk" || exit $?
else
	echo "demo: this is no terminal, so the console stays closed"
fi
