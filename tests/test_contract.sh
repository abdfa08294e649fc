#!/bin/bash
# A merchant from application to configuring, with a contract that three people sign; and what is refused on the way.
. "$(dirname "$0")/flow.sh"
core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
operator qi signatory
operator sun signatory,compliance
operator he support
merchant() { "$build/paycore" merchant --home "$work/core" "$@" 2>"$work/err"; }
as lin
enrol >/dev/null
desk sync >/dev/null
for m in $(desk list merchant state:applied --json | member id); do
	case $(desk show merchant "$m" --json) in *'"status":"failed"'* | *'"status":"unknown"'*) continue ;; esac
	break
done
desk_is 4 "no contract before the merchant is approved" act merchant "$m" draw_up contract_language=zh
desk act merchant "$m" claim && desk act merchant "$m" pass_review && desk act merchant "$m" claim && desk act merchant "$m" pass_risk
desk sync >/dev/null
proposal=$(desk act merchant "$m" approve --json | member command)
as wu
desk act proposal "$proposal" confirm
desk sync >/dev/null
is "the merchant is approved" contracting "$(state_of merchant "$m")"
as lin
desk_is 4 "the language is one that there is a template for" act merchant "$m" draw_up contract_language=fr
desk_is 0 "the contract is drawn up" act merchant "$m" draw_up contract_language=zh
desk_is 0 "sync" sync --json
is "nothing refused" 0 "$(printf '%s' "$out" | member refused)"
c=$(desk list contract "$m" --json | member id)
is "there is a draft" draft "$(state_of contract "$c")"
desk_is 4 "a second one waits until the first is over" act merchant "$m" draw_up contract_language=en
desk_is 3 "who draws up does not sign" act contract "$c" execute
desk_is 0 "it is issued" act contract "$c" issue
merchant "$c" sign && not_ok "nobody signs what the core has not issued" || ok "nobody signs what the core has not issued"
desk sync >/dev/null
is "issued" issued "$(state_of contract "$c")"
link=$(desk show contract "$c" --json | member link)
has "with a signing link" "https://sign.specimen.example/c/" "$link"
as qi
desk_is 4 "our people do not sign before the merchant" act contract "$c" execute
merchant "$c" sign && ok "the merchant signs" || not_ok "the merchant signs"
merchant "$c" decline && not_ok "once" || ok "once"
desk sync >/dev/null
is "signed by the merchant" merchant_signed "$(state_of contract "$c")"
has "and verified here" '"id":"merchant_signature","status":"passed"' "$(desk show contract "$c" --json)"
desk_is 2 "nobody gives a signature by hand" act contract "$c" execute signature=x
desk_is 0 "the first signatory signs" act contract "$c" execute --json
is "as a proposal" proposed "$(printf '%s' "$out" | member outcome)"
proposal=$(printf '%s' "$out" | member command)
desk_is 3 "the same person is not the second" act proposal "$proposal" confirm
as wu
desk_is 3 "nor is somebody who may not sign" act proposal "$proposal" confirm
as sun
desk_is 0 "the second signatory signs" act proposal "$proposal" confirm
is "not executed before the core says so" merchant_signed "$(state_of contract "$c")"
desk_is 0 "sync" sync --json
is "nothing refused" 0 "$(printf '%s' "$out" | member refused)"
is "executed" executed "$(state_of contract "$c")"
is "and the merchant moves on" configuring "$(state_of merchant "$m")"
has "all signatures verify" '"id":"signatories","status":"passed"' "$(desk show contract "$c" --json)"

# the evidence, for whoever has no paydesk
as he
desk_is 3 "support takes no contract away" contract export "$c" "$work/evidence"
as qi
desk_is 0 "the contract is shown" contract show "$c"
has "with its text" "特约商户收单服务协议" "$out"
has "the code of the link" "█" "$out"
has "and the same bytes as the core's" "is that very file" "$out"
desk_is 0 "the evidence is exported" contract export "$c" "$work/evidence"
desk_is 1 "never over what is there" contract export "$c" "$work/evidence"
is "and journaled" 1 "$(as sun; desk list journal verb:export --json | grep -c "$c")"
cd "$work/evidence" || exit 1
alone() { env -u PAYDESK_OPERATOR -u PAYDESK_PASSPHRASE_FILE PAYDESK_HOME="$work/nothing" "$build/paydesk" contract verify "$1" 2>&1; }
alone . >"$work/said" && ok "verify holds, without a store" || { not_ok "verify holds, without a store"; cat "$work/said"; }
sha256sum -c MANIFEST >/dev/null 2>&1 && ok "sha256sum agrees" || not_ok "sha256sum agrees"
for who in merchant signatory-1 signatory-2; do
	minisign -Vm contract.pdf -x $who.minisig -P "$(tail -n 1 $who.pub)" >/dev/null && ok "minisign verifies $who" || not_ok "minisign verifies $who"
done
minisign -Vm MANIFEST -P "$(tail -n 1 signatory-1.pub)" >/dev/null && ok "and the list of files" || not_ok "and the list of files"
sig=$(pdfsig contract-sealed.pdf 2>&1)
has "pdfsig: valid" "Signature is Valid" "$sig"
has "pdfsig: over the total document" "Total document signed" "$sig"
cmp -s -n "$(stat -c %s contract.pdf)" contract.pdf contract-sealed.pdf && ok "the seal stands behind what was signed" || not_ok "the seal stands behind what was signed"
bend() { # bend FILE AT: another byte there, whatever it was
	local was
	was=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((was ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
for f in *; do
	rm -rf "$work/bent" && cp -r "$work/evidence" "$work/bent"
	bend "$work/bent/$f" $(($(stat -c %s "$f") / 3))
	alone "$work/bent" >"$work/said"
	is "one changed byte in $f" 6 $?
	has "and it is named" "${f%.*}" "$(grep -a FAILED "$work/said")"
done
bend "$work/bent/contract.pdf" 5000
cp "$work/evidence/merchant.minisig" "$work/bent/"
(cd "$work/bent" && minisign -Vm contract.pdf -x merchant.minisig -P "$(tail -n 1 "$work/evidence/merchant.pub")" >/dev/null 2>&1) && not_ok "minisign sees one byte" || ok "minisign sees one byte"
cd "$OLDPWD" || exit 1

# void keeps every signature
as sun
proposal=$(desk act contract "$c" void --reason "SPECIMEN 样本" --json | member command)
as qi
desk_is 0 "voided by two people" act proposal "$proposal" confirm
desk sync >/dev/null
is "void" void "$(state_of contract "$c")"
has "its signatures stand" '"id":"signatories","status":"passed"' "$(desk show contract "$c" --json)"

# templates take two people as well
desk_is 0 "an edition is approved" act contract_template acquiring-zh-2 approve --json
proposal=$(printf '%s' "$out" | member command)
as sun
desk_is 0 "and confirmed" act proposal "$proposal" confirm
desk sync >/dev/null
is "in force" approved "$(state_of contract_template acquiring-zh-2)"
as he
desk_is 3 "support does not read contracts" show contract "$c"
finish
