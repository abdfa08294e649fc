#!/bin/bash
# One merchant from its application to live: reviewed twice, approved by two, a contract that three people sign, a configuration, a key, two more
# people; and what is refused on the way. Then its evidence, with nothing but minisign, pdfsig and sha256sum, and with one byte changed.
. "$(dirname "$0")/flow.sh"
core_start --fill 6000 --seed 7
operator lin reviewer,risk
operator wu reviewer,risk
operator qi signatory
operator sun signatory,compliance
operator he support
status_of() { desk show merchant "$m" --json | grep -o "\"id\":\"$1\",\"status\":\"[a-z]*\"" | cut -d '"' -f 8; }
field_of() { desk show merchant "$m" --json | sed 's/,"checks":.*//' | member "$1"; }   # of the merchant, not of what belongs to it
step() { # step STATE "what" ACTION…: the core takes what is done to the merchant, and it is then in that state
	local state=$1 what=$2
	shift 2
	desk_is 0 "$what" act merchant "$m" "$@"
	desk sync >/dev/null
	is "$what: $state" "$state" "$(state_of merchant "$m")"
}
propose() { # propose "what" KIND ID ACTION…: sets proposal
	local what=$1
	shift
	desk_is 0 "$what" act "$@" --json
	is "as a proposal" proposed "$(printf '%s' "$out" | member outcome)"
	proposal=$(printf '%s' "$out" | member command)
	desk_is 3 "which its maker cannot confirm" act proposal "$proposal" confirm
}
as lin
enrol >/dev/null
desk sync >/dev/null
watch_lists
as lin

# ---- the application, its two reviews, and the two who approve it ----
m=$(sound applied)
is "an application" applied "$(state_of merchant "$m")"
desk_is 4 "no contract before the merchant is approved" act merchant "$m" draw_up contract_language=zh
step preliminary_review "it is claimed" claim
step risk_review "and passes the preliminary review" pass_review
step risk_review "the risk officer claims it" claim
step risk_review "and passes the risk review" pass_risk
propose "approval" merchant "$m" approve --reason complete
as wu
desk_is 0 "a second person approves" act proposal "$proposal" confirm
desk sync >/dev/null
is "the merchant is approved" contracting "$(state_of merchant "$m")"

# ---- the contract ----
as lin
desk_is 4 "the language is one that there is a template for" act merchant "$m" draw_up contract_language=fr
step contracting "the contract is drawn up" draw_up contract_language=zh
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
has "and the PDF that was signed says what the text does" '"id":"document","status":"passed"' "$(desk show contract "$c" --json)"
desk_is 2 "nobody gives a signature by hand" act contract "$c" execute signature=x
propose "the first signatory signs" contract "$c" execute
as wu
desk_is 3 "nor does somebody who may not sign" act proposal "$proposal" confirm
as sun
desk_is 0 "the second signatory signs" act proposal "$proposal" confirm
is "not executed before the core says so" merchant_signed "$(state_of contract "$c")"
desk sync >/dev/null
is "executed" executed "$(state_of contract "$c")"
is "and the merchant moves on" configuring "$(state_of merchant "$m")"
has "all signatures verify" '"id":"signatories","status":"passed"' "$(desk show contract "$c" --json)"

# ---- configured, with a key, and live ----
is "the contract is executed" passed "$(status_of contract)"
is "nothing is configured" failed "$(status_of terms)"
is "there is no key" failed "$(status_of api_key)"
as lin
desk_is 4 "not live yet" act merchant "$m" go_live
has "says which check" "Channels and rates" "$said"
desk_is 4 "no channel without a rate" act merchant "$m" configure channels=alipay,e_cny rate_alipay=38 settlement_cycle=t1
has "says which" "e-CNY has no rate" "$said"
desk_is 4 "no rate above the contract's" act merchant "$m" configure channels=alipay rate_alipay=99 settlement_cycle=t1
has "says the contract's" "above the contract's" "$said"
desk_is 4 "no money on the same day" act merchant "$m" configure channels=alipay rate_alipay=30 settlement_cycle=d0
has "says the notice" "Yinfa [2016] No. 261" "$said"
as he
desk_is 3 "support configures nobody" act merchant "$m" configure channels=alipay rate_alipay=30 settlement_cycle=t1
as lin
desk_is 0 "configured" act merchant "$m" configure channels=alipay rate_alipay=30 settlement_cycle=t1 limit_day=50000
desk_is 0 "a key is asked for" act merchant "$m" issue_api_key
is "but is not there before the core says so" null "$(field_of api_key_id)"
merchant "$m" key && not_ok "nor for the merchant" || ok "nor for the merchant"
desk sync >/dev/null
has "the core has made it" ak_ "$(field_of api_key_id)"
is "nobody has fetched it yet" unknown "$(status_of api_key)"
key=$(merchant "$m" key)
has "the merchant fetches it" sk_ "$key"
is "it is the one that the desk knows the digest of" "$(field_of api_key_fingerprint)" "$(printf %s "$key" | sha256sum | cut -c 1-16)"
merchant "$m" key && not_ok "once" || ok "once"
desk sync >/dev/null
is "and that is told" passed "$(status_of api_key)"
case "$(desk show merchant "$m" --json)$(desk list journal --json)" in *"$key"*) not_ok "no desk has the key" ;; *) ok "no desk has the key" ;; esac
propose "to go live" merchant "$m" go_live
as sun
desk_is 0 "another confirms" act proposal "$proposal" confirm
is "not live before the core says so" configuring "$(state_of merchant "$m")"
desk_is 0 "sync" sync --json
is "in all this the core refused nothing" 0 "$(desk list outbox --json | wc -l)"
is "live" active "$(state_of merchant "$m")"
as lin
desk_is 4 "what is live is not configured, its terms are changed" act merchant "$m" configure channels=alipay rate_alipay=30 settlement_cycle=t1

# ---- the evidence, for whoever has no paydesk ----
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
verify() { env -u PAYDESK_OPERATOR -u PAYDESK_PASSPHRASE_FILE PAYDESK_HOME="$work/nothing" "$build/paydesk" contract verify "$@" 2>&1; }
signers="merchant signatory-1 signatory-2"
keys=$(cd "$work/evidence" && for who in $signers; do tail -n 1 $who.pub; done) # as one has them from elsewhere
# others DIR: what each of the tools takes there, by the names of the files that it is about
others() (
	cd "$1" || exit
	set -- $keys
	for who in $signers; do
		minisign -Vm contract.pdf -x $who.minisig -P "$1" >/dev/null 2>&1 && echo $who.minisig
		minisign -Vm contract.pdf -x $who.minisig -p $who.pub >/dev/null 2>&1 && echo $who.pub
		[ $who = signatory-1 ] && minisign -Vm MANIFEST -P "$1" >/dev/null 2>&1 && echo MANIFEST.minisig
		shift
	done
	case $(pdfsig contract-sealed.pdf 2>/dev/null) in *"Total document signed"*"Signature is Valid"*) echo contract-sealed.pdf ;; esac
	sha256sum --strict -c MANIFEST >/dev/null 2>&1 && echo MANIFEST
)
all=$(printf '%s\n' merchant.minisig merchant.pub signatory-1.minisig signatory-1.pub MANIFEST.minisig signatory-2.minisig signatory-2.pub contract-sealed.pdf MANIFEST)
is "minisign takes every signature, pdfsig the seal over the total document, sha256sum every file" "$all" "$(others "$work/evidence")"
verify "$work/evidence" >"$work/said"
is "verify holds, without a store" 0 $?
cmp -s -n "$(stat -c %s "$work/evidence/contract.pdf")" "$work/evidence/contract.pdf" "$work/evidence/contract-sealed.pdf" && ok "the seal stands behind what was signed" || not_ok "the seal stands behind what was signed"

# ---- one byte changed ----
bend() { # bend FILE AT: another byte there, whatever it was
	local was
	was=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((was ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
bent() { # bent FILE AT NAMED REFUSED: in a fresh copy; what verify has to name (a pattern), and which of the others' answers go
	local good
	rm -rf "$work/bent" && cp -r "$work/evidence" "$work/bent"
	bend "$work/bent/$1" "$2"
	verify "$work/bent" >"$work/said"
	is "one changed byte at $2 of $1" 6 $?
	grep -aq "^FAILED *$1" "$work/said" && ok "verify names $1" || not_ok "verify names $1: $(cat "$work/said")"
	good=$(printf '%s\n' "$all" | grep -vxE "$4")
	is "minisign, pdfsig and sha256sum refuse what it touches" "$good" "$(others "$work/bent")"
	[ "$1" = MANIFEST ] && return
	# whoever changed it writes the list of files anew; what was signed they cannot
	(cd "$work/bent" && sha256sum $(cut -c 67- MANIFEST) >"$work/list" && cat "$work/list" >MANIFEST)
	verify "$work/bent" >"$work/said"
	is "with a list of files that fits it" 6 $?
	grep -aqE "^FAILED *($3)" "$work/said" && ok "verify names $3" || not_ok "verify names $3: $(cat "$work/said")"
}
at() { echo $(($(stat -c %s "$work/evidence/$1") * $2 / 100)); } # at FILE PERCENT: an offset
bent contract.pdf "$(at contract.pdf 33)" 'contract.pdf: the document' '.*[0-9t].minisig|.*.pub|MANIFEST'
bent contract-sealed.pdf "$(at contract-sealed.pdf 33)" 'contract-sealed.pdf: ' 'contract-sealed.pdf|MANIFEST'
bent contract-sealed.pdf "$(at contract-sealed.pdf 99)" 'contract-sealed.pdf: ' 'contract-sealed.pdf|MANIFEST'
bent contract.txt "$(at contract.txt 50)" 'contract.txt: ' MANIFEST
bent contract.json "$(at contract.json 50)" 'contract.json: |contract.txt: ' MANIFEST
bent seal.pem "$(at seal.pem 50)" 'contract-sealed.pdf: ' MANIFEST
bent SUMMARY.txt "$(at SUMMARY.txt 50)" MANIFEST.minisig MANIFEST
bent organisation.pub "$(at organisation.pub 90)" 'organisation.pub: ' MANIFEST
bent people.jsonl "$(at people.jsonl 20)" 'people.jsonl: ' MANIFEST
bent chain.jsonl "$(at chain.jsonl 50)" 'chain.jsonl: ' MANIFEST
for who in $signers; do
	bent $who.minisig "$(at $who.minisig 30)" "$who.minisig" "$who.*|MANIFEST"
	bent $who.minisig "$(($(wc -c <"$work/evidence/$who.minisig") - 95))" "$who.minisig" "$who.*|MANIFEST" # in the trusted comment
	bent $who.pub "$(at $who.pub 85)" "$who.minisig" "$who.pub|MANIFEST"
done
bent MANIFEST 10 MANIFEST 'MANIFEST|MANIFEST.minisig'
bent MANIFEST.minisig "$(at MANIFEST.minisig 30)" MANIFEST.minisig MANIFEST.minisig
before=0
while read -r line; do
	bent journal.jsonl $((before + ${#line} / 2)) 'journal.jsonl: ' MANIFEST
	before=$((before + ${#line} + 1))
done <"$work/evidence/journal.jsonl"
# the root key may be asked for
desk_is 0 "under the root key of the house" contract verify "$work/evidence" --root "$(tail -n 1 "$work/evidence/organisation.pub")"
desk_is 6 "and under no other" contract verify "$work/evidence" --root "$(tail -n 1 "$work/evidence/merchant.pub")"
has "which is named" "FAILED  organisation.pub" "$out"
desk_is 2 "nor under what is no key" contract verify "$work/evidence" --root RWSPECIMEN

# ---- void keeps every signature ----
as sun
propose "to void it" contract "$c" void --reason "SPECIMEN 样本"
as qi
desk_is 0 "two people void it" act proposal "$proposal" confirm
desk sync >/dev/null
is "void" void "$(state_of contract "$c")"
has "its signatures stand" '"id":"signatories","status":"passed"' "$(desk show contract "$c" --json)"
desk_is 0 "its evidence" contract export "$c" "$work/void"
verify "$work/void" >"$work/said"
is "holds" 0 $?

# ---- templates are files; they take two people as well ----
sed -e 's/^edition .*/edition 3/' -e 's/{{merchant.address}}/{{merchant.adress}}/' core/contract/templates/acquiring-zh-1.txt >"$work/new.txt"
line=$(grep -n adress "$work/new.txt" | cut -d : -f 1)
template() { "$build/paycore" template "$1" --home "$work/core" 2>&1; }
has "a template with a place that has no field is refused, by its line" "new.txt:$line: " "$(template "$work/new.txt")"
sed -i 's/adress/address/' "$work/new.txt"
is "without the mistake it is a draft" acquiring-zh-3 "$(template "$work/new.txt")"
has "an edition stays as it is" "there is a template acquiring-zh-3 already" "$(template "$work/new.txt")"
desk sync >/dev/null
propose "the edition is approved" contract_template acquiring-zh-3 approve
as sun
desk_is 0 "and confirmed" act proposal "$proposal" confirm
desk sync >/dev/null
is "in force" approved "$(state_of contract_template acquiring-zh-3)"
as he
desk_is 3 "support does not read contracts" show contract "$c"
finish
