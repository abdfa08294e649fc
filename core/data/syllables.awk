# core/data/syllables.csv -> syllable_table[] of core/values/han.h
BEGIN {
	FS = ","
	print "#include \"core/values/han.h\"\n\nconst struct syllable syllable_table[] = {"
}
/^#/ { next }
$0 !~ /^[a-z]+,[a-z]+$/ || $1 <= last {
	print "syllables.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", \"%s\" },\n", $1, $2
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t syllable_count = COUNT(syllable_table);"
}
