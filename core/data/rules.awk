# core/data/rules.csv -> rule_table[] of core/rules.h. The source is the last field and may hold commas.
BEGIN {
	FS = ","
	print "#include \"core/rules.h\"\n\n#include \"store/mem.h\"\n\nconst struct rule rule_table[] = {"
}
/^#/ { next }
$0 !~ /^[a-z][a-z0-9_]*,[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9],[0-9]+,[^"\\]+$/ || $1 "," $2 <= last {
	print "rules.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", \"%s\", INT64_C(%s), \"%s\" },\n", $1, $2, $3, substr($0, length($1 $2 $3) + 4)
	last = $1 "," $2
}
END {
	if (!failed)
		print "};\nconst size_t rule_count = COUNT(rule_table);"
}
