#!/bin/sh
# Usage: sh core/data/han.sh [FOLDER] >core/data/han.csv   makes the table anew from the Unihan database, which Debian's package unicode-data
# installs in /usr/share/unicode. Only needed for a newer Unicode: the table is kept in the tree so that scores do not depend on the
# machine that builds.
set -eu
from=${1:-/usr/share/unicode}
cat <<'END'
# Han characters: code point, simplified form (empty: itself), readings in pinyin without tones (the most usual first).
# Made by core/data/han.sh from the Unihan database of Unicode 15.0.0 (kMandarin, kHanyuPinlu, kTGHZ2013, kXHC1983, kSimplifiedVariant),
# Copyright 1991-2022 Unicode, Inc., under the Unicode licence (https://www.unicode.org/license.txt), which lets data be copied and changed.
END
{ bzcat "$from/Unihan_Readings.txt.bz2"; bzcat "$from/Unihan_Variants.txt.bz2"; } | LC_ALL=C awk -F '\t' '
function plain(s) { # tones off; ü becomes v, of which three spellings are made below
	gsub(/\304\201|\303\241|\307\216|\303\240/, "a", s)
	gsub(/\304\223|\303\251|\304\233|\303\250/, "e", s)
	gsub(/\304\253|\303\255|\307\220|\303\254/, "i", s)
	gsub(/\305\215|\303\263|\307\222|\303\262/, "o", s)
	gsub(/\305\253|\303\272|\307\224|\303\271/, "u", s)
	gsub(/\303\274|\307\226|\307\230|\307\232|\307\234/, "v", s)
	return s
}
function add(cp, r) {
	r = plain(r)
	if (r !~ /^[a-z]+$/ || r !~ /[aeiouv]/)
		return
	if (r ~ /v/) { # 吕 is LYU in passports, LV where people type, LU in old documents
		gsub(/v/, "yu", r); once(cp, r); gsub(/yu/, "u", r); once(cp, r); gsub(/u/, "v", r)
	}
	once(cp, r)
}
function once(cp, r) {
	if (index(" " reading[cp] " ", " " r " ") == 0)
		reading[cp] = reading[cp] == "" ? r : reading[cp] " " r
}
function usual(cp, field,   n, part, i, j, m, more) {
	n = split(field, part, " ")
	for (i = 1; i <= n; i++) {
		sub(/^[0-9.,*]*:/, "", part[i])
		sub(/\([0-9]*\)$/, "", part[i])
		m = split(part[i], more, ",")
		for (j = 1; j <= m; j++)
			add(cp, more[j])
	}
}
$2 == "kMandarin" { mandarin[$1] = $3 }
$2 == "kHanyuPinlu" { pinlu[$1] = $3 }
$2 == "kTGHZ2013" { tghz[$1] = $3 }
$2 == "kXHC1983" { xhc[$1] = $3 }
$2 == "kSimplifiedVariant" { # the first that is another character: 乾 is 干 when it is dry
	n = split($3, to, " ")
	for (i = 1; i <= n; i++)
		if (to[i] != $1 && !($1 in simple))
			simple[$1] = to[i]
}
END {
	for (cp in mandarin) {
		if (cp ~ /^U\+[4-9][0-9A-F][0-9A-F][0-9A-F]$/ && cp >= "U+4E00" || cp in tghz || cp in simple) {
			usual(cp, mandarin[cp]); usual(cp, pinlu[cp]); usual(cp, tghz[cp]); usual(cp, xhc[cp])
		}
		if (reading[cp] != "" || cp in simple)
			print substr(cp, 3) "," (cp in simple ? substr(simple[cp], 3) : "") "," reading[cp]
	}
	for (cp in simple)
		if (!(cp in mandarin))
			print substr(cp, 3) "," substr(simple[cp], 3) ","
}' | awk -F , '{ print length($1) " " $0 }' | LC_ALL=C sort -k1,1n -k2,2 | sed 's/^[0-9] //'
