# core/data/mcc.csv -> mcc_table[] of core/values/mcc.h. The English name is the last field and may hold commas.
BEGIN {
	FS = ","
	print "#include \"core/values/mcc.h\"\n\n#include \"store/mem.h\"\n\nconst struct mcc mcc_table[] = {"
}
/^#/ { next }
$0 !~ /^[0-9][0-9][0-9][0-9],(prohibited|high_risk|allowed),[^,"\\]*,[^"\\]+$/ || $1 <= last {
	print "mcc.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", MCC_%s, \"%s\", %s },\n", $1, toupper($2), substr($0, length($1 $2 $3) + 4), $3 == "" ? "NULL" : "\"" $3 "\""
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t mcc_count = COUNT(mcc_table);"
}
