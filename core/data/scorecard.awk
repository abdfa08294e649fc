# core/data/scorecard.csv -> scorecards[] of core/scorecard.h. What is not whole is refused with its line: a factor without an else-row or in two
# places, ranges that overlap or leave a gap, a word twice, bands with a gap.
BEGIN {
	FS = ","
	print "#include \"core/scorecard.h\"\n\n#include \"store/mem.h\"\n"
}
function refuse(why) {
	print "scorecard.csv: line " NR ": " why > "/dev/stderr"
	failed = 1
	exit 1
}
# Takes a range FROM..TO apart into low and high (-1: no end).
function range(text,  part) {
	split(text, part, /\.\./)
	low = part[1] + 0
	high = part[2] == "" ? -1 : part[2] + 0
	if (high >= 0 && high <= low)
		refuse("the range " text " is empty")
}
function limits() { return "INT64_C(" low "), " (high < 0 ? "INT64_MAX" : "INT64_C(" high ")") }
function close_factor() {
	if (factor != "" && !closed)
		refuse("the factor " factor " has no else-row")
}
function close_card() {
	if (!cards)
		return
	close_factor()
	if (factor == "")
		refuse("the card has no factors")
	if (!bands || next_band >= 0)
		refuse("the bands of the card end before its points do")
	print "};\n"
}
/^#/ || /^$/ { next }
/^card,[0-9]+\.[0-9]+,[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]$/ {
	close_card()
	if ($2 in version)
		refuse("the version " $2 " is there already")
	if (cards && $3 <= from[cards])
		refuse("the card is not in force after the one before it")
	version[$2]
	name[++cards] = $2
	from[cards] = $3
	factor = ""
	bands = 0
	split("", factors)
	split("", band)
	print "static const struct score_row rows_" cards "[] = {"
	next
}
/^card,/ { refuse("a card has a version, as 2026.1, and a day") }
!cards { refuse("a card comes first") }
/^points,[a-z][a-z_]*,[^,"\\]+,[0-9][0-9]?$/ {
	if (bands)
		refuse("a factor after the bands")
	if ($2 != factor) {
		close_factor()
		if ($2 in factors)
			refuse("the rows of the factor " $2 " do not stand together")
		factor = $2
		factors[factor]
		closed = 0
		kind = ""
		split("", words)
	}
	if (closed)
		refuse("a row after the else-row of the factor " factor)
	if ($3 == "else") {
		closed = 1
		print "\t{ \"" factor "\", SCORE_ELSE, NULL, 0, 0, " $4 " },"
	} else if ($3 ~ /^[0-9]+\.\.[0-9]*$/) {
		range($3)
		if (kind == "word" || (kind == "range" && (last < 0 || low != last)))
			refuse(kind == "word" ? "a range among words" : "the range does not go on where the one before it ends")
		kind = "range"
		last = high
		print "\t{ \"" factor "\", SCORE_RANGE, NULL, " limits() ", " $4 " },"
	} else {
		if (kind == "range" || $3 in words)
			refuse(kind == "range" ? "a word among ranges" : "the word " $3 " is there twice")
		kind = "word"
		words[$3]
		print "\t{ \"" factor "\", SCORE_WORD, \"" $3 "\", 0, 0, " $4 " },"
	}
	next
}
/^band,[a-z_]+,[0-9]+\.\.[0-9]*,[a-z_.]*$/ {
	close_factor()
	if (factor == "")
		refuse("bands before any factor")
	if (!bands++) {
		next_band = 0
		print "};\nstatic const struct score_band bands_" cards "[] = {"
	}
	if ($2 in band)
		refuse("the band " $2 " is there twice")
	band[$2]
	range($3)
	if (low != next_band)
		refuse("the band does not begin where the one before it ends")
	next_band = high
	print "\t{ \"" $2 "\", " limits() ", " ($4 == "" ? "NULL" : "\"" $4 "\"") " },"
	next
}
{ refuse("neither a card nor points nor a band") }
END {
	if (failed)
		exit 1
	close_card()
	if (failed)
		exit 1
	print "const struct scorecard scorecards[] = {"
	for (i = 1; i <= cards; i++)
		print "\t{ \"" name[i] "\", \"" from[i] "\", rows_" i ", COUNT(rows_" i "), bands_" i ", COUNT(bands_" i ") },"
	print "};\nconst size_t nscorecards = COUNT(scorecards);"
}
